"""Garments laid out on paper, linen, plaster or wood, with their shadows, as one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from catalog.collage import SLOT_OF, places, reach
from catalog.flatlay import FOLDER, SILHOUETTES, GarmentSpec, illustrate
from catalog.taxonomy import Slot

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in shares of the picture's width and height

# Ground colours, sRGB 0..255. Soft ones: the clothes are to be looked at.
GROUNDS = {
    "paper": (246, 242, 235),
    "linen": (228, 220, 207),
    "plaster": (226, 222, 217),
    "oak": (214, 190, 160),
    "blush": (240, 224, 215),
    "sage": (214, 219, 204),
    "mist": (215, 222, 226),
    "sand": (232, 214, 190),
}
_TEXTURE = {"linen": "weave", "sage": "weave", "oak": "planks", "plaster": "plaster", "mist": "plaster"}


class Placed(NamedTuple):
    """A piece in a picture: which of the specs it is, and where it lies."""

    piece: int
    box: Box


_STEPS = 320  # grey levels of a texture to 1 of relief


@lru_cache(maxsize=8)
def _texture(name: str) -> NDArray[np.floating]:
    """Relief of a ground, (1024, 1024), a factor around 1."""
    with Image.open(FOLDER / "grounds" / f"{name}.webp") as tile:
        return 1 + (np.asarray(tile.convert("L"), np.float32) - 128) / _STEPS


@lru_cache(maxsize=24)
def ground(name: str, width: int, height: int) -> Image.Image:
    """An empty table top lit from the upper left. Raises KeyError for a ground that is not in GROUNDS."""
    relief = _texture(_TEXTURE.get(name, "paper"))
    rows, columns = np.arange(height) % 1024, np.arange(width) % 1024
    field = relief[np.ix_(rows, columns)]
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    fall = 1.03 - 0.075 * np.hypot(u / width - 0.28, v / height - 0.2)
    colour = np.array(GROUNDS[name], np.float32)
    return Image.fromarray(np.clip(colour * (field * fall)[..., None], 0, 255).astype(np.uint8))


def flat_lay(
    specs: Sequence[GarmentSpec],
    background: str = "paper",
    *,
    size: tuple[int, int] = (768, 960),
    seed: int = 0,
    cutouts: Sequence[Image.Image] | None = None,
) -> tuple[Image.Image, list[Placed]]:
    """Lay garments out as an outfit.

    specs: one garment, or the pieces of a look (at most one top, outer, bottom, dress; small things as they come).
    cutouts: their illustrations where they have been made already. Returns the RGB picture and each piece's box, in the
    order in which they lie, lowest first. Raises ValueError without specs, KeyError for an unknown background.
    """
    if not specs:
        raise ValueError("nothing to lay out")
    width, height = size
    rng = np.random.default_rng([seed & 0x7FFFFFFF, 77])
    cutouts = cutouts or [illustrate(spec, size=round(width * 0.9)) for spec in specs]
    picture = ground(background, width, height).copy()
    placed = []
    kinds = [SILHOUETTES[spec.silhouette].kind for spec in specs]
    for index, (x, y), is_large in places(kinds):
        most = 3.5 if is_large else 6 if SLOT_OF[kinds[index]] is Slot.SHOES else 11
        tilt = float(rng.uniform(-most, most))
        piece = _trimmed(cutouts[index])
        if len(specs) == 1:
            scale = min(width * 0.86 / piece.width, height * 0.84 / piece.height)
            # A tenth more or less is not seen, and not to be resized stays sharp.
            scale = 1.0 if 1 <= scale < 1.1 else scale
            x, y, tilt = 0.5, height / width / 2, 0.0
        else:
            scale = _scale(specs[index], piece, width)
        piece = _turned(piece, scale, tilt)
        drop = 1.25 if len(specs) > 1 else height / width
        left = round(x * width - piece.width / 2)
        top = round(y / drop * height - piece.height / 2)
        margin = round(width * 0.02)
        left = int(np.clip(left, margin, max(margin, width - piece.width - margin)))
        top = int(np.clip(top, margin, max(margin, height - piece.height - margin)))
        _drop_shadow(picture, piece.getchannel("A"), left, top)
        picture.paste(piece, (left, top), piece)
        edges = (left / width, top / height, (left + piece.width) / width, (top + piece.height) / height)
        x0, y0, x1, y1 = (round(min(max(edge, 0.0), 1.0), 4) for edge in edges)
        placed.append(Placed(index, (x0, y0, x1, y1)))
    return picture, placed


def lay(
    picture: Image.Image, cutout: Image.Image, *, at: tuple[float, float], height: float, turn: float = 0.0
) -> None:
    """Put one cutout on a ground, with its shadow: centre and height in shares of the picture, turn in degrees."""
    piece = _trimmed(cutout)
    scale = height * picture.height / piece.height
    piece = piece.resize((round(piece.width * scale), round(piece.height * scale)), Image.Resampling.LANCZOS)
    if turn:
        piece = _trimmed(piece.rotate(turn, Image.Resampling.BICUBIC, expand=True))
    left, top = round(at[0] * picture.width - piece.width / 2), round(at[1] * picture.height - piece.height / 2)
    _drop_shadow(picture, piece.getchannel("A"), left, top)
    picture.paste(piece, (left, top), piece)


def _scale(spec: GarmentSpec, piece: Image.Image, width: int) -> float:
    share = reach(SILHOUETTES[spec.silhouette].kind, spec.silhouette)
    return share * width / piece.height if share > 0 else -share * width / piece.width


_SOLID = [255 * (level > 8) for level in range(256)]
# Shadows: blur, offset to the right and down in pixels of a picture 768 wide, and how dark each grey level becomes.
_SHADOWS = [
    (blur, across, down, [round(level * strength) for level in range(256)])
    for blur, across, down, strength in ((16, 7, 13, 0.26), (4, 2, 4, 0.30))
]


def _trimmed(image: Image.Image) -> Image.Image:
    box = image.getchannel("A").point(_SOLID).getbbox()
    return image.crop(box) if box else image


def _turned(piece: Image.Image, scale: float, degrees: float) -> Image.Image:
    """Resized and turned counter-clockwise at once: twice would blur and cost twice."""
    if not degrees:
        size = (max(1, round(piece.width * scale)), max(1, round(piece.height * scale)))
        return piece if size == piece.size else piece.resize(size, Image.Resampling.HAMMING)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    w, h = piece.width * scale, piece.height * scale
    width, height = math.ceil(w * abs(cosine) + h * abs(sine)), math.ceil(w * abs(sine) + h * abs(cosine))
    # From the new picture's pixels to the old one's, around both middles.
    a, b, d, e = cosine / scale, -sine / scale, sine / scale, cosine / scale
    c = piece.width / 2 - a * width / 2 - b * height / 2
    f = piece.height / 2 - d * width / 2 - e * height / 2
    turned = piece.transform((width, height), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR)
    return _trimmed(turned)


def _drop_shadow(picture: Image.Image, alpha: Image.Image, left: int, top: int) -> None:
    """A close dark rim in a wide soft fall, both to the lower right, painted at once at a quarter of the size."""
    unit, shrink = picture.width / 768, 4
    margin = 2 * math.ceil(42 * unit / shrink)  # what the wide one reaches, on both sides, in pixels of the field
    small = alpha.reduce(shrink)
    size = (small.width + margin, small.height + margin)
    field = Image.new("L", size)
    for blur, across, down, levels in _SHADOWS:
        layer = Image.new("L", size)
        layer.paste(small, (margin // 2 + round(across * unit / shrink), margin // 2 + round(down * unit / shrink)))
        layer = layer.filter(ImageFilter.GaussianBlur(blur * unit / shrink)).point(levels)
        field = ImageChops.screen(field, layer)
    field = field.resize((size[0] * shrink, size[1] * shrink), Image.Resampling.BILINEAR)
    spot = left - margin // 2 * shrink, top - margin // 2 * shrink
    picture.paste((46, 36, 30), spot, field)
