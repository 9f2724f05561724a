"""Checked product rows to the database: brands, products and images of one batch, a handful of statements in all."""

# ruff: noqa: S608  (the names in the SQL are our own tables and columns; values are parameters)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from catalog.importers.changes import remember, sign, write_history
from catalog.importers.copying import column_types, stage
from catalog.importers.photos import Picture
from catalog.importers.product_rows import ProductRow
from catalog.models import Brand, ImportJob, Product, ProductImage, SizeChart
from catalog.signals import products_changed

TABLE = Product._meta.db_table
IMAGES = ProductImage._meta.db_table
# Facts the analysis or staff may know better than a feed: what a person set stays.
STAFF_CAN_OWN = {
    "kind_id": "kind", "gender": "gender", "seasons": "seasons", "colour_names": "colours", "colours": "colours",
    "pattern": "pattern", "material": "material", "styles": "styles", "usage": "usage",
}  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "name_en": "", "name_ko": "", "gender": "unisex", "seasons": [], "description_en": "", "description_ko": "",
    "tags": [], "colours": [], "colour_names": [], "pattern": "", "material": "", "styles": {}, "usage": "",
    "staff_fields": [], "price": None, "currency": "KRW", "url": "", "size_chart_id": None, "sizes_in_stock": [],
    "is_in_stock": True, "clicks": 0, "feed_id": None, "gone_at": None,
}  # fmt: skip


@dataclass
class Existing:
    """A product that is there already, as far as an import looks at it. photos: sha256 of its images in order.
    is_gone: its feed told of it no more."""

    pk: int
    content_hash: str
    has_name_and_kind: bool = True
    photos: list[str] = field(default_factory=list)
    is_gone: bool = False


@dataclass
class Written:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    brand_ids: set[int] = field(default_factory=set)


class Brands:
    """Brands by name, made when a file brings a new one."""

    def __init__(self, job: ImportJob, *, publish: bool) -> None:
        self.job, self.publish = job, publish
        self._by_name: dict[str, int] = {}
        for brand in Brand.objects.only("pk", "name_en", "name_ko", "slug"):
            for name in (brand.slug, brand.name_ko, brand.name_en):
                if name:
                    self._by_name[name.casefold()] = brand.pk

    def find(self, name: str) -> int | None:
        return self._by_name.get(name.casefold())

    def make(self, names: Sequence[str]) -> None:
        """Adds those that are missing."""
        for name in names:
            if self.find(name) is None:
                brand = Brand.objects.create(
                    name_en=name, slug=free_slug(name), import_job=self.job, is_published=self.publish
                )
                self._by_name[name.casefold()] = brand.pk


