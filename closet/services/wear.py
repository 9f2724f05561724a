"""What was worn when. A garment's own count and last day are kept here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from closet.models import Garment, Outfit, User, Wear


def wear_add(*, owner: User, garment_ids: Iterable[int], worn_on: date, outfit: Outfit | None = None) -> list[Garment]:
    """Notes that these garments were worn that day, the owner's own or lent to them; twice the same day counts once.

    Returns the garments. Other ids are passed over. Raises ValidationError for a day that is still to come.
    """
    # A traveller's "today" may be a day ahead of the server's.
    if (worn_on - timezone.localdate()).days > 1:
        raise ValidationError({"worn_on": _("That day is still to come; plan the outfit instead.")})
    garments = list(Garment.objects.in_hands_of(owner).present().filter(pk__in=list(garment_ids)).for_cards())
    log = [
        Wear(
            garment=garment,
            outfit=outfit,
            worn_on=worn_on,
            worn_by_id=None if garment.owner_id == owner.pk else owner.pk,
        )
        for garment in garments
    ]
    with transaction.atomic():
        Wear.objects.bulk_create(log, ignore_conflicts=True)
        wears_recount(garment_ids=[garment.pk for garment in garments])
    for garment in garments:
        garment.refresh_from_db(fields=["wears", "last_worn_on"])
    return garments


def worn_on(*, owner: User, day: date) -> set[int]:
    """Ids of what is in the owner's log for that day."""
    return set(Wear.objects.by(owner).filter(worn_on=day).values_list("garment_id", flat=True))


def wear_remove(*, owner: User, garment_ids: Iterable[int], worn_on: date) -> int:
    """Takes a day back. Returns how many entries went."""
    log = Wear.objects.by(owner).filter(garment__in=list(garment_ids), worn_on=worn_on)
    ids = list(log.values_list("garment_id", flat=True))
    with transaction.atomic():
        gone, _rows = log.delete()
        wears_recount(garment_ids=ids)
    return gone


def outfit_wear(*, owner: User, outfit: Outfit, worn_on: date) -> list[Garment]:
    """Every piece of the outfit was worn that day."""
    ids = list(outfit.items.values_list("garment_id", flat=True))
    return wear_add(owner=owner, garment_ids=ids, worn_on=worn_on, outfit=outfit)


def wears_recount(*, garment_ids: Iterable[int]) -> None:
    """Counts the log again rather than adding one: a request sent twice must not count twice."""
    log = Wear.objects.filter(garment=OuterRef("pk")).order_by().values("garment")
    Garment.objects.filter(pk__in=list(garment_ids)).update(
        wears=Coalesce(Subquery(log.annotate(n=Count("pk")).values("n")), 0),
        last_worn_on=Subquery(log.annotate(last=Max("worn_on")).values("last")),
        updated_at=timezone.now(),
    )
