"""What one does with an outfit of the day: keep it, plan it, wear it, and take that back."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from closet.models import Outfit, Plan, User, Wear
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def worn(alice: User) -> list[int]:
    return [garment(alice, kind, "navy").pk for kind in ("shirt", "jeans", "sneakers")]


def toast(answer: Any) -> dict[str, Any]:
    return json.loads(answer["HX-Trigger"])["toast"]


def test_the_page_shows_each_outfit_as_one_picture(worn: list[int], as_alice: Client) -> None:
    page = as_alice.get("/today/?temperature=18").content.decode()
    assert page.count('<ul class="collage"') == page.count('<article class="outfit"') >= 1
    assert all(f'href="/closet/{pk}/"' in page for pk in worn)


def test_conditions_are_told_in_words_while_they_are_folded(worn: list[int], as_alice: Client) -> None:
    page = as_alice.get("/today/?occasion=work&temperature=8&rain=on").content.decode()
    _, said = page.split('id="day-said"', 1)
    said, _ = said.split("</summary>", 1)
    assert "8°" in said and "Rain" in said


def test_an_outfit_is_kept_once_and_lies_as_it_was_shown(worn: list[int], as_alice: Client, alice: User) -> None:
    first = as_alice.post("/today/keep/", {"garments": worn}, headers=HTMX)
    kept = Outfit.objects.get(owner=alice)
    assert {item.garment_id for item in kept.items.all()} == set(worn)
    assert len({(item.x, item.y) for item in kept.items.all()}) == 3
    assert as_alice.post("/today/keep/", {"garments": worn}, headers=HTMX).status_code == 200
    assert Outfit.objects.filter(owner=alice).count() == 1
    assert as_alice.post(toast(first)["undo"]["url"], headers=HTMX).status_code == 204
    assert not Outfit.objects.filter(owner=alice).exists()


def test_an_outfit_is_planned_and_taken_off_again(worn: list[int], as_alice: Client, alice: User) -> None:
    day = timezone.localdate() + timedelta(days=2)
    said = as_alice.post("/today/keep/", {"garments": worn, "plan": "1", "day": day.isoformat()}, headers=HTMX)
    assert Plan.objects.get(owner=alice).day == day
    as_alice.post(toast(said)["undo"]["url"], headers=HTMX)
    assert not Plan.objects.exists()


def test_a_day_that_is_none_plans_nothing(worn: list[int], as_alice: Client) -> None:
    said = as_alice.post("/today/keep/", {"garments": worn, "plan": "1", "day": "2026-02-30"}, headers=HTMX)
    assert said.status_code == 400 and said.json()["message"]
    assert not Outfit.objects.exists()


def test_wearing_is_taken_back_but_for_what_was_logged_before(worn: list[int], as_alice: Client, alice: User) -> None:
    as_alice.post("/today/worn/", {"garments": worn[:1]}, headers=HTMX)
    said = as_alice.post("/today/worn/", {"garments": worn}, headers=HTMX)
    assert Wear.objects.count() == 3
    as_alice.post(toast(said)["undo"]["url"], headers=HTMX)
    assert [wear.garment_id for wear in Wear.objects.all()] == worn[:1]


def test_nothing_of_others_is_kept_or_worn(worn: list[int], as_charlie: Client) -> None:
    assert as_charlie.post("/today/keep/", {"garments": worn}, headers=HTMX).status_code == 400
    as_charlie.post("/today/worn/", {"garments": worn}, headers=HTMX)
    assert not Outfit.objects.exists() and not Wear.objects.exists()


def test_without_script_the_page_comes_back_with_the_sentence(worn: list[int], as_alice: Client) -> None:
    page = as_alice.post("/today/worn/", {"garments": worn}, follow=True)
    assert page.redirect_chain[0][0] == "/today/" and "Logged as worn today." in page.content.decode()


def test_a_garment_page_shows_a_whole_outfit_with_it(worn: list[int], as_alice: Client) -> None:
    page = as_alice.get(f"/closet/{worn[0]}/goes-with/").content.decode()
    assert page.count('<ul class="collage"') == 1 and 'formaction="/today/worn/"' in page
    assert '<ul class="collage"' not in as_alice.get(f"/closet/{worn[0]}/goes-with/?scope=catalogue").content.decode()


def test_taste_leans_the_choice_and_a_mood_overrules_it() -> None:
    from recommender.stylist.pieces import STYLE_SLUGS
    from recommender.stylist.rules.context import Context

    assert Context().wanted_mood is None
    leaning = Context(taste=("chic", "street")).wanted_mood
    assert leaning is not None and leaning[STYLE_SLUGS.index("chic")] == 0.5 and leaning.sum() == 1
    asked = Context(mood="formal", taste=("chic",)).wanted_mood
    assert asked is not None and asked[STYLE_SLUGS.index("formal")] == 1
