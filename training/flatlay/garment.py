"""One garment as a cutout."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from catalog.colour import jittered
from catalog.flatlay import GarmentSpec
from catalog.taxonomy import KIND_BY_SLUG, PATTERNS, Slot
from training.flatlay.bench import Bench
from training.flatlay.cloth import FEELS, cloth_for
from training.flatlay.sheet import Sheet
from training.flatlay.silhouettes import SILHOUETTES

_PATTERNS = {term.slug for term in PATTERNS}
SLOT_OF = {slug: kind.slot for slug, kind in KIND_BY_SLUG.items()}


def draw_garment(spec: GarmentSpec, *, size: int = 768) -> Image.Image:
    """Draw a garment lying flat. Returns a square RGBA picture, transparent around the garment.

    size: its side in pixels, 64..2048. Raises ValueError for an unknown silhouette, pattern or
    material, a size out of bounds or no colour.
    """
    if not 64 <= size <= 2048:
        raise ValueError(f"size {size} is not within 64..2048")
    shape = SILHOUETTES.get(spec.silhouette)
    if shape is None:
        raise ValueError(f"no silhouette {spec.silhouette!r}")
    if spec.material and spec.material not in FEELS:
        raise ValueError(f"no material {spec.material!r}")
    if spec.pattern not in _PATTERNS:
        raise ValueError(f"no pattern {spec.pattern!r}")
    if not spec.colours:
        raise ValueError("a garment needs a colour")
    rng = np.random.default_rng([spec.seed & 0x7FFFFFFF, zlib.crc32(spec.silhouette.encode())])
    colours = (jittered(spec.colours[0], rng), *spec.colours[1:])
    material = spec.material or shape.materials[0]
    pattern = spec.pattern if shape.patterned else "solid"
    motif = pattern == "graphic" and shape.prints
    cloth = cloth_for(
        material=material, pattern="solid" if motif else pattern, colours=colours, family=shape.family, rng=rng
    )
    if SLOT_OF[shape.kind] in (Slot.SHOES, Slot.BAG, Slot.HAT, Slot.ACCESSORY):
        cloth = replace(cloth, feel=cloth.feel._replace(crease=cloth.feel.crease * 0.4))  # Moulded or stiffened.
    sheet = Sheet(size, rng=rng)
    shape.draw(Bench(sheet, cloth, colours, pattern, material, rng, motif))
    return _centred(_paired(sheet.finished(), shape.pair))


def _centred(drawing: Image.Image) -> Image.Image:
    box = drawing.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    if box is None:
        return drawing
    size = drawing.width
    out = Image.new("RGBA", drawing.size)
    out.paste(drawing.crop(box), ((size - box[2] + box[0]) // 2, (size - box[3] + box[1]) // 2))
    return out


def _paired(one: Image.Image, pair: str) -> Image.Image:
    """Lay the second shoe: behind the first in a side view, mirrored beside it in a view from above."""
    if not pair:
        return one
    size = one.width
    both = Image.new("RGBA", one.size)
    if pair == "mirror":
        near = round(size * 0.07)  # Shoes are set down closer than the shapes are drawn.
        one = ImageChops.offset(one, -near, 0)
        both.alpha_composite(ImageOps.mirror(one))
        both.alpha_composite(one)
        return both
    small = one.resize((round(size * 0.88),) * 2, Image.Resampling.LANCZOS)
    left, top = round(size * 0.11), round(size * -0.03)
    both.alpha_composite(small.crop((0, -top, small.width, small.height)), (left, 0))
    front = Image.new("RGBA", one.size)
    front.alpha_composite(small, (round(size * 0.01), round(size * 0.12)))
    shadow = Image.new("RGBA", one.size)
    fall = front.getchannel("A").filter(ImageFilter.GaussianBlur(size * 0.012))
    shadow.putalpha(ImageChops.multiply(fall.point(lambda a: a * 0.4), both.getchannel("A")))
    both.alpha_composite(shadow)
    both.alpha_composite(front)
    return both
