"""The weather where a member lives: asked at most once an hour a place, remembered through an outage."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError

from closet.geography.normals import normal_of
from closet.models import Outgoing, Profile, User
from closet.services.outgoing import outgoing_note
from recommender.stylist.rules.weather import (
    FORECAST_DAYS,
    OpenMeteo,
    Place,
    Weather,
    WeatherSource,
    WeatherUnavailable,
    manual_weather,
)

FRESH_SECONDS = 3600
USABLE_SECONDS = 6 * 3600  # an older forecast than this would mislead more than none
AWAY_SECONDS = 300  # a service that did not answer is left alone for so long: an outage slows nobody's page


def typed_weather(asked: Mapping[str, Any]) -> Weather | None:
    """What a member typed in (temperature, low, high, wind, rain); None leaves it to their city."""
    known = [asked[name] for name in ("temperature", "low", "high") if asked.get(name) is not None]
    if not known:
        return None
    middle = asked["temperature"] if asked.get("temperature") is not None else sum(known) / len(known)
    return manual_weather(
        temperature=middle,
        low=asked.get("low"),
        high=asked.get("high"),
        wind=asked.get("wind") or 0,
        precipitation=5.0 if asked.get("rain") else 0.0,
    )


def weather_source() -> WeatherSource:
    return OpenMeteo(httpx.Client(timeout=2.5), settings.WEATHER_URL)


def weather_for(*, profile: Profile, source: WeatherSource | None = None, day: date | None = None) -> Weather | None:
    """Where the member lives, today or on a `day`; what is usual there then (source: `normals`) when the service is
    off, has been away for hours, or has no forecast for that day. None when no place is set.
    """
    if profile.latitude is None or profile.longitude is None:
        return None
    place = Place(profile.latitude, profile.longitude, profile.city)
    return weather_at(place=place, source=source, day=day, owner=profile.user)


def weather_at(
    *, place: Place, source: WeatherSource | None = None, day: date | None = None, owner: User | None = None
) -> Weather | None:
    """As `weather_for`, anywhere. owner: whose ledger tells that it was asked."""
    return _forecast(place, source, day, owner) or _usual(place, day or timezone.localdate())


def _usual(place: Place, day: date) -> Weather | None:
    normal = normal_of(latitude=place.latitude, longitude=place.longitude, day=day)
    if normal is None:
        return None
    middle = (normal.low + normal.high) / 2
    return Weather(middle, low=normal.low, high=normal.high, source="normals")


def _forecast(place: Place, source: WeatherSource | None, day: date | None, owner: User | None) -> Weather | None:
    ahead = (day - timezone.localdate()).days if day else 0
    if not (settings.WEATHER_ENABLED or source) or not 0 <= ahead <= FORECAST_DAYS:
        return None
    # A tenth of a degree (about 10 km): neighbours share an answer, and nobody's home is sent anywhere.
    place = Place(round(place.latitude, 1), round(place.longitude, 1), place.name)
    key = f"weather:{place.latitude}:{place.longitude}"
    try:
        return _asked_or_kept(place, key, source, day if ahead else None, owner)
    except (RedisError, OSError):
        return None  # without the cache every page would ask: better none than a flood


def _asked_or_kept(
    place: Place, here: str, source: WeatherSource | None, day: date | None, owner: User | None
) -> Weather | None:
    cache = caches["strict"]
    key = f"{here}:{day}" if day else here
    kept: tuple[float, Weather] | None = cache.get(key)
    age = time.time() - kept[0] if kept else USABLE_SECONDS
    last = kept[1] if kept and age < USABLE_SECONDS else None
    if (last is not None and age < FRESH_SECONDS) or cache.get(f"{here}:away"):
        return last
    if owner is not None:
        to, fields = settings.WEATHER_URL, ["coordinates"]
        outgoing_note(owner=owner, purpose=Outgoing.Purpose.WEATHER, to=to, fields=fields)
    try:
        asked = source or weather_source()
        weather = asked.on(place, day) if day else asked.today(place)
    except WeatherUnavailable:
        cache.set(f"{here}:away", True, AWAY_SECONDS)
        return last
    cache.set(key, (time.time(), weather), USABLE_SECONDS)
    return weather
