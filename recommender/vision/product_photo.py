"""A shop's photo of one product, without a model or with one: what the product on it is, and its cutout.

The catalogue's worker and `evaluate_stylist` look at product photos through this one door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging import decode as images
from recommender.vision import pipeline
from recommender.vision.cutout.cutter import from_alpha
from recommender.vision.describe.palette import Colour, palette
from recommender.vision.facts import Cutout, GarmentFacts, Scores
from recommender.vision.options import CutoutOptions

_MIN_DELTA: Final = 4.0  # CIELAB from the ground: less is its own unevenness, or a shadow
_NOISE: Final = 4.0  # and as many times what the ground differs from its own model
_HOLE_DELTA: Final = 2.0  # inside of a ring or a strap there is ground again
_PART: Final = 0.15  # of the largest part's area: the second earring belongs to it, a speck does not
_SHARES: Final = (0.002, 0.92)  # of the photo that a product may take


@dataclass(frozen=True)
class ProductFacts:
    """What a product photo tells. scores: as in `Description`. cutout: None where the product could not be cut out."""

    colours: Sequence[Colour]
    scores: Mapping[str, Scores]
    embedding: NDArray[np.float32]
    cutout: Cutout | None


def look_at_product(decoded: images.Decoded, *, engine: pipeline.Engine, slot: str | None = None) -> ProductFacts:
    """The product on a photo. slot: where it is worn, if known, which tells it from what a model wears beside it.

    Where the networks see no garment (white on cream, a ring), it is what stands out of the studio's even ground; where
    nothing does, the whole photo is described. Raises ModelMissing.
    """
    seen = pipeline.analyse(decoded, engine=engine).garments
    best = max(seen, key=lambda one: (one.slot == slot, _area(one)), default=None)
    unsure = best is not None and slot is not None and best.slot != slot and len(seen) > 1
    if best is not None and best.embedding is not None and not unsure:
        return ProductFacts(best.colours, best.scores, best.embedding, best.cutout if best.cut else None)
    cutout = None if unsure else cut_from_ground(decoded.image, engine.options.cutout)
    picture = decoded.image if cutout is None else cutout.image
    description = pipeline.describe_pictures([picture], engine=engine)[0]
    colours = palette(picture.convert("RGB"), None if cutout is None else cutout.alpha)
    return ProductFacts(colours, description.scores, description.embedding, cutout)


def cut_from_ground(image: Image.Image, options: CutoutOptions) -> Cutout | None:
    """What stands out of an even ground, white, grey, cream or shaded; None where the ground is not even or
    nothing stands out. image: RGB.
    """
    rgb = np.asarray(image.convert("RGB"))
    height, width = rgb.shape[:2]
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (3, 3), 0).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    # Studio light falls off smoothly: a surface of the second order through the photo's rim, the product left out.
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y, y**3], axis=-1).reshape(height * width, -1)
    rim = np.ones((height, width), dtype=bool)
    margin = max(4, width // 24)
    rim[margin:-margin, margin:-margin] = False
    ground, flat = rim.ravel(), lab.reshape(height * width, 3)
    for _ in range(3):
        surface, *_ = np.linalg.lstsq(terms[ground], flat[ground], rcond=None)
        delta = np.linalg.norm((flat - terms @ surface) * (1.0, 1.6, 1.6), axis=1)
        noise = float(np.median(delta[ground]))
        ground = delta < max(2.5, 3 * noise)
    if ground[rim.ravel()].mean() < 0.5:  # the product, or a room, reaches round the rim
        return None
    delta = delta.reshape(height, width)
    mask = (delta > max(_MIN_DELTA, _NOISE * noise)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not count or not len(areas):
        return None
    parts = np.isin(labels, 1 + np.flatnonzero(areas > _PART * areas.max())).astype(np.uint8)
    outlines, _ = cv2.findContours(parts, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros((height, width), np.uint8)
    cv2.drawContours(filled, outlines, -1, 255, cv2.FILLED)
    holes = cv2.morphologyEx(((filled > 0) & (delta < _HOLE_DELTA)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5)))
    if holes.sum() < 0.7 * (filled > 0).sum():
        filled[holes > 0] = 0
    if not _SHARES[0] < (filled > 0).mean() < _SHARES[1]:
        return None
    return from_alpha(image.convert("RGB"), filled, (0, 0, width, height), options)


def _area(one: GarmentFacts) -> float:
    x0, y0, x1, y1 = one.box
    return float((x1 - x0) * (y1 - y0))
