"""What the lists of the shop, its pages and its API alike, can be narrowed by. A value nobody knows is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from catalog import taxonomy
from catalog.models import BrandQuerySet, LookQuerySet, ProductQuerySet
from catalog.words.conditions import described

_GENDERS = {term.slug for term in taxonomy.GENDERS}
_SEASONS = {term.slug for term in taxonomy.SEASONS}
_COLOURS = {colour.slug for colour in taxonomy.COLOURS}
_STYLES = {term.slug for term in taxonomy.STYLES}
_OCCASIONS = {term.slug for term in taxonomy.OCCASIONS}
PRODUCT_ORDERS = {"new": ("-created_at", "-pk"), "cheap": ("price", "pk"), "dear": ("-price", "-pk")}


def worn_by(gender: str) -> Q:
    """What someone who shops for `gender` is shown: that, and what is for both."""
    return Q(gender__in=(gender, "unisex"))


def leave_out_hidden(things: Any, reader: Any) -> Any:
    """Without what this reader hid, and the products of brands they hid. What people hide is an upper layer's matter:
    it leads here by the name `likes`, or nothing does."""
    likes = getattr(reader, "likes", None)
    if likes is None:
        return things
    name = things.model._meta.model_name
    hidden = likes.filter(verb="hide").order_by()
    things = things.exclude(pk__in=hidden.exclude(**{name: None}).values(name))
    if name == "look":
        things = leave_out_blocked(things, reader)
    if name == "product":
        things = things.exclude(brand__in=hidden.exclude(brand=None).values("brand"))
    return things


def leave_out_blocked(looks: Any, reader: Any) -> Any:
    """Without looks of members with whom this reader has a block; the layer of members leads there by its name."""
    blocked = getattr(reader, "looks_blocked", None)
    return looks if blocked is None else looks.exclude(pk__in=blocked().values("pk"))


def filter_products(products: ProductQuerySet, asked: Mapping[str, str]) -> ProductQuerySet:
    """asked: kind, slot, gender, season, colour, brand (slugs), price_min, price_max, in_stock, q (words), order."""
    if kind := asked.get("kind"):
        products = products.filter(Q(kind__slug=kind) | Q(kind__parent__slug=kind))
    if slot := asked.get("slot"):
        products = products.filter(kind__slot=slot)
    if (gender := asked.get("gender")) in _GENDERS:
        products = products.filter(worn_by(gender))
    if (season := asked.get("season")) in _SEASONS:
        products = products.filter(seasons__contains=[season])
    if (colour := asked.get("colour")) in _COLOURS:
        products = products.filter(colour_names__contains=[colour])
    if brand := asked.get("brand"):
        products = products.filter(brand__slug=brand)
    for name, lookup in (("price_min", "price__gte"), ("price_max", "price__lte")):
        if (amount := _amount(asked.get(name, ""))) is not None:
            products = products.filter(**{lookup: amount})
    if _is_on(asked.get("in_stock", "")):
        products = products.in_stock()
    products = products.filter(about(asked.get("q", "")))
    order = asked.get("order", "new")
    if order in ("cheap", "dear"):
        products = products.exclude(price=None)
    return products.order_by(*PRODUCT_ORDERS.get(order, PRODUCT_ORDERS["new"]))


def about(text: str) -> Q:
    """Products that all of a query is about: what was understood of it (catalog/words), or names that say it."""
    return described(text, _said)


def _said(word: str) -> Q:
    return Q(name_en__icontains=word) | Q(name_ko__icontains=word)


def filter_looks(looks: LookQuerySet, asked: Mapping[str, str]) -> LookQuerySet:
    """asked: style, gender, season, occasion, tag."""
    if (style := asked.get("style")) in _STYLES:
        looks = looks.filter(style=style)
    if (gender := asked.get("gender")) in _GENDERS:
        looks = looks.filter(worn_by(gender))
    if (season := asked.get("season")) in _SEASONS:
        looks = looks.filter(seasons__contains=[season])
    if (occasion := asked.get("occasion")) in _OCCASIONS:
        looks = looks.filter(occasions__contains=[occasion])
    if tag := asked.get("tag"):
        looks = looks.filter(tags__contains=[tag])
    return looks


def filter_brands(brands: BrandQuerySet, asked: Mapping[str, str]) -> BrandQuerySet:
    """asked: gender, band (1-4), emerging, q."""
    if (gender := asked.get("gender")) in _GENDERS:
        brands = brands.filter(made_for__in=(gender, "unisex"))
    if (band := asked.get("band", "")) in {"1", "2", "3", "4"}:
        brands = brands.filter(price_band=int(band))
    if _is_on(asked.get("emerging", "")):
        brands = brands.emerging()
    if word := asked.get("q", "").strip():
        brands = brands.filter(Q(name_en__icontains=word) | Q(name_ko__icontains=word))
    return brands


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**10 else None


def _is_on(text: str) -> bool:
    """A tick of the page's form or a boolean of the API's."""
    return text.lower() not in ("", "0", "false", "off", "no")
