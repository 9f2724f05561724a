"""Search of looks and products by photo, palette and words, in any mix, with facets.

Each way of asking ranks on its own; the ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009),
weighted by the reader's sliders: a fused score needs no common scale of distances. Hard filters apply to every way.
Filters never empty the page in silence: when nothing is left, the season goes, or the gender, or both, as little as
brings something, and the answer says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from django.db.models import Q, QuerySet

from catalog.models import Kind, Look, Product
from recommender import keywords, palettes, similarity
from recommender.keys import current_model_key
from recommender.similarity import ProductFilter, Vector

Thing = Literal["looks", "products"]
DEPTH = 300  # how deep each way of asking ranks
RRF_K = 60
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


@dataclass(frozen=True)
class Found:
    """A result: where each way of asking placed it (from 1) and how far it was there."""

    thing: Look | Product
    score: float
    places: Mapping[str, int]
    distances: Mapping[str, float]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """facets: name -> [(slug, count)] of what was found, largest first. relaxed: filters that had to go.

    has_more: further down there would be more; total and facets stop where each way of asking stops, at DEPTH.
    """

    results: list[Found]
    total: int
    facets: dict[str, list[tuple[str, int]]]
    relaxed: tuple[str, ...] = ()
    has_more: bool = False


def search(*, question: Question, limit: int = 20, offset: int = 0) -> Answer:
    """The best results from `offset` on. Without words, photo or palette: the newest that pass the filters."""
    relaxed: tuple[str, ...] = ()
    ranked = _ranked(question)
    for names in RELAXED:
        if ranked or not all(getattr(question.filters, name) for name in names):
            continue
        ranked = _ranked(replace(question, filters=replace(question.filters, **dict.fromkeys(names, ""))))  # type: ignore[arg-type]
        relaxed = names if ranked else ()
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
    facets = _facets(question.thing, [pk for pk, *_ in ranked])
    return Answer(results, len(ranked), facets, relaxed, has_more=len(ranked) >= DEPTH)


Ranked = tuple[int, float, dict[str, int], dict[str, float]]


def _ranked(question: Question) -> list[Ranked]:
    among = _among(question)
    ways: dict[str, Callable[[], list[tuple[int, float]]]] = {}
    if question.words.strip():
        ways["words"] = lambda: keywords.nearest_by_words(
            text=question.words, scope=question.thing, among=among, limit=DEPTH
        )
    if question.vector is not None:
        ways["photo"] = lambda: [(hit.pk, hit.distance) for hit in _by_photo(question, among)]
    if question.palette and (histogram := palettes.histogram(question.palette)) is not None:
        ways["palette"] = lambda: [
            (hit.pk, hit.distance)
            for hit in similarity.nearest_palettes(
                vector=histogram, thing=question.thing.removesuffix("s"), among=among, limit=DEPTH
            )
        ]
    if not ways:
        pks = among.values_list("pk", flat=True)[:DEPTH]
        return [(pk, 0.0, {}, {}) for pk in pks if pk != question.without]
    # A slider at nothing: that way is not asked at all, unless it is the only one.
    asked = [way for way in ways if question.shares.get(way, 1.0) > 0] or list(ways)
    return _fused({way: ways[way]() for way in asked}, question)


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


def _by_photo(question: Question, among: QuerySet[Any]) -> list[similarity.Hit]:
    if question.vector is None:
        return []
    key, filters = current_model_key(), question.filters
    if question.thing == "looks":
        return similarity.nearest_looks(vector=question.vector, model_key=key, limit=DEPTH, among=Q(look__in=among))
    wanted = ProductFilter(
        kinds=_kinds(filters.kind),
        slots=(filters.slot,) if filters.slot else (),
        genders=_genders(filters.gender),
        seasons=(filters.season,) if filters.season else (),
        among=among if _asks_more(filters) else None,
    )
    return similarity.nearest_products(vector=question.vector, model_key=key, wanted=wanted, limit=DEPTH)


def _asks_more(filters: Filters) -> bool:
    """Whether it asks for what the embedding's table does not carry."""
    prices = (filters.price_min, filters.price_max)
    return bool(filters.colour or filters.brand or filters.size or filters.style) or prices != (None, None)


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
        rows = Look.objects.published().filter(common)
        if filters.style:
            rows = rows.filter(style=filters.style)
        if filters.kind:
            rows = rows.filter(items__kind__in=_kinds(filters.kind)).distinct()
        return rows
    rows = Product.objects.published().filter(common)
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
        rows = rows.filter(**{f"styles__{filters.style}__gte": 0.3})
    if filters.price_min is not None:
        rows = rows.filter(price__gte=filters.price_min)
    if filters.price_max is not None:
        rows = rows.filter(price__lte=filters.price_max)
    return rows


def _rows(thing: Thing, pks: Collection[int]) -> dict[int, Any]:
    rows: QuerySet[Any] = Look.objects.for_cards() if thing == "looks" else Product.objects.for_cards()
    return rows.in_bulk(list(pks))


def _facets(thing: Thing, pks: Collection[int]) -> dict[str, list[tuple[str, int]]]:
    """Counts over what was found, at most DEPTH a way of asking."""
    counts: dict[str, Counter[str]] = {}

    def count(name: str, values: Collection[str]) -> None:
        counts.setdefault(name, Counter()).update(value for value in values if value)

    if thing == "looks":
        for gender, seasons, style in Look.objects.filter(pk__in=pks).values_list("gender", "seasons", "style"):
            count("gender", [gender])
            count("season", seasons)
            count("style", [style])
    else:
        fields = ("gender", "seasons", "kind__slug", "colour_names", "brand__slug", "sizes_in_stock")
        for gender, seasons, kind, colours, brand, sizes in Product.objects.filter(pk__in=pks).values_list(*fields):
            count("gender", [gender])
            count("season", seasons)
            count("kind", [kind])
            count("colour", colours)
            count("brand", [brand])
            count("size", sizes)
    return {name: counter.most_common(30) for name, counter in counts.items()}


def to_vector(values: Any) -> Vector:
    return np.asarray(values, dtype=np.float32)