def free_slug(name: str) -> str:
    """A slug for a brand that no other has."""
    base = slugify(name, allow_unicode=True)[:70] or "brand"
    slug, number = base, 2
    while Brand.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def find_existing(keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Existing]:
    """keys: (brand id, sku). One statement, by the unique index."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.brand_id, p.sku, p.id, p.content_hash, "
            "array_remove(array_agg(i.sha256 ORDER BY i.position), NULL), p.gone_at IS NOT NULL "
            f"FROM {TABLE} p JOIN unnest(%s::bigint[], %s::text[]) AS k(brand_id, sku) "
            f"ON p.brand_id = k.brand_id AND p.sku = k.sku LEFT JOIN {IMAGES} i ON i.product_id = p.id GROUP BY p.id",
            [[key[0] for key in keys], [key[1] for key in keys]],
        )
        return {
            (row[0], row[1]): Existing(row[2], row[3], photos=list(row[4]), is_gone=row[5]) for row in cursor.fetchall()
        }


class ProductWriter:
    """job: whose rows these are. mapped: columns of the product table that the file tells; others stay."""

    def __init__(self, job: ImportJob, brands: Brands, *, publish: bool, tells_looks: bool) -> None:
        self.job, self.brands, self.publish, self.tells_looks = job, brands, publish, tells_looks
        self.types = {k: v for k, v in column_types(TABLE).items() if k != "id"}
        self.storage = storages["public"]
        self._charts: dict[tuple[int, str], int] = {}

    def hash_of(self, row: ProductRow, existing: Existing | None) -> str:
        """Looks, then the rest; a file that tells nothing of the looks leaves that half as it was."""
        looks = row.look_hash if self.tells_looks or existing is None else existing.content_hash[:32]
        return looks + row.rest_hash

    def is_same(self, row: ProductRow, existing: Existing | None) -> bool:
        return existing is not None and not existing.is_gone and existing.content_hash == self.hash_of(row, existing)

    def looks_same(self, row: ProductRow, existing: Existing) -> bool:
        return existing.content_hash[:32] == self.hash_of(row, existing)[:32]

    def write(self, rows: list[ProductRow], found: dict[tuple[int, str], Existing]) -> Written:
        """Inside a transaction. rows: new or changed ones, brands made, photos read."""
        written = Written()
        new: list[Any] = []
        changed: list[Any] = []
        for row in rows:
            brand_id = self.brands.find(row.brand)
            existing = found.get((brand_id, row.sku)) if brand_id else None
            (changed if existing else new).append((row, brand_id, existing))
        to_announce: list[int] = []
        ids: dict[tuple[int, str], int] = {}
        if new:
            ids = self._insert([(row, brand_id) for row, brand_id, _none in new])
            written.created = len(ids)
            write_history(self.job, Product, list(ids.values()), "+")
            to_announce += ids.values()
        if changed:
            pks = [existing.pk for _row, _brand, existing in changed]
            remember(self.job, Product, pks, children=("_images", ProductImage, "product_id"))
            self._update(changed)
            sign(self.job, Product)
            write_history(self.job, Product, pks, "~")
            written.updated = len(changed)
            to_announce += [
                e.pk for row, _brand, e in changed if not self.looks_same(row, e) or self._photos_differ(row, e)
            ]
        self._images(new, changed, ids)
        announced = set(to_announce)
        written.brand_ids = {
            brand_id for row, brand_id, existing in (*new, *changed)
            if (existing.pk if existing else ids.get((brand_id, row.sku))) in announced
        }  # fmt: skip
        if to_announce:
            products_changed.send(sender=Product, product_ids=to_announce)
        return written

    def _chart(self, brand_id: int, name: str) -> int | None:
        if not name:
            return None
        key = (brand_id, name.casefold())
        if key not in self._charts:
            chart = SizeChart.objects.filter(brand_id=brand_id, name__iexact=name).values_list("pk", flat=True).first()
            if chart is None:
                return None  # the sizes may be imported later, and find their products then
            self._charts[key] = chart
        return self._charts[key]

    def _values(self, row: ProductRow, brand_id: int) -> dict[str, Any]:
        values = row.values
        if row.chart and (chart := self._chart(brand_id, row.chart)):
            values = {**values, "size_chart_id": chart}
        return values

    def _insert(self, rows: list[tuple[ProductRow, int]]) -> dict[tuple[int, str], int]:
        now = timezone.now()
        columns = list(self.types)

        def whole(row: ProductRow, brand_id: int) -> list[Any]:
            values = {
                **DEFAULTS, "is_published": self.publish, **self._values(row, brand_id), "brand_id": brand_id,
                "sku": row.sku, "created_at": now, "updated_at": now, "import_job_id": self.job.pk,
                "content_hash": self.hash_of(row, None),
            }  # fmt: skip
            return [values[column] for column in columns]

        stage("import_new", self.types, [whole(row, brand_id) for row, brand_id in rows])
        names = ", ".join(columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} ({names}) SELECT {names} FROM import_new "
                "ON CONFLICT (brand_id, sku) DO NOTHING RETURNING brand_id, sku, id"
            )
            return {(row[0], row[1]): row[2] for row in cursor.fetchall()}

    def _update(self, rows: list[tuple[ProductRow, int, Existing]]) -> None:
        values = [(row, existing, self._values(row, brand_id)) for row, brand_id, existing in rows]
        told = sorted({column for _row, _existing, found in values for column in found})
        types = {"id": "bigint", "content_hash": "text", **{column: self.types[column] for column in told}}
        # A row may leave out what another tells (its description is in Korean): COPY a mark of which are told.
        types |= {f"has_{column}": "boolean" for column in told}
        stage(
            "import_changed",
            types,
            [
                [existing.pk, self.hash_of(row, existing), *(found.get(c) for c in told), *(c in found for c in told)]
                for row, existing, found in values
            ],
        )
        # Colours, pattern and the like that the analysis measured stay, unless the feed's looks changed.
        sets = ["content_hash = n.content_hash", "updated_at = now()"]
        for column in told:
            condition = f"n.has_{column}"
            if column in STAFF_CAN_OWN:
                condition += (
                    f" AND NOT '{STAFF_CAN_OWN[column]}' = ANY(p.staff_fields)"
                    " AND left(p.content_hash, 32) <> left(n.content_hash, 32)"
                )
            sets.append(f"{column} = CASE WHEN {condition} THEN n.{column} ELSE p.{column} END")
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {TABLE} p SET {', '.join(sets)} FROM import_changed n WHERE p.id = n.id")

    @staticmethod
    def _photos_differ(row: ProductRow, existing: Existing) -> bool:
        return bool(row.photos) and [photo.sha256 for photo in row.photos] != existing.photos

    def _images(self, new: list[Any], changed: list[Any], ids: dict[tuple[int, str], int]) -> None:
        fresh: list[ProductImage] = []
        replaced: list[int] = []
        for row, brand_id, existing in (*new, *changed):
            pk = existing.pk if existing else ids.get((brand_id, row.sku))
            if pk is None or not row.photos or (existing and not self._photos_differ(row, existing)):
                continue
            if existing:
                replaced.append(pk)
            fresh += [
                ProductImage(product_id=pk, image=self.keep(photo), sha256=photo.sha256, position=position)
                for position, photo in enumerate(row.photos)
            ]
        if replaced:
            ProductImage.objects.filter(product_id__in=replaced).delete()
        ProductImage.objects.bulk_create(fresh)

    def keep(self, photo: Picture) -> str:
        return keep_picture(photo, "productimage")


def keep_picture(photo: Picture, folder: str) -> str:
    """Stores a picture under its own fingerprint and returns the name: a batch that is done again, or two products
    with one photo, make one file."""
    storage = storages["public"]
    name = f"{folder}/{photo.sha256[:2]}/{photo.sha256[:40]}.webp"
    if not storage.exists(name):
        storage.save(name, ContentFile(photo.webp))
    return name
