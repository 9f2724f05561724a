"""The people of the shop: who may look, who may edit, who may let the public see."""

from django.db import migrations

EDITED = ("kind", "brand", "product", "productimage", "sizechart", "sizerow", "look", "lookitem")
PUBLISHED = ("brand", "product", "look")
SEEN = (*EDITED, "importjob", "importproblem")
ROLES = {
    "viewer": [f"view_{model}" for model in SEEN],
    "editor": [f"view_{model}" for model in SEEN]
    + [f"{verb}_{model}" for verb in ("add", "change", "delete") for model in EDITED]
    + ["add_importjob", "change_importjob"],
}
ROLES["publisher"] = ROLES["editor"] + [f"publish_{model}" for model in PUBLISHED] + ["delete_importjob"]


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, codenames in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for codename in codenames:
            # Django makes permissions after the last migration; on a new database these are not there yet.
            verb, model = codename.split("_", 1)
            content_type, _made = ContentType.objects.get_or_create(app_label="catalog", model=model)
            name = f"Can publish {model}s" if verb == "publish" else f"Can {verb} {model}"
            permission, _made = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_import_problems_and_publishing"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
