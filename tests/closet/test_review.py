"""The review tray: nothing of a photo of several things enters the closet before its owner says so."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from closet.models import Garment, Photo, User, Wear
from closet.services.garments import garments_undo
from closet.services.review import (
    hang_without_asking,
    photo_worn,
    piece_split,
    pieces_are_owned,
    pieces_drop,
    pieces_keep,
    pieces_merge,
)
from closet.stats import closet_stats
from tests.closet.closets import garment_of, mask_png, photo_of, picture

pytestmark = pytest.mark.django_db
REVIEW = "closet:review"


def piece_of(photo: Photo, box: tuple[float, float, float, float] = (0.1, 0.1, 0.9, 0.4), **fields: Any) -> Garment:
    """A piece of the tray with a mask that fills its box."""
    number = Garment.objects.filter(photo=photo).count()
    fields = {"awaits_review": True, "confidences": {"kind": 0.9}, **fields}
    garment = garment_of(photo.owner, photo=photo, position=number, box=list(box), pictured=True, **fields)
    x0, y0, x1, y1 = box
    rectangle = (round(120 * x0), round(160 * y0), round(120 * x1) - 1, round(160 * y1) - 1)
    garment.mask.save("m.png", ContentFile(mask_png((120, 160), rectangle)))
    return garment


@pytest.fixture
def photo(alice: User) -> Photo:
    return photo_of(alice, status="done", scene="worn")


def test_a_waiting_piece_is_in_no_closet_number_or_outfit(photo: Photo, as_alice: Client, alice: User) -> None:
    piece = piece_of(photo, name="Mystery shirt")
    assert not Garment.objects.owned_by(alice).present().exists()
    assert closet_stats(owner=alice)["count"] == 0
    assert "Mystery shirt" not in as_alice.get(reverse("closet:home")).content.decode()
    assert "1 piece waits for your word" in as_alice.get(reverse("closet:home")).content.decode()
    assert "Mystery shirt" in as_alice.get(reverse(REVIEW)).content.decode()
    pieces_keep(owner=alice, ids=[piece.pk])
    assert closet_stats(owner=alice)["count"] == 1
    assert "Mystery shirt" in as_alice.get(reverse("closet:home")).content.decode()
    assert "Nothing waits for you" in as_alice.get(reverse(REVIEW)).content.decode()


def test_keep_and_drop_are_taken_back(photo: Photo, alice: User) -> None:
    one, two = piece_of(photo), piece_of(photo)
    kept, dropped = pieces_keep(owner=alice, ids=[one.pk]), pieces_drop(owner=alice, ids=[two.pk])
    assert (kept.ids, dropped.ids) == ([one.pk], [two.pk])
    garments_undo(owner=alice, steps=[step.as_json() for step in (*kept.undo, *dropped.undo)])
    assert Garment.objects.awaiting_review().count() == 2


def test_a_dropped_piece_comes_back_from_the_bin_into_the_closet(photo: Photo, as_alice: Client, alice: User) -> None:
    piece = piece_of(photo)
    as_alice.post(reverse(REVIEW), {"action": f"drop:{piece.pk}"})
    assert Garment.objects.get(pk=piece.pk).deleted_at
    as_alice.post(reverse("closet:garments_bulk"), {"action": "restore:closet", "id": piece.pk})
    assert Garment.objects.owned_by(alice).present().get() == piece


@pytest.mark.parametrize(
    ("scene", "pieces", "hang_sure", "quality", "hung"),
    [
        ("garment", 1, False, 0.6, 1),  # one thing lying flat asks nothing
        ("garment", 1, False, 0.4, 0),  # but by what name to hang, where that is more likely wrong than right
        ("garment", 2, False, 0.9, 0),
        ("worn", 1, False, 0.9, 0),
        ("worn", 2, True, 0.9, 2),
        ("worn", 2, True, 0.4, 0),
    ],
)
def test_what_hangs_without_a_question(
    alice: User, scene: str, pieces: int, hang_sure: bool, quality: float, hung: int
) -> None:
    alice.profile.hang_sure = hang_sure
    alice.profile.save()
    photo = photo_of(alice, status="done", scene=scene)
    for _number in range(pieces):
        piece_of(photo, confidences={"kind": quality})
    hang_without_asking(photo=photo)
    assert Garment.objects.owned_by(alice).present().count() == hung


@pytest.mark.parametrize(("quality", "hung"), [(0.2, 0), (0.7, 1)])
def test_a_pile_that_was_taken_for_one_garment_waits(alice: User, quality: float, hung: int) -> None:
    photo = photo_of(alice, status="done", scene="garment")
    piece_of(photo, confidences={"kind": 0.9}, quality=quality)
    hang_without_asking(photo=photo)
    assert Garment.objects.owned_by(alice).present().count() == hung


def test_a_second_photo_of_a_garment_asks_and_logs_a_wear(alice: User, as_alice: Client) -> None:
    mine = garment_of(alice, pictured=True, name="My cardigan")
    photo = photo_of(alice, status="done", scene="garment")
    piece = piece_of(photo, twin=mine, likeness=0.981)
    hang_without_asking(photo=photo)
    page = as_alice.get(reverse(REVIEW)).content.decode()
    assert "You own this already (98 % alike)" in page and "My cardigan" in page
    as_alice.post(reverse(REVIEW), {"action": f"owned:{piece.pk}"})
    mine.refresh_from_db()
    assert mine.wears == 1 and mine.last_worn_on == timezone.localdate()
    assert list(Garment.objects.owned_by(alice).present()) == [mine]


def test_owned_is_taken_back_with_its_wear(photo: Photo, alice: User) -> None:
    mine = garment_of(alice)
    piece = piece_of(photo, twin=mine, likeness=0.97)
    change = pieces_are_owned(owner=alice, ids=[piece.pk])
    garments_undo(owner=alice, steps=[step.as_json() for step in change.undo])
    assert not Wear.objects.exists() and Garment.objects.awaiting_review().get() == piece


def test_merged_pieces_are_one_mask(photo: Photo, alice: User) -> None:
    upper, lower = piece_of(photo, (0.1, 0.1, 0.9, 0.4)), piece_of(photo, (0.1, 0.4, 0.9, 0.9))
    change = pieces_merge(owner=alice, ids=[upper.pk, lower.pk])
    merged = Garment.objects.get(pk__in=change.ids)
    with merged.owner_mask.open() as file, Image.open(file) as mask:
        assert mask.getbbox() == (12, 16, 108, 144)
    assert Garment.objects.awaiting_review().get() == merged == lower  # the larger one
    assert Photo.objects.get(pk=photo.pk).status == "queued"
    garments_undo(owner=alice, steps=[step.as_json() for step in change.undo])
    assert set(Garment.objects.awaiting_review()) == {upper, lower}
    assert not Garment.objects.get(pk=merged.pk).owner_mask


def test_only_pieces_of_one_photo_merge(photo: Photo, alice: User) -> None:
    other = piece_of(photo_of(alice, sha="1" * 64))
    with pytest.raises(ValidationError, match="one photo"):
        pieces_merge(owner=alice, ids=[piece_of(photo).pk, other.pk])
    with pytest.raises(ValidationError, match="two pieces"):
        pieces_merge(owner=alice, ids=[other.pk])


@pytest.mark.parametrize("lengthwise", [False, True])
def test_a_piece_is_split_by_a_line(photo: Photo, alice: User, lengthwise: bool) -> None:
    piece = piece_of(photo, (0.0, 0.0, 1.0, 1.0))
    change = piece_split(owner=alice, pk=piece.pk, at=0.25, lengthwise=lengthwise)
    one, two = (Garment.objects.get(pk=pk) for pk in change.ids)
    shapes = []
    for half in (one, two):
        with half.owner_mask.open() as file, Image.open(file) as mask:
            shapes.append(mask.getbbox())
    assert shapes == ([(0, 0, 30, 160), (30, 0, 120, 160)] if lengthwise else [(0, 0, 120, 40), (0, 40, 120, 160)])
    assert two.awaits_review and two.position >= 100 and one.position == piece.position
    garments_undo(owner=alice, steps=[step.as_json() for step in change.undo])
    assert Garment.objects.awaiting_review().get() == one and not Garment.objects.get(pk=one.pk).owner_mask


def test_a_line_beside_the_piece_splits_nothing(photo: Photo, as_alice: Client, alice: User) -> None:
    piece = piece_of(photo, (0.0, 0.0, 1.0, 1.0))
    with pytest.raises(ValidationError, match="one side"):
        piece_split(owner=alice, pk=piece.pk, at=0.01, lengthwise=False)
    here = reverse("closet:piece_split", args=[piece.pk])
    assert as_alice.get(here).status_code == 200
    assert "Move the line" in as_alice.post(here, {"at": "300"}, follow=True).content.decode()
    assert as_alice.post(here, {"at": "50"}, follow=True).content.decode().count("data-piece ") == 2


def test_a_mirror_photo_logs_what_is_owned_and_hangs_what_is_new(photo: Photo, alice: User) -> None:
    mine = garment_of(alice, "jeans")
    trousers, shirt, left = piece_of(photo, twin=mine, likeness=0.9), piece_of(photo), piece_of(photo)
    yesterday = timezone.localdate() - timedelta(days=1)
    change = photo_worn(photo=photo, day=yesterday, ids=[trousers.pk, shirt.pk], as_twin=[trousers.pk])
    assert set(Wear.objects.values_list("garment_id", "worn_on")) == {(mine.pk, yesterday), (shirt.pk, yesterday)}
    assert set(Garment.objects.owned_by(alice).present()) == {mine, shirt}
    assert Garment.objects.awaiting_review().get() == left
    assert Photo.objects.get(pk=photo.pk).worn_on == yesterday
    garments_undo(owner=alice, steps=[step.as_json() for step in change.undo])
    assert not Wear.objects.exists() and Garment.objects.awaiting_review().count() == 3


def test_keeping_a_piece_of_the_photo_of_a_day_logs_it(alice: User) -> None:
    day = date(2026, 3, 2)
    photo = photo_of(alice, status="done", scene="worn", worn_on=day)
    piece = piece_of(photo)
    pieces_keep(owner=alice, ids=[piece.pk])
    assert Wear.objects.get().worn_on == day


def test_log_what_i_wear_in_three_requests(as_alice: Client, alice: User) -> None:
    file = io.BytesIO(picture(mode="RGB", size=(300, 400), format="JPEG"))
    file.name = "mirror.jpg"
    page = as_alice.get(reverse("recommender:today")).content.decode()
    assert reverse("closet:worn_upload") in page
    answer = as_alice.post(reverse("closet:worn_upload"), {"photos": file})
    photo = Photo.objects.get()
    here = reverse("closet:photo_worn", args=[photo.pk])
    assert answer["Location"] == here and photo.worn_on == timezone.localdate()
    Photo.objects.update(status="done", scene="worn")
    piece = piece_of(photo)
    assert as_alice.get(here).content.decode().count('name="piece"') == 1
    said = as_alice.post(here, {"piece": piece.pk}, follow=True).content.decode()
    assert "1 garment logged for" in said and Wear.objects.get().garment == piece


def test_bulk_answers_and_sentences(photo: Photo, as_alice: Client, alice: User) -> None:
    one, two, three = (piece_of(photo) for _number in range(3))
    assert "Choose a piece first" in as_alice.post(reverse(REVIEW), {"action": "keep"}, follow=True).content.decode()
    odd = as_alice.post(reverse(REVIEW), {"action": "burn", "id": one.pk}, follow=True).content.decode()
    assert "no such action" in odd
    as_alice.post(reverse(REVIEW), {"action": "drop", "id": [one.pk, two.pk]})
    answer = as_alice.post(reverse(REVIEW), {"action": "keep_all"}, headers={"HX-Request": "true"})
    assert "1 piece hangs" in answer["HX-Trigger"] and "Nothing waits" in answer.content.decode()
    assert list(Garment.objects.owned_by(alice).present()) == [three]


def test_others_reach_no_piece(photo: Photo, as_charlie: Client, charlie: User) -> None:
    one, two = piece_of(photo), piece_of(photo)
    for action in (f"keep:{one.pk}", f"drop:{one.pk}", f"owned:{one.pk}"):
        as_charlie.post(reverse(REVIEW), {"action": action})
    as_charlie.post(reverse(REVIEW), {"action": "merge", "id": [one.pk, two.pk]})
    assert as_charlie.get(reverse("closet:piece_split", args=[one.pk])).status_code == 404
    assert as_charlie.get(reverse("closet:photo_worn", args=[photo.pk])).status_code == 404
    assert as_charlie.post(reverse("closet:photo_worn", args=[photo.pk]), {"piece": one.pk}).status_code == 404
    assert Garment.objects.awaiting_review().count() == 2


def test_the_tray_costs_the_same_with_many_pieces(
    photo: Photo, as_alice: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        piece_of(photo)
    with django_assert_max_num_queries(9):
        assert as_alice.get(reverse(REVIEW)).status_code == 200
