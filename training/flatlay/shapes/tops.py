# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Tops: what is worn on the skin or over a base."""

from __future__ import annotations

from typing import Any

import numpy as np

from catalog.colour import shifted
from training.flatlay import paths
from training.flatlay.bench import HORN, PEARL, Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, curve
from training.flatlay.shapes.upper import (
    C,
    Cut,
    back_rib,
    bind,
    body_folds,
    chest_pocket,
    collar,
    cuff_stitches,
    lay_body,
    lay_inside,
    lay_sleeves,
    motif,
    placket,
    rib_cuffs,
    rib_hem,
    rib_neck,
    sleeve_folds,
)


def _tee(b: Bench, cut: Cut, *, pocket: bool = False) -> None:
    lay_inside(b, cut)
    back_rib(b, cut)
    lay_sleeves(b, cut)
    lay_body(b, cut)
    if b.motif:
        motif(b, C, cut.armpit + 0.07, 0.095)
    body_folds(b, cut)
    sleeve_folds(b, cut, 2 if cut.sleeve < 0.3 else 5)
    rib_neck(b, cut)
    b.hem(cut.whole_hem, double=True)
    cuff_stitches(b, cut)
    if pocket:
        chest_pocket(b, C + 0.095, cut.armpit + 0.0, pointed=True)


def t_shirt(b: Bench) -> None:
    _tee(b, Cut(sleeve=b.vary(0.20), chest=b.vary(0.236, 0.03)), pocket=not b.motif and b.maybe(0.3))


def boxy_tee(b: Bench) -> None:
    _tee(b, Cut(top=0.18, shoulder=0.275, drop=0.062, chest=0.272, waist=0.272, hem=0.272, armpit=0.43, bottom=0.80,
        sleeve=0.205, angle=31, cuff=0.145, neck=0.09), pocket=not b.motif and b.maybe(0.4))


def v_neck_tee(b: Bench) -> None:
    _tee(b, Cut(vee=True, neck_depth=0.16, neck=0.095, waist=0.212, chest=0.224, shoulder=0.22, hem=0.222,
        sleeve=0.18))


def crop_tee(b: Bench) -> None:
    _tee(b, Cut(top=0.22, shoulder=0.222, chest=0.232, waist=0.218, hem=0.222, armpit=0.45, bottom=0.745, sleeve=0.17,
        cuff=0.125, neck=0.105, neck_depth=0.095))


def long_sleeve(b: Bench) -> None:
    cut = Cut(top=0.15, neck=0.09, shoulder=0.21, chest=0.218, waist=0.21, hem=0.216, armpit=0.37, bottom=0.82,
        sleeve=0.56, angle=19, cuff=0.078)
    _tee(b, cut)


def turtleneck(b: Bench) -> None:
    cut = Cut(top=0.2, neck=0.072, neck_depth=0.02, shoulder=0.2, chest=0.208, waist=0.195, hem=0.203, armpit=0.405,
        bottom=0.80, sleeve=0.51, angle=19, cuff=0.072)
    lay_sleeves(b, cut)
    lay_body(b, cut)
    body_folds(b, cut)
    sleeve_folds(b, cut, 4)
    tube = np.vstack([curve([Corner(C - 0.075, 0.206), (C - 0.067, 0.16), Corner(C - 0.068, 0.108)]),
        curve([Corner(C - 0.068, 0.108), (C, 0.10), Corner(C + 0.068, 0.108)]),
        curve([Corner(C + 0.068, 0.108), (C + 0.067, 0.16), Corner(C + 0.075, 0.206), (C, 0.226)])])
    b.ribbed(tube)
    b.sheet.panel(paths.ellipse(C, 0.109, 0.064, 0.009), b.lining(), level=0.62, cast=0, puff=0.2)
    b.folds([(C - 0.066, 0.158), (C, 0.168), (C + 0.066, 0.158)], depth=0.16)
    rib_cuffs(b, cut, length=0.045)
    rib_hem(b, cut, height=0.035, narrow=0.004)


