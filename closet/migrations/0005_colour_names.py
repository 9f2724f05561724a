"""Colours measured before names followed from the swatch are named anew, where the owner did not name them."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalog.colour_names import leading_names, renamed

BATCH = 500


def rename(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Garments whose `colour_names` are the analysis's; what an owner chose, palette and all, stays."""
    garments = apps.get_model("closet", "Garment").objects
    changed: list[Any] = []
    rows = garments.exclude(owner_fields__contains=["colour_names"]).exclude(colours=[]).only("colours", "colour_names")
    for garment in rows.order_by("pk").iterator(chunk_size=BATCH):
        palette = renamed(garment.colours)
        names = leading_names(palette)
        if (palette, names) != (garment.colours, garment.colour_names):
            garment.colours, garment.colour_names = palette, names
            changed.append(garment)
        if len(changed) == BATCH:
            garments.bulk_update(changed, ["colours", "colour_names"])
            changed = []
    garments.bulk_update(changed, ["colours", "colour_names"])


class Migration(migrations.Migration):
    dependencies = [("closet", "0004_name_beside_what_is_shared")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
