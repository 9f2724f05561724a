"""Questions as anybody may ask them, one JSON object a line, about pictures beside the file (cutouts, product photos).

Fill in the blank: {"outfit": ["a.png", ...], "candidates": ["b.png", ... 4], "answer": 0}.
Compatibility: {"outfit": ["a.png", ...], "worn": true}.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .measure import Blank, Judge, Worn, auc_figure, score_outfits, share_figure
from .pieces import Piece
from .rules.context import Context
from .score.appraise import Pool
from .score.compatibility import Compatibility


class BadQuestion(ValueError):
    """A line is not a question; the message names it and says what is wrong."""


@dataclass(frozen=True)
class QuestionFile:
    """Questions with their pictures: files in the order in which questions count them."""

    files: tuple[Path, ...]
    blanks: tuple[Blank, ...]
    worn: tuple[Worn, ...]


def read_questions(path: Path) -> QuestionFile:
    """Read a .jsonl file; picture names are relative to its folder. Raises BadQuestion, OSError."""
    number_of: dict[Path, int] = {}
    blanks: list[Blank] = []
    worn: list[Worn] = []

    def numbered(names: Any, line: int) -> tuple[int, ...]:
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise BadQuestion(f"line {line}: a list of file names was expected")
        return tuple(number_of.setdefault(path.parent / name, len(number_of)) for name in names)

    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            asked = json.loads(text)
        except ValueError as error:
            raise BadQuestion(f"line {line}: {error}") from error
        if not isinstance(asked, dict) or "outfit" not in asked:
            raise BadQuestion(f'line {line}: "outfit" is missing')
        outfit = numbered(asked["outfit"], line)
        # Questions about one outfit hang together: intervals are drawn over outfits.
        if "candidates" in asked:
            candidates, answer = numbered(asked["candidates"], line), asked.get("answer")
            if not isinstance(answer, int) or not 0 <= answer < len(candidates):
                raise BadQuestion(f'line {line}: "answer" must be the number of a candidate, from 0')
            blanks.append(Blank(outfit, candidates, answer, asked.get("photo", line)))
        elif isinstance(asked.get("worn"), bool):
            worn.append(Worn(outfit, asked["worn"], asked.get("photo", line)))
        else:
            raise BadQuestion(f'line {line}: neither "candidates" nor "worn"')
    return QuestionFile(tuple(number_of), tuple(blanks), tuple(worn))


def outfit_judge(pieces: Sequence[Piece], model: Compatibility | None) -> Judge:
    """The stylist as the product scores an outfit without weather or wishes.

    Completeness is left out: what is compared has the same kinds, so it could only repeat mistakes
    the classifier makes about kinds.
    """

    def judge(rows: Sequence[int]) -> float:
        pool = Pool([pieces[row] for row in rows], Context(), None, model=model)
        pool.drop_part("complete")
        return float(pool.totals(np.arange(len(rows))[None])[0])

    return judge


def answer_as_product(questions: Sequence[Blank], pieces: Sequence[Piece], model: Compatibility | None) -> np.ndarray:
    """(n,) right answers of the stylist, each question's candidates in the slot most were seen as.

    Candidates are of one kind by the rules of the question; one seen as something else is a slip.
    """
    right = np.zeros(len(questions))
    for at, question in enumerate(questions):
        pool, outfits = blank_pool(question, pieces, model)
        scores = pool.totals(outfits)
        # A tie is a guess among the tied: its expected value, not luck of the order.
        best = np.flatnonzero(scores >= scores.max() - 1e-9)
        right[at] = 1 / len(best) if question.answer in best else 0.0
    return right


def blank_pool(question: Blank, pieces: Sequence[Piece], model: Compatibility | None) -> tuple[Pool, np.ndarray]:
    """A question as the product would judge it: its pieces, and (candidates, k) rows of the outfits to compare."""
    outfit = [pieces[row] for row in question.outfit]
    candidates = in_common_slot([pieces[row] for row in question.candidates])
    judged = [piece.with_(id=at) for at, piece in enumerate([*outfit, *candidates])]
    pool = Pool(judged, Context(), None, model=model)
    pool.drop_part("complete")
    first = len(outfit)
    return pool, np.array([[*range(first), first + at] for at in range(len(candidates))], dtype=np.intp)


def in_common_slot(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces in the slot most of them are in, the first one's on a tie."""
    slots = Counter(piece.slot for piece in pieces)
    slot = max(slots, key=lambda name: slots[name])
    return [piece.with_(slot=slot) for piece in pieces]


def evaluate(questions: QuestionFile, pieces: Sequence[Piece], model: Compatibility | None) -> dict[str, Any]:
    """{"fitb", "auc", "n", "ci"} of the stylist as the product scores; a figure is None without its questions.

    pieces: one for each of `questions.files`. n and ci hold one entry for each figure.
    """
    result: dict[str, Any] = {"fitb": None, "auc": None, "n": {"fitb": 0, "auc": 0}, "ci": {"fitb": None, "auc": None}}
    if questions.blanks:
        right = answer_as_product(questions.blanks, pieces, model)
        figure = share_figure(right, [question.photo for question in questions.blanks])
        result["fitb"] = round(figure.value, 4)
        result["n"]["fitb"], result["ci"]["fitb"] = figure.n, [round(figure.low, 4), round(figure.high, 4)]
    if questions.worn:
        scores, worn = score_outfits(questions.worn, outfit_judge(pieces, model))
        figure = auc_figure(scores, worn, [question.photo for question in questions.worn])
        result["auc"] = round(figure.value, 4)
        result["n"]["auc"], result["ci"]["auc"] = figure.n, [round(figure.low, 4), round(figure.high, 4)]
    return result
