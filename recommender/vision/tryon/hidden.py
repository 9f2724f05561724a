"""What something else hides of a garment that somebody wears: a bag's strap, an arm, the top over a waistband.

A gap with cloth above and below it goes on with the cloth of the garment's other half, where that is seen, and with its
surroundings otherwise. An open front and a neckline are no gaps.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.stylist.tryon.figure import SIDES, Figure
from recommender.stylist.tryon.garment import LOWER, UPPER, Garment
from recommender.vision.tryon.cloth import carried

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
GUESSED: Final = 0.03  # of a garment, from which on it is said that it was hidden
_AXIS: Final = 0.35  # of the half-width about the axis: bare here, a row is crossed from side to side
_FRONT: Final = 0.2  # of the half-width about the axis, where a coat opens
_LOOSE: Final = 1.25  # times the body's half-width, as far as cloth is carried on
_RING: Final = 1.5  # cm about a gap, by whose colours what fills it is made as light
_RAISED: Final = 12.0  # cm, as far as trousers or a skirt are carried up under what hung over them
_LEAST: Final = 0.004  # of the garment, smaller gaps are no matter


@dataclass(frozen=True)
class _Column:
    """A part of a body from top to bottom. rows: (n,) y. middle, half: (n,) of each row. other: (n,) the middle of what
    is alike on the other side: the same for a torso, the other leg's for a leg."""

    rows: NDArray[np.int64]
    middle: FloatArray
    half: FloatArray
    other: FloatArray


def completed(picture: Image.Image, garment: Garment) -> tuple[Image.Image, float]:
    """The cutout with its gaps filled, and how much of what is drawn now was not seen, 0..1.

    garment: of this picture, with its wearer; of others nothing is known to be hidden.
    """
    wearer = garment.wearer
    if wearer is None:
        return picture, 0.0
    rgba = np.asarray(picture.convert("RGBA")).copy()
    mask = rgba[..., 3] > 127
    if not mask.any():
        return picture, 0.0
    gap, mirrored = np.zeros_like(mask), np.zeros((*mask.shape, 4), np.uint8)
    for column in _columns(garment, wearer, mask):
        found, alike = _gap(mask, rgba, column, closed=garment.family == LOWER, front=garment.slot == "outer")
        gap |= found
        mirrored[found] = alike[found]
    gap = _worthwhile(gap, mask)
    rise = _rise(garment, wearer, mask)
    if not gap.any() and rise < 1:
        return picture, 0.0
    filled = _filled(rgba, gap, mirrored, max(1, round(_RING * wearer.scale)))
    if rise >= 1:
        filled = _raised(filled, rise)
    now = filled[..., 3] > 127
    return Image.fromarray(filled, "RGBA"), float((now & ~mask).sum() / max(now.sum(), 1))


def _columns(garment: Garment, wearer: Figure, mask: Mask) -> list[_Column]:
    height = mask.shape[0]
    there = np.flatnonzero(mask.any(1))
    top, bottom = int(there[0]), int(there[-1])
    if garment.family == UPPER:
        top = max(top, round(float(min(wearer.points[f"shoulder_{side}"][1] for side in SIDES))))
    split = round(float(wearer.points["crotch"][1])) if garment.family == LOWER else bottom
    columns = []
    rows = np.arange(max(top, 0), min(split, bottom, height - 1) + 1)
    if len(rows) > 4:
        middle = np.array([wearer.middle(float(y)) for y in rows])
        half = np.array([np.ptp(wearer.edges(float(y))) / 2 for y in rows])
        columns.append(_Column(rows, middle, half, middle))
    if garment.family == LOWER:
        rows = np.arange(max(split, top, 0), min(bottom, height - 1) + 1)
        axes = {side: wearer.leg(side) for side in SIDES}
        middles = {side: np.interp(rows, axis[:, 1], axis[:, 0]) for side, axis in axes.items()}
        for side, other in (("l", "r"), ("r", "l")):
            ys = axes[side][:, 1]
            half = np.interp(rows, ys, [wearer.halves[name] for name in ("thigh", "knee", "ankle")])
            if len(rows) > 4:
                columns.append(_Column(rows, middles[side], half, middles[other]))
    return columns


