"""Colours of illustrated garments: CIELAB (D65) in, sRGB 0..1 out, and which other colours suit a first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import COLOURS
from imaging.colour import srgb_of_lab

Lab = tuple[float, float, float]
Rgb = NDArray[np.float32]  # (3,) in 0..1

LAB = {colour.slug: colour.lab for colour in COLOURS if colour.lab is not None}


def rgb(lab: Lab) -> Rgb:
    """sRGB in 0..1, clipped to the gamut."""
    return srgb_of_lab(lab).astype(np.float32)


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


def pattern_inks(pattern: str, lab: Lab, chosen: tuple[Lab, ...], rng: np.random.Generator) -> list[Lab]:
    """The four colours of a pattern on this ground: clear, quiet, spark and leaf. Chosen ones come first."""
    clear, quiet, spark = accents(lab, rng)
    inks = [clear, quiet, spark, shifted((48, -22, 20), -6 if lab[0] < 48 else 0)]
    if pattern == "camo":
        inks = [shifted(lab, -22, 0.9), shifted(lab, 14, 0.8), spark, shifted(lab, -38, 0.4)]
    elif pattern == "animal":
        inks[:2] = [(16, 4, 6), shifted(lab, -17, 1.3)] if lab[0] > 40 else [(80, 4, 18), shifted(lab, 16)]
    elif pattern == "floral":
        inks[1] = shifted(clear, -14 if clear[0] > 50 else 16, 1.1)
    inks[: len(chosen)] = chosen[:3]
    return inks[:4]
