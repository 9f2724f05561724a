"""Webhooks: signed, tried again, logged, switched off; never into our own network, never with what is private."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from rest_framework.test import APIClient

from catalog import web
from closet.models import ChangeLog, Delivery, Outgoing, Photo, User, Webhook
from closet.services import webhooks
from closet.services.wear import wear_add
from recommender.jobs import sweeper
from recommender.jobs import webhooks as job
from tests.closet.closets import garment_of, outfit_of, photo_of

pytestmark = pytest.mark.django_db
API = "/api/v1/webhooks/"
PUBLIC = "93.184.216.34"


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction that never ends; here what was written before a look counts as one that has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (own,) = cursor.fetchone()
    looks = iter(range(own + 1, own + 1000))

    def oldest_open() -> int:
        ended = next(looks)
        ChangeLog.objects.filter(xid=own).update(xid=ended)
        return ended + 1

    monkeypatch.setattr(webhooks, "oldest_open", oldest_open)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Host -> address, as the name server says; the others are of the open internet."""
    known: dict[str, str] = {}

    def resolver(host: str, _port: int) -> list[str]:
        return [known.get(host, host if web.is_public(host) or ":" in host or host[0].isdigit() else PUBLIC)]

    monkeypatch.setattr(web, "resolve", resolver)
    monkeypatch.setattr(web.checked, "__kwdefaults__", {**web.checked.__kwdefaults__, "resolver": resolver})
    return known


@pytest.fixture
def receiver(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """Requests that left; what `receiver.answer` gives is answered."""
    asked: Any = Asked()

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return asked.answer(request)

    def made() -> web.GuardedWeb:
        transport = httpx.MockTransport(handle)
        return web.GuardedWeb(schemes=webhooks.SCHEMES, transport=transport, resolver=web.resolve)

    monkeypatch.setattr(job, "web", made)
    return asked  # type: ignore[no-any-return]


class Asked(list[httpx.Request]):
    answer: Callable[[httpx.Request], httpx.Response] = staticmethod(lambda _request: httpx.Response(204))


def run() -> None:
    """What the clock and a worker do."""
    webhooks.changes_gather()
    for pk in list(Delivery.objects.due().values_list("pk", flat=True)):
        job.deliver(pk)


def test_a_change_is_told_signed_with_ids_alone(alice: User, alice_api: APIClient, receiver: Any) -> None:
    shirt = garment_of(alice, "shirt", name="a secret name")
    made = alice_api.post(API, {"url": "https://app.example/hook?x=1", "events": ["wears.changed", "garments.changed"]})
    assert made.status_code == 201
    secret = made.json()["secret"]
    wear_add(owner=alice, garment_ids=[shirt.pk], worn_on=timezone.localdate())
    run()
    assert {request.headers["otjang-event"] for request in receiver} == {"wears.changed", "garments.changed"}
    for request in receiver:
        assert (str(request.url), request.headers["host"]) == (f"https://{PUBLIC}/hook?x=1", "app.example")
        body = request.content.decode()
        told = dict(part.split("=", 1) for part in request.headers["otjang-signature"].split(","))
        signed = hmac.new(secret.encode(), f"{told['t']}.{body}".encode(), hashlib.sha256).hexdigest()
        assert told["v1"] == signed and "secret" not in body
    bodies = {json.loads(request.content)["event"]: json.loads(request.content) for request in receiver}
    assert bodies["garments.changed"]["changed"] == [str(shirt.pk)]
    receiver.clear()
    run()
    assert receiver == []  # each change once
    alice.garments.all().update(deleted_at=timezone.now())
    run()
    gone = {json.loads(request.content)["event"]: json.loads(request.content)["deleted"] for request in receiver}
    assert gone["garments.changed"] == [str(shirt.pk)]


def test_a_photo_is_told_of_when_it_was_looked_at(alice: User, receiver: Any) -> None:
    webhooks.webhook_add(owner=alice, url="https://app.example/", events=["photos.changed"])
    photo = photo_of(alice, status="running")
    run()
    assert receiver == []
    Photo.objects.update(status="done")
    run()
    assert [json.loads(request.content)["changed"] for request in receiver] == [[str(photo.pk)]]


def test_each_delivery_is_in_its_owners_ledger(alice: User, receiver: Any, as_alice: Client) -> None:
    webhooks.webhook_add(owner=alice, url="https://app.example/", events=["outfits.changed"])
    outfit_of(alice, garment_of(alice))
    run()
    line = Outgoing.objects.get(owner=alice)
    assert (line.purpose, line.host, line.fields) == ("webhook", "app.example", ["event", "ids"])
    page = as_alice.get(reverse("closet:outgoing")).content.decode()
    assert "telling your own program" in page and "WEBHOOKS_ENABLED" in page and "nothing of it" in page


def test_what_fails_is_tried_again_later_and_at_last_given_up(alice: User, receiver: Any, alice_api: APIClient) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["outfits.changed"])
    webhooks.webhook_ping(webhook=hook)
    receiver.answer = lambda _request: httpx.Response(500)
    pauses = []
    for _ in range(9):
        run()
        delivery = Delivery.objects.get()
        pauses.append(round((delivery.due_at - timezone.now()).total_seconds(), -1))
        Delivery.objects.update(due_at=timezone.now())
    assert len(receiver) == 7 and pauses[:4] == [30, 120, 600, 3600]
    assert (delivery.status, delivery.answered, delivery.problem) == ("failed", 500, "status")
    [told] = alice_api.get(f"{API}{hook.pk}/deliveries/").json()["results"]
    assert (told["status"], told["attempts"], told["answered"], told["next_at"]) == ("failed", 7, 500, None)
    assert told["problem_text"] == "It answered something else than 2xx." and told["body"]["event"] == "ping"
    receiver.answer = lambda _request: httpx.Response(200, content=b"x" * 100_000)
    webhooks.webhook_ping(webhook=hook)
    run()
    hook.refresh_from_db()
    assert Delivery.objects.filter(status="delivered").count() == 1 and hook.failures == 0


