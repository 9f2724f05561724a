"""The front page's picture: `python -m training.flatlay.hero static/img/hero.webp` draws it again."""

from __future__ import annotations

import sys

from PIL import Image

from catalog.colour import LAB
from catalog.demo.scene import ground, lay
from catalog.flatlay import GarmentSpec
from training.flatlay.garment import draw_garment

# Shape, colours, pattern, material, seed; then centre, height (in shares of the picture) and turn.
_PIECES = (
    ("trench", ("beige",), "solid", "cotton", 10, 0.205, 0.44, 0.80, 3),
    ("wide-jeans", ("navy",), "solid", "denim", 9, 0.585, 0.70, 0.66, -2),
    ("t-shirt", ("white", "navy"), "stripe", "cotton", 2, 0.515, 0.285, 0.44, -4),
    ("pleated-skirt", ("burgundy",), "solid", "wool", 5, 0.865, 0.60, 0.36, 4),
    ("cardigan", ("mustard",), "solid", "knit", 12, 0.84, 0.245, 0.40, 5),
    ("loafers", ("brown",), "solid", "leather", 4, 0.80, 0.905, 0.20, -8),
    ("sneakers", ("white", "green"), "solid", "leather", 1, 0.36, 0.90, 0.155, 4),
    ("handbag", ("black",), "solid", "leather", 3, 0.365, 0.665, 0.235, -5),
    ("sunglasses", ("brown",), "solid", "synthetic", 3, 0.115, 0.92, 0.075, -9),
    ("watch", ("brown",), "solid", "leather", 29, 0.955, 0.86, 0.20, 12),
)


def hero(width: int = 960, height: int = 816) -> Image.Image:
    """Ten pieces on paper, RGB."""
    picture = ground("paper", width * 3 // 2, height * 3 // 2).copy()
    for shape, colours, pattern, material, seed, x, y, tall, turn in _PIECES:
        spec = GarmentSpec(shape, tuple(LAB[colour] for colour in colours), pattern, material, seed)
        lay(picture, draw_garment(spec, size=1000), at=(x, y), height=tall, turn=turn)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    hero().save(sys.argv[1], "WEBP", quality=86, method=6)
