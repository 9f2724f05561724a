"""Brand profiles, read from their rows; and brands that are like a member."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple, cast

import numpy as np

from catalog.models import Brand, Product
from closet.models import Garment, Like, User
from closet.services.likes import hidden_by, likes_of
from recommender.index.model_key import current_model_key
from recommender.models import DIM, BrandProfile
from recommender.services.photo_query import Query
from recommender.services.pieces import my_garments, row_of, seen_piece
from recommender.services.sizes import closet_of
from recommender.stylist.brands import profiles as engine
from recommender.stylist.brands.exposure import ExposureLedger, fair_order
from recommender.stylist.pieces import STYLE_SLUGS, Piece
from recommender.stylist.rules.styles import style_of


def profile_of_row(row: BrandProfile, *, emerging: bool) -> engine.BrandProfile:
    return engine.BrandProfile(
        brand=row.brand_id,
        medoids=np.frombuffer(row.centres, dtype="<f4").reshape(-1, DIM),
        medoid_shares=np.array(row.medoid_shares, dtype=np.float32),
        style=np.array([row.styles.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32),
        price_band=(row.price_low, row.price_high) if row.price_low and row.price_high else None,
        genders=row.genders,
        products=row.products,
        since_rebuild=row.since_rebuild,
        emerging=emerging,
    )


class Medoid(NamedTuple):
    """A product that stands for a share of its brand's."""

    product: Product
    share: float


@dataclass(frozen=True)
class BrandFacts:
    """What a brand's page shows of its profile."""

    medoids: list[Medoid]
    styles: list[tuple[str, float]]
    products: int
    price_low: float | None
    price_high: float | None


def profile_of(*, brand: Brand) -> BrandFacts | None:
    """None until a worker has made the profile."""
    row = BrandProfile.objects.filter(brand=brand, model_key=current_model_key()).first()
    if row is None:
        return None
    products = Product.objects.published().for_cards().in_bulk(row.medoid_products)
    medoids = [
        Medoid(products[pk], share)
        for pk, share in zip(row.medoid_products, row.medoid_shares, strict=True)
        if pk in products
    ]
    styles = sorted(row.styles.items(), key=lambda item: -item[1])
    return BrandFacts(medoids, styles, row.products, row.price_low, row.price_high)


def _profiles() -> tuple[list[engine.BrandProfile], ExposureLedger]:
    rows = list(
        BrandProfile.objects.filter(
            model_key=current_model_key(), brand__is_published=True, products__gt=0
        ).select_related("brand")
    )
    profiles, ledger = [], ExposureLedger()
    for row in rows:
        profiles.append(profile_of_row(row, emerging=row.brand.is_emerging))
        ledger.merit[row.brand_id], ledger.seen[row.brand_id] = row.merit, row.seen
    return profiles, ledger


@dataclass(frozen=True)
class BrandCause:
    """What brought a brand up, and its share: a garment of the member's, or one `seen` on a photo (as in `Query`)."""

    share: float
    garment: Garment | None = None
    seen: dict[str, Any] | None = None


class BrandPart(NamedTuple):
    """A part of a brand's score, and how much of the score it brought."""

    name: str
    value: float
    weight: float
    share: float


@dataclass(frozen=True)
class BrandLikeMe:
    """A brand with the parts of its score, the garments that caused it and products of it to look at."""

    brand: Brand
    match: engine.BrandMatch
    causes: list[BrandCause]
    products: list[Product]

    @property
    def percent(self) -> int:
        return round(100 * self.match.score)

    @property
    def parts(self) -> list[BrandPart]:
        """Their shares sum to 1."""
        total = self.match.score or 1
        return [BrandPart(part.name, part.value, part.weight, part.contribution / total) for part in self.match.parts]

    @property
    def reasons(self) -> list[tuple[str, float]]:
        """Part of the score -> its share of it."""
        return [(part.name, part.share) for part in self.parts]


class Lack(StrEnum):
    """Why no brand is like somebody: nothing to compare with, workers that are not done, or a shop without them."""

    CLOTHES = "clothes"
    PROFILES = "profiles"
    BRANDS = "brands"


@dataclass(frozen=True)
class BrandAnswer:
    """exposure: "emerging" and "established" -> the share of attention these got so far, over the share their
    likeness to the askers earned them. lacks: why there is no brand."""

    radar: dict[str, float]
    brands: list[BrandLikeMe]
    exposure: dict[str, float] = field(default_factory=dict)
    lacks: Lack | None = None


