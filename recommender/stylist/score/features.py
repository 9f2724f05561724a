"""What the learned compatibility model reads of a piece: its embedding, and plain facts as numbers."""

from collections.abc import Sequence

import numpy as np

from catalog.taxonomy import KINDS, MATERIALS, PATTERNS

from ..pieces import SEASON_SLUGS, STYLE_SLUGS, Piece

EMBEDDING_DIM = 256
_KIND_INDEX = {kind.slug: index for index, kind in enumerate(KINDS)}
_PATTERN_INDEX = {pattern.slug: index for index, pattern in enumerate(PATTERNS)}
_MATERIAL_INDEX = {material.slug: index for index, material in enumerate(MATERIALS)}
COLOUR_DIM = 13
FACTS_DIM = COLOUR_DIM + len(KINDS) + len(PATTERNS) + len(MATERIALS) + len(STYLE_SLUGS) + len(SEASON_SLUGS) + 1


def colour_facts(piece: Piece) -> np.ndarray:
    """(COLOUR_DIM,) float32 of a palette: lead, mean and spread in Lab, darkest and lightest L, mean
    chroma, share of the second colour; scaled to about one. Zeros without colours.
    """
    rows = np.array([c for c in piece.colours if np.isfinite(c).all() and c[3] > 0], dtype=np.float32).reshape(-1, 4)
    facts = np.zeros(COLOUR_DIM, dtype=np.float32)
    if not len(rows):
        return facts
    share = rows[:, 3] / rows[:, 3].sum()
    lab = (rows[:, :3] - (50, 0, 0)) / (25, 15, 15)
    mean = share @ lab
    facts[0:3], facts[3:6] = lab[0], mean
    facts[6:9] = np.sqrt(share @ (lab - mean) ** 2)
    facts[9], facts[10] = lab[:, 0].min(), lab[:, 0].max()
    facts[11] = share @ np.hypot(lab[:, 1], lab[:, 2])
    facts[12] = share[1] if len(share) > 1 else 0.0
    return facts


def facts_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, FACTS_DIM) float32: colours, kind, pattern, material, styles, seasons, formality.

    Unknown facts are zeros.
    """
    rows = np.zeros((len(pieces), FACTS_DIM), dtype=np.float32)
    for row, piece in zip(rows, pieces, strict=True):
        row[:COLOUR_DIM] = colour_facts(piece)
        at = COLOUR_DIM
        for index, slug, size in (
            (_KIND_INDEX, piece.kind, len(KINDS)),
            (_PATTERN_INDEX, piece.pattern, len(PATTERNS)),
            (_MATERIAL_INDEX, piece.material, len(MATERIALS)),
        ):
            if slug in index:
                row[at + index[slug]] = 1.0
            at += size
        if piece.styles is not None:
            row[at : at + len(STYLE_SLUGS)] = np.nan_to_num(piece.styles)
        at += len(STYLE_SLUGS)
        row[at : at + len(SEASON_SLUGS)] = [piece.seasons.get(slug, 0.0) for slug in SEASON_SLUGS]
        row[-1] = piece.formality
    return np.nan_to_num(rows)


def embeddings_of(pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """((n, 256) float32 unit rows, (n,) bool known); a missing or broken embedding is zeros."""
    rows = np.zeros((len(pieces), EMBEDDING_DIM), dtype=np.float32)
    known = np.zeros(len(pieces), dtype=bool)
    for row, piece in enumerate(pieces):
        vector = piece.embedding
        if vector is not None and vector.shape == (EMBEDDING_DIM,) and np.isfinite(vector).all():
            length = float(np.linalg.norm(vector))
            if length > 0:
                rows[row], known[row] = vector / length, True
    return rows, known
