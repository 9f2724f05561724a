"""A brand out of product names, for feeds that have no column for it: `Nike Men Blue Jersey` is Nike's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from catalog.importers.vocabulary import AUDIENCE

SHARED_BY = 2  # products; a beginning that only one product has is no brand yet
OUTWEIGHS = 3  # times; `Puma` (500 products) swallows `Puma Deck` (3)
LONGEST = 5  # words


class BrandNames:
    """Learns the brands of a file from its names, then tells each name's.

    The words before `Men`, `Women`, `Unisex`, `Kids` … are a candidate. Where several products share a candidate it
    is a brand, unless a shorter candidate that begins it is far more common. A name without such a word belongs to
    the longest brand it begins with, otherwise to its first word where several products share that.
    """

    def __init__(self) -> None:
        self._heads: Counter[tuple[str, ...]] = Counter()
        self._firsts: Counter[str] = Counter()
        self._spelling: dict[tuple[str, ...], Counter[str]] = {}
        self._brands: dict[tuple[str, ...], str] = {}

    def learn(self, names: Iterable[str]) -> BrandNames:
        for name in names:
            words = name.split()
            if not words:
                continue
            self._firsts[words[0].casefold()] += 1
            head = _head(words)
            if head:
                key = tuple(word.casefold() for word in head)
                self._heads[key] += 1
                self._spelling.setdefault(key, Counter())[" ".join(head)] += 1
        shared = {head: count for head, count in self._heads.items() if count >= SHARED_BY}
        for start, count in shared.items():
            shorter = (start[:length] for length in range(1, len(start)))
            if not any(shared.get(each, 0) >= OUTWEIGHS * count for each in shorter):
                self._brands[start] = self._spelling[start].most_common(1)[0][0]
        return self

    def brand_of(self, name: str) -> str:
        """The brand, or "" for an empty name."""
        words = name.split()
        if not words:
            return ""
        lower = tuple(word.casefold() for word in words)
        for length in range(min(LONGEST, len(words)), 0, -1):
            if brand := self._brands.get(lower[:length]):
                return brand
        if self._firsts[lower[0]] >= SHARED_BY and not AUDIENCE.match(words[0]):
            return words[0]
        return " ".join(_head(words) or words[:1])


def _head(words: list[str]) -> list[str]:
    """The words before the first that says whom a thing is for; none where there is no such word early on."""
    for at, word in enumerate(words[: LONGEST + 1]):
        if AUDIENCE.match(word):
            return words[:at]
    return []
