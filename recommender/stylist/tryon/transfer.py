"""A garment that somebody wears on its picture, put on somebody else: what lay on a part of one body lies on the same
part of the other, as far off it in centimetres.

Anchors are points of a body that every figure has in the same order: rows of the torso, tubes about arms and legs.
Cloth between and beyond them follows by the spline through them. Sleeves are taken apart from the torso along the arms.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import beside, lengths, part_way
from .figure import SIDES, SIGN, Figure, half_breadth
from .garment import LOWER, UPPER, Garment
from .place import Part, Placed, place
from .sizing import Scale

FloatArray = NDArray[np.float64]
_TORSO: Final = ("armpit", "chest", "underbust", "waist", "high_hip", "hips")
_ROOM: Final = (6.0, 25.0)  # cm beside the body, where cloth that hangs loose is anchored as well
_REACH: Final = 12.0  # cm beyond its outermost anchors that a garment may reach
_SLEEVE: Final = (0.24, 0.36, 0.5, 0.62, 0.75, 0.88, 1.0)  # along the arm to the wrist
_ROOT: Final = 0.2  # along the arm, where a sleeve is taken apart from the torso
_LEG: Final = (0.12, 0.26, 0.4, 0.52, 0.65, 0.8, 0.92, 1.04)
_BELOW: Final = (0.15, 0.4, 0.7, 1.0)  # along the legs, rows of what hangs about both


def put_on(garment: Garment, figure: Figure) -> Placed:
    """A garment (not a thing) on a figure: from its wearer where somebody wears it, else by its landmarks."""
    return place(garment, figure) if garment.wearer is None else transferred(garment, garment.wearer, figure)


def transferred(garment: Garment, wearer: Figure, figure: Figure) -> Placed:
    """A worn garment on a figure. wearer: who wears it, in the pixels of its picture."""
    wide, long = _sizes(garment, wearer, figure)
    parts: list[Part] = []
    if garment.family == LOWER:
        parts.append(_part("legs", _legs(wearer), _legs(figure, wide), figure))
    elif garment.family == UPPER:
        sleeves = {side: _tube(wearer, side) for side in SIDES if f"cuff_out_{side}" in garment.points}
        for side in sleeves:
            region = _sleeve_region(garment, wearer, side)
            parts.append(_part(f"sleeve_{side}", _tube(wearer, side), _tube(figure, side), figure, region=region))
        apart = tuple(part.region for part in parts if part.region is not None)
        parts.append(_part("torso", _torso(wearer), _torso(figure, wide, long), figure, apart=apart))
    else:
        parts.append(_part("skirt", _torso(wearer)[4:], _torso(figure, wide, long)[4:], figure))
    known = tuple(zone for zone in ("chest", "hips", "back_length") if garment.measures.get(zone))
    return Placed(tuple(parts), Scale(1 / wearer.scale, 1.0, known, 0.0))


def _part(
    name: str,
    source: FloatArray,
    target: FloatArray,
    figure: Figure,
    *,
    region: FloatArray | None = None,
    apart: tuple[FloatArray, ...] = (),
) -> Part:
    reach = _REACH * figure.scale
    (x0, y0), (x1, y1) = target.min(0) - reach, target.max(0) + reach
    outline = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    return Part(name, source, target, outline, region, apart)


# --- Anchors ----------------------------------------------------------------------------------------------


def _torso(figure: Figure, wide: float = 1.0, long: float = 1.0) -> FloatArray:
    """Neck and shoulders, then seven points a row, from the armpits to the ankles.

    wide, long: how many times as far from the axis and from the neck as the body's own.
    """
    cm = figure.scale
    neck = float(np.mean([figure.points[f"neck_{side}"][1] for side in SIDES]))
    points = [figure.points[f"{name}_{side}"] for name in ("neck", "shoulder") for side in SIDES]
    crotch = float(figure.points["crotch"][1])
    ankle = float(np.mean([figure.points[f"ankle_{side}"][1] for side in SIDES]))
    half = np.ptp(figure.edges(figure.line("hips"))) / 2
    rows = [(figure.line(zone), *figure.edges(figure.line(zone))) for zone in _TORSO]
    for share in _BELOW:
        y = crotch + share * (ankle - crotch)
        rows.append((y, figure.middle(y) - half, figure.middle(y) + half))
    for y, left, right in rows:
        middle = (left + right) / 2
        level = neck + (y - neck) * long
        out = (right - left) / 2 * wide
        beyond = [out] + [out + room * cm * wide for room in _ROOM]
        points += [np.array([middle + x, level]) for x in (*(-x for x in beyond), 0.0, *beyond)]
    return np.array(points)


def _tube(figure: Figure, side: str) -> FloatArray:
    """Three points at each step along an arm: outside, axis, inside."""
    axis = figure.arm(side)
    length = float(lengths(axis[:3])[-1])
    steps = np.array(_SLEEVE)
    spine = np.concatenate([part_way(axis, length * step, 2)[-1:] for step in steps])
    names = ("upper_arm", "elbow", "forearm", "wrist")
    halves = np.interp(steps, [0, 0.52, 0.65, 1], [figure.halves[name] for name in names]) + 1.5 * figure.scale
    one, other = beside(spine, halves)
    joint = figure.points[f"shoulder_{side}"]
    return np.concatenate([joint[None], one, spine, other])


def _legs(figure: Figure, wide: float = 1.0) -> FloatArray:
    """Rows of the hips, the crotch, and three points at each step along both legs."""
    points = []
    for zone in _TORSO[3:]:
        left, right = figure.edges(figure.line(zone))
        middle = (left + right) / 2
        out = (right - left) / 2 * wide
        points += [np.array([middle + x, figure.line(zone)]) for x in (-out, 0.0, out)]
    points.append(figure.points["crotch"])
    names, room = ("thigh", "knee", "calf", "ankle"), [out * figure.scale * wide for out in _ROOM]
    for side in SIDES:
        axis = figure.leg(side)
        spine = np.concatenate([part_way(axis, float(lengths(axis)[-1]) * step, 2)[-1:] for step in _LEG])
        halves = np.interp(_LEG, [0, 0.5, 0.65, 1], [figure.halves[name] for name in names])
        for edge, sign in zip(beside(spine, halves * wide), (1, -1), strict=True):
            points += list(edge)
            if sign * SIGN[side] > 0:  # the outer edge: cloth that stands off is anchored there too
                points += [point + np.array([SIGN[side] * out, 0]) for out in room for point in edge]
        points += list(spine)
    return np.array(points)


def _sleeve_region(garment: Garment, wearer: Figure, side: str) -> FloatArray:
    """(n, 2) the outline of the picture's sleeve: about the arm, to the cuff and a little beyond."""
    cm = wearer.scale
    axis = wearer.arm(side)
    length = float(lengths(axis[:3])[-1])
    steps = np.linspace(_ROOT, 1.25, 12)
    spine = np.concatenate([part_way(axis, length * step, 2)[-1:] for step in steps])
    names = ("upper_arm", "elbow", "forearm", "wrist")
    arm = np.interp(steps, [0, 0.52, 0.65, 1], [wearer.halves[name] for name in names])
    one, other = beside(spine, np.ones(len(steps)))
    outward = np.where(SIGN[side] * (one - other)[:, :1] > 0, one - spine, other - spine)
    middle = np.array([[wearer.middle(y)] for y in spine[:, 1]])
    # Towards the torso a sleeve ends where the other cloth begins; away from it nothing else of the garment lies.
    edges = np.array([wearer.edges(y)[0 if side == "l" else 1] for y in spine[:, 1]])[:, None]
    gap = np.maximum(np.abs(spine[:, :1] - middle) - np.abs(edges - middle), 0)
    inside = np.maximum(arm[:, None] + 0.8 * cm, gap * 0.6)
    return np.concatenate([spine + outward * 13 * cm, (spine - outward * inside)[::-1]])


