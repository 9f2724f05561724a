"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import os

from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("otjang")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Each with a routing key of its own: by default both would share one, and every message would arrive twice.
app.conf.task_queues = (Queue("interactive", routing_key="interactive"), Queue("bulk", routing_key="bulk"))
app.autodiscover_tasks()
