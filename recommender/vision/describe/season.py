"""The seasons a garment is for: the warmth of its kind, and what material, sleeves and length add to it."""

from collections.abc import Mapping
from typing import Final

from catalog.seasons import seasons_worn
from catalog.taxonomy import KIND_BY_SLUG, SEASONS, Slot
from recommender.vision.facts import Scores

# In the measure of `KindSpec.warmth`, against a usual garment of the kind.
_MATERIAL: Final[Mapping[str, float]] = {
    "padded": 0.3,
    "wool": 0.12,
    "fleece": 0.12,
    "knit": 0.06,
    "leather": 0.05,
    "suede": 0.05,
    "silk": -0.03,
}
_SLEEVE: Final[Mapping[str, float]] = {"none": -0.08, "short": -0.05, "long": 0.03}
_LENGTH: Final[Mapping[str, float]] = {"short": -0.06, "knee": -0.03, "long": 0.02}
# Whose kind leaves open how long sleeves and legs are.
_SLEEVED: Final = frozenset({"dress", "jumpsuit", "blouse", "shirt", "knit", "tunic", "bodysuit", "cardigan"})
_LONG: Final = frozenset({Slot.DRESS, Slot.BOTTOM})
_MIN_KIND_PROBABILITY: Final = 0.02


def garment_seasons(scores: Mapping[str, Scores]) -> Scores:
    """season -> probability that the garment is worn then (multi-label), the likeliest first.

    scores: head -> label -> probability. Kinds are weighted by their probabilities: an unsure coat-or-cardigan lies
    between.
    """
    kinds = {slug: p for slug, p in scores.get("kind", {}).items() if p >= _MIN_KIND_PROBABILITY}
    total = sum(kinds.values())
    if not total:
        return {}
    sums = dict.fromkeys((term.slug for term in SEASONS), 0.0)
    material = _expected(_MATERIAL, scores.get("material", {}))
    sleeve, length = _expected(_SLEEVE, scores.get("sleeve", {})), _expected(_LENGTH, scores.get("length", {}))
    for slug, probability in kinds.items():
        kind = KIND_BY_SLUG[slug]
        warmer = material + (sleeve if slug in _SLEEVED else 0.0) + (length if kind.slot in _LONG else 0.0)
        for season, worn in seasons_worn(slug, kind.slot, kind.warmth + warmer).items():
            sums[season] += probability / total * worn
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))


def _expected(adds: Mapping[str, float], probabilities: Scores) -> float:
    return sum(adds.get(label, 0.0) * probability for label, probability in probabilities.items())
