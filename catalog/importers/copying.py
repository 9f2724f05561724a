"""Rows into a temporary table with COPY, the fastest way Postgres has; what happens to them then is one statement."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_ARRAY_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def as_text(value: Any, column_type: str) -> str:
    """One value in COPY's text format. column_type: the column's SQL type."""
    if value is None:
        return "\\N"
    if column_type.endswith("[]"):
        members = ",".join(f'"{str(member).translate(_ARRAY_ESCAPES)}"' for member in value)
        return ("{" + members + "}").translate(_ESCAPES)
    if column_type == "jsonb":
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


def stage(table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Fills the temporary `table` anew. columns: {name: SQL type}; the table lives as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        cursor.execute(f"CREATE TEMP TABLE {table} ({described}) ON COMMIT DROP")
        kinds = list(columns.values())
        text = io.StringIO(
            "".join(
                "\t".join(as_text(value, kind) for value, kind in zip(row, kinds, strict=True)) + "\n" for row in rows
            )
        )
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", text)


def column_types(table: str) -> dict[str, str]:
    """{column: SQL type} of a table of ours, in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        return dict(cursor.fetchall())
