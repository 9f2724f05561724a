"""Whether we are well: /livez and /readyz for supervisors, /healthz for people, /metrics for Prometheus."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from recommender.breaker import PATIENCE_S, BreakingRedis
from recommender.queue import queue_lengths

BEATS_LATE: Final = timedelta(seconds=60)  # four heartbeats


def check_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def check_redis() -> bool:
    try:
        client = BreakingRedis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        return bool(client.ping())
    except redis.RedisError:
        return False


def check_workers() -> bool:
    """Whether a heartbeat went from beat through Redis and a worker to the database lately."""
    from recommender.models import WorkerState

    try:
        return WorkerState.objects.filter(name="heartbeat", beat_at__gt=timezone.now() - BEATS_LATE).exists()
    except DatabaseError:
        return False


def check_disk() -> bool:
    """Whether photos still have room where they lie."""
    if settings.S3_BUCKET:
        return True
    folder = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.VAR_DIR
    return shutil.disk_usage(folder).free > settings.DISK_RESERVE_BYTES


def check_replica() -> bool:
    """Whether pages are read from the replica, where there is one."""
    from config.replica import watch

    return watch.is_well()


DEGRADED: Final = {
    "database": "Nothing can be shown.",
    "redis": "New photos wait, searching by photo is not possible, limits do not count.",
    "workers": "New photos, imports and exports wait: worker or beat has not been heard of for a minute.",
    "disk": "New photos are refused: the disk is full.",
    "replica": "Pages are read from the primary alone: the replica is away or late.",
}


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all; who asks no more than that restarts it for no fault of others."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served here: the database answers. Redis away only delays work, so it does not count."""
    ready = check_database()
    return JsonResponse({"ok": ready}, status=200 if ready else 503)


def healthz(request: HttpRequest) -> JsonResponse:
    """Every part, and of those that are away what that means; 200 when pages can be served."""
    checks = {
        "database": check_database(),
        "redis": check_redis(),
        "workers": check_workers(),
        "disk": check_disk(),
    }
    if "replica" in settings.DATABASES:
        checks["replica"] = check_replica()
    degraded = {name: DEGRADED[name] for name, is_well in checks.items() if not is_well}
    told = {"ok": checks["database"], **checks, "degraded": degraded}
    return JsonResponse(told, status=200 if checks["database"] else 503)


QUEUE_LENGTH: Final = Gauge("otjang_queue_length", "Messages that wait for a worker", ["queue"])


def metrics(request: HttpRequest) -> HttpResponse:
    for queue, length in queue_lengths().items():  # nothing while Redis is away: the last number stays
        QUEUE_LENGTH.labels(queue).set(length)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
