"""Brand profiles, kept as rows: grown product by product, made anew when outgrown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction

from catalog.models import Brand, Product
from recommender.index.model_key import current_model_key
from recommender.models import BrandProfile
from recommender.services.brands import profile_of_row
from recommender.services.pieces import product_pieces
from recommender.stylist.brands import profiles as engine
from recommender.stylist.pieces import STYLE_SLUGS, Piece
from recommender.stylist.score.features import embeddings_of

SAMPLED = 2000  # products of a brand that its profile is made from; more move no medoid


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
            profile = engine.add_products(profile_of_row(row, emerging=False), product_pieces(added))
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
