"""A query read: which of its words mean something in the taxonomy, and which are left.

The longest run of words that is one spelling is taken first, however it is spaced ("t shirt", "후드 티"); a Korean word
may end in a particle (치마를), or be several words in one (빨간치마, 와이드슬랙스). The last kind named is what is
looked for; a kind before it says of what sort (knit dress, 셔츠 원피스). Words that no catalogue text has either are
compared with the vocabulary less one letter: `corrected`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from catalog.words import hangul
from catalog.words.fillers import FILLERS, PARTICLES
from catalog.words.lexicon import Entry, Meaning, deletions, key_of, lexicon, may_be_corrected, may_lack_a_letter
from catalog.words.ordinary import ORDINARY

MOST_LETTERS: Final = 200
MOST_WORDS: Final = 24
_LONGEST: Final = 4  # words of one spelling
_LONGEST_COMPOUND: Final = 10  # syllables of a word in which a slip is looked for
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_ONE_SYLLABLE: Final = frozenset("봄울흰면롱긴청힐진백캡티")  # that stand for themselves inside a longer word
_TURNS: Final = frozenset(
    {"for", "with", "to", "under", "over", "like", "at", "on", "in"}
)  # English: the kind is before
_JOINS: Final = frozenset({"and", "or", "및", "그리고", "또는", "이나"})


_SORTS: Final = frozenset({"t-shirt", "shirt", "hoodie", "knit", "sweatshirt", "coat", "blazer", "jacket", "padded"})
_OF_SORTS: Final = frozenset({"dress", "vest", "jacket", "jumpsuit"})


class Span(NamedTuple):
    """Letters `start` to `end` of the text."""

    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """Words that were understood. text: as they were written. corrected: another spelling was meant."""

    text: str
    meaning: Meaning
    spans: tuple[Span, ...]
    corrected: bool = False

    @property
    def family(self) -> str:
        return self.meaning.family

    @property
    def slugs(self) -> tuple[str, ...]:
        return self.meaning.slugs


@dataclass(frozen=True)
class Word:
    """A word of the text. key: as the lexicon would spell it."""

    text: str
    key: str
    span: Span


@dataclass(frozen=True)
class Reading:
    """text: the query, normalised. terms: what was understood, in the order of the text. rest: the words left over.

    context: kinds that only say of what sort the kind looked for is, or what it is to be worn with.
    """

    text: str
    terms: tuple[Term, ...] = ()
    rest: tuple[Word, ...] = ()
    context: tuple[Term, ...] = ()
    is_long: bool = False  # longer than is read

    def of(self, family: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.family == family)

    def slugs(self, family: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(slug for term in self.of(family) for slug in term.slugs))

    def without(self, *spans: Span) -> str:
        """The text without those of its letters, spaces tidied."""
        letters = list(self.text)
        for start, end in spans:
            letters[start:end] = [" "] * (end - start)
        return " ".join("".join(letters).split())

    @property
    def rest_text(self) -> str:
        return " ".join(word.text for word in self.rest)


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """Reads at most MOST_LETTERS letters and MOST_WORDS words."""
    whole = " ".join(hangul.normal(text[: 4 * MOST_LETTERS]).split())
    short = whole[:MOST_LETTERS]
    words = [Word(m.group(), key_of(m.group()), Span(*m.span())) for m in _WORD.finditer(short)]
    is_long = len(whole) > MOST_LETTERS or len(text) > 4 * MOST_LETTERS or len(words) > MOST_WORDS
    return _decided(replace(Reading(short), is_long=is_long), *_matched(words[:MOST_WORDS]), words[:MOST_WORDS])


def corrected(reading: Reading, known: Collection[str]) -> Reading:
    """The reading with slips of the finger in `rest` mended; words that are `known` elsewhere stay as they are."""
    found: list[_Match] = []
    rest = []
    for word in reading.rest:
        if word.text in known:
            rest.append(word)
        elif (entry := nearest(word.key)) is not None:
            found.append(_Match(word.text, entry.meanings, word.span, corrected=True))
        elif compound := list(_mended(word)):
            found += compound
        else:
            rest.append(word)
    if not found:
        return reading
    again = [
        _Match(term.text, lexicon_meanings(term), term.spans[0], term.corrected)
        for term in (*reading.terms, *reading.context)
    ]
    matches = sorted([*again, *found], key=lambda match: match.span)
    words = [Word(m.group(), key_of(m.group()), Span(*m.span())) for m in _WORD.finditer(reading.text)]
    return _decided(reading, matches, rest, words)


def _mended(word: Word) -> Iterator[_Match]:
    """A Korean word of two, with a slip in the second: 가죽자캣."""
    key = word.key
    if not hangul.has_hangul(key) or len(word.text) != len(key) or len(key) > _LONGEST_COMPOUND:
        return
    for at in range(len(key) - 2, 1, -1):
        first, second = lexicon().get(key[:at]), nearest(key[at:])
        if first is not None and second is not None:
            middle = word.span.start + at
            yield _Match(key[:at], first.meanings, Span(word.span.start, middle))
            yield _Match(key[at:], second.meanings, Span(middle, word.span.end), corrected=True)
            return


def lexicon_meanings(term: Term) -> tuple[Meaning, ...]:
    """All that a term's words may mean, what it was taken for first."""
    entry = lexicon().get(key_of(term.text))
    others = tuple(one for one in entry.meanings if one != term.meaning) if entry else ()
    return (term.meaning, *others)


