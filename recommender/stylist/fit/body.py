"""A body in millimetres: what is measured, what contradicts itself, and what can be estimated.

Missing measures are estimated from the known ones by a small Gaussian model of adults: means and
spreads are round figures for adults in Korea and Europe, correlations come from two factors (length
and mass). The intervals are honest about how little that is; whoever measures is always believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

# zone: (mean men, sd men, mean women, sd women, loading on length, loading on mass, least, most); mm, weight g.
_MODEL: Mapping[str, tuple[float, float, float, float, float, float, float, float]] = MappingProxyType(
    {
        "height": (1730, 65, 1605, 60, 0.95, 0.10, 1200, 2300),
        "weight": (74_000, 11_500, 58_500, 9_500, 0.42, 0.86, 25_000, 250_000),
        "neck": (380, 23, 325, 19, 0.20, 0.75, 240, 600),
        "chest": (985, 70, 865, 70, 0.18, 0.88, 550, 1700),
        "underbust": (900, 65, 750, 60, 0.15, 0.84, 500, 1600),
        "waist": (855, 95, 745, 90, 0.08, 0.90, 450, 1800),
        "high_hip": (900, 80, 850, 75, 0.15, 0.90, 550, 1800),
        "hips": (965, 60, 930, 62, 0.28, 0.88, 600, 1900),
        "thigh": (570, 48, 560, 50, 0.18, 0.86, 330, 1100),
        "shoulder": (440, 24, 385, 21, 0.55, 0.42, 280, 620),
        "arm": (590, 30, 535, 27, 0.86, 0.12, 400, 850),
        "back_length": (440, 25, 395, 22, 0.70, 0.20, 300, 600),
        "inside_leg": (780, 42, 725, 40, 0.90, 0.00, 500, 1100),
        "foot": (256, 12, 234, 11, 0.72, 0.22, 190, 340),
        "head": (572, 16, 552, 16, 0.30, 0.30, 480, 680),
    }
)
ZONES = tuple(_MODEL)
CONTRADICTION_SIGMA = 4.0
INTERVAL_SIGMA = 1.645  # 90 % of a Gaussian
TAPE_SIGMA_MM = 8.0
_INDEX = {zone: at for at, zone in enumerate(ZONES)}
_MEN = np.array([row[0] for row in _MODEL.values()], dtype=np.float64)
_MEN_SD = np.array([row[1] for row in _MODEL.values()], dtype=np.float64)
_WOMEN = np.array([row[2] for row in _MODEL.values()], dtype=np.float64)
_WOMEN_SD = np.array([row[3] for row in _MODEL.values()], dtype=np.float64)
_LOADINGS = np.array([[row[4], row[5]] for row in _MODEL.values()], dtype=np.float64)


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
    """Measures by zone, known and estimated, and doubts about what was given."""

    measures: Mapping[str, Measure]
    doubts: tuple[Doubt, ...] = ()

    def get(self, zone: str) -> Measure | None:
        """A zone's measure, None when neither measured nor estimable."""
        return self.measures.get(zone)

    @property
    def measured(self) -> tuple[str, ...]:
        """Zones that were measured."""
        return tuple(zone for zone, measure in self.measures.items() if not measure.estimated)


def population(gender: str | None) -> tuple[np.ndarray, np.ndarray]:
    """((z,) means, (z, z) covariance) of adults; without a gender the two halves together."""
    correlation = _LOADINGS @ _LOADINGS.T
    np.fill_diagonal(correlation, 1.0)
    if gender == "men":
        return _MEN, correlation * np.outer(_MEN_SD, _MEN_SD)
    if gender == "women":
        return _WOMEN, correlation * np.outer(_WOMEN_SD, _WOMEN_SD)
    half = (_MEN - _WOMEN) / 2
    covariance = correlation * (np.outer(_MEN_SD, _MEN_SD) + np.outer(_WOMEN_SD, _WOMEN_SD)) / 2
    return (_MEN + _WOMEN) / 2, covariance + np.outer(half, half)


def read_body(measures: Mapping[str, float | None], gender: str | None = None) -> Body:
    """A `Body` from measures in mm (weight in g): impossible and contradictory ones are set aside.

    Nothing is corrected silently: a doubt names the zone and a likely reading (given in cm or inches).
    With no usable measure at all there are no estimates either: an average person is nobody.
    """
    doubts: list[Doubt] = []
    known: dict[str, float] = {}
    for zone, value in measures.items():
        if zone not in _MODEL or value is None:
            continue
        if not isinstance(value, int | float) or not np.isfinite(value):
            doubts.append(Doubt("implausible", zone, 0.0))
            continue
        doubt = _implausible(zone, float(value))
        if doubt is None:
            known[zone] = float(value)
        else:
            doubts.append(doubt)
    mean, covariance = population(gender)
    while len(known) > 2:
        worst, sigma, likely = _most_surprising(known, mean, covariance)
        if sigma < CONTRADICTION_SIGMA:
            break
        doubts.append(Doubt("contradicts", worst, known.pop(worst), likely))
    return Body(MappingProxyType(_complete(known, mean, covariance)), tuple(doubts))


def _implausible(zone: str, value: float) -> Doubt | None:
    least, most = _MODEL[zone][6:]
    if least <= value <= most:
        return None
    if zone != "weight":
        for code, factor in (("looks_like_cm", 10.0), ("looks_like_inches", 25.4)):
            if least <= value * factor <= most:
                return Doubt(code, zone, value, value * factor)
    elif least <= value * 1000 <= most:
        return Doubt("looks_like_kg", zone, value, value * 1000)
    return Doubt("implausible", zone, value)


def _most_surprising(known: Mapping[str, float], mean: np.ndarray, covariance: np.ndarray) -> tuple[str, float, float]:
    """(zone, how many sigmas off, expected value) of the measure its fellows explain least."""
    worst = ("", -1.0, 0.0)
    for zone, value in known.items():
        others = {name: other for name, other in known.items() if name != zone}
        expected, sd = _condition(others, zone, mean, covariance)
        off = abs(value - expected) / sd
        if off > worst[1]:
            worst = (zone, off, expected)
    return worst


def _condition(known: Mapping[str, float], zone: str, mean: np.ndarray, covariance: np.ndarray) -> tuple[float, float]:
    """(mean, sd) of a zone given others."""
    at = _INDEX[zone]
    if not known:
        return float(mean[at]), float(np.sqrt(covariance[at, at]))
    rows = [_INDEX[name] for name in known]
    noise = np.diag([TAPE_SIGMA_MM**2 if name != "weight" else 1000.0**2 for name in known])
    gain = np.linalg.solve(covariance[np.ix_(rows, rows)] + noise, covariance[rows, at])
    gap = np.array(list(known.values())) - mean[rows]
    variance = covariance[at, at] - covariance[at, rows] @ gain
    return float(mean[at] + gain @ gap), float(np.sqrt(max(variance, 1.0)))


def _complete(known: Mapping[str, float], mean: np.ndarray, covariance: np.ndarray) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    for zone in ZONES:
        if zone in known:
            reach = INTERVAL_SIGMA * (TAPE_SIGMA_MM if zone != "weight" else 1000.0)
            measures[zone] = Measure(known[zone], known[zone] - reach, known[zone] + reach)
        elif known:
            value, sd = _condition(known, zone, mean, covariance)
            reach = INTERVAL_SIGMA * sd
            measures[zone] = Measure(value, value - reach, value + reach, True)
    return measures
