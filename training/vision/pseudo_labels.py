"""Label maps of closet photos, from the alphas that `python -m training pseudo-labels` wrote."""

from pathlib import Path

import numpy as np

from training.vision.packs import Pack, load_masks
from training.vision.parts import UNKNOWN, part_of_closet

SURE = 0.7
# A mask that runs along more of the photo's border than this holds floor.
MOST_BORDER = 0.22


def runs_along_border(alpha: np.ndarray) -> bool:
    """Whether the mask of (h, w) uint8 takes too much of the photo's outermost pixels to be one garment."""
    inside = alpha > 127
    ring = np.concatenate([inside[1], inside[-2], inside[:, 1], inside[:, -2]])
    return bool(ring.mean() > MOST_BORDER)


def closet_parts(alpha: np.ndarray, part: int) -> np.ndarray:
    """The label map that an alpha and the known class make: UNKNOWN where the alpha is undecided."""
    parts = np.full(alpha.shape, UNKNOWN, np.uint8)
    parts[alpha > 255 * SURE] = part
    parts[alpha < 255 * (1 - SURE)] = 0
    return parts


def closet_label_maps(path: Path, pack: Pack) -> dict[int, np.ndarray]:
    """Label maps by row index, of the photos whose class the parser knows."""
    maps = {}
    for index, alpha in load_masks(path).items():
        part = part_of_closet(pack.rows[index]["label"])
        if part is not None and not runs_along_border(alpha):
            maps[index] = closet_parts(alpha, part)
    return maps
