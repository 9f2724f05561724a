from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommender", "0007_queue_health")]

    operations = [
        migrations.AddField("sizefeedback", "steps", models.SmallIntegerField(default=0)),
    ]
