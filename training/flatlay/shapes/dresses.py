# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Dresses and jumpsuits."""

from __future__ import annotations

import numpy as np

from catalog.colour import shifted
from training.flatlay import paths
from training.flatlay.bench import HORN, PEARL, Bench
from training.flatlay.paths import Corner, curve
from training.flatlay.shapes.fronts import belt_tied
from training.flatlay.shapes.tops import _cuffs
from training.flatlay.shapes.upper import (
    C,
    Cut,
    back_rib,
    body_folds,
    collar,
    cuff_stitches,
    lay_body,
    lay_inside,
    lay_sleeves,
    placket,
    rib_cuffs,
    rib_neck,
    sleeve_folds,
)


def _bodice(b: Bench, cut: Cut, waist_y: float, waist: float) -> np.ndarray:
    side = curve([Corner(*cut.a), (C + (cut.chest + waist) / 2 - 0.004, (cut.armpit + waist_y) / 2),
        Corner(C + waist, waist_y)])
    return paths.both_sides(np.vstack([cut.neckline[::-1], cut.armhole, side[1:],
        curve([(C + waist, waist_y), (C, waist_y + 0.008)])[1:]]))


def _skirt(b: Bench, y0: float, half: float, y1: float, hem: float, *, sag: float = 0.03,
    flare: float = 0.3) -> np.ndarray:
    side = curve([Corner(C + half, y0), (C + half + (hem - half) * flare, y0 + (y1 - y0) * 0.4), Corner(C + hem, y1)])
    low = curve([Corner(C + hem, y1), (C + hem * 0.55, y1 + sag * 0.8), (C, y1 + sag)])
    return paths.both_sides(np.vstack([curve([(C, y0 + 0.006), (C + half, y0)])[:-1], side, low[1:]]))


def drape(b: Bench, y0: float, half: float, y1: float, hem: float, *, count: int = 7, depth: float = 0.18,
    sag: float = 0.03) -> None:
    """Folds that fan out from a waist to a hem."""
    for k in range(count):
        t = -0.9 + 1.8 * (k + 0.5) / count + b.rng.uniform(-0.05, 0.05)
        start = y0 + (y1 - y0) * b.rng.uniform(0.02, 0.35)
        low = y1 + sag * (1 - t * t) - 0.004
        s = (start - y0) / (y1 - y0)
        x0, x1 = C + t * (half + (hem - half) * s), C + t * hem
        b.folds([(x0, start), ((x0 + x1) / 2 - 0.006 * t, (start + low) / 2), (x1, low)], width=0.034, depth=depth)


def gathers(b: Bench, y: float, half: float, *, up: bool = False, count: int = 13, length: float = 0.06) -> None:
    for k in range(count):
        x = C - half + 2 * half * (k + 0.5) / count
        end = (x + (x - C) * 0.12, y + (-1 if up else 1) * length * b.rng.uniform(0.5, 1.2))
        b.folds([(x, y + 0.003), end], width=0.012, depth=0.16)


def shirt_dress(b: Bench) -> None:
    cut = Cut(top=0.10, neck=0.066, neck_depth=0.045, shoulder=0.17, drop=0.036, chest=0.175, armpit=0.275,
        waist=0.15, waist_at=0.36, hem=0.222, bottom=0.905, hem_curve=0.022, sleeve=0.36, angle=20, cuff=0.072)
    lay_sleeves(b, cut)
    lay_body(b, cut)
    sleeve_folds(b, cut, 4)
    body_folds(b, cut, depth=0.08)
    drape(b, 0.52, 0.15, 0.905, 0.222, sag=0.02)
    gathers(b, 0.515, 0.14, count=11)
    placket(b, cut, start=cut.top + 0.035, end=cut.bottom + 0.018, buttons=8, lab=PEARL if b.maybe(0.6) else HORN)
    b.hem(cut.whole_hem, away=0.012)
    _cuffs(b, cut, length=0.045)
    collar(b, cut, point=0.08)
    belt_tied(b, 0.485, 0.149, width=0.028, knot_at=0.0)


