"""Products whose words no longer hold the names of their colours are indexed anew: the sweeper sends the wordless."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalog.taxonomy import COLOURS
from recommender.index.keywords import term_id, words_of

BATCH = 500
TERMS = {
    colour.slug: {term_id(f"w:{word}") for name in (colour.en, colour.ko) for word in words_of(name)}
    for colour in COLOURS
}


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vectors = apps.get_model("recommender", "TagVector").objects
    of_colours = frozenset().union(*TERMS.values())
    stale: list[int] = []
    rows = vectors.exclude(product=None).order_by("pk").values_list("pk", "words", "product__colour_names")
    for pk, words, names in rows.iterator(chunk_size=BATCH):
        if of_colours.intersection(words) != set().union(*(TERMS.get(name, set()) for name in names)):
            stale.append(pk)
    for start in range(0, len(stale), BATCH):
        vectors.filter(pk__in=stale[start : start + BATCH]).delete()


class Migration(migrations.Migration):
    dependencies = [("recommender", "0008_feedback_steps"), ("catalog", "0008_colour_names")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
