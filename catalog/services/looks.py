"""Looks as staff edit them: their pieces with a box each, which the detector may propose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.importers.look_import import MOST_ITEMS, is_box
from catalog.models import Kind, Look, LookItem, Product
from catalog.signals import look_boxes_wanted, looks_changed

PROPOSAL_SECONDS = 3600


def looks_publish(*, looks: QuerySet[Look], published: bool) -> int:
    """Returns how many changed."""
    with transaction.atomic():
        if published:  # what moderation hides, moderation alone shows again
            looks = looks.exclude(picture_check__verdict="hidden")
        ids = list(looks.exclude(is_published=published).values_list("pk", flat=True))
        Look.objects.filter(pk__in=ids).update(is_published=published)
        looks_announce(look_ids=ids)
    return len(ids)


def looks_announce(*, look_ids: Sequence[int]) -> None:
    if look_ids:
        looks_changed.send(sender=Look, look_ids=list(look_ids))


def look_set_pieces(*, look: Look, pieces: Sequence[dict[str, Any]]) -> list[LookItem]:
    """Replaces the pieces of a look, keeping those whose id is told.

    pieces: {"id": int or None, "kind": slug, "product": id or None, "box": [x0, y0, x1, y1] of 0..1, or []}.
    Raises ValidationError with a sentence.
    """
    if len(pieces) > MOST_ITEMS:
        raise ValidationError(_("A look has at most %d pieces.") % MOST_ITEMS)
    kinds = {kind.slug: kind for kind in Kind.objects.filter(slug__in=[str(piece.get("kind")) for piece in pieces])}
    wanted = {piece["product"] for piece in pieces if isinstance(piece.get("product"), int)}
    products = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    own = {item.pk: item for item in look.items.all()}
    kept: list[LookItem] = []
    for position, piece in enumerate(pieces):
        kind = kinds.get(str(piece.get("kind")))
        if kind is None:
            raise ValidationError(_("Piece %d has no kind.") % (position + 1))
        box = piece.get("box") or []
        if box and not is_box(box):
            raise ValidationError(_("The box of piece %d is not on the photo.") % (position + 1))
        product = piece.get("product")
        if product is not None and product not in products:
            raise ValidationError(_("There is no product %s.") % str(product)[:20])
        item = own.pop(piece.get("id"), None) or LookItem(look=look)  # type: ignore[arg-type]
        item.kind, item.product_id, item.position = kind, product, position
        item.box = [round(float(side), 4) for side in box]
        kept.append(item)
    with transaction.atomic():
        LookItem.objects.filter(pk__in=own).delete()
        for item in kept:
            item.save()
        looks_announce(look_ids=[look.pk])
    cache.delete(proposal_key(look.pk))
    return kept


def proposal_key(look_id: int) -> str:
    return f"look-boxes:{look_id}"


def look_boxes_ask(*, look: Look) -> None:
    """Has a worker look for the garments on the photo; `look_boxes_proposal` has its answer a little later."""
    cache.set(proposal_key(look.pk), {"state": "asked", "pieces": []}, PROPOSAL_SECONDS)
    with transaction.atomic():
        look_boxes_wanted.send(sender=Look, look_id=look.pk)


def look_boxes_answer(*, look_id: int, pieces: list[dict[str, Any]] | None) -> None:
    """pieces: {"kind": slug, "box": [...]}; None where the photo could not be looked at."""
    state = "failed" if pieces is None else "ready"
    cache.set(proposal_key(look_id), {"state": state, "pieces": pieces or []}, PROPOSAL_SECONDS)


def look_boxes_proposal(look: Look) -> dict[str, Any]:
    """{"state": "none" | "asked" | "ready" | "failed", "pieces": [...]}."""
    return cache.get(proposal_key(look.pk)) or {"state": "none", "pieces": []}
