"""The style of a piece: from its kind, cloth and pattern first, the network's opinion second.

So correcting a garment's kind changes its style at once, and a suit stays formal whatever a photo's light did. Tables
give weights over the eight styles (1 where nothing is said); they multiply, and the network's shares enter with the
power `NETWORK_POWER`.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..pieces import STYLE_SLUGS, Piece

Weights = Mapping[str, float]
NETWORK_POWER = 0.35
_FLOOR = 0.02
# kind -> how much it speaks for each style; a style that is not named gets `_FLOOR`.
KIND_STYLES: Mapping[str, Weights] = {
    "t-shirt": {"casual": 0.4, "street": 0.25, "sporty": 0.15, "amekaji": 0.15},
    "long-sleeve": {"casual": 0.45, "street": 0.15, "sporty": 0.15, "amekaji": 0.15, "chic": 0.1},
    "shirt": {"dandy": 0.3, "formal": 0.25, "casual": 0.2, "amekaji": 0.15, "chic": 0.1},
    "blouse": {"chic": 0.4, "girlish": 0.3, "formal": 0.25, "casual": 0.05},
    "polo": {"casual": 0.35, "dandy": 0.3, "sporty": 0.25, "amekaji": 0.1},
    "knit": {"casual": 0.35, "dandy": 0.25, "chic": 0.15, "amekaji": 0.15, "girlish": 0.1},
    "sweatshirt": {"casual": 0.35, "street": 0.25, "sporty": 0.25, "amekaji": 0.15},
    "hoodie": {"street": 0.45, "casual": 0.25, "sporty": 0.25},
    "sleeveless": {"casual": 0.3, "sporty": 0.3, "girlish": 0.15, "street": 0.15, "chic": 0.1},
    "bodysuit": {"chic": 0.45, "casual": 0.25, "girlish": 0.2, "street": 0.1},
    "jacket": {"casual": 0.3, "amekaji": 0.25, "street": 0.25, "chic": 0.1, "sporty": 0.1},
    "blazer": {"formal": 0.45, "dandy": 0.3, "chic": 0.25},
    "coat": {"dandy": 0.3, "chic": 0.3, "formal": 0.25, "casual": 0.15},
    "cardigan": {"casual": 0.35, "girlish": 0.25, "dandy": 0.2, "amekaji": 0.15},
    "padded": {"street": 0.3, "sporty": 0.3, "casual": 0.3, "amekaji": 0.1},
    "vest": {"dandy": 0.4, "amekaji": 0.25, "casual": 0.2, "formal": 0.15},
    "dress": {"girlish": 0.45, "chic": 0.35, "formal": 0.1, "casual": 0.1},
    "jumpsuit": {"chic": 0.35, "casual": 0.3, "street": 0.15, "amekaji": 0.15},
    "jeans": {"casual": 0.35, "amekaji": 0.35, "street": 0.25},
    "trousers": {"formal": 0.35, "dandy": 0.3, "chic": 0.25, "casual": 0.1},
    "shorts": {"casual": 0.4, "sporty": 0.3, "street": 0.2, "amekaji": 0.1},
    "skirt": {"girlish": 0.45, "chic": 0.35, "formal": 0.1, "casual": 0.1},
    "leggings": {"sporty": 0.75, "casual": 0.2},
    "sweatpants": {"sporty": 0.45, "street": 0.3, "casual": 0.25},
    "sneakers": {"casual": 0.35, "street": 0.3, "sporty": 0.25, "amekaji": 0.1},
    "dress-shoes": {"formal": 0.5, "dandy": 0.45},
    "boots": {"amekaji": 0.4, "chic": 0.2, "street": 0.2, "dandy": 0.15, "casual": 0.05},
    "sandals": {"casual": 0.6, "girlish": 0.2, "street": 0.1, "sporty": 0.1},
    "heels": {"chic": 0.5, "formal": 0.3, "girlish": 0.2},
    "flats": {"girlish": 0.4, "chic": 0.3, "casual": 0.2, "formal": 0.1},
    "slippers": {"casual": 0.7, "sporty": 0.2, "street": 0.1},
    "handbag": {"chic": 0.45, "girlish": 0.3, "formal": 0.25},
    "backpack": {"casual": 0.35, "street": 0.25, "sporty": 0.25, "amekaji": 0.15},
    "crossbody": {"casual": 0.5, "street": 0.25, "girlish": 0.15, "chic": 0.1},
    "clutch": {"chic": 0.5, "formal": 0.35, "girlish": 0.15},
    "tote": {"casual": 0.5, "chic": 0.25, "amekaji": 0.15, "girlish": 0.1},
    "cap": {"street": 0.45, "sporty": 0.3, "casual": 0.2},
    "hat": {"dandy": 0.3, "girlish": 0.25, "chic": 0.25, "casual": 0.2},
    "beanie": {"street": 0.5, "casual": 0.3, "amekaji": 0.2},
    "scarf": {"dandy": 0.3, "chic": 0.3, "casual": 0.2, "girlish": 0.2},
    "belt": {"dandy": 0.4, "formal": 0.3, "amekaji": 0.2, "casual": 0.1},
    "tie": {"formal": 0.6, "dandy": 0.4},
    "jewellery": {"chic": 0.4, "girlish": 0.4, "formal": 0.1, "street": 0.1},
    "watch": {"dandy": 0.4, "formal": 0.3, "casual": 0.2, "sporty": 0.1},
}
MATERIAL_STYLES: Mapping[str, Weights] = {
    "denim": {"amekaji": 2.2, "casual": 1.3, "street": 1.3, "formal": 0.1, "dandy": 0.4, "sporty": 0.4},
    "leather": {"chic": 1.4, "street": 1.3, "sporty": 0.4},
    "knit": {"casual": 1.2, "dandy": 1.2, "sporty": 0.6},
    "padded": {"sporty": 1.3, "street": 1.3, "formal": 0.1},
    "wool": {"dandy": 1.5, "formal": 1.4, "chic": 1.1, "sporty": 0.2, "street": 0.6},
    "suede": {"amekaji": 1.6, "chic": 1.1, "sporty": 0.4},
    "fleece": {"sporty": 1.5, "amekaji": 1.3, "formal": 0.1, "dandy": 0.3, "chic": 0.4},
    "silk": {"chic": 1.6, "girlish": 1.4, "formal": 1.3, "street": 0.4, "sporty": 0.3},
    "synthetic": {"sporty": 1.6},
}
PATTERN_STYLES: Mapping[str, Weights] = {
    "check": {"amekaji": 1.8, "dandy": 1.2, "chic": 0.8},
    "dot": {"girlish": 1.8, "sporty": 0.5, "street": 0.6},
    "floral": {"girlish": 2.5, "formal": 0.5, "dandy": 0.5, "sporty": 0.4},
    "graphic": {"street": 2.0, "formal": 0.1, "dandy": 0.2, "chic": 0.4},
    "print": {"street": 1.3, "casual": 1.1, "formal": 0.3, "dandy": 0.5},
    "camo": {"street": 2.2, "amekaji": 1.6, "formal": 0.05, "dandy": 0.2, "girlish": 0.3},
    "animal": {"chic": 1.6, "street": 1.2, "dandy": 0.4},
    "stripe": {"casual": 1.1, "dandy": 1.1},
}
# How it sits, as its owner says.
FIT_STYLES: Mapping[str, Weights] = {"loose": {"street": 1.4, "casual": 1.1, "formal": 0.7, "dandy": 0.8}}


def _row(weights: Weights, other: float) -> np.ndarray:
    return np.array([weights.get(slug, other) for slug in STYLE_SLUGS], dtype=np.float32)


_KINDS = {kind: _row(weights, _FLOOR) for kind, weights in KIND_STYLES.items()}
_ONES, _ZEROS = _row({}, 1.0), _row({}, 0.0)
_FACTORS = {
    table_name: {slug: _row(weights, 1.0) for slug, weights in table.items()}
    for table_name, table in (("material", MATERIAL_STYLES), ("pattern", PATTERN_STYLES), ("fits", FIT_STYLES))
}


def style_of(piece: Piece) -> np.ndarray | None:
    """(8,) float32 shares of the styles in the order of `STYLE_SLUGS`, None where nothing is known."""
    shares = styles_of([piece])[0]
    return shares if shares.any() else None


def styles_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, 8) float32 of `style_of`, zeros where nothing is known."""
    size = (len(pieces), len(STYLE_SLUGS))
    known = np.array([piece.kind in _KINDS for piece in pieces], dtype=bool)
    shares = np.array([_KINDS.get(piece.kind, _ONES) for piece in pieces], dtype=np.float32).reshape(size)
    for name, table in _FACTORS.items():
        shares = shares * np.array([table.get(getattr(piece, name) or "", _ONES) for piece in pieces]).reshape(size)
    seen = np.array([_ZEROS if piece.styles is None else piece.styles for piece in pieces], np.float32).reshape(size)
    seen = np.where(np.isfinite(seen).all(axis=1, keepdims=True), np.maximum(seen, 0), 0)
    mass = seen.sum(axis=1, keepdims=True)
    bent = seen / np.where(mass > 0, mass, 1) + _FLOOR
    shares = np.where(mass > 0, shares * bent ** np.where(known, NETWORK_POWER, 1.0)[:, None], shares)
    shares = shares / shares.sum(axis=1, keepdims=True)
    return np.where(known[:, None] | (mass > 0), shares, 0).astype(np.float32)


def mean_style(pieces: Iterable[Piece]) -> np.ndarray:
    """(8,) float32 share of each style over the pieces that have one; even when none has."""
    rows = styles_of(list(pieces))
    rows = rows[rows.sum(axis=1) > 0]
    even = np.full(len(STYLE_SLUGS), 1 / len(STYLE_SLUGS), dtype=np.float32)
    return (rows.mean(axis=0)).astype(np.float32) if len(rows) else even
