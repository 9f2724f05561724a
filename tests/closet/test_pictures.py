"""More pictures of a garment."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from closet.models import GarmentPicture, User
from closet.models.photos import private_storage
from closet.services.garments import bin_empty, garments_change
from closet.services.photos import bytes_used
from tests.closet.closets import garment_of

pytestmark = pytest.mark.django_db


def photo(size: tuple[int, int] = (2400, 1800)) -> SimpleUploadedFile:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Secret camera"
    Image.new("RGB", size, "teal").save(file, "JPEG", exif=exif)
    return SimpleUploadedFile("back.jpg", file.getvalue(), "image/jpeg")


def test_a_picture_is_kept_small_without_metadata_and_for_its_owner_alone(
    as_alice: Client, as_charlie: Client, alice: User
) -> None:
    thing = garment_of(alice)
    page = as_alice.post(
        reverse("closet:garment_picture", args=[thing.pk]), {"picture": photo(), "note": "Back"}, follow=True
    )
    row = GarmentPicture.objects.get()
    address = reverse("closet:media", args=[row.picture.name])
    assert address in page.content.decode()
    content = b"".join(as_alice.get(address).streaming_content)
    picture = Image.open(io.BytesIO(content))
    assert (max(picture.size), b"Secret" in content, row.note) == (1600, False, "Back")
    assert bytes_used(owner=alice) == row.size > len(content)
    assert as_charlie.get(address).status_code == 404
    assert as_charlie.post(reverse("closet:garment_picture_delete", args=[row.pk])).status_code == 404
    assert as_charlie.post(reverse("closet:garment_picture", args=[thing.pk]), {"picture": photo()}).status_code == 404
    garments_change(owner=alice, action="delete", ids=[thing.pk])
    bin_empty(owner=alice)
    assert not GarmentPicture.objects.exists()


def test_what_is_deleted_leaves_no_file(as_alice: Client, alice: User, django_capture_on_commit_callbacks: Any) -> None:
    thing = garment_of(alice)
    for _number in range(2):
        as_alice.post(reverse("closet:garment_picture", args=[thing.pk]), {"picture": photo((300, 300))})
    one, two = GarmentPicture.objects.all()
    with django_capture_on_commit_callbacks(execute=True):
        as_alice.post(reverse("closet:garment_picture_delete", args=[one.pk]))
    assert not private_storage().exists(one.picture.name)
    assert private_storage().exists(two.picture.name)
    with django_capture_on_commit_callbacks(execute=True):
        garments_change(owner=alice, action="delete", ids=[thing.pk])
        bin_empty(owner=alice)
    assert not private_storage().exists(two.small.name)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0" + b"\0" * 90])
def test_what_is_no_photo_is_refused_in_a_sentence(as_alice: Client, alice: User, content: bytes) -> None:
    thing = garment_of(alice)
    file = SimpleUploadedFile("x.jpg", content, "image/jpeg")
    answer = as_alice.post(
        reverse("closet:garment_picture", args=[thing.pk]), {"picture": file}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert not GarmentPicture.objects.exists()


def test_a_full_quota_and_a_ninth_picture_are_refused(as_alice: Client, alice: User) -> None:
    thing = garment_of(alice)
    GarmentPicture.objects.bulk_create(GarmentPicture(owner=alice, garment=thing, size=1) for _number in range(8))
    send = lambda: as_alice.post(  # noqa: E731
        reverse("closet:garment_picture", args=[thing.pk]), {"picture": photo((99, 99))}, follow=True
    )
    assert "room for 8 more pictures" in send().content.decode()
    GarmentPicture.objects.all().delete()
    alice.profile.quota_bytes = 5
    alice.profile.save()
    send()
    assert not GarmentPicture.objects.exists()
