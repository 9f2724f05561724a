"""Makes a snapshot: files that the vault has not seen, a dump of the database, keys, and what it all was."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from config.backup.media import Media
from config.backup.postgres import Database
from config.backup.vault import BackupFailed, Vault, digest_of

FORM: Final = 1
KEYS: Final = ("secret_key", "demo_password")


@dataclass(frozen=True)
class Site:
    """What is backed up. var: the folder of state, where keys lie and what the last backup hashed is remembered."""

    database: Database
    media: Media
    var: Path
    version: str
    model_key: str


@dataclass(frozen=True)
class Made:
    name: str
    files: int
    new: int
    dump_bytes: int


def snapshot_make(*, site: Site, vault: Vault) -> Made:
    """Only what the vault has not seen travels. Files go before and after the dump, so that no row lacks its file."""
    index = _Index(site.var / "backup-index.json")
    media: dict[str, list[Any]] = {}
    new = _files_put(site, vault, index, media)
    with tempfile.TemporaryDirectory(dir=site.var) as folder:
        dump = Path(folder) / "dump"
        site.database.dump(dump)
        told_of = {"migrations": site.database.migrations(), "tables": site.database.counts()}
        digest, size = digest_of(dump), dump.stat().st_size
        vault.put_object(dump, digest)
    new += _files_put(site, vault, index, media)
    index.save()
    name = _free_name(vault)
    keys = {key: (site.var / key).read_text() for key in KEYS if (site.var / key).exists()}
    vault.put_snapshot(
        name,
        {
            "form": FORM,
            "made_at": datetime.now(UTC).isoformat(),
            "version": site.version,
            "model_key": site.model_key,
            "dump": {"digest": digest, "bytes": size},
            **told_of,
            "media": media,
            "keys": keys,
        },
    )
    return Made(name, len(media), new, size)


def _free_name(vault: Vault) -> str:
    taken = set(vault.snapshots())
    name = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    number, free = 1, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    return free


def _files_put(site: Site, vault: Vault, index: _Index, media: dict[str, list[Any]]) -> int:
    """Adds to `media` {name: [digest, bytes]} what is there and not in it. Returns how many the vault had not seen."""
    new = 0
    with tempfile.TemporaryDirectory(dir=site.var) as folder:
        for name, stamp in site.media.files():
            if name in media:
                continue
            digest = index.known(name, stamp)
            if digest is None or not vault.place.has(vault.object_name(digest)):
                try:
                    file = site.media.fetch(name, Path(folder) / "file")
                except FileNotFoundError:  # deleted since
                    continue
                digest = digest_of(file)
                new += vault.put_object(file, digest)
                index.note(name, stamp, digest)
            media[name] = [digest, int(stamp.split(":")[0])]
    return new


class _Index:
    """What was hashed before, by name and stamp: another night reads new files alone."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._old: dict[str, list[str]] = {}
        self._seen: dict[str, list[str]] = {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            self._old = json.loads(file.read_text())

    def known(self, name: str, stamp: str) -> str | None:
        found = self._old.get(name)
        if found is None or found[0] != stamp:
            return None
        self._seen[name] = found
        return found[1]

    def note(self, name: str, stamp: str, digest: str) -> None:
        self._seen[name] = [stamp, digest]

    def save(self) -> None:
        draft = self._file.with_name(f"{self._file.name}.draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._seen))
        draft.replace(self._file)


def snapshots_forget(*, vault: Vault, keep: int) -> tuple[int, int]:
    """Keeps the newest `keep` snapshots and what they name. Returns how many snapshots and objects went."""
    if keep < 1:
        raise BackupFailed("At least one snapshot must be kept.")
    names = vault.snapshots()
    needed = set()
    for name in names[-keep:]:
        told = vault.get_snapshot(name)
        digests = {told["dump"]["digest"], *(digest for digest, _size in told["media"].values())}
        needed |= {vault.object_name(digest) for digest in digests}
    for name in names[:-keep]:
        vault.place.delete(f"snapshots/{name}.json")
    gone = [name for name in list(vault.place.names("objects/")) if name not in needed]
    for name in gone:
        vault.place.delete(name)
    return len(names[:-keep]), len(gone)