def test_an_address_that_fails_too_often_is_told_no_more(alice: User, receiver: Any, alice_api: APIClient) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["outfits.changed"])
    receiver.answer = lambda _request: httpx.Response(302, headers={"location": "https://elsewhere.example/"})
    for _ in range(webhooks.FAILURES_ALLOWED):
        outfit_of(alice, garment_of(alice))
        run()
    hook.refresh_from_db()
    assert not hook.is_active and hook.disabled_at is not None
    assert len(receiver) == webhooks.FAILURES_ALLOWED  # no redirect was followed
    assert not Delivery.objects.filter(status="waiting").exists()
    outfit_of(alice, garment_of(alice))
    run()
    assert len(receiver) == webhooks.FAILURES_ALLOWED
    receiver.answer = lambda _request: httpx.Response(200)
    on = alice_api.patch(f"{API}{hook.pk}/", {"is_active": True})
    assert (on.status_code, on.json()["disabled_at"], on.json()["failures"]) == (200, None, 0)
    run()
    assert len(receiver) == webhooks.FAILURES_ALLOWED  # what happened meanwhile is not told
    outfit_of(alice, garment_of(alice))
    run()
    assert len(receiver) == webhooks.FAILURES_ALLOWED + 1


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/",
        "https://inside.example/",
        "https://user:pw@app.example/",
        "https://app.example:6379/",
        "https://app.example/#x",
        "https:\\\\app.example/",
        "javascript:alert(1)",
        "https://",
        "https://app.example/" + "x" * 10_000,
        "'; DROP TABLE closet_webhook; --",
        "https://app.example/a b",
        "",
    ],
)
def test_addresses_that_are_not_for_us_are_refused(alice_api: APIClient, names: dict[str, str], url: str) -> None:
    names["inside.example"] = "10.1.2.3"
    refused = alice_api.post(API, {"url": url, "events": ["wears.changed"]})
    assert refused.status_code == 400 and [*refused.json()["errors"]] == ["url"]
    assert not Webhook.objects.exists()


def test_a_name_that_turns_to_our_own_network_later_is_not_followed(
    alice: User, receiver: Any, names: dict[str, str]
) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    webhooks.webhook_ping(webhook=hook)
    names["app.example"] = "127.0.0.1"
    run()
    delivery = Delivery.objects.get()
    assert (receiver, delivery.problem, delivery.status) == ([], "private", "waiting")
    assert not Outgoing.objects.exists()  # nothing left


