"""A member's outfit among the looks: only when they say so, without their name, and gone when they take it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from catalog.models import Look
from closet.models import Measurement, Outfit, Share, User
from closet.services.outfits import outfit_delete, outfit_save
from closet.services.sharing import share_create
from tests.conftest import api_client
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_held(settings: Any) -> None:
    """What a moderator has to do with it is told in test_posts.py."""
    settings.POSTS_HELD = "none"


@pytest.fixture
def outfit(alice: User) -> Outfit:
    worn = [garment(alice, slug, "navy", vector=number) for number, slug in enumerate(("shirt", "jeans"), start=1)]
    Measurement.objects.create(user=alice, zone="height", value=1650)
    return outfit_save(owner=alice, name="Rainy Monday", occasion="work", items=[{"garment": one.pk} for one in worn])


def test_others_build_it_from_their_closets(
    outfit: Outfit, alice: User, as_alice: Client, charlie: User, as_charlie: Client
) -> None:
    share = share_create(owner=alice, outfit=outfit)
    assert not Look.objects.exists()
    assert as_charlie.post(f"/shares/{share.pk}/publish/").status_code == 404
    as_alice.post(f"/shares/{share.pk}/publish/")
    look = Look.objects.get()
    assert (look.title, look.occasions, look.wearer_height_mm) == ("Rainy Monday", ["work"], None)
    assert {item.kind.slug for item in look.items.all()} == {"shirt", "jeans"}
    assert all(len(item.box) == 4 and item.colours[0]["name"] == "navy" for item in look.items.all())
    garment(charlie, "shirt", "navy")
    assert api_client(alice).get("/api/v1/looks/buildable/").json()["results"] == []  # her own is no news to her
    told = api_client(charlie).get("/api/v1/looks/buildable/").json()["results"]
    assert [one["title"] for one in told] == ["Rainy Monday"]
    page = as_charlie.get(f"/shop/looks/{look.pk}/").content.decode()
    assert "Rainy Monday" in page and alice.email not in page and "Alice" not in page


def test_height_and_weight_go_along_only_where_the_profile_says_so(
    outfit: Outfit, alice: User, alice_api: APIClient
) -> None:
    alice.profile.share_height = True
    alice.profile.save()
    told = alice_api.post(f"/api/v1/outfits/{outfit.pk}/share/", {"publish": True}).json()
    assert Look.objects.get(pk=told["look"]).wearer_height_mm == 1650
    alice.profile.share_height = False
    alice.profile.save()
    again = alice_api.post(f"/api/v1/outfits/{outfit.pk}/share/", {"publish": True}).json()
    assert again["look"] == told["look"] and Look.objects.get().wearer_height_mm is None


@pytest.mark.parametrize("way", ["remove", "unshare", "delete"])
def test_it_is_gone_when_taken_back(
    outfit: Outfit, alice: User, as_alice: Client, alice_api: APIClient, way: str
) -> None:
    alice_api.post(f"/api/v1/outfits/{outfit.pk}/share/", {"publish": True})
    share = Share.objects.get()
    if way == "remove":
        as_alice.post(f"/shares/{share.pk}/publish/", {"remove": "1"})
    elif way == "unshare":
        alice_api.delete(f"/api/v1/outfits/{outfit.pk}/share/")
    else:
        outfit_delete(outfit=outfit)
    assert not Look.objects.exists()
    assert Share.objects.filter(pk=share.pk, revoked_at=None).exists() == (way == "remove")


def test_a_garment_is_no_look(alice: User, alice_api: APIClient) -> None:
    answer = alice_api.post(f"/api/v1/garments/{garment(alice, 'shirt').pk}/share/", {"publish": True})
    assert answer.status_code == 400 and not Look.objects.exists()
