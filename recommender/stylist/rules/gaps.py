"""What a closet cannot do today, and what would change that: counted, not guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..pieces import Piece, piece_of_kind
from .layers import BOTTOM, DRESS, OUTER, SHOES, TOP
from .occasions import ANY_OPENERS, OPENERS
from .rulebook import OutfitRules, Rulebook, needed_slots, outer_is_needed
from .together import UNDER

MOST_OPENERS = 3
COLD = 12.0  # felt degrees
_SAMPLE = 20  # pieces of a slot that are counted with
_COUNTED = (TOP, BOTTOM, DRESS, OUTER, SHOES)


@dataclass(frozen=True)
class Gap:
    """Kinds that would open `count` outfits; slots: what nothing allowed is there for."""

    slots: tuple[str, ...]
    kinds: tuple[str, ...]
    count: int


def count_outfits(pieces: Sequence[Piece], book: Rulebook, *, shoes: bool = True) -> int:
    """Outfits of body and shoes that the rules allow, each counted once if some layers make it warm enough.

    shoes: False counts bodies alone. At most `_SAMPLE` pieces of a slot are counted with.
    """
    return _count(_counted(pieces, book), book, shoes=shoes)


def _counted(pieces: Iterable[Piece], book: Rulebook) -> list[Piece]:
    """What is allowed of them and counted with: of thousands a hundred, so that few are asked about."""
    left = dict.fromkeys(_COUNTED, _SAMPLE)
    counted = []
    for piece in pieces:
        if left.get(piece.slot, 0) and book.allows(piece):
            left[piece.slot] -= 1
            counted.append(piece)
    return counted


def _count(allowed: Sequence[Piece], book: Rulebook, *, shoes: bool) -> int:
    slots = {slot: [row for row, piece in enumerate(allowed) if piece.slot == slot] for slot in _COUNTED}
    free = ~book.banned(allowed)
    legs = [-1, *(row for row in slots[BOTTOM] if allowed[row].kind == "leggings")]
    bodies = [(top, bottom) for top in slots[TOP] for bottom in slots[BOTTOM] if free[top, bottom]]
    bodies += [(dress, leg) for dress in slots[DRESS] for leg in legs]
    if not bodies:
        return 0
    layers = _layers(allowed, slots, outer_needed=outer_is_needed(book))
    table = np.array([(*body, *over) for body in bodies for over in layers], dtype=np.intp)
    fits = OutfitRules(book, allowed).hold(table) & _may_meet(table, free, allowed)
    warm = fits.reshape(len(bodies), len(layers)).any(axis=1)
    if not (shoes and book.needs_shoes):
        return int(warm.sum())
    return sum(
        bool(free[shoe, one] and (other < 0 or free[shoe, other]))
        for (one, other), held in zip(bodies, warm, strict=True)
        if held
        for shoe in slots[SHOES]
    )


def _layers(allowed: Sequence[Piece], slots: dict[str, list[int]], *, outer_needed: bool) -> list[tuple[int, int]]:
    """(middle layer, outer layer) rows to go over a body, -1 for none; the warmest and lightest few of each."""

    def few(rows: list[int]) -> list[int]:
        rows = sorted(rows, key=lambda row: allowed[row].warmth)
        return list(dict.fromkeys([*rows[:3], *rows[-3:]]))

    mids = [-1, *few([row for row in slots[TOP] if allowed[row].kind in UNDER])]
    outers = [*([] if outer_needed else [-1]), *few(slots[OUTER])]
    return [(mid, outer) for mid in mids for outer in outers] or [(-1, -1)]


def _may_meet(table: np.ndarray, free: np.ndarray, allowed: Sequence[Piece]) -> np.ndarray:
    """(m,) bool: every pair of a row may meet, and what is under a middle layer goes under it."""
    worn = table >= 0
    safe = np.where(worn, table, 0)
    fine = np.ones(len(table), dtype=bool)
    for one in range(table.shape[1]):
        for other in range(one + 1, table.shape[1]):
            both = worn[:, one] & worn[:, other]
            fine &= ~both | (free[safe[:, one], safe[:, other]] & (table[:, one] != table[:, other]))
    under = np.array([[low.kind in UNDER.get(over.kind, ()) for over in allowed] for low in allowed])
    return fine & (~worn[:, 2] | under[safe[:, 0], safe[:, 2]])


def find_gap(pieces: Sequence[Piece], book: Rulebook) -> Gap | None:
    """What would open outfits, where the closet allows none whole; None where it allows some.

    Shoes count only where the closet holds any: who keeps none here has them elsewhere.
    """
    shoes = any(piece.slot == SHOES for piece in pieces)
    held = _counted(pieces, book)
    if _count(held, book, shoes=shoes):
        return None
    have = {piece.slot for piece in held}
    needed = tuple(slot for slot in needed_slots(book) if shoes or slot != SHOES)
    wanted = (TOP, BOTTOM, *needed) if DRESS not in have else needed
    asked = book.context.dress_code if book.context.dress_code in OPENERS else book.context.occasion
    kinds = dict.fromkeys((*OPENERS.get(asked or "", ()), *ANY_OPENERS))
    offers = [piece for kind in kinds if book.allows(piece := _plain(kind))]
    best = 0
    bought: list[str] = []
    while best == 0 and len(bought) < MOST_OPENERS and offers:
        lacking = [slot for slot in wanted if slot not in {piece.slot for piece in held}]
        tried = [piece for piece in offers if not lacking or piece.slot in lacking] or offers
        counts = [_count(_counted([*held, piece], book), book, shoes=shoes) for piece in tried]
        cold = book.felt is not None and book.felt[0] < COLD
        # Where one thing alone opens nothing: the warmest in the cold, else the likeliest.
        at = max(range(len(tried)), key=lambda row: (counts[row], tried[row].warmth if cold else -row))
        best = counts[at]
        held.append(tried[at])
        bought.append(tried[at].kind)
        offers = [piece for piece in offers if piece.kind not in bought]
    return Gap(tuple(slot for slot in wanted if slot not in have), tuple(bought), best)


def _plain(kind: str) -> Piece:
    """A plain grey piece of a kind that nobody owns yet."""
    return piece_of_kind(("not owned", kind), kind, colours=((50.0, 0.0, 0.0, 1.0),), pattern="solid", owned=False)
