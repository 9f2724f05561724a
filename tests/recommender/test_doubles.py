"""What hangs twice: near in looks and of one slot; joined with its wears and undone, or told apart once and for all."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from closet.models import Distinct, Garment, User
from closet.services.wear import wear_add
from recommender.services.doubles import doubles_of
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db
PAGE = "/closet/doubles/"


@pytest.fixture
def two(alice: User) -> tuple[Garment, Garment]:
    """The same shirt on two photos, beside a pair of jeans of the same looks and another shirt."""
    looks = np.random.default_rng(0).normal(size=256)
    near = looks + np.random.default_rng(1).normal(scale=0.05, size=256)
    garment(alice, "jeans", vector=looks)
    garment(alice, "shirt", vector=5)
    return garment(alice, "shirt", "white", vector=looks), garment(alice, "shirt", "white", vector=near)


def test_the_same_shirt_twice_is_a_pair_and_trousers_of_its_colour_are_not(
    alice: User, two: tuple[Garment, Garment]
) -> None:
    (pair,) = doubles_of(user=alice)
    assert {pair.one, pair.other} == set(two) and pair.likeness >= 96


def test_the_kept_one_takes_the_wears_and_undo_gives_all_back(
    as_alice: Client, alice: User, two: tuple[Garment, Garment]
) -> None:
    keep, drop = two
    wear_add(owner=alice, garment_ids=[keep.pk], worn_on=date(2026, 5, 1))
    for day in (1, 2):
        wear_add(owner=alice, garment_ids=[drop.pk], worn_on=date(2026, 5, day))
    answer = as_alice.post(PAGE, {"keep": f"{keep.pk} {drop.pk}"}, follow=True)
    keep.refresh_from_db()
    assert keep.wears == 2 and not Garment.objects.present().filter(pk=drop.pk).exists()
    assert doubles_of(user=alice) == []
    undo = answer.content.decode().split('action="/closet/undo/')[1].split('"')[0]
    as_alice.post(f"/closet/undo/{undo}")
    keep.refresh_from_db()
    assert keep.wears == 1 and Garment.objects.present().filter(pk=drop.pk).exists()


def test_two_that_are_two_are_never_asked_about_again(
    as_alice: Client, alice: User, two: tuple[Garment, Garment]
) -> None:
    assert as_alice.get(PAGE).content.decode().count("doubles__two") == 1
    as_alice.post(PAGE, {"apart": f"{two[1].pk} {two[0].pk}"})
    as_alice.post(PAGE, {"apart": f"{two[0].pk} {two[1].pk}"})
    assert Distinct.objects.count() == 1 and doubles_of(user=alice) == []


def test_charlie_joins_and_parts_nothing_of_alices(as_charlie: Client, two: tuple[Garment, Garment]) -> None:
    for verb in ("keep", "apart"):
        for named in (f"{two[0].pk} {two[1].pk}", "", "1", "x y", f"{two[0].pk} {two[0].pk}"):
            as_charlie.post(PAGE, {verb: named})
    assert not Distinct.objects.exists() and Garment.objects.present().filter(pk__in=[g.pk for g in two]).count() == 2
    assert reverse("recommender:doubles") == PAGE
