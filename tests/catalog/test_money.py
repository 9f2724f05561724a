"""Money is written alike in the shop, the closet and at the desk, as its reader would write it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog.money import money
from tests.wardrobe import garment, product


@pytest.mark.parametrize(
    ("amount", "currency", "english", "korean"),
    [
        (Decimal("171000.00"), "KRW", "₩171,000", "171,000원"),
        (12.5, "USD", "$12.50", "$12.50"),
        (1980, "JPY", "¥1,980", "¥1,980"),
        (Decimal("99.9"), "CHF", "CHF 99.90", "CHF 99.90"),
        (0, "KRW", "₩0", "0원"),
        (None, "KRW", "", ""),
    ],
)
def test_an_amount_in_two_languages(amount: Any, currency: str, english: str, korean: str) -> None:
    with translation.override("en"):
        assert money(amount, currency) == english
    with translation.override("ko"):
        assert money(amount, currency) == korean


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "shown"), [("en", "₩49,000"), ("ko", "49,000원")])
def test_shop_and_closet_write_it_alike(as_alice: Client, alice: Any, language: str, shown: str) -> None:
    alice.profile.language = language
    alice.profile.save()
    sold, owned = product("shirt", price=49_000), garment(alice, "shirt", price=49_000)
    for address in (sold.get_absolute_url(), "/shop/products/", "/search/", reverse("closet:garment", args=[owned.pk])):
        page = as_alice.get(address, headers={"Accept-Language": language}).content.decode()
        assert shown in page and "49,000 KRW" not in page, address
