"""The only pgvector queries. Everything that asks "what is near?" asks here.

All vectors are 256-d halfvecs of unit length, so `<#>` (negative inner product) orders as cosine distance does and
every query orders ascending by that bare operator. A hit's `distance` is 1 - cosine: 0 the same, 1 unrelated.

A closet and a brand's medoids are scanned exactly. Products are in cells (cells.py: k-means, about the root of the
rows): a search reads the cells nearest to what is asked, one after the other, until enough rows passed its filters,
and orders those exactly. One plain statement does it, and no width of a filter needs a way of its own: under a thin
one fewer rows pass than are enough, so every cell is read and the answer is exact; under a wide one the first few
cells suffice. Conditions that only the products know are asked of the nearest, one after the other; where they leave
less than half, more cells are read in proportion. A covering btree on (cell, kind, gender, season) carries the
vectors, so that a cell is read page after page (no lookups in the table). HNSW on clustered vectors like ours (m 16,
ef_construction 64) found nothing right for some queries, mean recall 0.95 and the worst 0.00. At 288,854 products this
way gave 0.994 and 0.85, and 0.98 or more on average at every width of filter from 50 % to 0.06 %, in 5 ms.
`./run bench search` measures it anew.
What is in no cell yet (all of it, until the night after a new classifier) is compared as well, one and all.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BinaryField, BooleanField, F, FloatField, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan
from numpy.typing import NDArray
from pgvector import HalfVector, SparseVector
from pgvector.django import MaxInnerProduct

from catalog.models import Kind
from closet.models import Garment, User
from closet.services.likes import hidden_by
from recommender.models import (
    DIM,
    BrandProfile,
    GarmentEmbedding,
    LookEmbedding,
    LookItemEmbedding,
    PaletteVector,
    ProductCell,
    ProductEmbedding,
    TagVector,
)

Vector = NDArray[np.float32]
_SENT = np.dtype([("length", ">u2"), ("unused", ">u2"), ("values", ">f2", DIM)])  # a halfvec on the wire

SEASON_BITS = {"spring": 1, "summer": 2, "autumn": 4, "winter": 8}
# Passing rows that are enough, and how many more for each cell there is; measured by `./run bench search`. A kind may
# lead away from what is asked (trousers like this shirt): its nearest rows lie in no particular cell, so that more of
# them are compared, and the more the larger the catalogue.
ENOUGH = (3_000, 0)
ENOUGH_OF_A_KIND = (5_000, 8)
CELLS_ABOVE = 20_000  # rows that an exact scan still compares within a few milliseconds
EXACT_BELOW = 800  # products that other conditions leave over, few enough to be compared one and all
MOST_COUNT = 2  # of so many times what is asked for, the nearest by themselves, other conditions usually leave enough
MUCH = 0.25  # of the documents asked for: so many that count tell that not only few do
EF_SEARCH = 200


class Hit(NamedTuple):
    """pk: of the garment, product, look or item. distance: 1 - cosine, 0..2. besides: to another vector."""

    pk: int
    distance: float
    besides: float | None = None


class Near(NamedTuple):
    """What products are compared with."""

    vector: Vector
    model_key: str


def season_bits(seasons: Collection[str]) -> int:
    """Seasons as bits; a thing without a season is for all of them."""
    return sum(SEASON_BITS[season] for season in set(seasons)) or 15


@dataclass(frozen=True)
class Among:
    """The products, or looks, that count: by conditions on columns that stay with the things themselves."""

    rows: QuerySet[Any]

    @cached_property
    def _sql(self) -> tuple[str, Sequence[Any]]:
        """Their ids as a statement, put together once: several statements ask for it."""
        return self.rows.order_by().values_list("pk").query.sql_with_params()

    @cached_property
    def few(self) -> list[int] | None:
        """Their ids where they are few, None where they are many."""
        try:
            if _estimate(*self._sql) > 2 * EXACT_BELOW:
                return None
        except EmptyResultSet:
            return []
        pks = list(self.rows.order_by().values_list("pk", flat=True)[: EXACT_BELOW + 1])
        return pks if len(pks) <= EXACT_BELOW else None

    def counts(self, name: str) -> tuple[str, Sequence[Any]]:
        """A condition that the row of the id called `name` is among them, looked up row by row: a subquery for one
        value is never turned into a join, whose other side would be read whole."""
        try:
            sql, values = self._sql
        except EmptyResultSet:
            return "false", ()
        return f"(SELECT id FROM ({sql}) AS counted (id) WHERE counted.id = {name}) IS NOT NULL", values  # noqa: S608


@dataclass(frozen=True)
class ProductFilter:
    """Hard predicates of a product search. Empty means any.

    genders: a person who wears women's clothes asks for {"women", "unisex"}. reader: whose hidden products and brands
    are left out.
    """

    kinds: Collection[int] = ()
    slots: Collection[str] = ()
    genders: Collection[str] = ()
    seasons: Collection[str] = ()
    brands: Collection[int] = ()
    without: Collection[int] = field(default=())
    among: Among | None = None
    reader: User | None = None

    def query(self) -> Q:
        query = Q(is_listed=True)
        hidden = hidden_by(self.reader)
        if self.kinds:
            query &= Q(kind_id__in=list(self.kinds))
        if self.slots:
            # By their kinds, which the cells' index knows.
            query &= Q(kind_id__in=list(Kind.objects.filter(slot__in=list(self.slots)).values_list("pk", flat=True)))
        if self.genders:
            query &= Q(gender__in=list(self.genders))
        if self.seasons:
            # As an expression: a list of eight bit sets would be looked up in the index one by one, cell after cell.
            query &= Q(GreaterThan(F("season_bits").bitand(season_bits(self.seasons)), 0))
        if self.brands:
            query &= Q(brand_id__in=list(self.brands))
        if without := {*self.without, *hidden.products}:
            query &= ~Q(product_id__in=list(without))
        if hidden.brands:
            query &= ~Q(brand_id__in=list(hidden.brands))
        return query


def _near(rows: QuerySet[Any], vector: Vector) -> QuerySet[Any]:
    return rows.order_by(MaxInnerProduct("vector", HalfVector(vector.tolist())))


def _hits(rows: QuerySet[Any], vector: Vector, key: str, limit: int, offset: int = 0) -> list[Hit]:
    near = _near(rows, vector).annotate(inner=MaxInnerProduct("vector", HalfVector(vector.tolist())))
    return [Hit(pk, 1 + inner) for pk, inner in near.values_list(key, "inner")[offset : offset + limit]]


# --- One's own vector ---------------------------------------------------------------------------------------
def garment_vector(*, garment_id: int, model_key: str) -> Vector | None:
    """(256,) float32, L2-normalised; None while it was not analysed."""
    return _one(GarmentEmbedding.objects.filter(garment_id=garment_id, model_key=model_key))


def product_vector(*, product_id: int, model_key: str) -> Vector | None:
    return _one(ProductEmbedding.objects.filter(product_id=product_id, model_key=model_key))


def look_vector(*, look_id: int, model_key: str) -> Vector | None:
    return _one(LookEmbedding.objects.filter(look_id=look_id, model_key=model_key))


def _one(rows: QuerySet[Any]) -> Vector | None:
    found = rows.values_list("vector", flat=True).first()
    return None if found is None else to_array(found)


def to_array(vector: HalfVector | Any) -> Vector:
    values = vector.to_numpy() if isinstance(vector, HalfVector) else np.asarray(vector)
    return np.asarray(values, dtype=np.float32)


def garment_vectors(*, garments: Collection[int], model_key: str) -> dict[int, Vector]:
    """{garment id: (256,) float32} of those that have one."""
    rows = GarmentEmbedding.objects.filter(garment_id__in=list(garments), model_key=model_key)
    return _vectors_of(rows, "garment_id")


def product_vectors(*, products: Collection[int], model_key: str) -> dict[int, Vector]:
    rows = ProductEmbedding.objects.filter(product_id__in=list(products), model_key=model_key)
    return _vectors_of(rows, "product_id")


def look_item_vectors(*, items: Collection[int], model_key: str) -> dict[int, Vector]:
    rows = LookItemEmbedding.objects.filter(item_id__in=list(items), model_key=model_key)
    return _vectors_of(rows, "item_id")


def _vectors_of(rows: QuerySet[Any], key: str) -> dict[int, Vector]:
    """{key: vector}, of the bytes that Postgres sends: its text, or pgvector's lists, take ten times as long."""
    sent = list(rows.values_list(key, Func(F("vector"), function="halfvec_send", output_field=BinaryField())))
    if not sent:
        return {}
    table = np.frombuffer(b"".join(value for _pk, value in sent), dtype=_SENT)["values"].astype(np.float32)
    return {pk: table[row] for row, (pk, _value) in enumerate(sent)}


