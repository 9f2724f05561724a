"""From a parsed picture to garments: whose pixels belong together, and which are too few to mean anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import Slot
from recommender.vision.facts import Box
from recommender.vision.segmentation.parser import BACKGROUND, Parsing

FloatArray = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The parser's classes that are worn, and the slot each belongs to. The rest is hair, skin and background.
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
# The least share of a person that is believed. Eyewear is left out: cut out of a street photo it is a smudge.
_LEAST_WORN: Final = {
    "top": 0.012,
    "outer": 0.02,
    "dress": 0.025,
    "bottom": 0.015,
    "shoes": 0.003,
    "bag": 0.004,
    "hat": 0.003,
    "scarf": 0.006,
    "belt": 0.004,
    "legwear": 0.01,
    "accessory": 0.006,
}
_TAKEN_FOR_ONE_ANOTHER: Final = (
    frozenset({"top", "outer", "dress"}),
    frozenset({"scarf", "belt", "eyewear", "legwear", "accessory"}),
)
_WAVERING: Final = (0.15, 0.5)
_LEAST_LYING: Final = 0.01
_LEAST_SURE: Final = 0.35
_LEAST_PRESENT: Final = 0.15
# The score from which a worn garment is told: small things are oftener a shadow.
_LEAST_SCORE_BODY: Final = 0.25
_LEAST_SCORE: Final = {"hat": 0.3, "scarf": 0.35, "belt": 0.35, "legwear": 0.35, "accessory": 0.35}
# A piece of a worn garment below this share of its largest piece is a crumb; measured a class on held-back outfits.
_CRUMB: Final = {"outer": 0.05, "top": 0.2, "dress": 0.2, "bottom": 0.05, "shoes": 0.1, "bag": 0.5, "hat": 0.5}
_CRUMB_ELSE: Final = 0.08
_NEIGHBOUR: Final = 0.15  # a garment's probability where it may take over from a dropped one
_LEAST_PERSON: Final = 0.25  # of the largest one's area: passers-by are not the closet's owner
_SCRAP: Final = 0.02  # of the largest one's area: below, it is dirt on the floor
_SECOND_GARMENT: Final = 0.15  # of the largest one's area


@dataclass(frozen=True)
class Region:
    """Where one garment is.

    slot: a slug of `catalog.taxonomy.Slot`. score: 0..1. probability: (h, w) float32, the probability of each
    pixel to be this garment, over the whole picture at the detector's own resolution. part: the detector's
    own word for it. slots: slot -> 0..1, what it may be to the detector; empty where that does not tell. outlined:
    `probability` is of somebody who was taught outlines, and its doubts are all that colours may settle.
    """

    slot: str
    score: float
    probability: FloatArray
    part: str = ""
    slots: Mapping[str, float] = field(default_factory=dict)
    outlined: bool = False

    @property
    def mask(self) -> Mask:
        return self.probability > 0.5

    def box(self, width: int, height: int) -> Box:
        """Around the mask, in a picture of `width` by `height` pixels."""
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        if not len(rows):
            return Box(0, 0, width, height)
        down, across = height / self.probability.shape[0], width / self.probability.shape[1]
        return Box(columns[0] * across, rows[0] * down, (columns[-1] + 1) * across, (rows[-1] + 1) * down)


def components(mask: Mask, *, least: int = 1) -> list[Mask]:
    """Connected parts of at least `least` pixels, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    order = sorted(range(1, count), key=lambda index: -stats[index, cv2.CC_STAT_AREA])
    return [labels == index for index in order if stats[index, cv2.CC_STAT_AREA] >= least]


def flat_lay_garments(parsing: Parsing) -> list[Region]:
    """Garments on a surface: usually one, whatever its colours; several only where they lie clearly apart."""
    outlined = parsing.flat_lay is not None
    foreground = parsing.probability(*GARMENT_PARTS) if parsing.flat_lay is None else parsing.flat_lay
    pieces = components(foreground > 0.5)
    least = max(1, int(_LEAST_LYING * foreground.size))
    if not pieces or sum(piece.sum() for piece in pieces) < least:
        return []
    largest, main = pieces[0].sum(), _part_of(parsing, pieces[0])
    piles: dict[str, list[Mask]] = {}
    for piece in pieces:
        part = _part_of(parsing, piece)
        # A second shoe or a torn-off sleeve belongs to the main garment; a bag beside a dress does not.
        apart = SLOT_OF_PART[part] != SLOT_OF_PART[main] and piece.sum() >= max(least, _SECOND_GARMENT * largest)
        if apart or piece.sum() >= _SCRAP * largest:
            piles.setdefault(part if apart else main, []).append(piece)
    regions = []
    for part, members in piles.items():
        inside = np.logical_or.reduce(members)
        probability = np.where(_grown(inside, 6), foreground, 0).astype(np.float32)
        score = float(foreground[inside].mean()) * _present(parsing, part)
        slots = _slots_of(parsing, inside)
        regions.append(Region(SLOT_OF_PART[part].value, score, probability, part, slots, outlined))
    return sorted(regions, key=lambda region: -region.mask.sum())


