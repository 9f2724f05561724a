"""The facts of a photo as plain data, and their JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import ATTRIBUTE_KINDS
from recommender.vision.describe.palette import Colour

Scores = dict[str, float]  # label -> calibrated probability, the likeliest first


class Scene(StrEnum):
    """What a photo shows: one garment (or a few) on a surface, people wearing some, or neither."""

    GARMENT = "garment"
    WORN = "worn"
    NONE = "none"


class Box(NamedTuple):
    """A rectangle in pixels; x1 and y1 are just outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def scaled(self, factor: float) -> "Box":
        """Grown or shrunk about its centre."""
        dx, dy = self.width * (factor - 1) / 2, self.height * (factor - 1) / 2
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def times(self, factor: float) -> "Box":
        """The same rectangle in a picture `factor` times as large."""
        return Box(*(edge * factor for edge in self))

    def clipped(self, width: float, height: float) -> "Box":
        return Box(max(0, self.x0), max(0, self.y0), min(width, self.x1), min(height, self.y1))

    def rounded(self) -> tuple[int, int, int, int]:
        return round(self.x0), round(self.y0), round(self.x1), round(self.y1)


@dataclass(frozen=True)
class Cutout:
    """A garment without its surroundings.

    image: RGBA, cropped to the garment, at working size. box: where that crop lies in the working image.
    alpha: (h, w) uint8 of the crop. whole: True where no foreground was found and the whole photo was kept.
    """

    image: Image.Image
    box: tuple[int, int, int, int]
    alpha: NDArray[np.uint8]
    whole: bool = False


@dataclass(frozen=True)
class PersonFacts:
    """Somebody on a photo, as the members' pages and the mirror know them.

    box: photo pixels. points: (33, 3) float32 by `pose.Joint`, x and y in 0..1 of the photo, visibility. missing: what
    is missing of a whole figure, from top to bottom. garments: numbers of what this person wears, of `garments`.
    """

    box: tuple[int, int, int, int]
    points: NDArray[np.float32]
    missing: tuple[str, ...] = ()
    garments: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "box": list(self.box),
            "points": [[round(float(value), 4) for value in point] for point in self.points],
            "missing": list(self.missing),
            "garments": list(self.garments),
        }


@dataclass
class GarmentFacts:
    """One garment seen on a photo.

    score: calibrated probability that this is a garment, 0..1. box: photo pixels, upright.
    scores: one mapping a head (kind, pattern, material, season, gender, usage, sleeve, length, style, collar).
    embedding: (256,) float32, L2-normalised. cloth: (256,) float32, of its cloth from near, once asked for. cut:
    False where no foreground was found. clear: False where too little of a worn garment is seen for its cutout to
    be kept. ghost: the cutout with its wearer faintly behind it, where the cutout alone is in pieces. quality:
    calibrated probability, 0..1, that a worn garment is rightly cut out and placed, or that what nobody wears is
    one garment and rightly named; None of one that its owner drew. person: who wears it, a number of the photo's
    people; None where nobody does.
    """

    score: float
    box: tuple[int, int, int, int]
    slot: str
    cutout: Cutout
    colours: list[Colour] = field(default_factory=list)
    scores: Mapping[str, Scores] = field(default_factory=dict)
    embedding: NDArray[np.float32] | None = None
    cloth: NDArray[np.float32] | None = None
    clear: bool = True
    ghost: Image.Image | None = None
    quality: float | None = None
    person: int | None = None

    def best(self, head: str) -> tuple[str | None, float]:
        """The likeliest label of `head` and its probability; (None, 0.0) where nothing is known."""
        found = self.scores.get(head)
        return next(iter(found.items())) if found else (None, 0.0)

    @property
    def kind(self) -> str | None:
        return self.best("kind")[0]

    @property
    def picture(self) -> Image.Image:
        """RGBA, cropped to the garment: the picture to show."""
        return self.ghost or self.cutout.image

    @property
    def cut(self) -> bool:
        return not self.cutout.whole

    def as_json(self, *, mask: str | None = None) -> dict[str, Any]:
        """The garment's part of `analyse_photos`; mask: the file its alpha was written to."""
        return {
            "score": round(self.score, 4),
            "quality": None if self.quality is None else round(self.quality, 4),
            "box": list(self.box),
            "kind": self.kind,
            "kind_scores": _rounded(self.scores.get("kind", {})),
            "slot": self.slot,
            "colours": [
                {"lab": list(c.lab), "hex": c.hex, "name": c.name, "share": round(c.share, 4)} for c in self.colours
            ],
            "pattern": self.best("pattern")[0],
            "material": self.best("material")[0],
            "attributes": {
                head: {"label": self.best(head)[0], "confidence": round(self.best(head)[1], 4)}
                for head in ("sleeve", "length", "collar")
                if self.scores.get(head) and self.kind in ATTRIBUTE_KINDS[head]
            },
            "seasons": _rounded(self.scores.get("season", {})),
            "gender": _rounded(self.scores.get("gender", {})),
            "style": _rounded(self.scores.get("style", {})),
            "mask": mask,
        }


@dataclass
class PhotoFacts:
    """All facts of one photo.

    width, height: the photo's own size, upright. person_height: photo pixels of whoever wears the garments.
    faces: photo pixels. people: whose landmarks were found, the largest first. style: of the whole look.
    ms: stage -> milliseconds. models: job -> key of the network that did it.
    """

    scene: Scene
    width: int
    height: int
    full_body: bool = False
    person_height: int | None = None
    faces: list[Box] = field(default_factory=list)
    people: list[PersonFacts] = field(default_factory=list)
    garments: list[GarmentFacts] = field(default_factory=list)
    style: Scores = field(default_factory=dict)
    ms: dict[str, float] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    def as_json(self, *, file: str, masks: list[str] | None = None) -> dict[str, Any]:
        """One line of `analyse_photos` (design section 5)."""
        names: list[str | None] = list(masks) if masks else [None] * len(self.garments)
        return {
            "file": file,
            "scene": self.scene.value,
            "full_body": self.full_body,
            "person_height": self.person_height,
            "faces": len(self.faces),
            "keypoints": [person.as_json() for person in self.people],
            "garments": [g.as_json(mask=name) for g, name in zip(self.garments, names, strict=True)],
            "style": _rounded(self.style),
            "ms": {stage: round(ms, 1) for stage, ms in self.ms.items()},
        }


def _rounded(scores: Scores) -> Scores:
    return {label: round(float(score), 4) for label, score in scores.items()}
