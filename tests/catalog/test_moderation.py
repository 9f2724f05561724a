"""Pictures from outside: listed, shown or hidden with a reason; brands' pictures kept as ours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Brand, Look, PictureCheck
from catalog.services.looks import looks_publish
from catalog.services.moderation import checks_hide, checks_keep, checks_show
from closet.models import Share, User
from tests.catalog.shop import photo
from tests.catalog.test_desk import staff

pytestmark = pytest.mark.django_db
LIST = "admin:catalog_picturecheck_changelist"


@pytest.fixture
def look(db: None) -> Look:
    return Look.objects.create(key="L1", title_en="Monday", photo=ContentFile(photo(), name="l.jpg"))


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(name_en="Haneul", slug="haneul", picture=ContentFile(photo(), name="b.jpg"))


def act(client: Client, verb: str, **more: str) -> Any:
    ids = list(PictureCheck.objects.values_list("pk", flat=True))
    return client.post(reverse(LIST), {"action": verb, "_selected_action": ids, **more}, follow=True)


def test_the_list_shows_what_came_in_and_hides_it_with_a_reason(
    as_dana: Client, look: Look, brand: Brand, client: Client
) -> None:
    page = as_dana.get(reverse(LIST), headers={"Accept-Language": "ko"}).content.decode()
    assert "Monday" in page and "Haneul" in page and "아직 안 봄" in page and "초상" in page
    assert "Say why" in act(as_dana, "hide").content.decode()
    assert "Say why" in act(as_dana, "hide", reason="other").content.decode()
    assert PictureCheck.objects.filter(verdict="waiting").count() == 2
    act(as_dana, "hide", reason="rights", note="the photographer wrote")
    look.refresh_from_db()
    brand.refresh_from_db()
    assert not look.is_published and brand.is_published and brand.cover == ""
    assert client.get(reverse("catalog:look", args=[look.pk])).status_code == 404
    assert brand.picture.url not in client.get(brand.get_absolute_url()).content.decode()
    assert APIClient().get(f"/api/v1/brands/{brand.slug}/").json()["picture"] is None
    check = PictureCheck.objects.get(look=look)
    assert (check.reason, check.note, check.decided_by) == ("rights", "the photographer wrote", "dana@example.com")
    assert looks_publish(looks=Look.objects.all(), published=True) == 0  # nobody shows it by another button
    act(as_dana, "show")
    look.refresh_from_db()
    assert look.is_published and Brand.objects.get().cover


def test_another_picture_waits_anew_and_stays_hidden(look: Look, brand: Brand) -> None:
    checks_keep()
    checks_hide(checks=PictureCheck.objects.all(), reason="quality", by="dana")
    assert checks_keep() == 0
    for thing, field in ((look, "photo"), (brand, "picture")):
        thing.refresh_from_db()
        setattr(thing, field, ContentFile(photo("red"), name="new.jpg"))
        thing.save()
    checks_keep()
    assert set(PictureCheck.objects.values_list("verdict", "reason")) == {("waiting", "")}
    assert not Look.objects.get().is_published and Brand.objects.get().cover == ""
    assert checks_show(checks=PictureCheck.objects.all(), by="dana") == 2 and Look.objects.get().is_published
    Brand.objects.update(picture="")
    checks_keep()
    assert PictureCheck.objects.count() == 1


def test_what_members_publish_is_not_in_this_list(look: Look, alice: User) -> None:
    Share.objects.create(owner=alice, look=look)
    assert checks_keep() == 0


def test_those_who_do_not_publish_decide_nothing(look: Look) -> None:
    checks_keep()
    for role in ("viewer", "editor"):
        client = staff(role)
        assert client.get(reverse(LIST)).status_code == 200
        act(client, "hide", reason="rights")
        assert PictureCheck.objects.get().verdict == "waiting"
    with pytest.raises(ValidationError):
        checks_hide(checks=PictureCheck.objects.all(), reason="'; DROP TABLE", by="x")


def form(brand: Brand, **files: Any) -> dict[str, Any]:
    return {
        "name_en": brand.name_en, "name_ko": "", "slug": brand.slug, "site": "", "price_band": "2", "story_en": "",
        "story_ko": "", "made_for": "unisex", "is_published": "on", "size_charts-TOTAL_FORMS": "0",
        "size_charts-INITIAL_FORMS": "0", **files,
    }  # fmt: skip


def test_logo_and_cover_are_kept_as_pictures_of_ours(as_dana: Client, brand: Brand, client: Client) -> None:
    logo = io.BytesIO()
    Image.new("RGBA", (900, 300), (10, 20, 30, 0)).save(logo, "PNG")
    cover = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (2400, 1200), "navy").save(cover, "JPEG", exif=exif)
    files = {
        "logo": SimpleUploadedFile("logo.png", logo.getvalue(), "image/png"),
        "picture": SimpleUploadedFile("cover.jpg", cover.getvalue(), "image/jpeg"),
    }
    address = reverse("admin:catalog_brand_change", args=[brand.pk])
    assert as_dana.post(address, form(brand, **files)).status_code == 302
    brand.refresh_from_db()
    with Image.open(brand.logo.open()) as kept:
        assert kept.format == "WEBP" and kept.size == (512, 171) and kept.mode == "RGBA"
    with Image.open(brand.picture.open()) as kept:
        assert kept.format == "WEBP" and max(kept.size) == 1600 and not kept.getexif()
    assert brand.logo.url in client.get(brand.get_absolute_url()).content.decode()
    broken = {"logo": SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n" + b"x" * 90, "image/png")}
    answer = as_dana.post(address, form(brand, **broken))
    assert answer.status_code == 200 and Brand.objects.get().logo.name == brand.logo.name
    assert "Upload a valid image" in answer.content.decode()
