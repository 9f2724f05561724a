"""An occlusion map: what is warm is what the answer hangs on."""

import numpy as np
import pytest
from PIL import Image

from recommender.vision.explain import CELLS, blanked, explained, overlaid


def picture() -> Image.Image:
    """A light square with something dark in its upper right."""
    image = Image.new("RGB", (200, 300), (230, 230, 230))
    image.paste((10, 10, 10), (120, 20, 180, 90))
    return image


def darkness(pictures):
    """A network that sees a coat in whatever is dark."""
    shares = [float((np.asarray(one.convert("L")) < 80).mean()) for one in pictures]
    chances = [min(0.98, 0.02 + 12 * share) for share in shares]
    return [dict(sorted({"coat": p, "shirt": 1 - p}.items(), key=lambda pair: -pair[1])) for p in chances]


def test_blanking_what_is_warm_lowers_the_score_more_than_blanking_elsewhere():
    found = explained(picture(), darkness)
    assert (found.label, found.runner_up) == ("coat", "shirt") and found.heat.max() == pytest.approx(1)
    warm = found.heat >= np.sort(found.heat.ravel())[-6]
    cold = found.heat <= np.sort(found.heat.ravel())[5]
    (without_warm,), (without_cold,) = (darkness([blanked(picture(), cells)]) for cells in (warm, cold))
    assert without_warm["coat"] < 0.5 * found.confidence < without_cold["coat"]
    row, column = np.unravel_index(found.heat.argmax(), found.heat.shape)
    assert row <= 1 and column >= 3


def test_nothing_is_warm_where_nothing_matters():
    found = explained(picture(), lambda pictures: [{"coat": 0.7, "shirt": 0.3}] * len(pictures))
    assert not found.heat.any()


def test_who_says_nothing_is_not_explained():
    assert explained(picture(), lambda pictures: [{}] * len(pictures)) is None


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 7)])
def test_odd_pictures_have_a_map_too(size):
    found = explained(Image.new("RGBA", size, (0, 0, 0, 255)), darkness)
    assert found.heat.shape == (CELLS, CELLS) and np.isfinite(found.heat).all()
    assert max(overlaid(Image.new("RGBA", size), found.heat).size) <= 512


def test_a_cutout_is_blanked_by_taking_it_out_and_only_its_cloth_is_warm():
    cutout = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    cutout.paste((10, 10, 10, 255), (0, 0, 50, 100))
    everything = np.ones((CELLS, CELLS), bool)
    assert blanked(cutout, everything).getchannel("A").getextrema() == (0, 0)
    shown = np.asarray(overlaid(cutout, np.ones((CELLS, CELLS), np.float32))).astype(int)
    assert shown[50, 20, 0] - shown[50, 20, 2] > 60 and (shown[50, 80] == 255).all()
