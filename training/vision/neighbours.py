"""How good an embedding is: precision among the nearest, and style by the five nearest looks."""

from collections import Counter
from collections.abc import Sequence

import numpy as np


def precision_at(vectors: np.ndarray, words: Sequence[str], count: int = 10) -> float:
    """Mean share of the `count` nearest others that carry the same word. vectors: (n, d) of unit length.

    Rows whose word occurs once are neither asked nor counted; they stay among the possible answers.
    """
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -np.inf)
    nearest = np.argpartition(-alike, count, axis=1)[:, :count]
    numbers = np.unique(np.array(words), return_inverse=True)[1]
    often = np.bincount(numbers)[numbers] > 1
    return float((numbers[nearest] == numbers[:, None]).mean(1)[often].mean())


def leave_one_out(vectors: np.ndarray, words: Sequence[str], count: int = 5) -> float:
    """Accuracy of the majority of the `count` nearest others, ties to the nearer."""
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -np.inf)
    right = 0
    for i, row in enumerate(alike):
        votes = Counter(words[j] for j in np.argsort(-row)[:count])
        right += votes.most_common(1)[0][0] == words[i]
    return right / len(words)
