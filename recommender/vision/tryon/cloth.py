"""Cloth carried on to where it was not seen: the colours about a gap, spread into it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.vision.tryon.mannequin import Pixels

Mask = NDArray[np.bool_]
_SIDE: Final = 256  # pixels of the picture's longer side while colours are spread; far from any cloth all is soft


def carried(colours: NDArray[np.uint8] | Pixels, cloth: Mask, gap: Mask) -> Pixels:
    """(h, w, 3) float32: the colours where `cloth` is, and carried on over `gap`. colours: (h, w, 3) of 0..255."""
    height, width = cloth.shape
    times = min(1.0, _SIDE / max(height, width))
    size = (max(8, round(width * times)), max(8, round(height * times)))
    weight = cv2.resize(cloth.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(colours.astype(np.float32) * cloth[..., None], size, interpolation=cv2.INTER_AREA)
    small = np.clip(small / np.maximum(weight, 1e-3)[..., None], 0, 255).astype(np.uint8)
    hole = (weight < 0.5).astype(np.uint8)
    if hole.all():
        return np.asarray(colours, np.float32)
    # All else is filled from the nearest cloth first, so that no ground is carried in.
    _distance, nearest = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    palette = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    palette[nearest[hole == 0]] = small[hole == 0]
    known = np.where((hole == 0)[..., None], small, palette[nearest])
    wanted = cv2.resize(gap.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    wanted = np.asarray(cv2.dilate(wanted, np.ones((5, 5), np.uint8)), np.uint8) & hole
    painted = cv2.inpaint(known, wanted, 3, cv2.INPAINT_TELEA)
    return np.asarray(cv2.resize(painted, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
