# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Patterns as layers of colour: each is a seamless tile and the role of the colour that lies there."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image

from training.flatlay import paths, tiles
from training.flatlay.tiles import SIDE, Grey, Stamp

CLEAR, QUIET, SPARK, LEAF = range(4)
Layers = tuple[tuple[Image.Image, int], ...]
_v, _u = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


def _lines(coordinate: Grey, wave: float, width: float, shift: float = 0.0) -> Grey:
    """Anti-aliased bars `width` pixels wide every `wave` pixels, 0..1."""
    wave = SIDE / round(SIDE / wave)
    away = np.abs((coordinate + shift) % wave - wave / 2)
    return np.clip(width / 2 - away + 0.5, 0, 1)


def _layer(field: Grey) -> Image.Image:
    return Image.fromarray((np.clip(field, 0, 1) * 255).astype(np.uint8))


def _breton() -> Layers:
    return ((_layer(_lines(_v, 34, 12)), CLEAR),)


def _rugby() -> Layers:
    return ((_layer(_lines(_v, 128, 62)), CLEAR), (_layer(_lines(_v, 128, 6, 44)), QUIET))


def _candy() -> Layers:
    return ((_layer(_lines(_u, 15, 7)), CLEAR),)


def _pin() -> Layers:
    return ((_layer(_lines(_u, 21, 1.6) * 0.75), CLEAR),)


def _ticking() -> Layers:
    return ((_layer(np.maximum(_lines(_u, 51.2, 7), 0.8 * _lines(_u, 51.2, 2, 10))), CLEAR),)


def _gingham() -> Layers:
    a, b = _lines(_u, 28, 14), _lines(_v, 28, 14)
    return ((_layer(0.45 * a + 0.45 * b), CLEAR),)


def _tartan() -> Layers:
    twill = 0.78 + 0.22 * np.sign(np.sin((_u + _v) * math.pi / 2))

    def cross(wave: float, width: float, shift: float, strength: float) -> Grey:
        return strength * np.maximum(_lines(_u, wave, width, shift), _lines(_v, wave, width, shift) * twill)

    return (
        (_layer(cross(128, 46, 0, 0.55) + 0.2 * _lines(_u, 128, 46) * _lines(_v, 128, 46)), QUIET),
        (_layer(cross(128, 13, 42, 0.75)), CLEAR),
        (_layer(cross(128, 4, 0, 0.85)), SPARK),
    )


def _windowpane() -> Layers:
    return ((_layer(0.8 * np.maximum(_lines(_u, 64, 2.2), _lines(_v, 64, 2.2))), CLEAR),)


def _glen() -> Layers:
    fine = (np.sin(_u * math.pi / 2) * np.sin(_v * math.pi / 2) > 0).astype(np.float32)
    blocks = np.maximum(_lines(_u, 64, 34), _lines(_v, 64, 34))
    return ((_layer(fine * (0.2 + 0.4 * blocks)), CLEAR), (_layer(0.5 * np.maximum(_lines(_u, 64, 2, 32),
        _lines(_v, 64, 2, 32))), SPARK))


def _dots(wave: float, radius: float) -> Callable[[], Layers]:
    def draw() -> Layers:
        w = SIDE / (2 * round(SIDE / wave / 2))
        row = np.floor(_v / w)
        x = (_u + (row % 2) * w / 2) % w - w / 2
        away = np.hypot(x, _v % w - w / 2)
        return ((_layer(np.clip(radius - away + 0.5, 0, 1)), CLEAR),)

    return draw


def _spread(count: int, apart: float, seed: int) -> list[tuple[float, float]]:
    """Points no nearer than `apart` on the wrapped tile."""
    rng = np.random.default_rng(seed)
    kept: list[tuple[float, float]] = []
    for x, y in rng.random((count * 60, 2)) * SIDE:
        near = (np.hypot((x - a + SIDE / 2) % SIDE - SIDE / 2, (y - b + SIDE / 2) % SIDE - SIDE / 2) < apart for a,
            b in kept)
        if not any(near):
            kept.append((float(x), float(y)))
        if len(kept) == count:
            break
    return kept


