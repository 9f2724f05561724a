"""The colours of a cutout, measured: k-means in CIELAB, near ones merged by CIEDE2000, then named.

Lightness counts half in every distance here: folds and shadows change L of one dye by 20 and more,
while they hardly move its a and b.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.color import deltaE_ciede2000

from catalog.taxonomy import COLOURS
from imaging.colour import hex_of_lab, lab_of_srgb

FloatArray = NDArray[np.float32]

SAMPLE_SIDE: Final = 96  # more pixels change no share by a point
CLUSTERS: Final = 6
MERGE_DELTA_E: Final = 9.0
MIN_SHARE: Final = 0.04
MAX_COLOURS: Final = 5
_SHADOW_KL: Final = 2.0
_SOLID_ALPHA: Final = 0.9
_ROUNDS: Final = 12


@dataclass(frozen=True)
class Colour:
    """One colour of a garment. lab: CIELAB D65. share: of the visible cloth, 0..1."""

    lab: tuple[float, float, float]
    name: str
    share: float

    @property
    def hex(self) -> str:
        return hex_of_lab(self.lab)


def palette(image: Image.Image, alpha: NDArray[np.uint8] | None = None) -> list[Colour]:
    """The colours of the cloth, the largest share first, at most five, shares summing to 1.

    image: RGB. alpha: (h, w) uint8 of the same size, 255 where the garment is; None takes every pixel.
    An alpha that is nowhere solid gives an empty list.
    """
    lab = _cloth(image, alpha)
    if not len(lab):
        return []
    centres, shares = _merged(*_kmeans(lab))
    keep = shares >= min(MIN_SHARE, shares.max())
    centres, shares = centres[keep][:MAX_COLOURS], shares[keep][:MAX_COLOURS]
    shares = shares / shares.sum()
    return [
        Colour((float(centre[0]), float(centre[1]), float(centre[2])), name_of(centre), float(share))
        for centre, share in zip(centres.round(2), shares.round(4), strict=True)
    ]


def _cloth(image: Image.Image, alpha: NDArray[np.uint8] | None) -> FloatArray:
    """(n, 3) CIELAB of the garment's solid pixels, at most SAMPLE_SIDE squared of them."""
    step = max(1, max(image.size) // SAMPLE_SIDE)
    # Averaging instead of skipping: noise and weave would spread one dye over several clusters.
    small = image.reduce(step) if step > 1 else image
    pixels = np.asarray(small, dtype=np.float32).reshape(-1, 3) / 255
    if alpha is not None:
        weight = Image.fromarray(alpha)
        weight = weight.reduce(step) if step > 1 else weight
        inside = np.asarray(weight, dtype=np.float32).reshape(-1) / 255
        solid = inside >= min(_SOLID_ALPHA, inside.max(initial=0)) if inside.max(initial=0) > 0.5 else inside > 1
        pixels = pixels[solid]
    return np.asarray(lab_of_srgb(pixels), dtype=np.float32)


def _kmeans(lab: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(k, 3) centres and (k,) shares; seeded by spread, so the same pixels give the same answer."""
    scale = np.array([0.6, 1.0, 1.0], dtype=np.float32)
    points = lab * scale
    # Farthest-point seeding finds small accents that random seeding misses. The start is the median.
    centres = [np.median(points, axis=0)]
    nearest = ((points - centres[0]) ** 2).sum(1)
    for _ in range(CLUSTERS - 1):
        # the 98th percentile rather than the maximum: a single odd pixel is no colour
        at = int(np.argsort(nearest)[int(0.98 * (len(nearest) - 1))])
        if nearest[at] < 4:
            break
        centres.append(points[at])
        nearest = np.minimum(nearest, ((points - points[at]) ** 2).sum(1))
    current = np.stack(centres)
    for _ in range(_ROUNDS):
        owner = _nearest(points, current)
        counts = np.bincount(owner, minlength=len(current))
        sums = np.stack([np.bincount(owner, points[:, axis], len(current)) for axis in range(3)], axis=1)
        current = current[counts > 0]
        moved = (sums[counts > 0] / counts[counts > 0, None]).astype(np.float32)
        if moved.shape == current.shape and np.abs(moved - current).max() < 0.1:
            current = moved
            break
        current = moved
    owner = _nearest(points, current)
    shares = np.bincount(owner, minlength=len(current)) / len(points)
    return (current / scale).astype(np.float32), shares.astype(np.float32)


def _nearest(points: FloatArray, centres: FloatArray) -> NDArray[np.intp]:
    # ||p - c||2 without the (n, k, 3) array
    distance = (centres**2).sum(1)[None] - 2 * points @ centres.T
    return distance.argmin(1)


def _merged(centres: FloatArray, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Join the nearest two centres until all are MERGE_DELTA_E apart; the largest share comes first."""
    centres, shares = centres.copy(), shares.copy()
    while len(centres) > 1:
        apart = deltaE_ciede2000(centres[:, None], centres[None], kL=_SHADOW_KL)
        apart[np.tril_indices(len(centres))] = np.inf
        one, two = np.unravel_index(apart.argmin(), apart.shape)
        if apart[one, two] >= MERGE_DELTA_E:
            break
        total = shares[one] + shares[two]
        centres[one] = (centres[one] * shares[one] + centres[two] * shares[two]) / total
        shares[one] = total
        centres, shares = np.delete(centres, two, axis=0), np.delete(shares, two)
    order = np.argsort(-shares, kind="stable")
    return centres[order], shares[order]


NAMES = tuple(colour.slug for colour in COLOURS if colour.lab)
ANCHORS = np.array([colour.lab for colour in COLOURS if colour.lab], dtype=np.float32)


def name_of(lab: NDArray[np.floating] | tuple[float, float, float]) -> str:
    """The colour word of `catalog.taxonomy.COLOURS` nearest to a CIELAB colour, never "multi"."""
    return NAMES[int(deltaE_ciede2000(np.asarray(lab, dtype=np.float32)[None], ANCHORS).argmin())]
