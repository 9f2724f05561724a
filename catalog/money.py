"""Money as a person writes it, the same in the closet and the shop."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

SYMBOLS = {"KRW": "₩", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WHOLE = {"KRW", "JPY"}  # nobody writes these with decimals
CURRENCIES = tuple(SYMBOLS)


def money(amount: Decimal | float | None, currency: str = "KRW") -> str:
    """₩39,000 (39,000원 to a Korean reader) or $12.50; the code itself where we know no sign; empty for None."""
    if amount is None:
        return ""
    digits = f"{Decimal(amount).quantize(Decimal(1) if currency in WHOLE else Decimal('0.01')):,f}"
    if currency == "KRW" and get_language() == "ko":
        return f"{digits}원"
    return f"{SYMBOLS.get(currency, f'{currency} ')}{digits}"
