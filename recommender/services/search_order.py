"""The order that words ask for: what has all of it before what has some, the colour asked for leading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from catalog.models import Look, LookItem, Product
from catalog.words.reading import Term
from recommender.index import similarity
from recommender.services import search_closet, search_words
from recommender.services.search_filters import Thing
from recommender.services.search_words import Facts, Understood

MUCH = 1 / 3  # of the things that facts are read of: so many that have all that is asked are enough for five pages


class Ranked(NamedTuple):
    pk: int
    score: float
    places: Mapping[str, int]
    distances: Mapping[str, float]


class Ranking(NamedTuple):
    """hits: the best first. is_cut: some way of asking would have gone on. unmet: words that no hit has."""

    hits: list[Ranked]
    is_cut: bool
    unmet: tuple[str, ...] = ()


def as_asked(thing: Thing, ranked: list[Ranked], read: Understood, enough: int) -> Ranking:
    """What has all that the soft terms ask for, or where nothing has all of it the most first; the colour leading.

    And the words that not even the first has. An occasion beside a kind only orders: any shirt may go to an interview.
    enough: of so many facts are read at first, and of the others only where few of those have all of it.
    """
    soft, colours = read.soft, read.of("colour")
    if not (soft or colours) or not ranked:
        return Ranking(ranked, False)
    judged = _judged(thing, ranked[:enough], soft, colours)
    rest = ranked[enough:]
    is_cut = bool(rest) and sum(one.has_all for one in judged) >= MUCH * enough
    if rest and not is_cut:
        judged += _judged(thing, rest, soft, colours)
    if soft and any(one.has_all for one in judged):
        judged = [one for one in judged if one.has_all]

    # Who says what they dress for and no kind asks for clothes: ties and gloves come after.
    is_dressing = any(term.family in ("occasion", "weather") for term in soft) and read.kinds_meant is None

    def order(one: _Judged) -> tuple[int, int, bool, bool, int]:
        is_last = is_dressing and not search_words.is_clothing(one.facts)
        suits = sum(search_words.suits(term, one.facts) for term in soft)
        return -sum(one.met), -one.colours, not one.leads, is_last, -suits

    judged.sort(key=order)
    first = judged[0].met if judged else []
    strict = [term.family != "occasion" or not read.of("kind") for term in soft]
    unmet = [term.text for term, is_so, counts in zip(soft, first, strict, strict=True) if counts and not is_so]
    return Ranking([one.hit for one in judged], is_cut, tuple(unmet))


class _Judged(NamedTuple):
    """met: of each soft term whether the thing is so. colours: how many of those asked for it has; leads: first."""

    hit: Ranked
    facts: Facts
    met: list[bool]
    colours: int
    leads: bool

    @property
    def has_all(self) -> bool:
        return all(self.met)


def _judged(thing: Thing, ranked: Sequence[Ranked], soft: Sequence[Term], colours: Sequence[Term]) -> list[_Judged]:
    """Those of which there are facts, in the same order."""
    facts = _facts(thing, [hit.pk for hit in ranked], soft)
    found = []
    for hit in ranked:
        if (own := facts.get(hit.pk)) is not None:
            met = [search_words.is_met(term, own) for term in soft]
            found.append(_Judged(hit, own, met, *search_words.lead(colours, own.colours)))
    return found


def _facts(thing: Thing, pks: Collection[int], soft: Sequence[Term]) -> dict[int, Facts]:
    if thing == "garments":
        return search_closet.facts(pks)
    return look_facts(pks) if thing == "looks" else product_facts(pks, soft)


def product_facts(pks: Collection[int], soft: Sequence[Term]) -> dict[int, Facts]:
    """Of large columns only those that the soft terms are compared with."""
    families = {term.family for term in soft}
    columns = ["pk", "colour_names", "kind__slug", "pattern", "material"]
    columns += ["styles"] if families & {"style", "occasion"} else []
    columns += ["seasons"] if "occasion" in families else []
    columns += ["name_en", "name_ko", "tags"] if families - {"occasion", "weather"} else []
    facts = {}
    rows = Product.objects.filter(similarity.in_ids(Product, "id", pks)).order_by()
    for row in rows.values_list(*columns if soft else columns[:3]):
        has = dict(zip(columns, row, strict=False))
        facts[has["pk"]] = Facts(
            search_words.said_of(has.get("name_en", ""), has.get("name_ko", ""), *has.get("tags", ())),
            (has["kind__slug"],),
            has["colour_names"],
            has.get("pattern", ""),
            has.get("material", ""),
            seasons=has.get("seasons", ()),
            styles=has.get("styles"),
        )
    return facts


def look_facts(pks: Collection[int]) -> dict[int, Facts]:
    kinds: dict[int, list[str]] = defaultdict(list)
    for look, kind in LookItem.objects.filter(look__in=pks).order_by().values_list("look", "kind__slug"):
        kinds[look].append(kind)
    rows = Look.objects.filter(pk__in=pks).order_by()
    columns = ("pk", "title_en", "title_ko", "tags", "colours", "styles", "style", "seasons", "occasions")
    return {
        pk: Facts(
            search_words.said_of(title_en, title_ko, *tags),
            kinds[pk],
            [colour["name"] for colour in colours],
            styles={**styles, style: 1.0},
            seasons=seasons,
            occasions=occasions,
            is_look=True,
        )
        for pk, title_en, title_ko, tags, colours, styles, style, seasons, occasions in rows.values_list(*columns)
    }
