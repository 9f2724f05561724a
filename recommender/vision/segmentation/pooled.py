"""What a look is judged by: the segmentation's own feature maps, pooled over the clothes and each garment's region.

The ground is left out: a linear probe on it alone tells the style of a studio's looks, by the studio. So are hair and
skin.
"""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.vision.segmentation.parser import Parsing
from recommender.vision.segmentation.regions import GARMENT_PARTS

FloatArray = NDArray[np.float32]
# What is pooled over -> the parts that it holds.
POOLED: Final[Mapping[str, tuple[str, ...]]] = {
    "clothes": GARMENT_PARTS,
    "upper": ("top", "dress", "outer"),
    "outer": ("outer",),
    "lower": ("bottom", "dress"),
    "feet": ("shoes", "legwear"),
    "extras": ("bag", "hat", "belt", "scarf", "eyewear", "accessory"),
}
_LEAST: Final = 1e-3  # summed probability, in cells


def look_features(parsing: Parsing) -> FloatArray | None:
    """(d,) mean and spread of each channel over each of `POOLED`, 0 where there is none of it.

    The maps are those of the first look. None where the network does not show them.
    """
    maps = parsing.maps
    if maps is None or maps.deep is None:
        return None
    pooled = []
    for plane, cells in ((maps.coarse, 2), (maps.deep, 4)):
        high, wide = (max(1, round(side / cells)) for side in maps.extent)
        seen = plane[:, :high, :wide]
        for parts in POOLED.values():
            share = cv2.resize(parsing.probability(*parts), seen.shape[:0:-1], interpolation=cv2.INTER_AREA)
            pooled.append(_mean_and_spread(seen, np.asarray(share, np.float32)))
    return np.concatenate(pooled)


def _mean_and_spread(plane: FloatArray, share: FloatArray) -> FloatArray:
    """(2 c,) of a (c, h, w) map, weighed by (h, w)."""
    total = float(share.sum())
    if total < _LEAST:
        return np.zeros(2 * len(plane), np.float32)
    weight = (share / total).ravel()
    flat = plane.reshape(len(plane), -1)
    mean = flat @ weight
    spread = np.sqrt(np.maximum(((flat - mean[:, None]) ** 2) @ weight, 0))
    return np.concatenate([mean, spread]).astype(np.float32)
