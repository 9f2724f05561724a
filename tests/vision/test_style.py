"""A garment's style follows from what it is; a look's is the figure's, corrected by what is worn."""

import numpy as np
import pytest

from catalog.taxonomy import STYLES
from recommender.vision.describe.style import garment_style, look_style, table
from recommender.vision.segmentation.parser import Maps, Parsing
from recommender.vision.segmentation.pooled import POOLED, look_features


@pytest.mark.parametrize(
    ("scores", "style"),
    [
        ({"kind": {"blazer": 0.9, "jacket": 0.1}, "usage": {"formal": 1.0}}, "formal"),
        ({"kind": {"sweatpants": 1.0}, "usage": {"sports": 1.0}}, "sporty"),
        ({"kind": {"hoodie": 1.0}, "pattern": {"graphic": 1.0}}, "street"),
        ({"kind": {"dress": 1.0}, "pattern": {"solid": 1.0}}, "girlish"),
    ],
)
def test_a_garment_is_of_the_style_whose_looks_hold_it_oftenest(scores, style):
    said = garment_style(scores)
    assert next(iter(said)) == style
    assert sum(said.values()) == pytest.approx(1)
    assert set(said) == {term.slug for term in STYLES}


def test_a_garment_of_which_nothing_is_known_is_of_every_style_alike():
    assert list(garment_style({}).values()) == pytest.approx([1 / len(STYLES)] * len(STYLES))


FIGURE = {term.slug: 0.3 for term in STYLES}


def test_the_clothes_move_the_six_styles_they_were_learnt_for_and_no_other():
    width = np.shape(table()["look"]["weights"])[1]
    look = np.random.default_rng(0).random(width).astype(np.float32)
    said = look_style(FIGURE, look)
    assert {style for style, probability in said.items() if probability == pytest.approx(0.3)} == {"girlish", "chic"}
    assert all(0 < probability < 1 for probability in said.values())
    assert list(said.values()) == sorted(said.values(), reverse=True)


def test_without_features_the_figure_speaks_alone():
    assert look_style(FIGURE, None) == FIGURE


def test_features_are_pooled_over_the_clothes_and_not_over_the_ground():
    classes = np.full((3, 16, 16), 0.01, np.float32)
    classes[0], classes[1, 4:12, 4:12] = 0.98, 0.98
    classes[0, 4:12, 4:12] = 0.01
    labels = ("background", "top", "shoes")
    coarse, deep = np.ones((2, 4, 4), np.float32), np.ones((3, 2, 2), np.float32)
    coarse[0, 1:3, 1:3] = 5
    maps = Maps(np.zeros((1, 8, 8), np.float32), coarse, (8.0, 8.0), deep)
    found = look_features(Parsing(classes / classes.sum(0), labels, {}, None, maps))
    assert len(found) == 2 * (2 + 3) * len(POOLED)
    assert found[0] > 4.5 and found[1] == pytest.approx(1)  # of all clothes
    upper = found[4:8]
    assert upper[0] > 4.5 and upper[2] < 1 and upper[3] == pytest.approx(0)
    assert look_features(Parsing(classes, labels, {}, None, None)) is None


def test_the_table_fits_its_features_and_says_where_it_comes_from():
    record = table()
    assert np.shape(record["look"]["weights"]) == (6, 2 * (112 + 320) * len(POOLED))
    for known in ("key", "licence", "training_data", "metrics", "notes", "rebuild"):
        assert record[known]
