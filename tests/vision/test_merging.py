"""A coat is one coat, two shoes are a pair, and leggings under a skirt are neither."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.decode import decode
from recommender.vision import pipeline
from recommender.vision.facts import Box, Cutout, GarmentFacts
from recommender.vision.merging import groups, merged
from recommender.vision.pose import Joint, Pose
from recommender.vision.segmentation.detector import Person
from recommender.vision.segmentation.regions import Region

PHOTOS = Path(__file__).parents[3] / "shared" / "data"


def person() -> Person:
    """Somebody upright in a picture of 96 x 64 cells, shoulders at a fifth, hips at half of its height."""
    points = np.full((len(Joint), 3), 0.5, np.float32)
    points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], 1] = 0.2
    points[[Joint.LEFT_HIP, Joint.RIGHT_HIP], 1] = 0.5
    return Person(Box(0, 0, 64, 96), Pose(points))


def piece(
    kind: str, slot: str, place: tuple[int, int, int, int], wearer: int | None = 0
) -> tuple[Region, GarmentFacts]:
    top, left, bottom, right = place
    probability = np.zeros((96, 64), np.float32)
    probability[top:bottom, left:right] = 0.9
    cutout = Cutout(Image.new("RGBA", (1, 1)), (0, 0, 1, 1), np.zeros((1, 1), np.uint8))
    garment = GarmentFacts(0.8, (0, 0, 1, 1), slot, cutout, scores={"kind": {kind: 0.9}})
    return Region(slot, 0.8, probability, slots={slot: 1.0}, person=wearer), garment


def sizes(*pieces: tuple[Region, GarmentFacts], people: list[Person] | None = None) -> list[int]:
    return sorted(len(group) for group in groups(pieces, people if people is not None else [person()]))


def test_halves_of_a_coat_beside_each_other_are_one():
    left, right = piece("coat", "outer", (18, 20, 60, 32)), piece("coat", "outer", (20, 32, 58, 44))
    assert sizes(left, right) == [2]
    both = merged(left[0], right[0])
    assert both.mask.sum() == left[0].mask.sum() + right[0].mask.sum() and both.slots == {"outer": pytest.approx(1.0)}


def test_what_lies_below_or_is_called_otherwise_or_is_another_person_stays():
    skirt = piece("leggings", "bottom", (48, 22, 62, 42))
    assert sizes(skirt, piece("leggings", "bottom", (62, 24, 86, 40))) == [1, 1]
    shirt = piece("shirt", "top", (20, 22, 50, 32))
    assert sizes(shirt, piece("knit", "top", (20, 32, 50, 42))) == [1, 1]
    assert sizes(shirt, piece("shirt", "top", (20, 32, 50, 42), wearer=1), people=[person(), person()]) == [1, 1]
    assert sizes(shirt, piece("shirt", "top", (20, 40, 50, 50))) == [1, 1]  # they do not touch


def test_without_landmarks_only_the_same_pixels_are_one_garment():
    nobody = [Person(Box(0, 0, 64, 96))]
    left, right = piece("coat", "outer", (18, 20, 60, 32)), piece("coat", "outer", (20, 32, 58, 44))
    assert sizes(left, right, people=nobody) == [1, 1]
    assert sizes(left, piece("coat", "outer", (20, 22, 60, 34)), people=nobody) == [2]


def test_two_shoes_of_a_person_are_a_pair():
    assert sizes(piece("sneakers", "shoes", (84, 20, 90, 28)), piece("boots", "shoes", (84, 36, 90, 44))) == [2]


@pytest.mark.weights
@pytest.mark.parametrize(
    ("archive", "file", "slot"),
    [("street_photos", "1793.webp", "outer"), ("street_photos", "1223.webp", "shoes"),
     ("street_box_photos", "100254.webp", "top"), ("street_box_photos", "16325.webp", "top")],
)  # fmt: skip
def test_real_garments_that_were_cut_in_two_hang_once(real_engine, archive, file, slot):
    tar = PHOTOS / f"{archive}.tar"
    if not tar.is_file():
        pytest.skip("the photos are not on this machine")
    with tarfile.open(tar) as photos:
        content = photos.extractfile(file).read()
    facts = pipeline.analyse(decode(io.BytesIO(content).getvalue()), engine=real_engine)
    assert [garment.slot for garment in facts.garments if garment.clear].count(slot) == 1
