"""Idempotency keys: what was sent twice is done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Garment, KeptAnswer, Outfit, Photo, User
from closet.services.kept_answers import answer_claim, answers_purge
from tests.closet.closets import garment_of, picture

pytestmark = pytest.mark.django_db
OUTFITS = "/api/v1/outfits/"


@pytest.fixture
def shirt(alice: User) -> Garment:
    return garment_of(alice, "shirt")


def keyed(client: APIClient, path: str, data: Any, key: str = "one", **options: Any) -> Any:
    return client.post(path, data, headers={"Idempotency-Key": key}, **options)


def test_the_same_request_again_is_answered_alike_and_done_once(alice_api: APIClient, shirt: Garment) -> None:
    body = {"items": [{"garment": shirt.pk}], "name": "월요일"}
    first, again = keyed(alice_api, OUTFITS, body), keyed(alice_api, OUTFITS, body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content and again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first and Outfit.objects.count() == 1
    assert keyed(alice_api, OUTFITS, body, key="two").json()["id"] != first.json()["id"]


def test_another_request_with_the_same_key_is_refused(alice_api: APIClient, shirt: Garment) -> None:
    keyed(alice_api, OUTFITS, {"items": [{"garment": shirt.pk}], "name": "a"})
    other = keyed(alice_api, OUTFITS, {"items": [{"garment": shirt.pk}], "name": "b"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    elsewhere = keyed(alice_api, "/api/v1/wears/", {"garments": [shirt.pk]})
    assert elsewhere.status_code == 422 and Outfit.objects.count() == 1


def test_a_photo_sent_again_with_another_boundary_is_the_same_request(alice_api: APIClient) -> None:
    def sent(colour: str, **fields: Any) -> Any:
        file = SimpleUploadedFile("shirt.jpg", picture(colour, mode="RGB", format="JPEG"), "image/jpeg")
        return keyed(alice_api, "/api/v1/photos/", {"file": file, **fields}, format="multipart")

    first, again = sent("#102040"), sent("#102040")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["duplicate"] is False and again["Location"] == first["Location"]
    assert sent("#ffffff").status_code == 422
    assert sent("#102040", keep_both=True).status_code == 422
    assert Photo.objects.count() == 1


def test_while_the_first_is_on_its_way_the_second_is_told_so(alice: User, alice_api: APIClient, shirt: Garment) -> None:
    claim = answer_claim(owner=alice, key="one")
    body = {"items": [{"garment": shirt.pk}]}
    waits = keyed(alice_api, OUTFITS, body)
    assert (waits.status_code, waits.json()["code"], waits["Retry-After"]) == (409, "key_in_use", "1")
    assert claim is not None
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=6))  # its process died
    assert keyed(alice_api, OUTFITS, body).status_code == 201


def test_keys_are_a_members_own_and_nobodys_without_one(
    alice_api: APIClient, charlie_api: APIClient, shirt: Garment, charlie: User
) -> None:
    keyed(alice_api, "/api/v1/wears/", {"garments": [shirt.pk]})
    his = keyed(charlie_api, "/api/v1/wears/", {"garments": [shirt.pk]})
    assert his.json()["results"] == []  # done for him, not told of hers
    for _ in range(2):
        assert keyed(APIClient(), OUTFITS, {}).status_code == 401
    assert KeptAnswer.objects.count() == 2


def test_an_error_is_answered_alike_but_what_may_be_tried_again_is_tried(alice_api: APIClient, shirt: Garment) -> None:
    wrong = {"items": [{"garment": 0}]}
    first, again = keyed(alice_api, OUTFITS, wrong), keyed(alice_api, OUTFITS, wrong)
    assert (first.status_code, again.status_code) == (400, 400) and first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    broken = alice_api.post(OUTFITS, "{broken", content_type="application/json", headers={"Idempotency-Key": "json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("key", ["", "x" * 256, "x" * 10_000, "열쇠", "a\tb"])
def test_a_key_that_is_none_is_told(alice_api: APIClient, key: str) -> None:
    refused = keyed(alice_api, OUTFITS, {}, key=key)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_idempotency_key")


def test_signs_of_sql_are_a_key_like_any_other(alice_api: APIClient, shirt: Garment) -> None:
    body = {"items": [{"garment": shirt.pk}]}
    assert keyed(alice_api, OUTFITS, body, key="'; DROP TABLE closet_outfit; --%s").status_code == 201
    assert keyed(alice_api, OUTFITS, body, key="'; DROP TABLE closet_outfit; --%s").status_code == 201
    assert Outfit.objects.count() == 1


def test_answers_lie_unreadable_and_go_after_a_day(alice_api: APIClient, shirt: Garment) -> None:
    body = {"items": [{"garment": shirt.pk}], "name": "a secret name"}
    keyed(alice_api, OUTFITS, body)
    kept = KeptAnswer.objects.get()
    assert b"secret" not in bytes(kept.answer) and kept.key_digest != "one"
    assert answers_purge() == 0
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert keyed(alice_api, OUTFITS, body).status_code == 201 and Outfit.objects.count() == 2
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert answers_purge() == 1
