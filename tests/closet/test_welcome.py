"""A newcomer's four steps: each works, each may be skipped."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from closet.models import Like, Photo, User
from tests.closet.closets import picture
from tests.wardrobe import look

pytestmark = pytest.mark.django_db
STEPS = ("photos", "measures", "taste", "city")


def step(name: str) -> str:
    return reverse("closet:welcome_step", args=[name])


@pytest.mark.parametrize(("name", "after"), zip(STEPS, (*STEPS[1:], None), strict=True))
def test_every_step_is_a_page_that_may_be_skipped(as_alice: Client, name: str, after: str | None) -> None:
    page = as_alice.get(step(name)).content.decode()
    assert f'href="{step(after) if after else reverse("recommender:today")}"' in page and 'aria-current="step"' in page


def test_the_welcome_begins_with_photos_which_lead_on(as_alice: Client) -> None:
    assert "Show me a few things" in as_alice.get(reverse("closet:welcome")).content.decode()
    file = io.BytesIO(picture(mode="RGB", size=(300, 400), format="JPEG"))
    file.name = "shirt.jpg"
    answer = as_alice.post(reverse("closet:photos"), {"photos": file, "next": step("measures")})
    assert answer["Location"] == step("measures") and Photo.objects.count() == 1
    elsewhere = {"photos": io.BytesIO(b"x"), "next": "https://example.com/"}
    assert as_alice.post(reverse("closet:photos"), elsewhere)["Location"] == reverse("closet:photos")


def test_measures_are_kept_or_left_out_and_odd_ones_asked_about(as_alice: Client, alice: User) -> None:
    assert as_alice.post(step("measures"), {"height": "", "weight": ""})["Location"] == step("taste")
    assert as_alice.post(step("measures"), {"height": "168", "weight": "58"})["Location"] == step("taste")
    assert dict(alice.measurements.values_list("zone", "value")) == {"height": 1680, "weight": 58_000}
    refused = as_alice.post(step("measures"), {"height": "tall", "weight": "58"})
    assert refused.status_code == 422 and 'role="alert"' in refused.content.decode()


def test_picked_looks_are_liked_and_become_the_taste(as_alice: Client, alice: User) -> None:
    chic = [look("dress", title=f"chic {number}", style="chic") for number in range(2)]
    street = look("hoodie", title="street", style="street")
    page = as_alice.get(step("taste")).content.decode()
    assert page.count('name="look"') == 3
    form = {"look": [one.pk for one in (*chic, street)]}
    assert as_alice.post(step("taste"), form)["Location"] == step("city")
    alice.profile.refresh_from_db()
    assert alice.profile.styles == ["chic", "street"] and Like.objects.filter(owner=alice).count() == 3
    as_alice.post(step("taste"), {})  # nothing picked changes nothing
    alice.profile.refresh_from_db()
    assert alice.profile.styles == ["chic", "street"]


@pytest.mark.parametrize(("typed", "latitude"), [("서울", 38), ("Paris, FR", 49), ("제주시", 34)])
def test_a_city_of_the_list_is_found_offline(
    as_alice: Client, alice: User, settings: Any, typed: str, latitude: int
) -> None:
    settings.WEATHER_ENABLED = False
    assert as_alice.post(step("city"), {"city": typed})["Location"] == reverse("recommender:today")
    alice.profile.refresh_from_db()
    assert alice.profile.city == typed and round(alice.profile.latitude) in (latitude, latitude - 1)
    assert "no forecast, usual at this time" in as_alice.get(reverse("recommender:today")).content.decode()


def test_a_city_nobody_knows_is_said(as_alice: Client, settings: Any) -> None:
    settings.WEATHER_ENABLED = False
    refused = as_alice.post(step("city"), {"city": "Nowhere at all"})
    assert refused.status_code == 422 and "Choose one near it" in refused.content.decode()


def test_there_is_no_fifth_step(as_alice: Client) -> None:
    assert as_alice.get(step("shoes")).status_code == 404
    assert as_alice.post(step("photos")).status_code == 404
