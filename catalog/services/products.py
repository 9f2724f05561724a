"""Products as staff edit them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from catalog.importers.product_rows import LOOKS, palette
from catalog.models import Brand, Product
from catalog.signals import brands_changed, products_changed

# Facts that the analysis would measure; once a person sets one it stays.
MEASURED = frozenset({"kind", "gender", "seasons", "colours", "colour_names", "pattern", "material", "styles", "usage"})
_SEEN = frozenset(LOOKS) | {"kind", "brand", "colours", "is_published"}


def product_edited(*, product: Product, changed: Sequence[str]) -> None:
    """After staff saved a form. changed: names of its fields. Their word counts more than the analysis's."""
    owned = {"colours" if name == "colour_names" else name for name in changed if name in MEASURED}
    if owned - set(product.staff_fields):
        product.staff_fields = sorted({*product.staff_fields, *owned})
        product.save(update_fields=["staff_fields"])
    if "colour_names" in changed:
        product.colours = palette(tuple(product.colour_names))
        product.save(update_fields=["colours"])
    if _SEEN & set(changed):
        products_announce(product_ids=[product.pk])


def products_announce(*, product_ids: Sequence[int]) -> None:
    """Has embeddings, keywords and brand profiles made anew."""
    if not product_ids:
        return
    brands = Product.objects.filter(pk__in=product_ids).order_by().values_list("brand_id", flat=True).distinct()
    brand_ids = sorted(brands)
    with transaction.atomic():
        products_changed.send(sender=Product, product_ids=list(product_ids))
        brands_changed.send(sender=Brand, brand_ids=brand_ids)


def products_publish(*, products: QuerySet[Product], published: bool) -> int:
    """Returns how many changed."""
    with transaction.atomic():
        ids = list(products.exclude(is_published=published).values_list("pk", flat=True))
        Product.objects.filter(pk__in=ids).update(is_published=published)
        products_announce(product_ids=ids)
    return len(ids)


def product_clicked(*, product: Product) -> None:
    """Counts one visit to the shop; in the database, so that two at once both count."""
    Product.objects.filter(pk=product.pk).update(clicks=F("clicks") + 1)
