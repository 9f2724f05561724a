"""Brand profiles, kept as rows: grown product by product, rebuilt when outgrown; and brands that are like a member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from django.db import transaction

from catalog.models import Brand, Product
from closet.models import Garment, User
from closet.services.likes import hidden_by
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
            "styles": _styles_of(profile),
            "genders": dict(profile.genders or {}),
            "products": profile.products,
            "since_rebuild": 0,
            "price_low": low,
            "price_high": high,
            "is_stale": False,
        },
    )


def profiles_grow(*, product_ids: Collection[int], model_key: str) -> int:
    """Adds products that were just described to their brands' profiles; how many profiles grew.

    A brand without a profile, and one that has outgrown its medoids, becomes stale: the sweeper has it made anew.
    """
    products = Product.objects.published().filter(pk__in=list(product_ids), embeddings__model_key=model_key)
    of_brand: dict[int, list[Product]] = defaultdict(list)
    for product in products.select_related("brand", "kind__parent"):
        of_brand[product.brand_id].append(product)
    grown = 0
    for brand, added in of_brand.items():
        with transaction.atomic():
            row, made = BrandProfile.objects.select_for_update().get_or_create(brand_id=brand, model_key=model_key)
            if made or row.is_stale or not row.centres:
                row.is_stale = True
                row.save(update_fields=["is_stale", "updated_at"])
                continue
            profile = engine.add_products(_profile_of(row, emerging=False), product_pieces(added))
            row.medoid_shares = [float(share) for share in profile.medoid_shares]
            row.styles = _styles_of(profile)
            row.genders = dict(profile.genders or {})
            row.products, row.since_rebuild = profile.products, profile.since_rebuild
            row.price_low, row.price_high = profile.price_band or (None, None)
            row.is_stale = profile.stale
            row.save()
            grown += 1
    return grown


def _styles_of(profile: engine.BrandProfile) -> dict[str, float]:
    return {slug: round(float(share), 4) for slug, share in zip(STYLE_SLUGS, profile.style, strict=True)}


def _profile_of(row: BrandProfile, *, emerging: bool) -> engine.BrandProfile:
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
        profiles.append(_profile_of(row, emerging=row.brand.is_emerging))
        ledger.merit[row.brand_id], ledger.seen[row.brand_id] = row.merit, row.seen
    return profiles, ledger


@dataclass(frozen=True)
class BrandCause:
    """What brought a brand up, and its share: a garment of the member's, or one `seen` on a photo (as in `Query`)."""

    share: float
    garment: Garment | None = None
    seen: dict[str, Any] | None = None


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
    def reasons(self) -> list[tuple[str, float]]:
        """Part of the score -> its share of it; they sum to 1."""
        return [(part.name, part.contribution / (self.match.score or 1)) for part in self.match.parts]


@dataclass(frozen=True)
class BrandAnswer:
    """exposure: "emerging" and "established" -> the share of attention these got so far, over the share their
    likeness to the askers earned them."""

    radar: dict[str, float]
    brands: list[BrandLikeMe]
    exposure: dict[str, float] = field(default_factory=dict)


def brands_like_me(*, user: User, limit: int = 10, surprise: bool = False) -> BrandAnswer:
    """Brands whose products are like the member's closet, emerging ones shown fairly."""
    garments = my_garments(user)
    return brands_like_pieces(
        pieces=closet_pieces(garments),
        causes={garment.pk: BrandCause(0, garment=garment) for garment in garments},
        without=hidden_by(user).brands,
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
    worn = [one for one in found.garments if one["vector"]]
    wears = user.profile.wears
    answer = brands_like_pieces(
        pieces=[seen_piece(one, np.asarray(one["vector"], np.float32)).with_(id=one["number"]) for one in worn],
        causes={one["number"]: BrandCause(0, seen=one) for one in worn},
        without=hidden_by(user).brands,
        gender=None if wears == "any" else wears,
        limit=limit,
        surprise=surprise,
    )
    return replace(answer, radar=found.styles or answer.radar)


def brands_like_pieces(
    *,
    pieces: Sequence[Piece],
    causes: Mapping[int, BrandCause],
    without: Collection[int] = (),
    gender: str | None = None,
    limit: int = 10,
    surprise: bool = False,
) -> BrandAnswer:
    """The same from any pieces: a closet's, or what one full-body photo shows. causes: by the pieces' ids.
    without: brands that are not wanted."""
    profiles, ledger = _profiles()
    wanted = [profile for profile in profiles if profile.brand not in without]
    ranked = engine.rank_brands(pieces, wanted, gender=gender)
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
    answer = [
        BrandLikeMe(
            brands[match.brand],
            match,
            [replace(causes[row_of(cause.piece)], share=cause.share) for cause in match.causes],
            [products[pk] for pk in medoids.get(cast(int, match.brand), ()) if pk in products][:4],
        )
        for match in shown
    ]
    knows_style = any(piece.styles is not None for piece in pieces)
    return BrandAnswer(engine.style_radar(pieces) if knows_style else {}, answer, exposure)


def _exposure_record(ranked: Sequence[engine.BrandMatch], shown: Sequence[engine.BrandMatch]) -> None:
    """Adds one answer to the running sums. Two answers at once may lose one: these are statistics."""
    count = ExposureLedger()
    count.record(ranked, shown)
    rows = list(BrandProfile.objects.filter(brand_id__in=list(count.merit), model_key=current_model_key()))
    for row in rows:
        row.merit += count.merit[row.brand_id]
        row.seen += count.seen.get(row.brand_id, 0.0)
    BrandProfile.objects.bulk_update(rows, ["merit", "seen"], batch_size=500)
