"""Contact sheets of cutouts: whether an edge is clean, only somebody who looks can say.

`python manage.py evaluate_vision --only cutouts --sheets var/cutouts` draws a hundred held-back closet photos, each
beside its cutout on a colour that no garment has, 25 a sheet, numbered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from recommender.vision.facts import GarmentFacts

SIDE = 190
COLUMNS = ROWS = 5
_LINE = 14
_GAP = 6
_GROUND = (235, 60, 235)


@dataclass(frozen=True)
class Tile:
    """A photo, its largest garment if there is one, and a caption."""

    photo: Image.Image
    garment: GarmentFacts | None
    caption: str


def draw_tile(tile: Tile) -> Image.Image:
    """Photo and cutout side by side, the caption above."""
    canvas = Image.new("RGB", (2 * SIDE + _GAP, SIDE + _LINE), "white")
    ImageDraw.Draw(canvas).text((2, 1), tile.caption, fill="black")
    photo = tile.photo.convert("RGB")
    photo.thumbnail((SIDE, SIDE))
    canvas.paste(photo, (0, _LINE))
    ground = Image.new("RGB", (SIDE, SIDE), _GROUND)
    if tile.garment is not None and tile.garment.cut:
        cutout = tile.garment.cutout.image.copy()
        cutout.thumbnail((SIDE, SIDE))
        ground.paste(cutout, ((SIDE - cutout.width) // 2, (SIDE - cutout.height) // 2), cutout)
    canvas.paste(ground, (SIDE + _GAP, _LINE))
    return canvas


def write_sheets(tiles: Sequence[Tile], folder: Path) -> list[Path]:
    """Draw all tiles, `COLUMNS` x `ROWS` a sheet; returns the paths of the PNGs."""
    folder.mkdir(parents=True, exist_ok=True)
    width, height = 2 * SIDE + 2 * _GAP, SIDE + _LINE + _GAP
    paths = []
    for start in range(0, len(tiles), COLUMNS * ROWS):
        sheet = Image.new("RGB", (COLUMNS * width, ROWS * height), "white")
        for place, tile in enumerate(tiles[start : start + COLUMNS * ROWS]):
            sheet.paste(draw_tile(tile), (place % COLUMNS * width, place // COLUMNS * height))
        paths.append(folder / f"cutouts-{start // (COLUMNS * ROWS) + 1}.png")
        sheet.save(paths[-1])
    return paths
