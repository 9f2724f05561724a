"""What is where: the scene, each garment's place and shape, whether a whole person is to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Box, Scene
from recommender.vision.segmentation.parser import BACKGROUND, Parser, Parsing
from recommender.vision.segmentation.regions import (
    GARMENT_PARTS,
    Region,
    components,
    flat_lay_garments,
    full_body,
    on_model_garments,
)

# Of the picture. Less skin than this is a hand that holds a hanger, or a mistake.
_PERSON_AREA: Final = 0.012
_GARMENT_AREA: Final = 0.01
# Of the picture's longer side. The parser was taught by whole figures: of 79 held-back heads without a hat, cut out and
# enlarged, 11 wore their hair as a hat or nothing at all as a coat; so small that no face is larger, 2. Smaller still,
# the shoulders of busts lose what they wear.
_LARGEST_FACE: Final = 0.34
# A shop's white, how much of the picture's edge is at least so white, and how large one thing on it may be.
_WHITE: Final = 240
_WHITE_EDGE: Final = 0.6
_THING_AREA: Final = (0.04, 0.9)


@dataclass(frozen=True)
class Detections:
    """What a detector saw.

    person: around everybody whose garments are listed, in pixels of the image. body: (h, w) float32 over the image,
    each pixel's probability to be a person or worn; None where the detector cannot tell.
    """

    scene: Scene
    full_body: bool
    regions: list[Region]
    person: Box | None = None
    body: NDArray[np.float32] | None = None


class Detector(Protocol):
    """Finds garments. image: RGB. faces: in its pixels. `key` names the network for the records."""

    @property
    def key(self) -> str: ...

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections: ...


class ParserDetector:
    """`Detector` on our own parsing network."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser

    @property
    def key(self) -> str:
        return self.parser.key

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        share = _share_of_size(image, faces)
        parsing = self.parser(image, share=share)
        scene = scene_of(parsing, _in_cells(faces, parsing, image))
        if scene is Scene.WORN:
            parsing = self.parser.closely(image, parsing, share=share)
        in_cells = _in_cells(faces, parsing, image)
        regions = []
        if scene is not Scene.NONE:
            regions = on_model_garments(parsing, in_cells) if scene is Scene.WORN else flat_lay_garments(parsing)
        if not regions:
            region = on_white(image)
            return Detections(Scene.GARMENT if region else Scene.NONE, False, [region] if region else [])
        if scene is Scene.GARMENT:
            return Detections(scene, False, regions)
        whole = full_body(regions, parsing, in_cells)
        return Detections(scene, whole, regions, _person(parsing, image), 1 - parsing.probability(BACKGROUND))


def _share_of_size(image: Image.Image, faces: Sequence[Box]) -> float:
    """How much smaller a portrait is to be looked at, 0..1, for its faces to be no larger than the parser knows."""
    largest = max((face.y1 - face.y0 for face in faces), default=0.0) / max(image.size)
    return min(1.0, _LARGEST_FACE / largest) if largest else 1.0


def _in_cells(faces: Sequence[Box], parsing: Parsing, image: Image.Image) -> list[Box]:
    """Boxes of the image's pixels in the parsing's."""
    return [face.times(parsing.classes.shape[2] / image.width) for face in faces]


def scene_of(parsing: Parsing, faces: Sequence[Box]) -> Scene:
    """The image-level head's word where the network has one, else what the pixels say."""
    garments = float((parsing.probability(*GARMENT_PARTS) > 0.5).mean())
    if garments < _GARMENT_AREA:
        return Scene.NONE
    if judged := parsing.whole.get("scene"):
        return Scene(next(iter(judged)))
    skin = float((1 - parsing.probability(BACKGROUND, *GARMENT_PARTS) > 0.5).mean())
    return Scene.WORN if faces or skin >= _PERSON_AREA else Scene.GARMENT


def shop_window(image: Image.Image) -> Box | None:
    """The part of a picture on a shop's white ground that is not white; None for any other picture."""
    light = _white_ground(image)
    if light is None or light.all():
        return None
    rows, columns = np.flatnonzero(~light.all(1)), np.flatnonzero(~light.all(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def on_white(image: Image.Image) -> Region | None:
    """What lies on a shop's white ground, which needs no network to be told from it; None where nothing does.

    Whether it is a garment, its description must tell. Score 0.5: nobody recognised it yet.
    """
    light = _white_ground(image)
    if light is None:
        return None
    # What the white of the edge reaches is ground; white inside a garment is not.
    reached = np.pad(light.astype(np.uint8), 1, constant_values=1)
    cv2.floodFill(reached, None, (0, 0), 2)
    pieces = components(reached[1:-1, 1:-1] != 2)
    if not pieces or not _THING_AREA[0] < pieces[0].mean() < _THING_AREA[1]:
        return None
    return Region("other", 0.5, pieces[0].astype(np.float32), "")


def _white_ground(image: Image.Image) -> NDArray[np.bool_] | None:
    """(h, w) where the picture is a shop's white, or None where its edge is not."""
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if (edge.min(axis=1) >= _WHITE).mean() < _WHITE_EDGE:
        return None
    return np.asarray(cv2.inRange(pixels, (_WHITE,) * 3, (255,) * 3), bool)


def _person(parsing: Parsing, image: Image.Image) -> Box | None:
    body = parsing.probability(BACKGROUND) < 0.5
    rows, columns = np.flatnonzero(body.any(1)), np.flatnonzero(body.any(0))
    if not len(rows):
        return None
    down, across = image.height / body.shape[0], image.width / body.shape[1]
    return Box(columns[0] * across, rows[0] * down, (columns[-1] + 1) * across, (rows[-1] + 1) * down)
