"""Size charts as they are found: body or garment measures, flat or around, in cm, mm or inches.

`read_chart` makes them millimetres around and says what it had to assume or could not believe: a
chart in inches that is labelled centimetres, sizes out of order, rows that contradict themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .ease import GIRTHS

UNIT_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
BASES = ("body", "garment", "flat")  # flat: widths of a garment lying flat, half a girth
# Believable (least, most) mm of adult garments, around for girths. Bodies lie inside them too.
_PLAUSIBLE = {
    "chest": (640, 1800),
    "waist": (520, 1700),
    "hips": (680, 1900),
    "thigh": (380, 1100),
    "shoulder": (300, 750),
    "sleeve": (100, 950),
    "back_length": (330, 1400),
    "inside_leg": (50, 1100),
    "skirt_length": (250, 1250),
    "neck": (270, 600),
    "height": (1300, 2200),
    "foot": (190, 340),
    "head": (480, 680),
}
Range = tuple[float, float]


@dataclass(frozen=True)
class SizeRow:
    """One size: label, and zone -> (low, high) mm; a single value has both ends alike."""

    label: str
    zones: Mapping[str, Range]

    def middle(self, zone: str) -> float | None:
        """The middle of a zone's range."""
        found = self.zones.get(zone)
        return None if found is None else (found[0] + found[1]) / 2


@dataclass(frozen=True)
class ChartDoubt:
    """What is odd about a chart: a code, and the sizes or zones it is about."""

    code: str  # unit_is_in | unit_is_mm | unit_is_cm | widths_not_girths | girths_not_widths | order |
    # reversed_range | implausible | empty
    about: str = ""


@dataclass(frozen=True)
class SizeChart:
    """A chart in millimetres around. basis: body or garment."""

    rows: tuple[SizeRow, ...]
    basis: str
    doubts: tuple[ChartDoubt, ...] = ()

    @property
    def zones(self) -> tuple[str, ...]:
        """Zones any row has, in the order first met."""
        return tuple(dict.fromkeys(zone for row in self.rows for zone in row.zones))


def read_chart(
    rows: Sequence[tuple[str, Mapping[str, float | Range | None]]],
    *,
    unit: str = "cm",
    basis: str = "garment",
) -> SizeChart:
    """Read rows of (label, zone -> number or (low, high)) as somebody typed them.

    unit: mm, cm or in as labelled; basis: body, garment (around) or flat (widths). Both are checked
    against what human beings and clothes measure: when they cannot be meant and another reading can,
    that one is taken and a doubt says so. Values nobody can wear are left out with a doubt. Never
    raises for what is in the rows.
    """
    doubts: list[ChartDoubt] = []
    typed = _typed(rows, doubts)
    if not any(zones for _, zones in typed):
        return SizeChart((), "body" if basis == "body" else "garment", (*doubts, ChartDoubt("empty")))
    given = (unit if unit in UNIT_MM else "cm", basis == "flat")
    best = _best_reading(typed, given, basis)
    if best[0] != given[0]:
        doubts.append(ChartDoubt(f"unit_is_{best[0]}", given[0]))
    if best[1] != given[1]:
        doubts.append(ChartDoubt("widths_not_girths" if best[1] else "girths_not_widths"))
    read = []
    for label, zones in typed:
        kept = {}
        for zone, ends in zones.items():
            in_mm = _in_mm(zone, ends, *best)
            if _believable(zone, in_mm):
                kept[zone] = in_mm
            else:
                doubts.append(ChartDoubt("implausible", f"{label} {zone}"))
        read.append(SizeRow(label, kept))
    doubts += _disorder(read)
    return SizeChart(tuple(row for row in read if row.zones), "body" if basis == "body" else "garment", tuple(doubts))


def _typed(
    rows: Sequence[tuple[str, Mapping[str, float | Range | None]]], doubts: list[ChartDoubt]
) -> list[tuple[str, dict[str, Range]]]:
    typed = []
    for label, zones in rows:
        ends: dict[str, Range] = {}
        for zone, value in zones.items():
            if value is None or zone not in _PLAUSIBLE:
                continue
            pair = value if isinstance(value, tuple | list) else (value, value)
            if len(pair) != 2 or not all(isinstance(end, int | float) and np.isfinite(end) for end in pair):
                doubts.append(ChartDoubt("implausible", f"{label} {zone}"))
                continue
            if pair[0] > pair[1]:
                doubts.append(ChartDoubt("reversed_range", f"{label} {zone}"))
            ends[zone] = (float(min(pair)), float(max(pair)))
        typed.append((str(label), ends))
    return typed


def _in_mm(zone: str, ends: Range, unit: str, flat: bool) -> Range:
    factor = UNIT_MM[unit] * (2 if flat and zone in GIRTHS else 1)
    return ends[0] * factor, ends[1] * factor


def _believable(zone: str, ends: Range) -> bool:
    least, most = _PLAUSIBLE[zone]
    return least <= ends[0] and ends[1] <= most


def _best_reading(
    typed: Sequence[tuple[str, Mapping[str, Range]]], given: tuple[str, bool], basis: str
) -> tuple[str, bool]:
    """(unit, flat) under which most values are believable; the given one unless clearly beaten."""

    def share(reading: tuple[str, bool]) -> float:
        # Girths tell readings apart best: a length may pass as almost anything.
        right = total = 0.0
        for _, zones in typed:
            for zone, ends in zones.items():
                weight = 3.0 if zone in GIRTHS else 1.0
                total += weight
                right += weight * _believable(zone, _in_mm(zone, ends, *reading))
        return right / total

    trusted = share(given)
    flats = (False,) if basis == "body" else (given[1], not given[1])
    readings = [(unit, flat) for flat in flats for unit in (given[0], "cm", "in", "mm")]
    # A wrong label is a claim about somebody's work: only a plain majority of values overturns it.
    best = max(readings, key=lambda reading: (round(share(reading), 6), reading == given, reading[1] == given[1]))
    return best if share(best) >= trusted + 0.4 and share(best) >= 0.7 else given


def _disorder(rows: Sequence[SizeRow]) -> list[ChartDoubt]:
    """Zones that do not grow from row to row while the chart as a whole does (or shrink throughout)."""
    doubts = []
    for zone in dict.fromkeys(zone for row in rows for zone in row.zones):
        middles = [(row.label, middle) for row in rows if (middle := row.middle(zone)) is not None]
        steps = np.diff([middle for _, middle in middles])
        if len(steps) and (steps > 0).any() and (steps < 0).any():
            wrong = steps < 0 if (steps > 0).sum() >= (steps < 0).sum() else steps > 0
            at = int(np.flatnonzero(wrong)[0])
            doubts.append(ChartDoubt("order", f"{middles[at][0]}-{middles[at + 1][0]} {zone}"))
    return doubts


def grade_step(chart: SizeChart, zone: str) -> float | None:
    """Median difference in mm between neighbouring sizes in a zone, None with fewer than two."""
    middles = sorted({middle for row in chart.rows if (middle := row.middle(zone)) is not None})
    return float(np.median(np.diff(middles))) if len(middles) > 1 else None
