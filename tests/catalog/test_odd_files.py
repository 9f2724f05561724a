"""Files that are no tables, or hardly: refused or read at once, and their zero bytes reach no row."""

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from itertools import islice
from pathlib import Path

import psutil
import pytest
from openpyxl import Workbook

from catalog.importers import workbook
from catalog.importers.problems import BadFile
from catalog.importers.readers import open_table
from tests.spending import measured


@pytest.mark.parametrize("content", [Path(sys.executable).resolve().read_bytes()[:300_000], b"a\0,b\n1,2\n" * 30])
def test_a_program_named_csv_is_no_table(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(BadFile, match="zero bytes"):
        open_table(tmp_path / "x.csv")


def test_a_workbook_with_a_cell_at_the_far_end_is_read_at_once(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["sku", "name"])
    book.active.append(["1", "shirt"])
    book.save(tmp_path / "small.xlsx")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(tmp_path / "small.xlsx") as small, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as large:
        for name in small.namelist():
            content = small.read(name).replace(b"</sheetData>", far.encode()).replace(b'"A1:B2"', b'"A1:XFD1048576"')
            large.writestr(name, content)
    began = time.monotonic()
    table = open_table(tmp_path / "x.xlsx")
    assert [line.cells for line in table.lines()] == [["1", "shirt"]]
    assert time.monotonic() - began < 10


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook_of(path: Path, *, sheet: bytes = b"", strings: bytes = b"") -> Path:
    """A workbook whose one sheet, or whose shared strings, are as given."""
    book = Workbook()
    book.active.append(["sku", "name"])
    book.save(path.with_suffix(".small.xlsx"))
    with (
        zipfile.ZipFile(path.with_suffix(".small.xlsx")) as small,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as large,
    ):
        for name in small.namelist():
            content = small.read(name)
            if name == "xl/worksheets/sheet1.xml" and sheet:
                head = re.sub(rb"<dimension[^>]*>", b"", content[: content.index(b"<sheetData>")])  # no end is told
                content = head + b"<sheetData>" + sheet + b"</sheetData></worksheet>"
            if name == "[Content_Types].xml" and strings:
                content = content.replace(b"</Types>", SHARED + b"</Types>")
                large.writestr("xl/sharedStrings.xml", SST + strings + b"</sst>")
            large.writestr(name, content)
    return path


@pytest.mark.parametrize("kind", ["cells", "empty rows", "strings"])
def test_a_small_workbook_that_costs_minutes_costs_its_reader_nothing(tmp_path: Path, kind: str) -> None:
    """As found: 162 kB that held whoever opened it for two minutes."""
    if kind == "strings":
        path = workbook_of(tmp_path / "x.xlsx", strings=b"<si><t>a</t></si>" * 1_100_000)
    elif kind == "cells":
        row = b"<row>" + b"<c><v>1</v></c>" * 300 + b"</row>"
        path = workbook_of(tmp_path / "x.xlsx", sheet=row * 1500)
    else:
        path = workbook_of(tmp_path / "x.xlsx", sheet=b'<row r="1"><c><v>1</v></c></row>' + b"<row/>" * 800_000)
    assert path.stat().st_size < 162_000
    with measured() as spent:
        try:
            seen = len(list(islice(open_table(path).lines(), 50)))  # as the desk's first look does
        except BadFile as bad:
            seen = 0 if "save it as CSV" in str(bad) or "unfolds" in str(bad) else -1
    assert seen >= 0
    assert spent.cpu_s < 2
    assert spent.memory < 200e6


def test_a_workbook_is_given_up_after_its_time(tmp_path: Path) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 300 + b"</row>"
    path = workbook_of(tmp_path / "x.xlsx", sheet=row * 1500)
    with pytest.raises(workbook.BadWorkbook, match="slow"):
        list(workbook.rows(path, seconds=1))


def test_a_workbook_is_given_up_when_it_takes_too_much_memory(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "x.xlsx", strings=b"<si><t>a</t></si>" * 600_000)
    done = subprocess.run(
        [sys.executable, "-c", "import pathlib, sys; from catalog.importers import workbook as w; w.MEMORY = 140 << 20;"
         "w.main(pathlib.Path(sys.argv[1]), 20)", str(path)],
        capture_output=True, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, cwd=workbook.ROOT,
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == {"error": "heavy"}


def test_no_workbook_reader_stays_behind(tmp_path: Path) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 3 + b"</row>"
    for line in open_table(workbook_of(tmp_path / "x.xlsx", sheet=row * 3000)).lines():
        assert line.cells == ["1"] * 3
        break
    assert not [child for child in psutil.Process().children() if str(tmp_path) in " ".join(child.cmdline())]
