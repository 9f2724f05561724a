"""What a client may rely on at every operation: tags, quotas, versions, lists, filters; nothing goes unsaid."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from closet.models import Measurement, OwnKind, Photo, Trip, User, Webhook
from closet.services.outfits import outfit_save, plan_set
from closet.services.posts import post_submit
from tests.api.test_errors import refused
from tests.cast import PASSWORD
from tests.wardrobe import PIXEL, brand, garment, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def patched(alice: User, alice_api: APIClient) -> dict[str, dict[str, Any]]:
    """Every address that takes a PATCH, of something of Alice's, with a change to make."""
    shirt, jeans = garment(alice, "shirt", "navy"), garment(alice, "jeans", "blue")
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk}, {"garment": jeans.pk}])
    height = Measurement.objects.create(user=alice, zone="height", value=1700)
    own = OwnKind.objects.create(owner=alice, parent=shirt.kind, name_en="Work shirt")
    webhook = Webhook.objects.create(owner=alice, url="https://app.example/", events=["photos.changed"])
    day = date(2026, 12, 1)
    trip = Trip.objects.create(owner=alice, city="Busan", latitude=35, longitude=129, first_day=day, last_day=day)
    trip.pieces.create(garment=shirt)
    shown = post_submit(owner=alice, outfit=outfit, title="Monday")
    plan = plan_set(owner=alice, outfit=outfit, day=day)
    return {
        f"posts/{shown.slug}/": {"title": "Sunday"},
        f"garments/{shirt.pk}/": {"name": "Sunday shirt"},
        f"own-kinds/{own.pk}/": {"name_en": "Best shirt"},
        f"outfits/{outfit.pk}/": {"name": "Sunday"},
        f"measurements/{height.pk}/": {"value_mm": 1710},
        "profile/": {"name": "Alice B."},
        f"plans/{plan.pk}/": {"note": "The blue bag"},
        "stylist/weights/": {"colour": 2.0},
        f"webhooks/{webhook.pk}/": {"events": ["wears.changed"]},
        "tokens/current/": {"name": "old phone"},
        f"trips/{trip.pk}/pieces/{shirt.pk}/": {"is_packed": True},
    }


def test_every_patch_knows_if_match(
    alice_api: APIClient, patched: dict[str, dict[str, Any]], api_schema: dict[str, Any]
) -> None:
    known = {path for path, verbs in api_schema["paths"].items() if "patch" in verbs}
    known.remove("/api/v1/uploads/{upload_id}/")  # by tus: Upload-Offset says what was known
    assert len(known) == len(patched)
    for path, change in patched.items():
        tag = alice_api.get(API + path)["ETag"]
        weak = f"W/{tag}"  # as an answer that was compressed names it
        first = alice_api.patch(API + path, change, headers={"If-Match": weak})
        assert first.status_code == 200, (path, first.content)
        told = refused(alice_api.patch(API + path, change, headers={"If-Match": tag}), 412)
        assert told["code"] == "stale", path
        fresh = first["ETag"]
        assert alice_api.get(API + path)["ETag"] == fresh, path
        assert alice_api.patch(API + path, change, headers={"If-Match": fresh}).status_code == 200, path


