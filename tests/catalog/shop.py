"""Files as shops send them, and the imports of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image

from catalog.importers import mapping, runner
from catalog.importers.options import Options
from catalog.models import ImportJob

HEAD = ["sku", "brand", "name", "kind", "gender", "colour", "price", "image"]


def photo(colour: str = "navy", size: tuple[int, int] = (90, 120), kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


def row(number: int, **changes: str) -> dict[str, str]:
    return {
        "sku": f"A-{number}", "brand": "Haneul", "name": f"Wide slacks {number}", "kind": "Trousers",
        "gender": "Women", "colour": "Navy Blue", "price": "39,000", "image": "",
    } | changes  # fmt: skip


def table(folder: Path, rows: list[dict[str, str]], *, name: str = "feed.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    columns = list(dict.fromkeys(key for each in rows for key in each)) or HEAD
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "photos.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def queued(
    path: Path,
    *,
    content: str = "products",
    photos: Path | None = None,
    is_dry_run: bool = False,
    columns: dict[str, str] | None = None,
    **options: Any,
) -> ImportJob:
    found = runner.open_file(path)
    told = Options(path=str(path), photos_path=str(photos or ""), **({"publish": True} | options))
    return ImportJob.objects.create(
        content=content,
        file_name=path.name,
        mapping=mapping.propose(content, found.columns) | (columns or {}),
        options=told.stored(),
        status=ImportJob.Status.QUEUED,
        is_dry_run=is_dry_run,
    )


def imported(path: Path, **how: Any) -> ImportJob:
    """The job after it ran."""
    job = queued(path, **how)
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def reasons(job: ImportJob) -> dict[int, str]:
    return {problem.line: problem.reason for problem in job.problems.filter(is_refusal=True)}
