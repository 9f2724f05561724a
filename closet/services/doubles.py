"""Two garments that are one: the other's wears become the kept one's, and it goes to the bin."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from closet.models import Distinct, Garment, User, Wear
from closet.services.garments import Change, Step, garments_change


def doubles_join(*, owner: User, keep: int, drop: int) -> Change:
    """Raises ValidationError where they are not two garments of the owner's."""
    _two(owner, keep, drop)
    undo: list[Step] = []
    with transaction.atomic():
        known = Wear.objects.filter(garment=keep).values("worn_on")
        for day in Wear.objects.filter(garment=drop).exclude(worn_on__in=known).values_list("worn_on", flat=True):
            undo += garments_change(owner=owner, action="worn", ids=[keep], value=day.isoformat()).undo
        dropped = garments_change(owner=owner, action="delete", ids=[drop])
    return Change([keep], [*undo, *dropped.undo])


def doubles_part(*, owner: User, one: int, other: int) -> None:
    """They are two: nobody is asked about them again. Raises ValidationError as `doubles_join` does."""
    _two(owner, one, other)
    Distinct.objects.get_or_create(first_id=min(one, other), second_id=max(one, other))


def distinct_pairs(*, owner: User) -> set[tuple[int, int]]:
    return set(Distinct.objects.filter(first__owner=owner).values_list("first_id", "second_id"))


def _two(owner: User, one: int, other: int) -> None:
    if one == other or Garment.objects.owned_by(owner).present().filter(pk__in=[one, other]).count() != 2:
        raise ValidationError(_("These are not two garments of your closet."))
