"""What was understood of a query as a condition on garments and products, which call these columns alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Q

from catalog.words import attributes
from catalog.words.lexicon import Meaning
from catalog.words.reading import corrected, read

STYLE_FROM = 0.3  # of a thing's probability for a style to be counted as having it


def condition(meaning: Meaning) -> Q:
    """Things that are so. Nothing for what stands in no column (cuts): only names tell of it."""
    make = _CONDITIONS.get(meaning.family)
    return Q(pk__in=[]) if make is None else make(meaning)


def described(text: str, said: Callable[[str], Q]) -> Q:
    """Things that all of a query is about: each family by what was understood or by `said` of its words, and all
    other words by `said`.

    said: word -> things that somebody described with it.
    """
    reading = corrected(read(text), ())
    families: dict[str, Q] = {}
    for term in reading.terms:
        about = condition(term.meaning)
        for word in (term.text, *term.meaning.narrow):
            about |= said(word)
        families[term.family] = families.get(term.family, Q()) | about
    every = Q()
    for about in families.values():
        every &= about
    for left in reading.rest:
        every &= said(left.text)
    return every


def widened(meanings: Iterable[Meaning]) -> Q:
    """Of several meanings of a family any counts ("jeans or trousers"), of several families all."""
    families: dict[str, Q] = {}
    for meaning in meanings:
        family = "kind" if meaning.family == "slot" else meaning.family
        families[family] = families.get(family, Q()) | condition(meaning)
    every = Q()
    for said in families.values():
        every &= said
    return every


def _weather(meaning: Meaning) -> Q:
    (slug,) = meaning.slugs
    return Q(kind__slug__in=attributes.WEATHER_KINDS[slug]) | Q(material__in=attributes.WEATHER_MATERIALS[slug])


def _style(meaning: Meaning) -> Q:
    said = Q()
    for slug in meaning.slugs:
        said |= Q(**{f"styles__{slug}__gte": STYLE_FROM})
    return said


_CONDITIONS: Mapping[str, Callable[[Meaning], Q]] = {
    "kind": lambda meaning: Q(kind__slug__in=meaning.slugs) | Q(kind__parent__slug__in=meaning.slugs),
    "slot": lambda meaning: Q(kind__slot__in=meaning.slugs),
    "colour": lambda meaning: Q(colour_names__overlap=list(meaning.slugs)),
    "pattern": lambda meaning: Q(pattern__in=meaning.slugs),
    "material": lambda meaning: Q(material__in=meaning.slugs),
    "season": lambda meaning: Q(seasons__overlap=list(meaning.slugs)) | Q(seasons=[]),
    "weather": _weather,
    "style": _style,
    "occasion": lambda meaning: Q(kind__slug__in=meaning.kinds),
    "gender": lambda meaning: Q(gender__in=(*meaning.slugs, "unisex")),
}
