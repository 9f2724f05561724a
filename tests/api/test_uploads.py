"""Photos in pieces: what broke off goes on, and what is whole is a photo like any other."""

from __future__ import annotations

import base64
import io
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from closet.models import Photo, Upload, UploadPart, User
from closet.services.uploads import LEAST_PIECE, uploads_forget

pytestmark = pytest.mark.django_db
API = "/api/v1/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def shirt() -> bytes:
    """A photo of a few pieces."""
    noise = np.random.default_rng(7).integers(0, 255, (260, 300, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    return buffer.getvalue()


def begin(client: APIClient, length: int | str, **named: str) -> Any:
    told = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in named.items())
    return client.post(
        API, headers={**TUS, "Upload-Length": str(length), **({"Upload-Metadata": told} if told else {})}
    )


def send(client: APIClient, address: str, offset: int | str, data: bytes, **headers: str) -> Any:
    return client.generic(
        "PATCH", address, data, content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), **headers},
    )  # fmt: skip


def test_a_photo_in_pieces_goes_on_where_it_broke_off(alice: User, alice_api: APIClient, shirt: bytes) -> None:
    begun = begin(alice_api, len(shirt), filename="셔츠.png")
    assert begun.status_code == 201 and begun["Tus-Resumable"] == "1.0.0" and "GMT" in begun["Upload-Expires"]
    address, half = begun["Location"], LEAST_PIECE + 1000
    first = send(alice_api, address, 0, shirt[:half])
    assert (first.status_code, first["Upload-Offset"]) == (204, str(half))
    asked = alice_api.head(address, headers=TUS)
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, str(half), str(len(shirt)))
    assert "no-store" in asked["Cache-Control"] and Photo.objects.count() == 0
    twice = send(alice_api, address, 0, shirt[:half])  # the answer was lost, so the phone sent it again
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_offset")
    last = send(alice_api, address, half, shirt[half:])
    photo = Photo.objects.get()
    assert (last.status_code, last["Upload-Photo"], last["Upload-Duplicate"]) == (204, str(photo.pk), "false")
    assert (photo.owner, photo.file_name, photo.size, photo.status) == (alice, "셔츠.png", len(shirt), "queued")
    assert photo.original.open("rb").read() == shirt
    assert alice_api.get(address).json()["photo"] == str(photo.pk) and not UploadPart.objects.exists()


def test_the_same_photo_again_is_told_as_a_duplicate(alice_api: APIClient, shirt: bytes) -> None:
    def whole(**named: str) -> Any:
        return send(alice_api, begin(alice_api, len(shirt), **named)["Location"], 0, shirt)

    first, again, both = whole(), whole(), whole(keep_both="true", filename="../../..")
    assert (first["Upload-Duplicate"], again["Upload-Duplicate"]) == ("false", "true")
    assert again["Upload-Photo"] == first["Upload-Photo"] != both["Upload-Photo"]
    assert Photo.objects.count() == 2


def test_pieces_are_private_files_that_go(
    alice_api: APIClient, shirt: bytes, django_capture_on_commit_callbacks: Any
) -> None:
    address = begin(alice_api, len(shirt))["Location"]
    send(alice_api, address, 0, shirt[:LEAST_PIECE])
    file = Path(UploadPart.objects.get().file.path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and settings.MEDIA_ROOT / "private" in file.parents
    with django_capture_on_commit_callbacks(execute=True):
        assert alice_api.delete(address, headers=TUS).status_code == 204
    assert not file.exists() and alice_api.head(address, headers=TUS).status_code == 404
    address = begin(alice_api, len(shirt))["Location"]
    send(alice_api, address, 0, shirt[:LEAST_PIECE])
    file = Path(UploadPart.objects.get().file.path)
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = send(alice_api, address, LEAST_PIECE, shirt[LEAST_PIECE:])
    assert (gone.status_code, gone.json()["code"]) == (410, "upload_expired")
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads_forget() == 1
    assert not file.exists()


def test_room_is_asked_for_when_it_begins(alice: User, alice_api: APIClient, settings: Any) -> None:
    def refused(length: int | str) -> tuple[int, str]:
        answer = begin(alice_api, length)
        return answer.status_code, answer.json()["code"]

    assert refused(settings.PHOTO_MAX_BYTES + 1) == (413, "too_heavy")
    assert refused(0) == (400, "empty")
    settings.MEMBER_QUOTA_BYTES = 1000
    assert begin(alice_api, 600).status_code == 201
    assert refused(600) == (507, "over_quota")  # what is announced counts
    settings.DISK_RESERVE_BYTES = 2**60
    assert refused(100) == (507, "disk_full")


def test_what_is_no_photo_is_told_so_and_leaves_nothing(alice_api: APIClient) -> None:
    text = b"'; DROP TABLE closet_photo; --" * 10
    address = begin(alice_api, len(text))["Location"]
    refused = send(alice_api, address, 0, text)
    assert (refused.status_code, refused.json()["code"]) == (415, "not_an_image")
    told = alice_api.get(address).json()
    assert (told["error"]["code"], told["photo"]) == ("not_an_image", None)
    assert not UploadPart.objects.exists() and not Photo.objects.exists()


def test_nobody_else_reaches_it(alice_api: APIClient, charlie_api: APIClient, shirt: bytes) -> None:
    address = begin(alice_api, len(shirt))["Location"]
    assert charlie_api.head(address, headers=TUS).status_code == 404
    assert send(charlie_api, address, 0, shirt).status_code == 404
    assert charlie_api.delete(address, headers=TUS).status_code == 404
    assert APIClient().head(address, headers=TUS).status_code == 401
    assert send(alice_api, address, 0, shirt).status_code == 204


def test_bad_requests_are_told(alice_api: APIClient, shirt: bytes) -> None:
    assert alice_api.post(API, headers={"Upload-Length": "10"}).status_code == 412
    assert alice_api.post(API, headers={"Upload-Length": "10"})["Tus-Version"] == "1.0.0"
    for length in ("", "-1", "1e3", "٣", "9" * 400, "x" * 10_000):
        assert begin(alice_api, length).json()["errors"].keys() == {"Upload-Length"}
    for metadata in ("filename !!!", "filename " + "A" * 10_000, "filename AA=="):
        wrong = alice_api.post(API, headers={**TUS, "Upload-Length": "10", "Upload-Metadata": metadata})
        assert (wrong.status_code, [*wrong.json()["errors"]]) == (400, ["Upload-Metadata"])
    address = begin(alice_api, len(shirt))["Location"]
    assert send(alice_api, address, "x", shirt).status_code == 400
    assert send(alice_api, address, 0, shirt[:10]).json()["code"] == "piece_too_small"
    assert send(alice_api, address, 0, shirt + b"more").json()["code"] == "beyond_length"
    form = alice_api.patch(address, {"a": 1}, format="json", headers={**TUS, "Upload-Offset": "0"})
    assert form.status_code == 415
    assert send(alice_api, address, 0, b"")["Upload-Offset"] == "0" and not UploadPart.objects.exists()


def test_options_tell_what_is_spoken(alice_api: APIClient) -> None:
    told = alice_api.options(API)
    assert told.status_code == 204 and told["Tus-Extension"] == "creation,termination,expiration"
    assert int(told["Tus-Max-Size"]) == settings.PHOTO_MAX_BYTES
