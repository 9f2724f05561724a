"""An order confirmation as it was pasted: the garments it names, with price, size, brand and how many.

Shops write these letters each in their own way, so nothing is asked of their layout: a garment is a line that names a
kind of clothes (catalog/words), followed within a few lines by a price or a size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.flatlay import SILHOUETTES
from catalog.models import Brand
from catalog.words.reading import Reading, read
from closet.models import Garment, User
from closet.services.garments import garment_edit
from closet.services.illustrations import garments_illustrate, illustration_check

LONGEST = 20_000  # characters that are read
MOST = 30  # garments of one letter
_BLOCK = 7  # lines after its name that may say something of a garment
_SYMBOLS = {"₩": "KRW", "원": "KRW", "won": "KRW", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_CODES = "KRW|USD|EUR|GBP|JPY"
_NUMBER = r"\d{1,3}(?:[,.]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_PRICE = re.compile(
    rf"(?<![-−\w])(?:(?P<before>[₩$€£¥]|{_CODES})\s?(?P<first>{_NUMBER})"
    rf"|(?P<second>{_NUMBER})\s?(?P<after>원|won\b|{_CODES}\b|€))",
    re.IGNORECASE,
)
_SIZE_WORDS = r"xxs|xs|s|m|l|xl|xxl|xxxl|[2-5]xl|free|one size|oversize"
_SIZE = re.compile(
    rf"(?:size|사이즈|치수)\s*[:：]?\s*(?P<said>{_SIZE_WORDS}|[\w./-]{{1,10}})"
    rf"|(?:^|[\s/(,·|-])(?P<alone>{_SIZE_WORDS}|\d{{2}}(?:\.5)?|2[0-9][05])(?=$|[\s/),·|])",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:수량|qty|quantity)\s*[:：.]?\s*(\d{1,2})\b|\b(\d{1,2})\s?(?:개|벌)(?=$|\s|[),/])", re.IGNORECASE
)
_SILHOUETTES = {shape.kind: slug for slug, shape in reversed(SILHOUETTES.items())}  # the first of each kind
_DRAWN = {colour.slug for colour in taxonomy.COLOURS if colour.lab}
_MATERIALS = {term.slug for term in taxonomy.MATERIALS}
_BRACKETS = re.compile(r"^\s*[\[【(]([^\])】]{2,40})[\])】]")


@dataclass
class Bought:
    """A garment that a letter names; silhouette, colour, pattern and material are its illustration's."""

    name: str
    kind: str
    silhouette: str
    colour: str
    pattern: str = "solid"
    material: str = ""
    price: Decimal | None = None
    currency: str = "KRW"
    size_label: str = ""
    quantity: int = 1
    brand_name: str = ""


def order_read(text: str) -> list[Bought]:
    """The garments a pasted letter names, at most MOST. Raises ValidationError where it names none."""
    plain = strip_tags(re.sub(r"<(?:br|/p|/tr|/td|/div|/li)[^>]*>", "\n", text[:LONGEST], flags=re.IGNORECASE))
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    named = [(number, read(line)) for number, line in enumerate(lines) if 3 <= len(line) <= 160]
    starts = [(number, reading) for number, reading in named if _kind_of(reading)]
    brands = {
        name.casefold(): name for pair in Brand.objects.published().values_list("name_en", "name_ko") for name in pair
    }
    found = []
    ends = [*(number for number, _reading in starts[1:]), len(lines)]
    for (number, reading), end in zip(starts, ends, strict=False):  # without a start there is one end
        block = lines[number : min(end, number + 1 + _BLOCK)]
        thing = _bought(block, reading, brands)
        if thing is not None:
            found.append(thing)
    if not found:
        raise ValidationError(
            _("No garment was found in this text. Paste the part with names and prices, one garment a line.")
        )
    return found[:MOST]


def _kind_of(reading: Reading) -> str:
    """The kind a line names, "" where it names none that can be illustrated."""
    return next((slug for slug in reading.slugs("kind") if slug in _SILHOUETTES), "")


def _bought(block: list[str], reading: Reading, brands: dict[str, str]) -> Bought | None:
    """None where neither price nor size follows: a line that talks of clothes is no garment."""
    price, currency = next(filter(None, map(_price_of, block)), (None, "KRW"))
    title, *rest = block
    # A size that stands alone counts below the name only: "501" and "90" in a name are none.
    size = next(filter(None, [_size_of(title, said_only=True), *(_size_of(line) for line in rest)]), "")
    if price is None and not size:
        return None
    whole = read(" ".join(block)[:200])
    kind = _kind_of(reading)
    colours = [*reading.slugs("colour"), *whole.slugs("colour")]
    count = next((int(m.group(1) or m.group(2)) for m in map(_COUNT.search, block) if m), 1)
    return Bought(
        name=_PRICE.sub("", title).strip(" -–·|/:,")[:120],
        kind=kind,
        silhouette=_SILHOUETTES[kind],
        colour=next((slug for slug in colours if slug in _DRAWN), "grey"),
        pattern=next(iter(reading.slugs("pattern")), "solid"),
        material=next((slug for slug in reading.slugs("material") if slug in _MATERIALS), ""),
        price=price,
        currency=currency,
        size_label=size,
        quantity=min(max(count, 1), 99),
        brand_name=_brand_of(title, brands),
    )


def _price_of(line: str) -> tuple[Decimal, str] | None:
    found = _PRICE.search(line)
    if found is None:
        return None
    digits = found["first"] or found["second"]
    # A point before three digits parts thousands, as in 1.299 €; before two it parts cents.
    digits = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", digits).replace(",", "")
    mark = (found["before"] or found["after"]).lower()
    try:
        return Decimal(digits), _SYMBOLS.get(mark, mark.upper())
    except InvalidOperation:
        return None


def _size_of(line: str, *, said_only: bool = False) -> str:
    for found in _SIZE.finditer(_PRICE.sub(" ", line)):
        if said := found["said"] or ("" if said_only else found["alone"]):
            return str(said).upper() if len(said) <= 4 else str(said)
    return ""


def _brand_of(title: str, brands: dict[str, str]) -> str:
    """The brand in brackets before a name, or one of the shop's brands in it."""
    if found := _BRACKETS.match(title):
        return found[1].strip()
    low = title.casefold()
    return next((name for key, name in brands.items() if key and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", low)), "")


def order_hang(*, owner: User, things: Iterable[Bought], bought_on: Any = None) -> list[Garment]:
    """Hangs them up as illustrations with what the letter said; all or none. Raises ValidationError."""
    rows = list(things)
    drawings = [
        illustration_check(
            silhouette=row.silhouette,
            colour=row.colour,
            pattern=row.pattern,
            material=row.material,
            seed=number,
        )
        for number, row in enumerate(rows)
    ]
    hung = []
    with transaction.atomic():
        for row, garment in zip(rows, garments_illustrate(owner=owner, drawings=drawings), strict=True):
            said = {
                "name": row.name,
                "brand_name": row.brand_name,
                "size_label": row.size_label,
                "quantity": row.quantity,
                "price": row.price,
                "currency": row.currency,
                "bought_on": bought_on,
            }
            changes = {field: value for field, value in said.items() if value not in ("", None)}
            hung.append(garment_edit(garment=garment, changes=changes))
    return hung
