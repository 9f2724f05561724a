"""Colours are measured on the cloth, and named as people would."""

import numpy as np
import pytest
from PIL import Image

from recommender.vision.describe.colour_names import named
from recommender.vision.describe.palette import Colour, palette, white_point


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


def test_entries_of_one_name_are_one_and_shares_add_up():
    image = plain((200, 30, 45))
    for row, colour in enumerate([(222, 60, 70), (40, 60, 160), (90, 140, 215), (245, 245, 245)]):
        image.paste(colour, (0, 20 * row, 120, 20 * row + 20))
    colours = palette(image)
    names = [colour.name for colour in colours]
    assert len(names) == len(set(names))
    assert sum(colour.share for colour in colours) == pytest.approx(1, abs=0.001)
    assert len({colour.hex for colour in colours}) == len(colours)


def test_the_rim_of_a_cutout_is_not_measured():
    image = plain((20, 28, 60))
    image.paste((240, 240, 240), (40, 40, 80, 80))  # the floor shines through at the edge
    image.paste((200, 30, 45), (41, 41, 79, 79))
    alpha = np.zeros((120, 120), np.uint8)
    alpha[40:80, 40:80] = 255
    assert [(colour.name, colour.share) for colour in palette(image, alpha)] == [("red", 1.0)]


def test_a_strap_has_the_colour_it_has_at_its_edge():
    alpha = np.zeros((90, 90), np.uint8)
    alpha[:, 44:46] = 255
    assert [colour.name for colour in palette(plain((200, 30, 45), 90), alpha)] == ["red"]


def test_the_classifier_settles_a_dye_between_two_names():
    dark = Colour((12.0, 2.0, -4.0), "black", 1.0)
    assert named([dark], {"navy": 0.9, "black": 0.1})[0].name == "navy"
    assert named([dark], {"navy": 0.1, "black": 0.9})[0].name == "black"


def test_one_colour_is_never_listed_under_two_names():
    (alone,) = named([Colour((12.0, 2.0, -4.0), "black", 1.0)], {"navy": 0.5, "black": 0.45})
    assert alone.share == 1.0


def test_the_classifier_cannot_talk_a_measured_red_into_green():
    assert named([Colour((45.0, 65.0, 42.0), "red", 1.0)], {"green": 0.99, "red": 0.01})[0].name == "red"


def test_a_white_shirt_in_a_dim_room_is_white():
    room = plain((120, 80, 50))
    room.paste((182, 184, 184), (30, 30, 90, 90))
    shirt = room.crop((30, 30, 90, 90))
    assert [colour.name for colour in palette(shirt)] == ["grey"]
    assert [colour.name for colour in palette(shirt, white=white_point(room))] == ["white"]


def test_black_stays_black_in_a_dim_room():
    assert [colour.name for colour in palette(plain((28, 28, 30)), white=70.0)] == ["black"]


def test_a_photo_with_something_white_in_it_is_left_as_it_is():
    studio = plain((255, 255, 255))
    studio.paste((182, 184, 184), (30, 30, 90, 90))
    assert white_point(studio) == 96.0
