"""Stored colours get the names of their swatches, except where somebody named them."""

from importlib import import_module

import pytest
from django.apps import apps

from catalog.models import Brand, Kind, Product
from closet.models import Garment, User
from recommender.index import keywords
from recommender.models import TagVector
from tests.closet.closets import garment_of

NAVY = {"lab": [14.9, 3.1, -17.6], "hex": "#1b2440", "share": 0.7}
DARK = {"lab": [14.9, 3.1, -17.6], "hex": "#1b2440", "share": 0.3}


def run(app: str, number: str, function: str = "rename") -> None:
    getattr(import_module(f"{app}.migrations.{number}_colour_names"), function)(apps, None)


@pytest.fixture
def misnamed() -> list[dict[str, object]]:
    """As the network left it: one swatch under two names."""
    return [NAVY | {"name": "black"}, DARK | {"name": "navy"}]


def test_a_garment_is_renamed_and_its_doubled_swatch_merged(alice: User, misnamed: list[dict[str, object]]) -> None:
    garment = garment_of(alice)
    Garment.objects.filter(pk=garment.pk).update(colours=misnamed, colour_names=["black", "navy"])
    run("closet", "0005")
    garment.refresh_from_db()
    assert garment.colours == [NAVY | {"name": "navy", "share": 1.0}]
    assert garment.colour_names == ["navy"]
    run("closet", "0005")
    assert Garment.objects.get(pk=garment.pk).colours == garment.colours


def test_what_alice_called_it_stays(alice: User, misnamed: list[dict[str, object]]) -> None:
    garment = garment_of(alice)
    owned = {"colours": misnamed, "colour_names": ["black"], "owner_fields": ["colour_names"]}
    Garment.objects.filter(pk=garment.pk).update(**owned)
    run("closet", "0005")
    garment.refresh_from_db()
    assert (garment.colours, garment.colour_names) == (misnamed, ["black"])


@pytest.fixture
def product(db: None) -> Product:
    brand = Brand.objects.create(name_en="Haneul", slug="haneul")
    return Product.objects.create(
        brand=brand, sku="A-1", name_en="Slacks", kind=Kind.objects.get(slug="trousers"), gender="women"
    )


def test_measured_products_are_renamed_and_found_by_the_new_name(
    product: Product, misnamed: list[dict[str, object]]
) -> None:
    Product.objects.filter(pk=product.pk).update(colours=misnamed, colour_names=["black", "navy"])
    keywords.products_index(product_ids=[product.pk])
    run("catalog", "0008")
    product.refresh_from_db()
    assert product.colour_names == ["navy"]
    run("recommender", "0009", "forget")
    assert not TagVector.objects.filter(product=product).exists()  # the sweeper sends it
    keywords.products_index(product_ids=[product.pk])
    run("recommender", "0009", "forget")
    assert TagVector.objects.filter(product=product).exists()


def test_what_an_importer_or_staff_said_of_a_product_stays(product: Product, misnamed: list[dict[str, object]]) -> None:
    said = [{"lab": [70.0, 8.0, 45.0], "hex": "#cca659", "name": "gold", "share": 1.0}]
    Product.objects.filter(pk=product.pk).update(colours=said, colour_names=["gold"])
    run("catalog", "0008")
    product.refresh_from_db()
    assert (product.colours, product.colour_names) == (said, ["gold"])

    # Named by its shop, measured by us: the names are the shop's.
    Product.objects.filter(pk=product.pk).update(colours=misnamed, colour_names=["multi"])
    run("catalog", "0008")
    product.refresh_from_db()
    assert (product.colours[0]["name"], product.colour_names) == ("navy", ["multi"])

    Product.objects.filter(pk=product.pk).update(
        colours=misnamed, colour_names=["black"], staff_fields=["colour_names"]
    )
    run("catalog", "0008")
    product.refresh_from_db()
    assert (product.colours, product.colour_names) == (misnamed, ["black"])
