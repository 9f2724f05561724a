"""The weather of a member's place: asked once an hour, an outage unnoticed, typed values without a service."""

from __future__ import annotations

import time
from datetime import date, timedelta

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import User
from recommender.services import weather
from recommender.services.weather import weather_for
from recommender.stylist.rules.weather import OpenMeteo, Place, Weather, WeatherUnavailable
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

    def on(self, place: Place, day: date) -> Weather:
        self.today(place)
        return Weather(float(day.day), source="sky", low=day.day - 4.0, high=day.day + 4.0)


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
    assert found is not None and found.source == "normals"  # what is usual, and it says so


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


# --- A day to come ---------------------------------------------------------------------------------------------------


def test_a_day_to_come_has_its_own_forecast_and_a_past_one_none(seoul: User, sky: Sky) -> None:
    today = timezone.localdate()
    day = today + timedelta(days=3)
    for _ in range(2):
        assert weather_for(profile=seoul.profile, source=sky, day=day).temperature == day.day
    assert weather_for(profile=seoul.profile, source=sky, day=today).temperature == 11
    for far in (today - timedelta(days=1), today + timedelta(days=40)):
        usual = weather_for(profile=seoul.profile, source=sky, day=far)
        assert usual is not None and usual.source == "normals"
    seoul.profile.latitude, seoul.profile.longitude = -60.0, -120.0
    assert weather_for(profile=seoul.profile, day=today) is None  # at sea nothing is usual
    assert sky.asked == 2


def test_open_meteo_is_asked_for_that_day() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        assert asked["start_date"] == asked["end_date"] == "2026-12-05" and "current" not in asked
        daily = {"temperature_2m_max": [4.0], "temperature_2m_min": [-6.0], "precipitation_sum": [1.5],
                 "precipitation_probability_max": [80], "wind_speed_10m_max": [20.0]}  # fmt: skip
        return httpx.Response(200, json={"daily": daily, "hourly": {"apparent_temperature": [-8.0] * 24}})

    source = OpenMeteo(httpx.Client(transport=httpx.MockTransport(answer)))
    found = source.on(Place(37.6, 127.0), date(2026, 12, 5))
    assert (found.temperature, found.low, found.high, found.wind, found.wet) == (-1.0, -6.0, 4.0, 10.0, True)
    assert found.felt_between() == (-8.0, -8.0)


def test_an_outfit_is_planned_for_a_day_with_its_forecast(
    seoul: User, as_alice: Client, sky: Sky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weather, "weather_source", lambda: sky)
    monkeypatch.setattr(weather.settings, "WEATHER_ENABLED", True)
    slugs = ("knit", "jeans", "boots", "coat", "shirt", "t-shirt", "shorts", "sneakers")
    worn = [garment(seoul, slug, vector=number) for number, slug in enumerate(slugs, 1)]
    day = timezone.localdate() + timedelta(days=4)
    page = as_alice.get(reverse("recommender:today"), {"day": day.isoformat()}).content.decode()
    assert f"{day.day - 4}° – {day.day + 4}°" in "".join(page.split("\n")).replace("  ", "")
    assert f'name="day" value="{day:%Y-%m-%d}"' in page and "Log what I wear" not in page
    assert "Plan for" in page
    form = {"garments": [one.pk for one in worn[:3]], "plan": "1", "day": day.isoformat()}
    as_alice.post(reverse("recommender:keep"), form)
    assert seoul.plans.get().day == day
    past = as_alice.get(reverse("recommender:today"), {"day": "2020-01-01"}).content.decode()
    assert "Plan for" not in past
