"""How garments are pushed about before a classifier sees them, on two drawn photos."""

from dataclasses import replace

import numpy as np
import pytest

from training.vision.augmentations import repainted
from training.vision.crops import CLOSET, REPAINTED, STILL, STRONG, Crop, CropReader, Distortion, tagged_crops
from training.vision.packs import Pack
from training.vision.parts import NUMBER

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


def test_a_strong_augmentation_keeps_the_mask_on_the_garment(reader: CropReader, garment: Crop) -> None:
    def cut_off(how: Distortion) -> float:
        rng = np.random.default_rng(2)
        how = replace(how, hue=0, grey=0, brightness=0, gain=0, cutout=0, blur=0, floor=0)
        pictures = [reader.draw(garment, 96, how, rng, cut=1.0) for _ in range(80)]
        edges = [np.concatenate([one[0], one[-1], one[:, 0], one[:, -1]])[None] for one in pictures]
        return float(np.mean([share(edge, RED) > 0.05 for edge in edges]))

    assert cut_off(STRONG) < 0.7 * cut_off(CLOSET)


def test_the_same_seed_draws_the_same_crop(reader: CropReader, garment: Crop) -> None:
    for how in (CLOSET, STRONG, REPAINTED):
        one, two = (reader.draw(garment, 64, how, np.random.default_rng(5), cut=0.5, tight=0.5) for _ in range(2))
        assert np.array_equal(one, two)


def test_a_colour_may_turn_and_fade(reader: CropReader, garment: Crop) -> None:
    grey = reader.draw(garment, 64, replace(STILL, grey=1.0), np.random.default_rng(3), cut=1.0)
    assert np.ptp(grey.astype(int), axis=-1).max() == 0
    turned = reader.draw(garment, 64, replace(STILL, hue=60), np.random.default_rng(3), cut=1.0)
    assert share(turned, RED) < share(reader.draw(garment, 64, STILL, np.random.default_rng(3), cut=1.0), RED)


def test_repainting_changes_colours_and_keeps_the_cut() -> None:
    photo = np.full((60, 60, 3), (230, 230, 235), np.uint8)
    photo[15:45, 20:40] = RED
    rng = np.random.default_rng(4)
    seen = [repainted(photo, rng) for _ in range(30)]
    for picture in seen:
        garment, floor = picture[15:45, 20:40].reshape(-1, 3), picture[:15].reshape(-1, 3)
        assert (garment == garment[0]).all() and (floor == floor[0]).all() and not np.array_equal(garment[0], floor[0])
    assert np.mean([share(picture, RED) > 0.1 for picture in seen]) < 0.3
    darker = [picture[30, 30].astype(int).sum() < picture[0, 0].astype(int).sum() for picture in seen]
    assert 0.5 < np.mean(darker) < 1, "now and then a negative"


def test_tags_name_what_a_label_map_outlines_where_one_tag_alone_can_be_meant() -> None:
    parts = np.zeros((120, 60), np.uint8)
    parts[10:50, 10:50], parts[60:110, 10:50], parts[0:3, 0:3] = NUMBER["top"], NUMBER["bottom"], NUMBER["hat"]

    def told(file: str, tags: str) -> dict[str, tuple[int, int, int, int]]:
        row = {"file": file, "tags": tags, "offset": 0, "height": 120, "width": 60}
        return {c.article: c.box for c in tagged_crops(Pack([row], np.zeros(1, np.uint8)), {0: parts})}

    assert told("0902.webp", "hair hat skin skirt sweater") == {
        "street skirt": (10, 60, 50, 110),
        "street sweater": (10, 10, 50, 50),
    }, "the hat is too small to be seen"
    assert set(told("0902.webp", "shirt skirt sweater")) == {"street skirt"}, "which of the two is the top is not told"
    assert not told("0903.webp", "skirt sweater"), "a photo that validates"


def test_what_a_label_map_outlines_can_be_cut_out(garment: Crop) -> None:
    photo, parts = np.full((120, 90, 3), GREEN, np.uint8), np.zeros((120, 90), np.uint8)
    photo[30:90, 25:65], parts[30:90, 25:65] = RED, NUMBER["dress"]
    row = {"file": "902.webp", "tags": "dress", "offset": 0, "height": 120, "width": 90}
    pack = Pack([row], photo.ravel())
    reader = CropReader({"street": pack}, worn={0: parts})
    [dress] = tagged_crops(pack, reader.worn)
    picture = reader.draw(dress, 96, STILL, np.random.default_rng(1), cut=1.0)
    assert share(picture, RED) > 0.4 and share(picture, GREEN) < 0.03
