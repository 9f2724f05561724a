"""Which pieces make an outfit: the slot grammar and how layers stack.

An outfit is either a dress or a top and a bottom; over it at most one middle layer (a knit over a
shirt) and outerwear by warmth; shoes, at most one bag and one hat, and a few accessories of
different kinds. What a closet lacks is named as missing, never invented.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import log

from catalog.taxonomy import KIND_BY_SLUG, Slot

from ..pieces import Piece
from .together import NEEDS, UNDER

TOP, OUTER, DRESS, BOTTOM = Slot.TOP.value, Slot.OUTER.value, Slot.DRESS.value, Slot.BOTTOM.value
SHOES, BAG, HAT, ACCESSORY = Slot.SHOES.value, Slot.BAG.value, Slot.HAT.value, Slot.ACCESSORY.value
WORN_SLOTS: tuple[str, ...] = (TOP, BOTTOM, DRESS, OUTER, SHOES, BAG, HAT, ACCESSORY)
SLOT_INDEX: Mapping[str, int] = {slot: index for index, slot in enumerate(WORN_SLOTS)}
SINGLE_SLOTS = (BOTTOM, DRESS, SHOES, BAG, HAT)
MAX_ACCESSORIES = 2


@dataclass(frozen=True)
class Fault:
    """One broken rule of the grammar: a code with the slot or kind it is about."""

    code: str
    about: str


def can_layer(under: Piece, over: Piece) -> bool:
    """Whether `over` may be worn on top of `under`, both being tops or outerwear."""
    if under.slot == TOP and over.slot == TOP:
        return under.kind in UNDER.get(over.kind, ())
    if under.slot == OUTER and over.slot == OUTER:
        return under.layer < over.layer
    return over.slot == OUTER and under.slot in (TOP, DRESS)


def faults(pieces: Sequence[Piece], *, max_accessories: int = MAX_ACCESSORIES) -> list[Fault]:
    """Broken rules of an outfit, empty when it is wearable as it stands (missing slots aside)."""
    found: list[Fault] = []
    count = Counter(piece.slot for piece in pieces)
    found += [Fault("two_in_slot", slot) for slot in SINGLE_SLOTS if count[slot] > 1]
    for slot in (TOP, OUTER):
        layered = [piece for piece in pieces if piece.slot == slot]
        if len(layered) > 2 or (len(layered) == 2 and not (can_layer(*layered) or can_layer(*reversed(layered)))):
            found.append(Fault("layers_clash", slot))
    if count[DRESS] and any(piece.slot == BOTTOM and piece.kind != "leggings" for piece in pieces):
        found.append(Fault("dress_with_bottom", BOTTOM))
    if count[DRESS] and count[TOP]:
        found.append(Fault("dress_with_top", TOP))
    if count[ACCESSORY] > max_accessories:
        found.append(Fault("too_many_accessories", ACCESSORY))
    kinds = Counter(piece.kind for piece in pieces if piece.slot == ACCESSORY)
    found += [Fault("same_accessory_twice", kind) for kind, n in kinds.items() if n > 1]
    worn = {piece.kind for piece in pieces}
    for kind, needs in NEEDS.items():
        if kind in worn and not needs & worn:
            found.append(Fault("needs_collar" if kind == "tie" else "needs_partner", kind))
    return found


def missing_slots(pieces: Iterable[Piece], *, needs_shoes: bool = True) -> tuple[str, ...]:
    """Slots without which one would not leave the house: a dress, or a top and a bottom; shoes."""
    have = {piece.slot for piece in pieces}
    body = () if DRESS in have else tuple(slot for slot in (TOP, BOTTOM) if slot not in have)
    return body + (() if SHOES in have or not needs_shoes else (SHOES,))


@cache
def slot_of(kind: str) -> str:
    """The slot of a kind slug; `other` for one nobody knows."""
    spec = KIND_BY_SLUG.get(kind)
    return Slot.OTHER.value if spec is None else spec.slot.value


@dataclass(frozen=True)
class KindPairs:
    """Pointwise mutual information of kinds worn together, counted on composed outfits.

    pmi: (kind, kind) in sorted order -> natural-log PMI, shrunk towards 0 for rare pairs.
    """

    pmi: Mapping[tuple[str, str], float]

    def pair(self, one: str, other: str) -> float:
        """PMI of two kinds, 0 when the pair was never counted."""
        return self.pmi.get((one, other) if one <= other else (other, one), 0.0)

    def score(self, kinds: Sequence[str]) -> float:
        """Mean PMI over the pairs of an outfit's kinds; 0 for fewer than two."""
        pairs = [self.pair(one, other) for one, other in combinations(kinds, 2)]
        return sum(pairs) / len(pairs) if pairs else 0.0


def count_kind_pairs(outfits: Iterable[Sequence[str]], *, shrink: float = 5.0) -> KindPairs:
    """PMI from outfits given as lists of kinds; a kind counts once an outfit.

    shrink: pseudo-count of the independent expectation, so that one sighting proves little.
    """
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    total = 0
    for outfit in outfits:
        kinds = sorted(set(outfit))
        singles.update(kinds)
        pairs.update(combinations(kinds, 2))
        total += 1
    if not total:
        return KindPairs({})
    names = sorted(singles)
    pmi = {}
    for one, other in combinations(names, 2):
        expected = singles[one] * singles[other] / total
        pmi[one, other] = log((pairs[one, other] + shrink) / (expected + shrink))
    return KindPairs(pmi)
