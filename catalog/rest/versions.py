"""Versions of the API's answers. Without a word a client is told the newest; `API-Version: 1.0` is told as 1.0 was.

docs/api-changes.md lists what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

VERSION: Final = "1.1"
OLDER: Final = ("1.0",)


def asked_version(request: HttpRequest | Request) -> str | None:
    """The older version that the request names; None for the newest, and for one that nobody knows."""
    asked = str(request.headers.get("API-Version", "")).strip()
    return asked if asked in OLDER else None


def as_told(told: Any) -> Any:
    return told


def unpaged(told: Any) -> Any:
    """A list that was a bare array."""
    return told["results"] if isinstance(told, dict) and "results" in told else told


def in_per_cent(told: Any) -> Any:
    """`likeness` of matches, which was a whole number of per cent."""
    if isinstance(told, list):
        return [in_per_cent(one) for one in told]
    if not isinstance(told, dict):
        return told
    changed = {name: in_per_cent(value) for name, value in told.items()}
    if isinstance(changed.get("likeness"), float) and "distance" in changed:
        changed["likeness"] = round(100 * changed["likeness"])
    return changed


# Name of an address, or verb and name where only that one changed -> what makes 1.0's answer of the newest.
AS_1_0: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(
        (
            "api-kinds",
            "api-tokens",
            "api-emails",
            "api-sessions",
            "api-second-factors",
            "api-garment-wears",
            "POST api-wears",
        ),
        unpaged,
    ),
    **dict.fromkeys(("api-garment-similar", "api-product-similar", "api-search-photo-result"), in_per_cent),
}


class VersionedRenderer(JSONRenderer):
    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        request = (renderer_context or {}).get("request")
        match = getattr(request, "resolver_match", None)
        if request is not None and match is not None and asked_version(request):
            data = (AS_1_0.get(f"{request.method} {match.url_name}") or AS_1_0.get(match.url_name, as_told))(data)
        return bytes(super().render(data, accepted_media_type, renderer_context))
