"""Search of looks and products by photo, palette and words, in any mix, with facets.

Each way of asking ranks on its own; the ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009),
weighted by the reader's sliders: a fused score needs no common scale of distances. Hard filters apply to every way.
Filters never empty the page in silence: when nothing is left, the season goes, or the gender, or both, as little as
brings something, and the answer says so.

Facets count exactly while a question has no more answers than are ranked at first; beyond, they count the best of them,
and the answer says that too (`is_cut`): who searches by photo is answered by the whole catalogue, in some order.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from django.db.models import Q, QuerySet

from catalog.filters import leave_out_hidden
from catalog.models import Kind, Look, LookItem, Product
from closet.models import User
from recommender.index import keywords, palettes, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter, Vector

Thing = Literal["looks", "products"]
PAGE = 20
LAST_PAGE = 50  # nobody scrolls further, and no way of asking ranks so deep
DEPTHS = (300, 1200)  # how deep each way of asking ranks: at first, and for readers who scroll past that
NEWEST = LAST_PAGE * PAGE  # that are counted where nothing but filters is asked
STYLE_FROM = 0.3  # of a product's probability for a style to be counted as having it
RRF_K = 60
PRICE_BAND = re.compile(r"([A-Z]{3}):([0-9]{1,9})-([0-9]{0,9})\Z")
RELAXED = (("season",), ("gender",), ("season", "gender"))  # in this order


@dataclass(frozen=True)
class Filters:
    """Empty means any. gender: a unisex thing answers for women and men alike."""

    gender: str = ""
    season: str = ""
    style: str = ""
    kind: str = ""
    slot: str = ""
    colour: str = ""
    brand: str = ""
    size: str = ""
    price: str = ""  # a band of the facet's, see `read_band`
    price_min: float | None = None
    price_max: float | None = None


@dataclass(frozen=True)
class Question:
    """vector: of a photo, garment or other result. palette: (L, a, b, share) rows. shares: the sliders, 0..1."""

    thing: Thing = "products"
    words: str = ""
    vector: Vector | None = None
    palette: tuple[tuple[float, float, float, float], ...] = ()
    filters: Filters = Filters()
    shares: Mapping[str, float] = field(default_factory=lambda: {"words": 1.0, "photo": 1.0, "palette": 1.0})
    without: int | None = None
    reader: User | None = None  # what they hid is left out


class Place(NamedTuple):
    """Where a way of asking placed a result (from 1), and how far it was there."""

    place: int
    distance: float


@dataclass(frozen=True)
class Found:
    """A result: where each way of asking placed it (from 1) and how far it was there."""

    thing: Look | Product
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
    """

    results: list[Found]
    total: int
    facets: dict[str, list[tuple[str, int]]]
    relaxed: tuple[str, ...] = ()
    is_cut: bool = False
    counted: int = 0

    def has_page(self, number: int) -> bool:
        """Whether there is that page of PAGE results; the first is 1."""
        return number <= LAST_PAGE and (self.is_cut or (number - 1) * PAGE < self.total)


def search(*, question: Question, limit: int = PAGE, offset: int = 0) -> Answer:
    """The best results from `offset` on. Without words, photo or palette: the newest that pass the filters."""
    relaxed: tuple[str, ...] = ()
    asked = question
    ranked, is_cut = _ranked(asked, DEPTHS[0])
    for names in RELAXED:
        if ranked or not all(getattr(question.filters, name) for name in names):
            continue
        asked = replace(question, filters=replace(question.filters, **dict.fromkeys(names, "")))  # type: ignore[arg-type]
        ranked, is_cut = _ranked(asked, DEPTHS[0])
        relaxed = names if ranked else ()
    counted = [pk for pk, *_ in ranked]
    if is_cut and offset + limit > len(ranked):
        # What was shown keeps its place: a deeper ranking alone would move some of it.
        deeper, is_cut = _ranked(asked, DEPTHS[1])
        ranked += [hit for hit in deeper if hit[0] not in set(counted)]
    page = ranked[offset : offset + limit]
    rows = _rows(question.thing, [pk for pk, *_ in page])
    words: dict[int, list[str]] = {}
    if question.words:
        words = keywords.matched_words(text=question.words, scope=question.thing, ids=list(rows))
    results = [
        Found(rows[pk], score, places, distances, tuple(words.get(pk, ())))
        for pk, score, places, distances in page
        if pk in rows
    ]
    facets = _facets(question.thing, counted, asked.filters)
    return Answer(results, len(ranked), facets, relaxed, is_cut, len(counted))


