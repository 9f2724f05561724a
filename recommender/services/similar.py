"""Near things with reasons: similar garments and products, brands near a garment.

Vectors order; then the nearest hundred or so are re-ranked by how far their palettes look apart, by the share that
the reader's shape-colour slider gives to colour. Both distances are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from catalog.models import Brand, Kind, Product
from closet.models import Garment, User
from closet.services.likes import hidden_by
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Hit, ProductFilter, Vector
from recommender.services.pieces import garment_piece, product_piece
from recommender.stylist.pieces import Piece
from recommender.stylist.score.colour import palette_distance
from recommender.stylist.score.parts import Reason

Thing = TypeVar("Thing", Garment, Product, Brand)

COLOUR_SHARE = 0.35  # the slider's start: shape decides, colour breaks ties
COLOUR_REACH = 60.0  # CIE76 units at which two palettes count as wholly different
RERANKED = 120
SAME_COLOURS, NEAR_COLOURS = 12.0, 25.0


@dataclass(frozen=True)
class Match(Generic[Thing]):
    """A thing with how far it is: `distance` of shape (1 - cosine), `colour` 0..1, `total` what it is ordered by."""

    thing: Thing
    distance: float
    colour: float | None
    total: float
    reasons: tuple[Reason, ...] = ()

    @property
    def likeness(self) -> float:
        """1 the same, 0 nothing in common."""
        return max(0.0, 1 - self.total)

    @property
    def percent(self) -> int:
        """Likeness for people."""
        return round(100 * self.likeness)


def genders_for(user: User | None) -> frozenset[str]:
    """Whose products a member sees; empty means anyone's."""
    if user is None or not user.is_authenticated:
        return frozenset()
    wears = user.profile.wears
    return frozenset() if wears == "any" else frozenset({wears, "unisex"})


def kinds_like(kind: Kind) -> list[int]:
    """The kind, its parent and its siblings: what counts as the same kind in a search."""
    root = kind.parent_id or kind.pk
    return [root, *Kind.objects.filter(parent_id=root).values_list("pk", flat=True)]


def _reranked(
    hits: Sequence[Hit],
    things: dict[int, Thing],
    asked: Piece,
    pieces: dict[int, Piece],
    colour_share: float,
    limit: int,
) -> list[Match[Thing]]:
    matches = []
    for hit in hits:
        if hit.pk not in things:
            continue
        gap = palette_distance(asked, pieces[hit.pk])
        colour = min(gap / COLOUR_REACH, 1.0) if np.isfinite(gap) else None
        share = colour_share if colour is not None else 0.0
        total = (1 - share) * hit.distance + share * (colour or 0.0)
        matches.append(
            Match(things[hit.pk], hit.distance, colour, total, why_alike(asked, pieces[hit.pk], hit.distance, gap))
        )
    return sorted(matches, key=lambda match: match.total)[:limit]


def why_alike(asked: Piece, other: Piece, distance: float, gap: float) -> tuple[Reason, ...]:
    """What two pieces have in common. distance: of their embeddings (1 - cosine); gap: of their palettes (CIE76)."""
    reasons = []
    if asked.kind == other.kind:
        reasons.append(Reason("similar.kind", {"kind": other.kind}))
    if gap < SAME_COLOURS:
        reasons.append(Reason("similar.colours_same"))
    elif gap < NEAR_COLOURS:
        reasons.append(Reason("similar.colours_near"))
    if asked.pattern and asked.pattern == other.pattern and asked.pattern != "solid":
        reasons.append(Reason("similar.pattern", {"pattern": asked.pattern}))
    if asked.material and asked.material == other.material:
        reasons.append(Reason("similar.material", {"material": asked.material}))
    if distance < 0.15:
        reasons.append(Reason("similar.shape"))
    return tuple(reasons)


def garments_similar(
    *, garment: Garment, limit: int = 12, colour_share: float = COLOUR_SHARE, any_slot: bool = False
) -> list[Match[Garment]]:
    """The owner's garments most like this one; the same slot unless `any_slot`."""
    vector = similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key())
    if vector is None:
        return []
    return garments_near(
        owner=garment.owner,
        vector=vector,
        asked=garment_piece(garment),
        slots=() if any_slot else (garment.kind.slot,),
        without=(garment.pk,),
        limit=limit,
        colour_share=colour_share,
    )