def brands_like_me(*, user: User, limit: int = 10, surprise: bool = False) -> BrandAnswer:
    """Brands whose products are like the member's closet, emerging ones shown fairly."""
    return brands_like_pieces(
        pieces=closet_of(user),
        causes=lambda pks: {row.pk: BrandCause(0, garment=row) for row in my_garments(user, among=pks)},
        without=hidden_by(user).brands,
        liked=_liked_by(user),
        gender=None if user.profile.wears == "any" else user.profile.wears,
        limit=limit,
        surprise=surprise,
    )


def _liked_by(user: User) -> frozenset[int]:
    rows = likes_of(owner=user, verb=Like.Verb.LIKE, thing="brand")
    return frozenset(pk for pk in rows.values_list("brand_id", flat=True) if pk)


def closet_radar(*, user: User) -> dict[str, float]:
    """Style -> its share of the member's closet; empty while nothing is known of any garment's style."""
    pieces = closet_of(user)
    return engine.style_radar(pieces) if any(style_of(piece) is not None for piece in pieces) else {}


def brands_like_seen(*, user: User, found: Query, limit: int = 10, surprise: bool = False) -> BrandAnswer:
    """The same from what somebody wears on a photo that is not kept; the radar is the whole photo's."""
    worn = [one for one in found.garments if one["vector"]]
    wears = user.profile.wears
    answer = brands_like_pieces(
        pieces=[seen_piece(one, np.asarray(one["vector"], np.float32)).with_(id=one["number"]) for one in worn],
        causes=lambda _numbers: {one["number"]: BrandCause(0, seen=one) for one in worn},
        without=hidden_by(user).brands,
        liked=_liked_by(user),
        gender=None if wears == "any" else wears,
        limit=limit,
        surprise=surprise,
    )
    return replace(answer, radar=found.styles or answer.radar)


def brands_like_pieces(
    *,
    pieces: Sequence[Piece],
    causes: Callable[[Collection[int]], Mapping[int, BrandCause]],
    without: Collection[int] = (),
    liked: Collection[int] = (),
    gender: str | None = None,
    limit: int = 10,
    surprise: bool = False,
) -> BrandAnswer:
    """The same from any pieces: a closet's, or what one full-body photo shows. causes: gives them by the pieces' ids.
    without: brands that are not wanted. liked: brands that count for more."""
    profiles, ledger = _profiles()
    wanted = [profile for profile in profiles if profile.brand not in without]
    ranked = engine.rank_brands(pieces, wanted, gender=gender, liked=liked)
    shown = fair_order(ranked, ledger, limit=limit, surprise=surprise)
    exposure = ledger.report({profile.brand: profile.emerging for profile in profiles})
    _exposure_record(ranked, shown)
    brands = Brand.objects.in_bulk([match.brand for match in shown])
    medoids = dict(
        BrandProfile.objects.filter(brand__in=brands, model_key=current_model_key()).values_list(
            "brand_id", "medoid_products"
        )
    )
    products = Product.objects.published().for_cards().in_bulk([pk for pks in medoids.values() for pk in pks])
    caused = causes({row_of(cause.piece) for match in shown for cause in match.causes})
    answer = [
        BrandLikeMe(
            brands[match.brand],
            match,
            [
                replace(caused[row_of(cause.piece)], share=cause.share)
                for cause in match.causes
                if row_of(cause.piece) in caused
            ],
            [products[pk] for pk in medoids.get(cast(int, match.brand), ()) if pk in products][:4],
        )
        for match in shown
    ]
    knows_style = any(style_of(piece) is not None for piece in pieces)
    lacks = None if answer else _lack(pieces, profiles)
    return BrandAnswer(engine.style_radar(pieces) if knows_style else {}, answer, exposure, lacks)


def _lack(pieces: Sequence[Piece], profiles: Sequence[engine.BrandProfile]) -> Lack:
    if not pieces:
        return Lack.CLOTHES
    if not profiles and Product.objects.published().exists():
        return Lack.PROFILES
    return Lack.BRANDS


def _exposure_record(ranked: Sequence[engine.BrandMatch], shown: Sequence[engine.BrandMatch]) -> None:
    """Adds one answer to the running sums. Two answers at once may lose one: these are statistics."""
    count = ExposureLedger()
    count.record(ranked, shown)
    rows = list(BrandProfile.objects.filter(brand_id__in=list(count.merit), model_key=current_model_key()))
    for row in rows:
        row.merit += count.merit[row.brand_id]
        row.seen += count.seen.get(row.brand_id, 0.0)
    BrandProfile.objects.bulk_update(rows, ["merit", "seen"], batch_size=500)
