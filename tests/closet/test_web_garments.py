"""Adding by web address: the shop's page and picture are asked for through the gate, its words are the owner's."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.importers.product_page import product_page_read
from catalog.importers.web_photos import WebPhotos
from closet.models import Garment, Outgoing, Photo, User
from closet.services import web_garments
from tests.vision.pictures import encoded, shirt

ADDRESS = "https://shop.example/products/17"
OXFORD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "BreadcrumbList", "name": "Shirts"},
        {
            "@type": "Product",
            "name": "Oxford shirt &amp; collar",
            "image": ["/pictures/17.jpg"],
            "brand": {"@type": "Brand", "name": "Onmaru"},
            "color": "Navy",
            "material": "Cotton 100%",
            "offers": {"@type": "Offer", "price": "59,000", "priceCurrency": "krw"},
        },
    ],
}


def page(data: Any, head: str = "") -> bytes:
    block = data if isinstance(data, str) else json.dumps(data)
    return f'<html><head>{head}<script type="application/ld+json">{block}</script></head></html>'.encode()


class TestReading:
    def test_json_ld_tells_name_brand_price_colour_material_and_picture(self) -> None:
        found = product_page_read(page(OXFORD), ADDRESS)
        assert found is not None
        assert (found.name, found.brand, found.colour, found.material) == (
            "Oxford shirt & collar", "Onmaru", "Navy", "Cotton 100%",
        )  # fmt: skip
        assert (found.price, found.currency) == (Decimal(59000), "KRW")
        assert found.picture == "https://shop.example/pictures/17.jpg"

    def test_a_group_of_variants_is_its_first_with_what_the_group_says(self) -> None:
        group = {
            "@type": "ProductGroup", "name": "Chinos", "brand": "Haneul",
            "hasVariant": [{"@type": "Product", "size": "30", "offers": [{"price": 49.5, "priceCurrency": "USD"}]}],
        }  # fmt: skip
        found = product_page_read(page(group), ADDRESS)
        assert found is not None
        assert (found.name, found.brand, found.size, found.price) == ("Chinos", "Haneul", "30", Decimal("49.5"))

    def test_open_graph_speaks_where_json_ld_is_silent_or_broken_in_old_korean_encoding(self) -> None:
        head = (
            '<meta property="og:type" content="product"><meta property="og:title" content="빨간 치마">'
            '<meta property="og:image" content="//cdn.example/a.jpg">'
            '<meta property="product:price:amount" content="39900">'
            '<meta property="product:price:currency" content="KRW">'
        )
        found = product_page_read(
            f"{head}<script type='application/ld+json'>{{broken</script>".encode("cp949"), ADDRESS
        )
        assert found is not None
        assert (found.name, found.price, found.picture) == ("빨간 치마", Decimal(39900), "https://cdn.example/a.jpg")

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00\xff\xfe" * 50,
            b"<html><title>News</title><meta property='og:title' content='News'></html>",
            page("[" * 5000),
            page({"@type": "Product", "name": {"a": 1}, "offers": "free", "image": 5, "brand": []}),
            page({"@type": ["Thing", None], "name": "x"}),
            b"<![" * 40,
        ],
    )
    def test_what_is_no_product_is_none(self, content: bytes) -> None:
        assert product_page_read(content, ADDRESS) is None


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """path -> what the shop answers; every name leads to a public address."""
    answers: dict[str, bytes] = {}

    def handle(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return httpx.Response(404) if found is None else httpx.Response(200, stream=httpx.ByteStream(found))

    def web(**options: Any) -> WebPhotos:
        return WebPhotos(lambda _host, _port: ["93.184.216.34"], httpx.MockTransport(handle), **options)

    monkeypatch.setattr(web_garments, "WebPhotos", web)
    return answers


@pytest.mark.django_db
class TestHanging:
    def test_the_garment_waits_on_the_shops_photo_and_undo_takes_it_down(
        self, as_alice: Client, alice: User, shop: dict[str, bytes]
    ) -> None:
        shop["/products/17"] = page(OXFORD)
        shop["/pictures/17.jpg"] = encoded(shirt())
        answer = as_alice.post(reverse("closet:web_garment"), {"address": ADDRESS}, follow=True)
        garment = Garment.objects.get(owner=alice)
        assert answer.redirect_chain[0][0] == reverse("closet:garment", args=[garment.pk])
        assert (garment.kind.slug, garment.name, garment.brand_name) == ("shirt", "Oxford shirt & collar", "Onmaru")
        assert (garment.price, garment.currency, garment.material) == (Decimal(59000), "KRW", "cotton")
        assert garment.colour_names == ["navy"] and garment.notes == ADDRESS
        assert garment.photo_id == Photo.objects.get(owner=alice).pk
        assert "toast__undo" in answer.content.decode()
        lines = Outgoing.objects.filter(owner=alice, purpose="web-page")
        assert {line.host for line in lines} == {"shop.example"} and len(lines) == 2

        again = as_alice.post(reverse("closet:web_garment"), {"address": ADDRESS})
        assert again.status_code == 422 and Garment.objects.filter(owner=alice).count() == 1

    def test_without_a_picture_that_can_be_read_it_is_drawn(
        self, as_alice: Client, alice: User, shop: dict[str, bytes]
    ) -> None:
        shop["/products/17"] = page(OXFORD)
        shop["/pictures/17.jpg"] = b"<svg></svg>"
        assert as_alice.post(reverse("closet:web_garment"), {"address": "shop.example/products/17"}).status_code == 302
        assert Garment.objects.get(owner=alice).drawing

    def test_a_page_that_names_no_kind_asks_for_it(
        self, as_alice: Client, alice: User, alice_api: APIClient, shop: dict[str, bytes]
    ) -> None:
        shop["/products/17"] = page({"@type": "Product", "name": "Model 501"})
        asked = as_alice.post(reverse("closet:web_garment"), {"address": ADDRESS})
        assert asked.status_code == 422 and '<option value="jeans">' in asked.content.decode()
        assert not Garment.objects.filter(owner=alice).exists()
        api = reverse("api-web-garment")
        assert set(alice_api.post(api, {"address": ADDRESS}, format="json").json()["errors"]) == {"kind"}
        answer = alice_api.post(api, {"address": ADDRESS, "kind": "jeans"}, format="json")
        assert answer.status_code == 201 and answer.json()["name"] == "Model 501"

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1/", "https://localhost:6379/", "file:///etc/passwd", "x" * 3000, ""]
    )
    def test_addresses_that_lead_nowhere_or_inside_are_refused_in_a_sentence(
        self, address: str, as_alice: Client, alice_api: APIClient, alice: User
    ) -> None:
        answer = as_alice.post(reverse("closet:web_garment"), {"address": address})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
        assert alice_api.post(reverse("api-web-garment"), {"address": address}, format="json").status_code == 400
        assert not Garment.objects.filter(owner=alice).exists()

    def test_the_operator_can_switch_it_off(self, as_alice: Client, alice: User, settings: Any) -> None:
        settings.WEB_GARMENTS_ENABLED = False
        assert as_alice.post(reverse("closet:web_garment"), {"address": ADDRESS}).status_code == 422
        assert not Outgoing.objects.filter(owner=alice).exists()
