"""How a piece is worn where there is a choice: a coat open or closed, trousers over boots or in them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ..pieces import Piece

OPEN, CLOSED, OVER, INSIDE = "open", "closed", "over", "in"
WAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"outer": (OPEN, CLOSED), "bottom": (OVER, INSIDE)})
_USUALLY_CLOSED: Final = frozenset({"padded", "vest"})
_BOTTOMS_OF_LEGS: Final = frozenset({"jeans", "trousers", "leggings", "sweatpants"})


def ways_of(piece: Piece) -> tuple[str, ...]:
    """The ways in which this piece may be worn; empty where there is no choice."""
    if piece.slot == "bottom" and piece.kind not in _BOTTOMS_OF_LEGS:
        return ()
    return WAYS.get(piece.slot, ())


def way_of(piece: Piece, pieces: Sequence[Piece], *, asked: str = "", cut: str = "", closure: str = "") -> str:
    """How a piece is worn with the others of its outfit; empty where there is no choice.

    asked: what the wearer wants. cut, closure: slugs of `taxonomy.CUTS` and `CLOSURES`; empty: not known. Without a
    wish a coat is open where there is something under it to be seen, and slim legs go into boots, others over them.
    """
    ways = ways_of(piece)
    if asked in ways:
        return asked
    if piece.slot == "outer" and ways:
        covers = any(other.slot in ("top", "dress") for other in pieces)
        parts = closure == "open" or (closure != "pull-on" and piece.kind not in _USUALLY_CLOSED)
        return OPEN if covers and parts else CLOSED
    if ways and any(other.kind == "boots" for other in pieces):
        return INSIDE if piece.kind == "leggings" or cut == "slim" else OVER
    return ""
