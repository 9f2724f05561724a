# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Bags."""

from __future__ import annotations

import numpy as np

from catalog.colour import Lab, shifted
from training.flatlay import paths
from training.flatlay.bench import BRASS, STEEL, Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, Points, curve

C = 0.5


def _metal(b: Bench, lab: Lab) -> Cloth:
    return b.material_of("leather", lab).woven("jersey", depth=0.0, crease=0.0)


def _ring(b: Bench, x: float, y: float, r: float, lab: Lab) -> None:
    b.sheet.panel(paths.ellipse(x, y, r, r), _metal(b, lab), puff=1.0, cast=0.5,
        holes=[paths.ellipse(x, y, r * 0.66, r * 0.66)], soft=0.2)


def _strap(b: Bench, line: Points, width: float, *, cloth: Cloth | None = None, stitched: bool = True) -> None:
    b.sheet.panel(np.vstack([paths.offset(line, -width / 2), paths.offset(line, width / 2)[::-1]]),
        cloth or b.cloth.plain(), angle=90, puff=0.8, cast=0.45, soft=0.5)
    if stitched:
        for side in (-1, 1):
            b.sheet.stitch(paths.offset(line, side * width * 0.3), b.thread, dash=0.006, gap=0.004, width=0.002)


def _edges(b: Bench, outline: Points, away: float = 0.014) -> None:
    ring = np.vstack([outline, outline[:1]])
    b.sheet.stitch(paths.offset(ring, away), b.thread, dash=0.007, gap=0.0045, width=0.0024)


def handbag(b: Bench) -> None:
    """A structured bag with a flap, a lock and a top handle."""
    metal = BRASS if b.maybe(0.7) else STEEL
    handle = curve([(0.345, 0.40), (0.35, 0.25), (0.42, 0.165), (C, 0.15), (0.58, 0.165), (0.65, 0.25),
        (0.655, 0.40)])
    _strap(b, handle, 0.034)
    body = curve([Corner(0.225, 0.37), (C, 0.36), Corner(0.775, 0.37), (0.80, 0.58), Corner(0.815, 0.80),
        (0.80, 0.835), (C, 0.842), (0.20, 0.835), Corner(0.185, 0.80), (0.20, 0.58)], closed=True)
    b.sheet.panel(body, b.cloth, puff=1.1)
    for side in (1, -1):
        gusset = curve([(C + side * 0.255, 0.39), (C + side * 0.268, 0.6), (C + side * 0.275, 0.82)])
        b.sheet.fold(gusset, width=0.02, depth=0.2)
    flap = curve([Corner(0.218, 0.365), (C, 0.35), Corner(0.782, 0.365), (0.785, 0.50), (0.74, 0.60), (0.60, 0.63),
        (C, 0.633), (0.40, 0.63), (0.26, 0.60), (0.215, 0.50)], closed=True)
    b.sheet.panel(flap, b.cloth, puff=0.9, cast=0.55, reach=0.02)
    _edges(b, flap)
    tab = curve([Corner(0.468, 0.555), Corner(0.532, 0.555), (0.535, 0.65), (C, 0.672), (0.465, 0.65)], closed=True)
    b.sheet.panel(tab, b.cloth, puff=0.6, cast=0.45)
    b.sheet.panel(paths.rectangle(0.474, 0.605, 0.526, 0.655, rounded=0.010), _metal(b, metal), puff=0.9, cast=0.5,
        soft=0.3)
    b.sheet.panel(paths.rectangle(0.492, 0.618, 0.508, 0.642, rounded=0.006), _metal(b, metal), puff=1.0, cast=0.5,
        soft=0.2)
    for x in (0.345, 0.655):
        anchor = curve([Corner(x - 0.022, 0.352), (x, 0.345), Corner(x + 0.022, 0.352), (x + 0.018, 0.415),
            (x, 0.432), (x - 0.018, 0.415)], closed=True)
        b.sheet.panel(anchor, b.cloth, puff=0.7, cast=0.5)
        b.snap(x, 0.40, 0.007, lab=metal)
        _ring(b, x, 0.345, 0.024, metal)
    b.sheet.gleam(paths.ellipse(0.36, 0.45, 0.10, 0.02, turn=-4), strength=0.16, blur=0.02)


