"""Closets of other programs, as far as their formats are public: each read as things, whatever program they are of.

- A spreadsheet (CSV, or a workbook) with a heading: a thing a row, columns by their usual names in English and Korean.
- wardrowbe: it has no export. Its API's answer of `items` as items.json, in a ZIP with the pictures by `image_path`.
- Libre-Closet (Lazztech's): it has no export. Its SQLite database in a ZIP with the folder of its pictures.
- Libre-Closet (agandhi4's): its export, closet-<day>.json, alone or in a ZIP with the pictures by the last part of
  their address (none is fetched); closet-<day>.csv is a spreadsheet.

Nothing of theirs is trusted: names with paths lead nowhere, a database is read without its own code and within bounds.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.asked import day_named
from catalog.importers.problems import BadFile, BadRow
from catalog.importers.readers import open_table
from catalog.importers.vocabulary import kind_slug, material_slug, pattern_slug, season_slugs
from catalog.words.reading import read
from closet.services.closet_file import MOST_FILES, MOST_RATIO, ImportRefused
from closet.services.things import Thing

MOST_THINGS: Final = 5000
MOST_TEXT: Final = 32 * 2**20  # bytes of items.json, of a database, of a spreadsheet
_STEPS: Final = 50_000_000  # of SQLite's machine: a table of 5,000 garments takes some 100,000
# Libre-Closet's categories and wardrowbe's types that our vocabulary reads as something else, or not at all.
_KINDS: Final = {
    "top": "t-shirt", "tops": "t-shirt", "bottoms": "trousers", "pants": "trousers", "outerwear": "jacket",
    "shoes": "sneakers", "footwear": "sneakers", "bag": "handbag", "bags": "handbag", "sweater": "knit",
    "tank-top": "sleeveless", "suit": "blazer", "jewelry": "jewellery", "dresses": "dress", "lingerie": "underwear",
}  # fmt: skip
# Words for many kinds: what a thing is called says more.
_WIDE: Final = {
    "top", "tops", "bottoms", "pants", "outerwear", "shoes", "footwear", "bag", "bags", "accessories", "activewear",
    "other", "unknown",
}  # fmt: skip


@dataclass
class ForeignCloset:
    """left_out: the things whose kind nobody knows, by name. pictures: reads one by its name."""

    program: str
    things: list[Thing]
    left_out: list[str]
    pictures: Callable[[str], bytes]


def foreign_open(file: IO[bytes]) -> ForeignCloset:
    """Tells the program by what is in the file. Raises ImportRefused."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        if (garments := _exported(file.read(MOST_TEXT + 1))) is not None:
            return _sorted_out("Libre-Closet", _libre_closet_export(garments))
        file.seek(0)
        return _spreadsheet(file)
    archive = zipfile.ZipFile(file)
    entries = {entry.filename: entry for entry in archive.infolist()}
    if "xl/workbook.xml" in entries:
        file.seek(0)
        return _spreadsheet(file, ".xlsx")
    if len(entries) > MOST_FILES:
        raise ImportRefused(_("The file holds too many parts."))
    by_end = {PurePosixPath(name).name: entry for name, entry in entries.items()}

    def part(entry: zipfile.ZipInfo, most: int) -> bytes:
        if entry.file_size > most or entry.file_size > MOST_RATIO * max(entry.compress_size, 100):
            raise ImportRefused(_("“%(name)s” in the file is larger than can be.") % {"name": entry.filename[:80]})
        try:
            with archive.open(entry) as source:
                data = source.read(entry.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
            raise ImportRefused(_("“%(name)s” in the file is damaged.") % {"name": entry.filename[:80]}) from None
        return data

    def picture(name: str) -> bytes:
        entry = by_end.get(PurePosixPath(name.replace("\\", "/")).name)
        return part(entry, settings.PHOTO_MAX_BYTES) if entry else b""

    if "items.json" in by_end:
        return _sorted_out("wardrowbe", _wardrowbe(part(by_end["items.json"], MOST_TEXT)), picture)
    for name, entry in by_end.items():
        if name.endswith(".json") and (garments := _exported(part(entry, MOST_TEXT))) is not None:
            return _sorted_out("Libre-Closet", _libre_closet_export(garments), picture)
    databases = [entry for name, entry in by_end.items() if name.endswith((".db", ".sqlite", ".sqlite3"))]
    if len(databases) == 1:
        return _sorted_out("Libre-Closet", _libre_closet(part(databases[0], MOST_TEXT)), picture)
    raise ImportRefused(_("No closet was found in this file."))


def _sorted_out(
    program: str, rows: Iterable[tuple[str, Thing]], pictures: Callable[[str], bytes] = lambda _name: b""
) -> ForeignCloset:
    """rows: what a thing is called there and the thing, its kind as it was written."""
    things, left_out = [], []
    for written, thing in rows:
        order = (thing.name, written) if written.strip().lower() in _WIDE else (written, thing.name)
        thing.kind = _kind(order[0]) or _kind(order[1])
        if not thing.kind:
            left_out.append(f"{thing.name} ({written})"[:120] if written else thing.name[:120])
            continue
        thing.name = _clean(thing.name, 120)
        for name, most in (("brand_name", 80), ("size_label", 30), ("notes", 5000)):
            setattr(thing, name, _clean(getattr(thing, name), most))
        things.append(thing)
        if len(things) > MOST_THINGS:
            raise ImportRefused(_("A file may hold %(n)d garments at most.") % {"n": MOST_THINGS})
    if not things:
        raise ImportRefused(_("No garment was found in this file."))
    return ForeignCloset(program, things, left_out, pictures)


def _clean(text: Any, most: int) -> str:
    """As the database can hold it."""
    kept = "".join(letter for letter in str(text or "") if letter != "\0" and not "\ud800" <= letter <= "\udfff")
    return kept.strip()[:most]


def _kind(written: str) -> str:
    key = written.strip().lower().replace("_", "-")
    return _KINDS.get(key) or kind_slug(written[:200]) or next(iter(read(written[:200]).slugs("kind")), "")


def _colour(written: Any) -> str:
    return next(iter(read(str(written or "").replace("-", " ").replace("_", " ")[:80]).slugs("colour")), "")


def _amount(written: Any) -> Decimal | None:
    try:
        amount = Decimal(str(written).replace(",", "").strip())
    except InvalidOperation:
        return None
    return round(amount, 2) if amount.is_finite() and 0 <= amount < 10**9 else None


def _day(written: Any) -> date | None:
    return day_named(str(written or "")[:10].replace(".", "-").replace("/", "-"))


# --- A spreadsheet ----------------------------------------------------------------------------------------------------
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "item", "title", "description", "이름", "품명", "상품명"),
    "kind": ("kind", "type", "category", "subcategory", "종류", "카테고리", "분류"),
    "colour": ("colour", "color", "colours", "colors", "색", "색상"),
    "brand_name": ("brand", "label", "maker", "브랜드"),
    "size_label": ("size", "사이즈", "치수"),
    "price": ("price", "cost", "paid", "가격", "구매가"),
    "currency": ("currency", "통화"),
    "bought_on": ("bought", "bought on", "purchased", "purchase date", "date bought", "acquired_on", "구매일", "산 날"),
    "material": ("material", "materials", "fabric", "소재"),
    "pattern": ("pattern", "무늬", "패턴"),
    "seasons": ("season", "seasons", "계절"),
    "notes": ("notes", "note", "comments", "메모"),
    "worn": ("worn", "worn on", "last worn", "입은 날"),
}


