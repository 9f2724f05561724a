"""One calendar: plans, wears and photos of a day; every change of it can be taken back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from closet.models import Garment, Outfit, Plan, User, Wear
from closet.services.wear import wear_add
from tests.closet.closets import garment_of, outfit_of, photo_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DAY = date(2026, 3, 10)


@pytest.fixture
def outfit(alice: User) -> Outfit:
    return outfit_of(alice, garment_of(alice, pictured=True), garment_of(alice, "jeans", pictured=True))


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"closet:{name}", args=args), data, headers=HTMX)


def undone(client: Client, answer: Any) -> None:
    """Presses the undo of the toast."""
    to = json.loads(answer["HX-Trigger"])["toast"]["undo"]["url"]
    assert client.post(to, headers=HTMX).status_code == 204


def days() -> list[date]:
    return list(Plan.objects.order_by("day").values_list("day", flat=True))


@pytest.mark.parametrize("view", ["month", "week"])
def test_the_calendar_opens_on_today_with_plans_wears_and_the_photo(
    as_alice: Client, alice: User, outfit: Outfit, view: str
) -> None:
    today = timezone.localdate()
    Plan.objects.create(owner=alice, outfit=outfit, day=today, note="lunch with Bob")
    shoes = garment_of(alice, "sneakers", name="Old sneakers")
    wear_add(owner=alice, garment_ids=[shoes.pk], worn_on=today)
    photo_of(alice, worn_on=today)
    page = as_alice.get(reverse("closet:calendar"), {"view": view}).content.decode()
    assert f'id="day-{today:%Y-%m-%d}"' in page and 'aria-current="date"' in page
    assert "lunch with Bob" in page and "Old sneakers" in page and "The photo of the day" in page


def test_any_day_can_be_opened_and_nonsense_is_today(as_alice: Client) -> None:
    assert "Nothing noted for this day" in as_alice.get(reverse("closet:calendar"), {"day": DAY}).content.decode()
    for odd in ("yesterday", "2026-13-40", "0000-01-01", "2199-12-31"):
        assert as_alice.get(reverse("closet:calendar"), {"day": odd}).status_code == 200
    assert as_alice.get(reverse("closet:wear_log")).headers["Location"] == reverse("closet:calendar")


def test_a_plan_is_made_moved_repeated_and_taken_off_each_with_undo(
    as_alice: Client, alice: User, outfit: Outfit
) -> None:
    made = post(as_alice, "plan_add", outfit=outfit.pk, day="2026-03-10", note="meeting")
    assert days() == [DAY]
    plan = Plan.objects.get()
    moved = post(as_alice, "plan_move", plan.pk, day="2026-03-12")
    assert days() == [date(2026, 3, 12)] and Plan.objects.get().note == "meeting"
    undone(as_alice, moved)
    assert days() == [DAY] and Plan.objects.get().note == "meeting"
    plan = Plan.objects.get()
    repeated = post(as_alice, "plan_repeat", plan.pk, every=7, times=3)
    assert days() == [DAY + timedelta(days=7 * n) for n in range(4)]
    undone(as_alice, repeated)
    assert days() == [DAY]
    gone = post(as_alice, "plan_delete", plan.pk)
    assert not days()
    undone(as_alice, gone)
    assert days() == [DAY] and Plan.objects.get().note == "meeting"
    undone(as_alice, made)
    assert not days()


def test_moving_onto_the_same_outfit_makes_one_of_two(as_alice: Client, alice: User, outfit: Outfit) -> None:
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=DAY)
    Plan.objects.create(owner=alice, outfit=outfit, day=DAY + timedelta(days=1))
    moved = post(as_alice, "plan_move", plan.pk, day="2026-03-11")
    assert days() == [date(2026, 3, 11)]
    undone(as_alice, moved)
    assert days() == [DAY, date(2026, 3, 11)]


@pytest.mark.parametrize(("every", "times"), [("3", "2"), ("7", "0"), ("7", "500"), ("", ""), ("7", "-1")])
def test_a_plan_is_not_repeated_at_odd_intervals(
    as_alice: Client, alice: User, outfit: Outfit, every: str, times: str
) -> None:
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=DAY)
    assert post(as_alice, "plan_repeat", plan.pk, every=every, times=times).status_code == 400
    assert days() == [DAY]


def test_what_was_planned_was_worn_and_that_is_taken_back(as_alice: Client, alice: User, outfit: Outfit) -> None:
    one, _two = Garment.objects.order_by("pk")
    wear_add(owner=alice, garment_ids=[one.pk], worn_on=DAY)  # logged before: no business of the undo
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=DAY)
    worn = post(as_alice, "plan_worn", plan.pk)
    assert Wear.objects.filter(worn_on=DAY).count() == 2
    undone(as_alice, worn)
    assert Wear.objects.get().garment == one


def test_one_button_logs_and_takes_back_aloud(as_alice: Client, alice: User) -> None:
    garment = garment_of(alice)
    logged = post(as_alice, "garment_worn", garment.pk)
    assert "Noted as worn" in logged["HX-Trigger"]
    undone(as_alice, logged)
    assert not Wear.objects.exists()
    post(as_alice, "garment_worn", garment.pk)
    unlogged = post(as_alice, "garment_worn", garment.pk, remove=1)
    assert "Taken out of the log" in unlogged["HX-Trigger"] and not Wear.objects.exists()
    undone(as_alice, unlogged)
    assert Wear.objects.get().worn_on == timezone.localdate()
    out = post(as_alice, "day_unworn", garment=garment.pk, day=timezone.localdate().isoformat())
    assert not Wear.objects.exists()
    undone(as_alice, out)
    assert Garment.objects.get().wears == 1


def test_without_a_script_the_calendar_comes_back_with_a_message(as_alice: Client, alice: User, outfit: Outfit) -> None:
    form = {"outfit": outfit.pk, "day": "2026-03-10"}
    page = as_alice.post(reverse("closet:plan_add"), form, follow=True)
    assert page.redirect_chain[-1][0] == reverse("closet:calendar") + "?day=2026-03-10"
    assert "Planned." in page.content.decode() and "toast__undo" in page.content.decode()


def test_plans_of_others_are_as_absent(as_charlie: Client, alice: User, outfit: Outfit) -> None:
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=DAY)
    for name in ("plan_move", "plan_repeat", "plan_worn", "plan_delete"):
        assert post(as_charlie, name, plan.pk, day="2026-03-11", every=7, times=1).status_code == 404
    assert post(as_charlie, "plan_add", outfit=outfit.pk, day="2026-03-10").status_code == 404
    assert days() == [DAY]


def test_a_full_month_costs_no_more_than_an_empty_one(
    as_alice: Client, alice: User, outfit: Outfit, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        day = DAY + timedelta(days=number)
        Plan.objects.create(owner=alice, outfit=outfit, day=day)
        wear_add(owner=alice, garment_ids=Garment.objects.values_list("pk", flat=True), worn_on=day)
    with django_assert_max_num_queries(10):
        assert as_alice.get(reverse("closet:calendar"), {"day": DAY}).status_code == 200
