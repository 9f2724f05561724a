"""An exported closet as a file from outside: opened with suspicion, and read only where every part of it holds.

The ZIP is what `closet/services/export.py` writes. Anything that is not so is refused with a sentence, before a row is
written: names with paths in them, links, encryption, what unpacks to far more than it weighs, rows that name rows or
pictures that are not there.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import jsonschema
from django.conf import settings
from django.utils.translation import gettext as _

from closet.services.export import FORMAT, GARMENT_FILES, LATER, PHOTO_FILES, PICTURE_FILES, VERSION

FACTS: Final = "closet.json"
MOST_FILES: Final = 100_000
MOST_FACTS: Final = 96 * 2**20  # bytes of closet.json: a closet of 20,000 garments has 60 MB
MOST_RATIO: Final = 200  # unpacked to packed; text of many like rows reaches 40
_PICTURE: Final = re.compile(
    r"(?:photos|garments|garmentpictures|posts|shares)/[0-9A-Za-z-]{1,40}-[a-z_]{1,20}\.(?:jpg|jpeg|png|webp|heic)"
)
SCHEMA: Final = Path(__file__).parent.parent / "closet_schema.json"


class ImportRefused(Exception):
    """A file that cannot be taken in; the sentence is for its owner."""


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of closet.json."""
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


class ClosetFile:
    """facts: closet.json, valid and with every reference resolved."""

    def __init__(self, file: IO[bytes], *, room: int) -> None:
        """room: how many bytes all pictures together may have. Raises ImportRefused."""
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise ImportRefused(_("This is not a ZIP file.")) from None
        self._entries = _checked(self._archive.infolist(), room)
        self.facts = self._read_facts()
        _refer(self.facts, self._entries)

    def picture(self, name: str) -> bytes:
        """Raises ImportRefused where it is damaged."""
        return self._read(self._entries[name], settings.PHOTO_MAX_BYTES)

    def _read(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        try:
            with self._archive.open(entry) as source:
                data = source.read(min(entry.file_size, most) + 1)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
            raise ImportRefused(_("“%(name)s” in the file is damaged.") % {"name": entry.filename}) from None
        if len(data) != entry.file_size:  # its head lied
            raise ImportRefused(_("“%(name)s” in the file is damaged.") % {"name": entry.filename})
        return data

    def _read_facts(self) -> dict[str, Any]:
        if FACTS not in self._entries:
            raise ImportRefused(_("There is no closet.json in this file: it is not an exported closet."))
        try:
            facts = json.loads(self._read(self._entries[FACTS], MOST_FACTS))
        except (ValueError, RecursionError):
            raise ImportRefused(_("closet.json cannot be read.")) from None
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            raise ImportRefused(_("This closet was exported by an older version; export it once more."))
        if facts.get("version") != VERSION:
            raise ImportRefused(_("This closet was exported by a newer version than is installed here."))
        problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema()).iter_errors(facts))
        if problem is not None:
            where = ".".join(map(str, problem.absolute_path)) or FACTS
            raise ImportRefused(_("closet.json does not hold what it should, at %(place)s.") % {"place": where[:120]})
        facts |= {table: [] for table in LATER if table not in facts}
        if _has_unstorable(facts):
            raise ImportRefused(_("A text holds a character that cannot be stored."))
        return facts


def _checked(entries: Collection[zipfile.ZipInfo], room: int) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > MOST_FILES:
        raise ImportRefused(_("The file holds too many parts."))
    known: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for entry in entries:
        name = entry.filename
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if name in known or is_link or entry.flag_bits & 1 or not (name == FACTS or _PICTURE.fullmatch(name)):
            told = name.encode("ascii", "backslashreplace").decode()[:80]
            raise ImportRefused(_("The file holds something that no exported closet has: %(name)s.") % {"name": told})
        most = MOST_FACTS if name == FACTS else settings.PHOTO_MAX_BYTES
        if entry.file_size > most or entry.file_size > MOST_RATIO * max(entry.compress_size, 100):
            raise ImportRefused(_("“%(name)s” in the file is larger than can be.") % {"name": name})
        known[name] = entry
        total += entry.file_size if name != FACTS else 0
    if total > room:
        raise ImportRefused(_("Your closet has no room for these photos."))
    return known


def _refer(facts: Mapping[str, Any], entries: Collection[str]) -> None:
    """Raises ImportRefused for the first row that names what is not there."""
    ids = {
        table: {row["id"] for row in facts[table]} for table in ("photos", "own_kinds", "garments", "outfits", "trips")
    }
    for table, rows in ids.items():
        if len(rows) != len(facts[table]):
            raise ImportRefused(_("Two rows of %(table)s have the same id.") % {"table": table})
    for table, row, named, target in _references(facts):
        if named not in (entries if target == "file" else ids[target]):
            told = {"table": table, "id": str(row)[:40], "named": str(named)[:80]}
            raise ImportRefused(_("%(table)s %(id)s names %(named)s, which is not in the file.") % told)


def _references(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any, str]]:
    """(table, id of the row, what it names, where that should be), of every reference."""
    to: Mapping[str, Mapping[str, str]] = {
        "photos": {**dict.fromkeys(PHOTO_FILES, "file"), "twin_id": "photos"},
        "garments": {
            **dict.fromkeys(GARMENT_FILES, "file"),
            "photo_id": "photos",
            "own_kind_id": "own_kinds",
            "twin_id": "garments",
        },
        "garment_pictures": {**dict.fromkeys(PICTURE_FILES, "file"), "garment_id": "garments"},
        "outfit_items": {"outfit_id": "outfits", "garment_id": "garments"},
        "wear_log": {"outfit_id": "outfits", "garment_id": "garments"},
        "plans": {"outfit_id": "outfits"},
        "trip_days": {"trip_id": "trips"},
        "trip_pieces": {"trip_id": "trips", "garment_id": "garments"},
        "posts": {"picture": "file", "outfit_id": "outfits", "photo_id": "photos"},
        "shares": {
            "picture": "file", "outfit_id": "outfits", "garment_id": "garments", "photo_id": "photos",
        },
    }  # fmt: skip
    for table, fields in to.items():
        for row in facts.get(table, []):
            for field, target in fields.items():
                if row.get(field) is not None:
                    yield table, row["id"], row[field], target
    for table in ("reactions", "trip_days"):
        for row in facts[table]:
            for garment in row["garments"]:
                yield table, row["id"], garment, "garments"


def _has_unstorable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, Mapping):
        return any(_has_unstorable(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(_has_unstorable(one) for one in value)
