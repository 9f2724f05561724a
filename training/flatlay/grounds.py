"""Relief of table tops: paper, woven cloth, plaster and planks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training.flatlay import tiles

TEXTURES = ("paper", "weave", "plaster", "planks")
STEPS = 320  # grey levels to 1 of relief


def texture(kind: str) -> NDArray[np.float32]:
    """Relief of a ground over 1,024 by 1,024 pixels, a factor around 1."""
    if kind == "planks":
        u = np.mgrid[0:1024, 0:1024][1].astype(np.float32)
        board = np.floor(u / 204.8)
        shade = np.array([0.0, 0.035, -0.03, 0.018, -0.014])[board.astype(int) % 5]
        rings = np.tile(tiles.noise(100, 4, 60, stretch=14), (2, 2))
        fine = np.tile(tiles.noise(101, 0.9, 7, stretch=22), (2, 2))
        wave = np.sin((u + 14 * rings + board * 37) * 0.16) * 0.5
        gap = np.exp(-(((u % 204.8) - 1.5) ** 2) / 3.5)
        return (1 + shade + 0.022 * wave + 0.022 * rings + 0.018 * fine - 0.28 * gap).astype(np.float32)
    if kind == "weave":
        threads = 0.5 * tiles.noise(102, 0.9, 5, stretch=9) + 0.5 * tiles.noise(103, 0.9, 5, stretch=0.11)
        return np.tile(1 + 0.028 * threads + 0.012 * tiles.noise(104, 30, 160), (2, 2)).astype(np.float32)
    if kind == "plaster":
        height = ndimage.gaussian_filter(tiles.noise(105, 5, 70), 1.2, mode="wrap")
        light = np.roll(height, (1, 1), (0, 1)) - height
        return np.tile(1 + 0.05 * light + 0.016 * tiles.noise(106, 40, 200), (2, 2)).astype(np.float32)
    fibres = 0.6 * tiles.noise(107, 0.8, 3) + 0.4 * tiles.noise(108, 1.2, 12)
    return np.tile(1 + 0.007 * fibres, (2, 2)).astype(np.float32)
