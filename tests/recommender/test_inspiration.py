"""Inspiration: a photo that is not kept, the nearest outfit of my closet, and products for what I lack."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from redis.exceptions import ConnectionError
from rest_framework.test import APIClient

from closet.models import Garment, Outfit, Photo, Plan, Reaction, User
from closet.models.photos import private_storage
from closet.problems import sentence
from recommender.index.model_key import current_model_key
from recommender.jobs.photo_query import look_at
from recommender.services import photo_query
from tests.recommender.test_analysis import two_shirts
from tests.vision.pictures import encoded
from tests.wardrobe import garment, palette, photo_seen, product, unit

pytestmark = pytest.mark.django_db
API = "/api/v1/inspiration/"


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    for name in photo_query.waiting_names():
        private_storage().delete(f"query/{name}")


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("street.jpg", encoded(two_shirts()), "image/jpeg")


def worn(number: int, slug: str, slot: str, colour: str, vector: int) -> dict[str, Any]:
    return {
        "number": number, "vector": unit(vector).tolist(), "kind": slug, "slot": slot, "box": [0, 0, 1, 1],
        "score": 0.9, "colours": palette(colour), "colour_names": [colour], "pattern": "solid", "material": "cotton",
        "seasons": [], "gender": "unisex", "styles": {"casual": 1.0},
        "picture": "data:image/webp;base64,",
    }  # fmt: skip


@pytest.fixture
def seen(alice: User) -> str:
    """A white shirt, blue jeans and a black coat on a photo of Alice's."""
    return street_photo(alice)


def street_photo(owner: User, **facts: Any) -> str:
    outfit = [
        worn(0, "shirt", "top", "white", 1),
        worn(1, "jeans", "bottom", "blue", 2),
        worn(2, "coat", "outer", "black", 3),
    ]
    return photo_seen(owner, garments=outfit, model_key=current_model_key(), **facts)


def files() -> set[str]:
    root = Path(private_storage().path(""))
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_the_photo_is_looked_at_answered_and_gone_and_nothing_of_it_stays_when_told_to_forget(
    alice: User, as_alice: Client
) -> None:
    garment(alice, "shirt", "red", name="My red shirt")
    before = files()
    sent = as_alice.post("/inspiration/", {"file": photo()})
    assert sent.status_code == 302
    query_id = sent.url.rstrip("/").split("/")[-1]
    (scratch,) = files() - before
    assert scratch.startswith("query/")
    assert "Looking at your photo" in as_alice.get(sent.url).content.decode()
    look_at(query_id)
    assert scratch not in files() and not Photo.objects.exists() and Garment.objects.count() == 1
    page = as_alice.get(sent.url).content.decode()
    assert "My red shirt" in page and "data:image/webp" in page and "Keep as outfit" in page
    assert files() - before == {f"query-answer/{query_id}"}
    assert as_alice.post(f"{sent.url}forget/").status_code == 302
    assert files() == before and as_alice.get(sent.url).status_code == 404


def test_the_outfit_that_comes_nearest_is_shown_with_coverage_reasons_and_products_for_the_rest(
    alice: User, as_alice: Client, alice_api: APIClient, seen: str
) -> None:
    shirt = garment(alice, "shirt", "white", vector=1, name="The shirt")
    jeans = garment(alice, "jeans", "blue", vector=2, name="The jeans")
    second = garment(alice, "shirt", "white", vector=[*unit(1)[:200]], name="Second shirt")
    offered = product("coat", "black", vector=3, name_en="Black coat")
    page = as_alice.get(f"/inspiration/{seen}/").content.decode()
    assert "67 %" in page and "The same colours" in page and "Black coat" in page and "missing" in page
    assert "Try another combination" in page and f"/inspiration/{seen}/?turn=1" in page
    told = alice_api.get(f"{API}{seen}/").json()
    assert [one["mine"] and one["mine"]["id"] for one in told["items"]] == [shirt.pk, jeans.pk, None]
    assert told["coverage"] == pytest.approx(2 / 3, abs=0.001)
    assert [one["id"] for one in told["items"][2]["products"]] == [offered.pk]
    assert told["items"][0]["likeness"] > 0.95 and told["items"][2]["likeness"] == 0
    assert "similar.colours_same" in [one["code"] for one in told["items"][0]["reasons"]]
    assert told["turns"] == 2
    other = alice_api.get(f"{API}{seen}/?turn=1").json()
    assert [one["mine"] and one["mine"]["id"] for one in other["items"]] == [second.pk, jeans.pk, None]
    assert alice_api.get(f"{API}{seen}/?turn=2").json()["turn"] == 0  # after the last the first