@pytest.mark.parametrize(
    "path", ["kinds/", "brands/", "products/", "measurements/", "profile/", "wears/", "stats/", "tokens/", "garments/"]
)
def test_what_is_unchanged_is_not_sent_again_and_what_is_long_is_compressed(
    alice_api: APIClient, alice: User, path: str
) -> None:
    garment(alice, "shirt")
    plain = alice_api.get(API + path)
    same = alice_api.get(API + path, headers={"If-None-Match": plain["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", plain["ETag"])
    short = alice_api.get(API + path, headers={"Accept-Encoding": "gzip"})
    if len(plain.content) > 600:
        assert short["Content-Encoding"] == "gzip" and gzip.decompress(short.content) == plain.content
    weak = alice_api.get(API + path, headers={"If-None-Match": short["ETag"], "Accept-Encoding": "gzip"})
    assert weak.status_code == 304


def test_what_is_left_of_the_quota_is_told(alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "tokens", "3/min")
    left = []
    for _ in range(4):
        answer = alice_api.get(f"{API}tokens/")
        left.append((answer["RateLimit-Limit"], answer["RateLimit-Remaining"]))
        assert 0 <= int(answer["RateLimit-Reset"]) <= 60
    assert left == [("3", "2"), ("3", "1"), ("3", "0"), ("3", "0")]
    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 60


def test_too_many_wrong_passwords_say_when_to_come_back(alice: User) -> None:
    for _ in range(8):
        answer = APIClient().post(f"{API}tokens/", {"email": alice.email, "password": "wrong-horse"})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert answer.json()["code"] == "too_many_attempts"


def test_an_error_names_the_field_as_it_was_sent_with_a_code(alice_api: APIClient) -> None:
    told = refused(alice_api.post(f"{API}outfits/", {"items": [{"x": 0.5}], "occasion": "moonwalk"}), 400)
    assert told["code"] == "invalid"
    assert told["errors"]["items.0.garment"][0]["code"] == "required"
    assert told["errors"]["occasion"][0]["code"] == "invalid_choice"
    assert told["errors"]["occasion"][0]["message"] == told["extra"]["fields"]["occasion"][0]


@pytest.mark.parametrize(
    ("path", "field", "allowed"),
    [
        ("garments/?colour=plaid", "colour", "navy"),
        ("garments/?kind=spacesuit", "kind", "shirt"),
        ("garments/?sort=random", "sort", "newest"),
        ("products/?kind=spacesuit", "kind", "shirt"),
        ("products/?gender=x", "gender", "women"),
        ("products/?season=monsoon", "season", "winter"),
        ("products/?sort=random", "sort", "price-low"),
        ("products/?in_stock=perhaps", "in_stock", "true"),
        ("brands/?band=9", "band", "4"),
        ("looks/?style=none", "style", "casual"),
        ("likes/?thing=cat", "thing", "product"),
        ("photos/?status=lost", "status", "queued"),
        ("measurements/?zone=nose", "zone", "waist"),
        ("search/?season=monsoon", "season", "winter"),
        ("outfits/?occasion=moonwalk", "occasion", "everyday"),
    ],
)
def test_a_wrong_value_of_a_filter_is_told_with_those_that_are(
    alice_api: APIClient, path: str, field: str, allowed: str
) -> None:
    [told] = refused(alice_api.get(API + path), 400)["errors"][field]
    assert told["code"] == "invalid_choice" and allowed in told["allowed"] and allowed in told["message"]


def test_an_amount_that_is_none_is_told(alice_api: APIClient) -> None:
    told = refused(alice_api.get(f"{API}products/?price_min=nan&price_max=cheap"), 400)
    assert set(told["errors"]) == {"price_min", "price_max"}


def test_products_are_sorted_by_the_closets_words(alice_api: APIClient) -> None:
    for price in (300, 100, 200):
        product("shirt", price=price)
    for query in ("sort=price-low", "order=cheap"):
        found = alice_api.get(f"{API}products/?{query}").json()["results"]
        assert [float(one["price"]) for one in found] == [100, 200, 300]


def test_what_was_there_already_is_told_by_200(alice_api: APIClient, alice: User) -> None:
    shirt, jeans = garment(alice, "shirt"), garment(alice, "jeans")
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk}])
    coat = product("coat")
    sent = {
        "measurements/": {"zone": "height", "value_mm": 1700},
        "plans/": {"outfit": outfit.pk, "day": date(2026, 12, 24).isoformat()},
        "reactions/": {"garments": [shirt.pk, jeans.pk], "verdict": "like"},
        "likes/": {"thing": "product", "id": coat.pk, "verb": "save"},
        "search/saved/": {"name": "coats", "query": {"q": "coat"}},
    }
    for path, body in sent.items():
        codes = [alice_api.post(API + path, body).status_code for _ in range(2)]
        assert codes == [201, 200], path
        assert alice_api.get(API + path).json()["count"] == 1, path


