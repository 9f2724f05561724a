"""The style of a garment and of a whole outfit.

A garment's style follows from its kind, pattern, material and usage: how much more often outfits of a style contain
such a garment than other outfits do. An outfit's style is the classifier's `style` head on the person, its logits moved
by the garments found. Both tables are in `style.json`; `training.vision.outfit_style` makes it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.taxonomy import COLOURS, KINDS, MATERIALS, PATTERNS, SEASONS, USAGES, Slot
from recommender.vision.facts import GarmentFacts, Scores

TABLE: Final = Path(__file__).with_name("style.json")
# The weight of each head.
_WEIGHTS: Final = {"kind": 1.0, "pattern": 0.5, "material": 0.5, "usage": 1.0}
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": tuple(kind.slug for kind in KINDS),
    "usage": tuple(term.slug for term in USAGES),
    "pattern": tuple(term.slug for term in PATTERNS),
    "material": tuple(term.slug for term in MATERIALS),
    "season": tuple(term.slug for term in SEASONS),
}
_SLOTS: Final = (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM, Slot.SHOES, Slot.BAG, Slot.HAT, Slot.ACCESSORY)
_PLACES: Final = (
    frozenset({Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.OTHER}),
    frozenset({Slot.BOTTOM}),
    frozenset({Slot.SHOES}),
)
# Charcoal became a name after the table was fitted; there it counts as the grey it was.
_NAMES: Final = tuple(colour.slug for colour in COLOURS if colour.slug != "charcoal")
_NO_COLOUR: Final = (50.0, 0.0, 0.0, 1.0)  # lab and share where nothing is worn: a middle grey


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """`style.json` as it is."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def garment_style(scores: Mapping[str, Scores]) -> Scores:
    """style -> probability, summing to 1, the likeliest first. scores: head -> label -> probability."""
    styles, lifts = table()["styles"], table()["log_lifts"]
    sums = np.zeros(len(styles))
    for head, weight in _WEIGHTS.items():
        said = lifts.get(head, {})
        known = [(label, probability) for label, probability in scores.get(head, {}).items() if probability > 0]
        if said and known:
            lift = sum(probability * np.exp(said.get(label, np.zeros(len(styles)))) for label, probability in known)
            sums += weight * np.log(lift / sum(probability for _, probability in known))
    raised = np.exp(sums - sums.max())
    probabilities = raised / raised.sum()
    return {styles[i]: float(probabilities[i]) for i in np.argsort(-probabilities, kind="stable")}


def look_style(figure: Scores, garments: Sequence[GarmentFacts]) -> Scores:
    """style -> probability of a whole look, each for itself, the likeliest first.

    figure: what the classifier says of the person. garments: what is worn.
    """
    record = table()["look"]
    if not record["styles"]:  # while the table is being made
        return dict(figure)
    moved = np.asarray(record["weights"]) @ outfit_facts(garments) + np.asarray(record["bias"])
    by = dict(zip(record["styles"], moved, strict=True))
    probabilities = {style: _moved(probability, float(by.get(style, 0.0))) for style, probability in figure.items()}
    return dict(sorted(probabilities.items(), key=lambda pair: -pair[1]))


def _moved(probability: float, by: float) -> float:
    safe = min(max(probability, 1e-6), 1 - 1e-6)
    return float(1 / (1 + np.exp(-(np.log(safe / (1 - safe)) + by))))


def outfit_facts(garments: Sequence[GarmentFacts]) -> NDArray[np.float64]:
    """(d,) what is worn, in numbers: the slots filled, what the heads say of all garments together, the colours."""
    slots = {garment.slot for garment in garments}
    parts = [np.array([float(slot in slots) for slot in _SLOTS])]
    for head, labels in _HEADS.items():
        said = [[garment.scores.get(head, {}).get(label, 0.0) for label in labels] for garment in garments]
        # The root: two of a kind say little more than one.
        parts.append(np.sqrt(np.sum(said, axis=0) if said else np.zeros(len(labels))))
    for place in _PLACES:
        parts.append(_colour_facts([garment for garment in garments if garment.slot in place]))
    return np.concatenate(parts)


def _colour_facts(garments: Sequence[GarmentFacts]) -> NDArray[np.float64]:
    """(24 + 6,) the shares of colour names, the mean colour, mean and highest chroma, and the spread of lightness."""
    colours = [colour for garment in garments for colour in garment.colours]
    shares = np.zeros(len(_NAMES))
    for colour in colours:
        shares[_NAMES.index("grey" if colour.name == "charcoal" else colour.name)] += colour.share
    seen = np.array([(*colour.lab, colour.share) for colour in colours] or [_NO_COLOUR])
    weight = seen[:, 3] / seen[:, 3].sum()
    mean, chroma = weight @ seen[:, :3], np.hypot(seen[:, 1], seen[:, 2])
    spread = np.sqrt(weight @ (seen[:, 0] - mean[0]) ** 2)
    return np.concatenate([np.sqrt(shares), np.array([*mean, weight @ chroma, chroma.max(), spread]) / 50])
