"""Adding from an order: what a pasted letter names, looked over and hung up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from closet.models import Garment, User
from closet.services.orders import order_read
from tests.wardrobe import brand

pytestmark = pytest.mark.django_db

KOREAN = """\
안녕하세요, 회원님. 주문하신 신발과 옷이 발송되었습니다.
주문번호 20261128-0001234

[온마루] 오버핏 옥스퍼드 셔츠 (화이트)
옵션: 화이트 / L
수량 2개
상품금액 59,000원
할인금액 -5,900원

와이드 데님 팬츠
색상 네이비
사이즈: 30
89,000원
배송비 3,000원
고객센터에 문의하세요
"""
ENGLISH = """\
<p>Thank you for your order! Track your jacket with the link below.</p>
<table><tr><td>Slim Fit Wool Blazer - Navy</td></tr><tr><td>Size M, Qty: 1</td></tr><tr><td>$1,299.50</td></tr></table>
<div>Leather Chelsea Boots</div><div>Size: 42</div><div>1.299 €</div>
"""


def told(text: str) -> list[tuple[object, ...]]:
    return [(t.kind, t.colour, t.price, t.currency, t.size_label, t.quantity) for t in order_read(text)]


def test_a_korean_letter_names_its_garments_and_nothing_else() -> None:
    assert told(KOREAN) == [
        ("shirt", "white", Decimal(59000), "KRW", "L", 2),
        ("jeans", "navy", Decimal(89000), "KRW", "30", 1),
    ]
    first = order_read(KOREAN)[0]
    assert (first.brand_name, first.name) == ("온마루", "[온마루] 오버핏 옥스퍼드 셔츠 (화이트)")


def test_an_english_letter_with_tags_names_its_garments() -> None:
    assert told(ENGLISH) == [
        ("blazer", "navy", Decimal("1299.50"), "USD", "M", 1),
        ("boots", "grey", Decimal(1299), "EUR", "42", 1),
    ]


def test_a_brand_of_the_shop_is_known_in_a_name() -> None:
    brand("Onmaru", name_ko="온마루")
    assert order_read("ONMARU knit cardigan beige\n45,000원")[0].brand_name == "Onmaru"


@pytest.mark.parametrize(
    "text", ["", "안녕하세요", "Track your jacket", "셔츠", "₩59,000", "<script>" * 3000, "\x00\ud7a3" * 9]
)
def test_a_text_without_garments_is_answered_with_what_to_paste(text: str) -> None:
    with pytest.raises(ValidationError, match="No garment was found"):
        order_read(text)


def test_what_is_ticked_hangs_with_what_the_letter_said(as_alice: Client, alice: User) -> None:
    page = as_alice.post(reverse("closet:order"), {"text": KOREAN})
    assert [thing.size_label for thing in page.context["things"]] == ["L", "30"]
    form = {"rows": 2, "hang": 1, "take-0": 1, "bought_on": "2026-11-01"}
    for number, thing in enumerate(page.context["things"]):
        for name in ("name", "kind", "silhouette", "colour", "pattern", "material", "currency", "size_label"):
            form[f"{name}-{number}"] = getattr(thing, name)
        form |= {f"brand_name-{number}": thing.brand_name, f"price-{number}": thing.price, f"quantity-{number}": 2}
    done = as_alice.post(reverse("closet:order"), form, follow=True)
    assert "1 garment hangs in your closet" in done.content.decode()
    hung = Garment.objects.get()
    assert (hung.kind.slug, hung.price, hung.size_label, hung.quantity) == ("shirt", Decimal(59000), "L", 2)
    assert (hung.brand_name, str(hung.bought_on), bool(hung.cutout)) == ("온마루", "2026-11-01", True)
    assert {"brand_name", "price", "kind"} <= set(hung.owner_fields)


@pytest.mark.parametrize(
    "wrong",
    [{"price-0": "dear"}, {"silhouette-0": "cloud"}, {"price-0": "-1"}, {"bought_on": "2199-01-01"}, {"take-0": ""}],
)
def test_a_form_that_was_changed_by_hand_hangs_nothing(as_alice: Client, wrong: dict[str, str]) -> None:
    form = {"rows": "1", "hang": "1", "take-0": "1", "name-0": "Shirt", "silhouette-0": "shirt", "colour-0": "white"}
    form = {**form, "currency-0": "KRW", "pattern-0": "solid", **wrong}
    if not form["take-0"]:
        del form["take-0"]
    answer = as_alice.post(reverse("closet:order"), form)
    assert (answer.status_code, Garment.objects.count()) == (422, 0)
