# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Chest prints: small wordless pictures."""

from __future__ import annotations

import math

import numpy as np

from catalog.colour import LAB, Lab, accents
from training.flatlay import paths
from training.flatlay.bench import Bench
from training.flatlay.paths import Corner, Points, curve


def print_on(b: Bench, x: float, y: float, size: float) -> None:
    """Print one of the motifs, chosen by the garment's luck, around (x, y)."""
    clear, quiet, spark = accents(b.lab, b.rng)
    if len(b.colours) > 1:
        clear = b.colours[1]
    if len(b.colours) > 2:
        spark = b.colours[2]
    draw = (_sunset, _peaks, _wave, _bouquet, _arches, _cat, _college)[int(b.rng.integers(7))]
    draw(b, x, y, size, clear, quiet, spark)


def _ink(b: Bench, shape: Points, lab: Lab, holes: tuple[Points, ...] = ()) -> None:
    """Ink follows the cloth: it changes colour and keeps the light."""
    sheet = b.sheet
    light, gloss, alpha = sheet.light.copy(), sheet.gloss.copy(), sheet.alpha.copy()
    sheet.panel(shape, b.cloth.dyed(lab), puff=0, cast=0, crease=0, soft=0.4, edge=0, holes=holes)
    sheet.light, sheet.gloss, sheet.alpha = light, gloss, alpha


def _sunset(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    bars = [paths.rectangle(x - s, y + s * (0.05 + 0.2 * k), x + s, y + s * (0.09 + 0.235 * k)) for k in range(5)]
    _ink(b, paths.ellipse(x, y, s * 0.82, s * 0.82), spark, tuple(bars))


def _peaks(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    _ink(b, paths.ellipse(x + 0.35 * s, y - 0.42 * s, 0.26 * s, 0.26 * s), spark)
    _ink(b, np.array([(x - s, y + 0.6 * s), (x - 0.3 * s, y - 0.55 * s), (x + 0.4 * s, y + 0.6 * s)]), clear)
    _ink(b, np.array([(x - 0.1 * s, y + 0.6 * s), (x + 0.45 * s, y - 0.15 * s), (x + s, y + 0.6 * s)]), quiet)
    _ink(b, np.array([(x - 0.3 * s, y - 0.55 * s), (x - 0.09 * s, y - 0.21 * s), (x - 0.24 * s, y - 0.28 * s),
        (x - 0.34 * s, y - 0.16 * s), (x - 0.48 * s, y - 0.25 * s)]), spark)


def _wave(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    t = np.linspace(-1, 1, 60)
    for k, lab in enumerate((clear, spark, clear, quiet)):
        line = np.column_stack([x + s * t, y + s * (-0.5 + 0.32 * k) + 0.13 * s * np.sin(t * 7 + k * 0.7)])
        _ink(b, paths.band(line, 0.15 * s), lab)


def _bouquet(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    leaf: Lab = (45, -22, 18) if b.lab[0] > 30 else (64, -22, 20)
    for dx, dy, r, lab in ((-0.45, -0.3, 0.3, clear), (0.42, -0.42, 0.27, spark), (0.02, -0.66, 0.22, clear),
        (0.05, -0.08, 0.24, quiet)):
        stem = curve([(x + dx * s, y + dy * s), (x + dx * 0.4 * s, y + 0.35 * s), (x, y + 0.95 * s)])
        _ink(b, paths.band(stem, 0.035 * s), leaf)
        mid = paths.along(stem, 0.45)
        _ink(b, paths.ellipse(mid[0] + 0.10 * s, mid[1], 0.14 * s, 0.05 * s, turn=-38), leaf)
        for k in range(6):
            a = k * math.pi / 3 + dx
            _ink(b, paths.ellipse(x + dx * s + r * s * 0.55 * math.cos(a), y + dy * s + r * s * 0.55 * math.sin(a),
                r * s * 0.5, r * s * 0.32, turn=math.degrees(a)), lab)
        _ink(b, paths.ellipse(x + dx * s, y + dy * s, r * s * 0.26, r * s * 0.26), LAB["mustard"])


def _arches(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    for k, lab in enumerate((clear, spark, quiet)):
        r = s * (0.95 - 0.3 * k)
        arch = paths.ellipse(x, y + 0.4 * s, r, r * 1.05, count=72)[36:]
        legs = np.vstack([paths.line((x - r, y + 0.62 * s)), arch, paths.line((x + r, y + 0.62 * s))])
        _ink(b, paths.band(legs, 0.17 * s), lab)


def _cat(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    head = curve([Corner(x - 0.62 * s, y - 0.78 * s), (x - 0.25 * s, y - 0.5 * s), (x + 0.25 * s, y - 0.5 * s),
        Corner(x + 0.62 * s, y - 0.78 * s), (x + 0.74 * s, y), (x + 0.4 * s, y + 0.46 * s), (x, y + 0.55 * s),
        (x - 0.4 * s, y + 0.46 * s), (x - 0.74 * s, y)], closed=True)
    _ink(b, head, clear)
    for side in (-1, 1):
        _ink(b, paths.lens(curve([(x + side * 0.44 * s, y + 0.02 * s), (x + side * 0.3 * s, y + 0.1 * s),
            (x + side * 0.16 * s, y + 0.02 * s)]), 0.07 * s), b.lab)
        for k in (-1, 1):
            _ink(b, paths.band(paths.line((x + side * 0.5 * s, y + (0.2 + 0.05 * k) * s),
                (x + side * 0.98 * s, y + (0.17 + 0.11 * k) * s)), 0.022 * s), clear if k else quiet)
    _ink(b, np.array([(x - 0.07 * s, y + 0.16 * s), (x + 0.07 * s, y + 0.16 * s), (x, y + 0.25 * s)]), spark)


def _college(b: Bench, x: float, y: float, s: float, clear: Lab, quiet: Lab, spark: Lab) -> None:
    """A felt letter: an O, the house's initial, in two rims."""
    outer = paths.rectangle(x - 0.66 * s, y - 0.8 * s, x + 0.66 * s, y + 0.8 * s, rounded=0.42 * s)
    middle = paths.rectangle(x - 0.56 * s, y - 0.7 * s, x + 0.56 * s, y + 0.7 * s, rounded=0.34 * s)
    hole = paths.rectangle(x - 0.2 * s, y - 0.36 * s, x + 0.2 * s, y + 0.36 * s, rounded=0.14 * s)
    inner = paths.rectangle(x - 0.1 * s, y - 0.26 * s, x + 0.1 * s, y + 0.26 * s, rounded=0.08 * s)
    _ink(b, outer, spark, (inner,))
    _ink(b, middle, clear, (hole,))
