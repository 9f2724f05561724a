"""Files that are no tables, or hardly: refused or read at once, and their zero bytes reach no row."""

import sys
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.importers.problems import BadFile
from catalog.importers.readers import open_table


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
