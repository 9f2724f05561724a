"""The first rows of a file as an import would read them, for the page where columns are given to fields."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core import signing

from catalog.importers.batches import Context, Photos
from catalog.importers.brand_import import BrandImport
from catalog.importers.files import local_copy
from catalog.importers.look_import import LookImport
from catalog.importers.mapping import FIELDS, Field
from catalog.importers.options import Options
from catalog.importers.photos import NoPhotos, PhotoSource, is_address, open_photos, picture
from catalog.importers.problems import BadPhoto, BadRow, shortened
from catalog.importers.product_import import ProductImport
from catalog.importers.readers import Line, Table
from catalog.importers.runner import open_file
from catalog.importers.size_import import SizeImport
from catalog.models import ImportJob, Kind
from imaging.decode import decode
from imaging.webp import webp

SAMPLES = 3
PHOTOS = 3  # of a row
SIDE = 160
SALT = "import preview"
ROWS = 8
# What a row is read into, where it is not called as the field it came from.
SAME = {
    "colour_names": "colours",
    "photos": "image",
    "photo": "image",
    "sizes_in_stock": "sizes",
    "is_in_stock": "in_stock",
}


@dataclass
class Column:
    """A column of the file with a few of its cells and the field it is given to."""

    name: str
    given_to: str
    samples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Thumbnail:
    """src: a data: address of the photo, small, or "". problem: why there is none. is_away: it is on the web."""

    reference: str
    src: str = ""
    problem: str = ""
    is_away: bool = False

    @property
    def query(self) -> str:
        """By which the desk asks for one that is away; signed, so that nothing is fetched but what a file names."""
        return urlencode({"of": signing.dumps(self.reference, salt=SALT)})


@dataclass
class ReadRow:
    """facts: (label, value) as understood; problems: why the row would be refused; photos: what it would bring."""

    line: int
    facts: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    photos: list[Thumbnail] = field(default_factory=list)


@dataclass
class Preview:
    format: str
    encoding: str
    columns: list[Column]
    fields: list[Field]
    rows: list[ReadRow]


def preview(job: ImportJob) -> Preview:
    """Raises BadFile."""
    options = Options.of(job.options)
    with contextlib.ExitStack() as stack:
        path = stack.enter_context(local_copy(job.file))
        beside = Path(options.photos_path) if options.photos_path else None
        if job.photos:
            beside = stack.enter_context(local_copy(job.photos))
        source = open_photos(beside)
        stack.callback(source.close)
        return _preview(job, open_file(Path(path), job.file_name), source)


def thumbnail(content: bytes) -> bytes:
    """A photo, small, as WebP. Raises BadPhoto for what an import would refuse."""
    return webp(decode(picture(content).webp, max_side=SIDE, keep_alpha=True).image)


def _thumbnails(references: Sequence[str], source: PhotoSource) -> list[Thumbnail]:
    """Of the photos that came beside the file; those on the web are fetched when somebody looks."""
    shown = []
    for reference in references[:PHOTOS]:
        if is_address(reference):
            shown.append(Thumbnail(reference, is_away=True))
        elif not isinstance(source, NoPhotos):
            try:
                small = base64.b64encode(thumbnail(source.read(reference))).decode()
                shown.append(Thumbnail(reference, src=f"data:image/webp;base64,{small}"))
            except BadPhoto as problem:
                shown.append(Thumbnail(reference, problem=str(problem)))
    return shown


def _preview(job: ImportJob, table: Table, source: PhotoSource) -> Preview:
    lines = list(islice(table.lines(), 50))
    columns = [
        Column(name, job.mapping.get(name, ""), list(dict.fromkeys(
            shortened(line.cells[at], 60) for line in lines if not line.broken and line.cells[at].strip()
        ))[:SAMPLES])
        for at, name in enumerate(table.columns)
    ]  # fmt: skip
    photos = Photos(source)
    context = Context(job, table.columns, Options.of(job.options), photos, is_dry_run=True)
    try:
        rows = list(_read(job, context, table, lines[:ROWS]))
    finally:
        photos.web.close()
    return Preview(table.format, table.encoding, columns, list(FIELDS[job.content]), rows)


def _read(job: ImportJob, context: Context, table: Table, lines: list[Line]) -> list[ReadRow]:
    needed = FIELDS[job.content][0].slug
    if needed not in job.mapping.values() and "name_en" not in job.mapping.values():
        return []  # nothing can be read before that column is named
    kinds = {kind.pk: kind.name for kind in Kind.objects.all()}
    reader: Any
    match job.content:
        case ImportJob.Content.PRODUCTS:
            importer = ProductImport(context)
            # The brands of the first rows alone; the import itself learns them from the whole file.
            importer.prepare(lambda: islice(table.lines(), 5000))
            reader = importer.rows
        case ImportJob.Content.LOOKS:
            reader = LookImport(context).read
        case ImportJob.Content.BRANDS:
            reader = BrandImport(context).read
        case _:
            reader = SizeImport(context).read
    rows = []
    for line in lines:
        try:
            row = reader(line)
            small = _thumbnails(_references(job, row), context.photos.source)
            rows.append(ReadRow(line.number, _facts(job, row, kinds), photos=small))
        except BadRow:
            rows.append(ReadRow(line.number, problems=_problems(reader, table.columns, line)))
    return rows


def _problems(reader: Any, columns: list[str], line: Line) -> list[str]:
    """All that is wrong with a line: each cell that was refused is put right, and the line read again."""
    found: dict[str, str] = {}
    cells = list(line.cells)
    while True:
        try:
            reader(replace(line, cells=cells))
        except BadRow as problem:
            if problem.column in found:
                break
            found[problem.column] = f"{problem.column}: {problem.reason}" if problem.column else problem.reason
            if line.broken or problem.column not in columns:
                break
            at = columns.index(problem.column)
            cells[at] = "" if cells[at].strip() else "?"  # what is missing stands for something
        else:
            break
    return list(found.values())


def _references(job: ImportJob, row: Any) -> list[str]:
    """Of the photos that a row names."""
    match job.content:
        case ImportJob.Content.PRODUCTS:
            return list(row.images or ())
        case ImportJob.Content.LOOKS:
            return [row.image] if row.image else []
        case ImportJob.Content.BRANDS:
            return [row[1]] if row[1] else []
        case _:
            return []


def _facts(job: ImportJob, row: Any, kinds: dict[int, str]) -> list[tuple[str, str]]:
    match job.content:
        case ImportJob.Content.PRODUCTS:
            facts = {"brand": row.brand, "sku": row.sku, **row.values, "photos": row.images}
        case ImportJob.Content.LOOKS:
            facts = {"key": row.key, **row.values, "photo": row.image}
        case ImportJob.Content.BRANDS:
            facts = row[0]
        case _:
            facts = {"chart": row.chart, "size": row.label, **row.about, **row.zones}
    if "kind_id" in facts:
        facts["kind"] = kinds.get(facts.pop("kind_id"), "+")
    facts.pop("colours", None)
    labels = {known.slug: str(known.label) for known in FIELDS[job.content]}
    return [
        (labels.get(SAME.get(name, name), name.replace("_", " ")), shortened(_text(value), 80))
        for name, value in facts.items()
        if value not in (None, "", [], {})
    ]


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | dict):
        return ", ".join(str(member) for member in value)
    return str(value)
