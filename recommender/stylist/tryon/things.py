"""Where things without sleeves or legs go: shoes, bags, hats and what is worn on neck, face, waist and wrist."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .figure import SIDES, SIGN, Figure
from .place import Part

FloatArray = NDArray[np.float64]
_BAG_CM: Final[Mapping[str, float]] = MappingProxyType(
    {"handbag": 34, "tote": 44, "clutch": 17, "crossbody": 34, "backpack": 44}
)
_HAT_WIDTH: Final[Mapping[str, float]] = MappingProxyType({"cap": 1.22, "beanie": 1.16, "hat": 1.75})
_HAT_DEPTH: Final[Mapping[str, float]] = MappingProxyType({"cap": 0.42, "beanie": 0.44, "hat": 0.4})


def thing(kind: str, slot: str, box: tuple[float, float, float, float], figure: Figure) -> list[Part]:
    """A thing on a figure. box: left, top, right and bottom of it in its picture."""
    wide, tall = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    x, y, width, height = _frame(kind, slot, tall / wide, figure)
    return [_part(box, x - width / 2, y, width, height)]


def shoe(box: tuple[float, float, float, float], figure: Figure, side: str, *, toe_left: bool | None) -> Part:
    """One shoe on one foot. toe_left: whether the toe of its picture points left; None: it is seen from above."""
    cm = figure.scale
    ankle, toe = figure.points[f"ankle_{side}"], figure.points[f"toe_{side}"]
    foot = figure.girths.get("foot", 25.0) + 2.5
    wide, tall = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    sign = SIGN[side]
    bottom = float(toe[1]) + 1.2 * cm
    if toe_left is None:
        height = 0.6 * foot * cm
        width = min(height * wide / tall * 1.45, 12.5 * cm)
        return _part(box, float(ankle[0] + toe[0]) / 2 + sign * 0.2 * cm - width / 2, bottom - height, width, height)
    # Feet turn out: of a shoe seen from the side, the eye sees about three quarters of its length.
    width = 0.74 * foot * cm
    height = foot * cm * tall / wide * 0.92
    heel = float(ankle[0]) - sign * figure.halves["ankle"] * 1.55
    left = heel if sign > 0 else heel - width
    return _part(box, left, bottom - height, width, height, mirrored=toe_left == (sign > 0))


def _part(
    box: tuple[float, float, float, float], x: float, y: float, width: float, height: float, *, mirrored: bool = False
) -> Part:
    left, top, right, bottom = box
    source = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)
    target = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], float)
    return Part("thing", source, target[[1, 0, 3, 2]] if mirrored else target)


def _frame(kind: str, slot: str, aspect: float, figure: Figure) -> tuple[float, float, float, float]:
    """(middle x, top y, width, height) of a thing. aspect: height over width of its picture."""
    cm, points = figure.scale, figure.points
    crown, chin = points["crown"], points["chin"]
    head = float(chin[1] - crown[1])
    face = head * 0.74
    neck = float(points["neck_l"][1] + points["neck_r"][1]) / 2
    middle = float(crown[0])
    if slot == "hat":
        width = face * _HAT_WIDTH.get(kind, 1.2)
        height = min(width * aspect, head * (0.95 if kind != "hat" else 0.8))
        bottom = float(crown[1]) + head * _HAT_DEPTH.get(kind, 0.35)
        height = min(height, max(bottom - 0.5 * cm, 0.3 * head))  # the picture ends above it
        return middle, bottom - height, width, height
    if slot == "bag":
        hand = points["hand_r"] if kind != "backpack" else points["hand_l"]
        height = _BAG_CM.get(kind, 32) * cm
        width = height / aspect
        if width > 46 * cm:
            width, height = 46 * cm, 46 * cm * aspect
        return float(hand[0]) + (2 if kind != "backpack" else -2) * cm, float(hand[1]) - 7 * cm, width, height
    waist = figure.line("waist")
    left, right = figure.edges(waist)
    frames = {
        "eyewear": (middle, float(crown[1]) + head * 0.4, face * 0.98, min(face * 0.98 * aspect, head * 0.25)),
        "scarf": (middle, neck - 4 * cm, *_within(26 * cm if aspect < 1.4 else 22 * cm, 62 * cm, aspect)),
        "tie": (middle, neck + 2 * cm, *_within(10 * cm, 50 * cm, aspect)),
        "belt": (middle, waist + 5 * cm, (right - left) * 1.02, min((right - left) * 1.02 * aspect, 6 * cm)),
        "jewellery": (middle, neck, *_within(15 * cm, 20 * cm, aspect)),
        "watch": (float(points["wrist_l"][0]), float(points["wrist_l"][1]) - 3 * cm, *_within(5 * cm, 7 * cm, aspect)),
        "gloves": (float(points["hand_l"][0]), float(points["wrist_l"][1]), *_within(12 * cm, 24 * cm, aspect)),
    }
    if kind == "socks":
        ankle = points["ankle_l"]
        return middle, float(ankle[1]) - 12 * cm, *_within(abs(float(ankle[0]) - middle) * 2 + 12 * cm, 22 * cm, aspect)
    return frames.get(kind, (middle, waist, *_within(20 * cm, 20 * cm, aspect)))


def _within(width: float, height: float, aspect: float) -> tuple[float, float]:
    """The largest (width, height) of that aspect in a frame."""
    return (height / aspect, height) if width * aspect > height else (width, width * aspect)


def both_feet(boxes: list[tuple[tuple[float, float, float, float], bool | None]], figure: Figure) -> list[Part]:
    """A pair: of two shoes the left one goes on the left foot; a single one on both, mirrored."""
    ordered = sorted(boxes, key=lambda one: one[0][0])[:2]
    if len(ordered) == 1:
        (box, toe_left) = ordered[0]
        wide, tall = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
        if (
            toe_left is not None and 0.9 * tall < wide < 1.5 * tall
        ):  # a pair that cannot be told apart stands where both feet are
            toes = (figure.points["toe_l"], figure.points["toe_r"])
            span = float(toes[1][0] - toes[0][0]) + 14 * figure.scale
            width, height = _within(span, 30 * figure.scale, tall / wide)
            middle, bottom = float(toes[0][0] + toes[1][0]) / 2, float(max(toes[0][1], toes[1][1])) + 1.2 * figure.scale
            return [_part(box, middle - width / 2, bottom - height, width, height)]
        ordered = ordered * 2
    return [shoe(box, figure, side, toe_left=toe) for (box, toe), side in zip(ordered, SIDES, strict=True)]
