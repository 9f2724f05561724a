"""Pattern and material of a garment lying flat: linear heads on frozen embeddings of it and of its cloth from near,
beside what the classifier says of them.

The classifier learnt both from shop titles, which say little of what hangs at home: prints on leggings and small dots
are plain to it, and satin skirts of leather. The heads were taught on photos that somebody looked at. `flat_lay.json`
holds them, their figures by split, and how they were fitted (`python -m training flat_lay`).
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

CARD: Final = Path(__file__).with_name("flat_lay.json")
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "classifier", "heads")
NOT_OF: Final = {"pattern": SHIRTS}  # head -> kinds that have a better one


@dataclass(frozen=True)
class FlatLayHeads:
    """classifier: the key of the one whose embeddings they were fitted on; those of another mean nothing to them."""

    key: str
    classifier: str
    heads: Mapping[str, Head]


def read_heads(record: Mapping[str, Any]) -> FlatLayHeads:
    """From the card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"flat_lay {record.get('key', '?')} lacks {', '.join(missing)}")
    heads = {name: read_head(head) for name, head in record["heads"].items()}
    return FlatLayHeads(record["key"], record["classifier"], heads)


@lru_cache(maxsize=1)
def shipped_heads() -> FlatLayHeads:
    """The heads of `flat_lay.json`."""
    return read_heads(json.loads(CARD.read_text(encoding="utf-8")))


def cloth_embeddings(
    garment: GarmentFacts, embedding: NDArray[np.float32], image: Image.Image, classifier: Classifier
) -> NDArray[np.float32]:
    """(2 d,): of the garment, and the mean of its patches'. embedding: (d,). image: what its box lies in."""
    patches = [described.embedding for described in classifier(cloth_patches(image, garment.cutout.box))]
    return np.concatenate([embedding, np.mean(patches, axis=0)]).astype(np.float32)


def seen_lying_flat(
    garment: GarmentFacts, image: Image.Image, classifier: Classifier, shipped: FlatLayHeads | None
) -> dict[str, Scores]:
    """head -> label -> probability of a garment lying flat; empty where no head has anything to say.

    image: what the cutout's box lies in, faces blurred.
    """
    if shipped is None or garment.embedding is None or classifier.key != shipped.classifier:
        return {}
    asked = {
        name: head
        for name, head in shipped.heads.items()
        if garment.scores.get(name) and garment.kind not in NOT_OF.get(name, ())
    }
    if not asked:
        return {}
    embeddings = cloth_embeddings(garment, garment.embedding, image, classifier)
    return {name: head(embeddings, garment.scores[name]) for name, head in asked.items()}
