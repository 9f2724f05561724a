"""Parts of a garment seen from near, where the whole is too small to tell: collar and chest, patches of cloth."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.describe.classifier import Classifier
from recommender.vision.facts import GarmentFacts

_SIDE, _ABOVE, _DEPTH = 1 / 6, 0.03, 0.45  # of the garment's box: what the upper part leaves out, adds above, and is
_PATCH, _PATCHES_AT, _LEAST_PATCH = 0.33, (0.35, 0.65), 24  # of the box's short side; of its height; pixels


def upper_part(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """Collar and chest of the garment in `box`, a crop of `image`."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    frame = left + width * _SIDE, top - height * _ABOVE, right - width * _SIDE, top + height * _DEPTH
    x0, y0, x1, y1 = (round(edge) for edge in frame)
    return image.crop((x0, max(0, y0), max(x1, x0 + 1), max(y1, 1)))


def cloth_patches(image: Image.Image, box: tuple[int, int, int, int]) -> list[Image.Image]:
    """Two squares of the garment's middle, on which fine stripes and checks are seen. image, box: as `upper_part`."""
    left, top, right, bottom = box
    half = max(_LEAST_PATCH, _PATCH * min(right - left, bottom - top)) / 2
    x = (left + right) / 2
    middles = [top + (bottom - top) * at for at in _PATCHES_AT]
    return [image.crop((round(x - half), round(y - half), round(x + half), round(y + half))) for y in middles]


def cloth_embedding(garment: GarmentFacts, image: Image.Image, classifier: Classifier) -> NDArray[np.float32]:
    """(d,): the mean of its patches', embedded once however many heads ask. image: what the cutout's box lies in."""
    if garment.cloth is None:
        patches = [described.embedding for described in classifier(cloth_patches(image, garment.cutout.box))]
        garment.cloth = np.mean(patches, axis=0).astype(np.float32)
    return garment.cloth
