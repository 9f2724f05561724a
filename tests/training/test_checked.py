"""The two hundred photos that somebody looked at, and the sheets for looking at cutouts."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.vision.facts import Cutout, GarmentFacts
from training.vision.contact_sheet import COLUMNS, ROWS, SIDE, Tile, write_sheets
from training.vision.evaluation import CHECKED, Photos
from training.vision.labels import HEADS


def answers() -> list[dict[str, str]]:
    with CHECKED.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_label_is_a_class_of_its_head() -> None:
    rows = answers()
    assert len({(row["source"], row["file"]) for row in rows}) == 200
    for row in rows:
        for head in ("pattern", "material", "sleeve", "length", "gender", "season"):
            assert set(filter(None, row[head].split("|"))) <= set(HEADS[head]), (row["file"], head)


@pytest.mark.weights
def test_no_network_trained_on_a_photo_it_is_measured_on(shared_data: Path) -> None:
    photos = Photos(shared_data, "validation", None)
    held = {(source, row["file"]) for source in ("closet_photos", "product_photos") for row, *_ in photos.of(source)}
    assert {(row["source"], row["file"]) for row in answers()} <= held


def test_sheets_show_each_photo_beside_its_cutout(tmp_path: Path) -> None:
    photo = Image.new("RGB", (300, 400), (200, 180, 150))
    alpha = np.zeros((400, 300), np.uint8)
    alpha[100:300, 80:220] = 255
    cutout = Cutout(
        Image.fromarray(np.dstack([np.full((400, 300, 3), 20, np.uint8), alpha]), "RGBA"), (0, 0, 300, 400), alpha
    )
    garment = GarmentFacts(1.0, (0, 0, 300, 400), "top", cutout, [], {}, None)
    tiles = [Tile(photo, garment, "0 shirt"), Tile(photo, None, "1 none")] * COLUMNS * ROWS
    sheets = write_sheets(tiles, tmp_path / "sheets")
    assert len(sheets) == 2
    pixels = np.asarray(Image.open(sheets[0]))
    assert pixels.shape[1] >= 2 * SIDE * COLUMNS
    assert (pixels == (235, 60, 235)).all(-1).any() and (pixels == 20).all(-1).any()
