"""What a member hid is shown to them nowhere but on its own page and among what they kept; others still see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import Brand, Look, Product
from closet.models import Garment, User
from closet.services.likes import like_add, like_remove
from recommender.index import keywords
from recommender.index.model_key import current_model_key
from recommender.jobs.brand_profiles import profiles_rebuild
from recommender.models import LookEmbedding
from recommender.services import brands, build_look, outfits, similar
from recommender.services.pieces import garment_piece
from tests.wardrobe import brand, garment, half, look, product, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(db: None) -> dict[str, Product]:
    shelf = {
        "shirt": product("shirt", name_en="Linen shirt", vector=[1, 0]),
        "blouse": product("shirt", name_en="Linen shirt, long", vector=[1, 0.1]),
        "heron": product("shirt", name_en="Linen shirt by the river", vector=[1, 0.2], maker=brand("Heron")),
    }
    keywords.products_index(product_ids=[row.pk for row in shelf.values()])
    return shelf


@pytest.fixture
def mine(alice: User) -> Garment:
    return garment(alice, "shirt", vector=[1, 0.05])


def names(answer: Any) -> set[str]:
    return {one["name"] for one in answer.json()["results"]}


LEFT = {"Linen shirt, long"}
SHOP = {"Linen shirt", "Linen shirt, long", "Linen shirt by the river"}


@pytest.fixture
def hiding(alice: User, shelf: dict[str, Product]) -> None:
    """One product, and everything of a brand."""
    like_add(owner=alice, thing=shelf["shirt"], verb="hide")
    like_add(owner=alice, thing=shelf["heron"].brand, verb="hide")


@pytest.mark.parametrize(
    "address",
    ["products/", "search/?q=linen", "search/", "search/?garment={garment}", "search/?palette=%23000000:50"],
)
def test_lists_and_every_way_of_searching_leave_it_out(
    alice_api: APIClient, charlie_api: APIClient, shelf: dict[str, Product], mine: Garment, hiding: None, address: str
) -> None:
    from recommender.index import palettes

    palettes.products_index(product_ids=[row.pk for row in shelf.values()])
    address = f"/api/v1/{address.format(garment=mine.pk)}"
    assert names(alice_api.get(address)) == LEFT
    if "garment" not in address:
        assert names(charlie_api.get(address)) == names(APIClient().get(address)) == SHOP


def test_pages_leave_it_out_until_it_is_wanted_again(
    alice: User, as_alice: Client, client: Client, shelf: dict[str, Product], hiding: None
) -> None:
    for name in ("catalog:products", "recommender:search"):
        page = as_alice.get(reverse(name)).content.decode()
        assert f'href="{shelf["blouse"].get_absolute_url()}"' in page
        assert f'href="{shelf["shirt"].get_absolute_url()}"' not in page
        assert f'href="{shelf["shirt"].get_absolute_url()}"' in client.get(reverse(name)).content.decode()
    assert "Heron" not in as_alice.get(reverse("catalog:brands")).content.decode()
    assert as_alice.get(shelf["shirt"].get_absolute_url()).status_code == 200  # where it can be taken back
    like_remove(owner=alice, thing=shelf["shirt"], verb="hide")
    assert shelf["shirt"].get_absolute_url() in as_alice.get(reverse("catalog:products")).content.decode()


def test_matches_and_offers_leave_it_out(
    alice: User, charlie: User, shelf: dict[str, Product], mine: Garment, hiding: None
) -> None:
    def of(matches: Any) -> set[Any]:
        return {match.thing for match in matches}

    assert of(similar.products_similar_to_garment(garment=mine)) == {shelf["blouse"]}
    assert of(similar.products_similar(product=shelf["blouse"], reader=alice)) == set()
    assert of(similar.products_similar(product=shelf["blouse"], reader=charlie)) == {shelf["shirt"], shelf["heron"]}
    for vector in (None, unit([1, 0])):
        assert outfits.products_to_offer(user=alice, slots=["top"], vector=vector) == [shelf["blouse"]]
    found = outfits.goes_with_catalogue(user=alice, asked=garment_piece(mine), vector=None, slots=["top"])
    assert {partner.thing for rows in found.values() for partner in rows} <= {shelf["blouse"]}


def test_brands_leave_it_out(
    alice: User, charlie: User, shelf: dict[str, Product], mine: Garment, hiding: None
) -> None:
    garment(charlie, "shirt", vector=[1, 0.05])
    profiles_rebuild()
    assert {near.brand.slug for near in similar.brands_near_garment(garment=mine)} == {"otter"}
    assert {found.brand.slug for found in brands.brands_like_me(user=alice).brands} == {"otter"}
    assert {found.brand.slug for found in brands.brands_like_me(user=charlie).brands} == {"otter", "heron"}
    assert set(Brand.objects.values_list("slug", flat=True)) == {"otter", "heron"}


def test_looks_leave_it_out(alice: User, as_alice: Client, alice_api: APIClient, mine: Garment) -> None:
    kept, hidden = look("shirt", title="Office day"), look("shirt", title="Night out")
    for row in (kept, hidden):
        LookEmbedding.objects.create(look=row, model_key=current_model_key(), vector=half(unit([1, 0])))
    like_add(owner=alice, thing=hidden, verb="hide")
    assert names_of_looks(alice_api.get("/api/v1/looks/")) == {"Office day"}
    assert names_of_looks(alice_api.get(f"/api/v1/search/?thing=looks&garment={mine.pk}")) == {"Office day"}
    assert "Night out" not in as_alice.get(reverse("catalog:looks")).content.decode()
    assert [built.look for built in build_look.looks_to_build(user=alice)] == [kept]
    assert Look.objects.count() == 2


def names_of_looks(answer: Any) -> set[str]:
    return {one["title"] for one in answer.json()["results"]}
