"""Messages to the workers: sent by the task's name, so that no producer imports `tasks`, and counted."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, Final, Literal

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.pools import producers

from recommender.breaker import PATIENCE_S, BreakingRedis, redis_breaker

log = logging.getLogger(__name__)

# Taken in this order: what keeps the others going, what a person waits for, what a person watches, the rest.
QueueName = Literal["upkeep", "interactive", "imports", "bulk"]
QUEUES: Final[tuple[QueueName, ...]] = ("upkeep", "interactive", "imports", "bulk")
# The functions of tasks.py that are sent from here; a test holds the two against each other.
TaskName = Literal[
    "analyse_photo",
    "restage_garment",
    "embed_garment",
    "embed_garments",
    "look_at_query",
    "embed_products",
    "embed_looks",
    "rebuild_brands",
    "run_import",
    "fetch_feed",
    "propose_boxes",
    "make_export",
    "run_closet_import",
    "deliver_webhook",
    "explain_garment",
    "explain_photo",
    "explain_look",
    "make_backup",
    "draw_tryon",
]


def enqueue(task: TaskName, *args: Any, queue: QueueName = "interactive") -> None:
    """Sends the task once the transaction holds. A broker that is away is no reason to fail a request:
    the row says what is due, and the sweeper sends it later."""

    def send() -> None:
        try:
            redis_breaker.call(lambda: _send(task, args, queue))
        except (KombuError, redis.RedisError, OSError) as error:
            log.warning("%s was not sent, the sweeper will: %s", task, type(error).__name__)

    transaction.on_commit(send)


def _send(task: TaskName, args: tuple[Any, ...], queue: QueueName) -> None:
    with producers[_broker(settings.CELERY_BROKER_URL)].acquire(block=True, timeout=PATIENCE_S) as producer:
        current_app.send_task(f"recommender.tasks.{task}", args=args, queue=queue, retry=False, producer=producer)


@cache
def _broker(url: str) -> Connection:
    """For sending alone, which is quick or fails; a worker that waits for messages has other time-outs."""
    patience = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S, "retry_on_timeout": False}
    return Connection(url, transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **patience})


def queue_lengths() -> dict[str, int]:
    """Messages waiting in each queue; empty when Redis is away."""
    try:
        client = BreakingRedis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        return {queue: int(client.llen(queue)) for queue in QUEUES}
    except redis.RedisError:
        return {}
