"""Three outfits for the day; one piece swapped for another; the score of an outfit one composed.

What is allowed is `rules`, how outfits are found `search.py`, what they are worth `score`; here is what pages ask for.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erf, sqrt

import numpy as np

from ..pieces import READY, Piece, wearable
from ..rules.context import Context
from ..rules.gaps import count_outfits, find_gap
from ..rules.layers import ACCESSORY, BOTTOM, DRESS, TOP, faults, missing_slots
from ..rules.rulebook import EVERYTHING, RELAXATIONS, TASTE, OutfitRules, Rulebook
from ..score.appraise import NO_ONE, Pool
from ..score.compatibility import Compatibility, ModelChoice, chosen_model
from ..score.parts import MAX_WEIGHT, Reason, Score, make_score, read_weights
from ..score.reactions import Reaction, Taste, learn_taste
from ..score.reasons import score_with_reasons, tell_apart
from .search import Search, pick_diverse, thin

SMALL_CLOSET = 6
SHOWN = 3
# The three shown are the best of hundreds: measured by the plain spread of the closet's outfits all would stand at 99.
SPREAD = 3.5
USUAL_SPREAD = 0.04
FEW = 8  # random outfits below which their spread says nothing


@dataclass(frozen=True)
class Outfit:
    """Pieces to wear together, their score, and the slots still missing.

    standing: 0..1, where its score stands among the outfits this closet could do today: 0.5 is the middle, 0.9 lies 4.5
    of their standard deviations above it. None where nothing was compared.
    """

    pieces: tuple[Piece, ...]
    score: Score
    missing: tuple[str, ...] = ()
    standing: float | None = None

    @property
    def ids(self) -> frozenset[Hashable]:
        """The pieces' ids."""
        return frozenset(piece.id for piece in self.pieces)

    @property
    def percent(self) -> int:
        """What is shown, 0..100: its standing, else its score."""
        return round(100 * (self.score.total if self.standing is None else self.standing))


@dataclass(frozen=True)
class Suggestions:
    """Outfits, best first; notes about the whole answer; partial outfits looked at; groups of rules relaxed."""

    outfits: tuple[Outfit, ...]
    notes: tuple[Reason, ...] = ()
    examined: int = 0
    relaxed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Request:
    """What every try of one suggestion shares."""

    pieces: Sequence[Piece]
    kept: list[Piece]
    context: Context
    weights: Mapping[str, object] | None
    taste: Taste
    model: Compatibility | None
    seed: int | None

    def search(self, book: Rulebook) -> tuple[Pool, Search, np.ndarray]:
        """The outfits that a rulebook allows; whole ones where the closet has what they need."""
        pool, search = self.prepare(book)
        return pool, search, search.run()

    def possible(self, book: Rulebook) -> np.ndarray:
        """(m,) scores of outfits put together at random within the rules."""
        pool, search = self.prepare(book)
        sampled = search.sample()
        return pool.totals(sampled) if len(sampled) else np.zeros(0)

    def prepare(self, book: Rulebook) -> tuple[Pool, Search]:
        """The thinned closet and a search over it."""
        allowed = [piece for piece in self.pieces if book.allows(piece)]
        weights = self.weights
        if book.slack:  # nothing is warm enough: then warmth matters most
            weights = {**read_weights(weights), "weather": MAX_WEIGHT}
        if not book.on("mood") and self.context.mood:  # nor is anything of the mood: then what comes nearest to it
            weights = {**read_weights(weights), "occasion": MAX_WEIGHT}
        thinned = thin(allowed, self.kept, self.context, weights, self.taste, self.model, self.seed)
        pool = Pool([*self.kept, *thinned], self.context, weights, taste=self.taste, model=self.model)
        return pool, Search(pool, len(self.kept), self.seed, book)


