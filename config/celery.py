"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, worker_init, worker_ready
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("otjang")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Each with a routing key of its own: by default both would share one, and every message would arrive twice.
# What keeps the others going waits behind nobody's photos. Someone watches an import's bar: it goes before
# re-embedding, whose backlog may be thousands of tasks.
app.conf.task_queues = tuple(Queue(name, routing_key=name) for name in ("upkeep", "interactive", "imports", "bulk"))
app.autodiscover_tasks()


@worker_init.connect
def libraries_import(**kwargs: Any) -> None:
    """In workers alone: the web process never hears this signal and never imports what it brings along."""
    from recommender.jobs import worker

    worker.libraries_import()


@worker_ready.connect
@heartbeat_sent.connect
def say_alive(**kwargs: Any) -> None:
    """Every two seconds while the worker's loop turns; a container's liveness probe looks at the file's age."""
    if app.conf.worker_alive_file:
        Path(app.conf.worker_alive_file).touch()
