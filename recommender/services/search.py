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

from catalog.models import Look, Product
from catalog.words.conditions import condition
from closet.models import Garment, User
from recommender.index import keywords, meaning, palettes, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Among, Hit, Near, ProductFilter, Vector, WordHit
from recommender.services import search_closet, search_words
from recommender.services.search_filters import (
    Filters,
    Thing,
    facets_of,
    genders_of,
    kinds_of,
    passing,
    product_facets,
)
from recommender.services.search_order import Ranked, Ranking, as_asked
from recommender.services.search_words import Understood

PAGE = 20
SHELF = 8  # results of each world where all are shown together
LAST_PAGE = 50  # nobody scrolls further, and no way of asking ranks so deep
DEPTHS = (300, 1200)  # how deep each way of asking ranks: at first, and for readers who scroll past that
NEWEST = LAST_PAGE * PAGE  # that are counted where nothing but filters is asked
RRF_K = 60
COPIED = ("kind", "slot", "gender", "season")  # families that the embeddings' table knows
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

    def has_page(self, number: int, size: int = PAGE) -> bool:
        """Whether there is that page of `size` results; the first is 1."""
        before = (number - 1) * size
        return number <= LAST_PAGE and before < NEWEST and (self.is_cut or before < self.total)


@dataclass(frozen=True)
class Settled:
    """A question as it could be answered: with which filters and words, what had to go, and the hits."""

    asked: Question
    read: Understood | None
    hits: list[Ranked]
    is_cut: bool
    relaxed: tuple[str, ...] = ()


def rank(*, question: Question) -> Settled:
    """The best ids, with as little let go as brings something."""
    read = None
    if question.asks_by_words:
        read = search_words.understand(question.words, known=_known_words(question))
    attempts: list[tuple[Question, Understood | None, tuple[str, ...]]] = [(question, read, ())]
    attempts += [
        (_without(question, names), read, names)
        for names in RELAXED
        if all(getattr(question.filters, name) for name in names)
    ]
    attempts += [(question, less, ()) for less in (search_words.relaxations(read) if read is not None else ())]
    for asked, words, relaxed in attempts:
        ranking = _ranked(asked, words, DEPTHS[0])
        if ranking.hits:
            told = words if words is None else replace(words, unmet=ranking.unmet)
            return Settled(asked, told, ranking.hits, ranking.is_cut, relaxed)
    return Settled(question, read, [], False)


def search(*, question: Question, limit: int = PAGE, offset: int = 0) -> Answer:
    """The best results from `offset` on. Without words, photo or palette: the newest that pass the filters."""
    settled = rank(question=question)
    ranked, is_cut, asked, read = settled.hits, settled.is_cut, settled.asked, settled.read
    counted = [hit.pk for hit in ranked]
    if is_cut and offset + limit > len(ranked):
        # What was shown keeps its place: a deeper ranking alone would move some of it.
        deeper = _ranked(asked, read, DEPTHS[1])
        is_cut = deeper.is_cut
        ranked = [*ranked, *(hit for hit in deeper.hits if hit.pk not in set(counted))]
    if question.thing == "garments":
        facets = search_closet.facets(counted)
    else:
        facets = facets_of(question.thing, counted, asked.filters)
    page = _shown(question, ranked[offset : offset + limit])
    answer = Answer(page, len(ranked), facets, settled.relaxed, is_cut, len(counted), read)
    return answer if ranked else _with_nearest(answer, question, read, limit)


def _known_words(question: Question) -> Callable[[Collection[str]], frozenset[str]]:
    """Which words stand in some text of the world searched in, or are known to the text encoder."""

    def known(words: Collection[str]) -> frozenset[str]:
        if question.thing == "garments":
            said = search_closet.known_words(words, question.reader)
        else:
            said = keywords.known_words(words, scope=question.thing)
        return said | meaning.known_words(words)

    return known


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
        if ranked := _ranked(asked, words, limit).hits:
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


Hits = list[tuple[int, float]]


