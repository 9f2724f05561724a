"""A figure read off a photographed person's landmarks, and why some photos cannot be dressed."""

from collections.abc import Mapping
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .figure import FLATNESS, LIMB, Figure, half_breadth

FloatArray = NDArray[np.float64]
# Landmarks of BlazePose (vision.pose.Joint): of each side of the picture, the person's other side.
_JOINTS: Final[Mapping[str, tuple[int, int]]] = {
    "shoulder": (12, 11), "elbow": (14, 13), "wrist": (16, 15), "index": (20, 19), "hip": (24, 23), "knee": (26, 25),
    "ankle": (28, 27), "heel": (30, 29), "toe": (32, 31),
}  # fmt: skip
_NOSE, _EYES, _MOUTH = 0, (2, 5), (9, 10)
_USUAL_HEIGHT: Final = 167.0
SMALLEST: Final = 300  # pixels from crown to sole
_VISIBLE: Final = 0.5


def doubts(points: FloatArray, size: tuple[int, int]) -> str:
    """Why this person cannot be dressed: half | from_behind | sideways | sitting | child | too_small; or empty.

    points: (33, 3) x and y in 0..1 of the photo, visibility. size: (width, height) of the photo, pixels.
    """
    xy = points[:, :2] * size
    seen = points[:, 2]
    both = [(_pair(xy, name), seen[list(_JOINTS[name])].max()) for name in ("shoulder", "hip", "knee", "ankle")]
    if min(visibility for _, visibility in both) < _VISIBLE or (seen[_NOSE] < 0.3 and seen[list(_EYES)].max() < 0.3):
        return "half"
    shoulders, hips, knees, ankles = (pair for pair, _ in both)
    if shoulders[1, 0] < shoulders[0, 0]:
        return "from_behind"
    torso = float(hips[:, 1].mean() - shoulders[:, 1].mean())
    thigh = float(knees[:, 1].mean() - hips[:, 1].mean())
    if torso <= 0 or thigh < 0.45 * torso or ankles[:, 1].mean() < knees[:, 1].mean():
        return "sitting"
    if np.linalg.norm(shoulders[1] - shoulders[0]) < 0.34 * torso:
        return "sideways"
    crown, chin = _head(xy)
    tall = float(ankles[:, 1].max() - crown[1]) * 1.045
    if (chin[1] - crown[1]) / tall > 0.2:
        return "child"
    return "too_small" if tall < SMALLEST else ""


def legs_cross(points: FloatArray) -> bool:
    """Whether one leg stands before the other, so that neither can be dressed on its own."""
    ankles, hips = points[list(_JOINTS["ankle"]), 0], points[list(_JOINTS["hip"]), 0]
    knees = points[list(_JOINTS["knee"]), 0]
    least = 0.25 * float(hips[1] - hips[0])
    return bool(ankles[1] - ankles[0] < least or knees[1] - knees[0] < 0.0)