def _petal(x: float, y: float, reach: float, width: float, turn: float) -> np.ndarray:
    out = paths.curve([paths.Corner(0, 0), (reach * 0.45, -width), (reach, -width * 0.25), (reach, width * 0.25),
        (reach * 0.45, width)], closed=True)
    return paths.turned(out + np.array([x, y]), turn, about=(x, y))


def _blossoms(count: int, apart: float, size: float, seed: int) -> Callable[[], Layers]:
    def draw() -> Layers:
        rng = np.random.default_rng(seed)
        petals, inner, hearts, leaves = Stamp(), Stamp(), Stamp(), Stamp()
        for x, y in _spread(count, apart, seed):
            r, turn = size * rng.uniform(0.6, 1.2), rng.uniform(0, 360)
            for k in range(rng.integers(2, 4)):
                a = turn + 130 * k + rng.uniform(-25, 25)
                leaves.polygon(_petal(x, y, r * rng.uniform(1.6, 2.1), r * 0.26, a))
            n = int(rng.integers(5, 7))
            for k in range(n):
                petals.polygon(_petal(x, y, r, r * 0.42, turn + k * 360 / n))
                inner.polygon(_petal(x, y, r * 0.55, r * 0.12, turn + k * 360 / n))
            hearts.polygon(paths.ellipse(x, y, r * 0.22, r * 0.22))
        return ((leaves.layer(), LEAF), (petals.layer(), CLEAR), (inner.layer(), QUIET), (hearts.layer(), SPARK))

    return draw


def _cutouts() -> Layers:
    """Paper cut-outs: leaves, pebbles and arcs."""
    rng = np.random.default_rng(77)
    stamps = Stamp(), Stamp(), Stamp()
    for i, (x, y) in enumerate(_spread(40, 62, 5)):
        stamp, turn = stamps[i % 3], rng.uniform(0, 360)
        match i % 4:
            case 0:
                t = np.linspace(0, 2 * math.pi, 60)
                wave = 26 * (1 + 0.22 * np.sin(3 * t + turn) + 0.12 * np.sin(5 * t))
                stamp.polygon(np.column_stack([x + wave * np.cos(t), y + wave * np.sin(t)]))
            case 1:
                for k in range(-3, 4):
                    px, py = x + 9 * k * math.cos(math.radians(turn)), y + 9 * k * math.sin(math.radians(turn))
                    for side in (-58, 58):
                        stamp.polygon(_petal(px, py, 24 - 2.4 * abs(k), 5, turn + side))
            case 2:
                arc = paths.ellipse(x, y, 24, 24)[: 28]
                stamp.polygon(paths.turned(paths.band(arc, 9), turn, about=(x, y)))
            case _:
                stamp.polygon(_petal(x - 16, y, 40, 11, turn))
    return ((stamps[0].layer(), CLEAR), (stamps[1].layer(), QUIET), (stamps[2].layer(), SPARK))


def _bandana() -> Layers:
    """Paisley drops in rows with dotted rims."""
    stamp, dots = Stamp(), Stamp()
    for i in range(4):
        for j in range(4):
            x, y, flip = 64 + i * 128 + (j % 2) * 64, 64 + j * 128, 1 if (i + j) % 2 else -1
            drop = paths.curve([paths.Corner(x + flip * 20, y - 44), (x + flip * 30, y + 4), (x, y + 34),
                (x - flip * 30, y + 6), (x - flip * 12, y - 18)], closed=True)
            ring = np.vstack([drop, drop[:1]])
            stamp.polygon(paths.band(ring, 5))
            centre = (x, y + 6)
            for k in range(6):
                stamp.polygon(_petal(*centre, 14, 4, k * 60))
            for px, py in paths.part(paths.offset(ring, -9), 0, 1, 22):
                dots.polygon(paths.ellipse(px, py, 2.6, 2.6, count=10))
            for k in range(8):
                dots.polygon(_petal(x + 64, y, 13, 3, k * 45))
    return ((stamp.layer(), CLEAR), (dots.layer(), CLEAR))


