"""Brings a snapshot back: checks it whole, keeps the state of now as a restore point, swaps, and goes back where the
site is not well with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from config.backup.snapshot import FORM, KEYS, Site, snapshot_make
from config.backup.vault import BackupFailed, Folder, Vault


def snapshot_restore(
    *,
    site: Site,
    vault: Vault,
    name: str,
    known_migrations: Collection[str],
    upgrade: Callable[[], None],
    is_well: Callable[[], str],
    say: Callable[[str], None],
) -> str:
    """Restores and returns the name of the restore point, a snapshot in `var`/restore-points.

    upgrade: applies the migrations that came after the snapshot. is_well: "" where the site is well, else why not.
    Raises BackupFailed: before anything was changed where the snapshot cannot be used, after the state of before was
    brought back where the site was not well with it.
    """
    told = vault.get_snapshot(name)
    _check(told, known_migrations)
    with tempfile.TemporaryDirectory(dir=site.var) as folder:
        dump = Path(folder) / "dump"
        _check_room(site, told)
        say("checking and fetching what was backed up")
        vault.get_object(told["dump"]["digest"], dump)
        for file_name, (digest, _size) in told["media"].items():
            file = Path(folder) / "file"
            vault.get_object(digest, file)
            site.media.stage(_safe(file_name), file)
        say("keeping the state of now as a restore point")
        point = snapshot_make(site=site, vault=Vault(Folder(site.var / "restore-points"))).name
        say("loading the database")
        site.database.load(dump)
    if (found := site.database.counts(site.database.restored)) != told["tables"]:
        other = [table for table, count in told["tables"].items() if found.get(table) != count]
        site.database.forget()
        site.media.forget()
        raise BackupFailed(f"The database was not loaded whole: {', '.join(other)}. Nothing was changed.")
    kept_keys = {key: (site.var / key).read_text() for key in KEYS if (site.var / key).exists()}
    try:
        site.database.swap()
        site.media.swap()
        _keys_write(site, told["keys"])
        say("applying migrations that came since")
        upgrade()
        if problem := is_well():
            raise BackupFailed(problem)
    except BaseException as error:
        site.database.swap_back()
        site.media.swap_back()
        _keys_write(site, kept_keys)
        raise BackupFailed(f"The site was not well after the restore, so all is as it was before: {error}") from error
    site.database.forget()
    site.media.forget()
    return point


def _check(told: dict[str, Any], known_migrations: Collection[str]) -> None:
    if told.get("form") != FORM:
        raise BackupFailed("This backup is of a newer release; install that first.")
    if unknown := sorted(set(told["migrations"]) - set(known_migrations)):
        raise BackupFailed(f"This backup is of a newer release (it has {unknown[0]}); install that first.")


def _check_room(site: Site, told: dict[str, Any]) -> None:
    needed = 5 * told["dump"]["bytes"] + sum(size for _digest, size in told["media"].values())
    if shutil.disk_usage(site.var).free < needed:
        raise BackupFailed(f"The disk has no room for it: {needed >> 20} MB are needed. Nothing was changed.")


def _safe(name: str) -> str:
    """A name from a backup writes below the media folder alone. Raises BackupFailed."""
    if name.startswith("/") or ".." in Path(name).parts:
        raise BackupFailed(f"The backup names a file outside its folder: {name}")
    return name


def _keys_write(site: Site, keys: dict[str, str]) -> None:
    for key, text in keys.items():
        if key in KEYS:
            file = site.var / key
            file.touch(mode=0o600)
            file.write_text(text)
