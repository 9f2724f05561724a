"""Brand profiles, kept as rows and rebuilt when a brand's products change; and brands that are like a member."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from catalog.models import Brand, Product
from closet.models import Garment, User
from recommender.keys import current_model_key
from recommender.models import DIM, BrandProfile
from recommender.pieces import closet_pieces, my_garments, product_pieces, row_of, seen_piece
from recommender.query import Query
from recommender.stylist import brands as engine
from recommender.stylist.exposure import ExposureLedger, fair_order
from recommender.stylist.learned import embeddings_of
from recommender.stylist.pieces import STYLE_SLUGS, Piece

SAMPLED = 2000  # products of a brand that its profile is made from; more move no medoid


# --- Building ------------------------------------------------------------------------------------------------------
def profiles_rebuild(*, brand_ids: Collection[int] | None = None) -> int:
    """Makes the profiles of these brands (or of all that are stale or have none) anew; how many were made."""
    key = current_model_key()
    brands = Brand.objects.all()
    if brand_ids is None:
        brands = brands.exclude(pk__in=BrandProfile.objects.filter(model_key=key, is_stale=False).values("brand"))
    else:
        brands = brands.filter(pk__in=list(brand_ids))
    made = 0
    for brand in brands.iterator(chunk_size=100):
        rows = Product.objects.published().of_brand(brand).filter(embeddings__model_key=key)
        products = list(rows.select_related("brand", "kind__parent").order_by("-pk")[:SAMPLED])
        _profile_save(brand, product_pieces(products), [product.pk for product in products], key)
        made += 1
    return made


def _profile_save(brand: Brand, pieces: Sequence[Piece], pks: Sequence[int], key: str) -> None:
    profile = engine.build_profile(brand.pk, pieces, emerging=brand.is_emerging)
    vectors, known = embeddings_of(pieces)
    rows, shares = engine.choose_medoids(vectors[known])
    kept = [pk for pk, has in zip(pks, known, strict=True) if has]
    low, high = profile.price_band or (None, None)
    BrandProfile.objects.update_or_create(
        brand=brand,
        model_key=key,
        defaults={
            "medoid_products": [kept[row] for row in rows],
            "medoid_shares": [float(share) for share in shares],
            "centres": profile.medoids.astype("<f4").tobytes(),
            "styles": {slug: round(float(share), 4) for slug, share in zip(STYLE_SLUGS, profile.style, strict=True)},
            "genders": dict(profile.genders or {}),
            "products": profile.products,
            "price_low": low,
            "price_high": high,
            "is_stale": False,
        },
    )


# --- Reading -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class BrandFacts:
    """What a brand's page shows of its profile."""

    medoids: list[tuple[Product, float]]
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
        (products[pk], share)
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
        profiles.append(
            engine.BrandProfile(
                brand=row.brand_id,
                medoids=np.frombuffer(row.centres, dtype="<f4").reshape(-1, DIM),
                medoid_shares=np.array(row.medoid_shares, dtype=np.float32),
                style=np.array([row.styles.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32),
                price_band=(row.price_low, row.price_high) if row.price_low and row.price_high else None,
                genders=row.genders,
                products=row.products,
                emerging=row.brand.is_emerging,
            )
        )
        ledger.merit[row.brand_id], ledger.seen[row.brand_id] = row.merit, row.seen
    return profiles, ledger


@dataclass(frozen=True)
class BrandLikeMe:
    """A brand with the parts of its score, the garments that caused it and products of it to look at."""

    brand: Brand
    match: engine.BrandMatch
    causes: list[tuple[Garment | None, float]]
    products: list[Product]

    @property
    def percent(self) -> int:
        return round(100 * self.match.score)


@dataclass(frozen=True)
class BrandAnswer:
    radar: dict[str, float]
    brands: list[BrandLikeMe]


def brands_like_me(*, user: User, limit: int = 10, surprise: bool = False) -> BrandAnswer:
    """Brands whose products are like the member's closet, emerging ones shown fairly."""
    garments = my_garments(user)
    return brands_like_pieces(
        pieces=closet_pieces(garments),
        garments={garment.pk: garment for garment in garments},
        gender=None if user.profile.wears == "any" else user.profile.wears,
        limit=limit,
        surprise=surprise,
    )


def closet_radar(*, user: User) -> dict[str, float]:
    """Style -> its share of the member's closet; empty while nothing is known of any garment's style."""
    pieces = closet_pieces(my_garments(user))
    return engine.style_radar(pieces) if any(piece.styles is not None for piece in pieces) else {}


def brands_like_seen(*, user: User, found: Query, limit: int = 10, surprise: bool = False) -> BrandAnswer:
    """The same from what somebody wears on a photo that is not kept; the radar is the whole photo's."""
    worn = [
        seen_piece(one, np.asarray(one["vector"], np.float32)).with_(id=-number - 1)
        for number, one in enumerate(found.garments)
        if one["vector"]
    ]
    wears = user.profile.wears
    gender = None if wears == "any" else wears
    answer = brands_like_pieces(pieces=worn, garments={}, gender=gender, limit=limit, surprise=surprise)
    return BrandAnswer(found.styles or answer.radar, answer.brands)


def brands_like_pieces(
    *,
    pieces: Sequence[Piece],
    garments: dict[int, Garment],
    gender: str | None = None,
    limit: int = 10,
    surprise: bool = False,
) -> BrandAnswer:
    """The same from any pieces: a closet's, or what one full-body photo shows."""
    profiles, ledger = _profiles()
    ranked = engine.rank_brands(pieces, profiles, gender=gender)
    shown = fair_order(ranked, ledger, limit=limit, surprise=surprise)
    _exposure_record(ranked, shown)
    brands = Brand.objects.in_bulk([match.brand for match in shown])
    medoids = dict(
        BrandProfile.objects.filter(brand__in=brands, model_key=current_model_key()).values_list(
            "brand_id", "medoid_products"
        )
    )
    products = Product.objects.published().for_cards().in_bulk([pk for pks in medoids.values() for pk in pks])
    answer = [
        BrandLikeMe(
            brands[match.brand],
            match,
            [(garments.get(row_of(cause.piece)), cause.share) for cause in match.causes],
            [products[pk] for pk in medoids.get(cast(int, match.brand), ()) if pk in products][:4],
        )
        for match in shown
    ]
    knows_style = any(piece.styles is not None for piece in pieces)
    return BrandAnswer(engine.style_radar(pieces) if knows_style else {}, answer)


def _exposure_record(ranked: Sequence[engine.BrandMatch], shown: Sequence[engine.BrandMatch]) -> None:
    """Adds one answer to the running sums. Two answers at once may lose one: these are statistics."""
    count = ExposureLedger()
    count.record(ranked, shown)
    rows = list(BrandProfile.objects.filter(brand_id__in=list(count.merit), model_key=current_model_key()))
    for row in rows:
        row.merit += count.merit[row.brand_id]
        row.seen += count.seen.get(row.brand_id, 0.0)
    BrandProfile.objects.bulk_update(rows, ["merit", "seen"], batch_size=500)