def _shirt(b: Bench, cut: Cut, *, short: bool = False, pocket: bool = True, buttons: int = 6) -> None:
    lab = HORN if b.maybe(0.25) and b.lab[0] < 85 else PEARL
    lay_sleeves(b, cut)
    lay_body(b, cut)
    body_folds(b, cut)
    sleeve_folds(b, cut, 2 if short else 5)
    b.hem(cut.whole_hem, away=0.012)
    placket(b, cut, start=cut.top + cut.neck_depth - 0.012, end=cut.bottom + cut.hem_curve - 0.004, buttons=buttons,
        lab=lab)
    if pocket:
        chest_pocket(b, C + 0.1, cut.armpit - 0.015, pointed=True)
    if short:
        cuff_stitches(b, cut, away=0.026, double=False)
    else:
        _cuffs(b, cut)
    collar(b, cut)
    b.button(C, cut.top + cut.neck_depth + 0.004, 0.0075, lab=lab)


def _cuffs(b: Bench, cut: Cut, *, length: float = 0.06) -> None:
    d, w = np.array(cut.along), np.array(cut.inward)
    o, i = np.array(cut.cuff_out), np.array(cut.cuff_in)
    outline = np.array([o - w * 0.002 - d * 0.004, o + d * length + w * 0.004, i + d * length + w * 0.002,
        i + w * 0.004 - d * 0.004])
    for flip in (False, True):
        shape = paths.mirrored(outline) if flip else outline
        b.sheet.panel(shape, b.cloth, angle=(cut.angle if flip else -cut.angle) + 90, puff=0.4, cast=0.25,
            reach=0.008)
        ring = (outline - outline.mean(0)) * 0.86 + outline.mean(0)
        ring = np.vstack([ring, ring[:1]])
        b.sheet.stitch(paths.mirrored(ring) if flip else ring, b.thread, dash=0.006, gap=0.0035, width=0.002)
        spot = o + d * length * 0.5 + w * (cut.cuff * 0.80)
        b.button((1 - float(spot[0])) if flip else float(spot[0]), float(spot[1]), 0.007)


_SHIRT: dict[str, Any] = {"top": 0.14, "neck": 0.08, "neck_depth": 0.055, "shoulder": 0.212, "drop": 0.046,
    "chest": 0.22,
    "waist": 0.213, "hem": 0.216, "armpit": 0.36, "bottom": 0.80}


def shirt(b: Bench) -> None:
    _shirt(b, Cut(**_SHIRT, hem_curve=b.vary(0.055, 0.3), sleeve=0.51, angle=18, cuff=0.078), pocket=b.maybe(0.7))


def short_shirt(b: Bench) -> None:
    _shirt(b, Cut(**{**_SHIRT, "shoulder": 0.24, "chest": 0.246, "waist": 0.242, "hem": 0.243, "bottom": 0.82,
        "armpit": 0.385}, hem_curve=0.012, sleeve=0.215, angle=33, cuff=0.14), short=True, buttons=5)


