"""What a member does with garments: find, correct, look after, throw away and take back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Brand, Kind
from closet.demo import samples_hang
from closet.facts import fields_shown
from closet.filters import GarmentFilter, garment_facets
from closet.models import Garment, OwnKind, User
from closet.services.garments import (
    garment_edit,
    garment_lookalikes,
    garments_change,
    garments_correct,
    garments_purge,
    garments_set,
    garments_undo,
)
from closet.services.illustrations import garment_illustrate, illustration_bytes
from closet.services.wear import wear_add, wear_remove
from tests.closet.closets import closet_of, garment_of, photo_of

pytestmark = pytest.mark.django_db


def found(owner: User, query: str) -> set[str]:
    """Kinds of the owner's garments that a query string finds."""
    filters = GarmentFilter(QueryDict(query), queryset=Garment.objects.owned_by(owner).present())
    return {garment.kind.slug for garment in filters.page_qs.for_cards()}


# --- Finding ------------------------------------------------------------
@pytest.fixture
def wardrobe(alice: User) -> None:
    garment_of(alice, "cardigan", "navy", brand_name="Mole & Co", place="hall")
    garment_of(alice, "jeans", "navy", seasons=["spring"], material="denim", fits="tight")
    garment_of(alice, "t-shirt", "red", seasons=["summer"], is_favourite=True, name="Lucky one")
    garment_of(alice, "coat", "beige", seasons=["winter"], state="laundry")
    garment_of(alice, "heels", "black", state="archived")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", {"cardigan", "jeans", "t-shirt", "coat"}),
        ("state=archived", {"heels"}),
        ("state=laundry&state=archived", {"coat", "heels"}),
        ("slot=outer", {"cardigan", "coat"}),
        ("kind=jeans&kind=coat", {"jeans", "coat"}),
        ("colour=navy", {"cardigan", "jeans"}),
        ("colour=navy&season=autumn", {"cardigan"}),
        ("favourite=true", {"t-shirt"}),
        ("brand=Mole+%26+Co", {"cardigan"}),
        ("fits=tight", {"jeans"}),
        ("q=cardigan", {"cardigan"}),
        ("q=카디건", {"cardigan"}),
        ("q=navy", {"cardigan", "jeans"}),
        ("q=남색", {"cardigan", "jeans"}),
        ("q=빨간색+티셔츠", {"t-shirt"}),
        ("q=lucky", {"t-shirt"}),
        ("q=hall", {"cardigan"}),
        ("q=데님", {"jeans"}),
        ("q=겨울", {"coat"}),
        ("q=navy+winter", set()),
        ("q=100%25", set()),
        ("colour=plaid", set()),
        ("kind=no-such", set()),
    ],
)
def test_a_closet_is_filtered_by_what_people_say(wardrobe: None, alice: User, query: str, kinds: set[str]) -> None:
    assert found(alice, query) == kinds


def test_a_kind_of_the_shop_answers_for_its_parent(alice: User) -> None:
    coat = Kind.objects.get(slug="coat")
    duffle = Kind.objects.create(slug="duffle", parent=coat, slot=coat.slot, name_en="Duffle coat", name_ko="더플코트")
    Garment.objects.create(owner=alice, kind=duffle)
    assert found(alice, "kind=coat") == {"duffle"}


def test_sorting_puts_cost_per_wear_of_what_was_never_worn_last(alice: User) -> None:
    dear = garment_of(alice, "coat", price=Decimal(300), wears=3)
    cheap = garment_of(alice, "jeans", price=Decimal(50), wears=50)
    never = garment_of(alice, "heels", price=Decimal(900))
    filters = GarmentFilter(QueryDict("sort=cost-per-wear"), queryset=Garment.objects.owned_by(alice))
    assert list(filters.qs) == [dear, cheap, never]


