"""Messages to the workers: sent by the task's name, so that no producer imports `tasks`, and counted."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

QueueName = Literal["interactive", "imports", "bulk"]
QUEUES: Final[tuple[QueueName, ...]] = ("interactive", "imports", "bulk")
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
    "propose_boxes",
    "make_export",
]


def enqueue(task: TaskName, *args: Any, queue: QueueName = "interactive") -> None:
    """Sends the task once the transaction holds. A broker that is away is no reason to fail a request:
    the row says what is due, and the sweeper sends it later."""

    def send() -> None:
        try:
            current_app.send_task(f"recommender.tasks.{task}", args=args, queue=queue, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("%s was not sent, the sweeper will: %s", task, type(error).__name__)

    transaction.on_commit(send)


def queue_lengths() -> dict[str, int]:
    """Messages waiting in each queue; empty when Redis is away."""
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        return {queue: int(client.llen(queue)) for queue in QUEUES}
    except redis.RedisError:
        return {}
