"""Cloth: a colour, a weave and a pattern, ready to be cut into panels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.colour import Lab, Rgb, pattern_inks, rgb, shifted
from training.flatlay import patterns, tiles


class Feel(NamedTuple):
    """How a material looks: its weave and depth, how it creases, how thick it lies, how it shines."""

    weave: str
    depth: float
    crease: float
    puff: float
    gloss: float
    family: str = "woven"
    creases: str = "creases"
    scale: float = 1.0


FEELS: dict[str, Feel] = {
    "denim": Feel("twill", 0.085, 0.055, 0.5, 0.0),
    "leather": Feel("grain", 0.045, 0.065, 0.8, 0.36),
    "knit": Feel("stockinette", 0.085, 0.03, 0.8, 0.0, "knit"),
    "padded": Feel("quilt", 0.17, 0.03, 0.9, 0.14),
    "cotton": Feel("jersey", 0.018, 0.036, 0.6, 0.0),
    "wool": Feel("fuzz", 0.05, 0.035, 0.7, 0.0, "tailored"),
    "suede": Feel("nap", 0.055, 0.05, 0.7, 0.0),
    "fleece": Feel("curls", 0.13, 0.02, 1.0, 0.0, "knit"),
    "silk": Feel("satin", 0.018, 0.085, 0.5, 0.42, "woven", "drape"),
    "synthetic": Feel("ripstop", 0.018, 0.05, 0.7, 0.2),
}


_SCULPTED = {"stockinette", "chunky", "cable", "rib", "fine-rib"}


@dataclass(frozen=True)
class Cloth:
    """colours: what the pattern's layers are printed in, in the order of their roles. shift: where the tile was cut."""

    lab: Lab
    ground: Rgb
    feel: Feel
    layers: tuple[tuple[Image.Image, Rgb], ...] = ()
    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0

    def dyed(self, lab: Lab) -> Cloth:
        """The same cloth in another plain colour."""
        return replace(self, lab=lab, ground=rgb(lab), layers=())

    def plain(self) -> Cloth:
        return replace(self, layers=())

    def toned(self, lightness: float, chroma: float = 1.0) -> Cloth:
        return self.dyed(shifted(self.lab, lightness, chroma))

    def woven(self, weave: str, *, depth: float | None = None, **changes: Any) -> Cloth:
        """The same colour in another weave."""
        feel = self.feel._replace(weave=weave, depth=self.feel.depth if depth is None else depth, **changes)
        return replace(self, feel=feel)

    def rotated(self, degrees: float) -> Cloth:
        return replace(self, turn=self.turn + degrees)

    def albedo(self, box: tuple[int, int, int, int], side: int, angle: float) -> NDArray[np.floating]:
        """Colour over a box of the drawing. Returns (h, w, 3) float32 in 0..1, or (1, 1, 3) for plain cloth."""
        if not self.layers:
            return self.ground[None, None]
        x0, y0, x1, y1 = box
        out = np.broadcast_to(self.ground, (y1 - y0, x1 - x0, 3)).copy()
        for tile, ink in self.layers:
            cover = tiles.sample(tile, box, side, angle=angle + self.turn, shift=self.shift, scale=1.0) / 255
            out += cover[..., None] * (ink - out)
        return out

    @property
    def _shows(self) -> float:
        """Dark cloth hides its weave: show more of it. On white every shade reads as a stain: show less."""
        return 1.35 if self.lab[0] < 30 else 0.62 if self.lab[0] > 86 else 1.0

    def relief(self, box: tuple[int, int, int, int], side: int, angle: float) -> NDArray[np.floating]:
        """The weave's light and shade, 0 where flat. Returns (h, w) float32."""
        tile = tiles.weave(self.feel.weave)
        grey = tiles.sample(tile, box, side, angle=angle + self.turn, shift=self.shift, scale=self.feel.scale)
        relief = (grey - 128) / 48 * self.feel.depth
        if self.feel.weave in _SCULPTED and self.lab[0] > 72:
            # White cannot grow whiter: a light knit's stitches are told by their shade alone.
            return 0.8 * relief - 0.25 * self.feel.depth
        return relief * self._shows

    def rumple(self, box: tuple[int, int, int, int], side: int, angle: float) -> NDArray[np.floating]:
        tile = tiles.weave(self.feel.creases)
        u, v = self.shift
        grey = tiles.sample(tile, box, side, angle=angle, shift=(u * 3.1 + 70, v * 2.3), scale=1.0)
        return (grey - 128) / 48 * (self.feel.crease * min(self._shows, 1.0))


def cloth_for(
    *, material: str, pattern: str, colours: tuple[Lab, ...], family: str | None, rng: np.random.Generator
) -> Cloth:
    """The main cloth of a garment. Colours after the first are the pattern's, where they were chosen."""
    feel = FEELS[material]
    lab = colours[0]
    if material == "denim":  # Indigo is greyer than any other blue of its lightness.
        lab = shifted(lab, 0, 0.62)
    shift = (float(rng.uniform(0, tiles.SIDE)), float(rng.uniform(0, tiles.SIDE)))
    variant = patterns.variant(pattern, family or feel.family, rng)
    inks = pattern_inks(pattern, lab, colours[1:], rng)
    layers = tuple((tile, rgb(inks[role])) for tile, role in patterns.layers(variant)) if variant else ()
    return Cloth(lab, rgb(lab), feel, layers, shift)
