"""sRGB to CIELAB and back, for pixels, palettes and colours that people pick. Source: IEC 61966-2-1 and CIE 15.

White point D65, 2 degree observer. NumPy alone, so that the web process need not carry scikit-image.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Lab = tuple[float, float, float]

_HEX = re.compile(r"^#?([0-9a-f]{6})$", re.IGNORECASE)
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_TO_LINEAR = np.linalg.inv(_TO_XYZ)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_KNEE = 6 / 29


def lab_of_srgb(srgb: ArrayLike) -> NDArray[Any]:
    """CIELAB of sRGB values. srgb: (..., 3) floats in 0..1; returns (..., 3), L in 0..100."""
    values = np.asarray(srgb)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratio = linear @ (_TO_XYZ / _WHITE[:, None]).T.astype(linear.dtype)
    bent = np.where(ratio > _KNEE**3, np.cbrt(ratio), ratio / (3 * _KNEE**2) + 4 / 29)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def srgb_of_lab(lab: ArrayLike) -> NDArray[Any]:
    """sRGB of CIELAB, clipped to what a screen shows. lab: (..., 3); returns (..., 3) floats in 0..1."""
    values = np.asarray(lab)
    y = (values[..., 0] + 16) / 116
    bent = np.stack([y + values[..., 1] / 500, y, y - values[..., 2] / 200], axis=-1)
    ratio = np.where(bent > _KNEE, bent**3, 3 * _KNEE**2 * (bent - 4 / 29))
    linear = np.clip(ratio @ (_TO_LINEAR * _WHITE).T.astype(ratio.dtype), 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def ciede2000(one: ArrayLike, two: ArrayLike, *, lightness_weight: float = 1.0) -> NDArray[Any]:
    """The CIEDE2000 difference of CIELAB colours (ISO/CIE 11664-6); 1 is about what an eye just sees.

    one, two: (..., 3), broadcast against each other; returns (...). lightness_weight: what a difference in lightness
    counts for, 1/kL of the standard; below 1 where light and shadow move L of one dye.
    """
    l1, a1, b1 = np.moveaxis(np.asarray(one, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(two, dtype=np.float64), -1, 0)
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = np.arctan2(b1, stretch * a1), np.arctan2(b2, stretch * a2)
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi
    turn = np.where(c1 * c2 == 0, 0.0, turn)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2)
    weight_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    weight_c = 1 + 0.045 * chroma
    ripple = (
        1
        - 0.17 * np.cos(hue - np.pi / 6)
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.pi / 30)
        - 0.20 * np.cos(4 * hue - 63 * np.pi / 180)
    )
    weight_h = 1 + 0.015 * chroma * ripple
    degrees = np.degrees(hue) % 360
    rotation = (
        -2
        * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
        * np.sin(np.radians(60) * np.exp(-(((degrees - 275) / 25) ** 2)))
    )
    in_l = lightness_weight * (l2 - l1) / weight_l
    in_c = (c2 - c1) / weight_c
    in_h = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / weight_h
    return np.sqrt(np.maximum(in_l**2 + in_c**2 + in_h**2 + rotation * in_c * in_h, 0))


def hex_of_lab(lab: Sequence[float]) -> str:
    """One CIELAB colour as "#rrggbb", clipped to what a screen shows."""
    red, green, blue = (srgb_of_lab(np.asarray(lab, dtype=np.float64)) * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def lab_of_hex(text: str) -> Lab | None:
    """CIELAB of "#rrggbb"; None for anything else."""
    match = _HEX.match(text.strip())
    if not match:
        return None
    lightness, a, b = lab_of_srgb(np.array([int(match[1][at : at + 2], 16) for at in (0, 2, 4)]) / 255)
    return float(lightness), float(a), float(b)
