"""The code of docs/apps.md does what it says."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from closet.models import User
from closet.services.webhooks import signature
from tests.closet.closets import closet_of, garment_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def guide() -> dict[str, Any]:
    text = (settings.BASE_DIR / "docs" / "apps.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {"hmac": hmac, "hashlib": hashlib, "time": time}
    for code in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(code, names)  # ours, from this repository
    return names


def test_its_copy_is_the_closet(guide: dict[str, Any], alice: User, alice_api: APIClient) -> None:
    closet_of(alice, 130)
    kept: dict[str, Any] = {}
    cursor = guide["sync"](lambda address: alice_api.get(address).json(), "garments", kept)
    assert len(kept) == 130
    coat = garment_of(alice, "coat")
    guide["sync"](lambda address: alice_api.get(address).json(), "garments", kept, cursor)
    assert len(kept) == 131 and str(coat.pk) in kept


def test_it_tells_our_messages_from_others(guide: dict[str, Any]) -> None:
    moment, body = int(time.time()), '{"event": "ping"}'
    header = signature(secret="ours", body=body, moment=moment)
    assert guide["is_ours"]("ours", header, body.encode())
    assert not guide["is_ours"]("theirs", header, body.encode())
    assert not guide["is_ours"]("ours", header, b"{}")
    assert not guide["is_ours"]("ours", signature(secret="ours", body=body, moment=moment - 600), body.encode())
