"""Cutting out by hand: an owner's mask of what was found, and a painting of what was not."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog.models import Kind
from closet.models import Garment, Photo, User
from closet.services.masks import garment_paint, mask_read, mask_remove, mask_save
from imaging import apart
from tests.closet.closets import garment_of, mask_png, photo_of
from tests.spending import measured

pytestmark = pytest.mark.django_db


def test_an_owners_mask_sends_the_photo_round_again(alice: User) -> None:
    photo = photo_of(alice, status="done")
    garment = garment_of(alice, photo=photo)
    mask_save(garment=garment, file=io.BytesIO(mask_png((240, 320), (40, 40, 200, 280))))
    photo.refresh_from_db()
    assert photo.status == "queued"
    assert "mask" in garment.owner_fields
    with garment.owner_mask.open() as stored, Image.open(stored) as mask:
        assert (mask.mode, mask.size) == ("L", (240, 320))
    mask_remove(garment=garment)
    assert not Garment.objects.get(pk=garment.pk).owner_mask


def test_what_was_not_found_is_painted_and_named(as_alice: Client, alice: User) -> None:
    photo = photo_of(alice, status=Photo.Status.DONE)
    url = reverse("closet:photo_paint", args=[photo.pk])
    assert url in as_alice.get(photo.get_absolute_url()).content.decode()
    page = as_alice.get(url).content.decode()
    assert "mask-editor" in page and page.count('name="kind"') == 1 == page.count('id="mask-upload"')
    png = mask_png((120, 160), (30, 40, 89, 119))
    sent = {"kind": "scarf", "mask": SimpleUploadedFile("m.png", png, "image/png")}
    answer = as_alice.post(url, sent, headers={"Accept": "application/json"})
    assert answer.json() == {"url": photo.get_absolute_url()}
    garment = Garment.objects.get(photo=photo)
    assert (garment.owner, garment.kind.slug, garment.owner_fields) == (alice, "scarf", ["kind", "mask"])
    assert garment.box == [0.25, 0.25, 0.75, 0.75] and garment.owner_mask
    photo.refresh_from_db()
    assert photo.status == Photo.Status.QUEUED
    pages = [photo.get_absolute_url(), reverse("closet:garment", args=[garment.pk])]
    for page in [*pages, reverse("closet:photos"), reverse("closet:home")]:
        waiting = as_alice.get(page)
        assert waiting.status_code == 200 and 'src=""' not in waiting.content.decode(), page


@pytest.mark.parametrize("wrong", ["no kind", "strange kind", "no mask", "empty mask"])
def test_a_painting_that_says_too_little_hangs_nothing(as_alice: Client, alice: User, wrong: str) -> None:
    photo = photo_of(alice, status=Photo.Status.DONE)
    png = mask_png((120, 160)) if wrong == "empty mask" else mask_png((120, 160), (30, 40, 89, 119))
    sent: dict[str, Any] = {"kind": "scarf", "mask": SimpleUploadedFile("m.png", png, "image/png")}
    match wrong:
        case "no kind":
            del sent["kind"]
        case "strange kind":
            sent["kind"] = "spaceship"
        case "no mask":
            del sent["mask"]
    url = reverse("closet:photo_paint", args=[photo.pk])
    answer = as_alice.post(url, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 400 and answer.json()["message"]
    photo.refresh_from_db()
    assert not Garment.objects.exists() and photo.status == Photo.Status.DONE


def test_two_painted_on_one_photo_each_have_their_place(alice: User) -> None:
    photo = photo_of(alice, status=Photo.Status.DONE)
    found = garment_of(alice, photo=photo)
    png, kind = mask_png((120, 160), (30, 40, 89, 119)), Kind.objects.get(slug="tote")
    one, two = (garment_paint(photo=photo, kind=kind, file=io.BytesIO(png)) for _ in range(2))
    assert found.position < one.position < two.position


def test_only_its_owner_paints_on_a_photo(as_charlie: Client, alice: User) -> None:
    url = reverse("closet:photo_paint", args=[photo_of(alice).pk])
    assert as_charlie.get(url).status_code == as_charlie.post(url).status_code == 404


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "alpha"])
def test_a_mask_may_be_grey_or_transparent(alice: User, mode: str) -> None:
    photo = photo_of(alice)
    flat = Image.open(io.BytesIO(mask_png((120, 160), (30, 40, 89, 119))))
    if mode == "alpha":
        sent = Image.new("RGBA", flat.size, "red")
        sent.putalpha(flat)
    else:
        sent = flat.convert(mode)
    buffer = io.BytesIO()
    sent.save(buffer, "PNG")
    buffer.seek(0)
    assert mask_read(buffer, photo=photo).getbbox() == (30, 40, 90, 120)


@pytest.mark.parametrize(
    "file", [b"", b"GIF89a", mask_png((100, 100), (10, 10, 90, 90)), mask_png((120, 160)), mask_png((120, 160))[:60]]
)
def test_a_mask_that_is_none_is_refused(alice: User, file: bytes) -> None:
    photo = photo_of(alice, status="done")
    garment = garment_of(alice, photo=photo)
    with pytest.raises(ValidationError):
        mask_save(garment=garment, file=io.BytesIO(file))
    photo.refresh_from_db()
    assert photo.status == "done"
    assert not Garment.objects.get(pk=garment.pk).owner_mask


def png_of(size: tuple[int, int], mode: str) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "white").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("size", "mode", "refused"),
    [((14_000, 18_667), "1", True), ((6_000, 8_000), "RGBA", True), ((3_000, 4_000), "RGBA", False)],
)
def test_four_small_masks_that_unfold_to_gigabytes_cost_the_asking_process_little(
    alice: User, size: tuple[int, int], mode: str, refused: bool
) -> None:
    """As found: four PNGs of 261 kB took the web process from 136 to 2,314 MB."""
    photo = photo_of(alice)  # 3 : 4
    png = png_of(size, mode)
    assert len(png) < 261_000

    def read(_number: int) -> bool:
        try:
            mask_read(io.BytesIO(png), photo=photo)
        except ValidationError as problem:
            assert "odd size" in str(problem)
            return True
        return False

    with measured() as spent, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read, range(4))) == [refused] * 4
    assert spent.cpu_s < 2
    assert spent.memory < 100e6


def test_a_mask_that_needs_more_than_its_bounds_is_refused(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE_S", 0.001)
    with pytest.raises(ValidationError, match="PNG"):
        mask_read(io.BytesIO(png_of((3_000, 4_000), "RGBA")), photo=photo_of(alice))
