from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("closet", "0011_sliders_left_alone")]

    operations = [
        migrations.AddField(
            model_name="garment",
            name="quality",
            field=models.FloatField(blank=True, editable=False, null=True, verbose_name="quality of the cutout"),
        ),
    ]
