"""How garments somebody owns fit, now and over a history of measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .advice import ZoneFit, judge_size
from .body import Body
from .charts import SizeRow


@dataclass(frozen=True)
class GarmentFit:
    """How an owned garment fits a body: fits | tight | loose | unknown, and the zone that says so."""

    verdict: str
    deciding: ZoneFit | None = None
    zones: tuple[ZoneFit, ...] = ()


def garment_fit(garment: Mapping[str, float], body: Body, kind: str, *, intended: str | None = None) -> GarmentFit:
    """A garment's own measures (mm around) against a body; unknown when they share no zone.

    Estimated body zones alone never call a garment tight: that would be unkind on a guess.
    """
    row = SizeRow("", {zone: (value, value) for zone, value in garment.items() if value and value > 0})
    fit = judge_size(body, row, kind, intended=intended)
    if not fit.zones:
        return GarmentFit("unknown")
    measured = [zone for zone in fit.zones if not zone.estimated]
    if not measured:
        return GarmentFit("unknown", fit.deciding, fit.zones)
    worst = max(measured, key=lambda zone: zone.loss)
    return GarmentFit(worst.verdict, worst, fit.zones)


@dataclass(frozen=True)
class FitChange:
    """A garment over a measurement history: fits | tight | no_longer | loose | unknown, and when it turned.

    no_longer: it fitted an earlier body and is tight (or far too loose) now.
    """

    status: str
    now: GarmentFit
    since: int | None = None


def fit_over_time(
    garment: Mapping[str, float], history: Sequence[Body], kind: str, *, intended: str | None = None
) -> FitChange:
    """history: bodies oldest first, the last is now. since: index of the first body of the present state."""
    if not history:
        return FitChange("unknown", GarmentFit("unknown"))
    fits = [garment_fit(garment, body, kind, intended=intended) for body in history]
    now = fits[-1]
    first = len(fits) - 1
    while first > 0 and fits[first - 1].verdict == now.verdict:
        first -= 1
    fitted_before = any(fit.verdict == "fits" for fit in fits[:first])
    status = "no_longer" if now.verdict in ("tight", "loose") and fitted_before else now.verdict
    return FitChange(status, now, first)
