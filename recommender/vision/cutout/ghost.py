"""A garment that is seen in pieces, shown as it is worn: whoever wears it stays a ghost.

An open coat cut out is two strips, a blouse under it a collar and a hem. Nobody knows them again without what is
between; so that is left, faint.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import Slot
from recommender.vision.facts import Box, Cutout

# Of the area of the hull around it: below, a garment is in pieces. Looked at on held-back outfits: coats are worn open,
# and their shape is whole only with what they hold; around trousers as whole as that, a wearer is clutter.
_PIECES: Final = 0.65
_PIECES_OUTER: Final = 0.8
_FAINT: Final = 72  # the alpha of a wearer
_FAINT_STORED: Final = 96  # the most that a compressed picture makes of it
_BODY: Final = (0.3, 0.7)  # the probabilities between which a wearer appears
_HEAD: Final = 1.3  # of a face's box: a blurred face is no picture of a garment
_FADE: Final = 0.12  # of each side, at the picture's edges


def in_pieces(alpha: NDArray[np.uint8], slot: str) -> bool:
    """Whether the alpha, (h, w), of what is worn in `slot` shows shards rather than a garment."""
    solid = (alpha > 127).astype(np.uint8)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return False
    least = _PIECES_OUTER if slot == Slot.OUTER else _PIECES
    return float(solid.sum()) < least * cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))


def ghosted(cutout: Cutout, image: Image.Image, body: NDArray[np.float32], faces: Sequence[Box]) -> Image.Image:
    """RGBA of the cutout's size: the garment, and faintly what of its wearer lies in the same frame.

    image: the photo it was cut out of, faces blurred. body: (h, w) over it, the probability that each pixel
    is a person or worn. faces: in pixels of the photo.
    """
    low, high = _BODY
    there = np.clip((cv2.resize(body, image.size) - low) / (high - low), 0, 1)
    for face in faces:
        x0, y0, x1, y1 = face.scaled(_HEAD).clipped(*image.size).rounded()
        there[y0:y1, x0:x1] = 0
    height, width = cutout.alpha.shape
    left, top = cutout.box[:2]
    frame = (left, top, left + width, top + height)
    faint = there[top : top + height, left : left + width] * _fade(height)[:, None] * _fade(width) * _FAINT
    faint = faint.astype(np.uint8)
    alpha = np.maximum(cutout.alpha, faint)
    # What is cut out keeps its own colours, from which the floor at its edge was taken.
    wearer = (faint > cutout.alpha)[..., None]
    rgb = np.where(wearer, np.asarray(image.crop(frame)), np.asarray(cutout.image)[..., :3])
    return Image.fromarray(np.dstack([rgb, alpha]).astype(np.uint8), "RGBA")


def without_ghost(picture: Image.Image) -> Image.Image:
    """The picture (RGBA) of the garment alone, as a classifier is to see it."""
    alone = picture.copy()
    alone.putalpha(picture.getchannel("A").point(lambda level: 0 if level <= _FAINT_STORED else level))
    return alone


def _fade(length: int) -> NDArray[np.float64]:
    """(length,) 0 at both ends, 1 from `_FADE` on."""
    along = (np.arange(length) + 0.5) / length
    return np.clip(np.minimum(along, 1 - along) / _FADE, 0, 1)
