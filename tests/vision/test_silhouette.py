"""Garments as drawings, and what a network of a few numbers reads from them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.vision.describe.silhouette import FILLED, OnnxSilhouetteClassifier, drawing
from recommender.vision.models import ModelMissing, Models


def cutout(colour: tuple[int, int, int], *, tall: int = 200, wide: int = 100, seam: int = -40) -> Image.Image:
    """A plain rectangle of cloth with a darker (or lighter) seam down its middle."""
    rgba = np.zeros((tall, wide, 4), np.uint8)
    rgba[..., :3], rgba[..., 3] = colour, 255
    rgba[:, wide // 2 - 2 : wide // 2 + 2, :3] = np.clip(np.array(colour) + seam, 0, 255)
    return Image.fromarray(rgba)


def test_a_drawing_knows_no_colour():
    red, sand = (drawing(cutout(colour), 128).astype(int) for colour in ((160, 60, 70), (190, 180, 150)))
    assert (red == red[..., :1]).all()
    assert np.abs(red - sand).mean() < 3


def test_a_drawing_keeps_outline_and_seams():
    picture = drawing(cutout((90, 90, 90)), 128)[..., 0]
    inside = picture < 250
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    assert len(rows) == pytest.approx(FILLED * 128, abs=2) and len(columns) == pytest.approx(len(rows) / 2, abs=2)
    assert (picture[:, :20] == 255).all()
    assert picture[64, 64] < picture[64, 50] - 40


def test_the_noise_of_plain_cloth_is_no_pattern():
    rng = np.random.default_rng(1)
    noisy = np.asarray(cutout((120, 120, 120), seam=0)).copy()
    noisy[..., :3] = np.clip(noisy[..., :3] + rng.normal(0, 2, noisy.shape[:2])[..., None], 0, 255)
    picture = drawing(Image.fromarray(noisy), 128)[..., 0]
    assert picture[20:108, 50:78].std() < 12


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (900, 3)])
def test_any_cutout_can_be_drawn(size: tuple[int, int]):
    for alpha in (0, 255):
        picture = drawing(Image.new("RGBA", size, (10, 200, 30, alpha)), 64)
        assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8
        assert alpha or (picture == 255).all()


def test_a_reader_tells_what_its_network_says(tiny_weights: Path):
    small, large = OnnxSilhouetteClassifier(Models(), tiny_weights)(
        [cutout((80, 80, 80), wide=20), cutout((80, 80, 80), wide=200)]
    )
    assert next(iter(small["kind"])) == "skirt" and next(iter(large["kind"])) == "shirt"
    assert sum(large["kind"].values()) == pytest.approx(1)


def test_a_reader_without_weights_says_what_is_missing(tmp_path: Path):
    with pytest.raises(ModelMissing, match=r"silhouette\.json"):
        OnnxSilhouetteClassifier(Models(), tmp_path)([cutout((1, 2, 3))])
