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
# Last digits of a photo's number, of the photos with masks; the classifier was validated on 3 and taught on the others.
# No question is asked about a photo without masks, so all of those are taught with.
DIGITS = {"report": (3, 8), "tune": (1, 6)}


@dataclass(frozen=True)
class Street:
    """Regions as rows. pieces: in the light of questions, or in one to train in; more_lights: the same again in others.

    tag, photo: (n,). drawn: (n,) bool, whose mask a person drew. slot: (n,) index in WORN_SLOTS of the slot most pieces
    of a tag were seen as.
    """

    pieces: list[Piece]
    more_lights: list[list[Piece]]
    tag: np.ndarray
    photo: np.ndarray
    drawn: np.ndarray
    slot: np.ndarray
    classifier: str

    def of(self, split: str) -> np.ndarray:
        """(n,) bool: garments of a split's photos. split: train or a key of `DIGITS`."""
        asked = self.drawn & np.isin(
            self.photo % 10, DIGITS.get(split, [digit for digits in DIGITS.values() for digit in digits])
        )
        return ~np.isin(self.tag, CONTROLS) & (~asked if split == "train" else asked)

    def outfits(self, *splits: str) -> list[tuple[int, ...]]:
        """Rows of each photo with enough garments to ask about."""
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(np.any([self.of(split) for split in splits], axis=0)):
            rows_of[int(self.photo[row])].append(int(row))
        return [tuple(rows) for rows in rows_of.values() if len(rows) >= MIN_PIECES]


def read_street(caches: Sequence[Path]) -> Street:
    """caches: files of `outfit_pieces.save_cache`, one a light; the first holds the lights of questions."""
    first, *more = (load_cache(path) for path in caches)
    pieces, tag = first.pieces, first.tag
    seen = np.array([SLOT_INDEX.get(piece.slot, len(WORN_SLOTS) - 1) for piece in pieces])
    slot = np.zeros_like(seen)
    for name in np.unique(tag):  # one piece seen as something else is the classifier's slip
        slot[tag == name] = np.bincount(seen[tag == name]).argmax()
    return Street(
        pieces,
        [cache.pieces for cache in more],
        tag,
        first.photo,
        first.drawn,
        slot,
        first.classifier,
    )
