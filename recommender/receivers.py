"""Hears what the closet and the catalogue announce, and enqueues after the commit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from catalog.signals import (
    brands_changed,
    feed_requested,
    import_requested,
    look_boxes_wanted,
    looks_changed,
    products_changed,
)
from closet.models import Garment
from closet.signals import (
    body_shape_asked,
    closet_import_asked,
    export_asked,
    garment_drawn,
    lookalikes_asked,
    photo_added,
    stage_wanted,
)
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.queue import enqueue
from recommender.stylist.fit.body_shape import UNCLASSIFIED, body_shape

LOOKALIKES_SCANNED = 100
LOOKALIKE_DISTANCE = 0.35  # 1 - cosine; beyond this two garments share a kind at most


@receiver(photo_added)
def analyse_photo(sender: object, *, photo_id: UUID, **kwargs: Any) -> None:
    enqueue("analyse_photo", str(photo_id))


@receiver(garment_drawn)
def embed_garment(sender: object, *, garment_id: int, **kwargs: Any) -> None:
    enqueue("embed_garment", garment_id)


@receiver(stage_wanted)
def restage_garment(sender: object, *, garment_id: int, stage: str, **kwargs: Any) -> None:
    enqueue("restage_garment", garment_id, stage)


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


@receiver(body_shape_asked)
def tell_body_shape(sender: object, *, measures: Mapping[str, float], **kwargs: Any) -> str:
    shape = body_shape(measures).slug
    return "" if shape == UNCLASSIFIED else shape


@receiver(products_changed)
def embed_products(sender: object, *, product_ids: Sequence[int], **kwargs: Any) -> None:
    for start in range(0, len(product_ids), 50):
        enqueue("embed_products", list(product_ids[start : start + 50]), queue="bulk")


@receiver(looks_changed)
def embed_looks(sender: object, *, look_ids: Sequence[int], **kwargs: Any) -> None:
    for start in range(0, len(look_ids), 50):
        enqueue("embed_looks", list(look_ids[start : start + 50]), queue="bulk")


@receiver(brands_changed)
def rebuild_brands(sender: object, *, brand_ids: Sequence[int], **kwargs: Any) -> None:
    enqueue("rebuild_brands", list(brand_ids), queue="bulk")


@receiver(export_asked)
def make_export(sender: object, *, export_id: int, **kwargs: Any) -> None:
    enqueue("make_export", export_id, queue="imports")


@receiver(closet_import_asked)
def run_closet_import(sender: object, *, import_id: int, **kwargs: Any) -> None:
    enqueue("run_closet_import", import_id, queue="imports")


@receiver(import_requested)
def run_import(sender: object, *, job_id: int, **kwargs: Any) -> None:
    enqueue("run_import", job_id, queue="imports")


@receiver(feed_requested)
def fetch_feed(sender: object, *, feed_id: int, is_dry_run: bool, **kwargs: Any) -> None:
    enqueue("fetch_feed", feed_id, is_dry_run, queue="imports")


@receiver(look_boxes_wanted)
def propose_boxes(sender: object, *, look_id: int, **kwargs: Any) -> None:
    enqueue("propose_boxes", look_id)
