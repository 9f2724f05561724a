"""Quality: the calibrated probability that a cutout is right, so that it can hang by itself.

Of a worn garment right means: its slot is the garment's own, box or mask overlap the labelled ones by more than .7, and
three quarters of it are one piece (but shoes): a coat worn open is two halves, nothing one would hang. A logistic
regression on what the pipeline knows of a cutout anyway, taught on the segmentation's mistakes on photos that it never
learnt from (`python -m training quality`); coefficients, threshold and figures are in `quality.json`. Of what nobody
wears right means: it is one garment, and its kind is its own. That regression is taught on photos of single garments
and on piles laid of their cutouts.

Neither asks how soft an edge is: edges are made elsewhere, and are not what a garment is known by.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from catalog.taxonomy import Slot
from recommender.vision.cards import BadCard
from recommender.vision.facts import GarmentFacts, Scores
from recommender.vision.segmentation.regions import Region, components

CARD: Final = Path(__file__).with_name("quality.json")
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "coefficients", "min_kept")
_MANY_PIECES: Final = 5
_EDGE: Final = 1e-4  # of a probability, for its logarithm
_SLOTS: Final = (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM, Slot.SHOES, Slot.BAG, Slot.HAT)


@dataclass(frozen=True)
class Quality:
    """A fitted regression. coefficients: feature -> coefficient, with `intercept`.

    min_kept: from which on a piece is good enough to hang by itself; chosen on the tune split.
    """

    key: str
    coefficients: Mapping[str, float]
    min_kept: float

    def __call__(self, features: Mapping[str, float]) -> float:
        """0..1. features: see `quality_features`."""
        coefficients = self.coefficients
        logit = coefficients["intercept"] + sum(coefficients.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def read_quality(record: Mapping[str, Any]) -> Quality:
    """A regression from its card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"quality {record.get('key', '?')} lacks {', '.join(missing)}")
    return Quality(record["key"], dict(record["coefficients"]), float(record["min_kept"]))


@lru_cache(maxsize=1)
def shipped_quality() -> Quality:
    """The regression of `quality.json` for worn garments."""
    return read_quality(json.loads(CARD.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def shipped_flat_lay_quality() -> Quality:
    """The regression of `quality.json` for garments that nobody wears."""
    record = json.loads(CARD.read_text(encoding="utf-8"))
    return read_quality({**record, **record["flat_lay"]})


def quality_features(garment: GarmentFacts, region: Region, fused: Mapping[str, float]) -> dict[str, float]:
    """The features of a worn garment.

    garment: its slot follows from its kind. region: where the detector saw it. fused: `fusion.garment_features` of it.
    """
    mask = region.mask
    sizes = [int(piece.sum()) for piece in components(mask)] or [0]
    first, second, *_ = [*sorted(garment.scores.get("kind", {}).values(), reverse=True), 0.0, 0.0]
    score = min(1 - _EDGE, max(_EDGE, garment.score))
    return {
        "score": math.log(score / (1 - score)),
        "log_agreement": fused["log_agreement"],
        "log_area": fused["log_area"],
        "mean_probability": float(region.probability[mask].mean()) if mask.any() else 0.0,
        "pieces": float(min(_MANY_PIECES, len(sizes))),
        "largest_piece": sizes[0] / max(1, sum(sizes)),
        "kind_margin": first - second,
        "log_pixels": math.log(max(_EDGE, float(np.mean(mask)))),
        **{f"is_{slot.value}": float(garment.slot == slot) for slot in _SLOTS},
    }


def flat_lay_quality_features(
    garment: GarmentFacts, region: Region, fused: Mapping[str, float], views: Sequence[Mapping[str, Scores]]
) -> dict[str, float]:
    """The features of a garment that nobody wears.

    garment, region, fused: as of `quality_features`. views: what the classifier says of each view of it: of a pile, the
    cutout, the crop and the photo seldom look like one kind.
    """
    mask = region.mask
    sizes = [int(piece.sum()) for piece in components(mask)] or [0]
    kinds = garment.scores.get("kind", {})
    first, second, *_ = [*sorted(kinds.values(), reverse=True), 0.0, 0.0]
    shares = np.array([colour.share for colour in garment.colours] or [1.0])
    shares = shares / shares.sum()
    return {
        **{name: fused[name] for name in ("log_confidence", "log_slot")},
        "kind_margin": first - second,
        "kind_entropy": _entropy(np.array([*kinds.values()] or [1.0])),
        "views_agree": _agreement([view.get("kind", {}) for view in views]),
        "pieces": float(min(_MANY_PIECES, len(sizes))),
        "largest_piece": sizes[0] / max(1, sum(sizes)),
        "solidity": _solidity(mask),
        "colours": _entropy(shares),
        "log_pixels": math.log(max(_EDGE, float(np.mean(mask)))),
        **{f"is_{slot.value}": float(garment.slot == slot) for slot in _SLOTS},
    }


def _entropy(probabilities: np.ndarray) -> float:
    return float(-(probabilities * np.log(np.maximum(probabilities, _EDGE))).sum())


def _agreement(views: Sequence[Scores]) -> float:
    """The mean Bhattacharyya coefficient of two views' kinds, 0..1."""
    pairs = [(one, two) for place, one in enumerate(views) for two in views[place + 1 :]]
    told = [sum(math.sqrt(p * two.get(kind, 0.0)) for kind, p in one.items()) for one, two in pairs]
    return float(np.mean(told)) if told else 1.0


def _solidity(mask: np.ndarray) -> float:
    """How much of its convex hull the mask fills, 0..1."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    if points is None:
        return 0.0
    return float(min(1.0, mask.sum() / max(1.0, cv2.contourArea(cv2.convexHull(points)))))
