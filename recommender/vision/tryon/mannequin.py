"""A mannequin drawn from a figure: every part an outline, rounded by light."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from recommender.stylist.tryon.curves import beside, resampled, smooth
from recommender.stylist.tryon.figure import SIDES, SIGN, Figure

FloatArray = NDArray[np.float64]
Pixels = NDArray[np.float32]
GROUND: Final = (244, 241, 237)
SKIN: Final = (214, 197, 180)
_SUBPIXELS: Final = 4  # bits of a polygon's fraction


def filled(outline: FloatArray, size: tuple[int, int]) -> Pixels:
    """(h, w) float32 0..1, smooth at the edge, of a closed (n, 2) outline. size: (width, height)."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    fixed = np.round(outline * 2**_SUBPIXELS).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 255, lineType=cv2.LINE_AA, shift=_SUBPIXELS)
    return np.asarray(mask / np.float32(255), np.float32)


def rounded(mask: Pixels, depth: float) -> Pixels:
    """(h, w) light of 0..1 about .5 on a shape that bulges towards the eye, lit from the upper left.

    depth: pixels from the edge over which it rounds off.
    """
    distance = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    share = np.clip(distance / max(depth, 1), 0, 1)
    height = cv2.GaussianBlur(np.sqrt(share * (2 - share)) * depth, (0, 0), max(depth / 6, 0.8))
    down, across = np.gradient(height)
    light = 0.5 - 0.26 * (across * -0.45 + down * -0.35) * -1 - 0.2 * (np.hypot(across, down) ** 2)
    return np.asarray(np.clip(light, 0, 1), np.float32)


def parts_of(figure: Figure, size: tuple[int, int]) -> dict[str, Pixels]:
    """Masks of the body's parts, (h, w) float32 of 0..1: legs, feet, torso with neck, arms with hands, head."""
    parts: dict[str, Pixels] = {}
    for side in SIDES:
        parts[f"leg_{side}"] = filled(_leg(figure, side), size)
        parts[f"foot_{side}"] = filled(_foot(figure, side), size)
    parts["torso"] = filled(_torso(figure), size)
    for side in SIDES:
        parts[f"arm_{side}"] = filled(_arm(figure, side), size)
        parts[f"hand_{side}"] = np.maximum.reduce([filled(finger, size) for finger in _hand(figure, side)])
    parts["head"] = filled(_head(figure), size)
    return parts


def drawn(figure: Figure, size: tuple[int, int]) -> tuple[NDArray[np.uint8], Pixels, dict[str, Pixels]]:
    """(h, w, 3) uint8 RGB of the mannequin on its ground, its mask, and its parts."""
    parts = parts_of(figure, size)
    picture = ground(figure, size)
    whole = np.zeros((size[1], size[0]), np.float32)
    body = np.maximum.reduce([parts[name] for name in ("torso", "leg_l", "leg_r", "foot_l", "foot_r")])
    groups = {"body": (body, figure.halves["thigh"] * 1.0)}
    for side in SIDES:
        arm = np.maximum(parts[f"arm_{side}"], parts[f"hand_{side}"])
        groups[f"arm_{side}"] = arm, figure.halves["upper_arm"] * 0.85
    groups["head"] = parts["head"], figure.halves["neck"] * 1.3
    for name, (mask, depth) in groups.items():
        light = 0.72 + 0.56 * rounded(mask, depth)
        if name == "body":
            light = light * (1 - 0.10 * _between_legs(parts, figure))
        shade = cv2.GaussianBlur(mask, (0, 0), figure.scale * 1.6)
        picture *= (1 - 0.22 * np.clip(shade - mask, 0, 1) * whole)[..., None]
        colour = np.array(SKIN, np.float32) * light[..., None]
        soft = _melting(mask, figure, name)
        picture += (np.clip(colour, 0, 255) - picture) * soft[..., None]
        whole = np.maximum(whole, mask)
    return np.clip(picture, 0, 255).astype(np.uint8), whole, parts


def _between_legs(parts: dict[str, Pixels], figure: Figure) -> Pixels:
    """0..1 where the thighs meet, and in the fold above them."""
    soft = figure.scale * 1.3
    left, right = (cv2.GaussianBlur(parts[f"leg_{side}"], (0, 0), soft) for side in SIDES)
    below = np.arange(left.shape[0])[:, None] > figure.points["crotch"][1] - figure.scale
    return np.asarray(np.clip(left * right * 3, 0, 1) * below, np.float32)


