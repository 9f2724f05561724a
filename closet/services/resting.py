"""Garments that were not worn for a season: does each stay, or is it sold or given away?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from closet.models import Garment, User
from closet.models.garments import GarmentQuerySet
from closet.services.garments import Change, garments_change
from closet.stats import RESTING_DAYS

KEEP: Final = "keep"


def resting(*, owner: User) -> GarmentQuerySet:
    """What hangs ready and was not worn for RESTING_DAYS, or never since it came; longest first.

    unworn_since: the day of the last wear, or the one it came.
    """
    today = timezone.localdate()
    ready = Garment.objects.owned_by(owner).ready().filter(Q(keep_until=None) | Q(keep_until__lte=today))
    since = Coalesce(F("last_worn_on"), TruncDate("created_at"))
    old = ready.annotate(unworn_since=since).filter(unworn_since__lt=today - timedelta(days=RESTING_DAYS))
    return old.order_by("unworn_since", "pk")


def resting_answer(*, owner: User, ids: Iterable[int], answer: str) -> Change:
    """keep: nobody asks again for a season. A reason of `Garment.Parting`: archived for it. Raises ValidationError."""
    if answer == KEEP:
        until = timezone.localdate() + timedelta(days=RESTING_DAYS)
        return garments_change(owner=owner, action="rest", ids=list(ids), value=until.isoformat())
    if answer not in Garment.Parting.values:
        raise ValidationError(_("There is no such answer."))
    return garments_change(owner=owner, action="state", ids=list(ids), value=f"{Garment.State.ARCHIVED}:{answer}")
