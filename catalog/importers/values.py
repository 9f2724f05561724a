"""One cell to one checked value. Each raises BadRow with a sentence that says what the cell should have been."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from catalog.importers.problems import BadRow

# What a spreadsheet executes when the catalogue is exported again: =1+1, @SUM(A1), +cmd|' /C calc'!A0.
_FORMULA = re.compile(r"\s*(?:=|[+\-@](?=.*[(|!]))", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")
_CURRENCIES = {
    "₩": "KRW", "원": "KRW", "￦": "KRW", "WON": "KRW", "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP",
    "¥": "JPY", "円": "JPY", "元": "CNY",
}  # fmt: skip
_MONEY = re.compile(r"(?P<before>[^\d\-−.,]*)(?P<number>[-−]?[\d.,'\s]*\d[.,]?)\s*(?P<after>[^\d]*)")
_YES = {"1", "true", "yes", "y", "on", "o", "in stock", "in_stock", "instock", "available", "published", "active",
        "preorder", "backorder", "예", "판매중", "있음", "공개", "노출"}  # fmt: skip
_NO = {"0", "false", "no", "n", "off", "x", "out of stock", "out_of_stock", "outofstock", "sold out", "soldout",
       "unavailable", "discontinued", "inactive", "아니오", "품절", "없음", "비공개", "숨김", "일시품절"}  # fmt: skip
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
MOST_MONEY = Decimal("9999999999")


def text(cell: str, column: str, *, most: int) -> str:
    """Clean text of at most `most` characters; marks of formulas are refused, invisible characters dropped."""
    value = cell.strip()
    if not value:
        return ""
    if value[0] in "=+-@" and _FORMULA.match(value):
        raise BadRow(_("The cell looks like a spreadsheet formula, which is not taken."), column=column, value=value)
    if not value.isprintable():
        value = _CONTROL.sub("", value)
    if len(value) > most:
        reason = _("The text has %(length)d characters; at most %(most)d fit.")
        raise BadRow(reason % {"length": len(value), "most": most}, column=column, value=value)
    return value


def line(cell: str, column: str, *, most: int) -> str:
    """Text on one line."""
    value = text(cell, column, most=most)
    return " ".join(value.split()) if value else ""


def prose(cell: str, column: str, *, most: int) -> str:
    """Text of several lines; a feed's HTML tags go."""
    value = text(cell, column, most=most)
    return strip_tags(value).strip() if "<" in value else value


def is_korean(value: str) -> bool:
    return bool(_HANGUL.search(value))


def money(cell: str, column: str, *, currency: str) -> tuple[Decimal, str]:
    """An amount and its currency: `15,000`, `₩15000`, `19.90 EUR`, `1.299,00 €`."""
    value = cell.strip()
    if value.isascii() and value.isdigit() and len(value) <= 10:
        return Decimal(value), currency
    found = _MONEY.fullmatch(value)
    marks = {mark.strip(" .").upper() for mark in (found["before"], found["after"])} - {""} if found else set()
    for mark in marks:
        code = _CURRENCIES.get(mark, mark if re.fullmatch(r"[A-Z]{3}", mark) else "")
        if not code:
            found = None
            break
        currency = code
    if found is None or len(marks) > 1:
        raise BadRow(_("“%s” is no price; write a number such as 39000 or 39.90 USD.") % value[:40], column=column,
                     value=value)  # fmt: skip
    try:
        amount = Decimal(_point(found["number"]))
    except InvalidOperation:
        raise BadRow(_("“%s” is no price; write a number such as 39000 or 39.90 USD.") % value[:40], column=column,
                     value=value) from None  # fmt: skip
    if amount < 0:
        raise BadRow(_("A price cannot be negative."), column=column, value=value)
    if amount > MOST_MONEY:
        raise BadRow(_("The price is too large to be one."), column=column, value=value)
    return amount.quantize(Decimal("0.01")), currency


def _point(number: str) -> str:
    """`1,299.00`, `1.299,00`, `1 299` and `12,5` with a decimal point and nothing else."""
    number = re.sub(r"[\s']", "", number).replace("−", "-")
    comma, point = number.rfind(","), number.rfind(".")
    if comma >= 0 and point >= 0:
        return number.replace(",", "") if point > comma else number.replace(".", "").replace(",", ".")
    if comma >= 0:
        thousands = re.fullmatch(r"-?\d{1,3}(,\d{3})+", number)
        return number.replace(",", "") if thousands or number.count(",") > 1 else number.replace(",", ".")
    return number.replace(".", "") if number.count(".") > 1 else number


def yes(cell: str, column: str) -> bool:
    """Yes or no in the ways shops write it; a quantity counts as yes above zero."""
    value = " ".join(cell.strip().casefold().split())
    if value in _YES:
        return True
    if value in _NO:
        return False
    try:
        return float(value.replace(",", "")) > 0
    except ValueError:
        raise BadRow(_("“%s” is neither yes nor no.") % cell.strip()[:40], column=column, value=cell) from None


def address(cell: str, column: str, *, most: int = 500) -> str:
    """A web address, http or https."""
    value = cell.strip()
    try:
        parts = urlsplit(value)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(value) > most or any(character.isspace() for character in value):
        raise BadRow(_("“%s” is no web address (https://…).") % value[:60], column=column, value=value)
    return value


def millimetres(cell: str, column: str, *, unit: str, least: int = 10, most: int = 2600) -> int | list[int]:
    """A length or a span of lengths (`88-92`) in whole millimetres. unit: what a bare number is in; "" guesses."""
    value = cell.strip().lower().replace("~", "-").replace("–", "-").replace("−", "-")
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:\s*-\s*(\d+(?:[.,]\d+)?))?\s*(mm|cm|in|inch|inches|\")?", value)
    if not found:
        raise BadRow(_("“%s” is no length; write a number such as 96 or 92-96.") % cell.strip()[:40], column=column,
                     value=cell)  # fmt: skip
    own = {"inch": "in", "inches": "in", '"': "in"}.get(found[3] or "", found[3] or unit)
    numbers = [float(number.replace(",", ".")) for number in (found[1], found[2]) if number]
    # Without a word on the unit: nobody's shoulders are 300 cm wide, and few shops print half millimetres.
    factor = _MM[own] if own else (1.0 if max(numbers) > 250 else 10.0)
    lengths = [round(number * factor) for number in numbers]
    if not all(least <= length <= most for length in lengths):
        raise BadRow(
            _("%(length)s mm is no length of a garment or body; is the unit right?") % {"length": lengths[0]},
            column=column,
            value=cell,
        )
    if len(lengths) == 2 and lengths[0] > lengths[1]:
        raise BadRow(_("The span “%s” ends before it begins.") % cell.strip()[:40], column=column, value=cell)
    return lengths if len(lengths) == 2 else lengths[0]


def grams(cell: str, column: str) -> int:
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(kg|g|lb)?", cell.strip().lower())
    if not found:
        raise BadRow(_("“%s” is no weight.") % cell.strip()[:40], column=column, value=cell)
    number = float(found[1].replace(",", "."))
    unit = found[2] or ("g" if number > 500 else "kg")
    weight = round(number * {"kg": 1000, "g": 1, "lb": 453.592}[unit])
    if not 5_000 <= weight <= 400_000:
        raise BadRow(_("“%s” is no person's weight.") % cell.strip()[:40], column=column, value=cell)
    return weight
