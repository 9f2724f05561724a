from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone

OLD_TOKENS_LIVE = timedelta(days=90)


def end_some_day(apps, schema_editor):
    """Tokens that were given without an end get one; use moves it on."""
    tokens = apps.get_model("closet", "DeviceToken")._base_manager
    tokens.filter(expiry=None).update(expiry=timezone.now() + OLD_TOKENS_LIVE)


class Migration(migrations.Migration):
    dependencies = [("closet", "0006_exports")]

    operations = [
        migrations.AddField(
            model_name="devicetoken",
            name="is_provisional",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="devicetoken",
            name="last_used_ip",
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name="last used from"),
        ),
        migrations.RunPython(end_some_day, migrations.RunPython.noop),
    ]