def _spreadsheet(file: IO[bytes], suffix: str = ".csv") -> ForeignCloset:
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        copy.write(file.read(MOST_TEXT + 1))
        if copy.tell() > MOST_TEXT:
            raise ImportRefused(_("The spreadsheet is too large."))
        copy.flush()
        try:
            table = open_table(Path(copy.name), name=f"closet{suffix}")
            heads = [column.strip().lower() for column in table.columns]
            at = {name: [n for n, head in enumerate(heads) if head in known] for name, known in COLUMNS.items()}
            if not (at["name"] or at["kind"]):
                raise ImportRefused(_("The first row should name the columns: name, kind, colour, brand, size, price."))
            return _sorted_out("spreadsheet", _rows(table.lines(), at))
        except (BadFile, BadRow) as problem:
            raise ImportRefused(str(problem)) from problem


def _rows(lines: Iterable[Any], at: Mapping[str, list[int]]) -> Iterator[tuple[str, Thing]]:
    for line in lines:
        said = {name: " ".join(line.cells[n] for n in places if n < len(line.cells)) for name, places in at.items()}
        if not (said["name"].strip() or said["kind"].strip()):
            continue
        worn = _day(said["worn"])
        yield said["kind"], Thing(
            name=said["name"] or said["kind"], kind="", colour=_colour(said["colour"] or said["name"]),
            pattern=pattern_slug(said["pattern"]) or "", material=material_slug(said["material"]) or "",
            seasons=list(season_slugs(said["seasons"]) or ()), brand_name=said["brand_name"],
            size_label=said["size_label"], price=_amount(said["price"]), currency=said["currency"].strip().upper(),
            bought_on=_day(said["bought_on"]), notes=said["notes"], worn=[worn] if worn else [],
        )  # fmt: skip


# --- wardrowbe --------------------------------------------------------------------------------------------------------
def _wardrowbe(data: bytes) -> Iterator[tuple[str, Thing]]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise ImportRefused(_("items.json cannot be read.")) from None
    pages: list[Any] = told if isinstance(told, list) else [told]
    rows: list[Any] = []
    for page in pages:
        if isinstance(page, dict):
            items = page.get("items")
            rows += items if isinstance(items, list) else [page]
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("type"), str):
            continue
        tags: Any = row.get("tags") if isinstance(row.get("tags"), dict) else {}
        told_of = {**tags, **{name: value for name, value in row.items() if value not in (None, "", [])}}
        seasons: Any = told_of.get("season") if isinstance(told_of.get("season"), list) else []
        worn = _day(row.get("last_worn_at"))
        finer = str(row.get("subtype") or "")
        yield (finer if _kind(finer) else str(row["type"])), Thing(
            name=str(row.get("name") or row["type"]), kind="", colour=_colour(told_of.get("primary_color")),
            pattern=pattern_slug(str(told_of.get("pattern") or "")) or "",
            material=material_slug(str(told_of.get("material") or "")) or "",
            seasons=list(season_slugs(" ".join(map(str, seasons))) or ()), brand_name=str(row.get("brand") or ""),
            price=_amount(row.get("purchase_price")), bought_on=_day(row.get("purchase_date")),
            notes=str(row.get("notes") or ""), is_favourite=row.get("favorite") is True,
            is_archived=row.get("is_archived") is True, worn=[worn] if worn else [],
            picture=str(row.get("original_image_path") or row.get("image_path") or ""),
        )  # fmt: skip