def garments_near(
    *,
    owner: User,
    vector: Vector,
    asked: Piece,
    slots: Collection[str] = (),
    without: Collection[int] = (),
    limit: int = 12,
    colour_share: float = COLOUR_SHARE,
) -> list[Match[Garment]]:
    hits = similarity.nearest_garments(
        owner=owner, vector=vector, model_key=current_model_key(), limit=RERANKED, slots=slots, without=without
    )
    things = {
        row.pk: row for row in Garment.objects.owned_by(owner).for_cards().filter(pk__in=[hit.pk for hit in hits])
    }
    pieces = {pk: garment_piece(row) for pk, row in things.items()}
    return _reranked(hits, things, asked, pieces, colour_share, limit)


def products_near(
    *,
    vector: Vector,
    asked: Piece,
    wanted: ProductFilter,
    limit: int = 20,
    offset: int = 0,
    colour_share: float = COLOUR_SHARE,
) -> list[Match[Product]]:
    """Published products most like what was asked with, after hard filters."""
    hits = similarity.nearest_products(
        vector=vector, model_key=current_model_key(), wanted=wanted, limit=max(RERANKED, offset + limit)
    )
    things = {row.pk: row for row in Product.objects.for_cards().filter(pk__in=[hit.pk for hit in hits])}
    pieces = {pk: product_piece(row) for pk, row in things.items()}
    return _reranked(hits, things, asked, pieces, colour_share, offset + limit)[offset:]


def products_similar_to_garment(
    *,
    garment: Garment,
    limit: int = 12,
    offset: int = 0,
    colour_share: float = COLOUR_SHARE,
    wanted: ProductFilter | None = None,
) -> list[Match[Product]]:
    vector = similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key())
    if vector is None:
        return []
    wanted = wanted or ProductFilter(
        slots=(garment.kind.slot,), genders=genders_for(garment.owner), reader=garment.owner
    )
    return products_near(
        vector=vector,
        asked=garment_piece(garment),
        wanted=wanted,
        limit=limit,
        offset=offset,
        colour_share=colour_share,
    )


def products_similar(
    *,
    product: Product,
    limit: int = 12,
    offset: int = 0,
    colour_share: float = COLOUR_SHARE,
    wanted: ProductFilter | None = None,
    reader: User | None = None,
) -> list[Match[Product]]:
    vector = similarity.product_vector(product_id=product.pk, model_key=current_model_key())
    if vector is None:
        return []
    wanted = wanted or ProductFilter(slots=(product.kind.slot,), without=(product.pk,), reader=reader)
    return products_near(
        vector=vector,
        asked=product_piece(product),
        wanted=wanted,
        limit=limit,
        offset=offset,
        colour_share=colour_share,
    )


@dataclass(frozen=True)
class BrandNear:
    brand: Brand
    product: Product | None
    distance: float

    @property
    def percent(self) -> int:
        return round(100 * max(0.0, 1 - self.distance))


def brands_near(*, vector: Vector, limit: int = 6, reader: User | None = None) -> list[BrandNear]:
    """Brands whose typical products lie nearest, each with the product that says so; none that the reader hid."""
    hidden = hidden_by(reader).brands
    near = similarity.nearest_brands(vector=vector, model_key=current_model_key(), limit=limit + len(hidden))
    found = [hit for hit in near if hit[0] not in hidden][:limit]
    brands = Brand.objects.published().in_bulk([brand for brand, _, _ in found])
    products = {row.pk: row for row in Product.objects.for_cards().filter(pk__in=[product for _, _, product in found])}
    return [
        BrandNear(brands[brand], products.get(product), distance)
        for brand, distance, product in found
        if brand in brands
    ]


def brands_near_garment(*, garment: Garment, limit: int = 6) -> list[BrandNear]:
    vector = similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key())
    return [] if vector is None else brands_near(vector=vector, limit=limit, reader=garment.owner)
