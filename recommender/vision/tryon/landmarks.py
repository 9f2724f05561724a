"""Landmarks of a garment's cutout: where a small network sees them, drawn to the corners of the outline nearby.

Without the network they are ratios and extremes of the outline, by kind: corners, and the notches at armpits and
crotch. Whoever sees them wrong drags them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.stylist.tryon.figure import Figure
from recommender.stylist.tryon.garment import (
    LANDMARKS,
    LONG_SLEEVED,
    LOWER,
    SKIRT,
    THING,
    UPPER,
    Garment,
    family_of,
    shorter_path,
)
from recommender.stylist.tryon.worn import worn_points
from recommender.vision.cutout.ghost import without_ghost
from recommender.vision.tryon.landmark_network import LandmarkNetwork

FloatArray = NDArray[np.float64]
Points = dict[str, FloatArray]
_MIN_NOTCH: Final = 0.018  # of the garment's longer side
_MIN_FILL: Final = 0.3  # of its box that a garment fills at least
_NEAR_CORNER: Final = 0.05  # of a cutout's width, as far from where the network sees it a corner is the same landmark
_CORNERS: Final = frozenset({"hem", "waist", "armpit"})  # landmarks that an outline shows more exactly than the network
# Kinds and sleeves by which a garment that is no dress has cuffs: 77 of 80 marked by hand that are said to be so.
_SLEEVED: Final = frozenset({"long-sleeve", "hoodie", "sweatshirt", "cardigan"})
_SLEEVES: Final = frozenset({"long", "three-quarter", "short"})
_RECTANGLE: Final = 0.975  # of its box from which on nothing was cut out


class NoShape(ValueError):
    """The cutout shows no garment's shape. code: not_cut | in_pieces."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def garment_of(
    picture: Image.Image,
    kind: str,
    slot: str,
    *,
    measures: Mapping[str, float] | None = None,
    worn: bool = False,
    cut: str = "",
    placed: Mapping[str, Sequence[float]] | None = None,
    sleeve: str = "",
    wearer: Figure | None = None,
    network: LandmarkNetwork | None = None,
) -> Garment:
    """A garment with its landmarks. picture: RGBA cutout. placed: landmark -> (x, y) in 0..1, set by its owner.

    sleeve: a slug of `taxonomy.SLEEVES`, where known. wearer: who wears it on the picture, in its pixels. network: sees
    what the outline alone does not tell.

    Raises NoShape.
    """
    outline = outline_of(picture, slot, whole=wearer is None)
    family = family_of(kind, slot)
    size = picture.size
    sleeveless = sleeve == "none" or kind in ("sleeveless", "vest")
    is_long = sleeve in ("long", "three-quarter") or (not sleeve and kind in LONG_SLEEVED)
    found = _FINDERS[family](outline, sleeveless) if family != THING else {}
    if family == UPPER and slot != "dress" and is_long and not sleeveless and "cuff_in_l" not in found and not worn:
        found |= _close_sleeves(outline)
    if network is not None and family != THING and not worn:
        sleeved = slot != "dress" and (kind in _SLEEVED or sleeve in _SLEEVES)
        found = _seen_by(network, picture, outline, found, family, sleeveless=sleeveless, sleeved=sleeved)
    if wearer is not None and family != THING:
        on_body = worn_points(solid(picture).astype(bool), family, wearer)
        found, wearer = (on_body, wearer) if on_body else (found, None)
        outline = outline if on_body else outline_of(picture, slot)
    for name, (x, y) in (placed or {}).items():
        if name in LANDMARKS[family]:
            found[name] = np.array([x * size[0], y * size[1]], float)
    wearer = None if placed or family == THING else wearer
    return Garment(kind, slot, size, found, outline, dict(measures or {}), worn, cut, wearer)


def _seen_by(
    network: LandmarkNetwork,
    picture: Image.Image,
    outline: FloatArray,
    found: Points,
    family: str,
    *,
    sleeveless: bool,
    sleeved: bool,
) -> Points:
    """What the network sees, but the outline's own corner where that lies close by. sleeveless, sleeved: what is known
    of its sleeves beside what the network sees."""
    seen, chance = network(picture)
    last = np.array(picture.size) - 1.0
    seen = {name: np.clip(point, 0, last) for name, point in seen.items()}
    has_cuffs = not sleeveless and (sleeved or chance > 0.5)
    near = _NEAR_CORNER * picture.width
    points: Points = {}
    for name in LANDMARKS[family]:
        if name.startswith("cuff") and not has_cuffs:
            continue
        corner = found.get(name)
        is_near = name.split("_")[0] in _CORNERS and corner is not None and np.linalg.norm(corner - seen[name]) < near
        points[name] = corner if is_near and corner is not None else seen[name]
    if family == UPPER:
        _set_necks_right(points, outline)
    return points


