"""Runs an import, a batch at a time, so that it can be watched, cancelled, killed and taken up again.

One transaction holds a batch's rows, its problems and the checkpoint (`rows_done`); whatever ends the process, the
next run goes on behind the last whole batch and doubles nothing. Who runs a job holds an advisory lock of Postgres,
which the server frees the moment the connection is gone: a job left by a killed worker can be claimed at once, one
that is being worked on cannot.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalog.importers import undo
from catalog.importers.batches import Batch, Context, Importer, Photos
from catalog.importers.brand_import import BrandImport
from catalog.importers.files import local_copy
from catalog.importers.look_import import LookImport
from catalog.importers.mapping import check
from catalog.importers.options import Options
from catalog.importers.photos import open_photos
from catalog.importers.problems import BadFile, Stopped
from catalog.importers.product_import import ProductImport
from catalog.importers.readers import Table, open_table
from catalog.importers.size_import import SizeImport
from catalog.models import ImportJob, ImportProblem
from catalog.signals import import_requested

log = logging.getLogger(__name__)

LOCK_CLASS = 0x07A6  # keeps our advisory locks apart from anybody else's
MOST_SECONDS = 6000  # then the rest is queued anew, well before the task's own limit
MOST_STALLS = 3  # starts without a row of progress; after that the file itself kills the worker

IMPORTERS: dict[str, Callable[[Context], Importer]] = {
    ImportJob.Content.PRODUCTS: ProductImport,
    ImportJob.Content.BRANDS: BrandImport,
    ImportJob.Content.LOOKS: LookImport,
    ImportJob.Content.SIZES: SizeImport,
}

Progress = Callable[[ImportJob], None]


def run(job_id: int, *, progress: Progress | None = None) -> None:
    """Does the job, or what is left of it. Leaves quietly if it is gone, finished, or someone else's just now."""
    with job_lock(job_id) as is_ours:
        if not is_ours:
            return
        job = claim(job_id)
        if job is None:
            return
        options = Options.of(job.options)
        with translation.override(options.language or translation.get_language()):
            _work(job, options, progress)


def _work(job: ImportJob, options: Options, progress: Progress | None) -> None:
    """The import or its undoing, with whatever goes wrong written down in the job."""
    try:
        if options.undo:
            undo.undo(job, progress)
        else:
            run_import(job, progress)
    except BadFile as problem:
        finish(job, ImportJob.Status.FAILED, error=str(problem))
    except Stopped:
        log.info("import %s was stopped", job.pk)
    except DatabaseError as error:
        log.exception("import %s", job.pk)
        finish(job, ImportJob.Status.FAILED, error=_("The database refused a row: %s") % str(error).split("\n")[0])


@contextlib.contextmanager
def job_lock(job_id: int) -> Iterator[bool]:
    """Yields whether the lock is ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, job_id])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job_id])


def claim(job_id: int) -> ImportJob | None:
    """The job, running and ours; None where there is nothing to do. Call with the lock held."""
    statuses = (ImportJob.Status.QUEUED, ImportJob.Status.RUNNING)
    now = timezone.now()
    if not ImportJob.objects.filter(pk=job_id, status__in=statuses).update(
        status=ImportJob.Status.RUNNING, claimed_at=now
    ):
        return None
    job = ImportJob.objects.get(pk=job_id)
    stalls = job.report.get("stalls", 0) + 1 if job.report.get("started_at_row") == job.rows_done else 0
    job.report |= {"started_at_row": job.rows_done, "started_at": now.isoformat(), "stalls": stalls}
    job.save(update_fields=["report"])
    if stalls >= MOST_STALLS:
        error = _("The import ended %d times at the same row without a word; the file was put aside.") % stalls
        finish(job, ImportJob.Status.FAILED, error=error)
        return None
    return job


def finish(job: ImportJob, status: str, *, error: str = "") -> None:
    ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING).update(
        status=status, error=error, finished_at=timezone.now(), report=job.report
    )
    job.refresh_from_db()


def run_import(job: ImportJob, progress: Progress | None) -> bool:
    """Returns True where the rest was queued anew. Raises BadFile, Stopped, DatabaseError."""
    options = Options.of(job.options)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        path = Path(options.path) if options.path else stack.enter_context(local_copy(job.file))
        table = open_file(path, job.file_name)
        check(job.content, table.columns, job.mapping)
        photos_path = Path(options.photos_path) if options.photos_path else None
        if job.photos:
            photos_path = stack.enter_context(local_copy(job.photos))
        photos = Photos(open_photos(photos_path))
        stack.callback(photos.close)
        context = Context(job, table.columns, options, photos, job.is_dry_run)
        importer = IMPORTERS[job.content](context)
        job.report |= {"format": table.format, "encoding": table.encoding}
        job.rows_total = min(sum(1 for _line in table.lines()), options.limit or 2**31 - 1)
        job.save(update_fields=["rows_total", "report"])
        importer.prepare(table.lines)
        lines = islice(table.lines(), options.limit or None)
        for line in islice(lines, job.rows_done):
            importer.seen(line)
        # An import that ran before and was stopped has spent these seconds already.
        spent = float(job.report.get("seconds", 0))
        while chunk := list(islice(lines, importer.batch_size)):
            batch = importer.batch(chunk)
            job.report["seconds"] = round(spent + time.monotonic() - began, 2)
            job.report["photos"] = job.report.get("photos", 0) + batch.photos
            save(job, batch)
            if progress:
                progress(job)
            if time.monotonic() - began > MOST_SECONDS and not options.is_attached:
                queue_again(job)
                return True
        with transaction.atomic():
            if not job.is_dry_run:
                importer.finish()
            finish(job, ImportJob.Status.DONE)
    return False


def open_file(path: Path, name: str = "") -> Table:
    """Raises BadFile, also where the file is gone."""
    try:
        return open_table(path, name=name)
    except OSError as error:
        raise BadFile(_("The file cannot be read: %s.") % (error.strerror or type(error).__name__)) from error


def save(job: ImportJob, batch: Batch) -> None:
    """Writes the batch and moves the checkpoint, or neither. Raises Stopped where the job is no longer running."""
    with transaction.atomic():
        batch.write()
        ImportProblem.objects.bulk_create(batch.problems)
        counts = {
            "rows_done": job.rows_done + batch.lines,
            "rows_created": job.rows_created + batch.created,
            "rows_updated": job.rows_updated + batch.updated,
            "rows_unchanged": job.rows_unchanged + batch.unchanged,
            "rows_refused": job.rows_refused + batch.refused,
        }
        running = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING, rows_done=job.rows_done)
        if not running.update(**counts, report=job.report, claimed_at=timezone.now()):
            raise Stopped
    for name, value in counts.items():
        setattr(job, name, value)


def queue_again(job: ImportJob) -> None:
    with transaction.atomic():
        ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING).update(status=ImportJob.Status.QUEUED)
        import_requested.send(sender=ImportJob, job_id=job.pk)
