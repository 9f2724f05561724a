"""Whose pixels belong together: pairs of shoes, crumbs, several people, garments lying apart."""

from dataclasses import replace

import numpy as np

from recommender.vision.facts import Box, Scene
from recommender.vision.options import shipped_options
from recommender.vision.segmentation.detector import scene_of
from recommender.vision.segmentation.parser import Parsing
from recommender.vision.segmentation.regions import flat_lay_garments, looks_whole, on_model_garments

OPTIONS = shipped_options().detection
LABELS = ("background", "hair", "skin", "top", "outer", "dress", "bottom", "shoes", "bag", "hat", "scarf")


def parsing(*patches: tuple[str, tuple[int, int, int, int]], sure: float = 0.9, whole: dict | None = None) -> Parsing:
    """A picture of 96 x 64 cells; each patch is (label, (top, left, bottom, right))."""
    classes = np.full((len(LABELS), 96, 64), (1 - sure) / (len(LABELS) - 1), np.float32)
    winner = np.zeros((96, 64), int)
    for label, (top, left, bottom, right) in patches:
        winner[top:bottom, left:right] = LABELS.index(label)
    np.put_along_axis(classes, winner[None], sure, axis=0)
    return Parsing(classes, LABELS, whole or {})


PERSON = (
    ("hair", (4, 28, 8, 36)),
    ("skin", (8, 28, 16, 36)),
    ("top", (16, 22, 42, 42)),
    ("bottom", (42, 24, 80, 40)),
    ("shoes", (80, 22, 86, 30)),
    ("shoes", (80, 34, 86, 42)),
)


def slots(regions) -> list[str]:
    return sorted(region.slot for region in regions)


def test_a_pair_of_shoes_is_one_garment():
    regions = on_model_garments(parsing(*PERSON), [], OPTIONS)
    assert slots(regions) == ["bottom", "shoes", "top"]
    box = next(region for region in regions if region.slot == "shoes").box(640, 960)
    assert (box.x0, box.x1) == (220, 420)


def test_a_small_piece_goes_to_the_garment_around_it():
    with_crumb = parsing(*PERSON, ("dress", (30, 30, 33, 33)))
    regions = on_model_garments(with_crumb, [], OPTIONS)
    assert slots(regions) == ["bottom", "shoes", "top"]


def test_a_body_between_dress_and_top_is_still_clothed():
    image = parsing(*PERSON)
    top, dress = LABELS.index("top"), LABELS.index("dress")
    body = image.classes[top] > 0.5
    image.classes[top][body], image.classes[dress][body] = 0.46, 0.44
    image.classes[dress, 20:30, 22:42], image.classes[top, 20:30, 22:42] = 0.46, 0.44
    found = slots(on_model_garments(image, [], OPTIONS))
    assert {"bottom", "shoes"} < set(found) and set(found) & {"top", "dress"}


def test_a_part_that_the_presence_head_denies_is_dropped():
    hatted = (*PERSON, ("hat", (2, 28, 5, 36)))
    assert "hat" in slots(on_model_garments(parsing(*hatted), [], OPTIONS))
    denied = {"presence": {"hat": 0.02}}
    assert "hat" not in slots(on_model_garments(parsing(*hatted, whole=denied), [], OPTIONS))


def test_two_people_who_touch_keep_their_own_clothes():
    left = [("skin", (8, 10, 16, 18)), ("top", (16, 4, 50, 30)), ("bottom", (50, 4, 90, 30))]
    right = [("skin", (8, 44, 16, 52)), ("top", (16, 30, 50, 60)), ("bottom", (50, 30, 90, 60))]
    faces = [Box(10, 8, 18, 16), Box(44, 8, 52, 16)]
    assert slots(on_model_garments(parsing(*left, *right), faces, OPTIONS)) == ["bottom", "bottom", "top", "top"]
    assert slots(on_model_garments(parsing(*left, *right), [], OPTIONS)) == ["bottom", "top"]


def test_a_passer_by_is_not_the_owner():
    far = [("top", (20, 56, 26, 60)), ("bottom", (26, 56, 34, 60))]
    assert slots(on_model_garments(parsing(*PERSON, *far), [], OPTIONS)) == ["bottom", "shoes", "top"]


def test_a_garment_on_the_floor_is_one_whatever_its_parts_look_like():
    striped = parsing(("top", (20, 10, 50, 54)), ("dress", (50, 10, 70, 54)))
    (region,) = flat_lay_garments(striped, OPTIONS)
    assert region.slot == "top" and region.mask.sum() == 50 * 44


def test_flat_lay_mask_comes_from_the_flat_lay_head_where_there_is_one():
    lying = np.zeros((96, 64), np.float32)
    lying[20:70, 10:54] = 0.9
    overflowing = parsing(("top", (10, 4, 80, 60)))
    (region,) = flat_lay_garments(replace(overflowing, flat_lay=lying), OPTIONS)
    assert region.slot == "top" and region.has_edges and np.array_equal(region.mask, lying > 0.5)
    assert not flat_lay_garments(overflowing, OPTIONS)[0].has_edges


def test_a_bag_beside_a_dress_is_a_second_garment():
    regions = flat_lay_garments(parsing(("dress", (10, 4, 80, 36)), ("bag", (40, 44, 70, 62))), OPTIONS)
    assert [region.slot for region in regions] == ["dress", "bag"]


def test_dirt_on_the_floor_is_no_garment():
    (region,) = flat_lay_garments(parsing(("top", (20, 10, 70, 40)), ("bag", (4, 58, 7, 61))), OPTIONS)
    assert region.slot == "top" and not region.mask[5, 59]
    assert flat_lay_garments(parsing(("bag", (4, 58, 7, 61))), OPTIONS) == []


def test_the_whole_body_needs_a_head_and_feet():
    def whole(*patches) -> bool:
        image = parsing(*patches)
        return looks_whole(on_model_garments(image, [], OPTIONS), image, [], OPTIONS)

    assert whole(*PERSON)
    assert not whole(*PERSON[:4])
    assert not whole(*PERSON[2:])


def test_scene_comes_from_the_scene_head_or_from_skin():
    assert scene_of(parsing(*PERSON), [], OPTIONS) is Scene.WORN
    assert scene_of(parsing(("top", (20, 10, 70, 54))), [], OPTIONS) is Scene.GARMENT
    assert scene_of(parsing(), [], OPTIONS) is Scene.NONE
    assert scene_of(parsing(("skin", (10, 10, 60, 50))), [Box(10, 10, 50, 60)], OPTIONS) is Scene.NONE
    said = parsing(("top", (20, 10, 70, 54)), whole={"scene": {"worn": 0.9, "garment": 0.1}})
    assert scene_of(said, [], OPTIONS) is Scene.WORN
