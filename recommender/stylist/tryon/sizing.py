"""How large a garment is drawn on a body: centimetres of its picture's pixels, and what of its width the eye sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from ..fit.ease import ease_bands
from .figure import Figure, half_breadth
from .garment import LOWER, SKIRT, UPPER, Garment

# Seen from the front, a flat width w becomes this share of w once a body is in it: an ellipse's, a little more for what
# hangs loose.
ROUND: Final[Mapping[str, float]] = MappingProxyType({UPPER: 0.74, LOWER: 0.75, SKIRT: 0.8, "sleeve": 0.74})
# The usual ease where no band is known, cm around.
_EASE: Final[Mapping[str, float]] = MappingProxyType({UPPER: 9, LOWER: 5, SKIRT: 5})
_STRETCHED: Final = -3.0  # cm around: a cloth this much smaller than the body is drawn as it stretches


@dataclass(frozen=True)
class Scale:
    """scale: centimetres in a pixel of the garment's picture. across: share of a flat width that is seen.

    known: zones whose measure was known; ease: cm around of the zone it hangs on.
    """

    centimetres: float
    across: float
    known: tuple[str, ...]
    ease: float


def usual_ease(garment: Garment, zone: str, sex: str) -> float:
    """cm around that such a garment usually is larger than the body: the middle of its kind's band."""
    band = ease_bands(garment.kind, garment.cut or "regular", sex or None).get(zone)
    return (band.low + band.high) / 20 if band else _EASE.get(garment.family, 6)


def scale_of(garment: Garment, figure: Figure) -> Scale:
    """How large a garment with landmarks is on a figure: by its own measures, else by its kind's usual ease."""
    zone, pixels = _girth_of(garment)
    body = figure.girths[zone]
    measured = garment.measures.get(zone)
    across = 1.0 if garment.worn else ROUND[garment.family]
    girth = 2 * measured / 10 if measured else body + usual_ease(garment, zone, figure.sex)
    ease = girth - body
    girth = max(girth, body + _STRETCHED)
    seen = 2 * half_breadth(girth, zone) if garment.worn else girth / 2
    return Scale(seen / max(pixels, 1.0), across, (zone,) if measured else (), ease)


def _girth_of(garment: Garment) -> tuple[str, float]:
    """The zone by which a garment's width is known, and how wide it is there in its picture, pixels."""
    points = garment.points
    if garment.family == UPPER:
        return "chest", float(points["armpit_r"][0] - points["armpit_l"][0])
    waist = float(np.linalg.norm(points["waist_r"] - points["waist_l"]))
    if garment.measures.get("waist") and not garment.measures.get("hips"):
        return "waist", waist
    if garment.family == LOWER:
        top = (points["waist_l"][1] + points["waist_r"][1]) / 2
        return "hips", _width_at(garment, top + 0.72 * (points["crotch"][1] - top))
    # A skirt that flares is fitted at the waist, a straight one at the hips.
    (hem_l, hem_r) = points["hem_l"], points["hem_r"]
    if hem_r[0] - hem_l[0] > 1.5 * waist:
        return "waist", waist
    top = (points["waist_l"][1] + points["waist_r"][1]) / 2
    return "hips", _width_at(garment, top + 0.35 * ((hem_l[1] + hem_r[1]) / 2 - top))


def _width_at(garment: Garment, y: float) -> float:
    xs = garment.outline[np.abs(garment.outline[:, 1] - y) <= 1.5, 0]
    return float(np.ptp(xs)) if len(xs) > 1 else float(np.ptp(garment.outline[:, 0]))