def test_it_is_kept_planned_and_shared_only_when_said(alice: User, as_alice: Client, seen: str) -> None:
    pair = [garment(alice, "shirt", "white", vector=1).pk, garment(alice, "jeans", "blue", vector=2).pk]
    as_alice.get(f"/inspiration/{seen}/")
    assert not Outfit.objects.exists()
    as_alice.post("/today/keep/", {"garments": pair})
    outfit = Outfit.objects.get(owner=alice)
    day = timezone.localdate() + datetime.timedelta(days=3)
    as_alice.post("/today/keep/", {"garments": pair, "plan": "1", "day": day.isoformat()})
    assert Plan.objects.get(owner=alice).outfit == outfit and outfit.shares.count() == 0
    answer = as_alice.post("/today/keep/", {"garments": pair, "share": "1"})
    assert answer.status_code == 303 and answer.url == f"/outfits/{outfit.pk}/#share"


def test_what_never_meets_is_not_composed(alice: User, alice_api: APIClient, seen: str) -> None:
    shirt, jeans = garment(alice, "shirt", "white", vector=1), garment(alice, "jeans", "blue", vector=2)
    Reaction.objects.create(owner=alice, verdict="never", garments=sorted([shirt.pk, jeans.pk]))
    told = alice_api.get(f"{API}{seen}/").json()
    assert sum(one["mine"] is not None for one in told["items"]) == 1


def test_what_is_in_the_laundry_is_owned_and_said(
    alice: User, as_alice: Client, alice_api: APIClient, seen: str
) -> None:
    garment(alice, "shirt", "white", vector=1, state="laundry")
    garment(alice, "coat", "black", vector=3, state="archived")
    told = alice_api.get(f"{API}{seen}/").json()["items"]
    assert [one["mine"] and one["mine"]["state"] for one in told] == ["laundry", None, None]
    assert "in the laundry" in as_alice.get(f"/inspiration/{seen}/").content.decode()


def test_of_several_people_one_is_chosen(alice: User, as_alice: Client, alice_api: APIClient) -> None:
    garment(alice, "shirt", "white", vector=1)
    people = [{"missing": [], "garments": [0, 1]}, {"missing": [], "garments": [2]}, {"missing": [], "garments": []}]
    seen = street_photo(alice, people=people)
    told = alice_api.get(f"{API}{seen}/").json()
    assert (told["person"], told["people"], len(told["items"])) == (1, [1, 2], 2)
    other = alice_api.get(f"{API}{seen}/?person=2").json()
    assert [one["seen"]["kind"] for one in other["items"]] == ["coat"]
    assert "Person 2" in as_alice.get(f"/inspiration/{seen}/").content.decode()


def test_an_empty_closet_and_a_photo_without_garments_are_said(
    alice: User, as_alice: Client, alice_api: APIClient, seen: str
) -> None:
    page = as_alice.get(f"/inspiration/{seen}/").content.decode()
    assert "Your closet is empty" in page and "0 %" in page and "Keep as outfit" not in page
    assert alice_api.get(f"{API}{seen}/").json()["coverage"] == 0
    bare = photo_seen(alice, garments=[])
    assert "No garment on this photo" in as_alice.get(f"/inspiration/{bare}/").content.decode()
    told = alice_api.get(f"{API}{bare}/").json()
    assert told["status"] == "done" and "items" not in told


def test_vectors_of_another_classifier_are_not_compared(alice: User, alice_api: APIClient) -> None:
    mine = garment(alice, "shirt", "white", vector=77)
    garments = [worn(0, "shirt", "top", "white", 1)]
    seen = photo_seen(alice, garments=garments, model_key="another")
    assert alice_api.get(f"{API}{seen}/").json()["items"][0]["mine"]["id"] == mine.pk  # by kind and colour


