"""Fixtures of the API tests."""

import pytest

from recommender.stylist.outfits import goes_with as partners


@pytest.fixture(autouse=True)
def any_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors made up for a test mean nothing to the compatibility model: whatever may meet is offered."""
    monkeypatch.setattr(partners, "CHANCE", 0.0)
