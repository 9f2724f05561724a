"""What the stylist costs in CPU time, beside trying every outfit."""

import statistics
import time
from collections.abc import Callable
from itertools import islice, product
from typing import Any

import numpy as np

from recommender.stylist.brands.profiles import build_profile, rank_brands
from recommender.stylist.outfits.goes_with import goes_with
from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.layers import BOTTOM, OUTER, SHOES, TOP
from recommender.stylist.rules.weather import manual_weather
from recommender.stylist.score.appraise import Pool
from recommender.stylist.score.compatibility import compatibility
from tests.stylist.closets import closet

REPEATS = 9
BRUTE_SAMPLE = 20_000  # outfits really scored by brute force; its whole time is this in proportion
BUDGET_MS = {500: 200.0, 2000: 600.0}


def cpu_ms(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, float]:
    """(median, spread) of CPU milliseconds of all threads; spread is the middle half's width."""
    work()
    took = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        took.append((time.process_time() - began) * 1000)
    low, _, high = statistics.quantiles(took, n=4)
    return statistics.median(took), high - low


def run() -> list[dict[str, Any]]:
    """Rows of name, median_ms, spread, ratio (alternative over ours, None without one) and note."""
    context = Context(weather=manual_weather(temperature=9, precipitation=1), occasion="work")
    rows = []
    for size in (500, 2000):
        pieces = closet(size)
        ours, spread = cpu_ms(lambda pieces=pieces: suggest(pieces, context, n=10))
        brute, count = _brute_force_ms(pieces, context)
        rows.append(
            {
                "name": f"ten outfits from {size} garments",
                "median_ms": round(ours, 1),
                "spread": round(spread, 1),
                "ratio": round(brute / ours, 1),
                "note": f"CPU; at most {BUDGET_MS[size]:.0f} ms asked; brute force over {count:,} outfits of four "
                f"slots would take {brute / 1000:,.0f} s",
            }
        )
    pieces = closet(500)
    ours, spread = cpu_ms(lambda: goes_with(pieces[0], pieces[1:], context))
    rows.append(_row("what goes with this, 500 garments", ours, spread, "CPU"))
    profiles = [build_profile(number, closet(30, seed=number)) for number in range(200)]
    ours, spread = cpu_ms(lambda: rank_brands(pieces[:120], profiles))
    rows.append(_row("200 brands for a closet of 120", ours, spread, "CPU"))
    return rows


def _row(name: str, median: float, spread: float, note: str) -> dict[str, Any]:
    return {"name": name, "median_ms": round(median, 1), "spread": round(spread, 1), "ratio": None, "note": note}


def _brute_force_ms(pieces: list[Piece], context: Context) -> tuple[float, int]:
    """CPU ms that scoring every top, bottom, outer and shoes would take, from a sample, and how many those are."""
    slots = [[row for row, piece in enumerate(pieces) if piece.slot == slot] for slot in (TOP, BOTTOM, OUTER, SHOES)]
    count = int(np.prod([len(rows) for rows in slots]))
    pool = Pool(pieces, context, None, model=compatibility())
    pool.pair  # noqa: B018  judged once, as ours is
    sample = np.array(list(islice(product(*slots), min(count, BRUTE_SAMPLE))), dtype=np.intp)
    began = time.process_time()
    for start in range(0, len(sample), 10_000):
        pool.totals(sample[start : start + 10_000])
    return (time.process_time() - began) * 1000 * count / len(sample), count


if __name__ == "__main__":
    for row in run():
        print(row)
