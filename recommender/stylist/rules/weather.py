"""From the sky to clothes: how much warmth a day needs, whether it is wet, and who to ask.

Warmth is on the scale of `KindSpec.warmth`, summed over what is worn: a t-shirt, jeans and sneakers
make about 0.4, a knit under a coat about 1.3. `OpenMeteo` is one source behind `WeatherSource`;
caching and outages are the caller's (it keeps the last answer), and a member may type the values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import httpx
import numpy as np

from ..pieces import Piece

FORECAST_DAYS = 15  # how far ahead a forecast is asked for
_DAILY = "temperature_2m_max,temperature_2m_min,precipitation_sum,precipitation_probability_max"
WET_MM = 0.3
WET_CHANCE = 0.5
# time of day -> first and last hour one is out.
OUT_HOURS: Mapping[str, tuple[int, int]] = {"": (8, 21), "morning": (7, 12), "day": (10, 18), "evening": (17, 23)}
WARMTH_AT_30 = 0.20
WARMTH_PER_DEGREE = 0.0415
COMFORT_BAND = 0.12
_WET_KINDS = {"boots": 1.0, "sneakers": 0.6, "dress-shoes": 0.5, "heels": 0.25, "flats": 0.25}
_OPEN_KINDS = {"sandals": 0.1, "slippers": 0.05}
_SOAKED_MATERIALS = {"suede": 0.1, "silk": 0.25, "wool": 0.5, "knit": 0.5, "leather": 0.6}


class WeatherUnavailable(Exception):
    """The source did not answer, or not in a way that makes sense."""


@dataclass(frozen=True)
class Weather:
    """A day's weather, or a moment's.

    temperature, high, low in degrees Celsius; wind in km/h; precipitation in mm (the day's sum or
    an hour's); chance of precipitation 0..1; humidity 0..1; source: a source's name or `manual`.
    hours: felt degrees of the day's hours from midnight on, empty when unknown. A low above the high is read the other
    way round.
    """

    temperature: float
    wind: float = 0.0
    precipitation: float = 0.0
    chance: float = 0.0
    humidity: float | None = None
    high: float | None = None
    low: float | None = None
    apparent: float | None = None
    source: str = "manual"
    hours: tuple[float, ...] = ()

    @property
    def wet(self) -> bool:
        """Whether to dress for rain or snow."""
        return self.precipitation >= WET_MM or self.chance >= WET_CHANCE

    @property
    def feels(self) -> float:
        """Felt temperature: the source's own where given, otherwise wind chill or humid heat."""
        if self.apparent is not None:
            return self.apparent
        return felt_temperature(self.temperature, self.wind, self.humidity)

    def felt_between(self, time: str | None = None) -> tuple[float, float]:
        """(coldest, warmest) felt degrees of the hours one is out: all day, or the `morning`, `day` or `evening`.

        By the hour where that is known, else between the day's low and high; a moment's weather is both.
        """
        first, last = OUT_HOURS.get(time or "", OUT_HOURS[""])
        if len(self.hours) > last:
            out = self.hours[first : last + 1]
            return min(out), max(out)
        known = [value for value in (self.low, self.high) if value is not None]
        if not known:
            return self.feels, self.feels
        felt = [felt_temperature(value, self.wind, self.humidity) for value in [*known, self.temperature]]
        low, high = min(felt), max(felt)
        middle = (low + high) / 2
        return {"morning": (low, middle), "evening": (low, middle), "day": (middle, high)}.get(time or "", (low, high))


def manual_weather(
    *,
    temperature: float,
    wind: float = 0.0,
    precipitation: float = 0.0,
    humidity: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Weather:
    """Weather a member typed in, held within what the Earth has seen."""
    return Weather(
        low=None if low is None else float(np.clip(low, -60, 60)),
        high=None if high is None else float(np.clip(high, -60, 60)),
        temperature=float(np.clip(temperature, -60, 60)),
        wind=float(np.clip(wind, 0, 250)),
        precipitation=float(np.clip(precipitation, 0, 500)),
        humidity=None if humidity is None else float(np.clip(humidity, 0, 1)),
    )


def felt_temperature(temperature: float, wind: float, humidity: float | None = None) -> float:
    """Degrees Celsius as felt: wind chill (Environment Canada) when cold, Steadman's index when warm."""
    if temperature <= 10 and wind > 4.8:
        factor = wind**0.16
        return 13.12 + 0.6215 * temperature - 11.37 * factor + 0.3965 * temperature * factor
    if temperature >= 20 and humidity is not None:
        vapour = humidity * 6.105 * float(np.exp(17.27 * temperature / (237.7 + temperature)))
        return temperature + 0.33 * vapour - 0.70 * wind / 3.6 - 4.0
    return temperature


def needed_warmth(feels: float) -> float:
    """Summed warmth that suits a felt temperature, 0.12 (heat wave) to 2.1 (deep frost)."""
    return float(np.clip(WARMTH_AT_30 + (30 - feels) * WARMTH_PER_DEGREE, 0.12, 2.1))


def warmth_value(total: np.ndarray | float, needed: float) -> np.ndarray:
    """0..1: how well a summed warmth suits; 1 inside the comfort band, 0 at 0.55 beyond it.

    Being a bit warm is easier to mend (open the coat) than being cold.
    """
    gap = np.asarray(total, dtype=np.float32) - np.float32(needed)
    beyond = np.maximum(np.abs(gap) - COMFORT_BAND, 0)
    return np.clip(1 - beyond / np.where(gap > 0, 0.65, 0.5), 0, 1)


def rain_value(piece: Piece) -> float:
    """0..1: how well a piece takes rain; 0.7 where it hardly matters."""
    value = _WET_KINDS.get(piece.kind, _OPEN_KINDS.get(piece.kind, 0.7))
    return min(value, _SOAKED_MATERIALS.get(piece.material or "", 1.0))


def season_of(day: date, latitude: float = 37.5) -> str:
    """Season slug of a date; the southern hemisphere is half a year on."""
    month = day.month if latitude >= 0 else (day.month + 5) % 12 + 1
    return ("winter", "winter", "spring", "spring", "spring", "summer",
            "summer", "summer", "autumn", "autumn", "autumn", "winter")[month - 1]  # fmt: skip


def season_of_weather(feels: float) -> str:
    """Season slug a felt temperature dresses like; spring stands for autumn too."""
    return "winter" if feels < 8 else "spring" if feels < 22 else "summer"


@dataclass(frozen=True)
class Place:
    """Somewhere to know the weather of; degrees, and what people call it."""

    latitude: float
    longitude: float
    name: str = ""


class WeatherSource(Protocol):
    """Who knows the weather."""

    def today(self, place: Place) -> Weather:
        """The coming hours at a place. Raises WeatherUnavailable."""
        ...

    def on(self, place: Place, day: date) -> Weather:
        """A day to come, at most FORECAST_DAYS away. Raises WeatherUnavailable."""
        ...


class OpenMeteo:
    """Open-Meteo's forecast interface (open data, no key).

    client: an httpx.Client, so that tests and an operator's proxy come in without patching.
    """

    def __init__(
        self,
        client: httpx.Client | None = None,
        url: str = "https://api.open-meteo.com/v1/forecast",
        timeout: float = 3.0,
    ) -> None:
        self._client = client or httpx.Client(timeout=timeout)
        self._url = url

    def today(self, place: Place) -> Weather:
        """Today at a place. Raises WeatherUnavailable on any failure, also a malformed answer."""
        now = "temperature_2m,apparent_temperature,relative_humidity_2m,wind_speed_10m"
        return self._asked(place, {"current": now, "daily": _DAILY, "forecast_days": 1})

    def on(self, place: Place, day: date) -> Weather:
        """A day to come: its middle temperature, its range and hours. Raises WeatherUnavailable."""
        asked = {"daily": f"{_DAILY},wind_speed_10m_max", "start_date": day.isoformat(), "end_date": day.isoformat()}
        return self._asked(place, asked)

    def _asked(self, place: Place, asked: dict[str, Any]) -> Weather:
        where: dict[str, Any] = {"latitude": place.latitude, "longitude": place.longitude, "timezone": "auto"}
        try:
            answer = self._client.get(self._url, params={**where, "hourly": "apparent_temperature", **asked})
            answer.raise_for_status()
            return read_open_meteo(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise WeatherUnavailable(str(error)) from error


def read_open_meteo(answer: Any) -> Weather:
    """Open-Meteo's JSON as `Weather`: of this moment, else the middle of the day's low and high.

    Raises ValueError when it lacks a temperature.
    """

    def number(block: str, name: str) -> float | None:
        part = answer.get(block) if isinstance(answer, dict) else None
        value = part.get(name) if isinstance(part, dict) else None
        if isinstance(value, list):
            value = value[0] if value else None
        return float(value) if isinstance(value, int | float) and np.isfinite(value) else None

    high, low = number("daily", "temperature_2m_max"), number("daily", "temperature_2m_min")
    temperature = number("current", "temperature_2m")
    if temperature is None and high is not None and low is not None:
        temperature = (high + low) / 2
    if temperature is None:
        raise ValueError("no temperature in the answer")
    humidity, chance = (
        number("current", "relative_humidity_2m"),
        number("daily", "precipitation_probability_max"),
    )
    return Weather(
        temperature=temperature,
        wind=number("current", "wind_speed_10m") or (number("daily", "wind_speed_10m_max") or 0.0) / 2,
        precipitation=number("daily", "precipitation_sum") or 0.0,
        chance=(chance or 0.0) / 100,
        humidity=None if humidity is None else humidity / 100,
        high=high,
        low=low,
        apparent=number("current", "apparent_temperature"),
        source="open-meteo",
        hours=_felt_hours(answer),
    )


def _felt_hours(answer: Any) -> tuple[float, ...]:
    """The felt temperature of 24 hours, empty when any is missing."""
    block = answer.get("hourly")
    hours = block.get("apparent_temperature") if isinstance(block, dict) else None
    if not isinstance(hours, list) or len(hours) < 24:
        return ()
    found = [float(value) for value in hours[:24] if isinstance(value, int | float) and np.isfinite(value)]
    return tuple(found) if len(found) == 24 else ()


@dataclass
class FixedWeather:
    """A source that always says the same: manual values, the demo, tests. `None` is an outage."""

    weather: Weather | None
    asked: int = 0

    def today(self, place: Place) -> Weather:
        """The fixed weather. Raises WeatherUnavailable when there is none."""
        self.asked += 1
        if self.weather is None:
            raise WeatherUnavailable("no weather is set")
        return self.weather

    def on(self, place: Place, day: date) -> Weather:
        """The same on every day."""
        return self.today(place)