def _camo() -> Layers:
    fields = [tiles.noise(60 + k, 22, 120, stretch=1.7) + 0.25 * tiles.noise(70 + k, 7, 30) for k in range(3)]
    steps = [(fields[0], 0.25, QUIET), (fields[1], 0.55, LEAF), (fields[2], 1.0, CLEAR)]
    return tuple((_layer((field - cut) * 9), role) for field, cut, role in steps)


def _leopard() -> Layers:
    rng = np.random.default_rng(9)
    rims, hearts = Stamp(), Stamp()
    for x, y in _spread(150, 33, 8):
        t, turn = np.linspace(0, 2 * math.pi, 26, endpoint=False), rng.uniform(0, 360)
        r = rng.uniform(9.5, 13.5)
        wave = 1 + 0.18 * np.sin(2 * t + rng.uniform(0, 6)) + 0.1 * np.sin(3 * t + rng.uniform(0, 6))
        blot = np.column_stack([x + r * 0.9 * wave * np.cos(t), y + r * 1.1 * wave * np.sin(t)])
        hearts.polygon((blot - (x, y)) * 0.62 + (x, y))
        for start in rng.permutation([0, 8, 17])[: rng.integers(2, 4)]:
            piece = np.roll(blot, -int(start), axis=0)[:8]
            rims.polygon(paths.turned(paths.lens(piece, 7.5), turn * 0, about=(x, y)))
    return ((hearts.layer(), QUIET), (rims.layer(), CLEAR))


def _zebra() -> Layers:
    bend = 13 * tiles.noise(90, 60, 200)
    return ((_layer(np.sin((_v + bend) * 2 * math.pi / 42.67) * 3.4 - 0.5 + 0.5 * tiles.noise(91, 60, 170)), CLEAR),)


_VARIANTS: dict[str, Callable[[], Layers]] = {
    "breton": _breton,
    "rugby": _rugby,
    "candy": _candy,
    "pin": _pin,
    "ticking": _ticking,
    "gingham": _gingham,
    "tartan": _tartan,
    "windowpane": _windowpane,
    "glen": _glen,
    "dots": _dots(36, 5.0),
    "coin-dots": _dots(64, 13.0),
    "ditsy": _blossoms(70, 46, 12, 1),
    "bloom": _blossoms(13, 110, 35.6, 2),
    "cut-outs": _cutouts,
    "bandana": _bandana,
    "camo": _camo,
    "leopard": _leopard,
    "zebra": _zebra,
}
SUITS = {
    ("stripe", "knit"): ("breton", "rugby"),
    ("stripe", "woven"): ("candy", "ticking"),
    ("stripe", "tailored"): ("pin",),
    ("check", "knit"): ("windowpane", "gingham"),
    ("check", "woven"): ("gingham", "tartan"),
    ("check", "tailored"): ("glen", "windowpane", "tartan"),
    ("dot", ""): ("dots", "coin-dots"),
    ("floral", ""): ("ditsy", "bloom"),
    ("print", ""): ("cut-outs", "bandana"),
    ("graphic", ""): ("cut-outs",),
    ("camo", ""): ("camo",),
    ("animal", ""): ("leopard", "zebra"),
}


@lru_cache(maxsize=64)
def layers(variant: str) -> Layers:
    return tuple((tiles.repeated(tile), role) for tile, role in _VARIANTS[variant]())


def variant(pattern: str, family: str, rng: np.random.Generator) -> str | None:
    """Which drawing of a taxonomy pattern suits a knit, woven or tailored garment; None for solid."""
    options = SUITS.get((pattern, family)) or SUITS.get((pattern, ""))
    return str(rng.choice(options)) if options else None
