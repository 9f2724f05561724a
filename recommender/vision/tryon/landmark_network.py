"""Where neck, shoulders, cuffs, hem, waist and crotch of a cutout lie, by a small network (landmarks.onnx).

It sees the cutout alone, 112 x 112, and was taught on garments that a person marked; `landmarks.py` decides what of it
to believe beside the outline.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.models import CardedNetwork

FloatArray = NDArray[np.float64]
SIDE: Final = 112  # pixels of the square that is fed
STRIDE: Final = 2  # pixels between the cells of its heat
_MARGIN: Final = 0.06  # of the square, free on either side
_WINDOW: Final = 2  # cells to each side of the warmest, over which the place is a mean
NAMES: Final = (
    "neck_l", "neck_r", "shoulder_l", "shoulder_r", "armpit_l", "armpit_r", "cuff_out_l", "cuff_out_r", "cuff_in_l",
    "cuff_in_r", "hem_l", "hem_r", "waist_l", "waist_r", "crotch", "hem_out_l", "hem_out_r", "hem_in_l", "hem_in_r",
)  # fmt: skip


def fitted_square(rgba: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float, FloatArray]:
    """(4, SIDE, SIDE) a cutout in the middle of a square, red, green, blue and alpha of -.5 to .5; scale and shift by
    which its pixels came there. rgba: (h, w, 4)."""
    height, width = rgba.shape[:2]
    scale = SIDE * (1 - 2 * _MARGIN) / max(height, width)
    shift = np.array([SIDE - width * scale, SIDE - height * scale]) / 2
    alpha = rgba[..., 3:].astype(np.float32) / 255
    shown = np.concatenate([(rgba[..., :3] / np.float32(255) - np.float32(0.5)) * alpha, alpha - 0.5], axis=2)
    if scale < 0.6:  # the mean of what falls into a pixel
        smaller = max(scale * 1.5, 0.02)
        size = (max(2, round(width * smaller)), max(2, round(height * smaller)))
        shown = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    times = np.array([width / shown.shape[1], height / shown.shape[0]]) * scale
    moved = np.array([[times[0], 0, shift[0]], [0, times[1], shift[1]]])
    square = cv2.warpAffine(
        shown, moved, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, -0.5)
    )
    return np.ascontiguousarray(square.transpose(2, 0, 1)), scale, shift


def decoded(heat: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """(n, 2) places in the square's pixels, and (n,) the share of all heat that lies about each. heat: (n, h, w)."""
    count, _rows, columns = heat.shape
    chance = np.exp(heat - heat.max(axis=(1, 2), keepdims=True))
    chance /= chance.sum(axis=(1, 2), keepdims=True)
    places, sure = np.zeros((count, 2)), np.zeros(count)
    for at, plane in enumerate(chance):
        y, x = divmod(int(plane.argmax()), columns)
        y0, x0 = max(y - _WINDOW, 0), max(x - _WINDOW, 0)
        near = plane[y0 : y + _WINDOW + 1, x0 : x + _WINDOW + 1]
        sure[at] = near.sum()
        down, across = np.mgrid[y0 : y0 + near.shape[0], x0 : x0 + near.shape[1]]
        places[at] = (near * across).sum() / sure[at], (near * down).sum() / sure[at]
    return (places + 0.5) * STRIDE - 0.5, sure


_MIRRORED: Final = [NAMES.index(name[:-1] + {"l": "r", "r": "l"}.get(name[-1], name[-1])) for name in NAMES]


class LandmarkNetwork(CardedNetwork):
    """landmarks.onnx, as landmarks.json says."""

    NAME = "landmarks"

    def __call__(self, picture: Image.Image) -> tuple[dict[str, FloatArray], float]:
        """Name -> (x, y) in the pixels of an RGBA cutout, every name; probability that it has sleeves.

        The mean of what it sees of the cutout and of its mirror image.
        """
        rgba = np.asarray(picture.convert("RGBA"))
        square, scale, shift = fitted_square(rgba)
        mirrored, _scale, _shift = fitted_square(np.ascontiguousarray(rgba[:, ::-1]))
        heat, sleeved = self.session.run(["heat", "sleeved"], {"cutout": np.stack([square, mirrored])})
        places, _sure = decoded((heat[0] + heat[1][_MIRRORED][:, :, ::-1]) / 2)
        has_sleeves = float(1 / (1 + np.exp(-sleeved.mean())))
        return dict(zip(NAMES, (places - shift) / scale, strict=True)), has_sleeves
