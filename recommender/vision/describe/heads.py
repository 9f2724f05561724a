"""Linear heads on frozen embeddings, beside the classifier's own opinion of the same labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.vision.cards import BadCard
from recommender.vision.facts import Scores

REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "classifier", "heads")
LEAST: Final = 1e-4  # of the classifier's probabilities, for their logarithm


@dataclass(frozen=True)
class Head:
    """weights: (labels, d) float32 on the embeddings, one after the other. bias: (labels,). own: of the classifier's
    logarithmic probabilities of the same labels, which are added; 0 where it has none."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    own: float

    def __call__(self, embeddings: NDArray[np.float32], classifier: Mapping[str, float]) -> Scores:
        """label -> probability, the likeliest first. embeddings: (d,). classifier: label -> probability."""
        logits = self.weights @ embeddings + self.bias
        if self.own:
            logits = logits + self.own * np.log([max(classifier.get(label, 0.0), LEAST) for label in self.labels])
        raised = np.exp(logits - logits.max())
        order = np.argsort(-raised, kind="stable")
        return {self.labels[index]: float(raised[index] / raised.sum()) for index in order}


def read_head(record: Mapping[str, Any]) -> Head:
    """A head from its part of a card's JSON."""
    weights, bias = np.array(record["weights"], np.float32), np.array(record["bias"], np.float32)
    return Head(tuple(record["labels"]), weights, bias, float(record["own"]))


@dataclass(frozen=True)
class CardedHeads:
    """classifier: the key of the one whose embeddings they were fitted on; those of another mean nothing to them."""

    key: str
    classifier: str
    heads: Mapping[str, Head]


def read_heads(record: Mapping[str, Any]) -> CardedHeads:
    """From a card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"heads {record.get('key', '?')} lack {', '.join(missing)}")
    return CardedHeads(
        record["key"], record["classifier"], {name: read_head(one) for name, one in record["heads"].items()}
    )


def head_record(head: Head) -> dict[str, Any]:
    """A head as a card's JSON holds it."""
    return {
        "labels": list(head.labels),
        "weights": [[round(float(weight), 4) for weight in row] for row in head.weights],
        "bias": [round(float(value), 4) for value in head.bias],
        "own": head.own,
    }
