"""Colours of the drawings: CIELAB (D65) in, sRGB 0..1 out, and which second colour suits a first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import COLOURS

Lab = tuple[float, float, float]
Rgb = NDArray[np.float32]  # (3,) in 0..1

LAB = {colour.slug: colour.lab for colour in COLOURS if colour.lab is not None}
_WHITE = np.array([0.95047, 1.0, 1.08883])
_TO_RGB = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)


def rgb(lab: Lab) -> Rgb:
    """sRGB in 0..1, clipped to the gamut."""
    lightness, a, b = lab
    fy = (lightness + 16) / 116
    f = np.array([fy + a / 500, fy, fy - b / 200])
    xyz = _WHITE * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = np.clip(_TO_RGB @ xyz, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).astype(np.float32)


def hex_of(lab: Lab) -> str:
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in rgb(lab))


def jittered(lab: Lab, rng: np.random.Generator, amount: float = 1.0) -> Lab:
    """The same colour from another dye bath."""
    lightness, a, b = (c + amount * d for c, d in zip(lab, rng.normal(0, (2.0, 1.6, 2.2)), strict=True))
    if abs(lab[1]) + abs(lab[2]) < 4:  # Greys stay grey: a tint would read as another colour.
        a, b = lab[1] + 0.3 * (a - lab[1]), lab[2] + 0.3 * (b - lab[2])
    elif lab[0] > 84 or lab[0] < 24:  # So do whites and navies: a touch of pink or purple would show at once.
        a, b = lab[1] + 0.35 * (a - lab[1]), lab[2] + 0.6 * (b - lab[2])
    return float(np.clip(lightness, 9, 97)), float(a), float(b)


def shifted(lab: Lab, lightness: float, chroma: float = 1.0) -> Lab:
    return float(np.clip(lab[0] + lightness, 5, 98)), lab[1] * chroma, lab[2] * chroma


def thread(lab: Lab) -> Lab:
    """Sewing thread that shows a little on the cloth."""
    return shifted(lab, -16 if lab[0] > 45 else 22, 0.9)


def accents(lab: Lab, rng: np.random.Generator) -> tuple[Lab, Lab, Lab]:
    """Three colours for a pattern on this ground: a clear one, a quiet one, a spark."""
    dark = lab[0] < 48
    neutral = np.hypot(lab[1], lab[2]) < 14
    if dark:
        clear = LAB["ivory"] if rng.random() < 0.7 else LAB["sky-blue" if neutral else "beige"]
        quiet = shifted(lab, 20, 0.8)
    else:
        clear = LAB[str(rng.choice(["navy", "black", "burgundy", "green"] if neutral else ["white", "navy", "ivory"]))]
        if abs(clear[0] - lab[0]) < 22:
            clear = LAB["navy"]
        quiet = shifted(lab, -16, 1.15)
    spark = LAB[str(rng.choice(["red", "mustard", "pink", "orange", "mint", "sky-blue", "green"]))]
    return clear, quiet, spark