def slip_dress(b: Bench) -> None:
    top, waist, low = 0.215, 0.46, 0.90
    for side in (1, -1):
        strap = curve([(C + side * 0.096, top + 0.01), (C + side * 0.084, 0.14), (C + side * 0.066, 0.085)])
        b.sheet.panel(np.vstack([paths.offset(strap, -0.004), paths.offset(strap, 0.004)[::-1]]), b.cloth.plain(),
            puff=0.8, soft=0.3)
    back = np.vstack([curve([Corner(C - 0.14, top + 0.085), (C, top + 0.05), Corner(C + 0.14, top + 0.085)]),
        paths.line((C, top + 0.2))])
    b.sheet.panel(back, b.lining(), level=0.8, cast=0)
    half = np.vstack([curve([Corner(C, top + 0.085), (C + 0.05, top + 0.05), Corner(C + 0.096, top)]),
        curve([Corner(C + 0.098, top), (C + 0.118, top + 0.055), Corner(C + 0.15, top + 0.088)]),
        curve([Corner(C + 0.15, top + 0.088), (C + 0.128, waist), (C + 0.155, 0.62), Corner(C + 0.2, low)]),
        curve([Corner(C + 0.2, low), (C + 0.1, low + 0.022), (C, low + 0.026)])])
    b.sheet.panel(paths.both_sides(half), b.cloth, puff=0.8)
    drape(b, waist - 0.02, 0.11, low, 0.2, count=8)
    for side in (1, -1):
        b.folds([(C + side * 0.09, top + 0.02), (C + side * 0.05, top + 0.12), (C + side * 0.04, waist)],
            [(C + side * 0.14, 0.33), (C + side * 0.09, 0.37), (C + side * 0.03, 0.365)], width=0.028, depth=0.15)
    neck = curve([Corner(C + 0.096, top), (C + 0.05, top + 0.05), Corner(C, top + 0.085), (C - 0.05, top + 0.05),
        Corner(C - 0.096, top)])
    b.sheet.seam(paths.offset(neck, -0.010), depth=0.2)
    b.hem(curve([(C + 0.2, low), (C, low + 0.026), (C - 0.2, low)]), away=0.01)


def flare_dress(b: Bench) -> None:
    """A fitted bodice, short puffed sleeves, a full skirt."""
    cut = Cut(top=0.10, neck=0.085, neck_depth=0.105, shoulder=0.16, drop=0.032, chest=0.168, armpit=0.255,
        sleeve=0.12, angle=36, cuff=0.10, bend=0.02)
    lay_inside(b, cut)
    lay_sleeves(b, cut, puff=1.0)
    y = 0.435
    b.sheet.panel(_skirt(b, y, 0.132, 0.865, 0.295, sag=0.05, flare=0.36), b.cloth, puff=0.8)
    drape(b, y, 0.132, 0.865, 0.295, count=11, sag=0.05, depth=0.2)
    gathers(b, y + 0.006, 0.126, count=15)
    b.sheet.panel(_bodice(b, cut, y, 0.134), b.cloth, puff=0.7, cast=0.35)
    for side in (1, -1):
        b.sheet.seam(curve([(C + side * 0.085, 0.26), (C + side * 0.066, 0.34), (C + side * 0.06, y)]), depth=0.14)
        for k in (0.15, 0.4, 0.65, 0.85):
            p = np.array(cut.cuff_out) + np.array(cut.inward) * cut.cuff * k
            q = p - np.array(cut.along) * 0.06
            b.folds([(C + side * (p[0] - C), p[1]), (C + side * (q[0] - C), q[1])], width=0.012, depth=0.2)
    body_folds(b, Cut(armpit=cut.armpit, chest=cut.chest, hem=0.12, bottom=y - 0.05), depth=0.06)
    for flip in (False, True):
        band = paths.band(cut.cuff_line, 0.016)
        b.sheet.panel(paths.mirrored(band) if flip else band, b.cloth, puff=0.7, cast=0.3)
    b.sheet.panel(paths.band(cut.whole_neckline, 0.012), b.cloth, puff=0.5, cast=0.2)
    b.hem(curve([(C + 0.295, 0.865), (C, 0.915), (C - 0.295, 0.865)]), away=0.012)


