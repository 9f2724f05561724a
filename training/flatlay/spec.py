"""A shape as the renderer knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.flatlay.bench import Bench


@dataclass(frozen=True)
class Silhouette:
    """A shape: which kind of garment it is, its names, what it is usually made of and how it is drawn.

    family: which variants of stripes and checks suit it. pair: "" for one thing, "side" for two shoes seen from the
    side, "mirror" for a left and a right one seen from above.
    """

    slug: str
    kind: str
    en: str
    ko: str
    materials: tuple[str, ...]
    draw: Callable[[Bench], None]
    family: str = ""
    pair: str = ""
    prints: bool = False
    patterned: bool = True
