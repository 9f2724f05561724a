"""The first sheet of an XLSX, read in a process of its own: its cost in time and memory is bounded, and is not ours.

`python -m catalog.importers.workbook PATH SECONDS` writes a JSON list of cells a row, or {"error": code} and ends. It
counts what the file unfolds to, its strings and its cells before anything of it is taken for a workbook. No Django
here.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, cast
from xml.etree.ElementTree import ParseError

MAX_COLUMNS: Final = 300
MAX_CELL: Final = 20_000  # characters; a description of ten pages
MAX_UNPACKED: Final = 1024 * 1024 * 1024  # bytes an XLSX may unfold to
MAX_RATIO: Final = 150  # packed to unpacked, of a large part; shared strings are held in memory whole
LARGE: Final = 16 * 1024 * 1024
MAX_EMPTY_ROWS: Final = 10_000  # one after the other: the table ended before
MAX_TAGS: Final = {"strings": 4_000_000, "sheet": 100_000_000}  # a string or a cell is two, opened and closed
FIRST_S: Final = 15  # processor seconds until the first row
ALL_S: Final = 900
MEMORY: Final = 1024 * 1024 * 1024  # bytes of address space
ROOT: Final = Path(__file__).resolve().parent.parent.parent


class BadWorkbook(Exception):
    """code: no_workbook, unfolds, ratio, strings, cells, slow, heavy or damaged."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def rows(path: Path, *, seconds: int = ALL_S) -> Iterator[list[str]]:
    """The rows as text, without empty cells at their ends. seconds: of processor time. Raises BadWorkbook."""
    check(path)
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "catalog.importers.workbook", str(path), str(seconds)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    output = cast(IO[bytes], process.stdout)
    try:
        for line in output:
            told = json.loads(line)
            if isinstance(told, dict):
                raise BadWorkbook(str(told["error"]))
            yield told
        if code := process.wait():
            raise BadWorkbook("slow" if code < 0 else "damaged")  # ended by the limit of its time
    finally:
        process.kill()
        output.close()
        process.wait()


def check(path: Path) -> None:
    """What the archive says of itself: cheap enough for anybody. Raises BadWorkbook."""
    try:
        with zipfile.ZipFile(path) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadWorkbook("damaged") from None
    if sum(part.file_size for part in entries) > MAX_UNPACKED:
        raise BadWorkbook("unfolds")
    if any(part.file_size > max(LARGE, MAX_RATIO * part.compress_size) for part in entries):
        raise BadWorkbook("ratio")
    if "[Content_Types].xml" not in {part.filename for part in entries}:
        raise BadWorkbook("no_workbook")


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# --- In the process of its own ----------------------------------------------------------------------------------------
def count(path: Path) -> None:
    """Reads every part once, keeping nothing, and counts. Raises BadWorkbook."""
    with zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            tags, size = 0, 0
            with parts.open(part) as source:
                while chunk := source.read(1024 * 1024):
                    size += len(chunk)
                    tags += chunk.count(b"<")
                    if size > part.file_size or size > MAX_UNPACKED:  # its head lied
                        raise BadWorkbook("unfolds")
                    if tags > MAX_TAGS["sheet" if is_sheet else "strings"]:
                        raise BadWorkbook("cells" if is_sheet else "strings")


def values(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        # A cell at the far end would fill a million rows of 16,384 cells before it.
        empty = 0
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS + 1):
            empty = empty + 1 if all(value is None for value in row) else 0
            if empty > MAX_EMPTY_ROWS:
                return
            yield row
    finally:
        book.close()


def trimmed(row: tuple[Any, ...]) -> list[str]:
    end = len(row)
    while end and row[end - 1] in (None, ""):
        end -= 1
    return [cell_text(value)[: MAX_CELL + 1] for value in row[:end]]


def main(path: Path, seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    code = ""
    try:
        count(path)
        for row in values(path):
            print(json.dumps(trimmed(row)), flush=True)
    except BadWorkbook as bad:
        code = bad.code
    except MemoryError:
        code = "heavy"
    except BrokenPipeError:  # nobody reads on
        os._exit(0)
    # Whatever a damaged part makes the reader stumble over.
    except (zipfile.BadZipFile, zlib.error, KeyError, IndexError, OSError, ValueError, TypeError,
            AttributeError, ParseError, NotImplementedError, RuntimeError, EOFError):  # fmt: skip
        code = "damaged"
    if code:
        print(json.dumps({"error": code}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
