"""Whatever is odd about a closet, a body, a chart or the sky: pages and API answers stand, and say what is odd."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Product, SizeChart, SizeRow
from closet.models import Garment, Measurement, User
from recommender.jobs.brand_profiles import profiles_rebuild
from recommender.services import weather
from recommender.stylist.rules.weather import WeatherUnavailable
from tests.wardrobe import brand, garment, look, photo_seen, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"


class Away:
    def today(self, place: object) -> None:
        raise WeatherUnavailable("away")


def no_measures(alice: User, made: Product) -> None:
    """Nothing at all is known of her body."""


def contradictory_measures(alice: User, made: Product) -> None:
    body = {"height": 1700, "weight": 58_000, "chest": 880, "hips": 940, "waist": 1500}
    for zone, value in body.items():
        Measurement.objects.create(user=alice, zone=zone, value=value)


def measures_of_two_days(alice: User, made: Product) -> None:
    for years, value in ((3, 2000), (2, 400), (1, 900)):
        day = timezone.localdate() - timedelta(days=365 * years)
        Measurement.objects.create(user=alice, zone="chest", value=value, taken_on=day)


def inches_labelled_cm(alice: User, made: Product) -> None:
    Measurement.objects.create(user=alice, zone="chest", value=980)
    rows = {"S": (36, 17, 24), "M": (40, 18, 25), "L": (44, 19, 26)}
    chart_of(made, {label: {"chest": row[0] * 10, "shoulder": row[1] * 10, "sleeve": row[2] * 10}
                    for label, row in rows.items()}, "garment")  # fmt: skip


def a_chart_of_nonsense(alice: User, made: Product) -> None:
    Measurement.objects.create(user=alice, zone="chest", value=980)
    chart_of(made, {"S": {"chest": None, "x": 3}, "M": {"chest": "wide"}, "L": {"chest": [1, 2, 3]}, "": {},
                    "XL": {"chest": [9000, 10]}}, "garment")  # fmt: skip


def chart_of(made: Product, rows: dict[str, dict[str, Any]], measures: str) -> None:
    made.size_chart = SizeChart.objects.create(brand=made.brand, name="Odd", measures=measures)
    for position, (label, zones) in enumerate(rows.items()):
        SizeRow.objects.create(chart=made.size_chart, label=label, position=position, zones=zones)
    made.save()


def an_empty_closet(alice: User, made: Product) -> None:
    alice.garments.all().delete()


def hats_only(alice: User, made: Product) -> None:
    an_empty_closet(alice, made)
    for number in range(4):
        garment(alice, "hat", "red", vector=number + 1)


def garments_nobody_knows(alice: User, made: Product) -> None:
    an_empty_closet(alice, made)
    for slug in ("shirt", "jeans", "sneakers", "underwear"):
        row = garment(alice, slug, price=0, measures={"chest": 10, "waist": 2500})
        Garment.objects.filter(pk=row.pk).update(
            colours=[], colour_names=[], seasons=[], styles={}, last_worn_on=date(2999, 1, 1), cutout="",
            cutout_small="",
        )  # fmt: skip


def all_in_the_laundry(alice: User, made: Product) -> None:
    alice.garments.update(state="laundry")


def no_place(alice: User, made: Product) -> None:
    """As every new member."""


def weather_away(alice: User, made: Product) -> None:
    alice.profile.latitude, alice.profile.longitude = 37.5, 127.0
    alice.profile.save()


def weights_of_nonsense(alice: User, made: Product) -> None:
    alice.profile.weights = {"colour": "a lot", "style": None, "learned": -3, "fit": 1e300, "moon": 1}
    alice.profile.save()


def an_empty_catalogue(alice: User, made: Product) -> None:
    Product.objects.exclude(pk=made.pk).delete()
    made.embeddings.all().delete()
    profiles_rebuild(brand_ids=[made.brand_id])


def brands_with_one_product_and_none(alice: User, made: Product) -> None:
    brand("Nothing", is_emerging=True)
    product("coat", vector=9, maker=brand("Solo", is_emerging=True))
    profiles_rebuild()


ODD: list[tuple[Callable[[User, Product], None], str, str]] = [
    # what is odd, where it is asked about, what is said of it there
    (no_measures, "products/{product}/fit/", "no_measures"),
    (contradictory_measures, "products/{product}/fit/", "body_doubts"),
    (contradictory_measures, "stylist/body/", '"zone":"waist","name":"Waist","code":"contradicts"'),
    (measures_of_two_days, "closet/fit/", '"status":"fits"'),
    (inches_labelled_cm, "products/{product}/fit/", "chart_doubts"),
    (inches_labelled_cm, "products/{product}/fit/", '"size":"L"'),
    (a_chart_of_nonsense, "products/{product}/fit/", "no_chart"),
    (an_empty_closet, "outfits/today/", "closet.empty"),
    (an_empty_closet, "products/{product}/before-buying/", '"guessed":true'),
    (hats_only, "outfits/today/", "closet.only"),
    (garments_nobody_knows, "outfits/today/", "weather.unknown"),
    (all_in_the_laundry, "outfits/today/", "closet.unready"),
    (no_place, "outfits/today/", '"weather":null'),
    (weather_away, "outfits/today/", '"source":"normals"'),
    (weights_of_nonsense, "stylist/weights/", '"colour":0.2'),
    (an_empty_catalogue, "brands/matching/", '"results":[]'),
    (brands_with_one_product_and_none, "brands/matching/?surprise=true", '"slug":"solo"'),
]
QUESTIONS = (
    "outfits/today/", "outfits/today/?temperature=-60&rain=true&occasion=ceremony&time=evening", "looks/buildable/",
    "looks/{look}/build/", "looks/{bare}/build/", "brands/matching/", "brands/matching/?surprise=1", "stylist/radar/",
    "stylist/body/", "stylist/weights/", "closet/fit/", "products/{product}/fit/", "products/{product}/before-buying/",
    "products/{product}/goes-with/", "products/{product}/goes-with/?scope=catalogue", "search/photo/photo/",
    "search/photo/photo/before-buying/?price=0", "brands/matching/?photo=photo",
)  # fmt: skip
PAGES = (
    "/today/", "/today/?temperature=40&locked=999&seed=3", "/looks/mine/", "/shop/looks/{look}/build/",
    "/shop/looks/{bare}/build/", "/brands/like-me/", "/brands/like-me/?surprise=1", "/brands/like-me/photo/photo/",
    "/closet/fit/", "/body/", "/shop/products/{product}/fit/", "/shop/products/{product}/goes-with/?scope=catalogue",
    "/search/photo/photo/", "/search/photo/photo/buying/?price=abc", "/search/photo/photo/buying/?garment=-1",
)  # fmt: skip
OF_A_GARMENT = ("garments/{garment}/goes-with/", "garments/{garment}/goes-with/?scope=catalogue",
                "garments/{garment}/similar/", "garments/{garment}/brands/",
                "outfits/complete/?pieces={garment}")  # fmt: skip


@pytest.fixture
def things(alice: User, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An ordinary small closet and shop, under a sky that nobody reports."""
    monkeypatch.setattr(weather, "weather_source", Away)
    for number, slug in enumerate(("shirt", "jeans", "sneakers"), start=1):
        garment(alice, slug, vector=number, measures={"chest": 540} if slug == "shirt" else {})
    product("jeans", vector=2)
    sold = product("shirt", vector=1, price=30_000)
    profiles_rebuild()
    wanted, bare = look("shirt", "coat", vectors=[1, 4]), look(title="Bare")
    photo_seen(alice)
    return {"product": sold, "look": wanted, "bare": bare}


