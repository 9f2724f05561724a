"""CSV, XLSX, JSON lines and Google Merchant XML as one thing: columns, and rows of text with their line numbers.

Nothing here holds more than a row in memory. Encodings are told from the bytes: a mark at the start, UTF-16 by its
zero bytes, UTF-8 where it decodes, CP949 (Korean Windows) otherwise.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from xml.etree.ElementTree import Element, ParseError

from django.utils.translation import gettext as _

from catalog.importers import workbook
from catalog.importers.problems import BadFile, BadRow
from catalog.importers.workbook import MAX_CELL, MAX_COLUMNS, cell_text

MAX_FIELD = 32 * 1024 * 1024  # what the CSV reader itself takes before it gives up on a cell
MAX_LINES = 500  # physical lines of one row: more is a quotation mark gone astray
MAX_RESTARTS = 50
SAMPLE = 256 * 1024

Cells = list[str]


@dataclass
class Line:
    """A row as it stands in the file. broken: why it cannot be read at all."""

    number: int
    cells: Cells = field(default_factory=list)
    broken: BadRow | None = None


class Table(Protocol):
    """columns: names as in the file, unique. format and encoding are for the report."""

    columns: list[str]
    format: str
    encoding: str

    def lines(self) -> Iterator[Line]: ...


def open_table(path: Path, *, name: str = "") -> Table:
    """The table in a file. name: what it was called, where `path` is a stored copy. Raises BadFile."""
    suffix = Path(name or path.name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b"\0 \r\n\t"):
        raise BadFile(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return XlsxTable(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(_("This is an old .xls workbook; save it as .xlsx or CSV."))
    encoding = encoding_of(path, head)
    start = head.decode(encoding, errors="ignore").lstrip("\ufeff \r\n\t")
    if suffix in {".xml", ".rss", ".atom"} or start.startswith(("<?xml", "<rss", "<feed")):
        return MerchantTable(path)
    if suffix in {".jsonl", ".ndjson", ".json"} or start.startswith("{"):
        if start.startswith("["):
            raise BadFile(_("This is one JSON list; write one JSON object a line instead (JSON lines)."))
        return JsonTable(path, encoding)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"\x1f\x8b")):
        raise BadFile(_("This is not a table. CSV, XLSX, JSON lines and Google Merchant XML can be imported."))
    return CsvTable(path, encoding)


def encoding_of(path: Path, head: bytes) -> str:
    """The codec's name. Reads on where the sample alone cannot tell. Raises BadFile."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if zeros := head[:4096].count(0):
        if zeros < len(head[:4096]) / 5:
            raise BadFile(_("The file holds zero bytes; it is damaged, or no table at all."))
        return "utf-16-le" if head[1:4096:2].count(0) >= head[0:4096:2].count(0) else "utf-16-be"
    for encoding in ("utf-8", "cp949"):
        if _decodes(path, encoding):
            return encoding
    raise BadFile(_("The text is neither UTF-8, UTF-16 nor CP949 (Korean Windows); save it as UTF-8."))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1024 * 1024):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def header(names: Iterable[Any]) -> list[str]:
    """Column names: cleaned, empty ones numbered, doubles told apart. Raises BadFile."""
    columns: list[str] = []
    for number, value in enumerate(names, 1):
        name = str("" if value is None else value).strip().strip("\ufeff")[:120] or _("column %d") % number
        if "\0" in name:
            raise BadFile(_("The file holds zero bytes; it is damaged, or no table at all."))
        while name in columns:
            name += "′"
        columns.append(name)
    if not columns:
        raise BadFile(_("The first line has to name the columns."))
    if len(columns) > MAX_COLUMNS:
        raise BadFile(_("The file has more than %d columns.") % MAX_COLUMNS)
    return columns


