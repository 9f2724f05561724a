"""Completions while a query is typed: the last word as far as it is written, initial consonants too (ㅎㄷㅌ)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from catalog.words import hangul
from catalog.words.lexicon import FAMILIES, key_of, lexicon

MOST: Final = 8


class Suggestion(NamedTuple):
    """text: the whole query with its last word completed. family: of that word."""

    text: str
    family: str


class _Known(NamedTuple):
    text: str
    family: str
    key: str
    letters: str
    initials: str
    rank: tuple[int, int]


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[_Known, ...]:
    """Every spelling, those of kinds and colours first, short ones before long ones."""
    known = []
    for key, entry in lexicon().items():
        family = entry.meanings[0].family
        rank = (FAMILIES.index(family), len(key))
        known.append(_Known(entry.text, family, key, hangul.jamo(key), hangul.initials(key), rank))
    return tuple(sorted(known, key=lambda one: (one.rank, one.text)))


def suggest(text: str, others: Iterable[str] = (), *, limit: int = MOST) -> list[Suggestion]:
    """Completions of the last word, then those of the last two; `others` are names (brands) that count as well."""
    words = hangul.normal(text[:200]).split()
    found: dict[str, Suggestion] = {}
    for length in (1, 2):
        if length > len(words):
            break
        before, typed = " ".join(words[:-length]), "".join(words[-length:])
        for known in _completing(typed, others):
            whole = f"{before} {known.text}".strip()
            found.setdefault(key_of(whole).removesuffix("s"), Suggestion(whole, known.family))
            if len(found) >= limit:
                return list(found.values())
    return list(found.values())


def _completing(typed: str, others: Iterable[str]) -> Iterator[_Known]:
    key = key_of(typed)
    if not key:
        return
    named = [_Known(name, "brand", key_of(name), hangul.jamo(key_of(name)), hangul.initials(key_of(name)), (9, 0))
             for name in others]  # fmt: skip
    every = (*_vocabulary(), *named)
    if hangul.is_initials(key):
        if len(key) > 1:
            yield from (one for one in every if one.initials == key)
            yield from (one for one in every if one.initials.startswith(key) and one.initials != key)
        return
    # By letters: 후ㄷ and 후드ㅌ are ways to 후드티, half a syllable is not yet another one.
    letters = hangul.jamo(key)
    yield from (one for one in every if one.letters.startswith(letters))
