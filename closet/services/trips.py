"""Journeys and their packing lists. What is worn on which day is chosen elsewhere and written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from closet.models import Garment, Trip, TripDay, TripPiece, User
from closet.services.outfits import outfit_keep
from closet.services.places import place_find
from closet.services.plans import PlanStep, plans_set

MOST_DAYS: Final = 21
MOST_TRIPS: Final = 50
_OCCASIONS: Final = frozenset(term.slug for term in taxonomy.OCCASIONS)


def trip_add(*, owner: User, city: str, first_day: date | None, last_day: date | None, language: str) -> Trip:
    """A journey with its days: travelling on the first and last, everyday between. Raises ValidationError by field."""
    first_day, last_day = _days(first_day, last_day)
    if Trip.objects.filter(owner=owner).count() >= MOST_TRIPS:
        raise ValidationError(_("There is room for %(n)d trips; remove an old one first.") % {"n": MOST_TRIPS})
    place = place_find(name=city[:80], language=language, owner=owner)
    if place is None:
        raise ValidationError({"city": _("This place is not known. Try the next larger city.")})
    with transaction.atomic():
        trip = Trip.objects.create(
            owner=owner, city=place.name.partition(",")[0][:80], latitude=place.latitude, longitude=place.longitude,
            first_day=first_day, last_day=last_day,
        )  # fmt: skip
        days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
        TripDay.objects.bulk_create(
            TripDay(trip=trip, day=day, occasion="travel" if day in (first_day, last_day) else "everyday")
            for day in days
        )
    return trip


def _days(first_day: date | None, last_day: date | None) -> tuple[date, date]:
    if first_day is None or last_day is None:
        raise ValidationError({"first_day": _("Name the first and the last day.")})
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day lies before the first.")})
    if (last_day - first_day).days >= MOST_DAYS:
        raise ValidationError({"last_day": _("A trip has up to %(n)d days.") % {"n": MOST_DAYS}})
    if not -366 < (first_day - timezone.localdate()).days < 732:
        raise ValidationError({"first_day": _("This day is too far away.")})
    return first_day, last_day


def trip_occasions_set(*, trip: Trip, occasions: Mapping[date, str]) -> None:
    """What days are for; days that are none of the trip's are passed over. Raises ValidationError."""
    if not _OCCASIONS.issuperset(occasions.values()):
        raise ValidationError(_("This occasion is not known."))
    days = [day for day in trip.days.all() if occasions.get(day.day, day.occasion) != day.occasion]
    for day in days:
        day.occasion = occasions[day.day]
    TripDay.objects.bulk_update(days, ["occasion"])


def trip_dress(*, trip: Trip, worn: Mapping[date, Iterable[int]]) -> None:
    """What is worn on which days. The list follows: what is worn comes onto it; what no day wears any more goes,
    unless it is packed already or was put there by hand."""
    mine = set(Garment.objects.owned_by(trip.owner).present().values_list("pk", flat=True))
    with transaction.atomic():
        for day in trip.days.all():
            if day.day in worn:
                day.garments.set(mine.intersection(worn[day.day]))
        needed = set(Garment.objects.filter(trip_days__trip=trip).values_list("pk", flat=True))
        trip.pieces.filter(is_packed=False, by_hand=False).exclude(garment__in=needed).delete()
        TripPiece.objects.bulk_create(
            [TripPiece(trip=trip, garment_id=pk) for pk in sorted(needed)], ignore_conflicts=True
        )


def trip_pack(*, trip: Trip, garment_ids: Iterable[int], packed: bool) -> int:
    """Ticks lines of the list, or takes the tick off. Returns how many there were."""
    return trip.pieces.filter(garment__in=list(garment_ids)).update(is_packed=packed)


def trip_piece_add(*, trip: Trip, garment: Garment) -> TripPiece:
    """Puts a garment of the owner's on the list by hand."""
    piece, _is_new = TripPiece.objects.update_or_create(trip=trip, garment=garment, defaults={"by_hand": True})
    return piece


def trip_piece_remove(*, trip: Trip, garment_id: int) -> bool:
    """Off the list, and off the days that wear it."""
    for day in trip.days.filter(garments=garment_id):
        day.garments.remove(garment_id)
    return bool(trip.pieces.filter(garment=garment_id).delete()[0])


def trip_plan(*, trip: Trip) -> list[PlanStep]:
    """Puts what is worn on the calendar; days that are past are left out. Returns how to take it back."""
    undo = []
    with transaction.atomic():
        for day in trip.days.filter(day__gte=timezone.localdate()).prefetch_related("garments"):
            ids = [garment.pk for garment in day.garments.all()]
            if not ids:
                continue
            outfit, _is_new = outfit_keep(owner=trip.owner, garment_ids=ids)
            if plans_set(owner=trip.owner, outfit_ids=[outfit.pk], day=day.day, note=trip.city):
                undo.append(PlanStep("unplan", day.day.isoformat(), [outfit.pk]))
    return undo
