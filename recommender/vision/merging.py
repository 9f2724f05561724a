"""What is one garment though the segmentation saw two: a coat hung twice, halves of a blouse, the two shoes of a pair.

Judged after the kinds are fused, since only then two halves bear one name. The wearer's landmarks tell which stretch of
the body a piece covers: leggings under a skirt lie below it, the halves of a coat beside each other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import Slot
from recommender.vision.facts import GarmentFacts
from recommender.vision.pose import Joint, Pose
from recommender.vision.segmentation.detector import Person
from recommender.vision.segmentation.regions import Mask, Region

FloatArray = NDArray[np.float32]
Piece = tuple[Region, GarmentFacts]
# Slots of which nobody wears two of one kind over the same stretch of the body. Of accessories people wear several.
_ONE_A_BODY: Final = frozenset({Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM, Slot.SHOES})
_SAME_STRETCH: Final = 0.5  # of the shorter one
_SAME_PIXELS: Final = 0.3  # of the smaller one: two cutouts of one thing
_TOUCHING: Final = 2  # pixels of the segmentation
_ENDS: Final = (5, 95)  # percentiles of a piece along the body; what is beyond is ragged edge


def same_garment(one: Piece, other: Piece, people: Sequence[Person]) -> bool:
    """Whether two worn pieces of a photo are one garment. people: of the photo, as `Region.person` numbers them."""
    (region, garment), (second, twin) = one, other
    if garment.slot != twin.slot or garment.slot not in _ONE_A_BODY:
        return False
    if (region.mask & second.mask).sum() >= _SAME_PIXELS * min(region.mask.sum(), second.mask.sum()):
        return True
    if region.person is None or region.person != second.person:
        return False
    if garment.slot == Slot.SHOES:
        return True
    pose = people[region.person].pose if region.person < len(people) else None
    return (
        pose is not None
        and garment.kind == twin.kind
        and _touch(region.mask, second.mask)
        and _shared_stretch(region.mask, second.mask, pose) >= _SAME_STRETCH
    )


def merged(one: Region, other: Region) -> Region:
    """The region of both."""
    larger, smaller = sorted((one, other), key=lambda region: -int(region.mask.sum()))
    areas = np.array([larger.mask.sum(), smaller.mask.sum()], float)
    share = areas / max(1.0, areas.sum())
    slots = {
        slot: float(share @ [larger.slots.get(slot, 0.0), smaller.slots.get(slot, 0.0)])
        for slot in larger.slots.keys() | smaller.slots.keys()
    }
    probability = np.maximum(larger.probability, smaller.probability)
    score = float(share @ [larger.score, smaller.score])
    return replace(larger, probability=probability, score=score, slots=slots)


def groups(pieces: Sequence[Piece], people: Sequence[Person]) -> list[list[Piece]]:
    """The pieces by garment, each group in their order."""
    found: list[list[Piece]] = []
    for piece in pieces:
        group = next((group for group in found if any(same_garment(piece, one, people) for one in group)), None)
        if group is None:
            found.append([piece])
        else:
            group.append(piece)
    return found


def _touch(one: Mask, other: Mask) -> bool:
    kernel = np.ones((2 * _TOUCHING + 1, 2 * _TOUCHING + 1), np.uint8)
    return bool((cv2.dilate(one.astype(np.uint8), kernel).astype(bool) & other).any())


def _shared_stretch(one: Mask, other: Mask, pose: Pose) -> float:
    """How much of the shorter piece's stretch along the trunk, from shoulders to hips, the other covers, 0..1."""
    shoulders = pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], :2].mean(0)
    hips = pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP], :2].mean(0)
    size = np.array([one.shape[1], one.shape[0]])
    along = (hips - shoulders) * size
    if not along.any():
        return 0.0
    ends = []
    for mask in (one, other):
        rows, columns = np.nonzero(mask)
        if not len(rows):
            return 0.0
        ends.append(np.percentile((columns * along[0] + rows * along[1]) / (along @ along), _ENDS))
    (top, bottom), (second_top, second_bottom) = ends
    common = min(bottom, second_bottom) - max(top, second_top)
    return float(common / max(1e-6, min(bottom - top, second_bottom - second_top)))
