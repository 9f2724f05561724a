"""A member's own photo as something to dress: what was worn is painted out with body, cloth and ground.

`look` runs the networks once; what they saw (`Seen`: labels and landmarks) is kept beside the photo, so
that dressing needs no network.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.decode import fitted
from recommender.stylist.tryon.figure import SIDES, Figure
from recommender.stylist.tryon.pose_figure import doubts, of_pose
from recommender.vision.facts import Box
from recommender.vision.pose import Pose
from recommender.vision.segmentation.parser import BACKGROUND, Parser
from recommender.vision.segmentation.regions import people
from recommender.vision.tryon.beneath import bare_legs, cloth_of, goes_on
from recommender.vision.tryon.mannequin import Pixels, parts_of, rounded
from recommender.vision.tryon.paint import Backdrop, before_torso

SIDE: Final = 960  # longer side of the picture that is dressed
_FORM: Final = 0.26
_SKIN_USUAL: Final = (205.0, 170.0, 148.0)
# What goes when a piece of a slot is put on: labels of the parser.
_GONE: Final[Mapping[str, tuple[str, ...]]] = {
    "top": ("top", "outer", "scarf"), "outer": ("outer",),
    "dress": ("top", "outer", "dress", "bottom", "scarf", "belt"),
    "bottom": ("bottom", "belt"), "shoes": ("shoes",), "bag": ("bag",), "hat": ("hat",),
}  # fmt: skip
_OTHERS: Final = 0.55  # of the largest person's height, from which on somebody else is on the photo too


class NotDressable(ValueError):
    """The photo shows nobody who can be dressed. code: nobody | two_people | any of `pose_figure.doubts`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Seen:
    """What the networks saw. labels: (h, w) uint8, numbers of `names`, over the whole photo. points: (33, 3)."""

    labels: NDArray[np.uint8]
    names: tuple[str, ...]
    points: NDArray[np.float64]

    def mask(self, *names: str) -> NDArray[np.bool_]:
        """(h, w) bool, where any of these labels is."""
        return np.isin(self.labels, [at for at, name in enumerate(self.names) if name in names])

    def facts(self) -> dict[str, Any]:
        """What is kept beside the map of labels."""
        return {"names": list(self.names), "points": self.points.round(5).tolist()}


def look(image: Image.Image, parser: Parser, poses: Any, faces: Collection[Box]) -> Seen:
    """Looks at a photo. image: RGB. poses: `PoseNetwork`. faces: in its pixels. Raises NotDressable, ModelMissing."""
    small = fitted(image, SIDE)
    parsing = parser(small)
    wide = parsing.classes.shape[2]
    scale = wide / image.width
    persons = people(parsing, [face.times(scale) for face in faces], parser.options.detection)
    if not persons:
        raise NotDressable("nobody")
    heights = [float(np.ptp(np.flatnonzero(person.any(1)))) for person in persons]
    if sum(height > _OTHERS * max(heights) for height in heights) > 1:
        raise NotDressable("two_people")
    largest = int(np.argmax([person.sum() for person in persons]))
    found: Pose | None = poses(parsing, [persons[largest]])[0]
    if found is None:
        raise NotDressable("nobody")
    points = found.points.astype(np.float64)
    if code := doubts(points, small.size):
        raise NotDressable(code)
    labels = parsing.classes.argmax(0).astype(np.uint8)
    ground = parsing.labels.index(BACKGROUND)
    near = cv2.dilate(persons[largest].astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    labels[~near] = ground
    planes = np.stack([cv2.resize((labels == at).astype(np.float32), small.size) for at in range(len(parsing.labels))])
    return Seen(planes.argmax(0).astype(np.uint8), tuple(parsing.labels), points)


def backdrop_of(
    image: Image.Image, seen: Seen, slots: Collection[str], measures: Mapping[str, float], sex: str = ""
) -> Backdrop:
    """The photo without what the pieces of `slots` replace. measures: mm by zone."""
    small = fitted(image, SIDE)
    body = ~seen.mask(BACKGROUND)
    figure = of_pose(seen.points, small.size, measures, sex, body=body)
    pixels = np.asarray(small.convert("RGB"), np.float32)
    gone = seen.mask(*gone_labels(slots)) | _half_of_dress(seen, slots, figure)
    reach = max(2, round(figure.scale * 1.2))
    grown = cv2.dilate(gone.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)).astype(bool)
    kept = body & ~gone
    gone = grown & ~kept
    parts = parts_of(figure, small.size)
    filled = _painted_out(pixels, body, gone, kept, parts, seen, figure)
    skin = seen.mask("skin")
    chin = figure.points["chin"][1]
    rows = np.arange(small.height)[:, None]
    face = skin & (rows < chin + 1.5 * figure.scale)
    head = _soft(seen.mask("hair", "face", "hat", "eyewear") & ~gone | face & ~gone, figure.scale * 0.25)
    beside = before_torso(figure, small.size)
    near_arm = np.maximum.reduce([parts[f"{name}_{side}"] for name in ("arm", "hand") for side in SIDES])
    reach = max(3, round(figure.scale * 4))
    near = cv2.dilate(near_arm, np.ones((2 * reach + 1,) * 2, np.uint8)) > 0.3
    bare = skin & near & (rows > figure.torso[0, 0] + 3 * figure.scale)
    arms = np.maximum(_soft(bare, figure.scale * 0.25), near_arm * beside * _soft(gone, 1.0))
    hands = np.zeros_like(arms)
    for side in SIDES:
        wrist = figure.points[f"wrist_{side}"]
        columns = np.arange(small.width)[None]
        hands = np.maximum(hands, bare * (np.hypot(columns - wrist[0], rows - wrist[1]) < 19 * figure.scale))
    if not {"bag"} & set(slots):
        hands = np.maximum(hands, _soft(seen.mask("bag"), 1.0))
        arms = np.maximum(arms, _soft(seen.mask("bag"), figure.scale * 0.2))
    shadowed = np.maximum(body.astype(np.float32) * ~gone, np.maximum.reduce(list(parts.values())))
    return Backdrop(
        filled, figure, shadowed, arms.astype(np.float32), head, _soft(hands > 0.5, 1.0), _FORM, is_photo=True
    )


