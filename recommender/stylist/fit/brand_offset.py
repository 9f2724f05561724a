"""How a brand's sizes run against its charts, learned from what members said of sizes they wore.

One voice a member, five at least, and never moved by one: the offset is the most cautious of those that the others
would give without each member in turn. Between nothing and what members say it is the normal posterior mean
(shrinkage), so that a few voices, or many that disagree, leave the chart as it is.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from .charts import SizeChart, grade_step

LEAST_MEMBERS = 5
PRIOR_OFFSET_MM = 18.0  # how far brands lie from their own charts, a grade step being some 40 to 50
VERDICT_MM = 20.0
VERDICT_SIGMA_MM = 28.0  # how far one member's verdict lies from the next one's, at the least


@dataclass(frozen=True)
class Verdict:
    """What a member said of a size: too_small, fits or too_large.

    steps: how many sizes above (below, negative) the one that the chart alone advises them it was.
    """

    member: Hashable
    verdict: str
    steps: int = 0


@dataclass(frozen=True)
class BrandOffset:
    """How much larger (positive) one must buy at a brand than its charts say, mm of girth. members: who said so."""

    mm: float = 0.0
    members: int = 0


def learn_brand_offset(said: Iterable[Verdict], *, step_mm: float = 2 * VERDICT_MM) -> BrandOffset:
    """A brand's offset. step_mm: between two sizes of the chart that is asked of.

    A verdict is a reading half a step beside its size. That a size below the advised one was too small, or one above
    it too large, is no news of the brand, and a verdict that is none of the three is no verdict.
    """
    half = {"too_small": step_mm / 2, "fits": 0.0, "too_large": -step_mm / 2}
    readings: dict[Hashable, list[float]] = defaultdict(list)
    for one in said:
        if one.verdict in half:
            reading = half[one.verdict] + step_mm * one.steps
            if reading * half[one.verdict] >= 0:
                readings[one.member].append(reading)
    voices = np.array([np.mean(found) for found in readings.values()])
    if len(voices) < LEAST_MEMBERS:
        return BrandOffset(0.0, len(voices))
    middle = float(np.median(voices))
    voices = voices.clip(middle - step_mm, middle + step_mm)  # nobody shouts: nine sizes off count as one
    without = [_shrunk(np.delete(voices, at)) for at in range(len(voices))]
    agreed = min(without) > 0 or max(without) < 0
    return BrandOffset(min(without, key=abs) if agreed else 0.0, len(voices))


def _shrunk(voices: np.ndarray) -> float:
    """Posterior mean of an offset that is normal around none, given (m,) readings of it."""
    noise = max(float(voices.var(ddof=1)), VERDICT_SIGMA_MM**2) / len(voices)
    return float(voices.mean()) * PRIOR_OFFSET_MM**2 / (PRIOR_OFFSET_MM**2 + noise)


def brand_step(chart: SizeChart) -> float:
    """The step between sizes that a verdict at this chart speaks of, mm of its main girth; 40 if unknown."""
    for zone in ("chest", "waist", "hips"):
        step = grade_step(chart, zone)
        if step:
            return step
    return 2 * VERDICT_MM
