"""Tells a member's browsers what is new of a day: encrypted for each (RFC 8291), signed by this server's key."""

from __future__ import annotations

import base64
import json
import logging
import time
from datetime import date
from typing import Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone, translation
from py_vapid import Vapid02

from catalog.web import GuardedWeb, Refused
from closet.models import Notice, Outgoing, PushSubscription, User
from closet.services.notices import notice_text, notice_url
from closet.services.outgoing import outgoing_note
from closet.services.push import push_of, vapid_key

log = logging.getLogger(__name__)
HELD_S: Final = 6 * 3600  # an outfit for the morning is no news in the evening
SIGNED_FOR_S: Final = 12 * 3600
GONE: Final = (404, 410)  # the browser took it back, or was cleared


def push_send(*, owner: User, day: date) -> int:
    """Sends what was not sent yet of that day to each browser of the member. Returns how many browsers took it."""
    unsent = Notice.objects.filter(owner=owner, day=day, pushed_at=None)
    browsers = list(push_of(owner=owner))
    if not (settings.WEB_PUSH_ENABLED and browsers and unsent.exists()):
        return 0
    with translation.override(owner.profile.language or settings.LANGUAGE_CODE):
        messages = [
            {"title": settings.SITE_NAME, "body": notice_text(one), "url": notice_url(one), "tag": one.kind}
            for one in unsent.order_by("pk")
        ]
    unsent.update(pushed_at=timezone.now())  # before they leave: told twice is worse than once too few
    return sum(all(_told(browser, message) for message in messages) for browser in browsers)


def _told(browser: PushSubscription, message: dict[str, str]) -> bool:
    body = encrypted(browser, json.dumps(message, ensure_ascii=False).encode())
    headers = {
        **signed(browser.endpoint),
        "TTL": str(HELD_S),
        "Urgency": "normal",
        "Topic": message["tag"],
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
    }

    def leaves() -> None:
        outgoing_note(owner=browser.owner, purpose=Outgoing.Purpose.PUSH, to=browser.endpoint, fields=["notice"])

    client = web()
    try:
        reply = client.send("POST", browser.endpoint, content=body, headers=headers, most_bytes=None, before=leaves)
    except Refused as refused:
        log.warning("A browser could not be told: %s", refused.code)
        return False
    finally:
        client.close()
    if reply.status in GONE:
        browser.delete()
    return 200 <= reply.status < 300


def encrypted(browser: PushSubscription, content: bytes) -> bytes:
    """For that browser alone: the service between reads nothing of it."""
    return bytes(
        http_ece.encrypt(
            content,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_bytes(browser.p256dh),
            auth_secret=_bytes(browser.auth),
            version="aes128gcm",
        )
    )


def signed(endpoint: str) -> dict[str, str]:
    """The Authorization header by which a push service knows this server."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": str(int(time.time()) + SIGNED_FOR_S)}
    claims["sub"] = f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    return dict(Vapid02(vapid_key(settings.VAPID_PRIVATE_KEY)).sign(claims))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def web() -> GuardedWeb:
    return GuardedWeb(schemes=("https",), seconds=10.0, agent="Otjang push")
