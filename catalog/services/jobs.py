"""Imports as staff start, watch, stop and undo them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from catalog.importers import mapping
from catalog.importers.files import local_copy
from catalog.importers.options import Options
from catalog.importers.runner import open_file
from catalog.models import ImportJob
from catalog.signals import import_requested

Status = ImportJob.Status


def job_create(
    *,
    content: str,
    file: File[bytes],
    requested_by: str,
    photos: File[bytes] | None = None,
    options: Options | None = None,
) -> ImportJob:
    """Keeps the file and proposes its columns. Raises BadFile where it is no table."""
    with transaction.atomic():
        job = ImportJob.objects.create(
            content=content, file=file, photos=photos or "", file_name=(file.name or "")[-255:],
            requested_by=requested_by, options=(options or Options()).stored(),
        )  # fmt: skip
        with local_copy(job.file) as path:
            table = open_file(path, job.file_name)
            job.mapping = mapping.propose(content, table.columns)
        job.save(update_fields=["mapping"])
    return job


def job_configure(*, job: ImportJob, columns: dict[str, str], options: Options) -> None:
    """columns: {column: field}. Raises BadFile where it cannot work."""
    mapping.check(job.content, list(job.mapping), columns)
    job.mapping, job.options = columns, options.stored()
    job.save(update_fields=["mapping", "options"])


def job_start(*, job: ImportJob, is_dry_run: bool) -> bool:
    """Queues a job that waits, or one whose dry run is over. False where it is neither."""
    startable = ImportJob.objects.filter(pk=job.pk, status=Status.DRAFT) | ImportJob.objects.filter(
        pk=job.pk, is_dry_run=True, status__in=[Status.DONE, Status.CANCELLED, Status.FAILED]
    )
    with transaction.atomic():
        if not startable.update(
            status=Status.QUEUED, is_dry_run=is_dry_run, rows_done=0, rows_created=0, rows_updated=0,
            rows_unchanged=0, rows_refused=0, error="", finished_at=None, report={},
            options={**job.options, "language": get_language() or ""},
        ):  # fmt: skip
            return False
        job.problems.all().delete()
        import_requested.send(sender=ImportJob, job_id=job.pk)
    job.refresh_from_db()
    return True


def job_redraft(*, job: ImportJob) -> bool:
    """Back to the columns after a dry run, or after an import that failed before its first row."""
    over = ImportJob.objects.filter(pk=job.pk, status__in=[Status.DONE, Status.CANCELLED, Status.FAILED])
    return bool((over.filter(is_dry_run=True) | over.filter(rows_done=0)).update(status=Status.DRAFT, is_dry_run=False))


def job_cancel(*, job: ImportJob) -> bool:
    """The batch at work is rolled back; what went in before stays until the import is undone."""
    return bool(
        ImportJob.objects.filter(pk=job.pk, status__in=[Status.DRAFT, Status.QUEUED, Status.RUNNING]).update(
            status=Status.CANCELLED, finished_at=timezone.now()
        )
    )


def job_resume(*, job: ImportJob) -> bool:
    """Goes on with a cancelled or failed import behind its last whole batch."""
    with transaction.atomic():
        if not ImportJob.objects.filter(pk=job.pk, status__in=[Status.CANCELLED, Status.FAILED]).update(
            status=Status.QUEUED, error="", finished_at=None
        ):
            return False
        import_requested.send(sender=ImportJob, job_id=job.pk)
    return True


def job_undo(*, job: ImportJob) -> bool:
    with transaction.atomic():
        done = [Status.DONE, Status.CANCELLED, Status.FAILED]
        options = {**job.options, "undo": True}
        if not ImportJob.objects.filter(pk=job.pk, is_dry_run=False, status__in=done).update(
            status=Status.QUEUED, options=options, error=""
        ):
            return False
        import_requested.send(sender=ImportJob, job_id=job.pk)
    return True


def jobs_stranded(*, older_than: timedelta = timedelta(minutes=2)) -> list[int]:
    """Jobs that should be running and show no sign of it: for the sweeper to send again. The runner's lock makes
    sending one too many harmless."""
    limit = timezone.now() - older_than
    waiting = ImportJob.objects.filter(status__in=[Status.QUEUED, Status.RUNNING]).exclude(options__is_attached=True)
    stale = waiting.filter(claimed_at__lt=limit) | waiting.filter(claimed_at=None, created_at__lt=limit)
    return list(stale.values_list("pk", flat=True))


def job_progress(job: ImportJob) -> dict[str, Any]:
    """What the page shows: share 0..1, rows, seconds left or None, whether it is over."""
    rows_done, rows_total, before = job.rows_done, job.rows_total, int(job.report.get("started_at_row", 0))
    if job.options.get("undo"):
        rows_done = job.report.get("undone_removed", 0) + job.report.get("undone_restored", 0)
        rows_total, before = job.rows_created + job.rows_updated, 0
    share = rows_done / rows_total if rows_total else 0.0
    left = None
    if job.status == Status.RUNNING and (started := job.report.get("started_at")):
        elapsed = (timezone.now() - datetime.fromisoformat(started)).total_seconds()
        if rows_done > before:
            left = max(round(elapsed * (rows_total - rows_done) / (rows_done - before)), 0)
    return {
        "status": job.status,
        "status_name": job.get_status_display(),
        "share": round(min(share, 1.0), 4),
        "rows_done": rows_done,
        "rows_total": rows_total,
        "created": job.rows_created,
        "updated": job.rows_updated,
        "unchanged": job.rows_unchanged,
        "refused": job.rows_refused,
        "seconds_left": left,
        "is_over": job.status not in (Status.QUEUED, Status.RUNNING),
    }
