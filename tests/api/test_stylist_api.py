"""The stylist by API: matches, today, looks, brands and sizes, each with its reasons."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import Product, SizeChart, SizeRow
from closet.models import Garment, Measurement, User
from recommender.jobs.brand_profiles import profiles_rebuild
from recommender.models import SizeFeedback
from recommender.stylist.outfits import goes_with as partners
from tests.cast import member
from tests.wardrobe import brand, garment, look, photo_seen, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"
CHESTS = {"S": (820, 880), "M": (880, 940), "L": (940, 1000), "XL": (1000, 1080)}


def measured(user: User, day: date = date(2026, 1, 1), **values: int) -> None:
    for zone, value in values.items():
        Measurement.objects.create(user=user, zone=zone, value=value, taken_on=day)


@pytest.fixture(autouse=True)
def any_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors made up for a test mean nothing to the compatibility model: whatever may meet is offered."""
    monkeypatch.setattr(partners, "CHANCE", 0.0)


@pytest.fixture
def knit() -> Product:
    """A knit with a chart of the body's chest."""
    made = product("knit", "navy", vector=5, price=60_000, currency="KRW", sizes_in_stock=["S", "L"])
    chart = SizeChart.objects.create(brand=made.brand, name="Tops", measures="body", intended_fit="regular")
    for position, (label, ends) in enumerate(CHESTS.items()):
        SizeRow.objects.create(chart=chart, label=label, position=position, zones={"chest": list(ends)})
    made.size_chart = chart
    made.save()
    return made


@pytest.fixture
def closet(alice: User) -> dict[str, Garment]:
    return {
        "shirt": garment(alice, "shirt", "white", vector=1, seasons=["spring"], styles={"casual": 0.8, "street": 0.2}),
        "knit": garment(alice, "knit", "navy", vector=5, seasons=["spring"], styles={"casual": 1.0}),
        "jeans": garment(alice, "jeans", "blue", vector=2, seasons=["spring"]),
        "trousers": garment(alice, "trousers", "black", vector=3, seasons=["spring"]),
        "sneakers": garment(alice, "sneakers", "white", vector=4, seasons=["spring"]),
    }


# --- Fit -----------------------------------------------------------------------------------------------------


def test_the_size_comes_with_zone_centimetres_and_doubts(alice_api: APIClient, alice: User, knit: Product) -> None:
    measured(alice, height=1700, weight=65_000, chest=910, waist=760, hips=940)
    fit = alice_api.get(f"{API}products/{knit.pk}/fit/").json()
    assert fit["size"] == "M" and 0 < fit["sure"] <= 1
    assert fit["deciding"]["zone"] == "chest" and fit["deciding"]["name"] == "Chest"
    assert isinstance(fit["deciding"]["ease_cm"], float) and fit["deciding"]["verdict"] == "fits"
    assert [size["label"] for size in fit["sizes"]] == list(CHESTS)
    assert {size["label"]: size["verdict"] for size in fit["sizes"]}["S"] == "tight"
    assert fit["in_stock"] is False  # only S and L are
    assert fit["drawn"][0]["body_cm"] == 91.0 and fit["drawn"][0]["deciding"]
    assert fit["like"] is None and fit["estimated"] == []


def test_without_measures_the_api_says_what_is_missing(alice_api: APIClient, knit: Product) -> None:
    fit = alice_api.get(f"{API}products/{knit.pk}/fit/").json()
    assert fit["size"] is None and fit["deciding"] is None and fit["drawn"] == []
    assert [code["code"] for code in fit["codes"]] == ["no_measures"]
    assert "height and weight" in fit["codes"][0]["text"]


def test_estimates_are_told_as_estimates(alice_api: APIClient, alice: User, knit: Product) -> None:
    measured(alice, height=1700, weight=65_000)
    fit = alice_api.get(f"{API}products/{knit.pk}/fit/").json()
    assert fit["size"] and "chest" in {zone["zone"] for zone in fit["estimated"]}
    assert "estimated" in {code["code"] for code in fit["codes"]} and fit["deciding"]["estimated"]


