"""The search index in numbers, for those who run it: rows, vectors a classifier, cells, what is due, bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, Max, Min, Model, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Look, LookItem, Product, ProductImage
from closet.models import Garment
from recommender.index.model_key import current_model_key
from recommender.index.similarity import CELLS_ABOVE
from recommender.models import (
    BrandProfile,
    GarmentEmbedding,
    LookEmbedding,
    LookItemEmbedding,
    PaletteVector,
    ProductCell,
    ProductEmbedding,
    TagVector,
    TermCount,
)

_THINGS: Final[tuple[tuple[str | Promise, type[Model], type[Model], str], ...]] = (
    (_("garments"), GarmentEmbedding, Garment, "garment"),
    (_("products"), ProductEmbedding, Product, "product"),
    (_("looks"), LookEmbedding, Look, "look"),
    (_("pieces of looks"), LookItemEmbedding, LookItem, "item"),
    (_("brand profiles"), BrandProfile, Brand, "brand"),
)
_TABLES: Final = (
    ProductEmbedding, GarmentEmbedding, LookEmbedding, LookItemEmbedding, ProductCell, TagVector, PaletteVector,
    TermCount, BrandProfile,
)  # fmt: skip


@dataclass(frozen=True)
class Vectors:
    """things: rows that may have one. by_key: [(model key, vectors)]; missing: things without one of the current."""

    name: str | Promise
    things: int
    by_key: list[tuple[str, int]]
    missing: int


@dataclass(frozen=True)
class Numbers:
    """cell_least, cell_most: products in the smallest and largest cell. outside: products with a vector and no cell.

    due: [(what, how many)] that the next sweep or night does. sizes: [(table, rows, bytes)], indexes included.
    """

    model_key: str
    vectors: list[Vectors]
    cells: int
    needs_cells: bool
    cell_least: int
    cell_most: int
    outside: int
    due: list[tuple[str | Promise, int]]
    sizes: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(size for _table, _rows, size in self.sizes)


def numbers() -> Numbers:
    """A fixed number of queries; rows of tables are the planner's estimates, all else is counted."""
    try:
        key = current_model_key()
    except FileNotFoundError:
        key = ""
    mine = ProductEmbedding.objects.filter(model_key=key)
    filled = mine.exclude(cell=0).values("cell").annotate(n=Count("pk"))
    extremes: dict[str, Any] = filled.aggregate(least=Min("n"), most=Max("n"))
    products = mine.count()
    cells = ProductCell.objects.filter(model_key=key).count()
    return Numbers(
        model_key=key,
        vectors=[_vectors(*thing, key) for thing in _THINGS],
        cells=cells,
        needs_cells=products > CELLS_ABOVE,
        cell_least=extremes["least"] or 0,
        cell_most=extremes["most"] or 0,
        outside=mine.filter(cell=0).count() if cells else 0,
        due=[
            (_("brand profiles to be made anew"), BrandProfile.objects.filter(is_stale=True).count()),
            (_("products without words"), Product.objects.filter(tag_vector=None).count()),
            (_("looks without words"), Look.objects.filter(tag_vector=None).count()),
            (_("vectors of earlier classifiers"), sum(_older(model, key) for _n, model, *_rest in _THINGS)),
        ],
        sizes=_sizes(),
    )


def _vectors(name: str | Promise, model: type[Model], things: type[Model], link: str, key: str) -> Vectors:
    rows = things._default_manager.all()
    if things is Garment:
        rows = rows.filter(deleted_at=None).exclude(cutout="")
    elif things is Product:
        rows = rows.filter(Exists(ProductImage.objects.filter(product=OuterRef("pk"))))
    elif things is Look:
        rows = rows.exclude(photo="")
    elif things is LookItem:
        rows = rows.exclude(box=[]).exclude(look__photo="")
    elif things is Brand:
        rows = rows.filter(Exists(Product.objects.filter(brand=OuterRef("pk"))))
    current = model._default_manager.filter(**{link: OuterRef("pk"), "model_key": key})
    counted = model._default_manager.values("model_key").annotate(n=Count("pk")).order_by("-n")
    by_key = [(row["model_key"], row["n"]) for row in counted]
    return Vectors(name, rows.count(), by_key, rows.filter(~Exists(current)).count())


def _older(model: type[Model], key: str) -> int:
    return model._default_manager.exclude(model_key=key).count()


def _sizes() -> list[tuple[str, int, int]]:
    tables = [model._meta.db_table for model in _TABLES]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relname = ANY(%s) AND relkind = 'r' AND pg_table_is_visible(oid) ORDER BY 3 DESC",
            [tables],
        )
        return [(str(name), int(rows), int(size)) for name, rows, size in cursor.fetchall()]
