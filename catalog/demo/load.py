"""Writes the demo catalogue. Loading again changes nothing that is up to date and illustrates nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction

from catalog.demo.houses import HOUSES
from catalog.demo.looks import DemoLook, looks
from catalog.demo.pictures import LookOrder, LookPicture, ProductPicture, look_pictures, product_pictures
from catalog.demo.products import PICTURES, DemoProduct, products
from catalog.demo.sizes import Chart
from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage, SizeChart, SizeRow
from catalog.signals import brands_changed, looks_changed, products_changed
from catalog.taxonomy import KIND_BY_SLUG, Slot

BATCH = 60  # products or looks written in one transaction
_PRODUCT_FIELDS = [
    "name_en", "name_ko", "kind", "gender", "seasons", "description_en", "description_ko", "tags", "colours",
    "colour_names", "pattern", "material", "styles", "usage", "price", "currency", "size_chart", "sizes_in_stock",
    "is_in_stock", "content_hash", "updated_at",
]  # fmt: skip
_LOOK_FIELDS = [
    "title_en", "title_ko", "style", "styles", "gender", "seasons", "occasions", "tags", "colours", "photo",
    "wearer_height_mm", "wearer_weight_g", "is_drawn", "content_hash", "updated_at",
]  # fmt: skip
_USAGE = {"sporty": "sports", "formal": "formal", "dandy": "formal"}


@dataclass(frozen=True)
class DemoLoaded:
    """How many are there, and how many of them were written now."""

    brands: int
    products: int
    looks: int
    products_written: int
    looks_written: int


def demo_load(
    *, workers: int | None = None, limit: int | None = None, say: Callable[[str], None] = lambda _: None
) -> DemoLoaded:
    """Bring the demo catalogue into the database.

    workers: threads that make pictures. limit: only the first looks and the products they are made of.
    """
    kinds = {kind.slug: kind for kind in Kind.objects.filter(slug__in=KIND_BY_SLUG)}
    brands = _write_brands()
    chosen = looks()[:limit]
    skus = {piece.sku for look in chosen for piece in look.pieces}
    wanted = [product for product in products() if limit is None or product.sku in skus]
    known = dict(
        Product.objects.filter(brand__in=brands.values(), images__isnull=False).values_list("sku", "content_hash")
    )
    stale = [product for product in wanted if known.get(product.sku) != product.fingerprint]
    say(f"illustrating {len(stale)} of {len(wanted)} products")
    charts = _write_charts(stale, brands, kinds)
    pictures = product_pictures([(product.spec, product.house.ground) for product in stale], workers=workers)
    cutouts: dict[str, bytes] = {}
    written: list[int] = []
    for start in range(0, len(stale), BATCH):
        batch = list(zip(stale[start : start + BATCH], pictures, strict=False))  # the pictures go on in the next one
        written += _write_products(batch, brands, kinds, charts)
        cutouts |= {product.sku: made.cutout for product, made in batch}
    # Two houses never share a SKU, so a SKU alone tells which product a look's piece is.
    stored = {product.sku: product for product in Product.objects.filter(brand__in=brands.values())}
    looks_written = _write_looks(chosen, stored, kinds, cutouts, workers, say)
    with transaction.atomic():
        if written:
            products_changed.send(sender=Product, product_ids=written)
            brands_changed.send(sender=Brand, brand_ids=[brand.pk for brand in brands.values()])
        if looks_written:
            looks_changed.send(sender=Look, look_ids=looks_written)
    return DemoLoaded(len(brands), len(wanted), len(chosen), len(written), len(looks_written))


def _write_brands() -> dict[str, Brand]:
    out = {}
    for house in HOUSES:
        out[house.slug], _ = Brand.objects.update_or_create(
            slug=house.slug,
            defaults={
                "name_en": house.en, "name_ko": house.ko, "story_en": house.story_en, "story_ko": house.story_ko,
                "price_band": house.band, "made_for": house.made_for, "is_emerging": house.emerging,
            },
        )  # fmt: skip
    return out


def _chart_key(product: DemoProduct) -> tuple[str, str]:
    return product.house.slug, product.chart.name if product.chart else ""


@transaction.atomic
def _write_charts(
    wanted: Sequence[DemoProduct], brands: dict[str, Brand], kinds: dict[str, Kind]
) -> dict[tuple[str, str], SizeChart]:
    """Many products of a house share a size chart."""
    charts = {_chart_key(product): product.chart for product in wanted if product.chart}
    return {key: _write_chart(chart, brands[key[0]], kinds) for key, chart in charts.items()}


def _write_chart(chart: Chart, brand: Brand, kinds: dict[str, Kind]) -> SizeChart:
    stored, created = SizeChart.objects.update_or_create(
        brand=brand,
        name=chart.name,
        defaults={
            "kind": kinds[chart.kind],
            # A shoe's label is the foot it fits, not the shoe's own length.
            "measures": "body" if KIND_BY_SLUG[chart.kind].slot is Slot.SHOES else "garment",
            "intended_fit": chart.fit,
            "made_for": chart.gender,
        },
    )
    if created:
        SizeRow.objects.bulk_create(
            SizeRow(chart=stored, label=label, zones=dict(zones), position=position)
            for position, (label, zones) in enumerate(chart.rows)
        )
    return stored


@transaction.atomic
def _write_products(
    batch: Sequence[tuple[DemoProduct, ProductPicture]],
    brands: dict[str, Brand],
    kinds: dict[str, Kind],
    charts: dict[tuple[str, str], SizeChart],
) -> list[int]:
    rows = Product.objects.bulk_create(
        [
            Product(
                brand=brands[product.house.slug],
                sku=product.sku,
                name_en=product.en,
                name_ko=product.ko,
                kind=kinds[product.kind],
                gender=product.gender,
                seasons=list(product.seasons),
                description_en=product.description_en,
                description_ko=product.description_ko,
                tags=list(product.tags),
                colours=product.palette,
                colour_names=list(product.colours),
                pattern=product.spec.pattern,
                material=product.spec.material,
                styles=product.styles,
                usage=_USAGE.get(max(product.styles, key=product.styles.__getitem__), "casual"),
                price=product.price,
                currency="KRW",
                size_chart=charts.get(_chart_key(product)),
                sizes_in_stock=list(product.sizes_in_stock),
                is_in_stock=bool(product.sizes_in_stock),
                content_hash=product.fingerprint,
            )
            for product, _ in batch
        ],
        update_conflicts=True,
        unique_fields=["brand", "sku"],
        update_fields=_PRODUCT_FIELDS,
    )
    for old in ProductImage.objects.filter(product__in=rows):
        old.image.delete(save=False)
        if old.cutout:
            old.cutout.delete(save=False)
    ProductImage.objects.filter(product__in=rows).delete()
    images = []
    for row, (_, pictures) in zip(rows, batch, strict=True):
        image = ProductImage(product=row, sha256=hashlib.sha256(pictures.photo).hexdigest())
        image.image.save("flat.webp", ContentFile(pictures.photo), save=False)
        image.cutout.save("cutout.webp", ContentFile(pictures.cutout), save=False)
        images.append(image)
    ProductImage.objects.bulk_create(images)
    return [row.pk for row in rows]


def _write_looks(
    wanted: Sequence[DemoLook],
    stored: dict[str, Product],
    kinds: dict[str, Kind],
    cutouts: dict[str, bytes],
    workers: int | None,
    say: Callable[[str], None],
) -> list[int]:
    prints = {look.key: _look_print(look) for look in wanted}
    known = dict(Look.objects.filter(key__in=prints).exclude(photo="").values_list("key", "content_hash"))
    stale = [look for look in wanted if known.get(look.key) != prints[look.key]]
    say(f"laying out {len(stale)} of {len(wanted)} looks")
    orders = [
        LookOrder(
            tuple(p.spec for p in look.pieces),
            tuple(_cutout(p, stored, cutouts) for p in look.pieces),
            look.ground,
            look.seed,
        )
        for look in stale
    ]
    pictures = look_pictures(orders, workers=workers)
    written = []
    for start in range(0, len(stale), BATCH):
        batch = list(zip(stale[start : start + BATCH], pictures, strict=False))
        written += _write_look_rows(batch, stored, kinds, prints)
    return written


@transaction.atomic
def _write_look_rows(
    batch: Sequence[tuple[DemoLook, LookPicture]],
    stored: dict[str, Product],
    kinds: dict[str, Kind],
    prints: dict[str, str],
) -> list[int]:
    for old in Look.objects.filter(key__in=[look.key for look, _ in batch]).exclude(photo=""):
        old.photo.delete(save=False)
    rows = []
    for look, picture in batch:
        row = Look(
            key=look.key,
            title_en=look.en,
            title_ko=look.ko,
            style=look.style,
            styles=look.styles,
            gender=look.gender,
            seasons=list(look.seasons),
            occasions=[look.occasion],
            tags=list(look.tags),
            colours=look.palette,
            wearer_height_mm=look.height_mm,
            wearer_weight_g=look.weight_g,
            is_drawn=True,
            content_hash=prints[look.key],
        )
        row.photo.save("look.webp", ContentFile(picture.photo), save=False)
        rows.append(row)
    rows = Look.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=_LOOK_FIELDS)
    LookItem.objects.filter(look__in=rows).delete()
    LookItem.objects.bulk_create(
        LookItem(
            look=row,
            kind=kinds[look.pieces[spot.piece].kind],
            product=stored[look.pieces[spot.piece].sku],
            box=list(spot.box),
            colours=look.pieces[spot.piece].palette,
            position=position,
        )
        for row, (look, picture) in zip(rows, batch, strict=True)
        for position, spot in enumerate(picture.placed)
    )
    return [row.pk for row in rows]


def _cutout(product: DemoProduct, stored: dict[str, Product], cutouts: dict[str, bytes]) -> bytes:
    if product.sku not in cutouts:
        image = stored[product.sku].images.get()
        with image.cutout.open("rb") as file:
            cutouts[product.sku] = file.read()
    return cutouts[product.sku]


def _look_print(look: DemoLook) -> str:
    return hashlib.sha256(f"{PICTURES}|{look!r}".encode()).hexdigest()