def blouse(b: Bench) -> None:
    """Full sleeves gathered into narrow cuffs, a soft bow at the throat."""
    cut = Cut(top=0.16, neck=0.075, neck_depth=0.055, shoulder=0.192, chest=0.205, waist=0.198, hem=0.218,
        armpit=0.36, bottom=0.79, hem_curve=0.02, sleeve=0.45, angle=24, cuff=0.125, bend=0.028)
    lay_inside(b, cut, label=False)
    lay_sleeves(b, cut, puff=0.8)
    lay_body(b, cut)
    body_folds(b, cut, depth=0.15)
    sleeve_folds(b, cut, 4)
    d, w = np.array(cut.along), np.array(cut.inward)
    for side in (1, -1):  # Gathers fan up from the cuff and down from the shoulder.
        for k in np.linspace(0.15, 0.85, 5):
            p = np.array(cut.cuff_out) + w * cut.cuff * k
            q = p - d * b.rng.uniform(0.07, 0.14) + w * (k - 0.5) * 0.03
            b.folds([(C + side * (p[0] - C), p[1]), (C + side * (q[0] - C), q[1])], width=0.014, depth=0.2)
        for k in (0.15, 0.4, 0.65):
            p = np.array(cut.s) + w * 0.1 * k
            q = p + d * 0.09
            b.folds([(C + side * (p[0] - C), p[1]), (C + side * (q[0] - C), q[1])], width=0.012, depth=0.14)
    rib = paths.line
    for flip in (False, True):
        o, i = np.array(cut.cuff_out) + w * 0.024, np.array(cut.cuff_in) - w * 0.024
        band = np.array([o - d * 0.003, o + d * 0.042, i + d * 0.042, i - d * 0.003])
        b.sheet.panel(paths.mirrored(band) if flip else band, b.cloth, angle=90, puff=0.5, cast=0.3)
    b.sheet.seam(rib((C, cut.top + 0.1), (C, cut.bottom)), depth=0.16)
    b.buttons(rib((C + 0.006, cut.top + 0.14), (C + 0.006, cut.bottom)), 6, lab=PEARL, r=0.006)
    b.hem(cut.whole_hem, away=0.01)
    band = paths.band(cut.whole_neckline, 0.02)
    b.sheet.panel(band, b.cloth, puff=0.6)
    knot = cut.top + cut.neck_depth + 0.012
    for side in (1, -1):
        tail = curve([Corner(C + side * 0.006, knot), (C + side * 0.035, knot + 0.08),
            Corner(C + side * 0.065, knot + 0.205), Corner(C + side * 0.022, knot + 0.215),
            (C + side * 0.01, knot + 0.1)], closed=True)
        b.sheet.panel(tail, b.cloth, angle=side * 12, puff=0.9, cast=0.5)
        b.folds([(C + side * 0.012, knot + 0.02), (C + side * 0.03, knot + 0.11), (C + side * 0.04, knot + 0.18)],
            width=0.014, depth=0.2)
        loop = curve([Corner(C, knot), (C + side * 0.045, knot - 0.03), (C + side * 0.092, knot - 0.022),
            (C + side * 0.088, knot + 0.032), (C + side * 0.04, knot + 0.024)], closed=True)
        b.sheet.panel(loop, b.cloth, angle=side * 70, puff=1.0, cast=0.5)
        b.folds([(C + side * 0.012, knot + 0.001), (C + side * 0.05, knot + 0.0)], width=0.016, depth=0.26)
    b.sheet.panel(paths.ellipse(C, knot, 0.016, 0.019), b.cloth, puff=1.2, cast=0.5)


def polo(b: Bench) -> None:
    trim = b.colours[1] if len(b.colours) > 1 and b.pattern == "solid" else None
    cut = Cut(neck=0.082, neck_depth=0.055, shoulder=0.225, chest=0.23, waist=0.222, hem=0.228, sleeve=0.19, angle=39,
        cuff=0.122)
    if b.material in ("cotton", "synthetic") and b.pattern == "solid":
        b.cloth = b.cloth.woven("ripstop", depth=0.04)
    lay_sleeves(b, cut)
    lay_body(b, cut)
    body_folds(b, cut)
    sleeve_folds(b, cut, 2)
    rib_cuffs(b, cut, length=0.024, narrow=0.003, lab=trim)
    b.hem(cut.whole_hem, double=True)
    placket(b, cut, start=cut.top + cut.neck_depth - 0.01, end=cut.top + 0.215, width=0.03, buttons=3, lab=PEARL)
    leaf = b.cloth.plain().woven("fine-rib", depth=0.05, crease=0.0)
    collar(b, cut, point=0.105, cloth=leaf.dyed(trim) if trim else leaf, stitched=False)


def knit(b: Bench) -> None:
    _sweater(b, b.cloth.woven(b.pick("stockinette", "chunky"), depth=0.10) if b.material == "knit" else b.cloth)


def cable_knit(b: Bench) -> None:
    _sweater(b, b.cloth.woven("cable", depth=0.15))


def rib_knit(b: Bench) -> None:
    cut = Cut(top=0.16, neck=0.09, neck_depth=0.065, shoulder=0.19, chest=0.195, waist=0.178, hem=0.19, armpit=0.365,
        bottom=0.78, sleeve=0.51, angle=17, cuff=0.068)
    _sweater(b, b.cloth.woven("rib", depth=0.11, scale=1.0), cut)


def knit_vest(b: Bench) -> None:
    cut = Cut(top=0.15, vee=True, neck=0.095, neck_depth=0.22, shoulder=0.19, drop=0.042, chest=0.235, waist=0.232,
        hem=0.226, armpit=0.43, bottom=0.78, sleeve=0, strap=0.03)
    cloth = b.cloth if b.pattern != "solid" else b.cloth.woven(b.pick("cable", "stockinette"), depth=0.14)
    lay_inside(b, cut, label=False)
    b.label(C, cut.top + 0.02)
    trim = b.colours[1] if len(b.colours) > 1 and b.pattern == "solid" else None
    back_rib(b, cut, width=0.026, lab=trim)
    lay_body(b, cut, cloth=cloth, puff=0.9)
    body_folds(b, cut, depth=0.08)
    rib_neck(b, cut, width=0.026, lab=trim)
    bind(b, cut.armhole, width=0.02, lab=trim)
    rib_hem(b, cut, height=0.055, narrow=0.008, lab=trim)


