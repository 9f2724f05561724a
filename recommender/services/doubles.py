"""Garments of one closet that look like one and the same, photographed twice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from closet.models import Garment, User
from closet.services.doubles import distinct_pairs
from closet.services.review import OWNED
from recommender.services.answers import kept
from recommender.services.pieces import my_garments, row_of
from recommender.services.sizes import closet_of

SHOWN = 40


class Pair(NamedTuple):
    """likeness: percent."""

    one: Garment
    other: Garment
    likeness: int


def doubles_of(*, user: User) -> list[Pair]:
    """The pairs that look most alike first, but for those their owner told apart. Raises TooBusy."""
    found = kept(user=user, name="doubles", question=OWNED, reckon=lambda: _alike(user))
    apart = distinct_pairs(owner=user)
    open_pairs = [(one, other, likeness) for one, other, likeness in found if (one, other) not in apart][:SHOWN]
    rows = {row.pk: row for row in my_garments(user, among={pk for pair in open_pairs for pk in pair[:2]})}
    return [
        Pair(rows[one], rows[other], round(100 * likeness))
        for one, other, likeness in open_pairs
        if one in rows and other in rows
    ]


def _alike(user: User) -> list[tuple[int, int, float]]:
    """(smaller id, larger id, cosine), best first; within a slot, where the tray's threshold is met."""
    seen = [(piece, piece.embedding) for piece in closet_of(user) if piece.embedding is not None]
    if len(seen) < 2:
        return []
    ids = np.array([row_of(piece) for piece, _vector in seen])
    slots = np.array([piece.slot for piece, _vector in seen])
    vectors = np.stack([vector for _piece, vector in seen]).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    likeness = vectors @ vectors.T
    near = np.triu(likeness >= OWNED, 1) & (slots[:, None] == slots[None, :])
    pairs = [
        (int(min(ids[a], ids[b])), int(max(ids[a], ids[b])), float(likeness[a, b]))
        for a, b in zip(*np.nonzero(near), strict=True)
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[: 5 * SHOWN]
