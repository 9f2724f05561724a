"""What goes with a piece, what completes a look, and whether to buy: in my size and price band, with reasons."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains
from rest_framework.test import APIClient

from catalog.models import Brand, Product, SizeChart, SizeRow
from closet.models import Garment, Measurement, User
from closet.services.wear import wear_add
from recommender.stylist.score.parts import DEFAULT_WEIGHTS
from tests.wardrobe import brand, garment, photo_seen, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def measured(user: User, day: date = date(2026, 1, 1), **values: int) -> None:
    for zone, value in values.items():
        Measurement.objects.create(user=user, zone=zone, value=value, taken_on=day)


def chart(made: Product, zone: str, **rows: tuple[int, int]) -> Product:
    """Gives a product a chart of the body."""
    made.size_chart = SizeChart.objects.create(brand=made.brand, name=made.name, measures="body")
    for position, (label, ends) in enumerate(rows.items()):
        SizeRow.objects.create(chart=made.size_chart, label=label, position=position, zones={zone: list(ends)})
    made.save()
    return made


@pytest.fixture
def shirt(alice: User) -> Garment:
    return garment(alice, "shirt", "white", vector=1, price=50_000)


def completed(api: APIClient, *pieces: Garment) -> dict[str, Any]:
    answer = api.get(f"{API}outfits/complete/", {"pieces": [piece.pk for piece in pieces]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def offered(told: dict[str, Any], slot: str) -> list[int]:
    return [offer["id"] for offer in told["slots"][slot]["offers"]]


# --- Complete the look ----------------------------------------------------------------------------------------------
def test_gaps_are_filled_in_my_size_alone(alice_api: APIClient, alice: User, shirt: Garment) -> None:
    measured(alice, height=1700, weight=65_000, waist=760)
    sizes = {"S": (660, 700), "M": (740, 780), "L": (820, 860)}
    in_stock = chart(product("jeans", "navy", vector=2, sizes_in_stock=["M", "L"]), "waist", **sizes)
    chart(product("jeans", "navy", vector=2, sizes_in_stock=["S"]), "waist", **sizes)
    chart(product("trousers", "navy", vector=2), "waist", XS=(580, 620))
    unsized = product("trousers", "grey", vector=3)
    told = completed(alice_api, shirt)
    assert set(told["gaps"]) >= {"bottom", "shoes"} and told["missing"] == ["bottom", "shoes"]
    assert set(offered(told, "bottom")) == {in_stock.pk, unsized.pk}
    sizes_told = {offer["id"]: offer["size"] for offer in told["slots"]["bottom"]["offers"]}
    assert sizes_told == {in_stock.pk: "M", unsized.pk: None}
    assert told["slots"]["shoes"]["offers"] == []


def test_a_chosen_price_band_is_brands_of_it(alice_api: APIClient, alice: User, shirt: Garment) -> None:
    alice.profile.price_band = Brand.PriceBand.LOW
    alice.profile.save()
    cheap = product("jeans", vector=2, maker=brand("Cheap", price_band=1), price=900_000)
    product("jeans", vector=2, maker=brand("Dear", price_band=4), price=1_000)
    told = completed(alice_api, shirt)
    assert offered(told, "bottom") == [cheap.pk] and told["price_band"] == 1
    assert told["slots"]["bottom"]["price_range"] is None


def test_what_i_paid_is_my_price_band(alice_api: APIClient, alice: User, shirt: Garment) -> None:
    for price in (80_000, 90_000, 100_000):
        garment(alice, "jeans", price=price)
    for price in (200_000, 250_000, 300_000):
        garment(alice, "coat", price=price)
    mine = product("jeans", vector=2, price=95_000)
    foreign = product("jeans", vector=3, price=95, currency="USD")
    unpriced = product("jeans", vector=4)
    product("jeans", vector=2, price=400_000)
    product("jeans", vector=2, price=9_000)
    told = completed(alice_api, shirt)
    assert set(offered(told, "bottom")) == {mine.pk, foreign.pk, unpriced.pk}
    low, high = told["slots"]["bottom"]["price_range"]
    assert low < 80_000 < 100_000 < high < 200_000 < told["slots"]["outer"]["price_range"][1]


def test_only_what_is_in_stock_published_and_for_me_is_offered(
    alice_api: APIClient, alice: User, shirt: Garment
) -> None:
    alice.profile.wears = "women"
    alice.profile.save()
    hers = product("jeans", vector=2, gender="women")
    product("jeans", vector=2, gender="men")
    product("jeans", vector=2, gender="women", is_in_stock=False)
    product("jeans", vector=2, gender="women", is_published=False)
    assert offered(completed(alice_api, shirt), "bottom") == [hers.pk]


def test_every_offer_is_scored_with_the_whole_outfit(alice_api: APIClient, alice: User, shirt: Garment) -> None:
    jeans = garment(alice, "jeans", "navy", vector=2)
    product("sneakers", "white", vector=4)
    told = completed(alice_api, shirt, jeans)
    assert told["missing"] == ["shoes"] and "bottom" not in told["slots"]
    score = told["slots"]["shoes"]["offers"][0]["score"]
    assert score["total"] == pytest.approx(sum(part["contribution"] for part in score["parts"]), abs=0.01)


def test_the_page_completes_a_look_too(as_alice: Client, as_charlie: Client, alice: User, shirt: Garment) -> None:
    made = product("jeans", vector=2, name_en="Straight jeans")
    url = f"/today/complete/?pieces={shirt.pk}"
    for page in (as_alice.get(url), as_alice.get(url, headers={"HX-Request": "true"})):
        assert page.status_code == 200 and made.name in page.content.decode()
    assert as_charlie.get(url).status_code == 404
    assert as_alice.get("/today/complete/?pieces=x&pieces=99999999999999999999").status_code == 404


def test_only_my_garments_can_be_completed(charlie_api: APIClient, alice_api: APIClient, shirt: Garment) -> None:
    refused = charlie_api.get(f"{API}outfits/complete/", {"pieces": shirt.pk})
    assert refused.status_code == 400 and "pieces" in refused.json()["extra"]["fields"]
    for bad in ({}, {"pieces": "x"}, {"pieces": 10**30}, {"pieces": range(1, 40)}):
        assert alice_api.get(f"{API}outfits/complete/", bad).status_code == 400


# --- What goes with this ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scope", ["closet", "catalogue"])
def test_what_goes_with_a_product_from_both_sides(
    as_alice: Client, alice_api: APIClient, alice: User, scope: str
) -> None:
    asked = product("shirt", "white", vector=1)
    own = garment(alice, "jeans", "navy", vector=2, name="My jeans")
    sold = product("jeans", vector=2, name_en="Sold jeans")
    told = alice_api.get(f"{API}products/{asked.pk}/goes-with/?scope={scope}").json()["slots"]
    right, wrong = (own, sold) if scope == "closet" else (sold, own)
    assert [one["id"] for one in told["bottom"]] == [right.pk]
    page = as_alice.get(f"/shop/products/{asked.pk}/goes-with/?scope={scope}").content.decode()
    assert str(right) in page and str(wrong) not in page


def test_what_goes_with_a_photo_from_both_sides_by_slot(as_alice: Client, alice_api: APIClient, alice: User) -> None:
    own = garment(alice, "jeans", "navy", vector=2, name="My jeans")
    sold = product("jeans", vector=2, name_en="Sold jeans")
    told = alice_api.get(f"{API}search/photo/{photo_seen(alice)}/").json()
    assert [one["id"] for one in told["goes_with"]["bottom"]] == [own.pk]
    assert [one["id"] for one in told["goes_with_in_shops"]["bottom"]] == [sold.pk]
    assert told["goes_with_in_shops"]["bottom"][0]["score"]["parts"]
    page = as_alice.get("/search/photo/photo/").content.decode()
    assert "My jeans" in page and sold.name in page


# --- Before I buy -----------------------------------------------------------------------------------------------------
def test_before_i_buy_what_is_on_a_photo(
    as_alice: Client, alice_api: APIClient, charlie_api: APIClient, alice: User, shirt: Garment
) -> None:
    garment(alice, "jeans", "navy", vector=2)
    garment(alice, "sneakers", "white", vector=4)
    url = f"{API}search/photo/{photo_seen(alice)}/before-buying/"
    told = alice_api.get(f"{url}?price=80000").json()
    assert [twin["garment"]["id"] for twin in told["twins"]] == [shirt.pk]
    assert told["wears_a_year"] > 0 and told["currency"] == "KRW"
    assert told["cost_per_wear"] == pytest.approx(80_000 / max(told["wears_a_year"], 1), rel=0.1)
    assert alice_api.get(url).json()["cost_per_wear"] is None
    assert charlie_api.get(url).status_code == 404
    for bad in ("price=-1", "price=nan", "price=inf", "garment=x", "price=a"):
        assert alice_api.get(f"{url}?{bad}").status_code == 400, bad
    page = as_alice.get("/search/photo/photo/buying/?price=80000")
    assert page.status_code == 200 and "nearly the same" in page.content.decode()


def test_what_a_photo_unlocks(alice_api: APIClient, alice: User) -> None:
    """Jeans and sneakers are no outfit: with the shirt of the photo they are the first."""
    garment(alice, "jeans", "navy", vector=2)
    garment(alice, "sneakers", "white", vector=4)
    told = alice_api.get(f"{API}search/photo/{photo_seen(alice)}/before-buying/").json()
    assert told["twins"] == [] and told["unlocked_count"] == len(told["unlocked"]) == 1
    assert {one["kind"] for one in told["unlocked"][0]["garments"]} == {"jeans", "sneakers"}


@pytest.mark.parametrize(
    ("facts", "status"), [({"garments": []}, 400), ({"status": "failed", "error_code": "corrupt"}, 400)]
)
def test_a_photo_of_nothing_is_no_purchase(
    alice_api: APIClient, alice: User, facts: dict[str, Any], status: int
) -> None:
    assert alice_api.get(f"{API}search/photo/{photo_seen(alice, **facts)}/before-buying/").status_code == status


def test_wears_are_a_yearly_rate_of_the_time_they_were_logged(alice_api: APIClient, alice: User) -> None:
    """Thirty days of wearing such shirts every sixth day are sixty wears a year, not five."""
    today = timezone.localdate()
    shirts = [garment(alice, "shirt", vector=20 + number) for number in range(3)]
    garment(alice, "jeans", vector=2)
    garment(alice, "sneakers", vector=4)
    for own in shirts:
        for day in range(5, 31, 5):
            wear_add(owner=alice, garment_ids=[own.pk], worn_on=today - timedelta(days=day))
    told = alice_api.get(f"{API}products/{product('shirt', 'red', vector=40).pk}/before-buying/").json()
    assert not told["guessed"] and told["wears_a_year"] > 25


def test_outfits_with_what_no_longer_fits_are_not_unlocked(alice_api: APIClient, alice: User) -> None:
    measured(alice, waist=900)
    garment(alice, "jeans", vector=2, measures={"waist": 350})  # 700 around
    garment(alice, "sneakers", vector=4)
    new = product("shirt", vector=1)
    assert alice_api.get(f"{API}products/{new.pk}/before-buying/").json()["unlocked_count"] == 0


# --- Fit ------------------------------------------------------------------------------------------------------------
def test_what_is_estimated_comes_with_its_interval(alice_api: APIClient, as_alice: Client, alice: User) -> None:
    measured(alice, height=1700, weight=65_000)
    made = chart(product("shirt"), "chest", M=(880, 940), L=(940, 1000))
    [chest] = alice_api.get(f"{API}products/{made.pk}/fit/").json()["estimated"]
    assert chest["zone"] == "chest" and chest["low_cm"] < chest["cm"] < chest["high_cm"]
    page = as_alice.get(f"/shop/products/{made.pk}/fit/").content.decode()
    assert "Chest about" in page and "(likely" in page
    told = {one["zone"]: one for one in alice_api.get(f"{API}stylist/body/").json()["measures"]}
    assert not told["height"]["estimated"] and told["waist"]["estimated"]
    assert told["waist"]["high_cm"] - told["waist"]["low_cm"] > told["height"]["high_cm"] - told["height"]["low_cm"]


def test_the_page_of_what_fits_marks_and_today_respects_it(alice_api: APIClient, as_alice: Client, alice: User) -> None:
    measured(alice, date(2024, 1, 1), waist=700)
    measured(alice, date(2026, 1, 1), waist=900)
    shirt, shoes = garment(alice, "shirt", vector=1), garment(alice, "sneakers", vector=4)
    old = garment(alice, "jeans", vector=2, name="Old jeans", measures={"waist": 360})
    new = garment(alice, "jeans", vector=3, name="New jeans", measures={"waist": 460})
    page = as_alice.get("/closet/fit/").content.decode()
    assert page.index("No longer fits") < page.index("Old jeans") < page.index("Fits now") < page.index("New jeans")
    outfits = alice_api.get(f"{API}outfits/today/?temperature=20").json()["results"]
    worn = {piece["id"] for outfit in outfits for piece in outfit["garments"]}
    assert worn == {shirt.pk, shoes.pk, new.pk}
    partners = alice_api.get(f"{API}garments/{shirt.pk}/goes-with/").json()["slots"]
    assert [one["id"] for one in partners["bottom"]] == [new.pk] and old.pk not in worn


def test_body_shape_has_kind_hints_and_can_be_switched_off(alice_api: APIClient, as_alice: Client, alice: User) -> None:
    url = f"{API}stylist/body/"
    assert alice_api.get(url).json()["shape"] == "unclassified"
    measured(alice, chest=920, waist=660)
    told = alice_api.get(url).json()
    assert told["shape"] == "unclassified" and [one["zone"] for one in told["missing"]] == ["hips"]
    measured(alice, hips=940)
    told = alice_api.get(url).json()
    assert told["shape"] == "hourglass" and "follows your waist" in told["hints"][0]["text"]
    assert "Hourglass" in as_alice.get("/closet/fit/").content.decode()
    alice.profile.shape_hints = False
    alice.profile.save()
    assert alice_api.get(url).json()["shape"] == "" and alice_api.get(url).json()["hints"] == []
    assert "Hourglass" not in as_alice.get("/closet/fit/").content.decode()


def test_the_sliders_of_the_page_and_of_the_api_are_the_same(
    alice_api: APIClient, as_alice: Client, alice: User, shirt: Garment
) -> None:
    garment(alice, "jeans", vector=2)
    as_alice.post("/today/weights/", {"colour": "4.5", "learned": "0"})
    told = alice_api.get(f"{API}stylist/weights/").json()
    assert (told["colour"], told["learned"]) == (4.5, 0)
    slider = '<input type="range" name="colour" min="0" max="5.0000" step="0.1" value="{}">'
    assertContains(as_alice.get("/today/"), slider.format("4.5000"), html=True)
    alice_api.patch(f"{API}stylist/weights/", {"colour": 2})
    assertContains(as_alice.get("/today/"), slider.format("2.0000"), html=True)


def test_a_slider_left_where_it_stands_follows_its_default(as_alice: Client, alice: User) -> None:
    as_alice.post("/today/weights/", {**DEFAULT_WEIGHTS, "taste": "3"})
    alice.profile.refresh_from_db()
    assert alice.profile.weights == {"taste": 3.0}
    alice.profile.weights = {"colour": 1.0, "formality": 2.0, "taste": 3.0}  # colour as it once stood by default
    alice.profile.save()
    import_module("closet.migrations.0011_sliders_left_alone").let_go(apps, None)
    alice.profile.refresh_from_db()
    assert alice.profile.weights == {"formality": 2.0, "taste": 3.0}


@pytest.mark.parametrize(
    ("gender", "kind", "labels", "body", "size"),
    [
        ("women", "blouse", ["44", "55", "66", "77"], {"height": 1550, "chest": 850}, "55"),
        ("women", "blouse", ["79-86-155", "82-88-160", "85-94-160"], {"height": 1600, "chest": 820, "hips": 880},
         "82-88-160"),
        ("men", "knit", ["95", "100", "105"], {"height": 1750, "chest": 1000}, "100"),
        ("men", "jeans", ["W30/L32", "W32/L32", "W34/L34"], {"height": 1750, "waist": 815}, "W32/L32"),
        (None, "sneakers", ["250", "260", "270"], {"foot": 260}, "260"),
    ],
)  # fmt: skip
def test_labels_alone_are_understood(
    alice_api: APIClient, alice: User, gender: str | None, kind: str, labels: list[str], body: dict[str, int], size: str
) -> None:
    measured(alice, **body)
    made = product(kind, gender=gender or "unisex", sizes_in_stock=labels)
    assert alice_api.get(f"{API}products/{made.pk}/fit/").json()["size"] == size
