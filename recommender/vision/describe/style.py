"""The style of a garment and of a whole outfit.

A garment's style follows from its kind, pattern, material and usage: how much more often outfits of a style contain
such a garment than other outfits do. An outfit's style is the classifier's `style` head on the person, its logits moved
by the segmentation's features of the clothes. Both tables are in `style.json`; `training.vision.outfit_style` makes it.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.vision.facts import Scores

TABLE: Final = Path(__file__).with_name("style.json")
# The weight of each head.
_WEIGHTS: Final = {"kind": 1.0, "pattern": 0.5, "material": 0.5, "usage": 1.0}


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


def look_style(figure: Scores, look: NDArray[np.float32] | None) -> Scores:
    """style -> probability of a whole look, each for itself, the likeliest first.

    figure: what the classifier says of the person. look: the segmentation's features pooled over the clothes and each
    garment's region (`segmentation.pooled`); None where the detector has none.
    """
    record = table()["look"]
    if look is None or not record["styles"]:  # none while the table is being made
        return dict(figure)
    moved = np.asarray(record["weights"]) @ look + np.asarray(record["bias"])
    by = dict(zip(record["styles"], moved, strict=True))
    probabilities = {style: _moved(probability, float(by.get(style, 0.0))) for style, probability in figure.items()}
    return dict(sorted(probabilities.items(), key=lambda pair: -pair[1]))


def _moved(probability: float, by: float) -> float:
    safe = min(max(probability, 1e-6), 1 - 1e-6)
    return float(1 / (1 + np.exp(-(np.log(safe / (1 - safe)) + by))))