def suggest(
    pieces: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    locked: Iterable[Hashable] = (),
    without: Iterable[Hashable] = (),
    banned_pairs: Iterable[Sequence[Hashable]] = (),
    n: int = SHOWN,
    skip: int = 0,
    seed: int | None = None,
    model: ModelChoice = "default",
    in_words: bool = True,
) -> Suggestions:
    """The n best outfits of a closet within the day's rules, clearly different from each other.

    pieces: the whole closet; pieces that are not ready, or tight, are left out unless locked.
    locked: ids that every outfit must contain. without: ids that none may. skip: how many were shown before ("more").
    seed: shuffle (another seed, other outfits of much the same quality). model: the pairwise term, None for none.
    in_words: False for scores alone, without reasons and standing, in a third of the time.
    Where no outfit keeps all rules they are relaxed (`RELAXATIONS`), and the notes say which and what is missing.
    Never raises for what is in a closet: an empty one gives no outfits and a note, one of hats gives
    hats with what is missing.
    """
    context = context or Context()
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
    request = _Request(candidates, kept, context, weights, taste, chosen_model(model), seed)
    relaxed, (pool, search, rows) = _relaxed_as_needed(request)
    strict = Rulebook(context)
    if not len(rows):
        notes.append(Reason("closet.not_today"))
    if relaxed or _all_miss(pool, rows, strict):
        notes += _note_gap([*kept, *candidates], strict, relaxed)
    chosen = pick_diverse(pool, rows, skip + n, frozenset(taste.disliked), len(kept), seed)[skip:]
    outfits = _told(pool, search, chosen, needs_shoes=strict.needs_shoes, in_words=in_words)
    return Suggestions(outfits, tuple(notes), search.examined, relaxed)


def _relaxed_as_needed(request: _Request) -> tuple[tuple[str, ...], tuple[Pool, Search, np.ndarray]]:
    """(groups relaxed, pool, search and rows): none where the closet can do it, else the first that helps.

    No rows where nothing it holds is for such a day; a closet that cannot dress anybody whole shows what it has.
    """
    everything = [*request.kept, *request.pieces]
    able = {piece.slot for piece in everything}
    can_be_whole = DRESS in able or {TOP, BOTTOM} <= able
    found = request.search(Rulebook(request.context))
    if _good(found, can_be_whole):
        return (), found
    for groups in RELAXATIONS:
        relaxed = list(groups)
        found = request.search(Rulebook(request.context, relaxed))
        if not _good(found, can_be_whole):
            continue
        for group in groups[:-1]:  # what did not help holds again
            fewer = [one for one in relaxed if one != group]
            book = Rulebook(request.context, fewer)
            if not request.kept and can_be_whole and not count_outfits(everything, book, shoes=False):
                continue
            tried = request.search(book)
            if _good(tried, can_be_whole):
                relaxed, found = fewer, tried
        return tuple(relaxed), found
    if can_be_whole and not request.kept:
        return (), (found[0], found[1], found[2][:0])
    return (), request.search(Rulebook(request.context, EVERYTHING))


def _good(found: tuple[Pool, Search, np.ndarray], can_be_whole: bool) -> bool:
    """Whether anything was found that dresses somebody, as far as the closet can."""
    pool, _search, rows = found
    if not len(rows):
        return False
    return not can_be_whole or any(_dresses(pool, row) for row in rows[:50])


def _dresses(pool: Pool, row: np.ndarray) -> bool:
    slots = {pool.pieces[at].slot for at in row if at != NO_ONE}
    return DRESS in slots or {TOP, BOTTOM} <= slots


def _all_miss(pool: Pool, rows: np.ndarray, book: Rulebook) -> bool:
    """Whether every outfit found misses something one would not go out without."""
    return not any(
        not missing_slots((pool.pieces[at] for at in row if at != NO_ONE), needs_shoes=book.needs_shoes)
        for row in rows[:50]
    )


def _note_gap(pieces: Sequence[Piece], strict: Rulebook, relaxed: tuple[str, ...]) -> list[Reason]:
    """What was relaxed, and what would make it needless."""
    context = strict.context
    ready = [piece for piece in pieces if wearable(piece)]
    gap = find_gap(ready, Rulebook(context, TASTE))
    notes = []
    if gap is not None and gap.count:
        params = {"kinds": gap.kinds, "count": gap.count}
        any_day = Rulebook(replace(context, occasion=None, dress_code=None), TASTE)
        if context.occasion is not None and count_outfits(ready, any_day):
            notes.append(Reason("gap.occasion", {"occasion": context.occasion, **params}))
        elif strict.felt is not None and find_gap(ready, Rulebook(Context(occasion=context.occasion), TASTE)) is None:
            notes.append(Reason("gap.weather", {"feels": round(strict.felt[0]), **params}))
        else:
            notes.append(Reason("gap.day", params))
    facts: dict[str, dict[str, object]] = {
        "warmth": {"feels": round(strict.felt[0] if strict.felt else 0.0)},
        "mood": {"style": context.mood},
    }
    return [*notes, *(Reason(f"relaxed.{group}", facts.get(group, {})) for group in relaxed)]


