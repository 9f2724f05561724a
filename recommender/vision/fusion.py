"""Fusion: one kind and one probability to be a garment, from everything that was predicted of a region.

The kind is log-linear pooling of the sources, `log p(kind) = sum of w[source] * log p[source](kind) + constant`, with
weights per context. Whether the region is a garment at all is a logistic regression on a few features. Both are fitted
by `python -m training fusion` on the tune split and live in `fusion.json`, with their figures on the report split.
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from catalog.taxonomy import KIND_BY_SLUG, KINDS, Slot
from recommender.vision.cards import BadCard
from recommender.vision.facts import Scores

CARD: Final = Path(__file__).with_name("fusion.json")
# The slots a kind of the slot `other` (tunic, underwear, swimwear) covers: the segmentation has no class for those.
_BODY_SLOTS: Final = (Slot.TOP, Slot.DRESS, Slot.BOTTOM)
SMALL_SLOTS: Final = frozenset({Slot.SHOES, Slot.BAG, Slot.HAT, Slot.ACCESSORY})
REQUIRED: Final = ("key", "date", "licence", "training_data", "splits", "metrics", "rebuild", "floor", "contexts")


class Context(StrEnum):
    """What kind of picture a region is of; a packshot is a shop's picture on white."""

    FLAT_LAY = "flat_lay"
    PACKSHOT = "packshot"
    ON_MODEL = "on_model"
    PACKSHOT_ON_MODEL = "packshot_on_model"


@dataclass(frozen=True)
class Model:
    """What was fitted for one context.

    weights: source -> exponent. is_garment: feature -> coefficient, with `intercept`; empty where nothing is rejected.
    min_garment: probability to be a garment below which a region is discarded. min_clear: below it, a garment is kept
    out of the closet because too little of it is seen.
    """

    weights: Mapping[str, float]
    is_garment: Mapping[str, float]
    min_garment: float
    min_clear: float


@dataclass(frozen=True)
class Fusion:
    """A fitted fusion. floor: the smallest probability whose logarithm is taken."""

    key: str
    floor: float
    contexts: Mapping[Context, Model]

    def kinds(self, context: Context, sources: Mapping[str, Scores]) -> Scores:
        """kind -> probability, summing to 1, the likeliest first; empty where no source says anything.

        sources: source -> kind -> probability; a source that is empty or has no weight counts nothing.
        """
        weights = self.contexts[context].weights
        present = {name: scores for name, scores in sources.items() if scores and weights.get(name)}
        if not present:
            return {}
        labels = {kind for scores in present.values() for kind in scores}
        logits = {
            kind: sum(weights[name] * self._log(scores.get(kind, 0.0)) for name, scores in present.items())
            for kind in labels
        }
        highest = max(logits.values())
        raised = {kind: math.exp(logit - highest) for kind, logit in logits.items()}
        total = sum(raised.values())
        return dict(sorted(((kind, value / total) for kind, value in raised.items()), key=lambda pair: -pair[1]))

    def garment_probability(self, context: Context, features: Mapping[str, float]) -> float:
        """The calibrated probability that a region is a garment, 0..1. features: see `garment_features`."""
        coefficients = self.contexts[context].is_garment
        if not coefficients:
            return 1.0
        logit = coefficients["intercept"] + sum(coefficients.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-logit))

    def _log(self, probability: float) -> float:
        return math.log(max(probability, self.floor))


def read_fusion(record: Mapping[str, Any]) -> Fusion:
    """A fusion from its card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"fusion {record.get('key', '?')} lacks {', '.join(missing)}")
    contexts = {Context(name): Model(**model) for name, model in record["contexts"].items()}
    if lacking := set(Context) - contexts.keys():
        raise BadCard(f"fusion {record['key']} lacks {', '.join(sorted(lacking))}")
    return Fusion(record["key"], float(record["floor"]), contexts)


@lru_cache(maxsize=1)
def shipped_fusion() -> Fusion:
    """The fusion of `fusion.json`."""
    return read_fusion(json.loads(CARD.read_text(encoding="utf-8")))


def slot_scores(kinds: Mapping[str, float]) -> dict[str, float]:
    """slot -> probability, from kind -> probability."""
    slots: dict[str, float] = defaultdict(float)
    for kind, probability in kinds.items():
        slots[KIND_BY_SLUG[kind].slot.value] += probability
    return slots


def segmentation_kinds(slots: Mapping[str, float]) -> Scores:
    """The segmentation as a source: kind -> probability of its slot; empty where it does not tell.

    slots: slot -> probability. Kinds of the slot `other` get the mean of the slots that they cover.
    """
    if not slots:
        return {}
    told = {**slots, Slot.OTHER.value: sum(slots.get(slot, 0.0) for slot in _BODY_SLOTS) / len(_BODY_SLOTS)}
    return {kind.slug: told.get(kind.slot.value, 0.0) for kind in KINDS}


def garment_features(
    detection: float, slots: Mapping[str, float], kinds: Mapping[str, float], *, area: float = 1.0, floor: float
) -> dict[str, float]:
    """The features of the is-a-garment regression.

    detection: the detector's score, 0..1. slots: slot -> probability by the segmentation; empty where it does not tell.
    kinds: kind -> probability by the classifier. area: of the largest region's, 0..1. floor: of what a logarithm is
    taken of.
    """
    by_kind = slot_scores(kinds)
    agreement = sum(probability * by_kind.get(slot, 0.0) for slot, probability in slots.items()) if slots else 0.0
    largest = max(by_kind, key=lambda slot: by_kind[slot], default="")
    return {
        "log_detection": math.log(max(detection, floor)),
        "log_confidence": math.log(max(max(kinds.values(), default=0.0), floor)),
        "log_agreement": math.log(max(agreement, floor)),
        "log_slot": math.log(max(by_kind.get(largest, 0.0), floor)),
        "log_area": math.log(max(area, floor)),
        "is_small": float(largest in SMALL_SLOTS),
    }


def region_sold(regions: Sequence[tuple[Mapping[str, float], float]], picture: Mapping[str, float]) -> int:
    """Which region of a packshot on a model the picture is of.

    regions: slot -> probability and share of the picture of each. picture: kind -> probability of the whole picture.
    """
    slots = slot_scores(picture)
    fits = [share * sum(p * slots.get(slot, 0.0) for slot, p in told.items()) for told, share in regions]
    return fits.index(max(fits))
