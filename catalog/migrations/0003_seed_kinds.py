"""The kinds that the vision networks know, as rows that staff may rename and add to."""

from django.db import migrations

from catalog import taxonomy


def seed(apps, schema_editor):
    Kind = apps.get_model("catalog", "Kind")
    for position, kind in enumerate(taxonomy.KINDS):
        Kind.objects.update_or_create(
            slug=kind.slug,
            defaults={
                "name_en": kind.en,
                "name_ko": kind.ko,
                "slot": kind.slot.value,
                "warmth": kind.warmth,
                "formality": kind.formality,
                "layer": kind.layer,
                "zones": list(kind.zones),
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_history")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
