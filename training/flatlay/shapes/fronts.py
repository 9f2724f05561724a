# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Open fronts: halves that overlap, lapels, storm flaps, hoods' rims, pockets with flaps and welts."""

from __future__ import annotations

import numpy as np

from catalog.colour import Lab
from training.flatlay import paths
from training.flatlay.bench import Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, Points, curve
from training.flatlay.shapes.upper import C, Cut


def half_front(cut: Cut, *, overlap: float = 0.015, vee: float = 0.0, cutaway: float = 0.0) -> Points:
    """The right front: neck to throat (or down a V), the front edge `overlap` past the axis, a rounded corner below."""
    edge = C - overlap
    low = cut.bottom + cut.hem_curve
    if vee:
        neck = curve([Corner(*cut.n), (C + cut.neck * 0.62, cut.top + vee * 0.45), Corner(edge, cut.top + vee)])
    else:
        neck = curve([Corner(*cut.n), (C + cut.neck * 0.7, cut.top + cut.neck_depth * 0.75),
            Corner(edge, cut.top + cut.neck_depth)])
    if cutaway:
        front = curve([Corner(edge, cut.top + (vee or cut.neck_depth)), (edge, cut.bottom - cutaway * 1.7),
            (C + cutaway * 0.25, cut.bottom - cutaway * 0.45), (C + cutaway * 0.9, low - 0.004)])
    else:
        front = paths.line((edge, cut.top + (vee or cut.neck_depth)), (edge, low))
    hem = curve([Corner(*front[-1]), (C + cut.hem * 0.55, cut.bottom + cut.hem_curve * 0.8),
        Corner(C + cut.hem, cut.bottom)])
    return np.vstack([neck[::-1], cut.armhole, cut.side[1:], hem[::-1][1:], front[::-1][1:]])


def lay_fronts(b: Bench, cut: Cut, *, overlap: float = 0.015, vee: float = 0.0, cutaway: float = 0.0,
    cloth: Cloth | None = None, puff: float | None = None, open_by: float = 0.0) -> None:
    """Left under right as women's wear closes; open_by moves the fronts apart and shows the lining between."""
    right = half_front(cut, overlap=overlap if not open_by else -open_by, vee=vee, cutaway=cutaway)
    for outline in (paths.mirrored(right), right):
        b.sheet.panel(outline, cloth or b.cloth, puff=puff, cast=0.38, reach=0.014)
    if cut.sleeve:
        for line in (cut.armhole, paths.mirrored(cut.armhole)):
            b.sheet.seam(line, depth=0.22)


def lay_lining(b: Bench, cut: Cut, *, depth: float, lab: Lab | None = None, to_hem: bool = False) -> None:
    """The back's inside, seen in the opening, with its label."""
    cloth = b.material_of("silk", lab) if lab else b.lining()
    low = cut.bottom + (0.002 if to_hem else -0.1)
    n = cut.neck
    shape = np.vstack([curve([Corner(C + n, cut.top + 0.002), (C, cut.top - 0.02), Corner(C - n, cut.top + 0.002)]),
        paths.line((C - n * 1.1, low), (C + n * 1.1, low))])
    b.sheet.panel(shape, cloth, level=0.74, puff=0.1, cast=0)
    yoke = np.vstack([curve([Corner(C + n, cut.top), (C, cut.top - 0.02), Corner(C - n, cut.top)]),
        curve([Corner(C - n, cut.top + 0.02), (C, cut.top + 0.075), Corner(C + n, cut.top + 0.02)])])
    b.sheet.panel(yoke, b.cloth.plain(), level=0.82, puff=0.1, cast=0.2)
    b.label(C, cut.top + 0.03, w=0.05, h=0.022)
    if depth > 0.1:
        b.folds([(C - 0.01, cut.top + 0.1), (C + 0.008, cut.top + depth * 0.6), (C, cut.top + depth)], width=0.03,
            depth=0.2)


