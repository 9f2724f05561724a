"""Flat-lay illustrations of garments, without a photo: silhouettes tinted, patterned and shaded. Knows no Django.

Each silhouette was rendered once (`python -m training.flatlay`) and lies in `flatlay/`: a mask with a light map, and a
map of its parts, which says for each pixel whose colour it takes and how the cloth's grain runs there. Materials and
patterns are seamless tiles. Colours are chosen in CIELAB; what is left for run time is to look them up.
"""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from catalog.colour import Lab, accents, pattern_inks, rgb, shifted
from catalog.taxonomy import PATTERNS

FOLDER = Path(__file__).with_name("flatlay")
LIGHT = 128  # grey level of the light map that leaves a colour as it is
_INDEX: dict[str, Any] = json.loads((FOLDER / "index.json").read_text("utf-8"))
_MATERIALS: dict[str, dict[str, Any]] = _INDEX["materials"]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels
_PATTERNS = {term.slug for term in PATTERNS}
_UNIT = 768  # tiles are drawn for a picture of this many pixels
_SMALL = 400  # pictures up to this side are made twice as large and reduced, for clean thin lines
_GLOSS: list[float] = _INDEX["gloss"]


@dataclass(frozen=True)
class GarmentSpec:
    """A garment to illustrate. Colours are CIELAB, main first; the others are its pattern's or trims'.

    silhouette: a slug of SILHOUETTES. pattern, material: slugs of the taxonomy. The seed decides how the cloth creases,
    where a pattern begins and which of its variants it is; the same spec always gives the same picture.
    """

    silhouette: str
    colours: tuple[Lab, ...]
    pattern: str = "solid"
    material: str = ""
    seed: int = 0


class Part(NamedTuple):
    """One colour of a silhouette. ink: see `_colour`; angle: of the grain, degrees; gloss: None as the material's."""

    ink: list[Any]
    angle: int
    has_weave: bool
    has_pattern: bool
    gloss: float | None


class Silhouette(NamedTuple):
    """What kind of garment it is, its names and what it may be made of.

    family: which variants of a pattern suit it; "" as the material does. crease: how easily it creases, 1 as cloth.
    print_at: centre and size of a printed picture in shares of the side, or None.
    """

    slug: str
    kind: str
    en: str
    ko: str
    materials: tuple[str, ...]
    patterned: bool
    family: str
    crease: float
    print_at: tuple[float, float, float] | None
    parts: tuple[Part, ...]


def _silhouette(row: dict[str, Any]) -> Silhouette:
    parts = tuple(Part(*part) for part in row["parts"])
    return Silhouette(**{**row, "materials": tuple(row["materials"]), "parts": parts})


SILHOUETTES = {row["slug"]: _silhouette(row) for row in _INDEX["silhouettes"]}