def _ranked(question: Question, read: Understood | None, depth: int) -> Ranking:
    among = _among(question, read)
    rows = Among(among)
    ways = {
        "words": read is not None,
        "photo": question.vector is not None,
        "palette": palettes.histogram(question.palette) is not None if question.palette else False,
    }
    possible = [way for way, is_possible in ways.items() if is_possible]
    if not possible:
        pks = list(among.values_list("pk", flat=True)[: NEWEST + 1])
        return Ranking([Ranked(pk, 0.0, {}, {}) for pk in pks[:NEWEST] if pk != question.without], len(pks) > NEWEST)
    # A slider at nothing: that way is not asked at all, unless it is the only one.
    asked = [way for way in possible if question.shares.get(way, 1.0) > 0] or possible
    hits = _found(question, read, rows, depth, asked)
    is_cut = any(len(found) >= depth for found in hits.values())
    ranked = _fused(hits, question)
    if read is not None and (read.hard or read.soft) and len(ranked) < depth:
        # Whatever passes is an answer to "red skirt", though no text says so; of soft terms facts tell.
        known = {hit.pk for hit in ranked}
        few = rows.few if question.thing == "products" else None
        passing = among.order_by().values_list("pk", flat=True)[:depth] if few is None else few[:depth]
        others = [pk for pk in passing if pk not in known]
        is_cut = is_cut or len(others) + len(known) >= depth
        ranked += [Ranked(pk, 0.0, {}, {}) for pk in sorted(others, reverse=True) if pk != question.without]
    if read is None:
        return Ranking(ranked, is_cut)
    ordered = as_asked(question.thing, ranked, read, depth)
    return ordered._replace(hits=ordered.hits[:depth], is_cut=is_cut or ordered.is_cut or len(ordered.hits) > depth)


def _found(
    question: Question, read: Understood | None, among: Among, depth: int, asked: Sequence[str]
) -> dict[str, Hits]:
    """What each way of asking finds, the best first."""
    said = meaning.vector_of(read.said) if read is not None and "words" in asked else None
    hits: dict[str, Hits] = {}
    photo: list[Hit] = []
    if question.vector is not None and "photo" in asked:
        photo = _by_vector(question, read, among, depth, question.vector, said)
    if read is not None and "words" in asked:
        # Beside as much as is ranked by photo half of it by texts is enough: that there is more is known already.
        least = depth // 2 if len(photo) >= depth else depth
        texts = _by_texts(question, read, among, depth, said, least)
        near = _by_meaning(question, read, among, depth, said, texts, photo) if said is not None else []
        hits["words"] = _with_meaning(texts, near)
        if said is not None:
            hits["meaning"] = near
    if "photo" in asked:
        hits["photo"] = [(hit.pk, hit.distance) for hit in photo]
    if "palette" in asked and (histogram := palettes.histogram(question.palette)) is not None:
        hits["palette"] = _by_palette(question, among.rows, depth, histogram)
    return hits


def _by_meaning(
    question: Question,
    read: Understood,
    among: Among,
    depth: int,
    said: Vector,
    texts: Sequence[WordHit],
    photo: Sequence[Hit],
) -> Hits:
    """The nearest of what texts and photo found, where that is as much as is ranked: it costs no look at the vectors
    of its own. Else the nearest of all that count."""
    known = {hit.pk: hit.distance for hit in texts if hit.distance is not None}
    known |= {hit.pk: hit.besides for hit in photo if hit.besides is not None}
    if len(known) < depth:
        return [(hit.pk, hit.distance) for hit in _by_vector(question, read, among, depth, said)]
    return sorted(known.items(), key=lambda hit: (hit[1], hit[0]))


def _with_meaning(texts: Sequence[WordHit], near: Hits) -> Hits:
    """What texts say of about as much by meaning, then what no text says by meaning alone.

    Fused by rank as the other ways are, meaning moved what texts say plainly: nDCG@20 .951 instead of .957 on the tune
    queries of `bench/words.py`.
    """
    places = {pk: place for place, (pk, _distance) in enumerate(near)}
    known = {hit.pk for hit in texts}
    ordered = sorted(texts, key=lambda hit: (-round(hit.score, 1), places.get(hit.pk, len(places))))
    return [*((hit.pk, hit.score) for hit in ordered), *((pk, 0.0) for pk, _far in near if pk not in known)]


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
        # Meaning has its part in the words' order.
        share = 0.0 if way == "meaning" else question.shares.get(way, 1.0) or 1.0
        for place, (pk, distance) in enumerate((hit for hit in hits if hit[0] != question.without), start=1):
            scores[pk] += share / (RRF_K + place)
            places.setdefault(pk, {})[way] = place
            distances.setdefault(pk, {})[way] = distance
    order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Ranked(pk, score, places[pk], distances[pk]) for pk, score in order]


