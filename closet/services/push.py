"""Web Push: a member's browsers that are told, and the key by which push services know this server (RFC 8292)."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from closet.models import PushSubscription, User

MOST: Final = 10  # browsers of a member; the oldest goes for an eleventh
POINT_BYTES: Final = 65  # of an uncompressed P-256 point
AUTH_BYTES: Final = 16
# What a User-Agent holds -> what people say; the more telling one first, for Edge says Chrome as well.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@lru_cache(maxsize=2)
def vapid_key(private: str) -> ec.EllipticCurvePrivateKey:
    """private: 32 bytes, base64url, as web push tools write them."""
    return ec.derive_private_key(int.from_bytes(_decoded(private), "big"), ec.SECP256R1())


def push_key() -> str:
    """The public key for browsers, base64url; empty where the operator switched web push off."""
    if not settings.WEB_PUSH_ENABLED:
        return ""
    point = vapid_key(settings.VAPID_PRIVATE_KEY).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def push_subscribe(*, owner: User, endpoint: str, p256dh: str, auth: str, device: str = "") -> PushSubscription:
    """A browser that asked to be told; the same one again is whose it is now. Raises ValidationError."""
    if not settings.WEB_PUSH_ENABLED:
        raise ValidationError(_("This server sends no messages to browsers."))
    try:
        is_whole = len(_decoded(p256dh)) == POINT_BYTES and len(_decoded(auth)) == AUTH_BYTES
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
        is_https = urlsplit(endpoint).scheme == "https" and len(endpoint) <= 600
    except (ValueError, binascii.Error):
        is_whole = is_https = False
    if not (is_whole and is_https):
        raise ValidationError(_("The browser’s address for messages cannot be used."))
    told = {"owner": owner, "p256dh": p256dh.rstrip("="), "auth": auth.rstrip("="), "device": device[:80]}
    with transaction.atomic():
        row, _is_new = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=told)
        kept = list(push_of(owner=owner).values_list("pk", flat=True)[:MOST])
        push_of(owner=owner).exclude(pk__in=kept).delete()
    return row


def browser_named(agent: str) -> str:
    """What people call a browser, by its User-Agent: "Firefox, Linux"."""
    found = (next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))


def push_of(*, owner: User) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(owner=owner)


def push_end(*, owner: User, endpoint: str) -> bool:
    """Returns whether that browser was one of the owner's."""
    return bool(push_of(owner=owner).filter(endpoint=endpoint).delete()[0])


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
