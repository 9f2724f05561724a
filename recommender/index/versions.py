"""Which state of a member's closet, and of looks, an answer was reckoned from: a fingerprint of the rows' own versions.

Postgres gives each version of a row the number of the transaction that wrote it and a place of its own, so nothing that
writes can forget to say so. Milliseconds for thousands of garments.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from catalog.models import Look, LookItem
from closet.models import Garment, Like, Loan, Measurement, Profile, Reaction, User
from recommender.models import GarmentEmbedding

_ROWS = "SELECT string_agg(r.id::text || r.xmin::text || r.ctid::text, ',' ORDER BY r.id) FROM {table} r"
_OWN = " WHERE r.{owner} = %(pk)s"
_LENT = " JOIN {loans} l ON l.garment_id = r.id WHERE l.borrower_id = %(pk)s AND l.returned_at IS NULL"
_VECTORS = " JOIN {garments} g ON g.id = r.garment_id WHERE g.owner_id = %(pk)s"


def closet_version(*, user: User) -> str:
    """Changes with any garment, vector, measure, reaction, like or setting of the member's, and with loans to them."""
    tables = ((Garment, "owner_id"), (Measurement, "user_id"), (Reaction, "owner_id"), (Like, "owner_id"),
              (Profile, "user_id"))  # fmt: skip
    parts = [(_ROWS + _OWN).format(table=model._meta.db_table, owner=owner) for model, owner in tables]
    parts += [(_ROWS + _LENT).format(table=Garment._meta.db_table, loans=Loan._meta.db_table)]
    vectors = _ROWS + _VECTORS
    parts.append(vectors.format(table=GarmentEmbedding._meta.db_table, garments=Garment._meta.db_table))
    return _fingerprint(parts, {"pk": user.pk})


def looks_version(*, looks: Collection[int]) -> str:
    """Changes with any of these looks and their items."""
    parts = [
        f"{_ROWS.format(table=model._meta.db_table)} WHERE r.{key} = ANY(%(pks)s)"
        for model, key in ((Look, "id"), (LookItem, "look_id"))
    ]
    return _fingerprint(parts, {"pks": list(looks)})


def _fingerprint(parts: list[str], values: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(concat_ws('|', {', '.join(f'({part})' for part in parts)}))", values)
        return str(cursor.fetchone()[0])
