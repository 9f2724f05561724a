"""Words of the sources become words of ours, and only of ours."""

import csv

import pytest

from catalog.taxonomy import KIND_BY_SLUG
from training.vision.labels import (
    ARTICLE_KINDS,
    CLOSET_KINDS,
    COLOUR_NAMES,
    HEADS,
    LOOKED_AT,
    STREET_KINDS,
    closet_labels,
    product_labels,
    seen_kinds,
)
from training.vision.parts import NUMBER, PARTS, STREET_PARTS, part_of_closet, part_of_kind


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


def test_a_product_name_narrows_an_article_to_one_kind() -> None:
    assert product_labels(product("Tshirts", "Acme Men Polo Navy T-shirt"))["kind"]["polo"] == 1
    assert product_labels(product("Tshirts", "Acme Men Striped Navy T-shirt"))["pattern"] == {"stripe": 1}
    assert product_labels(product("Casual Shoes", "Acme Men Suede Boots"))["material"] == {"suede": 1}


def test_a_product_name_without_a_pattern_gives_no_pattern_label() -> None:
    assert "pattern" not in product_labels(product("Tshirts"))


def test_a_coarse_label_allows_several_kinds() -> None:
    assert set(closet_labels({"label": "Pants"})["kind"]) == {"trousers", "jeans", "sweatpants", "leggings"}


def row_seen_as(kind: str, label: str) -> dict[str, str]:
    with LOOKED_AT.open(newline="", encoding="utf-8") as stream:
        return next({"file": row["file"], "label": label} for row in csv.DictReader(stream) if row["kind"] == kind)


def test_a_second_annotator_narrows_a_coarse_label() -> None:
    assert closet_labels(row_seen_as("jeans", "Pants"))["kind"] == {"jeans": 1}


def test_where_annotator_and_source_differ_both_labels_are_allowed() -> None:
    kind = closet_labels(row_seen_as("jacket", "Longsleeve"))["kind"]
    assert kind["long-sleeve"] == 1 and 0 < kind["jacket"] < 1
    assert seen_kinds(row_seen_as("jacket", "Longsleeve")) == ("jacket",)


def test_an_annotators_kind_outside_the_class_weighs_less_than_the_class() -> None:
    kind = closet_labels(row_seen_as("shirt|jacket", "Shirt"))["kind"]
    assert kind["shirt"] == 1 and 0 < kind["jacket"] < 1


def test_annotations_use_the_taxonomy_and_one_row_a_photo() -> None:
    with LOOKED_AT.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["file"] for row in rows}) == len(rows) > 4000
    assert {kind for row in rows for kind in row["kind"].split("|")} <= set(KIND_BY_SLUG)


def test_every_street_tag_has_a_part() -> None:
    assert set(STREET_PARTS.values()) <= set(PARTS)


def test_parts_follow_slots() -> None:
    assert part_of_kind("cardigan") == NUMBER["outer"]
    assert part_of_kind("scarf") == NUMBER["scarf"]
    assert part_of_closet("Hoodie") == NUMBER["top"]