def _melting(mask: Pixels, figure: Figure, name: str) -> Pixels:
    """An arm's mask that fades towards the shoulder, where it grows out of the torso; any other as it is."""
    if not name.startswith("arm"):
        return mask
    shoulder, elbow = figure.points[f"shoulder_{name[-1]}"], figure.points[f"elbow_{name[-1]}"]
    rows = np.arange(mask.shape[0], dtype=np.float32)[:, None]
    columns = np.arange(mask.shape[1], dtype=np.float32)[None]
    sign = SIGN[name[-1]]
    outward = (columns - shoulder[0]) * sign + (rows - shoulder[1]) * 0.25
    reach = figure.halves["upper_arm"]
    fade = np.clip((outward + reach * 1.5) / (reach * 1.1), 0, 1)
    low = np.clip((rows - shoulder[1]) / (0.35 * (elbow[1] - shoulder[1])), 0, 1)
    return np.asarray(mask * np.maximum(fade, low), np.float32)


def ground(figure: Figure, size: tuple[int, int]) -> Pixels:
    """(h, w, 3) float32: a wall that darkens a little downwards, a floor, and the shadow of whoever stands on it."""
    width, height = size
    rows = np.linspace(1.012, 0.965, height, dtype=np.float32)[:, None, None]
    picture = np.array(GROUND, np.float32) * rows * np.ones((1, width, 1), np.float32)
    floor = float(max(figure.points["toe_l"][1], figure.points["toe_r"][1]))
    x = np.arange(width, dtype=np.float32)[None]
    y = np.arange(height, dtype=np.float32)[:, None]
    middle = float((figure.points["toe_l"][0] + figure.points["toe_r"][0]) / 2)
    reach = abs(float(figure.points["toe_r"][0] - figure.points["toe_l"][0])) / 2 + figure.scale * 11
    spot = np.exp(-(((x - middle) / reach) ** 2) * 1.6 - ((y - floor + figure.scale * 1.5) / (figure.scale * 4.2)) ** 2)
    return np.asarray(np.clip(picture, 0, 255) * (1 - 0.3 * spot[..., None]), np.float32)


def _torso(figure: Figure) -> FloatArray:
    points, scale = figure.points, figure.scale
    sides = {}
    for side, column in (("l", 1), ("r", 2)):
        sign = SIGN[side]
        neck, shoulder = points[f"neck_{side}"], points[f"shoulder_{side}"]
        jaw = np.array([points["chin"][0] + sign * figure.halves["neck"] * 0.93, points["chin"][1] - scale * 3.5])
        slope = neck + (shoulder - neck) * [0.34, 0.45]
        edge = np.stack([figure.torso[:, column], figure.torso[:, 0]], axis=1)
        tip = shoulder + np.array([-sign * scale * 0.6, scale * 0.2])
        upper = smooth(np.stack([jaw, neck + np.array([-sign * scale * 0.25, -scale * 0.6]), slope, tip]))
        side_edge = smooth(np.concatenate([[tip + np.array([-sign * scale * 0.2, scale * 4])], edge]))
        sides[side] = np.concatenate([upper, side_edge])
    below = points["crotch"] + [0, scale * 1.2]
    return np.concatenate([sides["l"], [below], sides["r"][::-1]])


def _tube(axis: FloatArray, stops: list[float], halves: list[float]) -> FloatArray:
    """A limb's outline. stops: 0..1 along the axis, where it is as thick as `halves` say."""
    spine = resampled(smooth(axis, 16), 60)
    at = np.linspace(0, 1, 60)
    knots = smooth(np.stack([np.array(stops), np.array(halves)], axis=1), 10)
    left, right = beside(spine, np.interp(at, knots[:, 0], knots[:, 1]))
    return np.concatenate([left, right[::-1]])


