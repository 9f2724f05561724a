"""Cities by name, in Korean and English, with their coordinates; offline."""

from __future__ import annotations

import csv
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
# What people write after a city's name, and how a Korean city's is spelled out.
SUFFIXES = ("특별자치시", "특별시", "광역시", "시", "군", "-si", "-gun", " city", " si")


class City(NamedTuple):
    """country: two letters (ISO 3166)."""

    name: str
    ko: str
    country: str
    latitude: float
    longitude: float

    def title(self, language: str) -> str:
        """As it is offered and kept: 서울, or Paris, FR."""
        name = self.ko if language == "ko" else self.name
        return name if self.country == "KR" else f"{name}, {self.country}"


@lru_cache(maxsize=1)
def cities() -> tuple[City, ...]:
    with (FOLDER / "cities.csv").open(newline="", encoding="utf-8") as file:
        return tuple(
            City(row["name"], row["ko"], row["country"], float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(file)
        )


def folded(text: str) -> str:
    """Lower case, without accents and doubled spaces: how names are compared."""
    parts = unicodedata.normalize("NFKD", text.casefold().strip())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", plain).split())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, City]:
    found: dict[str, City] = {}
    for city in cities():
        for name in (city.name, city.ko, city.title("en"), city.title("ko")):
            found.setdefault(folded(name), city)  # of two of one name the larger one
    return found


def city_named(text: str) -> City | None:
    """The city of that name, in either language, with or without its country; None where it is not in the list."""
    name = folded(text)
    known = _by_name()
    if name in known:
        return known[name]
    for suffix in SUFFIXES:
        if name.endswith(suffix) and (city := known.get(name.removesuffix(suffix))):
            return city
    return None


def city_titles(language: str) -> list[str]:
    """All of them as they are offered to choose from."""
    return list(dict.fromkeys(city.title(language) for city in cities()))
