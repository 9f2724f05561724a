"""Collar and pattern of shirts, seen from near: linear heads on frozen embeddings of the garment, its upper part and
two patches of its cloth.

The classifier's own pattern head learnt few shirts: fine stripes and checks are plain to it. `shirts.json` holds the
heads, their figures by split, and how they were fitted (`python -m training shirts`).
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
from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.heads import Head, read_head
from recommender.vision.describe.near import cloth_patches, upper_part
from recommender.vision.facts import GarmentFacts, Scores

CARD: Final = Path(__file__).with_name("shirts.json")
KINDS: Final = ATTRIBUTE_KINDS["collar"]
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "classifier", "heads")


@dataclass(frozen=True)
class ShirtHeads:
    """classifier: the key whose embeddings the heads were fitted on; those of another mean nothing to them."""

    key: str
    classifier: str
    heads: Mapping[str, Head]


def read_heads(record: Mapping[str, Any]) -> ShirtHeads:
    """From the card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"shirts {record.get('key', '?')} lacks {', '.join(missing)}")
    heads = {name: read_head(head) for name, head in record["heads"].items()}
    return ShirtHeads(record["key"], record["classifier"], heads)


@lru_cache(maxsize=1)
def shipped_heads() -> ShirtHeads:
    """The heads of `shirts.json`."""
    return read_heads(json.loads(CARD.read_text(encoding="utf-8")))


def near_embeddings(
    garment: GarmentFacts, embedding: NDArray[np.float32], image: Image.Image, classifier: Classifier
) -> NDArray[np.float32]:
    """(3 d,): of the garment, of its upper part, and the mean of its patches'. embedding: (d,), the garment's."""
    parts = [upper_part(image, garment.cutout.box), *cloth_patches(image, garment.cutout.box)]
    upper, *patches = [described.embedding for described in classifier(parts)]
    return np.concatenate([embedding, upper, np.mean(patches, axis=0)]).astype(np.float32)


def looked_closer(
    garment: GarmentFacts, image: Image.Image, classifier: Classifier, heads: ShirtHeads | None
) -> dict[str, Scores]:
    """head -> label -> probability of a shirt; empty for other kinds, and for a classifier the heads do not know.

    image: what the cutout's box lies in, faces blurred.
    """
    if garment.kind not in KINDS or garment.embedding is None or heads is None or classifier.key != heads.classifier:
        return {}
    near_by = near_embeddings(garment, garment.embedding, image, classifier)
    found = {}
    for name, head in heads.heads.items():
        own = garment.scores.get(name, {})
        near = head(near_by, own)
        rest = {label: probability for label, probability in own.items() if label not in head.labels}
        # What the head has no label for keeps what the classifier gave it.
        share = 1 - sum(rest.values())
        merged = rest | {label: probability * share for label, probability in near.items()}
        found[name] = dict(sorted(merged.items(), key=lambda pair: -pair[1]))
    return found