def test_pictures_and_places_are_told_by_their_full_address(alice_api: APIClient, alice: User) -> None:
    photo = Photo.objects.create(
        owner=alice, content_type="image/png", size=70, width=1, height=1, sha256="a" * 64, status="done"
    )
    photo.original.save("x.png", ContentFile(PIXEL))
    photo.display.save("x.png", ContentFile(PIXEL))
    shirt = garment(alice, "shirt", vector=1, photo=photo)
    told = alice_api.get(f"{API}photos/{photo.pk}/").json()
    assert told["display"].startswith("http://testserver/")
    assert told["garments"][0]["cutout"].startswith("http://testserver/") or not told["garments"][0]["cutout"]
    product("shirt", vector=1, maker=brand("Otter"))
    [near] = alice_api.get(f"{API}garments/{shirt.pk}/similar/?scope=catalogue").json()["results"]
    for name in ("url", "api_url", "page_url"):
        assert near[name].startswith("http://testserver/")
    assert alice_api.get(near["api_url"]).json()["title"] == near["title"] == near["name"]


def test_a_client_of_version_1_0_is_told_as_then(alice_api: APIClient, alice: User) -> None:
    shirt = garment(alice, "shirt", vector=1)
    garment(alice, "shirt", vector=1)
    old, new = {"API-Version": "1.0"}, {}
    for path in ("kinds/", "tokens/", "accounts/me/emails/", f"garments/{shirt.pk}/wears/"):
        before = alice_api.get(API + path, headers=old)
        now = alice_api.get(API + path, headers=new)
        assert before.json() == now.json()["results"], path
        assert (before["API-Version"], now["API-Version"]) == ("1.0", "1.1")
    path = f"{API}garments/{shirt.pk}/similar/?scope=closet"
    [was], [now] = (alice_api.get(path, headers=headers).json()["results"] for headers in (old, new))
    assert isinstance(was["likeness"], int) and 0 <= now["likeness"] <= 1
    assert was["likeness"] == round(100 * now["likeness"])


def test_an_account_goes_by_post(alice_api: APIClient, alice: User) -> None:
    path = f"{API}accounts/me/delete/"
    refused(alice_api.post(path, {"email": "bob@example.com", "password": PASSWORD}), 400)
    refused(alice_api.post(path, {"email": alice.email, "password": "wrong"}), 400)
    assert alice_api.post(path, {"email": alice.email, "password": PASSWORD}).status_code == 204
    assert not User.objects.filter(pk=alice.pk).exists()


def test_every_list_has_one_shape(api_schema: dict[str, Any]) -> None:
    """And no answer of a GET is a bare array."""
    schemas = api_schema["components"]["schemas"]
    for path, operations in api_schema["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for media in content.values():
            assert media["schema"].get("type") != "array", path
            name = media["schema"].get("$ref", "").rsplit("/", 1)[-1]  # a picture has none
            shape = schemas[name].get("properties", {}) if name else {}
            if "results" in shape and "suggest" not in path:
                assert {"count", "next", "previous"} <= set(shape), path


UNTYPED = {
    # What a reason speaks of follows its code; a mark's context is the client's own; `ranges` says what zones say.
    "Reason.params", "ReactionOut.context", "ReactionInRequest.context", "SizeRow.zones", "Error.extra.fields",
}  # fmt: skip


def test_every_field_has_a_type(api_schema: dict[str, Any]) -> None:
    untyped: set[str] = set()

    def look(schema: Any, at: str) -> None:
        if not {"type", "$ref", "allOf", "oneOf", "anyOf", "enum"} & set(schema):
            untyped.add(at)
        for name, one in schema.get("properties", {}).items():
            look(one, f"{at}.{name}")
        for name in ("items", "additionalProperties"):
            if isinstance(schema.get(name), dict):
                look(schema[name], at)
        if schema.get("type") == "object" and not {"properties", "additionalProperties"} & set(schema):
            untyped.add(at)

    for name, schema in api_schema["components"]["schemas"].items():
        look(schema, name)
    assert untyped == UNTYPED


def test_deletion_asks_for_no_body_and_json_is_sent_unless_a_file_is(api_schema: dict[str, Any]) -> None:
    for path, operations in api_schema["paths"].items():
        for verb, operation in operations.items():
            content = set(operation.get("requestBody", {}).get("content", {}))
            assert not (verb == "delete" and content), path
            files = ({"multipart/form-data"}, {"application/offset+octet-stream"})  # a form, or a piece of an upload
            assert content <= {"application/json"} or content in files, (verb, path)
