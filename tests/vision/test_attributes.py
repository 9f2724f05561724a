"""Attributes beyond the kind: materials that do not contradict it, collar and pattern of shirts seen from near."""

import json

import numpy as np
import pytest
from PIL import Image

from catalog.taxonomy import KIND_BY_SLUG, KINDS, MATERIALS, MATERIALS_OF, PATTERNS
from recommender.vision.cards import BadCard, load_card
from recommender.vision.describe import flat_lay, sleeve
from recommender.vision.describe.classifier import Description
from recommender.vision.describe.flat_lay import seen_lying_flat
from recommender.vision.describe.heads import read_heads
from recommender.vision.describe.material import possible_materials
from recommender.vision.describe.near import upper_part
from recommender.vision.describe.shirts import CARD, looked_closer, shipped_heads
from recommender.vision.describe.sleeve import read_sleeve, shipped_sleeve, sleeve_of
from recommender.vision.facts import Cutout, GarmentFacts
from tests.vision.pictures import shirt
from tests.vision.test_pipeline import look

EVERY = {term.slug: 0.1 for term in MATERIALS}


@pytest.mark.parametrize("kind", [kind.slug for kind in KINDS])
def test_no_kind_is_of_a_material_it_cannot_be_of(kind):
    possible = possible_materials(EVERY, kind)
    assert set(possible) == set(EVERY) & MATERIALS_OF.get(kind, set(EVERY))
    assert not possible or sum(possible.values()) == pytest.approx(1)


def test_boots_that_look_like_denim_are_of_what_else_they_look_like():
    assert next(iter(possible_materials({"denim": 0.7, "suede": 0.2, "leather": 0.1}, "boots"))) == "suede"
    assert possible_materials({"denim": 0.7, "cotton": 0.3}, None) == {"denim": 0.7, "cotton": 0.3}


def test_the_table_knows_its_kinds_and_materials():
    assert set(MATERIALS_OF) <= set(KIND_BY_SLUG) and set().union(*MATERIALS_OF.values()) <= set(EVERY)


class Recorded:
    """Gives one vector for everything, under a key of choice."""

    def __init__(self, key: str, vector: np.ndarray) -> None:
        self.key, self.vector, self.pictures = key, vector, []

    def __call__(self, pictures):
        self.pictures += pictures
        return [Description({}, self.vector) for _ in pictures]


def a_shirt(kind: str = "shirt") -> tuple[GarmentFacts, Image.Image]:
    scores = {"kind": {kind: 1.0}, "pattern": {"solid": 0.6, "stripe": 0.2, "camo": 0.2}}
    cutout = Cutout(Image.new("RGBA", (100, 200)), (50, 40, 150, 240), np.full((200, 100), 255, np.uint8))
    embedding = np.eye(256, dtype=np.float32)[0]
    return GarmentFacts(0.9, (50, 40, 150, 240), "top", cutout, scores=scores, embedding=embedding), Image.new(
        "RGB", (300, 300)
    )


def test_a_shirt_is_looked_at_from_near_and_keeps_what_the_heads_have_no_word_for():
    garment, image = a_shirt()
    classifier = Recorded(shipped_heads().classifier, np.eye(256, dtype=np.float32)[1])
    found = looked_closer(garment, image, classifier, shipped_heads())
    assert set(found) == {"collar", "pattern"} and [picture.size for picture in classifier.pictures] == [
        (66, 96),
        (32, 32),
        (32, 32),
    ]
    for scores in found.values():
        assert sum(scores.values()) == pytest.approx(1, abs=1e-5)
        assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert found["pattern"]["camo"] == pytest.approx(0.2)


@pytest.mark.parametrize(("kind", "key"), [("coat", ""), ("shirt", "another")])
def test_other_kinds_and_other_classifiers_are_left_alone(kind, key):
    garment, image = a_shirt(kind)
    classifier = Recorded(key or shipped_heads().classifier, np.eye(256, dtype=np.float32)[1])
    assert looked_closer(garment, image, classifier, shipped_heads()) == {} and not classifier.pictures
    assert looked_closer(a_shirt()[0], image, classifier, None) == {}


def test_the_upper_part_of_a_garment_at_the_edge_is_a_picture_all_the_same():
    assert min(upper_part(Image.new("RGB", (40, 40)), (0, 0, 2, 2)).size) >= 1


def test_the_heads_are_of_the_classifier_that_ships_and_their_card_is_whole():
    card = json.loads(CARD.read_text())
    assert card["classifier"] == load_card("classifier").key
    for name, figures in card["metrics"].items():
        low, high = figures["interval"]
        assert figures["n"] > 30 and low <= figures["right"] <= high, name
    assert card["metrics"]["report, pattern"]["right"] > card["metrics"]["report, pattern"]["the classifier alone"]
    del card["heads"]
    with pytest.raises(BadCard, match="heads"):
        read_heads(card)


def a_coat() -> tuple[GarmentFacts, Image.Image]:
    garment, image = a_shirt("coat")
    garment.scores = {**garment.scores, "material": {"cotton": 0.6, "wool": 0.4}}
    return garment, image


