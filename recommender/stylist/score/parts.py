"""Every score is a weighted sum of named parts, and the weights are the wearer's.

A part is a value 0..1 with a group; people move sliders of groups (`DEFAULT_WEIGHTS`), the parts
inside a group share its weight in fixed proportion (`PARTS`). A part nothing is known about for
the whole request (no weather set, no occasion) leaves with its weight; one that is unknown for a
single outfit counts 0.5 there. `Reason`s are codes with parameters; the web layer words them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple


class PartSpec(NamedTuple):
    """Which slider a part hangs on, and its share of that slider's weight."""

    group: str
    share: float


PARTS: Mapping[str, PartSpec] = MappingProxyType(
    {
        "hue": PartSpec("colour", 0.55),
        "contrast": PartSpec("colour", 0.35),
        "accent": PartSpec("colour", 0.10),
        "formality": PartSpec("formality", 1.0),
        "season": PartSpec("season", 1.0),
        "pattern": PartSpec("pattern", 1.0),
        "style": PartSpec("style", 1.0),
        "learned": PartSpec("learned", 1.0),
        "warmth": PartSpec("weather", 0.75),
        "rain": PartSpec("weather", 0.25),
        "occasion": PartSpec("occasion", 0.5),
        "mood": PartSpec("occasion", 0.5),
        "fresh": PartSpec("fresh", 1.0),
        "value": PartSpec("value", 1.0),
        "taste": PartSpec("taste", 1.0),
        "fit": PartSpec("fit", 1.0),
        "body": PartSpec("body", 1.0),
        "complete": PartSpec("complete", 1.0),
    }
)
# What tells composed outfits from made-up ones weighs most, by far: on the tuning split (`training.stylist choose`) the
# hand-written comparisons of pieces, colour to style, helped the learned term at a fifth of its weight and cost points
# at more. The rest is what a wearer would miss if it were not there.
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "colour": 0.2,
        "formality": 0.1,
        "season": 0.1,
        "pattern": 0.1,
        "style": 0.1,
        "learned": 3.0,
        "weather": 1.5,
        "occasion": 1.6,
        "fresh": 0.6,
        "value": 0.3,
        "taste": 1.2,
        "fit": 0.6,
        "body": 0.2,
        "complete": 1.0,
    }
)
MAX_WEIGHT = 5.0

