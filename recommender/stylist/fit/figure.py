"""Where on a drawn figure an advice's zones lie, and the figures written beside them."""

from dataclasses import dataclass

from .advice import SizeAdvice
from .body import Body
from .ease import BODY_ZONE


@dataclass(frozen=True)
class DrawnZone:
    """A line to draw on the figure: where (0..1 of its height from the crown), the words' figures."""

    zone: str
    height: float
    body_cm: float
    ease_cm: float
    verdict: str
    deciding: bool = False


_FIGURE_HEIGHT = {
    "head": 0.04, "neck": 0.15, "shoulder": 0.19, "chest": 0.28, "sleeve": 0.36, "waist": 0.39,
    "hips": 0.52, "thigh": 0.58, "inside_leg": 0.75, "foot": 0.98, "height": 0.5,
}  # fmt: skip


def drawn_zones(advice: SizeAdvice, body: Body) -> tuple[DrawnZone, ...]:
    """What to draw for an advice, from head to foot; empty when there is nothing to show."""
    chosen = advice.chosen
    if chosen is None:
        return ()
    deciding = chosen.deciding
    drawn = []
    for zone in chosen.zones:
        measure = body.get(BODY_ZONE.get(zone.zone, zone.zone))
        if measure is not None and zone.zone in _FIGURE_HEIGHT:
            drawn.append(
                DrawnZone(
                    zone.zone,
                    _FIGURE_HEIGHT[zone.zone],
                    round(measure.value / 10, 1),
                    round(zone.ease / 10, 1),
                    zone.verdict,
                    zone is deciding,
                )
            )
    return tuple(sorted(drawn, key=lambda zone: zone.height))
