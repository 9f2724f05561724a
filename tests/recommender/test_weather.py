"""The weather of a member's place: asked once an hour, an outage unnoticed, typed values without a service."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from closet.models import User
from recommender.services import weather
from recommender.services.weather import weather_for
from recommender.stylist.rules.weather import Place, Weather, WeatherUnavailable
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db
HOUR, real_time = 3600, time.time


class Sky:
    """A weather service that a test turns off; counts how often it is asked."""

    def __init__(self, temperature: float = 11.0) -> None:
        self.temperature, self.asked, self.away = temperature, 0, False

    def today(self, place: Place) -> Weather:
        self.asked += 1
        if self.away:
            raise WeatherUnavailable("away")
        return Weather(self.temperature, source="sky")


@pytest.fixture
def sky() -> Sky:
    return Sky()


@pytest.fixture
def seoul(alice: User) -> User:
    alice.profile.latitude, alice.profile.longitude = 37.57, 126.98
    alice.profile.save()
    return alice


def later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    now = real_time()
    monkeypatch.setattr(weather.time, "time", lambda: now + hours * HOUR)


def test_neighbours_share_one_question_an_hour(seoul: User, sky: Sky) -> None:
    for _ in range(3):
        assert weather_for(profile=seoul.profile, source=sky).temperature == 11
    seoul.profile.latitude += 0.02
    weather_for(profile=seoul.profile, source=sky)
    assert sky.asked == 1


def test_an_outage_of_an_hour_goes_unnoticed_and_slows_nobody(
    seoul: User, sky: Sky, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather_for(profile=seoul.profile, source=sky)
    sky.away = True
    later(monkeypatch, 2)
    for _ in range(5):
        assert weather_for(profile=seoul.profile, source=sky).temperature == 11
    assert sky.asked == 2  # the first answer, and one try that failed


def test_weather_of_this_morning_is_no_weather_for_tonight(
    seoul: User, sky: Sky, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather_for(profile=seoul.profile, source=sky)
    sky.away = True
    for hours in (2, 5, 7):
        cache.delete("weather:37.6:127.0:away")
        later(monkeypatch, hours)
        found = weather_for(profile=seoul.profile, source=sky)
    assert found is None


def test_typed_weather_needs_no_service(
    seoul: User, alice_api: APIClient, sky: Sky, monkeypatch: pytest.MonkeyPatch
) -> None:
    sky.away = True
    monkeypatch.setattr(weather, "weather_source", lambda: sky)
    garment(seoul, "shirt")
    told = alice_api.get("/api/v1/outfits/today/?temperature=3&wind=20&rain=true").json()
    assert told["weather"]["source"] == "manual" and told["weather"]["wet"] and told["weather"]["feels"] < 3
    assert sky.asked == 0


def test_no_place_and_no_service_still_dress(alice: User, alice_api: APIClient) -> None:
    garment(alice, "shirt")
    told = alice_api.get("/api/v1/outfits/today/").json()
    assert told["weather"] is None and told["results"]
    assert "weather.unknown" in {note["code"] for note in told["notes"]}
