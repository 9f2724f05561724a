"""Collar and pattern of shirts, seen from near: linear heads on frozen embeddings of the garment, its upper part and
two patches of its cloth.

The classifier's own pattern head learnt few shirts: fine stripes and checks are plain to it. `shirts.json` holds the
heads, their figures by split, and how they were fitted (`python -m training shirts`).
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import ATTRIBUTE_KINDS
from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.heads import CardedHeads, read_heads
from recommender.vision.describe.near import cloth_embedding, upper_part
from recommender.vision.facts import GarmentFacts, Scores

CARD: Final = Path(__file__).with_name("shirts.json")
KINDS: Final = ATTRIBUTE_KINDS["collar"]


@lru_cache(maxsize=1)
def shipped_heads() -> CardedHeads:
    """The heads of `shirts.json`."""
    return read_heads(json.loads(CARD.read_text(encoding="utf-8")))


def near_embeddings(
    garment: GarmentFacts, embedding: NDArray[np.float32], image: Image.Image, classifier: Classifier
) -> NDArray[np.float32]:
    """(3 d,): of the garment, of its upper part, and the mean of its patches'. embedding: (d,), the garment's."""
    (upper,) = classifier([upper_part(image, garment.cutout.box)])
    cloth = cloth_embedding(garment, image, classifier)
    return np.concatenate([embedding, upper.embedding, cloth]).astype(np.float32)


def looked_closer(
    garment: GarmentFacts, image: Image.Image, classifier: Classifier, heads: CardedHeads | None
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
