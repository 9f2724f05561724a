"""sRGB to CIELAB (D65), for colours that people pick. A few lines instead of a library in the web process."""

from __future__ import annotations

import re

import numpy as np

_HEX = re.compile(r"^#?([0-9a-f]{6})$", re.IGNORECASE)
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def lab_of_hex(text: str) -> tuple[float, float, float] | None:
    """CIELAB of "#rrggbb"; None for anything else. Source: IEC 61966-2-1 and CIE 15."""
    match = _HEX.match(text.strip())
    if not match:
        return None
    srgb = np.array([int(match[1][at : at + 2], 16) for at in (0, 2, 4)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    ratio = _TO_XYZ @ linear / _WHITE
    bent = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])
