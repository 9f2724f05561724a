"""What a member writes in their units is what the machine keeps, and what they read again."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from closet import units
from closet.models import Zone
from closet.models.body import PLAUSIBLE

BOTH = ("metric", "imperial")


@given(st.sampled_from(Zone.values), st.sampled_from(BOTH), st.data())
def test_every_stored_value_survives_being_shown_in_a_form(zone: str, member_units: str, data: st.DataObject) -> None:
    value = data.draw(st.integers(*PLAUSIBLE[zone]))
    assert units.parse(units.exact(value, zone, member_units), zone, member_units) == value


@given(st.sampled_from(Zone.values), st.sampled_from(BOTH), st.sampled_from(["1", "0.1", "0.25", "0.5"]), st.data())
def test_what_was_typed_is_what_is_read_again(zone: str, member_units: str, step: str, data: st.DataObject) -> None:
    low, high = (end / units.PER_UNIT[units.unit_of(zone, member_units)] for end in PLAUSIBLE[zone])
    count = data.draw(st.integers(int(low / Decimal(step)) + 1, int(high / Decimal(step))))
    if units.unit_of(zone, member_units) == "cm" and step == "0.25":
        step = "0.5"  # a quarter of a centimetre is no whole millimetre
        count = int(count / 2) + 1
    typed = f"{(count * Decimal(step)).normalize():f}"
    unit = units.unit_of(zone, member_units)
    assert units.shown(units.parse(typed, zone, member_units), zone, member_units) == f"{typed} {unit}"


@pytest.mark.parametrize(
    ("text", "zone", "member_units", "value"),
    [
        ("172", Zone.HEIGHT, "metric", 1720),
        ("172,5", Zone.HEIGHT, "metric", 1725),
        (" 1.72 m ", Zone.HEIGHT, "metric", 1720),
        ("68in", Zone.HEIGHT, "metric", 1727),
        ("5'8\"", Zone.HEIGHT, "imperial", 1727),
        ("5 ft 8", Zone.HEIGHT, "imperial", 1727),
        ("32.5", Zone.WAIST, "imperial", 826),
        ("62", Zone.WEIGHT, "metric", 62_000),
        ("62.45 kg", Zone.WEIGHT, "imperial", 62_450),
        ("150 lbs", Zone.WEIGHT, "metric", 68_039),
        ("90센티", Zone.CHEST, "metric", 900),
    ],
)
def test_people_write_measures_in_many_ways(text: str, zone: str, member_units: str, value: int) -> None:
    assert units.parse(text, zone, member_units) == value


@pytest.mark.parametrize("text", ["", "abc", "-5", "1.2.3", "12 stone", "90 kg", "9999999999999"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        units.parse(text, Zone.CHEST, "metric")


def test_an_impossible_value_is_refused_with_the_range_in_the_members_units() -> None:
    with pytest.raises(ValidationError) as metric:
        units.check(7200, Zone.WAIST, "metric")
    assert "720 cm" in metric.value.messages[0]
    assert "35 cm" in metric.value.messages[0]
    assert "200 cm" in metric.value.messages[0]
    with pytest.raises(ValidationError) as imperial:
        units.check(7200, Zone.WAIST, "imperial")
    assert "14 in" in imperial.value.messages[0]
    assert "78 in" in imperial.value.messages[0]


@pytest.mark.parametrize("zone", Zone.values)
@pytest.mark.parametrize("member_units", BOTH)
def test_the_ends_of_the_range_that_is_named_are_inside_it(zone: str, member_units: str) -> None:
    for end in units.bounds(zone, member_units):
        units.check(units.parse(end, zone, member_units), zone, member_units)
    units.check(units.parse(units.example(zone, member_units), zone, member_units), zone, member_units)


def test_a_change_carries_its_sign() -> None:
    assert units.shown_change(800, 815, Zone.WAIST, "metric") == "+1.5 cm"
    assert units.shown_change(62_000, 60_000, Zone.WEIGHT, "metric") == "−2 kg"
    assert units.shown_change(800, 800, Zone.WAIST, "imperial") == "±0 in"
