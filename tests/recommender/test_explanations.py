"""What it looked at: made by a worker when asked, for its owner alone."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Look
from closet.models import Garment, User
from recommender.jobs import explanations
from recommender.services.explanations import cache_key
from tests.closet.closets import garment_of
from tests.conftest import api_client
from tests.recommender.test_analysis import ENGINES, added, looked_at, two_shirts
from tests.vision.pictures import encoded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = ENGINES + "quick"


@pytest.fixture
def seen(alice: User) -> Garment:
    photo = looked_at(added(alice, two_shirts()))
    cache.clear()
    return Garment.objects.filter(photo=photo).order_by("position")[0]


def test_a_garments_kind_is_explained_on_demand(seen: Garment, as_alice: Client, alice_api: APIClient) -> None:
    address = reverse("api-garment-why", args=[seen.pk])
    first = alice_api.get(address)
    assert first.status_code == 202 and first.json()["status"] == "waiting" and first.json()["picture"] is None
    assert alice_api.get(reverse("api-garment-why-picture", args=[seen.pk])).status_code == 404
    explanations.explain_garment(seen.pk)
    told = alice_api.get(address).json()
    assert (told["status"], told["label"], told["runner_up"]) == ("done", "shirt", "knit")
    assert told["confidence"] == 0.8 and told["runner_up_confidence"] == 0.2
    png = alice_api.get(told["picture"])
    assert png["Content-Type"] == "image/png" and Image.open(io.BytesIO(png.content)).mode == "RGB"
    page = as_alice.get(reverse("recommender:why_garment", args=[seen.pk]))
    assert "80 %" in page.content.decode() and page.status_code == 200
    part = as_alice.get(reverse("recommender:why_garment", args=[seen.pk]), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert as_alice.get(reverse("recommender:why_garment", args=[seen.pk]) + "?picture").content == png.content


def test_it_is_nobody_elses(seen: Garment, as_bob: Client, bob: User) -> None:
    bob_api = api_client(bob)
    for name in ("api-garment-why", "api-garment-why-picture"):
        assert bob_api.get(reverse(name, args=[seen.pk])).status_code == 404
    assert as_bob.get(reverse("recommender:why_garment", args=[seen.pk])).status_code == 404
    assert as_bob.get(reverse("recommender:why_photo", args=[seen.photo_id])).status_code == 404


def test_a_look_is_explained_by_its_style(alice: User, alice_api: APIClient, as_alice: Client) -> None:
    photo = looked_at(added(alice, two_shirts()))
    assert alice_api.get(reverse("api-photo-why", args=[photo.pk])).json()["status"] == "nothing"
    type(photo).objects.filter(pk=photo.pk).update(scene="worn", style={"casual": 0.7})
    cache.clear()
    assert alice_api.get(reverse("api-photo-why", args=[photo.pk])).status_code == 202
    explanations.explain_photo(str(photo.pk))
    told = alice_api.get(reverse("api-photo-why", args=[photo.pk])).json()
    assert told["status"] == "done" and told["head"] == "style" and told["label"]
    assert as_alice.get(reverse("recommender:why_photo", args=[photo.pk])).status_code == 200


def test_a_published_look_is_explained_to_whoever_reads_it_and_a_drawn_one_has_nothing_to_tell(
    bob: User, as_bob: Client
) -> None:
    look = Look.objects.create(title_en="Two shirts", style="casual")
    look.photo.save("look.png", ContentFile(encoded(two_shirts())))
    bob_api = api_client(bob)
    address = reverse("api-look-why", args=[look.pk])
    assert bob_api.get(address).status_code == 202
    explanations.explain_look(look.pk)
    told = bob_api.get(address).json()
    assert told["status"] == "done" and told["head"] == "style" and told["label"]
    assert bob_api.get(told["picture"])["Content-Type"] == "image/png"
    assert as_bob.get(reverse("recommender:why_look", args=[look.pk])).status_code == 200
    assert reverse("recommender:why_look", args=[look.pk]) in as_bob.get(look.get_absolute_url()).content.decode()
    Look.objects.filter(pk=look.pk).update(is_drawn=True)
    assert bob_api.get(address).json()["status"] == "nothing"
    Look.objects.filter(pk=look.pk).update(is_published=False)
    assert bob_api.get(address).status_code == 404
    explanations.explain_look(look.pk)


def test_a_drawn_garment_has_nothing_to_explain_and_a_lost_file_fails_kindly(
    seen: Garment, alice: User, as_alice: Client
) -> None:
    drawn = garment_of(alice)
    page = as_alice.get(reverse("recommender:why_garment", args=[drawn.pk]))
    assert page.status_code == 200 and "no picture" in page.content.decode()
    seen.cutout_medium.storage.delete(seen.cutout_medium.name)
    explanations.explain_garment(seen.pk)
    assert cache.get(cache_key("garment", seen.pk, seen.updated_at))["status"] == "failed"
    assert as_alice.get(reverse("recommender:why_garment", args=[seen.pk])).status_code == 200
    explanations.explain_garment(0)
