"""What an address or a form says, read without trust: whole numbers and days, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils.dateparse import parse_date

MAX_ID: Final = 2**63 - 1  # of a row
FIRST_YEAR, LAST_YEAR = 1900, 2199  # a week or a month more is still a date to Python


def whole(text: str) -> int | None:
    """A number of ASCII digits alone, up to MAX_ID. ("²".isdigit() is true, and int("٣") is 3.)"""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    number = int(text)
    return number if number <= MAX_ID else None


def wholes(texts: Iterable[str]) -> list[int]:
    """Those of them that are numbers."""
    return [number for text in texts if (number := whole(text)) is not None]


def day_named(text: str) -> date | None:
    """A day like 2026-11-28, of our times."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None