def wrap_dress(b: Bench) -> None:
    cut = Cut(top=0.095, vee=True, neck=0.085, neck_depth=0.235, shoulder=0.165, drop=0.034, chest=0.17, armpit=0.26,
        waist=0.138, hem=0.22, bottom=0.90, sleeve=0.27, angle=24, cuff=0.085)
    lay_inside(b, cut)
    lay_sleeves(b, cut)
    y = 0.445
    b.sheet.panel(_skirt(b, y, 0.134, 0.895, 0.225, sag=0.02), b.cloth, puff=0.8)
    wrap = np.vstack([paths.line((C - 0.134, y), (C + 0.134, y)),
        curve([(C + 0.134, y), (C + 0.18, 0.65), Corner(C + 0.225, 0.895)]),
        curve([Corner(C + 0.225, 0.895), (C + 0.1, 0.912), (C - 0.03, 0.88), (C - 0.075, 0.76),
        Corner(C - 0.125, y)])])
    b.sheet.panel(wrap, b.cloth, puff=0.7, cast=0.4)
    drape(b, y, 0.13, 0.895, 0.22, count=8)
    for flip in (True, False):
        low = (C - 0.11, y)
        part_ = np.vstack([curve([Corner(*cut.n), (C + 0.05, 0.22), Corner(*low)]), paths.line((C + 0.136, y)),
            curve([(C + 0.138, y), (C + 0.15, 0.35), Corner(*cut.a)]), cut.armhole[::-1]])
        b.sheet.panel(paths.mirrored(part_) if flip else part_, b.cloth, angle=-8 if not flip else 8, puff=0.7,
            cast=0.42)
        for k in range(3):
            nodes = [(C + 0.13, y - 0.02 - 0.03 * k), (C + 0.07, y - 0.06 - 0.045 * k),
                (C + 0.05 + 0.02 * k, y - 0.12 - 0.05 * k)]
            b.folds([(1 - x, v) if flip else (x, v) for x, v in nodes], width=0.022, depth=0.15)
    sleeve_folds(b, cut, 3)
    cuff_stitches(b, cut, double=False)
    belt_tied(b, y - 0.014, 0.137, width=0.03, knot_at=0.075)


def knit_dress(b: Bench) -> None:
    b.cloth = b.cloth.woven("rib", depth=0.10) if b.pattern == "solid" else b.cloth
    cut = Cut(top=0.10, neck=0.075, neck_depth=0.055, shoulder=0.155, drop=0.034, chest=0.16, armpit=0.26,
        waist=0.142, waist_at=0.3, hem=0.175, bottom=0.905, sleeve=0.44, angle=17, cuff=0.058)
    lay_inside(b, cut)
    back_rib(b, cut)
    lay_sleeves(b, cut, puff=0.9)
    lay_body(b, cut, puff=0.9)
    body_folds(b, cut, depth=0.15)
    for side in (1, -1):
        b.folds([(C + side * 0.14, 0.45), (C + side * 0.08, 0.48), (C + side * 0.02, 0.475)],
            [(C + side * 0.15, 0.58), (C + side * 0.09, 0.62), (C + side * 0.05, 0.72)], width=0.03, depth=0.26)
    sleeve_folds(b, cut, 4)
    rib_neck(b, cut)
    rib_cuffs(b, cut, length=0.03, narrow=0.004)
    b.hem(cut.whole_hem)


