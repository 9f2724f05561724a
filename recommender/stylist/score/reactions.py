"""What a wearer's likes, dislikes and "never these two together" teach the next answer.

A like warms the pieces of an outfit and, more, their pairs; a dislike cools them; part of it
carries over to pairs of the same kinds in the same colours, so that the lesson is not only about
two objects. Old reactions fade. "Never together" is not taste but a rule: those two never meet.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import atan2, degrees, hypot, isfinite

import numpy as np

from ..pieces import Piece
from .colour import NEUTRAL_CHROMA

LIKE, DISLIKE, NEVER = "like", "dislike", "never"
HALF_LIFE_DAYS = 90.0
PAIR_LESSON, KIN_LESSON, PIECE_LESSON = 1.0, 0.35, 0.25


@dataclass(frozen=True)
class Reaction:
    """What somebody said about an outfit (or, for `never`, about two pieces), days ago."""

    kind: str
    pieces: tuple[Hashable, ...]
    days_ago: float = 0.0


def _pair(one: Hashable, other: Hashable) -> frozenset[Hashable]:
    return frozenset((one, other))


def kin(piece: Piece) -> tuple[str, str]:
    """Kind and rough colour: what a lesson carries over to."""
    if not piece.colours:
        return piece.kind, "unknown"
    lightness, a, b, _ = piece.colours[0]
    if not (isfinite(a) and isfinite(b)):
        return piece.kind, "unknown"
    if hypot(a, b) < NEUTRAL_CHROMA:
        return piece.kind, "dark" if lightness < 35 else "light" if lightness > 70 else "mid"
    return piece.kind, f"hue{int((degrees(atan2(b, a)) % 360) // 45)}"


@dataclass(frozen=True)
class Taste:
    """Lessons learned: leanings (any real, 0 none) of pieces, pairs and kin; and what is banned."""

    piece: Mapping[Hashable, float] = field(default_factory=dict)
    pair: Mapping[frozenset[Hashable], float] = field(default_factory=dict)
    kin: Mapping[frozenset[tuple[str, str]], float] = field(default_factory=dict)
    banned: frozenset[frozenset[Hashable]] = frozenset()
    disliked: frozenset[frozenset[Hashable]] = frozenset()

    @property
    def known(self) -> bool:
        """Whether any like or dislike was ever given."""
        return bool(self.piece)

    def pair_leanings(self, pieces: Sequence[Piece], columns: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """(n, m) float32 leaning of every piece with those in `columns`, by default with all."""
        chosen = range(len(pieces)) if columns is None else columns
        column_of = {int(row): at for at, row in enumerate(chosen)}
        table = np.zeros((len(pieces), len(column_of)), dtype=np.float32)
        if not self.known:
            return table

        def lean(rows: Sequence[int], others: Sequence[int], by: float) -> None:
            asked = [column_of[one] for one in others if one in column_of]
            if rows and asked:
                table[np.ix_(rows, asked)] += by

        kins = [kin(piece) for piece in pieces]
        rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
        row_of = {piece.id: row for row, piece in enumerate(pieces)}
        for row, name in enumerate(kins):
            rows_of[name].append(row)
        for group, leaning in self.kin.items():
            names = sorted(group)
            first, second = rows_of.get(names[0], []), rows_of.get(names[-1], [])
            lean(first, second, leaning)
            if names[0] != names[-1]:
                lean(second, first, leaning)
        for pair, leaning in self.pair.items():
            rows = [row_of[id] for id in pair if id in row_of]
            if len(rows) == 2:
                lean(rows[:1], rows[1:], leaning)
                lean(rows[1:], rows[:1], leaning)
        return table

    def piece_leanings(self, pieces: Sequence[Piece]) -> np.ndarray:
        """(n,) float32 leaning of each piece."""
        return np.array([self.piece.get(piece.id, 0.0) for piece in pieces], dtype=np.float32)


def learn_taste(
    reactions: Iterable[Reaction],
    pieces: Iterable[Piece],
    banned_pairs: Iterable[Sequence[Hashable]] = (),
) -> Taste:
    """Taste from reactions; ids of pieces that are gone are passed over."""
    by_id = {piece.id: piece for piece in pieces}
    piece_leaning: dict[Hashable, float] = defaultdict(float)
    pair_leaning: dict[frozenset[Hashable], float] = defaultdict(float)
    kin_leaning: dict[frozenset[tuple[str, str]], float] = defaultdict(float)
    banned = {_pair(*pair) for pair in banned_pairs if len(set(pair)) == 2}
    disliked: set[frozenset[Hashable]] = set()
    for reaction in reactions:
        if reaction.kind == NEVER:
            banned.update(_pair(*pair) for pair in combinations(dict.fromkeys(reaction.pieces), 2))
            continue
        if reaction.kind not in (LIKE, DISLIKE):
            continue
        sign = 1.0 if reaction.kind == LIKE else -1.0
        weight = sign * 0.5 ** (max(reaction.days_ago, 0.0) / HALF_LIFE_DAYS)
        if reaction.kind == DISLIKE:
            disliked.add(frozenset(reaction.pieces))
        known = [id for id in dict.fromkeys(reaction.pieces) if id in by_id]
        for id in known:
            piece_leaning[id] += PIECE_LESSON * weight
        for one, other in combinations(known, 2):
            pair_leaning[_pair(one, other)] += PAIR_LESSON * weight
            kin_leaning[frozenset((kin(by_id[one]), kin(by_id[other])))] += KIN_LESSON * weight
    return Taste(dict(piece_leaning), dict(pair_leaning), dict(kin_leaning), frozenset(banned), frozenset(disliked))
