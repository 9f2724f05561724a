"""A photo's outfit from what one owns: not each piece by itself, but the outfit that comes nearest as a whole.

Which garments may stand in for an item is said by kind family and likeness, as for published looks (`looks`), or by
embeddings so near that it is likely the same garment. Among those, likeness of embedding (shape, cut, pattern) and of
colour decides, and how the garments go together: two near misses that suit each other are nearer to the photo than two
that clash.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..pieces import Piece, wearable
from ..score.colour import palette_distances
from ..score.compatibility import ModelChoice, chosen_model
from ..score.features import embeddings_of
from .looks import DEFAULT_THRESHOLD, ITEM_WEIGHT, LookMatch, matched_so, stand_in_table

# Shares of `nearness_table`, chosen on the tune split of `evaluate_inspiration`. The embedding knows the cut: kind,
# sleeve and pattern as terms of their own made it worse, since the networks name a garment differently on two photos.
FORM_SHARE, SHADE_SHARE = 0.7, 0.3
# The cosine from which a garment stands in whatever it is called. Of other pairs of one slot whose kinds are not of one
# family, 3.8 % come as near on street photos, 0.7 % on closet photos.
ALIKE = 0.8
SHADE_REACH = 40.0  # palette distance (CIE76) at which colours count as hardly related
TOGETHER = 0.1  # how much the garments' compatibility counts beside their nearness to the photo
CANDIDATES = 8  # garments weighed for an item
BEAM = 200  # partial outfits kept while one item after the other is filled
COMPOSITIONS = 12  # told at most: the best, and others to try


@dataclass(frozen=True)
class Composition:
    """One outfit of mine after a photo.

    match: the photo's items beside my garments, with their likeness as for published looks, or their nearness where
    that is more. nearness: 0..1, how near my garments are to the photo, by each item's weight.
    together: 0..1, how well they go together; None for fewer than two, or where no model says.
    """

    match: LookMatch
    nearness: float
    together: float | None

    @property
    def total(self) -> float:
        """What compositions are ordered by."""
        return self.nearness if self.together is None else (1 - TOGETHER) * self.nearness + TOGETHER * self.together

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """My garments in it."""
        return tuple(one.mine for one in self.match.items if one.mine is not None)


def nearness_table(items: Sequence[Piece], mine: Sequence[Piece]) -> np.ndarray:
    """(n, m) float32, 0..1: how near each garment comes to each item in embedding and colour, whatever its slot.

    What is unknown on either side counts half.
    """
    gaps = palette_distances(items, mine)
    shade = np.where(np.isfinite(gaps), np.exp(-((np.where(np.isfinite(gaps), gaps, 0.0) / SHADE_REACH) ** 2)), 0.5)
    form = np.nan_to_num(_cosines(items, mine).clip(0, 1), nan=0.5)
    return np.asarray(FORM_SHARE * form + SHADE_SHARE * shade, dtype=np.float32)


def _cosines(items: Sequence[Piece], mine: Sequence[Piece]) -> np.ndarray:
    """(n, m) float32: of the embeddings, NaN where either is unknown."""
    (vectors, known), (others, others_known) = embeddings_of(items), embeddings_of(mine)
    return np.where(known[:, None] & others_known[None, :], vectors @ others.T, np.float32(np.nan))


def compose(
    photo: Hashable,
    items: Sequence[Piece],
    closet: Sequence[Piece],
    *,
    never: Iterable[Collection[Hashable]] = (),
    threshold: float = DEFAULT_THRESHOLD,
    model: ModelChoice = "default",
    limit: int = COMPOSITIONS,
) -> list[Composition]:
    """Outfits of mine after a photo's items, the nearest as a whole first, no two of the same garments.

    never: pairs of garments that are not worn together. One composition of no garments at all where nothing stands in
    for any item; none without items.
    """
    if not items:
        return []
    ready = [piece for piece in closet if wearable(piece)]
    alike, near = stand_in_table(items, ready), nearness_table(items, ready)
    allowed = (alike >= threshold) | (np.nan_to_num(_cosines(items, ready), nan=-1.0) >= ALIKE)
    table, told = (np.where(allowed, values, np.float32(0)) for values in (near, np.maximum(alike, near)))
    outfits = _filled(items, table, _apart(ready, never))
    together = _together(ready, outfits, model)
    weight = np.array([ITEM_WEIGHT.get(item.slot, 0.2) for item in items])
    found: dict[frozenset[int], Composition] = {}
    for row, agreement in zip(outfits, together, strict=True):
        matched = {item: int(column) for item, column in enumerate(row) if column >= 0}
        nearness = sum(weight[item] * float(table[item, column]) for item, column in matched.items()) / weight.sum()
        one = Composition(matched_so(photo, items, ready, told, matched), float(nearness), agreement)
        known = found.get(key := frozenset(matched.values()))
        if known is None or one.total > known.total:
            found[key] = one
    return sorted(found.values(), key=lambda one: -one.total)[:limit]


def _apart(ready: Sequence[Piece], never: Iterable[Collection[Hashable]]) -> set[frozenset[int]]:
    """The pairs of `never` as places among the garments."""
    place = {piece.id: at for at, piece in enumerate(ready)}
    return {frozenset(place[one] for one in pair) for pair in never if all(one in place for one in pair)}


def _filled(items: Sequence[Piece], table: np.ndarray, apart: set[frozenset[int]]) -> np.ndarray:
    """(m, n) garments of each item, -1 where nothing stands in: a beam search, what weighs most filled first.

    An item stays empty only where nothing that is left over may fill it.
    """
    weight = [ITEM_WEIGHT.get(item.slot, 0.2) for item in items]
    nearest = [np.argsort(-row, kind="stable")[:CANDIDATES] for row in table]
    candidates = [[int(at) for at in places if table[item, at] > 0] for item, places in enumerate(nearest)]

    def free(item: int, row: tuple[int, ...]) -> list[int]:
        worn = [column for column in row if column >= 0]
        return [
            column
            for column in candidates[item]
            if column not in worn and not any(frozenset((column, other)) in apart for other in worn)
        ]

    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, (-1,) * len(items))]
    for item in sorted(range(len(items)), key=lambda at: (-weight[at], at)):
        grown = list(beam)  # left empty, for an item to which the garment comes nearer
        for value, row in beam:
            for column in free(item, row):
                filled = (*row[:item], column, *row[item + 1 :])
                grown.append((value + weight[item] * float(table[item, column]), filled))
        beam = sorted(grown, key=lambda one: -one[0])[:BEAM]
    full = [row for _value, row in beam if not any(column < 0 and free(item, row) for item, column in enumerate(row))]
    return np.array(full, dtype=np.intp)


def _together(ready: Sequence[Piece], outfits: np.ndarray, model: ModelChoice) -> list[float | None]:
    """How well the garments of each outfit go together, 0..1; None for fewer than two."""
    pairs = chosen_model(model)
    if pairs is None:
        return [None] * len(outfits)
    used = sorted(set(outfits[outfits >= 0].tolist()))
    if not used:
        return [None] * len(outfits)
    place = np.full(len(ready) + 1, -1, dtype=np.intp)  # the last for -1
    place[used] = np.arange(len(used))
    rows = place[outfits]
    agreement = pairs.agreement(pairs.encode([ready[at] for at in used]), rows)
    counts = (rows >= 0).sum(axis=1)
    return [float(value) if count > 1 else None for value, count in zip(agreement, counts, strict=True)]
