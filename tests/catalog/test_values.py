"""One cell, one value, or one sentence."""

from decimal import Decimal

import pytest

from catalog.importers import values, vocabulary
from catalog.importers.brand_names import BrandNames
from catalog.importers.problems import BadRow


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("39000", "39000", "KRW"),
        ("39,000", "39000", "KRW"),
        ("₩39,000", "39000", "KRW"),
        ("39,000원", "39000", "KRW"),
        ("19.90 EUR", "19.90", "EUR"),
        ("$ 1,299.00", "1299.00", "USD"),
        ("1.299,00 €", "1299.00", "EUR"),
        ("12,5", "12.50", "KRW"),
        ("0", "0", "KRW"),
    ],
)
def test_prices_as_shops_write_them(cell: str, amount: str, currency: str) -> None:
    assert values.money(cell, "price", currency="KRW") == (Decimal(amount), currency)


@pytest.mark.parametrize("cell", ["free", "무료", "-5", "1e9", "9" * 20, "12 apples", "NaN", "."])
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(BadRow):
        values.money(cell, "price", currency="KRW")


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+cmd|'x'!A1", "-2+3+cmd|' /C'!A0"])
def test_formulas_are_refused(cell: str) -> None:
    with pytest.raises(BadRow, match="formula"):
        values.line(cell, "name", most=200)


@pytest.mark.parametrize("cell", ["+J shirt", "-12 degrees jacket", "@home wear", "A=B"])
def test_names_that_only_look_odd_go_in(cell: str) -> None:
    assert values.line(cell, "name", most=200) == cell


@pytest.mark.parametrize(
    ("cell", "unit", "mm"),
    [("96", "", 960), ("960", "", 960), ("38", "in", 965), ("92-96", "cm", [920, 960]), ("92~96cm", "", [920, 960])],
)
def test_lengths_and_spans_become_millimetres(cell: str, unit: str, mm: object) -> None:
    assert values.millimetres(cell, "chest", unit=unit) == mm


@pytest.mark.parametrize("cell", ["wide", "96-92", "9999", "0.1", "-5"])
def test_what_is_no_length_is_refused(cell: str) -> None:
    with pytest.raises(BadRow):
        values.millimetres(cell, "chest", unit="cm")


@pytest.mark.parametrize("cell", ["javascript:alert(1)", "ftp://shop.example/a", "shop.example", "https://", "//x"])
def test_only_web_addresses_are_addresses(cell: str) -> None:
    with pytest.raises(BadRow):
        values.address(cell, "url")


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("Tshirts", "t-shirt"),
        ("Casual Shoes", "sneakers"),
        ("와이드 슬랙스", "trousers"),
        ("맨투맨/스웨트셔츠", "sweatshirt"),
        ("Apparel > Tops > Hoodies", "hoodie"),
        ("Slim fit oxford shirts", "shirt"),
        ("숏패딩", "padded"),
        ("Quux", None),
    ],
)
def test_kinds_are_found_by_the_words_of_shops(word: str, slug: str | None) -> None:
    assert vocabulary.kind_slug(word) == slug


def test_words_of_seasons_styles_and_colours() -> None:
    assert vocabulary.season_slugs("Fall") == ("autumn",)
    assert vocabulary.season_slugs("봄|여름") == ("spring", "summer")
    assert vocabulary.season_slugs("None") == ()
    assert vocabulary.style_slug("americancasual") == "amekaji"
    assert vocabulary.colour_slugs("Navy Blue") == ("navy",)
    assert vocabulary.colour_slugs("black/white") == ("black", "white")


def test_brands_are_told_from_names() -> None:
    names = [
        "Nike Men Blue Jersey",
        "Nike Sahara Team India Jersey",
        "Nike Women Pink Tee",
        "Puma Men Black Tee",
        *[f"Puma Men Running Shoe {n}" for n in range(9)],
        "Puma Deck Men Navy Shoes",
        "Puma Deck Men Red Shoes",
        "United Colors of Benetton Men Stripes Jeans",
        "United Colors of Benetton Women Solid Top",
        "United Colors of Benetton Striped Scarf",
        "Lonely Label Coat",
    ]
    brands = BrandNames().learn(names)
    told = [brands.brand_of(name) for name in names]
    assert told[:4] == ["Nike", "Nike", "Nike", "Puma"]
    assert brands.brand_of("Puma Deck Men Navy Shoes") == "Puma"
    assert told[-4:-1] == ["United Colors of Benetton"] * 3
    assert told[-1] == "Lonely" and brands.brand_of("") == ""