# --- Libre-Closet -----------------------------------------------------------------------------------------------------
def _libre_closet(data: bytes) -> Iterator[tuple[str, Thing]]:
    with tempfile.NamedTemporaryFile(suffix=".db", dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        copy.write(data)
        copy.flush()
        try:
            rows, worn = _read_database(copy.name)
        except (sqlite3.Error, UnicodeDecodeError):
            raise ImportRefused(_("The database in this file cannot be read.")) from None
    for row in rows:
        yield str(row["category"] or ""), Thing(
            name=str(row["name"] or row["category"] or ""), kind="", colour=_colour(row["color"]),
            brand_name=str(row["brand"] or ""), size_label=str(row["size"] or ""), notes=str(row["notes"] or ""),
            is_archived=bool(row["archived"]), worn=worn.get(row["id"], []), picture=str(row["file_name"] or ""),
        )  # fmt: skip


def _exported(data: bytes) -> list[Any] | None:
    """The garments of an export as JSON; None of anything else."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or len(data) > MOST_TEXT:
        return None
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    garments = told.get("garments") if isinstance(told, dict) and "exportedAt" in told else None
    return garments if isinstance(garments, list) else None


def _libre_closet_export(garments: list[Any]) -> Iterator[tuple[str, Thing]]:
    for row in garments:
        if not isinstance(row, dict) or not isinstance(row.get("category"), str) or row.get("status") == "wishlist":
            continue  # what is only wished for is no garment of theirs
        photo: Any = row.get("photo") if isinstance(row.get("photo"), dict) else {}
        finer = str(row.get("type") or "")
        address = str(photo.get("original") or "")
        yield (finer if _kind(finer) else row["category"]), Thing(
            name=str(row.get("name") or finer or row["category"]), kind="", colour=_colour(_first(row.get("colors"))),
            pattern=pattern_slug(str(row.get("pattern") or "")) or "",
            material=material_slug(_first(row.get("materials"))) or "", brand_name=str(row.get("brand") or ""),
            size_label=str(row.get("size") or ""), price=_amount(row.get("price")),
            bought_on=_day(row.get("acquired_on")), notes=str(row.get("notes") or ""),
            is_archived=row.get("status") == "archived", picture=urlsplit(address).path if _is_address(address) else "",
        )  # fmt: skip


def _first(told: Any) -> str:
    return str(told[0]) if isinstance(told, list) and told else str(told or "")


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text).path)
    except ValueError:
        return False


def _read_database(path: str) -> tuple[list[dict[str, Any]], dict[int, list[date]]]:
    """Rows of `garment` with their file, and the days that outfits with them were worn."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA trusted_schema = OFF")
        left = iter(range(_STEPS // 10_000))
        database.set_progress_handler(lambda: next(left, None) is None, 10_000)
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        known = {row["name"] for row in database.execute("PRAGMA table_info(garment)")}
        if "garment" not in tables or not {"id", "category"} <= known:
            raise sqlite3.DatabaseError
        wanted = ("id", "name", "category", "color", "brand", "size", "notes", "archived", "photo_id")
        columns = ", ".join(name if name in known else f"NULL AS {name}" for name in wanted)
        asked = f"SELECT {columns}, NULL AS file_name FROM garment ORDER BY id LIMIT ?"  # noqa: S608  # names of ours
        rows = [dict(row) for row in database.execute(asked, [MOST_THINGS + 1])]
        if "file" in tables:
            files = dict(database.execute("SELECT id, file_name FROM file LIMIT ?", [MOST_FILES]).fetchall())
            for row in rows:
                row["file_name"] = files.get(row["photo_id"])
        worn: dict[int, list[date]] = {}
        if {"outfit_calendar", "outfit_garments"} <= tables:
            days = database.execute(
                "SELECT g.garment_id, c.worn_at FROM outfit_calendar c JOIN outfit_garments g USING (outfit_id) "
                "WHERE c.worn_at IS NOT NULL LIMIT ?",
                [20 * MOST_THINGS],
            )
            for garment, moment in days:
                stamp = moment / 1000 if isinstance(moment, int | float) and 0 < moment < 10**13 else None
                day = date.fromtimestamp(stamp) if stamp else _day(moment)
                if day:
                    worn.setdefault(garment, []).append(day)
    return rows, worn
