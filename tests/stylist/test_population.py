"""The body model: a mixture of Gaussians with a whole card, right where it can be reckoned apart."""

import json

import numpy as np
import pytest

from recommender.stylist.fit import ease
from recommender.stylist.fit.population import AGE, CARD, TAPE_SIGMA_MM, Population, population


def test_the_card_is_whole_and_names_its_sources():
    card = json.loads(CARD.read_text())
    assert {"key", "licence", "training_data", "method", "splits", "limits", "rebuild", "metrics"} <= set(card)
    assert any("Size Korea, Korean Agency for Technology and Standards" in source for source in card["training_data"])
    assert any("ANSUR II" in source for source in card["training_data"])
    assert CARD.stat().st_size < 60_000


def test_intervals_are_honest_on_people_kept_apart():
    report = json.loads(CARD.read_text())["metrics"]["ANSUR II, report"]
    for sex in ("men", "women"):
        zones = report[sex]["region us; height, weight"]
        assert 0.88 <= np.mean([zone["coverage"][0] for zone in zones.values()]) <= 0.92
        average = report[sex]["everybody the average of their sex"]
        assert all(
            zones[zone]["mae"][2] < average[zone]["mae"][1] for zone in ("chest", "waist", "hips", "thigh", "neck")
        )


def test_the_ease_card_is_whole_and_better_than_the_middle_size():
    card = json.loads(ease.CARD.read_text())
    assert {"key", "licence", "training_data", "method", "splits", "limits", "rebuild", "metrics"} <= set(card)
    measured = card["metrics"]["ANSUR II"]["measured"]
    assert measured["within one size"]["ci"][0] > measured["always the middle size, within one"]


@pytest.mark.parametrize("sex", ["men", "women", None])
@pytest.mark.parametrize("region", ["korea", "us", None, "atlantis"])
def test_components_are_proper_gaussians(sex, region):
    people = population(sex, region)
    assert people.shares.sum() == pytest.approx(1)
    assert all(np.linalg.eigvalsh(covariance).min() > 0 for covariance in people.covariances)


def one_component() -> Population:
    means = np.array([[1700.0, 900.0]])
    return Population(("height", "chest"), np.ones(1), means, np.array([[[3600.0, 1200.0], [1200.0, 4900.0]]]), {})


def test_conditioning_is_the_textbook_formula():
    found = one_component().given({"height": 1760.0})
    gain = 1200 / (3600 + TAPE_SIGMA_MM**2)
    assert found.moments("chest") == pytest.approx((900 + 60 * gain, (4900 - 1200 * gain) ** 0.5))
    low, middle, high = found.quantiles()[:, 1]
    assert middle == pytest.approx(900 + 60 * gain, abs=0.1)
    assert high - low == pytest.approx(2 * 1.6449 * found.moments("chest")[1], abs=0.2)


def test_a_component_that_explains_what_is_known_counts_more():
    slight, broad = (population(None).given({"height": 1600.0, "weight": weight}) for weight in (48_000.0, 95_000.0))
    assert not np.allclose(slight.shares, broad.shares, atol=0.1)


def test_nothing_known_is_everybody():
    people = population("women", "korea")
    assert people.given({}).moments("height")[0] == pytest.approx(people.shares @ people.means[:, 0])
    assert AGE in people.variables
