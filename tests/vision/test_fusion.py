"""Witnesses of one garment heard together: detector, classifier, and the person who wears it."""

import pytest

from recommender.vision.describe.embedding_classifier import Class
from recommender.vision.fusion import (
    Figure,
    believed,
    by_shape,
    by_word,
    clear,
    for_sale,
    is_one_dress,
    lying,
    recognised,
    worn,
)

SHIRT_OR_BLOUSE = {"kind": {"shirt": 0.6, "blouse": 0.4}, "colour": {"white": 0.9, "blue": 0.1}}


def test_what_a_shop_sells_is_what_its_whole_picture_speaks_of():
    figure = Figure({"kind": {"blouse": 0.9, "shirt": 0.1}, "colour": {"blue": 0.8, "white": 0.2}}, shop=True)
    heard = worn(SHIRT_OR_BLOUSE, "top", frozenset({"bottom"}), figure, sold=True)
    assert next(iter(heard["kind"])) == "blouse"
    assert next(iter(heard["colour"])) == "blue"
    assert sum(heard["colour"].values()) == pytest.approx(1)


def test_what_is_sold_says_nothing_of_the_trousers_under_it():
    figure = Figure({"kind": {"blouse": 1.0}, "colour": {"blue": 1.0}}, shop=True)
    trousers = {"kind": {"trousers": 0.3, "jeans": 0.2, "blouse": 0.1}, "colour": {"white": 1.0}}
    heard = worn(trousers, "bottom", frozenset({"top"}), figure)
    assert next(iter(heard["kind"])) == "trousers"
    assert heard["colour"] == trousers["colour"]


def test_what_sight_and_shape_both_say_is_surer_than_what_either_says():
    sight = {"kind": {"t-shirt": 0.5, "dress": 0.4, "skirt": 0.1}, "colour": {"white": 0.9, "blue": 0.1}}
    heard = by_shape(sight, {"kind": {"dress": 0.6, "skirt": 0.35, "t-shirt": 0.05}})
    assert next(iter(heard["kind"])) == "dress" and heard["kind"]["dress"] > 0.6
    assert sum(heard["kind"].values()) == pytest.approx(1)
    assert heard["colour"] == sight["colour"]


def test_a_shape_that_tells_nothing_changes_nothing():
    assert by_shape(SHIRT_OR_BLOUSE, {}) == SHIRT_OR_BLOUSE
    flat = by_shape(SHIRT_OR_BLOUSE, {"kind": {"shirt": 0.5, "blouse": 0.5}})
    assert list(flat["kind"]) == ["shirt", "blouse"]


def test_a_person_in_a_street_says_little_of_each_garment():
    figure = Figure({"kind": {"blouse": 0.5, "shirt": 0.3}, "usage": {"formal": 1.0}, "colour": {"blue": 1.0}})
    heard = worn(SHIRT_OR_BLOUSE | {"usage": {"casual": 0.9, "formal": 0.1}}, "top", frozenset(), figure)
    assert heard["colour"] == SHIRT_OR_BLOUSE["colour"]
    assert next(iter(heard["usage"])) == "formal"  # an outfit is of one occasion


@pytest.mark.parametrize(
    ("kinds", "place"),
    [
        ({"jeans": 1.0}, 1),
        ({"shirt": 1.0}, 0),
        ({"jacket": 1.0}, 0),  # the detector took it for a shirt
        ({"watch": 0.6, "belt": 0.1, "shirt": 0.1}, None),  # not quite sure, and nothing like it
        ({"backpack": 1.0}, 1),  # surely sold, and taken for trousers
    ],
)
def test_of_what_a_shops_model_wears_one_thing_is_sold(kinds, place):
    wears = [("top", 0.8, 0.2), ("bottom", 0.9, 0.3)]
    assert for_sale(wears, kinds) == place


@pytest.mark.parametrize(
    ("slots", "kinds", "one"),
    [
        (["top", "bottom", "shoes"], {"dress": 0.7, "jumpsuit": 0.2}, True),
        (["top", "bottom", "shoes"], {"dress": 0.5, "skirt": 0.4}, False),  # not surely
        (["top", "dress", "bottom"], {"dress": 0.9}, False),  # it was found
        (["top", "top", "bottom"], {"dress": 0.9}, False),  # whose?
        (["top", "shoes"], {"dress": 0.9}, False),
    ],
)
def test_a_top_and_a_bottom_are_one_dress_where_the_figure_surely_says_so(slots, kinds, one):
    assert is_one_dress(slots, kinds) is one


def test_where_nothing_is_worn_nothing_is_sold():
    assert for_sale([], {"jeans": 1.0}) is None