@lru_cache(maxsize=4096)
def nearest(key: str) -> Entry | None:
    """The spelling one slip away (a letter too many, too few, another, or two in the wrong order); None of several
    that mean different things, and of an ordinary word (coal is no coral)."""
    if key in ORDINARY or not (may_be_corrected(key) or may_lack_a_letter(key)):
        return None
    for form in (key, *hangul.stems(key)):
        letters = hangul.jamo(form)
        if not (may_be_corrected(form) or may_lack_a_letter(form)):
            continue
        near = {
            candidate
            for less in (letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters))))
            for candidate in deletions().get(less, ())
            if _is_one_slip(letters, hangul.jamo(candidate))
        }
        entries = [lexicon()[candidate] for candidate in sorted(near)]
        if entries and len({entry.meanings[0][:2] for entry in entries}) == 1:
            return entries[0]
    return None


def _is_one_slip(one: str, other: str) -> bool:
    """Whether two words of letters are one edit apart, a swap of neighbours included; the first letter stays."""
    if one[:1] != other[:1] and not (one[1:2] == other[:1] and one[:1] == other[1:2]):
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        return swapped or one[at + 1 :] == other[at + 1 :]
    short, long = sorted((one, other), key=len)
    return short[at:] == long[at + 1 :]


class _Match(NamedTuple):
    text: str
    meanings: tuple[Meaning, ...]
    span: Span
    corrected: bool = False


def _matched(words: Sequence[Word]) -> tuple[list[_Match], list[Word]]:
    """Every run of words that is in the lexicon, the longest first from the left; and the words in none."""
    found: list[_Match] = []
    rest: list[Word] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            run = words[at : at + length]
            matches = list(_looked_up(run))
            if matches:
                found += matches
                at += length
                break
        else:
            if words[at].key not in FILLERS:
                rest.append(words[at])
            at += 1
    return found, rest


def _looked_up(run: Sequence[Word]) -> Iterator[_Match]:
    """What a run of words means as one: as it is, without an ending, or as several words written in one."""
    start, end = run[0].span.start, run[-1].span.end
    key = "".join(word.key for word in run)
    text = " ".join(word.text for word in run)
    if entry := _known(key):
        yield _Match(text, entry.meanings, Span(start, end))
    elif len(run) == 1 and hangul.has_hangul(key) and key not in FILLERS:
        for offset, part, found in _parts(key):
            yield _Match(part, found.meanings, Span(start + offset, start + offset + len(part)))


def _known(key: str) -> Entry | None:
    words = lexicon()
    if key in words:
        return words[key]
    if key in FILLERS:
        return None
    for ending in ("s", "es"):
        if key.endswith(ending) and len(key) > 4 and key[: -len(ending)] in words:
            return words[key[: -len(ending)]]
    if key.isascii() and len(key) > 3 and f"{key}s" in words:
        return words[f"{key}s"]
    return next(
        (words[stem] for stem in hangul.stems(key) if stem in words and (len(stem) > 1 or stem in _ONE_SYLLABLE)), None
    )


