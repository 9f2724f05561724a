"""Where the pieces of an outfit lie beside each other in one picture, 4 wide and 5 high. Knows no Django, no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from catalog.taxonomy import KIND_BY_SLUG, Slot

SLOT_OF = {slug: kind.slot for slug, kind in KIND_BY_SLUG.items()}
ASPECT = 1.25  # height over width


class Spot(NamedTuple):
    """The box that a piece is fitted into, in shares of the picture's width and height. x, y: its centre."""

    x: float
    y: float
    width: float
    height: float
    layer: int

    @property
    def sizes(self) -> str:
        """For an <img>: as wide as its box, or as a square of its height, in a picture as wide as a phone or 30rem."""
        side = max(self.width, self.height * ASPECT)
        return f"(max-width: 46rem) {92 * side:.0f}vw, {30 * side:.0f}rem"


# How tall (or, with a leading minus, how wide) things lie beside each other, in shares of the picture's width.
_SCALE = {
    "coat": 0.92, "padded": 0.66, "long-padded": 0.92, "jacket": 0.62, "blazer": 0.66, "cardigan": 0.60, "vest": 0.54,
    "dress": 0.98, "jumpsuit": 1.06, "jeans": 0.86, "trousers": 0.86, "sweatpants": 0.84, "leggings": 0.80,
        "shorts": 0.42,
    "skirt": 0.56, "mini-skirt": 0.36, "midi-skirt": 0.66, "sneakers": -0.35, "boots": -0.33, "heels": -0.31,
    "dress-shoes": 0.33, "sandals": 0.33, "flats": 0.31, "slippers": 0.32, "handbag": 0.36, "backpack": 0.44,
    "crossbody": 0.36, "clutch": -0.32, "tote": 0.46, "cap": -0.27, "hat": -0.32, "beanie": 0.24, "scarf": 0.42,
    "silk-scarf": -0.30, "belt": -0.25, "tie": 0.46, "eyewear": -0.23, "watch": 0.25, "socks": 0.27,
        "jewellery": 0.30,
    "gloves": 0.24, "tunic": 0.66,
}  # fmt: skip

# Centres of pieces on a picture 1 wide and 1.25 high. The last places are for small things, filled in order.
_PLANS: dict[str, tuple[dict[str, tuple[float, float]], tuple[tuple[float, float], ...]]] = {
    "layers": (
        {"outer": (0.31, 0.38), "top": (0.71, 0.33), "bottom": (0.71, 0.81)},
        ((0.21, 1.09), (0.40, 0.88), (0.13, 0.84), (0.93, 0.72), (0.93, 1.10), (0.5, 0.09)),
    ),
    "pair": (
        {"top": (0.36, 0.36), "bottom": (0.68, 0.73)},
        ((0.25, 1.07), (0.23, 0.76), (0.80, 0.165), (0.89, 0.33), (0.44, 0.88), (0.93, 1.10)),
    ),
    "dress": (
        {"dress": (0.37, 0.59)},
        ((0.77, 1.04), (0.78, 0.63), (0.77, 0.21), (0.12, 1.10), (0.93, 0.36), (0.13, 0.16)),
    ),
    "dress-layers": (
        {"outer": (0.29, 0.44), "dress": (0.69, 0.56)},
        ((0.25, 1.06), (0.53, 1.07), (0.86, 1.13), (0.90, 0.13), (0.48, 0.12), (0.10, 0.84)),
    ),
    "outer-bottom": (
        {"outer": (0.35, 0.40), "bottom": (0.70, 0.76)},
        ((0.25, 1.05), (0.22, 0.84), (0.82, 0.17), (0.90, 0.32), (0.43, 0.92), (0.93, 1.10)),
    ),
}
_SMALL_ORDER = {Slot.SHOES: 0, Slot.BAG: 1, Slot.HAT: 2, Slot.ACCESSORY: 3, Slot.OTHER: 4}


_LAYERS = {"bottom": 0, "dress": 1, "outer": 2, "top": 3, "other": 3}
_ASIDE = (0.07, 0.08)  # how far a second piece of a large slot lies from the first
_WIDEST = 0.56


def places(kinds: Sequence[str]) -> list[tuple[int, tuple[float, float], bool]]:
    """(index into kinds, centre, whether it is a large piece) of each piece that has room, lowest layer first.

    Centres are of a picture 1 wide and 1.25 high. A second one of a large slot (a cardigan under a coat) lies a little
    beside the first and below it. Small things beyond the sixth have no room.
    """
    slots = [SLOT_OF[kind] for kind in kinds]
    has = set(slots)
    if Slot.DRESS in has:
        name = "dress-layers" if Slot.OUTER in has else "dress"
    elif Slot.OUTER in has:
        name = "layers" if Slot.TOP in has else "outer-bottom"
    else:
        name = "pair"
    large, small = _PLANS[name]
    out: list[tuple[int, tuple[float, float], bool]] = []
    free, taken = list(small), dict[str, int]()
    for index in sorted(range(len(kinds)), key=lambda i: (_LAYERS.get(slots[i], 9), _SMALL_ORDER.get(slots[i], 9))):
        slot = "top" if slots[index] is Slot.OTHER else str(slots[index])
        if slot in large and slot not in taken:
            taken[slot] = len(out)
            out.append((index, large[slot], True))
        elif slot in large:
            x, y = large[slot]
            out.insert(taken[slot], (index, (x + _ASIDE[0], y + _ASIDE[1]), True))
        elif free:
            out.append((index, free.pop(0), False))
    return out


def reach(kind: str, silhouette: str = "") -> float:
    """How tall a thing lies, or with a leading minus how wide, in shares of the picture's width."""
    share = _SCALE.get(silhouette, _SCALE.get(kind, 0.54))
    # Beside other pieces: large ones leave each other air, bags leave room for shoes.
    return share * (0.86 if SLOT_OF[kind] is Slot.BAG else 0.93 if abs(share) > 0.4 else 1.0)


def arrange(kinds: Sequence[str]) -> list[Spot | None]:
    """A spot for each piece of an outfit, in the order of `kinds` (slugs); None where there is no more room.

    A piece alone fills the picture.
    """
    if len(kinds) == 1:
        return [Spot(0.5, 0.5, 0.8, 0.8, 1)]
    spots: list[Spot | None] = [None] * len(kinds)
    for layer, (index, (x, y), _) in enumerate(places(kinds), start=1):
        share = reach(kinds[index])
        height = abs(share) / ASPECT
        width = min(_WIDEST, share * 1.15) if share > 0 else -share
        spots[index] = _inside(Spot(x, y / ASPECT, width, height, layer))
    return spots


def _inside(spot: Spot) -> Spot:
    """Moved where it would be cut off by the picture's edge."""
    x = min(max(spot.x, spot.width / 2 + 0.01), 0.99 - spot.width / 2)
    y = min(max(spot.y, spot.height / 2 + 0.01), 0.99 - spot.height / 2)
    return spot._replace(x=round(x, 4), y=round(y, 4), width=round(spot.width, 4), height=round(spot.height, 4))