def _sweater(b: Bench, cloth: Cloth, cut: Cut | None = None) -> None:
    cut = cut or Cut(top=0.16, neck=0.095, neck_depth=0.075, shoulder=0.222, drop=0.055, chest=0.24, waist=0.242,
        hem=0.228, armpit=0.41, bottom=0.755, sleeve=0.475, angle=20, cuff=0.092)
    lay_inside(b, cut)
    back_rib(b, cut, width=0.028)
    lay_sleeves(b, cut, cloth=cloth, puff=0.9)
    lay_body(b, cut, cloth=cloth, puff=0.9)
    if b.motif:
        motif(b, C, cut.armpit + 0.1, 0.09)
    body_folds(b, cut, depth=0.12)
    sleeve_folds(b, cut, 4)
    rib_neck(b, cut, width=0.028)
    rib_cuffs(b, cut, length=0.055)
    rib_hem(b, cut, height=0.06)


def sweatshirt(b: Bench) -> None:
    cut = Cut(top=0.16, neck=0.092, neck_depth=0.072, shoulder=0.23, drop=0.056, chest=0.246, waist=0.248, hem=0.236,
        armpit=0.41, bottom=0.765, sleeve=0.47, angle=20, cuff=0.09)
    lay_inside(b, cut)
    back_rib(b, cut, width=0.026)
    lay_sleeves(b, cut, puff=0.75)
    lay_body(b, cut, puff=0.75)
    if b.motif:
        motif(b, C, cut.armpit + 0.09, 0.10)
    body_folds(b, cut, depth=0.14)
    sleeve_folds(b, cut, 5)
    rib_neck(b, cut, width=0.026)
    low = cut.top + cut.neck_depth + 0.002
    tri = np.array([(C - 0.022, low), (C + 0.022, low), (C, low + 0.034)])
    b.ribbed(tri)
    rib_cuffs(b, cut)
    rib_hem(b, cut)


def _hood(b: Bench, cut: Cut, *, opening: float = 0.058) -> None:
    """A hood lying back over the shoulders: outer shell, dark opening, drawn in at the throat."""
    top = cut.top
    shell = curve([Corner(C + cut.neck + 0.03, top + 0.035), (C + 0.128, top - 0.02), (C + 0.098, top - 0.088),
        (C, top - 0.112), (C - 0.098, top - 0.088), (C - 0.128, top - 0.02), Corner(C - cut.neck - 0.03, top + 0.035),
        (C - 0.05, top + 0.11), Corner(C, top + 0.128), (C + 0.05, top + 0.11)], closed=True)
    b.sheet.panel(shell, b.cloth, puff=1.1, cast=0.5, reach=0.02)
    b.sheet.seam(curve([(C, top - 0.11), (C + 0.004, top - 0.085), (C, top - 0.06)]), depth=0.2)
    hole = curve([(C, top - 0.07), (C + opening, top - 0.05), (C + opening + 0.012, top + 0.0),
        (C + opening * 0.62, top + 0.072), Corner(C, top + 0.116), (C - opening * 0.62, top + 0.072),
        (C - opening - 0.012, top), (C - opening, top - 0.05)], closed=True)
    b.sheet.panel(hole, b.lining(), puff=-0.5, level=0.74, cast=0)
    b.sheet.shade(hole * np.array([1, 0.9]) + np.array([0, 0.02]), depth=0.22, blur=0.02)
    b.label(C, top - 0.02)
    b.hem(np.vstack([hole, hole[:1]]), away=-0.013)
    b.folds([(C - 0.11, top + 0.02), (C - 0.085, top - 0.03), (C - 0.08, top - 0.06)],
        [(C + 0.11, top + 0.02), (C + 0.09, top - 0.02), (C + 0.07, top - 0.07)], depth=0.2)