@lru_cache(maxsize=4096)
def _parts(key: str) -> tuple[tuple[int, str, Entry], ...]:
    """(where, part, entry) of a Korean word of several known ones (체크무늬셔츠); of one that only ends in a kind, that
    kind (스컬프터바지)."""
    words = lexicon()
    # best[n]: the fewest parts that cover the first n letters.
    best: list[tuple[tuple[str, Entry | None], ...] | None] = [(), *([None] * len(key))]
    for end in range(1, len(key) + 1):
        for start in range(max(0, end - 8), end):
            part, before = key[start:end], best[start]
            if before is None:
                continue
            entry = words.get(part) if len(part) > 1 or part in _ONE_SYLLABLE else None
            if entry is None and part not in FILLERS and not (start and end == len(key) and part in PARTICLES):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, (part, entry))
    whole = best[-1]
    if whole is not None and any(entry for _part, entry in whole):
        offsets = accumulate((len(part) for part, _entry in whole), initial=0)
        return tuple((at, part, entry) for at, (part, entry) in zip(offsets, whole, strict=False) if entry is not None)
    for start in range(1, len(key) - 1):
        for form in (key[start:], *hangul.stems(key[start:])):
            entry = words.get(form)
            if entry and len(form) > 1 and entry.meanings[0].family in ("kind", "slot"):
                return ((start, form, entry),)
    return ()


def _decided(reading: Reading, matches: list[_Match], rest: Sequence[Word], words: Sequence[Word]) -> Reading:
    """Which meaning of each match holds. The head is the last kind, in English the last before for, with, to …"""
    turn = next(
        (
            word.span.start
            for word in words
            if word.key in _TURNS and any(m.span.end <= word.span.start and _kind(m) for m in matches)
        ),
        len(reading.text) + 1,
    )
    can_be_head = [at for at, match in enumerate(matches) if _kind(match) and match.span.start < turn]
    # What can only be a kind goes before what may be a cloth as well: "skirt in knit" is a skirt.
    sure = [at for at in can_be_head if not _has_other(matches[at])]
    head = (sure or can_be_head or [None])[-1]  # type: ignore[list-item]
    joins = [word.span.start for word in words if word.key in _JOINS]

    def is_joined(one: _Match, other: _Match) -> bool:
        return any(one.span.end <= start < other.span.start for start in joins)

    # "shoes for a red dress": what stands before that dress tells of it.
    other = next((m.span.end for m in reversed(matches) if head is not None and _kind(m) and m.span.start > turn), 0)
    terms: list[Term] = []
    context: list[Term] = []
    for at, match in enumerate(matches):
        kind = _kind(match)
        attribute = next((one for one in match.meanings if one.family not in ("kind", "slot")), None)
        if turn < match.span.start < other:
            context.append(Term(match.text, match.meanings[0], (match.span,), match.corrected))
            continue
        if head is None or at == head or kind is None:
            meaning = kind if at == head and kind else match.meanings[0]
        elif attribute is not None:
            meaning = attribute
        elif at > head or is_joined(match, matches[head]) or not _is_sort(kind, matches[head]):
            meaning = kind  # "shirt slacks", "jeans and a jacket": either
        else:
            context.append(Term(match.text, kind, (match.span,), match.corrected))
            continue
        terms.append(Term(match.text, meaning, (match.span,), match.corrected))
    slots = {slug for term in terms if term.family == "slot" for slug in term.slugs}
    if slots and any(term.family == "kind" for term in terms):
        terms = [term for term in terms if term.family != "slot"]
    return replace(reading, terms=_once(terms), rest=tuple(rest), context=tuple(context))


def _is_sort(kind: Meaning, head: _Match) -> bool:
    """Whether a kind named before another only says of what sort that is: a shirt dress, a hoodie vest."""
    first, last = kind.slugs[0], (_kind(head) or kind).slugs[0]
    return first in _SORTS and last in _OF_SORTS


def _kind(match: _Match) -> Meaning | None:
    return next((one for one in match.meanings if one.family in ("kind", "slot")), None)


def _has_other(match: _Match) -> bool:
    return any(one.family not in ("kind", "slot") for one in match.meanings)


def _once(terms: Sequence[Term]) -> tuple[Term, ...]:
    """A meaning said twice is one term of two places."""
    found: dict[tuple[str, tuple[str, ...]], Term] = {}
    for term in terms:
        known = found.get(term.meaning[:2])
        spans = tuple(dict.fromkeys((*known.spans, *term.spans))) if known else term.spans
        first = known if known and (known.meaning.narrow or not term.meaning.narrow) else term
        found[term.meaning[:2]] = replace(first, spans=spans)
    return tuple(found.values())
