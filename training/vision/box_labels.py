"""Weak labels for the segmentation: label maps of street photos that carry boxes or a word, not masks.

What the network that ships says of each pixel is bounded by what the label allows; inside each box GrabCut settles the
outline by the photo's colours. A mask is kept where its own box and the labelled one agree; elsewhere in the box it
is only known that there is something worn, or nothing at all.
"""

import csv
import hashlib
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.vision.parser_metrics import box_iou, box_of
from training.vision.parts import BOX_SLOTS, FOREGROUND, NUMBER, PARTS, SLOTS, UNKNOWN
from training.vision.pseudo_labels import SURE
from training.vision.quality import BOX_PHOTOS
from training.vision.splits import box_split

FloatArray = NDArray[np.float32]
AGREE: Final = 0.7  # overlap of a mask's own box with the labelled one, from which the mask is believed
_SEED, _SURE_SEED, _LEAST_SEED = 0.5, 0.85, 0.06  # probabilities, and the share of a box that must be seeded
_ROOM: Final = 0.12  # around a box, where GrabCut learns what the garment is not
_ROUNDS: Final = 2
_PART_OF: Final = {**BOX_SLOTS, "sunglass": "eyewear"}
# Worn things that the boxes' source did not ask for: nothing is known of them.
_UNASKED: Final = ("scarf", "belt", "legwear", "accessory")
_BODY: Final = ("background", "hair", "skin")


@dataclass(frozen=True)
class BoxedPart:
    """A labelled box: the class number, and x0, y0, x1, y1 as shares of the photo's width and height."""

    part: int
    box: tuple[float, float, float, float]


def boxes_of(row: dict[str, str]) -> list[BoxedPart]:
    """The boxes of a row of `street_boxes.csv`."""
    wide, high = float(row["width"]), float(row["height"])
    return [
        BoxedPart(NUMBER[_PART_OF[name]], (x0 / wide, y0 / high, x1 / wide, y1 / high))
        for name, x0, y0, x1, y1 in json.loads(row["boxes"])
        if name in _PART_OF and x1 > x0 and y1 > y0
    ]


