"""Redis as a cache that never holds a page up: short time-outs, a circuit breaker, and two ways to fail.

`default` goes without: what cannot be read is not there, what cannot be written is not kept. `strict` raises
RedisError, for those who must know (a search by photo, the weather).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache.backends import redis as backend
from redis.exceptions import RedisError

from recommender.breaker import PATIENCE_S, BreakingRedis


class BreakingClient(backend.RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, **options)
        self._client = BreakingRedis


class StrictRedisCache(backend.RedisCache):
    """Raises RedisError where Redis is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = BreakingClient


def _or(fallback: Callable[[], Any], name: str) -> Any:
    ask = getattr(StrictRedisCache, name)

    def ask_or_go_without(self: StrictRedisCache, *args: Any, **options: Any) -> Any:
        try:
            return ask(self, *args, **options)
        except (RedisError, OSError):
            return fallback()

    return ask_or_go_without


class ForgivingRedisCache(StrictRedisCache):
    """Goes without while Redis is away. `incr` and `decr` raise ValueError then, as of a key that is not there."""

    add = _or(bool, "add")
    set = _or(lambda: None, "set")
    touch = _or(bool, "touch")
    delete = _or(bool, "delete")
    get_many = _or(dict, "get_many")
    has_key = _or(bool, "has_key")
    set_many = _or(list, "set_many")
    delete_many = _or(lambda: None, "delete_many")

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default, version)
        except (RedisError, OSError):
            return default

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        try:
            return super().incr(key, delta, version)
        except (RedisError, OSError):
            raise ValueError(f"{key} cannot be counted now") from None
