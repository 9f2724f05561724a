"""A circuit breaker: what does not answer is left alone for a moment, so that each caller does not wait for it anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import redis
from kombu.exceptions import OperationalError

Answer = TypeVar("Answer")
PATIENCE_S: Final = 0.35  # of one question to Redis; then the breaker opens, so that a page waits once
REST_S: Final = 3.0
FAILURES: Final = (redis.ConnectionError, redis.TimeoutError, OperationalError, OSError)


class Away(redis.ConnectionError):
    """Not asked: it did not answer a moment ago."""


class CircuitBreaker:
    """Open for `rest_s` after a failure; then one caller tries again while the others still go without."""

    def __init__(self, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic) -> None:
        self.rest_s = rest_s
        self.clock = clock
        self._open_until = 0.0

    def close(self) -> None:
        """The next caller asks, whatever went before."""
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return self.clock() < self._open_until

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """What `ask` gives. Raises Away while the breaker is open, else what `ask` raises."""
        if self.is_open:
            raise Away("it did not answer a moment ago")
        if self._open_until:  # half open
            self._open_until = self.clock() + self.rest_s
        try:
            answer = ask()
        except FAILURES:
            self._open_until = self.clock() + self.rest_s
            raise
        self._open_until = 0.0
        return answer


redis_breaker = CircuitBreaker()  # of this process: cache, limits and queue ask the same Redis


class BreakingRedis(redis.Redis):
    """A client whose every command goes through the breaker."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        ask: Callable[..., Any] = super().execute_command
        return redis_breaker.call(lambda: ask(*args, **options))
