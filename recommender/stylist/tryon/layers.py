"""What lies over what: the order in which an outfit is drawn, and what cannot be worn together."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ..pieces import Piece
from ..rules.layers import faults
from .ways import INSIDE

MOST_PIECES: Final = 10
_ORDER: Final[Mapping[str, int]] = MappingProxyType(
    {"socks": 5, "leggings": 8, "sandals": 12, "belt": 25, "tie": 24, "jewellery": 28, "watch": 29, "scarf": 42,
     "eyewear": 52, "gloves": 43}
)  # fmt: skip
_SLOTS: Final[Mapping[str, int]] = MappingProxyType(
    {"shoes": 10, "bottom": 12, "dress": 18, "top": 20, "outer": 30, "accessory": 40, "bag": 45, "hat": 50, "other": 20}
)
_TUCKED: Final = frozenset({"shirt", "blouse", "bodysuit"})
_HIGH: Final = frozenset({"boots"})  # over what ends above them or goes into them, under what does not
_BARE_LEGS: Final = frozenset({"leggings", "skirt", "shorts"})


def order(pieces: Sequence[Piece], ways: Collection[str] = ()) -> list[Piece]:
    """The pieces from the skin outwards. ways: how some of them are worn, see `ways`."""
    kinds = {piece.kind for piece in pieces}
    formal_bottom = any(piece.slot == "bottom" and piece.kind in ("skirt", "trousers") for piece in pieces)

    def place(piece: Piece) -> tuple[float, int]:
        base = float(_ORDER.get(piece.kind, _SLOTS.get(piece.slot, 20)))
        if piece.slot in ("top", "outer"):
            base += 2 * piece.layer
        if piece.kind in _HIGH and (kinds & _BARE_LEGS or "dress" in kinds or INSIDE in ways):
            base = 17
        if piece.kind in _TUCKED and formal_bottom:
            base = 11
        return base, piece.layer

    return sorted(pieces, key=place)


def refused(pieces: Sequence[Piece]) -> str:
    """Why these cannot be drawn together: nothing_to_wear | too_many | a code of the slot grammar; empty when they can.

    How many accessories go together is taste, which a sketch leaves to whoever looks at it.
    """
    if not pieces:
        return "nothing_to_wear"
    if len(pieces) > MOST_PIECES:
        return "too_many"
    clear = ("two_in_slot", "dress_with_bottom", "layers_clash")
    return next((fault.code for fault in faults(pieces, max_accessories=MOST_PIECES) if fault.code in clear), "")
