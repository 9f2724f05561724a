"""A network is a card first: one that lacks anything is refused, and the shipped ones are whole and true."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from recommender.vision.cards import WEIGHTS, BadCard, load_card, load_cards, read_card, sha256_of, verify

WHOLE: dict[str, Any] = {
    "key": "classifier-1",
    "file": "classifier.onnx",
    "sha256": "0" * 64,
    "licence": "MIT",
    "training_data": ["photos (CC0)"],
    "date": "2026-01-02",
    "metrics": {"kind": 0.9},
    "input": {"name": "crops", "size": [160, 160], "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
    "dim": 256,
    "outputs": {
        "embedding": {"labels": []},
        "kind": {"labels": ["shirt", "skirt"], "activation": "softmax", "temperature": 1.3},
    },
    "rebuild": "python -m training classifier",
}


def test_a_whole_card_is_read() -> None:
    card = read_card(WHOLE)
    assert card.input.size == (160, 160)
    assert card.temperatures == {"kind": 1.3}


@pytest.mark.parametrize("field", sorted(WHOLE))
def test_a_card_that_lacks_a_field_is_refused(field: str) -> None:
    with pytest.raises(BadCard, match=field):
        read_card({name: value for name, value in WHOLE.items() if name != field})


@pytest.mark.parametrize("field", ["name", "size", "mean", "std"])
def test_a_card_whose_input_lacks_something_is_refused(field: str) -> None:
    record = copy.deepcopy(WHOLE)
    del record["input"][field]
    with pytest.raises(BadCard, match=field):
        read_card(record)


@pytest.mark.parametrize("field", ["activation", "temperature"])
def test_an_output_that_cannot_be_read_is_refused(field: str) -> None:
    record = copy.deepcopy(WHOLE)
    del record["outputs"]["kind"][field]
    with pytest.raises(BadCard, match="kind"):
        read_card(record)


def test_a_file_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classifier.onnx").write_bytes(b"something else")
    (tmp_path / "classifier.json").write_text(json.dumps(WHOLE))
    card = load_card("classifier", tmp_path)
    with pytest.raises(BadCard, match=r"classifier\.onnx"):
        verify(card, tmp_path)


@pytest.mark.weights
def test_every_shipped_network_has_a_whole_and_true_card() -> None:
    cards = load_cards()
    assert {path.stem for path in WEIGHTS.glob("*.onnx")} == set(cards)
    for card in cards.values():
        assert card.sha256 == sha256_of(WEIGHTS / card.file)


@pytest.mark.weights
def test_the_shipped_networks_are_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.onnx")) < 24_000_000
