"""Brands as staff edit them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from catalog.models import Brand, Product
from catalog.signals import brands_changed, products_changed


def brands_publish(*, brands: QuerySet[Brand], published: bool) -> int:
    """A brand that is taken down takes its products from every search with it. Returns how many changed."""
    with transaction.atomic():
        ids = list(brands.exclude(is_published=published).values_list("pk", flat=True))
        Brand.objects.filter(pk__in=ids).update(is_published=published)
        brand_listing_changed(brand_ids=ids)
    return len(ids)


def brand_listing_changed(*, brand_ids: list[int]) -> None:
    if not brand_ids:
        return
    with transaction.atomic():
        products = list(Product.objects.filter(brand__in=brand_ids).values_list("pk", flat=True))
        products_changed.send(sender=Product, product_ids=products)
        brands_changed.send(sender=Brand, brand_ids=brand_ids)
