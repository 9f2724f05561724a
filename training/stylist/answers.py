"""A model's answers to many questions at once: the same figures as one by one, in a hundredth of the time."""

from collections.abc import Sequence

import numpy as np

from recommender.stylist.measure import Blank, Worn
from recommender.stylist.score.compatibility import Compatibility, Encoded
from training.stylist.compatibility import padded


def blank_scores(model: Compatibility, seen: Encoded, questions: Sequence[Blank]) -> np.ndarray:
    """(n, 4) logits of each question's candidates in the outfit."""
    outfits = [[*question.outfit, candidate] for question in questions for candidate in question.candidates]
    return model.logits(seen, padded(outfits), model.pairs(seen)).reshape(len(questions), -1)


def right(scores: np.ndarray, questions: Sequence[Blank]) -> np.ndarray:
    """(n,) 1 for a right answer, 0 for a wrong one, a share where the best candidates tie."""
    best = scores >= scores.max(axis=1, keepdims=True) - 1e-9
    answer = np.array([question.answer for question in questions])
    return best[np.arange(len(questions)), answer] / best.sum(axis=1)


def worn_scores(model: Compatibility, seen: Encoded, questions: Sequence[Worn]) -> np.ndarray:
    """(n,) logits."""
    return model.logits(seen, padded([question.outfit for question in questions]), model.pairs(seen))