def _set_necks_right(points: Points, outline: FloatArray) -> None:
    """Sides of the neck that lie beyond the shoulders are put a third of the way along, on the outline."""
    left, right = points["shoulder_l"], points["shoulder_r"]
    room = 0.1 * float(right[0] - left[0])
    beside = points["neck_l"][0] < left[0] - room or points["neck_r"][0] > right[0] + room
    if room > 0 and beside:
        for side, share in (("l", 0.32), ("r", 0.68)):
            x = float(left[0] + share * (right[0] - left[0]))
            points[f"neck_{side}"] = np.array([x, _top(outline, x)])


def solid(picture: Image.Image) -> NDArray[np.uint8]:
    """(h, w) uint8 0 or 1: where the garment is, without specks and holes."""
    alpha = np.asarray(without_ghost(picture).getchannel("A"))
    mask = np.pad((alpha > 110).astype(np.uint8), 2)
    side = max(3, round(max(mask.shape) * 0.008)) | 1
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))[2:-2, 2:-2])


def outline_of(picture: Image.Image, slot: str, *, whole: bool = True) -> FloatArray:
    """(n, 2) the closed outline of the largest piece of a cutout. Raises NoShape.

    whole: it must be nearly all of it. What somebody wears need not: an open coat is two halves, a bag's strap cuts.
    """
    mask = solid(picture)
    outlines, _ = cv2.findContours(np.pad(mask, 1), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(-1, -1))
    if not outlines:
        raise NoShape("not_cut")
    largest = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(largest)
    _x, _y, width, height = cv2.boundingRect(largest)
    if slot in ("top", "outer", "dress", "bottom"):
        if area > _RECTANGLE * width * height and min(width, height) > 0.9 * min(picture.size):
            raise NoShape("not_cut")
        if whole and (area < _MIN_FILL * width * height or area < 0.6 * mask.sum()):
            raise NoShape("in_pieces")
    return largest.reshape(-1, 2).astype(np.float64)


def _notches(outline: FloatArray, *, refined: bool = False) -> list[tuple[FloatArray, float]]:
    """Where the outline turns in and opens downwards: (deepest point, depth), the deepest first.

    refined: where a notch is long (from a short sleeve past a waist to a wide hem), its upper corner.
    """
    contour = outline.astype(np.int32)[:, None]
    hull = cv2.convexHull(contour, returnPoints=False)
    hull = np.sort(hull.reshape(-1, 1), axis=0)[::-1].copy()
    try:
        defects = cv2.convexityDefects(contour, hull)
    except cv2.error:  # an outline that crosses itself
        return []
    found = []
    least = _MIN_NOTCH * float(np.ptp(outline, axis=0).max())
    for start, end, far, depth in [] if defects is None else defects.reshape(-1, 4):
        point, middle = outline[far], (outline[start] + outline[end]) / 2
        if depth / 256 > least and middle[1] > point[1]:
            upper = min(start, end, key=lambda at: outline[at, 1])
            found.append((_corner(outline, int(far), int(upper), least) if refined else point, depth / 256))
    return sorted(found, key=lambda one: -one[1])


def _corner(outline: FloatArray, far: int, upper: int, least: float) -> FloatArray:
    """Between the deepest point of a notch and its upper end, what lies farthest inwards of the line between them."""
    path = shorter_path(outline, far, upper)
    way = path[-1] - path[0]
    aside = np.array([-way[1], way[0]]) / max(float(np.linalg.norm(way)), 1e-9)
    off = (path - path[0]) @ aside
    inwards = -off if outline[:, 0].mean() < path[0, 0] else off
    # Inwards is towards the garment's middle, whichever way the outline runs.
    inwards = inwards if inwards.max() >= (-inwards).max() else -inwards
    at = int(inwards.argmax())
    return path[at] if inwards[at] > 0.6 * least and path[at, 1] < path[0, 1] else path[0]


def _farthest(path: FloatArray, score: FloatArray) -> FloatArray:
    return path[int(score.argmax())]


def _end_of(path: FloatArray, base: FloatArray, share: float = 0.85) -> tuple[FloatArray, FloatArray]:
    """The two corners of a tube's end: of a path that runs down one side of it and up the other. base: its root."""
    reach = path - base
    tip = reach[int(np.linalg.norm(reach, axis=1).argmax())]
    along = reach @ (tip / max(np.linalg.norm(tip), 1e-9))
    end = np.flatnonzero(along > share * along.max())
    aside = np.array([-tip[1], tip[0]]) / max(np.linalg.norm(tip), 1e-9)
    across = reach @ aside
    turn = 1.0 if across[end[0]] >= across[end[-1]] else -1.0
    corners = [int(end[(along[end] + sign * across[end]).argmax()]) for sign in (turn, -turn)]
    return path[corners[0]], path[corners[1]]