def test_counts_say_what_a_chip_would_leave(wardrobe: None, alice: User) -> None:
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    mine = Garment.objects.owned_by(alice).present()
    facets = garment_facets(GarmentFilter(QueryDict("colour=navy"), queryset=mine), kinds)
    counts = {name: {f.value: f.count for f in group} for name, group in facets.groups.items()}
    assert facets.found == 2
    assert counts["kind"] == {"cardigan": 1, "jeans": 1}
    assert counts["colour"] == {"navy": 2, "red": 1, "beige": 1}  # its own filter aside; the archive stays out
    assert counts["season"] == {"spring": 1, "autumn": 1}
    archived = garment_facets(GarmentFilter(QueryDict(""), queryset=mine), kinds).groups["state"]
    assert {f.value: f.count for f in archived}["archived"] == 1


# --- Correcting ------------------------------------------------------------
def test_every_field_the_owner_sets_is_theirs(alice: User) -> None:
    garment = garment_of(alice, "cardigan", confidences={"kind": 0.4})
    garment_edit(garment=garment, changes={"kind": Kind.objects.get(slug="knit"), "price": Decimal("39.90")})
    garment.refresh_from_db()
    assert garment.owner_fields == ["kind", "price"]
    assert garment.warmth == garment.kind.warmth  # follows the kind until the owner says otherwise
    assert "winter" in garment.seasons and "summer" not in garment.seasons
    garment_edit(garment=garment, changes={"warmth": 0.9})
    garment_edit(garment=garment, changes={"kind": Kind.objects.get(slug="t-shirt")})
    garment.refresh_from_db()
    assert garment.warmth == 0.9
    assert garment.seasons == ["winter"]  # so warm a thing, whatever it is
    garment_edit(garment=garment, changes={"seasons": ["autumn"]})
    garment_edit(garment=garment, changes={"kind": Kind.objects.get(slug="shorts")})
    garment.refresh_from_db()
    assert garment.seasons == ["autumn"]
    garment_edit(garment=garment, changes={"state": "laundry"})
    assert "state" not in garment.owner_fields