def _by_texts(
    question: Question, read: Understood, among: Among, depth: int, vector: Vector | None, least: int
) -> list[WordHit]:
    """By texts; then what has the columns that soft terms ask for, whatever its texts say, at 0."""
    if question.thing == "garments":
        hits = [WordHit(pk, score) for pk, score in search_closet.by_words(among.rows, read)]
        known = {hit.pk for hit in hits}
        pks = among.rows.values_list("pk", flat=True)[:depth]
        return [*hits, *(WordHit(pk, 0.0) for pk in pks if read.soft and pk not in known)]
    having = _facets(question, read)
    query = keywords.read_query(
        question.words, scope=question.thing, groups=read.groups, extra=read.extra, having=having
    )
    hits = []
    if query is not None:
        hits = keywords.best_documents(
            query, scope=question.thing, among=among, limit=depth, having=having,
            near=None if vector is None or question.thing == "looks" else Near(vector, current_model_key()),
            least=least,
        )  # fmt: skip
    columns = [condition(term.meaning) for term in read.soft if term.family != "fit"]
    if question.thing == "products" and columns and len(hits) < least:
        every = Q()
        for one in columns:
            every &= one
        known = {hit.pk for hit in hits}
        pks = among.rows.filter(every).order_by().values_list("pk", flat=True)[:depth]
        hits += [WordHit(pk, 0.0) for pk in sorted(pks, reverse=True) if pk not in known]
    return hits[:depth]


def _facets(question: Question, read: Understood) -> list[list[int]]:
    """What of the filters and of the words the documents' index knows, for whom there are facets."""
    if question.thing != "products":
        return []
    return [*product_facets(question.filters), *search_words.product_facets(read)]


def _by_vector(
    question: Question,
    read: Understood | None,
    among: Among,
    depth: int,
    vector: Vector,
    besides: Vector | None = None,
) -> list[Hit]:
    """The nearest; of products also how far they are from `besides`."""
    key, filters = current_model_key(), question.filters
    if question.thing == "garments":
        return [Hit(*hit) for hit in search_closet.by_vector(among.rows, question.reader, vector, depth)]
    if question.thing == "looks":
        return similarity.nearest_looks(vector=vector, model_key=key, limit=depth, among=Q(look__in=among.rows))
    kinds: Collection[int] = kinds_of(filters.kind)
    seasons: Collection[str] = (filters.season,) if filters.season else ()
    genders: Collection[str] = genders_of(filters.gender)
    slots: Collection[str] = (filters.slot,) if filters.slot else ()
    only_copies = not _asks_more(filters)
    if read is not None:
        # Where a filter has it too, both hold by `among`.
        if read.kinds_meant is not None:
            kinds, only_copies = kinds or read.kinds_meant, only_copies and not (kinds or slots)
        if asked := read.slugs("gender"):
            only_copies = only_copies and not genders
            genders = genders or tuple(gender for slug in asked for gender in genders_of(slug))
        if asked := read.slugs("season"):
            seasons, only_copies = seasons or asked, only_copies and not seasons
        only_copies = only_copies and all(term.family in COPIED for term in read.hard)
    wanted = ProductFilter(
        kinds=kinds,
        slots=slots,
        genders=genders,
        seasons=seasons,
        among=None if only_copies else among,
        reader=question.reader,
    )
    return similarity.nearest_products(vector=vector, model_key=key, wanted=wanted, limit=depth, besides=besides)


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


def _rows(thing: Thing, pks: Collection[int]) -> dict[int, Any]:
    shown: dict[str, QuerySet[Any]] = {
        "looks": Look.objects.for_cards(),
        "products": Product.objects.for_cards(),
        "garments": Garment.objects.for_cards(),
    }
    return shown[thing].in_bulk(list(pks))


def to_vector(values: Any) -> Vector:
    return np.asarray(values, dtype=np.float32)
