"""Attributes beyond the kind: materials that do not contradict it, collar and pattern of shirts seen from near."""

import json

import numpy as np
import pytest
from PIL import Image

from catalog.taxonomy import KIND_BY_SLUG, KINDS, MATERIALS, MATERIALS_OF, PATTERNS
from recommender.vision.cards import BadCard, load_card
from recommender.vision.describe import pattern
from recommender.vision.describe.classifier import Description
from recommender.vision.describe.material import possible_materials
from recommender.vision.describe.near import upper_part
from recommender.vision.describe.pattern import pattern_of, read_pattern, shipped_pattern
from recommender.vision.describe.shirts import CARD, looked_closer, read_heads, shipped_heads
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


def test_the_pattern_of_what_lies_flat_is_judged_anew_from_its_cloth_and_sums_to_one():
    garment, image = a_shirt("coat")
    classifier = Recorded(shipped_pattern().classifier, np.eye(256, dtype=np.float32)[1])
    found = pattern_of(garment, image, classifier, shipped_pattern())["pattern"]
    assert len(classifier.pictures) == 2 and set(found) == {term.slug for term in PATTERNS}
    assert sum(found.values()) == pytest.approx(1) and list(found.values()) == sorted(found.values(), reverse=True)
    garment.scores = {**garment.scores, "pattern": {"stripe": 0.99, "solid": 0.01}}
    assert pattern_of(garment, image, classifier, shipped_pattern())["pattern"]["stripe"] > found["stripe"]


def test_shirts_another_classifier_and_no_embedding_keep_their_pattern():
    garment, image = a_shirt("coat")
    ours = Recorded(shipped_pattern().classifier, np.eye(256, dtype=np.float32)[1])
    assert pattern_of(garment, image, Recorded("another", ours.vector), shipped_pattern()) == {}
    assert pattern_of(garment, image, ours, None) == {}
    assert pattern_of(a_shirt("shirt")[0], image, ours, shipped_pattern()) == {}
    garment.embedding = None
    assert pattern_of(garment, image, ours, shipped_pattern()) == {} and not ours.pictures


def test_the_pattern_head_is_of_the_classifier_that_ships_and_better_than_none():
    card = json.loads(pattern.CARD.read_text())
    assert card["classifier"] == load_card("classifier").key
    report = card["metrics"]["report"]
    assert report["n"] > 100 and report["with the head"]["right"] > report["without"]["right"]
    del card["head"]
    with pytest.raises(BadCard, match="head"):
        read_pattern(card)


def test_attributes_are_told_with_their_confidence():
    (garment,) = look(shirt(400)).as_json(file="a.png")["garments"]
    for attribute in garment["attributes"].values():
        assert attribute["label"] and 0 <= attribute["confidence"] <= 1
