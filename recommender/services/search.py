"""Search of looks and products by photo, palette and words, in any mix, with facets.

Words are read first (search_words.py): what is understood filters, the rest is looked for in texts. Each way of
asking ranks on its own; the ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009), weighted by the
reader's sliders: a fused score needs no common scale of distances. Hard filters apply to every way. Then whatever has
all that the words ask for comes before what has some, and a thing whose first colour is the one asked for before one
that has it too.

Filters never empty the page in silence. The reader's own: the season goes, or the gender, or both. Of words as much as
is needed, the least telling first. The answer says so; where nothing is left it shows the nearest apart.

Facets count exactly while a question has no more answers than are ranked at first; beyond, they count the best of them,
and the answer says that too (`is_cut`): who searches by photo is answered by the whole catalogue, in some order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q, QuerySet

from catalog.models import Kind, Look, LookItem, Product
from catalog.words.conditions import condition
from closet.models import Garment, User
from recommender.index import keywords, meaning, palettes, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter, Vector
from recommender.services import search_closet, search_words
from recommender.services.search_filters import Filters, Thing, facets_of, genders_of, kinds_of, passing
from recommender.services.search_words import Facts, Understood

PAGE = 20
SHELF = 8  # results of each world where all are shown together
LAST_PAGE = 50  # nobody scrolls further, and no way of asking ranks so deep
DEPTHS = (300, 1200)  # how deep each way of asking ranks: at first, and for readers who scroll past that
NEWEST = LAST_PAGE * PAGE  # that are counted where nothing but filters is asked
RRF_K = 60
RELAXED = (("season",), ("gender",), ("season", "gender"))  # of the reader's filters, in this order


@dataclass(frozen=True)
class Question:
    """vector: of a photo, garment or other result. palette: (L, a, b, share) rows. shares: the sliders, 0..1."""

    thing: Thing = "products"
    words: str = ""
    vector: Vector | None = None
    palette: tuple[tuple[float, float, float, float], ...] = ()
    filters: Filters = field(default_factory=Filters)
    shares: Mapping[str, float] = field(default_factory=lambda: {"words": 1.0, "photo": 1.0, "palette": 1.0})
    without: int | None = None
    reader: User | None = None  # what they hid is left out

    @property
    def asks_by_words(self) -> bool:
        """Whether the words count: a slider at nothing leaves them out, unless they are the only way."""
        is_alone = self.vector is None and not self.palette
        return bool(self.words.strip()) and (is_alone or self.shares.get("words", 1.0) > 0)


class Place(NamedTuple):
    """Where a way of asking placed a result (from 1), and how far it was there."""

    place: int
    distance: float


@dataclass(frozen=True)
class Found:
    """A result: where each way of asking placed it (from 1) and how far it was there."""

    thing: Look | Product | Garment
    score: float
    places: Mapping[str, int]
    distances: Mapping[str, float]
    words: tuple[str, ...] = ()

    @property
    def ways(self) -> dict[str, Place]:
        return {way: Place(place, self.distances[way]) for way, place in self.places.items()}


@dataclass(frozen=True)
class Answer:
    """facets: name -> [(slug, count)], largest first (prices in their order). relaxed: filters that had to go.

    total: how many were ranked. is_cut: there are more than those, and the facets count the best `counted`.
    understood: what the words were read as, with what of them had to go. nearest: only where there are no results,
    without the filters named in `nearest_without` and, where no word was understood, without the words.
    """

    results: list[Found]
    total: int
    facets: dict[str, list[tuple[str, int]]]
    relaxed: tuple[str, ...] = ()
    is_cut: bool = False
    counted: int = 0
    understood: Understood | None = None
    nearest: Sequence[Found] = ()
    nearest_without: tuple[str, ...] = ()

    def has_page(self, number: int) -> bool:
        """Whether there is that page of PAGE results; the first is 1."""
        return number <= LAST_PAGE and (self.is_cut or (number - 1) * PAGE < self.total)


def search(*, question: Question, limit: int = PAGE, offset: int = 0) -> Answer:
    """The best results from `offset` on. Without words, photo or palette: the newest that pass the filters."""
    understood = None
    if question.asks_by_words:
        understood = search_words.understand(question.words, known=_known_words(question))
    relaxed: tuple[str, ...] = ()
    asked, read = question, understood
    ranked, is_cut = _ranked(asked, read, DEPTHS[0])
    for names in RELAXED:
        if ranked or not all(getattr(question.filters, name) for name in names):
            continue
        asked = _without(question, names)
        ranked, is_cut = _ranked(asked, read, DEPTHS[0])
        relaxed = names if ranked else ()
    if not ranked and understood is not None:
        asked = question
        for less in search_words.relaxations(understood):
            ranked, is_cut = _ranked(asked, less, DEPTHS[0])
            if ranked:
                read = less
                break
    counted = [pk for pk, *_ in ranked]
    if is_cut and offset + limit > len(ranked):
        # What was shown keeps its place: a deeper ranking alone would move some of it.
        deeper, is_cut = _ranked(asked, read, DEPTHS[1])
        ranked += [hit for hit in deeper if hit[0] not in set(counted)]
    if question.thing == "garments":
        facets = search_closet.facets(counted)
    else:
        facets = facets_of(question.thing, counted, asked.filters)
    if read is not None and ranked:
        read = replace(read, unmet=_unmet(question.thing, ranked[0].pk, read))
    answer = Answer(
        _shown(question, ranked[offset : offset + limit]), len(ranked), facets, relaxed, is_cut, len(counted), read
    )
    return answer if ranked else _with_nearest(answer, question, read, limit)


def _known_words(question: Question) -> Callable[[Collection[str]], frozenset[str]]:
    if question.thing == "garments":
        return lambda words: search_closet.known_words(words, question.reader)
    return lambda words: keywords.known_words(words, scope=question.thing)


def _without(question: Question, names: Collection[str]) -> Question:
    empty = {name: getattr(Filters(), name) for name in names}
    return replace(question, filters=replace(question.filters, **empty))


def _with_nearest(answer: Answer, question: Question, read: Understood | None, limit: int) -> Answer:
    """What comes nearest where nothing is left: with fewer filters of the reader's, or with none of the words."""
    dropped: list[str] = []
    attempts: list[tuple[Question, Understood | None, tuple[str, ...]]] = []
    for name in (
        "size",
        "price",
        "price_min",
        "price_max",
        "season",
        "style",
        "brand",
        "colour",
        "gender",
        "kind",
        "slot",
    ):
        if name in question.filters.given:
            dropped.append(name)
            attempts.append((_without(question, dropped), read, tuple(dropped)))
    if read is not None and (colours := read.of("colour")):
        attempts.append((_without(question, dropped), replace(read, terms=colours), tuple(dropped)))
    attempts.append((_without(question, dropped), None, tuple(dropped)))
    for asked, words, names in attempts:
        if words is None:
            asked = replace(asked, words="")
        ranked, _is_cut = _ranked(asked, words, limit)
        if ranked:
            return replace(answer, nearest=_shown(asked, ranked[:limit]), nearest_without=names)
    return answer


