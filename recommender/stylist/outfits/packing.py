"""Little luggage: an outfit a day, so that the pieces are few, heavy ones fewest, and no top is worn day after day.

The choice is the assignment of outfits to days with the highest sum of standings, less what each piece of the luggage
costs and less each further wear of a piece; found by coordinate descent from the best outfit of each day, which a few
hundred evaluations settle for three weeks of eight outfits a day.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from .suggest import Outfit

# What a piece costs in the luggage, in the units of `Outfit.standing`: what is bulky or heavy most.
LUGGAGE: Mapping[str, float] = {
    "outer": 0.12, "shoes": 0.12, "bag": 0.1, "bottom": 0.08,
    "dress": 0.06, "top": 0.04, "hat": 0.03, "accessory": 0.02,
}  # fmt: skip
# What wearing it once more costs: what lies on the skin wants washing.
AGAIN: Mapping[str, float] = {"top": 0.1, "dress": 0.1, "bottom": 0.02}
NEXT_DAY = 2.0  # times as much where it was worn the day before
ROUNDS = 20


def choose_days(options: Sequence[Sequence[Outfit]]) -> list[Outfit | None]:
    """options: a day's outfits, best first, in the order of the days. None for a day that has none."""
    chosen: list[Outfit | None] = [day[0] if day else None for day in options]
    for _round in range(ROUNDS):
        before = list(chosen)
        for number, day in enumerate(options):
            if len(day) > 1:
                chosen[number] = max(day, key=lambda outfit: worth([*chosen[:number], outfit, *chosen[number + 1 :]]))
        if chosen == before:
            break
    return chosen


def worth(days: Sequence[Outfit | None]) -> float:
    """The sum that `choose_days` makes as large as it can."""
    slots: dict[Hashable, str] = {}
    wears: Counter[Hashable] = Counter()
    total, yesterday = 0.0, frozenset[Hashable]()
    for outfit in days:
        worn = outfit.ids if outfit else frozenset()
        if outfit is not None:
            total += outfit.score.total if outfit.standing is None else outfit.standing
            for piece in outfit.pieces:
                slots[piece.id] = piece.slot
                if wears[piece.id]:
                    total -= AGAIN.get(piece.slot, 0.0) * (NEXT_DAY if piece.id in yesterday else 1.0)
                wears[piece.id] += 1
        yesterday = worn
    return total - sum(LUGGAGE.get(slot, 0.0) for slot in slots.values())
