"""The text encoder: its card, its size, what its vectors are near to, and that it needs no library."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.index import meaning
from recommender.index.model_key import current_model_key
from recommender.meaning import encoder
from recommender.meaning.encoder import BadWeights, features, text_encoder
from recommender.vision.cards import sha256_of

NEEDED = ("key", "file", "sha256", "describer", "licence", "training_data", "splits", "limits", "metrics", "rebuild")


@pytest.mark.weights
def test_the_card_is_whole_and_true_and_the_file_small() -> None:
    card = encoder.card()
    assert [name for name in NEEDED if not card.get(name)] == []
    path = encoder.WEIGHTS / card["file"]
    assert card["sha256"] == sha256_of(path) and path.stat().st_size < 10_000_000
    assert card["describer"] == current_model_key()


@pytest.mark.weights
@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("빨간 치마", "red skirt", "black watch"),
        ("운동화", "sneakers", "silk blouse"),
        ("따뜻한 니트", "warm sweater", "sandals"),
    ],
)
def test_both_languages_mean_the_same_place(one: str, other: str, different: str) -> None:
    first, second, third = (meaning.vector_of(text) for text in (one, other, different))
    assert first is not None and second is not None and third is not None
    assert first @ second > 0.4 > first @ third
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-4) and first.shape == (256,)


@pytest.mark.parametrize("text", ["", "  ", "🦦", "%_", "\x00", "zzqqxx"])
def test_without_words_there_is_no_vector(text: str) -> None:
    assert meaning.vector_of(text) is None


@pytest.mark.parametrize("text", ["가" * 10_000, "a b " * 5_000, "\ud800x", "ㅎ"])
def test_no_text_breaks_it(text: str) -> None:
    assert len(features(text)) < 25_000


def test_another_classifiers_encoder_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning.vector_of.cache_clear()
    monkeypatch.setattr(meaning, "current_model_key", lambda: "another")
    assert meaning.vector_of("red skirt") is None
    meaning.vector_of.cache_clear()


def test_a_file_that_is_not_the_cards_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text_encoder.cache_clear()
    monkeypatch.setattr(encoder, "card", lambda: {"key": "text-1", "file": "text.npz", "sha256": "0", "describer": "x"})
    with pytest.raises(BadWeights, match=r"text\.npz"):
        text_encoder()
    text_encoder.cache_clear()
