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


def colour_facts(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, COLOUR_DIM) float32 of palettes: lead, mean and spread in Lab, darkest and lightest L, mean chroma, share
    of the second colour; scaled to about one. Zeros without colours.
    """
    width = max((len(piece.colours) for piece in pieces), default=0)
    table = np.zeros((len(pieces), max(width, 1), 4), dtype=np.float32)
    for at, piece in enumerate(pieces):
        if piece.colours:
            table[at, : len(piece.colours)] = piece.colours
    known = np.logical_and(np.isfinite(table).all(axis=2), table[..., 3] > 0)
    # Broken colours go to the back, so that the first known one leads.
    order = np.argsort(~known, axis=1, kind="stable")
    known = np.take_along_axis(known, order, axis=1)
    table = np.where(known[..., None], np.take_along_axis(table, order[..., None], axis=1), np.float32(0))
    share = table[..., 3] / np.maximum(table[..., 3].sum(axis=1, keepdims=True), np.float32(1e-9))
    lab = (table[..., :3] - np.array((50, 0, 0), np.float32)) / np.array((25, 15, 15), np.float32)
    mean = np.einsum("nc,ncd->nd", share, lab)
    spread = np.sqrt(np.einsum("nc,ncd->nd", share, (lab - mean[:, None]) ** 2))
    light = lab[..., 0]
    dark, bright = np.where(known, light, np.inf).min(axis=1), np.where(known, light, -np.inf).max(axis=1)
    chroma = (share * np.hypot(lab[..., 1], lab[..., 2])).sum(axis=1)
    second = share[:, 1] if share.shape[1] > 1 else np.zeros(len(pieces), dtype=np.float32)
    facts = np.column_stack([lab[:, 0], mean, spread, dark, bright, chroma, second])
    return np.where(known.any(axis=1, keepdims=True), facts, 0).astype(np.float32)


def facts_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, FACTS_DIM) float32: colours, kind, pattern, material, styles, seasons, formality.

    Unknown facts are zeros.
    """
    rows = np.zeros((len(pieces), FACTS_DIM), dtype=np.float32)
    rows[:, :COLOUR_DIM] = colour_facts(pieces)
    styles_at = COLOUR_DIM + len(KINDS) + len(PATTERNS) + len(MATERIALS)
    seasons_at = styles_at + len(STYLE_SLUGS)
    for row, piece in zip(rows, pieces, strict=True):
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
            row[styles_at:seasons_at] = piece.styles
        for place, slug in enumerate(SEASON_SLUGS):
            row[seasons_at + place] = piece.seasons.get(slug, 0.0)
        row[-1] = piece.formality
    return np.nan_to_num(rows)


def embeddings_of(pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """((n, 256) float32 unit rows, (n,) bool known); a missing or broken embedding is zeros."""
    rows = np.zeros((len(pieces), EMBEDDING_DIM), dtype=np.float32)
    for row, piece in zip(rows, pieces, strict=True):
        if piece.embedding is not None and piece.embedding.shape == (EMBEDDING_DIM,):
            row[:] = piece.embedding
    length = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    known = np.isfinite(length) & (length > 0)
    return np.where(known[:, None], rows / np.where(known, length, 1)[:, None], np.float32(0)), known