def backpack(b: Bench) -> None:
    trim = b.trim(shifted(b.lab, -14 if b.lab[0] > 40 else 14, 0.8))
    for side in (1, -1):
        b.sheet.panel(paths.band(curve([(C + side * 0.15, 0.14), (C + side * 0.29, 0.24), (C + side * 0.315, 0.5),
            (C + side * 0.28, 0.78)]), 0.045 * -side), trim, puff=0.8)
    _strap(b, curve([(0.455, 0.15), (0.458, 0.085), (C, 0.068), (0.542, 0.085), (0.545, 0.15)]), 0.026, cloth=trim,
        stitched=False)
    body = curve([Corner(0.235, 0.86), (0.222, 0.60), (0.235, 0.34), (0.30, 0.18), (C, 0.125), (0.70, 0.18),
        (0.765, 0.34), (0.778, 0.60), Corner(0.765, 0.86), (C, 0.885)], closed=True)
    b.sheet.panel(body, b.cloth, puff=1.3)
    arch = curve([(0.262, 0.56), (0.262, 0.38), (0.32, 0.235), (C, 0.185), (0.68, 0.235), (0.738, 0.38),
        (0.738, 0.56)])
    b.zip(arch, pull=0.25, width=0.016, lab=STEEL)
    pocket = curve([Corner(0.285, 0.84), (0.275, 0.70), Corner(0.285, 0.575), (C, 0.555), Corner(0.715, 0.575),
        (0.725, 0.70), Corner(0.715, 0.84), (C, 0.862)], closed=True)
    b.sheet.panel(pocket, b.cloth, puff=1.2, cast=0.45)
    b.zip(curve([(0.295, 0.628), (C, 0.608), (0.705, 0.628)]), pull=0.8, width=0.015, lab=STEEL)
    b.sheet.panel(paths.rectangle(0.455, 0.675, 0.545, 0.735, rounded=0.008),
        b.material_of("leather", shifted(trim.lab, -6)), puff=0.4, cast=0.35)
    b.sheet.panel(np.vstack([curve([(0.232, 0.83), (C, 0.855), (0.768, 0.83)]),
        curve([(0.764, 0.865), (C, 0.89), (0.236, 0.865)])]), trim, puff=0.6, cast=0.2)
    for side in (1, -1):
        b.sheet.seam(curve([(C + side * 0.215, 0.24), (C + side * 0.24, 0.5), (C + side * 0.232, 0.86)]), depth=0.16)
        b.folds([(C + side * 0.19, 0.46), (C + side * 0.1, 0.49), (C + side * 0.03, 0.48)], width=0.03, depth=0.1)


def crossbody(b: Bench) -> None:
    """A half-moon bag on a long strap."""
    metal = BRASS if b.maybe(0.6) else STEEL
    strap = curve([(0.205, 0.55), (0.20, 0.38), (0.29, 0.17), (0.46, 0.09), (0.64, 0.13), (0.765, 0.32),
        (0.795, 0.55)])
    _strap(b, strap, 0.022)
    body = curve([Corner(0.175, 0.545), (C, 0.525), Corner(0.825, 0.545), (0.815, 0.70), (0.70, 0.835), (C, 0.872),
        (0.30, 0.835), (0.185, 0.70)], closed=True)
    b.sheet.panel(body, b.cloth, puff=1.4)
    b.zip(curve([(0.20, 0.578), (C, 0.56), (0.80, 0.578)]), lab=metal, pull=0.9, width=0.018)
    panel = curve([(0.205, 0.60), (C, 0.585), (0.795, 0.60), (0.78, 0.70), (0.68, 0.806), (C, 0.84), (0.32, 0.806),
        (0.22, 0.70)], closed=True)
    b.sheet.seam(np.vstack([panel, panel[:1]]), depth=0.22)
    _edges(b, panel, 0.008)
    for x in (0.20, 0.80):
        _ring(b, x, 0.545, 0.026, metal)
    b.folds([(0.30, 0.60), (0.33, 0.66), (0.40, 0.71)], [(0.70, 0.60), (0.68, 0.66), (0.62, 0.70)], width=0.024,
        depth=0.14)
    b.sheet.gleam(paths.ellipse(0.38, 0.65, 0.12, 0.03, turn=-8), strength=0.14, blur=0.03)


