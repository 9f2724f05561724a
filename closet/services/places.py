"""Where a city lies, for the weather: by the built-in list, else asked of Open-Meteo, remembered, never in the way."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, dataclass

import httpx
from django.conf import settings
from django.core.cache import cache

from closet.geography.cities import city_named
from closet.models import Outgoing, User
from closet.services.outgoing import outgoing_note

logger = logging.getLogger(__name__)
TIMEOUT_S = 2.0  # a person waits for the form
KEPT_S = 30 * 24 * 3600
UNKNOWN_KEPT_S = 24 * 3600


@dataclass(frozen=True)
class Place:
    name: str
    country: str
    latitude: float
    longitude: float


def place_find(*, name: str, language: str = "en", owner: User | None = None) -> Place | None:
    """The best known place of that name. None when it is not in the list and the service does not know it, does not
    answer or is turned off (WEATHER_ENABLED). Never raises.

    owner: whose ledger tells that the service was asked.
    """
    name = name.strip()
    if city := city_named(name):
        return Place(city.title(language), city.country, city.latitude, city.longitude)
    if not name or not settings.WEATHER_ENABLED:
        return None
    # Hashed: a cache key takes no spaces or Korean.
    key = f"place:{language}:{hashlib.sha256(name.casefold().encode()).hexdigest()}"
    known = cache.get(key)
    if known is None:
        if owner is not None:
            fields = ["city", "language"]
            outgoing_note(owner=owner, purpose=Outgoing.Purpose.PLACE, to=settings.GEOCODING_URL, fields=fields)
        try:
            known = _ask(name, language)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            logger.warning("No answer about a place from %s: %s", settings.GEOCODING_URL, type(error).__name__)
            return None
        cache.set(key, known, KEPT_S if known else UNKNOWN_KEPT_S)
    return Place(**known) if known else None


def _ask(name: str, language: str) -> dict[str, object]:
    """The answer as `Place` fields; {} when there is no such place."""
    answer = httpx.get(
        settings.GEOCODING_URL,
        params={"name": name, "count": 1, "language": language, "format": "json"},
        timeout=TIMEOUT_S,
    )
    answer.raise_for_status()
    results = answer.json().get("results") or []
    if not results:
        return {}
    first = results[0]
    return asdict(
        Place(
            name=str(first["name"]),
            country=str(first.get("country", "")),
            latitude=float(first["latitude"]),
            longitude=float(first["longitude"]),
        )
    )
