"""Small charts as SVG geometry; templates draw them and put the same figures in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.taxonomy import STYLES
from recommender.wording import term

RADIUS = 80.0
CENTRE = 110.0


@dataclass(frozen=True)
class Spoke:
    label: str
    value: float
    x: float
    y: float
    label_x: float
    label_y: float
    edge_x: float
    edge_y: float
    anchor: str


@dataclass(frozen=True)
class Radar:
    """A 220 x 220 radar. points: the polygon for an SVG `points` attribute; rings: guide radii."""

    spokes: list[Spoke]
    points: str
    rings: tuple[float, ...] = (RADIUS / 3, 2 * RADIUS / 3, RADIUS)


def radar(shares: Mapping[str, float]) -> Radar | None:
    """Eight styles around; the largest share touches the rim. None without any."""
    largest = max(shares.values(), default=0.0)
    if largest <= 0:
        return None
    spokes = []
    for index, style in enumerate(STYLES):
        angle = 2 * math.pi * index / len(STYLES) - math.pi / 2
        dx, dy = math.cos(angle), math.sin(angle)
        reach = RADIUS * shares.get(style.slug, 0.0) / largest
        anchor = "middle" if abs(dx) < 0.3 else "start" if dx > 0 else "end"
        spokes.append(
            Spoke(
                term("style", style.slug),
                shares.get(style.slug, 0.0),
                round(CENTRE + reach * dx, 1),
                round(CENTRE + reach * dy, 1),
                round(CENTRE + (RADIUS + 10) * dx, 1),
                round(CENTRE + (RADIUS + 12) * dy + 4, 1),
                round(CENTRE + RADIUS * dx, 1),
                round(CENTRE + RADIUS * dy, 1),
                anchor,
            )
        )
    return Radar(spokes, " ".join(f"{spoke.x},{spoke.y}" for spoke in spokes))
