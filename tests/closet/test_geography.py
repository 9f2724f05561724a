"""Cities and the usual weather are known without a network."""

from __future__ import annotations

from datetime import date

import pytest

from closet.geography.cities import cities, city_named, city_titles
from closet.geography.normals import normal_of, stations
from closet.services.places import place_find


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("서울", "Seoul"), ("서울시", "Seoul"), ("서울특별시", "Seoul"), ("seoul", "Seoul"), (" SEOUL  ", "Seoul"),
        ("부산광역시", "Busan"), ("제주", "Jeju"), ("Jeju City", "Jeju"), ("여수", "Yeosu"), ("강화군", "Ganghwa"),
        ("Paris", "Paris"), ("파리, FR", "Paris"), ("Paris, FR", "Paris"), ("도쿄", "Tokyo"),
        ("sao paulo", "São Paulo"), ("Bogotá", "Bogotá"), ("bogota", "Bogotá"),
    ],
)  # fmt: skip
def test_a_city_is_found_by_either_name(asked: str, found: str) -> None:
    city = city_named(asked)
    assert city is not None and city.name == found


@pytest.mark.parametrize("asked", ["", "   ", "Nowhere at all", "시", "\x00", "x" * 500])
def test_what_is_no_city_is_none(asked: str) -> None:
    assert city_named(asked) is None


def test_the_list_holds_korean_cities_first_and_every_name_leads_back() -> None:
    found = cities()
    assert len(found) > 900 and sum(city.country == "KR" for city in found) > 120
    assert [city.country for city in found[:100]] == ["KR"] * 100
    assert all(-90 <= city.latitude <= 90 and -180 <= city.longitude <= 180 and city.ko and city.name for city in found)
    assert all(33 <= city.latitude <= 38.7 and 124 <= city.longitude <= 132 for city in found if city.country == "KR")
    for language in ("ko", "en"):
        assert all(city_named(title) for title in city_titles(language))


def test_a_place_of_the_list_needs_no_service(settings: object) -> None:
    settings.WEATHER_ENABLED = False  # type: ignore[attr-defined]
    place = place_find(name="부산", language="ko")
    assert place is not None and (place.name, round(place.latitude), round(place.longitude)) == ("부산", 35, 129)
    assert place_find(name="Nowhere at all") is None


def test_the_usual_weather_follows_place_and_day() -> None:
    seoul = {"latitude": 37.57, "longitude": 126.98}
    january, august = normal_of(**seoul, day=date(2026, 1, 15)), normal_of(**seoul, day=date(2026, 8, 15))
    assert january is not None and august is not None
    assert (january.station, january.low, january.high) == ("Seoul", -5.9, 2.1)
    assert august.low > 22 and august.high > 29
    between = normal_of(**seoul, day=date(2026, 11, 1))  # half way between October's middle and November's
    assert between is not None and 6.5 < between.low < 8.5 and 15 < between.high < 17
    sydney = normal_of(latitude=-33.9, longitude=151.2, day=date(2026, 1, 15))
    assert sydney is not None and round(sydney.low) == 20
    assert normal_of(latitude=-60, longitude=-120, day=date(2026, 1, 15)) is None  # the South Pacific


def test_no_month_of_any_station_is_upside_down_and_no_year_jumps() -> None:
    for station in stations():
        assert all(low < high for low, high in zip(station.lows, station.highs, strict=True)), station.name
        for values in (station.lows, station.highs):
            steps = [abs(values[month] - values[month - 1]) for month in range(12)]
            assert max(steps) <= 13, station.name
