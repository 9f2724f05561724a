"""Landmarks of a garment that somebody wears on its picture: by the wearer's own, where the outline alone is ambiguous.

A sleeve that hangs beside the torso leaves no notch, but the wearer's arm says where it runs.
"""

import numpy as np
from numpy.typing import NDArray

from .curves import lengths, part_way
from .figure import SIDES, SIGN, Figure
from .garment import LOWER, SKIRT, UPPER

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
_STEPS = 60
_NEAR = 9.0  # cm from an arm's middle, as far as its sleeve may reach
_LEG_NEAR = 16.0


def worn_points(mask: Mask, family: str, figure: Figure) -> dict[str, FloatArray]:
    """Landmarks of a worn garment. mask: (h, w) bool, the garment in the pixels of the figure; family: of `garment`.

    Nothing where the garment does not lie on that body.
    """
    if not mask.any():
        return {}
    return {UPPER: _upper, LOWER: _lower, SKIRT: _skirt}[family](mask, figure)


def _at(mask: Mask, point: FloatArray) -> bool:
    x, y = round(float(point[0])), round(float(point[1]))
    return 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and bool(mask[y, x])


def _reach(mask: Mask, axis: FloatArray, *, hidden: bool = False) -> float:
    """How far along an axis the garment goes on, pixels; a short gap (a bag's strap, a finger) does not end it.

    hidden: its beginning may lie under something else.
    """
    whole = float(lengths(axis)[-1])
    points = part_way(axis, whole, _STEPS)
    there = [at for at, point in enumerate(points) if _at(mask, point)]
    end = there[0] if hidden and there else 0
    for at in there:
        if at - end > 9:
            break
        end = at
    return whole * end / (_STEPS - 1)


def _edge(mask: Mask, start: FloatArray, way: FloatArray, most: float) -> FloatArray:
    """Where the garment ends, from a point in a direction; no farther than `most`."""
    last = start
    for step in np.arange(0, most, 1.0):
        point = start + way * step
        if not _at(mask, point):
            break
        last = point
    return last


def _tube_end(
    mask: Mask, axis: FloatArray, near: float, *, hidden: bool = False
) -> tuple[FloatArray, FloatArray, float] | None:
    """The two corners of a sleeve's or a leg's end, on either side of the axis, and how far along it lies."""
    reach = _reach(mask, axis, hidden=hidden)
    if reach < 4:
        return None
    points = part_way(axis, reach, 12)
    ahead = points[-1] - points[-3]
    ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
    aside = np.array([ahead[1], -ahead[0]])
    root = points[-1] - ahead * 2
    return _edge(mask, root, aside, near) + ahead, _edge(mask, root, -aside, near) + ahead, reach


def _rows(mask: Mask) -> tuple[int, int]:
    rows = np.flatnonzero(mask.any(1))
    return int(rows[0]), int(rows[-1])


def _row_edges(mask: Mask, y: float, middle: float) -> tuple[float, float] | None:
    """Left and right end of the garment in a row, of the run about the middle."""
    row = mask[int(np.clip(round(y), 0, mask.shape[0] - 1))]
    columns = np.flatnonzero(row)
    if len(columns) < 2:
        return None
    return float(columns[0]), float(columns[-1])


def _upper(mask: Mask, figure: Figure) -> dict[str, FloatArray]:
    cm, (top, bottom) = figure.scale, _rows(mask)
    points: dict[str, FloatArray] = {}
    start = float(figure.torso[0, 0]) + 1.5 * cm
    for side, column in (("l", 1), ("r", 2)):
        sign, arm = SIGN[side], figure.arm(side)
        neck, shoulder = figure.points[f"neck_{side}"], figure.points[f"shoulder_{side}"]
        for name, point in (("neck", neck), ("shoulder", shoulder)):
            near = point + np.array([-sign * 1.5 * cm, 4 * cm])
            points[f"{name}_{side}"] = (
                _edge(mask, near, np.array([sign * 0.3, -1.0]), 14 * cm) if _at(mask, near) else point
            )
        edge = float(np.interp(start, figure.torso[:, 0], figure.torso[:, column]))
        found = _tube_end(mask, np.concatenate([arm[:1], arm[1:3]]), _NEAR * cm)
        if found is not None and found[2] > 9 * cm:
            one, other, _length = found
            outer, inner = (one, other) if (one[0] - other[0]) * sign > 0 else (other, one)
            points[f"cuff_out_{side}"], points[f"cuff_in_{side}"] = outer, inner
            points[f"armpit_{side}"] = np.array([edge, start])
        else:
            row = _row_edges(mask, start, figure.middle(start))
            points[f"armpit_{side}"] = np.array([edge if row is None else row[0 if side == "l" else 1], start])
    level = bottom - 1.5 * cm
    middle = figure.middle(level)
    for side in SIDES:
        sign = SIGN[side]
        inside = np.array([middle, level])
        limit = abs(figure.edges(level)[0 if side == "l" else 1] - middle) + 14 * cm
        columns = np.flatnonzero(mask[max(round(level) - 2, 0) : round(level) + 3].any(0))
        columns = columns[np.abs(columns - middle) < limit]
        reach = columns if len(columns) else np.array([inside[0]])
        x = float(reach.min() if sign < 0 else reach.max())
        points[f"hem_{side}"] = np.array([x, float(bottom)])
    return points if start < bottom and top < start else {}


def _lower(mask: Mask, figure: Figure) -> dict[str, FloatArray]:
    top, _bottom = _rows(mask)
    cm = figure.scale
    level = top + 1.5 * cm
    row = _row_edges(mask, level, figure.middle(level))
    if row is None:
        return {}
    points = {"waist_l": np.array([row[0], float(top)]), "waist_r": np.array([row[1], float(top)])}
    points["crotch"] = figure.points["crotch"] + np.array([0, 2.2 * cm])
    for side in SIDES:
        sign, axis = SIGN[side], figure.leg(side)
        below = axis[2] + (axis[2] - axis[1]) * 0.25
        found = _tube_end(mask, np.concatenate([axis, [below]]), _LEG_NEAR * cm, hidden=True)
        if found is None:
            return {}
        one, other, _length = found
        outer, inner = (one, other) if (one[0] - other[0]) * sign > 0 else (other, one)
        points[f"hem_out_{side}"], points[f"hem_in_{side}"] = outer, inner
    return points


def _skirt(mask: Mask, figure: Figure) -> dict[str, FloatArray]:
    top, bottom = _rows(mask)
    cm = figure.scale
    points: dict[str, FloatArray] = {}
    for name, level, y in (("waist", top + 1.5 * cm, top), ("hem", bottom - 2.0 * cm, bottom)):
        row = _row_edges(mask, level, figure.middle(level))
        if row is None:
            return {}
        points[f"{name}_l"], points[f"{name}_r"] = (np.array([x, float(y)]) for x in row)
    return points
