"""How good the stylist is: fill-in-the-blank, compatibility AUC, and their 95 % intervals.

A question is about pieces by index into one list; a judge answers with a table of pair scores, or
any function from an outfit to a number. Ties are broken against the stylist: a judge that says the
same of all four candidates has answered none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Judge = Callable[[Sequence[int]], float]


@dataclass(frozen=True)
class Blank:
    """Fill in the blank: which of the candidates was worn with the outfit."""

    outfit: tuple[int, ...]
    candidates: tuple[int, ...]
    answer: int
    photo: object = None


@dataclass(frozen=True)
class Worn:
    """Compatibility: was this outfit worn, or put together from several."""

    outfit: tuple[int, ...]
    worn: bool
    photo: object = None


@dataclass(frozen=True)
class Figure:
    """A share or AUC with its 95 % interval and how many questions it rests on."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, object]:
        """Plain data, rounded."""
        return {"value": round(self.value, 4), "ci": [round(self.low, 4), round(self.high, 4)], "n": self.n}


def answer_blanks(questions: Sequence[Blank], judge: Judge) -> np.ndarray:
    """(n,) float: 1 for a right answer, 0 for a wrong one, a share where the best candidates tie."""
    right = np.zeros(len(questions))
    for at, question in enumerate(questions):
        scores = np.array([judge([*question.outfit, candidate]) for candidate in question.candidates])
        best = np.flatnonzero(scores >= scores.max() - 1e-9)
        # A tie is a guess among the tied: its expected value, not luck of the order.
        right[at] = 1 / len(best) if question.answer in best else 0.0
    return right


def score_outfits(questions: Sequence[Worn], judge: Judge) -> tuple[np.ndarray, np.ndarray]:
    """((n,) scores, (n,) bool worn)."""
    scores = np.array([judge(question.outfit) for question in questions])
    return scores, np.array([question.worn for question in questions], dtype=bool)


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a worn outfit scores above a made-up one, ties counting half; 0.5 without both kinds."""
    yes, no = scores[positive], np.sort(scores[~positive])
    if not len(yes) or not len(no):
        return 0.5
    below = np.searchsorted(no, yes, side="left")
    upto = np.searchsorted(no, yes, side="right")
    return float((below + upto).sum() / 2 / len(yes) / len(no))


def share_figure(values: np.ndarray, photos: Sequence[object], *, rounds: int = 1000, seed: int = 0) -> Figure:
    """Mean with a 95 % bootstrap interval over photos (questions of one photo hang together)."""
    if not len(values):
        return Figure(0.0, 0.0, 0.0, 0)
    groups = _groups(photos)
    sums = np.array([values[rows].sum() for rows in groups])
    sizes = np.array([len(rows) for rows in groups])
    draws = np.random.default_rng(seed).integers(0, len(groups), (rounds, len(groups)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high), len(values))


def auc_figure(
    scores: np.ndarray, positive: np.ndarray, photos: Sequence[object], *, rounds: int = 400, seed: int = 0
) -> Figure:
    """AUC with a 95 % bootstrap interval over photos."""
    if not len(scores):
        return Figure(0.5, 0.5, 0.5, 0)
    groups = _groups(photos)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        rows = np.concatenate([groups[at] for at in random.integers(0, len(groups), len(groups))])
        found.append(auc(scores[rows], positive[rows]))
    low, high = np.percentile(found, [2.5, 97.5])
    return Figure(auc(scores, positive), float(low), float(high), len(scores))


def _groups(photos: Sequence[object]) -> list[np.ndarray]:
    rows_of: dict[object, list[int]] = {}
    for row, photo in enumerate(photos):
        rows_of.setdefault(photo if photo is not None else ("alone", row), []).append(row)
    return [np.array(rows) for rows in rows_of.values()]
