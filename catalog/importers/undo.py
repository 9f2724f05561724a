"""Puts back what an import did: what it made goes, what it changed becomes what it was.

Rows that people changed by hand since are left alone and counted. Steps are small, each ends with how far it came, and
each may be done twice, so that an undo which was killed or stopped simply goes on.
"""

# ruff: noqa: S608  (the names in the SQL are our own tables and columns; values are parameters)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.importers.changes import put_back, write_history
from catalog.importers.problems import Stopped
from catalog.importers.removing import remove
from catalog.models import (
    Brand,
    ImportChange,
    ImportJob,
    Look,
    LookItem,
    Product,
    ProductImage,
    SizeChart,
    SizeRow,
)
from catalog.signals import brands_changed, looks_changed, products_changed

STEP = 2000
_MODELS: dict[str, type[models.Model]] = {model._meta.db_table: model for model in (Brand, Product, Look, SizeChart)}
# Children that were remembered inside their parent's row: key there, their model, the column that leads back.
_CHILDREN: dict[type[models.Model], tuple[str, type[models.Model], str]] = {
    Product: ("_images", ProductImage, "product_id"),
    Look: ("_items", LookItem, "look_id"),
    SizeChart: ("_rows", SizeRow, "chart_id"),
}
Note = Callable[..., None]  # (removed=rows) or (restored=rows)
_SIGNALS = {Product: (products_changed, "product_ids"), Look: (looks_changed, "look_ids")}


def undo(job: ImportJob, progress: Callable[[ImportJob], None] | None = None) -> None:
    """Raises Stopped where the job was cancelled meanwhile."""

    def note(**done: int) -> None:
        for name, rows in done.items():
            job.report[f"undone_{name}"] = job.report.get(f"undone_{name}", 0) + rows
        running = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING)
        if not running.update(report=job.report, claimed_at=timezone.now()):
            raise Stopped
        if progress:
            progress(job)

    for made in (Look, Product):
        _remove_made(job, made, note)
    _remove_made_charts(job, note)
    for table, model in _MODELS.items():
        _restore(job, table, model, note)
    with transaction.atomic():
        empty = Brand.objects.filter(import_job=job).exclude(Exists(Product.objects.filter(brand=OuterRef("pk"))))
        note(removed=empty.exclude(Exists(_by_hand(Brand))).delete()[1].get("catalog.Brand", 0), restored=0)
        kept = sum(model._default_manager.filter(import_job=job).count() for model in (Product, Look))
        job.report |= {"undone_kept": kept + job.changes.count()}
        job.options |= {"undo": False}
        ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING).update(
            status=ImportJob.Status.UNDONE, finished_at=timezone.now(), report=job.report, options=job.options
        )
    job.refresh_from_db()


def _by_hand(model: Any) -> models.QuerySet[Any]:
    """History records that a person made, of the outer row."""
    records: models.QuerySet[Any] = model.history.filter(id=OuterRef("pk"), history_user__isnull=False)
    return records


def _remove_made(job: ImportJob, model: Any, note: Note) -> None:
    made = model.objects.filter(import_job=job).exclude(Exists(_by_hand(model)))
    while ids := list(made.order_by("pk").values_list("pk", flat=True)[:STEP]):
        with transaction.atomic():
            brands = (
                set(Product.objects.filter(pk__in=ids).values_list("brand_id", flat=True)) if model is Product else ()
            )
            write_history(job, model, ids, "-")
            remove(model, ids)
            note(removed=len(ids))
            if brands:
                brands_changed.send(sender=Brand, brand_ids=sorted(brands))


def _remove_made_charts(job: ImportJob, note: Note) -> None:
    table = SizeChart._meta.db_table
    with transaction.atomic():
        made = job.changes.filter(table=table, before___made=True)
        ids = list(made.values_list("row_id", flat=True))
        SizeChart.objects.filter(pk__in=ids).delete()
        made.delete()
        note(removed=len(ids))


def _restore(job: ImportJob, table: str, model: Any, note: Note) -> None:
    after = 0
    while True:
        changes = list(job.changes.filter(table=table, pk__gt=after).order_by("pk").values_list("pk", flat=True)[:STEP])
        if not changes:
            return
        after = changes[-1]
        with transaction.atomic():
            ids = put_back(model, changes)
            if model in _CHILDREN:
                _put_children_back(job, model, ids)
            if hasattr(model, "history"):
                write_history(job, model, ids, "~")
            ImportChange.objects.filter(job=job, table=table, row_id__in=ids).delete()
            note(restored=len(ids))
            if model in _SIGNALS and ids:
                signal, name = _SIGNALS[model]
                signal.send(sender=model, **{name: ids})


def _put_children_back(job: ImportJob, model: type[models.Model], ids: list[int]) -> None:
    key, child, parent = _CHILDREN[model]
    table = child._meta.db_table
    child._default_manager.filter(**{f"{parent}__in": ids}).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} SELECT r.* FROM {ImportChange._meta.db_table} c, "
            f"jsonb_populate_recordset(NULL::{table}, "
            "CASE jsonb_typeof(c.before -> %s) WHEN 'array' THEN c.before -> %s ELSE '[]'::jsonb END) r "
            'WHERE c.job_id = %s AND c."table" = %s AND c.row_id = ANY(%s)',
            [key, key, job.pk, model._meta.db_table, ids],
        )
