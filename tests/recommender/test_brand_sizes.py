"""A brand's page says which of its sizes one takes, chart by chart. Page and API."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import Brand, SizeChart, SizeRow
from closet.models import Measurement, User
from tests.wardrobe import brand, kind

pytestmark = pytest.mark.django_db
CHESTS = {"S": [820, 880], "M": [880, 940], "L": [940, 1000]}


@pytest.fixture
def house(alice: User) -> Brand:
    alice.profile.wears = "women"
    alice.profile.save()
    made = brand("Heron")
    for name, made_for, factor in (("Knits", "women", 1), ("Men's knits", "men", 1), ("Giants' knits", "unisex", 2)):
        chart = SizeChart.objects.create(
            brand=made, kind=kind("knit"), name=name, measures="body", made_for=made_for, intended_fit="slim"
        )
        for position, (label, ends) in enumerate(CHESTS.items()):
            zones = {"chest": [end * factor for end in ends]}
            SizeRow.objects.create(chart=chart, label=label, position=position, zones=zones)
    SizeChart.objects.create(brand=made, name="Of no kind")
    return made


def sizes(client: APIClient) -> dict[str, Any]:
    found = client.get(reverse("api-brand-sizes", args=["heron"])).json()["results"]
    return {one["chart"]: (one["size"], one["fits"]) for one in found}


def test_each_chart_of_what_one_wears_has_a_size_or_none(alice: User, alice_api: APIClient, house: Brand) -> None:
    assert sizes(alice_api) == {"Knits": (None, None), "Giants' knits": (None, None)}
    for zone, value in {"height": 1700, "weight": 62_000, "chest": 910, "waist": 740, "hips": 960}.items():
        Measurement.objects.create(user=alice, zone=zone, value=value)
    assert sizes(alice_api) == {"Knits": ("M", True), "Giants' knits": (None, False)}


def test_the_page_says_so_and_asks_for_measures_first(alice: User, as_alice: Client, house: Brand) -> None:
    address = reverse("recommender:brand_sizes", args=["heron"])
    assert address in as_alice.get(house.get_absolute_url()).content.decode()
    assert "at least your height and weight" in as_alice.get(address).content.decode()
    for zone, value in {"height": 1700, "weight": 62_000, "chest": 910}.items():
        Measurement.objects.create(user=alice, zone=zone, value=value)
    page = as_alice.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page and "<strong>M</strong>" in page and "no size fits you" in page


def test_visitors_see_charts_and_hidden_brands_are_not_there(client: Client, as_alice: Client, house: Brand) -> None:
    address = reverse("recommender:brand_sizes", args=["heron"])
    assert address not in client.get(house.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 302
    Brand.objects.update(is_published=False)
    assert as_alice.get(address).status_code == 404
