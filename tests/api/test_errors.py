"""Whatever is wrong with a request, the API says so in one shape, and never with a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from redis.exceptions import ConnectionError as RedisAway
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from closet.models import DeviceToken, User
from tests.cast import PASSWORD
from tests.conftest import api_client
from tests.wardrobe import garment, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"
HUGE = 10**30


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The answer's body, after a look at its shape."""
    assert answer.status_code == status, answer.content[:500]
    body = answer.json()
    assert (
        set(body) == {"message", "code", "errors", "extra"}
        and isinstance(body["message"], str)
        and isinstance(body["extra"], dict)
    )
    assert body["message"]
    return body


@pytest.fixture
def anyone(db: None) -> APIClient:
    return APIClient()


def test_without_a_token_401(anyone: APIClient) -> None:
    for path in ("garments/", "photos/", "outfits/today/", "profile/", "brands/matching/", "closet/fit/"):
        assert refused(anyone.get(API + path), 401)["extra"]["code"] == "not_authenticated"


@pytest.mark.parametrize("sent", ["Token nonsense", "Token", "Token a b c", "Token \xe9\xe9"])
def test_a_token_nobody_made_401(anyone: APIClient, sent: str) -> None:
    anyone.credentials(HTTP_AUTHORIZATION=sent)
    refused(anyone.get(f"{API}garments/"), 401)


def test_a_session_without_its_csrf_token_403(alice: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    refused(client.patch(f"{API}profile/", {"name": "Mallory"}), 403)


def test_no_such_thing_404(alice_api: APIClient, anyone: APIClient) -> None:
    for path in ("garments/999999/", f"garments/{HUGE}/", f"products/{HUGE}/", "brands/nobody/", "no/such/address/",
                 "search/photo/made-up/", "brands/matching/?photo=made-up", f"garments/{HUGE}/similar/",
                 f"products/{HUGE}/fit/", f"looks/{HUGE}/build/", f"measurements/{HUGE}/"):  # fmt: skip
        refused(alice_api.get(API + path), 404)
    refused(anyone.get(f"{API}nowhere/"), 404)


def test_not_that_way_405(alice_api: APIClient) -> None:
    refused(alice_api.delete(f"{API}garments/"), 405)
    refused(alice_api.put(f"{API}brands/matching/", {}), 405)


def test_not_in_that_form_415(alice_api: APIClient) -> None:
    refused(alice_api.post(f"{API}measurements/", b"<zone/>", content_type="text/xml"), 415)
    refused(alice_api.post(f"{API}photos/", {"file": "not a file"}), 415)


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1,", '{"a": NaN}', '{"a": 1e999, }', "\x00", '"\\ud800', "{'a': 1}", "\ufeff{}}",
        "[" * 100_000, '{"zone":' * 50_000, '{"a": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["measurements/", "garments/bulk/", "accounts/", "reactions/"])
def test_broken_json_400(alice_api: APIClient, path: str, text: str) -> None:
    refused(alice_api.post(API + path, text, content_type="application/json"), 400)


@pytest.mark.parametrize("body", [[], ["a"], "a", 3, None, True, [[{}]]])
@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("post", "accounts/"), ("post", "tokens/"), ("post", "measurements/"), ("post", "garments/"),
        ("post", "garments/bulk/"), ("post", "garments/undo/"), ("post", "outfits/"), ("post", "plans/"),
        ("post", "likes/"), ("post", "reactions/"), ("post", "wears/"), ("post", "outfits/today/swap/"),
        ("patch", "profile/"), ("patch", "stylist/weights/"), ("delete", "accounts/me/"),
    ],
)  # fmt: skip
def test_json_of_another_shape_400(alice_api: APIClient, verb: str, path: str, body: Any) -> None:
    answer = getattr(alice_api, verb)(API + path, body, format="json")
    if body is None and path in ("profile/", "stylist/weights/"):
        assert answer.status_code in {200, 400}  # an empty body changes nothing
        return
    refused(answer, 400)


WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("post", "measurements/", {"zone": "height", "value_mm": HUGE}, "value_mm"),
    ("post", "measurements/", {"zone": "height", "value": "NaN"}, "value"),
    ("post", "measurements/", {"zone": {"a": 1}, "value_mm": 1700}, "zone"),
    ("post", "measurements/", {"zone": "height", "value_mm": 1700, "taken_on": "99999-01-01"}, "taken_on"),
    ("post", "garments/bulk/", {"action": "delete", "ids": [HUGE, "x"]}, "ids"),
    ("post", "garments/bulk/", {"action": "delete", "ids": {"a": 1}}, "ids"),
    ("post", "garments/bulk/", {"action": "delete", "ids": [1] * 1001}, "ids"),
    ("post", "outfits/", {"items": [{"garment": "x"}]}, "items"),
    ("post", "plans/", {"outfit": "x", "day": "tomorrow"}, "outfit"),
    ("post", "likes/", {"thing": "product", "id": HUGE, "verb": "save"}, "id"),
    ("post", "reactions/", {"garments": [1], "verdict": "like"}, "garments"),
    ("post", "wears/", {"garments": [], "worn_on": "2026-01-01"}, "garments"),
    ("post", "outfits/today/swap/", {"pieces": [HUGE], "out": 1}, "pieces"),
    ("patch", "stylist/weights/", {"colour": "a lot"}, "colour"),
    ("patch", "stylist/weights/", {"colour": 1e9}, "colour"),
    ("patch", "profile/", {"handle": {"a": 1}}, "handle"),
]


