"""One rule names every colour, and no name contradicts its swatch."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from catalog.colour_names import (
    COLOURED,
    COLOURED_DARK,
    COLOURLESS,
    NEUTRALS,
    colour_name,
    colour_names,
    leading_names,
    renamed,
    rule,
)
from catalog.taxonomy import COLOURS
from imaging.colour import ciede2000, hex_of_lab, lab_of_hex, lab_of_srgb

SHINE = {"gold", "silver"}
GRID = lab_of_srgb(np.array(list(product(np.linspace(0, 1, 14), repeat=3))))


@pytest.mark.parametrize(
    ("hexa", "names"),
    [
        ("#14183a", "navy"), ("#1b2440", "navy"), ("#232b45", "navy"), ("#2b3a55", "navy"),
        ("#4b4f2a", "olive"), ("#556b2f", "olive"), ("#5a5a32", "olive"),
        ("#36373a", "charcoal"), ("#3f4043", "charcoal"), ("#454346", "charcoal"),
        ("#5a1a26", "burgundy"), ("#6d1f2f", "burgundy"),
        ("#75787d", "grey"), ("#5d5d5f", "grey charcoal"), ("#808080", "grey"), ("#bdbdbd", "grey"),
        ("#101010", "black"), ("#1a1a1c", "black"),
        ("#ffffff", "white"), ("#f2f2f2", "white"), ("#f5eedc", "ivory"), ("#efe6d2", "ivory"),
        ("#d43f7a", "pink"), ("#e5437f", "pink"), ("#1e4d36", "green"), ("#c8102e", "red"),
    ],
)  # fmt: skip
def test_a_swatch_is_called_what_an_eye_calls_it(hexa, names):
    assert colour_name(lab_of_hex(hexa)) in names.split()


@pytest.mark.parametrize("colour", [c for c in COLOURS if c.lab and c.slug not in SHINE], ids=lambda c: c.slug)
def test_the_value_that_stands_for_a_name_has_that_name(colour):
    assert colour_name(colour.lab) == colour.slug


def test_no_name_is_further_from_its_swatch_than_the_nearest():
    distances = rule().distances(GRID)
    chosen = rule().choose(distances)
    assert (distances[np.arange(len(GRID)), chosen] == distances.min(axis=1)).all()


@pytest.mark.parametrize("prior", rule().names)
def test_a_prior_never_goes_beyond_the_tolerance(prior):
    distances = rule().distances(GRID)
    chosen = rule().choose(distances, {prior: 1.0})
    assert (distances[np.arange(len(GRID)), chosen] <= distances.min(axis=1) + rule().tolerance).all()


def test_no_colour_is_called_black_grey_or_white_and_no_grey_a_colour_whatever_the_prior():
    chroma = np.hypot(GRID[:, 1], GRID[:, 2])
    seen = chroma > COLOURED + COLOURED_DARK[1] * np.maximum(0, COLOURED_DARK[0] - GRID[:, 0])
    distances = rule().distances(GRID)
    for prior in (None, *({name: 1.0} for name in rule().names)):
        neutral = np.isin(np.array(rule().names)[rule().choose(distances, prior)], list(NEUTRALS))
        assert not neutral[seen].any()
        assert neutral[chroma < COLOURLESS].all()


def test_a_pale_blue_that_a_classifier_calls_blue_is_no_grey():
    prior = {"blue": 0.31, "grey": 0.11, "white": 0.1, "black": 0.1}  # as seen of a T-shirt in a grey-blue
    assert colour_names([lab_of_hex("#8fadbf")], prior) == ["sky-blue"]


def test_a_hex_has_one_name():
    rng = np.random.default_rng(5)
    lab = GRID[rng.integers(0, len(GRID), 3000)] + rng.normal(0, 0.2, (3000, 3))
    names: dict[str, set[str]] = {}
    for value, name in zip(lab, colour_names(lab), strict=True):
        names.setdefault(hex_of_lab(value), set()).add(name)
    assert Counter(map(len, names.values())).keys() == {1}


def test_every_name_of_a_colour_is_given_to_something():
    assert set(rule().names) == {colour.slug for colour in COLOURS if colour.lab} - SHINE


def test_a_palette_is_renamed_and_its_equal_names_merged():
    palette = [
        {"lab": [14.9, 3.0, -17.0], "hex": "#1b2440", "name": "black", "share": 0.6},
        {"lab": [18.2, 2.8, -16.0], "hex": "#232b45", "name": "navy", "share": 0.2},
        {"lab": [96.0, 0.0, 0.0], "hex": "#f4f4f4", "name": "grey", "share": 0.2},
    ]
    assert [(c["name"], c["hex"], c["share"]) for c in renamed(palette)] == [
        ("navy", "#1b2440", 0.8),
        ("white", "#f4f4f4", 0.2),
    ]
    assert renamed([]) == []


def test_accents_are_no_name_of_the_whole():
    palette = [{"name": "red", "share": 0.5}, {"name": "white", "share": 0.42}, {"name": "blue", "share": 0.08}]
    assert leading_names(palette) == ["red", "white"]


def test_ciede2000_is_the_standard():
    rng = np.random.default_rng(2)
    one, two = rng.uniform([0, -90, -90], [100, 90, 90], (2, 4000, 3))
    two[:500] = one[:500] + rng.normal(0, 2, (500, 3))
    one[:100, 1:] = 0
    for weight in (1.0, 0.5):
        assert np.allclose(ciede2000(one, two, lightness_weight=weight), deltaE_ciede2000(one, two, kL=1 / weight))
