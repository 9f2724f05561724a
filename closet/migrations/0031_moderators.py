"""Who may decide what is shown to people: beside the shop's roles, one that sees neither photos nor accounts."""

from django.db import migrations

PERMISSIONS = ("view_post", "change_post", "view_report", "change_report", "view_decision")


def make_role(apps, schema_editor):
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name="moderator")
    for codename in PERMISSIONS:
        # Django makes permissions after the last migration; on a new database these are not there yet.
        verb, model = codename.split("_", 1)
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="closet", model=model
        )
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": f"Can {verb} {model}"}
        )
        group.permissions.add(permission)


def remove_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="moderator").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("closet", "0030_people"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_role, remove_role)]
