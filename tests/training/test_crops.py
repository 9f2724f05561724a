"""How garments are pushed about before a describer sees them, on two drawn photos."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.training.crops import CLOSET, STILL, STRONG, Crop, CropReader, Distortion
from recommender.training.packs import Pack

RED, GREEN, BLUE = (200, 20, 20), (20, 200, 20), (20, 20, 200)


@pytest.fixture
def reader() -> CropReader:
    """A red garment in the middle of a green floor, its mask, and a blue floor elsewhere."""
    photo, mask = np.full((120, 90, 3), GREEN, np.uint8), np.zeros((120, 90), np.uint8)
    photo[30:90, 25:65], mask[30:90, 25:65] = RED, 255
    row = {"file": "1.webp", "offset": 0, "height": 120, "width": 90}
    return CropReader({"closet": Pack([row], photo.ravel())}, [np.full((40, 40, 3), BLUE, np.uint8)], {0: mask})


@pytest.fixture
def garment() -> Crop:
    return Crop("closet", 0, (0, 0, 90, 120), {}, validation=False, article="closet T-Shirt")


def share(picture: np.ndarray, colour: tuple[int, int, int]) -> float:
    return float((np.abs(picture.astype(int) - colour).max(-1) < 40).mean())


def test_a_garment_may_lie_on_another_floor(reader: CropReader, garment: Crop) -> None:
    how = replace(STILL, floor=1.0)
    picture = reader.draw(garment, 96, how, np.random.default_rng(1), cut=0.0)
    assert share(picture, RED) > 0.4 and share(picture, BLUE) > 0.2 and share(picture, GREEN) < 0.02


def test_a_strong_push_shows_where_a_garment_ends(reader: CropReader, garment: Crop) -> None:
    def cut_off(how: Distortion) -> float:
        rng = np.random.default_rng(2)
        how = replace(how, hue=0, grey=0, brightness=0, gain=0, cutout=0, blur=0, floor=0)
        pictures = [reader.draw(garment, 96, how, rng, cut=1.0) for _ in range(80)]
        edges = [np.concatenate([one[0], one[-1], one[:, 0], one[:, -1]])[None] for one in pictures]
        return float(np.mean([share(edge, RED) > 0.05 for edge in edges]))

    assert cut_off(STRONG) < 0.7 * cut_off(CLOSET)


def test_the_same_seed_draws_the_same_crop(reader: CropReader, garment: Crop) -> None:
    for how in (CLOSET, STRONG):
        one, two = (reader.draw(garment, 64, how, np.random.default_rng(5), cut=0.5, tight=0.5) for _ in range(2))
        assert np.array_equal(one, two)


def test_a_colour_may_turn_and_fade(reader: CropReader, garment: Crop) -> None:
    grey = reader.draw(garment, 64, replace(STILL, grey=1.0), np.random.default_rng(3), cut=1.0)
    assert np.ptp(grey.astype(int), axis=-1).max() == 0
    turned = reader.draw(garment, 64, replace(STILL, hue=60), np.random.default_rng(3), cut=1.0)
    assert share(turned, RED) < share(reader.draw(garment, 64, STILL, np.random.default_rng(3), cut=1.0), RED)
