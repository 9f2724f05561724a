"""Segmentation metrics on validation street photos: foreground and mask IoU, and AP50 of the slots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from recommender.vision.options import shipped_options
from recommender.vision.segmentation.regions import by_part, without_small_pieces
from training.vision.parts import NUMBER, PARTS, SLOTS

Boxes = Sequence[Sequence[float]]
_ROUNDS = 400  # of the bootstrap: average precision is sorted anew in each
MIN_TRUTH_AREA = 0.0006  # of the photo: a smaller garment of the mask is not asked for


@dataclass
class Found:
    """One garment: slot name, score 0..1, box (x0, y0, x1, y1) in pixels, mask (h, w) bool."""

    slot: str
    score: float
    box: tuple[int, int, int, int]
    mask: np.ndarray


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    """The box of a non-empty (h, w) bool mask."""
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    return x, y, x + w, y + h


def decode_on_model(classes: np.ndarray, presence: np.ndarray, size: tuple[int, int]) -> list[Found]:
    """The garments of one person, one a slot, without small pieces, by the thresholds of the shipped card.

    classes: (15, h, w) logits. presence: (15,) logits. size: (height, width) of the picture they describe.
    """
    logits = np.stack([cv2.resize(plane, size[::-1], interpolation=cv2.INTER_LINEAR) for plane in classes])
    logits -= logits.max(axis=0)
    p = np.exp(logits)
    p /= p.sum(axis=0)
    winner = p.argmax(axis=0)
    options = shipped_options().detection
    found = []
    for slot in SLOTS:
        number = NUMBER[slot]
        mask = winner == number
        if mask.sum() < MIN_TRUTH_AREA * mask.size:
            continue
        mask = without_small_pieces(mask, by_part(options.min_piece, slot))
        score = float(p[number][mask].mean() / (1 + np.exp(-presence[number])))
        found.append(Found(slot, score, box_of(mask), mask))
    return found


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def average_precision(scores: list[float], hits: list[bool], truths: int) -> float:
    """Area under the interpolated precision-recall curve; nan where there is no truth."""
    if truths == 0:
        return float("nan")
    order = np.argsort(-np.array(scores), kind="stable")
    right = np.array(hits, float)[order] if len(hits) else np.zeros(0)
    recall = np.cumsum(right) / truths
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * precision))


class SlotScore:
    """Average precision of the slots, photo by photo."""

    def __init__(self) -> None:
        self.scores: dict[str, list[float]] = {slot: [] for slot in SLOTS}
        self.hits: dict[str, list[bool]] = {slot: [] for slot in SLOTS}
        self.truths = dict.fromkeys(SLOTS, 0)
        self.photos: dict[str, dict[str, tuple[list[float], list[bool], int]]] = {}  # photo -> slot -> what it adds

    def count(self, slot: str, there: bool, found: tuple[float, bool] | None, unit: str = "") -> None:
        """there: the label has one in this slot. found: score of what was detected, and whether it is hit."""
        self.truths[slot] += int(there)
        scores, hits, _ = self.photos.setdefault(unit, {}).setdefault(slot, ([], [], int(there)))
        if found:
            self.scores[slot].append(found[0])
            self.hits[slot].append(found[1])
            scores.append(found[0])
            hits.append(found[1])

    def ap50(self) -> dict[str, float]:
        """`ap50`, the mean over the slots, and each slot's."""
        aps = {slot: average_precision(self.scores[slot], self.hits[slot], self.truths[slot]) for slot in SLOTS}
        return {"ap50": float(np.nanmean(list(aps.values())))} | {f"ap50 {slot}": ap for slot, ap in aps.items()}

    def ap50_intervals(self) -> dict[str, tuple[float, float]]:
        """95 % intervals of `ap50` and of each slot's, by bootstrap over the photos."""
        photos, rng = list(self.photos.values()), np.random.default_rng(0)
        drawn: dict[str, list[float]] = {}
        for _ in range(_ROUNDS if photos else 0):
            some = [photos[index] for index in rng.integers(len(photos), size=len(photos))]
            aps = {}
            for slot in SLOTS:
                scores = [score for photo in some for score in photo[slot][0]]
                hits = [hit for photo in some for hit in photo[slot][1]]
                aps[slot] = average_precision(scores, hits, sum(photo[slot][2] for photo in some))
                drawn.setdefault(f"ap50 {slot}", []).append(aps[slot])
            if not all(np.isnan(value) for value in aps.values()):
                drawn.setdefault("ap50", []).append(float(np.nanmean(list(aps.values()))))
        known = {name: [value for value in values if not np.isnan(value)] for name, values in drawn.items()}
        bounds = {name: np.percentile(values, [2.5, 97.5]) for name, values in known.items() if values}
        return {name: (float(low), float(high)) for name, (low, high) in bounds.items()}


