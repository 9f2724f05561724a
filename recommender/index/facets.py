"""What a product's columns say, as hashed terms beside the words of its document.

One GIN index over words and facets then finds what has a word and passes a filter, without reading what has only one
of them. Facets may be older than the columns by as long as indexing waits: whoever asks compares the columns as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from recommender.models import TERM_SPACE

Facets = Sequence[Sequence[int]]  # every group by any of its facets
ANY_SEASON = "any"  # of a product that names none


@lru_cache(maxsize=4096)
def facet(family: str, value: int | str) -> int:
    """family: kind, brand (by id), gender, season, colour (by slug)."""
    return zlib.crc32(f"f:{family}:{value}".encode()) % (TERM_SPACE - 1) + 1


def any_of(family: str, values: Iterable[int | str]) -> list[int]:
    return [facet(family, value) for value in values]


def of_columns(kind: int, brand: int, gender: str, seasons: Sequence[str], colours: Sequence[str]) -> list[int]:
    """Of a product with these."""
    return [
        facet("kind", kind),
        facet("brand", brand),
        facet("gender", gender),
        *any_of("season", seasons or (ANY_SEASON,)),
        *any_of("colour", dict.fromkeys(colours)),
    ]
