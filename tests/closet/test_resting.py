"""What was not worn for a season is asked about: it stays, or is archived with a reason; all of it with undo."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from closet.models import Garment, User
from closet.services.garments import garments_undo
from closet.services.resting import resting, resting_answer
from closet.services.wear import wear_add
from tests.closet.closets import garment_of

pytestmark = pytest.mark.django_db
RESTING = "closet:resting"


def days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def old(alice: User) -> Garment:
    return garment_of(alice, created_at=days_ago(400), name="Old coat", price=90_000)


def test_only_ready_things_unworn_for_a_season_are_asked_about(alice: User, bob: User, old: Garment) -> None:
    worn = garment_of(alice, created_at=days_ago(400))
    wear_add(owner=alice, garment_ids=[worn.pk], worn_on=timezone.localdate() - timedelta(days=20))
    garment_of(alice)  # came today
    for state in ("laundry", "lent", "archived"):
        garment_of(alice, created_at=days_ago(400), state=state)
    garment_of(alice, created_at=days_ago(400), awaits_review=True)
    garment_of(bob, created_at=days_ago(400))
    slept = garment_of(alice, created_at=days_ago(400))
    wear_add(owner=alice, garment_ids=[slept.pk], worn_on=timezone.localdate() - timedelta(days=91))
    assert list(resting(owner=alice)) == [old, slept]


def test_what_stays_is_not_asked_about_for_a_season(alice: User, old: Garment) -> None:
    change = resting_answer(owner=alice, ids=[old.pk], answer="keep")
    assert not resting(owner=alice).exists()
    Garment.objects.update(keep_until=timezone.localdate())
    assert list(resting(owner=alice)) == [old]
    garments_undo(owner=alice, steps=[step._asdict() for step in change.undo])
    assert Garment.objects.get().keep_until is None


@pytest.mark.parametrize("why", Garment.Parting.values)
def test_what_goes_is_archived_with_its_reason_and_comes_back(alice: User, old: Garment, why: str) -> None:
    change = resting_answer(owner=alice, ids=[old.pk], answer=why)
    old.refresh_from_db()
    assert (old.state, old.archive_reason) == ("archived", why)
    garments_undo(owner=alice, steps=[step._asdict() for step in change.undo])
    old.refresh_from_db()
    assert (old.state, old.archive_reason) == ("ready", "")


def test_another_reason_replaces_the_first_and_its_undo_brings_that_back(alice: User, old: Garment) -> None:
    resting_answer(owner=alice, ids=[old.pk], answer="sell")
    change = resting_answer(owner=alice, ids=[old.pk], answer="give")
    garments_undo(owner=alice, steps=[step._asdict() for step in change.undo])
    old.refresh_from_db()
    assert (old.state, old.archive_reason) == ("archived", "sell")


def test_an_answer_that_is_none_is_refused(alice: User, old: Garment) -> None:
    with pytest.raises(ValidationError, match="no such answer"):
        resting_answer(owner=alice, ids=[old.pk], answer="burn")


def test_the_page_asks_says_and_takes_back(as_alice: Client, alice: User, old: Garment) -> None:
    page = as_alice.get(reverse(RESTING)).content.decode()
    assert "Old coat" in page and "unworn for 400 days" in page
    sold = as_alice.post(reverse(RESTING), {"answer": f"sell:{old.pk}"}, headers={"HX-Request": "true"})
    assert "1 garment archived: to sell." in sold["HX-Trigger"] and "All of it is worn" in sold.content.decode()
    undo = json.loads(sold["HX-Trigger"])["toast"]["undo"]["url"]
    as_alice.post(undo)
    assert "Old coat" in as_alice.get(reverse(RESTING)).content.decode()
    said = as_alice.post(reverse(RESTING), {"answer": "keep", "id": old.pk}, follow=True).content.decode()
    assert "1 garment stays." in said
    assert "Choose a garment first" in as_alice.post(reverse(RESTING), {"answer": "keep"}, follow=True).content.decode()


def test_garments_of_others_stay_as_they_are(as_charlie: Client, old: Garment) -> None:
    as_charlie.post(reverse(RESTING), {"answer": f"give:{old.pk}"})
    old.refresh_from_db()
    assert old.state == "ready"
