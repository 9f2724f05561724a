"""The API as its schema tells it: complete, valid, shown by a page, and kept to by real answers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from closet.models import DeviceToken, Measurement, Photo, Plan, Upload, User, Webhook
from closet.services.devices import device_id
from closet.services.households import garments_show, household_make
from closet.services.outfits import outfit_save, reaction_set
from closet.services.posts import post_submit
from tests.api.schema_changes import schema_changes
from tests.wardrobe import PIXEL, brand, garment, look, product

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "5"))  # an operation
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")  # pieces of an upload
SHARDS = 4  # of the operations, so that they are asked side by side


def test_the_committed_document_is_the_schema(api_schema: dict[str, Any]) -> None:
    committed = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())
    changes = [*schema_changes(committed, api_schema)]
    assert not changes, (
        "The API changed; if clients can live with it, write it with "
        "`./run manage spectacular --file docs/openapi.yaml`:\n" + "\n".join(changes)
    )


def test_what_may_be_null_is_told_as_openapi_3_1_tells_it(api_schema: dict[str, Any]) -> None:
    assert "nullable" not in str(api_schema)
    lists = [one for name, one in api_schema["components"]["schemas"].items() if name.startswith("Paginated")]
    assert lists and all(one["properties"]["next"]["type"] == ["string", "null"] for one in lists)


def test_changes_of_the_schema_are_told_by_name() -> None:
    def document(properties: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
        answer = {"type": "object", "properties": properties, "required": [*properties]}
        paths = {"/knits/": {"get": {"parameters": parameters}}}
        return {"paths": paths, "components": {"schemas": {"Knit": answer}}}

    before = document({"id": {"type": "integer"}, "warm": {"type": "boolean"}}, [{"name": "page", "in": "query"}])
    after = document({"id": {"type": "string"}, "wool": {"type": "boolean"}}, [{"name": "size", "in": "query"}])
    assert [*schema_changes(before, before)] == []
    assert [*schema_changes(before, after)] == [
        "removed: GET /knits/ parameters query page",
        "added: GET /knits/ parameters query size",
        "changed: Knit.id type: 'integer' -> 'string'",
        "removed: Knit.warm",
        "added: Knit.wool",
        "removed: Knit required warm",
        "added: Knit required wool",
    ]


def api_routes(patterns: list[Any], at: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = at + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from api_routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and here.startswith("/api/v1/"):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", here)


def test_every_address_of_the_api_is_in_the_schema(api_schema: dict[str, Any]) -> None:
    there = {re.sub(r"{\w+}", "{}", path) for path in api_schema["paths"]}
    known = {re.sub(r"{\w+}", "{}", path) for path in api_routes(get_resolver().url_patterns)}
    assert known - there == {"/api/v1/schema/", "/api/v1/docs/"}


def test_what_was_promised_is_there(api_schema: dict[str, Any]) -> None:
    promised = {
        "post": ["accounts/", "tokens/", "photos/", "measurements/", "search/photo/", "outfits/today/swap/"],
        "get": ["photos/{photo_id}/", "garments/", "garments/{id}/similar/", "garments/{id}/goes-with/",
                "brands/matching/", "measurements/", "outfits/today/", "products/{id}/fit/", "closet/fit/"],
    }  # fmt: skip
    for verb, paths in promised.items():
        for path in paths:
            assert verb in api_schema["paths"].get(f"/api/v1/{path}", {}), f"{verb} {path}"
    assert "202" in api_schema["paths"]["/api/v1/photos/"]["post"]["responses"]


def test_no_operation_is_silent_about_its_answer_or_itself(api_schema: dict[str, Any]) -> None:
    for path, operations in api_schema["paths"].items():
        for verb, operation in operations.items():
            answers = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
            assert answers and "default" in operation["responses"], f"{verb} {path}"
            for code, answer in answers.items():
                assert code == "204" or answer.get("content"), f"{verb} {path} {code}"


def test_the_page_to_try_it_needs_no_inline_script(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    scripts = re.findall(r"<script([^>]*)>([^<]*)", page.content.decode())
    assert scripts and all("src=" in attributes and not code.strip() for attributes, code in scripts)
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.fixture
def hers(alice: User) -> dict[str, dict[str, Any]]:
    """First word of an address -> parameters that name something of Alice's."""
    shirt = garment(alice, "shirt", "navy", vector=1, measures={"chest": 540}, price=30_000)
    jeans, shoes = garment(alice, "jeans", "blue", vector=2), garment(alice, "sneakers", "white", vector=3)
    photo = Photo.objects.create(
        owner=alice, content_type="image/png", size=70, width=1, height=1, sha256="a" * 64, status="done"
    )
    photo.original.save("x.png", ContentFile(PIXEL))
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk}, {"garment": jeans.pk}, {"garment": shoes.pk}])
    height = Measurement.objects.create(user=alice, zone="height", value=1700)
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=date(2026, 1, 2))
    reaction = reaction_set(owner=alice, garment_ids=[shirt.pk, jeans.pk], verdict="like")
    shown = post_submit(owner=alice, outfit=outfit, title="Shown", style="casual")
    household_make(founder=alice, name="Flat")
    garments_show(owner=alice, ids=[shirt.pk])
    coat = product("coat", "beige", vector=4, price=200_000, sizes_in_stock=["M", "L"])
    a_look = look("shirt", "jeans", vectors=[1, 9])
    webhook = Webhook.objects.create(owner=alice, url="https://app.example/", events=["wears.changed"])
    upload = Upload.objects.create(owner=alice, length=9, expires_at=timezone.now() + timedelta(hours=1))
    return {
        "webhooks": {"id": webhook.pk},
        "uploads": {"upload_id": str(upload.pk)},
        "garments": {"id": shirt.pk, "field": "pattern", "day": "2026-01-01"},
        "photos": {"photo_id": str(photo.pk)},
        "outfits": {"id": outfit.pk},
        "measurements": {"id": height.pk},
        "plans": {"id": plan.pk},
        "reactions": {"id": reaction.pk},
        "products": {"id": coat.pk},
        "looks": {"id": a_look.pk},
        "brands": {"slug": brand().slug},
        "likes": {"thing": "product", "id": coat.pk, "verb": "save"},
        "posts": {"slug": shown.slug, "verb": "like"},
        "people": {"handle": alice.profile.handle},
        "household": {"id": shirt.pk},
    }


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_request_that_the_schema_allows_breaks_anything(
    shard: int,
    alice: User,
    hers: dict[str, dict[str, Any]],
    api_schema: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And answers, errors too, look as the schema says. Every example is rolled back."""
    for name in SimpleRateThrottle.THROTTLE_RATES:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, name, "100000/s")
    token, secret = DeviceToken.objects.create(user=alice, name="phone")
    hers["tokens"] = {"id": device_id(token)}
    schema = schemathesis.openapi.from_dict(api_schema)
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):  # the test's transaction outlives a request
        signal.disconnect(close_old_connections)
    told: list[str] = []
    asked = 0
    for found in list(schema.get_all_operations())[shard::SHARDS]:
        operation = found.ok()
        real = hers.get(operation.path.split("/")[3], {})
        try:
            asked += ask(operation, real, {"Authorization": f"Token {secret}", "Accept-Encoding": "identity"})
        except (Exception, BaseExceptionGroup) as problem:
            told.append(f"{operation.method} {operation.path}: {_in_short(problem)}")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    assert told == [], "\n\n".join(told)
    assert asked > 150 / SHARDS


def _in_short(problem: BaseException) -> str:
    inner = getattr(problem, "exceptions", ())  # of a group
    return "; ".join(_in_short(one) for one in inner) if inner else f"{type(problem).__name__} {problem}"[:900]


def ask(operation: Any, real: dict[str, Any], headers: dict[str, str]) -> int:
    """Asks with generated parameters and bodies, about every other time of things that are there. How often."""
    count = 0

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(), is_real=hypothesis.strategies.booleans())
    def once(case: schemathesis.Case, is_real: bool) -> None:
        nonlocal count
        count += 1
        if is_real:
            case.path_parameters.update({name: real[name] for name in case.path_parameters or () if name in real})
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    once()
    return count