@pytest.mark.parametrize(
    "changes",
    [
        {"colour_names": ["plaid"]},
        {"seasons": ["monsoon"]},
        {"warmth": 2},
        {"styles": {"casual": "much"}},
        {"measures": {"chest": 5}},
        {"measures": {"wing": 500}},
        {"price": Decimal(-1)},
        {"currency": "XXX"},
        {"wears": 100},
        {"owner_id": 1},
        {"pattern": "plasma"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(alice: User, changes: dict[str, Any]) -> None:
    garment = garment_of(alice)
    with pytest.raises(ValidationError):
        garment_edit(garment=garment, changes=changes)
    again = Garment.objects.get(pk=garment.pk)
    assert again.owner_fields == []
    assert again.colour_names == ["navy"]


def test_a_known_brand_is_linked_in_either_language(alice: User) -> None:
    brand = Brand.objects.create(slug="mole", name_en="Mole", name_ko="두더지")
    garment = garment_edit(garment=garment_of(alice), changes={"brand_name": " 두더지 "})
    assert (garment.brand, garment.brand_name) == (brand, "두더지")
    assert garment_edit(garment=garment, changes={"brand_name": "my aunt"}).brand is None


def test_correcting_offers_those_that_share_the_mistake(alice: User, bob: User) -> None:
    garment, twin = garment_of(alice, "cardigan", "navy"), garment_of(alice, "cardigan", "navy")
    garment_of(alice, "cardigan", "red")  # looks different
    garment_of(alice, "cardigan", "navy", owner_fields=["kind"])  # its owner is sure
    garment_of(bob, "cardigan", "navy")
    before = garment.kind
    knit = Kind.objects.get(slug="knit")
    garment_edit(garment=garment, changes={"kind": knit})
    alike = garment_lookalikes(garment=garment, field="kind", before=before)
    assert alike == [twin]
    assert garments_correct(owner=alice, ids=[g.pk for g in Garment.objects.all()], field="kind", value=knit)
    assert set(Garment.objects.owned_by(bob).values_list("kind__slug", flat=True)) == {"cardigan"}


# --- Many at once ------------------------------------------------------------
def test_a_bulk_change_is_taken_back_to_what_each_was(alice: User, bob: User) -> None:
    ready, lent = garment_of(alice), garment_of(alice, state="lent")
    others = garment_of(bob)
    change = garments_change(owner=alice, action="state", ids=[ready.pk, lent.pk, others.pk], value="laundry")
    assert sorted(change.ids) == [ready.pk, lent.pk]
    garments_undo(owner=alice, steps=[step.as_json() for step in change.undo])
    for garment, state in ((ready, "ready"), (lent, "lent"), (others, "ready")):
        garment.refresh_from_db()
        assert garment.state == state


def test_kind_colour_season_and_place_of_many_are_set_and_taken_back(alice: User, bob: User) -> None:
    one, two, theirs = garment_of(alice, "shirt"), garment_of(alice, "blouse"), garment_of(bob, "shirt")
    one.place = "hall"
    one.save()
    ids = [one.pk, two.pk, theirs.pk]
    as_they_were = [(g.kind.slug, g.warmth, g.formality, g.seasons, g.place, g.owner_fields) for g in (one, two)]
    steps = []
    for field, value in (("kind", Kind.objects.get(slug="coat")), ("seasons", ["winter"]), ("place", "attic")):
        change = garments_set(owner=alice, ids=ids, field=field, value=value)
        assert change.ids == [one.pk, two.pk]
        steps = [step.as_json() for step in change.undo] + steps
    one.refresh_from_db()
    assert (one.kind.slug, one.warmth, one.place) == ("coat", one.kind.warmth, "attic")
    assert {"kind", "seasons", "place"} <= set(one.owner_fields)
    assert garments_set(owner=alice, ids=ids, field="place", value="attic").ids == []
    garments_undo(owner=alice, steps=steps)
    back = [Garment.objects.get(pk=pk) for pk in (one.pk, two.pk)]
    assert [(g.kind.slug, g.warmth, g.formality, g.seasons, g.place, g.owner_fields) for g in back] == as_they_were
    theirs.refresh_from_db()
    assert theirs.kind.slug == "shirt"


MADE_UP = ["", "{}", "[]", '{"owned": 1}', '{"kind": "no-such", "owned": 0}', '{"price": 1, "owned": 0}']


@pytest.mark.parametrize("value", MADE_UP)
def test_a_made_up_undo_changes_nothing(alice: User, value: str) -> None:
    thing = garment_of(alice)
    with pytest.raises(ValidationError):
        garments_undo(owner=alice, steps=[{"action": "was", "value": value, "ids": [thing.pk]}])


def test_the_bar_sets_a_field_of_what_is_selected(as_alice: Client, alice: User) -> None:
    one, two = garment_of(alice), garment_of(alice)
    sent = {"id": [one.pk, two.pk], "seasons": ["spring", "autumn"], "kind": "", "place": ""}
    page = as_alice.post(reverse("closet:garments_bulk"), {**sent, "action": "set:seasons"}, follow=True)
    assert "2 garments changed" in page.content.decode()
    assert [g.seasons for g in Garment.objects.all()] == [["spring", "autumn"]] * 2
    refused = as_alice.post(
        reverse("closet:garments_bulk"), {**sent, "action": "set:kind"}, headers={"HX-Request": "true"}
    )
    assert (refused.status_code, refused.json()["message"]) == (400, "Choose what it is.")


def test_an_own_category_is_a_filter_and_says_the_kind(
    as_alice: Client, as_charlie: Client, alice: User, bob: User
) -> None:
    page = reverse("closet:own_kinds")
    sent = {"parent": "leggings", "name_en": "Gym leggings", "name_ko": "운동 레깅스"}
    as_alice.post(page, sent)
    mine = OwnKind.objects.get()
    assert as_alice.post(page, sent).status_code == 422
    assert as_alice.post(page, {"parent": "leggings"}).status_code == 422
    thing, other = garment_of(alice, "trousers"), garment_of(alice)
    garment_edit(garment=thing, changes={"own_kind": mine})
    assert (thing.kind.slug, thing.own_kind.name) == ("leggings", "Gym leggings")
    shelf = as_alice.get(reverse("closet:home"), {"own": mine.pk}).context
    assert [g.pk for g in shelf["garments"]] == [thing.pk]
    assert [(f.label, f.count, f.chosen) for f in shelf["groups"]["own"]] == [("Gym leggings", 1, True)]
    with pytest.raises(ValidationError):
        garment_edit(garment=garment_of(bob), changes={"own_kind": mine})
    assert as_charlie.post(reverse("closet:own_kind_delete", args=[mine.pk])).status_code == 404
    garment_edit(garment=thing, changes={"kind": other.kind})
    assert thing.own_kind is None, "another kind is no gym leggings"
    as_alice.post(reverse("closet:own_kind_delete", args=[mine.pk]))
    assert not OwnKind.objects.exists()


def test_numbers_tell_colours_seasons_brands_growth_and_value(as_alice: Client, alice: User) -> None:
    thing = garment_of(alice)
    garment_edit(garment=thing, changes={"brand_name": "Onmaru", "price": 30_000, "quantity": 3, "seasons": ["winter"]})
    page = as_alice.get(reverse("closet:stats"))
    stats = page.context
    assert stats["value"] == [("KRW", 90_000)]
    assert [(brand["name"], brand["count"]) for brand in stats["brands"]] == [("Onmaru", 1)]
    assert {s["slug"]: s["count"] for s in stats["seasons"]} == {"spring": 0, "summer": 0, "autumn": 0, "winter": 1}
    assert (stats["growth"].last.text, stats["worth"].last.text) == ("3", "₩90,000")
    assert len(stats["wheel"].dots) == 1
    assert "wheel__dot" in page.content.decode()


def test_deleting_is_into_a_bin_that_is_emptied_after_a_month(alice: User) -> None:
    kept, gone = garment_of(alice, pictured=True), garment_of(alice, pictured=True)
    change = garments_change(owner=alice, action="delete", ids=[kept.pk, gone.pk])
    assert not Garment.objects.owned_by(alice).present().exists()
    garments_undo(owner=alice, steps=[change.undo[0]._replace(ids=[kept.pk]).as_json()])
    assert list(Garment.objects.owned_by(alice).present()) == [kept]
    assert garments_purge() == 0
    Garment.objects.filter(pk=gone.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert garments_purge() == 1
    assert list(Garment.objects.all()) == [kept]


# --- Wearing ------------------------------------------------------------
def test_twice_the_same_day_is_once(alice: User, bob: User) -> None:
    garment, others = garment_of(alice), garment_of(bob)
    today = timezone.localdate()
    for _again in range(2):
        wear_add(owner=alice, garment_ids=[garment.pk, others.pk], worn_on=today)
    wear_add(owner=alice, garment_ids=[garment.pk], worn_on=today - timedelta(days=3))
    garment.refresh_from_db()
    assert (garment.wears, garment.last_worn_on) == (2, today)
    wear_remove(owner=alice, garment_ids=[garment.pk], worn_on=today)
    garment.refresh_from_db()
    assert (garment.wears, garment.last_worn_on) == (1, today - timedelta(days=3))
    others.refresh_from_db()
    assert others.wears == 0
    with pytest.raises(ValidationError):
        wear_add(owner=alice, garment_ids=[garment.pk], worn_on=today + timedelta(days=5))


# --- Illustrations ------------------------------------------------------------
def test_an_illustrated_garment_hangs_with_pictures_and_its_owners_word(alice: User) -> None:
    garment = garment_illustrate(owner=alice, silhouette="t-shirt", colour="red", pattern="stripe")
    assert garment.kind.slug == "t-shirt"
    assert {"kind", "colour_names", "pattern"} <= set(garment.owner_fields)
    with garment.cutout_small.open() as stored, Image.open(stored) as small:
        assert small.mode == "RGBA"
        assert max(small.size) == 256
    with pytest.raises(ValidationError):
        garment_illustrate(owner=alice, silhouette="toga", colour="red")


def test_choices_are_illustrated_as_they_are_picked(as_alice: Client) -> None:
    url = reverse("closet:garment_preview")
    shown = as_alice.get(url, {"silhouette": "shirt", "colour": "mint", "pattern": "dot"})
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)
    assert as_alice.get(url, {"silhouette": "toga", "colour": "mint"}).status_code == 404


def test_a_closet_drawn_by_the_renderer_is_illustrated_alike(as_alice: Client, alice: User) -> None:
    """What `Garment.drawing` kept before silhouettes were assets is what it keeps now."""
    stored = {"silhouette": "cable-knit", "colour": "ivory", "pattern": "solid", "material": "knit", "seed": 5}
    garment = garment_of(alice, drawing=stored)
    garment.refresh_from_db()
    picture = Image.open(io.BytesIO(illustration_bytes(garment.drawing, size=256)))
    assert picture.mode == "RGBA" and picture.getchannel("A").getbbox()


def test_samples_are_hung_once(alice: User) -> None:
    hung = samples_hang(owner=alice)
    assert len(hung) == 10 and all(garment.drawing["sample"] and garment.price for garment in hung)
    assert [garment.pk for garment in samples_hang(owner=alice)] == [garment.pk for garment in hung]


def test_a_web_process_that_illustrates_loads_no_scientific_library() -> None:
    code = (
        "import django, sys; django.setup(); "
        "from closet.services.illustrations import illustration_bytes, illustration_check; "
        "illustration_bytes(illustration_check(silhouette='shirt', colour='navy', pattern='check'), size=256); "
        "print([name for name in ('scipy', 'skimage', 'cv2', 'training') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- Pages ------------------------------------------------------------
@pytest.mark.parametrize("count", [3, 300])
def test_the_closet_page_costs_the_same_with_3_garments_as_with_300(
    as_alice: Client, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    closet_of(alice, count)
    with django_assert_max_num_queries(7):
        response = as_alice.get(reverse("closet:home"))
    assert response.status_code == 200


@pytest.mark.parametrize("count", [3, 300])
def test_a_filtered_closet_page_stays_within_twelve_queries(
    as_alice: Client, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    closet_of(alice, count)
    url = reverse("closet:home") + "?q=navy&kind=coat&colour=navy&season=winter&sort=cost-per-wear&brand=Brand+1"
    with django_assert_max_num_queries(12):
        assert as_alice.get(url).status_code == 200


@pytest.mark.parametrize("count", [3, 300])
def test_the_garment_page_costs_the_same_in_any_closet(
    as_alice: Client, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    closet_of(alice, count)
    garment = garment_of(alice, photo=photo_of(alice), pictured=True)
    with django_assert_max_num_queries(10):
        response = as_alice.get(reverse("closet:garment", args=[garment.pk]))
    assert response.status_code == 200


def test_a_page_further_down_holds_all_before_it_and_a_fragment_only_itself(as_alice: Client, alice: User) -> None:
    closet_of(alice, 100)
    page = as_alice.get(reverse("closet:home") + "?page=2").content.decode()
    assert page.count('class="tile garment-card') == 48
    headers = {"HX-Request": "true", "HX-Target": "more"}
    fragment = as_alice.get(reverse("closet:home") + "?page=2", headers=headers).content.decode()
    assert fragment.count('class="tile garment-card') == 24
    assert "<html" not in fragment


def test_an_empty_closet_shows_the_ways_in(as_alice: Client) -> None:
    page = as_alice.get(reverse("closet:home")).content.decode()
    assert reverse("closet:photos") in page
    assert reverse("closet:garment_new") in page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_of_the_closet_opens_in_both_languages(as_alice: Client, alice: User, language: str) -> None:
    photo = photo_of(alice)
    garment = garment_of(
        alice, photo=photo, pictured=True, confidences={"kind": 0.4, "pattern": 0.7}, measures={"chest": 520}, price=10
    )
    wear_add(owner=alice, garment_ids=[garment.pk], worn_on=timezone.localdate())
    pages = [
        reverse(f"closet:{name}") for name in ("home", "garment_new", "calendar", "stats", "outfits", "outfit_new")
    ] + [reverse(f"closet:{name}", args=[garment.pk]) for name in ("garment", "garment_edit", "garment_mask")]
    pages.append(reverse("closet:photo_paint", args=[photo.pk]))
    for page in pages:
        response = as_alice.get(page, headers={"Accept-Language": language})
        assert response.status_code == 200, page


def test_a_doubt_is_asked_and_confirmed_with_one_tap(as_alice: Client, alice: User) -> None:
    garment = garment_of(alice, confidences={"kind": 0.6})
    with translation.override("en"):
        page = as_alice.get(reverse("closet:garment", args=[garment.pk])).content.decode()
        assert "probably cardigan?" in page
        as_alice.post(reverse("closet:garment_confirm", args=[garment.pk, "kind"]))
        assert "probably" not in as_alice.get(reverse("closet:garment", args=[garment.pk])).content.decode()
    garment.refresh_from_db()
    assert garment.owner_fields == ["kind"]


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        ("name", {"name": "Sunday"}, "Sunday"),
        ("colour_names", {"colour_names": ["red", "navy"]}, ["navy", "red"]),
        ("seasons", {"seasons": ["winter"]}, ["winter"]),
        ("sleeve", {"sleeve": "short"}, "short"),
        ("length", {"length": "knee"}, "knee"),
        ("collar", {"collar": "band"}, "band"),
        ("cut", {"cut": "slim"}, "slim"),
        ("closure", {"closure": "zip"}, "zip"),
        ("warmth", {"warmth": "0.8"}, 0.8),
        ("brand_name", {"brand_name": "Mole"}, "Mole"),
        ("price", {"price": "39000", "currency": "KRW"}, Decimal("39000.00")),
        ("measures", {"measure-chest": "52", "measure-sleeve": "60.5"}, {"chest": 520, "sleeve": 605}),
        ("fits", {"fits": "loose"}, "loose"),
        ("state", {"state": "lent"}, "lent"),
        ("notes", {"notes": "<b>"}, "<b>"),
    ],
)
def test_each_field_is_edited_in_place(as_alice: Client, alice: User, field: str, sent: Any, expected: Any) -> None:
    garment = garment_of(alice)
    url = reverse("closet:garment_field", args=[garment.pk, field])
    assert as_alice.get(f"{url}?edit", headers={"HX-Request": "true"}).status_code == 200
    response = as_alice.post(url, sent, headers={"HX-Request": "true"})
    assert response.status_code == 200
    value = getattr(Garment.objects.get(pk=garment.pk), field)
    assert (sorted(value) if field == "colour_names" else value) == expected


def test_a_kind_is_asked_only_for_the_attributes_it_has(as_alice: Client, alice: User) -> None:
    shirt, dress, boots = (garment_of(alice, kind, collar="band") for kind in ("shirt", "dress", "boots"))
    shown = {garment.kind.slug: set(fields_shown(garment)) for garment in (shirt, dress, boots)}
    assert {"sleeve", "collar", "cut", "closure"} <= shown["shirt"] and "length" not in shown["shirt"]
    assert {"sleeve", "length", "cut", "closure"} <= shown["dress"] and "collar" not in shown["dress"]
    assert not {"sleeve", "length", "collar", "cut", "closure"} & shown["boots"]
    form = as_alice.get(reverse("closet:garment_edit", args=[boots.pk])).context["form"]
    assert "collar" not in form.fields and "material" in form.fields


def test_a_closet_is_filtered_by_attributes(as_alice: Client, alice_api: APIClient, alice: User) -> None:
    banded = garment_of(alice, "shirt", collar="band", sleeve="long")
    garment_of(alice, "shirt", collar="notched", sleeve="short")
    for asked in ("collar=band", "sleeve=long&collar=band&collar=notched"):
        told = alice_api.get(f"/api/v1/garments/?{asked}").json()["results"]
        assert [one["id"] for one in told] == [banded.pk] and told[0]["collar"] == "band"
    page = as_alice.get(reverse("closet:home") + "?collar=band").content.decode()
    assert 'name="collar"' in page and 'name="closure"' not in page


def test_a_material_that_the_new_kind_rules_out_goes_but_the_owners_word_stays(alice: User) -> None:
    guessed, told = garment_of(alice, "jeans", material="denim"), garment_of(alice, "jeans", material="denim")
    garment_edit(garment=told, changes={"material": "denim"})
    for garment in (guessed, told):
        garment_edit(garment=garment, changes={"kind": Kind.objects.get(slug="boots")})
    assert (guessed.material, told.material) == ("", "denim")


def test_measures_are_typed_in_the_members_unit(as_alice: Client, alice: User) -> None:
    alice.profile.units = "imperial"
    alice.profile.save()
    garment = garment_of(alice)
    url = reverse("closet:garment_field", args=[garment.pk, "measures"])
    as_alice.post(url, {"measure-chest": "20.5"})
    assert Garment.objects.get(pk=garment.pk).measures == {"chest": 521}
    assert 'value="20.5"' in as_alice.get(f"{url}?edit", headers={"HX-Request": "true"}).content.decode()
    bad = as_alice.post(url, {"measure-chest": "400"}, headers={"HX-Request": "true"})
    assert bad.status_code == 422


def test_the_full_form_claims_only_what_changed(as_alice: Client, alice: User) -> None:
    garment = garment_of(alice, formality=0.5, warmth=0.28)
    url = reverse("closet:garment_edit", args=[garment.pk])
    form = as_alice.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    sent |= {"notes": "mended", "kind": garment.kind_id}
    assert as_alice.post(url, sent).status_code == 302
    garment.refresh_from_db()
    assert garment.owner_fields == ["notes"]


def test_bulk_delete_on_the_page_leaves_a_way_back_without_script(as_alice: Client, alice: User) -> None:
    garment = garment_of(alice)
    page = as_alice.post(reverse("closet:garments_bulk"), {"action": "delete", "id": garment.pk}, follow=True)
    undo = next(part for part in page.content.decode().split('action="') if part.startswith("/closet/undo/"))
    as_alice.post(undo.split('"')[0])
    garment.refresh_from_db()
    assert garment.deleted_at is None


def test_bulk_by_htmx_answers_a_toast_with_undo(as_alice: Client, alice: User) -> None:
    garment = garment_of(alice)
    sent = {"action": "state:laundry", "id": garment.pk}
    response = as_alice.post(reverse("closet:garments_bulk"), sent, headers={"HX-Request": "true"})
    events = json.loads(response["HX-Trigger"])
    assert response.status_code == 204
    assert "closet-changed" in events
    undone = as_alice.post(events["toast"]["undo"]["url"], headers={"HX-Request": "true"})
    assert undone.status_code == 204
    garment.refresh_from_db()
    assert garment.state == "ready"


def test_the_way_back_never_leads_elsewhere(as_alice: Client, alice: User) -> None:
    sent = {"action": "delete", "id": garment_of(alice).pk, "next": "https://evil.example/"}
    assert as_alice.post(reverse("closet:garments_bulk"), sent)["Location"] == reverse("closet:home")


GARMENT_PAGES = ["garment", "garment_edit", "garment_mask", "garment_progress"]
GARMENT_POSTS = ["garment_edit", "garment_favourite", "garment_mask", "garment_again", "garment_worn", "garment_share"]


def test_others_find_nothing(as_charlie: Client, alice: User) -> None:
    garment = garment_of(alice, photo=photo_of(alice))
    for name in GARMENT_PAGES:
        assert as_charlie.get(reverse(f"closet:{name}", args=[garment.pk])).status_code == 404, name
    for name in GARMENT_POSTS:
        assert as_charlie.post(reverse(f"closet:{name}", args=[garment.pk])).status_code == 404, name
    for name in ("garment_field", "garment_confirm"):
        assert as_charlie.post(reverse(f"closet:{name}", args=[garment.pk, "kind"])).status_code == 404, name
    as_charlie.post(reverse("closet:garments_bulk"), {"action": "delete", "id": garment.pk})
    sent = {"field": "pattern", "value": '"dot"', "id": garment.pk}
    as_charlie.post(reverse("closet:garments_alike"), sent)
    garment.refresh_from_db()
    assert garment.deleted_at is None
    assert garment.pattern == "solid"
