"""Which everyday word a garment goes by, from its embedding: what owners of such clothes called them.

The describer's kinds were taught by eyes that looked closely; its embedding, by the words of the photos' owners too.
The two err on other photos, so that both together name more of them. The table, `classes.json`, is made by
`training.vision.embedding_classifier`; it reads the embeddings of one classifier, and of any other it tells nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TABLE: Final = Path(__file__).with_name("classes.json")


@dataclass(frozen=True)
class Class:
    """One word of those: how likely it is (0..1) and the kinds that go by it."""

    probability: float
    kinds: tuple[str, ...]


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """`classes.json` as it is."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def classify_embedding(embedding: NDArray[np.float32] | None, classifier: str) -> Mapping[str, Class]:
    """word -> class, the probabilities summing to 1; empty where the table does not know the classifier.

    embedding: (256,) of unit length, or None. classifier: its key.
    """
    record = table()
    if embedding is None or classifier != record["describer"]:
        return {}
    logits = np.asarray(record["weights"]) @ embedding + np.asarray(record["bias"])
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    words = record["classes"].items()
    return {
        word: Class(float(probability), tuple(kinds))
        for probability, (word, kinds) in zip(probabilities, words, strict=True)
    }
