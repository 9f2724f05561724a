"""Thin-plate splines: the smoothest map through given points (Bookstein 1989), evaluated on a coarse grid."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.stylist.tryon.place import Part
from recommender.vision.tryon.mannequin import filled

FloatArray = NDArray[np.float64]
Pixels = NDArray[np.float32]
_STEP: Final = 6  # pixels between the points at which a spline is evaluated
_STIFFNESS: Final = 2e-4  # how little a spline bends to a single point that disagrees with its neighbours


class ThinPlate:
    """A map from one plane to another. source, target: (n, 2); `target` is where each point of `source` goes."""

    def __init__(self, source: FloatArray, target: FloatArray) -> None:
        self._from, self._to = source.mean(0), target.mean(0)
        self._unit = max(float(np.abs(source - self._from).max()), 1e-6)
        self._knots = (source - self._from) / self._unit
        count = len(source)
        kernel = _bend(self._knots, self._knots) + _STIFFNESS * count / 40 * np.eye(count)
        affine = np.concatenate([np.ones((count, 1)), self._knots], axis=1)
        system = np.block([[kernel, affine], [affine.T, np.zeros((3, 3))]])
        wanted = np.concatenate([target - self._to, np.zeros((3, 2))])
        self._weights = np.linalg.lstsq(system, wanted, rcond=1e-9)[0]

    def __call__(self, points: FloatArray) -> FloatArray:
        """(m, 2) where points of the first plane lie in the second."""
        scaled = (points - self._from) / self._unit
        affine = np.concatenate([np.ones((len(points), 1)), scaled], axis=1)
        moved = _bend(scaled, self._knots) @ self._weights[:-3] + affine @ self._weights[-3:]
        return np.asarray(moved + self._to)


def _bend(points: FloatArray, knots: FloatArray) -> FloatArray:
    """r^2 log r^2 of the distances between (m, 2) and (n, 2): (m, n)."""
    squared = ((points[:, None] - knots[None]) ** 2).sum(-1)
    return np.asarray(0.5 * squared * np.log(np.maximum(squared, 1e-12)))


def warped(picture: Pixels, part: Part, size: tuple[int, int]) -> Pixels:
    """(h, w, 4) float32 of `size` (width, height): a part of a garment where it goes.

    picture: (h, w, 4) float32 RGBA, the colours multiplied by alpha, so that no edge takes on the ground's.
    """
    reach = part.target if part.outline is None else part.outline
    low = np.maximum(np.floor(reach.min(0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(reach.max(0)).astype(int) + 3, size)
    result = np.zeros((size[1], size[0], 4), np.float32)
    width, height = (int(side) for side in high - low)
    if width < 2 or height < 2:
        return result
    columns, rows = (max(2, -(-side // _STEP) + 1) for side in (width, height))
    x, y = np.linspace(low[0], high[0] - 1, columns), np.linspace(low[1], high[1] - 1, rows)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    if part.region is not None or part.apart:
        picture = _taken(picture, part)
    back = ThinPlate(part.target, part.source)(grid).reshape(rows, columns, 2).astype(np.float32)
    # The grid's first and last points lie on the first and last pixels' middles.
    fine_x = np.linspace(0, columns - 1, width, dtype=np.float32)
    fine_y = np.linspace(0, rows - 1, height, dtype=np.float32)
    at_x, at_y = np.meshgrid(fine_x, fine_y)
    where = cv2.remap(back, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    patch = cv2.remap(picture, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    if part.outline is not None:
        patch = patch * filled(part.outline - low, (width, height))[..., None]
    result[low[1] : high[1], low[0] : high[0]] = patch
    return result


def _taken(picture: Pixels, part: Part) -> Pixels:
    """What of a picture belongs to a part."""
    size = (picture.shape[1], picture.shape[0])
    kept = np.ones(picture.shape[:2], np.float32) if part.region is None else filled(part.region, size)
    for other in part.apart:
        kept = kept * (1 - filled(other, size))
    return np.asarray(picture * kept[..., None], np.float32)


def prepared(rgba: NDArray[np.uint8], scale: float) -> Pixels:
    """A cutout as `warped` wants it, at `scale` of its size."""
    pixels = rgba.astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    if scale < 0.95:
        size = (max(2, round(rgba.shape[1] * scale)), max(2, round(rgba.shape[0] * scale)))
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    return pixels