def test_nobody_else_sees_or_forgets_it(
    alice: User, as_charlie: Client, charlie_api: APIClient, alice_api: APIClient, client: Client, seen: str
) -> None:
    assert as_charlie.get(f"/inspiration/{seen}/").status_code == 404
    assert as_charlie.post(f"/inspiration/{seen}/forget/").status_code == 404
    assert charlie_api.get(f"{API}{seen}/").status_code == charlie_api.delete(f"{API}{seen}/").status_code == 404
    assert client.get("/inspiration/").status_code == 302  # to sign in
    assert alice_api.get(f"{API}{seen}/").status_code == 200
    assert alice_api.delete(f"{API}{seen}/").status_code == 204
    assert alice_api.get(f"{API}{seen}/").status_code == 404


def test_the_api_takes_a_photo_and_is_polled(alice: User, alice_api: APIClient) -> None:
    garment(alice, "shirt", "blue")
    sent = alice_api.post(API, {"file": photo()}, format="multipart")
    told = sent.json()
    assert sent.status_code == 202 and told["status"] == "waiting"
    assert alice_api.get(told["url"]).json()["status"] == "waiting"
    look_at(told["id"])
    done = alice_api.get(told["url"]).json()
    assert done["status"] == "done" and len(done["items"]) == 2 and done["coverage"] == 0.5
    refused = alice_api.post(API, {"file": SimpleUploadedFile("x.jpg", b"words")}, format="multipart")
    assert refused.status_code == 400 and sentence("not_an_image") in str(refused.json())


def test_bad_files_are_refused_with_a_sentence_and_leave_nothing(as_alice: Client) -> None:
    tiny = io.BytesIO()
    Image.new("RGB", (20, 20)).save(tiny, "PNG")
    for content, code in ((b"not a photo", "not_an_image"), (b"", "empty"), (tiny.getvalue(), "too_small")):
        before = files()
        answer = as_alice.post("/inspiration/", {"file": SimpleUploadedFile("x.png", content)})
        assert answer.status_code == 400 and sentence(code) in answer.content.decode() and files() == before
    assert "Choose a photo first" in as_alice.post("/inspiration/").content.decode()


def test_a_worker_that_cannot_look_says_so_and_leaves_nothing(as_alice: Client, settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.absent"
    before = files()
    sent = as_alice.post("/inspiration/", {"file": photo()})
    look_at(sent.url.rstrip("/").split("/")[-1])
    assert sentence("not_ready") in as_alice.get(sent.url).content.decode() and files() == before


def test_three_hundred_pixels_are_enough(alice: User, as_alice: Client) -> None:
    small = SimpleUploadedFile("small.jpg", encoded(two_shirts().resize((300, 150))))
    sent = as_alice.post("/inspiration/", {"file": small})
    look_at(sent.url.rstrip("/").split("/")[-1])
    assert as_alice.get(sent.url).status_code == 200


def test_a_slow_worker_and_a_redis_that_is_away_are_said(
    as_alice: Client, alice_api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = as_alice.post("/inspiration/", {"file": photo()})
    later = photo_query.time.time() + photo_query.WAITS_S + 1
    with monkeypatch.context() as patch:
        patch.setattr(photo_query.time, "time", lambda: later)
        assert sentence("too_slow") in as_alice.get(sent.url).content.decode()

    def away(*_arguments: Any, **_named: Any) -> None:
        raise ConnectionError

    before = files()
    for name in ("get", "set"):
        monkeypatch.setattr(type(caches["strict"]), name, away)
    gone = as_alice.get(sent.url)
    assert gone.status_code == 404 and "choose it again" in gone.content.decode()
    refused = as_alice.post("/inspiration/", {"file": photo()})
    assert refused.status_code == 400 and sentence("search_away") in refused.content.decode() and files() == before
    forgotten = alice_api.delete(f"{API}{sent.url.rstrip('/').split('/')[-1]}/")
    assert forgotten.status_code == 400 and sentence("search_away") in str(forgotten.json())
