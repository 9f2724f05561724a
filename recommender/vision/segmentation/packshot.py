"""Shop pictures on a white ground, which need no network to be told from it."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Box
from recommender.vision.options import DetectionOptions
from recommender.vision.segmentation.regions import Region, components


def packshot_box(image: Image.Image, options: DetectionOptions) -> Box | None:
    """The part of a packshot that is not white; None for any other picture. image: RGB."""
    white = _white_ground(image, options)
    if white is None or white.all():
        return None
    rows, columns = np.flatnonzero(~white.all(1)), np.flatnonzero(~white.all(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def packshot_region(image: Image.Image, options: DetectionOptions) -> Region | None:
    """The largest thing on a white ground, whatever it is; None where there is none. Score 0.5: nothing is known of it.

    image: RGB.
    """
    white = _white_ground(image, options)
    if white is None:
        return None
    # White that is connected to the picture's edge is ground; white inside a garment is not.
    filled = np.pad(white.astype(np.uint8), 1, constant_values=1)
    cv2.floodFill(filled, None, (0, 0), 2)
    pieces = components(filled[1:-1, 1:-1] != 2)
    low, high = options.packshot_area
    if not pieces or not low < pieces[0].mean() < high:
        return None
    return Region("other", 0.5, pieces[0].astype(np.float32))


def _white_ground(image: Image.Image, options: DetectionOptions) -> NDArray[np.bool_] | None:
    """(h, w) bool where the picture is white, or None where its edge is not."""
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if (edge.min(axis=1) >= options.white_level).mean() < options.min_white_edge:
        return None
    return np.asarray(cv2.inRange(pixels, (options.white_level,) * 3, (255,) * 3), bool)