Ranked = tuple[int, float, dict[str, int], dict[str, float]]


def _ranked(question: Question, depth: int) -> tuple[list[Ranked], bool]:
    """The best first, and whether some way of asking would have gone on."""
    among = _among(question)
    ways: dict[str, Callable[[], list[tuple[int, float]]]] = {}
    if question.words.strip():
        ways["words"] = lambda: keywords.nearest_by_words(
            text=question.words, scope=question.thing, among=among, limit=depth
        )
    if question.vector is not None:
        ways["photo"] = lambda: [(hit.pk, hit.distance) for hit in _by_photo(question, among, depth)]
    if question.palette and (histogram := palettes.histogram(question.palette)) is not None:
        ways["palette"] = lambda: [
            (hit.pk, hit.distance)
            for hit in similarity.nearest_palettes(
                vector=histogram, thing=question.thing.removesuffix("s"), among=among, limit=depth
            )
        ]
    if not ways:
        pks = list(among.values_list("pk", flat=True)[: NEWEST + 1])
        return [(pk, 0.0, {}, {}) for pk in pks[:NEWEST] if pk != question.without], len(pks) > NEWEST
    # A slider at nothing: that way is not asked at all, unless it is the only one.
    asked = [way for way in ways if question.shares.get(way, 1.0) > 0] or list(ways)
    hits = {way: ways[way]() for way in asked}
    return _fused(hits, question), any(len(found) >= depth for found in hits.values())


def _fused(ways: Mapping[str, list[tuple[int, float]]], question: Question) -> list[Ranked]:
    places: dict[int, dict[str, int]] = {}
    distances: dict[int, dict[str, float]] = {}
    scores: dict[int, float] = defaultdict(float)
    for way, hits in ways.items():
        share = question.shares.get(way, 1.0) or 1.0
        for place, (pk, distance) in enumerate((hit for hit in hits if hit[0] != question.without), start=1):
            scores[pk] += share / (RRF_K + place)
            places.setdefault(pk, {})[way] = place
            distances.setdefault(pk, {})[way] = distance
    order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [(pk, score, places[pk], distances[pk]) for pk, score in order]


def _by_photo(question: Question, among: QuerySet[Any], depth: int) -> list[similarity.Hit]:
    if question.vector is None:
        return []
    key, filters = current_model_key(), question.filters
    if question.thing == "looks":
        return similarity.nearest_looks(vector=question.vector, model_key=key, limit=depth, among=Q(look__in=among))
    wanted = ProductFilter(
        kinds=_kinds(filters.kind),
        slots=(filters.slot,) if filters.slot else (),
        genders=_genders(filters.gender),
        seasons=(filters.season,) if filters.season else (),
        among=among if _asks_more(filters) else None,
        reader=question.reader,
    )
    return similarity.nearest_products(vector=question.vector, model_key=key, wanted=wanted, limit=depth)


def _asks_more(filters: Filters) -> bool:
    """Whether it asks for what the embedding's table does not carry."""
    words = (filters.colour, filters.brand, filters.size, filters.style, filters.price)
    return any(words) or (filters.price_min, filters.price_max) != (None, None)


# --- Filters and facets ------------------------------------------------------------------------------------------
def _genders(gender: str) -> tuple[str, ...]:
    return (gender, "unisex") if gender in {"women", "men"} else (gender,) if gender else ()


def _kinds(slug: str) -> list[int]:
    return list(Kind.objects.filter(Q(slug=slug) | Q(parent__slug=slug)).values_list("pk", flat=True)) if slug else []


def _among(question: Question) -> QuerySet[Any]:
    """The rows that pass the hard filters."""
    filters = question.filters
    rows: QuerySet[Any]
    common = Q()
    if filters.gender:
        common &= Q(gender__in=_genders(filters.gender))
    if filters.season:
        common &= Q(seasons__contains=[filters.season]) | Q(seasons=[])
    if question.thing == "looks":
        rows = leave_out_hidden(Look.objects.published().filter(common), question.reader)
        if filters.style:
            rows = rows.filter(style=filters.style)
        if filters.kind:
            rows = rows.filter(pk__in=LookItem.objects.filter(kind__in=_kinds(filters.kind)).values("look"))
        if filters.colour:
            rows = rows.filter(colours__contains=[{"name": filters.colour}])
        return rows
    rows = leave_out_hidden(Product.objects.published().filter(common), question.reader)
    if filters.kind:
        rows = rows.filter(kind__in=_kinds(filters.kind))
    if filters.slot:
        rows = rows.filter(kind__slot=filters.slot)
    if filters.colour:
        rows = rows.filter(colour_names__contains=[filters.colour])
    if filters.brand:
        rows = rows.filter(brand__slug=filters.brand)
    if filters.size:
        rows = rows.filter(is_in_stock=True, sizes_in_stock__contains=[filters.size])
    if filters.style:
        rows = rows.filter(**{f"styles__{filters.style}__gte": STYLE_FROM})
    if (band := read_band(filters.price)) is not None:
        currency, low, high = band
        rows = rows.filter(currency=currency, price__gte=low)
        rows = rows if high is None else rows.filter(price__lt=high)
    if filters.price_min is not None:
        rows = rows.filter(price__gte=filters.price_min)
    if filters.price_max is not None:
        rows = rows.filter(price__lte=filters.price_max)
    return rows