def teaching_rows(data: Path) -> list[dict[str, str]]:
    """The rows that may teach the segmentation: of the train split, without the photos that teach the quality."""
    with (data / "street_boxes.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows.sort(key=lambda row: hashlib.sha256(f"b{row['file']}".encode()).hexdigest()[:8])
    return [row for row in rows[BOX_PHOTOS:] if box_split(row["file"]) == "train"]


def allowed_only(probabilities: FloatArray, allowed: Sequence[int]) -> FloatArray:
    """(classes, h, w) probabilities with all classes but `allowed` at 0, summing to 1."""
    kept = np.zeros_like(probabilities)
    kept[list(allowed)] = probabilities[list(allowed)]
    return kept / np.maximum(kept.sum(0), 1e-6)


def box_parts(image: NDArray[np.uint8], probabilities: FloatArray, boxes: Sequence[BoxedPart]) -> NDArray[np.uint8]:
    """The label map (h, w) of a photo with boxes.

    image: (h, w, 3) RGB. probabilities: (classes, h, w) of the network that ships.
    """
    there = sorted({one.part for one in boxes})
    p = allowed_only(probabilities, [*there, *(NUMBER[name] for name in (*_BODY, *_UNASKED, "eyewear"))])
    winner = p.argmax(0).astype(np.uint8)
    parts = np.where(p.max(0) > SURE, winner, UNKNOWN).astype(np.uint8)
    parts[(parts == UNKNOWN) & (p[0] < 1 - SURE)] = FOREGROUND
    # Of a class that has boxes, what lies outside of them is not known to be it.
    inside = {part: np.zeros(winner.shape, bool) for part in there}
    frames = [_frame(one.box, winner.shape) for one in boxes]
    for one, (x0, y0, x1, y1) in zip(boxes, frames, strict=True):
        inside[one.part][y0:y1, x0:x1] = True
    for part, within in inside.items():
        parts[(parts == part) & ~within] = UNKNOWN
    # Small boxes last: a bag hangs before a coat.
    areas = [(one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) for one in boxes]
    order = sorted(range(len(boxes)), key=lambda at: -areas[at])
    taken = np.zeros(winner.shape, np.float32)
    for at in order:
        part, frame = boxes[at].part, frames[at]
        mask = _outlined(image, p, part, frame)
        x0, y0, x1, y1 = frame
        if mask.any() and box_iou(box_of(mask), frame) >= AGREE:
            claim = mask & (p[part] >= taken - 0.2)
            parts[claim] = part
            taken[claim] = p[part][claim]
            window = (slice(y0, y1), slice(x0, x1))
            lost = (parts[window] == part) & ~mask[window]
            parts[window][lost] = UNKNOWN
        else:
            window = parts[y0:y1, x0:x1]
            window[(window == part) | (window == UNKNOWN)] = UNKNOWN
            window[window == 0] = UNKNOWN
    return parts


def _frame(box: tuple[float, ...], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    high, wide = shape
    x0, y0 = max(0, int(box[0] * wide)), max(0, int(box[1] * high))
    return x0, y0, min(wide, max(x0 + 2, round(box[2] * wide))), min(high, max(y0 + 2, round(box[3] * high)))


def _outlined(
    image: NDArray[np.uint8], p: FloatArray, part: int, frame: tuple[int, int, int, int]
) -> NDArray[np.bool_]:
    """The garment of one box, (h, w), by GrabCut from what the network says; where it says nothing, from the middle."""
    high, wide = p.shape[1:]
    x0, y0, x1, y1 = frame
    room_x, room_y = max(4, int(_ROOM * (x1 - x0))), max(4, int(_ROOM * (y1 - y0)))
    left, top, right, bottom = max(0, x0 - room_x), max(0, y0 - room_y), min(wide, x1 + room_x), min(high, y1 + room_y)
    own, sure_not = p[part, top:bottom, left:right], p[:, top:bottom, left:right].copy()
    sure_not[part] = 0
    within = np.zeros(own.shape, bool)
    within[y0 - top : y1 - top, x0 - left : x1 - left] = True
    seeds = np.full(own.shape, cv2.GC_PR_BGD, np.uint8)
    seeds[own > _SEED] = cv2.GC_PR_FGD
    seeds[own > _SURE_SEED] = cv2.GC_FGD
    if ((own > _SEED) & within).sum() < _LEAST_SEED * within.sum():
        middle = np.zeros(own.shape, np.uint8)
        centre = ((x0 + x1) // 2 - left, (y0 + y1) // 2 - top)
        cv2.ellipse(middle, centre, (max(1, (x1 - x0) * 4 // 10), max(1, (y1 - y0) * 4 // 10)), 0, 0, 360, 1, -1)
        seeds[middle > 0] = cv2.GC_PR_FGD
    body = np.maximum(sure_not[NUMBER["skin"]], sure_not[NUMBER["hair"]])
    seeds[body > _SURE_SEED] = cv2.GC_BGD
    seeds[~within] = cv2.GC_BGD
    result = np.zeros((high, wide), bool)
    if not ((seeds == cv2.GC_PR_FGD) | (seeds == cv2.GC_FGD)).any():
        return result
    picture = np.ascontiguousarray(image[top:bottom, left:right, ::-1])
    ground, garment = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(picture, seeds, None, ground, garment, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = ((seeds == cv2.GC_PR_FGD) | (seeds == cv2.GC_FGD)).astype(np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    if count > 1:
        areas = stats[1:, cv2.CC_STAT_AREA]
        result[top:bottom, left:right] = np.isin(labels, 1 + np.flatnonzero(areas >= 0.15 * areas.max()))
    return result


def presence_of(boxes: Sequence[BoxedPart]) -> FloatArray:
    """(classes,) 1 there, 0 not there, -1 unknown: every slot was asked for."""
    presence = np.full(len(PARTS), -1, np.float32)
    presence[[NUMBER[slot] for slot in SLOTS]] = 0
    presence[[one.part for one in boxes]] = 1
    presence[[NUMBER[name] for name in _BODY]] = 1
    return presence


def shirt_parts(probabilities: FloatArray) -> NDArray[np.uint8]:
    """The label map (h, w) of a worn shirt's shop photo: the upper body wears a shirt, neither coat nor dress."""
    barred = {NUMBER["outer"], NUMBER["dress"]}
    p = allowed_only(probabilities, [number for number in range(len(PARTS)) if number not in barred])
    parts = np.where(p.max(0) > SURE, p.argmax(0), UNKNOWN).astype(np.uint8)
    parts[(parts == UNKNOWN) & (p[0] < 1 - SURE)] = FOREGROUND
    return parts


def read_photos(archive: Path, files: Sequence[str]) -> list[tuple[str, NDArray[np.uint8]]]:
    """(file, RGB picture) of the members named, in their order in the archive."""
    wanted, found = set(files), []
    with tarfile.open(archive) as members:
        for member in members:
            file = Path(member.name).name
            stream: Any = members.extractfile(member) if file in wanted else None
            if stream:
                content = np.frombuffer(stream.read(), np.uint8)
                found.append((file, np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB), np.uint8)))
    return found
