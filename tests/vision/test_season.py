"""A garment's seasons follow from what it is, not from when a shop sold it."""

import pytest

from recommender.vision.describe.classifier import with_derived_heads
from recommender.vision.describe.season import garment_seasons


@pytest.mark.parametrize(
    ("scores", "best", "least"),
    [
        ({"kind": {"dress": 1.0}, "sleeve": {"none": 1.0}, "length": {"short": 1.0}}, "summer", "winter"),
        ({"kind": {"dress": 1.0}, "sleeve": {"long": 1.0}, "material": {"wool": 1.0}}, "autumn", "summer"),
        ({"kind": {"jacket": 1.0}, "material": {"padded": 1.0}}, "winter", "summer"),
        ({"kind": {"shorts": 1.0}}, "summer", "winter"),
    ],
)
def test_material_and_cut_say_what_the_kind_leaves_open(scores, best, least):
    said = list(garment_seasons(scores))
    assert said[0] == best and said[-1] == least


def test_a_thing_between_two_kinds_is_worn_between_their_seasons():
    coat, cardigan = (garment_seasons({"kind": {kind: 1.0}}) for kind in ("coat", "cardigan"))
    between = garment_seasons({"kind": {"coat": 0.5, "cardigan": 0.5}})
    for season, probability in between.items():
        assert probability == pytest.approx((coat[season] + cardigan[season]) / 2)


def test_without_a_kind_no_season_is_predicted():
    assert garment_seasons({}) == {}
    assert "season" not in with_derived_heads({"pattern": {"solid": 1.0}})


def test_the_seasons_of_sale_are_not_repeated():
    scores = {"kind": {"padded": 1.0}, "season": {"summer": 0.9, "winter": 0.1}}
    assert next(iter(with_derived_heads(scores)["season"])) == "winter"