# Every code an answer may carry, with the parameters its sentence needs. The web layer's catalogue
# of sentences is checked against this, so that no reason is ever shown without words.
REASON_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "colour.neutrals": (),
        "colour.tone_on_tone": (),
        "colour.near_hues": (),
        "colour.complement": (),
        "colour.one_accent": ("piece",),
        "colour.clash": ("first", "second"),
        "colour.clear_contrast": ("first", "second"),
        "formality.even": (),
        "formality.gap": ("first", "second"),
        "season.shared": ("season",),
        "pattern.one": ("piece", "pattern"),
        "pattern.compete": ("first", "second"),
        "style.shared": ("style",),
        "texture.two": ("first", "second"),
        "layers.come_off": (),
        "learned.often_together": ("first", "second"),
        "improve.swap": ("first", "second"),
        "weather.right": ("feels",),
        "weather.cold": ("feels",),
        "weather.warm": ("feels",),
        "weather.rain_ready": (),
        "weather.rain_risk": ("piece",),
        "occasion.fits": ("occasion",),
        "occasion.off": ("occasion", "piece"),
        "dress_code.fits": ("dress_code",),
        "mood.fits": ("style",),
        "fresh.rested": ("piece", "days"),
        "fresh.never_worn": ("piece",),
        "fresh.just_worn": ("piece", "days"),
        "value.earn": ("piece", "cost_per_wear"),
        "taste.liked": (),
        "taste.disliked": (),
        "fit.fits": (),
        "fit.off": ("piece", "fit"),
        "body.note": ("note", "piece"),
        "complete.missing": ("slot",),
        # Notes about a whole answer.
        "closet.empty": (),
        "closet.only": ("slot",),
        "closet.not_today": (),
        "closet.unready": ("count",),
        "closet.small": ("count",),
        "gap.occasion": ("occasion", "kinds", "count"),
        "gap.weather": ("feels", "kinds", "count"),
        "gap.day": ("kinds", "count"),
        "relaxed.pattern": (),
        "relaxed.mood": ("style",),
        "relaxed.season": (),
        "relaxed.unfit": (),
        "relaxed.together": (),
        "relaxed.rain": (),
        "relaxed.warmth": ("feels",),
        # A style report.
        "report.style": ("style", "percent"),
        "report.worn_kind": ("kinds", "count", "wears"),
        "report.owned_kind": ("kinds", "count"),
        "report.colour": ("colour", "count"),
        "report.missing_occasion": ("occasion", "kinds", "count"),
        "report.missing_weather": ("feels", "kinds", "count"),
        "report.missing_rain": ("kinds", "count"),
        "report.never_worn": ("count",),
        "locked.unknown": ("piece",),
        "locked.unfit": ("piece",),
        "locked.unready": ("piece", "state"),
        "locked.clash": ("code", "about"),
        "locked.banned": ("first", "second"),
        "weather.unknown": (),
    }
)
# Codes that speak against an outfit.
AGAINST = frozenset(
    {
        "colour.clash", "formality.gap", "pattern.compete", "improve.swap", "weather.cold", "weather.warm",
        "weather.rain_risk", "occasion.off", "fresh.just_worn", "taste.disliked", "fit.off", "complete.missing",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why: a code of `REASON_CODES` with its parameters (ids, numbers, slugs), never a sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    strength: float = 0.0


@dataclass(frozen=True)
class Part:
    """One named part of a score; contribution = weight x value, weights of a score sum to 1."""

    name: str
    group: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """What this part adds to the total."""
        return self.weight * self.value


@dataclass(frozen=True)
class Score:
    """A total 0..1 with the parts it is the sum of, and why."""

    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def total(self) -> float:
        """The sum of the parts' contributions."""
        return sum(part.contribution for part in self.parts)

    def value(self, name: str) -> float | None:
        """A part's value, None where the part took no part."""
        return next((part.value for part in self.parts if part.name == name), None)

    def groups(self) -> dict[str, tuple[float, float]]:
        """Group -> (contribution, weight), for the chart beside the sliders; sums to the total."""
        table: dict[str, tuple[float, float]] = {}
        for part in self.parts:
            got, weight = table.get(part.group, (0.0, 0.0))
            table[part.group] = (got + part.contribution, weight + part.weight)
        return table


def read_weights(weights: Mapping[str, object] | None) -> dict[str, float]:
    """A member's sliders, made safe: unknown names dropped, 0..MAX_WEIGHT, defaults for the rest.

    All zero would rank nothing, so it reads as the defaults.
    """
    read = dict(DEFAULT_WEIGHTS)
    for name, value in (weights or {}).items():
        if name in read and isinstance(value, int | float) and isfinite(value):
            read[name] = min(max(float(value), 0.0), MAX_WEIGHT)
    return read if any(read.values()) else dict(DEFAULT_WEIGHTS)


def part_weights(weights: Mapping[str, object] | None, known: Sequence[str]) -> dict[str, float]:
    """Part -> weight over the known parts, summing to 1 (all equal if the sliders leave nothing)."""
    groups = read_weights(weights)
    raw = {name: groups[PARTS[name].group] * PARTS[name].share for name in known}
    total = sum(raw.values())
    if total <= 0:
        return {name: 1 / len(raw) for name in raw} if raw else {}
    return {name: weight / total for name, weight in raw.items()}


def make_score(
    values: Mapping[str, float], weights: Mapping[str, object] | None, reasons: Sequence[Reason] = ()
) -> Score:
    """A `Score` from part values; a part that is None or absent takes no part."""
    known = [name for name in PARTS if name in values]
    shares = part_weights(weights, known)
    return Score(
        tuple(Part(name, PARTS[name].group, min(max(float(values[name]), 0.0), 1.0), shares[name]) for name in known),
        tuple(sorted(reasons, key=lambda reason: -reason.strength)),
    )
