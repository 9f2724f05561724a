"""The photos that come beside a table: a folder, a ZIP, a tar, or addresses on the web.

A reference that leaves its folder, an archive that unfolds without end and a picture that is none are refused with a
sentence. Every picture is decoded and written anew as WebP, so nothing rides along with it.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.importers.problems import BadFile, BadPhoto, BadRow
from imaging.decode import BadImage, decode
from imaging.webp import webp

MAX_BYTES = 15 * 1024 * 1024
MAX_MEMBERS = 500_000
MAX_RATIO = 200  # packed to unpacked; a real photo hardly shrinks at all
SIDE = 1600  # the largest a product page shows
EXTENSIONS = (".webp", ".jpg", ".jpeg", ".png", ".heic")
# The codes of imaging/decode.py in the words of an import.
_NO_PHOTO = gettext_lazy("The photo is none: JPEG, PNG, WebP and HEIC can be read.")
_DAMAGED = gettext_lazy("The photo is damaged and cannot be opened.")
_SENTENCES = {
    "empty": gettext_lazy("The photo is empty."),
    "too_heavy": gettext_lazy("The photo is larger than %(megabytes)d MB."),
    "not_an_image": _NO_PHOTO,
    "svg": _NO_PHOTO,
    "unsupported": _NO_PHOTO,
    "polyglot": gettext_lazy("The file carries something else behind the picture, so it was refused."),
    "truncated": _DAMAGED,
    "too_many_pixels": gettext_lazy("The photo has too many pixels."),
    "too_small": gettext_lazy("The photo is too small to see a garment on it."),
    "corrupt": _DAMAGED,
}
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def is_address(reference: str) -> bool:
    return reference[:8].lower().startswith(("http://", "https://"))


def check_reference(reference: str, column: str) -> None:
    """Refuses what points outside the photos that came along. Raises BadRow."""
    if is_address(reference):
        return
    parts = PurePosixPath(reference.replace("\\", "/")).parts
    if _ADDRESS.match(reference) or reference.startswith(("/", "\\")) or ".." in parts or "\0" in reference:
        reason = _("“%s” points outside the photos that came with the file.")
        raise BadRow(reason % reference[:80], column=column, value=reference)
    if len(reference) > 500:
        raise BadRow(_("The name of the photo is too long."), column=column, value=reference)


@dataclass(frozen=True)
class Picture:
    """webp: the picture as we keep it. sha256: of the bytes it came as. width, height: pixels."""

    webp: bytes
    sha256: str
    width: int
    height: int


def picture(content: bytes) -> Picture:
    """Decodes, turns upright, drops metadata, fits into SIDE and encodes. Raises BadPhoto."""
    try:
        decoded = decode(content, max_side=SIDE, max_bytes=MAX_BYTES, keep_alpha=True)
    except BadImage as bad:
        raise BadPhoto(str(_SENTENCES[bad.code]) % {"megabytes": MAX_BYTES // 2**20}) from None
    written = webp(decoded.image, quality=88, method=2)
    return Picture(written, hashlib.sha256(content).hexdigest(), *decoded.image.size)


class PhotoSource(Protocol):
    """read: the bytes behind a reference of the file. Raises BadPhoto with the reason."""

    def read(self, reference: str) -> bytes: ...

    def names(self) -> list[str]: ...

    def close(self) -> None: ...


class NoPhotos:
    """Nothing came along: file names are passed over, addresses still work."""

    def read(self, reference: str) -> bytes:
        raise BadPhoto(_("There is no photo “%s” among those that came with the file.") % reference[:80])

    def names(self) -> list[str]:
        return []

    def close(self) -> None:
        return


class _Index:
    """Finds a member by its path, then its bare name, then the name without extension."""

    def __init__(self, names: list[str]) -> None:
        self._by: dict[str, str] = {}
        for name in names:
            path = PurePosixPath(name)
            for key in (name, path.name, path.stem):
                self._by.setdefault(key.casefold(), name)

    def find(self, reference: str) -> str:
        reference = reference.replace("\\", "/").lstrip("./").casefold()
        path = PurePosixPath(reference)
        stems = [path.stem] if path.suffix in EXTENSIONS else []
        for key in (reference, path.name, *stems):
            if key in self._by:
                return self._by[key]
        raise BadPhoto(_("There is no photo “%s” among those that came with the file.") % reference[:80])


def _is_safe(name: str) -> bool:
    return not name.startswith(("/", "\\")) and ".." not in PurePosixPath(name.replace("\\", "/")).parts


class FolderPhotos:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._names = [
            path.relative_to(self.folder).as_posix()
            for path in sorted(self.folder.rglob("*"))
            if path.suffix.lower() in EXTENSIONS
        ]
        self._index = _Index(self._names)

    def read(self, reference: str) -> bytes:
        path = (self.folder / self._index.find(reference)).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():  # a link out of the folder
            raise BadPhoto(_("“%s” points outside the photos that came with the file.") % reference[:80])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    def names(self) -> list[str]:
        return self._names

    def close(self) -> None:
        return


class ZipPhotos:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise BadFile(_("The ZIP of photos is damaged and cannot be opened.")) from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise BadFile(_("The archive holds more than %d files.") % MAX_MEMBERS)
        self._members = {m.filename: m for m in members if not m.is_dir() and _is_safe(m.filename)}
        self._index = _Index(list(self._members))

    def read(self, reference: str) -> bytes:
        member = self._members[self._index.find(reference)]
        if member.flag_bits & 0x1:
            raise BadPhoto(_("The archive is locked with a password."))
        if member.file_size > MAX_BYTES or member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise BadPhoto(_("“%s” unfolds to far more than it is; it was not unpacked.") % reference[:80])
        try:
            with self._zip.open(member) as file:
                content = file.read(MAX_BYTES + 1)  # the header may lie about the size
        except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, RuntimeError) as error:
            raise BadPhoto(_("“%s” is damaged inside the archive.") % reference[:80]) from error
        return content

    def names(self) -> list[str]:
        return list(self._members)

    def close(self) -> None:
        self._zip.close()


class TarPhotos:
    """A plain tar; a compressed one would have to be unfolded from its start for every photo."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._places: dict[str, tuple[int, int]] = {}
        try:
            with tarfile.open(fileobj=self._file, mode="r:") as archive:
                for number, member in enumerate(archive):
                    if number >= MAX_MEMBERS:
                        raise BadFile(_("The archive holds more than %d files.") % MAX_MEMBERS)
                    if member.isreg() and _is_safe(member.name):
                        self._places[member.name] = (member.offset_data, member.size)
                    archive.members = []  # type: ignore[attr-defined]  # or every header stays in memory
        except (tarfile.TarError, OSError) as error:
            self._file.close()
            raise BadFile(_("The tar of photos is damaged, or compressed; use a plain tar or a ZIP.")) from error
        self._index = _Index(list(self._places))

    def read(self, reference: str) -> bytes:
        start, size = self._places[self._index.find(reference)]
        self._file.seek(start)
        return self._file.read(min(size, MAX_BYTES + 1))

    def names(self) -> list[str]:
        return list(self._places)

    def close(self) -> None:
        self._file.close()


def open_photos(path: Path | None) -> PhotoSource:
    """The photos in a folder, ZIP or tar; none for None. Raises BadFile."""
    if path is None:
        return NoPhotos()
    if path.is_dir():
        return FolderPhotos(path)
    if not path.is_file():
        raise BadFile(_("There are no photos at %s.") % path)
    if zipfile.is_zipfile(path):
        return ZipPhotos(path)
    return TarPhotos(path)
