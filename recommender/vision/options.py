"""Every threshold that decides what is a garment and where it ends: read from the segmentation network's card.

The pipeline and the training metrics read the same card, so that what is measured is what runs. Areas are shares of the
area named, probabilities 0..1, sides pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Self

from recommender.vision.cards import BadCard, Card, load_card


@dataclass(frozen=True)
class FromCard:
    """Options that are one block of a card."""

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        """The options of one block of a card. Raises BadCard naming what is missing or unknown."""
        wanted = {field.name for field in fields(cls)}
        if wanted != record.keys():
            raise BadCard(f"{cls.__name__}: {', '.join(sorted(wanted ^ record.keys()))} missing or unknown")
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in record.items()})


@dataclass(frozen=True)
class DetectionOptions(FromCard):
    """From a parsed picture to garments.

    min_garment_area: of the picture, below which nothing is there. min_skin_area: of the picture, from which somebody
    is (a network without a scene head). max_face_height: of the picture's longer side; a portrait with a larger face
    is parsed smaller. min_person_area: of the largest person's. second_look_scale: of the usual input side, at the
    mirrored second look at people. max_upscale: of a thumbnail. full_body_uncertain: between these the full-body head
    is not trusted, and the regions decide.

    Flat lay: min_piece_flat_lay, min_second_garment: of the largest piece's area.

    On-model, by part (`default` for those not named): min_area: of the person's; min_piece: of the part's largest
    piece; min_score: mean probability times presence. min_presence: by the image-level head. min_mean_probability:
    inside the part's own mask. min_takeover: a part's probability where it may take over pixels of a dropped one.

    Packshots: white_level, of 255; min_white_edge: of the picture's edge; packshot_area: of the picture.

    Legible: legible_at is the longer side for which min_legible_side and min_legible_pixels hold as they are.
    """

    min_garment_area: float
    min_skin_area: float
    max_face_height: float
    min_person_area: float
    second_look_scale: float
    max_upscale: float
    full_body_uncertain: tuple[float, float]
    min_piece_flat_lay: float
    min_second_garment: float
    min_area: Mapping[str, float]
    min_piece: Mapping[str, float]
    min_score: Mapping[str, float]
    min_presence: float
    min_mean_probability: float
    min_takeover: float
    white_level: int
    min_white_edge: float
    packshot_area: tuple[float, float]
    legible_at: int
    min_legible_side: int
    min_legible_pixels: int


@dataclass(frozen=True)
class CutoutOptions(FromCard):
    """From a coarse mask to an alpha.

    crop_margin: around the region's box. min_foreground: of the picture, below which a mask is empty.

    Guided filter: solve_side; epsilon; alpha_range, stretched to 0..1; small_hole, of the garment's area, and
    hole_probability, above which a hole is filled; max_edge, of the longer side, and min_edge, in pixels: the widest
    soft edge.

    GrabCut: grabcut_side; grabcut_rounds; sure_depth and core_depth, of the deepest point of the mask; min_agreement,
    IoU with the network's mask below which the result is discarded; background_probability, below which colours are
    counted as background; background_share and background_ratio: a colour's share of the background, absolute and
    against the foreground; min_piece, of the largest; firm: outside these an edge-trained network is not overruled.
    """

    crop_margin: float
    min_foreground: float
    solve_side: int
    epsilon: float
    alpha_range: tuple[float, float]
    small_hole: float
    hole_probability: float
    max_edge: float
    min_edge: int
    grabcut_side: int
    grabcut_rounds: int
    sure_depth: float
    core_depth: float
    min_agreement: float
    background_probability: float
    background_share: float
    background_ratio: float
    min_piece: float
    firm: tuple[float, float]


@dataclass(frozen=True)
class GhostOptions(FromCard):
    """When a worn garment is shown together with its wearer, faintly.

    min_convexity: of the area of its convex hull, by slot (`default` for those not named). alpha: the wearer's.
    max_stored_alpha: what compression may make of it. body: probabilities between which the wearer appears.
    face_margin: around a face's box. fade: of each side, at the picture's edges.
    """

    min_convexity: Mapping[str, float]
    alpha: int
    max_stored_alpha: int
    body: tuple[float, float]
    face_margin: float
    fade: float


@dataclass(frozen=True)
class VisionOptions:
    """The three blocks of `decoding` on the segmentation network's card."""

    detection: DetectionOptions
    cutout: CutoutOptions
    ghost: GhostOptions

    @classmethod
    def of(cls, card: Card) -> Self:
        """The options of a card. Raises BadCard where its `decoding` is not whole."""
        try:
            blocks = card.decoding["detection"], card.decoding["cutout"], card.decoding["ghost"]
        except KeyError as missing:
            raise BadCard(f"card {card.key}: its decoding lacks {missing}") from None
        detection, cutout, ghost = blocks
        return cls(DetectionOptions.read(detection), CutoutOptions.read(cutout), GhostOptions.read(ghost))


@lru_cache(maxsize=1)
def shipped_options() -> VisionOptions:
    """The options of the network that ships."""
    return VisionOptions.of(load_card("parser"))
