"""Ten diverse outfits from a closet; one piece swapped for another; the score of an outfit one composed.

How they are found is `search.py`, what they are worth is `appraise.py`; here is what a page asks for.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..pieces import READY, Piece, wearable
from ..rules.context import Context
from ..rules.layers import ACCESSORY, faults, missing_slots
from ..score.appraise import NO_ONE, Pool
from ..score.compatibility import ModelChoice, chosen_model
from ..score.parts import Reason, Score
from ..score.reactions import Reaction, Taste, learn_taste
from ..score.reasons import score_with_reasons
from .search import Search, pick_diverse, thin

SMALL_CLOSET = 6


@dataclass(frozen=True)
class Outfit:
    """Pieces to wear together, their score, and the slots still missing."""

    pieces: tuple[Piece, ...]
    score: Score
    missing: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[Hashable]:
        """The pieces' ids."""
        return frozenset(piece.id for piece in self.pieces)

    def as_dict(self) -> dict[str, object]:
        """Plain data for the API."""
        return {
            "pieces": [piece.id for piece in self.pieces],
            "missing": list(self.missing),
            "score": self.score.as_dict(),
        }


@dataclass(frozen=True)
class Suggestions:
    """Outfits, best first, and notes about the answer as a whole; examined: partial outfits looked at."""

    outfits: tuple[Outfit, ...]
    notes: tuple[Reason, ...] = ()
    examined: int = 0


def suggest(
    pieces: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    locked: Iterable[Hashable] = (),
    without: Iterable[Hashable] = (),
    banned_pairs: Iterable[Sequence[Hashable]] = (),
    n: int = 10,
    seed: int | None = None,
    model: ModelChoice = "default",
) -> Suggestions:
    """The n best diverse outfits of a closet.

    pieces: the whole closet; pieces that are not ready, or tight, are left out unless locked.
    locked: ids that every outfit must contain. without: ids that none may. seed: shuffle (another
    seed, other outfits of much the same quality). model: the pairwise term, None for none.
    Never raises for what is in a closet: an empty one gives no outfits and a note, one of hats gives
    hats with what is missing.
    """
    context = context or Context()
    pair_model = chosen_model(model)
    taste = learn_taste(reactions, pieces, banned_pairs)
    notes: list[Reason] = []
    by_id = {piece.id: piece for piece in pieces}
    kept = _read_locked(by_id, locked, taste, context, notes)
    refused = set(without) - {piece.id for piece in kept}
    _note_closet(pieces, context, notes)
    candidates = [
        piece for piece in by_id.values() if wearable(piece) and piece.id not in refused and piece not in kept
    ]
    if not candidates and not kept:
        return Suggestions((), tuple(notes))
    thinned = thin(candidates, kept, context, weights, taste, pair_model, seed)
    pool = Pool([*kept, *thinned], context, weights, taste=taste, model=pair_model)
    search = Search(pool, len(kept), seed)
    rows = search.run()
    chosen = pick_diverse(pool, rows, n, frozenset(taste.disliked), len(kept), seed)
    outfits = []
    for row in chosen:
        members = [int(at) for at in row if at != NO_ONE]
        worn = tuple(pool.pieces[at] for at in members)
        outfits.append(Outfit(worn, score_with_reasons(pool, members), missing_slots(worn)))
    outfits.sort(key=lambda outfit: -outfit.score.total)
    return Suggestions(tuple(outfits), tuple(notes), search.examined)


def swap_piece(
    pieces: Sequence[Piece],
    outfit: Iterable[Hashable],
    out: Hashable,
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    banned_pairs: Iterable[Sequence[Hashable]] = (),
    n: int = 5,
    model: ModelChoice = "default",
) -> tuple[Outfit, ...]:
    """The outfit with one piece replaced by others of its slot, best first; the rest stays as it is."""
    by_id = {piece.id: piece for piece in pieces}
    leaving = by_id.get(out)
    rest = [by_id[id] for id in dict.fromkeys(outfit) if id != out and id in by_id]
    if leaving is None:
        return ()
    context = context or Context()
    taste = learn_taste(reactions, pieces, banned_pairs)
    others = [
        piece
        for piece in by_id.values()
        if piece.slot == leaving.slot and piece.id != out and piece not in rest and wearable(piece)
    ]
    limit = max(context.max_accessories, sum(piece.slot == ACCESSORY for piece in rest) + 1)
    others = [
        piece
        for piece in others
        if not any(frozenset((piece.id, other.id)) in taste.banned for other in rest)
        and len(faults([*rest, piece], max_accessories=limit)) <= len(faults([*rest, leaving], max_accessories=limit))
    ]
    pair_model = chosen_model(model)
    thinned = thin(others, rest, context, weights, taste, pair_model, None)
    pool = Pool([*rest, *thinned], context, weights, taste=taste, model=pair_model)
    if not thinned:
        return ()
    first = len(rest)
    rows = np.array([[*range(first), first + at] for at in range(len(thinned))], dtype=np.intp)
    best = np.argsort(-pool.totals(rows), kind="stable")[:n]
    answers = []
    for row in rows[best]:
        worn = tuple(pool.pieces[at] for at in row)
        answers.append(Outfit(worn, score_with_reasons(pool, row.tolist()), missing_slots(worn)))
    return tuple(answers)


def score_outfit(
    pieces: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    closet: Sequence[Piece] = (),
    model: ModelChoice = "default",
) -> Score:
    """The score of an outfit somebody composed. closet: what its cost per wear is typical among."""
    pair_model = chosen_model(model)
    taste = learn_taste(reactions, [*pieces, *closet])
    pool = Pool(pieces, context or Context(), weights, taste=taste, model=pair_model)
    if not pieces:
        return Score((), (Reason("closet.empty"),))
    return score_with_reasons(pool, list(range(len(pieces))))


def _read_locked(
    by_id: Mapping[Hashable, Piece],
    locked: Iterable[Hashable],
    taste: Taste,
    context: Context,
    notes: list[Reason],
) -> list[Piece]:
    """The locked pieces that exist, with notes on what is odd about them; they stay regardless."""
    kept: list[Piece] = []
    for id in dict.fromkeys(locked):
        piece = by_id.get(id)
        if piece is None:
            notes.append(Reason("locked.unknown", {"piece": id}))
            continue
        if piece.state != READY:
            notes.append(Reason("locked.unready", {"piece": id, "state": piece.state}))
        kept.append(piece)
    limit = max(context.max_accessories, 0)
    notes += [
        Reason("locked.clash", {"code": fault.code, "about": fault.about})
        for fault in faults(kept, max_accessories=max(limit, sum(piece.slot == ACCESSORY for piece in kept)))
        if fault.code != "needs_collar"
    ]
    ids = [piece.id for piece in kept]
    for at, first in enumerate(ids):
        for second in ids[at + 1 :]:
            if frozenset((first, second)) in taste.banned:
                notes.append(Reason("locked.banned", {"first": first, "second": second}))
    return kept


def _note_closet(pieces: Sequence[Piece], context: Context, notes: list[Reason]) -> None:
    if context.weather is None:
        notes.append(Reason("weather.unknown"))
    if not pieces:
        notes.append(Reason("closet.empty"))
        return
    ready = [piece for piece in pieces if wearable(piece)]
    slots = {piece.slot for piece in ready}
    if len(ready) < len(pieces):
        notes.append(Reason("closet.unready", {"count": len(pieces) - len(ready)}))
    if len(slots) == 1:
        notes.append(Reason("closet.only", {"slot": next(iter(slots))}))
    if 0 < len(ready) < SMALL_CLOSET:
        notes.append(Reason("closet.small", {"count": len(ready)}))
