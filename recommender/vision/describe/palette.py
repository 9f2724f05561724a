"""The colours of a cutout, measured: k-means in CIELAB, near ones merged by CIEDE2000, then named.

Lightness counts half in every distance here: folds and shadows change L of one dye by 20 and more,
while they hardly move its a and b. The name follows from the measured colour alone (`catalog.colour_names`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.colour_names import colour_names
from imaging.colour import ciede2000, hex_of_lab, lab_of_srgb

FloatArray = NDArray[np.float32]

SAMPLE_SIDE: Final = 96  # more pixels change no share by a point
CLUSTERS: Final = 6
MERGE_DELTA_E: Final = 9.0
MIN_SHARE: Final = 0.04
MAX_COLOURS: Final = 5
WHITE: Final = 96.0
DIMMEST: Final = 70.0  # in a photo without anything brighter there is nothing white, however dim the room
_BRIGHTEST: Final = 98  # percentile: single glints are no cloth
_LIGHTNESS: Final = 0.5
_SOLID_ALPHA: Final = 0.9
_INSIDE: Final = 0.5  # of the solid pixels: where fewer are inside (a strap, a lace), the edge is all there is
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


def palette(image: Image.Image, alpha: NDArray[np.uint8] | None = None, *, white: float = WHITE) -> list[Colour]:
    """The colours of the cloth, the largest share first, at most five, each name once, shares summing to 1.

    image: RGB. alpha: (h, w) uint8 of the same size, 255 where the garment is; None takes every pixel.
    white: what `white_point` says of the whole photo. An alpha that is nowhere solid gives an empty list.
    """
    lab = _cloth(image, alpha)
    if not len(lab):
        return []
    # White shirts are grey in a dim room. Dark dyes are left where they are: a lens makes them lighter, not darker.
    lab[:, 0] = np.minimum(100, lab[:, 0] + (WHITE - white) * (lab[:, 0] / white) ** 2)
    centres, shares = clusters_of(lab)
    keep = shares >= min(MIN_SHARE, shares.max())
    centres, shares = centres[keep].round(2), shares[keep]
    return merged_by_name(
        [
            Colour((float(centre[0]), float(centre[1]), float(centre[2])), name, float(share))
            for centre, name, share in zip(centres, colour_names(centres), shares, strict=True)
        ]
    )


def white_point(photo: Image.Image) -> float:
    """L of what is white in the light of a photo (RGB): that of its brightest pixels, between `DIMMEST` and `WHITE`."""
    small = photo.reduce(max(1, max(photo.size) // SAMPLE_SIDE))
    lightness = lab_of_srgb(np.asarray(small, dtype=np.float32) / 255)[..., 0]
    return float(np.clip(np.percentile(lightness, _BRIGHTEST), DIMMEST, WHITE))


def merged_by_name(colours: Sequence[Colour]) -> list[Colour]:
    """`colours` with those of one name as one that looks like the largest of them; the largest share comes first.

    At most five, shares summing to 1.
    """
    merged: dict[str, Colour] = {}
    for colour in sorted(colours, key=lambda colour: -colour.share):
        known = merged.get(colour.name)
        merged[colour.name] = colour if known is None else replace(known, share=known.share + colour.share)
    kept = sorted(merged.values(), key=lambda colour: -colour.share)[:MAX_COLOURS]
    total = sum(colour.share for colour in kept)
    return [replace(colour, share=round(colour.share / total, 4)) for colour in kept]


def clusters_of(lab: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(k, 3) CIELAB of the dyes among (n, 3) pixels, n > 0, and (k,) shares, the largest first."""
    return _merged(*_kmeans(lab))


def _cloth(image: Image.Image, alpha: NDArray[np.uint8] | None) -> FloatArray:
    """(n, 3) CIELAB of the garment's pixels well inside it, at most SAMPLE_SIDE squared of them."""
    step = max(1, max(image.size) // SAMPLE_SIDE)
    # Averaging instead of skipping: noise and weave would spread one dye over several clusters.
    small = image.reduce(step) if step > 1 else image
    pixels = np.asarray(small, dtype=np.float32) / 255
    if alpha is not None:
        weight = Image.fromarray(alpha)
        cover = np.asarray(weight.reduce(step) if step > 1 else weight, dtype=np.float32) / 255
        most = cover.max(initial=0)
        solid = cover >= min(_SOLID_ALPHA, most) if most > 0.5 else np.zeros(cover.shape, bool)
        # The outermost pixels are mixed with the floor, or what was left of it.
        inside = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0).astype(bool)
        pixels = pixels[inside if inside.sum() >= _INSIDE * solid.sum() else solid]
    return np.asarray(lab_of_srgb(pixels.reshape(-1, 3)), dtype=np.float32)


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
        apart = ciede2000(centres[:, None], centres[None], lightness_weight=_LIGHTNESS)
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