def _slots_of(parsing: Parsing, inside: Mask) -> dict[str, float]:
    """slot -> mean probability of its parts where `inside`, of all that is worn."""
    slots: dict[str, float] = defaultdict(float)
    for part, slot in SLOT_OF_PART.items():
        slots[slot.value] += float(parsing.probability(part)[inside].mean())
    total = sum(slots.values())
    return {slot: probability / total for slot, probability in slots.items()}


def _present(parsing: Parsing, part: str) -> float:
    """Whether the picture as a whole speaks of `part`, or of what is easily taken for it: 0..1; 1 where it is mute."""
    presence = parsing.whole.get("presence")
    if not presence:
        return 1.0
    group = next((group for group in _TAKEN_FOR_ONE_ANOTHER if part in group), frozenset({part}))
    return 1 - float(np.prod([1 - presence.get(name, 0.0) for name in group]))


def on_model_garments(parsing: Parsing, faces: Sequence[Box]) -> list[Region]:
    """What people wear, one garment a slot and person. faces: in cells of the parsing."""
    regions = []
    for person in people(parsing, faces):
        regions += garments_of_person(parsing, person)
    return sorted(regions, key=lambda region: -region.score)


def people(parsing: Parsing, faces: Sequence[Box]) -> list[Mask]:
    """The pixels of each person worth looking at, clothes included, the largest first."""
    found: list[Mask] = []
    for part in components(parsing.probability(BACKGROUND) < 0.5, least=16):
        centres = [(face.x0 + face.x1) / 2 for face in _faces_of(part, faces)]
        if len(centres) < 2:
            found.append(part)
            continue
        # People who touch: everything goes to the face that is nearest across.
        across = np.arange(part.shape[1])
        owner = np.abs(across[None] - np.array(centres)[:, None]).argmin(0)
        found += [part & (owner == index)[None] for index in range(len(centres))]
    found.sort(key=lambda part: -part.sum())
    return [part for part in found if part.sum() >= _LEAST_PERSON * found[0].sum()]


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


def garments_of_person(parsing: Parsing, person: Mask) -> list[Region]:
    """The garments of one person, one a part.

    What is too small or too doubtful goes to the parts around it, the weakest first: a body that is half a
    dress and half a top to the network is still clothed.
    """
    parts = [part for part in _LEAST_WORN if part in parsing.labels]
    probabilities = np.stack([parsing.probability(part) for part in parts])
    others = 1 - probabilities.sum(0)
    presence = parsing.whole.get("presence", {})
    doubtful = {index for index, part in enumerate(parts) if presence.get(part, 1.0) < _LEAST_PRESENT}
    kept = list(range(len(parts)))
    while True:
        winner = np.concatenate([probabilities[kept], others[None]]).argmax(0)
        masks = {index: _joined((winner == place) & person, parts[index]) for place, index in enumerate(kept)}
        weak = [
            index
            for index, mask in masks.items()
            if index in doubtful
            or mask.sum() < _LEAST_WORN[parts[index]] * person.sum()
            or probabilities[index][mask].mean() < _LEAST_SURE
        ]
        if not weak:
            break
        weakest = min(weak, key=lambda index: float(probabilities[index][masks[index]].sum()))
        kept.remove(weakest)
        doubtful.discard(weakest)
        held = probabilities[kept].sum(0)
        share = np.where(held > _NEIGHBOUR, probabilities[weakest] / np.maximum(held, 1e-6), 0)
        probabilities[kept] += probabilities[kept] * share
    regions = []
    for index, mask in masks.items():
        # Against its strongest rival, so that two garments meet at one edge rather than each at a half.
        rivals = [probabilities[other] for other in kept if other != index]
        rival = np.maximum.reduce([others, *rivals])
        margin = probabilities[index] / np.maximum(probabilities[index] + rival, 1e-6)
        probability = np.where(_grown(mask, 4), margin, 0).astype(np.float32)
        seen = parsing.probability(parts[index])[mask].mean() * presence.get(parts[index], 1.0)
        if seen >= _LEAST_SCORE.get(parts[index], _LEAST_SCORE_BODY):
            regions.append(Region(SLOT_OF_PART[parts[index]].value, min(1.0, float(seen)), probability, parts[index]))
    return regions


def _joined(mask: Mask, label: str) -> Mask:
    """A garment in pieces (a pair of shoes, an open coat, trousers behind a bag) without its crumbs."""
    pieces = components(mask)
    least = _CRUMB.get(label, _CRUMB_ELSE)
    return np.logical_or.reduce([p for p in pieces if p.sum() >= least * pieces[0].sum()]) if pieces else mask


def full_body(regions: Sequence[Region], parsing: Parsing, faces: Sequence[Box]) -> bool:
    """Head, upper and lower body and both feet of one person are in the picture.

    The network's own word decides where it is sure; where it wavers, what the regions add up to.
    """
    judged = next(iter(parsing.whole.get("full_body", {}).values()), _WAVERING[1])
    if not _WAVERING[0] < judged <= _WAVERING[1]:
        return judged > _WAVERING[1]
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
    """The garment part that `piece` looks like most."""
    sums = {name: float(parsing.probability(name)[piece].sum()) for name in GARMENT_PARTS if name in parsing.labels}
    return max(sums, key=lambda name: sums[name])


def _grown(mask: Mask, by: int) -> Mask:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)
