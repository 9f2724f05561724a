"""Sleeves of a garment lying flat, measured: how far its cuffs are from its shoulders.

The classifier learnt sleeves from shop titles, which name them where they are unusual: to it a shirt is long-sleeved.
The landmarks that the mirror lays a garment on by show how long they are. `sleeve.json` holds the head on those
measures, its figures by split, and how it was fitted (`python -m training sleeve`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import ATTRIBUTE_KINDS
from recommender.vision.cards import BadCard
from recommender.vision.describe.heads import Head, read_head
from recommender.vision.facts import GarmentFacts, Scores
from recommender.vision.tryon.landmark_network import LandmarkNetwork

CARD: Final = Path(__file__).with_name("sleeve.json")
KINDS: Final = ATTRIBUTE_KINDS["sleeve"]
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "landmarks", "head")
_LEAST: Final = 1e-3  # of a length, as a share of another, and of a probability, for their logarithm


@dataclass(frozen=True)
class SleeveHead:
    """landmarks: the key of the network on whose landmarks it was fitted; those of another mean other lengths."""

    key: str
    landmarks: str
    head: Head


def read_sleeve(record: Mapping[str, Any]) -> SleeveHead:
    """From the card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"sleeve {record.get('key', '?')} lacks {', '.join(missing)}")
    return SleeveHead(record["key"], record["landmarks"], read_head(record["head"]))


@lru_cache(maxsize=1)
def shipped_sleeve() -> SleeveHead:
    """The head of `sleeve.json`."""
    return read_sleeve(json.loads(CARD.read_text(encoding="utf-8")))


def sleeve_measures(cutout: Image.Image, network: LandmarkNetwork) -> NDArray[np.float32]:
    """(5,): logarithms of a sleeve's length over the shoulders' width and over the body's length, of the cuff's width
    over the shoulders', of the inner seam over the same, and the log odds that there is a sleeve. cutout: RGBA."""
    at, sleeved = network(cutout)

    def apart(one: str, other: str) -> float:
        """The mean of both sides, in pixels."""
        return float(np.mean([np.linalg.norm(at[f"{one}_{side}"] - at[f"{other}_{side}"]) for side in "lr"]))

    cuffs = {side: (at[f"cuff_out_{side}"] + at[f"cuff_in_{side}"]) / 2 for side in "lr"}
    sleeve = float(np.mean([np.linalg.norm(cuffs[side] - at[f"shoulder_{side}"]) for side in "lr"]))
    wide = max(float(np.linalg.norm(at["shoulder_l"] - at["shoulder_r"])), 1.0)
    long = max(apart("hem", "shoulder"), 1.0)
    ratios = [sleeve / wide, sleeve / long, apart("cuff_out", "cuff_in") / wide, apart("cuff_in", "armpit") / wide]
    chance = min(max(sleeved, _LEAST), 1 - _LEAST)
    return np.log([*(max(ratio, _LEAST) for ratio in ratios), chance / (1 - chance)]).astype(np.float32)


def sleeve_of(garment: GarmentFacts, network: LandmarkNetwork, shipped: SleeveHead | None) -> dict[str, Scores]:
    """{"sleeve": label -> probability} of a garment lying flat; empty where its kind leaves none open, and for
    landmarks that the head does not know. Raises ModelMissing."""
    seen = garment.scores.get("sleeve", {})
    if shipped is None or garment.kind not in KINDS or network.key != shipped.landmarks:
        return {}
    said = shipped.head(sleeve_measures(garment.cutout.image, network), seen)
    # What the head has no label for keeps what the classifier gave it.
    rest = {label: probability for label, probability in seen.items() if label not in said}
    share = 1 - sum(rest.values())
    merged = rest | {label: probability * share for label, probability in said.items()}
    return {"sleeve": dict(sorted(merged.items(), key=lambda pair: -pair[1]))}
