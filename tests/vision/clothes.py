"""Cutouts whose landmarks are known, drawn as polygons."""

from PIL import Image, ImageDraw

SHIRT = (
    (150, 40),
    (250, 40),
    (380, 110),
    (350, 190),
    (290, 160),
    (290, 400),
    (110, 400),
    (110, 160),
    (50, 190),
    (20, 110),
)
TROUSERS = ((110, 20), (290, 20), (320, 560), (250, 560), (200, 180), (150, 560), (80, 560))
SKIRT = ((130, 20), (270, 20), (360, 380), (40, 380))


def cutout(
    outline: tuple[tuple[int, int], ...], colour: str = "navy", size: tuple[int, int] = (400, 600)
) -> Image.Image:
    picture = Image.new("RGBA", size)
    ImageDraw.Draw(picture).polygon(outline, fill=colour)
    return picture
