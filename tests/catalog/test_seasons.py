"""In which seasons a garment is worn follows from how much it warms; what warms little has reasons of its own."""

import pytest

from catalog.seasons import likely, seasons_worn
from catalog.taxonomy import KIND_BY_SLUG, KINDS, SEASONS


def _likely(slug: str) -> set[str]:
    kind = KIND_BY_SLUG[slug]
    return set(likely(seasons_worn(slug, kind.slot, kind.warmth)))


@pytest.mark.parametrize(
    ("kind", "worn", "never"),
    [
        ("padded", {"winter"}, {"summer"}),
        ("coat", {"winter", "autumn"}, {"summer"}),
        ("sandals", {"summer"}, {"winter"}),
        ("t-shirt", {"summer", "spring"}, {"winter"}),
        ("jeans", {"spring", "autumn", "winter"}, {"summer"}),
        ("knit", {"autumn", "winter"}, {"summer"}),
        ("backpack", {"spring", "summer", "autumn", "winter"}, set()),
    ],
)
def test_a_kind_is_worn_when_its_warmth_is_wanted(kind, worn, never):
    assert worn <= _likely(kind)
    assert not never & _likely(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_kind_has_a_season(kind):
    chances = seasons_worn(kind.slug, kind.slot, kind.warmth)
    assert set(chances) == {term.slug for term in SEASONS}
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert likely(chances)


def test_a_kind_that_a_shop_added_goes_by_its_warmth():
    assert likely(seasons_worn("mouton", "outer", 0.95)) == ["winter"]
