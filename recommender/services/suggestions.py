"""Completions of a query: the vocabulary's words and the brands there are."""

from __future__ import annotations

from django.core.cache import cache

from catalog.models import Brand
from catalog.words.suggest import Suggestion, suggest

_KEPT_S = 600


def suggested(text: str) -> list[Suggestion]:
    """At most eight, words before brands."""
    return suggest(text, _brands())


def _brands() -> list[str]:
    names = cache.get("search:brands")
    if names is None:
        rows = Brand.objects.filter(is_published=True).values_list("name_en", "name_ko")
        names = sorted({name for pair in rows for name in pair if name})
        cache.set("search:brands", names, _KEPT_S)
    return list(names)