def test_a_product_with_neither_chart_nor_sizes(alice_api: APIClient, alice: User) -> None:
    measured(alice, height=1700, weight=65_000)
    fit = alice_api.get(f"{API}products/{product('knit').pk}/fit/").json()
    assert fit["size"] is None and "no_chart" in {code["code"] for code in fit["codes"]}


def test_beside_a_garment_of_mine_that_fits(
    alice_api: APIClient, charlie_api: APIClient, alice: User, knit: Product
) -> None:
    knit.size_chart.measures = "garment"
    knit.size_chart.save()
    mine = garment(alice, "knit", measures={"chest": 485}, fits="fits")
    url = f"{API}products/{knit.pk}/fit/?like={mine.pk}"
    like = alice_api.get(url).json()["like"]
    assert like["garment"]["id"] == mine.pk and like["size"] == "L"  # 485 mm lying flat are 970 around
    assert charlie_api.get(url).status_code == 404
    assert alice_api.get(f"{API}products/{knit.pk}/fit/?like=x").status_code == 400
    assert [one["id"] for one in alice_api.get(f"{API}products/{knit.pk}/fit/").json()["comparable"]] == [mine.pk]


def test_what_members_say_of_sizes_moves_the_next_advice(alice_api: APIClient, alice: User, knit: Product) -> None:
    measured(alice, height=1700, weight=65_000, chest=925)
    url = f"{API}products/{knit.pk}/fit/"
    assert alice_api.get(url).json()["offset_cm"] == 0
    answer = alice_api.post(f"{url}feedback/", {"size": "M", "verdict": "small"})
    assert answer.status_code == 201 and answer.json()["offset_cm"] == 0  # hers alone
    alice_api.post(f"{url}feedback/", {"size": "M", "verdict": "fits"})
    assert SizeFeedback.objects.get().verdict == "fits"  # the later word on the same size
    assert SizeFeedback.objects.get().steps == 0
    alice_api.post(f"{url}feedback/", {"size": "S", "verdict": "small"})  # M is hers: of course S was small
    assert alice_api.get(url).json()["offset_cm"] == 0
    refused = alice_api.post(f"{url}feedback/", {"size": "", "verdict": "perfect"})
    assert refused.status_code == 400 and set(refused.json()["extra"]["fields"]) == {"size", "verdict"}


def test_five_members_move_a_brand_and_one_never_does(
    alice_api: APIClient, alice: User, bob: User, charlie: User, dana: User, knit: Product
) -> None:
    measured(alice, height=1700, weight=65_000, chest=925)
    url = f"{API}products/{knit.pk}/fit/"
    others = [bob, charlie, dana, member("erin"), member("frank")]
    for label in CHESTS:
        SizeFeedback.objects.create(owner=bob, product=knit, size_label=label, verdict="small")
    SizeFeedback.objects.create(owner=bob, product=knit, size_label="ZZ", verdict="small", steps=9)
    assert alice_api.get(url).json()["offset_cm"] == 0
    for one in others:
        SizeFeedback.objects.update_or_create(
            owner=one, product=knit, size_label="M", defaults={"verdict": "small", "steps": 0}
        )
    fit = alice_api.get(url).json()
    assert fit["offset_cm"] > 0 and "brand_offset" in {code["code"] for code in fit["codes"]}
    SizeFeedback.objects.exclude(owner=bob).update(size_label="XXS")  # a size that the chart no longer has
    assert alice_api.get(url).json()["offset_cm"] == 0


def test_a_size_that_does_not_exist_is_refused(alice_api: APIClient, as_alice: Client, knit: Product) -> None:
    url = f"{API}products/{knit.pk}/fit/feedback/"
    refused = alice_api.post(url, {"size": "ZZ", "verdict": "small"})
    assert refused.status_code == 400
    assert refused.json()["extra"]["fields"]["size"] == ["This product has no such size. Its sizes: S, M, L, XL."]
    page = reverse("recommender:size_feedback", args=[knit.pk])
    answer = as_alice.post(page, {"size": "ZZ", "verdict": "small"}, headers={"HX-Request": "true"})
    assert answer.status_code == 400 and "no such size" in answer.json()["message"]
    assert as_alice.post(page, {"size": "ZZ", "verdict": "small"}).status_code == 400
    nothing = product("hat")
    assert (
        alice_api.post(f"{API}products/{nothing.pk}/fit/feedback/", {"size": "M", "verdict": "fits"}).status_code == 400
    )
    assert not SizeFeedback.objects.exists()


