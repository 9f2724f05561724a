"""Delta sync: what of a member's changed since a cursor, and what is gone. Nothing is missed, something may come twice.

Triggers write a line a change with the number of the writing transaction (`ChangeLog.xid`); numbers are given out in
order, but transactions end in any order. A time or a counter as cursor would pass over a line whose transaction began
before and was committed after the look. So a cursor holds the number of the oldest transaction that was still open
when the walk began (`pg_snapshot_xmin`): every smaller one had ended, so its lines were visible; every other one is
asked for again. Readers lock nothing, writers wait for nobody.

Numbers mean something in one database alone, so the cursor names it: after a restore a client is told to begin anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.core import signing
from django.db import connection, models
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from closet.models import ChangeLog, Garment, Outfit, Photo, User, Wear

KEPT: Final = timedelta(days=90)  # how long what is gone is told of
_SALT: Final = "sync cursor"
MODELS: Final[dict[str, type[models.Model]]] = {
    ChangeLog.Thing.GARMENT: Garment,
    ChangeLog.Thing.OUTFIT: Outfit,
    ChangeLog.Thing.PHOTO: Photo,
    ChangeLog.Thing.WEAR: Wear,
}


class BadCursor(Exception):
    """None of ours, or of another list or member."""


class CursorExpired(Exception):
    """Too old, or of a database that was replaced: begin anew, without a cursor."""


class Cursor(NamedTuple):
    """since: transactions from here on are asked for. after: the last line told in this walk. until: the next since."""

    since: int = 0
    after: int = 0
    until: int = 0


@dataclass(frozen=True)
class Changes:
    """rows: what is there, as it is now, in the order of change. gone: ids of what is not (any more).

    left: how many things from here on. cursor: what goes on from here. is_last: then it is for the next time.
    """

    rows: Sequence[Any]
    gone: list[str]
    left: int
    cursor: str
    is_last: bool


def changes_since(*, owner: User, thing: str, cursor: str, visible: models.QuerySet[Any], limit: int) -> Changes:
    """The next `limit` things that changed. cursor: "" for all there are. visible: the rows that their owner sees.

    Raises BadCursor, CursorExpired.
    """
    at = _read(cursor, owner, thing) if cursor else Cursor()
    until = at.until or oldest_open()  # before the look: what ends between the two is seen twice, not never
    touched = (
        ChangeLog.objects.filter(owner_id=owner.pk, thing=thing, xid__gte=at.since)
        .values("thing_id")
        .annotate(last=Max("id"))
        .filter(last__gt=at.after)
    )
    page = list(touched.order_by("last")[: limit + 1])
    is_last = len(page) <= limit
    page = page[:limit]
    ids = [row["thing_id"] for row in page]
    there = {str(row.pk): row for row in visible.filter(pk__in=ids)}
    further = Cursor(until) if is_last else Cursor(at.since, page[-1]["last"], until)
    return Changes(
        rows=[there[pk] for pk in ids if pk in there],
        gone=[pk for pk in ids if pk not in there],
        left=len(page) if is_last else touched.count(),
        cursor=signing.dumps([database_id(), owner.pk, str(thing), *further], salt=_SALT),
        is_last=is_last,
    )


def changes_purge() -> int:
    """Lines that a later one of the same thing makes needless go; so do those of what is gone for long, and of
    members who are. Returns how many."""
    later = ChangeLog.objects.filter(thing=OuterRef("thing"), thing_id=OuterRef("thing_id"), id__gt=OuterRef("id"))
    gone, _each = ChangeLog.objects.filter(Exists(later)).delete()
    old = ChangeLog.objects.filter(at__lt=timezone.now() - KEPT)
    for thing, model in MODELS.items():
        known = model._default_manager.annotate(key=Cast("pk", models.CharField(max_length=36)))
        gone += old.filter(~Exists(known.filter(key=OuterRef("thing_id"))), thing=thing).delete()[0]
    with connection.cursor() as cursor:  # of a database that this one was restored from: older than any cursor of here
        cursor.execute(
            "UPDATE closet_changelog SET xid = 0 WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
    members = User.objects.filter(pk=OuterRef("owner_id"))
    return gone + ChangeLog.objects.filter(~Exists(members)).delete()[0]


def database_id() -> str:
    """Of this very database: a restored one has another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid FROM pg_database"
            " WHERE datname = current_database()"
        )
        cluster, oid = cursor.fetchone()
    return f"{cluster}-{oid}"


def oldest_open() -> int:
    """The number of the oldest transaction that has not ended; every smaller one has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _read(token: str, owner: User, thing: str) -> Cursor:
    try:
        database, owner_id, of, *at = signing.loads(token, salt=_SALT, max_age=KEPT)
        cursor = Cursor(*at)
    except signing.SignatureExpired:
        raise CursorExpired from None
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor from None
    if (owner_id, of) != (owner.pk, str(thing)):
        raise BadCursor
    if database != database_id():
        raise CursorExpired
    return cursor
