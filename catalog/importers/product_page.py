"""What a shop's page says of the product it sells: JSON-LD (schema.org Product) first, Open Graph where that is silent.

Nothing is asked of a page's layout, and no script of it runs.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

DEEPEST = 8  # levels of JSON-LD that are looked into
MOST_PRICE = Decimal(10) ** 9


@dataclass(frozen=True)
class ProductPage:
    """Empty strings for what the page does not say. picture: an absolute address."""

    name: str = ""
    brand: str = ""
    price: Decimal | None = None
    currency: str = ""
    colour: str = ""
    material: str = ""
    size: str = ""
    picture: str = ""


def product_page_read(content: bytes, address: str) -> ProductPage | None:
    """None where the page names no product. address: where it came from, for relative addresses in it."""
    page = _Page()
    # HTMLParser raises nothing for broken pages, but for marked sections that end nowhere.
    with contextlib.suppress(AssertionError):
        page.feed(_text(content))
    found = _of_json_ld(page.blocks) or {}
    said = page.properties
    name = _plain(found.get("name")) or said.get("og:title", "")
    if not found and said.get("og:type", "") not in ("product", "og:product", "product.item") and not _price(said):
        return None
    if not name:
        return None
    offer = next(_dicts(found.get("offers")), {})
    asked = next(_dicts(offer.get("priceSpecification")), {})
    picture = _picture(found.get("image")) or said.get("og:image:secure_url") or said.get("og:image", "")
    price = next((p for p in map(_money, (offer.get("price"), offer.get("lowPrice"), asked.get("price"))) if p), None)
    currency = _plain(offer.get("priceCurrency") or asked.get("priceCurrency"))
    return ProductPage(
        name=name[:120],
        brand=(_named(found.get("brand")) or said.get("product:brand", "") or said.get("og:brand", ""))[:80],
        price=price or _price(said),
        currency=(currency or said.get("product:price:currency", "") or said.get("og:price:currency", "")).upper()[:3],
        colour=_plain(found.get("color")) or said.get("product:color", ""),
        material=_named(found.get("material")),
        size=_named(found.get("size"))[:30],
        picture=urljoin(address, picture) if picture else "",
    )


def _text(content: bytes) -> str:
    """Shops write UTF-8, and older Korean ones CP949, whatever their header says."""
    for encoding in ("utf-8-sig", "cp949"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("utf-8", "replace")


class _Page(HTMLParser):
    """The blocks of JSON-LD, and the first value of each `<meta property>` that has one."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.properties: dict[str, str] = {}
        self._in_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "script" and told.get("type", "").split(";")[0].strip().lower() == "application/ld+json":
            self._in_block = True
            self.blocks.append("")
        elif tag == "meta" and told.get("content", "").strip():
            self.properties.setdefault((told.get("property") or told.get("name", "")).lower(), _plain(told["content"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_block = False

    def handle_data(self, data: str) -> None:
        if self._in_block:
            self.blocks[-1] += data


def _of_json_ld(blocks: list[str]) -> dict[str, Any] | None:
    """The first Product; of a ProductGroup its first variant, filled up with what the group says."""
    for block in blocks:
        try:
            told = json.loads(block, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _dicts(told, deep=True):
            kinds = thing.get("@type")
            kinds = {str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])}
            if "Product" in kinds:
                return thing
            if "ProductGroup" in kinds:
                return {**thing, **{k: v for k, v in next(_dicts(thing.get("hasVariant")), {}).items() if v}}
    return None


def _dicts(value: Any, *, deep: bool = False, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects of a value that is one, or a list of them; deep: those inside them, outer ones first."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        if deep:
            for inner in value.values():
                yield from _dicts(inner, deep=True, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner, deep=deep, depth=depth + 1)


def _plain(value: Any) -> str:
    """Text on one line, without tags and entities; "" of anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", value)).split())[:300]


def _named(value: Any) -> str:
    """Of a brand, material or size that is text or an object with a name."""
    return next((_plain(thing.get("name")) for thing in _dicts(value)), "") or _plain(value)


def _picture(value: Any) -> str:
    found = next(_dicts(value), {})
    return _plain(found.get("url") or found.get("contentUrl")) or _plain(value)


def _price(said: dict[str, str]) -> Decimal | None:
    named = (said.get(f"{name}:amount") for name in ("product:price", "product:sale_price", "og:price"))
    return next((amount for amount in map(_money, named) if amount), None)


def _money(value: Any) -> Decimal | None:
    digits = re.sub(r"[^\d.,]", "", _plain(value))
    digits = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None
    return amount if 0 < amount < MOST_PRICE else None