def _cord(b: Bench, side: int, x: float, y: float, length: float) -> None:
    ink = shifted(b.lab, 24 if b.lab[0] < 60 else -6, 0.5)
    hang = curve([(C + side * x, y), (C + side * (x + 0.012), y + length * 0.5),
        (C + side * (x + 0.004 + b.rng.uniform(-0.01, 0.012)), y + length)])
    b.snap(C + side * x, y, 0.008, lab=(70, 0, 0))
    cord = np.vstack([paths.offset(hang, -0.0042), paths.offset(hang, 0.0042)[::-1]])
    b.sheet.panel(cord, b.cloth.dyed(ink), puff=1.0, cast=0.45, reach=0.008, soft=0.3)
    end = paths.part(hang, 0.90, 1)
    b.sheet.panel(np.vstack([paths.offset(end, -0.005), paths.offset(end, 0.005)[::-1]]),
        b.material_of("leather", (70, 0, 0)), cast=0.3, soft=0.2)


def hoodie(b: Bench) -> None:
    cut = Cut(top=0.205, neck=0.08, neck_depth=0.1, shoulder=0.225, drop=0.055, chest=0.242, waist=0.246, hem=0.236,
        armpit=0.445, bottom=0.81, sleeve=0.46, angle=19, cuff=0.09)
    lay_sleeves(b, cut, puff=0.75)
    lay_body(b, cut, puff=0.75)
    if b.motif:
        motif(b, C, cut.armpit + 0.06, 0.08)
    body_folds(b, cut, depth=0.14)
    sleeve_folds(b, cut, 5)
    y0, y1 = cut.bottom - 0.16, cut.bottom + 0.008
    pouch = np.array([(C - 0.088, y0), (C + 0.088, y0), (C + 0.145, y0 + 0.085), (C + 0.145, y1), (C - 0.145, y1),
        (C - 0.145, y0 + 0.085)])
    b.sheet.panel(pouch, b.cloth, puff=0.5, cast=0.4)
    for side in (1, -1):
        mouth = paths.line((C + side * 0.086, y0 + 0.002), (C + side * 0.143, y0 + 0.085))
        b.sheet.stitch(paths.offset(mouth, side * 0.010), b.thread)
        b.sheet.seam(mouth, depth=0.3)
    b.sheet.stitch(paths.line((C - 0.085, y0 + 0.007), (C + 0.085, y0 + 0.007)), b.thread)
    rib_cuffs(b, cut)
    rib_hem(b, cut)
    _hood(b, cut)
    for side in (1, -1):
        _cord(b, side, 0.030, cut.top + 0.103, b.rng.uniform(0.11, 0.14))


def tank(b: Bench) -> None:
    cut = Cut(top=0.14, neck=0.105, neck_depth=0.16, shoulder=0.148, drop=0.01, chest=0.214, waist=0.2, hem=0.216,
        armpit=0.375, bottom=0.83, sleeve=0, strap=0.022)
    lay_inside(b, cut, label=False)
    b.label(C, cut.top + 0.03)
    back_rib(b, cut, width=0.014)
    if b.pattern == "solid" and b.maybe(0.6):
        b.cloth = b.cloth.woven("fine-rib", depth=0.07)
    lay_body(b, cut)
    if b.motif:
        motif(b, C, cut.armpit + 0.08, 0.08)
    body_folds(b, cut)
    rib_neck(b, cut, width=0.014)
    bind(b, cut.armhole)
    b.hem(cut.whole_hem, double=True)


def camisole(b: Bench) -> None:
    top, low = 0.27, 0.80
    for side in (1, -1):
        strap = curve([(C + side * 0.115, top + 0.012), (C + side * 0.10, 0.18), (C + side * 0.075, 0.10)])
        b.sheet.panel(np.vstack([paths.offset(strap, -0.005), paths.offset(strap, 0.005)[::-1]]), b.cloth.plain(),
            puff=0.8, soft=0.3)
    back = np.vstack([curve([Corner(C - 0.175, top + 0.09), (C, top + 0.04), Corner(C + 0.175, top + 0.09)]),
        paths.line((C, top + 0.2))])
    b.sheet.panel(back, b.lining(), level=0.8, cast=0)
    half = np.vstack([curve([Corner(C, top + 0.085), (C + 0.06, top + 0.045), Corner(C + 0.115, top)]),
        curve([Corner(C + 0.118, top), (C + 0.145, top + 0.06), Corner(C + 0.182, top + 0.095)]),
        curve([Corner(C + 0.182, top + 0.095), (C + 0.168, 0.55), Corner(C + 0.2, low)]),
        curve([Corner(C + 0.2, low), (C, low + 0.018)])])
    b.sheet.panel(paths.both_sides(half), b.cloth, puff=0.7)
    neck = curve([Corner(C + 0.115, top), (C + 0.06, top + 0.045), Corner(C, top + 0.085), (C - 0.06, top + 0.045),
        Corner(C - 0.115, top)])
    b.sheet.seam(paths.offset(neck, -0.012), depth=0.2)
    for side in (1, -1):
        b.folds([(C + side * 0.11, top + 0.02), (C + side * 0.07, top + 0.14), (C + side * 0.05, top + 0.28)],
            [(C + side * 0.16, top + 0.14), (C + side * 0.12, 0.56), (C + side * 0.14, low - 0.04)],
            [(C + side * 0.05, 0.58), (C + side * 0.06, 0.7), (C + side * 0.05, low - 0.02)], width=0.03, depth=0.16)
    b.hem(curve([(C + 0.2, low), (C, low + 0.018), (C - 0.2, low)]), away=0.01)


