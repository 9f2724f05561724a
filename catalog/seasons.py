"""When a garment is worn: in which seasons, by how much it warms. Plain Python, for the vision code too.

Shops label a garment by when it was sold, which says little about when it is worn; what it is says more.
"""

from collections.abc import Mapping
from typing import Final

from catalog.taxonomy import SEASONS, Slot

_LEAST: Final = 0.2
_ALL: Final = {term.slug: 0.8 for term in SEASONS}
_SUMMER: Final = {"spring": 0.4, "summer": 0.95, "autumn": 0.2, "winter": 0.05}
_NOT_WINTER: Final = {"spring": 0.8, "summer": 0.7, "autumn": 0.7, "winter": 0.3}
_COLD: Final = {"spring": 0.3, "summer": 0.05, "autumn": 0.75, "winter": 0.9}
# What warms little either way is worn by other reasons than warmth.
_BY_KIND: Final[Mapping[str, Mapping[str, float]]] = {
    "long-sleeve": {"spring": 0.85, "summer": 0.25, "autumn": 0.9, "winter": 0.6},  # alone, and under a coat
    "sandals": _SUMMER,
    "slippers": _SUMMER,
    "swimwear": _SUMMER,
    "heels": _NOT_WINTER,
    "flats": _NOT_WINTER,
    "cap": _NOT_WINTER,
    "hat": _NOT_WINTER,
    "boots": _COLD,
    "beanie": _COLD,
    "scarf": _COLD,
    "gloves": _COLD,
    "underwear": _ALL,
}
_DRESSED: Final = frozenset({Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM, Slot.OTHER})
# season -> warmth at which its chance begins, is whole, is whole no longer, and ends.
_BANDS: Final[Mapping[str, tuple[float, float, float, float]]] = {
    "spring": (-0.02, 0.14, 0.25, 0.55),
    "summer": (-0.5, -0.3, 0.11, 0.24),
    "autumn": (0.04, 0.18, 0.45, 1.0),
    "winter": (0.12, 0.36, 2.0, 2.1),
}


def seasons_worn(kind: str, slot: str, warmth: float) -> dict[str, float]:
    """season -> chance, 0..1 each for itself, that a garment is worn then.

    kind, slot: their slugs. warmth: of this garment, in the measure of `KindSpec.warmth`.
    """
    if kind in _BY_KIND:
        return dict(_BY_KIND[kind])
    if slot not in _DRESSED:
        return dict(_ALL)
    return {season: _within(warmth, *band) for season, band in _BANDS.items()}


def likely(chances: Mapping[str, float]) -> list[str]:
    """The labels that hold: the surest, and those at least half as sure."""
    top = max(chances.values(), default=0.0)
    return [label for label, chance in chances.items() if chance >= max(_LEAST, top / 2)]


def _within(warmth: float, begins: float, whole: float, until: float, ends: float) -> float:
    rising = (warmth - begins) / (whole - begins)
    falling = (ends - warmth) / (ends - until)
    return max(0.0, min(1.0, rising, falling))