@pytest.mark.parametrize(
    ("kinds", "slot", "score", "on_white", "known"),
    [
        ({"shirt": 0.5, "blouse": 0.4}, "top", 0.9, False, True),
        ({"shirt": 0.5, "blouse": 0.4}, "bag", 0.5, False, False),  # each speaks of something else
        ({"shirt": 0.5, "blouse": 0.4}, "bag", 0.5, True, True),  # on a shop's white it stands out by itself
        ({"cap": 0.2, "beanie": 0.15}, "other", 0.5, True, False),
        ({"cap": 0.5, "beanie": 0.15}, "hat", 0.0, True, False),  # a logo, in which no detector sees anything
        ({"cap": 0.5, "hat": 0.3, "beanie": 0.18}, "bottom", 0.4, False, True),  # whichever, it is worn on the head
        ({"shirt": 0.06, "cap": 0.05}, "top", 0.9, False, False),  # the classifier sees nothing
        ({}, "top", 0.9, False, True),
    ],
)
def test_a_garment_is_what_detector_and_describer_agree_on(kinds, slot, score, on_white, known):
    assert recognised(kinds, slot, score, on_white=on_white) is known


def test_the_detector_tells_a_dress_from_a_t_shirt_that_fills_its_crop():
    scores = {"kind": {"t-shirt": 0.6, "dress": 0.4}, "usage": {"casual": 1.0}}
    heard = lying(scores, {"dress": 0.8, "top": 0.2})
    assert next(iter(heard["kind"])) == "dress" and sum(heard["kind"].values()) == pytest.approx(1)
    assert heard["usage"] == scores["usage"] and set(heard) == set(scores)


def test_a_sure_describer_is_not_overruled_by_a_detector_that_denies():
    scores = {"kind": {"skirt": 0.95, "shirt": 0.05}}
    assert next(iter(lying(scores, {"top": 0.9, "bottom": 0.1})["kind"])) == "skirt"


def test_a_detector_without_an_opinion_changes_nothing():
    scores = {"kind": {"shirt": 0.7, "blouse": 0.3}}
    assert lying(scores, {}) == scores and lying({}, {"top": 1.0}) == {}


def test_what_its_like_are_called_decides_between_kinds_that_look_alike():
    scores = {"kind": {"shorts": 0.5, "trousers": 0.4, "belt": 0.1}, "usage": {"casual": 1.0}}
    heard = by_word(scores, {"Shorts": Class(0.1, ("shorts",)), "Pants": Class(0.9, ("trousers", "jeans"))})
    assert next(iter(heard["kind"])) == "trousers" and sum(heard["kind"].values()) == pytest.approx(1)
    assert heard["kind"]["belt"] == 0.1  # which goes by none of the words
    assert heard["usage"] == scores["usage"] and set(heard) == set(scores)


def test_where_nobody_tells_what_its_like_are_called_nothing_changes():
    assert by_word(SHIRT_OR_BLOUSE, {}) == SHIRT_OR_BLOUSE and by_word({}, {"Hat": Class(1.0, ("cap",))}) == {}


def test_hair_is_no_hat_and_a_shin_no_boot():
    assert believed(0.6, {"hat": 0.3, "shirt": 0.7}, "hat") == 0
    assert believed(0.6, {"boots": 0.2, "leggings": 0.8}, "shoes") == 0
    assert believed(0.6, {"hat": 0.9, "cap": 0.1}, "hat") == pytest.approx(0.6)


def test_of_two_witnesses_both_count():
    sure, doubtful = believed(0.6, {"dress": 0.9, "jeans": 0.1}, "dress"), believed(0.6, {"jeans": 0.9}, "dress")
    assert sure > doubtful > 0  # a body is dressed in something: doubted, never dropped
    assert believed(0.6, {}, "hat") == 0.6


def test_of_a_shirt_under_a_coat_hardly_a_sliver_is_clear():
    assert not clear(0.3, "top", 0.1)
    assert clear(0.3, "top", 0.4) and clear(0.8, "top", 0.1)  # much of it, or surely
    assert clear(0.3, "shoes", 0.05) and clear(0.35, "hat", 0.02)  # small by nature


def test_a_doubtful_bag_is_an_elbow_unless_it_is_all_there_is():
    assert not clear(0.3, "bag", 0.3) and clear(0.5, "bag", 0.05) and clear(0.3, "bag", 1)


def test_three_who_name_one_slot_need_not_be_sure():
    unsure = {"hat": 0.4, "beanie": 0.35, "dress": 0.25}
    assert not recognised(unsure, "hat", 0.15)
    assert recognised(unsure, "hat", 0.15, shape={"cap": 0.6, "dress": 0.4})
    assert not recognised(unsure, "hat", 0.15, shape={"dress": 0.9, "hat": 0.1})
    assert not recognised(unsure, "top", 0.15, shape={"hat": 0.6, "dress": 0.4})
    assert not recognised(unsure, "hat", 0.05, shape={"hat": 1.0})


def test_a_shape_may_deny_what_the_describer_doubts():
    retina = {"beanie": 0.3, "cap": 0.3, "t-shirt": 0.25, "knit": 0.15}
    assert recognised(retina, "top", 0.7) and recognised(retina, "top", 0.7, shape={"knit": 0.3, "cap": 0.7})
    assert not recognised(retina, "top", 0.7, shape={"knit": 0.1, "cap": 0.9})
    boots = {"boots": 0.5, "heels": 0.3, "dress": 0.2}
    assert recognised(boots, "shoes", 0.7, shape={"dress": 0.9, "boots": 0.1}), "a classifier that hardly doubts"
