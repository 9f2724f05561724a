"""Hears what the closet and the catalogue announce, and enqueues after the commit."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import Task
from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from catalog.signals import brands_changed, looks_changed, products_changed
from closet.signals import garment_drawn, photo_added
from recommender import tasks

log = logging.getLogger(__name__)


def enqueue(task: Task, *args: Any, queue: str = "interactive") -> None:
    """Sends the task once the transaction holds. A broker that is away is no reason to fail a request:
    the row says what is due, and the sweeper sends it later."""

    def send() -> None:
        try:
            task.apply_async(args=args, queue=queue, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("%s was not sent, the sweeper will: %s", task.name, type(error).__name__)

    transaction.on_commit(send)


@receiver(photo_added)
def analyse_photo(sender: object, *, photo_id: UUID, **kwargs: Any) -> None:
    enqueue(tasks.analyse_photo, str(photo_id))


@receiver(garment_drawn)
def embed_garment(sender: object, *, garment_id: int, **kwargs: Any) -> None:
    enqueue(tasks.embed_garment, garment_id)


@receiver(products_changed)
def embed_products(sender: object, *, product_ids: Sequence[int], **kwargs: Any) -> None:
    for start in range(0, len(product_ids), 50):
        enqueue(tasks.embed_products, list(product_ids[start : start + 50]), queue="bulk")


@receiver(looks_changed)
def embed_looks(sender: object, *, look_ids: Sequence[int], **kwargs: Any) -> None:
    for start in range(0, len(look_ids), 50):
        enqueue(tasks.embed_looks, list(look_ids[start : start + 50]), queue="bulk")


@receiver(brands_changed)
def rebuild_brands(sender: object, *, brand_ids: Sequence[int], **kwargs: Any) -> None:
    enqueue(tasks.rebuild_brands, list(brand_ids), queue="bulk")
