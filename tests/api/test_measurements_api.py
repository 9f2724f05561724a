"""The body's history over the API."""

import pytest
from rest_framework.test import APIClient

from closet.models import Measurement, User

URL = "/api/v1/measurements/"


def test_millimetres_and_grams(alice_api: APIClient) -> None:
    height = alice_api.post(URL, {"zone": "height", "value_mm": 1685, "taken_on": "2026-01-05"})
    assert height.status_code == 201, height.data
    assert (height.data["value_mm"], height.data["value_g"], height.data["value"], height.data["unit"]) == (
        1685,
        None,
        168.5,
        "cm",
    )
    weight = alice_api.post(URL, {"zone": "weight", "value_g": 61_000}).data
    assert (weight["value_mm"], weight["value_g"], weight["value"], weight["unit"]) == (None, 61_000, 61.0, "kg")
    assert alice_api.get(URL).data["count"] == 2


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ({"zone": "waist", "value": 81.5}, 815),
        ({"zone": "waist", "value": "32.5", "unit": "in"}, 826),
        ({"zone": "height", "value": 5.5, "unit": "ft"}, 1676),
        ({"zone": "weight", "value": 134.5, "unit": "lb"}, 61_008),
    ],
)
def test_a_value_with_its_unit(alice_api: APIClient, sent: dict[str, object], value: int) -> None:
    assert alice_api.post(URL, sent).status_code == 201
    assert Measurement.objects.get().value == value


def test_a_value_without_a_unit_is_in_the_members(alice_api: APIClient, alice: User) -> None:
    alice.profile.units = "imperial"
    alice.profile.save()
    answer = alice_api.post(URL, {"zone": "waist", "value": "32.25"})
    assert (answer.data["value_mm"], answer.data["value"], answer.data["unit"]) == (819, 32.25, "in")


@pytest.mark.parametrize(
    "sent",
    [
        {"zone": "waist", "value_mm": 8150},
        {"zone": "waist", "value_mm": 0},
        {"zone": "waist", "value_g": 815},
        {"zone": "weight", "value_mm": 815},
        {"zone": "waist", "value": 81, "unit": "kg"},
        {"zone": "waist", "value": 81, "value_mm": 810},
        {"zone": "waist"},
        {"zone": "wallet", "value_mm": 810},
        {"zone": "waist", "value_mm": "wide"},
        {"zone": "waist", "value_mm": 810, "taken_on": "2999-01-01"},
        {"zone": "waist", "value_mm": 810, "taken_on": "yesterday"},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(alice_api: APIClient, sent: dict[str, object]) -> None:
    answer = alice_api.post(URL, sent)
    assert answer.status_code == 400, answer.data
    assert answer.data["message"]
    assert answer.data["extra"]["fields"]
    assert not Measurement.objects.exists()


def test_odd_values_are_a_question_that_can_be_confirmed(alice_api: APIClient) -> None:
    alice_api.post(URL, {"zone": "height", "value_mm": 1685})
    odd = {"zone": "inside_leg", "value_mm": 1150}
    answer = alice_api.post(URL, odd)
    assert answer.status_code == 409
    assert answer.data["extra"]["code"] == "questionable"
    assert alice_api.post(URL, odd | {"confirm": True}).status_code == 201


def test_history_is_filtered(alice_api: APIClient) -> None:
    for day, value in (("2026-01-01", 800), ("2026-02-01", 810), ("2026-03-01", 805)):
        alice_api.post(URL, {"zone": "waist", "value_mm": value, "taken_on": day})
    alice_api.post(URL, {"zone": "neck", "value_mm": 370, "taken_on": "2026-01-01"})
    days = [
        row["taken_on"] for row in alice_api.get(URL, {"zone": "waist", "taken_from": "2026-01-15"}).data["results"]
    ]
    assert days == ["2026-03-01", "2026-02-01"]
    newest = alice_api.get(URL, {"latest": "true"}).data["results"]
    assert {(row["zone"], row["value_mm"]) for row in newest} == {("waist", 805), ("neck", 370)}


def test_an_entry_is_read_corrected_and_removed(alice_api: APIClient) -> None:
    made = alice_api.post(URL, {"zone": "waist", "value_mm": 810, "taken_on": "2026-01-05"}).data
    url = f"{URL}{made['id']}/"
    assert alice_api.get(url).data == made
    assert alice_api.patch(url, {"value": 80.5}).data["value_mm"] == 805
    assert alice_api.patch(url, {"taken_on": "2026-01-06"}).data["taken_on"] == "2026-01-06"
    assert alice_api.patch(url, {"value_mm": 9000}).status_code == 400
    assert alice_api.delete(url).status_code == 204
    assert alice_api.get(url).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_charlie_gets_404_on_alices_measurements(alice_api: APIClient, charlie_api: APIClient, method: str) -> None:
    id = alice_api.post(URL, {"zone": "waist", "value_mm": 810}).data["id"]
    assert getattr(charlie_api, method)(f"{URL}{id}/", {"value_mm": 700}).status_code == 404
    assert charlie_api.get(URL).data["results"] == []
    assert alice_api.get(f"{URL}{id}/").data["value_mm"] == 810
