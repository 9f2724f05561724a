"""Money as a person writes it."""

from __future__ import annotations

from decimal import Decimal

SYMBOLS = {"KRW": "₩", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WHOLE = {"KRW", "JPY"}  # nobody writes these with decimals
CURRENCIES = tuple(SYMBOLS)


def money(amount: Decimal | float | None, currency: str = "KRW") -> str:
    """₩39,000 or $12.50; the code itself where we know no sign; empty for None."""
    if amount is None:
        return ""
    digits = Decimal(amount).quantize(Decimal(1) if currency in WHOLE else Decimal("0.01"))
    return f"{SYMBOLS.get(currency, f'{currency} ')}{digits:,f}"