def clutch(b: Bench) -> None:
    """An envelope clutch with a wrist loop."""
    loop = curve([(0.83, 0.56), (0.905, 0.60), (0.925, 0.72), (0.88, 0.83), (0.84, 0.79), (0.86, 0.68),
        (0.82, 0.585)])
    _strap(b, loop, 0.018, stitched=False)
    body = paths.rectangle(0.135, 0.36, 0.845, 0.725, rounded=0.02)
    b.sheet.panel(body, b.cloth, puff=0.9)
    flap = curve([Corner(0.132, 0.362), Corner(0.848, 0.362), (0.846, 0.40), Corner(0.52, 0.605), (0.49, 0.615),
        Corner(0.46, 0.605), (0.134, 0.40)], closed=True)
    b.sheet.panel(flap, b.cloth, angle=0, puff=0.7, cast=0.5, reach=0.018)
    b.sheet.stitch(curve([(0.15, 0.405), Corner(0.467, 0.592), (0.49, 0.60), Corner(0.513, 0.592), (0.83, 0.405)]),
        b.thread)
    b.snap(0.49, 0.575, 0.016, lab=BRASS)
    _ring(b, 0.83, 0.56, 0.02, BRASS)
    b.sheet.gleam(paths.ellipse(0.33, 0.415, 0.13, 0.014, turn=4), strength=0.16, blur=0.02)


def tote(b: Bench) -> None:
    trim = b.trim()
    for back in (True, False):
        lift = 0.028 if back else 0.0
        handle = curve([(0.36, 0.40 - lift), (0.365, 0.22 - lift), (0.42, 0.115 - lift), (C, 0.09 - lift),
            (0.58, 0.115 - lift), (0.635, 0.22 - lift), (0.64, 0.40 - lift)])
        if back:
            _strap(b, handle, 0.032, cloth=trim.toned(-8), stitched=False)
            inside = np.vstack([curve([(0.205, 0.362), (C, 0.345), (0.795, 0.362)]),
                curve([(0.795, 0.39), (C, 0.40), (0.205, 0.39)])])
            b.sheet.panel(inside, b.lining(), level=0.68, cast=0)
    body = curve([Corner(0.20, 0.37), (C, 0.385), Corner(0.80, 0.37), (0.79, 0.62), Corner(0.775, 0.87), (C, 0.885),
        Corner(0.225, 0.87), (0.21, 0.62)], closed=True)
    b.sheet.panel(body, b.cloth, puff=0.8)
    b.folds([(0.24, 0.86), (0.27, 0.74), (0.36, 0.66)], [(0.76, 0.85), (0.72, 0.73), (0.66, 0.68)],
        [(0.38, 0.45), (0.40, 0.58), (0.47, 0.68)], [(0.62, 0.46), (0.60, 0.58), (0.56, 0.64)], width=0.034,
        depth=0.15)
    if b.motif:
        from training.flatlay import motifs

        motifs.print_on(b, C, 0.64, 0.12)
    b.hem(curve([(0.202, 0.37), (C, 0.385), (0.798, 0.37)])[::-1], away=-0.03)
    handle = curve([(0.36, 0.49), (0.362, 0.26), (0.42, 0.145), (C, 0.12), (0.58, 0.145), (0.638, 0.26),
        (0.64, 0.49)])
    _strap(b, handle, 0.034, cloth=trim)
    for x in (0.36, 0.64):
        for line in (paths.line((x - 0.012, 0.425), (x + 0.012, 0.475)),
            paths.line((x + 0.012, 0.425), (x - 0.012, 0.475))):
            b.sheet.stitch(line, b.thread, width=0.0024)


def shoulder_bag(b: Bench) -> None:
    """A soft slouching bag with one wide strap."""
    strap = curve([(0.235, 0.50), (0.27, 0.26), (0.40, 0.12), (0.56, 0.115), (0.71, 0.25), (0.765, 0.50)])
    _strap(b, strap, 0.05)
    body = curve([Corner(0.20, 0.49), (0.36, 0.515), (C, 0.52), (0.64, 0.515), Corner(0.80, 0.49), (0.86, 0.66),
        (0.80, 0.83), (0.66, 0.87), (C, 0.876), (0.34, 0.87), (0.20, 0.83), (0.14, 0.66)], closed=True)
    b.sheet.panel(body, b.cloth, puff=1.5)
    b.folds([(0.27, 0.53), (0.30, 0.64), (0.28, 0.76)], [(0.34, 0.53), (0.40, 0.62), (0.46, 0.66)],
        [(0.73, 0.53), (0.70, 0.64), (0.71, 0.77)], [(0.66, 0.53), (0.60, 0.63), (0.53, 0.67)],
        [(0.46, 0.84), (0.50, 0.79), (0.58, 0.76)], width=0.034, depth=0.2)
    b.zip(curve([(0.235, 0.512), (C, 0.537), (0.765, 0.512)]), lab=BRASS, pull=0.12, width=0.016)
    for x in (0.225, 0.775):
        b.sheet.panel(paths.rectangle(x - 0.034, 0.455, x + 0.034, 0.515, rounded=0.012), b.cloth.plain(), puff=0.9,
            cast=0.5)
        b.snap(x, 0.485, 0.009, lab=BRASS)
