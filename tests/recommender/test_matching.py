"""What is near, what goes with it, whose it is."""

import html

import pytest
from django.test import Client
from rest_framework.test import APIClient

from closet.models import User
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter
from recommender.jobs import brand_profiles
from recommender.services import similar
from recommender.stylist.outfits import goes_with as partners
from tests import wardrobe
from tests.wardrobe import garment, product, unit

pytestmark = pytest.mark.django_db


def test_similar_garments_come_nearest_first_and_only_my_own(alice: User, charlie: User) -> None:
    asked = garment(alice, "shirt", "blue", vector=[1, 0])
    far = garment(alice, "shirt", "blue", vector=[1, 2])
    near = garment(alice, "shirt", "blue", vector=[1, 0.1])
    garment(charlie, "shirt", "blue", vector=[1, 0])
    found = similar.garments_similar(garment=asked)
    assert [match.thing for match in found] == [near, far]
    assert found[0].distance < found[1].distance


def test_the_slider_moves_the_order_from_shape_to_colour(alice: User) -> None:
    asked = garment(alice, "shirt", "blue", vector=[1, 0])
    same_shape = garment(alice, "shirt", "red", vector=[1, 0.05])
    same_colour = garment(alice, "shirt", "blue", vector=[1, 0.5])
    by_shape = similar.garments_similar(garment=asked, colour_share=0.0)
    by_colour = similar.garments_similar(garment=asked, colour_share=0.9)
    assert [match.thing for match in by_shape] == [same_shape, same_colour]
    assert [match.thing for match in by_colour] == [same_colour, same_shape]


def test_a_garment_in_the_bin_or_archived_is_no_match(alice: User) -> None:
    asked = garment(alice, "shirt", vector=[1, 0])
    garment(alice, "shirt", vector=[1, 0], state="archived")
    assert similar.garments_similar(garment=asked) == []


def test_hard_filters_hold_and_unpublished_products_stay_hidden(db: None) -> None:
    women = product("shirt", vector=[1, 0], gender="women", seasons=["summer"])
    product("shirt", vector=[1, 0], gender="men")
    product("shirt", vector=[1, 0], gender="women", seasons=["winter"])
    product("shirt", vector=[1, 0], gender="women", seasons=["summer"], is_published=False)
    wanted = ProductFilter(genders=("women",), seasons=("summer",), slots=("top",))
    hits = similarity.nearest_products(vector=unit([1, 0]), model_key=current_model_key(), wanted=wanted, limit=10)
    assert [hit.pk for hit in hits] == [women.pk]
    assert hits[0].distance == pytest.approx(0, abs=1e-3)


def test_vectors_of_another_model_are_never_compared(alice: User) -> None:
    asked = garment(alice, "shirt", vector=[1, 0])
    other = garment(alice, "shirt", vector=[1, 0])
    other.embeddings.update(model_key="older")
    assert similar.garments_similar(garment=asked) == []


@pytest.fixture
def closet(alice: User) -> dict[str, object]:
    return {
        "shirt": garment(alice, "shirt", "white", vector=1),
        "jeans": garment(alice, "jeans", "navy", vector=2),
        "sneakers": garment(alice, "sneakers", "white", vector=3),
        "coat": garment(alice, "coat", "beige", vector=4),
    }


@pytest.mark.parametrize("section", ["similar", "goes-with", "brands"])
@pytest.mark.parametrize("scope", ["closet", "catalogue"])
def test_the_sections_of_a_garment_page_answer_its_owner_alone(
    section: str, scope: str, closet: dict, as_alice: Client, as_charlie: Client
) -> None:
    product("jeans", "blue", vector=2)
    url = f"/closet/{closet['shirt'].pk}/{section}/?scope={scope}"
    assert as_alice.get(url).status_code == 200
    assert as_alice.get(url, headers={"HX-Request": "true"}).status_code == 200
    assert as_charlie.get(url).status_code == 404


def test_what_goes_with_a_shirt_is_said_slot_by_slot_with_reasons(
    closet: dict, alice_api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partners, "CHANCE", 0.0)  # vectors made up for a test mean nothing to the model
    answer = alice_api.get(f"/api/v1/garments/{closet['shirt'].pk}/goes-with/").json()
    assert {"bottom", "shoes", "outer"} <= set(answer["slots"])
    score = answer["slots"]["bottom"][0]["score"]
    assert score["total"] == pytest.approx(sum(part["contribution"] for part in score["parts"]), abs=1e-3)
    assert all(reason["text"] and "%(" not in reason["text"] for reason in score["reasons"])


