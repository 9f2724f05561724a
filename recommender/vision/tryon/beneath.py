"""Trousers or a skirt where the coat that hung over them is taken off: as wide as they are seen below and beside it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.stylist.tryon.figure import SIDES, SIGN, Figure
from recommender.vision.tryon.cloth import carried
from recommender.vision.tryon.mannequin import Pixels

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
_LEAST: Final = 200  # pixels of a bottom, of which fewer tell nothing
_PIECE: Final = 0.2  # of its largest piece, smaller ones may be something else
_CARRIED: Final = 14.0  # cm from the cloth that is seen, beyond which its pattern is not guessed
_EASE: Final = 1.5  # cm beside the hips
_LEG: Final = 1.35  # times a leg's half-width, trousers of which no edge is seen


def goes_on(bottom: Mask, gone: Mask, legs: Mask, figure: Figure) -> Mask:
    """Where a bottom that is partly seen lies under what is gone. bottom, gone: (h, w). legs: those of the figure; no
    cloth is narrower."""
    nothing = np.zeros_like(bottom)
    waist = round(figure.line("waist"))
    rows = np.flatnonzero(bottom.any(1))
    rows = rows[rows > waist]
    if not len(rows) or bottom[waist:].sum() < _LEAST:
        return nothing
    last = int(rows[-1])
    lines = np.arange(max(waist, 0), last + 1)
    left, right = (_edge(bottom, gone, lines, figure, side) for side in SIDES)
    x = np.arange(bottom.shape[1])[None]
    inside = (x >= left[:, None]) & (x <= right[:, None])
    gap = _between(bottom, gone, lines, figure)
    if gap is not None:
        inside &= ~((x > gap[0][:, None]) & (x < gap[1][:, None]))
    whole = nothing
    whole[lines] = inside | legs[lines]
    return np.asarray(whole & gone)


def bare_legs(skin: Mask, gone: Mask, figure: Figure) -> Mask:
    """Where legs lie under what is gone, by the calves that are seen: from their edges up to the hips; nothing where
    not both are seen. skin: (h, w)."""
    knee = float(np.mean([figure.points[f"knee_{side}"][1] for side in SIDES]))
    calves = skin & (np.arange(len(skin))[:, None] > knee)
    rows = np.flatnonzero(calves.any(1))
    if not len(rows) or _between(calves, gone, rows, figure) is None:
        return np.zeros_like(skin)
    return goes_on(calves, gone, np.zeros_like(skin), figure)


def _edge(bottom: Mask, gone: Mask, lines: NDArray[np.int64], figure: Figure, side: str) -> FloatArray:
    """(n,) the outer edge of a side in each row: where it is seen, else between those that are and the body's."""
    sign, cm = SIGN[side], figure.scale
    known: list[tuple[float, float]] = []
    for y in lines:
        columns = np.flatnonzero(bottom[y])
        if not len(columns):
            continue
        edge = int(columns[0] if sign < 0 else columns[-1])
        beyond = gone[y, max(edge - 4, 0) : edge] if sign < 0 else gone[y, edge + 1 : edge + 5]
        if not beyond.any():
            known.append((float(y), float(edge)))
    seen = np.array(known).reshape(-1, 2)
    if len(seen) > 9:  # a row whose neighbours know better
        kernel = np.lib.stride_tricks.sliding_window_view(np.pad(seen[:, 1], 4, mode="edge"), 9)
        seen[:, 1] = np.median(kernel, axis=1)
    column = 0 if side == "l" else 1
    heights = [figure.line(zone) for zone in ("waist", "hips")]
    body = [(y, figure.edges(y)[column] + sign * _EASE * cm) for y in heights]
    if not len(seen):
        names = ("knee", "ankle")
        body += [
            (float(figure.points[f"{name}_{side}"][1]),
             float(figure.points[f"{name}_{side}"][0] + sign * _LEG * figure.halves[name]))
            for name in names
        ]  # fmt: skip
    first = seen[0, 0] if len(seen) else np.inf
    points = np.array([point for point in body if point[0] < first - 2 * cm] + [tuple(one) for one in seen])
    return np.asarray(np.interp(lines, points[:, 0], points[:, 1]))


def _between(
    bottom: Mask, gone: Mask, lines: NDArray[np.int64], figure: Figure
) -> tuple[FloatArray, FloatArray] | None:
    """The inner edges of two legs in each row; none where none are seen to part. Above the crotch they meet."""
    known = []
    crotch = figure.points["crotch"]
    for y in lines[lines > crotch[1]]:
        columns = np.flatnonzero(bottom[y])
        steps = np.flatnonzero(np.diff(columns) > max(0.8 * figure.scale, 2))
        if not len(steps):
            continue
        at = steps[np.diff(columns)[steps].argmax()]
        inner = int(columns[at]), int(columns[at + 1])
        if not gone[y, inner[0] + 1 : inner[1]].any():
            known.append((float(y), float(inner[0]), float(inner[1])))
    if len(known) < 4:
        return None
    points = np.array([(float(crotch[1]), float(crotch[0]), float(crotch[0])), *known])
    edges = [np.interp(lines, points[:, 0], points[:, at]) for at in (1, 2)]
    above = lines <= crotch[1]
    edges[0][above], edges[1][above] = crotch[0], crotch[0]
    return edges[0], edges[1]


def surely(bottom: Mask) -> Mask:
    """What of it is surely cloth: its large pieces, away from the edge of what hung over them."""
    inner = cv2.erode(bottom.astype(np.uint8), np.ones((5, 5), np.uint8))
    _count, parts, stats, _ = cv2.connectedComponentsWithStats(inner, connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = 1 + np.flatnonzero(areas > _PIECE * areas.max(initial=0))
    return np.asarray(np.isin(parts, large))


def cloth_of(pixels: Pixels, bottom: Mask, beneath: Mask, scale: float) -> Pixels:
    """(h, w, 3) its cloth carried on over `beneath`: as it is near by, and of its usual colour farther off."""
    seen = surely(bottom)
    if not seen.any():
        return pixels
    off = cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, 3)
    near = np.clip(1 - off / (_CARRIED * scale), 0, 1)[..., None]
    return np.asarray(carried(pixels, seen, beneath) * near + np.median(pixels[seen], axis=0) * (1 - near), np.float32)
