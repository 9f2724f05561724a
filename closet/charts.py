"""A small line chart as numbers for an SVG template: no script, no library, readable beside its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
