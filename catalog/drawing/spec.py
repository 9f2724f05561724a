"""What to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.drawing.bench import Bench
from catalog.drawing.colour import Lab


@dataclass(frozen=True)
class GarmentSpec:
    """A garment to draw. Colours are CIELAB, main first; the others are its pattern's or trims'.

    silhouette: a slug of SILHOUETTES. pattern, material: slugs of the taxonomy. The seed decides proportions, pockets,
    folds and the like; the same spec always gives the same picture.
    """

    silhouette: str
    colours: tuple[Lab, ...]
    pattern: str = "solid"
    material: str = ""
    seed: int = 0


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
