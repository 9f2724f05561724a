"""From a parsed picture to garments: which pixels belong together, and which are too few to mean anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import Slot
from recommender.vision.facts import Box
from recommender.vision.options import DetectionOptions
from recommender.vision.segmentation.parser import BACKGROUND, Parsing

FloatArray = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The parser's garment classes and the slot each belongs to. The rest is hair, skin and background.
SLOT_OF_PART: Final = {
    "top": Slot.TOP,
    "outer": Slot.OUTER,
    "dress": Slot.DRESS,
    "bottom": Slot.BOTTOM,
    "shoes": Slot.SHOES,
    "bag": Slot.BAG,
    "hat": Slot.HAT,
    "scarf": Slot.ACCESSORY,
    "belt": Slot.ACCESSORY,
    "eyewear": Slot.ACCESSORY,
    "legwear": Slot.ACCESSORY,
    "accessory": Slot.ACCESSORY,
}
GARMENT_PARTS: Final = tuple(SLOT_OF_PART)
# Parts that the presence head confuses: the picture is asked for any of them.
_CONFUSED: Final = (
    frozenset({"top", "outer", "dress"}),
    frozenset({"scarf", "belt", "eyewear", "legwear", "accessory"}),
)


@dataclass(frozen=True)
class Region:
    """Where one garment is.

    slot: a slug of `catalog.taxonomy.Slot`. score: 0..1. probability: (h, w) float32, of each pixel to be this garment,
    over the whole picture at the detector's own resolution. part: the detector's own class. slots: slot -> probability
    by the detector; empty where it does not tell. has_edges: the mask is of a head trained on outlines, so GrabCut may
    only decide where it is unsure. person: who wears it, a number of `people`; None where nobody does.
    """

    slot: str
    score: float
    probability: FloatArray
    part: str = ""
    slots: Mapping[str, float] = field(default_factory=dict)
    has_edges: bool = False
    person: int | None = None

    @property
    def mask(self) -> Mask:
        return self.probability > 0.5

    @property
    def slot_scores(self) -> Mapping[str, float]:
        """slot -> probability; of a detector that names one slot alone, the rest is spread over the others."""
        if self.slots or self.slot == Slot.OTHER:
            return self.slots
        others = set(SLOT_OF_PART.values()) - {self.slot}
        return {self.slot: self.score, **{slot.value: (1 - self.score) / len(others) for slot in others}}

    def box(self, width: int, height: int) -> Box:
        """Around the mask, in a picture of `width` by `height` pixels; the whole picture where the mask is empty."""
        return mask_box(self.mask, (width, height)) or Box(0, 0, width, height)


def mask_box(mask: Mask, size: tuple[int, int]) -> Box | None:
    """Around a mask of the whole picture, in pixels of the picture; None where it is empty. size: (width, height)."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    across, down = size[0] / mask.shape[1], size[1] / mask.shape[0]
    edges = columns[0] * across, rows[0] * down, (columns[-1] + 1) * across, (rows[-1] + 1) * down
    return Box(*(float(edge) for edge in edges))


