"""Hears what the closet and the catalogue announce, and enqueues after the commit."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import Task
from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from catalog.signals import (
    brands_changed,
    import_requested,
    look_boxes_wanted,
    looks_changed,
    products_changed,
)
from closet.models import Garment
from closet.signals import garment_drawn, lookalikes_asked, photo_added, stage_wanted
from recommender import similarity, tasks
from recommender.keys import current_model_key

log = logging.getLogger(__name__)
LOOKALIKES_SCANNED = 100
LOOKALIKE_DISTANCE = 0.35  # 1 - cosine; beyond this two garments share a kind at most


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


@receiver(stage_wanted)
def restage_garment(sender: object, *, garment_id: int, stage: str, **kwargs: Any) -> None:
    enqueue(tasks.restage_garment, garment_id, stage)


@receiver(lookalikes_asked)
def order_lookalikes(sender: object, *, garment: Garment, candidates: Sequence[int], **kwargs: Any) -> list[int] | None:
    """Those of the candidates that look alike, nearest first; None while the garment has no vector."""
    key = current_model_key()
    vector = similarity.garment_vector(garment_id=garment.pk, model_key=key)
    if vector is None:
        return None
    near = similarity.nearest_garments(
        owner=garment.owner, vector=vector, model_key=key, limit=LOOKALIKES_SCANNED, without=[garment.pk]
    )
    wanted = set(candidates)
    return [hit.pk for hit in near if hit.pk in wanted and hit.distance < LOOKALIKE_DISTANCE]


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


@receiver(import_requested)
def run_import(sender: object, *, job_id: int, **kwargs: Any) -> None:
    enqueue(tasks.run_import, job_id, queue="imports")


@receiver(look_boxes_wanted)
def propose_boxes(sender: object, *, look_id: int, **kwargs: Any) -> None:
    enqueue(tasks.propose_boxes, look_id)
