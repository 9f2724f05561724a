"""Where backups lie: files under the hash of their content, each once, and snapshots that name them.

vault.json               how it is encrypted, if it is
objects/ab/abcdef…       what was backed up
snapshots/2026-11-28T183000Z.json
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK: Final = 1 << 20
MAGIC: Final = b"OTJANG1\n"


class BackupFailed(RuntimeError):
    """A backup or restore that cannot go on; the message says why and what to do."""


class Place(Protocol):
    """A folder or a bucket. Names are relative and use slashes."""

    def has(self, name: str) -> bool: ...

    def put(self, name: str, file: Path) -> None:
        """Whole or not at all."""

    def get(self, name: str, file: Path) -> None:
        """Raises FileNotFoundError."""

    def names(self, prefix: str) -> Iterator[str]: ...

    def delete(self, name: str) -> None: ...


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def put(self, name: str, file: Path) -> None:
        to = self.root / name
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = to.with_name(f"{to.name}.{os.getpid()}")
        shutil.copyfile(file, draft)
        draft.chmod(0o600)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(to)

    def get(self, name: str, file: Path) -> None:
        shutil.copyfile(self.root / name, file)

    def names(self, prefix: str) -> Iterator[str]:
        for path in sorted((self.root / prefix).rglob("*")):
            if path.is_file():
                yield path.relative_to(self.root).as_posix()

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)


class Bucket:
    """client: of boto3, for S3 or a store that speaks it."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self.client, self.bucket = client, bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def has(self, name: str) -> bool:
        try:
            self.client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        except self.client.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def put(self, name: str, file: Path) -> None:
        self.client.upload_file(str(file), self.bucket, self.prefix + name)

    def get(self, name: str, file: Path) -> None:
        if not self.has(name):
            raise FileNotFoundError(name)
        self.client.download_file(self.bucket, self.prefix + name, str(file))

    def names(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self.prefix)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)


class Lock:
    """Encrypts what a vault keeps, with keys that are made from a password: AES-256-GCM in pieces of a megabyte."""

    def __init__(self, password: str, salt: bytes) -> None:
        keys = Scrypt(salt=salt, length=64, n=2**15, r=8, p=1).derive(password.encode())
        self._cipher, self._names = AESGCM(keys[:32]), keys[32:]

    def name_of(self, digest: str) -> str:
        """What a content is kept under: its hash alone would tell whoever has the same file."""
        return hmac.new(self._names, digest.encode(), hashlib.sha256).hexdigest()

    def encrypt(self, source: Path, target: Path) -> None:
        begin = secrets.token_bytes(8)
        with source.open("rb") as read, target.open("wb") as write:
            write.write(MAGIC + begin)
            number, piece = 0, read.read(CHUNK)
            while True:
                following = read.read(CHUNK)
                last = b"" if following else b"last"
                write.write(self._cipher.encrypt(begin + number.to_bytes(4, "big"), piece, last))
                if not following:
                    return
                number, piece = number + 1, following

    def decrypt(self, source: Path, target: Path) -> None:
        """Raises BackupFailed where the password is another one, or the file is not whole."""
        with source.open("rb") as read, target.open("wb") as write:
            if read.read(len(MAGIC)) != MAGIC:
                raise BackupFailed(f"{source.name} is not of this vault.")
            begin, number = read.read(8), 0
            piece = read.read(CHUNK + 16)
            while True:
                following = read.read(CHUNK + 16)
                try:
                    nonce = begin + number.to_bytes(4, "big")
                    write.write(self._cipher.decrypt(nonce, piece, b"" if following else b"last"))
                except InvalidTag:
                    raise BackupFailed("The password is another one, or the backup is damaged.") from None
                if not following:
                    return
                number, piece = number + 1, following


class Vault:
    """password: "" for one that is not encrypted; an encrypted one opens with its own password alone."""

    def __init__(self, place: Place, password: str = "") -> None:
        self.place = place
        self._lock = self._opened(password)

    @property
    def is_encrypted(self) -> bool:
        return self._lock is not None

    def _opened(self, password: str) -> Lock | None:
        told = self._plain("vault.json")
        if told is None:
            if any(True for _name in self.place.names("snapshots/")):
                raise BackupFailed("vault.json is missing, which tells how this backup is encrypted.")
            told = {"salt": secrets.token_hex(16)} if password else {}
            self._put_bytes("vault.json", json.dumps(told).encode())
        if "salt" not in told:
            if password:
                raise BackupFailed("This backup is not encrypted; take another place for one that is.")
            return None
        if not password:
            raise BackupFailed("This backup is encrypted; set BACKUP_PASSWORD.")
        return Lock(password, bytes.fromhex(told["salt"]))

    def _plain(self, name: str) -> dict[str, Any] | None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                self.place.get(name, Path(folder) / "file")
            except FileNotFoundError:
                return None
            found: dict[str, Any] = json.loads((Path(folder) / "file").read_text())
            return found

    def _put_bytes(self, name: str, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_bytes(content)
            self.place.put(name, file)

    def object_name(self, digest: str) -> str:
        name = self._lock.name_of(digest) if self._lock else digest
        return f"objects/{name[:2]}/{name}"

    def put_object(self, file: Path, digest: str) -> bool:
        """Keeps the file's content; False where it was there."""
        name = self.object_name(digest)
        if self.place.has(name):
            return False
        self._put(name, file)
        return True

    def get_object(self, digest: str, file: Path) -> None:
        """Writes the content to `file` and checks it. Raises BackupFailed."""
        try:
            self._get(self.object_name(digest), file)
        except FileNotFoundError:
            raise BackupFailed(f"The backup lacks {digest[:12]}…; it is not whole.") from None
        if digest_of(file) != digest:
            raise BackupFailed(f"The backup of {digest[:12]}… is damaged.")

    def put_snapshot(self, name: str, told: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_text(json.dumps(told, indent=1))
            self._put(f"snapshots/{name}.json", file)

    def get_snapshot(self, name: str) -> dict[str, Any]:
        """Raises BackupFailed."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            try:
                self._get(f"snapshots/{name}.json", file)
                told: dict[str, Any] = json.loads(file.read_text())
            except FileNotFoundError:
                raise BackupFailed(f"There is no snapshot {name}; there are {', '.join(self.snapshots())}.") from None
            except ValueError:
                raise BackupFailed(f"The snapshot {name} cannot be read.") from None
            return told

    def snapshots(self) -> list[str]:
        """Their names, oldest first."""
        return sorted(Path(name).stem for name in self.place.names("snapshots/") if name.endswith(".json"))

    def _put(self, name: str, file: Path) -> None:
        if self._lock is None:
            return self.place.put(name, file)
        with tempfile.TemporaryDirectory() as folder:
            self._lock.encrypt(file, Path(folder) / "file")
            return self.place.put(name, Path(folder) / "file")

    def _get(self, name: str, file: Path) -> None:
        if self._lock is None:
            return self.place.get(name, file)
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder) / "file"
            self.place.get(name, kept)
            return self._lock.decrypt(kept, file)


def digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