def components(mask: Mask, *, min_pixels: int = 1) -> list[Mask]:
    """Connected components of at least `min_pixels`, the largest first. mask: (h, w) bool."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    order = sorted(range(1, count), key=lambda index: -stats[index, cv2.CC_STAT_AREA])
    return [labels == index for index in order if stats[index, cv2.CC_STAT_AREA] >= min_pixels]


def without_small_pieces(mask: Mask, min_share: float) -> Mask:
    """The mask without connected components smaller than `min_share` of its largest. mask: (h, w) bool."""
    pieces = components(mask)
    kept = [piece for piece in pieces if piece.sum() >= min_share * pieces[0].sum()]
    return np.logical_or.reduce(kept) if kept else mask


def by_part(options: Mapping[str, float], part: str) -> float:
    """The option of one part, or the default of all others."""
    return options[part] if part in options else options["default"]


def flat_lay_garments(parsing: Parsing, options: DetectionOptions) -> list[Region]:
    """Garments on a surface or a hanger: usually one, whatever its parts look like; several where clearly apart."""
    has_edges = parsing.flat_lay is not None
    foreground = parsing.probability(*GARMENT_PARTS) if parsing.flat_lay is None else parsing.flat_lay
    pieces = components(foreground > 0.5)
    min_pixels = max(1, int(options.min_garment_area * foreground.size))
    if not pieces or sum(piece.sum() for piece in pieces) < min_pixels:
        return []
    largest, main = pieces[0].sum(), _part_of(parsing, pieces[0])
    groups: dict[str, list[Mask]] = {}
    for piece in pieces:
        part = _part_of(parsing, piece)
        # A second shoe or a detached sleeve belongs to the main garment; a bag beside a dress does not.
        is_second = SLOT_OF_PART[part] != SLOT_OF_PART[main] and piece.sum() >= max(
            min_pixels, options.min_second_garment * largest
        )
        if is_second or piece.sum() >= options.min_piece_flat_lay * largest:
            groups.setdefault(part if is_second else main, []).append(piece)
    regions = []
    for part, members in groups.items():
        inside = np.logical_or.reduce(members)
        probability = np.where(_dilated(inside, 6), foreground, 0).astype(np.float32)
        score = float(foreground[inside].mean()) * _presence(parsing, part)
        slots = slot_probabilities(parsing, inside)
        regions.append(Region(SLOT_OF_PART[part].value, score, probability, part, slots, has_edges))
    return sorted(regions, key=lambda region: -region.mask.sum())


def slot_probabilities(parsing: Parsing, inside: Mask) -> dict[str, float]:
    """slot -> mean probability of its parts where `inside`, summing to 1 over all garments."""
    slots: dict[str, float] = defaultdict(float)
    for part, slot in SLOT_OF_PART.items():
        slots[slot.value] += float(parsing.probability(part)[inside].mean())
    total = sum(slots.values())
    return {slot: probability / total for slot, probability in slots.items()}


def _presence(parsing: Parsing, part: str) -> float:
    """The image-level probability of `part` or of what it is confused with; 1 where the network has no such head."""
    presence = parsing.whole.get("presence")
    if not presence:
        return 1.0
    group = next((group for group in _CONFUSED if part in group), frozenset({part}))
    return 1 - float(np.prod([1 - presence.get(name, 0.0) for name in group]))


def on_model_garments(parsing: Parsing, faces: Sequence[Box], options: DetectionOptions) -> list[Region]:
    """What people wear, one garment a part and person. faces: in cells of the parsing."""
    regions = []
    for number, person in enumerate(people(parsing, faces, options)):
        regions += [replace(region, person=number) for region in garments_of_person(parsing, person, options)]
    return sorted(regions, key=lambda region: -region.score)


def people(parsing: Parsing, faces: Sequence[Box], options: DetectionOptions) -> list[Mask]:
    """The pixels of each person worth looking at, clothes included, the largest first."""
    found: list[Mask] = []
    for part in components(parsing.probability(BACKGROUND) < 0.5, min_pixels=16):
        centres = [(face.x0 + face.x1) / 2 for face in _faces_of(part, faces)]
        if len(centres) < 2:
            found.append(part)
            continue
        # People who touch: everything goes to the face that is nearest across.
        across = np.arange(part.shape[1])
        owner = np.abs(across[None] - np.array(centres)[:, None]).argmin(0)
        found += [part & (owner == index)[None] for index in range(len(centres))]
    found.sort(key=lambda part: -part.sum())
    # Passers-by are not the closet's owner.
    return [part for part in found if part.sum() >= options.min_person_area * found[0].sum()]


def _faces_of(part: Mask, faces: Sequence[Box]) -> list[Box]:
    height, width = part.shape
    inside = []
    for face in faces:
        row = min(height - 1, max(0, int((face.y0 + face.y1) / 2)))
        column = min(width - 1, max(0, int((face.x0 + face.x1) / 2)))
        if part[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].any():
            inside.append(face)
    tallest = max((face.height for face in inside), default=0)
    return [face for face in inside if face.height >= 0.5 * tallest]


def garments_of_person(parsing: Parsing, person: Mask, options: DetectionOptions) -> list[Region]:
    """The garments of one person, one a part. person: (h, w) bool.

    Pixels of a part that is too small or too uncertain go to the parts around it, the weakest first: a body that is
    half a dress and half a top to the network is still clothed.
    """
    parts = [part for part in options.min_area if part in parsing.labels]
    probabilities = np.stack([parsing.probability(part) for part in parts])
    others = 1 - probabilities.sum(0)
    presence = parsing.whole.get("presence", {})
    absent = {index for index, part in enumerate(parts) if presence.get(part, 1.0) < options.min_presence}
    kept = list(range(len(parts)))
    while True:
        winner = np.concatenate([probabilities[kept], others[None]]).argmax(0)
        masks = {
            index: without_small_pieces((winner == place) & person, by_part(options.min_piece, parts[index]))
            for place, index in enumerate(kept)
        }
        weak = [
            index
            for index, mask in masks.items()
            if index in absent
            or mask.sum() < options.min_area[parts[index]] * person.sum()
            or probabilities[index][mask].mean() < options.min_mean_probability
        ]
        if not weak:
            break
        weakest = min(weak, key=lambda index: float(probabilities[index][masks[index]].sum()))
        kept.remove(weakest)
        absent.discard(weakest)
        held = probabilities[kept].sum(0)
        share = np.where(held > options.min_takeover, probabilities[weakest] / np.maximum(held, 1e-6), 0)
        probabilities[kept] += probabilities[kept] * share
    regions = []
    for index, mask in masks.items():
        part = parts[index]
        # Against its strongest rival, so that two garments meet at one edge rather than each at a half.
        rivals = [probabilities[other] for other in kept if other != index]
        rival = np.maximum.reduce([others, *rivals])
        margin = probabilities[index] / np.maximum(probabilities[index] + rival, 1e-6)
        probability = np.where(_dilated(mask, 4), margin, 0).astype(np.float32)
        score = parsing.probability(part)[mask].mean() * presence.get(part, 1.0)
        if score >= by_part(options.min_score, part):
            slots = slot_probabilities(parsing, mask)
            regions.append(Region(SLOT_OF_PART[part].value, min(1.0, float(score)), probability, part, slots))
    return regions


def looks_whole(regions: Sequence[Region], parsing: Parsing, faces: Sequence[Box], options: DetectionOptions) -> bool:
    """Whether head, upper and lower body and both feet of one person are in the picture, where no pose tells.

    The full-body head decides where it is sure; where it is not, what the regions add up to.
    """
    low, high = options.full_body_uncertain
    judged = next(iter(parsing.whole.get("full_body", {}).values()), high)
    if not low < judged <= high:
        return judged > high
    parts = {region.part: region for region in regions}
    head = bool(faces) or "hat" in parts or float(parsing.probability("hair").max(initial=0)) > 0.5
    upper = bool(parts.keys() & {"top", "outer", "dress"})
    lower = bool(parts.keys() & {"bottom", "dress", "outer"})
    if not (head and upper and lower and "shoes" in parts):
        return False
    body = np.flatnonzero((parsing.probability(BACKGROUND) < 0.5).any(1))
    feet = np.flatnonzero(parts["shoes"].mask.any(1))
    return bool(len(feet)) and bool(feet[-1] >= body[0] + 0.85 * (body[-1] - body[0]))


def _part_of(parsing: Parsing, piece: Mask) -> str:
    """The garment part with the largest sum of probabilities inside `piece`."""
    sums = {name: float(parsing.probability(name)[piece].sum()) for name in GARMENT_PARTS if name in parsing.labels}
    return max(sums, key=lambda name: sums[name])


def _dilated(mask: Mask, by: int) -> Mask:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)


def covered(regions: Sequence[Region], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w) uint8 of the whole picture, 255 on any garment. size: (width, height)."""
    cloth = np.zeros((size[1], size[0]), np.uint8)
    for region in regions:
        mask = cv2.resize(region.mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        cloth[mask > 0] = 255
    return cloth
