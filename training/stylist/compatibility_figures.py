"""How good the compatibility model and the whole stylist are, beside simpler judges, with 95 % intervals.

Fill in the blank: which of four of one family did the stylist (or the passer-by) choose; all judges see the same
questions, candidates in the slot of their family. AUC: outfits as composed against outfits of the same families whose
every piece was drawn at random.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.stylist.measure import Blank, Worn, auc, auc_figure, share_figure
from recommender.stylist.pieces import Piece
from recommender.stylist.questions import blank_pool
from recommender.stylist.rules.context import Context
from recommender.stylist.score.appraise import Pool
from recommender.stylist.score.colour import pair_harmony, palettes_of
from recommender.stylist.score.compatibility import Compatibility, inputs_of
from recommender.stylist.score.parts import part_weights
from training.stylist.compatibility import padded


@dataclass(frozen=True)
class Exam:
    """Questions about some pieces. slot: (n,) the slot most pieces of a family are seen in, which candidates share."""

    pieces: Sequence[Piece]
    slot: np.ndarray
    blanks: Sequence[Blank]
    worn: Sequence[Worn]


def right(scores: np.ndarray, questions: Sequence[Blank]) -> np.ndarray:
    """(n,) 1 for a right answer, 0 for a wrong one, a share where the best candidates tie. scores: (n, 4)."""
    best = scores >= scores.max(axis=1, keepdims=True) - 1e-9
    answer = np.array([question.answer for question in questions])
    return best[np.arange(len(questions)), answer] / best.sum(axis=1)


def candidate_outfits(questions: Sequence[Blank]) -> list[list[int]]:
    """Four outfits a question."""
    return [[*question.outfit, candidate] for question in questions for candidate in question.candidates]


def model_scores(model: Compatibility, exam: Exam) -> tuple[np.ndarray, np.ndarray]:
    """((n, 4), (m,)) logits of the model alone."""
    seen = model.encode_inputs(inputs_of(exam.pieces), exam.slot)
    gated = model.gated(seen) if len(exam.pieces) < 3_000 else None
    blanks, worn = candidate_outfits(exam.blanks), [question.outfit for question in exam.worn]
    return _logits(model, seen, blanks, gated).reshape(len(exam.blanks), -1), _logits(model, seen, worn, gated)


def _logits(model: Compatibility, seen: Any, outfits: Sequence[Sequence[int]], gated: np.ndarray | None) -> np.ndarray:
    if gated is not None:
        return model.logits(seen, padded(outfits), gated)
    found = []
    for at in range(0, len(outfits), 400):  # a table of all pairs of 7,000 products would take 200 MB
        some = padded(outfits[at : at + 400])
        rows, new = np.unique(some[some >= 0], return_inverse=True)
        local = np.full(some.shape, -1)
        local[some >= 0] = new
        found.append(model.logits(seen.take(rows), local))
    return np.concatenate(found)


def part_scores(model: Compatibility | None, exam: Exam) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Part -> (n, 4) and part -> (m,): what the product's parts say of every outfit, the learned one too."""
    blanks: dict[str, list[np.ndarray]] = {}
    for question in exam.blanks:
        pool, outfits = blank_pool(question, exam.pieces, model)
        for name, values in pool.values(outfits).items():
            blanks.setdefault(name, []).append(values)
    worn: dict[str, list[float]] = {}
    for asked in exam.worn:
        pool = Pool([exam.pieces[row] for row in asked.outfit], Context(), None, model=model)
        pool.drop_part("complete")
        for name, values in pool.values(np.arange(len(asked.outfit))[None]).items():
            worn.setdefault(name, []).append(float(values[0]))
    whole = {name: np.stack(found) for name, found in blanks.items() if len(found) == len(exam.blanks)}
    return whole, {name: np.array(found) for name, found in worn.items() if len(found) == len(exam.worn)}


def summed(parts: Mapping[str, np.ndarray], sliders: Mapping[str, object] | None, learned: float) -> np.ndarray:
    """The product's sum, the learned part's share of its slider taken `learned` times."""
    shares = part_weights(sliders, list(parts))
    shares["learned"] = shares.get("learned", 0.0) * learned
    return np.sum([np.clip(parts[name], 0, 1) * share for name, share in shares.items()], axis=0)


def popularity(pieces: Sequence[Piece], trained: Sequence[Sequence[int]], exam: Exam) -> tuple[np.ndarray, np.ndarray]:
    """How common kind and lead colour of each piece are in the outfits taught with."""

    def kin(piece: Piece) -> tuple[object, ...]:
        lead = piece.colours[0] if piece.colours else (0, 0, 0)
        return piece.kind, round(lead[0] / 15), round(lead[1] / 15), round(lead[2] / 15)

    counts = Counter(kin(pieces[row]) for outfit in trained for row in outfit)
    common = np.array([np.log1p(counts[kin(piece)]) for piece in exam.pieces])
    return _mean_of(common, exam)


def colour_only(exam: Exam) -> tuple[np.ndarray, np.ndarray]:
    """Hue and contrast harmony of an outfit's pairs, as the product judges them."""
    palettes = palettes_of(exam.pieces)

    def judge(rows: Sequence[int]) -> float:
        some = palettes.take(np.array(rows))
        harmony = pair_harmony(some, some)
        table = 0.7 * harmony["hue"] + 0.3 * harmony["contrast"]
        return float((table.sum() - np.trace(table)) / max(len(rows) * (len(rows) - 1), 1))

    blanks = np.array([judge(rows) for rows in candidate_outfits(exam.blanks)]).reshape(len(exam.blanks), -1)
    return blanks, np.array([judge(question.outfit) for question in exam.worn])


def ground_only(ground: np.ndarray, exam: Exam) -> tuple[np.ndarray, np.ndarray]:
    """A control: how near the studio grounds of an outfit are. What it answers right has nothing to do with clothes."""

    def judge(rows: Sequence[int]) -> float:
        some = ground[list(rows)]
        return -float(np.abs(some[:, None] - some[None]).sum() / max(len(rows) * (len(rows) - 1), 1))

    blanks = np.array([judge(rows) for rows in candidate_outfits(exam.blanks)]).reshape(len(exam.blanks), -1)
    return blanks, np.array([judge(question.outfit) for question in exam.worn])


def chance(exam: Exam, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Dice."""
    random = np.random.default_rng(seed)
    return random.random((len(exam.blanks), 4)), random.random(len(exam.worn))


def figures(scores: tuple[np.ndarray, np.ndarray], exam: Exam) -> dict[str, Any]:
    """{"fitb", "auc"} with value, 95 % interval (bootstrap over outfits) and n."""
    worn = np.array([question.worn for question in exam.worn])
    return {
        "fitb": share_figure(right(scores[0], exam.blanks), [one.photo for one in exam.blanks]).as_dict(),
        "auc": auc_figure(scores[1], worn, [one.photo for one in exam.worn]).as_dict(),
    }


def plain(scores: tuple[np.ndarray, np.ndarray], exam: Exam) -> tuple[float, float]:
    """FITB and AUC without intervals, for choosing on the tuning split."""
    worn = np.array([question.worn for question in exam.worn])
    return float(right(scores[0], exam.blanks).mean()), auc(scores[1], worn)


def _mean_of(values: np.ndarray, exam: Exam) -> tuple[np.ndarray, np.ndarray]:
    blanks = np.array([values[rows].mean() for rows in candidate_outfits(exam.blanks)]).reshape(len(exam.blanks), -1)
    return blanks, np.array([values[list(question.outfit)].mean() for question in exam.worn])