class StreetScore(SlotScore):
    """Accumulates predictions and truths photo by photo."""

    def __init__(self) -> None:
        super().__init__()
        self.confusion = np.zeros((len(PARTS), len(PARTS)), np.int64)
        self.mask_ious: list[float] = []
        self.mask_units: list[str] = []  # the photo of each
        self.foreground: list[float] = []

    def add(self, winner: np.ndarray, found: list[Found], truth: np.ndarray, unit: str = "") -> None:
        """winner, truth: (h, w) class numbers of the same size. found: the decoded garments. unit: the photo."""
        pair = truth.astype(np.int64) * len(PARTS) + winner
        self.confusion += np.bincount(pair.ravel(), minlength=len(PARTS) ** 2).reshape(self.confusion.shape)
        front, mine = truth > 0, winner > 0
        self.foreground.append((front & mine).sum() / max(1, (front | mine).sum()))
        of_slot = {garment.slot: garment for garment in found}
        for slot in SLOTS:
            mask = truth == NUMBER[slot]
            there = mask.sum() >= MIN_TRUTH_AREA * mask.size
            garment = of_slot.get(slot)
            hit = bool(there) and garment is not None and box_iou(garment.box, box_of(mask)) >= 0.5
            self.count(slot, bool(there), (garment.score, hit) if garment else None, unit)
            if garment and hit:
                union = (mask | garment.mask).sum()
                self.mask_ious.append((mask & garment.mask).sum() / union)
                self.mask_units.append(unit)

    def figures(self) -> dict[str, float]:
        """foreground IoU, mean IoU over classes, AP50 a slot and on average, mask IoU of garments found."""
        inside = np.diag(self.confusion)
        union = self.confusion.sum(0) + self.confusion.sum(1) - inside
        iou = inside / np.maximum(1, union)
        facts = {f"iou {PARTS[i]}": float(iou[i]) for i in range(len(PARTS))}
        aps = self.ap50()
        facts |= {name: value for name, value in aps.items() if name != "ap50"}
        return {
            "foreground iou": float(np.mean(self.foreground)),
            "mean iou": float(iou.mean()),
            "ap50": aps["ap50"],
            "mask iou": float(np.mean(self.mask_ious)) if self.mask_ious else 0.0,
        } | facts


class BoxScore(SlotScore):
    """Accumulates predictions and labelled boxes photo by photo."""

    def add(self, found: Mapping[str, tuple[float, Sequence[float]]], labels: Mapping[str, Boxes], unit: str) -> None:
        """found: slot -> score and box. labels: slot -> boxes; of several, each or all together are hit."""
        for slot in SLOTS:
            boxes = list(labels.get(slot, ()))
            if len(boxes) > 1:  # a box a shoe, where the pair is cut out
                boxes.append(around(boxes))
            said = found.get(slot)
            hit = said is not None and any(box_iou(said[1], box) >= 0.5 for box in boxes)
            self.count(slot, bool(boxes), (said[0], hit) if said else None, unit)


def around(boxes: Boxes) -> tuple[float, ...]:
    """The box around boxes."""
    sides = np.array(boxes)
    return (*sides[:, :2].min(0), *sides[:, 2:].max(0))
