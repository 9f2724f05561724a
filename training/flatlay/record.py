"""Sheets that keep what a garment is made of, instead of its picture: light, mask and whose colour each pixel has."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.colour import Lab, Rgb, rgb
from training.flatlay.bench import Bench
from training.flatlay.cloth import FEELS, Cloth
from training.flatlay.paths import Points
from training.flatlay.sheet import Area, Box, Mask, Sheet
from training.flatlay.spec import Silhouette
from training.flatlay.tiles import weave

# Proportions, pockets and folds are a shape's luck; where the first does not show it best, another is taken.
SEEDS = {"cap": 2}  # the first prints a picture on it


@dataclass(frozen=True)
class Laid:
    """A piece of cloth or a stroke of ink. ink: its colour; woven: whether the material's own weave shows on it."""

    ink: Lab | Rgb
    angle: float = 0.0
    woven: bool = False
    patterned: bool = False
    gloss: float | None = 0.0


class Record(Sheet):
    """parts: (side, side) uint16, which of `laid` is on top; 0 where nothing lies."""

    def __init__(self, side: int, *, rng: np.random.Generator, main: Cloth) -> None:
        super().__init__(side, rng=rng)
        self.main = main
        self.parts = np.zeros((side, side), np.uint16)
        self.laid: list[Laid] = [Laid((0, 0, 0))]

    def panel(self, outline: Points | Sequence[Points], cloth: Cloth, *, angle: float = 0.0, **how: Any) -> None:
        woven = self._is_woven(cloth)
        gloss = None if woven and cloth.feel.gloss == self.main.feel.gloss else cloth.feel.gloss
        self.laid.append(Laid(cloth.lab, angle + cloth.turn, woven, bool(cloth.layers), gloss))
        super().panel(outline, cloth, angle=angle, **how)

    def ink(self, lines: Iterable[Points], ink: Rgb, **how: Any) -> None:
        self.laid.append(Laid(ink))
        super().ink(lines, ink, **how)

    def _is_woven(self, cloth: Cloth) -> bool:
        return cloth.feel.weave == self.main.feel.weave and cloth.feel.depth == self.main.feel.depth

    def _texture(self, cloth: Cloth, box: Box, angle: float, crease: float) -> Mask:
        """The material's own weave and creases are laid at run time; those of ribs, soles and trims belong here."""
        if self._is_woven(cloth):
            return np.zeros((1, 1), np.float32)
        return super()._texture(cloth, box, angle, crease)

    def _dye(self, area: Area, mask: Mask, cloth: Cloth, box: Box, angle: float) -> None:
        self.parts[area][mask > 0.5] = len(self.laid) - 1

    def _paint(self, area: Area, mask: Mask, ink: Rgb) -> None:
        self.parts[area][mask > 0.5] = len(self.laid) - 1

    def _wash(self, area: Area, mask: Mask, ink: Rgb) -> None:
        # A fade is kept as light, so that it suits every colour; on what shines it would be a glare.
        self.light[area] += 0.8 * mask * (1 - self.gloss[area])


class Swatches(Record):
    """Keeps the colours of what is laid, in the same order, and draws nothing."""

    def panel(self, outline: Points | Sequence[Points], cloth: Cloth, **how: Any) -> None:
        self.laid.append(Laid(cloth.lab))

    def ink(self, lines: Iterable[Points], ink: Rgb, **how: Any) -> None:
        self.laid.append(Laid(ink))

    def stitch(self, line: Points, ink: Rgb, **how: Any) -> None:
        self.laid.append(Laid(ink))

    def fold(self, nodes: Any, **how: Any) -> None: ...

    def seam(self, line: Points, **how: Any) -> None: ...

    def shade(self, outline: Points, **how: Any) -> None: ...

    def tint(self, outline: Points, ink: Rgb, **how: Any) -> None: ...


def record(shape: Silhouette, main: Lab, second: Lab | None = None, *, side: int) -> Record:
    """Draw a shape in its first material, plain, and keep what it is made of."""
    return _drawn(Record, shape, main, second, side)


def swatches(shape: Silhouette, main: Lab, second: Lab | None = None) -> list[Lab]:
    """The colour of each piece that `record` keeps, in its order."""
    return [_lab(piece.ink) for piece in _drawn(Swatches, shape, main, second, 8).laid]


def _drawn(sheet_type: type[Record], shape: Silhouette, main: Lab, second: Lab | None, side: int) -> Record:
    rng = np.random.default_rng([SEEDS.get(shape.slug, 1), zlib.crc32(shape.slug.encode())])
    material = shape.materials[0]
    unsewn = (weave("jersey"), rgb(main))  # a layer that no picture shows: it marks cloth that takes a pattern
    cloth = Cloth(main, rgb(main), FEELS[material], (unsewn,))
    sheet = sheet_type(side, rng=rng, main=cloth)
    colours = (main,) if second is None else (main, second)
    shape.draw(Bench(sheet, cloth, colours, "solid", material, rng))
    return sheet


def _lab(ink: Lab | Rgb) -> Lab:
    """CIELAB of what is either CIELAB already or, as an array, sRGB in 0..1."""
    from skimage.color import rgb2lab

    if isinstance(ink, tuple):
        return ink
    lightness, a, b = rgb2lab(np.asarray(ink, float)[None, None])[0, 0]
    return float(lightness), float(a), float(b)
