"""How a brand's sizes run against its charts, learned from what members said of sizes they wore."""

from collections.abc import Sequence
from dataclasses import dataclass

from .charts import SizeChart, grade_step

PRIOR_OFFSET_MM = 18.0
VERDICT_MM = 20.0
VERDICT_SIGMA_MM = 28.0


@dataclass(frozen=True)
class BrandOffset:
    """How much larger (positive) one must buy at a brand than its charts say, mm of girth."""

    mm: float = 0.0
    verdicts: int = 0
    sigma: float = PRIOR_OFFSET_MM


def learn_brand_offset(
    verdicts: Sequence[str], *, steps: Sequence[int] = (), step_mm: float = 2 * VERDICT_MM
) -> BrandOffset:
    """A brand's offset from verdicts on sizes worn: too_small, fits, too_large.

    steps: of each, how many sizes above (below, negative) the one the chart alone advises it was; 0 where not
    given. Each verdict is a noisy reading of half a grade step around that; few verdicts are pulled towards none.
    That a size below the advised one was too small, or one above it too large, is no news of the brand.
    """
    half = {"too_small": step_mm / 2, "fits": 0.0, "too_large": -step_mm / 2}
    known = []
    for at, verdict in enumerate(verdicts):
        if verdict in half:
            reading = half[verdict] + step_mm * (steps[at] if at < len(steps) else 0)
            if reading * half[verdict] >= 0:
                known.append(reading)
    precision = 1 / PRIOR_OFFSET_MM**2 + len(known) / VERDICT_SIGMA_MM**2
    return BrandOffset(sum(known) / VERDICT_SIGMA_MM**2 / precision, len(known), precision**-0.5)


def brand_step(chart: SizeChart) -> float:
    """The step between sizes that a verdict at this chart speaks of, mm of its main girth; 40 if unknown."""
    for zone in ("chest", "waist", "hips"):
        step = grade_step(chart, zone)
        if step:
            return step
    return 2 * VERDICT_MM