def _upper(outline: FloatArray, sleeveless: bool) -> Points:
    (x0, y0), (x1, y1) = outline.min(0), outline.max(0)
    width, height = x1 - x0, y1 - y0
    low = outline[outline[:, 1] > y0 + 0.6 * height]
    middle = float((low[:, 0].min() + low[:, 0].max() + x0 + x1) / 4)
    armpits: dict[str, FloatArray] = {}
    estimated = False
    if not sleeveless:
        for point, _depth in _notches(outline, refined=height > 1.25 * width):
            side = "l" if point[0] < middle else "r"
            # What is long ends in a skirt, whose waist is a notch too.
            lowest = 0.45 if height > 1.25 * width else 0.72
            if y0 + 0.08 * height < point[1] < y0 + lowest * height and abs(point[0] - middle) > 0.1 * width:
                armpits.setdefault(side, point)
    if len(armpits) == 1:
        side, point = next(iter(armpits.items()))
        other = "r" if side == "l" else "l"
        armpits[other] = np.array([2 * middle - point[0], point[1]])
    elif not armpits:
        estimated = True
        torso = [_run(outline, y0 + share * height, middle) for share in (0.45, 0.55, 0.65)]
        left, right = (float(np.median([one[at] for one in torso])) for at in (0, 1))
        level = _armhole(outline, y0, height, middle, 0.9 * (right - left))
        armpits = {"l": np.array([left, level]), "r": np.array([right, level])}
    points: Points = {f"armpit_{side}": armpits[side] for side in "lr"}
    middle = float((armpits["l"][0] + armpits["r"][0]) / 2)
    span = float(armpits["r"][0] - armpits["l"][0])
    bottom = _bottom_path(outline, armpits["l"], armpits["r"])
    points["hem_l"] = _farthest(bottom, bottom[:, 1] - 0.8 * bottom[:, 0])
    points["hem_r"] = _farthest(bottom, bottom[:, 1] + 0.8 * bottom[:, 0])
    if points["hem_r"][0] - points["hem_l"][0] < 0.3 * span:  # hems that lie askew
        for side, sign in (("l", -1.0), ("r", 1.0)):
            points[f"hem_{side}"] = np.array([middle + sign * span / 2, y1])
    for side, sign in (("l", -1.0), ("r", 1.0)):
        points[f"neck_{side}"] = _neck(outline, middle, span, sign)
    lower = max("lr", key=lambda side: points[f"neck_{side}"][1])
    higher = "r" if lower == "l" else "l"
    if points[f"neck_{lower}"][1] - points[f"neck_{higher}"][1] > 0.06 * span:  # one of them on top of a collar
        points[f"neck_{higher}"] = points[f"neck_{lower}"] * [-1, 1] + np.array([2 * middle, 0])
    for side, sign in (("l", -1.0), ("r", 1.0)):
        tip = armpits[side][0] - sign * (0.03 if not estimated else 0.1) * span
        points[f"shoulder_{side}"] = np.array([tip, _top(outline, tip)])
    if not estimated:
        for side in "lr":
            armpit, shoulder = points[f"armpit_{side}"], points[f"shoulder_{side}"]
            near = [int(np.linalg.norm(outline - point, axis=1).argmin()) for point in (armpit, shoulder)]
            path = shorter_path(outline, near[0], near[1])
            base = (armpit + shoulder) / 2
            if len(path) > 8 and np.linalg.norm(path - base, axis=1).max() > 0.54 * np.linalg.norm(shoulder - armpit):
                points[f"cuff_in_{side}"], points[f"cuff_out_{side}"] = _end_of(path, base)
    return points


def _close_sleeves(outline: FloatArray) -> Points:
    """Sleeves that lie along the torso and touch it: the outer sixth of the picture on either side."""
    (x0, y0), (x1, y1) = outline.min(0), outline.max(0)
    width, height = x1 - x0, y1 - y0
    points: Points = {}
    for side, edge, sign in (("l", x0, 1.0), ("r", x1, -1.0)):
        inset = edge + sign * 0.17 * width
        points[f"armpit_{side}"] = np.array([inset, y0 + 0.3 * height])
        points[f"shoulder_{side}"] = np.array([inset + sign * 0.02 * width, _top(outline, inset + sign * 0.02 * width)])
        points[f"hem_{side}"] = np.array([inset, y1 - 0.01 * height])
        points[f"cuff_in_{side}"] = np.array([inset, y1 - 0.07 * height])
        points[f"cuff_out_{side}"] = np.array([edge + sign * 0.02 * width, y1 - 0.07 * height])
    return points