def lapels(b: Bench, cut: Cut, *, vee: float, width: float = 0.075, notch: float = 0.105, peak: bool = False,
    shawl: bool = False, cloth: Cloth | None = None, overlap: float = 0.015) -> None:
    """A tailored collar, left first so that the right one lies on it."""
    cloth = cloth or b.cloth
    top, n = cut.top, cut.neck
    for flip in (True, False):
        low = (C - overlap, top + vee)
        edge = curve([Corner(C + n + 0.008, top + 0.002), (C + n * 0.66, top + vee * 0.45), Corner(*low)])
        rise = -0.028 if peak else 0.022
        tip = (C + n + width, top + notch + rise)
        gorge = (C + n + width * 0.55, top + notch - 0.004)
        if shawl:
            outer = curve([Corner(C + n + 0.01, top - 0.01), (C + n + width * 0.95, top + vee * 0.28),
                (C + n * 0.9 + width * 0.3, top + vee * 0.7), Corner(*low)])
        else:
            outer = np.vstack([curve([Corner(C + n + 0.012, top + 0.03), Corner(*gorge), Corner(*tip)]),
                curve([Corner(*tip), (C + n * 0.72 + width * 0.32, top + notch + (vee - notch) * 0.5),
                Corner(*low)])])
        shape = np.vstack([edge, outer[::-1]])
        if flip:
            shape = paths.mirrored(shape)
        b.sheet.panel(shape, cloth, angle=14 if flip else -14, puff=0.45, cast=0.45, reach=0.016, soft=0.6)
        if not shawl:
            fall = np.vstack([curve([Corner(C, top - 0.036), (C + n * 0.7, top - 0.03), (C + n + 0.02, top + 0.012),
                Corner(C + n + width * 0.74, top + notch - 0.034)]),
                curve([Corner(C + n + width * 0.74, top + notch - 0.034),
                Corner(C + n + width * 0.60, top + notch - 0.006), (C + n * 0.95, top + notch * 0.62),
                Corner(C + n * 0.86, top + 0.035)]), curve([Corner(C + n * 0.86, top + 0.035),
                (C + n * 0.55, top + 0.004), Corner(C, top - 0.006)])])
            if flip:
                fall = paths.mirrored(fall)
            b.sheet.panel(fall, cloth, angle=-30 if flip else 30, puff=0.4, cast=0.42, reach=0.012, soft=0.6)
    if shawl:
        back = np.vstack([curve([Corner(C - n - 0.01, top), (C, top - 0.045), Corner(C + n + 0.01, top)]),
            curve([Corner(C + n, top + 0.008), (C, top - 0.008), Corner(C - n, top + 0.008)])])
        b.sheet.panel(back, cloth, puff=0.5, cast=0.3)


def flap_pocket(b: Bench, x: float, y: float, *, w: float = 0.105, h: float = 0.034, tilt: float = 0.0) -> None:
    for side in (1, -1):
        lid = paths.turned(paths.rectangle(x - w / 2, y, x + w / 2, y + h, rounded=0.008), tilt, about=(x, y))
        lid = paths.mirrored(lid) if side < 0 else lid
        b.sheet.panel(lid, b.cloth, angle=-tilt * side, puff=0.35, cast=0.42, reach=0.010)
        top = paths.turned(paths.line((x - w / 2, y), (x + w / 2, y)), tilt, about=(x, y))
        b.sheet.seam(paths.mirrored(top) if side < 0 else top, depth=0.35)


def welt_pocket(b: Bench, x: float, y: float, *, length: float = 0.10, lean: float = 14.0,
    zip_lab: Lab | None = None) -> None:
    """Slanted side pockets."""
    for side in (1, -1):
        slit = paths.turned(paths.line((x, y), (x, y + length)), lean * -1, about=(x, y))
        slit = paths.mirrored(slit)[::-1] if side < 0 else slit
        if zip_lab is not None:
            b.zip(slit, lab=zip_lab, pull=0.06, width=0.011)
        else:
            strip = paths.band(slit, 0.018 * -side)
            b.sheet.panel(strip, b.cloth, angle=side * lean, puff=0.3, cast=0.35, reach=0.008)
            b.sheet.seam(slit, depth=0.3)


def breast_welt(b: Bench, x: float, y: float) -> None:
    b.sheet.panel(np.array([(x - 0.042, y + 0.006), (x + 0.042, y - 0.006), (x + 0.042, y + 0.013),
        (x - 0.042, y + 0.025)]), b.cloth, puff=0.2, cast=0.35, reach=0.008)


def belt_tied(b: Bench, y: float, half: float, *, cloth: Cloth | None = None, knot_at: float = 0.03,
    width: float = 0.036) -> None:
    """A cloth belt knotted at the front."""
    cloth = (cloth or b.cloth).rotated(90)
    strip = np.vstack([curve([(C - half, y), (C, y + 0.008), (C + half, y)]),
        curve([(C + half, y + width), (C, y + width + 0.008), (C - half, y + width)])])
    b.sheet.panel(strip, cloth, puff=0.6, cast=0.4)
    x = C + knot_at
    for dx, length, lean in ((0.022, 0.19, 0.035), (-0.012, 0.15, -0.012)):
        tail = curve([Corner(x + dx - 0.014, y + 0.02), (x + dx + lean * 0.4 - 0.016, y + length * 0.5),
            Corner(x + dx + lean - 0.017, y + length), Corner(x + dx + lean + 0.017, y + length + 0.008),
            (x + dx + lean * 0.4 + 0.016, y + length * 0.5), Corner(x + dx + 0.012, y + 0.02)], closed=True)
        b.sheet.panel(tail, cloth, puff=0.6, cast=0.45)
    knot = curve([(x - 0.022, y - 0.006), (x + 0.024, y - 0.002), (x + 0.026, y + width + 0.004),
        (x - 0.02, y + width + 0.008)], closed=True)
    b.sheet.panel(knot, cloth, puff=1.0, cast=0.5)
