"""Which colour a part of a garment takes: found by drawing the garment in many colours and comparing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from catalog.colour import Lab
from training.flatlay.record import swatches
from training.flatlay.spec import Silhouette

Ink = list[Any]  # as `catalog.flatlay._colour` reads it
# Shapes ask whether the cloth is lighter than 25, 30, 35 ... : a lightness on either side of each.
_LIGHTNESSES = (12, 23, 27.5, 33.5, 36.5, 39, 41, 43.5, 46.5, 49, 51, 57, 63, 67, 73, 77, 83, 87, 94)
_TINTS = ((12.0, 6.0), (-8.0, 10.0))
_SECONDS: tuple[Lab, Lab] = ((38.0, 20.0, -14.0), (62.0, -12.0, 22.0))


def inks_of(shape: Silhouette, middle: Lab) -> list[Ink]:
    """The ink of each piece that `record` keeps with two colours, in its order."""
    inks, alone = _of_main(shape, middle, _SECONDS[0]), _of_main(shape, middle, None)
    if len(alone) != len(inks):  # Without a second colour some pieces are left out: they take the main one.
        alone = [["main", 0, 1]] * len(inks)
    pairs = zip(*(swatches(shape, middle, second) for second in _SECONDS), strict=True)
    for number, (one, other) in enumerate(pairs):
        if sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 3:
            lightness, chroma = one[0] - _SECONDS[0][0], one[1] / _SECONDS[0][1]
            inks[number] = ["second", round(lightness), _short(chroma), alone[number]]
    return inks


def _of_main(shape: Silhouette, middle: Lab, second: Lab | None) -> list[Ink]:
    count = len(swatches(shape, middle, second))
    found: list[list[tuple[float, Ink]]] = [[] for _ in range(count)]
    for lightness in _LIGHTNESSES:
        mains = [(lightness, *tint) for tint in _TINTS]
        runs = [swatches(shape, main, second) for main in mains]
        if any(len(labs) != count for labs in runs):
            continue  # A shape that is sewn otherwise in this colour takes the inks of the next one.
        for relations, pieces in zip(found, zip(*runs, strict=True), strict=True):
            relations.append((lightness, _relation(mains, pieces)))
    return [_bands(relations) for relations in found]


def _short(chroma: float) -> float:
    return 1 if round(chroma, 1) == 1 else round(chroma, 1)


def _relation(mains: Sequence[Lab], pieces: Sequence[Lab]) -> Ink:
    """How a piece's colour follows from the main one."""
    spread = sum(abs(one - other) for one, other in zip(*pieces, strict=True))
    if spread < 1.5:
        return ["own", *(round(value) for value in pieces[0])]
    chroma = sum(piece[1] * main[1] + piece[2] * main[2] for main, piece in zip(mains, pieces, strict=True))
    chroma /= sum(main[1] ** 2 + main[2] ** 2 for main in mains)
    lightness = pieces[0][0]
    # Where it was clipped nobody knows how far it would have gone.
    clipped = lightness <= 5.6 or lightness >= 97.4
    return ["main", None if clipped else round(lightness - mains[0][0]), _short(chroma)]


def _bands(relations: list[tuple[float, Ink]]) -> Ink:
    """One ink, or several by how light the garment is."""
    known = [ink for _, ink in relations if None not in ink]
    filled: list[tuple[float, Ink]] = []
    for lightness, ink in relations:
        if None in ink:
            near = filled[-1][1] if filled else next(iter(known), ["main", 0, 1])
            ink = near if near[0] == "main" else ["main", 0, ink[2]]
        if filled and _alike(filled[-1][1], ink):
            ink = filled[-1][1]
        filled.append((lightness, ink))
    bands: list[list[Any]] = []
    for (low, ink), (high, following) in pairwise([*filled, (999.0, [])]):
        if ink != following:
            bands.append([round((low + high) / 2, 1), ink])
    return bands[0][1] if len(bands) == 1 else ["bands", *bands]


def _alike(one: Ink, other: Ink) -> bool:
    near = (2, 0.15) if one[0] == "main" else (3, 3, 3)
    return one[0] == other[0] and all(abs(a - b) <= c for a, b, c in zip(one[1:], other[1:], near, strict=True))