# --- Closet ---------------------------------------------------------------------------------------------------
def nearest_garments(
    *,
    owner: User,
    vector: Vector,
    model_key: str,
    limit: int,
    slots: Collection[str] = (),
    without: Collection[int] = (),
) -> list[Hit]:
    """The owner's garments nearest to `vector`, nearest first."""
    mine = Garment.objects.owned_by(owner).active().exclude(pk__in=list(without))
    if slots:
        mine = mine.filter(kind__slot__in=list(slots))
    # Exact scan: a closet is hundreds of rows; an index would drop filtered hits.
    return _hits(GarmentEmbedding.objects.filter(model_key=model_key, garment__in=mine), vector, "garment_id", limit)


# --- Catalogue --------------------------------------------------------------------------------------------------
def nearest_products(
    *,
    vector: Vector,
    model_key: str,
    wanted: ProductFilter,
    limit: int,
    offset: int = 0,
    besides: Vector | None = None,
) -> list[Hit]:
    """Published products nearest to `vector` that pass the filter, nearest first; and how far from `besides`."""
    asked = _annotated(vector, besides)
    rows: QuerySet[Any] = ProductEmbedding.objects.filter(wanted.query(), model_key=model_key).annotate(**asked)
    if wanted.among is not None and wanted.among.few is not None:
        few = in_ids(ProductEmbedding, "product_id", wanted.among.few)
        return _hits_exactly(rows.filter(few), limit, offset)
    if wanted.brands:
        # The cells' index does not know brands, and another finds the rows.
        among = rows if wanted.among is None else rows.filter(product__in=wanted.among.rows)
        return _hits_exactly(among, limit, offset)
    enough, a_cell = ENOUGH_OF_A_KIND if wanted.kinds or wanted.slots else ENOUGH
    cells = ProductCell.objects.filter(model_key=model_key).order_by(
        MaxInnerProduct("centre", HalfVector(vector.tolist()))
    )
    if wanted.among is None:
        return _hits_in_cells(rows, cells, (enough, a_cell, 1), limit, offset)
    reach = MOST_COUNT * (limit + offset)
    hits = _hits_in_cells(rows, cells, (enough, a_cell, 1), limit, offset, wanted.among, reach)
    if len(hits) < limit:
        # Fewer of the nearest count than was hoped: as many more are compared, one and all if need be.
        share = reach // max(len(hits), 1)
        hits = _hits_in_cells(rows, cells, (enough, a_cell, share), limit, offset, wanted.among)
    return hits


