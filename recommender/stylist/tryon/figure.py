"""A figure: the outline of a body seen from the front, standing, as points in the pixels of a picture.

`of_measures` draws a mannequin's from girths and lengths; `of_pose` reads a photographed person's off landmarks. Both
give the same points, so that whatever places clothes knows no difference. Sides are the picture's: `_l` lies left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import pi
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
SIDES: Final = ("l", "r")
SIGN: Final[Mapping[str, float]] = MappingProxyType({"l": -1.0, "r": 1.0})
# Depth of a body over its breadth, a zone: ANSUR II's means of the two sexes, rounded.
FLATNESS: Final[Mapping[str, float]] = MappingProxyType(
    {"neck": 0.95, "chest": 0.78, "underbust": 0.74, "waist": 0.76, "hips": 0.70, "thigh": 0.95}
)
# Heights of a body's lines, share of the stature from the crown down.
LINE: Final[Mapping[str, float]] = MappingProxyType(
    {"chin": 0.131, "neck": 0.158, "shoulder": 0.182, "armpit": 0.246, "chest": 0.272, "underbust": 0.306,
     "waist": 0.378, "high_hip": 0.432, "hips": 0.487, "knee": 0.722, "calf": 0.79, "ankle": 0.952}
)  # fmt: skip
# A limb's girth where none is measured, share of the chest's (arm) or thigh's (leg).
LIMB: Final[Mapping[str, float]] = MappingProxyType(
    {"upper_arm": 0.325, "elbow": 0.275, "forearm": 0.262, "wrist": 0.176, "knee": 0.665, "calf": 0.665, "ankle": 0.41}
)


def half_breadth(girth: float, zone: str) -> float:
    """Half of what a zone of this girth measures across, seen from the front: that of an ellipse (Euler's formula)."""
    return girth / (2 * pi * float(np.sqrt((1 + FLATNESS[zone] ** 2) / 2)))


@dataclass(frozen=True)
class Figure:
    """A standing body from the front.

    points: name -> (x, y), pixels: crown, chin, crotch, and with `_l` and `_r`: neck (its base at the side), shoulder
    (the acromion), elbow, wrist, hand, hip (the joint), knee, ankle, toe. torso: (n, 3) float64 rows of y, left and
    right edge, top to bottom, from the armpit to the crotch. halves: half-widths of limbs, pixels. scale: pixels in a
    centimetre. girths: of the body, cm, by zone, measured or estimated. estimated: zones that nobody measured.
    """

    points: Mapping[str, FloatArray]
    torso: FloatArray
    halves: Mapping[str, float]
    scale: float
    girths: Mapping[str, float] = field(default_factory=dict)
    sex: str = ""
    estimated: tuple[str, ...] = ()

    def moved(self, x: float, y: float, times: float = 1.0) -> "Figure":
        """The same figure in another picture: x and y are added, then all is `times` as large."""
        shift = np.array([x, y])
        return replace(
            self,
            points={name: (point + shift) * times for name, point in self.points.items()},
            torso=(self.torso + np.array([y, x, x])) * times,
            halves={name: half * times for name, half in self.halves.items()},
            scale=self.scale * times,
        )

    def edges(self, y: float) -> tuple[float, float]:
        """The torso's left and right edge at a height; beyond its ends, those of the nearest."""
        left, right = (float(np.interp(y, self.torso[:, 0], self.torso[:, at])) for at in (1, 2))
        return left, right

    def middle(self, y: float) -> float:
        """The x of the axis at a height: the torso's, and between the legs the middle of both."""
        crotch = self.points["crotch"]
        if y <= crotch[1]:
            left, right = self.edges(y)
            return (left + right) / 2
        ankle = (self.points["ankle_l"] + self.points["ankle_r"]) / 2
        return float(np.interp(y, [crotch[1], ankle[1]], [self.middle(crotch[1]), ankle[0]]))

    def line(self, zone: str) -> float:
        """The y of a line of the torso: waist, hips, chest … between neck and crotch, in a body's usual proportion."""
        neck = (self.points["neck_l"][1] + self.points["neck_r"][1]) / 2
        share = (LINE[zone] - LINE["neck"]) / (0.525 - LINE["neck"])
        return float(neck + share * (self.points["crotch"][1] - neck))

    def arm(self, side: str) -> FloatArray:
        """(4, 2) shoulder joint, elbow, wrist, end of the hand."""
        inward = np.array([-SIGN[side] * self.halves["upper_arm"] * 0.75, self.halves["upper_arm"] * 0.7])
        names = ("elbow", "wrist", "hand")
        return np.stack([self.points[f"shoulder_{side}"] + inward, *(self.points[f"{name}_{side}"] for name in names)])

    def leg(self, side: str) -> FloatArray:
        """(3, 2) hip, knee, ankle."""
        return np.stack([self.points[f"{name}_{side}"] for name in ("hip", "knee", "ankle")])


def of_measures(
    measures: Mapping[str, float], sex: str, *, size: tuple[int, int], estimated: tuple[str, ...] = ()
) -> Figure:
    """A mannequin's figure that stands in the middle of a picture of `size` (width, height).

    measures: mm, by zone of `fit.body`; height, chest, waist, hips, shoulder, arm, inside_leg, thigh and neck are used,
    what is missing is an average adult's in proportion to the height. sex: men, women, or anything else for neither.
    """
    cm = _completed(measures, sex)
    height = cm["height"]
    scale = size[1] * 0.9 / height
    top, middle = size[1] * 0.045, size[0] / 2
    half = {zone: half_breadth(cm[zone], zone) for zone in ("neck", "chest", "waist", "hips", "thigh")}
    line = {zone: share * height for zone, share in LINE.items()}
    if sex == "men":
        line["waist"] += 0.012 * height
    crotch = height - cm["inside_leg"]
    line["hips"] = min(max(line["hips"], crotch - 0.055 * height), crotch - 0.02 * height)
    line["waist"] = min(line["waist"], line["hips"] - 0.07 * height)
    arm = {
        name: cm["chest"] * share / (2 * pi) for name, share in LIMB.items() if name not in ("knee", "calf", "ankle")
    }
    leg = {name: cm["thigh"] * LIMB[name] / (2 * pi) for name in ("knee", "calf", "ankle")}
    shoulder = max(cm["shoulder"] / 2, half["chest"] * 0.98)
    armpit = min(shoulder - 0.4, half["chest"] * 1.02)
    high_hip = (half["waist"] * 0.45 + half["hips"] * 0.55, (line["waist"] + line["hips"]) / 2)
    bust = half["chest"] * (1.0 if sex != "women" else 0.985)
    rows = [
        (line["armpit"], armpit),
        (line["chest"], bust),
        (line["underbust"], (half["chest"] * 0.62 + half["waist"] * 0.38) * (0.985 if sex == "women" else 1.0)),
        (line["waist"], half["waist"]),
        (high_hip[1], high_hip[0]),
        (line["hips"], half["hips"]),
        (crotch, half["hips"] * 0.985),
    ]
    joint = half["hips"] - half["thigh"] * 0.98
    points: dict[str, tuple[float, float]] = {"crown": (0, 0), "chin": (0, line["chin"]), "crotch": (0, crotch)}
    # The hands clear the hips, however wide these are.
    widest = max(half["hips"], half["waist"], half["chest"])
    lean = float(np.clip((widest + arm["wrist"] + 5.5 - shoulder) / cm["arm"], 0.13, 0.6))
    down = float(np.sqrt(1 - lean**2))
    for side, sign in SIGN.items():
        start = np.array([shoulder - 0.5, line["shoulder"] + 0.5])
        along = np.array([lean, down])
        elbow, wrist = start + 0.54 * cm["arm"] * along, start + cm["arm"] * (along + np.array([-0.012, 0]))
        hand = wrist + height * 0.105 * np.array([lean * 0.55, down])
        ankle_x = max(joint * 0.86, leg["ankle"] + 2.2)
        knee_y = crotch + 0.47 * (line["ankle"] - crotch)
        outward = {
            "neck": (half["neck"] * 1.06, line["neck"]),
            "shoulder": (shoulder, line["shoulder"]),
            "elbow": elbow,
            "wrist": wrist,
            "hand": hand,
            "hip": (joint, line["hips"] + 1.0),
            "knee": ((joint + ankle_x) / 2, knee_y),
            "ankle": (ankle_x, line["ankle"]),
            "toe": (ankle_x + 3.4, height),
        }
        points |= {f"{name}_{side}": (sign * x, y) for name, (x, y) in outward.items()}
    placed = {name: np.array([middle + x * scale, top + y * scale]) for name, (x, y) in points.items()}
    torso = np.array([(top + y * scale, middle - x * scale, middle + x * scale) for y, x in rows])
    halves = {
        name: value * scale for name, value in {**arm, **leg, "thigh": half["thigh"], "neck": half["neck"]}.items()
    }
    girths = {zone: cm[zone] for zone in ("neck", "chest", "waist", "hips", "thigh", "shoulder", "arm", "inside_leg")}
    return Figure(placed, torso, halves, scale, girths | {"height": height, "foot": cm["foot"]}, sex, estimated)


# cm of an average adult of 172 cm (men), 160 cm (women): Size Korea and ANSUR II between them.
_USUAL: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "men": {"height": 173, "chest": 98, "waist": 85, "hips": 96, "shoulder": 43, "arm": 59, "inside_leg": 78,
                "thigh": 57, "neck": 38, "foot": 26, "head": 57},
        "women": {"height": 161, "chest": 88, "waist": 75, "hips": 94, "shoulder": 37.5, "arm": 54.5,
                  "inside_leg": 72.5, "thigh": 55, "neck": 32.5, "foot": 23.7, "head": 55},
        "": {"height": 167, "chest": 93, "waist": 80, "hips": 95, "shoulder": 40, "arm": 57, "inside_leg": 75.5,
             "thigh": 56, "neck": 35, "foot": 25, "head": 56},
    }
)  # fmt: skip


def _completed(measures: Mapping[str, float], sex: str) -> dict[str, float]:
    """cm by zone; what is missing is the average adult's, as much larger or smaller as the height is."""
    usual = _USUAL[sex if sex in _USUAL else ""]
    height = measures.get("height", usual["height"] * 10) / 10
    ratio = height / usual["height"]
    cm = {zone: measures[zone] / 10 if measures.get(zone) else value * ratio for zone, value in usual.items()}
    cm["inside_leg"] = float(np.clip(cm["inside_leg"], 0.38 * height, 0.53 * height))
    cm["arm"] = float(np.clip(cm["arm"], 0.27 * height, 0.42 * height))
    # Two thighs stand side by side in the hips.
    cm["thigh"] = min(cm["thigh"], cm["hips"] * 0.66)
    return cm
