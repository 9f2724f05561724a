"""Small pictures drawn for the tests: cheap, exact, nobody's."""

import io

import numpy as np
from PIL import Image, ImageDraw


def shirt(size: int = 160, colour: tuple[int, int, int] = (180, 30, 40), floor: int = 235) -> Image.Image:
    """A T-shaped garment in one colour on a plain floor."""
    image = Image.new("RGB", (size, size), (floor, floor, floor))
    unit = size / 16
    outline = [(3, 3), (6, 2), (10, 2), (13, 3), (15, 7), (12, 8), (12, 14), (4, 14), (4, 8), (1, 7)]
    ImageDraw.Draw(image).polygon([(x * unit, y * unit) for x, y in outline], fill=colour)
    return image


def noise(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
