"""A garment as the mirror knows it: landmarks on its picture, and the outline between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import resampled
from .figure import Figure

FloatArray = NDArray[np.float64]
UPPER, LOWER, SKIRT, THING = "upper", "lower", "skirt", "thing"
_FAMILY: Final[Mapping[str, str]] = MappingProxyType(
    {"top": UPPER, "outer": UPPER, "dress": UPPER, "bottom": LOWER, "skirt": SKIRT, "tunic": UPPER}
)
_TORSO: Final = ("neck_l", "neck_r", "shoulder_l", "shoulder_r", "armpit_l", "armpit_r", "hem_l", "hem_r")
LANDMARKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        UPPER: (*_TORSO, "cuff_out_l", "cuff_in_l", "cuff_out_r", "cuff_in_r"),
        LOWER: ("waist_l", "waist_r", "crotch", "hem_out_l", "hem_in_l", "hem_out_r", "hem_in_r"),
        SKIRT: ("waist_l", "waist_r", "hem_l", "hem_r"),
        THING: (),
    }
)
# Kinds whose sleeves reach the wrist, unless their owner says otherwise.
LONG_SLEEVED: Final = frozenset(
    {"long-sleeve", "hoodie", "sweatshirt", "jacket", "coat", "blazer", "padded", "cardigan"}
)
_SNAP: Final = 0.06  # of a picture's longer side: as far from the outline a landmark still lies on it


def family_of(kind: str, slot: str) -> str:
    """How a kind is worn: upper, lower, skirt, or a thing that is put on as it is."""
    return _FAMILY.get(kind, _FAMILY.get(slot, THING))


@dataclass(frozen=True)
class Garment:
    """One picture of a garment.

    kind, slot: slugs. size: (width, height) of the picture. points: landmark -> (x, y), pixels; empty for a thing.
    outline: (n, 2) its closed outline, pixels. measures: zone -> mm, lying flat, edge to edge, where known. worn:
    seen on a body rather than lying flat. cut: slim, regular, loose, oversized, or nothing. wearer: whose body it is
    seen on, in the picture's pixels, where that is known and nobody set the landmarks right.
    """

    kind: str
    slot: str
    size: tuple[int, int]
    points: Mapping[str, FloatArray]
    outline: FloatArray
    measures: Mapping[str, float] = field(default_factory=dict)
    worn: bool = False
    cut: str = ""
    wearer: Figure | None = None

    @property
    def family(self) -> str:
        return family_of(self.kind, self.slot)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the outline."""
        (x0, y0), (x1, y1) = self.outline.min(0), self.outline.max(0)
        return float(x0), float(y0), float(x1), float(y1)

    def edge(self, start: str, end: str, count: int) -> FloatArray:
        """(count, 2) the outline from one landmark to another, the shorter way; straight where one lies off it."""
        return self.between(self.points[start], self.points[end], count)

    def between(self, start: FloatArray, end: FloatArray, count: int) -> FloatArray:
        """The same of two points."""
        off = [np.linalg.norm(self.outline - point, axis=1) for point in (start, end)]
        first, last = (int(one.argmin()) for one in off)
        straight = np.stack([start, end])
        if max(one.min() for one in off) > _SNAP * max(self.size) or first == last:
            return resampled(straight, count)
        path = shorter_path(self.outline, first, last)
        path = np.concatenate([[start], path[1:-1], [end]])
        # An outline that strays far (a sleeve that lies on the torso) is no edge of this part.
        walked = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
        return _calmed(resampled(path if walked < 1.9 * np.linalg.norm(end - start) else straight, count))


def _calmed(curve: FloatArray) -> FloatArray:
    """A curve without the ripples of a cutout's edge; its ends stay."""
    calm = curve.copy()
    calm[1:-1] = (curve[:-2] + 2 * curve[1:-1] + curve[2:]) / 4
    return calm


def shorter_path(outline: FloatArray, first: int, last: int) -> FloatArray:
    """The points of a closed outline from one index to another, whichever way is shorter; ends included."""
    rolled = np.roll(outline, -first, axis=0)
    at = (last - first) % len(outline)
    forth, back = rolled[: at + 1], np.concatenate([rolled[at:], rolled[:1]])[::-1]
    walked = [np.linalg.norm(np.diff(one, axis=0), axis=1).sum() for one in (forth, back)]
    return forth if walked[0] <= walked[1] else back
