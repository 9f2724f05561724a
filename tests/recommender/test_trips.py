"""Trips: an outfit a day for the weather there, little luggage, a list to tick, suggestions from what is packed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Garment, Plan, Trip, User
from recommender.stylist.outfits.packing import choose_days, worth
from recommender.stylist.outfits.suggest import Outfit
from recommender.stylist.pieces import Piece
from recommender.stylist.score.parts import Score
from tests.stylist.closets import piece
from tests.wardrobe import garment as garment_of


def outfit(standing: float, *pieces: Piece) -> Outfit:
    return Outfit(pieces, Score(standing), standing=standing)


class TestLuggage:
    def test_a_slightly_better_outfit_is_not_worth_a_second_coat_and_pair_of_shoes(self) -> None:
        tops = [piece(str(n), "t-shirt") for n in (1, 2)]
        jeans, chinos = piece(str(3), "jeans"), piece(str(4), "trousers")
        trainers, loafers = piece(str(5), "sneakers"), piece(str(6), "dress-shoes")
        first = [outfit(0.9, tops[0], jeans, trainers)]
        second = [outfit(0.95, tops[1], chinos, loafers), outfit(0.85, tops[1], jeans, trainers)]
        assert [one.ids for one in choose_days([first, second]) if one] == [{"1", "3", "5"}, {"2", "3", "5"}]

    def test_nobody_wears_the_same_top_day_after_day_where_another_will_do(self) -> None:
        days = [[outfit(0.8, piece(str(n), "shirt"), piece(str(9), "jeans")) for n in (1, 2)] for _day in range(3)]
        chosen = [next(iter(one.ids - {"9"})) for one in choose_days(days) if one]
        assert chosen[0] != chosen[1] != chosen[2]

    def test_a_day_without_outfits_stays_empty_and_costs_nothing(self) -> None:
        assert choose_days([[], [outfit(0.5, piece(str(1), "dress"))], []])[0] is None
        assert worth([None, None]) == 0


@pytest.fixture
def packed_closet(alice: User) -> User:
    for colour in ("white", "navy", "grey"):
        garment_of(alice, "t-shirt", colour)
        garment_of(alice, "knit", colour)
    for kind in ("jeans", "trousers", "shorts", "sneakers", "coat", "leggings", "boots"):
        garment_of(alice, kind, "black")
    return alice


def days_ahead(n: int) -> str:
    return (timezone.localdate() + timedelta(days=n)).isoformat()


@pytest.mark.django_db
class TestPages:
    def made(self, client: Client, **changed: str) -> Any:
        form = {"city": "Seoul", "first_day": days_ahead(30), "last_day": days_ahead(33), **changed}
        return client.post(reverse("recommender:trips"), form)

    def test_a_new_trip_is_dressed_and_its_list_holds_what_its_days_wear(
        self, as_alice: Client, packed_closet: User
    ) -> None:
        answer = self.made(as_alice)
        trip = Trip.objects.get(owner=packed_closet)
        assert answer.url == reverse("recommender:trip", args=[trip.pk])
        worn = set(Garment.objects.filter(trip_days__trip=trip))
        assert trip.days.count() == 4 and worn
        assert {piece.garment for piece in trip.pieces.all()} == worn
        page = as_alice.get(answer.url).content.decode()
        assert page.count('class="collage"') == sum(day.garments.exists() for day in trip.days.all())

    def test_what_is_packed_stays_and_can_be_all_there_is_to_wear(self, as_alice: Client, packed_closet: User) -> None:
        self.made(as_alice)
        trip = Trip.objects.get(owner=packed_closet)
        address = reverse("recommender:trip_pack", args=[trip.pk])
        extra = Garment.objects.exclude(trip_pieces__trip=trip).first()
        assert extra is not None
        as_alice.post(address, {"add": extra.pk})
        kept = list(trip.pieces.values_list("garment_id", flat=True))
        as_alice.post(address, {"pack": kept})
        as_alice.post(reverse("recommender:trip_suggest", args=[trip.pk]), {"packed": "1"})
        worn = set(Garment.objects.filter(trip_days__trip=trip).values_list("pk", flat=True))
        assert worn <= set(kept) and trip.pieces.filter(is_packed=True).count() == len(kept)
        as_alice.post(address, {"unpack": [kept[0]], "remove": kept[0]})
        assert not trip.pieces.filter(garment=kept[0]).exists()
        assert not trip.days.filter(garments=kept[0]).exists()

    def test_it_goes_onto_the_calendar_once_and_comes_off_again(self, as_alice: Client, packed_closet: User) -> None:
        self.made(as_alice)
        trip = Trip.objects.get(owner=packed_closet)
        answer = as_alice.post(reverse("recommender:trip_plan", args=[trip.pk]), follow=True)
        plans = Plan.objects.filter(owner=packed_closet)
        assert plans.count() == sum(day.garments.exists() for day in trip.days.all())
        assert {plan.note for plan in plans} == {"Seoul"} and "toast__undo" in answer.content.decode()
        as_alice.post(reverse("recommender:trip_plan", args=[trip.pk]))
        assert plans.count() == plans.values("day").distinct().count()
        as_alice.post(reverse("recommender:trip_remove", args=[trip.pk]))
        assert not Trip.objects.exists() and plans.exists()

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"city": "Xqzzv"}, "trip-city-problem"),
            ({"last_day": "2020-01-01"}, "trip-last-problem"),
            ({"last_day": days_ahead(90)}, "trip-last-problem"),
            ({"first_day": "soon"}, "trip-first-problem"),
            ({"first_day": "9999-12-30", "last_day": "9999-12-31"}, "trip-first-problem"),
        ],
    )
    def test_what_cannot_be_a_trip_is_said_beside_its_field(
        self, changed: dict[str, str], field: str, as_alice: Client, packed_closet: User
    ) -> None:
        answer = self.made(as_alice, **changed)
        assert answer.status_code == 422 and field in answer.content.decode()
        assert not Trip.objects.exists()

    def test_an_empty_closet_gets_a_list_to_fill_by_hand(self, as_bob: Client, bob: User) -> None:
        answer = self.made(as_bob)
        assert as_bob.get(answer.url).status_code == 200

    def test_charlie_finds_none_of_alices_trips(
        self, as_alice: Client, as_charlie: Client, charlie_api: APIClient, packed_closet: User
    ) -> None:
        self.made(as_alice)
        pk = Trip.objects.get().pk
        assert as_charlie.get(reverse("recommender:trip", args=[pk])).status_code == 404
        for name in ("suggest", "pack", "plan", "remove"):
            assert as_charlie.post(reverse(f"recommender:trip_{name}", args=[pk])).status_code == 404
        for method, part in (("get", ""), ("delete", ""), ("post", "suggest/"), ("patch", "pieces/1/")):
            assert getattr(charlie_api, method)(f"/api/v1/trips/{pk}/{part}").status_code == 404
        assert Trip.objects.exists()


@pytest.mark.django_db
def test_an_app_makes_a_trip_ticks_a_piece_and_asks_anew(alice_api: APIClient, packed_closet: User) -> None:
    form = {"city": "서울", "first_day": days_ahead(3), "last_day": days_ahead(4)}
    made = alice_api.post("/api/v1/trips/", form, format="json")
    assert made.status_code == 201
    trip = made.json()
    assert [date.fromisoformat(day["day"]) for day in trip["days"]] == [
        timezone.localdate() + timedelta(days=n) for n in (3, 4)
    ]
    address = f"/api/v1/trips/{trip['id']}/"
    garment = trip["pieces"][0]["garment"]
    ticked = alice_api.patch(f"{address}pieces/{garment}/", {"is_packed": True}, format="json")
    assert ticked.status_code == 200 and ticked.json()["is_packed"]
    occasions = {"occasions": {trip["days"][0]["day"]: "sport"}, "from_packed": False}
    again = alice_api.post(f"{address}suggest/", occasions, format="json")
    assert again.status_code == 200 and again.json()["days"][0]["occasion"] == "sport"
    assert alice_api.post(f"{address}suggest/", {"occasions": {"x": "sport"}}, format="json").status_code == 400
    assert alice_api.get("/api/v1/trips/").json()["results"][0]["id"] == trip["id"]
    assert alice_api.post("/api/v1/trips/", {**form, "city": ""}, format="json").status_code == 400
    assert alice_api.delete(address).status_code == 204
