"""Outfits: composing, planning, wearing, and showing them to others."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from closet.models import Outfit, Plan, Reaction, Share, User
from closet.services.canvas import INKS
from closet.services.outfits import outfit_save, plan_set, reaction_set
from closet.services.sharing import safe_cutout, share_create, share_revoke
from closet.services.wear import outfit_wear
from tests.closet.closets import garment_of, mask_png, outfit_of, photo_of, picture

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_places_left_out_are_chosen_by_slot_and_kept_on_the_canvas(alice: User) -> None:
    top, shoes = garment_of(alice, "shirt"), garment_of(alice, "sneakers")
    outfit = outfit_save(owner=alice, items=[{"garment": top.pk}, {"garment": shoes.pk, "x": 7, "y": float("nan")}])
    placed = {item.garment: item for item in outfit.items.all()}
    assert placed[top].y < placed[shoes].y
    assert placed[shoes].x == 1.0


def test_saving_again_replaces_what_lies_there(alice: User) -> None:
    one, two = garment_of(alice), garment_of(alice)
    outfit = outfit_save(owner=alice, items=[{"garment": one.pk}], name="A")
    outfit_save(owner=alice, outfit=outfit, items=[{"garment": two.pk, "z": 4}], name="B")
    assert [(item.garment, item.z) for item in outfit.items.all()] == [(two, 4)]
    assert Outfit.objects.get().name == "B"


def test_what_was_turned_stays_turned_until_a_client_that_knows_of_it_says_otherwise(alice: User) -> None:
    shirt = garment_of(alice)
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk, "angle": 370}], background="sand")
    assert outfit.items.get().angle == 10
    outfit_save(owner=alice, outfit=outfit, items=[{"garment": shirt.pk, "x": 0.2}])
    assert (outfit.items.get().angle, Outfit.objects.get().background) == (10, "sand")


@pytest.mark.parametrize("row", [{"text": "  "}, 7, None, {"x": 1}])
def test_no_words_are_kept_where_none_are_written(alice: User, row: object) -> None:
    assert outfit_save(owner=alice, items=[{"garment": garment_of(alice).pk}], texts=[row]).texts == []


def test_words_are_kept_on_the_canvas_and_in_their_bounds(alice: User) -> None:
    words = {"text": "월요일\x00\n출근룩", "x": float("inf"), "y": -3, "size": 9, "angle": "x", "colour": "red"}
    outfit = outfit_save(owner=alice, items=[{"garment": garment_of(alice).pk}], texts=[words])
    kept = {"text": "월요일 \n출근룩", "x": 0.5, "y": 0, "size": 0.25, "angle": 0, "colour": INKS[0]}
    assert outfit.texts == [kept]
    with pytest.raises(ValidationError):
        outfit_save(owner=alice, outfit=outfit, items=[{"garment": garment_of(alice).pk}], texts=[words] * 9)


def test_a_canvas_is_saved_as_a_picture_with_its_background_words_and_angles(
    as_alice: Client, as_charlie: Client, alice: User
) -> None:
    shirt = garment_of(alice, pictured=True)
    words = {"text": "내 코디", "x": 0.5, "y": 0.9, "size": 0.1, "colour": "#ffffff"}
    at = {"garment": shirt.pk, "x": 0.5, "y": 0.4, "width": 0.4}
    outfit = outfit_save(owner=alice, name="월요일", items=[at], background="night", texts=[words])
    address = reverse("closet:outfit_picture", args=[outfit.pk])
    answer = as_alice.get(address)
    assert (answer["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    straight = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert straight.getpixel((5, 5)) == pytest.approx((0x23, 0x26, 0x2D), abs=3)
    written = straight.crop((300, 1100, 780, 1330)).convert("L")
    assert max(written.getdata()) > 240, "white words on a dark ground"
    outfit_save(owner=alice, outfit=outfit, items=[{**at, "angle": 45}])
    turned = Image.open(io.BytesIO(as_alice.get(address).content)).convert("RGB")
    assert turned.crop((0, 0, 1080, 1000)).tobytes() != straight.crop((0, 0, 1080, 1000)).tobytes()
    assert as_charlie.get(address).status_code == 404


def test_the_page_shows_what_the_canvas_holds(as_alice: Client, alice: User) -> None:
    shirt = garment_of(alice, pictured=True)
    sent = {
        "items": json.dumps([{"garment": shirt.pk, "angle": -15}]),
        "texts": json.dumps([{"text": "<b>Monday</b>"}]),
        "background": "sage",
    }
    as_alice.post(reverse("closet:outfit_new"), sent)
    page = as_alice.get(reverse("closet:outfit", args=[Outfit.objects.get().pk])).content.decode()
    assert "--a:-15.0" in page
    assert "&lt;b&gt;Monday" in page
    assert "--ground:#d6dbcc" in page
    refused = as_alice.post(reverse("closet:outfit_new"), {**sent, "background": "velvet"})
    assert refused.status_code == 422


def test_garments_of_others_never_get_into_an_outfit(alice: User, bob: User) -> None:
    with pytest.raises(ValidationError):
        outfit_save(owner=alice, items=[{"garment": garment_of(alice).pk}, {"garment": garment_of(bob).pk}])
    with pytest.raises(ValidationError):
        outfit_save(owner=alice, items=[])
    assert not Outfit.objects.exists()


def test_wearing_an_outfit_wears_its_garments(alice: User) -> None:
    one, two = garment_of(alice), garment_of(alice, "jeans")
    outfit_wear(owner=alice, outfit=outfit_of(alice, one, two), worn_on=TODAY())
    one.refresh_from_db()
    assert (one.wears, one.wear_log.get().outfit.name) == (1, "Monday")


def test_a_plan_is_once_a_day(alice: User, bob: User) -> None:
    outfit = outfit_of(alice, garment_of(alice))
    plan_set(owner=alice, outfit=outfit, day=TODAY())
    plan_set(owner=alice, outfit=outfit, day=TODAY(), note="rain")
    assert Plan.objects.get().note == "rain"
    with pytest.raises(ValidationError):
        plan_set(owner=bob, outfit=outfit, day=TODAY())


def test_a_later_word_on_a_combination_replaces_the_earlier(alice: User) -> None:
    one, two, three = garment_of(alice), garment_of(alice), garment_of(alice)
    reaction_set(owner=alice, garment_ids=[two.pk, one.pk], verdict="like")
    reaction_set(owner=alice, garment_ids=[one.pk, two.pk], verdict="never")
    assert Reaction.objects.get().verdict == "never"
    with pytest.raises(ValidationError):
        reaction_set(owner=alice, garment_ids=[one.pk, two.pk, three.pk], verdict="never")


# --- Showing ---------------------------------------------------------------------------------------------
def test_a_shared_outfit_is_seen_by_anyone_until_it_is_taken_back(client: Client, alice: User) -> None:
    outfit = outfit_of(alice, garment_of(alice, pictured=True))
    share = share_create(owner=alice, outfit=outfit)
    assert share_create(owner=alice, outfit=outfit) == share
    page = client.get(reverse("closet:shared", args=[share.slug]))
    assert page.status_code == 200
    assert alice.email not in page.content.decode()
    shown = client.get(reverse("closet:shared_picture", args=[share.slug]))
    assert shown["Content-Type"] == "image/webp"
    share_revoke(share=share)
    assert client.get(reverse("closet:shared", args=[share.slug])).status_code == 404
    assert client.get(reverse("closet:shared_picture", args=[share.slug])).status_code == 404


def test_a_shared_picture_of_a_photo_with_a_face_comes_from_the_blurred_one(alice: User) -> None:
    photo = photo_of(alice, faces=1)
    garment = garment_of(alice, "scarf", "red", photo=photo, pictured=True)
    garment.mask.save("m.png", ContentFile(mask_png((120, 160), (30, 30, 90, 130))))
    with pytest.raises(ValidationError):
        share_create(owner=alice, garment=garment)
    photo.shareable.save("s.webp", ContentFile(picture("#00ff00", (120, 160), mode="RGB")))
    safe = safe_cutout(garment)
    red, green, _blue, alpha = safe.getpixel((safe.width // 2, safe.height // 2))
    assert safe.size == (61, 101)
    assert green > 200
    assert red < 60
    assert alpha == 255


def test_what_is_shared_is_what_is_shown_a_faint_wearer_included(alice: User) -> None:
    photo = photo_of(alice, faces=1)
    photo.shareable.save("s.webp", ContentFile(picture("#00ff00", (120, 160), mode="RGB")))
    garment = garment_of(alice, "coat", "red", photo=photo)
    garment.mask.save("m.png", ContentFile(mask_png((120, 160), (30, 30, 90, 130))))
    faint = Image.new("RGBA", (60, 100), (255, 0, 0, 70))
    faint.paste((255, 0, 0, 255), (0, 0, 20, 100))
    stored = io.BytesIO()
    faint.save(stored, "WEBP", lossless=True)
    garment.cutout.save("c.webp", ContentFile(stored.getvalue()))
    safe = safe_cutout(garment)
    red, green, _blue, alpha = safe.getpixel((5, 50))
    assert red < 60 < 200 < green and alpha == 255  # cut out of the blurred photo
    assert 60 <= safe.getpixel((50, 50))[3] <= 80
    garment.owner_mask.save("o.png", ContentFile(mask_png((120, 160), (30, 30, 90, 130))))
    assert safe_cutout(garment).getpixel((50, 50))[3] == 255  # where the owner drew it, it is as drawn


def test_shares_hold_no_metadata(alice: User) -> None:
    share = share_create(owner=alice, garment=garment_of(alice, pictured=True))
    with share.picture.open() as stored, Image.open(stored) as shown:
        assert not shown.getexif()
        assert shown.size == (1080, 1350)


# --- Pages -----------------------------------------------------------------------------------------------
def test_the_canvas_saves_by_script_and_by_form(as_alice: Client, alice: User) -> None:
    one, two = garment_of(alice), garment_of(alice, "jeans")
    items = json.dumps([{"garment": one.pk, "x": 0.2, "y": 0.3, "width": 0.5, "z": 1}])
    url = reverse("closet:outfit_new")
    answer = as_alice.post(url, {"items": items, "name": "X"}, headers={"Accept": "application/json"}).json()
    assert Outfit.objects.get(pk=answer["id"]).items.get().x == 0.2
    assert as_alice.post(url, {"garment": [one.pk, two.pk]}).status_code == 302
    assert Outfit.objects.count() == 2
    assert as_alice.post(url, {"items": "nonsense"}).status_code == 422
    assert as_alice.post(url, {"items": "[1]"}, headers={"Accept": "application/json"}).status_code == 400


@pytest.mark.parametrize("count", [1, 12])
def test_the_shelf_of_outfits_costs_the_same(
    as_alice: Client, alice: User, count: int, django_assert_max_num_queries: object
) -> None:
    for n in range(count):
        outfit = outfit_of(alice, garment_of(alice), garment_of(alice, "jeans"))
        plan_set(owner=alice, outfit=outfit, day=TODAY() + timedelta(days=n % 3))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert as_alice.get(reverse("closet:outfits")).status_code == 200


def test_an_outfit_is_planned_worn_shared_and_deleted_on_its_page(as_alice: Client, alice: User) -> None:
    outfit = outfit_of(alice, garment_of(alice, pictured=True))
    assert as_alice.get(reverse("closet:outfit", args=[outfit.pk])).status_code == 200
    as_alice.post(reverse("closet:outfit_plan", args=[outfit.pk]), {"day": TODAY().isoformat()})
    as_alice.post(reverse("closet:outfit_worn", args=[outfit.pk]))
    as_alice.post(reverse("closet:outfit_share", args=[outfit.pk]))
    assert (Plan.objects.count(), Share.objects.filter(revoked_at=None).count()) == (1, 1)
    for page in ("outfit", "outfit_edit"):
        assert as_alice.get(reverse(f"closet:{page}", args=[outfit.pk])).status_code == 200
    assert as_alice.get(reverse("closet:calendar")).status_code == 200
    as_alice.post(reverse("closet:share_delete", args=[Share.objects.get().pk]))
    as_alice.post(reverse("closet:plan_delete", args=[Plan.objects.get().pk]))
    as_alice.post(reverse("closet:outfit_delete", args=[outfit.pk]))
    assert not Outfit.objects.exists()


def test_others_find_no_outfit(as_charlie: Client, alice: User) -> None:
    outfit = outfit_of(alice, garment_of(alice, pictured=True))
    plan = plan_set(owner=alice, outfit=outfit, day=TODAY())
    share = share_create(owner=alice, outfit=outfit)
    for page in ("outfit", "outfit_edit"):
        assert as_charlie.get(reverse(f"closet:{page}", args=[outfit.pk])).status_code == 404
    for action in ("outfit_edit", "outfit_delete", "outfit_worn", "outfit_plan", "outfit_share"):
        assert as_charlie.post(reverse(f"closet:{action}", args=[outfit.pk])).status_code == 404, action
    assert as_charlie.post(reverse("closet:plan_delete", args=[plan.pk])).status_code == 404
    assert as_charlie.post(reverse("closet:share_delete", args=[share.pk])).status_code == 404
