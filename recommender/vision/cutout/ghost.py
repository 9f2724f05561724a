"""A worn garment whose cutout is in pieces, shown with its wearer as a faint ghost.

An open coat cut out is two strips, a blouse under it a collar and a hem; with the wearer between them they can be
recognised.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Box, Cutout
from recommender.vision.options import GhostOptions, shipped_options


def in_pieces(alpha: NDArray[np.uint8], slot: str, options: GhostOptions) -> bool:
    """Whether the cutout fills too little of its convex hull to be recognised. alpha: (h, w) uint8."""
    solid = (alpha > 127).astype(np.uint8)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return False
    hull_area = cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))
    return float(solid.sum()) < options.min_convexity.get(slot, options.min_convexity["default"]) * hull_area


def ghosted(
    cutout: Cutout, image: Image.Image, body: NDArray[np.float32], faces: Sequence[Box], options: GhostOptions
) -> Image.Image:
    """RGBA of the cutout's size: the garment, and faintly what of its wearer lies in the same frame.

    image: the photo it was cut out of, faces blurred. body: (h, w) over it, the probability that each pixel
    is a person or worn. faces: in pixels of the photo.
    """
    low, high = options.body
    there = np.clip((cv2.resize(body, image.size) - low) / (high - low), 0, 1)
    for face in faces:
        x0, y0, x1, y1 = face.scaled(options.face_margin).clipped(*image.size).rounded()
        there[y0:y1, x0:x1] = 0
    height, width = cutout.alpha.shape
    left, top = cutout.box[:2]
    frame = (left, top, left + width, top + height)
    faint = (
        there[top : top + height, left : left + width]
        * _fade(height, options.fade)[:, None]
        * _fade(width, options.fade)
        * options.alpha
    )
    faint = faint.astype(np.uint8)
    alpha = np.maximum(cutout.alpha, faint)
    # What is cut out keeps its own colours, from which the floor at its edge was taken.
    wearer = (faint > cutout.alpha)[..., None]
    rgb = np.where(wearer, np.asarray(image.crop(frame)), np.asarray(cutout.image)[..., :3])
    return Image.fromarray(np.dstack([rgb, alpha]).astype(np.uint8), "RGBA")


def without_ghost(picture: Image.Image) -> Image.Image:
    """The stored picture (RGBA) without the wearer, as the classifier is to see it."""
    threshold = shipped_options().ghost.max_stored_alpha
    alone = picture.copy()
    alone.putalpha(picture.getchannel("A").point(lambda level: 0 if level <= threshold else level))
    return alone


def _fade(length: int, share: float) -> NDArray[np.float64]:
    """(length,) 0 at both ends, 1 from `share` of the length on."""
    along = (np.arange(length) + 0.5) / length
    return np.clip(np.minimum(along, 1 - along) / share, 0, 1)
