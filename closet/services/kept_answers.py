"""Idempotency keys: the same POST sent twice is done once, and answered twice alike.

An answer may hold a token or measurements, so it lies encrypted with a key that only the client's own key opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, transaction

from closet.models import KeptAnswer, User

MOST: Final = 10_000  # keys of a member in a day


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class KeyInUse(Exception):
    """The first request with this key has not ended."""


class OtherRequest(Exception):
    """The key came with another request before."""


class TooManyKeys(Exception):
    """More keys in a day than anybody needs."""


def answer_claim(*, owner: User, key: str) -> KeptAnswer | None:
    """A row for a request that begins now, or None where the key is known: ask `answer_known`. Raises TooManyKeys."""
    rows = KeptAnswer.objects.filter(owner=owner)
    digest = _digest(key)
    rows.filter(key_digest=digest).forgotten().delete()
    if rows.filter(key_digest=digest).exists():
        return None
    if rows.count() >= MOST:
        raise TooManyKeys
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(owner=owner, key_digest=digest)
    except IntegrityError:  # the same request came by two connections
        return None


def answer_known(*, owner: User, key: str, fingerprint: str) -> Answer:
    """What the first request was answered. Raises KeyInUse, OtherRequest."""
    row = KeptAnswer.objects.filter(owner=owner, key_digest=_digest(key)).first()
    if row is None or row.status is None:
        raise KeyInUse
    if not hmac.compare_digest(row.fingerprint, fingerprint):
        raise OtherRequest
    told: dict[str, Any] = json.loads(_cipher(key).decrypt(bytes(row.answer)))
    return Answer(row.status, told["headers"], base64.b64decode(told["body"]))


def answer_keep(
    *, claim: KeptAnswer, key: str, fingerprint: str, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    told = {"headers": dict(headers), "body": base64.b64encode(body).decode()}
    claim.fingerprint, claim.status = fingerprint, status
    claim.answer = _cipher(key).encrypt(json.dumps(told).encode())
    # By its key alone: the member may have deleted the account with this very request.
    KeptAnswer.objects.filter(pk=claim.pk).update(
        fingerprint=claim.fingerprint, status=claim.status, answer=claim.answer
    )


def answer_release(*, claim: KeptAnswer) -> None:
    """Nothing was done: the same key may try again."""
    KeptAnswer.objects.filter(pk=claim.pk).delete()


def answers_purge() -> int:
    """Those older than a day go. Returns how many."""
    return KeptAnswer.objects.all().expired().delete()[0]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _cipher(key: str) -> Fernet:
    secret = hmac.new(settings.SECRET_KEY.encode(), b"kept answer\0" + key.encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