def test_the_api_tells_likeness_distance_and_reasons(closet: dict, alice: User, alice_api: APIClient) -> None:
    garment(alice, "shirt", "white", vector=1)
    answer = alice_api.get(f"/api/v1/garments/{closet['shirt'].pk}/similar/").json()["results"][0]
    assert answer["distance"] == pytest.approx(0, abs=1e-3)
    assert answer["likeness"] == 1
    assert answer["reasons"][0]["code"] == "similar.kind"


def test_a_misspelt_scope_is_told_to_the_client(closet: dict, alice_api: APIClient) -> None:
    answer = alice_api.get(f"/api/v1/garments/{closet['shirt'].pk}/similar/?scope=shop")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"scope"}


def test_brands_like_me_name_the_garments_that_caused_them(alice: User, alice_api: APIClient) -> None:
    mine = garment(alice, "shirt", vector=[1, 0])
    near, far = wardrobe.brand("Near"), wardrobe.brand("Far")
    for _ in range(3):
        product("shirt", vector=[1, 0.05], maker=near)
        product("shirt", vector=[0, 0, 1], maker=far)
    brand_profiles.profiles_rebuild()
    answer = alice_api.get("/api/v1/brands/matching/").json()["results"]
    assert [row["slug"] for row in answer] == ["near", "far"]
    assert answer[0]["causes"][0]["garment"]["id"] == mine.pk


def test_brands_that_nobody_looked_at_yet_are_waited_for_and_no_closet_is_called_empty(
    alice: User, as_alice: Client, bob: User, as_bob: Client
) -> None:
    garment(alice, "shirt", vector=[1, 0])
    assert "None of the shop's brands" in html.unescape(as_alice.get("/brands/like-me/").content.decode())
    maker = wardrobe.brand("Near")
    for _ in range(3):
        product("shirt", vector=[1, 0.05], maker=maker)
    waiting = as_alice.get("/brands/like-me/").content.decode()
    assert "still being looked at" in waiting and "Outfits need clothes" not in waiting
    assert "Outfits need clothes" in as_bob.get("/brands/like-me/").content.decode()
    brand_profiles.profiles_rebuild()
    assert "Near" in as_alice.get("/brands/like-me/").content.decode()


def test_an_empty_closet_gets_an_answer_everywhere(alice_api: APIClient, as_alice: Client) -> None:
    for path in ("brands/matching/", "outfits/today/", "looks/buildable/"):
        assert alice_api.get(f"/api/v1/{path}").json()["results"] == []
    for path in ("/today/", "/looks/mine/", "/brands/like-me/"):
        assert as_alice.get(path).status_code == 200


def test_today_locks_reacts_and_learns(closet: dict, as_alice: Client, alice_api: APIClient) -> None:
    shirt, jeans = closet["shirt"], closet["jeans"]
    today = alice_api.get("/api/v1/outfits/today/?temperature=18").json()
    assert today["results"] and today["weather"]["source"] == "manual"
    locked = alice_api.get(f"/api/v1/outfits/today/?locked={closet['coat'].pk}").json()["results"]
    assert all(closet["coat"].pk in [one["id"] for one in outfit["garments"]] for outfit in locked)
    said = as_alice.post(
        "/today/react/", {"garments": [shirt.pk, jeans.pk], "verdict": "never"}, headers={"HX-Request": "true"}
    )
    assert said.status_code == 200 and "never these two" in said["HX-Trigger"]
    after = alice_api.get("/api/v1/outfits/today/?temperature=18").json()["results"]
    assert not any({shirt.pk, jeans.pk} <= {one["id"] for one in outfit["garments"]} for outfit in after)


def test_a_look_is_matched_piece_by_piece(alice: User, alice_api: APIClient) -> None:
    mine = garment(alice, "shirt", "black", vector=[1, 0])
    offered = wardrobe.look("shirt", "jeans", vectors=[[1, 0.02], [0, 0, 1]])
    missing = product("jeans", vector=[0, 0, 1])
    answer = alice_api.get(f"/api/v1/looks/{offered.pk}/build/").json()
    assert [item["mine"] and item["mine"]["id"] for item in answer["items"]] == [mine.pk, None]
    assert answer["items"][1]["products"][0]["id"] == missing.pk
    assert 0 < answer["coverage"] < 1


def test_every_reason_has_words() -> None:
    from recommender.stylist.fit.body_shape import BODY_NOTES
    from recommender.stylist.score.parts import REASON_CODES
    from recommender.wording import BODY_NOTES as WORDED
    from recommender.wording import SENTENCES

    assert set(REASON_CODES) <= set(SENTENCES)
    assert set(BODY_NOTES) <= set(WORDED)
