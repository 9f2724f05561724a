"""Back up, wipe, restore, compare: rows, files and keys; what fails leaves all as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from catalog.models import Kind
from closet.models import Garment, Photo, User
from config.backup.__main__ import known_migrations
from config.backup.media import MediaBucket, MediaFolder
from config.backup.places import snapshot_at
from config.backup.postgres import Database, _program
from config.backup.restore import snapshot_restore
from config.backup.snapshot import Site, snapshot_make, snapshots_forget
from config.backup.vault import BackupFailed, Bucket, Folder, Vault, digest_of
from tests import database

pytestmark = pytest.mark.slow


@pytest.fixture
def site(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Site]:
    """A database of its own, a copy of the migrated one, with a member, photos and garments; files and keys too."""
    known = connection.settings_dict
    name, clone = str(known["NAME"]), f"{known['NAME']}_backup"
    with django_db_blocker.unblock():
        connection.close()
        _order(known, f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')
        _order(known, f'CREATE DATABASE "{clone}" TEMPLATE "{database.TEMPLATE}"')
        known["NAME"] = clone
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "secret_key").write_text("a key")
        try:
            made = Site(Database(known), MediaFolder(tmp_path / "media"), tmp_path / "var", "1.0.0", "seeded-1")
            _member_add(made.media.root)  # type: ignore[attr-defined]
            yield made
        finally:
            connection.close()
            known["NAME"] = name
            for one in (clone, f"{clone}_before", f"{clone}_restored"):
                _order(known, f'DROP DATABASE IF EXISTS "{one}" WITH (FORCE)')


def _order(known: dict[str, Any], statement: str) -> None:
    where = {
        "host": known["HOST"],
        "user": known["USER"],
        "password": known["PASSWORD"] or None,
        "port": known["PORT"] or None,
    }
    with closing(psycopg2.connect(dbname="postgres", **where)) as one:
        one.autocommit = True
        one.cursor().execute(statement)


def _member_add(media: Path) -> None:
    user = User.objects.create_user("kept@example.com", "x")
    for number in range(3):
        content = bytes([number]) * 3_000_000
        file = media / "private" / "photo" / "ab" / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        photo = Photo.objects.create(
            owner=user, original=f"photo/ab/{number}.jpg", content_type="image/jpeg", size=len(content), width=9,
            height=9, sha256=str(number),
        )  # fmt: skip
        Garment.objects.create(owner=user, photo=photo, kind=Kind.objects.first(), name=f"셔츠 {number}")
    (media / "private" / "query").mkdir()
    (media / "private" / "query" / "passing").write_bytes(b"a photo to search with")


def rows_of(database: Database) -> str:
    """All rows and sequences. (Of conditions Postgres changes the brackets when it reads them again.)"""
    where = database._where
    done = subprocess.run(
        [_program("pg_dump"), "--data-only", f"--host={where['host']}", f"--username={where['user']}", database.name],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


def files_of(root: Path) -> dict[str, str]:
    files = [path for path in root.rglob("*") if path.is_file() and "query" not in path.parts]
    return {path.relative_to(root).as_posix(): digest_of(path) for path in files}


def state_of(site: Site) -> tuple[str, dict[str, str], str]:
    return rows_of(site.database), files_of(site.media.root), (site.var / "secret_key").read_text()  # type: ignore[attr-defined]


def wipe(site: Site) -> None:
    User.objects.all().delete()
    connection.close()
    for file in list(site.media.root.rglob("*.jpg"))[:2]:  # type: ignore[attr-defined]
        file.unlink()
    (site.media.root / "private" / "new.jpg").write_bytes(b"since")  # type: ignore[attr-defined]
    (site.var / "secret_key").write_text("another key")


def restore(site: Site, vault: Vault, name: str, **other: Any) -> str:
    given: dict[str, Any] = {
        "known_migrations": known_migrations(), "upgrade": lambda: None, "is_well": str, "say": lambda text: None
    }  # fmt: skip
    connection.close()
    return snapshot_restore(site=site, vault=vault, name=name, **(given | other))


@pytest.mark.django_db
def test_there_is_a_database_to_copy() -> None:
    """Named by a test that asks for one: without it nothing would make one for this file alone."""
    assert Kind.objects.exists()


@pytest.mark.parametrize("password", ["", "open sesame"])
def test_what_was_wiped_comes_back_whole(site: Site, tmp_path: Path, password: str) -> None:
    before = state_of(site)
    vault = Vault(Folder(tmp_path / "backups"), password)
    made = snapshot_make(site=site, vault=vault)
    assert (made.files, made.new) == (3, 3)  # without what passes by
    wipe(site)
    wiped = state_of(site)
    assert wiped != before
    point = restore(site, Vault(Folder(tmp_path / "backups"), password), made.name)
    assert state_of(site) == before
    assert not site.database.exists(site.database.before)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("media")] == ["media"]

    restore(site, Vault(Folder(site.var / "restore-points")), point)  # and back again
    assert state_of(site) == wiped


def test_a_second_backup_takes_what_is_new_alone_and_old_ones_are_forgotten(site: Site, tmp_path: Path) -> None:
    vault = Vault(Folder(tmp_path / "backups"))
    first = snapshot_make(site=site, vault=vault)
    assert snapshot_make(site=site, vault=vault).new == 0
    (site.media.root / "private" / "new.jpg").write_bytes(b"since")  # type: ignore[attr-defined]
    (site.media.root / "private" / "photo" / "ab" / "0.jpg").unlink()  # type: ignore[attr-defined]
    last = snapshot_make(site=site, vault=vault)
    assert (last.files, last.new) == (3, 1)
    assert len(vault.snapshots()) == 3
    forgotten, objects = snapshots_forget(vault=vault, keep=1)
    assert forgotten == 2 and 1 <= objects <= 3  # the photo, and dumps: those of one second are alike
    assert vault.snapshots() == [last.name]
    with pytest.raises(BackupFailed, match="There is no snapshot"):
        vault.get_snapshot(first.name)
    restore(site, vault, last.name)


def test_where_the_site_is_not_well_all_is_as_before(site: Site, tmp_path: Path) -> None:
    vault = Vault(Folder(tmp_path / "backups"))
    made = snapshot_make(site=site, vault=vault)
    wipe(site)
    before = state_of(site)
    with pytest.raises(BackupFailed, match="as it was before: pages fail"):
        restore(site, vault, made.name, is_well=lambda: "pages fail")
    assert state_of(site) == before

    def fail() -> None:
        raise RuntimeError("a migration broke")

    with pytest.raises(BackupFailed, match="a migration broke"):
        restore(site, vault, made.name, upgrade=fail)
    assert state_of(site) == before


def _cut(folder: Path) -> None:
    file = next(path for path in (folder / "objects").rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-5])


def _lose(folder: Path) -> None:
    next(path for path in (folder / "objects").rglob("*") if path.is_file()).unlink()


@pytest.mark.parametrize(("harm", "said"), [(_cut, "damaged"), (_lose, "lacks")])
def test_a_harmed_backup_is_refused_before_anything_changes(
    site: Site, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    vault = Vault(Folder(tmp_path / "backups"))
    made = snapshot_make(site=site, vault=vault)
    harm(tmp_path / "backups")
    before = state_of(site)
    with pytest.raises(BackupFailed, match=said):
        restore(site, vault, made.name)
    assert state_of(site) == before


LATEST = "0019_garment_attributes"  # any migration that can be taken back


def test_a_backup_of_an_older_release_is_brought_up_to_date(site: Site, tmp_path: Path) -> None:
    call_command("migrate", "closet", "0018", verbosity=0)
    connection.close()
    vault = Vault(Folder(tmp_path / "backups"))
    made = snapshot_make(site=site, vault=vault)
    assert f"closet.{LATEST}" not in vault.get_snapshot(made.name)["migrations"]
    restore(site, vault, made.name, upgrade=lambda: call_command("migrate", verbosity=0))
    assert f"closet.{LATEST}" in site.database.migrations()
    assert Photo.objects.count() == Garment.objects.count() == 3


def test_a_backup_of_a_newer_release_is_refused(site: Site, tmp_path: Path) -> None:
    vault = Vault(Folder(tmp_path / "backups"))
    made = snapshot_make(site=site, vault=vault)
    with pytest.raises(BackupFailed, match="newer release"):
        restore(site, vault, made.name, known_migrations=known_migrations() - {f"closet.{LATEST}"})


def test_an_encrypted_backup_tells_nothing_and_opens_with_its_password_alone(tmp_path: Path) -> None:
    place = Folder(tmp_path / "backups")
    secret = tmp_path / "secret"
    secret.write_bytes(b"my measurements" * 200_000)  # of several pieces
    vault = Vault(place, "right")
    vault.put_object(secret, digest_of(secret))
    vault.put_snapshot("one", {"keys": "my key"})
    for path in (tmp_path / "backups").rglob("*"):
        if path.is_file():
            content = path.read_bytes()  # megabytes of chance: three letters would be in them now and then
            assert b"my measurements" not in content and b"my key" not in content
            assert digest_of(secret) not in path.name
            assert path.stat().st_mode & 0o077 == 0
    Vault(place, "right").get_object(digest_of(secret), tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == secret.read_bytes()
    with pytest.raises(BackupFailed, match="password is another"):
        Vault(place, "wrong").get_snapshot("one")
    with pytest.raises(BackupFailed, match="set BACKUP_PASSWORD"):
        Vault(place)
    with pytest.raises(BackupFailed, match="not encrypted"):
        Vault(Folder(tmp_path / "plain"))
        Vault(Folder(tmp_path / "plain"), "right")


def test_a_bucket_keeps_what_a_folder_does(tmp_path: Path) -> None:
    moto = pytest.importorskip("moto")
    import boto3

    with moto.mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="kept")
        file = tmp_path / "file"
        file.write_bytes(b"content")
        vault = Vault(Bucket(client, "kept", "otjang/"), "right")
        assert vault.put_object(file, digest_of(file)) and not vault.put_object(file, digest_of(file))
        vault.put_snapshot("one", {"a": 1})
        again = Vault(Bucket(client, "kept", "otjang"), "right")
        assert (again.snapshots(), again.get_snapshot("one")) == (["one"], {"a": 1})
        again.get_object(digest_of(file), tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == b"content"

        media = MediaBucket(client, "kept")
        media.stage("private/photo/x.jpg", file)
        assert "private/photo/x.jpg" in dict(media.files())
        assert media.fetch("private/photo/x.jpg", tmp_path / "fetched").read_bytes() == b"content"
        with pytest.raises(FileNotFoundError):
            media.fetch("private/none.jpg", tmp_path / "fetched")


def test_a_snapshot_is_named_by_its_file_or_alone(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_TO = str(tmp_path / "nightly")
    place, name = snapshot_at(f"{tmp_path}/else/snapshots/2026-11-28T183000Z.json")
    assert isinstance(place, Folder) and (place.root, name) == (tmp_path / "else", "2026-11-28T183000Z")
    place, name = snapshot_at("2026-11-28T183000Z")
    assert isinstance(place, Folder) and (place.root, name) == (tmp_path / "nightly", "2026-11-28T183000Z")
