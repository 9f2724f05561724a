"""What the importers of products, brands, looks and sizes share: lines in; rows to write and problems out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from catalog.importers.options import Options
from catalog.importers.photos import NoPhotos, PhotoSource, Picture, is_address, picture
from catalog.importers.problems import BadPhoto, BadRow
from catalog.importers.readers import Line
from catalog.importers.web_photos import WebPhotos
from catalog.models import ImportJob, ImportProblem


@dataclass
class Batch:
    """What came of some lines. write: to be called inside the transaction that moves the checkpoint."""

    lines: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    photos: int = 0
    problems: list[ImportProblem] = field(default_factory=list)
    write: Callable[[], None] = lambda: None

    def refuse(self, job: ImportJob, line: int, problem: BadRow) -> None:
        self.refused += 1
        self.problems.append(
            ImportProblem(job=job, line=line, column=problem.column, reason=problem.reason, value=problem.value)
        )

    def note(self, job: ImportJob, line: int, reason: str, value: str = "") -> None:
        """A remark on a row that went in all the same."""
        self.problems.append(
            ImportProblem(job=job, line=line, reason=reason[:400], value=value[:120], is_refusal=False)
        )


class Importer(Protocol):
    """batch_size: lines at a time. prepare: whatever needs a look over the whole file. seen: is told lines that an
    earlier run has done, so that doubles are noticed across a restart. finish: after the last batch."""

    batch_size: int

    def prepare(self, lines: Callable[[], Iterator[Line]]) -> None: ...

    def seen(self, line: Line) -> None: ...

    def batch(self, lines: Sequence[Line]) -> Batch: ...

    def finish(self) -> None: ...


class Photos:
    """Reads and prepares the photos of rows: those beside the file one by one, those on the web eight at a time."""

    def __init__(self, source: PhotoSource, web: WebPhotos | None = None) -> None:
        self.source = source
        self.has_source = not isinstance(source, NoPhotos)
        self.web = web or WebPhotos()
        self.read_count = 0

    def wanted(self, references: Sequence[str]) -> list[str]:
        """Those that can be had: file names only where photos came along."""
        return [reference for reference in references if self.has_source or is_address(reference)]

    def local_digests(self, references: Sequence[str]) -> list[str] | None:
        """sha256 of each photo beside the file; None where one is on the web or cannot be read."""
        if not references or any(is_address(reference) for reference in references):
            return None
        try:
            return [hashlib.sha256(self.source.read(reference)).hexdigest() for reference in references]
        except BadPhoto:
            return None

    def read(self, reference: str) -> Picture:
        content = (self.web if is_address(reference) else self.source).read(reference)
        self.read_count += 1
        return picture(content)

    def read_all(self, wanted: Sequence[Sequence[str]]) -> list[list[Picture | BadPhoto]]:
        """For each row the picture, or what is wrong, of each reference."""
        flat = [(at, place, reference) for at, row in enumerate(wanted) for place, reference in enumerate(row)]
        results: list[list[Picture | BadPhoto]] = [[BadPhoto("")] * len(row) for row in wanted]

        def one(reference: str) -> Picture | BadPhoto:
            try:
                return self.read(reference)
            except BadPhoto as problem:
                return problem

        away = [entry for entry in flat if is_address(entry[2])]
        if away:
            with ThreadPoolExecutor(8) as pool:
                for (at, place, _reference), found in zip(away, pool.map(lambda e: one(e[2]), away), strict=True):
                    results[at][place] = found
        for at, place, reference in flat:
            if not is_address(reference):
                results[at][place] = one(reference)
        return results

    def close(self) -> None:
        self.source.close()
        self.web.close()


@dataclass
class Context:
    """What an importer is given. columns: of the file."""

    job: ImportJob
    columns: list[str]
    options: Options
    photos: Photos
    is_dry_run: bool
