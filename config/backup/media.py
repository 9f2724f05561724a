"""The site's own files, members' and the catalogue's: in folders or in a bucket, as the settings say."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from config.backup.vault import Bucket


class Media(Protocol):
    def files(self) -> Iterator[tuple[str, str]]:
        """(name, stamp): another stamp where the content may be another."""

    def fetch(self, name: str, to: Path) -> Path:
        """The file where it can be read: its own, or a copy at `to`. Raises FileNotFoundError."""

    def stage(self, name: str, file: Path) -> None:
        """Puts a file where it waits for `swap`; the caller has no more use for `file`."""

    def swap(self) -> None:
        """What was staged is what is there now; what was there is kept until `forget`."""

    def swap_back(self) -> None: ...

    def forget(self) -> None:
        """Removes what lay there before a swap, and what was staged in vain."""


class MediaFolder:
    """Files of an hour's searches by photo are nobody's to keep; sizes of pictures are made again when asked for."""

    PASSING = ("private/query/", "private/query-answer/", "public/sized/")

    def __init__(self, root: Path) -> None:
        self.root = root
        self._staged, self._before = (root.with_name(f"{root.name}.{word}") for word in ("restored", "before"))

    def files(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if not name.startswith(self.PASSING):
                with contextlib.suppress(FileNotFoundError):  # gone since
                    if path.is_file():
                        stat = path.stat()
                        yield name, f"{stat.st_size}:{stat.st_mtime_ns}"

    def fetch(self, name: str, to: Path) -> Path:
        path = self.root / name
        if not path.is_file():
            raise FileNotFoundError(name)
        return path

    def stage(self, name: str, file: Path) -> None:
        to = self._staged / name
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(file, to)
        to.chmod(0o600)

    def swap(self) -> None:
        self._staged.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self._before, ignore_errors=True)
        if self.root.exists():
            self.root.rename(self._before)
        self._staged.rename(self.root)

    def swap_back(self) -> None:
        if self._before.exists():
            shutil.rmtree(self.root, ignore_errors=True)
            self._before.rename(self.root)

    def forget(self) -> None:
        shutil.rmtree(self._before, ignore_errors=True)
        shutil.rmtree(self._staged, ignore_errors=True)


class MediaBucket:
    """Names are random and contents never change, so that what is brought back stands beside what is there; a swap
    back has nothing to undo, and what belongs to no row is the store's own rules' to remove."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.bucket = Bucket(client, bucket)

    def files(self) -> Iterator[tuple[str, str]]:
        pages = self.bucket.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket.bucket):
            for one in page.get("Contents", ()):
                if not one["Key"].startswith(MediaFolder.PASSING):
                    yield one["Key"], f"{one['Size']}:{one['ETag']}"

    def fetch(self, name: str, to: Path) -> Path:
        self.bucket.get(name, to)
        return to

    def stage(self, name: str, file: Path) -> None:
        if not self.bucket.has(name):
            self.bucket.put(name, file)
        file.unlink()

    def swap(self) -> None: ...

    def swap_back(self) -> None: ...

    def forget(self) -> None: ...
