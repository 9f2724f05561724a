"""Before I buy: what I own that is nearly the same, what the piece would unlock, what a wear would cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..outfits.looks import SAME_GARMENT, likeness_table
from ..outfits.suggest import Outfit, suggest
from ..pieces import Piece
from ..rules.context import Context
from ..rules.layers import slot_of
from ..score.compatibility import ModelChoice

UNLOCK_SLACK = 0.03
LOOK_AT = 24
# Wears a year of a piece somebody is happy with, by slot, where a closet cannot tell.
_USUAL_WEARS = {
    "top": 16, "bottom": 28, "dress": 8, "outer": 25, "shoes": 45, "bag": 60, "hat": 12, "accessory": 15,
}  # fmt: skip


@dataclass(frozen=True)
class Twin:
    """A garment of mine that is nearly the same, and how alike, 0..1."""

    piece: Piece
    likeness: float


@dataclass(frozen=True)
class PurchaseAdvice:
    """What a purchase would mean.

    unlocked: outfits as good as the closet's own that only this piece makes possible, best first.
    wears: expected wears in a year with their range; cost_per_wear: price over those, None without a
    price. guessed: the closet has too few worn pieces of this slot, so usual figures stand in.
    """

    twins: tuple[Twin, ...]
    unlocked: tuple[Outfit, ...]
    wears: float
    wears_range: tuple[float, float]
    cost_per_wear: float | None
    guessed: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """What to say, as codes: have_one, unlocks_many, unlocks_none, guessed."""
        said = ["have_one"] if self.twins else []
        count = len(self.unlocked)
        said.append("unlocks_many" if count >= 5 else "unlocks_some" if count else "unlocks_none")
        return tuple([*said, "guessed"] if self.guessed else said)


def judge_purchase(
    piece: Piece,
    closet: Sequence[Piece],
    context: Context | None = None,
    weights: Mapping[str, object] | None = None,
    *,
    months_owned: float = 12.0,
    nearly_same: float = SAME_GARMENT,
    model: ModelChoice = "default",
) -> PurchaseAdvice:
    """Judge a product or a photographed piece against a closet; an empty closet gives usual figures.

    months_owned: how long the closet's wears were counted, to make them a yearly rate.
    """
    piece = piece.with_(state="ready", owned=False, fits="unknown" if piece.fits == "tight" else piece.fits)
    twins = _twins(piece, closet, nearly_same)
    unlocked = _unlocked(piece, closet, twins, context, weights, model)
    wears, spread, guessed = _expected_wears(piece, closet, len(twins), len(unlocked), months_owned)
    cost = None if piece.price is None else float(piece.price) / max(wears, 1.0)
    return PurchaseAdvice(twins, unlocked, wears, spread, cost, guessed)


def _twins(piece: Piece, closet: Sequence[Piece], nearly_same: float) -> tuple[Twin, ...]:
    mine = [other for other in closet if other.slot == piece.slot and other.id != piece.id]
    near = likeness_table([piece], mine)[0] if mine else np.zeros(0)
    order = [int(at) for at in np.argsort(-near, kind="stable") if near[at] >= nearly_same]
    return tuple(Twin(mine[at], float(near[at])) for at in order)


def _unlocked(
    piece: Piece,
    closet: Sequence[Piece],
    twins: Sequence[Twin],
    context: Context | None,
    weights: Mapping[str, object] | None,
    model: ModelChoice,
) -> tuple[Outfit, ...]:
    """Outfits with the piece at least as good as the closet's middling best, and whole.

    An outfit that works as well with a twin in its place was there already and is not counted.
    """
    others = [other for other in closet if other.id != piece.id]
    own = suggest(others, context, weights, n=10, model=model, in_words=False).outfits
    whole = [outfit.score.total for outfit in own if not outfit.missing]
    bar = float(np.median(whole)) - UNLOCK_SLACK if whole else 0.0  # a first whole outfit is news, however good
    offered = suggest([*others, piece], context, weights, locked=[piece.id], n=LOOK_AT, model=model).outfits
    good = [outfit for outfit in offered if outfit.score.total >= bar and not outfit.missing]
    if not twins:
        return tuple(good)
    twin = twins[0].piece
    already = suggest(others, context, weights, locked=[twin.id], n=LOOK_AT, model=model, in_words=False).outfits
    seen = {outfit.ids - {twin.id} for outfit in already}
    return tuple(outfit for outfit in good if outfit.ids - {piece.id} not in seen)[: LOOK_AT // 2]


def _expected_wears(
    piece: Piece, closet: Sequence[Piece], twins: int, unlocked: int, months: float
) -> tuple[float, tuple[float, float], bool]:
    """(wears a year, (low, high), guessed): pieces like it, shared with its twins, helped by its uses."""
    slot = slot_of(piece.kind)
    same_kind = [other.wears for other in closet if other.kind == piece.kind and other.owned]
    same_slot = [other.wears for other in closet if other.slot == slot and other.owned]
    pool = same_kind if len(same_kind) >= 3 else same_slot
    guessed = len(pool) < 3 or sum(pool) == 0
    if guessed:
        usual = float(_USUAL_WEARS.get(slot, 15))
        low, middle, high = usual * 0.4, usual, usual * 1.8
    else:
        yearly = np.asarray(pool, dtype=np.float64) * 12 / max(months, 1.0)
        low, middle, high = (float(value) for value in np.percentile(yearly, [25, 50, 75]))
        middle = max(middle, float(yearly.mean()) * 0.5)
    # A piece with a twin shares its days; one that unlocks nothing waits for an occasion.
    share = 1 / (1 + 0.7 * min(twins, 3)) * (0.5 + 0.5 * min(unlocked, 8) / 8)
    return max(middle * share, 0.5), (low * share, max(high, middle) * share), guessed
