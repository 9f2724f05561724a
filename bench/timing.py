"""Medians and spreads."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def wall_ms(work: Callable[[], Any], repeats: int = 15) -> tuple[float, float]:
    """(median, spread) of wall milliseconds after one warm-up; spread is the middle half's width."""
    work()
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    low, _, high = statistics.quantiles(took, n=4)
    return statistics.median(took), high - low


def row(
    name: str, median_ms: float | None, spread: float | None = None, ratio: float | None = None, note: str = ""
) -> dict[str, Any]:
    return {"name": name, "median_ms": median_ms, "spread": spread, "ratio": ratio, "note": note}
