"""The metrics measure what they say."""

import numpy as np
import pytest

from training.vision.calibration import calibration_error, fit_softmax
from training.vision.neighbours import leave_one_out, precision_at
from training.vision.parser_metrics import StreetScore, average_precision, decode_on_model
from training.vision.parts import NUMBER, PARTS


def logits_of(truth: np.ndarray) -> np.ndarray:
    return np.where(truth[None] == np.arange(len(PARTS))[:, None, None], 9.0, -9.0).astype(np.float32)


def street() -> np.ndarray:
    truth = np.zeros((64, 48), np.uint8)
    truth[10:30, 14:34] = NUMBER["top"]
    truth[30:54, 16:32] = NUMBER["bottom"]
    truth[54:58, 14:20] = NUMBER["shoes"]
    truth[54:58, 28:34] = NUMBER["shoes"]
    return truth


def test_a_perfect_parse_scores_one() -> None:
    truth = street()
    found = decode_on_model(logits_of(truth), np.full(len(PARTS), 5.0), (64, 48))
    score = StreetScore()
    score.add(truth, found, truth)
    figures = score.figures()
    assert figures["foreground iou"] == figures["ap50"] == figures["mask iou"] == 1
    assert score.ap50_intervals()["ap50"] == (1, 1)


def test_average_precision_is_told_with_how_sure_it_is() -> None:
    truth, score = street(), StreetScore()
    for number in range(12):
        found = decode_on_model(logits_of(truth), np.full(len(PARTS), 5.0), (64, 48))
        score.add(truth, [garment for garment in found if number % 3 or garment.slot != "shoes"], truth, f"{number}")
    low, high = score.ap50_intervals()["ap50 shoes"]
    assert 0.2 < low < score.figures()["ap50 shoes"] < high <= 1
    assert StreetScore().ap50_intervals() == {}


def test_a_pair_of_shoes_is_one_garment() -> None:
    found = decode_on_model(logits_of(street()), np.full(len(PARTS), 5.0), (64, 48))
    (shoes,) = [garment for garment in found if garment.slot == "shoes"]
    assert shoes.box == (14, 54, 34, 58)


def test_an_invented_garment_costs_precision() -> None:
    assert average_precision([0.9, 0.8], [True, False], 1) == 1
    assert average_precision([0.9, 0.8], [False, True], 1) == pytest.approx(0.5)


def test_a_temperature_cools_an_overconfident_head() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 4000)
    logits = np.eye(3)[np.where(rng.random(4000) < 0.7, truth, rng.integers(0, 3, 4000))] * 8
    temperature, error = fit_softmax(logits, np.eye(3)[truth] > 0)
    assert temperature > 2
    assert error < 0.03


def test_calibration_error_of_a_sure_and_wrong_head_is_its_confidence() -> None:
    assert calibration_error(np.full(10, 0.9), np.zeros(10)) == pytest.approx(0.9)


def test_neighbours_of_two_clusters_agree() -> None:
    rng = np.random.default_rng(0)
    vectors = np.concatenate([np.eye(8)[0] + rng.normal(0, 0.05, (12, 8)), np.eye(8)[1] + rng.normal(0, 0.05, (12, 8))])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = ["a"] * 12 + ["b"] * 12
    assert precision_at(vectors, words) == 1
    assert leave_one_out(vectors, words) == 1
