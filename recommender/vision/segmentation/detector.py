"""Detection: the scene, each garment's region, whether a whole person is to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Box, Scene
from recommender.vision.options import DetectionOptions
from recommender.vision.pose import BodyPart, Pose, PoseNetwork, full_body, is_small, near_by
from recommender.vision.segmentation.packshot import packshot_region
from recommender.vision.segmentation.parser import BACKGROUND, Parser, Parsing
from recommender.vision.segmentation.pooled import look_features
from recommender.vision.segmentation.regions import (
    GARMENT_PARTS,
    Mask,
    Region,
    flat_lay_garments,
    looks_whole,
    mask_box,
    on_model_garments,
    people,
)

_ROOM = 1.15  # around people, for the second look
_SEEN_NEAR = 2  # people at most, as a look costs about 50 ms


@dataclass(frozen=True)
class Person:
    """Somebody on a photo. box: in pixels of the image. pose: None where the detector finds no landmarks."""

    box: Box
    pose: Pose | None = None

    @property
    def missing(self) -> tuple[BodyPart, ...]:
        """What is missing of a whole figure; nothing is known without a pose."""
        return full_body(self.pose) if self.pose else ()


@dataclass(frozen=True)
class Detections:
    """What a detector found.

    person: around everybody whose garments are listed, in pixels of the image. body: (h, w) float32 over the image, the
    probability of each pixel to be a person or what they wear; None where the detector cannot tell. people: each of
    them, the largest first, as `Region.person` numbers them. whole_by_regions: what the full-body check says without
    landmarks. look: what the style of the look is judged by, see `pooled.look_features`.
    """

    scene: Scene
    full_body: bool
    regions: list[Region]
    person: Box | None = None
    body: NDArray[np.float32] | None = None
    people: Sequence[Person] = ()
    whole_by_regions: bool = False
    look: NDArray[np.float32] | None = None


class Detector(Protocol):
    """Finds garments. image: RGB. faces: in its pixels. `key` names the network for the records."""

    @property
    def key(self) -> str: ...

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections: ...


class ParserDetector:
    """`Detector` on our own segmentation network."""

    def __init__(self, parser: Parser, poses: PoseNetwork | None = None) -> None:
        self.parser, self.poses = parser, poses

    @property
    def key(self) -> str:
        return self.parser.key

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        options = self.parser.options.detection
        scale = _input_scale(image, faces, options)
        parsing = self.parser(image, scale=scale)
        lying = parsing.lying or parsing
        scene = scene_of(lying, _in_cells(faces, parsing, image), options)
        if scene is Scene.WORN:
            parsing = self.parser.with_mirror(image, parsing, scale=scale, box=_around_people(parsing, image, options))
        in_cells = _in_cells(faces, parsing, image)
        regions = []
        if scene is Scene.WORN:
            regions = on_model_garments(parsing, in_cells, options)
        elif scene is Scene.GARMENT:
            regions = flat_lay_garments(lying, options)
        if not regions:
            region = packshot_region(image, options)
            return Detections(Scene.GARMENT if region else Scene.NONE, False, [region] if region else [])
        if scene is Scene.GARMENT:
            return Detections(scene, False, regions)
        ground = parsing.probability(BACKGROUND)
        persons = self._people(image, parsing, people(parsing, in_cells, options), faces)
        by_regions = looks_whole(regions, parsing, in_cells, options)
        with_pose = [person for person in persons if person.pose]
        whole = any(not person.missing for person in with_pose) if with_pose else by_regions
        person, look = mask_box(ground < 0.5, image.size), look_features(parsing)
        return Detections(scene, whole, regions, person, 1 - ground, persons, by_regions, look)

    def _people(
        self, image: Image.Image, parsing: Parsing, masks: Sequence[Mask], faces: Sequence[Box]
    ) -> list[Person]:
        boxes = [mask_box(mask, image.size) or Box(0, 0, *image.size) for mask in masks]
        poses: list[Pose | None] = self.poses(parsing, masks) if self.poses else [None for _ in masks]
        if self.poses:
            for number, box in enumerate(boxes[:_SEEN_NEAR]):
                if poses[number] and is_small(box, image):
                    poses[number] = near_by(image, box, self.parser, self.poses, faces)
        return [Person(box, pose) for box, pose in zip(boxes, poses, strict=True)]


def _input_scale(image: Image.Image, faces: Sequence[Box], options: DetectionOptions) -> float:
    """How much smaller a portrait is parsed, 0..1, for its faces to be no larger than in training.

    The network was trained on whole figures: of 79 held-back heads without a hat, cropped and enlarged, hair was taken
    for a hat in 11, and in 2 after scaling so.
    """
    largest = max((face.height for face in faces), default=0.0) / max(image.size)
    return min(1.0, options.max_face_height / largest) if largest else 1.0


def _around_people(parsing: Parsing, image: Image.Image, options: DetectionOptions) -> Box | None:
    """Where the people are, with some room; None where nobody is seen."""
    seen = people(parsing, (), options)
    box = mask_box(np.logical_or.reduce(seen), image.size) if seen else None
    return box.scaled(_ROOM) if box else None


def _in_cells(faces: Sequence[Box], parsing: Parsing, image: Image.Image) -> list[Box]:
    """Boxes of the image's pixels in the parsing's."""
    return [face.times(parsing.classes.shape[2] / image.width) for face in faces]


def scene_of(parsing: Parsing, faces: Sequence[Box], options: DetectionOptions) -> Scene:
    """The scene by the image-level head where the network has one, else by its pixels."""
    if float((parsing.probability(*GARMENT_PARTS) > 0.5).mean()) < options.min_garment_area:
        return Scene.NONE
    if judged := parsing.whole.get("scene"):
        return Scene(next(iter(judged)))
    skin = float((1 - parsing.probability(BACKGROUND, *GARMENT_PARTS) > 0.5).mean())
    return Scene.WORN if faces or skin >= options.min_skin_area else Scene.GARMENT
