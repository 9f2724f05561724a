"""Brands like me: profiles that grow product by product, causes from a photo, a fair share of being seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from rest_framework.test import APIClient

from closet.models import User
from recommender.index.model_key import current_model_key
from recommender.jobs import brand_profiles
from recommender.models import BrandProfile
from recommender.services import photo_query
from recommender.services.pieces import product_piece
from recommender.stylist.brands.exposure_trials import ORDERS, measure_exposure
from recommender.stylist.brands.profiles import build_profile
from recommender.stylist.pieces import STYLE_SLUGS
from recommender.stylist.rules.styles import style_of
from tests.stylist.closets import piece
from tests.wardrobe import brand, garment, photo_seen, product

pytestmark = pytest.mark.django_db


def grow(*products: Any) -> None:
    brand_profiles.profiles_grow(product_ids=[made.pk for made in products], model_key=current_model_key())


def test_a_profile_grows_by_new_products_without_looking_at_the_old() -> None:
    near = brand("Near")
    for number in range(20):
        product("shirt", vector=[1, 0.01 * number], maker=near, price=50_000, styles={"casual": 1.0})
    brand_profiles.profiles_rebuild()
    before = BrandProfile.objects.get()
    added = product("shirt", vector=[1, 0.3], maker=near, price=50_000, styles={"street": 1.0}, gender="women")
    grow(added)
    after = BrandProfile.objects.get()
    assert (after.products, after.since_rebuild, after.is_stale) == (21, 1, False)
    assert after.medoid_products == before.medoid_products and bytes(after.centres) == bytes(before.centres)
    own = style_of(product_piece(added))
    assert own is not None and sum(after.medoid_shares) == pytest.approx(1)
    street = (20 * before.styles["street"] + own[STYLE_SLUGS.index("street")]) / 21
    assert after.styles["street"] == pytest.approx(street, abs=1e-3) and street > before.styles["street"]
    assert after.genders["women"] == pytest.approx(1 / 21, abs=1e-3)


def test_an_outgrown_profile_is_made_anew() -> None:
    near = brand("Near")
    for number in range(6):
        product("shirt", vector=[1, 0.01 * number], maker=near)
    brand_profiles.profiles_rebuild()
    grow(*(product("shirt", vector=[0, 1, 0.01 * number], maker=near) for number in range(4)))
    assert BrandProfile.objects.get().is_stale
    brand_profiles.profiles_rebuild()
    made = BrandProfile.objects.get()
    assert (made.products, made.since_rebuild, made.is_stale) == (10, 0, False)


def test_a_brand_never_seen_before_waits_for_its_first_profile() -> None:
    grow(product("shirt", vector=1))
    assert BrandProfile.objects.get().is_stale
    assert brand_profiles.profiles_rebuild() == 1 and BrandProfile.objects.get().products == 1


def test_a_photo_names_the_pieces_on_it_that_caused_a_brand(alice: User, as_alice: Client) -> None:
    product("shirt", vector=1, maker=brand("Near"))
    product("shirt", vector=60, maker=brand("Far"))
    brand_profiles.profiles_rebuild()
    page = as_alice.get(f"/brands/like-me/photo/{photo_seen(alice)}/").content.decode()
    assert "Near" in page and 'alt="Shirt"' in page and "100 %" in page


def test_the_rule_is_stated_and_what_it_did_is_measured(alice: User, alice_api: APIClient, as_alice: Client) -> None:
    garment(alice, "shirt", vector=1)
    product("shirt", vector=1, maker=brand("Known"))
    product("shirt", vector=2, maker=brand("Young", is_emerging=True))
    brand_profiles.profiles_rebuild()
    assert alice_api.get("/api/v1/brands/matching/").json()["exposure"] == {"floor": 0.8}
    for _ in range(3):
        told = alice_api.get("/api/v1/brands/matching/").json()["exposure"]
    assert told["floor"] == 0.8 and told["emerging"] > 0 and told["established"] > 0
    page = as_alice.get("/brands/like-me/").content.decode()
    assert "four fifths" in page and "Measured so far" in page


def test_a_brand_with_one_product_is_ranked_and_shown(alice: User, alice_api: APIClient) -> None:
    garment(alice, "shirt", vector=1)
    product("shirt", vector=1, maker=brand("Solo"))
    brand_profiles.profiles_rebuild()
    [told] = alice_api.get("/api/v1/brands/matching/?surprise=true").json()["results"]
    assert told["slug"] == "solo" and len(told["causes"]) == 1


def test_emerging_brands_get_what_they_earn_in_the_trials() -> None:
    random = np.random.default_rng(1)

    def thing(name: str, centre: np.ndarray) -> Any:
        vector = centre + 1.2 * random.normal(size=256) / 16
        return piece(name, "t-shirt", embedding=(vector / np.linalg.norm(vector)).astype(np.float32))

    centres = [random.normal(size=256) / 16 for _ in range(24)]
    readers = {f"b{n}": [thing(f"b{n}-{m}", centre) for m in range(12)] for n, centre in enumerate(centres)}
    profiles = [build_profile(name, own, emerging=n % 3 == 0) for n, (name, own) in enumerate(readers.items())]
    figures = measure_exposure(profiles, readers, asked=80)
    assert set(ORDERS) <= set(figures)
    fair: Any = figures["fair"]
    plain: Any = figures["by score"]
    surprise: Any = figures["surprise"]
    assert fair["emerging"] >= min(0.8, plain["emerging"]) - 0.02
    assert fair["at_floor"] >= plain["at_floor"] and surprise["emerging"] > fair["emerging"]


def test_a_photo_of_half_a_person_gets_a_sentence_and_a_picture(alice: User, as_alice: Client) -> None:
    page = as_alice.get(f"/brands/like-me/photo/{photo_seen(alice, is_full_body=False)}/").content.decode()
    assert "from the head to both feet" in page and "full-body-hint" in page
    parts = [{"missing": ["knees", "ankles"], "garments": [0]}]
    page = as_alice.get(f"/brands/like-me/photo/{photo_seen(alice, is_full_body=False, people=parts)}/")
    assert "Not to be seen: knees, ankles." in page.content.decode()


def test_of_two_whole_people_one_says_which_one_they_are(alice: User, as_alice: Client) -> None:
    shirt = photo_query.query_get(asker=f"member:{alice.pk}", query_id=photo_seen(alice)).garments[0]  # type: ignore[union-attr]
    garments = [shirt, shirt | {"number": 1, "kind": "coat", "slot": "outer"}]
    whole = [
        {"missing": [], "garments": [1]},
        {"missing": ["ankles"], "garments": []},
        {"missing": [], "garments": [0]},
    ]
    address = f"/brands/like-me/photo/{photo_seen(alice, garments=garments, people=whole)}/"
    asked = as_alice.get(address)
    assert "Which one is you?" in asked.content.decode() and "answer" not in asked.context
    assert "?person=1" in asked.content.decode() and "?person=2" not in asked.content.decode()
    answered = as_alice.get(f"{address}?person=3")
    assert answered.context["answer"] is not None
    assert [as_alice.get(f"{address}?person={wrong}").status_code for wrong in ("2", "9", "x")] == [404, 404, 404]