def test_a_body_beyond_the_surveyed_gets_no_estimates_and_is_told(
    alice_api: APIClient, as_alice: Client, alice: User, knit: Product
) -> None:
    measured(alice, height=1750, weight=250_000)
    told = alice_api.get(f"{API}stylist/body/").json()
    assert [one["zone"] for one in told["outside"]] == ["weight"]
    assert [one["zone"] for one in told["measures"]] == ["height"] and told["doubts"] == []
    fit = alice_api.get(f"{API}products/{knit.pk}/fit/").json()
    assert fit["size"] is None and {"outside_model", "no_shared_zone"} <= {code["code"] for code in fit["codes"]}
    page = as_alice.get(reverse("recommender:closet_fit")).content.decode()
    assert "beyond the adults our estimates know" in page and "Estimated, not measured" not in page


def test_before_buying(alice_api: APIClient, closet: dict[str, Garment], knit: Product) -> None:
    Product.objects.filter(pk=knit.pk).update(seasons=["spring"])
    told = alice_api.get(f"{API}products/{knit.pk}/before-buying/").json()
    assert [twin["garment"]["id"] for twin in told["twins"]] == [closet["knit"].pk]
    assert told["twins"][0]["likeness"] > 0.9 and "have_one" in told["codes"]
    assert told["wears_a_year"] > 0 and told["currency"] == "KRW" and told["guessed"]
    assert told["cost_per_wear"] == pytest.approx(60_000 / max(told["wears_a_year"], 1), rel=0.05)
    assert told["unlocked_count"] >= len(told["unlocked"])


def test_an_empty_closet_gets_usual_figures(alice_api: APIClient, knit: Product) -> None:
    told = alice_api.get(f"{API}products/{knit.pk}/before-buying/").json()
    assert told["twins"] == [] and told["guessed"] and told["wears_a_year"] > 0


def test_what_fits_now_and_what_no_longer_does(alice_api: APIClient, alice: User) -> None:
    measured(alice, date(2024, 1, 1), chest=880)
    measured(alice, date(2025, 6, 1), chest=1060)
    old = garment(alice, "shirt", measures={"chest": 490})
    wide = garment(alice, "shirt", measures={"chest": 580})
    garment(alice, "shirt")
    told = {row["garment"]["id"]: row for row in alice_api.get(f"{API}closet/fit/").json()["results"]}
    assert set(told) == {old.pk, wide.pk}
    assert (told[old.pk]["status"], told[old.pk]["since"]) == ("no_longer", "2025-06-01")
    assert told[old.pk]["deciding"]["zone"] == "chest" and told[old.pk]["deciding"]["off_cm"] < 0
    assert told[wide.pk]["status"] == "fits"


def test_without_measures_nothing_is_said_of_the_closet(alice_api: APIClient, alice: User) -> None:
    garment(alice, "shirt", measures={"chest": 490})
    [row] = alice_api.get(f"{API}closet/fit/").json()["results"]
    assert (row["status"], row["since"], row["deciding"]) == ("unknown", None, None)


# --- Matches -------------------------------------------------------------------------------------------------


def test_similar_of_mine_and_in_shops(
    alice_api: APIClient, charlie: User, closet: dict[str, Garment], knit: Product
) -> None:
    garment(charlie, "knit", "navy", vector=5)
    url = f"{API}garments/{closet['knit'].pk}/similar/"
    mine = alice_api.get(url, {"scope": "closet"}).json()["results"]
    assert {one["id"] for one in mine} <= {piece.pk for piece in closet.values()}
    [near] = alice_api.get(url, {"scope": "catalogue"}).json()["results"]
    assert near["id"] == knit.pk and near["distance"] == pytest.approx(0, abs=0.01) and near["likeness"] >= 0.99
    assert {"code", "params", "text"} <= set(near["reasons"][0])
    assert alice_api.get(url, {"scope": "moon"}).status_code == 400


