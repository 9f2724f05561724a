"""The outline by the refinement network: what it is fed, when it is believed, and what the network that ships opens."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from recommender.vision.cards import WEIGHTS
from recommender.vision.cutout.cutter import cut
from recommender.vision.cutout.refinement import (
    Refinement,
    RefinementOptions,
    RefiningCutter,
    full_size,
    main_pieces,
    refinement_input,
    within_reach,
    without_dust,
)
from recommender.vision.models import Models
from recommender.vision.options import shipped_options
from recommender.vision.segmentation.regions import Region
from tests.vision.tiny_networks import write_refinement

OPTIONS = shipped_options().cutout


def trousers(size: int = 320, floor: int = 205) -> tuple[Image.Image, np.ndarray]:
    """Dark trousers on a grainy floor, the legs apart, and where they are: (h, w) bool."""
    unit = size / 16
    outline = [(5, 2), (11, 2), (13, 14), (10, 14), (8, 6), (6, 14), (3, 14)]
    drawn = Image.new("L", (size, size), 0)
    ImageDraw.Draw(drawn).polygon([(x * unit, y * unit) for x, y in outline], fill=255)
    cloth = np.asarray(drawn) > 127
    grain = np.random.default_rng(3).normal(0, 5, (size, size, 1))
    pixels = np.where(cloth[..., None], np.array([46, 58, 92]), np.array([floor, floor - 12, floor - 26])) + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), cloth


def closed(cloth: np.ndarray, cells: int = 48) -> np.ndarray:
    """A coarse mask of the trousers with the floor between the legs in it."""
    wide = cv2.morphologyEx(np.pad(cloth.astype(np.uint8), 128), cv2.MORPH_CLOSE, np.ones((61, 61), np.uint8))
    hull = wide[128:-128, 128:-128]
    return cv2.GaussianBlur(
        cv2.resize(hull.astype(np.float32), (cells, cells), interpolation=cv2.INTER_AREA), (0, 0), 0.8
    )


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def tiny(folder: Path, **changes: float) -> RefiningCutter:
    write_refinement(folder, **changes)
    return RefiningCutter(Refinement(Models(), folder), OPTIONS)


def test_a_crop_is_fed_at_its_own_shape_with_zeros_beyond_it(tiny_weights):
    network = Refinement(Models(), tiny_weights)
    feed, rows, columns = refinement_input(
        np.full((300, 200, 3), 255, np.uint8), np.ones((24, 16), np.float32), network.card.input, network.options
    )
    assert (rows, columns) == (96, 64) and feed.shape == (1, 4, 96, 64)
    small, rows, columns = refinement_input(
        np.full((20, 30, 3), 255, np.uint8), np.ones((10, 15), np.float32), network.card.input, network.options
    )
    assert (rows, columns) == (30, 45) and small.shape == (1, 4, 32, 64), "a thumbnail is not enlarged without end"
    assert not small[0, :, 30:].any() and not small[0, :, :, 45:].any()
    assert small[0, :, :30, :45].all()


def test_what_the_coarse_mask_closed_is_open_in_the_cutout(tmp_path):
    image, cloth = trousers()
    alpha = tiny(tmp_path)(image, closed(cloth), alone=True)
    assert iou(cv2.resize(closed(cloth), (320, 320)) > 0.5, cloth) < 0.9
    assert iou(alpha > 127, cloth) > 0.97 and alpha[250, 160] == 0


def test_a_network_that_means_something_else_is_not_believed(tmp_path):
    image, cloth = trousers()
    coarse = cv2.GaussianBlur(cv2.resize(cloth.astype(np.float32), (64, 64), interpolation=cv2.INTER_AREA), (0, 0), 0.6)
    alpha = tiny(tmp_path, gain=-30.0)(image, coarse, alone=True)  # what is light
    assert iou(alpha > 127, cloth) > 0.95


def test_nothing_coarse_is_nothing_cut_out(tmp_path):
    image, _ = trousers(96)
    assert not tiny(tmp_path)(image, np.zeros((24, 24), np.float32), alone=True).any()


def test_a_cutout_is_taken_with_the_margin_its_network_wants(tmp_path):
    image, cloth = trousers()
    coarse = cv2.resize(cloth.astype(np.float32), (64, 64), interpolation=cv2.INTER_AREA)
    coarse[:20] = 0  # the waist was missed
    cutout = cut(image, Region("bottom", 0.9, coarse, "bottom"), tiny(tmp_path, margin=1.6), OPTIONS, alone=True)
    assert cutout.box[1] < 60


def test_floor_away_from_the_garment_is_no_part_of_it_and_certain_cloth_has_no_hole(tiny_weights):
    options = Refinement(Models(), tiny_weights).options
    coarse = np.zeros((100, 100), np.float32)
    coarse[20:60, 20:60] = 1.0
    coarse[50:58, 35:45] = 0.6
    alpha = (coarse > 0).astype(np.float32)
    alpha[66:70, 30:40] = alpha[85:95, 85:95] = 1  # a tile beside it, an ornament of the rug
    alpha[60:64, 30:40] = 1  # a hem that the coarse mask missed
    alpha[30:36, 30:36] = 0  # a light print
    alpha[52:56, 38:42] = 0  # the gap of a handle
    drawn = within_reach(alpha, coarse, options)
    assert drawn[67, 35] == 0 and drawn[90, 90] == 0 and drawn[61, 35] == 1
    assert drawn[33, 33] == 1 and drawn[54, 40] == 0


def test_an_ornament_of_the_rug_is_no_second_shoe():
    alpha = np.zeros((100, 100), np.float32)
    alpha[10:50, 10:40] = alpha[10:50, 60:90] = alpha[80:90, 80:90] = 1
    kept = main_pieces(alpha, OPTIONS.min_piece)
    assert kept[20, 20] and kept[20, 70] and not kept[85, 85]


def test_dust_goes_and_a_second_shoe_stays():
    alpha = np.zeros((100, 100), np.float32)
    alpha[10:60, 10:50] = alpha[10:60, 60:90] = 1.0
    alpha[80:82, 80:82] = 0.9  # a crumb
    alpha[30:32, 30:32] = 0.1  # a pinhole
    clean = without_dust(alpha, 0.003)
    assert clean[30, 30] == 1 and clean[80, 80] == 0
    assert clean[20, 20] == clean[20, 70] == 1 and clean[20, 55] == 0


def test_the_edge_of_a_large_photo_is_sought_at_full_size():
    image, cloth = trousers(960)
    small = cv2.resize(cloth.astype(np.float32), (120, 120), interpolation=cv2.INTER_AREA)
    drawn = full_size(small, np.asarray(image), OPTIONS, 1.6) > 127
    assert iou(drawn, cloth) > max(0.985, iou(cv2.resize(small, (960, 960)) > 0.5, cloth))


def test_options_that_a_card_lacks_are_named():
    with pytest.raises(ValueError, match="margin"):
        RefinementOptions.read({"side": 512})


@pytest.mark.weights
def test_the_network_that_ships_opens_the_floor_between_the_legs():
    if not (WEIGHTS / "refinement.onnx").is_file():
        pytest.skip("the network is not built yet (python -m training refinement)")
    image, cloth = trousers()
    alpha = RefiningCutter(Refinement(Models()), OPTIONS)(image, closed(cloth), alone=True)
    assert iou(alpha > 127, cloth) > 0.95 and alpha[250, 160] < 30