def _half_of_dress(seen: Seen, slots: Collection[str], figure: Figure) -> NDArray[np.bool_]:
    """Of a worn dress, what a top alone or a bottom alone replaces: the other half stays, or nothing would be left."""
    rows = np.arange(seen.labels.shape[0])[:, None]
    below = rows > figure.line("waist")
    wanted = below if "bottom" in slots else ~below if "top" in slots else np.zeros_like(below)
    return np.asarray(seen.mask("dress") & wanted)


def gone_labels(slots: Collection[str]) -> set[str]:
    """Labels that are painted out as a whole."""
    gone = {label for slot in slots for label in _GONE.get(slot, ())}
    if {"top", "bottom"} <= set(slots) or "dress" in slots:
        gone.add("dress")
    return gone


def _soft(mask: NDArray[np.bool_], sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(sigma, 0.6)), np.float32)


def _painted_out(
    pixels: Pixels,
    body: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    parts: Mapping[str, Pixels],
    seen: Seen,
    figure: Figure,
) -> Pixels:
    """Ground where nobody is, skin where the body is, and the neighbouring cloth where that goes on under what went."""
    empty = _ground(pixels, body | gone)
    skin = _skin(pixels, seen)
    limbs = np.maximum.reduce([mask for name, mask in parts.items() if name != "head"])
    legs = bare_legs(seen.mask("skin") & kept, gone, figure)
    if legs.any():
        rows = np.arange(len(legs))[:, None]
        thighs = (rows > figure.points["crotch"][1]) & (rows <= np.flatnonzero(legs.any(1))[-1])
        arms = np.maximum.reduce([mask for name, mask in parts.items() if name.startswith(("arm", "hand"))])
        limbs = np.where(thighs, np.maximum(_soft(legs, figure.scale * 0.2), arms), limbs)
    light = np.maximum.reduce(
        [
            rounded(mask, figure.halves["thigh" if name[0] in "lt" else "upper_arm"]) * (mask > 0.5)
            for name, mask in parts.items()
        ]
    )
    naked = skin * (0.74 + 0.52 * light[..., None])
    under = empty * (1 - limbs[..., None]) + naked * limbs[..., None]
    bottom = seen.mask("bottom", "dress") & kept & (np.arange(len(kept))[:, None] > figure.line("waist"))
    below = np.maximum.reduce([parts[name] for name in ("torso", "leg_l", "leg_r")]) > 0.5
    beneath = goes_on(bottom, gone, below, figure)
    if beneath.any():
        light = rounded((beneath | bottom).astype(np.float32), figure.halves["thigh"])
        cloth = cloth_of(pixels, bottom, beneath, figure.scale) * (0.85 + 0.3 * light[..., None])
        edge = _soft(beneath, figure.scale * 0.2)[..., None]
        under = under * (1 - edge) + cloth * edge
    soft = _soft(gone, figure.scale * 0.2)[..., None]
    return np.asarray(pixels * (1 - soft) + under * soft, np.float32)


def _ground(pixels: Pixels, hole: NDArray[np.bool_]) -> Pixels:
    """The picture with the ground going on where `hole` is: inpainted small, since it is seen at the edges alone."""
    size = (max(8, pixels.shape[1] // 6), max(8, pixels.shape[0] // 6))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).clip(0, 255).astype(np.uint8)
    holes = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.02
    mask = cv2.dilate(holes.astype(np.uint8), np.ones((3, 3), np.uint8))
    painted = cv2.inpaint(small, mask, 4, cv2.INPAINT_TELEA)
    return np.asarray(
        cv2.resize(painted.astype(np.float32), pixels.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.float32
    )


def _skin(pixels: Pixels, seen: Seen) -> Pixels:
    """(3,) the colour of this person's skin in this light."""
    skin = cv2.erode(seen.mask("skin").astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    usable = pixels[skin] if skin.sum() > 60 else np.array([_SKIN_USUAL], np.float32)
    return np.asarray(np.median(usable, axis=0), np.float32)
