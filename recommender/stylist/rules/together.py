"""What is never worn together, whatever the day: a plain table of pairs of kinds, with the few that need a partner."""

from collections.abc import Mapping, Sequence

import numpy as np

from catalog.taxonomy import KINDS, Slot

from ..pieces import Piece
from .garments import VIVID, are_gym_shorts, main_chroma, may_be_busy

_TOPS = frozenset(kind.slug for kind in KINDS if kind.slot is Slot.TOP)
_BOTTOMS = frozenset(kind.slug for kind in KINDS if kind.slot is Slot.BOTTOM)
_ANY_OF = frozenset(kind.slug for kind in KINDS)
_LOUNGE = frozenset({"sweatpants", "leggings", "gym-shorts"})
_WARM_EXTRAS = frozenset({"scarf", "gloves", "beanie"})
# (these kinds, with those kinds): never both in one outfit.
NEVER_TOGETHER: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    # Layers: one in the middle, and nothing thick under something tailored.
    (frozenset({"knit", "sweatshirt", "hoodie"}), frozenset({"cardigan", "vest"})),
    (frozenset({"cardigan"}), frozenset({"vest", "blazer"})),
    (frozenset({"vest"}), frozenset({"t-shirt", "sleeveless", "bodysuit", "long-sleeve", "dress", "jumpsuit"})),
    (frozenset({"hoodie", "sweatshirt"}), frozenset({"blazer", "shirt", "blouse", "polo", "tie"})),
    (frozenset({"polo", "blouse"}), frozenset({"knit"})),
    # Shoes.
    (frozenset({"dress-shoes"}), _LOUNGE | {"shorts", "hoodie", "sweatshirt", "sleeveless", "cap", "beanie"}),
    (frozenset({"heels"}), _LOUNGE | {"shorts", "hoodie", "sweatshirt", "padded", "cap", "beanie", "backpack"}),
    (frozenset({"flats"}), frozenset({"sweatpants", "padded"})),
    (frozenset({"slippers"}),
     frozenset({"coat", "blazer", "jacket", "padded", "trousers", "jeans", "skirt", "dress", "shirt", "blouse", "knit",
                "handbag", "clutch"})),
    (frozenset({"sandals"}), frozenset({"coat", "padded", "knit", "hoodie", "sweatpants", "sweatshirt", "tie"})),
    (frozenset({"sandals", "slippers"}), _WARM_EXTRAS),
    (frozenset({"boots"}), frozenset({"sweatpants", "shorts"})),
    # Tailored things and things for the gym.
    (frozenset({"blazer"}), _LOUNGE | {"shorts", "cap", "beanie", "backpack", "slippers"}),
    (frozenset({"coat"}), _LOUNGE | {"shorts", "cap", "sleeveless"}),
    (frozenset({"padded", "jacket"}), frozenset({"tie", "clutch"})),
    (frozenset({"padded"}), frozenset({"shorts", "sleeveless"})),
    (frozenset({"shirt", "blouse"}), _LOUNGE),
    (frozenset({"polo"}), frozenset({"leggings"})),
    (frozenset({"sweatpants", "leggings"}), frozenset({"handbag", "clutch", "belt", "hat", "jewellery"})),
    (frozenset({"skirt"}), frozenset({"belt", "polo"})),
    (frozenset({"dress", "jumpsuit"}), frozenset({"tie", "belt", "cap", "beanie", "hoodie", "sweatshirt", "backpack"})),
    (frozenset({"backpack"}), frozenset({"clutch", "skirt"})),
    # Ties and scarves.
    (frozenset({"tie"}), _TOPS - {"shirt", "knit"} | _LOUNGE | {"shorts", "jeans", "skirt", "sneakers", "cap", "beanie",
                                                               "hat", "scarf", "backpack"}),
    (_WARM_EXTRAS, frozenset({"shorts", "sleeveless"})),
    (frozenset({"scarf"}), frozenset({"hoodie", "sweatpants", "leggings", "cap"})),
)  # fmt: skip
# kind -> it is worn only with one of these.
NEEDS: Mapping[str, frozenset[str]] = {
    "tie": frozenset({"shirt"}),
    "belt": frozenset({"trousers", "jeans", "shorts"}),
    "vest": frozenset({"shirt", "blouse", "polo"}),
    "scarf": frozenset({"coat", "jacket", "padded", "blazer", "cardigan", "knit"}),
    "gloves": frozenset({"coat", "jacket", "padded"}),
    "beanie": frozenset({"coat", "jacket", "padded", "knit", "hoodie", "sweatshirt"}),
}
# What may go under a knit, a sweatshirt, a hoodie.
UNDER: Mapping[str, frozenset[str]] = {
    "knit": frozenset({"shirt", "t-shirt", "long-sleeve", "bodysuit", "sleeveless"}),
    "sweatshirt": frozenset({"t-shirt", "long-sleeve", "sleeveless"}),
    "hoodie": frozenset({"t-shirt", "long-sleeve", "sleeveless"}),
}
_MAIN = frozenset({"top", "bottom", "dress", "outer"})
KIN_HUES = 40.0  # degrees


def never_table(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, n) bool: pairs that break `NEVER_TOGETHER`."""
    kinds = np.array([piece.kind for piece in pieces])
    gym = np.array([are_gym_shorts(piece) for piece in pieces], dtype=bool)

    def are(names: frozenset[str]) -> np.ndarray:
        found = np.isin(kinds, list(names))
        return found | gym if "gym-shorts" in names else found

    table = np.zeros((len(pieces), len(pieces)), dtype=bool)
    for one, other in NEVER_TOGETHER:
        first, second = are(one), are(other)
        if first.any() and second.any():
            table |= first[:, None] & second[None, :] | second[:, None] & first[None, :]
    return table


def loud_table(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, n) bool: two main pieces that are patterned, look it, or may well be."""
    patterned = np.array([piece.slot in _MAIN and may_be_busy(piece) for piece in pieces], dtype=bool)
    return patterned[:, None] & patterned[None, :]


def vivid_table(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, n) bool: two vivid main pieces whose hues are no kin."""
    vivid = np.array([piece.slot in _MAIN and main_chroma(piece) > VIVID for piece in pieces], dtype=bool)
    hue = np.array([np.degrees(np.arctan2(*piece.colours[0][2:0:-1])) if piece.colours else 0.0 for piece in pieces])
    gap = np.abs(hue[:, None] - hue[None, :]) % 360
    return vivid[:, None] & vivid[None, :] & (np.minimum(gap, 360 - gap) > KIN_HUES)


def child_table(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, n) bool: a child's garment beside a grown-up's; unknown goes with either."""
    child = np.array([piece.child is True for piece in pieces], dtype=bool)
    grown = np.array([piece.child is False for piece in pieces], dtype=bool)
    return child[:, None] & grown[None, :] | grown[:, None] & child[None, :]