@pytest.mark.parametrize(("verb", "path", "body", "field"), WRONG)
def test_wrong_values_are_named_400(
    alice_api: APIClient, verb: str, path: str, body: dict[str, Any], field: str
) -> None:
    assert field in refused(getattr(alice_api, verb)(API + path, body), 400)["extra"]["fields"]


def test_ids_too_large_for_anything_are_nobodys(alice_api: APIClient, alice: User) -> None:
    for verb, path, body in [
        ("post", "outfits/", {"items": [{"garment": HUGE}]}),
        ("post", "reactions/", {"garments": [HUGE, HUGE + 1], "verdict": "like"}),
        ("post", "plans/", {"outfit": HUGE, "day": "2026-01-01"}),
        ("post", "wears/", {"garments": [HUGE]}),
        ("post", "garments/bulk/", {"action": "delete", "ids": [HUGE]}),
        ("post", "garments/undo/", {"undo": [{"action": "restore", "value": "", "ids": [HUGE]}]}),
    ]:
        answer = getattr(alice_api, verb)(API + path, body)
        assert answer.status_code in {200, 201, 400, 404}, (path, answer.content[:300])
        if answer.status_code >= 400:
            refused(answer, answer.status_code)


QUERIES = [
    "garments/?colour=plaid", "garments/?sort=%F0%9F%91%95", "outfits/today/?temperature=hot", "outfits/today/?seed=-1",
    "outfits/today/?locked=x", "brands/matching/?limit=many", "plans/?day_from=never", "reactions/?verdict=maybe",
    "wears/?garment=x", f"brands/matching/?limit={'9' * 5000}", f"brands/matching/?limit={HUGE}",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_wrong_questions_are_named_400(alice_api: APIClient, query: str) -> None:
    assert refused(alice_api.get(API + query), 400)["extra"]["fields"]


def test_a_page_beyond_the_last_404(alice_api: APIClient) -> None:
    for page in ("2", "0", "-1", "x", str(HUGE)):
        refused(alice_api.get(f"{API}garments/?page={page}"), 404)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"], ids=["nul", "half a surrogate"])
@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("patch", "profile/", {"name": "?"}),
        ("patch", "profile/", {"styles": ["?"]}),
        ("post", "tokens/", {"email": "alice@example.com", "password": "?"}),
        ("post", "accounts/", {"email": "?@example.com", "password": PASSWORD}),
        ("post", "garments/", {"silhouette": "?", "colour": "navy"}),
        ("post", "garments/bulk/", {"action": "state", "value": "?", "ids": [1]}),
        ("post", "outfits/", {"items": [], "name": "?"}),
        ("post", "reactions/", {"garments": [1, 2], "verdict": "like", "context": {"mood": "?", "?": [{"a": "?"}]}}),
    ],
)
def test_characters_no_database_holds_400(
    alice_api: APIClient, verb: str, path: str, body: dict[str, Any], text: str
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {filled(key): filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        return value.replace("?", text) if isinstance(value, str) else value

    answer = getattr(alice_api, verb)(API + path, json.dumps(filled(body)), content_type="application/json")
    refused(answer, 400)


@pytest.mark.parametrize(
    "path",
    [
        "garments/?q=%00", "garments/?brand=a%00", "products/?q=a%00b", "products/?brand=%00", "looks/?tag=%00",
        "brands/a%00b/", "tokens/a%00b/", "search/photo/%00/", "brands/matching/?photo=%00", "brands/%00/profile/",
        "likes/?verb=%00",
    ],
)  # fmt: skip
def test_a_nul_in_the_address_400(alice_api: APIClient, path: str) -> None:
    refused(alice_api.get(API + path), 400)


def test_a_body_without_end_413(alice_api: APIClient) -> None:
    sent = b'{"notes": "' + b"x" * (5 * 1024 * 1024) + b'"}'
    refused(alice_api.patch(f"{API}profile/", sent, content_type="application/json"), 413)


def test_too_many_fields_400(anyone: APIClient) -> None:
    sent = "&".join(f"f{n}=1" for n in range(1100))
    answer = anyone.post(f"{API}tokens/", sent, content_type="application/x-www-form-urlencoded")
    refused(answer, 400)


def test_what_is_neither_json_nor_a_file_415(alice_api: APIClient, alice: User) -> None:
    shirt = garment(alice, "shirt")
    for path in (f"garments/{shirt.pk}/", "profile/"):
        refused(alice_api.patch(API + path, {"styles": "null"}, format="multipart"), 415)
        sent = alice_api.patch(API + path, "name=A", content_type="application/x-www-form-urlencoded")
        refused(sent, 415)


# --- How often -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "verb", "path", "body"),
    [
        ("user", "get", "garments/", None),
        ("accounts", "post", "accounts/", {}),
        ("tokens", "get", "tokens/", None),
        ("photos", "post", "photos/", None),
        ("search", "post", "search/photo/", None),
    ],
)
def test_too_often_429_and_when_to_come_back(
    alice_api: APIClient, monkeypatch: pytest.MonkeyPatch, scope: str, verb: str, path: str, body: Any
) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "2/min")
    for _ in range(2):
        options = {"format": "multipart"} if path in ("photos/", "search/photo/") else {}
        assert getattr(alice_api, verb)(API + path, body, **options).status_code in {200, 400}
    answer = getattr(alice_api, verb)(API + path, body)
    told = refused(answer, 429)["extra"]
    assert 1 <= told["retry_after_s"] <= 60 and told["code"] == "throttled"
    assert int(answer["Retry-After"]) == pytest.approx(told["retry_after_s"], abs=1)


