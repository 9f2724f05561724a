"""Limits of the API. They count in Redis; while that is away, answering goes before counting."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from redis.exceptions import RedisError
from rest_framework import throttling

if TYPE_CHECKING:  # these import the settings, which name this module
    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Quota(NamedTuple):
    """limit requests in a window; reset_s: until one more is free."""

    limit: int
    remaining: int
    reset_s: int


def quota_of(request: HttpRequest) -> Quota | None:
    """Of the limit that is nearest to its end, of those that counted this request; None where nothing counted."""
    return getattr(request, "api_quota", None)


class _Lenient(throttling.SimpleRateThrottle):
    duration: int
    now: float

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            allowed = bool(super().allow_request(request, view))
        except (RedisError, OSError):
            return True
        self._note(request._request)
        return allowed

    def _note(self, request: Any) -> None:
        history, limit = getattr(self, "history", None), getattr(self, "num_requests", None)
        if history is None or limit is None:  # this one does not count such a request
            return
        remaining = max(limit - len(history), 0)
        reset = math.ceil(self.duration - (self.now - history[-1])) if history else 0
        known = quota_of(request)
        if known is None or remaining < known.remaining:
            request.api_quota = Quota(limit, remaining, max(reset, 0))


class AnonRateThrottle(_Lenient, throttling.AnonRateThrottle):
    pass


class UserRateThrottle(_Lenient, throttling.UserRateThrottle):
    pass


class ScopedRateThrottle(_Lenient, throttling.ScopedRateThrottle):
    pass
