"""Fitting the fusion: weights, the is-a-garment regression, and samples as the pipeline makes them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.vision.fusion import Context, read_fusion
from recommender.vision.pipeline import analyse
from tests.fakes import fake_engine
from tests.vision.pictures import encoded, shirt
from training.vision import fusion
from training.vision.fusion_samples import (
    FLOOR,
    KIND_SLUGS,
    SOURCES,
    RecordingFusion,
    Samples,
    load,
    recording_engine,
    save,
)
from training.vision.intervals import interval
from training.vision.splits import is_report, unit_of

KINDS = ("shirt", "jeans", "boots")


def samples(count: int = 240) -> Samples:
    """The classifier is right nine times in ten, the segmentation six; of the regions a tenth is no garment."""
    rng = np.random.default_rng(0)
    columns = [KIND_SLUGS.index(kind) for kind in KINDS]
    truth = rng.integers(len(KINDS), size=count)
    logs = np.zeros((count, len(SOURCES), len(KIND_SLUGS)), np.float32)
    for source, right in (("segmentation", 0.6), ("classifier", 0.9), ("person", 0.4)):
        said = np.where(rng.random(count) < right, truth, rng.integers(len(KINDS), size=count))
        probability = np.full((count, len(KIND_SLUGS)), FLOOR)
        probability[:, columns] = 0.2
        probability[np.arange(count), np.array(columns)[said]] = 0.6
        logs[:, SOURCES.index(source)] = np.log(probability)
    allowed = np.zeros((count, len(KIND_SLUGS)))
    allowed[np.arange(count), np.array(columns)[truth]] = 1
    garment = (rng.random(count) > 0.2).astype(int)
    features = np.log(np.where(garment == 1, rng.uniform(0.5, 1, count), rng.uniform(0.01, 0.4, count)))
    units = np.array([f"sender {number // 4}" for number in range(count)])
    contexts = np.array([context.value for context in Context])[np.arange(count) % 4]
    return Samples(
        context=contexts,
        source=np.full(count, "closet_photos"),
        unit=units,
        report=np.array([is_report(unit) for unit in units]),
        logs=logs,
        allowed=allowed,
        features=np.repeat(features[:, None], 6, axis=1),
        garment=garment,
        label=np.full(count, ""),
    )


def test_weights_follow_how_often_a_source_is_right() -> None:
    drawn = samples()
    weights = fusion.fit_weights(drawn.logs, drawn.allowed, SOURCES)
    told = dict(zip(SOURCES, weights, strict=True))
    assert told["classifier"] > told["segmentation"] > told["person"] >= 0


def test_sources_that_are_not_named_get_no_weight() -> None:
    drawn = samples()
    weights = fusion.fit_weights(drawn.logs, drawn.allowed, ("classifier",))
    assert (weights > 0).tolist() == [name == "classifier" for name in SOURCES]


def test_a_fitted_card_is_whole_and_says_its_splits(tmp_path: Path) -> None:

    path = tmp_path / "fusion.json"
    metrics = fusion.write_card(samples(), path)
    record = json.loads(path.read_text())
    told = read_fusion(record)
    assert set(told.contexts) == set(Context) and told.contexts[Context.PACKSHOT_ON_MODEL].min_garment == 0
    assert "person" not in told.contexts[Context.FLAT_LAY].weights
    assert record["splits"]["report"] and record["splits"]["tune"]
    figure = metrics["kind, flat_lay"]
    assert figure["interval"][0] <= figure["value"] <= figure["interval"][1] and figure["n"] > 10


def test_the_garment_threshold_keeps_the_recall_it_is_asked_for() -> None:
    probability, garment = np.linspace(0, 1, 101), np.ones(101)
    assert fusion.threshold_for(probability, garment, 0.9) == pytest.approx(0.1)


def test_samples_are_what_the_pipeline_asks_the_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.vision.fusion_samples.engine", lambda options: fake_engine())
    recording = recording_engine(1)
    assert isinstance(recording.fusion, RecordingFusion)
    facts = analyse(encoded(shirt(400), "PNG"), engine=recording)
    ((context, sources, features),) = recording.fusion.asked
    assert len(facts.garments) == 1 and context is Context.FLAT_LAY
    assert sources["classifier"] and sources["segmentation"] and features["log_detection"] < 0
    picture = Image.new("RGB", (200, 200), "white")
    picture.paste((190, 20, 30), (60, 40, 140, 160))
    analyse(encoded(picture, "PNG"), engine=replace(recording))
    assert [one[0] for one in recording.fusion.asked] == [Context.FLAT_LAY, Context.PACKSHOT]


def test_samples_survive_their_file(tmp_path: Path) -> None:
    drawn = samples(8)
    save(drawn, tmp_path / "fusion.npz")
    assert (load(tmp_path / "fusion.npz").logs == drawn.logs).all()


def test_intervals_draw_whole_units() -> None:
    alike = [float(number < 50) for number in range(100)]
    low, high = interval(alike, [str(number) for number in range(100)])
    wide_low, wide_high = interval(alike, [str(number // 25) for number in range(100)])
    assert wide_low < low < 0.5 < high < wide_high


def test_photos_of_one_sender_are_on_one_side_of_tune_and_report() -> None:
    rows = [{"sender_id": str(number // 5), "file": f"{number}.webp"} for number in range(400)]
    sides: dict[str, set[bool]] = {}
    for row in rows:
        sides.setdefault(row["sender_id"], set()).add(is_report(unit_of("closet_photos", row)))
    assert all(len(side) == 1 for side in sides.values())
    assert 20 < sum(side == {True} for side in sides.values()) < 60