def _armhole(outline: FloatArray, top: float, height: float, middle: float, wide: float) -> float:
    """The y of the first row that is as wide as the torso."""
    for share in np.linspace(0.05, 0.45, 33):
        left, right = _run(outline, top + share * height, middle)
        if right - left >= wide:
            return float(top + max(share, 0.14) * height)
    return float(top + 0.28 * height)


def _run(outline: FloatArray, y: float, middle: float) -> tuple[float, float]:
    """Where the outline crosses a row, next to the middle on either side."""
    xs = outline[np.abs(outline[:, 1] - y) <= 1.0, 0]
    left, right = xs[xs < middle], xs[xs >= middle]
    return (float(left.max()) if len(left) else middle - 1, float(right.min()) if len(right) else middle + 1)


def _top(outline: FloatArray, x: float) -> float:
    """The y of the uppermost point of the outline at an x."""
    ys = outline[np.abs(outline[:, 0] - x) <= 1.5, 1]
    return float(ys.min()) if len(ys) else float(outline[:, 1].min())


def _neck(outline: FloatArray, middle: float, span: float, sign: float) -> FloatArray:
    """The side of the neckline: the highest point beside the middle, beneath a hood or a collar."""
    shares = np.linspace(0.11, 0.3, 14)
    tops = np.array([_top(outline, middle + sign * share * span) for share in shares])
    at = int(tops.argmin())
    if at == 0:
        at = 5
    return np.array([middle + sign * shares[at] * span, tops[at]])


def _bottom_path(outline: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """The way from one armpit to the other that runs along the hem."""
    first, last = (int(np.linalg.norm(outline - point, axis=1).argmin()) for point in (start, end))
    rolled = np.roll(outline, -first, axis=0)
    at = (last - first) % len(outline)
    ways = [rolled[: at + 1], rolled[at:]]
    return max(ways, key=lambda way: float(way[:, 1].max()) * 10 + float(way[:, 1].mean()) if len(way) > 4 else -1e9)


def _lower(outline: FloatArray, _sleeveless: bool) -> Points:
    (x0, y0), (x1, y1) = outline.min(0), outline.max(0)
    width, height = x1 - x0, y1 - y0
    points: Points = {
        "waist_l": _farthest(outline, -outline[:, 1] * 1.6 - outline[:, 0]),
        "waist_r": _farthest(outline, -outline[:, 1] * 1.6 + outline[:, 0]),
    }
    notch = next(
        (
            point
            for point, depth in _notches(outline)
            if 0.22 * width < point[0] - x0 < 0.78 * width and y0 + 0.12 * height < point[1] < y0 + 0.8 * height
            and depth > 0.1 * height
        ),
        None,
    )  # fmt: skip
    if notch is None:
        middle = float((points["waist_l"][0] + points["waist_r"][0]) / 2)
        foot = outline[outline[:, 1] > y1 - 0.06 * height]
        foot_middle = float((foot[:, 0].min() + foot[:, 0].max()) / 2)
        # Legs that lie together: a rise is about as long as the waist is wide.
        rise = min(0.62 * height, 0.72 * float(points["waist_r"][0] - points["waist_l"][0]))
        points["crotch"] = np.array([middle + (foot_middle - middle) * rise / height, y0 + rise])
        points["hem_in_l"] = points["hem_in_r"] = np.array([foot_middle, foot[:, 1].max()])
        points["hem_out_l"] = _farthest(outline, outline[:, 1] * 1.6 - outline[:, 0])
        points["hem_out_r"] = _farthest(outline, outline[:, 1] * 1.6 + outline[:, 0])
        return points
    points["crotch"] = notch
    for side in "lr":
        near = [int(np.linalg.norm(outline - one, axis=1).argmin()) for one in (notch, points[f"waist_{side}"])]
        path = shorter_path(outline, near[0], near[1])
        base = (points[f"waist_{side}"] + notch) / 2
        points[f"hem_in_{side}"], points[f"hem_out_{side}"] = _end_of(path, base, 0.86)
    return points


def _skirt(outline: FloatArray, _sleeveless: bool) -> Points:
    return {
        "waist_l": _farthest(outline, -outline[:, 1] * 1.6 - outline[:, 0]),
        "waist_r": _farthest(outline, -outline[:, 1] * 1.6 + outline[:, 0]),
        "hem_l": _farthest(outline, outline[:, 1] - outline[:, 0]),
        "hem_r": _farthest(outline, outline[:, 1] + outline[:, 0]),
    }


_FINDERS: Final = {UPPER: _upper, LOWER: _lower, SKIRT: _skirt}
