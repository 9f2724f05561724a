"""Hard filters of a search, and the facets and price bands beside its results."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Literal

from django.db.models import Q, QuerySet

from catalog.filters import leave_out_hidden
from catalog.models import Kind, Look, LookItem, Product
from catalog.words.conditions import STYLE_FROM
from closet.models import User
from recommender.index import facets

Thing = Literal["looks", "products", "garments"]
PRICE_BAND = re.compile(r"([A-Z]{3}):([0-9]{1,9})-([0-9]{0,9})\Z")


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

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(one.name for one in fields(self) if getattr(self, one.name) not in ("", None))


def genders_of(gender: str) -> tuple[str, ...]:
    return (gender, "unisex") if gender in {"women", "men"} else (gender,) if gender else ()


def kinds_of(*slugs: str, slots: Collection[str] = ()) -> list[int]:
    """The ids of these kinds and of those below them, and of all in these slots. As ids, not as a join: then Postgres
    knows how common each is."""
    if not (any(slugs) or slots):
        return []
    asked = Q(slug__in=slugs) | Q(parent__slug__in=slugs) | Q(slot__in=slots)
    return list(Kind.objects.filter(asked).order_by().values_list("pk", flat=True))


def passing(thing: Thing, filters: Filters, reader: User | None) -> QuerySet[Any]:
    """The published products or looks that pass the filters, without what the reader hid."""
    rows: QuerySet[Any]
    common = Q()
    if filters.gender:
        common &= Q(gender__in=genders_of(filters.gender))
    if filters.season:
        common &= Q(seasons__contains=[filters.season]) | Q(seasons=[])
    if thing == "looks":
        rows = leave_out_hidden(Look.objects.published().filter(common), reader)
        if filters.style:
            rows = rows.filter(style=filters.style)
        if filters.kind:
            rows = rows.filter(pk__in=LookItem.objects.filter(kind__in=kinds_of(filters.kind)).values("look"))
        if filters.colour:
            rows = rows.filter(colours__contains=[{"name": filters.colour}])
        return rows
    rows = leave_out_hidden(Product.objects.published().filter(common), reader)
    if filters.kind:
        rows = rows.filter(kind__in=kinds_of(filters.kind))
    if filters.slot:
        rows = rows.filter(kind__in=kinds_of(slots=(filters.slot,)))
    if filters.colour:
        rows = rows.filter(colour_names__contains=[filters.colour])
    if filters.brand:
        rows = rows.filter(brand__slug=filters.brand)
    if filters.size:
        rows = rows.filter(is_in_stock=True, sizes_in_stock__contains=[filters.size])
    if filters.style:
        rows = rows.filter(**{f"styles__{filters.style}__gte": STYLE_FROM})
    return rows.filter(priced(filters))


def product_facets(filters: Filters) -> list[list[int]]:
    """What of the filters the documents' index knows."""
    groups = [facets.any_of("kind", kinds_of(filters.kind))]
    groups.append(facets.any_of("kind", kinds_of(slots=(filters.slot,) if filters.slot else ())))
    groups.append(facets.any_of("gender", genders_of(filters.gender)))
    groups.append(facets.any_of("season", (filters.season, facets.ANY_SEASON) if filters.season else ()))
    groups.append(facets.any_of("colour", (filters.colour,) if filters.colour else ()))
    return [group for group in groups if group]


def priced(filters: Filters) -> Q:
    """Things, mine or for sale, within the price band and limits asked for."""
    asked = Q()
    if (band := read_band(filters.price)) is not None:
        currency, low, high = band
        asked &= Q(currency=currency, price__gte=low)
        asked &= Q() if high is None else Q(price__lt=high)
    if filters.price_min is not None:
        asked &= Q(price__gte=filters.price_min)
    if filters.price_max is not None:
        asked &= Q(price__lte=filters.price_max)
    return asked


def facets_of(thing: Thing, pks: Collection[int], filters: Filters) -> dict[str, list[tuple[str, int]]]:
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
