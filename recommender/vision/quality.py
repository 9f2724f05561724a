"""Quality: the calibrated probability that a cutout of a worn garment is right, so that it can hang by itself.

Right means: its slot is the garment's own, box or mask overlap the labelled ones by more than .7, and three quarters
of it are one piece (but shoes): a coat worn open is two halves, nothing one would hang. A logistic regression on what
the pipeline knows of a cutout anyway, taught on the segmentation's mistakes on photos that it never learnt from
(`python -m training quality`); coefficients, threshold and figures are in `quality.json`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from catalog.taxonomy import Slot
from recommender.vision.cards import BadCard
from recommender.vision.facts import GarmentFacts
from recommender.vision.segmentation.regions import Region, components

CARD: Final = Path(__file__).with_name("quality.json")
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "coefficients", "min_kept")
_MANY_PIECES: Final = 5
_SOFT: Final = (25, 230)  # alpha between these is edge, neither garment nor ground
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
    """The regression of `quality.json`."""
    return read_quality(json.loads(CARD.read_text(encoding="utf-8")))


def quality_features(garment: GarmentFacts, region: Region, fused: Mapping[str, float]) -> dict[str, float]:
    """The features of a worn garment.

    garment: its slot follows from its kind. region: where the detector saw it. fused: `fusion.garment_features` of it.
    """
    mask, alpha = region.mask, garment.cutout.alpha
    sizes = [int(piece.sum()) for piece in components(mask)] or [0]
    solid = max(1, int((alpha > 127).sum()))
    soft = int(((alpha > _SOFT[0]) & (alpha < _SOFT[1])).sum())
    first, second, *_ = [*sorted(garment.scores.get("kind", {}).values(), reverse=True), 0.0, 0.0]
    score = min(1 - _EDGE, max(_EDGE, garment.score))
    return {
        "score": math.log(score / (1 - score)),
        "log_agreement": fused["log_agreement"],
        "log_area": fused["log_area"],
        "mean_probability": float(region.probability[mask].mean()) if mask.any() else 0.0,
        "soft_edge": min(1.0, soft / solid),
        "pieces": float(min(_MANY_PIECES, len(sizes))),
        "largest_piece": sizes[0] / max(1, sum(sizes)),
        "kind_margin": first - second,
        "log_pixels": math.log(max(_EDGE, float(np.mean(mask)))),
        **{f"is_{slot.value}": float(garment.slot == slot) for slot in _SLOTS},
    }
