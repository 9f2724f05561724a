"""Cells of the catalogue: k-means over products' vectors, so that a search reads only the near ones (similarity.py).

A catalogue of up to `CELLS_ABOVE` products needs none. Beyond, the nightly sweep makes them, and makes them anew when
the catalogue has grown fourfold; in between a new product goes to the nearest cell there is.
"""

from __future__ import annotations

import logging
import math

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from recommender.index.similarity import CELLS_ABOVE, to_array
from recommender.models import ProductCell, ProductEmbedding

log = logging.getLogger(__name__)
SAMPLE_A_CELL = 48  # vectors that k-means sees for each cell it makes
ROUNDS = 8
OUTGROWN = 4
AT_ONCE = 10_000


def cells_keep(*, model_key: str) -> int:
    """Makes the cells, or makes them anew, where the catalogue has outgrown them. Returns how many were made."""
    rows = ProductEmbedding.objects.filter(model_key=model_key).count()
    cells = ProductCell.objects.filter(model_key=model_key).count()
    if rows <= CELLS_ABOVE or rows < OUTGROWN * cells * cells:
        return 0
    return cells_make(model_key=model_key)


def cells_make(*, model_key: str) -> int:
    """New cells, about as many as the root of the rows, and every row in its own. Returns how many cells."""
    rows = ProductEmbedding.objects.filter(model_key=model_key)
    count = round(math.sqrt(rows.count()))
    sampled = rows.order_by("?").values_list("vector", flat=True)[: count * SAMPLE_A_CELL]
    centres = kmeans(np.stack([to_array(vector) for vector in sampled]), count)
    with transaction.atomic():
        old = list(ProductCell.objects.filter(model_key=model_key).values_list("pk", flat=True))
        cells = ProductCell.objects.bulk_create(
            ProductCell(model_key=model_key, centre=HalfVector(centre.tolist())) for centre in centres
        )
        _assign(centres, [cell.pk for cell in cells], model_key)
        ProductCell.objects.filter(pk__in=old).delete()
    log.info("%d cells for the products of %s", len(cells), model_key)
    return len(cells)


def kmeans(vectors: NDArray[np.float32], count: int, seed: int = 1) -> NDArray[np.float32]:
    """(count, d) float32 centres of unit length, from (n, d) unit vectors; spherical k-means."""
    rng = np.random.default_rng(seed)
    centres = vectors[rng.choice(len(vectors), min(count, len(vectors)), replace=False)].copy()
    for _round in range(ROUNDS):
        nearest = np.concatenate(
            [(vectors[at : at + AT_ONCE] @ centres.T).argmax(axis=1) for at in range(0, len(vectors), AT_ONCE)]
        )
        order = np.argsort(nearest, kind="stable")
        starts = np.searchsorted(nearest[order], np.arange(len(centres)))
        filled = np.bincount(nearest, minlength=len(centres)) > 0
        centres[filled] = np.add.reduceat(vectors[order], starts[filled], axis=0)
        empty = np.flatnonzero(~filled)
        centres[empty] = vectors[rng.choice(len(vectors), len(empty))]
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres


def _assign(centres: NDArray[np.float32], pks: list[int], model_key: str) -> None:
    """Every row to its nearest centre, a batch at a time."""
    table = ProductEmbedding._meta.db_table
    rows = ProductEmbedding.objects.filter(model_key=model_key).values_list("pk", "vector")
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = batch[-1][0]
        nearest = (np.stack([to_array(vector) for _pk, vector in batch]) @ centres.T).argmax(axis=1)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {table} SET cell = new.cell
                FROM unnest(%s::bigint[], %s::int[]) AS new (id, cell) WHERE {table}.id = new.id
                """,  # noqa: S608  the table's name is ours
                [[pk for pk, _vector in batch], [pks[at] for at in nearest]],
            )
