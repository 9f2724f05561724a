"""What an outfit is for: weather, season, occasion, mood, dress code and time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

import numpy as np

from ..fit.body_shape import UNCLASSIFIED
from ..pieces import SEASON_SLUGS, STYLE_SLUGS
from .temperature import INDOORS, SEASON_RANGE
from .weather import Weather, season_of_weather

# Occasion -> (formality aimed at, styles at home there).
OCCASION_AIMS: Mapping[str, tuple[float, Mapping[str, float]]] = MappingProxyType(
    {
        "everyday": (0.3, {"casual": 1.0, "amekaji": 0.5, "street": 0.5}),
        "work": (0.6, {"formal": 0.8, "dandy": 0.8, "chic": 0.8}),
        "date": (0.5, {"chic": 1.0, "girlish": 0.7, "dandy": 0.7}),
        "ceremony": (0.85, {"formal": 1.0, "chic": 0.3}),
        "sport": (0.1, {"sporty": 1.0}),
        "travel": (0.25, {"casual": 1.0, "sporty": 0.5, "amekaji": 0.4}),
        "home": (0.1, {"casual": 1.0, "sporty": 0.4}),
    }
)
DRESS_CODES: Mapping[str, float] = MappingProxyType(
    {"casual": 0.25, "smart-casual": 0.5, "business": 0.7, "formal": 0.9}
)
TIMES = ("morning", "day", "evening")


@dataclass(frozen=True)
class Context:
    """Everything a suggestion is asked for; every field may stay empty, unknown slugs are ignored.

    mood: a style slug. dress_code: a key of `DRESS_CODES`. time: one of `TIMES`.
    taste: style slugs the wearer likes; they lean a choice where no mood is asked for, and rule nothing out.
    warmth_offset: degrees the wearer feels colder (positive) or warmer than most.
    shape: a body shape of `shape.py`, used only with `body_notes` on.
    """

    weather: Weather | None = None
    season: str | None = None
    occasion: str | None = None
    mood: str | None = None
    dress_code: str | None = None
    time: str | None = None
    warmth_offset: float = 0.0
    max_accessories: int = 2
    shape: str = UNCLASSIFIED
    body_notes: bool = True
    taste: tuple[str, ...] = ()

    @property
    def felt_range(self) -> tuple[float, float] | None:
        """(coldest, warmest) felt degrees of the hours to dress for, with the wearer's own offset.

        At home it is what homes are kept at; without weather what the season is like; None where nothing is known.
        """
        felt = self.weather.felt_between(self.time) if self.weather is not None else None
        if felt is not None and isfinite(felt[0]) and isfinite(felt[1]):
            coldest, warmest = felt
        elif self.season in SEASON_RANGE:
            coldest, warmest = SEASON_RANGE[str(self.season)]
        else:
            return None
        if self.occasion == "home":
            low, high = INDOORS
            coldest, warmest = min(max(coldest, low), high), min(max(warmest, low), high)
        return coldest - self.warmth_offset, warmest - self.warmth_offset

    @property
    def feels(self) -> float | None:
        """One felt temperature to sum warmth for: a third of the way up from the coldest hour; None without weather."""
        felt = self.felt_range
        if self.weather is None or felt is None:
            return None
        coldest, warmest = felt
        return coldest + (warmest - coldest) / 3

    @property
    def wanted_season(self) -> str | None:
        """The season asked for, else the one today's weather dresses like."""
        if self.season in SEASON_SLUGS:
            return self.season
        return None if self.feels is None else season_of_weather(self.feels)

    @property
    def wanted_formality(self) -> float | None:
        """Formality aimed at: the dress code before the occasion; evenings a little higher."""
        if self.dress_code in DRESS_CODES:
            aim = DRESS_CODES[str(self.dress_code)]
        elif self.occasion in OCCASION_AIMS:
            aim = OCCASION_AIMS[str(self.occasion)][0]
        else:
            return None
        return min(aim + 0.07, 1.0) if self.time == "evening" else aim

    @property
    def wanted_style(self) -> np.ndarray | None:
        """(8,) styles at home at the occasion, None without one."""
        if self.occasion not in OCCASION_AIMS:
            return None
        aims = OCCASION_AIMS[str(self.occasion)][1]
        return np.array([aims.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32)

    @property
    def wanted_mood(self) -> np.ndarray | None:
        """(8,) one-hot of the mood, else the styles of the wearer's taste in equal shares; None without either."""
        if self.mood not in STYLE_SLUGS:
            liked = np.array([float(slug in self.taste) for slug in STYLE_SLUGS], dtype=np.float32)
            return liked / liked.sum() if liked.any() else None
        return np.array([float(slug == self.mood) for slug in STYLE_SLUGS], dtype=np.float32)
