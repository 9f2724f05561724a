"""Pose: 33 landmarks of a person, read off the feature maps that the segmentation has made of the photo anyway.

A small head (pose.onnx) gives each landmark a heat and a visibility in every cell of 8 x 8 pixels; a landmark lies
where its heat is among the cells of one person, so that several people on a photo are told apart by their pixels.
"""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Box
from recommender.vision.models import CardedNetwork
from recommender.vision.segmentation.parser import Maps, Parser, Parsing
from recommender.vision.segmentation.regions import mask_box, people

FloatArray = NDArray[np.float32]
Mask = NDArray[np.bool_]
_REACH: Final = 2  # cells about the person in which its landmarks may lie
_TOUCHED: Final = 0.05  # of a cell, from which on it belongs to the person
_NEAR: Final = 1.25  # of a person's box, of the crop that is seen from near
_WINDOW: Final = 2  # cells to each side of the warmest, over which the place is a mean


class Joint(IntEnum):
    """The landmarks, in BlazePose's order; left is the person's own left."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


class BodyPart(StrEnum):
    """What a whole figure shows, from top to bottom."""

    HEAD = "head"
    SHOULDERS = "shoulders"
    HIPS = "hips"
    KNEES = "knees"
    ANKLES = "ankles"


JOINTS_OF_PART: Final = {
    BodyPart.HEAD: (Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR),
    BodyPart.SHOULDERS: (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    BodyPart.HIPS: (Joint.LEFT_HIP, Joint.RIGHT_HIP),
    BodyPart.KNEES: (Joint.LEFT_KNEE, Joint.RIGHT_KNEE),
    BodyPart.ANKLES: (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE),
}
# Of the photo's longer side: whoever is smaller is too few cells, smaller than anybody in training.
SMALL: Final = 0.5
VISIBLE: Final = 0.5  # visibility from which on a part is in the picture


class Pose(NamedTuple):
    """One person. points: (33, 3) float32, by `Joint`: x and y in 0..1 of the photo's width and height, visibility."""

    points: FloatArray

    def as_json(self) -> list[list[float]]:
        """33 lists of x, y, visibility."""
        return [[round(float(value), 4) for value in point] for point in self.points]


def full_body(pose: Pose) -> tuple[BodyPart, ...]:
    """What is missing of a whole figure, from top to bottom; nothing where all of it is in the picture.

    One side is enough: of somebody seen from the side, the other is hidden. So are knees under a skirt: what lies
    between parts that are seen is in the picture.
    """
    parts = list(JOINTS_OF_PART)
    seen = [place for place, part in enumerate(parts) if pose.points[list(JOINTS_OF_PART[part]), 2].max() >= VISIBLE]
    return tuple(part for place, part in enumerate(parts) if not seen or not seen[0] <= place <= seen[-1])


class PoseNetwork(CardedNetwork):
    """Finds landmarks with pose.onnx."""

    NAME = "pose"

    def heat(self, maps: Maps) -> tuple[FloatArray, FloatArray]:
        """Heat and visibility of each landmark in each fine cell, (33, h, w) logits both."""
        feed = {"fine": maps.fine[None], "coarse": maps.coarse[None]}
        heat, seen = self.session.run(["heat", "seen"], feed)
        return heat[0], seen[0]

    def __call__(self, parsing: Parsing, persons: Sequence[Mask]) -> list[Pose | None]:
        """The pose of each person, whose mask covers the parsing; None where the segmentation has no maps to read."""
        maps = parsing.maps
        if maps is None or not persons:
            return [None for _ in persons]
        heat, seen = self.heat(maps)
        size = heat.shape[1], heat.shape[2]
        return [pose_of(heat, seen, in_cells(person, size, maps.extent), maps.extent) for person in persons]


def find(image: Image.Image, parser: Parser, network: PoseNetwork, faces: Sequence[Box] = ()) -> Pose | None:
    """The pose of the largest person on a photo, RGB; None where nobody is seen. faces: in its pixels."""
    pose, box = _largest(image, parser, network, faces)
    return near_by(image, box, parser, network, faces) if pose and box and is_small(box, image) else pose


def is_small(box: Box, image: Image.Image) -> bool:
    """Whether somebody is too few cells for landmarks, and is to be seen from near."""
    return max(box.width, box.height) < SMALL * max(image.size)


def near_by(image: Image.Image, box: Box, parser: Parser, network: PoseNetwork, faces: Sequence[Box]) -> Pose | None:
    """The pose of somebody small on a photo, seen once more from near; None where nobody is seen there.

    box: around the person; faces: both in pixels of the image.
    """
    left, top, right, bottom = box.scaled(_NEAR).clipped(*image.size).rounded()
    moved = [
        Box(face.x0 - left, face.y0 - top, face.x1 - left, face.y1 - top)
        for face in faces
        if left <= (face.x0 + face.x1) / 2 < right
    ]
    pose, _ = _largest(image.crop((left, top, right, bottom)), parser, network, moved)
    if pose is None:
        return None
    points = pose.points.copy()
    points[:, 0] = (left + points[:, 0] * (right - left)) / image.width
    points[:, 1] = (top + points[:, 1] * (bottom - top)) / image.height
    return Pose(points)


def _largest(
    image: Image.Image, parser: Parser, network: PoseNetwork, faces: Sequence[Box]
) -> tuple[Pose | None, Box | None]:
    parsing = parser(image)
    scale = parsing.classes.shape[2] / image.width
    persons = people(parsing, [face.times(scale) for face in faces], parser.options.detection)[:1]
    if not persons:
        return None, None
    return network(parsing, persons)[0], mask_box(persons[0], image.size)


def in_cells(mask: Mask, size: tuple[int, int], extent: tuple[float, float]) -> Mask:
    """A person's mask of any resolution as (h, w) cells, with those about it.

    size: (h, w). extent: (height, width) of what the mask covers, in cells; the rest is padding.
    """
    high, wide = (max(1, min(side, round(part))) for side, part in zip(size, extent, strict=True))
    cells = np.zeros(size, np.uint8)
    cells[:high, :wide] = cv2.resize(mask.astype(np.float32), (wide, high), interpolation=cv2.INTER_AREA) > _TOUCHED
    return cv2.dilate(cells, np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)).astype(bool)


def pose_of(heat: FloatArray, seen: FloatArray, person: Mask, extent: tuple[float, float]) -> Pose:
    """The pose in the cells of `person`, (h, w) bool. extent: (height, width) of the photo in fine cells."""
    count, high, wide = heat.shape
    logits = np.where(person.reshape(1, -1), heat.reshape(count, -1), -np.inf)
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    warmest = chances.argmax(1)
    rows, columns = np.divmod(np.arange(high * wide), wide)
    near = (np.abs(rows - rows[warmest, None]) <= _WINDOW) & (np.abs(columns - columns[warmest, None]) <= _WINDOW)
    local = chances * near
    local /= local.sum(1, keepdims=True)
    visibility = 1 / (1 + np.exp(-np.clip((chances * seen.reshape(count, -1)).sum(1), -30, 30)))
    x, y = ((local @ places + 0.5) / side for places, side in ((columns, extent[1]), (rows, extent[0])))
    return Pose(np.stack([x.clip(0, 1), y.clip(0, 1), visibility], 1).astype(np.float32))
