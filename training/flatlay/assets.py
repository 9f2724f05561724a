"""What `catalog/flatlay.py` reads: silhouettes, weaves, patterns, prints and grounds as WebP, and their index."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from catalog.colour import LAB, Lab, rgb
from catalog.taxonomy import KIND_BY_SLUG, Slot
from training.flatlay import grounds, motifs, patterns, tiles
from training.flatlay.bench import Bench
from training.flatlay.cloth import FEELS, Cloth
from training.flatlay.inks import inks_of
from training.flatlay.record import Record, record
from training.flatlay.silhouettes import SILHOUETTES
from training.flatlay.spec import Silhouette

SIDE = 1024
LIGHT = 128  # grey level of light 1
GLOSS = (0.0, 0.06, 0.14, 0.2, 0.3, 0.36, 0.42, 0.9)
MIDDLE: Lab = (56.0, 6.0, 3.0)  # the colour in which shapes are recorded
# Centre and size of a printed picture, in shares of the side, before the garment is moved to the middle.
_PRINTS = "sunset", "peaks", "wave", "bouquet", "arches", "cat", "college"
_PRINT_SIDE = 320
Field = NDArray[np.floating]


class Layers(NamedTuple):
    """A garment in fields of (h, w): light 1 neutral, alpha 0..1, parts as `Record.parts`."""

    light: Field
    alpha: Field
    parts: NDArray[np.uint16]


def write(folder: Path, only: Iterable[str] = ()) -> None:
    """Render all assets, or those of some silhouettes, into a folder; the index is written with all of them."""
    chosen = set(only) or set(SILHOUETTES)
    index = folder / "index.json"
    known = {row["slug"]: row for row in json.loads(index.read_text("utf-8"))["silhouettes"]} if only else {}
    rows = [write_silhouette(shape, folder) if slug in chosen else known[slug] for slug, shape in SILHOUETTES.items()]
    if not only:
        write_tiles(folder)
    families: dict[str, dict[str, list[str]]] = {}
    for (pattern, family), variants in patterns.SUITS.items():
        families.setdefault(pattern, {})[family] = list(variants)
    for by_family in families.values():  # where a pattern has variants for some families, the woven one's suit the rest
        by_family.setdefault("", by_family.get("woven", []))
    materials = {
        name: {key: getattr(feel, key) for key in ("weave", "depth", "crease", "creases", "gloss", "family")}
        for name, feel in FEELS.items()
    }
    head = {"side": SIDE, "gloss": GLOSS, "materials": materials, "patterns": families, "prints": _prints()}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    body = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    index.write_text("{\n" + "\n".join(lines) + f'\n "silhouettes": [\n{body}\n ]\n}}\n', "utf-8")


# -- silhouettes -------------------------------------------------------------------------------------------------------


def write_silhouette(shape: Silhouette, folder: Path) -> dict[str, Any]:
    """Write a shape's two files; returns its row of the index."""
    sheet = record(shape, MIDDLE, LAB["white"], side=SIDE)
    layers = _paired(Layers(sheet.light, sheet.alpha, sheet.parts), shape.pair)
    rows, columns = (np.flatnonzero((layers.alpha > 8 / 255).any(axis)) for axis in (1, 0))
    area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    layers = Layers(*(field[area] for field in layers))
    numbers, table = _parts(shape, sheet)
    # Pixels at the rim that no piece covers by half take part and light of those beside them: edges stay clean.
    _, near = ndimage.distance_transform_edt(layers.parts == 0, return_indices=True)
    parts = numbers[layers.parts[tuple(near)]]
    light = _grey(np.clip(layers.light, 0.12, 1.9)[tuple(near)] * LIGHT)
    picture = Image.merge("RGBA", [light, light, light, _grey(layers.alpha * 255)])
    place = folder / "silhouettes"
    place.mkdir(parents=True, exist_ok=True)
    picture.save(place / f"{shape.slug}.webp", "WEBP", quality=88, alpha_quality=100, method=4, exact=True)
    Image.fromarray(parts).save(place / f"{shape.slug}.parts.webp", "WEBP", lossless=True, quality=60, method=4)
    is_moulded = KIND_BY_SLUG[shape.kind].slot in (Slot.SHOES, Slot.BAG, Slot.HAT, Slot.ACCESSORY)
    return {
        "slug": shape.slug,
        "kind": shape.kind,
        "en": shape.en,
        "ko": shape.ko,
        "materials": shape.materials,
        "patterned": shape.patterned,
        "family": shape.family,
        "crease": 0.4 if is_moulded else 1,
        "print_at": _print_at(shape, float(columns[0]) / SIDE, float(rows[0]) / SIDE),
        "parts": table,
    }


