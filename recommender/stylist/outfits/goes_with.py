"""What goes with this piece, slot by slot, and what would complete the look.

The piece may be anything: a garment, a product, an uploaded photo; what is offered comes from the
closet, from the catalogue, or both (a `Piece` knows whether it is `owned`).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..pieces import Piece, wearable
from ..rules.context import Context
from ..rules.layers import ACCESSORY, BAG, BOTTOM, DRESS, HAT, OUTER, SHOES, TOP, can_layer, faults, missing_slots
from ..rules.rulebook import OutfitRules, Rulebook
from ..score.appraise import Pool
from ..score.compatibility import ModelChoice, chosen_model
from ..score.parts import Score
from ..score.reactions import Reaction, learn_taste
from ..score.reasons import score_with_reasons

# What to look for beside a piece of a slot, most telling first.
PARTNERS: Mapping[str, tuple[str, ...]] = {
    TOP: (BOTTOM, OUTER, SHOES, BAG, TOP, HAT, ACCESSORY),
    BOTTOM: (TOP, SHOES, OUTER, BAG, HAT, ACCESSORY),
    DRESS: (SHOES, OUTER, BAG, ACCESSORY, HAT),
    OUTER: (TOP, BOTTOM, DRESS, SHOES, BAG, ACCESSORY, HAT),
    SHOES: (BOTTOM, TOP, DRESS, OUTER, BAG),
    BAG: (SHOES, OUTER, DRESS, TOP, BOTTOM),
    HAT: (OUTER, TOP, BOTTOM, DRESS, SHOES),
    ACCESSORY: (TOP, OUTER, DRESS, BOTTOM, SHOES),
}
CHANCE = 0.5  # what a random partner gets, of the parts that compare two pieces
_BLOCK = 64  # pieces among which all pairs are looked at
_JUDGED_ALONE = frozenset({"complete", "warmth", "accent"})  # parts that mean nothing for two pieces


@dataclass(frozen=True)
class Partner:
    """A piece offered beside another, with the score of the two."""

    piece: Piece
    score: Score


def goes_with(
    piece: Piece,
    offered: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    slots: Iterable[str] | None = None,
    per_slot: int = 6,
    banned_pairs: Iterable[Sequence[Hashable]] = (),
    model: ModelChoice = "default",
) -> dict[str, tuple[Partner, ...]]:
    """Slot -> best partners of a piece among what is offered; slots with nothing to offer are absent.

    Only what the rules allow beside it and what suits it better than chance would. slots: which to fill, default
    `PARTNERS` of the piece's own. Scores leave out parts that speak of whole outfits alone (warmth, completeness).
    """
    wanted = tuple(slots) if slots is not None else PARTNERS.get(piece.slot, (TOP, BOTTOM, SHOES))
    pair_model = chosen_model(model)
    taste = learn_taste(reactions, [piece, *offered], banned_pairs)
    fitting = [
        other
        for other in offered
        if other.slot in wanted
        and other.id != piece.id
        and wearable(other)
        and frozenset((piece.id, other.id)) not in taste.banned
        and _may_meet(piece, other)
    ]
    if not fitting:
        return {}
    pool = Pool([piece, *fitting], context or Context(), weights, taste=taste, model=pair_model)
    for name in _JUDGED_ALONE:
        pool.drop_part(name)
    judged = pool.pair_with([0])
    totals = pool.totals_of_pairs(0, judged)
    meets = _may_meet_first(pool) & (_suits_first(judged) > CHANCE)
    answer: dict[str, tuple[Partner, ...]] = {}
    for slot in wanted:
        rows = [row for row in range(1, len(pool.pieces)) if pool.pieces[row].slot == slot and meets[row]]
        rows = sorted(rows, key=lambda row: -totals[row])[:per_slot]
        if rows:
            few = pool.part([0, *rows])
            answer[slot] = tuple(
                Partner(pool.pieces[row], score_with_reasons(few, [0, at])) for at, row in enumerate(rows, start=1)
            )
    return answer


def complete_look(
    worn: Sequence[Piece],
    offered: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    reactions: Iterable[Reaction] = (),
    *,
    per_slot: int = 4,
    price_band: tuple[float, float] | None = None,
    extras: Sequence[str] = (OUTER, BAG),
    model: ModelChoice = "default",
) -> dict[str, tuple[Partner, ...]]:
    """Slot -> pieces that would fill an outfit's gaps, best first, each scored with the whole outfit.

    offered: usually products in the wearer's size (choosing those is the caller's query).
    price_band: (least, most); pieces without a price pass. extras: slots offered though not missing. What the day's
    rules forbid is not offered.
    """
    book = Rulebook(context or Context())
    have = {piece.slot for piece in worn}
    gaps = [*missing_slots(worn, needs_shoes=book.needs_shoes), *(slot for slot in extras if slot not in have)]
    if not worn and TOP in gaps:
        gaps.append(DRESS)
    pair_model = chosen_model(model)
    taste = learn_taste(reactions, [*worn, *offered])
    fitting = [
        piece
        for piece in offered
        if piece.slot in gaps
        and wearable(piece)
        and book.allows(piece)
        and (price_band is None or piece.price is None or price_band[0] <= piece.price <= price_band[1])
        and not any(frozenset((piece.id, other.id)) in taste.banned for other in worn)
        and len(faults([*worn, piece])) <= len(faults(worn))
    ]
    if not fitting:
        return {}
    answer: dict[str, tuple[Partner, ...]] = {}
    pool = Pool([*worn, *fitting], context or Context(), weights, taste=taste, model=pair_model)
    first = len(worn)
    outfits = np.array([[*range(first), first + at] for at in range(len(fitting))], dtype=np.intp)
    meets = np.logical_not(book.banned(pool.pieces)[first:, :first].any(axis=1))
    if worn and OutfitRules(book, pool.pieces).hold(np.arange(first)[None, :], finished=False).all():
        meets &= OutfitRules(book, pool.pieces).hold(outfits, finished=False)
    totals = pool.totals(outfits)
    for slot in dict.fromkeys(gaps):
        ranked = [at for at in np.argsort(-totals, kind="stable") if fitting[at].slot == slot and meets[at]][:per_slot]
        if ranked:
            answer[slot] = tuple(Partner(fitting[at], score_with_reasons(pool, outfits[at].tolist())) for at in ranked)
    return answer


def _may_meet(piece: Piece, other: Piece) -> bool:
    if piece.slot == other.slot:
        return piece.slot == ACCESSORY or can_layer(piece, other) or can_layer(other, piece)
    return {piece.slot, other.slot} not in ({DRESS, BOTTOM}, {DRESS, TOP})


def _may_meet_first(pool: Pool) -> np.ndarray:
    """(n,) bool: whether each piece may meet the first; asked in blocks, a rulebook tells of all pairs."""
    book, first = Rulebook(pool.context), pool.pieces[0]
    blocks = [pool.pieces[at : at + _BLOCK] for at in range(0, len(pool.pieces), _BLOCK)]
    return np.concatenate([~book.banned([first, *block])[0, 1:] for block in blocks])


def _suits_first(table: Mapping[str, np.ndarray]) -> np.ndarray:
    """(n,) how well each piece suits the first: the learned model's word, the colours' where there is none."""
    if "learned" in table:
        return np.asarray(table["learned"][:, 0])
    # Two neutrals, the plainest pair there is, stand just above chance.
    return np.asarray((table["hue"][:, 0] + table["pattern"][:, 0] + table["formality"][:, 0]) / 3)
