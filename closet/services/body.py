"""Writes of a member's body history, and the questions a slip of the tape deserves. Values are mm, grams for weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from closet import units as measure_units
from closet.models import Measurement, User, Zone

RECENT = timedelta(days=180)
# Beyond these shares of the last recent value a change is more likely a slip; grown bones do not change at all.
LARGE_CHANGE: dict[str, float] = {
    Zone.HEIGHT: 0.08,
    Zone.FOOT: 0.12,
    Zone.SHOULDER: 0.2,
    Zone.ARM: 0.2,
    Zone.INSIDE_LEG: 0.2,
}
LARGE_CHANGE_OTHERWISE = 0.3


class Questionable(Exception):
    """Possible values that do not go together. `questions`: sentences for the member, who may save them anyway."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__("questionable measurements")  # without the sentences: they hold values
        self.questions = questions


@dataclass(frozen=True)
class Pair:
    """Two measures that doubt each other. `clashes` takes their values in the order of `zones`."""

    zones: tuple[str, str]
    clashes: Callable[[int, int], bool]

    def question(self, units: str, values: Mapping[str, int]) -> str:
        first, second = self.zones
        return _("%(first)s %(first_value)s and %(second)s %(second_value)s do not seem to go together.") % {
            "first": capfirst(Zone(first).label),
            "first_value": measure_units.shown(values[first], first, units),
            "second": Zone(second).label,
            "second_value": measure_units.shown(values[second], second, units),
        }


# Wide on purpose: a body outside these exists and may be saved, but a slip is likelier.
PAIRS = (
    Pair((Zone.WAIST, Zone.HEIGHT), lambda waist, height: waist > height),
    Pair((Zone.CHEST, Zone.HEIGHT), lambda chest, height: chest > height),
    Pair((Zone.HIPS, Zone.HEIGHT), lambda hips, height: hips > height * 1.1),
    Pair((Zone.INSIDE_LEG, Zone.HEIGHT), lambda leg, height: not height * 0.3 <= leg <= height * 0.6),
    Pair((Zone.ARM, Zone.HEIGHT), lambda arm, height: not height * 0.2 <= arm <= height * 0.5),
    Pair((Zone.SHOULDER, Zone.HEIGHT), lambda shoulder, height: not height * 0.15 <= shoulder <= height * 0.4),
    Pair((Zone.FOOT, Zone.HEIGHT), lambda foot, height: not height * 0.1 <= foot <= height * 0.2),
    Pair((Zone.THIGH, Zone.HIPS), lambda thigh, hips: thigh >= hips),
    Pair((Zone.NECK, Zone.CHEST), lambda neck, chest: neck >= chest * 0.75),
    Pair((Zone.NECK, Zone.WAIST), lambda neck, waist: neck >= waist),
    Pair((Zone.WEIGHT, Zone.HEIGHT), lambda grams, mm: not 9 <= grams * 1000 / mm**2 <= 90),
)


def measurement_questions(*, owner: User, values: Mapping[str, int], taken_on: date) -> list[str]:
    """What seems odd about these values, beside each other and beside what is known; [] when nothing does."""
    units = owner.profile.units
    known = {entry.zone: entry for entry in Measurement.objects.owned_by(owner).latest_each()}
    together = {zone: entry.value for zone, entry in known.items()} | dict(values)
    questions = [
        pair.question(units, together)
        for pair in PAIRS
        # Two old values may disagree since long ago; only what is being said now is asked about.
        if set(pair.zones) & set(values)
        and set(pair.zones) <= set(together)
        and pair.clashes(*(together[z] for z in pair.zones))
    ]
    for zone, value in values.items():
        last = known.get(zone)
        if last is None or last.taken_on == taken_on or abs(taken_on - last.taken_on) > RECENT:
            continue
        if abs(value - last.value) > last.value * LARGE_CHANGE.get(zone, LARGE_CHANGE_OTHERWISE):
            questions.append(
                _("%(measure)s was %(before)s on %(day)s and would now be %(after)s. Is that right?")
                % {
                    "measure": capfirst(Zone(zone).label),
                    "before": measure_units.shown(last.value, zone, units),
                    "day": last.taken_on.isoformat(),
                    "after": measure_units.shown(value, zone, units),
                }
            )
    return questions


