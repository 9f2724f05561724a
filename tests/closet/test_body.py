"""The body's history: kept by day, impossible refused, odd questioned, and nobody else's business."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from closet.models import Measurement, User, Zone
from closet.services import body


def add(owner: User, zone: str, value: int, days_ago: int = 0) -> Measurement:
    return Measurement.objects.create(
        user=owner, zone=zone, value=value, taken_on=timezone.localdate() - timedelta(days=days_ago)
    )


# --- the service ---------------------------------------------------------------------------------------------


def test_the_same_day_keeps_the_last_word(alice: User) -> None:
    body.measurements_record(owner=alice, values={Zone.WAIST: 800})
    body.measurements_record(owner=alice, values={Zone.WAIST: 790})
    assert [entry.value for entry in alice.measurements.all()] == [790]


def test_every_day_is_kept(alice: User) -> None:
    add(alice, Zone.WAIST, 810, days_ago=30)
    body.measurements_record(owner=alice, values={Zone.WAIST: 790})
    assert [entry.value for entry in alice.measurements.all()] == [790, 810]
    assert [entry.value for entry in alice.measurements.latest_each()] == [790]


def test_one_impossible_value_saves_none(alice: User) -> None:
    with pytest.raises(ValidationError) as refused:
        body.measurements_record(owner=alice, values={Zone.HEIGHT: 1700, Zone.WAIST: 8000})
    assert set(refused.value.message_dict) == {Zone.WAIST}
    assert not alice.measurements.exists()


def test_a_day_to_come_is_refused(alice: User) -> None:
    with pytest.raises(ValidationError):
        body.measurements_record(
            owner=alice, values={Zone.WAIST: 800}, taken_on=timezone.localdate() + timedelta(days=3)
        )


@pytest.mark.parametrize(
    "values",
    [
        {Zone.WAIST: 1800, Zone.HEIGHT: 1700},
        {Zone.INSIDE_LEG: 1100, Zone.HEIGHT: 1700},
        {Zone.THIGH: 1000, Zone.HIPS: 980},
        {Zone.NECK: 690, Zone.CHEST: 900},
        {Zone.WEIGHT: 380_000, Zone.HEIGHT: 1500},
        {Zone.ARM: 880, Zone.HEIGHT: 1500},
    ],
)
def test_values_that_contradict_each_other_are_questioned_and_can_be_saved_anyway(
    alice: User, values: dict[str, int]
) -> None:
    with pytest.raises(body.Questionable) as odd:
        body.measurements_record(owner=alice, values=values)
    assert len(odd.value.questions) >= 1
    assert not alice.measurements.exists()
    body.measurements_record(owner=alice, values=values, confirmed=True)
    assert alice.measurements.count() == 2


def test_a_new_value_is_held_against_what_is_known(alice: User) -> None:
    add(alice, Zone.HEIGHT, 1700, days_ago=400)
    with pytest.raises(body.Questionable):
        body.measurements_record(owner=alice, values={Zone.INSIDE_LEG: 1150})


def test_old_values_that_disagree_do_not_stop_a_new_one(alice: User) -> None:
    add(alice, Zone.HEIGHT, 1700, days_ago=400)
    add(alice, Zone.INSIDE_LEG, 1150, days_ago=400)
    body.measurements_record(owner=alice, values={Zone.NECK: 370})


def test_a_sudden_change_is_questioned_and_a_slow_one_is_not(alice: User) -> None:
    add(alice, Zone.WAIST, 800, days_ago=20)
    with pytest.raises(body.Questionable) as odd:
        body.measurements_record(owner=alice, values={Zone.WAIST: 1180})
    assert "80 cm" in odd.value.questions[0]
    Measurement.objects.update(taken_on=timezone.localdate() - timedelta(days=800))
    body.measurements_record(owner=alice, values={Zone.WAIST: 1180})


def test_no_plausible_body_is_questioned(alice: User) -> None:
    women = {"height": 1600, "weight": 55_000, "chest": 840, "waist": 680, "hips": 920, "shoulder": 380, "arm": 540}
    men = {"height": 1850, "weight": 95_000, "chest": 1100, "waist": 1000, "hips": 1080, "shoulder": 480, "arm": 640}
    child = {"height": 1100, "weight": 19_000, "chest": 560, "waist": 520, "hips": 600, "shoulder": 280, "arm": 370}
    rest = (
        {"inside_leg": 720, "thigh": 540, "foot": 235, "neck": 330},
        {"inside_leg": 850, "thigh": 620, "foot": 285, "neck": 410},
        {"inside_leg": 470, "thigh": 340, "foot": 175, "neck": 260},
    )
    for first, second in zip((women, men, child), rest, strict=True):
        assert body.measurement_questions(owner=alice, values=first | second, taken_on=date.today()) == []


def test_what_a_log_may_see_of_a_measurement_holds_no_value(alice: User) -> None:
    entry = add(alice, Zone.WAIST, 812)
    with pytest.raises(body.Questionable) as odd:
        body.measurements_record(owner=alice, values={Zone.HEIGHT: 1711, Zone.WAIST: 1911})
    for text in (str(entry), repr(entry), str(odd.value)):
        assert not any(number in text for number in ("812", "81.2", "1711", "171.1", "1911"))


def test_removing_can_be_undone(alice: User) -> None:
    entry = add(alice, Zone.WAIST, 812, days_ago=3)
    kept = body.measurement_remove(measurement=entry)
    assert not alice.measurements.exists()
    back = body.measurement_restore(owner=alice, kept=kept)
    assert (back.zone, back.value, back.taken_on) == (entry.zone, entry.value, entry.taken_on)


# --- the page ------------------------------------------------------------------------------------------------


def test_one_form_saves_what_was_filled_in(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(reverse("closet:body"), {"height": "168,5", "weight": "61", "taken_on": "2026-01-05"})
    assert answer.status_code == 302
    assert dict(alice.measurements.values_list("zone", "value")) == {"height": 1685, "weight": 61_000}
    assert alice.measurements.first().taken_on == date(2026, 1, 5)


def test_the_form_speaks_the_members_units(as_alice: Client, alice: User) -> None:
    alice.profile.units = "imperial"
    alice.profile.save()
    as_alice.post(reverse("closet:body"), {"height": "5'6\"", "weight": "134.5", "taken_on": "2026-01-05"})
    assert dict(alice.measurements.values_list("zone", "value")) == {"height": 1676, "weight": 61_008}
    page = as_alice.get(reverse("closet:body")).content.decode()
    assert "66 in" in page
    assert "134.5 lb" in page


def test_an_impossible_value_comes_back_with_a_sentence_and_with_the_rest_of_the_form(
    as_alice: Client, alice: User
) -> None:
    answer = as_alice.post(reverse("closet:body"), {"height": "168", "waist": "800", "taken_on": "2026-01-05"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "200 cm" in page
    assert 'value="168"' in page
    assert not alice.measurements.exists()


def test_a_contradiction_is_asked_about_and_saved_anyway_on_request(as_alice: Client, alice: User) -> None:
    values = {"height": "168", "waist": "178", "taken_on": "2026-01-05"}
    answer = as_alice.post(reverse("closet:body"), values)
    assert answer.status_code == 422
    assert 'name="confirm"' in answer.content.decode()
    assert not alice.measurements.exists()
    assert as_alice.post(reverse("closet:body"), values | {"confirm": "1"}).status_code == 302
    assert alice.measurements.count() == 2


def test_an_empty_form_says_so(as_alice: Client) -> None:
    assert as_alice.post(reverse("closet:body"), {"taken_on": "2026-01-05"}).status_code == 422


def test_two_entries_make_a_chart_with_a_table_beside_it(as_alice: Client, alice: User) -> None:
    add(alice, Zone.WAIST, 820, days_ago=60)
    assert '<svg class="chart"' not in as_alice.get(reverse("closet:body")).content.decode()
    add(alice, Zone.WAIST, 800)
    page = as_alice.get(reverse("closet:body")).content.decode()
    assert '<svg class="chart"' in page
    assert "−2 cm" in page
    assert page.count("<tr>") == 3


def test_an_entry_is_corrected(as_alice: Client, alice: User) -> None:
    entry = add(alice, Zone.WAIST, 820)
    url = reverse("closet:body_entry", args=[entry.pk])
    assert 'value="82"' in as_alice.get(url).content.decode()
    assert as_alice.post(url, {"value": "81.5", "taken_on": "2026-02-01"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.value, entry.taken_on) == (815, date(2026, 2, 1))


def test_an_entry_moved_onto_another_day_takes_its_place(as_alice: Client, alice: User) -> None:
    add(alice, Zone.WAIST, 820, days_ago=10)
    entry = add(alice, Zone.WAIST, 800)
    day = (timezone.localdate() - timedelta(days=10)).isoformat()
    assert (
        as_alice.post(reverse("closet:body_entry", args=[entry.pk]), {"value": "80", "taken_on": day}).status_code
        == 302
    )
    assert [row.value for row in alice.measurements.all()] == [800]


def test_a_removed_entry_comes_back_by_the_undo_in_the_toast(as_alice: Client, alice: User) -> None:
    entry = add(alice, Zone.WAIST, 812, days_ago=3)
    page = as_alice.post(reverse("closet:body_entry_delete", args=[entry.pk]), follow=True).content.decode()
    assert reverse("closet:body_undo") in page
    assert not alice.measurements.exists()
    as_alice.post(reverse("closet:body_undo"))
    assert [row.value for row in alice.measurements.all()] == [812]


def test_the_body_page_costs_the_same_with_much_history(
    as_alice: Client, alice: User, django_assert_max_num_queries: object
) -> None:
    Measurement.objects.bulk_create(
        Measurement(user=alice, zone=zone, value=900, taken_on=date(2025, 1, 1) + timedelta(days=7 * week))
        for zone in (Zone.CHEST, Zone.WAIST, Zone.HIPS)
        for week in range(50)
    )
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        as_alice.get(reverse("closet:body"))


def test_charlie_finds_nothing_of_alices_body(as_charlie: Client, alice: User) -> None:
    entry = add(alice, Zone.WAIST, 812)
    assert as_charlie.get(reverse("closet:body_entry", args=[entry.pk])).status_code == 404
    assert as_charlie.post(reverse("closet:body_entry", args=[entry.pk]), {"value": "70"}).status_code == 404
    assert as_charlie.post(reverse("closet:body_entry_delete", args=[entry.pk])).status_code == 404
    assert "81.2" not in as_charlie.get(reverse("closet:body")).content.decode()
    assert alice.measurements.get().value == 812


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("closet:body"))["Location"].startswith(reverse("account_login"))


def test_body_pages_are_kept_by_no_cache(as_alice: Client) -> None:
    assert "no-store" in as_alice.get(reverse("closet:body"))["Cache-Control"]
