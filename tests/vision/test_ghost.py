"""A garment in pieces is shown on whoever wears it, faintly."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from imaging.webp import webp
from recommender.vision import pipeline
from recommender.vision.cutout.cutter import from_alpha
from recommender.vision.cutout.ghost import ghosted, in_pieces, without_ghost
from recommender.vision.describe.classifier import letterboxed
from recommender.vision.facts import Box
from recommender.vision.options import shipped_options
from tests.fakes import FakeDetector, fake_engine
from tests.vision.pictures import encoded, opened

OPTIONS = shipped_options()
COAT, SHIRT, STREET = (40, 60, 160), (230, 220, 60), (225, 225, 220)
WHERE = np.zeros((200, 150), np.uint8)
WHERE[40:160, 30:55] = WHERE[40:160, 95:120] = 255  # its two fronts


def open_coat() -> Image.Image:
    """A blue coat worn open over a yellow shirt."""
    image = Image.new("RGB", (150, 200), STREET)
    image.paste(SHIRT, (30, 30, 120, 170))
    image.paste(COAT, (30, 40, 55, 160))
    image.paste(COAT, (95, 40, 120, 160))
    return image


def worn_by() -> np.ndarray:
    body = np.zeros((50, 38), np.float32)
    body[7:43, 7:31] = 1
    return body


@pytest.fixture
def coat():
    return from_alpha(open_coat(), WHERE, (0, 0, 150, 200), OPTIONS.cutout)


def test_an_open_coat_is_in_pieces_and_trousers_are_not():
    trousers = np.pad(np.full((100, 60), 255, np.uint8), 10)
    trousers[50:, 35:50] = 0
    assert in_pieces(WHERE, "outer", OPTIONS.ghost) and in_pieces(WHERE, "top", OPTIONS.ghost)
    assert not in_pieces(trousers, "bottom", OPTIONS.ghost)
    assert not in_pieces(np.zeros((20, 20), np.uint8), "top", OPTIONS.ghost)


def test_a_crop_fades_the_wearer_and_removes_the_background(coat):
    shown = np.asarray(ghosted(coat, open_coat(), worn_by(), [], OPTIONS.ghost))
    assert shown.shape == (*coat.alpha.shape, 4)
    assert (shown[coat.alpha == 255, 3] == 255).all() and (shown[60, 10, :3] == COAT).all()
    between = shown[60, 45]
    assert tuple(between[:3]) == SHIRT and 60 <= between[3] <= 80
    nobody = np.asarray(ghosted(coat, open_coat(), np.zeros((50, 38), np.float32), [], OPTIONS.ghost))
    assert (nobody[..., 3] == coat.alpha).all()


def test_a_crop_removes_the_face(coat):
    face = Box(60, 60, 90, 100)
    shown = np.asarray(ghosted(coat, open_coat(), worn_by(), [face], OPTIONS.ghost))
    assert not shown[20:60, 30:60, 3].any()


def test_classifier_sees_the_garment_without_its_wearer(coat):
    stored = opened(webp(ghosted(coat, open_coat(), worn_by(), [], OPTIONS.ghost)))
    alone = without_ghost(stored)
    assert (np.asarray(alone)[60, 35:55, 3] == 0).all()
    difference = np.abs(letterboxed(alone, 64, 64).astype(int) - letterboxed(coat.image, 64, 64)).mean()
    assert difference < 4


class Worn(FakeDetector):
    """Finds the coat, on a body."""

    def __call__(self, image, faces):
        seen = super().__call__(image, [Box(0, 0, 1, 1)])
        there = (np.abs(np.asarray(image).astype(int) - COAT) < 12).all(-1)
        return replace(seen, regions=[self._region("outer", there)], body=worn_by())


@pytest.mark.parametrize("is_open", [True, False])
def test_a_garment_in_pieces_is_cropped_as_worn_and_classified_alone(is_open):
    image = open_coat()
    if not is_open:
        image.paste(COAT, (30, 40, 120, 160))
    (garment,) = pipeline.analyse(encoded(image, "PNG"), engine=replace(fake_engine(), detector=Worn())).garments
    assert (garment.ghost is not None) == is_open
    assert garment.picture.size == garment.cutout.image.size
    assert [colour.name for colour in garment.colours] == ["blue"]
