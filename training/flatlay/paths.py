"""Outlines: smooth curves through a few points, in units of the drawing's side (x right, y down, 0..1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2)


class Corner(NamedTuple):
    """A point where the outline turns sharply; a plain (x, y) is passed smoothly."""

    x: float
    y: float
    sharp: bool = True


Node = tuple[float, float] | Corner
_STEPS = np.linspace(0, 1, 10, endpoint=False)[:, None]
_HERMITE = np.hstack(
    [
        2 * _STEPS**3 - 3 * _STEPS**2 + 1,
        _STEPS**3 - 2 * _STEPS**2 + _STEPS,
        -2 * _STEPS**3 + 3 * _STEPS**2,
        _STEPS**3 - _STEPS**2,
    ]
)


def curve(nodes: Sequence[Node], *, closed: bool = False) -> Points:
    """A curve through the nodes. Returns (n, 2) points; a closed one does not repeat its first point."""
    xy = np.array([node[:2] for node in nodes], dtype=float)
    sharp = [len(node) == 3 for node in nodes]
    count = len(xy)
    pieces = []
    for i in range(count if closed else count - 1):
        j = (i + 1) % count
        before = xy[i - 1] if (closed or i) and not sharp[i] else None
        after = xy[(j + 1) % count] if (closed or j + 1 < count) and not sharp[j] else None
        chord = xy[j] - xy[i]
        reach = float(np.hypot(*chord))
        start = _tangent(before, xy[i], xy[j], reach)
        end = _tangent(xy[i], xy[j], after, reach)
        if before is None and after is None:
            start = end = chord
        elif before is None:
            start = 1.5 * chord - 0.5 * end
        elif after is None:
            end = 1.5 * chord - 0.5 * start
        pieces.append(_HERMITE @ np.array([xy[i], start, xy[j], end]))
    if not closed:
        pieces.append(xy[-1:])
    return np.vstack(pieces)


def _tangent(a: Points | None, b: Points, c: Points | None, reach: float) -> Points:
    """The direction at b between its neighbours, as long as the segment it serves (so short ones do not loop)."""
    if a is None or c is None:
        return np.zeros(2)
    direction = (c - a) / max(float(np.hypot(*(c - a))), 1e-9)
    return direction * reach


def corners(*nodes: tuple[float, float]) -> list[Corner]:
    return [Corner(x, y) for x, y in nodes]


def mirrored(points: Points, axis: float = 0.5) -> Points:
    """The other side's points, in drawing order reversed so that outlines keep their sense."""
    flipped = points[::-1].copy()
    flipped[:, 0] = 2 * axis - flipped[:, 0]
    return flipped


def both_sides(right_half: Points, axis: float = 0.5) -> Points:
    """A closed outline from its right half, listed from the top of the axis to its bottom."""
    return np.vstack([right_half, mirrored(right_half, axis)])


def along(points: Points, t: float) -> tuple[float, float]:
    """The point at the share t of the curve's length."""
    x, y = resampled(points, np.array([t]))[0]
    return float(x), float(y)


def resampled(points: Points, shares: NDArray[np.float64]) -> Points:
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = shares * lengths[-1]
    return np.column_stack([np.interp(wanted, lengths, points[:, 0]), np.interp(wanted, lengths, points[:, 1])])


def part(points: Points, start: float, end: float, count: int = 24) -> Points:
    return resampled(points, np.linspace(start, end, count))


def offset(points: Points, distance: float) -> Points:
    """The curve moved sideways (to its right when walking along it, y down)."""
    step = np.gradient(points, axis=0)
    step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    return points + distance * np.column_stack([-step[:, 1], step[:, 0]])


def band(points: Points, width: float, *, end_width: float | None = None) -> Points:
    """A closed strip from the curve to its offset; the width may change along it."""
    widths = np.linspace(width, width if end_width is None else end_width, len(points))
    step = np.gradient(points, axis=0)
    step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    return np.vstack([points, (points + widths[:, None] * np.column_stack([-step[:, 1], step[:, 0]]))[::-1]])


def lens(points: Points, width: float) -> Points:
    """A closed sliver along the curve, widest in the middle: what a fold looks like."""
    half = width / 2 * np.sin(np.linspace(0.05, math.pi - 0.05, len(points)))
    step = np.gradient(points, axis=0)
    step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    side = half[:, None] * np.column_stack([-step[:, 1], step[:, 0]])
    return np.vstack([points + side, (points - side)[::-1]])


def ellipse(x: float, y: float, rx: float, ry: float, *, turn: float = 0, count: int = 48) -> Points:
    t = np.linspace(0, 2 * math.pi, count, endpoint=False)
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    ex, ey = rx * np.cos(t), ry * np.sin(t)
    return np.column_stack([x + c * ex - s * ey, y + s * ex + c * ey])


def rectangle(x0: float, y0: float, x1: float, y1: float, *, rounded: float = 0) -> Points:
    if not rounded:
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    r = min(rounded, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    quarter = np.linspace(0, math.pi / 2, 8)
    spots = [
        (x1 - r, y0 + r, -math.pi / 2),
        (x1 - r, y1 - r, 0),
        (x0 + r, y1 - r, math.pi / 2),
        (x0 + r, y0 + r, math.pi),
    ]
    return np.vstack([np.column_stack([x + r * np.cos(a + quarter), y + r * np.sin(a + quarter)]) for x, y, a in spots])


def line(*nodes: tuple[float, float]) -> Points:
    return np.array(nodes, dtype=float)


def turned(points: Points, degrees: float, *, about: tuple[float, float]) -> Points:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = points[:, 0] - about[0], points[:, 1] - about[1]
    return np.column_stack([about[0] + c * x - s * y, about[1] + s * x + c * y])
