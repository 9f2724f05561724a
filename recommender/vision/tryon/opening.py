"""The front of a coat: open on its picture or not, and opened where it is closed."""

from typing import Final

import cv2
import numpy as np

from recommender.stylist.tryon.figure import Figure
from recommender.vision.tryon.mannequin import Pixels

_TOP, _BOTTOM = 1.2, 8.5  # cm to either side of the middle, at the collar and at the hem
_MOST: Final = 0.55  # of half a row's width, as far as a front is drawn aside
_PARTED: Final = 0.3  # of the rows below the chest, in which the middle is bare


def _rows(layer: Pixels) -> tuple[int, int]:
    there = np.flatnonzero((layer[..., 3] > 127).any(1))
    return (int(there[0]), int(there[-1])) if len(there) else (0, 0)


def parted(layer: Pixels, figure: Figure) -> bool:
    """Whether the front is open already: nothing of it lies about the middle. layer: (h, w, 4), alpha of 0..255."""
    top, bottom = _rows(layer)
    top = max(top, round(figure.line("chest")))
    half = max(round(0.8 * figure.scale), 1)
    rows = range(top, bottom + 1, 3)
    bare = []
    for y in rows:
        middle = round(figure.middle(y))
        bare.append(layer[y, max(middle - half, 0) : middle + half + 1, 3].mean() < 60)
    return bool(bare) and float(np.mean(bare)) > _PARTED


def opened(layer: Pixels, figure: Figure) -> Pixels:
    """The layer with both fronts drawn aside, wider towards the hem; outer edges and what lies above the chest stay."""
    top, bottom = _rows(layer)
    if bottom - top < 10:
        return layer
    height, width = layer.shape[:2]
    start = min(max(top, round(figure.line("chest") - 6 * figure.scale)), bottom - 5)
    where_x, where_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shown = np.ones((height, width), np.float32)
    for y in range(start, bottom + 1):
        columns = np.flatnonzero(layer[y, :, 3] > 60)
        if not len(columns):
            continue
        share = (y - start) / max(bottom - start, 1)
        middle = figure.middle(y)
        offset = where_x[y] - middle
        for side, edge in ((-1, middle - columns[0]), (1, columns[-1] - middle)):
            gap = min((_TOP + (_BOTTOM - _TOP) * share**0.8) * figure.scale * min(1.0, share * 6), _MOST * edge)
            here = offset * side >= 0
            drawn = np.clip((np.abs(offset) - gap) / max(edge - gap, 1.0), 0, None) * edge
            where_x[y] = np.where(here, middle + side * drawn, where_x[y])
            shown[y] = np.where(here, np.clip(np.abs(offset) - gap + 0.5, 0, 1), shown[y])
    moved = cv2.remap(layer, where_x, where_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(moved * shown[..., None], np.float32)
