"""What was deleted: seen, put back, or gone for good."""

import pytest
from django.test import Client

from closet.models import Garment, User
from closet.services.garments import garments_change
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.fixture
def binned(alice: User) -> Garment:
    thing = garment(alice, "shirt", "navy")
    garments_change(owner=alice, action="delete", ids=[thing.pk])
    return thing


def test_the_bin_shows_what_was_deleted_and_the_closet_does_not(binned: Garment, as_alice: Client) -> None:
    assert binned.title in as_alice.get("/closet/bin/").content.decode()
    assert f'href="/closet/{binned.pk}/"' not in as_alice.get("/closet/").content.decode()


def test_a_garment_is_put_back(binned: Garment, as_alice: Client) -> None:
    page = as_alice.post(
        "/closet/bulk/", {"action": "restore", "id": binned.pk, "next": "/closet/bin/"}, follow=True
    ).content.decode()
    assert "1 garment is back in your closet." in page and "The bin is empty" in page
    assert Garment.objects.present().filter(pk=binned.pk).exists()


def test_emptying_destroys_my_own_alone(binned: Garment, bob: User, as_bob: Client, as_alice: Client) -> None:
    as_bob.post("/closet/bin/empty/")
    assert Garment.objects.filter(pk=binned.pk).exists()
    assert as_bob.get("/closet/bin/").content.decode().count('name="id"') == 0
    as_alice.post("/closet/bin/empty/")
    assert not Garment.objects.filter(pk=binned.pk).exists()


def test_a_script_is_told_that_the_session_is_over(client: Client) -> None:
    for headers in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        answer = client.post("/outfits/new/", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["extra"] == {"code": "signed_out", "sign_in": "/account/login/"}
    assert client.post("/outfits/new/").status_code == 302  # a form without script is led to the sign-in page