def _arm(figure: Figure, side: str) -> FloatArray:
    half, axis = figure.halves, figure.arm(side)[:3]
    ahead = axis[1] - axis[0]
    start = axis[0] - ahead / np.linalg.norm(ahead) * half["upper_arm"] * 0.75
    return _tube(
        np.stack([start, axis[0] + ahead * 0.12, axis[1], axis[2]]),
        [0, 0.05, 0.13, 0.3, 0.52, 0.65, 0.85, 1],
        [half["upper_arm"] * f for f in (0.5, 0.84, 1.04, 1.0)]
        + [half["elbow"] * 0.93, half["forearm"] * 1.06, half["wrist"] * 1.15, half["wrist"]],
    )


def _hand(figure: Figure, side: str) -> list[FloatArray]:
    wrist, tip = figure.points[f"wrist_{side}"], figure.points[f"hand_{side}"]
    half = figure.halves["wrist"]
    along = tip - wrist
    palm = _tube(np.stack([wrist - along * 0.06, wrist + along * 0.5, tip]), [0, 0.18, 0.45, 0.75, 0.93, 1],
                 [half, half * 1.08, half * 1.42, half * 1.15, half * 0.75, half * 0.3])  # fmt: skip
    inward = np.array([-SIGN[side], 0.0])
    thumb = np.stack([wrist + along * 0.14, wrist + along * 0.34 + inward * half * 1.35,
                      wrist + along * 0.56 + inward * half * 1.6])  # fmt: skip
    return [palm, _tube(thumb, [0, 0.5, 0.9, 1], [half * 0.62, half * 0.52, half * 0.42, half * 0.2])]


def _leg(figure: Figure, side: str) -> FloatArray:
    half, axis, sign = figure.halves, figure.leg(side), SIGN[side]
    crotch = figure.points["crotch"]
    edge = figure.edges(crotch[1])[0 if side == "l" else 1]
    top = np.array([(edge + crotch[0]) / 2, crotch[1] - figure.scale * 3])
    upper = abs(edge - crotch[0]) / 2 + figure.scale * 0.3
    thigh = np.array(
        [(edge * 0.985 + 0.015 * crotch[0] + crotch[0]) / 2 + sign * figure.scale * 0.25, crotch[1] + figure.scale * 6]
    )
    calf = axis[1] + (axis[2] - axis[1]) * 0.32 + [sign * figure.scale * 0.35, 0]
    end = axis[2] + [0, figure.scale * 3]
    return _tube(
        np.stack([top, thigh, axis[1], calf, axis[2], end]),
        [0, 0.09, 0.28, 0.51, 0.57, 0.68, 0.9, 1],
        [upper, upper * 0.985, half["thigh"] * 0.86, half["knee"], half["knee"] * 0.95, half["calf"] * 1.04,
         half["ankle"] * 1.05, half["ankle"] * 1.1],
    )  # fmt: skip


def _foot(figure: Figure, side: str) -> FloatArray:
    ankle, toe = figure.points[f"ankle_{side}"], figure.points[f"toe_{side}"]
    half, sign = figure.halves["ankle"], SIGN[side]
    wide = figure.scale * 4.7
    return smooth(
        np.array(
            [
                ankle + np.array([-sign * half * 1.0, -figure.scale * 2]),
                [ankle[0] - sign * half * 1.15, toe[1] - figure.scale * 3.2],
                [toe[0] - sign * wide * 1.15, toe[1] - figure.scale * 0.6],
                [toe[0] - sign * wide * 0.2, toe[1] + figure.scale * 0.3],
                [toe[0] + sign * wide * 0.72, toe[1] - figure.scale * 0.7],
                [toe[0] + sign * wide * 0.45, toe[1] - figure.scale * 2.6],
                [ankle[0] + sign * half * 1.25, ankle[1] + figure.scale * 1.8],
                ankle + np.array([sign * half * 1.0, -figure.scale * 2]),
            ]
        )
    )


def _head(figure: Figure) -> FloatArray:
    crown, chin = figure.points["crown"], figure.points["chin"]
    tall = chin[1] - crown[1]
    wide = tall * 0.36
    shape = ((0, 0), (0.55, 0.035), (0.9, 0.16), (1.0, 0.36), (0.95, 0.56), (0.78, 0.78), (0.45, 0.945), (0, 1.0))
    right = smooth(np.array([[crown[0] + x * wide, crown[1] + y * tall] for x, y in shape]))
    left = right * [-1, 1] + [2 * crown[0], 0]
    return np.concatenate([right, left[::-1]])