def illustrate(spec: GarmentSpec, *, size: int = 768) -> Image.Image:
    """The garment lying flat. Returns a square RGBA picture, transparent around the garment, which is centred.

    size: its side in pixels, 64..2048. Raises ValueError for an unknown silhouette, pattern or material, a size out of
    bounds or no colour.
    """
    if not 64 <= size <= 2048:
        raise ValueError(f"size {size} is not within 64..2048")
    shape = SILHOUETTES.get(spec.silhouette)
    if shape is None:
        raise ValueError(f"no silhouette {spec.silhouette!r}")
    if spec.material and spec.material not in _MATERIALS:
        raise ValueError(f"no material {spec.material!r}")
    if spec.pattern not in _PATTERNS:
        raise ValueError(f"no pattern {spec.pattern!r}")
    if not spec.colours:
        raise ValueError("a garment needs a colour")
    side = size * 2 if size <= _SMALL else size
    cutout = _cutout(shape, spec, side)
    picture = Image.new("RGBA", (side, side))
    picture.paste(cutout, ((side - cutout.width) // 2, (side - cutout.height) // 2))
    return picture.reduce(2) if side != size else picture


def _cutout(shape: Silhouette, spec: GarmentSpec, side: int) -> Image.Image:
    """RGBA of the garment alone, as it is in a picture `side` pixels square."""
    rng = np.random.default_rng([spec.seed & 0x7FFFFFFF, zlib.crc32(shape.slug.encode())])
    name = spec.material or shape.materials[0]
    material = _MATERIALS[name]
    lab = spec.colours[0]
    if name == "denim":  # Indigo is greyer than any other blue of its lightness.
        lab = shifted(lab, 0, 0.62)
    second = spec.colours[1] if len(spec.colours) > 1 and spec.pattern == "solid" else None
    light, alpha, parts = _asset(shape.slug)
    size = (round(light.width * side / _INDEX["side"]), round(light.height * side / _INDEX["side"]))
    light, alpha = _scaled(light, size), _scaled(alpha, size)

    inks = [rgb(_colour(part.ink, lab, second)) for part in shape.parts]
    coloured = parts.copy()
    coloured.putpalette((np.array(inks) * 255 + 0.5).astype(np.uint8).tobytes())
    albedo = _scaled(coloured.convert("RGB"), size)

    shift = (float(rng.uniform(0, 512)), float(rng.uniform(0, 512)))
    weave = _weave(name, lab[0], shape.crease, int(rng.integers(512)))
    pattern = None
    if shape.patterned and spec.pattern == "graphic" and shape.print_at:
        _print(albedo, shape, parts, spec, side, rng)
    elif shape.patterned and spec.pattern != "solid":
        pattern = _pattern(spec, shape.family or material["family"], lab, rng)
    relief = _clothed(albedo, shape, weave, pattern, side, shift)
    light = ImageChops.add(light, relief, offset=-LIGHT)

    gloss = [_GLOSS.index(material["gloss"] if part.gloss is None else part.gloss) for part in shape.parts]
    shiny = None
    if any(gloss):
        shiny = parts.point(gloss + [0] * (256 - len(gloss))).resize(size, Image.Resampling.NEAREST)
    cutout = _shaded(albedo, light, shiny)
    cutout.putalpha(alpha)
    return cutout


def _mask(parts: Image.Image, chosen: set[int], size: tuple[int, int]) -> Image.Image:
    """L: 255 where one of the chosen parts is."""
    return _scaled(parts.point([255 * (number in chosen) for number in range(256)]), size)


def _scaled(band: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Averaged where it shrinks; halving, which most pictures ask for, is the quickest by far."""
    halved = (round(band.width / 2), round(band.height / 2)) == size
    if halved:
        return band.reduce(2).crop((0, 0, *size))
    smaller = size[0] < band.width
    return band.resize(size, Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR)


@lru_cache(maxsize=12)
def _asset(slug: str) -> tuple[Image.Image, Image.Image, Image.Image]:
    """(light map, mask, map of parts), all L and cropped to the garment."""
    with Image.open(FOLDER / "silhouettes" / f"{slug}.webp") as drawn:
        light, alpha = drawn.getchannel("G"), drawn.getchannel("A")
    with Image.open(FOLDER / "silhouettes" / f"{slug}.parts.webp") as drawn:
        return light, alpha, drawn.getchannel("G")


def _colour(ink: list[Any], lab: Lab, second: Lab | None) -> Lab:
    """A part's colour on a garment of colour `lab`.

    ink: ["own", L, a, b] whatever the garment's colour is; ["main", dL, chroma] so much lighter and that many times as
    colourful; ["second", dL, chroma, ink] the same of the second colour, and of `ink` without one; ["bands", [L, ink],
    ...] the first whose lightness is above the garment's.
    """
    match ink:
        case ["own", *own]:
            return own[0], own[1], own[2]
        case ["second", lightness, chroma, otherwise]:
            return _colour(otherwise, lab, None) if second is None else shifted(second, lightness, chroma)
        case ["bands", *bands]:
            return _colour(next(of for limit, of in bands if lab[0] < limit), lab, second)
    return shifted(lab, ink[1], ink[2]) if ink[1:] != [0, 1] else lab


@lru_cache(maxsize=16)
def _relief(name: str) -> NDArray[np.floating]:
    """A weave or a field of creases, (512, 512), mean 0, deviation about 1."""
    with Image.open(FOLDER / "weaves" / f"{name}.webp") as tile:
        return (np.asarray(tile.convert("L"), np.float32) - 128) / 48


def _weave(material: str, lightness: float, crease: float, moved: int) -> Image.Image:
    """What the material adds to the light: a tile, L, LIGHT where it adds nothing."""
    feel = _MATERIALS[material]
    # Dark cloth hides its weave: show more of it. On white every shade reads as a stain: show less.
    shows = 1.35 if lightness < 30 else 0.62 if lightness > 86 else 1.0
    relief = _relief(feel["weave"]) * feel["depth"]
    if feel["weave"] == "stockinette" and lightness > 72:
        # White cannot grow whiter: a light knit's stitches are told by their shade alone.
        relief = 0.8 * relief - 0.25 * feel["depth"]
    else:
        relief = relief * shows
    creases = np.roll(_relief(feel["creases"]), (moved, moved * 3), (0, 1))
    relief = relief + creases * (feel["crease"] * crease * min(shows, 1.0))
    return Image.fromarray((LIGHT * (1 + relief) + 0.5).clip(0, 255).astype(np.uint8))


@lru_cache(maxsize=8)
def _weights(name: str) -> NDArray[np.floating]:
    """How much of each of four inks covers the ground, (side, side, 4) in 0..1, at most 1 in all."""
    with Image.open(FOLDER / "patterns" / f"{name}.webp") as tile:
        return np.asarray(tile.convert("RGBA"), np.float32) / 255


def _pattern(spec: GarmentSpec, family: str, lab: Lab, rng: np.random.Generator) -> Image.Image:
    variants = _INDEX["patterns"][spec.pattern]
    weights = _weights(str(rng.choice(variants.get(family) or variants[""])))
    ground = rgb(lab)
    inks = np.array([rgb(ink) for ink in pattern_inks(spec.pattern, lab, spec.colours[1:], rng)]) - ground
    return Image.fromarray(((ground + weights @ inks) * 255 + 0.5).astype(np.uint8))


def _print(
    albedo: Image.Image,
    shape: Silhouette,
    parts: Image.Image,
    spec: GarmentSpec,
    side: int,
    rng: np.random.Generator,
) -> None:
    """A picture printed on the chest; what lies on it, a cord or a button, stays in front."""
    clear, quiet, spark = accents(spec.colours[0], rng)
    leaf: Lab = (45, -22, 18) if spec.colours[0][0] > 30 else (64, -22, 20)
    inks = [*spec.colours[1:2], clear][0], quiet, [*spec.colours[2:3], spark][0], leaf
    name = str(rng.choice(_INDEX["prints"]))
    x, y, reach = shape.print_at or (0.0, 0.0, 0.0)
    half = round(reach * side)
    box = (round(x * side) - half, round(y * side) - half, round(x * side) + half, round(y * side) + half)
    cloth = {number for number, part in enumerate(shape.parts) if part.has_pattern}
    mask = _mask(parts, cloth, albedo.size).crop(box)
    with Image.open(FOLDER / "patterns" / f"{name}.webp") as decal:
        bands = decal.convert("RGBA").split()  # apart: the fourth is an ink too, and no alpha to resize the others by
    for ink, band in zip(inks, bands, strict=True):
        colour = tuple(round(float(value) * 255) for value in rgb(ink))
        cover = band.resize(mask.size, Image.Resampling.BILINEAR)
        albedo.paste(colour, box, ImageChops.multiply(cover, mask))


def _clothed(
    albedo: Image.Image,
    shape: Silhouette,
    weave: Image.Image,
    pattern: Image.Image | None,
    side: int,
    shift: tuple[float, float],
) -> Image.Image:
    """Lay the pattern over the colours, and return the relief of the weave, both along the grain of each part."""
    relief = Image.new("L", albedo.size, LIGHT)
    tile = weave if pattern is None else Image.merge("RGBX", (*pattern.split(), weave))
    for angle, box, woven, printed in _grains(shape.slug, albedo.size):
        cloth = _sample(tile, box, angle, _UNIT / side, shift)
        relief.paste(cloth.getchannel(cloth.getbands()[-1]), box, woven)
        if pattern is not None:
            albedo.paste(cloth.convert("RGB"), box, printed)
    return relief


@lru_cache(maxsize=6)
def _grains(slug: str, size: tuple[int, int]) -> list[tuple[int, Box, Image.Image, Image.Image]]:
    """Where the cloth's grain runs alike: (degrees, box, in it the masks of what takes the weave and the pattern).

    Ribs and cables have a weave of their own in the light map, and take a pattern alone.
    """
    parts, rows = _asset(slug)[2], SILHOUETTES[slug].parts
    grains = []
    numbered = sorted((part.angle, number) for number, part in enumerate(rows) if part.has_weave or part.has_pattern)
    for angle, members in groupby(numbered, key=lambda pair: pair[0]):
        alike = [number for _, number in members]
        box = _mask(parts, set(alike), size).getbbox()
        if box is not None:
            woven, printed = (
                _mask(parts, {number for number in alike if getattr(rows[number], which)}, size).crop(box)
                for which in ("has_weave", "has_pattern")
            )
            grains.append((angle, box, woven, printed))
    return grains


def _sample(tile: Image.Image, box: Box, angle: float, scale: float, shift: tuple[float, float]) -> Image.Image:
    """A seamless tile over a box of the picture, turned by `angle` degrees. scale: its pixels to one of the picture."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    if not angle:  # most of a garment: no need to turn what only repeats
        side = round(tile.width / scale)
        u, v = (round((start + moved / scale) % side) for start, moved in zip((x0, y0), shift, strict=True))
        return _repeated(tile.resize((side, side), Image.Resampling.BILINEAR), u + w, v + h).crop((u, v, u + w, v + h))
    c, s = math.cos(math.radians(angle)) * scale, math.sin(math.radians(angle)) * scale
    us, vs = (0.0, c * w, s * h, c * w + s * h), (0.0, -s * w, c * h, c * h - s * w)
    # Where the box begins on the tile, moved by whole tiles to where all of it lies right of and below the origin.
    u0 = (c * x0 + s * y0 + shift[0] + min(us)) % tile.width - min(us)
    v0 = (c * y0 - s * x0 + shift[1] + min(vs)) % tile.height - min(vs)
    room = _repeated(tile, math.ceil(u0 + max(us)) + 2, math.ceil(v0 + max(vs)) + 2)
    return room.transform((w, h), Image.Transform.AFFINE, (c, s, u0, -s, c, v0), Image.Resampling.BILINEAR)


def _repeated(tile: Image.Image, width: int, height: int) -> Image.Image:
    out = Image.new(tile.mode, (width, height))
    for y in range(0, height, tile.height):
        for x in range(0, width, tile.width):
            out.paste(tile, (x, y))
    return out


def _shaded(albedo: Image.Image, light: Image.Image, gloss: Image.Image | None) -> Image.Image:
    """Put colours into their light: looked up, pixel by pixel. gloss: L, numbers of _GLOSS; None where all is matt."""
    under = np.asarray(light, np.uint32)
    if gloss is not None:
        under |= np.asarray(gloss, np.uint32) << 16
    colours, tables = np.asarray(albedo), _shades()
    bands = [tables[band].take(under | colours[..., band].astype(np.uint32) << 8) for band in range(3)]
    return Image.merge("RGB", [Image.fromarray(band) for band in bands])


@lru_cache(maxsize=1)
def _shades() -> list[NDArray[np.uint8]]:
    """For red, green and blue: 256 colours by 256 lights for each gloss, flat."""
    light = np.clip(np.arange(256, dtype=np.float32) / LIGHT, 0.12, 1.9)[None, None]
    base = (0.035 + 0.965 * np.arange(256, dtype=np.float32) / 255)[None, :, None]
    down, up = np.minimum(light, 1.0), np.maximum(light - 1.0, 0.0)
    shine = np.clip(up * 4.2, 0, 1) ** 1.5 * np.array(_GLOSS, np.float32)[:, None, None] * 0.72
    tables = []
    # Shade is a little cool and light a little warm, as beside a north window.
    for cool, warm in ((0.06, 1.02), (0.0, 1.0), (-0.10, 0.95)):
        lit = base * down * (1 - cool * (1 - down))
        shaded = lit + (1 - lit) * np.clip(up * (0.20 + 0.62 * base) * warm + shine, 0, 1)
        tables.append((np.clip(shaded, 0, 1) * 255 + 0.5).astype(np.uint8).ravel())
    return tables
