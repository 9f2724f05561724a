from django.db import migrations, models
from django.db.models import F


def leases_begin(apps, schema_editor):
    apps.get_model("closet", "Photo").objects.filter(status="running").update(alive_at=F("claimed_at"))


class Migration(migrations.Migration):
    dependencies = [("closet", "0014_canvas_quantity_own_kinds")]

    operations = [
        migrations.AddField("photo", "alive_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.RunPython(leases_begin, migrations.RunPython.noop),
    ]