def _parts(shape: Silhouette, sheet: Record) -> tuple[NDArray[np.uint8], list[list[Any]]]:
    """(for each piece laid the number of its part, the parts as the index keeps them). Pieces alike are one part."""
    seen = set(np.unique(sheet.parts).tolist()) - {0}
    table: list[list[Any]] = []
    numbers = np.zeros(len(sheet.laid), np.uint8)
    for number, (piece, ink) in enumerate(zip(sheet.laid, inks_of(shape, MIDDLE), strict=True)):
        if number not in seen:
            continue
        # The grain is kept to 5 degrees: fewer directions are fewer tiles to lay.
        angle = round(piece.angle / 5) * 5 if piece.woven or piece.patterned else 0
        gloss = None if piece.gloss is None else min(GLOSS, key=lambda known: abs(known - (piece.gloss or 0)))
        part = [ink, angle, piece.woven, piece.patterned, gloss]
        if part not in table:
            table.append(part)
        numbers[number] = table.index(part)
    return numbers, table


def _paired(one: Layers, pair: str) -> Layers:
    """Lay the second shoe: behind the first in a side view, mirrored beside it in a view from above."""
    if not pair:
        return one
    if pair == "mirror":
        near = round(SIDE * 0.07)  # Shoes are set down closer than the shapes are drawn.
        one = Layers(*(np.roll(field, -near, 1) for field in one))
        return _over(Layers(*(field[:, ::-1] for field in one)), one)
    size = round(SIDE * 0.88)
    small = Layers(
        *(np.asarray(Image.fromarray(field).resize((size, size), Image.Resampling.LANCZOS)) for field in one[:2]),
        np.asarray(Image.fromarray(one.parts.astype(np.int32)).resize((size, size), Image.Resampling.NEAREST)).astype(
            np.uint16
        ),
    )
    small = small._replace(alpha=small.alpha.clip(0, 1))
    back, front = _placed(small, 0.11, -0.03), _placed(small, 0.01, 0.12)
    fall = ndimage.gaussian_filter(front.alpha, SIDE * 0.012)
    return _over(back._replace(light=back.light * (1 - 0.4 * fall)), front)


def _placed(small: Layers, x: float, y: float) -> Layers:
    left, top = round(SIDE * x), round(SIDE * y)
    out = Layers(np.ones((SIDE, SIDE)), np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE), np.uint16))
    size = small.alpha.shape[0]
    for whole, part in zip(out, small, strict=True):
        shown = part[max(-top, 0) : SIDE - top, : SIDE - left]
        whole[max(top, 0) : max(top, 0) + shown.shape[0], left : left + min(size, shown.shape[1])] = shown
    return out


def _over(under: Layers, upper: Layers) -> Layers:
    cover = upper.alpha
    total = cover + under.alpha * (1 - cover)
    light = (upper.light * cover + under.light * under.alpha * (1 - cover)) / np.maximum(total, 1e-6)
    return Layers(light, total, np.where(upper.parts > 0, upper.parts, under.parts))


def _grey(field: Field) -> Image.Image:
    return Image.fromarray(np.clip(field + 0.5, 0, 255).astype(np.uint8))


# -- prints ------------------------------------------------------------------------------------------------------------


class _Spot(Exception):
    """Carries where a shape would print its picture."""


