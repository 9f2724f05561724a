"""Colours measured before names followed from the swatch are named anew, where nobody had named them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalog.colour_names import leading_names, renamed
from catalog.taxonomy import COLOURS

BATCH = 500
ANCHORS = {colour.slug: list(colour.lab) for colour in COLOURS if colour.lab}


def is_said(palette: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an importer named these: they have the values that stand for their names, as no photo has exactly."""
    return all(list(colour["lab"]) == ANCHORS.get(colour["name"]) for colour in palette)


def rename(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model in ("Product", "Look", "LookItem"):
        _rename(apps.get_model("catalog", model).objects, ["colours", "colour_names"][: 2 if model == "Product" else 1])


def _rename(things: Any, fields: Sequence[str]) -> None:
    changed: list[Any] = []
    rows = things.exclude(colours=[]).order_by("pk")
    if "colour_names" in fields:
        rows = rows.exclude(staff_fields__overlap=["colours", "colour_names"])
    for thing in rows.only(*fields).iterator(chunk_size=BATCH):
        if is_said(thing.colours):
            continue
        palette, old = renamed(thing.colours), thing.colours
        # Names that do not follow from the palette are somebody's words.
        if "colour_names" in fields and thing.colour_names == leading_names(old):
            thing.colour_names = leading_names(palette)
        if palette != old:
            thing.colours = palette
            changed.append(thing)
        if len(changed) == BATCH:
            things.bulk_update(changed, fields)
            changed = []
    things.bulk_update(changed, fields)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_newest_products")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
