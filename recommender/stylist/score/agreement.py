"""Do these pieces belong to one outfit, colour aside: formality, season, pattern and style.

Every function answers for all pairs of two packs at once, (n, m) float32 in 0..1, with 0.5 where
a fact is unknown on either side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.taxonomy import PATTERNS

from ..pieces import SEASON_SLUGS, Piece
from ..rules.garments import formality_of, warmth_of
from ..rules.styles import styles_of

UNKNOWN = np.float32(0.5)
FORMALITY_REACH = 0.38  # sneakers under a blazer (0.6 apart) is a choice; under black tie a mistake
_PATTERN_INDEX = {pattern.slug: index for index, pattern in enumerate(PATTERNS)}
_SOLID = _PATTERN_INDEX["solid"]


def _pattern_table() -> np.ndarray:
    """Agreement of every pattern with every other, with a last row and column for unknown."""
    size = len(PATTERNS)
    table = np.full((size + 1, size + 1), 0.3, dtype=np.float32)  # two loud patterns compete
    np.fill_diagonal(table, 0.45)
    table[_SOLID, :] = table[:, _SOLID] = 0.9  # one pattern among solids is the safe way to wear it
    table[_SOLID, _SOLID] = 0.75
    stripe, check, graphic = (_PATTERN_INDEX[name] for name in ("stripe", "check", "graphic"))
    table[stripe, check] = table[check, stripe] = 0.4
    table[stripe, graphic] = table[graphic, stripe] = 0.4
    table[size, :] = table[:, size] = UNKNOWN
    return table


_PATTERN_TABLE = _pattern_table()


@dataclass(frozen=True)
class Traits:
    """What n pieces are like, as arrays of n rows.

    formality, warmth: (n,) float32. season: (n, 4) float32, unit rows, zero when unknown.
    style: (n, 8) float32 square roots of style shares, zero when unknown. pattern: (n,) int, the
    last index for unknown.
    """

    formality: np.ndarray
    warmth: np.ndarray
    season: np.ndarray
    style: np.ndarray
    pattern: np.ndarray

    def take(self, rows: np.ndarray | Sequence[int]) -> "Traits":
        """The traits of some rows, in that order."""
        return Traits(self.formality[rows], self.warmth[rows], self.season[rows], self.style[rows], self.pattern[rows])


def traits_of(pieces: Sequence[Piece]) -> Traits:
    """Pack pieces' traits; values that are not finite count as unknown."""
    season = np.array(
        [[piece.seasons.get(slug, 0.0) for slug in SEASON_SLUGS] for piece in pieces], dtype=np.float32
    ).reshape(len(pieces), len(SEASON_SLUGS))
    season = np.nan_to_num(np.clip(season, 0, 1))
    length = np.linalg.norm(season, axis=1, keepdims=True)
    style = styles_of(pieces)
    mass = style.sum(axis=1, keepdims=True)
    return Traits(
        np.nan_to_num(np.array([formality_of(piece) for piece in pieces], dtype=np.float32), nan=0.4),
        np.nan_to_num(np.array([warmth_of(piece) for piece in pieces], dtype=np.float32), nan=0.1),
        np.divide(season, length, out=np.zeros_like(season), where=length > 0),
        np.sqrt(np.divide(style, mass, out=np.zeros_like(style), where=mass > 0)),
        np.array([_PATTERN_INDEX.get(piece.pattern or "", len(PATTERNS)) for piece in pieces], dtype=np.intp),
    )


def _known(rows: np.ndarray) -> np.ndarray:
    """(n,) bool: rows with anything in them."""
    return np.asarray((rows != 0).any(axis=1))


def formality_agreement(first: Traits, second: Traits) -> np.ndarray:
    """1 for equally formal pieces, falling off as a bell of width `FORMALITY_REACH`."""
    gap = (first.formality[:, None] - second.formality[None, :]) / np.float32(FORMALITY_REACH)
    return np.exp(-gap * gap)


def season_agreement(first: Traits, second: Traits) -> np.ndarray:
    """Overlap of the seasons two pieces are for (cosine)."""
    both = _known(first.season)[:, None] & _known(second.season)[None, :]
    return np.where(both, first.season @ second.season.T, UNKNOWN)


def pattern_agreement(first: Traits, second: Traits) -> np.ndarray:
    """From a table: one pattern among solids is best, two loud ones compete."""
    return _PATTERN_TABLE[first.pattern[:, None], second.pattern[None, :]]


def style_agreement(first: Traits, second: Traits) -> np.ndarray:
    """Bhattacharyya coefficient of two style histograms."""
    both = _known(first.style)[:, None] & _known(second.style)[None, :]
    return np.where(both, np.clip(first.style @ second.style.T, 0, 1), UNKNOWN)


def closeness_to_style(traits: Traits, wanted: np.ndarray) -> np.ndarray:
    """(n,) agreement of each piece with a wanted style histogram (8,), 0.5 when unknown."""
    mass = float(np.maximum(wanted, 0).sum())
    if mass <= 0:
        return np.full(len(traits.style), UNKNOWN)
    target = np.sqrt(np.maximum(wanted, 0) / mass).astype(np.float32)
    return np.where(_known(traits.style), np.clip(traits.style @ target, 0, 1), UNKNOWN)
