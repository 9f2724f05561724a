from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("closet", "0031_moderators"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="keypoints",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name="photo",
            name="chosen_person",
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
        ),
    ]