def measurements_record(
    *,
    owner: User,
    values: Mapping[str, int],
    taken_on: date | None = None,
    source: str = Measurement.Source.MEASURED,
    confirmed: bool = False,
) -> list[Measurement]:
    """Keeps these measures as of that day (today); a second value for the same day replaces the first.

    values: {zone: mm, grams for the weight}. Raises ValidationError (a sentence a zone) for impossible ones and for a
    day to come, Questionable for possible but odd ones unless `confirmed`.
    """
    taken_on = taken_on or timezone.localdate()
    _check(owner=owner, values=values, taken_on=taken_on)
    if not confirmed and (questions := measurement_questions(owner=owner, values=values, taken_on=taken_on)):
        raise Questionable(questions)
    with transaction.atomic():
        return [
            Measurement.objects.update_or_create(
                user=owner, zone=zone, taken_on=taken_on, defaults={"value": value, "source": source}
            )[0]
            for zone, value in values.items()
        ]


def measurement_update(*, measurement: Measurement, value: int, taken_on: date, confirmed: bool = False) -> Measurement:
    """Corrects an entry. Moved onto a day that has one, it takes that one's place. Raises as `measurements_record`."""
    owner, zone = measurement.user, measurement.zone
    _check(owner=owner, values={zone: value}, taken_on=taken_on)
    if not confirmed and (questions := _questions_beside_others(measurement, value)):
        raise Questionable(questions)
    with transaction.atomic():
        Measurement.objects.owned_by(owner).filter(zone=zone, taken_on=taken_on).exclude(pk=measurement.pk).delete()
        measurement.value, measurement.taken_on = value, taken_on
        measurement.save(update_fields=["value", "taken_on"])
    return measurement


def measurement_remove(*, measurement: Measurement) -> dict[str, Any]:
    """Takes an entry out of the history. Returns what `measurement_restore` needs to put it back."""
    kept = {
        "zone": measurement.zone,
        "value": measurement.value,
        "source": measurement.source,
        "taken_on": measurement.taken_on.isoformat(),
    }
    measurement.delete()
    return kept


def measurement_restore(*, owner: User, kept: Mapping[str, Any]) -> Measurement:
    """Undoes `measurement_remove`; a value entered for that day in the meantime stays."""
    return Measurement.objects.get_or_create(
        user=owner,
        zone=kept["zone"],
        taken_on=date.fromisoformat(kept["taken_on"]),
        defaults={"value": kept["value"], "source": kept["source"]},
    )[0]


def _questions_beside_others(measurement: Measurement, value: int) -> list[str]:
    others = {
        entry.zone: entry.value
        for entry in Measurement.objects.owned_by(measurement.user).exclude(pk=measurement.pk).latest_each()
    }
    together = others | {measurement.zone: value}
    return [
        pair.question(measurement.user.profile.units, together)
        for pair in _pairs_with(measurement.zone)
        if set(pair.zones) <= set(together) and pair.clashes(*(together[zone] for zone in pair.zones))
    ]


def _pairs_with(zone: str) -> Iterable[Pair]:
    return (pair for pair in PAIRS if zone in pair.zones)


def _check(*, owner: User, values: Mapping[str, int], taken_on: date) -> None:
    problems: dict[str, list[str]] = {}
    for zone, value in values.items():
        try:
            measure_units.check(value, zone, owner.profile.units)
        except ValidationError as error:
            problems[zone] = error.messages
    # A traveller's "today" may be a day ahead of the server's.
    if taken_on > timezone.localdate() + timedelta(days=1):
        problems["taken_on"] = [_("That day is still to come.")]
    elif taken_on.year < 1900:
        problems["taken_on"] = [_("That day is too long ago.")]
    if problems:
        raise ValidationError(problems)
