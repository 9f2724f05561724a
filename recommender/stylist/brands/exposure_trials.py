"""Does the fair-exposure rule hold: readers asking with garments, brands shown by score, fairly, and by surprise.

Every third brand is called emerging. Each reader asks with garments of one brand; a page shows ten. An order is
measured by the share of attention that emerging and established brands got, over the share of merit their scores
earned them (`exposure.py`): 1 is what they earned.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ..pieces import Piece
from .exposure import FLOOR, MAX_LIFT, ExposureLedger, fair_order
from .profiles import BrandProfile, rank_brands

ORDERS = ("by score", "fair", "surprise")


def measure_exposure(
    profiles: Sequence[BrandProfile],
    readers: Mapping[str, Sequence[Piece]],
    *,
    asked: int = 300,
    garments: int = 5,
    shown: int = 10,
    seed: int = 0,
) -> dict[str, object]:
    """profiles: of all brands, some emerging. readers: brand -> garments of it to ask with.

    Returns the rule's constants and, for each order, emerging and established brands' attention over merit and the
    share of emerging brands that got at least `FLOOR` of their own merit.
    """
    random = np.random.default_rng(seed)
    emerging = {profile.brand: profile.emerging for profile in profiles}
    ledgers = {order: ExposureLedger() for order in ORDERS}
    brands = list(readers)
    for _ in range(asked):
        own = readers[brands[random.integers(len(brands))]]
        mine = [own[at] for at in random.choice(len(own), min(garments, len(own)), replace=False)]
        ranked = rank_brands(mine, profiles)
        ledgers["by score"].record(ranked, ranked[:shown])
        ledgers["fair"].record(ranked, fair_order(ranked, ledgers["fair"], limit=shown))
        ledgers["surprise"].record(ranked, fair_order(ranked, ledgers["surprise"], limit=shown, surprise=True))
    figures: dict[str, object] = {"floor": FLOOR, "max_lift": MAX_LIFT, "asked": asked, "shown": shown}
    for order, ledger in ledgers.items():
        ratios = [ratio for brand, young in emerging.items() if young and (ratio := ledger.ratio(brand)) is not None]
        report = {name: round(value, 3) for name, value in ledger.report(emerging).items()}
        at_floor = sum(ratio >= FLOOR for ratio in ratios) / len(ratios) if ratios else None
        figures[order] = {**report, "at_floor": None if at_floor is None else round(at_floor, 3)}
    return figures
