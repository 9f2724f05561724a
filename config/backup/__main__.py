"""`python -m config.backup make [WHERE] | list [WHERE] | restore SNAPSHOT | asked`, with DATABASE_URL set."""

from __future__ import annotations

import os
import subprocess
import sys

import django
from django.conf import settings

from config.backup.media import Media, MediaBucket, MediaFolder
from config.backup.places import client, place_of, snapshot_at
from config.backup.postgres import Database
from config.backup.requests import audit_add
from config.backup.restore import snapshot_restore
from config.backup.snapshot import Site, snapshot_make, snapshots_forget
from config.backup.vault import BackupFailed, Vault

VERSION = "1.0.0"
NOTHING_ASKED = 3


def site() -> Site:
    from recommender.index.model_key import current_model_key

    media: Media = MediaFolder(settings.MEDIA_ROOT)
    if settings.S3_BUCKET:
        media = MediaBucket(client(), settings.S3_BUCKET)
    return Site(Database(settings.DATABASES["default"]), media, settings.VAR_DIR, VERSION, current_model_key())


def known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def manage(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupFailed((done.stderr.strip().splitlines() or ["it did not say why"])[-1])
    return done.stdout


HEALTH = """
from django.test import RequestFactory
from closet.models import Photo
from config import health
assert health.readyz(RequestFactory().get("/readyz")).status_code == 200, "the database does not answer"
lost = [p.pk for p in Photo.objects.order_by("pk")[:200] if not p.original.storage.exists(p.original.name)]
assert not lost, f"{len(lost)} photos have no file"
"""


OVER = "from recommender.models import WorkerState; WorkerState.objects.filter(name__in=['backup', 'restore']).delete()"


def upgrade() -> None:
    """Migrations that came since; and what was being made or asked for when it was dumped is so no more."""
    say(manage("migrate", "--noinput", "--verbosity", "0").strip() or "migrated")
    manage("shell", "--verbosity", "0", "-c", OVER)


def is_well() -> str:
    """The new state asked in a process of its own: settings, database, and whether photos have their files."""
    try:
        manage("check")
        manage("shell", "--verbosity", "0", "-c", HEALTH)
    except BackupFailed as problem:
        return str(problem)
    return ""


def asked() -> int:
    """Takes a restore that was asked for at the desk: prints its snapshot's name. Fails where there is none."""
    from recommender.models import WorkerState

    row = WorkerState.objects.filter(name="restore").first()
    if row is None or not WorkerState.objects.filter(pk=row.pk).delete()[0]:
        return NOTHING_ASKED
    audit_add(settings.VAR_DIR, by=row.facts["asked_by"], did="restore taken", snapshot=row.facts["snapshot"])
    print(row.facts["snapshot"], flush=True)
    return 0


def say(text: str) -> None:
    print(f"otjang: {text}", flush=True)


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    match arguments:
        case ["make", *where] if len(where) < 2:
            vault = Vault(place_of("".join(where)), settings.BACKUP_PASSWORD)
            made = snapshot_make(site=site(), vault=vault)
            say(f"snapshot {made.name}: {made.files} files ({made.new} new), database {made.dump_bytes >> 10} kB"
                f"{', encrypted' if vault.is_encrypted else ''}")  # fmt: skip
            if settings.BACKUP_KEEP:
                forgotten, _objects = snapshots_forget(vault=vault, keep=settings.BACKUP_KEEP)
                if forgotten:
                    say(f"{forgotten} old snapshots were removed, {settings.BACKUP_KEEP} are kept")
        case ["list", *where] if len(where) < 2:
            vault = Vault(place_of("".join(where)), settings.BACKUP_PASSWORD)
            for name in vault.snapshots():
                told = vault.get_snapshot(name)
                say(f"{name}: release {told['version']}, {len(told['media'])} files")
        case ["restore", path]:
            place, name = snapshot_at(path)
            point = snapshot_restore(
                site=site(),
                vault=Vault(place, settings.BACKUP_PASSWORD),
                name=name,
                known_migrations=known_migrations(),
                upgrade=upgrade,
                is_well=is_well,
                say=say,
            )
            before = f"{settings.VAR_DIR}/restore-points/snapshots/{point}.json"
            say(f"restored {name}. What was before: ./run restore {before}")
        case ["asked"]:
            return asked()
        case _:
            say("use make [WHERE], list [WHERE], restore SNAPSHOT or asked")
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BackupFailed as problem:
        say(str(problem))
        sys.exit(1)
