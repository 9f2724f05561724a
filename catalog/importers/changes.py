"""What an import did, kept so that it can be put back, and told to the history that staff see."""

# ruff: noqa: S608  (the names in the SQL are our own tables and columns; values are parameters)
from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.utils import timezone

from catalog.importers.copying import column_types
from catalog.models import ImportChange, ImportJob

KEPT_OUT = ("clicks", "updated_at", "import_job_id")


def remember(
    job: ImportJob,
    model: type[models.Model],
    ids: list[int],
    *,
    children: tuple[str, type[models.Model], str] | None = None,
    is_made: bool = False,
) -> None:
    """Keeps rows as they are now. children: (key, model, column that leads back) of rows kept inside theirs.
    is_made: the import made them, so there is no earlier state."""
    if not ids:
        return
    table = model._meta.db_table
    extra = "jsonb_build_object('_made', true)" if is_made else ""
    if children:
        key, child, parent = children
        extra = (
            f"jsonb_build_object('{key}', "
            f"(SELECT jsonb_agg(to_jsonb(c)) FROM {child._meta.db_table} c WHERE c.{parent} = t.id))"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {ImportChange._meta.db_table} (job_id, "table", row_id, before, after_hash) '
            f"SELECT %s, %s, t.id, (to_jsonb(t) - %s::text[]){f' || {extra}' if extra else ''}, '' "
            f"FROM {table} t WHERE t.id = ANY(%s) ON CONFLICT DO NOTHING",
            [job.pk, table, list(KEPT_OUT), ids],
        )


def sign(job: ImportJob, model: type[models.Model]) -> None:
    """Notes what the remembered rows became, so that undo sees whether they changed again since."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ImportChange._meta.db_table} c SET after_hash = t.content_hash FROM {table} t "
            "WHERE c.job_id = %s AND c.\"table\" = %s AND c.row_id = t.id AND c.after_hash = ''",
            [job.pk, table],
        )


def put_back(model: type[models.Model], change_ids: list[int]) -> list[int]:
    """Writes the remembered columns over the rows that are still as the import left them. Returns their ids."""
    table = model._meta.db_table
    has_hash = any(field.column == "content_hash" for field in model._meta.local_fields)
    columns = [name for name in column_types(table) if name not in (*KEPT_OUT, "id")]
    names = ", ".join(f'"{name}"' for name in columns)
    unchanged = "AND t.content_hash = c.after_hash" if has_hash else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET ({names}) = "
            f"(SELECT {names} FROM jsonb_populate_record(NULL::{table}, c.before)) "
            f"FROM {ImportChange._meta.db_table} c WHERE c.id = ANY(%s) AND t.id = c.row_id {unchanged} RETURNING t.id",
            [change_ids],
        )
        return [row[0] for row in cursor.fetchall()]


def write_history(job: ImportJob, model: Any, ids: list[int], kind: str) -> None:
    """History records of rows as they are now, in one statement. kind: `+` made, `~` changed."""
    if not ids:
        return
    past = model.history.model
    columns = [
        field.column
        for field in past._meta.local_fields
        if field.name not in ("history_id", "history_date", "history_change_reason", "history_type", "history_user")
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {past._meta.db_table} ({names}, history_date, history_change_reason, history_type) "
            f"SELECT {names}, %s, %s, %s FROM {model._meta.db_table} WHERE id = ANY(%s)",
            [timezone.now(), f"import {job.pk}", kind, ids],
        )
