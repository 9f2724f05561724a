"""What to take along: an outfit a day for a trip's weather and occasions, in as little luggage as looks good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from closet.models import Garment, Trip, TripDay
from closet.services.trips import trip_dress
from recommender.services.answers import slot_of
from recommender.services.outfits import context_for, my_lessons
from recommender.services.pieces import row_of
from recommender.services.sizes import closet_of
from recommender.services.weather import weather_at
from recommender.stylist.outfits.packing import choose_days
from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.weather import Place, Weather

OPTIONS = 8  # outfits a day to choose among


@dataclass(frozen=True)
class DressedDay:
    """A day of the trip with its weather there and what is worn; weather is None where nothing is known of it."""

    row: TripDay
    weather: Weather | None
    garments: list[Garment]


def trip_days(*, trip: Trip) -> list[DressedDay]:
    rows = trip.days.prefetch_related("garments__kind")
    return [
        DressedDay(row, _weather(trip, row.day), sorted(row.garments.all(), key=lambda one: one.kind.position))
        for row in rows
    ]


def trip_suggest(*, trip: Trip, from_packed: bool = False) -> list[date]:
    """Dresses every day anew and writes it. from_packed: of what is ticked on the list alone.

    Returns the days for which nothing whole was found. Raises TooBusy.
    """
    packed = set(trip.pieces.filter(is_packed=True).values_list("garment_id", flat=True))
    days = list(trip.days.all())
    with slot_of(trip.owner):
        pieces = [piece for piece in closet_of(trip.owner) if not from_packed or row_of(piece) in packed]
        weights, lessons = trip.owner.profile.weights, my_lessons(trip.owner)
        answers = [suggest(pieces, _context(trip, row), weights, lessons, n=OPTIONS) for row in days]
    chosen = choose_days([[outfit for outfit in answer.outfits if not outfit.missing] for answer in answers])
    worn = {
        row.day: [row_of(piece) for piece in outfit.pieces] if outfit else []
        for row, outfit in zip(days, chosen, strict=True)
    }
    trip_dress(trip=trip, worn=worn)
    return [day for day, pks in worn.items() if not pks]


def _context(trip: Trip, row: TripDay) -> Context:
    return context_for(user=trip.owner, weather=_weather(trip, row.day), occasion=row.occasion, day=row.day)


def _weather(trip: Trip, day: date) -> Weather | None:
    return weather_at(place=Place(trip.latitude, trip.longitude, trip.city), day=day, owner=trip.owner)
