"""Whatever a shop calls a table becomes columns and rows."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.importers.mapping import propose
from catalog.importers.problems import BadFile
from catalog.importers.readers import harmless, open_table, text_stream
from catalog.importers.workbook import LARGE, MAX_CELL

ROWS = "상품코드,브랜드,상품명\nA-1,하늘,와이드 슬랙스\nA-2,하늘,니트 베스트\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
def test_korean_csv_is_read_in_every_encoding_windows_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(ROWS.encode(encoding))
    table = open_table(path)
    assert table.columns == ["상품코드", "브랜드", "상품명"]
    assert [line.cells for line in table.lines()] == [["A-1", "하늘", "와이드 슬랙스"], ["A-2", "하늘", "니트 베스트"]]
    assert list(propose("products", table.columns).values()) == ["sku", "brand", "name"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_header(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(f'sku{separator}"name, long"\nA{separator}"x, y"\n')
    assert [line.cells for line in open_table(path).lines()] == [["A", "x, y"]]


def test_line_numbers_are_those_an_editor_shows(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text('sku,name\nA,"two\nlines"\n\nB,one\n')
    assert [(line.number, line.cells[0]) for line in open_table(path).lines()] == [(2, "A"), (5, "B")]


def test_a_row_too_long_a_cell_too_big_and_a_zero_byte_are_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(f"sku,name\nA,1,2,3\nB,{'x' * (MAX_CELL + 1)}\nC,fine\nD,ze\0ro\n")
    lines = {line.number: line for line in open_table(path).lines()}
    assert "4 cells" in lines[2].broken.reason and str(MAX_CELL + 1) in lines[3].broken.reason
    assert lines[4].cells == ["C", "fine"] and "zero" in lines[5].broken.reason


def test_a_stray_quotation_mark_costs_its_own_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    rows = [f"A-{n},name {n}" for n in range(2000)]
    rows[3] = 'A-3,"never closed'
    path.write_text("sku,name\n" + "\n".join(rows) + "\n")
    lines = list(open_table(path).lines())
    assert [line.number for line in lines if line.broken] == [5]
    assert len(lines) == 2000


def test_xlsx_json_lines_and_merchant_xml_are_tables_too(tmp_path: Path) -> None:
    book = Workbook()
    for cells in (["sku", "price", "in stock"], ["A-1", 39000.0, True], [None, None, None], ["A-2", 12.5, False]):
        book.active.append(cells)
    book.save(tmp_path / "feed.xlsx")
    assert [(line.number, line.cells) for line in open_table(tmp_path / "feed.xlsx").lines()] == [
        (2, ["A-1", "39000", "true"]),
        (4, ["A-2", "12.5", "false"]),
    ]
    (tmp_path / "feed.jsonl").write_text(
        '{"sku": "A-1", "tags": ["와이드", "울"]}\n[1]\n{"sku": "A-2", "box": {"x": 1}}\n'
    )
    lines = list(open_table(tmp_path / "feed.jsonl").lines())
    assert [line.cells for line in lines if not line.broken] == [["A-1", "와이드|울", ""], ["A-2", "", '{"x": 1}']]
    assert lines[1].number == 2 and lines[1].broken
    (tmp_path / "feed.xml").write_text(
        '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>A-1</g:id>'
        "<title>Coat</title><g:additional_image_link>a</g:additional_image_link>"
        "<g:additional_image_link>b</g:additional_image_link></item></channel></rss>"
    )
    table = open_table(tmp_path / "feed.xml")
    assert table.columns == ["id", "title", "additional_image_link"]
    assert [line.cells for line in table.lines()] == [["A-1", "Coat", "a|b"]]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("feed.csv", b"", "empty"),
        ("feed.csv", b"%PDF-1.7 nothing", "not a table"),
        ("feed.xls", b"\xd0\xcf\x11\xe0" + b"x" * 50, "old .xls"),
        ("feed.csv", b"a,b\n\x00\x01" + b"x" * 300, "zero bytes"),
        ("feed.json", b'[{"sku": 1}]', "one JSON object a line"),
        ("feed.xlsx", b"PK\x03\x04 broken", "damaged"),
        (
            "feed.xml",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><rss><item><id>&a;</id></item></rss>',
            "not safe",
        ),
        ("feed.xml", b"<rss><item><id>1</id>", "not well-formed"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        list(open_table(path).lines())


def test_a_workbook_that_unfolds_without_end_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/sharedStrings.xml", b" " * (LARGE + 1))
    with pytest.raises(BadFile, match="unfolds"):
        open_table(tmp_path / "bomb.xlsx")


def test_what_we_write_for_spreadsheets_cannot_run_there() -> None:
    assert harmless("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert "".join(text_stream([["-2+3", "plain"]])) == "\ufeff'-2+3,plain\r\n"
