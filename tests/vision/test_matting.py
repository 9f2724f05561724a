"""Edges, holes and empty masks."""

import warnings

import cv2
import numpy as np
import pytest
from PIL import Image

from recommender.vision.cutout.cutter import cut, from_alpha, whole_alpha
from recommender.vision.cutout.matting import decontaminate_edges, empty, filled, grabcut_refine, guided_filter
from recommender.vision.options import shipped_options
from recommender.vision.segmentation.regions import Region
from tests.fakes import FakeCutter
from tests.vision.pictures import shirt

OPTIONS = shipped_options().cutout


def truth(size: int) -> np.ndarray:
    return np.abs(np.asarray(shirt(size)).astype(int) - 235).sum(-1) > 40


def coarse(size: int, cells: int = 24) -> np.ndarray:
    small = cv2.resize(truth(size).astype(np.float32), (cells, cells), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), 0.6)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_guided_filter_moves_a_coarse_mask_to_the_garments_edge():
    rgb, rough = np.asarray(shirt(480)), coarse(480)
    before = cv2.resize(rough, (480, 480)) > 0.5
    after = guided_filter(rgb, rough, OPTIONS) > 127
    assert iou(after, truth(480)) > max(0.985, iou(before, truth(480)))


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_constant_mask_divides_nothing_by_zero(level):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        alpha = guided_filter(np.asarray(shirt(96)), np.full((24, 24), level, np.float32), OPTIONS)
    assert set(np.unique(alpha)) <= {0, 255}


def test_a_constant_picture_keeps_its_mask():
    alpha = guided_filter(np.full((96, 96, 3), 200, np.uint8), coarse(96), OPTIONS)
    assert iou(alpha > 127, truth(96)) > 0.85


def test_a_shirt_ends_under_a_jacket_of_its_colour():
    """No colour tells where, and the network wavers: its own edge, not a haze over both."""
    cloth = np.random.default_rng(1).integers(90, 100, (240, 240, 3)).astype(np.uint8)
    probability = np.tile(np.linspace(0.9, 0.1, 48, dtype=np.float32), (48, 1))
    alpha = guided_filter(cloth, probability, OPTIONS)
    assert (alpha[:, :110] == 255).all() and (alpha[:, 130:] == 0).all()
    assert float(((alpha > 0) & (alpha < 255)).mean()) < 0.08


def test_holes_of_the_garments_colour_are_filled_and_a_handles_gap_is_not():
    guide = np.full((60, 60, 3), 0.3, np.float32)  # a dark floor
    guide[10:50, 10:50] = 0.95  # a white shirt
    probability = np.zeros((60, 60), np.float32)
    probability[10:50, 10:50] = 1
    probability[22:30, 22:30] = 0.02  # missed cloth: white as the rest
    assert filled(probability, guide, OPTIONS)[25, 25] == 1
    guide[22:30, 22:30] = 0.3  # now the floor shows through
    assert filled(probability, guide, OPTIONS)[25, 25] < 0.5


def test_grabcut_removes_floor_where_segmentation_is_unsure():
    rough = coarse(320, 48)
    rough[36:46, 38:46] = 0.6  # a fold of the blanket
    assert grabcut_refine(np.asarray(shirt(320)), rough, OPTIONS).reshape(-1).max() > 0.9
    alpha = guided_filter(np.asarray(shirt(320)), grabcut_refine(np.asarray(shirt(320)), rough, OPTIONS), OPTIONS)
    assert alpha[270, 280] < 100
    assert iou(alpha > 127, truth(320)) > 0.95


def test_grabcut_removes_floor_that_coarse_segmentation_includes():
    rough = cv2.dilate(coarse(320, 48), np.ones((7, 7), np.uint8))  # overflows all around, into the armpits
    alpha = guided_filter(np.asarray(shirt(320)), grabcut_refine(np.asarray(shirt(320)), rough, OPTIONS), OPTIONS)
    assert iou(cv2.resize(rough, (320, 320)) > 0.5, truth(320)) < 0.8
    assert iou(alpha > 127, truth(320)) > 0.95


def test_grabcut_corrects_the_flat_lay_head_only_where_it_is_unsure():
    """The floor's colour on a sleeve is no floor to who saw the sleeve."""
    rgb, rough = np.asarray(shirt(320)).copy(), coarse(320, 48)
    rgb[140:180, 130:190] = rgb[4, 4]  # a print of the floor's colour
    rough[36:46, 38:46] = 0.6
    sure = cv2.resize(grabcut_refine(rgb, rough, OPTIONS, has_edges=True), (320, 320))
    assert sure[150:170, 140:180].min() > 0.9 and sure[270, 280] < 0.5


def test_grabcut_leaves_out_a_rug_of_the_garments_colour():
    rgb = np.asarray(shirt(320)).copy()
    colour = rgb[160, 160]
    rgb[300:, :120] = colour
    assert grabcut_refine(rgb, coarse(320, 48), OPTIONS)[-4:, :60].max() < 0.5


def test_grabcut_keeps_the_segmentation_where_garment_and_floor_share_a_colour():
    white = np.full((320, 320, 3), 244, np.uint8)
    rough = coarse(320, 48)
    assert iou(cv2.resize(grabcut_refine(white, rough, OPTIONS), (320, 320)) > 0.5, truth(320)) > 0.85


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_constant_mask_stays_as_it_is(level):
    rough = np.full((24, 24), level, np.float32)
    assert (grabcut_refine(np.asarray(shirt(96)), rough, OPTIONS) > 0.5).all() == (level > 0.5)


def test_no_floor_shines_through_a_soft_edge():
    rgb = np.full((80, 80, 3), 255, np.uint8)
    rgb[:, :40] = (10, 10, 10)
    rgb[:, 38:42] = 130  # the camera mixed both
    alpha = np.zeros((80, 80), np.uint8)
    alpha[:, :38] = 255
    alpha[:, 38:42] = 128
    assert decontaminate_edges(rgb, alpha)[:, 39].max() < 60


def test_a_photo_without_foreground_is_kept_whole_and_says_so():
    image = shirt(128)
    nothing = Region("top", 0.5, np.zeros((24, 24), np.float32), "top")
    kept = cut(image, nothing, FakeCutter(), OPTIONS, alone=True)
    assert kept.whole and kept.image.size == image.size and kept.alpha.min() == 255
    assert empty(np.zeros((10, 10), np.uint8), OPTIONS)


def test_a_cutout_is_cropped_and_goes_back_to_its_place():
    image = shirt(256)
    cutout = cut(image, Region("top", 0.9, coarse(256), "top"), FakeCutter(), OPTIONS, alone=True)
    assert not cutout.whole and cutout.image.mode == "RGBA"
    back = np.asarray(whole_alpha(cutout, (512, 512), 2.0))
    assert back.shape == (512, 512)
    assert iou(back > 127, truth(512)) > 0.97


def test_a_drawn_mask_is_taken_as_it_is():
    alpha = np.zeros((128, 128), np.uint8)
    alpha[32:96, 32:96] = 255
    cutout = from_alpha(Image.new("RGB", (128, 128), "teal"), alpha, (0, 0, 128, 128), OPTIONS)
    assert cutout.box == (32, 32, 96, 96)
