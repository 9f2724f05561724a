"""The privacy ledger: each request that leaves is a line of its owner's, and nobody else's."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Outgoing, User
from closet.services import outgoing, places
from closet.services.accounts import profile_update
from recommender.services.weather import weather_for
from recommender.stylist.rules.weather import WeatherUnavailable

pytestmark = pytest.mark.django_db
API = "/api/v1/accounts/me/outgoing/"


class Away:
    """A weather service that is asked and does not answer."""

    def today(self, place: Any) -> Any:
        raise WeatherUnavailable

    on = today


@pytest.fixture
def online(settings: Any) -> None:
    settings.WEATHER_ENABLED, settings.EMAIL_HOST = True, "mail.example.com"
    settings.WEATHER_URL = "https://weather.example.com/v1/forecast"
    settings.GEOCODING_URL = "https://places.example.com/v1/search"


def lines(user: User) -> list[tuple[str, str, list[str]]]:
    return [(line.purpose, line.host, line.fields) for line in Outgoing.objects.filter(owner=user)]


def test_the_weather_leaves_a_line_when_it_is_asked_and_none_when_it_is_known(alice: User, online: None) -> None:
    alice.profile.latitude, alice.profile.longitude = 37.5665, 126.978
    for _ in range(2):
        weather_for(profile=alice.profile, source=Away())  # type: ignore[arg-type]
    assert lines(alice) == [("weather", "weather.example.com", ["coordinates"])]


def test_a_city_leaves_a_line(alice: User, online: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any, **_named: Any) -> Any:
        raise httpx.ConnectError("no network")

    monkeypatch.setattr(places.httpx, "get", away)
    profile_update(profile=alice.profile, city="Nowhere on Sea")
    assert lines(alice) == [("place", "places.example.com", ["city", "language"])]


def test_a_letter_leaves_a_line_where_letters_leave(alice: User, online: None, settings: Any, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": alice.email})
    assert lines(alice) == [("letter", "mail.example.com", ["e-mail", "text"])]
    settings.EMAIL_HOST = ""
    outgoing.letter_note(email=alice.email)
    outgoing.letter_note(email="nobody@example.com")
    assert len(lines(alice)) == 1


def test_what_is_switched_off_asks_nobody(alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEATHER_ENABLED = False
    monkeypatch.setattr(places.httpx, "get", lambda *_a, **_n: pytest.fail("asked"))
    alice.profile.latitude, alice.profile.longitude = 37.5, 127.0
    weather_for(profile=alice.profile)
    profile_update(profile=alice.profile, city="Nowhere on Sea")
    assert lines(alice) == []


def test_its_owner_reads_it_and_nobody_else(
    as_alice: Client, alice: User, alice_api: APIClient, as_charlie: Client, charlie_api: APIClient, online: None
) -> None:
    note = {"purpose": Outgoing.Purpose.WEATHER, "to": "https://weather.example.com/x", "fields": ["coordinates"]}
    outgoing.outgoing_note(owner=alice, **note)
    page = as_alice.get(reverse("closet:outgoing")).content.decode()
    assert page.count("weather.example.com") == 2  # the line, and the switch
    assert "about 10 km" in page and "EMAIL_HOST" in page and "switched off" in page
    [line] = alice_api.get(API).json()["results"]
    assert (line["purpose"], line["host"], line["fields_told"]) == ("weather", "weather.example.com", ["coordinates"])
    assert as_charlie.get(reverse("closet:outgoing")).content.decode().count("weather.example.com") == 1
    assert charlie_api.get(API).json()["count"] == 0


def test_old_lines_go(alice: User) -> None:
    outgoing.outgoing_note(owner=alice, purpose=Outgoing.Purpose.LETTER, to="mail.example.com", fields=["e-mail"])
    assert outgoing.outgoing_purge() == 0
    Outgoing.objects.update(at=timezone.now() - outgoing.KEPT)
    assert outgoing.outgoing_purge() == 1