def of_pose(
    points: FloatArray,
    size: tuple[int, int],
    measures: Mapping[str, float],
    sex: str = "",
    *,
    body: NDArray[np.bool_] | None = None,
) -> Figure:
    """A figure in the photo's pixels. points: as of `doubts`. measures: mm by zone, where known.

    body: (h, w) bool over the photo, the person with all they wear: the body is nowhere wider than that.
    """
    xy = points[:, :2].astype(float) * size
    crown, chin = _head(xy)
    joints = {name: _pair(xy, name) for name in _JOINTS}
    shoulders, hips = joints["shoulder"], joints["hip"]
    across = float(np.linalg.norm(shoulders[1] - shoulders[0]))
    torso = float(hips[:, 1].mean() - shoulders[:, 1].mean())
    across = max(across, 0.5 * torso)
    floor = float(max(joints["heel"][:, 1].max(), joints["ankle"][:, 1].max() + 0.04 * torso))
    height = measures.get("height", _USUAL_HEIGHT * 10) / 10
    scale = (floor - float(crown[1])) / height
    middle = shoulders.mean(0)
    neck_y = float(middle[1]) - 0.2 * across
    placed: dict[str, FloatArray] = {"crown": crown, "chin": chin}
    placed["crotch"] = hips.mean(0) + np.array([0, 0.16 * torso])
    for at, (side, sign) in enumerate((("l", -1.0), ("r", 1.0))):
        tip = shoulders[at] + np.array([sign * 0.15, -0.1]) * across
        # A head leans; the neck stands between the shoulders.
        base = np.array([middle[0] + sign * 0.2 * across, neck_y])
        hand = joints["wrist"][at] + (joints["index"][at] - joints["wrist"][at]) * 1.6
        hip = hips[at] + [0, 0.02 * torso]
        named = {
            "shoulder": tip, "neck": base, "elbow": joints["elbow"][at], "wrist": joints["wrist"][at], "hand": hand,
            "hip": hip, "knee": joints["knee"][at], "ankle": joints["ankle"][at], "toe": joints["toe"][at],
        }  # fmt: skip
        placed |= {f"{name}_{side}": value for name, value in named.items()}
    halves = _halves(measures, across, float(np.linalg.norm(hips[1] - hips[0])), scale)
    top = shoulders.mean(0) + np.array([0, 0.3 * torso])
    stops = (("chest", 0.0), ("chest", 0.12), ("waist", 0.52), ("hips", 0.86), ("hips", 1.0))
    rows = []
    for zone, share in stops:
        at_point = top + (placed["crotch"] - top) * share
        half = halves[zone] if body is None else min(halves[zone], _seen_half(body, at_point))
        rows.append((at_point[1], at_point[0] - half, at_point[0] + half))
    chest = 2 * pi * float(np.sqrt((1 + FLATNESS["chest"] ** 2) / 2)) * halves["chest"]
    thigh = 2 * pi * halves["thigh"]
    limbs = {
        name: share * (thigh if name in ("knee", "calf", "ankle") else chest) / (2 * pi) for name, share in LIMB.items()
    }
    limbs |= {"thigh": halves["thigh"], "neck": halves["neck"]}
    girths = {zone: _girth(halves[zone], zone) / scale for zone in ("chest", "waist", "hips", "thigh", "neck")}
    girths |= {zone: value / 10 for zone, value in measures.items() if zone != "weight"}
    return Figure(placed, np.array(rows), limbs, scale, girths | {"height": height}, sex)


def _pair(xy: FloatArray, name: str) -> FloatArray:
    """(2, 2) the joint on the picture's left and on its right."""
    return np.asarray(xy[list(_JOINTS[name])])


def _head(xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Crown and chin, from nose, eyes and mouth."""
    eyes, mouth = xy[list(_EYES)].mean(0), xy[list(_MOUTH)].mean(0)
    face = max(float(mouth[1] - eyes[1]), 1.0)
    middle = float((eyes[0] + mouth[0]) / 2)
    return np.array([middle, eyes[1] - 1.75 * face]), np.array([middle, mouth[1] + 0.75 * face])


def _halves(measures: Mapping[str, float], across: float, hips: float, scale: float) -> dict[str, float]:
    """Half-breadths, pixels: by girth where that was measured, else in a body's usual proportion to its joints."""
    usual = {
        "chest": 0.57 * across,
        "waist": 0.47 * across,
        "hips": max(0.55 * across, 0.88 * hips),
        "neck": 0.19 * across,
    }
    usual["thigh"] = usual["hips"] * 0.5
    return {
        zone: half_breadth(measures[zone] / 10, zone) * scale if measures.get(zone) else value
        for zone, value in usual.items()
    }


def _seen_half(body: NDArray[np.bool_], at: FloatArray) -> float:
    """Half of how wide the person is seen in a row: to the nearer edge on either side."""
    row = body[int(np.clip(at[1], 0, body.shape[0] - 1))]
    middle = int(np.clip(at[0], 0, len(row) - 1))
    gaps = np.flatnonzero(~row)
    left, right = gaps[gaps < middle], gaps[gaps > middle]
    if not row[middle]:
        return float("inf")
    reach = (middle - left.max() if len(left) else middle, right.min() - middle if len(right) else len(row) - middle)
    return float(max(reach))


def _girth(half: float, zone: str) -> float:
    return 2 * pi * float(np.sqrt((1 + FLATNESS[zone] ** 2) / 2)) * half