def test_strangers_are_counted_apart(anyone: APIClient, alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "anon", "1/min")
    assert anyone.get(f"{API}brands/").status_code == 200
    refused(anyone.get(f"{API}brands/"), 429)
    assert alice_api.get(f"{API}brands/").status_code == 200


def test_asking_how_far_a_photo_is_costs_no_upload(alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "photos", "1/min")
    for _ in range(3):
        assert alice_api.get(f"{API}photos/").status_code == 200


def test_without_the_cache_it_still_answers(alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any, **_named: Any) -> None:
        raise RedisAway

    for name in ("get", "set", "add", "incr", "touch"):
        monkeypatch.setattr(type(cache._connections["default"]), name, away)  # type: ignore[attr-defined]
    for path in ("garments/", "tokens/", "measurements/", "kinds/"):
        assert alice_api.get(API + path).status_code == 200
    file = SimpleUploadedFile("x.jpg", b"nothing of a photo")
    refused(alice_api.post(f"{API}search/photo/", {"file": file}, format="multipart"), 400)


# --- Pages of results, tags, tokens ---------------------------------------------------------------------------


def test_every_list_comes_in_pages(alice_api: APIClient, alice: User) -> None:
    for _ in range(3):
        garment(alice, "shirt", measures={"chest": 540})
        product("shirt")
    for path in ("garments/", "products/", "closet/fit/"):
        first = alice_api.get(f"{API}{path}?page_size=2").json()
        assert set(first) == {"count", "next", "previous", "results"}
        assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
        second = alice_api.get(first["next"]).json()
        assert (len(second["results"]), second["next"]) == (1, None)
    for path in ("photos/", "measurements/", "outfits/", "plans/", "reactions/", "likes/", "wears/", "brands/",
                 "looks/"):  # fmt: skip
        assert set(alice_api.get(API + path).json()) == {"count", "next", "previous", "results"}, path


def test_what_did_not_change_is_not_sent_again(alice_api: APIClient, charlie_api: APIClient, alice: User) -> None:
    shirt = garment(alice, "shirt")
    for path in ("garments/", f"garments/{shirt.pk}/"):
        tag = alice_api.get(API + path)["ETag"]
        unchanged = alice_api.get(API + path, headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert charlie_api.get(API + path, headers={"If-None-Match": tag}).status_code != 304
        alice_api.patch(f"{API}garments/{shirt.pk}/", {"notes": path})
        assert alice_api.get(API + path, headers={"If-None-Match": tag}).status_code == 200


def test_a_token_is_kept_as_a_hash_named_and_revoked_at_once(anyone: APIClient, alice: User) -> None:
    made = anyone.post(f"{API}tokens/", {"email": alice.email, "password": PASSWORD, "name": "kitchen tablet"}).json()
    row = DeviceToken.objects.get()
    kept = " ".join(str(getattr(row, field.attname)) for field in row._meta.fields)
    assert made["token"] not in kept and row.name == made["name"] == "kitchen tablet"
    tablet, phone = APIClient(), api_client(alice)
    tablet.credentials(HTTP_AUTHORIZATION=f"Token {made['token']}")
    assert tablet.get(f"{API}profile/").status_code == 200
    listed = phone.get(f"{API}tokens/").json()["results"]
    assert {one["name"] for one in listed} == {"kitchen tablet", "test phone"} and "token" not in listed[0]
    assert phone.delete(f"{API}tokens/{made['id']}/").status_code == 204
    refused(tablet.get(f"{API}profile/"), 401)
    assert phone.get(f"{API}profile/").status_code == 200
