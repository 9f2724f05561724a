"""Body shape from four girths, by the rules of the FFIT study, and dressing notes in kind words.

Simmons, Istook and Devarajan (2004) sort women's figures by differences of bust, waist, hip and
high hip. It is used only when its inputs exist; otherwise the shape is `unclassified`, which is
not a failing. Notes are codes: what may please, never what to hide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.taxonomy import BODY_SHAPES

INCH_MM = 25.4
UNCLASSIFIED = "unclassified"
SHAPES = (*(shape.slug for shape in BODY_SHAPES), UNCLASSIFIED)


@dataclass(frozen=True)
class BodyShape:
    """A shape slug, and which measures it would still need when unclassified."""

    slug: str
    missing: tuple[str, ...] = ()


def body_shape(measures_mm: Mapping[str, float]) -> BodyShape:
    """FFIT shape from `chest` (bust), `waist`, `hips` and, where known, `high_hip`, in millimetres.

    Differences in inches, as published. Spoon needs the high hip: without it a figure that could
    be one is called triangle, the shape whose notes are nearest. Impossible girths (not positive,
    waist above twice the hips) stay unclassified.
    """
    needed = ("chest", "waist", "hips")
    missing = tuple(name for name in needed if not _plausible(measures_mm.get(name)))
    if missing:
        return BodyShape(UNCLASSIFIED, missing)
    bust, waist, hips = (measures_mm[name] / INCH_MM for name in needed)
    high_hip = measures_mm.get("high_hip")
    high = high_hip / INCH_MM if high_hip is not None and _plausible(high_hip) else None
    if bust - hips <= 1 and hips - bust < 3.6 and (bust - waist >= 9 or hips - waist >= 10):
        return BodyShape("hourglass")
    if 3.6 <= hips - bust < 10 and hips - waist >= 9 and (high is None or high / waist < 1.193):
        return BodyShape("bottom-hourglass")
    if 1 < bust - hips < 10 and bust - waist >= 9:
        return BodyShape("top-hourglass")
    if hips - bust > 2 and hips - waist >= 7 and high is not None and high / waist >= 1.193:
        return BodyShape("spoon")
    if hips - bust >= 3.6 and hips - waist < 9:
        return BodyShape("triangle")
    if bust - hips >= 3.6 and bust - waist < 9:
        return BodyShape("inverted-triangle")
    if hips - bust < 3.6 and bust - hips < 3.6 and bust - waist < 9 and hips - waist < 10:
        return BodyShape("rectangle")
    return BodyShape(UNCLASSIFIED)


def _plausible(value: float | None) -> bool:
    return value is not None and 300 <= value <= 2500


# Shape -> kind -> (how much it adds, 0..1, note code). Only what tends to please; silence otherwise.
_LIKED: Mapping[str, Mapping[str, tuple[float, str]]] = MappingProxyType(
    {
        "hourglass": {"belt": (0.8, "follows_waist"), "dress": (0.7, "follows_waist")},
        "bottom-hourglass": {"belt": (0.8, "follows_waist"), "blouse": (0.7, "light_on_top")},
        "top-hourglass": {"skirt": (0.75, "movement_below"), "belt": (0.7, "follows_waist")},
        "spoon": {"blazer": (0.75, "frames_shoulders"), "skirt": (0.7, "falls_from_waist")},
        "triangle": {"blazer": (0.8, "frames_shoulders"), "jacket": (0.7, "frames_shoulders")},
        "inverted-triangle": {"skirt": (0.8, "movement_below"), "trousers": (0.7, "long_line")},
        "rectangle": {"belt": (0.8, "marks_waist"), "jumpsuit": (0.7, "long_line")},
    }
)
BODY_NOTES = tuple(
    sorted({note for kinds in _LIKED.values() for _, note in kinds.values()})
)  # note codes, worded by the web layer


def body_value(shape: str, kind: str) -> float:
    """0.5 with nothing to say, above it where a kind tends to please on a shape. Never below."""
    liked = _LIKED.get(shape, {}).get(kind)
    return liked[0] if liked else 0.5


def body_note(shape: str, kind: str) -> str | None:
    """The note's code for a kind on a shape, None when there is nothing to say."""
    liked = _LIKED.get(shape, {}).get(kind)
    return liked[1] if liked else None


def notes_of(shape: str) -> dict[str, tuple[str, ...]]:
    """Note code -> the kinds it is said of on a shape; empty when there is nothing to say."""
    notes: dict[str, tuple[str, ...]] = {}
    for kind, (_, note) in _LIKED.get(shape, {}).items():
        notes[note] = (*notes.get(note, ()), kind)
    return notes
