"""Own categories and the canvas over the API."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from closet.models import OwnKind, User
from tests.closet.closets import garment_of

pytestmark = pytest.mark.django_db


def test_a_category_is_made_given_to_a_garment_renamed_and_taken_away(
    alice_api: APIClient, charlie_api: APIClient, alice: User
) -> None:
    made = alice_api.post(reverse("api-own-kinds"), {"parent": "leggings", "name_ko": "운동 레깅스"}, format="json")
    assert (made.status_code, made.json()["name_en"]) == (201, "")
    address = reverse("api-own-kind", args=[made.json()["id"]])
    garment = reverse("api-garment", args=[garment_of(alice, "trousers").pk])
    told = alice_api.patch(garment, {"own_kind": made.json()["id"]}, format="json").json()["garment"]
    assert (told["own_kind"], told["kind"]) == (made.json()["id"], "leggings")
    assert alice_api.patch(address, {"parent": "jeans"}, format="json").json()["parent"] == "jeans"
    assert alice_api.get(garment).json()["kind"] == "jeans"
    theirs = OwnKind.objects.create(owner=User.objects.create(email="z@otjang.example"), parent_id=1, name_en="Z")
    refused = alice_api.patch(garment, {"own_kind": theirs.pk}, format="json")
    never = alice_api.patch(garment, {"own_kind": theirs.pk + 99}, format="json")
    assert (refused.status_code, never.status_code) == (400, 400)
    assert str(theirs.pk) not in never.content.decode()
    assert refused.json()["errors"].keys() == never.json()["errors"].keys() == {"own_kind"}
    assert charlie_api.get(address).status_code == 404
    assert alice_api.delete(address).status_code == 204
    assert alice_api.get(garment).json()["own_kind"] is None
    assert [row["id"] for row in alice_api.get(reverse("api-own-kinds")).json()["results"]] == []


def test_an_outfit_has_angles_a_background_and_words(alice_api: APIClient, alice: User) -> None:
    sent = {
        "items": [{"garment": garment_of(alice).pk, "angle": 30}],
        "background": "sky",
        "texts": [{"text": "Monday", "x": 0.5, "y": 0.1}],
    }
    told = alice_api.post(reverse("api-outfits"), sent, format="json").json()
    assert (told["items"][0]["angle"], told["background"]) == (30, "sky")
    assert told["texts"] == [{"text": "Monday", "x": 0.5, "y": 0.1, "size": 0.06, "angle": 0.0, "colour": "#2b2622"}]
    named = alice_api.patch(reverse("api-outfit", args=[told["id"]]), {"name": "Work"}, format="json").json()
    assert (named["items"][0]["angle"], named["background"], named["texts"]) == (30, "sky", told["texts"])
