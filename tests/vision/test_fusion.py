"""Fusion: log-linear pooling of kinds per context, and the probability to be a garment at all."""

import json
import math

import pytest

from recommender.vision.cards import BadCard
from recommender.vision.fusion import (
    CARD,
    REQUIRED,
    Context,
    Fusion,
    Model,
    garment_features,
    read_fusion,
    region_sold,
    segmentation_kinds,
    shipped_fusion,
)

SHIRT_OR_BLOUSE = {"shirt": 0.6, "blouse": 0.4}


def fusion(weights: dict[str, float], is_garment: dict[str, float] | None = None) -> Fusion:
    """The same model in every context."""
    return Fusion("test", 1e-4, dict.fromkeys(Context, Model(weights, is_garment or {}, 0.5, 0.5)))


def test_fusion_prefers_classifier_when_detector_is_unsure():
    sources = {"classifier": {"skirt": 0.9, "shirt": 0.1}, "segmentation": {"skirt": 0.45, "shirt": 0.55}}
    fused = fusion({"classifier": 1.0, "segmentation": 0.5}).kinds(Context.FLAT_LAY, sources)
    assert next(iter(fused)) == "skirt" and sum(fused.values()) == pytest.approx(1)


def test_fusion_prefers_detector_when_classifier_is_unsure():
    sources = {"classifier": {"t-shirt": 0.55, "dress": 0.45}, "segmentation": {"t-shirt": 0.1, "dress": 0.9}}
    assert next(iter(fusion({"classifier": 1.0, "segmentation": 0.5}).kinds(Context.FLAT_LAY, sources))) == "dress"


def test_fusion_is_log_linear():
    sources = {"classifier": SHIRT_OR_BLOUSE, "person": {"shirt": 0.2, "blouse": 0.8}}
    fused = fusion({"classifier": 2.0, "person": 0.5}).kinds(Context.ON_MODEL, sources)
    odds = (0.6 / 0.4) ** 2 * (0.2 / 0.8) ** 0.5
    assert fused["shirt"] / fused["blouse"] == pytest.approx(odds)


def test_fusion_ignores_sources_that_are_silent_or_have_no_weight():
    told = fusion({"classifier": 1.0, "segmentation": 0.5})
    sources = {"classifier": SHIRT_OR_BLOUSE, "segmentation": {}, "person": {"boots": 1.0}}
    assert told.kinds(Context.ON_MODEL, sources) == pytest.approx(SHIRT_OR_BLOUSE)
    assert told.kinds(Context.ON_MODEL, {"person": {"boots": 1.0}}) == {}


def test_fusion_floors_probabilities_so_that_no_source_vetoes():
    sources = {"classifier": {"shirt": 1.0, "blouse": 0.0}, "segmentation": {"shirt": 0.0, "blouse": 1.0}}
    fused = fusion({"classifier": 1.0, "segmentation": 1.0}).kinds(Context.PACKSHOT, sources)
    assert fused == pytest.approx({"shirt": 0.5, "blouse": 0.5})


def test_segmentation_gives_each_kind_the_probability_of_its_slot():
    kinds = segmentation_kinds({"top": 0.6, "bottom": 0.3, "dress": 0.0, "hat": 0.1})
    assert kinds["shirt"] == kinds["t-shirt"] == 0.6 and kinds["jeans"] == 0.3 and kinds["boots"] == 0
    assert kinds["tunic"] == pytest.approx(0.3)  # the segmentation has no class for it: the mean of what it covers
    assert segmentation_kinds({}) == {}


def test_garment_features_measure_agreement_of_detector_and_classifier():
    agreed = garment_features(0.9, {"top": 1.0}, SHIRT_OR_BLOUSE, floor=1e-4)
    denied = garment_features(0.9, {"shoes": 1.0}, SHIRT_OR_BLOUSE, floor=1e-4)
    assert agreed["log_agreement"] == pytest.approx(0) and denied["log_agreement"] == math.log(1e-4)
    assert agreed["log_confidence"] == math.log(0.6) and agreed["log_area"] == 0 and agreed["is_small"] == 0
    assert garment_features(0.0, {}, {"boots": 1.0}, area=0.1, floor=1e-4)["is_small"] == 1


def test_garment_probability_is_a_logistic_regression():
    told = fusion({}, {"intercept": 1.0, "log_detection": 2.0})
    assert told.garment_probability(Context.FLAT_LAY, {"log_detection": -0.5, "log_area": 9.0}) == 0.5
    assert fusion({}).garment_probability(Context.FLAT_LAY, {"log_detection": -9.0}) == 1, "where nothing is rejected"


@pytest.mark.parametrize("context", [Context.FLAT_LAY, Context.PACKSHOT, Context.ON_MODEL])
def test_shipped_fusion_keeps_what_is_clearly_a_garment_and_rejects_what_no_source_recognises(context):
    shipped = shipped_fusion()
    clear = garment_features(0.9, {"top": 0.9, "outer": 0.1}, {"shirt": 0.9, "blouse": 0.1}, floor=shipped.floor)
    unsure = dict.fromkeys(("shirt", "cap", "boots", "scarf", "handbag", "watch", "jeans", "coat"), 1 / 8)
    doubtful = garment_features(0.3, {"hat": 1.0}, unsure, area=0.05, floor=shipped.floor)
    least = shipped.contexts[context].min_garment
    assert shipped.garment_probability(context, doubtful) < least < shipped.garment_probability(context, clear)


def test_packshot_on_a_model_is_of_the_region_its_whole_picture_speaks_of():
    wears = [({"top": 0.9, "outer": 0.1}, 0.2), ({"bottom": 1.0}, 0.3)]
    assert region_sold(wears, {"jeans": 1.0}) == 1
    assert region_sold(wears, {"shirt": 1.0}) == 0
    assert region_sold(wears, {"jacket": 1.0}) == 0, "which the segmentation took for a shirt"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_fusion_card_that_lacks_a_field_is_refused(name):
    record = json.loads(CARD.read_text(encoding="utf-8"))
    del record[name]
    with pytest.raises(BadCard, match=name):
        read_fusion(record)


def test_a_fusion_card_that_lacks_a_context_is_refused():
    record = json.loads(CARD.read_text(encoding="utf-8"))
    del record["contexts"]["on_model"]
    with pytest.raises(BadCard, match="on_model"):
        read_fusion(record)
