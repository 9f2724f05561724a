"""Heavy answers at 2,000 garments: kept for a closet as it is, reckoned anew once it changes, few at once a member."""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Garment, Measurement, Reaction, User, Zone
from closet.services.wear import wear_add
from recommender.index.versions import closet_version, looks_version
from recommender.models import GarmentEmbedding
from recommender.services import answers
from recommender.stylist.outfits.looks import LookOffer, Wearer, rank_looks
from recommender.stylist.pieces import Piece
from recommender.stylist.score.colour import palette_distance, palette_distances
from tests.wardrobe import garment, half, kind, look, palette, product, unit

MANY = 2000
KINDS = ("t-shirt", "shirt", "knit", "jeans", "trousers", "skirt", "coat", "jacket", "sneakers", "boots", "tote", "cap")


def wardrobe(owner: User, count: int) -> list[Garment]:
    kinds = [kind(slug) for slug in KINDS]
    rows = Garment.objects.bulk_create(
        Garment(
            owner=owner,
            kind=kinds[number % len(kinds)],
            colours=palette(("black", "navy", "red", "beige")[number % 4]),
            colour_names=["black"],
            formality=kinds[number % len(kinds)].formality,
            warmth=kinds[number % len(kinds)].warmth,
            styles={"casual": 1.0},
            measures={"chest": 520, "waist": 400} if number % 3 == 0 else {},
            wears=number % 7,
            price=number % 90 or None,
        )
        for number in range(count)
    )
    vectors = np.random.default_rng(0).normal(size=(count, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    key = answers.current_model_key()
    GarmentEmbedding.objects.bulk_create(
        GarmentEmbedding(garment=row, model_key=key, vector=half(vector))
        for row, vector in zip(rows, vectors, strict=True)
    )
    return rows


@pytest.mark.django_db
def test_a_kept_answer_is_reckoned_anew_after_every_change(alice: User) -> None:
    shirt = garment(alice, "shirt", "white", vector=1)
    asked = 0

    def reckon() -> int:
        nonlocal asked
        asked += 1
        return asked

    def answer(question: object = None) -> int:
        return answers.kept(user=alice, name="test", question=question, reckon=reckon)

    assert (answer(), answer(), answer("else"), answer("else")) == (1, 1, 2, 2)
    changes: list[Callable[[], object]] = [
        lambda: garment(alice, "jeans"),
        lambda: Garment.objects.filter(pk=shirt.pk).update(name="Work"),
        lambda: wear_add(owner=alice, garment_ids=[shirt.pk], worn_on=timezone.localdate()),
        lambda: GarmentEmbedding.objects.filter(garment=shirt).update(vector=half(unit(2))),
        lambda: Measurement.objects.create(user=alice, zone=Zone.HEIGHT, value=1700),
        lambda: Reaction.objects.create(owner=alice, verdict="like", garments=[shirt.pk]),
        lambda: type(alice.profile).objects.filter(user=alice).update(currency="EUR"),
        lambda: Garment.objects.filter(pk=shirt.pk).delete(),
    ]
    for number, change in enumerate(changes, start=3):
        change()
        assert answer() == number, number
        assert answer() == number


@pytest.mark.django_db
def test_another_members_closet_changes_nothing(alice: User, bob: User) -> None:
    garment(alice, "shirt")
    before = closet_version(user=alice)
    garment(bob, "shirt")
    assert closet_version(user=alice) == before


@pytest.mark.django_db
def test_a_looks_version_follows_its_items() -> None:
    one, other = look("shirt", "jeans"), look("coat")
    before = looks_version(looks=[one.pk])
    other.items.update(position=4)
    assert looks_version(looks=[one.pk]) == before
    one.items.update(position=4)
    assert looks_version(looks=[one.pk]) != before


@pytest.mark.django_db
def test_one_member_has_few_heavy_answers_at_once(
    as_alice: Client, as_bob: Client, alice: User, alice_api: APIClient
) -> None:
    garment(alice, "shirt")
    with answers.slot_of(alice), answers.slot_of(alice):
        page = as_alice.get("/looks/mine/")
        assert (page.status_code, page["Retry-After"]) == (429, "3")
        assert "try again in a few seconds" in page.content.decode()
        told = alice_api.get(reverse("api-looks-buildable"))
        assert told.status_code == 429 and "try again" in told.json()["message"]
        assert as_bob.get("/looks/mine/").status_code == 200
        assert as_alice.get("/closet/").status_code == 200
    assert as_alice.get("/looks/mine/").status_code == 200
    assert not answers._reckoning


def cheapest(ask: Callable[[], object], *, before: Callable[[int], object] = lambda _attempt: None) -> float:
    """Seconds of processor time, the least of a few attempts: others work on this machine, too."""
    best = 9.0
    for attempt in range(6):
        before(attempt)
        begun = time.process_time()
        ask()
        best = min(best, time.process_time() - begun)
        if best < 0.4:
            break
    return best


@pytest.mark.slow
@pytest.mark.django_db
def test_pages_of_two_thousand_garments_answer_within_half_a_second_even_after_a_change(
    as_alice: Client, alice: User, alice_api: APIClient
) -> None:
    """The first view after a change reckons anew, the next ones take what was kept."""
    mine = wardrobe(alice, MANY)
    for zone, value in ((Zone.HEIGHT, 1700), (Zone.CHEST, 940), (Zone.WAIST, 800)):
        Measurement.objects.create(user=alice, zone=zone, value=value)
    looks = [look("t-shirt", "jeans", "sneakers", vectors=[1, 2, 3]) for _ in range(100)]
    shop = [product(slug, "navy", vector=number) for number, slug in enumerate(KINDS)]
    shirt, jeans = (next(one for one in mine if one.kind.slug == slug) for slug in ("shirt", "jeans"))
    pieces = f"pieces={shirt.pk}&pieces={jeans.pk}"
    pages = (
        "/closet/", "/today/", "/today/?page=3", f"/today/swap/?{pieces}&out={shirt.pk}", f"/today/complete/?{pieces}",
        "/looks/mine/", f"/shop/looks/{looks[0].pk}/build/", "/numbers/", "/brands/like-me/", "/closet/doubles/",
        "/closet/fit/", "/mirror/", f"/closet/{shirt.pk}/goes-with/", f"/closet/{shirt.pk}/similar/",
        f"/shop/products/{shop[0].pk}/goes-with/", f"/shop/products/{shop[0].pk}/fit/",
    )  # fmt: skip
    answers_of_api = (
        "outfits/today/", "looks/buildable/", "stylist/report/", "stylist/radar/", "brands/matching/", "closet/fit/",
        f"garments/{shirt.pk}/goes-with/", f"products/{shop[0].pk}/before-buying/",
    )  # fmt: skip
    asked = [(as_alice, page) for page in pages] + [(alice_api, f"/api/v1/{path}") for path in answers_of_api]
    slow = {}
    for client, page in asked:

        def change(attempt: int, page: str = page) -> None:
            Garment.objects.filter(pk=mine[0].pk).update(name=f"{attempt} {page}"[:100])

        def ask(client: Client = client, page: str = page) -> None:
            assert client.get(page).status_code == 200, page

        ask()  # templates and networks are read once a process
        for name, took in (("first", cheapest(ask, before=change)), ("kept", cheapest(ask))):
            if took >= 0.5:
                slow[page, name] = round(took, 2)
    assert not slow or sys.gettrace()  # counting lines nearly doubles the processor time: then it is no measure


def _pieces(count: int, seed: int) -> list[Piece]:
    random = np.random.default_rng(seed)
    slots = {"t-shirt": "top", "shirt": "top", "jeans": "bottom", "sneakers": "shoes"}
    made = []
    for number in range(count):
        slug = list(slots)[random.integers(4)]
        colours = tuple(
            tuple(random.uniform((5, -40, -40, 0.1), (95, 40, 40, 1))) for _ in range(random.integers(0, 4))
        )
        made.append(Piece(id=number, kind=slug, slot=slots[slug], colours=colours))  # type: ignore[arg-type]
    return made


def test_palettes_are_as_far_apart_all_at_once_as_each_by_itself() -> None:
    first, second = _pieces(12, 1), _pieces(15, 2)
    expected = np.array([[palette_distance(one, other) for other in second] for one in first])
    assert np.allclose(palette_distances(first, second), expected)
    assert palette_distances([], second).shape == (0, 15)


def test_hundreds_of_looks_are_matched_to_thousands_of_garments_in_seconds() -> None:
    items = _pieces(400, 3)
    offers = [
        LookOffer(number, tuple(items[number * 4 : number * 4 + 4]), frozenset(), Wearer()) for number in range(100)
    ]
    begun = time.process_time()
    assert len(rank_looks(offers, _pieces(MANY, 4))) == 100
    assert time.process_time() - begun < 4  # a second on an idle core; over ten before


def test_the_place_is_given_back_after_an_error(db: Any, alice: User) -> None:
    def reckon() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        answers.kept(user=alice, name="test", question=None, reckon=reckon)
    assert not answers._reckoning
