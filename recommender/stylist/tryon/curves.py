"""Curves of a figure and of a garment as rows of points."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def lengths(curve: FloatArray) -> FloatArray:
    """(n,) distance from the start along an (n, 2) curve."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])


def resampled(curve: FloatArray, count: int) -> FloatArray:
    """(count, 2) points at equal distances along an (n, 2) curve, ends included."""
    along = lengths(curve)
    if along[-1] == 0:
        return np.repeat(curve[:1], count, axis=0)
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, curve[:, axis]) for axis in (0, 1)], axis=1)


def smooth(points: FloatArray, per_span: int = 12) -> FloatArray:
    """A centripetal-like Catmull-Rom curve through (n, 2) points, ends included."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, per_span, endpoint=False)[:, None]
    spans = []
    for at in range(1, len(padded) - 2):
        a, b, c, d = padded[at - 1 : at + 3]
        spans.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*spans, points[-1:]])


def beside(axis: FloatArray, halves: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The two edges of a tube about an (n, 2) axis: to its left and to its right as one walks along, `halves` away."""
    ahead = np.gradient(axis, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    normal = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) * halves[:, None]
    return axis + normal, axis - normal


def part_way(axis: FloatArray, length: float, count: int) -> FloatArray:
    """(count, 2) along an axis from its start, to `length`; beyond its end it goes straight on."""
    whole = lengths(axis)
    if length > whole[-1]:
        ahead = axis[-1] - axis[-2]
        axis = np.concatenate([axis, [axis[-1] + ahead / np.linalg.norm(ahead) * (length - whole[-1])]])
        whole = lengths(axis)
    wanted = np.linspace(0, length, count)
    return np.stack([np.interp(wanted, whole, axis[:, at]) for at in (0, 1)], axis=1)