def jumpsuit(b: Bench) -> None:
    """A utility jumpsuit with a shirt collar and a belt."""
    cut = Cut(top=0.085, neck=0.062, neck_depth=0.042, shoulder=0.16, drop=0.033, chest=0.164, armpit=0.245,
        waist=0.148, hem=0.152, bottom=0.47, sleeve=0.165, angle=30, cuff=0.098)
    lay_sleeves(b, cut)
    for flip in (False, True):
        leg = np.vstack([paths.line((C - 0.012, 0.455), (C + 0.148, 0.455)),
            curve([Corner(C + 0.148, 0.455), (C + 0.178, 0.58), (C + 0.172, 0.76), Corner(C + 0.165, 0.93)]),
            paths.line((C + 0.165, 0.93), (C + 0.05, 0.938)), curve([Corner(C + 0.05, 0.938), (C + 0.04, 0.76),
            Corner(C + 0.002, 0.60)]), paths.line((C - 0.008, 0.58))])
        b.sheet.panel(paths.mirrored(leg) if flip else leg, b.cloth, angle=3 if flip else -3, puff=0.6, cast=0.3)
    for side in (1, -1):
        b.folds([(C + side * 0.01, 0.59), (C + side * 0.06, 0.62), (C + side * 0.10, 0.61)],
            [(C + side * 0.02, 0.60), (C + side * 0.06, 0.66), (C + side * 0.11, 0.69)],
            [(C + side * 0.12, 0.66), (C + side * 0.115, 0.78), (C + side * 0.11, 0.92)], width=0.026, depth=0.18)
        hem = curve([(C + side * 0.165, 0.93), (C + side * 0.05, 0.938)])
        b.hem(hem if side > 0 else hem[::-1], away=-0.014 if side < 0 else 0.014)
    lay_body(b, cut)
    body_folds(b, cut, depth=0.1)
    b.zip(paths.line((C, cut.top + 0.04), (C, 0.585)), pull=0.12)
    for side in (1, -1):
        x = C + side * 0.085
        b.patch(np.array([(x - 0.04, 0.275), (x + 0.04, 0.275), (x + 0.04, 0.352), (x, 0.362), (x - 0.04, 0.352)]))
        b.patch(np.array([(x - 0.044, 0.268), (x + 0.044, 0.268), (x + 0.044, 0.29), (x, 0.302), (x - 0.044, 0.29)]))
        slit = curve([(C + side * 0.10, 0.49), (C + side * 0.15, 0.56)])
        b.sheet.seam(slit, depth=0.35)
        b.sheet.stitch(slit + np.array([-side * 0.006, 0.004]), b.thread)
    cuff_stitches(b, cut, away=0.02)
    collar(b, cut, point=0.085, spread=1.0)
    belt = np.vstack([curve([(C - 0.15, 0.452), (C, 0.458), (C + 0.15, 0.452)]),
        curve([(C + 0.15, 0.484), (C, 0.490), (C - 0.15, 0.484)])])
    b.sheet.panel(belt, b.cloth.rotated(90), puff=0.5, cast=0.4)
    buckle = b.material_of("leather", shifted(b.lab, -24 if b.lab[0] > 40 else 30, 0.5)).woven("jersey", depth=0,
        crease=0)
    b.sheet.panel(paths.rectangle(C - 0.026, 0.448, C + 0.026, 0.496, rounded=0.006), buckle,
        holes=[paths.rectangle(C - 0.018, 0.457, C + 0.018, 0.488)], cast=0.5, soft=0.3)


def pinafore(b: Bench) -> None:
    """A sleeveless shift with buttons on the shoulders."""
    cut = Cut(top=0.10, neck=0.085, neck_depth=0.11, shoulder=0.145, drop=0.02, chest=0.172, armpit=0.27, waist=0.185,
        waist_at=0.5, hem=0.238, bottom=0.86, hem_curve=0.024, sleeve=0, strap=0.024)
    lay_inside(b, cut)
    lay_body(b, cut)
    body_folds(b, cut, depth=0.09)
    drape(b, 0.5, 0.17, 0.86, 0.238, count=6, sag=0.02, depth=0.15)
    b.sheet.seam(paths.offset(cut.whole_neckline, -0.014), depth=0.2)
    for line in (cut.armhole, paths.mirrored(cut.armhole)):
        b.sheet.stitch(paths.offset(line, 0.010), b.thread)
    for side in (1, -1):
        b.button(C + side * 0.115, cut.top + 0.035, 0.010, lab=HORN)
        x = C + side * 0.105
        b.patch(np.array([(x - 0.05, 0.545), (x + 0.05, 0.545), (x + 0.053, 0.655), (x - 0.053, 0.655)]),
            open_edge=paths.line((x - 0.05, 0.562), (x + 0.05, 0.562)))
    b.hem(cut.whole_hem, away=0.014)
