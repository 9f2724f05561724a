"""What a search's words ask for: terms of the vocabulary, a brand, and words that are only looked for in texts.

Kinds, colours, genders, seasons and brands become conditions of the query (`hard`). Patterns, materials, cuts,
weather, styles and occasions stand in columns of some things and in the names of others: those are compared with what
was found (`Wishes`), and things that have all of them stand alone where there are any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.db.models import Q

from catalog import taxonomy
from catalog.models import Brand, LookItem
from catalog.words import attributes, brands, colours, hangul, occasions
from catalog.words.conditions import STYLE_FROM, condition, widened
from catalog.words.lexicon import Meaning, key_of, spellings
from catalog.words.reading import Reading, Span, Term, corrected, read
from recommender.index import facets
from recommender.index.brand_names import brands_named
from recommender.services.search_filters import kinds_of

HARD = ("kind", "slot", "colour", "gender", "season", "brand")
SOFT = ("pattern", "material", "fit", "weather", "style", "occasion")
NO_KIND = 0  # an id that none has
_BRAND_WORDS = 3


@dataclass(frozen=True)
class Understood:
    """A reading with the catalogue's own words: brands are terms as well. unknown: words that nothing has.

    relaxed: families that had to go. unmet: words of soft terms that no result has.
    """

    reading: Reading
    terms: tuple[Term, ...] = ()
    unknown: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()

    def of(self, family: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.family == family)

    def slugs(self, family: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(slug for term in self.of(family) for slug in term.slugs))

    @property
    def hard(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.family in HARD)

    @property
    def soft(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.family in SOFT)

    @cached_property
    def kinds_meant(self) -> list[int] | None:
        """The ids of the kinds that are asked for, those below them too; None of no kind in particular."""
        kinds, slots = self.slugs("kind"), self.slugs("slot")
        return (kinds_of(*kinds, slots=slots) or [NO_KIND]) if kinds or slots else None

    @property
    def rest(self) -> tuple[str, ...]:
        """Words that are looked for in texts alone."""
        taken = [span for term in self.terms for span in term.spans]
        return tuple(
            word.text
            for word in self.reading.rest
            if word.text not in self.unknown and not any(span.start <= word.span.start < span.end for span in taken)
        )

    @property
    def said(self) -> str:
        """What the text encoder is asked with: terms as written and by their names (endings, slips), and the rest."""
        named = [
            (term.text, term.meaning.name[1 if hangul.has_hangul(term.text) else 0])
            for term in (*self.terms, *self.reading.context)
            if term.family not in ("brand", "gender")
        ]
        return " ".join(dict.fromkeys(word for pair in named for word in pair) | dict.fromkeys(self.rest))

    @property
    def groups(self) -> list[list[str]]:
        """What a text should say: of each soft term any of its words, and each word that is left."""
        return [_words_of(term) for term in self.soft] + [[word] for word in self.rest]

    @property
    def extra(self) -> list[str]:
        """What a filter sees to, and a text may say as well."""
        return [word for term in (*self.hard, *self.reading.context) for word in _words_of(term)]


def _words_of(term: Term) -> list[str]:
    """What texts may say for it: of a soft term every spelling, of a hard one its names."""
    names = [name.lower() for name in term.meaning.name]
    said = term.meaning.narrow or (spellings(term.family, term.slugs) if term.family in SOFT else ())
    return list(dict.fromkeys((term.text, *said, *names)))


def understand(text: str, *, known: Callable[[Collection[str]], frozenset[str]]) -> Understood:
    """Reads the words of a search. known: those of some words that texts of the world searched in have."""
    reading = read(text)
    said: frozenset[str] = frozenset()
    if reading.rest:
        said = known([word.text for word in reading.rest])
        reading = corrected(reading, said)
    brand = _brand_of(reading)
    terms = reading.terms
    if brand is not None:
        terms = (brand, *(term for term in terms if not _overlaps(term.spans, brand.spans)))
    unknown = tuple(
        word.text
        for word in reading.rest
        if word.text not in said and not (brand and _overlaps((word.span,), brand.spans))
    )
    return Understood(reading, terms, unknown)


def _covers(spans: Sequence[Span], word: Span) -> bool:
    return all(any(start <= at < end for start, end in spans) for at in range(*word))


def _overlaps(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(one.start < other.end and other.start < one.end for one in some for other in others)


def _brand_of(reading: Reading) -> Term | None:
    """The brand named, the longest name first. A single word that the vocabulary knows is no brand's ("red")."""
    words = [Span(*match.span()) for match in re.finditer(r"\S+", reading.text)]
    # Understood from end to end; of 피움니트 only the end is.
    known = [word for word in words if _covers([span for term in reading.terms for span in term.spans], word)]
    runs: dict[str, Span] = {}
    for length in range(min(_BRAND_WORDS, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            span = Span(words[at].start, words[at + length - 1].end)
            if length > 1 or not _overlaps((span,), tuple(known)):
                runs.setdefault(reading.text[span.start : span.end], span)
    if not runs:
        return None
    said = {name: place for text, place in runs.items() for name in (text, *brands.ENGLISH.get(text, ()))}
    named = {
        said[name]: Meaning("brand", (brand.slug,), (brand.name_en, brand.name_ko or brand.name_en))
        for name, brand in brands_named(said).items()
    }
    if not named:
        return None
    longest = max(named, key=lambda place: place.end - place.start)
    return Term(reading.text[longest.start : longest.end], named[longest], (longest,))


# --- Conditions -----------------------------------------------------------------------------------------------------
def product_condition(understood: Understood) -> Q:
    every = widened(term.meaning for term in understood.hard if term.family not in ("kind", "slot", "brand"))
    if understood.kinds_meant is not None:
        every &= Q(kind__in=understood.kinds_meant)
    makers = understood.slugs("brand")
    return every & Q(brand__slug__in=makers) if makers else every


def product_facets(understood: Understood) -> list[list[int]]:
    """The same as the documents' index knows it."""
    asked = {family: understood.slugs(family) for family in ("colour", "gender", "season")}
    groups = [facets.any_of("colour", asked["colour"])]
    groups.append(facets.any_of("gender", (*asked["gender"], "unisex") if asked["gender"] else ()))
    groups.append(facets.any_of("season", (*asked["season"], facets.ANY_SEASON) if asked["season"] else ()))
    if understood.kinds_meant is not None:
        groups.append(facets.any_of("kind", understood.kinds_meant))
    if slugs := understood.slugs("brand"):
        groups.append(facets.any_of("brand", Brand.objects.filter(slug__in=slugs).values_list("pk", flat=True)))
    return [group for group in groups if group]


def look_condition(understood: Understood) -> Q:
    every = Q()
    for term in understood.hard:
        if term.family in ("kind", "slot", "brand"):
            pieces = Q(product__brand__slug__in=term.slugs) if term.family == "brand" else condition(term.meaning)
            every &= Q(pk__in=LookItem.objects.filter(pieces).values("look"))
        elif term.family == "colour":
            of_any = Q()
            for slug in term.slugs:
                of_any |= Q(colours__contains=[{"name": slug}])
            every &= of_any
        else:
            every &= condition(term.meaning)
    return every


def relaxations(understood: Understood) -> list[Understood]:
    """The same with less and less of it, as little as may bring something first: seasons and genders go, then colours
    become near ones or any, then kinds all of their slot, with the colour again; at last the brand."""
    base, steps = understood, []
    for name in ("season", "gender"):
        if base.of(name):
            base = _changed(base, name, lambda _term: None)
            steps.append(base)
    variants = [base]
    if base.of("colour"):
        variants += [_changed(base, "colour", _near_colours), _changed(base, "colour", lambda _term: None)]
        steps += variants[1:]
    if base.of("kind"):
        steps += [_changed(one, "kind", _slot_of) for one in variants]
    if base.of("brand"):
        steps += [_changed(one, "brand", lambda _term: None) for one in (understood, *steps)]
    return steps


def _changed(understood: Understood, family: str, change: Callable[[Term], Term | None]) -> Understood:
    terms = [change(term) if term.family == family else term for term in understood.terms]
    relaxed = (*understood.relaxed, family)
    return replace(understood, terms=tuple(term for term in terms if term is not None), relaxed=relaxed)


def _near_colours(term: Term) -> Term:
    near = [other for slug in term.slugs for other in (slug, *colours.NEAR.get(slug, ()))]
    return replace(term, meaning=term.meaning._replace(slugs=tuple(dict.fromkeys(near))))


def _slot_of(term: Term) -> Term:
    slots = {taxonomy.KIND_BY_SLUG[slug].slot.value for slug in term.slugs if slug in taxonomy.KIND_BY_SLUG}
    slot = next(iter(sorted(slots)), taxonomy.Slot.OTHER.value)
    return replace(term, meaning=Meaning("slot", tuple(sorted(slots)), taxonomy.SLOT_NAMES[taxonomy.Slot(slot)]))


# --- Wishes ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Facts:
    """What is known of a found thing: words of its names and tags, lower case, and its columns."""

    words: str
    kinds: Collection[str]
    colours: Sequence[str]
    pattern: str = ""
    material: str = ""
    seasons: Collection[str] = ()
    styles: Mapping[str, float] | None = None
    occasions: Collection[str] = ()
    is_look: bool = False


def is_met(term: Term, facts: Facts) -> bool:
    """Whether a thing is what a soft term asks for: a column says so, or its names do."""
    meaning = term.meaning
    match meaning.family:
        case "occasion" if not facts.is_look:
            # Titles name brands and lines ("Sport", "Office"); kinds tell more.
            return not set(meaning.kinds).isdisjoint(facts.kinds)
        case "weather" if not facts.is_look:
            return _is_for_weather(meaning.slugs[0], facts)
        case "pattern" if facts.pattern in meaning.slugs:
            return True
        case "material" if facts.material in meaning.slugs and not meaning.narrow:
            return True
        case "style" if any((facts.styles or {}).get(slug, 0) >= STYLE_FROM for slug in meaning.slugs):
            return True
        case "occasion" if not set(meaning.slugs).isdisjoint(facts.occasions):
            return True
        case "weather" if not set(attributes.WEATHER_SEASONS[meaning.slugs[0]]).isdisjoint(facts.seasons):
            return True
    said = _pattern_of(meaning)
    return said is not None and said.search(facts.words) is not None


def _is_for_weather(slug: str, facts: Facts) -> bool:
    kinds, materials = attributes.WEATHER_KINDS[slug], attributes.WEATHER_MATERIALS[slug]
    return not set(kinds).isdisjoint(facts.kinds) or (facts.material in materials and is_clothing(facts))


def suits(term: Term, facts: Facts) -> int:
    """How well what meets a term of occasion or weather suits it, above all of the kinds that such words ask for."""
    meaning = term.meaning
    if meaning.family == "weather":
        kinds, materials = attributes.WEATHER_KINDS[meaning.slugs[0]], attributes.WEATHER_MATERIALS[meaning.slugs[0]]
        return 0 if facts.is_look else 2 * (not set(kinds).isdisjoint(facts.kinds)) + (facts.material in materials)
    if meaning.family != "occasion":
        return 0
    slug, word = meaning.slugs[0], next(iter(meaning.narrow), "")
    is_worn_so = bool(facts.colours) and facts.colours[0] in occasions.WORN_COLOURS.get(word, ())
    is_worn_so |= not set(facts.seasons).isdisjoint(occasions.WORN_SEASONS.get(word, ()))
    if facts.is_look:
        # A narrower word than the taxonomy's (a beach) is said, or known by the pieces.
        said = _pattern_of(meaning) if meaning.narrow else None
        is_said = said is not None and said.search(facts.words) is not None
        pieces = sum(kind in meaning.kinds for kind in facts.kinds) if meaning.narrow else 0
        return 20 * is_said + 10 * is_worn_so + pieces
    unsuited = (*occasions.UNSUITED_MATERIALS.get(slug, ()), *occasions.UNSUITED_HERE.get(word, ()))
    if facts.material in unsuited and is_clothing(facts):
        return -1
    is_styled = any((facts.styles or {}).get(style, 0) >= STYLE_FROM for style in occasions.SUITING_STYLES[slug])
    return 2 * is_worn_so + is_styled


def is_clothing(facts: Facts) -> bool:
    """Whether it covers the body: neither shoes, a bag, a hat nor jewellery."""
    return any(kind in taxonomy.KIND_BY_SLUG and taxonomy.KIND_BY_SLUG[kind].slot in _CLOTHES for kind in facts.kinds)


_CLOTHES = (taxonomy.Slot.TOP, taxonomy.Slot.OUTER, taxonomy.Slot.DRESS, taxonomy.Slot.BOTTOM)


@lru_cache(maxsize=1024)
def _pattern_of(meaning: Meaning) -> re.Pattern[str] | None:
    """Any of the words for it. Latin ones as whole words; Korean ones are parts of words, single syllables aside."""
    words = set(meaning.narrow if meaning.family != "fit" else ()) or spellings(meaning.family, meaning.slugs)
    latin = sorted((re.escape(word) for word in words if word.isascii()), key=len, reverse=True)
    korean = sorted((re.escape(word) for word in words if not word.isascii() and len(key_of(word)) > 1), reverse=True)
    parts = [rf"\b(?:{'|'.join(latin)})\b"] if latin else []
    return re.compile("|".join([*parts, *korean])) if parts or korean else None


def said_of(*texts: str) -> str:
    """Names and tags as `Facts.words`."""
    return " ".join(filter(None, texts)).lower()


def lead(terms: Sequence[Term], names: Sequence[str]) -> tuple[int, bool]:
    """How many of the colours asked for a thing has, and whether its first colour is one of them."""
    has = sum(not set(term.slugs).isdisjoint(names) for term in terms)
    return has, bool(names) and any(names[0] in term.slugs for term in terms)
