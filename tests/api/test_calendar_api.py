"""The calendar, what rests, notices and another day's outfits, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Garment, Notice, Plan, Profile, User
from closet.services.notices import notice_add
from tests.closet.closets import garment_of, outfit_of
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_a_plan_moves_keeps_its_note_and_never_doubles(
    alice_api: APIClient, charlie_api: APIClient, alice: User
) -> None:
    outfit = outfit_of(alice, garment_of(alice))
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=TODAY, note="lunch")
    there = Plan.objects.create(owner=alice, outfit=outfit, day=TODAY + timedelta(days=5))
    address = reverse("api-plan", args=[plan.pk])
    tag = alice_api.get(address)["ETag"]
    to = (TODAY + timedelta(days=2)).isoformat()
    moved = alice_api.patch(address, {"day": to}, format="json", headers={"If-Match": tag})
    assert (moved.status_code, moved.json()["day"], moved.json()["note"]) == (200, to, "lunch")
    assert alice_api.patch(address, {"note": ""}, format="json", headers={"If-Match": tag}).status_code == 412
    refused = alice_api.patch(address, {"day": there.day.isoformat()}, format="json")
    assert refused.status_code == 400 and "day" in refused.json()["errors"]
    assert alice_api.patch(address, {}, format="json").status_code == 400
    assert alice_api.patch(address, {"day": "2026-02-30"}, format="json").status_code == 400
    plan.refresh_from_db()
    assert (plan.day.isoformat(), plan.note) == (to, "lunch")
    assert charlie_api.patch(address, {"note": "x"}, format="json").status_code == 404


def test_what_rests_is_listed_and_answered_and_the_answer_taken_back(
    alice_api: APIClient, charlie_api: APIClient, alice: User
) -> None:
    old = garment_of(alice, created_at=timezone.now() - timedelta(days=400), name="Old coat")
    garment_of(alice)
    address = reverse("api-resting")
    (row,) = alice_api.get(address).json()["results"]
    assert (row["garment"]["id"], row["unworn_since"]) == (old.pk, (TODAY - timedelta(days=400)).isoformat())
    assert charlie_api.get(address).json()["count"] == 0
    assert charlie_api.post(address, {"ids": [old.pk], "answer": "sell"}, format="json").json()["ids"] == []
    assert alice_api.post(address, {"ids": [old.pk], "answer": "burn"}, format="json").status_code == 400
    done = alice_api.post(address, {"ids": [old.pk], "answer": "sell"}, format="json").json()
    old.refresh_from_db()
    assert (done["ids"], old.state, old.archive_reason) == ([old.pk], "archived", "sell")
    assert alice_api.post(reverse("api-garments-undo"), {"undo": done["undo"]}, format="json").status_code == 200
    old.refresh_from_db()
    assert old.state == Garment.State.READY
    alice_api.post(address, {"ids": [old.pk], "answer": "keep"}, format="json")
    assert alice_api.get(address).json()["count"] == 0


def test_notices_are_told_in_the_readers_language_and_read(
    alice_api: APIClient, charlie_api: APIClient, alice: User
) -> None:
    notice_add(owner=alice, kind=Notice.Kind.LAUNDRY, day=TODAY, params={"count": 6})
    (told,) = alice_api.get(reverse("api-notices"), headers={"Accept-Language": "ko"}).json()["results"]
    assert "6" in told["text"] and "빨래통" in told["text"]
    assert (told["kind"], told["is_read"], told["page_url"].startswith("http")) == ("laundry", False, True)
    assert charlie_api.get(reverse("api-notices")).json()["count"] == 0
    assert charlie_api.post(reverse("api-notices-read")).json() == {"count": 0}
    assert alice_api.post(reverse("api-notices-read")).json() == {"count": 1}
    assert alice_api.get(reverse("api-notices")).json()["results"][0]["is_read"]


def test_another_days_outfits_are_dressed_for_that_days_weather(
    alice_api: APIClient, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender.services import outfits

    for number, slug in enumerate(("knit", "jeans", "boots", "coat", "t-shirt", "shorts"), 1):
        garment(alice, slug, vector=number)
    Profile.objects.filter(user=alice).update(city="Seoul")
    days: list[Any] = []
    real = outfits.weather_for
    monkeypatch.setattr(outfits, "weather_for", lambda **how: days.append(how.get("day")) or real(**how))
    day = TODAY + timedelta(days=3)
    assert alice_api.get(reverse("api-today"), {"day": day.isoformat()}).status_code == 200
    assert days == [day]
