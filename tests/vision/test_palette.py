"""Colours are measured on the cloth, and named as people would."""

import numpy as np
import pytest
from PIL import Image

from catalog.taxonomy import COLOURS
from recommender.vision.describe.colour_names import is_multi, named
from recommender.vision.describe.palette import Colour, name_of, palette


def plain(colour: tuple[int, int, int], size: int = 120) -> Image.Image:
    return Image.new("RGB", (size, size), colour)


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((10, 10, 12), "black"),
        ((250, 250, 250), "white"),
        ((128, 128, 128), "grey"),
        ((20, 28, 60), "navy"),
        ((200, 30, 45), "red"),
        ((110, 20, 40), "burgundy"),
        ((110, 75, 45), "brown"),
        ((85, 95, 50), "olive"),
        ((165, 145, 105), "khaki"),
        ((215, 195, 165), "beige"),
        ((250, 235, 100), "yellow"),
        ((90, 60, 140), "purple"),
    ],
)
def test_a_plain_dye_has_one_colour_with_the_word_one_would_use(rgb, name):
    (colour,) = palette(plain(rgb))
    assert (colour.name, colour.share) == (name, 1.0)
    assert colour.hex == "#{:02x}{:02x}{:02x}".format(*rgb)


@pytest.mark.parametrize("colour", [colour for colour in COLOURS if colour.lab], ids=lambda colour: colour.slug)
def test_every_colour_word_names_itself(colour):
    assert name_of(colour.lab) == colour.slug


def test_shares_are_those_of_the_cloth():
    image = plain((200, 30, 45))
    image.paste((245, 245, 245), (0, 0, 120, 30))
    red, white = palette(image)
    assert (red.name, white.name) == ("red", "white")
    assert red.share == pytest.approx(0.75, abs=0.03)


def test_the_floor_is_not_part_of_the_palette():
    image = plain((230, 220, 60))
    image.paste((20, 28, 60), (40, 40, 80, 80))
    alpha = np.zeros((120, 120), np.uint8)
    alpha[40:80, 40:80] = 255
    assert [colour.name for colour in palette(image, alpha)] == ["navy"]


def test_folds_and_shadow_are_one_dye():
    shade = np.linspace(0.6, 1.0, 120)[None, :, None]
    pixels = (np.array([60, 100, 180]) * shade).repeat(120, 0).astype(np.uint8)
    assert len(palette(Image.fromarray(pixels))) <= 2


def test_an_empty_mask_has_no_colours():
    assert palette(plain((1, 2, 3)), np.zeros((120, 120), np.uint8)) == []


def test_the_same_picture_gives_the_same_palette():
    pixels = np.random.default_rng(1).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    assert palette(Image.fromarray(pixels)) == palette(Image.fromarray(pixels))


def test_what_the_network_saw_settles_a_dye_between_two_words():
    dark = Colour((16.0, 3.0, -9.0), "black", 1.0)
    assert named([dark], {"navy": 0.9, "black": 0.1})[0].name == "navy"
    assert named([dark], {"navy": 0.1, "black": 0.9})[0].name == "black"


def test_a_dye_between_two_words_is_found_by_either():
    both = named([Colour((16.0, 3.0, -9.0), "black", 1.0)], {"navy": 0.5, "black": 0.45})
    assert {colour.name for colour in both} == {"navy", "black"}
    assert sum(colour.share for colour in both) == pytest.approx(1.0)


def test_the_network_cannot_talk_a_measured_red_into_green():
    assert named([Colour((45.0, 65.0, 42.0), "red", 1.0)], {"green": 0.6, "red": 0.4})[0].name == "red"


def test_many_colours_are_called_multi():
    names = ("red", "green", "blue", "yellow")
    assert is_multi([Colour((50, 0, 0), name, 0.25) for name in names])
    assert not is_multi([Colour((50, 0, 0), "red", 0.9), Colour((50, 0, 0), "green", 0.1)])
