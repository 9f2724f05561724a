"""Pattern and material of a garment lying flat: linear heads on frozen embeddings of it and of its cloth from near,
beside what the classifier says of them.

The classifier learnt both from shop titles, which say little of what hangs at home: prints on leggings and small dots
are plain to it, and satin skirts of leather. The heads were taught on photos that somebody looked at. `flat_lay.json`
holds them, their figures by split, and how they were fitted (`python -m training flat_lay`).
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.heads import CardedHeads, read_heads
from recommender.vision.describe.near import cloth_embedding
from recommender.vision.describe.shirts import KINDS as SHIRTS
from recommender.vision.facts import GarmentFacts, Scores

CARD: Final = Path(__file__).with_name("flat_lay.json")
NOT_OF: Final = {"pattern": SHIRTS}  # head -> kinds that have a better one


@lru_cache(maxsize=1)
def shipped_heads() -> CardedHeads:
    """The heads of `flat_lay.json`."""
    return read_heads(json.loads(CARD.read_text(encoding="utf-8")))


def cloth_embeddings(
    garment: GarmentFacts, embedding: NDArray[np.float32], image: Image.Image, classifier: Classifier
) -> NDArray[np.float32]:
    """(2 d,): of the garment, and the mean of its patches'. embedding: (d,). image: what its box lies in."""
    return np.concatenate([embedding, cloth_embedding(garment, image, classifier)]).astype(np.float32)


def seen_lying_flat(
    garment: GarmentFacts, image: Image.Image, classifier: Classifier, shipped: CardedHeads | None
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