def _rows(thing: Thing, pks: Collection[int]) -> dict[int, Any]:
    rows: QuerySet[Any] = Look.objects.for_cards() if thing == "looks" else Product.objects.for_cards()
    return rows.in_bulk(list(pks))


def _facets(thing: Thing, pks: Collection[int], filters: Filters) -> dict[str, list[tuple[str, int]]]:
    counts: dict[str, Counter[str]] = {}

    def count(name: str, values: Collection[str]) -> None:
        counts.setdefault(name, Counter()).update(value for value in values if value)

    if thing == "looks":
        looks = Look.objects.filter(pk__in=pks).values_list("gender", "seasons", "style", "colours")
        for gender, seasons, style, colours in looks:
            count("gender", [gender])
            count("season", seasons)
            count("style", [style])
            count("colour", {colour["name"] for colour in colours})
        pieces = LookItem.objects.filter(look__in=pks).order_by().values_list("look", "kind__slug").distinct()
        count("kind", [kind for _look, kind in pieces])
        return {name: counter.most_common(30) for name, counter in counts.items()}
    prices: dict[str, list[float]] = defaultdict(list)
    fields = ("gender", "seasons", "styles", "kind__slug", "colour_names", "brand__slug", "sizes_in_stock",
              "is_in_stock", "price", "currency")  # fmt: skip
    for gender, seasons, styles, kind, colours, brand, sizes, in_stock, price, currency in (
        Product.objects.filter(pk__in=pks).order_by().values_list(*fields)
    ):
        count("gender", [gender])
        count("season", seasons)
        count("style", [style for style, share in styles.items() if share >= STYLE_FROM])
        count("kind", [kind])
        count("colour", colours)
        count("brand", [brand])
        count("size", sizes if in_stock else ())
        if price is not None:
            prices[currency].append(float(price))
    facets = {name: counter.most_common(30) for name, counter in counts.items()}
    return facets | {"price": _price_bands(prices, filters.price)}


# --- Bands of prices --------------------------------------------------------------------------------------------------
def read_band(slug: str) -> tuple[str, int, int | None] | None:
    """`KRW:30000-50000` as (currency, from, below); below None for `KRW:50000-`. None for what is no band."""
    found = PRICE_BAND.fullmatch(slug)
    return (found[1], int(found[2]), int(found[3]) if found[3] else None) if found else None


def _price_bands(prices: Mapping[str, list[float]], chosen: str) -> list[tuple[str, int]]:
    """About four bands with as many things each, in the currency most are in, cheapest first."""
    if not prices:
        return []
    if chosen:
        return [(chosen, sum(map(len, prices.values())))]
    currency, values = max(prices.items(), key=lambda item: len(item[1]))
    values.sort()
    edges = sorted({_round_price(values[len(values) * part // 4]) for part in (1, 2, 3)})
    bounds = [0, *(edge for edge in edges if values[0] < edge <= values[-1])]
    if len(bounds) == 1:
        return []
    places = [bisect_left(values, bound) for bound in bounds]
    ends = zip(pairwise([*bounds, None]), pairwise([*places, len(values)]), strict=True)
    return [
        (f"{currency}:{low}-{'' if high is None else high}", end - start)
        for (low, high), (start, end) in ends
    ]  # fmt: skip


def _round_price(price: float) -> int:
    """The nearest of 1, 1.5, 2, 3, 5 and 7 times a power of ten: bounds that people would choose."""
    if price < 1:
        return 1
    power = 10 ** math.floor(math.log10(price))
    nearest: float = min((1, 1.5, 2, 3, 5, 7, 10), key=lambda step: abs(step * power - price))
    return round(nearest * float(power))


def to_vector(values: Any) -> Vector:
    return np.asarray(values, dtype=np.float32)