def _annotated(vector: Vector, besides: Vector | None) -> dict[str, Any]:
    """inner, other: the negative inner products with both; other is nothing without `besides`."""
    other = Value(None, FloatField()) if besides is None else MaxInnerProduct("vector", HalfVector(besides.tolist()))
    return {"inner": MaxInnerProduct("vector", HalfVector(vector.tolist())), "other": other}


def _hits_in_cells(
    rows: QuerySet[Any],
    cells: QuerySet[ProductCell],
    enough: tuple[int, int, int],
    limit: int,
    offset: int,
    among: Among | None = None,
    reach: int | None = None,
) -> list[Hit]:
    """Of the rows in the first cells. enough: rows that are, more for each cell there is, and how often so many.
    among: which products count, of the `reach` nearest or of all that were compared."""
    near = rows.values_list("product_id", "inner", "other")
    loose, loose_values = near.filter(cell=0).query.sql_with_params()
    celled, celled_values = near.filter(cell=RawSQL("near.id", ())).query.sql_with_params()
    order, order_values = cells.values_list("id").query.sql_with_params()
    every, every_values = cells.order_by().values_list("id").query.sql_with_params()
    counts, counted_values = ("true", ()) if among is None else among.counts("compared.product_id")
    # OFFSET 0 keeps the cells in their order and reads them one at a time, so that LIMIT ends the reading.
    sql = f"""
        SELECT product_id, inner_product, other FROM (
            SELECT * FROM (
                SELECT * FROM ({loose}) AS loose (product_id, inner_product, other)
                UNION ALL
                (SELECT found.* FROM ({order} OFFSET 0) AS near (id)
                 CROSS JOIN LATERAL ({celled} OFFSET 0) AS found (product_id, inner_product, other)
                 LIMIT (SELECT greatest((%s + %s * count(*)) * %s, %s) FROM ({every}) AS every))
            ) AS found ORDER BY inner_product, product_id LIMIT %s
        ) AS compared WHERE {counts} LIMIT %s OFFSET %s
        """  # noqa: S608  the parts are Django's own
    bounds = [*enough, 4 * (limit + offset), *every_values]
    reach = limit + offset if among is None else reach
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [*loose_values, *order_values, *celled_values, *bounds, reach, *counted_values, limit, offset],
        )
        return [_hit(*row) for row in cursor.fetchall()]