def test_bad_bodies_are_told(alice_api: APIClient, names: dict[str, str]) -> None:
    def errors(body: Any) -> list[str]:
        answer = alice_api.post(API, body)
        assert answer.status_code == 400
        return [*answer.json()["errors"]]

    assert errors({"url": "https://app.example/", "events": []}) == ["events"]
    assert errors({"url": "https://app.example/", "events": ["nothing"]}) == ["events.0"]
    assert errors({"events": ["wears.changed"]}) == ["url"]
    broken = alice_api.post(API, "{broken", content_type="application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "parse_error")
    for _ in range(webhooks.MOST):
        assert alice_api.post(API, {"url": "https://a.example/", "events": ["wears.changed"]}).status_code == 201
    assert errors({"url": "https://a.example/", "events": ["wears.changed"]}) == ["url"]


def test_nobody_else_sees_or_changes_them(
    alice: User, charlie_api: APIClient, as_charlie: Client, names: dict[str, str]
) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    for address in (f"{API}{hook.pk}/", f"{API}{hook.pk}/deliveries/"):
        assert charlie_api.get(address).status_code == 404
    assert charlie_api.delete(f"{API}{hook.pk}/").status_code == 404
    assert as_charlie.post(reverse("closet:webhook", args=[hook.pk]), {"do": "remove"}).status_code == 404
    assert charlie_api.get(API).json()["count"] == 0 and Webhook.objects.count() == 1


def test_the_operator_switches_them_off(alice: User, settings: Any, receiver: Any, as_alice: Client) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    webhooks.webhook_ping(webhook=hook)
    settings.WEBHOOKS_ENABLED = False
    sweeper.webhooks.resend()
    run()
    assert receiver == []
    with pytest.raises(ValidationError, match="switched off"):
        webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    assert "switched off on this server" in as_alice.get(reverse("closet:apps")).content.decode()


def test_the_pages_add_try_and_remove(as_alice: Client, alice: User, receiver: Any) -> None:
    apps = reverse("closet:apps")
    assert reverse("closet:apps") in as_alice.get(reverse("closet:profile")).content.decode()
    wrong = as_alice.post(apps, {"url": "https://10.0.0.1/", "events": ["wears.changed"]})
    assert wrong.status_code == 422 and "private network" in wrong.content.decode()
    made = as_alice.post(apps, {"url": "https://app.example/", "events": ["wears.changed"]}).content.decode()
    hook = Webhook.objects.get(owner=alice)
    assert webhooks.webhook_secret(hook) in made
    assert webhooks.webhook_secret(hook) not in as_alice.get(apps).content.decode()
    one = reverse("closet:webhook", args=[hook.pk])
    as_alice.post(one, {"do": "ping"})
    as_alice.post(one, {"do": "ping"})
    assert Delivery.objects.count() == 1  # one at a time
    run()
    with translation.override("ko"):
        page = as_alice.get(one, headers={"Accept-Language": "ko"}).content.decode()
    assert "ping" in page and "전달됨" in page and "응답 204" in page
    as_alice.post(one, {"do": "off"})
    assert not Webhook.objects.get().is_active
    as_alice.post(one, {"do": "remove"})
    assert not Webhook.objects.exists()


def test_a_worker_that_dies_leaves_the_delivery_to_another(alice: User, receiver: Any) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    delivery = webhooks.webhook_ping(webhook=hook)
    assert webhooks.delivery_claim(delivery_id=delivery.pk) is not None
    assert webhooks.delivery_claim(delivery_id=delivery.pk) is None
    Delivery.objects.update(claimed_at=timezone.now() - timedelta(minutes=3))
    run()
    assert len(receiver) == 1


def test_one_message_a_delivery_is_on_its_way(alice: User, receiver: Any) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    webhooks.webhook_ping(webhook=hook)
    assert (job.resend(), job.resend()) == (1, 0)
    Delivery.objects.update(queued_at=timezone.now() - timedelta(minutes=11))  # it was lost
    assert job.resend() == 1
    receiver.answer = lambda _request: httpx.Response(500)
    run()
    Delivery.objects.update(due_at=timezone.now())
    assert job.resend() == 1  # its pause is over


def test_old_deliveries_go(alice: User, receiver: Any) -> None:
    hook = webhooks.webhook_add(owner=alice, url="https://app.example/", events=["wears.changed"])
    webhooks.webhook_ping(webhook=hook)
    run()
    assert webhooks.deliveries_purge() == 0
    Delivery.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert webhooks.deliveries_purge() == 1