def _print_at(shape: Silhouette, left: float, top: float) -> tuple[float, float, float] | None:
    """Centre and half side of the print, in shares of the side, from the garment's upper left corner."""
    if not shape.prints:
        return None

    def found(_bench: Bench, x: float, y: float, size: float) -> None:
        raise _Spot(x, y, size)

    printing, motifs.print_on = motifs.print_on, found
    try:
        cloth = Cloth(MIDDLE, rgb(MIDDLE), FEELS[shape.materials[0]])
        rng = np.random.default_rng([1, zlib.crc32(shape.slug.encode())])
        shape.draw(Bench(Record(64, rng=rng, main=cloth), cloth, (MIDDLE,), "graphic", shape.materials[0], rng, True))
    except _Spot as spot:
        x, y, size = spot.args
        return round(x - left, 4), round(y - top, 4), round(size * 1.1, 4)
    finally:
        motifs.print_on = printing
    return None


def _prints() -> list[str]:
    return [f"print-{name}" for name in _PRINTS]


def _print(name: str) -> Image.Image:
    """RGBA: how much of each of the four inks (clear, quiet, spark, leaf) covers the cloth."""
    inks: tuple[Lab, ...] = ((90, 0, 0), (70, 0, 0), (50, 0, 0), (45, -22, 18))
    side = _PRINT_SIDE * 2
    rng = np.random.default_rng(1)
    cloth = Cloth(MIDDLE, rgb(MIDDLE), FEELS["cotton"])
    sheet = Record(side, rng=rng, main=cloth)
    sheet.alpha[:] = 1
    draw = getattr(motifs, f"_{name}")
    draw(Bench(sheet, cloth, (MIDDLE,), "graphic", "cotton", rng, True), 0.5, 0.5, 0.5 / 1.1, *inks[:3])
    roles = np.array([-1, *(_role(piece.ink, inks) for piece in sheet.laid[1:])])[sheet.parts]
    return Image.merge("RGBA", [_grey((roles == role) * 255.0).reduce(2) for role in range(4)])


def _role(lab: Any, inks: tuple[Lab, ...]) -> int:
    """The cat's eyes are the cloth's colour; the hearts of flowers have the spark's."""
    if lab == MIDDLE:
        return -1
    return inks.index(lab) if lab in inks else 2


# -- tiles -------------------------------------------------------------------------------------------------------------


def write_tiles(folder: Path) -> None:
    for place in ("weaves", "patterns", "grounds"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    box = (0, 0, tiles.SIDE, tiles.SIDE)
    for name in sorted({feel.weave for feel in FEELS.values()} | {feel.creases for feel in FEELS.values()}):
        tiles.weave(name).crop(box).save(folder / "weaves" / f"{name}.webp", "WEBP", quality=60, method=4)
    for variants in patterns.SUITS.values():
        for name in variants:
            _saved(_pattern(name), folder / "patterns" / f"{name}.webp")
    for name in _PRINTS:
        _saved(_print(name), folder / "patterns" / f"print-{name}.webp")
    for name in grounds.TEXTURES:
        relief = _grey((grounds.texture(name) - 1) * grounds.STEPS + 128)
        relief.save(folder / "grounds" / f"{name}.webp", "WEBP", quality=50, method=4)


def _pattern(name: str) -> Image.Image:
    """RGBA: how much of each of the four inks shows, once those above it have their share."""
    weights = np.zeros((tiles.SIDE, tiles.SIDE, 4), np.float32)
    for tile, role in patterns.layers(name):
        cover = np.asarray(tile, np.float32)[: tiles.SIDE, : tiles.SIDE, None] / 255
        weights *= 1 - cover
        weights[..., role] += cover[..., 0]
    # A few steps of grey are enough for edges and half tones, and a tenth of the bytes.
    return Image.fromarray((np.round(weights * 15) * 17).astype(np.uint8), "RGBA")


def _saved(picture: Image.Image, path: Path) -> None:
    picture.save(path, "WEBP", lossless=True, quality=60, method=4, exact=True)
