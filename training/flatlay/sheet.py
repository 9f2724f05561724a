"""The drawing itself: panels of cloth laid on one another, their light, seams, stitches and hardware.

All places and lengths are in units of the drawing's side. Light falls from the upper left. Every panel shades what
lies under it, swells softly towards its middle and catches light on its upper left edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from catalog.colour import Rgb
from training.flatlay import paths
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Points

Box = tuple[int, int, int, int]
Area = tuple[slice, slice]
Mask = NDArray[np.floating]  # (h, w) float32 in 0..1
_FINE = 2  # Outlines are drawn this many times finer and averaged.


class Sheet:
    """A square to draw on. `warp` bends every outline a little, as nothing laid by hand is exactly even."""

    def __init__(self, side: int, *, rng: np.random.Generator, warp: float = 0.0035) -> None:
        self.side = side
        self.rng = rng
        self.colour = np.zeros((side, side, 3), np.float32)
        self.alpha = np.zeros((side, side), np.float32)
        self.light = np.ones((side, side), np.float32)
        self.gloss = np.zeros((side, side), np.float32)
        self._waves = [(warp * a, *rng.uniform(1.5, 4.5, 2), *rng.uniform(0, 6.3, 2)) for a in (1.0, 0.6)]

    # -- shapes to masks -------------------------------------------------------------------------------------------

    def _pixels(self, points: Points) -> Points:
        x, y = points[:, 0], points[:, 1]
        dx = sum(a * np.sin(f * 2 * y + p) for a, f, _, p, _ in self._waves)
        dy = sum(a * np.sin(g * 2 * x + q) for a, _, g, _, q in self._waves)
        return np.column_stack([x + dx, y + dy]) * self.side

    def _box(self, pixels: Points, pad: float) -> Box | None:
        (x0, y0), (x1, y1) = pixels.min(0) - pad, pixels.max(0) + pad
        box = max(int(x0), 0), max(int(y0), 0), min(int(x1) + 2, self.side), min(int(y1) + 2, self.side)
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _fill(self, outlines: Sequence[Points], box: Box, soft: float, holes: Sequence[Points] = ()) -> Mask:
        """soft: how far corners are rounded, in pixels."""
        x0, y0, x1, y1 = box
        image = Image.new("L", ((x1 - x0) * _FINE, (y1 - y0) * _FINE))
        draw = ImageDraw.Draw(image)
        for value, shapes in ((255, outlines), (0, holes)):
            for pixels in shapes:
                draw.polygon([((x - x0) * _FINE, (y - y0) * _FINE) for x, y in pixels.tolist()], fill=value)
        if soft:
            image = image.filter(ImageFilter.GaussianBlur(soft * _FINE))
        mask = np.asarray(image.reduce(_FINE), dtype=np.float32) / 255
        if soft:  # Blur, then sharpen the edge again: corners end round, edges about a pixel and a half wide.
            mask = np.clip((mask - 0.5) * max(soft * 1.6, 1.0) + 0.5, 0, 1)
        return mask

    def _stroke(self, lines: Iterable[Points], width: float) -> tuple[Box, Mask] | None:
        pixels = [self._pixels(line) for line in lines]
        if not pixels:
            return None
        box = self._box(np.vstack(pixels), width * self.side + 3)
        if box is None:
            return None
        x0, y0, x1, y1 = box
        k = 3
        image = Image.new("L", ((x1 - x0) * k, (y1 - y0) * k))
        draw = ImageDraw.Draw(image)
        thick = max(1, round(width * self.side * k))
        for line in pixels:
            draw.line([((x - x0) * k, (y - y0) * k) for x, y in line.tolist()], fill=255, width=thick, joint="curve")
        return box, np.asarray(image.reduce(k), dtype=np.float32) / 255

    # -- panels ----------------------------------------------------------------------------------------------------

    def panel(
        self,
        outline: Points | Sequence[Points],
        cloth: Cloth,
        *,
        angle: float = 0.0,
        puff: float | None = None,
        level: float = 1.0,
        cast: float = 0.4,
        reach: float = 0.012,
        crease: float = 1.0,
        soft: float = 1.0,
        holes: Sequence[Points] = (),
        edge: float = 1.0,
    ) -> None:
        """Lay a piece of cloth.

        angle: of its grain, degrees. puff: how much it swells. level: how bright it lies. cast, reach: the shadow it
        throws on what is under it. soft: rounding of corners. edge: how thick its edge looks.
        """
        outlines = [outline] if isinstance(outline, np.ndarray) else list(outline)
        pixels = [self._pixels(points) for points in outlines]
        scale = self.side / 768
        pad = (reach * self.side + 6) if cast else 5
        box = self._box(np.vstack(pixels), pad)
        if box is None:
            return
        x0, y0, x1, y1 = box
        area = (slice(y0, y1), slice(x0, x1))
        mask = self._fill(pixels, box, soft * 1.5 * scale, [self._pixels(hole) for hole in holes])
        if cast:
            self._cast(mask, area, cast, reach)
        light = self._swell(mask, cloth.feel.puff if puff is None else puff, edge)
        light *= level
        light += self._texture(cloth, box, angle, crease)
        self.light[area] += mask * (light - self.light[area])
        self.gloss[area] += mask * (cloth.feel.gloss - self.gloss[area])
        self._dye(area, mask, cloth, box, angle)
        self.alpha[area] += mask * (1 - self.alpha[area])

    def _texture(self, cloth: Cloth, box: Box, angle: float, crease: float) -> Mask:
        """What the cloth's weave and creases add to the light over a box."""
        relief = cloth.relief(box, self.side, angle)
        if crease and cloth.feel.crease:
            relief = relief + crease * cloth.rumple(box, self.side, angle)
        return relief

    def _dye(self, area: Area, mask: Mask, cloth: Cloth, box: Box, angle: float) -> None:
        self.colour[area] += mask[..., None] * (cloth.albedo(box, self.side, angle) - self.colour[area])

    def _paint(self, area: Area, mask: Mask, ink: Rgb) -> None:
        self.colour[area] += mask[..., None] * (ink - self.colour[area])

    def _cast(self, mask: Mask, area: Area, strength: float, reach: float) -> None:
        """Darken what lies under: close to the edge and a little to the lower right."""
        under = self.alpha[area]
        if not under.any():
            return
        blurred = _blurred(mask, reach * self.side * 0.5)
        down, across = max(1, round(reach * self.side * 0.3)), max(1, round(reach * self.side * 0.15))
        moved = np.zeros_like(blurred)
        moved[down:, across:] = blurred[:-down, :-across]
        self.light[area] *= 1 - strength * np.clip(moved * 1.15, 0, 1) * (1 - mask) * under

    def _swell(self, mask: Mask, puff: float, edge: float) -> Mask:
        small = min(mask.shape)
        round_ = _blurred(mask, min(0.034 * self.side, small * 0.16))
        inside = np.clip(2 * round_ - 1, 0, 1)
        gy, gx = _slope(round_)
        light = 1.03 - 0.24 * puff * (1 - inside) ** 1.8
        light += (gx * 0.62 + gy * 0.78) * (puff * 0.30 * self.side * 0.055)
        if edge:
            thin = _blurred(mask, max(0.0032 * self.side, 1.0))
            ey, ex = _slope(thin)
            light += (ex * 0.6 + ey * 0.8) * (edge * 0.30 * self.side * 0.0042)
            light -= 0.10 * edge * np.clip(1 - 2 * (thin - 0.5), 0, 1)
        return light

    # -- light on what lies there ----------------------------------------------------------------------------------

    def fold(self, nodes: Sequence[paths.Node] | Points, *, width: float = 0.022, depth: float = 0.16) -> None:
        """A soft fold: a valley of shade with a lit ridge on its lower right side."""
        line = nodes if isinstance(nodes, np.ndarray) else paths.curve(nodes)
        pixels = self._pixels(paths.lens(line, width))
        blur = max(width * self.side * 0.24, 1.2)
        box = self._box(pixels, blur * 3 + width * self.side)
        if box is None:
            return
        x0, y0, x1, y1 = box
        area = (slice(y0, y1), slice(x0, x1))
        image = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(image).polygon([(x - x0, y - y0) for x, y in pixels.tolist()], fill=255)
        valley = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255
        step = max(1, round(width * self.side * 0.55))
        ridge = np.zeros_like(valley)
        ridge[: -step or None, step:] = valley[step:, : -step or None]
        ridge2 = np.zeros_like(valley)
        ridge2[step:, step:] = valley[: -step or None, : -step or None]
        self.light[area] += depth * self.alpha[area] * (0.34 * ridge + 0.34 * ridge2 - valley)

    def shade(self, outline: Points, *, depth: float, blur: float = 0.02) -> None:
        """Darken (depth > 0) or brighten a soft-edged region."""
        pixels = self._pixels(outline)
        box = self._box(pixels, blur * self.side * 2.5)
        if box is None:
            return
        x0, y0, x1, y1 = box
        image = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(image).polygon([(x - x0, y - y0) for x, y in pixels.tolist()], fill=255)
        soft = _blurred(np.asarray(image, np.float32) / 255, blur * self.side)
        self.light[y0:y1, x0:x1] *= 1 - depth * soft * self.alpha[y0:y1, x0:x1]

    def tint(self, outline: Points, ink: Rgb, *, strength: float, blur: float = 0.03) -> None:
        """Let another colour show through softly: a fade, a wash, a blush."""
        pixels = self._pixels(outline)
        box = self._box(pixels, blur * self.side * 2.5)
        if box is None:
            return
        x0, y0, x1, y1 = box
        image = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(image).polygon([(x - x0, y - y0) for x, y in pixels.tolist()], fill=255)
        soft = _blurred(np.asarray(image, np.float32) / 255, blur * self.side)
        self._wash((slice(y0, y1), slice(x0, x1)), strength * soft, ink)

    def _wash(self, area: Area, mask: Mask, ink: Rgb) -> None:
        self.colour[area] += mask[..., None] * (ink - self.colour[area])

    def seam(self, line: Points, *, depth: float = 0.26, width: float = 0.0026) -> None:
        """A sewn line: a fine dark groove with light beside it."""
        for away, amount in ((0.0, -depth), (width * 1.1, depth * 0.42)):
            drawn = self._stroke([line + away], width)
            if drawn is None:
                return
            (x0, y0, x1, y1), mask = drawn
            self.light[y0:y1, x0:x1] += amount * mask * self.alpha[y0:y1, x0:x1]

    def stitch(
        self, line: Points, ink: Rgb, *, dash: float = 0.008, gap: float = 0.0045, width: float = 0.0024
    ) -> None:
        """Topstitching: short threads along a line."""
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        count = max(int(length / (dash + gap)), 1)
        starts = np.arange(count) / count
        ends = starts + dash / (dash + gap) / count
        a, b = paths.resampled(line, starts), paths.resampled(line, np.minimum(ends, 1))
        self.ink([np.vstack(pair) for pair in zip(a, b, strict=True)], ink, width=width, raised=0.10)

    def ink(self, lines: Iterable[Points], ink: Rgb, *, width: float, raised: float = 0.0, cover: float = 1.0) -> None:
        """Flat coloured strokes; raised ones throw a hairline shadow."""
        kept = list(lines)
        drawn = self._stroke(kept, width)
        if drawn is None:
            return
        (x0, y0, x1, y1), mask = drawn
        area = (slice(y0, y1), slice(x0, x1))
        mask = mask * self.alpha[area]
        if raised:
            shadow = np.zeros_like(mask)
            shadow[1:, 1:] = mask[:-1, :-1]
            self.light[area] -= raised * shadow * (1 - mask)
            self.light[area] += mask * (1.04 - self.light[area]) * 0.6
        self._paint(area, cover * mask, ink)

    def gleam(self, outline: Points, *, strength: float = 0.35, blur: float = 0.008) -> None:
        """A highlight on something shiny."""
        self.shade(outline, depth=-strength, blur=blur)

    # -- the end ---------------------------------------------------------------------------------------------------

    def finished(self) -> Image.Image:
        """The drawing with its light, straight alpha."""
        out = Image.new("RGBA", (self.side, self.side))
        rows, columns = np.flatnonzero(self.alpha.any(1)), np.flatnonzero(self.alpha.any(0))
        if not len(rows):
            return out
        area = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        light = np.clip(self.light[area], 0.12, 1.9)
        down, up = np.minimum(light, 1.0), np.maximum(light - 1.0, 0.0)
        shine = np.clip(up * 4.2, 0, 1)
        shine *= np.sqrt(shine) * self.gloss[area] * 0.72
        pixels = np.empty((*light.shape, 4), np.float32)
        # Shade is a little cool and light a little warm, as beside a north window.
        for channel, (cool, warm) in enumerate(((0.06, 1.02), (0.0, 1.0), (-0.10, 0.95))):
            base = 0.035 + 0.965 * self.colour[area][..., channel]
            lit = base * down
            if cool:
                lit *= 1 - cool * (1 - down)
            pixels[..., channel] = lit + (1 - lit) * np.clip(up * (0.20 + 0.62 * base) * warm + shine, 0, 1)
        pixels[..., 3] = self.alpha[area]
        done = (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
        out.paste(Image.fromarray(done, "RGBA"), (int(columns[0]), int(rows[0])))
        return out


def _slope(field: Mask) -> tuple[Mask, Mask]:
    """Forward differences down and across, the same shape as the field."""
    down, across = np.zeros_like(field), np.zeros_like(field)
    down[1:-1] = (field[2:] - field[:-2]) * 0.5
    across[:, 1:-1] = (field[:, 2:] - field[:, :-2]) * 0.5
    return down, across


def _blurred(field: Mask, radius: float) -> Mask:
    """Gaussian blur in floats (8 bits would show as bands in slopes); wide ones on a smaller picture, cheaply."""
    h, w = field.shape
    shrink = max(1, min(int(radius / 2), 8, h // 4, w // 4))
    if shrink == 1:
        return ndimage.gaussian_filter(field, radius, mode="constant", truncate=2.5)
    small = np.asarray(Image.fromarray(field).reduce(shrink))
    small = ndimage.gaussian_filter(small, radius / shrink, mode="constant", truncate=2.5)
    grown = Image.fromarray(small).resize((w, h), Image.Resampling.BICUBIC, box=(0, 0, w / shrink, h / shrink))
    return np.asarray(grown, dtype=np.float32)
