"""Sliders that were saved where they stood by default follow the defaults again, which changed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OLD = {"colour": 1.0, "formality": 0.5, "season": 0.4, "pattern": 0.3, "style": 0.4}


def let_go(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Moving one slider saved all of them."""
    for profile in apps.get_model("closet", "Profile").objects.exclude(weights={}).only("weights").iterator():
        kept = {name: weight for name, weight in profile.weights.items() if OLD.get(name) != weight}
        if kept != profile.weights:
            profile.weights = kept
            profile.save(update_fields=["weights"])


class Migration(migrations.Migration):
    dependencies = [("closet", "0010_profile_birth_year")]
    operations = [migrations.RunPython(let_go, migrations.RunPython.noop)]
