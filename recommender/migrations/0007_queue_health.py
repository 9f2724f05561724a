from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommender", "0006_brand_grown")]

    operations = [
        migrations.AlterModelOptions(
            name="workerstate",
            options={"verbose_name": "queue health", "verbose_name_plural": "queue health"},
        ),
    ]
