from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommender", "0005_brand_centres")]

    operations = [
        migrations.AddField("brandprofile", "since_rebuild", models.PositiveIntegerField(default=0)),
    ]
