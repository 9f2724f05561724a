"""What garments go by, read from their embedding by a table that knows one classifier."""

import numpy as np
import pytest

from catalog.taxonomy import KIND_BY_SLUG
from recommender.vision.cards import load_cards
from recommender.vision.describe.embedding_classifier import classify_embedding, table


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=np.shape(table()["weights"])[1])
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_the_table_reads_the_describer_that_ships_and_says_where_it_comes_from():
    record, classifier = table(), load_cards()["describer"]
    assert record["describer"] == classifier.key
    assert np.shape(record["weights"]) == (len(record["classes"]), classifier.dim)
    for known in ("key", "licence", "training_data", "metrics", "rebuild"):
        assert record[known]


def test_every_word_stands_for_kinds_of_ours_and_no_kind_goes_by_two():
    kinds = [kind for members in table()["classes"].values() for kind in members]
    assert set(kinds) <= set(KIND_BY_SLUG) and len(kinds) == len(set(kinds))


def test_the_chances_of_all_words_sum_to_one():
    said = classify_embedding(unit(1), table()["describer"])
    assert list(said) == list(table()["classes"])
    assert sum(one.probability for one in said.values()) == pytest.approx(1)


def test_of_another_describer_or_without_an_embedding_it_tells_nothing():
    assert classify_embedding(unit(1), "describer-of-another-day") == {}
    assert classify_embedding(None, table()["describer"]) == {}
