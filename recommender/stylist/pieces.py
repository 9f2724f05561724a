"""A garment, a product or a look's item, reduced to what styling needs.

The Django side turns its rows into `Piece`s; nothing here knows where they came from. Whatever is
unknown stays `None` (or an empty mapping): every rule then answers "no opinion" instead of guessing.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from catalog.taxonomy import KIND_BY_SLUG, SEASONS, STYLES, Slot

STYLE_SLUGS: tuple[str, ...] = tuple(style.slug for style in STYLES)
SEASON_SLUGS: tuple[str, ...] = tuple(season.slug for season in SEASONS)
READY = "ready"
FITS = ("fits", "tight", "loose", "unknown")
_NO_SEASONS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """One thing to wear.

    id: any hashable, unique within one closet; answers refer to pieces by it.
    kind, slot: slugs of `catalog.taxonomy`; a member's own kind passes its parent's slug.
    colours: (L, a, b, share) in CIELAB D65, largest share first; shares sum to about 1.
    seasons: season slug -> 0..1; empty when unknown.
    styles: (8,) float32 probabilities in the order of `STYLE_SLUGS`, or None.
    formality, warmth: 0..1 as in `KindSpec`. layer: 1 skin, 2 over a base, 3 outermost.
    embedding: (256,) float32 of the classifier, or None.
    wears: times worn; last_worn_days: days since, None when never or unknown.
    price: in the closet's one currency, None when unknown.
    state: ready | laundry | lent | repair | archived; only `ready` pieces are suggested.
    fits: fits | tight | loose | unknown.
    child: whether it is cut for a child, None when unknown.
    sleeve: slug of `taxonomy.SLEEVES`, None when unknown.
    pattern_sure: 0..1, calibrated: how sure the pattern is; 1 where its owner or its shop says it.
    """

    id: Hashable
    kind: str
    slot: str
    colours: tuple[tuple[float, float, float, float], ...] = ()
    pattern: str | None = None
    material: str | None = None
    seasons: Mapping[str, float] = field(default_factory=lambda: _NO_SEASONS)
    styles: np.ndarray | None = None
    formality: float = 0.4
    warmth: float = 0.1
    layer: int = 1
    embedding: np.ndarray | None = None
    wears: int = 0
    last_worn_days: int | None = None
    price: float | None = None
    state: str = READY
    fits: str = "unknown"
    brand: str | None = None
    gender: str | None = None
    owned: bool = True
    child: bool | None = None
    sleeve: str | None = None
    pattern_sure: float = 1.0

    def with_(self, **changes: object) -> "Piece":
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def piece_of_kind(id: Hashable, kind: str, **facts: object) -> Piece:
    """A `Piece` whose slot, formality, warmth and layer are its kind's unless given.

    An unknown kind becomes slot `other` and is never suggested, rather than an error.
    """
    spec = KIND_BY_SLUG.get(kind)
    known: dict[str, object] = (
        {"slot": Slot.OTHER.value}
        if spec is None
        else {
            "slot": spec.slot.value,
            "formality": spec.formality,
            "warmth": spec.warmth,
            "layer": spec.layer,
        }
    )
    known.update({name: value for name, value in facts.items() if value is not None})
    return Piece(id=id, kind=kind, **known)  # type: ignore[arg-type]


def wearable(piece: Piece) -> bool:
    """Ready, and not known to be too tight: what a morning may suggest."""
    return piece.state == READY and piece.fits != "tight" and piece.slot != Slot.OTHER.value