def _shown(question: Question, page: Sequence[Ranked]) -> list[Found]:
    rows = _rows(question.thing, [hit.pk for hit in page])
    words: dict[int, list[str]] = {}
    if question.words and question.thing == "garments":
        words = dict(search_closet.matched(list(rows), question.words))
    elif question.words:
        words = keywords.matched_words(text=question.words, scope=question.thing, ids=list(rows))
    return [
        Found(rows[hit.pk], hit.score, hit.places, hit.distances, tuple(words.get(hit.pk, ())))
        for hit in page
        if hit.pk in rows
    ]


class Ranked(NamedTuple):
    pk: int
    score: float
    places: Mapping[str, int]
    distances: Mapping[str, float]


Hits = list[tuple[int, float]]


def _ranked(question: Question, read: Understood | None, depth: int) -> tuple[list[Ranked], bool]:
    """The best first, and whether some way of asking would have gone on."""
    among = _among(question, read)
    ways: dict[str, Callable[[], Hits]] = {}
    if read is not None:
        ways["words"] = lambda: _by_words(question, read, among, depth)
        if (vector := meaning.vector_of(question.words)) is not None:
            ways["meaning"] = lambda: _by_vector(question, read, among, depth, vector)
    if question.vector is not None:
        ways["photo"] = lambda: _by_vector(question, read, among, depth, question.vector)
    if question.palette and (histogram := palettes.histogram(question.palette)) is not None:
        ways["palette"] = lambda: _by_palette(question, among, depth, histogram)
    if not ways:
        pks = list(among.values_list("pk", flat=True)[: NEWEST + 1])
        return [Ranked(pk, 0.0, {}, {}) for pk in pks[:NEWEST] if pk != question.without], len(pks) > NEWEST
    # A slider at nothing: that way is not asked at all, unless it is the only one.
    asked = [way for way in ways if question.shares.get(way, 1.0) > 0] or list(ways)
    hits = {way: ways[way]() for way in asked}
    is_cut = any(len(found) >= depth for found in hits.values())
    ranked = _fused(hits, question)
    if read is not None and (read.hard or read.soft) and len(ranked) < depth:
        # Whatever passes is an answer to "red skirt", though no text says so; of soft terms facts tell.
        known = {hit.pk for hit in ranked}
        others = [pk for pk in among.order_by().values_list("pk", flat=True)[:depth] if pk not in known]
        is_cut = is_cut or len(others) + len(known) >= depth
        ranked += [Ranked(pk, 0.0, {}, {}) for pk in sorted(others, reverse=True) if pk != question.without]
    return (ranked if read is None else _as_asked(question.thing, ranked, read)), is_cut


