"""What a garment is, as far as the rules need it: how warm and how formal, by kind and material before anything else.

The network's opinion of warmth and formality bends the kind's figure a little; it never overrules it.
"""

from collections.abc import Mapping, Sequence
from math import dist, hypot, isfinite

import numpy as np

from catalog.taxonomy import KIND_BY_SLUG, USUAL_SLEEVE

from ..pieces import Piece

MID_LAYERS = frozenset({"knit", "sweatshirt", "hoodie", "cardigan", "vest"})
OVER_LAYERS = frozenset({"jacket", "blazer", "coat", "padded"})
REMOVABLE = MID_LAYERS - {"knit", "sweatshirt", "hoodie"} | OVER_LAYERS | {"scarf", "gloves", "beanie"}
VIVID, NEON = 38.0, 75.0  # CIELAB chroma
# How much warmer or cooler a material makes a kind, as a factor of its warmth.
MATERIAL_WARMTH: Mapping[str, float] = {
    "padded": 1.5, "fleece": 1.35, "wool": 1.3, "knit": 1.15, "leather": 1.1, "suede": 1.1, "denim": 1.05,
    "cotton": 1.0, "synthetic": 0.9, "silk": 0.8,
}  # fmt: skip
# How much dressier a material makes a kind.
MATERIAL_FORMALITY: Mapping[str, float] = {
    "silk": 0.1, "wool": 0.1, "leather": 0.05, "suede": 0.0, "knit": 0.0, "cotton": 0.0, "synthetic": -0.05,
    "denim": -0.15, "fleece": -0.15, "padded": -0.2,
}  # fmt: skip
PATTERN_FORMALITY: Mapping[str, float] = {"graphic": -0.15, "camo": -0.2, "animal": -0.05, "print": -0.05}
# What sleeves add to the warmth of a kind whose name leaves them open, beside what is usual for it.
SLEEVE_WARMTH: Mapping[str, float] = {"none": -0.03, "short": 0.0, "three-quarter": 0.03, "long": 0.06}
SHORT_SHIRT_FORMALITY = -0.1
GYM_MATERIALS = frozenset({"synthetic", "fleece"})
PLAIN_SURE = 0.6
BUSY_SHARE, BUSY_APART = 0.18, 35.0  # of a garment's colours; CIE76
NETWORK_SHARE = 0.25  # of warmth and formality, where a piece carries figures other than its kind's


def sleeve_step(piece: Piece, table: Mapping[str, float]) -> float:
    """How far a piece's sleeves are from its kind's usual ones, in a table's unit; 0 where its name tells, or unknown.

    table: slug of `taxonomy.SLEEVES` -> a number.
    """
    usual = USUAL_SLEEVE.get(piece.kind)
    if usual is None or piece.sleeve is None or piece.sleeve not in table:
        return 0.0
    return table[piece.sleeve] - table[usual]


def are_gym_shorts(piece: Piece) -> bool:
    """Shorts of cloth that is made to sweat in."""
    return piece.kind == "shorts" and piece.material in GYM_MATERIALS


def warmth_of(piece: Piece) -> float:
    """0 (none) to about 1.3 (padded parka): the kind's warmth by its material, bent by what was seen."""
    spec = KIND_BY_SLUG.get(piece.kind)
    if spec is None:
        return piece.warmth
    warmth = (spec.warmth + sleeve_step(piece, SLEEVE_WARMTH)) * MATERIAL_WARMTH.get(piece.material or "", 1.0)
    return (1 - NETWORK_SHARE) * warmth + NETWORK_SHARE * piece.warmth


def formality_of(piece: Piece) -> float:
    """0 (beach) to 1 (black tie): the kind's formality by material and pattern, bent by what was seen."""
    spec = KIND_BY_SLUG.get(piece.kind)
    if spec is None:
        return piece.formality
    formality = spec.formality + MATERIAL_FORMALITY.get(piece.material or "", 0.0)
    formality += PATTERN_FORMALITY.get(piece.pattern or "", 0.0)
    formality += SHORT_SHIRT_FORMALITY if (piece.kind, piece.sleeve) == ("shirt", "short") else 0.0
    return min(max((1 - NETWORK_SHARE) * formality + NETWORK_SHARE * piece.formality, 0.0), 1.0)


def main_chroma(piece: Piece) -> float:
    """Chroma of the largest colour; 0 without colours."""
    for _lightness, a, b, _share in piece.colours:
        if isfinite(a) and isfinite(b):
            return hypot(a, b)
    return 0.0


def is_busy(piece: Piece) -> bool:
    """Patterned, or of two colours that differ clearly: a print that was read as plain looks no calmer for it."""
    if piece.pattern not in (None, "solid"):
        return True
    if len(piece.colours) < 2:
        return False
    total = sum(colour[3] for colour in piece.colours) or 1.0
    kept: list[tuple[float, ...]] = []
    for colour in piece.colours:
        if colour[3] / total >= BUSY_SHARE and all(dist(colour[:3], other) > BUSY_APART for other in kept):
            kept.append(colour[:3])
    return len(kept) >= 2


def may_be_busy(piece: Piece) -> bool:
    """Busy, or read as plain without being sure of it: of what is plain at `PLAIN_SURE`, two in five are printed."""
    return is_busy(piece) or (piece.pattern == "solid" and piece.pattern_sure < PLAIN_SURE)


def is_neon(piece: Piece) -> bool:
    """A main colour so vivid and light that it is seen across the street."""
    return main_chroma(piece) > NEON and piece.colours[0][0] > 55


def warmth_column(pieces: Sequence[Piece]) -> np.ndarray:
    """(n,) float64 of `warmth_of`."""
    return np.array([warmth_of(piece) for piece in pieces], dtype=np.float64)