# --- Size -------------------------------------------------------------------------------------------------


def _sizes(garment: Garment, wearer: Figure, figure: Figure) -> tuple[float, float]:
    """How many times wider and longer it is drawn than it would follow from the wearer, where it was measured."""
    wide = long = 1.0
    points = garment.points
    zone = "hips" if garment.family == LOWER else "chest"
    if garment.measures.get(zone) and "armpit_l" in points:
        worn = float(points["armpit_r"][0] - points["armpit_l"][0]) / wearer.scale
        own = np.ptp(wearer.edges(wearer.line(zone))) / wearer.scale
        on = np.ptp(figure.edges(figure.line(zone))) / figure.scale
        wanted = 2 * half_breadth(2 * garment.measures[zone] / 10, zone)
        wide = float(np.clip(wanted / max(worn / own * on, 1.0), 0.9, 1.45))
    if garment.measures.get("back_length") and "hem_l" in points:
        neck = float(np.mean([wearer.points[f"neck_{side}"][1] for side in SIDES]))
        hem = float(np.mean([points[f"hem_{side}"][1] for side in SIDES]))
        drawn = (hem - neck) / _torso_length(wearer) * _torso_length(figure) / figure.scale
        long = float(np.clip(garment.measures["back_length"] / 10 / max(drawn, 1.0), 0.7, 1.5))
    return wide, long


def _torso_length(figure: Figure) -> float:
    neck = float(np.mean([figure.points[f"neck_{side}"][1] for side in SIDES]))
    return float(figure.points["crotch"][1]) - neck
