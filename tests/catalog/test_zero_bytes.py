"""A program named .csv is refused with a sentence: its zero bytes reach no row."""

import sys
from pathlib import Path

import pytest

from catalog.importers.problems import BadFile
from catalog.importers.readers import open_table


@pytest.mark.parametrize("content", [Path(sys.executable).resolve().read_bytes()[:300_000], b"a\0,b\n1,2\n" * 30])
def test_a_program_named_csv_is_no_table(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(BadFile, match="zero bytes"):
        open_table(tmp_path / "x.csv")
