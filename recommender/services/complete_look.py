"""Complete the look: products that fill what an outfit lacks, in the member's size and price band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from catalog.models import Brand
from closet.models import Garment, User
from recommender.index.similarity import Vector
from recommender.services import sizes
from recommender.services.outfits import PartnerOf, my_lessons, products_to_offer
from recommender.services.pieces import product_pieces
from recommender.stylist.brands.profiles import price_band
from recommender.stylist.outfits.goes_with import complete_look
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.layers import BAG, OUTER, missing_slots
from recommender.stylist.score.features import embeddings_of

EXTRAS = (OUTER, BAG)  # offered though nobody would miss them at the door
ENOUGH_PRICES = 3
LESS, MORE = 0.6, 1.5  # how far below and above the middle half of what they paid a member still looks


@dataclass(frozen=True)
class Purse:
    """What a member pays: the band they chose, else what they paid for what they own.

    level: of `Brand.PriceBand`. ranges: slot -> (least, most) in `currency`, "" for slots with few prices.
    """

    level: int | None
    currency: str
    ranges: Mapping[str, tuple[float, float]]

    def range_of(self, slot: str) -> tuple[float, float] | None:
        return None if self.level else self.ranges.get(slot) or self.ranges.get("")

    @property
    def level_name(self) -> str:
        return str(Brand.PriceBand(self.level).label) if self.level else ""

    def affords(self, slot: str) -> Q:
        """Products of a slot within it. A price that is unknown, or in another currency, cannot speak against one."""
        if self.level:
            return Q(brand__price_band=self.level)
        found = self.range_of(slot)
        return Q(price=None) | ~Q(currency=self.currency) | Q(price__range=found) if found else Q()


def purse_of(*, user: User) -> Purse:
    profile = user.profile
    paid: dict[str, list[Piece]] = {"": []}
    priced = Garment.objects.owned_by(user).active().filter(price__gt=0, currency=profile.currency)
    for pk, kind, slot, price in priced.values_list("pk", "kind__slug", "kind__slot", "price"):
        piece = Piece(pk, kind, slot, price=float(price or 0))
        paid[""].append(piece)
        paid.setdefault(slot, []).append(piece)
    ranges = {}
    for slot, pieces in paid.items():
        band = price_band(pieces) if len(pieces) >= ENOUGH_PRICES else None
        if band:
            ranges[slot] = (LESS * band[0], MORE * band[1])
    return Purse(profile.price_band, profile.currency, ranges)


class CompletedSlot(NamedTuple):
    """price_range: what the member pays for such a thing, where that is known."""

    slot: str
    offers: list[PartnerOf]
    price_range: tuple[float, float] | None


@dataclass(frozen=True)
class Completion:
    """gaps: slots that are empty, those that one would miss first. offers: slot -> products, each scored with the whole
    outfit. sizes: product id -> the size to take, None where nothing tells it."""

    gaps: tuple[str, ...]
    missing: tuple[str, ...]
    offers: dict[str, list[PartnerOf]]
    sizes: dict[int, str | None]
    purse: Purse
    knows_body: bool

    @property
    def rows(self) -> list[CompletedSlot]:
        return [CompletedSlot(slot, self.offers.get(slot, []), self.purse.range_of(slot)) for slot in self.gaps]

    @property
    def slots(self) -> dict[str, CompletedSlot]:
        return {row.slot: row for row in self.rows}


def gaps_of(worn: Sequence[Piece]) -> tuple[str, ...]:
    """Empty slots of an outfit, those that one would miss first."""
    have = {piece.slot for piece in worn}
    return (*missing_slots(worn), *(slot for slot in EXTRAS if slot not in have))


def outfit_completed(
    *, user: User, worn: Sequence[Piece], context: Context | None = None, per_slot: int = 4
) -> Completion:
    """Products in the member's size and price band for what the outfit lacks, best with the whole outfit first."""
    gaps = gaps_of(worn)
    purse = purse_of(user=user)
    candidates = products_to_offer(
        user=user, slots=gaps, vector=_middle(worn), among={slot: purse.affords(slot) for slot in gaps}
    )
    takes = sizes.sizes_to_take(user=user, products=candidates)
    things = {f"product-{product.pk}": product for product in candidates if product.pk in takes}
    found = complete_look(
        worn, product_pieces(things.values()), context, user.profile.weights, my_lessons(user), per_slot=per_slot
    )
    offers = {
        slot: [PartnerOf(things[str(partner.piece.id)], partner.score) for partner in row]
        for slot, row in found.items()
    }
    body = sizes.body_of(user)
    return Completion(gaps, missing_slots(worn), offers, takes, purse, bool(body.measures))


def _middle(worn: Sequence[Piece]) -> Vector | None:
    """The mean direction of what is worn: products near it are of its style."""
    vectors, known = embeddings_of(worn)
    if not known.any():
        return None
    mean = vectors[known].mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)
