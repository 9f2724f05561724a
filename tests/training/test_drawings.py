"""Garments drawn for the network that judges by cut alone."""

import numpy as np
import pytest

from training.vision.augmentations import sewn_anew
from training.vision.crops import CLOSET, STILL, Crop
from training.vision.drawings import DrawingReader
from training.vision.packs import Pack
from training.vision.splits import validation_senders


def photo(number: int) -> dict[str, object]:
    return {"file": f"{number}.webp", "offset": 0, "height": 120, "width": 90, "sender_id": str(number)}


@pytest.fixture
def reader() -> DrawingReader:
    """A striped garment, 40 by 60, on a green floor, and its mask."""
    picture, mask = np.full((120, 90, 3), (20, 200, 20), np.uint8), np.zeros((120, 90), np.uint8)
    picture[30:90, 25:65], mask[30:90, 25:65] = (200, 20, 20), 255
    picture[30:90:6, 25:65] = (20, 20, 200)
    return DrawingReader({"closet": Pack([photo(1)], picture.ravel())}, [], {0: mask})


@pytest.fixture
def garment() -> Crop:
    return Crop("closet", 0, (0, 0, 90, 120), {}, validation=False, article="closet T-Shirt")


def test_a_drawing_shows_the_outline_and_no_colour(reader: DrawingReader, garment: Crop) -> None:
    picture = reader.draw(garment, 100, STILL, np.random.default_rng(7), cut=0.0)
    assert np.ptp(picture.astype(int), axis=-1).max() == 0
    inside = picture[..., 0] < 250
    assert inside.any(1).sum() == pytest.approx(94, abs=2) and inside.any(0).sum() == pytest.approx(63, abs=2)


def test_the_same_seed_draws_the_same_drawing(reader: DrawingReader, garment: Crop) -> None:
    one, two, other = (reader.draw(garment, 64, CLOSET, np.random.default_rng(seed), cut=0.0) for seed in (8, 8, 9))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


def test_what_nobody_outlined_cannot_be_drawn(reader: DrawingReader, garment: Crop) -> None:
    with pytest.raises(ValueError, match="outlined"):
        DrawingReader(reader.packs).draw(garment, 64, STILL, np.random.default_rng(1), cut=0.0)


def test_another_cloth_keeps_the_folds() -> None:
    folded = np.full((60, 60, 3), 90, np.uint8)
    folded[:, 30] = 40
    cloth = np.full((60, 60, 3), 120, np.uint8)
    cloth[::6] = 200
    sewn = sewn_anew(folded, cloth).astype(int)
    assert (sewn[::6, :20] > sewn[3::6, :20] + 50).all()  # the new stripes
    assert (sewn[3::6, 30] < sewn[3::6, 10] - 30).all()  # the old fold


def test_cloth_is_never_taken_from_photos_that_validate(reader: DrawingReader) -> None:
    rows = [photo(number) for number in range(40)]
    held = validation_senders(rows)
    pack = Pack(rows, reader.packs["closet"].image(0).ravel())
    lending = DrawingReader({"closet": pack}, masks=dict.fromkeys(range(40), reader.masks[0])).cloths
    assert held and len(lending) > 20
    assert {rows[number]["sender_id"] for number in lending}.isdisjoint(held)
