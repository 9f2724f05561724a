"""A garment's style follows from what it is; a look's is the figure's, corrected by what is worn."""

import numpy as np
import pytest

from catalog.taxonomy import STYLES
from recommender.vision.describe.style import garment_style, look_style, outfit_facts, table


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


def test_what_is_worn_moves_the_six_styles_it_was_learnt_for_and_no_other():
    figure = {term.slug: 0.3 for term in STYLES}
    said = look_style(figure, [])
    assert {style for style, probability in said.items() if probability == pytest.approx(0.3)} >= {"girlish", "chic"}
    assert all(0 < probability < 1 for probability in said.values())


def test_the_table_fits_its_facts_and_says_where_it_comes_from():
    record = table()
    assert np.shape(record["look"]["weights"]) == (6, len(outfit_facts([])))
    for known in ("key", "licence", "training_data", "metrics", "rebuild"):
        assert record[known]
