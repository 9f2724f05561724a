"""Pattern of a garment lying flat: a linear head on frozen embeddings of it and of its cloth from near, beside what the
classifier says of it. Shirts have heads of their own (`shirts`).

The classifier learnt patterns from shop titles, which name few of those at home: prints on leggings and small dots are
plain to it. The head was taught on photos that somebody looked at. `pattern.json` holds it, its figures by split, and
how it was fitted (`python -m training pattern`).
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

from recommender.vision.cards import BadCard
from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.heads import Head, read_head
from recommender.vision.describe.near import cloth_patches
from recommender.vision.describe.shirts import KINDS as SHIRTS
from recommender.vision.facts import GarmentFacts, Scores

CARD: Final = Path(__file__).with_name("pattern.json")
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "classifier", "head")


@dataclass(frozen=True)
class PatternHead:
    """classifier: the key of the one whose embeddings it was fitted on; those of another mean nothing to it."""

    key: str
    classifier: str
    head: Head


def read_pattern(record: Mapping[str, Any]) -> PatternHead:
    """From the card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"pattern {record.get('key', '?')} lacks {', '.join(missing)}")
    return PatternHead(record["key"], record["classifier"], read_head(record["head"]))


@lru_cache(maxsize=1)
def shipped_pattern() -> PatternHead:
    """The head of `pattern.json`."""
    return read_pattern(json.loads(CARD.read_text(encoding="utf-8")))


def pattern_embeddings(
    garment: GarmentFacts, embedding: NDArray[np.float32], image: Image.Image, classifier: Classifier
) -> NDArray[np.float32]:
    """(2 d,): of the garment, and the mean of its patches'. embedding: (d,). image: what its box lies in."""
    patches = [described.embedding for described in classifier(cloth_patches(image, garment.cutout.box))]
    return np.concatenate([embedding, np.mean(patches, axis=0)]).astype(np.float32)


def pattern_of(
    garment: GarmentFacts, image: Image.Image, classifier: Classifier, shipped: PatternHead | None
) -> dict[str, Scores]:
    """{"pattern": label -> probability} of a garment lying flat; empty where the head has nothing to say.

    image: what the cutout's box lies in, faces blurred.
    """
    seen = garment.scores.get("pattern")
    if shipped is None or not seen or garment.embedding is None or classifier.key != shipped.classifier:
        return {}
    if garment.kind in SHIRTS:
        return {}
    return {"pattern": shipped.head(pattern_embeddings(garment, garment.embedding, image, classifier), seen)}
