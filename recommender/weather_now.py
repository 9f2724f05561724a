"""The weather where a member lives: asked at most once an hour a place, remembered through an outage."""

from __future__ import annotations

import time

import httpx
from django.conf import settings
from django.core.cache import cache

from closet.models import Profile
from recommender.stylist.weather import OpenMeteo, Place, Weather, WeatherSource, WeatherUnavailable

FRESH_SECONDS = 3600
USABLE_SECONDS = 6 * 3600  # an older forecast than this would mislead more than none


def weather_source() -> WeatherSource:
    return OpenMeteo(httpx.Client(timeout=2.5), settings.WEATHER_URL)


def weather_for(*, profile: Profile, source: WeatherSource | None = None) -> Weather | None:
    """None when no place is set, the service is off, or it has been away for hours."""
    if profile.latitude is None or profile.longitude is None or not (settings.WEATHER_ENABLED or source):
        return None
    # A tenth of a degree (about 10 km): neighbours share an answer, and nobody's home is sent anywhere.
    place = Place(round(profile.latitude, 1), round(profile.longitude, 1), profile.city)
    key = f"weather:{place.latitude}:{place.longitude}"
    kept: tuple[float, Weather] | None = cache.get(key)
    if kept and time.time() - kept[0] < FRESH_SECONDS:
        return kept[1]
    try:
        weather = (source or weather_source()).today(place)
    except WeatherUnavailable:
        if kept:
            # Not asked again for some minutes, so that an outage slows nobody's page.
            cache.set(key, (time.time() - FRESH_SECONDS + 300, kept[1]), USABLE_SECONDS)
            return kept[1]
        return None
    cache.set(key, (time.time(), weather), USABLE_SECONDS)
    return weather