def _gap(mask: Mask, rgba: Pixels, column: _Column, *, closed: bool, front: bool) -> tuple[Mask, Pixels]:
    """Where the garment goes on unseen, and the pixels of its other half there. closed: it has no opening at its ends.
    front: it may be open in front."""
    x = np.arange(mask.shape[1])[None].astype(np.float64)
    off = x - column.middle[:, None]
    body = mask[column.rows]
    reach = np.clip(np.where(body, np.abs(off), 0).max(1), column.half, column.half * _LOOSE)[:, None]
    inside = np.abs(off) <= reach
    body &= inside
    across = np.rint(column.other[:, None] - off).astype(int)
    at = np.clip(across, 0, mask.shape[1] - 1)
    alike = np.take_along_axis(rgba[column.rows], at[..., None], 1)
    alike_mask = np.take_along_axis(mask[column.rows], at, 1) & (across == at)
    above, below = (_any_before(one, 0) for one in (body, body[::-1]))
    below = below[::-1]
    left, right = (_any_before(one, 1) for one in (body, body[:, ::-1]))
    right = right[:, ::-1]
    bare = inside & ~body
    axis = np.abs(off) < _AXIS * column.half[:, None]
    crossed = (bare & axis & above & below).sum(1) > 0.5 * np.maximum(axis.sum(1), 1)
    # A leg may be wider than the other; a torso's two sides are alike.
    found = bare & above & below & ((left & right) | crossed[:, None] | (alike_mask & (not closed)))
    if not closed:
        near = np.abs(off) / column.half[:, None]
        found &= ~_neckline(bare & (near < 0.5), axis)
        if front:
            found &= ~_front(bare, near < _FRONT)
    whole, pixels = np.zeros_like(mask), np.zeros_like(rgba)
    whole[column.rows] = found
    pixels[column.rows] = np.where((alike_mask & found)[..., None], alike, 0)
    return whole, pixels


def _any_before(mask: Mask, axis: int) -> Mask:
    """Whether anything of it lies before a pixel along an axis."""
    return np.asarray(np.maximum.accumulate(mask, axis=axis))


def _neckline(bare: Mask, axis: Mask) -> Mask:
    """What of the bare pixels about the axis hangs together with the neck's opening."""
    _count, parts = cv2.connectedComponents(bare.astype(np.uint8), connectivity=4)
    open_ = np.unique(parts[0][axis[0]])
    return np.asarray(np.isin(parts, open_[open_ > 0]))


def _front(bare: Mask, middle: Mask) -> Mask:
    """What of them is an open front: it runs down the middle to the hem."""
    count, parts = cv2.connectedComponents(bare.astype(np.uint8), connectivity=4)
    open_ = []
    for part in range(1, count):
        rows = np.flatnonzero((parts == part).any(1))
        down = ((parts == part) & middle).any(1)
        if rows[-1] >= len(bare) - 3 and down.sum() > 0.4 * len(rows):
            open_.append(part)
    return np.asarray(np.isin(parts, open_))


def _worthwhile(gap: Mask, mask: Mask) -> Mask:
    """The gap without specks."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(gap.astype(np.uint8), connectivity=8)
    large = [at for at in range(1, count) if stats[at, cv2.CC_STAT_AREA] > _LEAST * mask.sum()]
    return np.asarray(np.isin(parts, large))


# --- Cloth ------------------------------------------------------------------------------------------------


def _filled(rgba: Pixels, gap: Mask, mirrored: Pixels, ring: int) -> Pixels:
    """The picture with the gap filled: by the other half's pixels where there are any, else by what is about it."""
    if not gap.any():
        return rgba
    # The edge of a cutout takes on the colour of what hid it.
    mask = cv2.erode((rgba[..., 3] > 127).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    mask |= (rgba[..., 3] > 127) & ~_near(gap, 3)
    colour = carried(rgba[..., :3], mask, gap)
    count, parts = cv2.connectedComponents(gap.astype(np.uint8))
    for part in range(1, count):
        here = (parts == part) & (mirrored[..., 3] > 127)
        about = _near(parts == part, ring) & mask
        if here.sum() > 20 and about.sum() > 20:
            light = rgba[about][:, :3].mean(0) - mirrored[here][:, :3].mean(0)
            # Another colour altogether is another cloth: what is about the gap knows better.
            if np.abs(light).max() < 45:
                colour[here] = mirrored[here][:, :3] + light
    filled = rgba.copy()
    grown = _near(gap, 2) & (gap | (rgba[..., 3] > 0))
    soft = cv2.GaussianBlur(grown.astype(np.float32), (0, 0), 1.0)[..., None] * grown[..., None]
    filled[..., :3] = np.clip(rgba[..., :3] * (1 - soft) + colour * soft, 0, 255).astype(np.uint8)
    filled[gap, :3] = np.clip(colour[gap], 0, 255).astype(np.uint8)
    filled[gap, 3] = 255
    return filled


def _near(mask: Mask, pixels: int) -> Mask:
    size = 2 * pixels + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)).astype(bool))


def _rise(garment: Garment, wearer: Figure, mask: Mask) -> int:
    """Pixels by which a bottom's waist lies lower than it may: under the top that hung over it."""
    if garment.family == UPPER:
        return 0
    top = int(np.flatnonzero(mask.any(1))[0])
    missing = top - wearer.line("high_hip")
    return round(missing) if 2 * wearer.scale < missing < _RAISED * wearer.scale else 0


def _raised(rgba: Pixels, rise: int) -> Pixels:
    """Cloth carried up from the upper edge: what lies below it, turned over."""
    mask = rgba[..., 3] > 127
    raised = rgba.copy()
    for x in np.flatnonzero(mask.any(0)):
        top = int(mask[:, x].argmax())
        count = min(rise, top, len(mask) - top)
        inside = rgba[top : top + count, x]
        if count > 0 and top < np.flatnonzero(mask.any(1))[0] + rise:
            raised[top - count : top, x, :3] = inside[::-1, :3]
            raised[top - count : top, x, 3] = inside[::-1, 3]
    return raised
