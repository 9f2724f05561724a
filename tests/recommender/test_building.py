"""Looks I can build: the season and the weather first, people built like me when I allow it, products in my size."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from catalog.models import Brand, Look, SizeChart, SizeRow
from closet.models import Measurement, User
from recommender.services import build_look
from recommender.stylist.rules.weather import manual_weather
from tests.wardrobe import brand, garment, look, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def closet(alice: User) -> User:
    """Alice's shirt, trousers and coat; she is 165 cm and 55 kg."""
    for number, slug in enumerate(("shirt", "trousers", "coat", "shorts", "t-shirt"), start=1):
        garment(alice, slug, vector=number)
    for zone, value in {"height": 1650, "weight": 55_000, "chest": 920, "waist": 660, "hips": 940}.items():
        Measurement.objects.create(user=alice, zone=zone, value=value)
    return alice


def titles(api: APIClient) -> list[str]:
    return [one["title"] for one in api.get(f"{API}looks/buildable/").json()["results"]]


def weather(monkeypatch: pytest.MonkeyPatch, temperature: float) -> None:
    monkeypatch.setattr(build_look, "weather_for", lambda profile: manual_weather(temperature=temperature))


def test_looks_for_the_season_and_weather_come_first(
    closet: User, alice_api: APIClient, as_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    look("shirt", "trousers", "coat", title="For the cold", vectors=[1, 2, 3], seasons=["winter"])
    look("t-shirt", "shorts", title="For the heat", vectors=[5, 99], seasons=["summer"])
    weather(monkeypatch, -3)
    assert titles(alice_api) == ["For the cold", "For the heat"]
    weather(monkeypatch, 31)
    assert titles(alice_api) == ["For the heat", "For the cold"]  # though all of the other one is hers
    told = alice_api.get(f"{API}looks/buildable/").json()["results"]
    assert [one["suits_today"] for one in told] == [True, False]
    assert told[1]["coverage"] == 1  # a stand-in of the same kind and colour counts for the other one, too
    assert "for other weather" in as_alice.get("/looks/mine/").content.decode()


@pytest.fixture
def wearers(closet: User) -> dict[str, Look]:
    return {
        "tall": look("shirt", "trousers", title="Tall", vectors=[1, 2], wearer_height_mm=1900, wearer_weight_g=95_000),
        "alike": look("shirt", "coat", title="Alike", vectors=[1, 90], wearer_height_mm=1660, wearer_weight_g=56_000),
        "unknown": look("shirt", "trousers", title="Unknown", vectors=[1, 2]),
        "nothing": look("boots", title="Nothing", vectors=[91], wearer_height_mm=1650, wearer_weight_g=55_000),
    }


def test_people_built_like_me_come_first_only_when_i_allow_it(
    closet: User, wearers: dict[str, Look], alice_api: APIClient, as_alice: Client
) -> None:
    assert titles(alice_api)[0] != "Alike"
    assert not any(one["built_like_me"] for one in alice_api.get(f"{API}looks/buildable/").json()["results"])
    closet.profile.match_body = True
    closet.profile.save()
    told = alice_api.get(f"{API}looks/buildable/").json()["results"]
    assert [one["title"] for one in told if one["built_like_me"]] == ["Alike"]
    assert told[0]["title"] == "Alike" and "body" in told[0]["parts"]
    assert "built like you" in as_alice.get("/looks/mine/").content.decode()


def test_the_shape_counts_among_people_of_my_size_and_only_while_it_is_on(closet: User, alice_api: APIClient) -> None:
    build = {"wearer_height_mm": 1690, "wearer_weight_g": 60_000}
    look("shirt", "trousers", title="Other shape", vectors=[1, 2], wearer_shape="rectangle", **build)
    look("shirt", "trousers", title="Same shape", vectors=[1, 2], wearer_shape="hourglass", **build)
    closet.profile.match_body = True
    closet.profile.save()
    body = {one["title"]: one["parts"]["body"] for one in alice_api.get(f"{API}looks/buildable/").json()["results"]}
    assert body["Same shape"] > body["Other shape"] and titles(alice_api)[0] == "Same shape"
    closet.profile.shape_hints = False
    closet.profile.save()
    body = {one["title"]: one["parts"]["body"] for one in alice_api.get(f"{API}looks/buildable/").json()["results"]}
    assert body["Same shape"] == body["Other shape"]


def test_missing_pieces_are_products_in_my_size_and_price_band(closet: User, alice_api: APIClient) -> None:
    closet.profile.price_band = Brand.PriceBand.LOW
    closet.profile.save()
    cheap, dear = brand("Cheap", price_band=1), brand("Dear", price_band=4)
    wanted = look("shirt", "jeans", vectors=[1, 50])
    fits = product("jeans", vector=50, maker=cheap, sizes_in_stock=["M"])
    small = product("jeans", vector=50, maker=cheap, sizes_in_stock=["S"])
    product("jeans", vector=50, maker=dear)
    for made in (fits, small):
        made.size_chart = SizeChart.objects.create(brand=cheap, name=f"Jeans {made.pk}", measures="body")
        for label, ends in {"S": [580, 600], "M": [650, 670]}.items():
            SizeRow.objects.create(chart=made.size_chart, label=label, zones={"waist": ends})
        made.save()
    missing = alice_api.get(f"{API}looks/{wanted.pk}/build/").json()["items"][1]
    assert missing["mine"] is None
    assert [(one["id"], one["size"]) for one in missing["products"]] == [(fits.pk, "M")]


def test_the_looks_own_piece_is_shown_whatever_its_price(closet: User, alice_api: APIClient, as_alice: Client) -> None:
    closet.profile.price_band = Brand.PriceBand.LOW
    closet.profile.save()
    own = product("jeans", vector=50, maker=brand("Dear", price_band=4), name_en="The very jeans")
    wanted = look("jeans", vectors=[50])
    wanted.items.update(product=own)
    assert alice_api.get(f"{API}looks/{wanted.pk}/build/").json()["items"][0]["products"][0]["id"] == own.pk
    assert "The very jeans" in as_alice.get(f"/shop/looks/{wanted.pk}/build/").content.decode()
