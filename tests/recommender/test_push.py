"""Web push: a notice reaches each browser that asked, readable by it alone; what is gone or private is not asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import http_ece
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.web import GuardedWeb
from closet.models import Notice, Outgoing, PushSubscription, User
from closet.services.push import MOST, push_key, push_subscribe
from recommender.jobs import push

pytestmark = pytest.mark.django_db
AUTH = b"0123456789abcdef"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """What Chromium or Firefox holds of a subscription."""

    def __init__(self, endpoint: str = "https://push.example/send/1") -> None:
        self.endpoint, self.key = endpoint, ec.generate_private_key(ec.SECP256R1())

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": text(point), "auth": text(AUTH)}

    def reads(self, body: bytes) -> dict[str, str]:
        content = http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm")
        return dict(json.loads(content))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[httpx.Request]]:
    """A push service that answers with a status; gives the requests it got."""

    def answering(status: int, address: str = "93.184.216.34") -> list[httpx.Request]:
        got: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            request.read()
            got.append(request)
            return httpx.Response(status)

        def web() -> GuardedWeb:
            transport = httpx.MockTransport(handle)
            return GuardedWeb(resolver=lambda _h, _p: [address], transport=transport, schemes=("https",))

        monkeypatch.setattr(push, "web", web)
        return got

    return answering


def noticed(owner: User) -> None:
    Notice.objects.create(owner=owner, kind="plan", day=timezone.localdate(), params={"names": ["월요일"]})


def test_a_notice_reaches_the_browser_encrypted_signed_and_once(alice: User, service: Any) -> None:
    browser, got = Browser(), service(201)
    push_subscribe(owner=alice, **browser.keys)
    noticed(alice)
    assert push.push_send(owner=alice, day=timezone.localdate()) == 1
    assert push.push_send(owner=alice, day=timezone.localdate()) == 0
    (request,) = got
    message = browser.reads(request.content)
    assert "월요일" in message["body"] and message["url"].startswith("/")
    assert "월요일".encode() not in request.content
    assert request.headers["authorization"].startswith("vapid t=") and push_key() in request.headers["authorization"]
    line = Outgoing.objects.get(owner=alice)
    assert (line.purpose, line.host, line.fields) == ("push", "push.example", ["notice"])


@pytest.mark.parametrize(("status", "left"), [(410, 0), (404, 0), (500, 1), (429, 1)])
def test_a_browser_that_is_gone_is_forgotten(status: int, left: int, alice: User, service: Any) -> None:
    service(status)
    push_subscribe(owner=alice, **Browser().keys)
    noticed(alice)
    assert push.push_send(owner=alice, day=timezone.localdate()) == 0
    assert PushSubscription.objects.count() == left


def test_an_address_inside_a_private_network_is_never_asked(alice: User, service: Any) -> None:
    got = service(201, address="10.0.0.7")
    push_subscribe(owner=alice, **Browser().keys)
    noticed(alice)
    assert push.push_send(owner=alice, day=timezone.localdate()) == 0 and not got


def test_a_browser_is_added_listed_and_taken_off(as_alice: Client, as_charlie: Client, alice: User) -> None:
    browser = Browser()
    headers = {"Accept": "application/json", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    assert as_alice.post(reverse("closet:push_add"), browser.keys, headers=headers).status_code == 200
    row = PushSubscription.objects.get(owner=alice)
    page = as_alice.get(reverse("closet:profile")).content.decode()
    assert push_key() in page and str(row) in page
    assert as_charlie.post(reverse("closet:push_remove"), {"id": row.pk}).status_code == 404
    as_charlie.post(reverse("closet:push_remove"), {"endpoint": browser.endpoint})
    assert PushSubscription.objects.filter(owner=alice).exists()
    as_alice.post(reverse("closet:push_remove"), {"id": row.pk})
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"endpoint": "http://push.example/1"}, {"endpoint": "x"}, {"p256dh": "AAAA"}, {"p256dh": "가"}, {"auth": ""},
     {"endpoint": "https://push.example/" + "x" * 700}, {"p256dh": text(b"\4" + b"\1" * 64)}],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(changed: dict[str, str], as_alice: Client) -> None:
    given = {**Browser().keys, **changed}
    answer = as_alice.post(reverse("closet:push_add"), given, headers={"Accept": "application/json"})
    assert answer.status_code == 400 and answer.json()["message"]
    assert not PushSubscription.objects.exists()


def test_an_eleventh_browser_takes_the_place_of_the_oldest(alice: User) -> None:
    for number in range(MOST + 1):
        push_subscribe(owner=alice, **Browser(f"https://push.example/{number}").keys)
    assert PushSubscription.objects.count() == MOST
    assert not PushSubscription.objects.filter(endpoint="https://push.example/0").exists()


def test_the_operator_can_switch_it_off(alice: User, as_alice: Client, service: Any, settings: Any) -> None:
    push_subscribe(owner=alice, **Browser().keys)
    noticed(alice)
    settings.WEB_PUSH_ENABLED = False
    assert push.push_send(owner=alice, day=timezone.localdate()) == 0 and push_key() == ""
    assert as_alice.post(reverse("closet:push_add"), Browser().keys).status_code in (302, 400)
