"""A dressed person, made from a scene: the one function behind which another way of painting may stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from PIL import Image

from imaging.decode import fitted
from recommender.stylist.tryon.figure import of_measures
from recommender.vision.tryon.paint import SIZE, Backdrop, Painted, Worn, mannequin, paint
from recommender.vision.tryon.person import Seen, backdrop_of


@dataclass(frozen=True)
class Scene:
    """Who is to wear what. photo, seen: of a person; without them a mannequin. measures: mm by zone. sex: men, women or
    neither. pieces: from the skin outwards. estimated: zones that nobody measured."""

    pieces: Sequence[Worn]
    measures: Mapping[str, float] = field(default_factory=dict)
    sex: str = ""
    photo: Image.Image | None = None
    seen: Seen | None = None
    estimated: tuple[str, ...] = ()


class GarmentPainter(Protocol):
    """Paints one garment onto a person. region: "L", where it goes. Sizes of person and region are alike."""

    def dress(self, person: Image.Image, region: Image.Image, garment: Image.Image) -> Image.Image: ...


def backdrop(scene: Scene) -> Backdrop:
    """The person without what the pieces replace, or the mannequin."""
    if scene.photo is None or scene.seen is None:
        return mannequin(of_measures(scene.measures, scene.sex, size=SIZE, estimated=scene.estimated))
    slots = {piece.garment.slot for piece in scene.pieces}
    return backdrop_of(scene.photo, scene.seen, slots, scene.measures, scene.sex)


def dressed(scene: Scene, network: GarmentPainter | None = None) -> Painted:
    """The picture of a scene. network: paints each garment where the sketch has it; none: the sketch itself."""
    ground = backdrop(scene)
    painted = paint(ground, scene.pieces)
    if network is None or scene.photo is None:
        return painted
    picture = fitted(scene.photo, max(ground.size)).convert("RGB")
    for number, piece in enumerate(scene.pieces):
        region = Image.fromarray((painted.masks[number] * 255).astype(np.uint8))
        picture = network.dress(picture, region, piece.picture)
    painted.image = picture
    return painted