def filled(address: str, things: dict[str, Any], mine: Garment | None) -> str:
    return address.format(**{name: thing.pk for name, thing in things.items()}, garment=mine.pk if mine else 0)


@pytest.mark.parametrize("odd", list(dict.fromkeys(row[0] for row in ODD)), ids=lambda odd: odd.__name__)
def test_nothing_odd_breaks_a_page_or_an_answer(
    odd: Callable[[User, Product], None],
    things: dict[str, Any],
    alice: User,
    as_alice: Client,
    alice_api: APIClient,
) -> None:
    odd(alice, things["product"])
    mine = alice.garments.first()
    for address in QUESTIONS + (OF_A_GARMENT if mine else ()):
        answer = alice_api.get(API + filled(address, things, mine))
        assert answer.status_code == 200, (address, answer.content[:300])
    for address in PAGES + (("/closet/{garment}/goes-with/", "/today/complete/?pieces={garment}") if mine else ()):
        page = as_alice.get(filled(address, things, mine))
        assert page.status_code == 200 and "%(" not in page.content.decode(), address


@pytest.mark.parametrize(
    ("odd", "address", "said"), ODD, ids=[f"{row[0].__name__}-{row[1].split('/')[-2]}-{row[2][:12]}" for row in ODD]
)
def test_what_is_odd_is_said(
    odd: Callable[[User, Product], None],
    address: str,
    said: str,
    things: dict[str, Any],
    alice: User,
    alice_api: APIClient,
) -> None:
    odd(alice, things["product"])
    answer = alice_api.get(API + filled(address, things, None))
    assert answer.status_code == 200 and said in answer.content.decode(), answer.content.decode()[:3000]


def test_five_garments_still_make_an_outfit(things: dict[str, Any], alice: User, alice_api: APIClient) -> None:
    garment(alice, "coat", vector=7)
    garment(alice, "knit", vector=8)
    told = alice_api.get(f"{API}outfits/today/?temperature=8").json()
    assert told["results"] and told["results"][0]["missing"] == []
    assert "closet.small" in {note["code"] for note in told["notes"]}
