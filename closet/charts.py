"""Small charts as numbers for SVG templates: no script, no library, readable beside their words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 320, 132
LEFT, RIGHT, TOP, BOTTOM = 10, 10, 14, 22


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    day: date
    text: str  # the value as a person reads it
    is_last: bool


class LineChart:
    """points: (day, value), oldest first, at least two. `say` turns a value into what is read beside the line."""

    width, height = WIDTH, HEIGHT

    def __init__(self, points: Sequence[tuple[date, int]], say: Callable[[float], str]) -> None:
        days, values = [day for day, _value in points], [value for _day, value in points]
        self.first_day, self.last_day = days[0], days[-1]
        low, high = min(values), max(values)
        # A hair's breadth is not drawn as a mountain: the axis spans at least 4 % of the value.
        least = max(high - low, 0.04 * high)
        middle = (low + high) / 2
        self._low, self._span = middle - least * 0.6, least * 1.2
        self._first, self._days = days[0].toordinal(), max((days[-1] - days[0]).days, 1)
        self.dots = [
            Dot(self._x(day), self._y(value), day, say(value), index == len(points) - 1)
            for index, (day, value) in enumerate(points)
        ]

    @property
    def last(self) -> Dot:
        return self.dots[-1]

    @property
    def line(self) -> str:
        """The `d` of the line's path."""
        return "M" + " L".join(f"{dot.x} {dot.y}" for dot in self.dots)

    @property
    def area(self) -> str:
        """The `d` of the field under the line."""
        floor = HEIGHT - BOTTOM
        return f"{self.line} L{self.dots[-1].x} {floor} L{self.dots[0].x} {floor} Z"

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM

    def _x(self, day: date) -> float:
        return round(LEFT + (day.toordinal() - self._first) / self._days * (WIDTH - LEFT - RIGHT), 1)

    def _y(self, value: float) -> float:
        return round(TOP + (1 - (value - self._low) / self._span) * (HEIGHT - TOP - BOTTOM), 1)


WHEEL = 100  # radius of the colour wheel
NEUTRAL = 12  # CIELAB chroma below which a colour is a grey, an ivory or a navy near black to most eyes
VIVID = 75  # chroma at the wheel's rim


@dataclass(frozen=True)
class WheelDot:
    x: float
    y: float
    hex: str


class ColourWheel:
    """Each garment's main colour by its hue (CIELAB, red to the right, yellow up) and, outwards, its chroma.

    swatches: (lab, hex) of each. What the dots show is in `neutral`, `warm` and `cool`: shares of all, 1 together.
    """

    radius = WHEEL

    def __init__(self, swatches: Iterable[tuple[Sequence[float], str]]) -> None:
        rows = list(swatches)
        self.dots = [self._dot(lab, code) for lab, code in rows]
        chromas = [math.hypot(lab[1], lab[2]) for lab, _code in rows]
        hues = [math.degrees(math.atan2(lab[2], lab[1])) % 360 for lab, _code in rows]
        count = max(len(rows), 1)
        self.neutral = sum(chroma < NEUTRAL for chroma in chromas) / count
        # Red, orange and yellow are warm: from magenta-red over yellow to where green begins.
        warm = sum(c >= NEUTRAL and (h < 110 or h > 330) for c, h in zip(chromas, hues, strict=True))
        self.warm = warm / count
        self.cool = sum(c >= NEUTRAL and 110 <= h <= 330 for c, h in zip(chromas, hues, strict=True)) / count

    @staticmethod
    def _dot(lab: Sequence[float], code: str) -> WheelDot:
        _, a, b = lab
        reach = min(math.hypot(a, b) / VIVID, 1.0) * (WHEEL - 8)
        angle = math.atan2(b, a)
        return WheelDot(round(reach * math.cos(angle), 1), round(-reach * math.sin(angle), 1), code)
