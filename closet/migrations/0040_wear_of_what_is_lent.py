import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A wear of what was lent is told to whoever wore it, not to the owner.
NOTE = """
CREATE OR REPLACE FUNCTION closet_wear_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed closet_wear := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM closet_change_note(coalesce(changed.worn_by_id, owner_id), 'wear', changed.id::text)
    FROM closet_garment WHERE id = changed.garment_id;
    RETURN NULL;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION closet_wear_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed closet_wear := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM closet_change_note(owner_id, 'wear', changed.id::text) FROM closet_garment WHERE id = changed.garment_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("closet", "0035_mirror"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="wear",
            name="worn_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(NOTE, BEFORE),
    ]
