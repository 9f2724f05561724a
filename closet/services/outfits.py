"""Outfits a member composes, the days they plan them for, and what they say of suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.asked import MAX_ID
from catalog.collage import arrange
from closet.models import Garment, Outfit, OutfitItem, Plan, Reaction, User
from closet.services.canvas import item_of, texts_of
from closet.services.posts import posts_end
from closet.services.publishing import shares_end

MAX_ITEMS = 20
# Where a piece of a slot lies that is added to a canvas: x, y of its centre, its width, its layer.
PLACES: dict[str, tuple[float, float, float, int]] = {
    taxonomy.Slot.DRESS: (0.4, 0.47, 0.5, 2),
    taxonomy.Slot.TOP: (0.38, 0.26, 0.46, 2),
    taxonomy.Slot.OTHER: (0.38, 0.34, 0.46, 2),
    taxonomy.Slot.OUTER: (0.7, 0.36, 0.46, 3),
    taxonomy.Slot.BOTTOM: (0.4, 0.65, 0.36, 1),
    taxonomy.Slot.SHOES: (0.72, 0.87, 0.26, 4),
    taxonomy.Slot.BAG: (0.8, 0.62, 0.27, 5),
    taxonomy.Slot.HAT: (0.16, 0.11, 0.22, 6),
    taxonomy.Slot.ACCESSORY: (0.12, 0.5, 0.18, 7),
}


def outfit_save(
    *,
    owner: User,
    items: Sequence[Mapping[str, Any]],
    outfit: Outfit | None = None,
    name: str = "",
    occasion: str = "",
    seasons: Sequence[str] = (),
    notes: str = "",
    is_favourite: bool = False,
    background: str | None = None,
    texts: Sequence[Any] | None = None,
) -> Outfit:
    """Writes an outfit as it now is: a new one, or `outfit` with its items replaced.

    items: {"garment": id, "x", "y", "width": 0..1 of the canvas, "angle", "z"}; places left out are chosen for the
    whole, angles stay as they were. background, texts: as they were where None; see Outfit.
    Raises ValidationError for no items, too many, or a garment that is neither the owner's nor lent to them.
    """
    wanted = {int(item["garment"]): item for item in items}
    if any(not 0 < pk <= MAX_ID for pk in wanted):
        raise ValidationError({"items": _("Some of these garments are not in your closet.")})
    if not wanted:
        raise ValidationError({"items": _("Put at least one garment on the canvas.")})
    if len(wanted) > MAX_ITEMS:
        raise ValidationError({"items": _("An outfit holds at most %(n)d garments.") % {"n": MAX_ITEMS}})
    there = Garment.objects.in_hands_of(owner).present().filter(pk__in=wanted)
    garments = {g.pk: g for g in there.for_cards()}
    if len(garments) != len(wanted):
        raise ValidationError({"items": _("Some of these garments are not in your closet.")})
    with transaction.atomic():
        outfit = outfit or Outfit(owner=owner)
        outfit.name, outfit.occasion, outfit.notes = name.strip(), occasion, notes.strip()
        outfit.seasons, outfit.is_favourite = list(seasons), is_favourite
        if background is not None:
            outfit.background = background
        if texts is not None:
            outfit.texts = texts_of(texts)
        outfit.full_clean(exclude=["owner"])
        outfit.save()
        angles = dict(outfit.items.values_list("garment", "angle"))
        places = [{**at, "angle": angles.get(at["garment"], 0.0)} for at in laid_out([garments[pk] for pk in wanted])]
        # What lies in the bin stays in the outfit, should it come back.
        outfit.items.filter(garment__deleted_at=None).exclude(garment_id__in=wanted).delete()
        OutfitItem.objects.bulk_create(
            [item_of(outfit, start, wanted[start["garment"]]) for start in places],
            update_conflicts=True,
            unique_fields=["outfit", "garment"],
            update_fields=["x", "y", "width", "angle", "z"],
        )
    return Outfit.objects.get(pk=outfit.pk)  # afresh: items loaded before are no longer true


def outfit_keep(*, owner: User, garment_ids: Iterable[int]) -> tuple[Outfit, bool]:
    """The member's outfit of exactly these garments, laid out as one picture, and whether it is new.

    Raises ValidationError as `outfit_save` does.
    """
    wanted = set(garment_ids)
    holds = Outfit.objects.owned_by(owner).annotate(size=Count("items")).filter(size=len(wanted))
    for pk in wanted:
        holds = holds.filter(Exists(OutfitItem.objects.filter(outfit=OuterRef("pk"), garment=pk)))
    known = holds.first() if wanted else None
    if known:
        return known, False
    return outfit_save(owner=owner, items=[{"garment": pk} for pk in wanted]), True


def laid_out(garments: Sequence[Garment]) -> list[dict[str, Any]]:
    """Items of a fresh canvas: {"garment": id, "x", "y", "width", "z"}."""
    spots = arrange([garment.kind.slug for garment in garments])
    items = []
    for garment, spot in zip(garments, spots, strict=True):
        x, y, width, z = PLACES.get(garment.kind.slot, (0.5, 0.5, 0.4, 2))
        if spot is not None:
            x, y, width, z = spot.x, spot.y, spot.width, spot.layer
        items.append({"garment": garment.pk, "x": x, "y": y, "width": width, "z": z})
    return items


def outfit_delete(*, outfit: Outfit) -> None:
    """Gone with its plans and shares, their pictures too, and from the looks; what was worn stays in the log."""
    with transaction.atomic():
        shares_end(shares=outfit.shares.all())
        posts_end(posts=outfit.posts.all())
        outfit.delete()


def plan_set(*, owner: User, outfit: Outfit, day: date, note: str = "") -> Plan:
    """Plans an outfit for a day; the same again changes the note alone."""
    if outfit.owner_id != owner.pk:
        raise ValidationError({"outfit": _("This outfit is not yours.")})
    plan, _new = Plan.objects.update_or_create(owner=owner, day=day, outfit=outfit, defaults={"note": note.strip()})
    return plan


def plan_remove(*, owner: User, plan_id: int) -> bool:
    """Returns whether there was such a plan of the owner's."""
    gone, _rows = Plan.objects.filter(owner=owner, pk=plan_id).delete()
    return bool(gone)


def reaction_set(
    *, owner: User, garment_ids: Iterable[int], verdict: str, context: Mapping[str, Any] | None = None
) -> Reaction:
    """What the owner says of a combination; a later word replaces the earlier one.

    Raises ValidationError for an unknown verdict, fewer than two garments, or garments of others.
    """
    ids = sorted(set(garment_ids))
    if verdict not in Reaction.Verdict.values:
        raise ValidationError({"verdict": _("Say like, dislike or never.")})
    if len(ids) < 2:
        raise ValidationError({"garments": _("A combination has at least two garments.")})
    if verdict == Reaction.Verdict.NEVER and len(ids) != 2:
        raise ValidationError({"garments": _("“Never together” is about two garments.")})
    if Garment.objects.in_hands_of(owner).present().filter(pk__in=ids).count() != len(ids):
        raise ValidationError({"garments": _("Some of these garments are not in your closet.")})
    reaction, _new = Reaction.objects.update_or_create(
        owner=owner, garments=ids, defaults={"verdict": verdict, "context": dict(context or {})}
    )
    return reaction


def reaction_remove(*, owner: User, reaction_id: int) -> bool:
    gone, _rows = Reaction.objects.filter(owner=owner, pk=reaction_id).delete()
    return bool(gone)