def _told(pool: Pool, search: Search, chosen: np.ndarray, *, needs_shoes: bool, in_words: bool) -> tuple[Outfit, ...]:
    """Rows as outfits with scores, reasons that tell them apart, and their standing; best first."""
    if not in_words:
        return _scored(pool, chosen, needs_shoes=needs_shoes)
    sampled = search.sample()
    totals = pool.totals(sampled) if len(sampled) >= FEW else np.zeros(0)
    outfits = []
    for row in chosen:
        members = [int(at) for at in row if at != NO_ONE]
        worn = tuple(pool.pieces[at] for at in members)
        score = score_with_reasons(pool, members, needs_shoes=needs_shoes)
        outfits.append(
            Outfit(worn, score, missing_slots(worn, needs_shoes=needs_shoes), standing_of(score.total, totals))
        )
    outfits.sort(key=lambda outfit: -outfit.score.total)
    told = tell_apart([outfit.score for outfit in outfits])
    return tuple(replace(outfit, score=score) for outfit, score in zip(outfits, told, strict=True))


def _scored(pool: Pool, chosen: np.ndarray, *, needs_shoes: bool) -> tuple[Outfit, ...]:
    """Rows as outfits with scores alone, best first."""
    if not len(chosen):
        return ()
    values = pool.values(chosen)
    outfits = []
    for at, row in enumerate(chosen):
        worn = tuple(pool.pieces[one] for one in row if one != NO_ONE)
        score = make_score({name: float(column[at]) for name, column in values.items()}, pool.weights, [])
        outfits.append(Outfit(worn, score, missing_slots(worn, needs_shoes=needs_shoes)))
    return tuple(sorted(outfits, key=lambda outfit: -outfit.score.total))


def standing_of(total: float, others: np.ndarray) -> float:
    """0..1: where a total stands among others' (m,), on a normal curve `SPREAD` times as wide; 0.5 with too few."""
    if len(others) < FEW:
        return 0.5
    # A closet of few outfits knows little of its own spread: it leans on what is usual.
    spread = float(np.sqrt((others.var() * len(others) + USUAL_SPREAD**2 * FEW) / (len(others) + FEW)))
    return 0.5 * (1 + erf((total - float(np.median(others))) / (SPREAD * spread) / sqrt(2)))


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
    book = Rulebook(context)
    others = [piece for piece in others if book.allows(piece)] or others
    pair_model = chosen_model(model)
    thinned = thin(others, rest, context, weights, taste, pair_model, None)
    pool = Pool([*rest, *thinned], context, weights, taste=taste, model=pair_model)
    if not thinned:
        return ()
    first = len(rest)
    rows = np.array([[*range(first), first + at] for at in range(len(thinned))], dtype=np.intp)
    meet = ~book.banned(pool.pieces)[:first, first:].any(axis=0) & OutfitRules(book, pool.pieces).hold(rows)
    rows = rows[meet] if meet.any() else rows
    best = np.argsort(-pool.totals(rows), kind="stable")[:n]
    request = _Request(
        [piece for piece in by_id.values() if wearable(piece)], [], context, weights, taste, pair_model, None
    )
    possible = request.possible(book)
    answers = []
    for row in rows[best]:
        worn = tuple(pool.pieces[at] for at in row)
        score = score_with_reasons(pool, row.tolist(), needs_shoes=book.needs_shoes)
        missing = missing_slots(worn, needs_shoes=book.needs_shoes)
        answers.append(Outfit(worn, score, missing, standing_of(score.total, possible)))
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
        if Rulebook(context).broken_by(piece) not in (None, "helps", "mood", "season"):
            notes.append(Reason("locked.unfit", {"piece": id}))
    limit = max(context.max_accessories, 0)
    notes += [
        Reason("locked.clash", {"code": fault.code, "about": fault.about})
        for fault in faults(kept, max_accessories=max(limit, sum(piece.slot == ACCESSORY for piece in kept)))
        if fault.code not in ("needs_collar", "needs_partner")
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
