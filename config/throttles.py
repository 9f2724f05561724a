"""Limits of the API. They count in Redis; while that is away, answering goes before counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from rest_framework import throttling

if TYPE_CHECKING:  # these import the settings, which name this module
    from rest_framework.request import Request
    from rest_framework.views import APIView


class _Lenient(throttling.SimpleRateThrottle):
    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            return True


class AnonRateThrottle(_Lenient, throttling.AnonRateThrottle):
    pass


class UserRateThrottle(_Lenient, throttling.UserRateThrottle):
    pass


class ScopedRateThrottle(throttling.ScopedRateThrottle):
    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            return True