def _hit(pk: int, inner: float, other: float | None) -> Hit:
    return Hit(pk, 1 + inner, None if other is None else 1 + other)


def _hits_exactly(rows: QuerySet[Any], limit: int, offset: int) -> list[Hit]:
    near = rows.order_by("inner", "product_id").values_list("product_id", "inner", "other")
    return [_hit(*row) for row in near[offset : offset + limit]]


def product_cell(*, vector: Vector, model_key: str) -> int:
    """The cell a product's vector belongs to; 0 while there are none."""
    cells = ProductCell.objects.filter(model_key=model_key)
    nearest = cells.order_by(MaxInnerProduct("centre", HalfVector(vector.tolist()))).values_list("pk", flat=True)
    return nearest.first() or 0


def _settings(**values: str) -> None:
    """SET LOCAL: for this transaction alone."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def nearest_looks(
    *, vector: Vector, model_key: str, limit: int, offset: int = 0, among: Q | None = None, without: Sequence[int] = ()
) -> list[Hit]:
    """Published looks nearest to `vector`; `among` is a condition on Look, prefixed `look__`."""
    rows = LookEmbedding.objects.filter(model_key=model_key, look__is_published=True)
    if among is not None:
        rows = rows.filter(among)
    if without:
        rows = rows.exclude(look_id__in=list(without))
    with transaction.atomic():
        _settings(**{"hnsw.iterative_scan": "strict_order", "hnsw.ef_search": str(max(EF_SEARCH, limit + offset))})
        return _hits(rows, vector, "look_id", limit, offset)


def nearest_brands(*, vector: Vector, model_key: str, limit: int) -> list[tuple[int, float, int]]:
    """(brand id, distance, the medoid product that is nearest) of the brands whose medoids lie nearest."""
    medoids: dict[int, int] = {}
    for brand_id, products in BrandProfile.objects.filter(model_key=model_key, brand__is_published=True).values_list(
        "brand_id", "medoid_products"
    ):
        medoids.update(dict.fromkeys(products, brand_id))
    rows = ProductEmbedding.objects.filter(model_key=model_key, product_id__in=list(medoids), is_listed=True)
    best: dict[int, tuple[float, int]] = {}
    # A few medoids a brand: all are compared, the nearest of each brand speaks for it.
    for hit in _hits(rows, vector, "product_id", len(medoids)):
        best.setdefault(medoids[hit.pk], (hit.distance, hit.pk))
    return [(brand, distance, product) for brand, (distance, product) in list(best.items())[:limit]]


# --- Words and palettes -----------------------------------------------------------------------------------------------
class WordHit(NamedTuple):
    """pk: of a look or product. distance: 1 - cosine to what was asked near; None of what has no vector."""

    pk: int
    score: float
    distance: float | None = None


def ranked_by_terms(
    *,
    documents: QuerySet[TagVector],
    terms: SparseVector,
    key: str,
    limit: int,
    most: int,
    among: Among | None = None,
    near: Near | None = None,
) -> list[WordHit]:
    """The documents by the inner product of their terms, highest first; near: what they are compared with as well.

    Of more than `most` documents only so many are ranked, whichever come first. among: the looks or products that
    count, whichever and however few of the documents they are.
    """
    # Exact: candidates are a few thousand, found by their words; a sparse vector's index would lose rare terms.
    inner = MaxInnerProduct("vector", terms)
    sql, values = documents.order_by().annotate(inner=inner).values_list(key, "inner").query.sql_with_params()
    counts, counted_values = ("true", ()) if among is None else among.counts("candidates.id")
    compared, compared_values = ("NULL", ()) if near is None else _inner_product(near, "candidates.id")

    def ranked(candidates: str, *values: Any) -> list[tuple[int, float, int, float | None]]:
        # What counts is asked of the best, one after the other, until there are enough. A limit makes the planner hope
        # for a short walk over the table; the words' index is there for this. Both at once: one way to the server.
        statement = f"""
            SET LOCAL enable_seqscan = off;
            WITH candidates (id, inner_product) AS MATERIALIZED ({candidates} LIMIT {most:d})
            SELECT id, -inner_product, (SELECT count(*) FROM candidates), {compared} FROM (
                SELECT * FROM candidates WHERE inner_product < 0 ORDER BY inner_product, id OFFSET 0
            ) AS candidates WHERE {counts} LIMIT {limit:d}
            """  # noqa: S608  the parts are Django's own
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *compared_values, *counted_values])
            return list(cursor.fetchall())

    hits = ranked(sql, *values)
    is_cut = not hits or hits[0][2] == most
    if among is not None and len(hits) < limit * MUCH and is_cut:
        # Few of the first count: those alone are candidates then.
        asked = f"SELECT * FROM ({sql}) AS candidates (id, inner_product) WHERE {counts}"  # noqa: S608
        hits = ranked(asked, *values, *counted_values)
    return [WordHit(pk, score, None if inner is None else 1 + inner) for pk, score, _candidates, inner in hits]


def _inner_product(near: Near, name: str) -> tuple[str, Sequence[Any]]:
    """The negative inner product of the product of the id called `name`, looked up row by row."""
    table = ProductEmbedding._meta.db_table
    sql = f"(SELECT vector <#> %s FROM {table} WHERE product_id = {name} AND model_key = %s)"  # noqa: S608  names of ours
    return sql, [HalfVector(near.vector.tolist()).to_text(), near.model_key]


def in_ids(model: type[Model], column: str, ids: Collection[int]) -> RawSQL:
    """A condition on the rows of `model` like `column__in=ids`; Django would look at hundreds of ids one by one."""
    table = model._meta.db_table
    return RawSQL(f'"{table}"."{column}" = ANY(%s::bigint[])', (list(ids),), BooleanField())  # noqa: S611


def _estimate(sql: str, values: Sequence[Any]) -> int:
    """How many rows Postgres expects of the statement; none of them is read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", list(values))  # a statement of Django's
        (told,) = cursor.fetchone()
    plans = json.loads(told) if isinstance(told, str) else told
    return int(plans[0]["Plan"]["Plan Rows"])


def nearest_palettes(*, vector: Vector, thing: str, among: QuerySet[Any], limit: int = 300) -> list[Hit]:
    """The things (`look` or `product`) among those given whose colours come nearest."""
    return _hits(PaletteVector.objects.filter(**{f"{thing}__in": among}), vector, f"{thing}_id", limit)
