"""Outfits people wore in the street, as rows: what `outfit_pieces` described, in splits by photo."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.stylist.pieces import Piece
from recommender.stylist.rules.layers import SLOT_INDEX, WORN_SLOTS
from training.stylist.outfit_pieces import CONTROLS, load_cache

MIN_PIECES = 3
# Last digits of a photo's number. The classifier itself was validated on 3 and taught on the others.
DIGITS = {"report": (3, 8), "tune": (1, 6), "train": (0, 2, 4, 5, 7, 9)}


@dataclass(frozen=True)
class Street:
    """Regions as rows. pieces; tag, photo: (n,). drawn: (n,)
    bool, whose mask a person drew. slot: (n,) index in WORN_SLOTS of the slot most pieces of a tag were seen as.
    """

    pieces: list[Piece]
    tag: np.ndarray
    photo: np.ndarray
    drawn: np.ndarray
    slot: np.ndarray
    describer: str

    def of(self, split: str) -> np.ndarray:
        """(n,) bool: garments of a split's photos; of other splits than train only those whose masks were drawn."""
        here = np.isin(self.photo % 10, DIGITS[split]) & ~np.isin(self.tag, CONTROLS)
        return here if split == "train" else here & self.drawn

    def outfits(self, split: str) -> list[tuple[int, ...]]:
        """Rows of each photo with enough garments to ask about."""
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self.of(split)):
            rows_of[int(self.photo[row])].append(int(row))
        return [tuple(rows) for rows in rows_of.values() if len(rows) >= MIN_PIECES]


def read_street(caches: Sequence[Path]) -> Street:
    """caches: files of `outfit_pieces.save_cache`, each of some of the photos."""
    read = [load_cache(path) for path in caches]
    pieces = [piece for cache in read for piece in cache.pieces]
    tag = np.concatenate([cache.tag for cache in read])
    seen = np.array([SLOT_INDEX.get(piece.slot, len(WORN_SLOTS) - 1) for piece in pieces])
    slot = np.zeros_like(seen)
    for name in np.unique(tag):  # one piece seen as something else is the classifier's slip
        slot[tag == name] = np.bincount(seen[tag == name]).argmax()
    return Street(
        pieces,
        tag,
        np.concatenate([cache.photo for cache in read]),
        np.concatenate([cache.drawn for cache in read]),
        slot,
        read[0].describer,
    )