def bodysuit(b: Bench) -> None:
    top = 0.12
    cut = Cut(top=top, neck=0.085, neck_depth=0.09, shoulder=0.125, drop=0.012, chest=0.165, armpit=0.31, sleeve=0,
        strap=0.02)
    lay_inside(b, cut, label=False)
    b.label(C, top + 0.03)
    back_rib(b, cut, width=0.012)
    half = np.vstack([cut.neckline[::-1], cut.armhole, curve([Corner(*cut.a), (C + 0.138, 0.5),
        Corner(C + 0.17, 0.68)]), curve([Corner(C + 0.17, 0.68), (C + 0.085, 0.755), Corner(C + 0.04, 0.865)]),
        paths.line((C, 0.87))])
    b.sheet.panel(paths.both_sides(half), b.cloth, puff=0.7)
    for side in (1, -1):
        b.folds([(C + side * 0.155, 0.4), (C + side * 0.09, 0.46), (C + side * 0.04, 0.47)],
            [(C + side * 0.14, 0.54), (C + side * 0.08, 0.6), (C + side * 0.02, 0.61)],
            [(C + side * 0.15, 0.68), (C + side * 0.08, 0.71), (C + side * 0.03, 0.79)], width=0.026, depth=0.14)
        leg = curve([Corner(C + side * 0.17, 0.68), (C + side * 0.085, 0.755), Corner(C + side * 0.04, 0.865)])
        b.ribbed(paths.band(leg, 0.012 if side > 0 else -0.012), scale=0.8)
    rib_neck(b, cut, width=0.013)
    bind(b, cut.armhole)
    for k in (-1, 0, 1):
        b.snap(C + k * 0.022, 0.857, 0.006, lab=(60, 0, 0))


def tunic(b: Bench) -> None:
    cut = Cut(top=0.10, neck=0.08, neck_depth=0.055, shoulder=0.178, drop=0.04, chest=0.188, waist=0.188, hem=0.232,
        armpit=0.28, bottom=0.89, sleeve=0.40, angle=20, cuff=0.09)
    lay_inside(b, cut)
    lay_sleeves(b, cut)
    lay_body(b, cut)
    body_folds(b, cut)
    sleeve_folds(b, cut, 3)
    trim = b.trim(shifted(b.lab, -20 if b.lab[0] > 45 else 26))
    b.sheet.panel(paths.band(cut.whole_neckline, 0.022), trim, puff=0.4)
    low = cut.top + cut.neck_depth
    b.sheet.panel(paths.rectangle(C - 0.02, low, C + 0.02, low + 0.2, rounded=0.004), trim, puff=0.3, cast=0.2)
    b.buttons(paths.line((C, low), (C, low + 0.2)), 4, first=0.2, last=0.88, r=0.007,
        lab=shifted(trim.lab, 30 if trim.lab[0] < 50 else -30))
    for flip in (False, True):
        line = paths.mirrored(cut.cuff_line) if flip else cut.cuff_line
        b.sheet.panel(paths.band(line, 0.03), trim, puff=0.3, cast=0.15)
    for side in (1, -1):
        b.sheet.seam(paths.line((C + side * 0.188, 0.70), (C + side * 0.2, 0.9)), depth=0.3)
    b.sheet.panel(paths.band(cut.whole_hem, 0.02), trim, puff=0.2, cast=0.12)
