"""What a day of the year is usually like somewhere: for when no forecast can be had."""

from __future__ import annotations

import csv
import math
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from closet.geography.cities import FOLDER

FARTHEST_KM: Final = 500  # a station farther away says nothing of a place
EARTH_KM: Final = 6371
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Normal(NamedTuple):
    """The usual low and high of a day, in degrees Celsius, and the station that it is of."""

    low: float
    high: float
    station: str


class Station(NamedTuple):
    name: str
    latitude: float
    longitude: float
    lows: tuple[float, ...]  # by month
    highs: tuple[float, ...]


@lru_cache(maxsize=1)
def stations() -> tuple[Station, ...]:
    found = []
    with (FOLDER / "normals.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pairs = [row[month].split(":") for month in MONTHS]
            lows, highs = tuple(float(low) for low, _high in pairs), tuple(float(high) for _low, high in pairs)
            found.append(Station(row["station"], float(row["latitude"]), float(row["longitude"]), lows, highs))
    return tuple(found)


def normal_of(*, latitude: float, longitude: float, day: date) -> Normal | None:
    """By the nearest station, between the middles of two months; None where none is within FARTHEST_KM."""
    nearest = min(stations(), key=lambda one: distance_km(latitude, longitude, one.latitude, one.longitude))
    if distance_km(latitude, longitude, nearest.latitude, nearest.longitude) > FARTHEST_KM:
        return None
    passed = (day.day - 0.5) / monthrange(day.year, day.month)[1] - 0.5  # from the middle of its month, in months
    month, other = day.month - 1, (day.month - 1 + (1 if passed > 0 else -1)) % 12
    share = abs(passed)
    low, high = ((1 - share) * values[month] + share * values[other] for values in (nearest.lows, nearest.highs))
    return Normal(round(low, 1), round(high, 1), nearest.name)


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the great circle, degrees in."""
    one, two = math.radians(latitude), math.radians(other_latitude)
    half_lat, half_lon = (two - one) / 2, math.radians(other_longitude - longitude) / 2
    inner = math.sin(half_lat) ** 2 + math.cos(one) * math.cos(two) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, inner)))