def _among(question: Question, read: Understood | None) -> QuerySet[Any]:
    """The rows that pass the reader's filters and the hard terms of the words."""
    has_terms = read is not None and bool(read.hard)
    if question.thing == "garments":
        mine = search_closet.passing(question.filters, question.reader)
        return mine.filter(search_closet.hard_condition(read)) if read is not None and has_terms else mine
    rows = passing(question.thing, question.filters, question.reader)
    if read is None or not has_terms:
        return rows
    is_looks = question.thing == "looks"
    return rows.filter(search_words.look_condition(read) if is_looks else search_words.product_condition(read))


def _fused(ways: Mapping[str, Hits], question: Question) -> list[Ranked]:
    places: dict[int, dict[str, int]] = {}
    distances: dict[int, dict[str, float]] = {}
    scores: dict[int, float] = defaultdict(float)
    for way, hits in ways.items():
        share = question.shares.get("words" if way == "meaning" else way, 1.0) or 1.0
        for place, (pk, distance) in enumerate((hit for hit in hits if hit[0] != question.without), start=1):
            scores[pk] += share / (RRF_K + place)
            places.setdefault(pk, {})[way] = place
            distances.setdefault(pk, {})[way] = distance
    order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Ranked(pk, score, places[pk], distances[pk]) for pk, score in order]


def _by_words(question: Question, read: Understood, among: QuerySet[Any], depth: int) -> Hits:
    """By texts; then what has the columns that soft terms ask for, whatever its texts say."""
    if question.thing == "garments":
        hits = search_closet.by_words(among, read)
        known = {pk for pk, _score in hits}
        return [
            *hits,
            *((pk, 0.0) for pk in among.values_list("pk", flat=True)[:depth] if read.soft and pk not in known),
        ]
    hits = keywords.nearest_by_words(
        text=question.words, scope=question.thing, among=among, limit=depth, groups=read.groups, extra=read.extra
    )
    columns = [condition(term.meaning) for term in read.soft if term.family != "fit"]
    if question.thing == "products" and columns and len(hits) < depth:
        every = Q()
        for one in columns:
            every &= one
        known = {pk for pk, _score in hits}
        pks = among.filter(every).order_by().values_list("pk", flat=True)[:depth]
        hits += [(pk, 0.0) for pk in sorted(pks, reverse=True) if pk not in known]
    return hits[:depth]


def _by_vector(
    question: Question, read: Understood | None, among: QuerySet[Any], depth: int, vector: Vector | None
) -> Hits:
    if vector is None:
        return []
    key, filters = current_model_key(), question.filters
    if question.thing == "garments":
        return search_closet.by_vector(among, question.reader, vector, depth)
    if question.thing == "looks":
        looks = similarity.nearest_looks(vector=vector, model_key=key, limit=depth, among=Q(look__in=among))
        return [(hit.pk, hit.distance) for hit in looks]
    kinds = kinds_of(filters.kind)
    seasons = (filters.season,) if filters.season else ()
    genders: Collection[str] = genders_of(filters.gender)
    slots: Collection[str] = (filters.slot,) if filters.slot else ()
    only_copies = not _asks_more(filters)
    if read is not None:
        # Where a filter has it too, both hold by `among`.
        if asked := read.slugs("kind"):
            rows = Kind.objects.filter(Q(slug__in=asked) | Q(parent__slug__in=asked))
            kinds, only_copies = kinds or list(rows.values_list("pk", flat=True)), only_copies and not kinds
        genders = genders or tuple(gender for slug in read.slugs("gender") for gender in genders_of(slug))
        slots = slots or read.slugs("slot")
        only_copies = only_copies and all(term.family in ("kind", "slot", "gender") for term in read.hard)
    wanted = ProductFilter(
        kinds=kinds,
        slots=slots,
        genders=genders,
        seasons=seasons,
        among=None if only_copies else among,
        reader=question.reader,
    )
    hits = similarity.nearest_products(vector=vector, model_key=key, wanted=wanted, limit=depth)
    return [(hit.pk, hit.distance) for hit in hits]


