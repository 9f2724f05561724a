"""Reads of pages go to a streaming replica, where DATABASE_REPLICA_URL names one; all else goes to the primary.

Workers, commands and whatever a request does after it wrote read from the primary. So does a member for REPLICA_STICK_S
after a request that wrote: a cookie tells it of browsers, the cache of device tokens; without a cache, tokens read from
the primary. What ends access (sessions, tokens, accounts, shared links) is always read there, so that what was taken
back is gone at once. A replica that is away or late is left alone for a while, and the page is answered by the primary.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
PRIMARY, REPLICA = "default", "replica"
COOKIE: Final = "wrote"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOK_EVERY_S: Final = 2.0
ALONE_S: Final = 10.0  # after a failure
# Apps and models in which something may have been taken back.
ACCESS_APPS: Final = frozenset({"sessions", "usersessions", "account", "mfa", "socialaccount", "admin", "contenttypes"})
ACCESS_MODELS: Final = frozenset({"closet.user", "closet.devicetoken", "closet.share", "closet.export"})
# Seconds behind; nothing where it is no replica any more (it was promoted), or where nobody sends it anything.
LAG: Final = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
            WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver) THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END
"""

# In a request: whether it may read from the replica, and whether it has written.
_may_read: ContextVar[bool] = ContextVar("may_read", default=False)
_has_written: ContextVar[bool] = ContextVar("has_written", default=False)


class Watch:
    """Whether the replica can be read from: asked every two seconds at most, by one thread at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._is_well = False
        self._look_at = 0.0

    def is_well(self) -> bool:
        if self.clock() >= self._look_at and self._lock.acquire(blocking=False):
            try:
                was, self._is_well = self._is_well, self._look()
                self._look_at = self.clock() + (LOOK_EVERY_S if self._is_well else ALONE_S)
                if was and not self._is_well:
                    log.warning("the database's replica is away or late; pages are read from the primary")
            finally:
                self._lock.release()
        return self._is_well

    def failed(self) -> None:
        self._is_well, self._look_at = False, self.clock() + ALONE_S

    def _look(self) -> bool:
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(LAG)
                (lag,) = cursor.fetchone()
        except DatabaseError:
            connections[REPLICA].close()
            return False
        return lag is not None and float(lag) <= settings.REPLICA_MAX_LAG_S


watch = Watch()


def _is_access(model: type[Model]) -> bool:
    return model._meta.app_label in ACCESS_APPS or model._meta.label_lower in ACCESS_MODELS


class ReplicaRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if not _may_read.get() or _is_access(model):
            return PRIMARY
        if connections[PRIMARY].in_atomic_block or not watch.is_well():
            return PRIMARY
        return REPLICA

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        if not _is_access(model):  # which are never read from the replica, and noted at every use of a token
            _may_read.set(False)
            _has_written.set(True)
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # both are the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


def _token_mark(request: HttpRequest) -> str:
    token = request.headers.get("Authorization", "")
    return f"wrote:{hashlib.sha256(token.encode()).hexdigest()[:32]}" if token else ""


def _wrote_lately(request: HttpRequest, mark: str) -> bool:
    if not mark:
        return COOKIE in request.COOKIES
    try:
        return bool(caches["strict"].get(mark))
    except (RedisError, OSError):
        return True  # who knows


class ReplicaMiddleware:
    """Last of all, so that what a view reads is read anew from the primary where the replica fails it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mark = _token_mark(request)
        may = _may_read.set(request.method in SAFE and not _wrote_lately(request, mark))
        written = _has_written.set(request.method not in SAFE)
        try:
            response = self.get_response(request)
            if _has_written.get():
                self._remember(response, mark)
            return response
        finally:
            _may_read.reset(may)
            _has_written.reset(written)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if not _may_read.get():
            return None
        try:
            response = view(request, *args, **kwargs)
            if callable(getattr(response, "render", None)):
                response = response.render()
        except DatabaseError:
            if _has_written.get() or not _may_read.get():
                raise
            log.warning("the database's replica failed a page; it is read from the primary")
            watch.failed()
            connections[REPLICA].close()
            _may_read.set(False)
            return view(request, *args, **kwargs)
        return response

    @staticmethod
    def _remember(response: HttpResponse, mark: str) -> None:
        seconds = settings.REPLICA_STICK_S
        if mark:
            caches["default"].set(mark, 1, seconds)
        else:
            response.set_cookie(
                COOKIE, "1", max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