def test_what_goes_with_it_has_a_score_of_named_parts(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    slots = alice_api.get(f"{API}garments/{closet['shirt'].pk}/goes-with/").json()["slots"]
    assert {one["id"] for one in slots["bottom"]} == {closet["jeans"].pk, closet["trousers"].pk}
    score = slots["bottom"][0]["score"]
    assert score["total"] == pytest.approx(sum(part["contribution"] for part in score["parts"]), abs=0.01)


def test_what_goes_with_a_product(alice_api: APIClient, closet: dict[str, Garment], knit: Product) -> None:
    slots = alice_api.get(f"{API}products/{knit.pk}/goes-with/").json()["slots"]
    assert {one["id"] for one in slots["bottom"]} == {closet["jeans"].pk, closet["trousers"].pk}


# --- Today ---------------------------------------------------------------------------------------------------

DAY = "temperature=18&occasion=everyday"


def test_today_and_a_swap_of_one_piece(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    told = alice_api.get(f"{API}outfits/today/?{DAY}").json()
    assert told["weather"]["feels"] and told["season"]
    best = [piece["id"] for piece in told["results"][0]["garments"]]
    bottoms = {closet["jeans"].pk, closet["trousers"].pk}
    out = next(pk for pk in best if pk in bottoms)
    answer = alice_api.post(f"{API}outfits/today/swap/?{DAY}", {"pieces": best, "out": out})
    assert answer.status_code == 200 and answer.json()["out"]["id"] == out
    [other] = answer.json()["results"]
    assert other["garment"]["id"] in bottoms - {out}
    assert {piece["id"] for piece in other["outfit"]["garments"]} == {*best} - {out} | {other["garment"]["id"]}


def test_a_swap_of_what_is_not_mine(alice_api: APIClient, charlie_api: APIClient, closet: dict[str, Garment]) -> None:
    shirt, jeans = closet["shirt"].pk, closet["jeans"].pk
    url = f"{API}outfits/today/swap/"
    assert charlie_api.post(url, {"pieces": [shirt, jeans], "out": jeans}).status_code == 400
    refused = alice_api.post(url, {"pieces": [shirt], "out": jeans})
    assert refused.json()["extra"]["fields"] == {"out": ["This is not one of the outfit's pieces."]}


def test_locked_left_out_and_never_together(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    def outfits(more: str = "") -> list[set[int]]:
        told = alice_api.get(f"{API}outfits/today/?{DAY}{more}&limit=12").json()
        return [{piece["id"] for piece in one["garments"]} for one in told["results"]]

    shirt, jeans = closet["shirt"].pk, closet["jeans"].pk
    assert all(jeans in one for one in outfits(f"&locked={jeans}"))
    assert not any(jeans in one for one in outfits(f"&without={jeans}"))
    assert any({shirt, jeans} <= one for one in outfits())
    said = alice_api.post(f"{API}reactions/", {"garments": [shirt, jeans], "verdict": "never"})
    assert not any({shirt, jeans} <= one for one in outfits())
    assert alice_api.delete(f"{API}reactions/{said.json()['id']}/").status_code == 204
    assert any({shirt, jeans} <= one for one in outfits())


def test_three_come_first_and_a_page_brings_others(
    alice_api: APIClient, alice: User, closet: dict[str, Garment]
) -> None:
    for number, colour in enumerate(("red", "green", "beige", "grey"), start=20):
        garment(alice, "t-shirt", colour, vector=number)
        garment(alice, "shirt", colour, vector=number + 50)

    def outfits(more: str = "") -> list[frozenset[int]]:
        told = alice_api.get(f"{API}outfits/today/?temperature=19{more}").json()["results"]
        assert all(0 <= one["percent"] <= 100 for one in told)
        return [frozenset(piece["id"] for piece in one["garments"]) for one in told]

    first = outfits()
    assert len(first) == 3 and not {*first} & {*outfits("&page=2")}
    assert len(outfits("&limit=5")) == 5


def test_what_the_closet_cannot_do_is_said_with_what_is_missing(
    alice_api: APIClient, as_alice: Client, closet: dict[str, Garment]
) -> None:
    told = alice_api.get(f"{API}outfits/today/?temperature=-9").json()
    assert told["results"] == []
    notes = {note["code"]: note for note in told["notes"]}
    assert notes["gap.weather"]["params"]["count"] > 0 and "Padded jacket" in notes["gap.weather"]["text"]
    page = as_alice.get("/today/?temperature=-9").content.decode()
    assert "Padded jacket" in page


@pytest.mark.parametrize("asked", ["low=20&high=-5", "low=9", "temperature=10&low=30&high=31&rain=1&wind=200"])
def test_contradictory_weather_is_read_somehow(alice_api: APIClient, closet: dict[str, Garment], asked: str) -> None:
    assert alice_api.get(f"{API}outfits/today/?{asked}").status_code == 200


def test_my_style_in_words_shows_its_evidence(
    alice_api: APIClient, as_alice: Client, alice: User, closet: dict[str, Garment]
) -> None:
    assert alice_api.get(f"{API}stylist/report/").status_code == 200
    Garment.objects.filter(pk=closet["jeans"].pk).update(wears=9, last_worn_on=date(2026, 1, 1))
    told = alice_api.get(f"{API}stylist/report/").json()["results"]
    found = {one["reason"]["code"]: one for one in told}
    assert [one["id"] for one in found["report.worn_kind"]["garments"]] == [closet["jeans"].pk]
    assert found["report.never_worn"]["reason"]["params"]["count"] == 4
    assert "report.style" in found and {"report.missing_weather", "report.missing_occasion"} & set(found)
    assert "My style in words" in as_alice.get("/brands/like-me/").content.decode()


def test_an_empty_closet_is_told_so(alice_api: APIClient) -> None:
    told = alice_api.get(f"{API}outfits/today/").json()
    assert told["results"] == [] and "closet.empty" in {note["code"] for note in told["notes"]}


def test_the_sliders_are_the_members(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    url = f"{API}stylist/weights/"
    before = alice_api.get(url).json()
    assert alice_api.patch(url, {"colour": 0}).json() == {**before, "colour": 0}
    parts = alice_api.get(f"{API}outfits/today/?{DAY}").json()["results"][0]["score"]["parts"]
    assert not any(part["contribution"] for part in parts if part["group"] == "colour")
    for bad in ("nan", "inf", -1, 99):
        assert alice_api.patch(url, {"colour": bad}).status_code == 400, bad


# --- Looks and brands ----------------------------------------------------------------------------------------


def test_looks_i_can_build(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    mine = look("trousers", "coat", title="Mine", vectors=[3, 5])
    [told] = alice_api.get(f"{API}looks/buildable/").json()["results"]
    assert (told["id"], told["coverage"], told["missing"]) == (mine.pk, 0.5, 1)
    coat = product("coat", vector=5)
    trousers, missing = alice_api.get(f"{API}looks/{mine.pk}/build/").json()["items"]
    assert trousers["mine"]["id"] == closet["trousers"].pk and trousers["products"] == []
    assert missing["mine"] is None and [one["id"] for one in missing["products"]] == [coat.pk]


@pytest.fixture
def labels(closet: dict[str, Garment]) -> None:
    """Two brands: one makes what hangs in the closet, the other something else."""
    for vector in (1, 5):
        product("shirt", "white", vector=vector, maker=brand("Near"))
        product("shirt", "red", vector=vector + 100, maker=brand("Far", is_emerging=True))
    profiles_rebuild()


def test_brands_like_me_name_the_garments_that_caused_them(
    alice_api: APIClient, closet: dict[str, Garment], labels: None
) -> None:
    told = alice_api.get(f"{API}brands/matching/").json()
    assert [one["slug"] for one in told["results"]] == ["near", "far"]
    nearest = told["results"][0]
    assert {cause["garment"]["id"] for cause in nearest["causes"]} <= {piece.pk for piece in closet.values()}
    assert len(nearest["causes"]) <= 3 and nearest["products"]
    assert max(told["styles"], key=told["styles"].get) == "casual"
    assert alice_api.get(f"{API}stylist/radar/").json()["styles"] == told["styles"]


def test_a_brands_profile(alice_api: APIClient, labels: None) -> None:
    told = alice_api.get(f"{API}brands/near/profile/").json()
    assert told["brand"]["slug"] == "near" and told["products"] == 2
    assert sum(one["share"] for one in told["typical"]) == pytest.approx(1, abs=0.01)
    product("shirt", maker=brand("Fresh"))
    assert alice_api.get(f"{API}brands/fresh/profile/").status_code == 404


def test_brands_from_one_full_body_photo(
    alice_api: APIClient, charlie_api: APIClient, alice: User, labels: None
) -> None:
    url = f"{API}brands/matching/?photo={photo_seen(alice)}"
    told = alice_api.get(url).json()
    assert told["results"][0]["slug"] == "near"
    [cause] = told["results"][0]["causes"]
    assert cause["garment"] is None and cause["seen"]["kind"] == "shirt" and cause["share"] == 1
    assert told["styles"] == {"casual": 0.9}
    assert charlie_api.get(url).status_code == 404


@pytest.mark.parametrize(
    ("facts", "status", "code", "words"),
    [
        ({"is_full_body": False}, 400, "not_full_body", "head to both feet"),
        ({"garments": []}, 400, "no_garments", "No garment"),
        ({"status": "failed", "error_code": "corrupt", "garments": []}, 400, "corrupt", "damaged"),
    ],
)
def test_a_photo_that_cannot_tell(
    alice_api: APIClient, alice: User, facts: dict[str, Any], status: int, code: str, words: str
) -> None:
    answer = alice_api.get(f"{API}brands/matching/?photo={photo_seen(alice, **facts)}")
    assert (answer.status_code, answer.json()["extra"]["code"]) == (status, code)
    assert words in answer.json()["message"]


def test_a_photo_still_looked_at_409(alice_api: APIClient, alice: User) -> None:
    photo = photo_seen(alice, status="waiting", until=time.time() + 60)
    answer = alice_api.get(f"{API}brands/matching/?photo={photo}")
    assert (answer.status_code, answer.json()["extra"]["code"]) == (409, "waiting")


# --- Reactions ------------------------------------------------------------------------------------------------


def test_a_dislike_and_a_like_change_the_next_answer(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    def outfits() -> list[dict[str, Any]]:
        return list(alice_api.get(f"{API}outfits/today/?{DAY}&limit=12").json()["results"])

    def ids(outfit: dict[str, Any]) -> list[int]:
        return sorted(piece["id"] for piece in outfit["garments"])

    def taste(outfit: dict[str, Any]) -> float:
        return next((part["value"] for part in outfit["score"]["parts"] if part["name"] == "taste"), 0.5)

    first = outfits()[0]
    # The same outfit with a coat over it is disliked along with it.
    alice_api.post(f"{API}reactions/", {"garments": ids(first), "verdict": "dislike"})
    after = outfits()
    assert not any(set(ids(first)) <= set(ids(one)) for one in after)
    # One with a piece of its own: of the disliked pieces alone, like and dislike would cancel out.
    other = next(one for one in after if not set(ids(one)) <= set(ids(first)))
    before = taste(other)
    alice_api.post(f"{API}reactions/", {"garments": ids(other), "verdict": "like"})
    liked = next(one for one in outfits() if ids(one) == ids(other))
    assert taste(liked) > before and "taste.liked" in {why["code"] for why in liked["score"]["reasons"]}


def test_a_shuffle_brings_others(alice_api: APIClient, alice: User, closet: dict[str, Garment]) -> None:
    for number in range(10, 22):
        garment(alice, "shirt" if number % 2 else "trousers", ("white", "grey", "navy")[number % 3], vector=number)
    seen_so_far = set()
    for seed in range(4):
        told = alice_api.get(f"{API}outfits/today/?{DAY}&seed={seed}").json()["results"]
        seen_so_far |= {tuple(sorted(piece["id"] for piece in outfit["garments"])) for outfit in told}
    assert len(seen_so_far) > len(told)


def test_laundry_and_lent_pieces_stay_at_home(alice_api: APIClient, closet: dict[str, Garment]) -> None:
    alice_api.post(f"{API}garments/bulk/", {"action": "state", "value": "laundry", "ids": [closet["jeans"].pk]})
    alice_api.post(f"{API}garments/bulk/", {"action": "state", "value": "lent", "ids": [closet["knit"].pk]})
    told = alice_api.get(f"{API}outfits/today/?{DAY}").json()
    worn = {piece["id"] for outfit in told["results"] for piece in outfit["garments"]}
    assert worn and not worn & {closet["jeans"].pk, closet["knit"].pk}
    assert "closet.unready" in {note["code"] for note in told["notes"]}
