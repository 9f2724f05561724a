"""What the import commands share: their arguments, the job they make, the lines they print."""

from __future__ import annotations

import getpass
import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.importers import mapping, runner
from catalog.importers.options import Options
from catalog.importers.problems import BadFile
from catalog.models import ImportJob


class ImportCommand(BaseCommand):
    content = ImportJob.Content.PRODUCTS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, XLSX, JSON lines or Google Merchant XML")
        parser.add_argument("--photos", type=Path, help="a folder, ZIP or tar of photos")
        parser.add_argument(
            "--mapping", help='columns as JSON or a JSON file: {"column": "field"}; what it leaves out is proposed'
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
        parser.add_argument("--limit", type=int, default=0, help="rows at most")
        parser.add_argument("--brand", default="", help="of all rows, where the file names none")
        parser.add_argument("--currency", default="KRW", help="of prices without one")
        parser.add_argument("--unpublished", action="store_true", help="new things wait for a publisher")
        parser.add_argument("--resume", type=int, metavar="JOB", help="go on with an import that was interrupted")

    def handle(self, **options: Any) -> None:
        job = self._resumed(options["resume"]) if options["resume"] else self._new(**options)
        if job.content == ImportJob.Content.SIZES and options["limit"]:
            self.stderr.write("a limit may cut a size chart in two")
        self._last = 0.0
        self._began = time.monotonic()
        runner.run(job.pk, progress=self._print)
        job.refresh_from_db()
        self._summarise(job)

    def _resumed(self, pk: int) -> ImportJob:
        statuses = [ImportJob.Status.RUNNING, ImportJob.Status.CANCELLED, ImportJob.Status.FAILED]
        job = ImportJob.objects.filter(pk=pk, content=self.content).first()
        if job is None or not ImportJob.objects.filter(pk=pk, status__in=statuses).update(
            status=ImportJob.Status.QUEUED, error=""
        ):
            raise CommandError(f"There is no interrupted import {pk}.")
        return job

    def _new(self, **options: Any) -> ImportJob:
        path: Path = options["file"].expanduser().resolve()
        photos: Path | None = options["photos"]
        try:
            table = runner.open_file(path)
            columns = mapping.propose(self.content, table.columns) | self._told(options["mapping"])
            mapping.check(self.content, table.columns, columns)
        except BadFile as problem:
            raise CommandError(str(problem)) from None
        if photos and not photos.exists():
            raise CommandError(f"There are no photos at {photos}.")
        chosen = Options(
            path=str(path),
            photos_path=str(photos.expanduser().resolve()) if photos else "",
            publish=not options["unpublished"],
            limit=options["limit"],
            brand=options["brand"],
            currency=options["currency"].upper(),
            is_attached=True,
        )
        job = ImportJob.objects.create(
            content=self.content,
            file_name=path.name,
            mapping=columns,
            options=chosen.stored(),
            is_dry_run=options["dry_run"],
            status=ImportJob.Status.QUEUED,
            requested_by=f"{getpass.getuser()} (shell)",
        )
        self.stdout.write(f"import {job.pk}: {path.name}, {table.format}, {table.encoding}")
        for column, field in columns.items():
            self.stdout.write(f"  {column} -> {field or '-'}")
        return job

    @staticmethod
    def _told(text: str | None) -> dict[str, str]:
        if not text:
            return {}
        try:
            told = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8"))
        except (json.JSONDecodeError, OSError) as error:
            raise CommandError(f"--mapping is neither JSON nor a file of it: {error}") from None
        if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
            raise CommandError('--mapping has to look like {"column": "field"}.')
        return told

    def _print(self, job: ImportJob) -> None:
        now = time.monotonic()
        if now - self._last < (0.5 if sys.stdout.isatty() else 5) and job.rows_done < job.rows_total:
            return
        self._last = now
        rate = job.rows_done / max(now - self._began, 0.01)
        left = (job.rows_total - job.rows_done) / rate if rate else 0
        self.stdout.write(
            f"  {job.rows_done:,} of {job.rows_total:,} rows, {rate:,.0f} a second, about {left:,.0f} s left"
        )

    def _summarise(self, job: ImportJob) -> None:
        if job.status == ImportJob.Status.FAILED:
            raise CommandError(f"import {job.pk} failed at row {job.rows_done}: {job.error}")
        for problem in job.problems.all()[:20]:
            where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
            self.stdout.write(f"  {where}: {problem.reason}")
        if (more := job.problems.count() - 20) > 0:
            self.stdout.write(f"  … and {more:,} more; the admin has them all as a CSV")
        verb = "would be " if job.is_dry_run else ""
        self.stdout.write(
            f"{job.rows_done:,} rows in {job.report.get('seconds', 0):,.1f} s: {job.rows_created:,} {verb}created, "
            f"{job.rows_updated:,} {verb}updated, {job.rows_unchanged:,} unchanged, {job.rows_refused:,} refused, "
            f"{job.report.get('photos', 0):,} photos"
        )
