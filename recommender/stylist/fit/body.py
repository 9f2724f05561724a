"""A body in millimetres: what is measured, what contradicts itself, and what can be estimated.

Missing measures are estimated from the known ones by a mixture of Gaussians fitted on measured adults
(`population`); whoever measures is always believed. People beyond those surveyed (children, 250 kg) get no
estimates: the model would only continue its lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from .population import AGE, INTERVAL_SIGMA, SCALES_SIGMA_G, TAPE_SIGMA_MM, Population, population

# What a tape may say of anybody at all, zone: (least, most) mm, g for the weight; beyond is a slip of unit or finger.
_PLAUSIBLE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "height": (500, 2500),
        "weight": (5_000, 400_000),
        "neck": (180, 700),
        "chest": (400, 2000),
        "underbust": (350, 1900),
        "waist": (350, 2000),
        "high_hip": (350, 2200),
        "hips": (400, 2200),
        "thigh": (200, 1100),
        "shoulder": (200, 700),
        "arm": (250, 900),
        "back_length": (200, 700),
        "inside_leg": (250, 1200),
        "foot": (100, 380),
        "head": (400, 700),
    }
)
ZONES = tuple(_PLAUSIBLE)  # underbust and high hip are taken as measured and never estimated
CONTRADICTION_SIGMA = 4.0
_FRAME = ("height", "weight", AGE)


@dataclass(frozen=True)
class Measure:
    """A body measure with its 90 % interval, mm (weight: g); estimated ones say so."""

    value: float
    low: float
    high: float
    estimated: bool = False

    @property
    def sigma(self) -> float:
        """Standard deviation of what the value may really be."""
        return (self.high - self.low) / (2 * INTERVAL_SIGMA)


@dataclass(frozen=True)
class Doubt:
    """Something about a measure that cannot be right: a code, the zone, and a likely reading."""

    code: str  # implausible | looks_like_cm | looks_like_inches | contradicts
    zone: str
    value: float
    likely: float | None = None


@dataclass(frozen=True)
class Body:
    """Measures by zone, known and estimated, and doubts about what was given.

    outside: what of the given lies beyond the people whom the model knows (zones, or age); then nothing is estimated.
    """

    measures: Mapping[str, Measure]
    doubts: tuple[Doubt, ...] = ()
    outside: tuple[str, ...] = ()

    def get(self, zone: str) -> Measure | None:
        """A zone's measure, None when neither measured nor estimable."""
        return self.measures.get(zone)

    @property
    def measured(self) -> tuple[str, ...]:
        """Zones that were measured."""
        return tuple(zone for zone, measure in self.measures.items() if not measure.estimated)


def read_body(
    measures: Mapping[str, float | None],
    gender: str | None = None,
    *,
    age: float | None = None,
    region: str | None = None,
) -> Body:
    """A `Body` from measures in mm (weight in g): impossible and contradictory ones are set aside.

    gender: men, women, else both together; region: korea, us, else both together (see `population`); age in years.
    Nothing is corrected silently: a doubt names the zone and a likely reading (given in cm or inches).
    With no usable measure at all there are no estimates either: an average person is nobody.
    """
    doubts: list[Doubt] = []
    known: dict[str, float] = {}
    for zone, value in measures.items():
        if zone not in _PLAUSIBLE or value is None:
            continue
        if not isinstance(value, int | float) or not np.isfinite(value):
            doubts.append(Doubt("implausible", zone, 0.0))
            continue
        doubt = _implausible(zone, float(value))
        if doubt is None:
            known[zone] = float(value)
        else:
            doubts.append(doubt)
    people = population(gender, region)
    # Nobody older than the surveyed is turned away: the oldest of them are nearest. Children grow; they are.
    years = {} if age is None or not np.isfinite(age) else {AGE: min(float(age), people.ranges[AGE][1])}
    outside = people.outside({name: value for name, value in {**known, **years}.items() if name in _FRAME})
    if not outside:
        doubts += _set_aside_contradictions(known, years, people)
        outside = people.outside(known)
    estimates = {} if outside or not known else _estimates(known | years, people)
    whole = {zone: _measured(zone, known[zone]) if zone in known else estimates.get(zone) for zone in ZONES}
    return Body(MappingProxyType({z: one for z, one in whole.items() if one is not None}), tuple(doubts), outside)


def _implausible(zone: str, value: float) -> Doubt | None:
    least, most = _PLAUSIBLE[zone]
    if least <= value <= most:
        return None
    if zone != "weight":
        for code, factor in (("looks_like_cm", 10.0), ("looks_like_inches", 25.4)):
            if least <= value * factor <= most:
                return Doubt(code, zone, value, value * factor)
    elif least <= value * 1000 <= most:
        return Doubt("looks_like_kg", zone, value, value * 1000)
    return Doubt("implausible", zone, value)


def _set_aside_contradictions(known: dict[str, float], years: Mapping[str, float], people: Population) -> list[Doubt]:
    """Takes out of `known` what the other measures speak against, the worst first, and says so."""
    doubts = []
    while len(known) > 2:
        worst, off, likely = _most_surprising(known, years, people)
        if off < CONTRADICTION_SIGMA:
            break
        doubts.append(Doubt("contradicts", worst, known.pop(worst), likely))
    return doubts


def _most_surprising(
    known: Mapping[str, float], years: Mapping[str, float], people: Population
) -> tuple[str, float, float]:
    """(zone, how many sigmas off, expected value) of the measure its fellows explain least."""
    worst = ("", -1.0, 0.0)
    for zone in (name for name in people.variables if name in known):
        others = {name: value for name, value in known.items() if name != zone}
        expected, spread = people.given({**others, **years}).moments(zone)
        off = abs(known[zone] - expected) / spread
        if off > worst[1]:
            worst = (zone, off, expected)
    return worst


def _measured(zone: str, value: float) -> Measure:
    reach = INTERVAL_SIGMA * (SCALES_SIGMA_G if zone == "weight" else TAPE_SIGMA_MM)
    return Measure(value, value - reach, value + reach)


def _estimates(known: Mapping[str, float], people: Population) -> dict[str, Measure]:
    low, middle, high = people.given(known).quantiles()
    return {
        name: Measure(float(middle[at]), float(low[at]), float(high[at]), True)
        for at, name in enumerate(people.variables)
        if name != AGE and name not in known
    }