def _by_palette(question: Question, among: QuerySet[Any], depth: int, histogram: Vector) -> Hits:
    if question.thing == "garments":
        return search_closet.by_palette(among, histogram)
    thing = question.thing.removesuffix("s")
    near = similarity.nearest_palettes(vector=histogram, thing=thing, among=among, limit=depth)
    return [(hit.pk, hit.distance) for hit in near]


def _asks_more(filters: Filters) -> bool:
    """Whether it asks for what the embedding's table does not carry."""
    words = (filters.colour, filters.brand, filters.size, filters.style, filters.price)
    return any(words) or (filters.price_min, filters.price_max) != (None, None)


# --- As the words ask -----------------------------------------------------------------------------------------------
def _as_asked(thing: Thing, ranked: list[Ranked], read: Understood) -> list[Ranked]:
    """What has all that the soft terms ask for, or where nothing has all of it the most first; the colour leading."""
    soft, colours = read.soft, read.of("colour")
    if not (soft or colours) or not ranked:
        return ranked
    return ordered(ranked, _facts(thing, [hit.pk for hit in ranked], with_words=bool(soft)), read)


def _facts(thing: Thing, pks: Collection[int], *, with_words: bool) -> dict[int, Facts]:
    if thing == "garments":
        return search_closet.facts(pks)
    return look_facts(pks) if thing == "looks" else product_facts(pks, with_words=with_words)


def _unmet(thing: Thing, pk: int, read: Understood) -> tuple[str, ...]:
    """The words of soft terms that not even the first result has."""
    if not read.soft:
        return ()
    facts = _facts(thing, [pk], with_words=True)
    asked = [term for term in read.soft if term.family != "occasion" or not read.of("kind")]
    return tuple(term.text for term in asked if pk in facts and not search_words.is_met(term, facts[pk]))


def ordered(ranked: Sequence[Ranked], facts: Mapping[int, Facts], read: Understood) -> list[Ranked]:
    """See `_as_asked`."""
    soft, colours = read.soft, read.of("colour")
    met = {hit.pk: sum(search_words.is_met(term, facts[hit.pk]) for term in soft) for hit in ranked if hit.pk in facts}
    best = max(met.values(), default=0)
    if soft and best == len(soft):
        ranked = [hit for hit in ranked if met.get(hit.pk) == best]

    def order(hit: Ranked) -> tuple[int, int, bool]:
        has, leads = search_words.lead(colours, facts[hit.pk].colours) if hit.pk in facts else (0, False)
        return -met.get(hit.pk, 0), -has, not leads

    return sorted(ranked, key=order)


def product_facts(pks: Collection[int], *, with_words: bool) -> dict[int, Facts]:
    fields = ["pk", "kind__slug", "colour_names", "pattern", "material", "styles"]
    names = ["name_en", "name_ko", "tags"] if with_words else []
    rows = Product.objects.filter(pk__in=pks).order_by().values_list(*fields, *names)
    return {
        pk: Facts(
            search_words.said_of(names[0], names[1], *names[2]) if names else "",
            (kind,), colours, pattern, material, styles=styles,
        )
        for pk, kind, colours, pattern, material, styles, *names in rows
    }  # fmt: skip


def look_facts(pks: Collection[int]) -> dict[int, Facts]:
    kinds: dict[int, list[str]] = defaultdict(list)
    for look, kind in LookItem.objects.filter(look__in=pks).order_by().values_list("look", "kind__slug"):
        kinds[look].append(kind)
    rows = Look.objects.filter(pk__in=pks).order_by()
    return {
        look.pk: Facts(
            search_words.said_of(look.title_en, look.title_ko, *look.tags),
            kinds[look.pk],
            [colour["name"] for colour in look.colours],
            styles={**look.styles, **({look.style: 1.0} if look.style else {})},
            seasons=look.seasons,
            occasions=look.occasions,
            is_look=True,
        )
        for look in rows.only("title_en", "title_ko", "tags", "colours", "styles", "style", "seasons", "occasions")
    }


def _rows(thing: Thing, pks: Collection[int]) -> dict[int, Any]:
    shown: dict[str, QuerySet[Any]] = {
        "looks": Look.objects.for_cards(),
        "products": Product.objects.for_cards(),
        "garments": Garment.objects.for_cards(),
    }
    return shown[thing].in_bulk(list(pks))


def to_vector(values: Any) -> Vector:
    return np.asarray(values, dtype=np.float32)
