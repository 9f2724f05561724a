"""Centimetres, inches, kilograms and pounds for people; integer millimetres and grams for the machine.

Two promises, held by tests: `parse(exact(n)) == n` for every stored value in every unit, and what a member typed in
whole, half, quarter or tenth units is what they read again.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closet.models import Profile, Zone
from closet.models.body import PLAUSIBLE

IMPERIAL: str = Profile.Units.IMPERIAL
PER_UNIT: dict[str, Decimal] = {
    "mm": Decimal(1),
    "cm": Decimal(10),
    "m": Decimal(1000),
    "in": Decimal("25.4"),
    "ft": Decimal("304.8"),
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
}
LENGTHS = {"mm", "cm", "m", "in", "ft"}
SPELLINGS = {
    "inch": "in", "inches": "in", '"': "in", "″": "in", "”": "in", "인치": "in",
    "foot": "ft", "feet": "ft", "'": "ft", "′": "ft", "’": "ft",
    "lbs": "lb", "pound": "lb", "pounds": "lb", "파운드": "lb",
    "센티": "cm", "센치": "cm", "킬로": "kg", "㎝": "cm", "㎏": "kg", "㎜": "mm",
}  # fmt: skip
# Coarse before fine: the first step that stands for the stored number exactly is how it was typed.
STEPS = (Decimal(1), Decimal("0.1"), Decimal("0.25"), Decimal("0.01"), Decimal("0.001"))
EXAMPLES: dict[str, int] = {
    Zone.HEIGHT: 1680, Zone.WEIGHT: 62_000, Zone.CHEST: 920, Zone.WAIST: 780, Zone.HIPS: 980, Zone.SHOULDER: 420,
    Zone.ARM: 590, Zone.INSIDE_LEG: 770, Zone.THIGH: 560, Zone.FOOT: 250, Zone.NECK: 370,
}  # fmt: skip
_FEET = re.compile(
    r"^(\d+)\s*(?:ft|feet|foot|'|′|’)\s*(\d+(?:[.,]\d+)?)\s*(?:in|inch|inches|\"|″|”|'')?$", re.IGNORECASE
)
_AMOUNT = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(\D*)$")


def unit_of(zone: str, units: str) -> str:
    """The unit a member writes this measure in: cm, in, kg or lb. `units`: a `Profile.Units`."""
    if zone == Zone.WEIGHT:
        return "lb" if units == IMPERIAL else "kg"
    return "in" if units == IMPERIAL else "cm"


def to_base(amount: Decimal, unit: str) -> int:
    """Millimetres or grams, rounded half up."""
    return int((amount * PER_UNIT[unit]).quantize(Decimal(1), ROUND_HALF_UP))


def parse(text: str, zone: str, units: str) -> int:
    """What a member wrote, in mm (grams for the weight): `172`, `172,5`, `68in`, `5'8"`, `61 kg`.

    Without a unit it is the member's own. Raises ValidationError for what is no such number.
    """
    text = text.strip().lower()
    if zone != Zone.WEIGHT and (match := _FEET.match(text)):
        feet, inches = (Decimal(part.replace(",", ".")) for part in match.groups())
        return to_base(feet * 12 + inches, "in")
    match = _AMOUNT.match(text)
    if not match:
        raise ValidationError(_("Please write a number, like %(example)s.") % {"example": example(zone, units)})
    amount, word = Decimal(match[1].replace(",", ".")), match[2].strip()
    unit = SPELLINGS.get(word, word) or unit_of(zone, units)
    if unit not in PER_UNIT or (unit in LENGTHS) == (zone == Zone.WEIGHT):
        raise ValidationError(_("“%(unit)s” is no unit for this measure.") % {"unit": word})
    if amount > 1_000_000:
        raise ValidationError(_("That number is too large."))
    return to_base(amount, unit)


def exact(value: int, zone: str, units: str) -> str:
    """The shortest number in the member's unit that stands for exactly this many mm or grams. No unit."""
    unit = unit_of(zone, units)
    for step in STEPS:
        amount = _to_step(value / PER_UNIT[unit], step)
        if to_base(amount, unit) == value:
            return _plain(amount)
    raise AssertionError(f"no step of {unit} stands for {value}")  # 0.001 lb is half a gram: cannot happen


def shown(value: int, zone: str, units: str) -> str:
    """For reading, with its unit: as typed where it was typed in tenths or quarters, else to the nearest tenth."""
    unit = unit_of(zone, units)
    for step in STEPS[:3]:
        amount = _to_step(value / PER_UNIT[unit], step)
        if to_base(amount, unit) == value:
            break
    else:
        amount = _to_step(value / PER_UNIT[unit], Decimal("0.1"))
    return f"{_plain(amount)} {unit}"


def shown_change(before: int, after: int, zone: str, units: str) -> str:
    """`+1.5 cm`, `−2 kg` or `±0 cm`, to the nearest tenth."""
    unit = unit_of(zone, units)
    amount = _to_step((after - before) / PER_UNIT[unit], Decimal("0.1"))
    sign = "+" if amount > 0 else "−" if amount < 0 else "±"
    return f"{sign}{_plain(abs(amount))} {unit}"


def example(zone: str, units: str) -> str:
    """A number of the right size for this measure, for a sentence or an empty field."""
    return _plain(_to_step(EXAMPLES[zone] / PER_UNIT[unit_of(zone, units)], Decimal(1)))


def bounds(zone: str, units: str) -> tuple[str, str]:
    """The plausible range in whole units, both ends inside it."""
    unit = unit_of(zone, units)
    low, high = (Decimal(end) / PER_UNIT[unit] for end in PLAUSIBLE[zone])
    return f"{math.ceil(low)} {unit}", f"{math.floor(high)} {unit}"


def check(value: int, zone: str, units: str) -> int:
    """The value itself. Raises ValidationError, with the range in the member's units, where no body has it."""
    low, high = PLAUSIBLE[zone]
    if low <= value <= high:
        return value
    least, most = bounds(zone, units)
    raise ValidationError(
        _("%(given)s for %(measure)s? We expected something between %(least)s and %(most)s. Is it the right unit?")
        % {"given": shown(value, zone, units), "measure": Zone(zone).label, "least": least, "most": most},
        code="implausible",
    )


def _to_step(amount: Decimal | float, step: Decimal) -> Decimal:
    return (Decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}" if amount else "0"
