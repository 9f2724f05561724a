from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('closet', '0028_trips'),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='strip_metadata',
            field=models.BooleanField(default=False),
        ),
    ]