def test_pattern_and_material_of_what_lies_flat_are_judged_anew_from_its_cloth_and_sum_to_one():
    garment, image = a_coat()
    shipped = flat_lay.shipped_heads()
    classifier = Recorded(shipped.classifier, np.eye(256, dtype=np.float32)[1])
    found = seen_lying_flat(garment, image, classifier, shipped)
    assert len(classifier.pictures) == 2  # two patches of its cloth, looked at once for both
    assert set(found["pattern"]) == {term.slug for term in PATTERNS} and set(found["material"]) == set(EVERY)
    for scores in found.values():
        assert sum(scores.values()) == pytest.approx(1) and list(scores.values()) == sorted(scores.values())[::-1]
    garment.scores = {**garment.scores, "pattern": {"stripe": 0.99, "solid": 0.01}}
    assert seen_lying_flat(garment, image, classifier, shipped)["pattern"]["stripe"] > found["pattern"]["stripe"]


def test_cloth_of_a_shirt_is_embedded_once_for_all_heads():
    garment, image = a_shirt("shirt")
    garment.scores = {**garment.scores, "material": {"cotton": 1.0}}
    classifier = Recorded(shipped_heads().classifier, np.eye(256, dtype=np.float32)[1])
    looked_closer(garment, image, classifier, shipped_heads())
    assert set(seen_lying_flat(garment, image, classifier, flat_lay.shipped_heads())) == {"material"}
    assert [picture.size for picture in classifier.pictures] == [(66, 96), (32, 32), (32, 32)]


def test_shirts_keep_their_pattern_and_another_classifier_and_no_embedding_everything():
    shipped = flat_lay.shipped_heads()
    ours = Recorded(shipped.classifier, np.eye(256, dtype=np.float32)[1])
    garment, image = a_coat()
    assert seen_lying_flat(garment, image, Recorded("another", ours.vector), shipped) == {}
    assert seen_lying_flat(garment, image, ours, None) == {}
    assert seen_lying_flat(a_shirt("shirt")[0], image, ours, shipped) == {}
    garment.embedding = None
    assert seen_lying_flat(garment, image, ours, shipped) == {} and not ours.pictures


@pytest.mark.parametrize("name", ["pattern", "material"])
def test_the_heads_for_what_lies_flat_are_of_the_classifier_that_ships_and_better_than_none(name):
    card = json.loads(flat_lay.CARD.read_text())
    assert card["classifier"] == load_card("classifier").key
    report = card["metrics"][f"report, {name}"]
    assert report["n"] > 100 and report["with the head"]["right"] > report["without"]["right"]
    del card["heads"]
    with pytest.raises(BadCard, match="heads"):
        read_heads(card)


class Measured:
    """Landmarks of an upper garment whose cuffs are `length` from its shoulders, under a key of choice."""

    def __init__(self, key: str, length: float, sleeved: float) -> None:
        self.key, self.length, self.sleeved = key, length, sleeved

    def __call__(self, picture):
        left = {"shoulder": (30, 20), "hem": (35, 120), "armpit": (33, 45)}
        left |= {"cuff_out": (30 - self.length * 0.6, 20 + self.length * 0.8)}
        left["cuff_in"] = (left["cuff_out"][0] + 9, left["cuff_out"][1] + 7)
        points = {f"{name}_l": np.array(at, float) for name, at in left.items()}
        points |= {f"{name}_r": np.array((100 - x, y), float) for name, (x, y) in left.items()}
        return points, self.sleeved


@pytest.mark.parametrize(("length", "sleeved", "found"), [(2, 0.02, "none"), (28, 0.97, "short"), (95, 0.99, "long")])
def test_sleeve_is_as_long_as_its_landmarks_say_whatever_the_classifier_thinks_of_shirts(length, sleeved, found):
    garment, _image = a_shirt("shirt")
    garment.scores = {**garment.scores, "sleeve": {"long": 0.9, "short": 0.04, "none": 0.03, "three-quarter": 0.03}}
    said = sleeve_of(garment, Measured(shipped_sleeve().landmarks, length, sleeved), shipped_sleeve())["sleeve"]
    assert next(iter(said)) == found
    assert said["three-quarter"] == pytest.approx(0.03) and sum(said.values()) == pytest.approx(1)


def test_sleeve_of_other_kinds_and_by_landmarks_of_another_network_stays_as_it_was():
    shipped = shipped_sleeve()
    assert sleeve_of(a_shirt("coat")[0], Measured(shipped.landmarks, 50, 0.9), shipped) == {}
    assert sleeve_of(a_shirt("shirt")[0], Measured("another", 50, 0.9), shipped) == {}
    assert sleeve_of(a_shirt("shirt")[0], Measured(shipped.landmarks, 50, 0.9), None) == {}


def test_the_sleeve_head_is_of_the_landmarks_that_ship_and_better_than_none():
    card = json.loads(sleeve.CARD.read_text())
    assert card["landmarks"] == load_card("landmarks").key
    for figures in card["metrics"].values():
        assert figures["n"] > 30 and figures["by its landmarks"]["right"] > figures["the classifier alone"]["right"]
    del card["head"]
    with pytest.raises(BadCard, match="head"):
        read_sleeve(card)


def test_attributes_are_told_with_their_confidence():
    (garment,) = look(shirt(400)).as_json(file="a.png")["garments"]
    for attribute in garment["attributes"].values():
        assert attribute["label"] and 0 <= attribute["confidence"] <= 1
