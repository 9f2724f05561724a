
import closet.models.photos
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('closet', '0034_doubles'),
    ]

    operations = [
        migrations.AddField(
            model_name='garment',
            name='landmarks',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sex', models.CharField(choices=[('men', "a man's"), ('women', "a woman's"), ('any', 'neither')], default='any', max_length=5, verbose_name='body')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('is_chosen', models.BooleanField(default=False)),
                ('labels', models.FileField(blank=True, max_length=255, storage=closet.models.photos.private_storage, upload_to=closet.models.photos.private_path)),
                ('seen', models.JSONField(blank=True, default=dict, editable=False)),
                ('problem', models.CharField(blank=True, editable=False, max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to=settings.AUTH_USER_MODEL)),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='closet.photo')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TryOn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('pieces', models.JSONField(default=list)),
                ('status', models.CharField(choices=[('queued', 'waiting'), ('running', 'being drawn'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=8)),
                ('picture', models.FileField(blank=True, max_length=255, storage=closet.models.photos.private_storage, upload_to=closet.models.photos.private_path)),
                ('shareable', models.FileField(blank=True, max_length=255, storage=closet.models.photos.private_storage, upload_to=closet.models.photos.private_path)),
                ('told', models.JSONField(blank=True, default=dict)),
                ('error_code', models.CharField(blank=True, max_length=20)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('progress', models.PositiveSmallIntegerField(default=0)),
                ('ms', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('figure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tryons', to='closet.figure')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tryons', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.AddField(
            model_name='share',
            name='tryon',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='closet.tryon'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(condition=models.Q(('is_chosen', True)), fields=('owner',), name='figure_one_chosen_an_owner'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('owner', 'photo'), name='figure_once_a_photo'),
        ),
        migrations.AddIndex(
            model_name='tryon',
            index=models.Index(fields=['owner', '-created_at'], name='tryon_owner_newest'),
        ),
    ]