def guarded(number: int, cells: Cells, columns: list[str]) -> Line:
    """The line with as many cells as there are columns, or a broken one."""
    if len(cells) > len(columns):
        if any(cell.strip() for cell in cells[len(columns) :]):
            reason = _("The row has %(cells)d cells where the header has %(columns)d.")
            return Line(number, broken=BadRow(reason % {"cells": len(cells), "columns": len(columns)}))
        cells = cells[: len(columns)]
    elif len(cells) < len(columns):
        cells = cells + [""] * (len(columns) - len(cells))
    for at, cell in enumerate(cells):
        if len(cell) > MAX_CELL:
            reason = _("The cell holds %(length)d characters; at most %(most)d are taken.")
            broken = BadRow(reason % {"length": len(cell), "most": MAX_CELL}, column=columns[at], value=cell[:130])
            return Line(number, broken=broken)
        if "\0" in cell:
            return Line(number, broken=BadRow(_("The cell holds a zero character."), column=columns[at], value=cell))
    return Line(number, cells)


class CsvTable:
    format = "CSV"

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self.encoding = encoding
        with path.open("rb") as file:
            sample = file.read(SAMPLE).decode(encoding, errors="ignore").lstrip("\ufeff")
        first = next((line for line in sample.splitlines() if line.strip()), "")
        # The separator is the one most frequent outside quotation marks in the header line.
        bare = re.sub(r'"[^"]*"', "", first)
        self.delimiter = max(",;\t|", key=bare.count)
        csv.field_size_limit(MAX_FIELD)
        reader = csv.reader(self._text(), delimiter=self.delimiter)
        try:
            self.columns = header(next(row for row in reader if row))
        except (StopIteration, csv.Error) as error:
            raise BadFile(_("The first line has to name the columns.")) from error

    def _text(self) -> Iterator[str]:
        """Lines of the file, each at most MAX_FIELD characters, so that none can fill the memory."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            first = True
            while line := file.readline(MAX_FIELD):
                yield line.lstrip("\ufeff") if first else line
                first = False

    def lines(self) -> Iterator[Line]:
        skip, restarts = 0, 0
        while True:
            for line, physical in self._lines_after(skip):
                if physical > MAX_LINES and restarts < MAX_RESTARTS:
                    # A stray quotation mark swallowed all up to the next one: refuse its line, go on with the next.
                    restarts += 1
                    skip = line.number
                    yield Line(line.number, broken=BadRow(_("A quotation mark on this line is never closed.")))
                    break
                yield line
            else:
                return

    def _lines_after(self, skip: int) -> Iterator[tuple[Line, int]]:
        """Rows that begin behind physical line `skip`, each with the number of physical lines it spans."""
        text = self._text()
        for _number in range(skip):
            next(text, None)
        reader = csv.reader(text, delimiter=self.delimiter)
        headed = skip > 0
        before = skip
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells = ["", "\0" * (MAX_CELL + 1)]  # beyond MAX_FIELD; refused just below for its length
            number, spans = before + 1, skip + reader.line_num - before
            before = skip + reader.line_num
            if not any(cells):
                continue
            if not headed:
                headed = True
                continue
            yield guarded(number, cells, self.columns), spans


def _why_not(code: str, name: str) -> str:
    return {
        "no_workbook": _("This ZIP is no workbook. Photos go beside the table, not in its place."),
        "unfolds": _("The workbook unfolds to more than 1 GB; it was not opened."),
        "ratio": _("“%s” unfolds to far more than it is; it was not unpacked.") % name,
        "strings": _("The workbook holds too many texts; save it as CSV."),
        "cells": _("The workbook holds too many cells; save it as CSV."),
        "slow": _("The workbook takes too long to read; save it as CSV."),
        "heavy": _("The workbook needs too much memory; save it as CSV."),
    }.get(code, _("The workbook is damaged and cannot be opened."))


class XlsxTable:
    """The first sheet of a workbook; formulas give the value that was saved with them."""

    format, encoding = "XLSX", "utf-8"

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self._rows(workbook.FIRST_S)) as rows:
            self.columns = header(next(rows, ()))

    def _rows(self, seconds: int = workbook.ALL_S) -> Generator[list[str]]:
        try:
            yield from workbook.rows(self.path, seconds=seconds)
        except workbook.BadWorkbook as bad:
            raise BadFile(_why_not(bad.code, self.path.name[:80])) from bad

    def lines(self) -> Iterator[Line]:
        with closing(self._rows()) as rows:
            next(rows, None)
            for number, cells in enumerate(rows, 2):
                if any(cells):
                    yield guarded(number, cells, self.columns)


class JsonTable:
    """One JSON object a line. A list becomes its members joined by `|`; an object stays JSON."""

    format = "JSON lines"

    def __init__(self, path: Path, encoding: str) -> None:
        self.path, self.encoding = path, encoding
        names: dict[str, None] = {}
        for number, (_line, found) in enumerate(self._objects()):
            if isinstance(found, dict):
                names.update(dict.fromkeys(found))
            if number >= 1000:
                break
        if not names:
            raise BadFile(_("No line of the file is a JSON object."))
        self.columns = header(names)
        self._keys = list(names)

    def _objects(self) -> Iterator[tuple[int, Any]]:
        with self.path.open(encoding=self.encoding, errors="replace") as file:
            number = 0
            while text := file.readline(MAX_FIELD):
                number += 1
                if not text.strip():
                    continue
                try:
                    yield number, json.loads(text)
                except (json.JSONDecodeError, RecursionError):
                    yield number, None

    def lines(self) -> Iterator[Line]:
        for number, found in self._objects():
            if not isinstance(found, dict):
                yield Line(number, broken=BadRow(_("The line is no JSON object.")))
                continue
            cells = [self._text(found.get(key)) for key in self._keys]
            yield guarded(number, cells, self.columns)

    @staticmethod
    def _text(value: Any) -> str:
        if isinstance(value, list) and all(isinstance(member, str | int | float) for member in value):
            return "|".join(cell_text(member) for member in value)
        if isinstance(value, list | dict):
            return json.dumps(value, ensure_ascii=False)
        return cell_text(value)


class MerchantTable:
    """A Google Merchant feed, RSS 2.0 or Atom; `line` is the number of the item."""

    format, encoding = "Merchant XML", "xml"
    ITEMS = frozenset({"item", "entry"})

    def __init__(self, path: Path) -> None:
        self.path = path
        names: dict[str, None] = {}
        for number, element in enumerate(self._items()):
            names.update(dict.fromkeys(key for key, _value in self._fields(element)))
            if number >= 1000:
                break
        if not names:
            raise BadFile(_("The feed has no <item> and no <entry>."))
        self.columns = header(names)

    def _items(self) -> Iterator[Element]:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse

        try:
            parents: list[Element] = []
            for event, element in iterparse(self.path, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if _local(element.tag) in self.ITEMS:
                    yield element
                    if parents:
                        parents[-1].clear()  # or the whole feed stays in memory
        except DefusedXmlException as error:
            raise BadFile(_("The feed declares entities of its own, which is not safe; it was not read.")) from error
        except (ParseError, LookupError, ValueError) as error:
            raise BadFile(_("The feed is not well-formed XML: %s.") % error) from error

    @staticmethod
    def _fields(item: Element) -> Iterator[tuple[str, str]]:
        for child in item:
            name = _local(child.tag)
            text = "".join(child.itertext()).strip() or child.get("href", "")
            yield name, text

    def lines(self) -> Iterator[Line]:
        for number, item in enumerate(self._items(), 1):
            found: dict[str, str] = {}
            for name, text in self._fields(item):
                found[name] = f"{found[name]}|{text}" if found.get(name) else text
            yield guarded(number, [found.get(name, "") for name in self.columns], self.columns)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def text_stream(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """CSV text of `rows`, a piece a row, that a spreadsheet will show and not execute."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in rows:
        writer.writerow([harmless(str(cell)) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
