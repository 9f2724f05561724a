"""Words of the sources become words of ours, and only of ours."""

import pytest

from catalog.taxonomy import KIND_BY_SLUG
from recommender.training.labels import (
    ARTICLE_KINDS,
    CLOSET_KINDS,
    COLOUR_NAMES,
    HEADS,
    STREET_KINDS,
    closet_labels,
    product_labels,
)
from recommender.training.parts import NUMBER, PARTS, STREET_PARTS, part_of_closet, part_of_kind


def product(article: str, name: str = "", **columns: str) -> dict[str, str]:
    return {
        "articleType": article,
        "productDisplayName": name,
        "season": "Summer",
        "gender": "Men",
        "usage": "Casual",
        "baseColour": "Navy Blue",
    } | columns


@pytest.mark.parametrize("table", [ARTICLE_KINDS, CLOSET_KINDS, STREET_KINDS])
def test_every_kind_is_of_the_taxonomy(table: dict[str, dict[str, float]]) -> None:
    assert {slug for label in table.values() for slug in label} <= set(KIND_BY_SLUG)


def test_every_colour_is_of_the_taxonomy() -> None:
    assert {slug for label in COLOUR_NAMES.values() for slug in label} <= set(HEADS["colour"])


def test_a_name_settles_what_the_article_leaves_open() -> None:
    assert product_labels(product("Tshirts", "Acme Men Polo Navy T-shirt"))["kind"]["polo"] == 1
    assert product_labels(product("Tshirts", "Acme Men Striped Navy T-shirt"))["pattern"] == {"stripe": 1}
    assert product_labels(product("Casual Shoes", "Acme Men Suede Boots"))["material"] == {"suede": 1}


def test_a_silent_name_teaches_no_pattern() -> None:
    assert "pattern" not in product_labels(product("Tshirts"))


def test_a_coarse_label_allows_several_kinds() -> None:
    assert set(closet_labels({"label": "Pants"})["kind"]) == {"trousers", "jeans", "sweatpants", "leggings"}


def test_every_street_tag_has_a_part() -> None:
    assert set(STREET_PARTS.values()) <= set(PARTS)


def test_parts_follow_slots() -> None:
    assert part_of_kind("cardigan") == NUMBER["outer"]
    assert part_of_kind("scarf") == NUMBER["scarf"]
    assert part_of_closet("Hoodie") == NUMBER["top"]
