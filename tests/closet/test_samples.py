"""The demo closet to try: hung into an empty closet with one click, taken out with another."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from closet.demo import SAMPLES
from closet.models import Garment, User
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/closet/", "/today/", "/looks/mine/", "/brands/like-me/"])
def test_an_empty_closet_offers_the_demo_closet(as_alice: Client, path: str) -> None:
    assert 'action="/closet/samples/"' in as_alice.get(path).content.decode()


def test_it_hangs_once_dresses_and_goes_again(as_alice: Client, alice: User, alice_api: APIClient) -> None:
    own = garment(alice, "hat")
    for _ in range(2):
        assert as_alice.post("/closet/samples/", {"next": "/today/"}).url == "/today/"
    assert alice.garments.count() == len(SAMPLES) + 1
    best = alice_api.get("/api/v1/outfits/today/?temperature=5").json()["results"][0]
    assert best["missing"] == []
    assert "sample clothes" in as_alice.get("/closet/").content.decode()
    as_alice.post("/closet/samples/", {"remove": "1"})
    assert list(Garment.objects.owned_by(alice).present()) == [own]


def test_by_api_too_and_only_my_own(alice_api: APIClient, charlie_api: APIClient, charlie: User) -> None:
    ids = alice_api.post("/api/v1/garments/samples/").json()["ids"]
    assert len(ids) == len(SAMPLES)
    assert charlie_api.delete("/api/v1/garments/samples/").json() == {"ids": []}
    assert sorted(alice_api.delete("/api/v1/garments/samples/").json()["ids"]) == sorted(ids)
