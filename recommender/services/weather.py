"""The weather where a member lives: asked at most once an hour a place, remembered through an outage."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError

from closet.models import Profile
from recommender.stylist.rules.weather import (
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


def weather_for(*, profile: Profile, source: WeatherSource | None = None) -> Weather | None:
    """None when no place is set, the service is off, or it has been away for hours."""
    if profile.latitude is None or profile.longitude is None or not (settings.WEATHER_ENABLED or source):
        return None
    # A tenth of a degree (about 10 km): neighbours share an answer, and nobody's home is sent anywhere.
    place = Place(round(profile.latitude, 1), round(profile.longitude, 1), profile.city)
    key = f"weather:{place.latitude}:{place.longitude}"
    try:
        return _asked_or_kept(place, key, source)
    except (RedisError, OSError):
        return None  # without the cache every page would ask: better none than a flood


def _asked_or_kept(place: Place, key: str, source: WeatherSource | None) -> Weather | None:
    cache = caches["strict"]
    kept: tuple[float, Weather] | None = cache.get(key)
    age = time.time() - kept[0] if kept else USABLE_SECONDS
    last = kept[1] if kept and age < USABLE_SECONDS else None
    if (last is not None and age < FRESH_SECONDS) or cache.get(f"{key}:away"):
        return last
    try:
        weather = (source or weather_source()).today(place)
    except WeatherUnavailable:
        cache.set(f"{key}:away", True, AWAY_SECONDS)
        return last
    cache.set(key, (time.time(), weather), USABLE_SECONDS)
    return weather
