"""Search by palette: colours as a soft histogram over anchor colours in CIELAB, compared by inner product.

A palette's share of each colour is spread over the anchors near it (a Gaussian of the CIE76 distance) and the square
root is taken, so that the inner product of two unit vectors is the Bhattacharyya coefficient: 1 the same colours in
the same shares, 0 none in common.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

from catalog.models import Look, Product
from catalog.taxonomy import COLOURS
from recommender.models import PALETTE_DIM, PaletteVector

SIGMA = 14.0  # CIE76 units: about where people begin to say "another colour"


@lru_cache(maxsize=1)
def anchors() -> NDArray[np.float64]:
    """(48, 3) CIELAB: the named colours, greys between them, and rings of hues at three depths."""
    # Stored vectors count on this order: charcoal, which became a name later, stays the first of the greys.
    named = [colour.lab for colour in COLOURS if colour.lab is not None and colour.slug != "charcoal"]
    greys = [(lightness, 0.0, 0.0) for lightness in (28, 42, 86)]
    rings = [
        (lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue)))
        for lightness, chroma, hues in (
            (30, 24, range(0, 360, 60)),
            (55, 40, range(20, 360, 45)),
            (80, 22, range(0, 360, 40)),
        )
        for hue in hues
    ]
    return np.array([*named, *greys, *rings], dtype=np.float64)[:PALETTE_DIM]


def histogram(colours: Sequence[tuple[float, float, float, float]]) -> NDArray[np.float32] | None:
    """(48,) float32 of unit length from (L, a, b, share) rows; None without colours."""
    rows = np.array([row for row in colours if row[3] > 0], dtype=np.float64)
    if not len(rows):
        return None
    gaps = np.linalg.norm(rows[:, None, :3] - anchors()[None], axis=2)
    # Relative to the nearest anchor: a colour between all of them still lands somewhere.
    near = np.exp(-(gaps**2 - gaps.min(axis=1, keepdims=True) ** 2) / (2 * SIGMA**2))
    near /= near.sum(axis=1, keepdims=True)
    shares = rows[:, 3] / rows[:, 3].sum()
    root = np.sqrt(shares @ near)
    return np.asarray(root / np.linalg.norm(root), dtype=np.float32)


def of_palette(palette: Sequence[Mapping[str, Any]]) -> NDArray[np.float32] | None:
    """The same from a stored palette: [{"lab", "share", ...}]."""
    rows = []
    for colour in palette:
        lightness, a, b = (float(value) for value in colour["lab"])
        rows.append((lightness, a, b, float(colour["share"])))
    return histogram(rows)


def _save(rows: Collection[Look] | Collection[Product], thing: str) -> None:
    made = [(row, of_palette(row.colours)) for row in rows]
    PaletteVector.objects.bulk_create(
        [
            PaletteVector(**{thing: row}, vector=HalfVector(vector.tolist()))
            for row, vector in made
            if vector is not None
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=[thing],
        update_fields=["vector"],
    )


def looks_index(*, look_ids: Collection[int]) -> None:
    _save(list(Look.objects.filter(pk__in=list(look_ids)).only("pk", "colours")), "look")


def products_index(*, product_ids: Collection[int]) -> None:
    _save(list(Product.objects.filter(pk__in=list(product_ids)).only("pk", "colours")), "product")
