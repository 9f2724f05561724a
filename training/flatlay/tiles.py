"""Seamless grey tiles: the weave of materials, the creases of cloth and the shapes of patterns.

A tile is drawn once a process and sampled at any angle. 128 is "no change" for weaves and creases; a pattern's
layers say how much of a colour lies there, 0..255.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

SIDE = 512  # A tile's side in pixels of a 768-pixel drawing.
_REPEATED = 1664  # Enough for the drawing's diagonal from any corner of the tile.
Grey = NDArray[np.floating]
_v, _u = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


def noise(seed: int, low: float, high: float, *, stretch: float = 1.0) -> Grey:
    """Seamless noise with waves between `low` and `high` pixels long, mean 0, deviation 1. stretch > 1: taller."""
    white = np.random.default_rng(seed).standard_normal((SIDE, SIDE))
    fy, fx = np.meshgrid(np.fft.fftfreq(SIDE) * stretch, np.fft.rfftfreq(SIDE), indexing="ij")
    f = np.hypot(fy, fx) + 1e-9
    keep = np.exp(-((f * low) ** 2)) * (1 - np.exp(-((f * high) ** 2)))
    field = np.fft.irfft2(np.fft.rfft2(white) * keep, (SIDE, SIDE))
    return (field / field.std()).astype(np.float32)


def _periodic(wave: float) -> float:
    """The nearest wave length that divides the tile."""
    return SIDE / round(SIDE / wave)


def _twill() -> Grey:
    phase = (_u + _v) * 2 * math.pi / _periodic(5)
    slub = noise(3, 1.5, 30, stretch=9.0)
    return 0.42 * np.sin(phase + 0.4 * noise(4, 3, 20)) + 0.42 * slub + 0.12 * noise(5, 12, 70) + 0.3 * noise(6, 0.8, 3)


def _stockinette(width: float, height: float) -> Grey:
    """Columns of V stitches."""
    w, h = _periodic(width), _periodic(height)
    x = (_u % w) / w
    side = np.abs(x - 0.5) * 2
    y = ((_v - 0.62 * h * side) % h) / h
    loop = np.clip(np.sin(math.pi * side), 0, 1) ** 0.7 * (0.45 + 0.55 * np.clip(np.sin(math.pi * y), 0, 1) ** 0.8)
    return 1.9 * (loop - 0.55) + 0.25 * noise(7, 1, 4)


def _rib(width: float) -> Grey:
    phase = _u * 2 * math.pi / _periodic(width)
    ridge = np.sign(np.sin(phase)) * np.abs(np.sin(phase)) ** 0.6
    return ridge + 0.25 * np.cos(_v * 2 * math.pi / _periodic(4) + 1.2 * np.sin(phase)) + 0.2 * noise(8, 1, 5)


def _cable() -> Grey:
    """Ropes of two strands between purl gutters and thin ribs."""
    w, h = _periodic(128), _periodic(86)
    x = (_u % w) / w
    rope = np.zeros_like(_u)
    height = np.full_like(_u, -1.0)
    for strand in (0, 1):
        t = _v / h + strand * 0.5
        centre = 0.30 + 0.085 * np.sin(2 * math.pi * t)
        over = 0.35 * np.cos(2 * math.pi * t)
        away = (x - centre) / 0.085
        bump = np.sqrt(np.clip(1 - away**2, 0, 1))
        plies = 0.22 * np.sin((_v / h * 12 + away * 1.6 * np.sign(np.cos(2 * math.pi * t))) * math.pi)
        shows = (bump > 0) & (over + bump > height)
        rope = np.where(shows, 1.5 * bump - 0.75 - 0.35 * away + 0.25 * over + plies * bump, rope)
        height = np.where(shows, over + bump, height)
    gutter = (np.abs(x - 0.30) < 0.22) & (height < -0.9)
    ribs = 0.8 * np.sin((x - 0.52) * 2 * math.pi / 0.12)
    rest = np.where(np.abs(x - 0.30) < 0.22, -0.55, ribs)
    field = np.where(gutter, -0.95, np.where(height > -0.9, rope, rest))
    return ndimage.gaussian_filter(field, 1.1, mode="wrap") * 0.8 + 0.22 * _stockinette(8, 6)


def _fuzz() -> Grey:
    fibres = noise(11, 0.9, 9, stretch=3) + noise(12, 0.9, 9, stretch=0.33)
    return 0.5 * fibres + 0.35 * noise(13, 4, 26) + 0.25 * noise(14, 0.7, 2)


def _herringbone() -> Grey:
    w = _periodic(28)
    fold = np.abs((_u % w) - w / 2)
    return 0.75 * np.sin((fold + _v) * 2 * math.pi / _periodic(6)) + 0.4 * noise(13, 1, 20)


def _grain() -> Grey:
    """Leather: pebbles between fine creases."""
    field = noise(15, 2.6, 9)
    pebbles = -np.exp(-((field / 0.28) ** 2)) + 0.3
    return 0.75 * ndimage.gaussian_filter(pebbles, 0.7, mode="wrap") + 0.25 * noise(16, 20, 90)


def _nap() -> Grey:
    return 0.55 * noise(17, 9, 60, stretch=0.6) + 0.45 * noise(18, 1.2, 5) + 0.25 * noise(19, 0.7, 2)


def _curls() -> Grey:
    field = noise(20, 3.2, 10)
    return 0.9 * np.tanh(1.3 * field) + 0.4 * noise(21, 1, 4) + 0.3 * noise(22, 16, 60)


def _jersey() -> Grey:
    return 0.45 * noise(23, 0.8, 3) + 0.35 * noise(24, 1.2, 6, stretch=2.5) + 0.2 * noise(25, 10, 50)


def _satin() -> Grey:
    return 0.5 * noise(26, 1.0, 9, stretch=0.12) + 0.35 * noise(27, 30, 120)


def _ripstop() -> Grey:
    w = _periodic(12)
    grid = np.maximum(np.cos(_u * 2 * math.pi / w), np.cos(_v * 2 * math.pi / w)) ** 12
    return 0.45 * grid + 0.3 * noise(28, 0.8, 3) + 0.3 * noise(29, 14, 60)


def _corduroy() -> Grey:
    phase = _u * 2 * math.pi / _periodic(9)
    return np.abs(np.sin(phase / 2)) * 2.2 - 1.4 + 0.3 * noise(30, 1, 5, stretch=0.5) + 0.2 * noise(31, 20, 70)


def _quilt() -> Grey:
    """Down channels: a round profile between stitched lines, puckered where the needle went."""
    h = _periodic(74)
    y = (_v % h) / h
    profile = np.clip(np.sin(math.pi * y), 0, 1) ** 0.5
    slope = np.cos(math.pi * y) * 0.45  # The upper half of each tube faces the light.
    pucker = noise(32, 5, 22, stretch=0.35) * np.exp(-np.minimum(y, 1 - y) * 6)
    plump = noise(33, 18, 60, stretch=1.6)
    return 1.7 * (profile - 0.78) + slope + 0.42 * pucker + 0.22 * plump


def _diamonds() -> Grey:
    """Quilted liner: diamonds about an inch across."""
    w = _periodic(64)
    p, q = ((_u + _v) % w) / w, ((_u - _v) % w) / w
    return 1.5 * np.clip(np.sin(math.pi * p) * np.sin(math.pi * q), 0, 1) ** 0.4 - 1.15 + 0.2 * noise(34, 4, 20)


def _creases(seed: int, stretch: float) -> Grey:
    """Cloth that lay folded: a soft relief of rises and creases, lit from the upper left."""
    rises = noise(seed, 52, 230, stretch=stretch)
    creases = np.abs(noise(seed + 2, 44, 170, stretch=stretch))
    height = ndimage.gaussian_filter(0.9 * rises - 0.75 * creases, 2.4, mode="wrap")
    light = np.roll(height, (4, 3), (0, 1)) - np.roll(height, (-4, -3), (0, 1))
    return -0.75 * light / light.std()


_WEAVES: dict[str, Callable[[], Grey]] = {
    "twill": _twill,
    "stockinette": lambda: _stockinette(11, 8),
    "chunky": lambda: _stockinette(19, 14),
    "fine-rib": lambda: _rib(6.5),
    "rib": lambda: _rib(11),
    "cable": _cable,
    "fuzz": _fuzz,
    "herringbone": _herringbone,
    "grain": _grain,
    "nap": _nap,
    "curls": _curls,
    "jersey": _jersey,
    "satin": _satin,
    "ripstop": _ripstop,
    "corduroy": _corduroy,
    "quilt": _quilt,
    "diamonds": _diamonds,
    "creases": lambda: _creases(40, 1.0),
    "drape": lambda: _creases(50, 2.6),
}


def repeated(tile: Image.Image) -> Image.Image:
    big = Image.new("L", (_REPEATED, _REPEATED))
    for y in range(0, _REPEATED, SIDE):
        for x in range(0, _REPEATED, SIDE):
            big.paste(tile, (x, y))
    return big


@lru_cache(maxsize=64)
def weave(name: str) -> Image.Image:
    """A weave or crease tile, repeated; L, 128 neutral, 48 grey levels to one unit."""
    field = _WEAVES[name]()
    return repeated(Image.fromarray(np.clip(128 + 48 * field, 0, 255).astype(np.uint8)))


def sample(
    tile: Image.Image,
    box: tuple[int, int, int, int],
    side: int,
    *,
    angle: float,
    shift: tuple[float, float],
    scale: float,
) -> Grey:
    """A tile over a box (x0, y0, x1, y1) of a drawing `side` pixels wide, turned by `angle` degrees.

    scale: > 1 makes the texture larger. Returns (h, w) float32 in 0..255.
    """
    x0, y0, x1, y1 = box
    k = 768 / side / scale
    c, s = math.cos(math.radians(angle)) * k, math.sin(math.radians(angle)) * k
    w, h = x1 - x0, y1 - y0
    us, vs = [0.0, c * w, s * h, c * w + s * h], [0.0, -s * w, c * h, -s * w + c * h]
    # Start on the tile's own grid, moved by whole tiles to where the repeated picture has room.
    u0 = (c * x0 + s * y0 + shift[0] + min(us)) % SIDE - min(us)
    v0 = (-s * x0 + c * y0 + shift[1] + min(vs)) % SIDE - min(vs)
    out = tile.transform((w, h), Image.Transform.AFFINE, (c, s, u0, -s, c, v0), Image.Resampling.BILINEAR)
    return np.asarray(out, dtype=np.float32)


class Stamp:
    """Draws shapes on a seamless tile at four times its area, wrapping round the edges."""

    def __init__(self) -> None:
        self.image = Image.new("L", (SIDE * 2, SIDE * 2))
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: NDArray[np.float64], value: int = 255) -> None:
        for dx in (-SIDE, 0, SIDE):
            for dy in (-SIDE, 0, SIDE):
                self._draw.polygon([((x + dx) * 2, (y + dy) * 2) for x, y in points], fill=value)

    def layer(self) -> Image.Image:
        return self.image.reduce(2)
