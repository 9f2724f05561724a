# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Outerwear: what goes over everything else."""

from __future__ import annotations

from typing import Any

import numpy as np

from catalog.colour import rgb, shifted
from training.flatlay import paths
from training.flatlay.bench import BRASS, HORN, STEEL, Bench
from training.flatlay.paths import Corner, curve
from training.flatlay.shapes.fronts import (
    belt_tied,
    breast_welt,
    flap_pocket,
    lapels,
    lay_fronts,
    lay_lining,
    welt_pocket,
)
from training.flatlay.shapes.tops import _cuffs, _hood
from training.flatlay.shapes.upper import (
    C,
    Cut,
    bind,
    body_folds,
    chest_pocket,
    collar,
    lay_sleeves,
    rib_cuffs,
    rib_hem,
    sleeve_folds,
)


def _tailored(b: Bench, cut: Cut, *, vee: float, buttons: int, width: float = 0.075, double: bool = False,
    peak: bool = False, cutaway: float = 0.06) -> None:
    lining = shifted(b.lab, -8 if b.lab[0] > 40 else 14, 0.8)
    lay_lining(b, cut, depth=vee, lab=lining)
    lay_sleeves(b, cut, puff=0.75)
    overlap = 0.075 if double else 0.015
    lay_fronts(b, cut, vee=vee, overlap=overlap, cutaway=0 if double else cutaway, puff=0.75)
    body_folds(b, cut, depth=0.07)
    sleeve_folds(b, cut, 3)
    for side in (1, -1):  # Front darts.
        b.sheet.seam(curve([(C + side * cut.chest * 0.52, cut.armpit + 0.06),
            (C + side * cut.chest * 0.48, cut.bottom - 0.2)]), depth=0.10)
    lapels(b, cut, vee=vee, width=width, peak=peak, overlap=overlap)
    breast_welt(b, C + cut.chest * 0.55, cut.armpit + 0.02)
    flap_pocket(b, C + cut.chest * 0.58, cut.bottom - 0.175 if not double else cut.bottom - 0.2)
    lab = HORN if b.lab[0] > 35 else (22, 0, 0)
    for k in range(buttons):
        y = cut.top + vee + 0.012 + k * 0.09
        b.button(C - (0.05 if double else 0), y, 0.012, lab=lab)
        if double:
            b.button(C + 0.052, y, 0.012, lab=lab)
    d, w = np.array(cut.along), np.array(cut.inward)
    for k in range(3):
        spot = np.array(cut.cuff_out) - d * (0.018 + 0.02 * k) + w * 0.014
        b.button(float(spot[0]), float(spot[1]), 0.006, lab=lab)
        b.button(1 - float(spot[0]), float(spot[1]), 0.006, lab=lab)


def blazer(b: Bench) -> None:
    _tailored(b, Cut(top=0.13, neck=0.078, shoulder=0.212, drop=0.042, chest=0.215, waist=0.196, waist_at=0.42,
        hem=0.216, armpit=0.355, bottom=0.81, hem_curve=0.02, sleeve=0.555, angle=14, cuff=0.085), vee=0.31,
        buttons=2)


def double_blazer(b: Bench) -> None:
    _tailored(b, Cut(top=0.13, neck=0.078, shoulder=0.222, drop=0.042, chest=0.226, waist=0.21, waist_at=0.42,
        hem=0.228, armpit=0.36, bottom=0.82, hem_curve=0.006, sleeve=0.56, angle=13.5, cuff=0.09), vee=0.33,
        buttons=2, double=True, peak=True, width=0.082)


_COAT: dict[str, Any] = {"top": 0.085, "neck": 0.066, "shoulder": 0.175, "drop": 0.036, "chest": 0.182,
    "hem": 0.215, "armpit": 0.27,
    "bottom": 0.925, "hem_curve": 0.008, "sleeve": 0.45, "angle": 14, "cuff": 0.078}


def coat(b: Bench) -> None:
    """A long wool coat, single-breasted."""
    cut = Cut(**_COAT, waist=0.182, waist_at=0.35)
    vee = 0.22
    lay_lining(b, cut, depth=vee, lab=shifted(b.lab, -10 if b.lab[0] > 40 else 16, 0.7))
    lay_sleeves(b, cut, puff=0.9)
    lay_fronts(b, cut, vee=vee, overlap=0.022, puff=0.9)
    body_folds(b, cut, depth=0.11)
    sleeve_folds(b, cut, 3)
    for side in (1, -1):
        b.folds([(C + side * 0.08, 0.55), (C + side * 0.095, 0.72), (C + side * 0.115, 0.9)], width=0.034, depth=0.12)
    lapels(b, cut, vee=vee, width=0.072, notch=0.092, overlap=0.022)
    flap_pocket(b, C + 0.108, 0.545, w=0.09, h=0.03)
    for k in range(3):
        b.button(C, cut.top + vee + 0.02 + 0.10 * k, 0.0125, lab=HORN if b.lab[0] > 30 else (24, 2, 3))


def trench(b: Bench) -> None:
    cut = Cut(**{**_COAT, "hem": 0.235}, waist=0.172, waist_at=0.36)
    vee = 0.15
    lay_lining(b, cut, depth=vee)
    lay_sleeves(b, cut)
    lay_fronts(b, cut, vee=vee, overlap=0.07)
    body_folds(b, cut, depth=0.1)
    sleeve_folds(b, cut, 3)
    for side in (1, -1):
        for x0, x1 in ((0.04, 0.06), (0.10, 0.135), (0.15, 0.195)):
            b.folds([(C + side * x0, 0.54), (C + side * (x0 + x1) / 2, 0.7), (C + side * x1, 0.91)], width=0.03,
                depth=0.16)
    flap = np.vstack([curve([Corner(C + cut.neck + 0.02, cut.top + 0.02), (C + 0.12, 0.13), Corner(C + 0.16, 0.15)]),
        curve([Corner(C + 0.162, 0.15), (C + 0.156, 0.22), Corner(C + 0.16, 0.285)]),
        curve([Corner(C + 0.16, 0.285), (C + 0.09, 0.30), Corner(C + 0.03, 0.27)])])
    b.sheet.panel(flap, b.cloth, puff=0.4, cast=0.4)
    b.hem(curve([Corner(C + 0.16, 0.285), (C + 0.09, 0.30), Corner(C + 0.03, 0.27)]), away=0.007)
    lapels(b, cut, vee=vee, width=0.085, notch=0.085, overlap=0.07)
    for y in (0.30, 0.385, 0.57):
        for side in (1, -1):
            b.button(C + side * 0.056, y, 0.0115, lab=HORN)
    for side in (1, -1):  # Epaulettes.
        tab = np.array([(C + side * 0.10, 0.098), (C + side * 0.168, 0.116), (C + side * 0.165, 0.134),
            (C + side * 0.098, 0.114)])
        b.sheet.panel(tab, b.cloth, angle=side * 15, puff=0.5, cast=0.4)
        b.button(C + side * 0.108, 0.108, 0.006, lab=HORN)
    d, w = np.array(cut.along), np.array(cut.inward)
    for flip in (False, True):
        o, i = np.array(cut.cuff_out) - d * 0.06, np.array(cut.cuff_in) - d * 0.06
        tab = np.array([o - w * 0.004, o + d * 0.022 - w * 0.004, i + d * 0.022 + w * 0.002, i + w * 0.002])
        b.sheet.panel(paths.mirrored(tab) if flip else tab, b.cloth, angle=90, puff=0.5, cast=0.35)
    flap_pocket(b, C + 0.115, 0.60, w=0.026, h=0.10, tilt=-14)
    belt_tied(b, 0.475, 0.176)


def duffle(b: Bench) -> None:
    """A hooded toggle coat."""
    cut = Cut(**{**_COAT, "top": 0.155, "armpit": 0.33, "chest": 0.2, "hem": 0.222, "bottom": 0.90, "shoulder": 0.185,
        "neck": 0.07, "sleeve": 0.45}, waist=0.205)
    lay_sleeves(b, cut, puff=0.9)
    lay_fronts(b, cut, overlap=0.025, puff=0.9)
    body_folds(b, cut, depth=0.09)
    sleeve_folds(b, cut, 3)
    for side in (1, -1):
        chest_pocket(b, C + side * 0.11, 0.62, w=0.105, h=0.13)
        lid = np.array([(C + side * 0.053, 0.605), (C + side * 0.167, 0.605), (C + side * 0.167, 0.645),
            (C + side * 0.053, 0.645)])
        b.patch(lid)
    _hood(b, cut, opening=0.05)
    for y in (0.36, 0.46, 0.56):
        for side in (1, -1):
            tab = paths.rectangle(C + side * 0.034, y - 0.011, C + side * 0.07, y + 0.011, rounded=0.004)
            b.sheet.panel(tab, b.material_of("leather", (27, 9, 13)), puff=0.5, cast=0.4)
            b.sheet.ink([paths.line((C + side * 0.034, y - 0.004), (C - side * 0.004, y - 0.002)),
                paths.line((C + side * 0.034, y + 0.004), (C - side * 0.004, y + 0.003))], rgb((40, 8, 18)),
                width=0.004, raised=0.3)
        toggle = curve([(C - 0.032, y), (C - 0.014, y - 0.0085), (C + 0.014, y - 0.0085), (C + 0.032, y),
            (C + 0.014, y + 0.0085), (C - 0.014, y + 0.0085)], closed=True)
        b.sheet.panel(toggle, b.material_of("leather", (38, 12, 22)), puff=1.4, cast=0.5)


_SHORT: dict[str, Any] = {"top": 0.15, "neck": 0.078, "neck_depth": 0.055, "shoulder": 0.222, "drop": 0.05,
    "chest": 0.236,
    "waist": 0.236, "hem": 0.228, "armpit": 0.395, "bottom": 0.765, "sleeve": 0.47, "angle": 19, "cuff": 0.086}


def denim_jacket(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "bottom": 0.735, "hem": 0.214})
    lay_lining(b, cut, depth=0.05)
    lay_sleeves(b, cut)
    lay_fronts(b, cut, overlap=0.018)
    pale = rgb(shifted(b.lab, 26, 0.7))
    if b.material == "denim" and b.lab[0] < 70:
        for side in (1, -1):
            b.sheet.tint(paths.ellipse(C + side * 0.12, 0.5, 0.05, 0.16), pale, strength=0.35, blur=0.04)
            p, q = cut.sleeve_at(0.3).mean(0), cut.sleeve_at(0.75).mean(0)
            strip = paths.band(paths.line((C + side * (p[0] - C) + 0.01, p[1]), (C + side * (q[0] - C) + 0.01, q[1])),
                0.03)
            b.sheet.tint(strip, pale, strength=0.4, blur=0.025)
    ink = rgb((62, 20, 48) if b.material == "denim" else shifted(b.lab, -18 if b.lab[0] > 45 else 20))
    body_folds(b, cut, depth=0.10)
    sleeve_folds(b, cut, 5)
    for side in (1, -1):
        yoke = curve([(C + side * 0.018, 0.335), (C + side * 0.22, 0.335)])
        b.sheet.seam(yoke, depth=0.3)
        for away in (0.006, 0.013):
            b.sheet.stitch(yoke + np.array([0, away]), ink)
        for x0, x1 in ((0.075, 0.055), (0.165, 0.12)):
            seam = paths.line((C + side * x0, 0.41), (C + side * x1, 0.73))
            b.sheet.seam(seam, depth=0.28)
            b.sheet.stitch(seam + np.array([side * 0.007, 0]), ink)
        x = C + side * 0.12
        flap = np.array([(x - 0.052, 0.337), (x + 0.052, 0.337), (x + 0.052, 0.368), (x, 0.388), (x - 0.052, 0.368)])
        b.patch(flap, ink=ink)
        b.snap(x, 0.370, 0.0075)
        b.sheet.seam(paths.part(cut.armhole if side > 0 else paths.mirrored(cut.armhole), 0, 1), depth=0.2)
        b.sheet.stitch(paths.offset(cut.armhole if side > 0 else paths.mirrored(cut.armhole), 0.008), ink)
    strip = paths.rectangle(C - 0.018, cut.top + 0.05, C + 0.022, cut.bottom)
    b.sheet.panel(strip, b.cloth, puff=0.15, cast=0.25, soft=0.3)
    for x in (C - 0.013, C + 0.017):
        b.sheet.stitch(paths.line((x, cut.top + 0.06), (x, cut.bottom)), ink)
    for y in np.linspace(cut.top + 0.085, cut.bottom - 0.04, 5):
        b.snap(C + 0.002, float(y), 0.009)
    band = np.vstack([paths.line((C + cut.hem, cut.bottom - 0.004), (C + cut.hem - 0.002, cut.bottom + 0.05)),
        curve([(C + cut.hem - 0.002, cut.bottom + 0.05), (C, cut.bottom + 0.058),
        (C - cut.hem + 0.002, cut.bottom + 0.05)]), curve([(C - cut.hem, cut.bottom - 0.004), (C, cut.bottom + 0.006),
        (C + cut.hem, cut.bottom - 0.004)])])
    b.sheet.panel(band, b.cloth, angle=90, puff=0.4, cast=0.3)
    b.sheet.stitch(curve([(C + cut.hem - 0.006, cut.bottom + 0.044), (C, cut.bottom + 0.052),
        (C - cut.hem + 0.006, cut.bottom + 0.044)]), ink)
    b.snap(C + 0.002, cut.bottom + 0.028, 0.009)
    _cuffs(b, cut, length=0.05)
    collar(b, cut, point=0.11, spread=1.05)


def bomber(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "neck": 0.088, "neck_depth": 0.05, "bottom": 0.72})
    lay_lining(b, cut, depth=0.05, lab=(60, 40, 55) if b.lab[0] < 60 and b.maybe(0.6) else None)
    lay_sleeves(b, cut, puff=1.0)
    lay_fronts(b, cut, overlap=0.0, puff=1.0)
    body_folds(b, cut, depth=0.18)
    sleeve_folds(b, cut, 6)
    rib = b.colours[1] if len(b.colours) > 1 else None
    rib_cuffs(b, cut, length=0.06, lab=rib)
    rib_hem(b, cut, height=0.065, lab=rib)
    for side in (1, -1):
        ring = np.vstack([curve([Corner(C + 0.003, cut.top + cut.neck_depth + 0.004),
            (C + cut.neck * 0.7, cut.top + cut.neck_depth * 0.8), Corner(C + cut.neck, cut.top)]),
            curve([Corner(C + cut.neck * 0.92, cut.top - 0.034), (C + cut.neck * 0.62, cut.top + 0.014),
            Corner(C + 0.003, cut.top + cut.neck_depth - 0.032)])])
        if side < 0:
            ring = paths.mirrored(ring)
        b.ribbed(ring, angle=side * 28, lab=rib)
    back = np.vstack([curve([Corner(C - cut.neck * 0.92, cut.top - 0.034), (C, cut.top - 0.022),
        Corner(C + cut.neck * 0.92, cut.top - 0.034)]), curve([Corner(C + cut.neck * 0.8, cut.top),
        (C, cut.top + 0.006), Corner(C - cut.neck * 0.8, cut.top)])])
    b.ribbed(back, lab=rib)
    welt_pocket(b, C + 0.105, 0.53, lean=24)
    b.zip(paths.line((C, cut.top + cut.neck_depth - 0.02), (C, cut.bottom + 0.066)),
        lab=STEEL if b.maybe(0.5) else BRASS)
    p = cut.sleeve_at(0.36)
    pen = paths.line(tuple(p[0] * 0.62 + p[1] * 0.38), tuple(p[0] * 0.62 + p[1] * 0.38 + np.array(cut.along) * 0.07))
    b.zip(pen, lab=STEEL, pull=0.1, width=0.010)


def rider(b: Bench) -> None:
    """A leather biker jacket with a slanted zip."""
    cut = Cut(**{**_SHORT, "bottom": 0.755, "hem": 0.21, "waist": 0.215, "chest": 0.225})
    lay_lining(b, cut, depth=0.12, lab=(24, 0, 0))
    lay_sleeves(b, cut)
    lay_fronts(b, cut, vee=0.18, overlap=0.05)
    body_folds(b, cut, depth=0.14)
    sleeve_folds(b, cut, 6)
    for side in (1, -1):
        b.sheet.seam(curve([(C + side * 0.2, 0.33), (C + side * 0.12, 0.345), (C + side * 0.09, 0.36)]), depth=0.3)
    lapels(b, cut, vee=0.18, width=0.085, notch=0.085, overlap=0.05)
    b.zip(paths.line((C - 0.046, cut.top + 0.19), (C - 0.02, cut.bottom - 0.03)), lab=STEEL, pull=0.03)
    b.zip(paths.line((C - 0.16, 0.52), (C - 0.085, 0.47)), lab=STEEL, pull=0.08)
    welt_pocket(b, C + 0.11, 0.575, length=0.085, lean=30, zip_lab=STEEL)
    band = np.array([(C - cut.hem - 0.002, cut.bottom - 0.045), (C + cut.hem + 0.002, cut.bottom - 0.045),
        (C + cut.hem, cut.bottom + 0.002), (C - cut.hem, cut.bottom + 0.002)])
    b.sheet.panel(band, b.cloth, puff=0.6, cast=0.4)
    buckle = paths.rectangle(C + 0.02, cut.bottom - 0.05, C + 0.075, cut.bottom + 0.007, rounded=0.006)
    b.sheet.panel(buckle, b.material_of("leather", STEEL).woven("jersey", depth=0, crease=0),
        holes=[paths.rectangle(C + 0.029, cut.bottom - 0.041, C + 0.066, cut.bottom - 0.002)], cast=0.5, soft=0.3)
    d = np.array(cut.along)
    for flip in (False, True):
        o, w = np.array(cut.cuff_out) - d * 0.09, np.array(cut.inward)
        slit = np.array([o + w * 0.03, o + w * 0.03 + d * 0.085])
        b.zip(paths.mirrored(slit)[::-1] if flip else slit, lab=STEEL, pull=None, width=0.010)
    for side in (1, -1):
        b.snap(C + side * 0.135, cut.top + 0.118, 0.006, lab=STEEL)


def windbreaker(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "neck": 0.075, "top": 0.185, "armpit": 0.43, "bottom": 0.80, "sleeve": 0.46})
    second = b.trim()
    lay_sleeves(b, cut, puff=0.9)
    lay_fronts(b, cut, overlap=0.0, puff=0.8)
    if len(b.colours) > 1:
        yoke = np.vstack([paths.part(cut.armhole, 0, 0.62), paths.line((C + 0.205, 0.345), (C, 0.372)),
            np.array([(C, cut.top + cut.neck_depth)]), cut.neckline[::-1]])
        for flip in (False, True):
            b.sheet.panel(paths.mirrored(yoke) if flip else yoke, second, cast=0.15, puff=0.5)
    body_folds(b, cut, depth=0.2)
    sleeve_folds(b, cut, 7)
    b.zip(paths.line((C, cut.top + 0.02), (C, cut.bottom)), lab=shifted(b.lab, 20 if b.lab[0] < 50 else -25),
        pull=0.2)
    welt_pocket(b, C + 0.12, 0.575, lean=18, zip_lab=shifted(b.lab, 20 if b.lab[0] < 50 else -25))
    d, w = np.array(cut.along), np.array(cut.inward)
    for flip in (False, True):
        o, i = np.array(cut.cuff_out), np.array(cut.cuff_in)
        band = np.array([o - d * 0.003 + w * 0.006, o + d * 0.03 + w * 0.01, i + d * 0.03 - w * 0.01,
            i - d * 0.003 - w * 0.006])
        b.sheet.panel(paths.mirrored(band) if flip else band, b.cloth, angle=90, puff=0.9, cast=0.3)
    band = np.array([(C - cut.hem + 0.002, cut.bottom), (C + cut.hem - 0.002, cut.bottom),
        (C + cut.hem - 0.006, cut.bottom + 0.03), (C - cut.hem + 0.006, cut.bottom + 0.03)])
    b.sheet.panel(band, b.cloth, puff=0.9, cast=0.3)
    high = curve([Corner(C + 0.088, 0.21), (C + 0.084, 0.15), Corner(C + 0.07, 0.098), (C, 0.088),
        Corner(C - 0.07, 0.098), (C - 0.084, 0.15), Corner(C - 0.088, 0.21), (C - 0.04, 0.242), Corner(C, 0.252),
        (C + 0.04, 0.242)], closed=True)
    b.sheet.panel(high, second, puff=0.9, cast=0.4)
    b.sheet.panel(np.vstack([curve([Corner(C - 0.064, 0.105), (C, 0.096), Corner(C + 0.064, 0.105)]),
        curve([Corner(C + 0.05, 0.124), (C, 0.142), Corner(C - 0.05, 0.124)])]), b.lining(), level=0.7, cast=0)
    b.zip(paths.line((C, 0.14), (C, 0.26)), lab=shifted(b.lab, 20 if b.lab[0] < 50 else -25), pull=0.16)
    b.folds([(C + 0.015, 0.2), (C + 0.05, 0.19), (C + 0.08, 0.17)],
        [(C - 0.015, 0.21), (C - 0.05, 0.2), (C - 0.078, 0.18)], depth=0.2)


def padded(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "top": 0.18, "neck": 0.08, "chest": 0.245, "waist": 0.25, "hem": 0.24, "armpit": 0.43,
        "bottom": 0.80, "cuff": 0.10, "sleeve": 0.44})
    _down(b, cut)


def long_padded(b: Bench) -> None:
    cut = Cut(**{**_COAT, "top": 0.135, "chest": 0.205, "shoulder": 0.185, "hem": 0.208, "armpit": 0.33,
        "bottom": 0.915, "cuff": 0.09, "sleeve": 0.43}, waist=0.21)
    _down(b, cut, hood=True)


def _down(b: Bench, cut: Cut, *, hood: bool = False) -> None:
    lay_sleeves(b, cut, puff=1.2)
    lay_fronts(b, cut, overlap=0.0, puff=1.2)
    sleeve_folds(b, cut, 4)
    body_folds(b, cut, depth=0.16)
    zip_lab = shifted(b.lab, 24 if b.lab[0] < 45 else -30)
    b.zip(paths.line((C, cut.top + cut.neck_depth - 0.03), (C, cut.bottom + 0.004)), lab=zip_lab, pull=0.2)
    welt_pocket(b, C + cut.chest * 0.52, cut.armpit + (cut.bottom - cut.armpit) * 0.42, lean=14)
    plain = b.cloth.woven("ripstop", depth=0.02)
    d, w = np.array(cut.along), np.array(cut.inward)
    for flip in (False, True):
        o, i = np.array(cut.cuff_out), np.array(cut.cuff_in)
        band = np.array([o - d * 0.004 + w * 0.01, o + d * 0.022 + w * 0.014, i + d * 0.022 - w * 0.014,
            i - d * 0.004 - w * 0.01])
        b.sheet.panel(paths.mirrored(band) if flip else band, plain, puff=1, cast=0.3)
    if hood:
        _hood(b, cut, opening=0.052)
        return
    top = cut.top
    high = curve([Corner(C + 0.092, top + 0.022), (C + 0.09, top - 0.04), (C + 0.066, top - 0.082), (C, top - 0.092),
        (C - 0.066, top - 0.082), (C - 0.09, top - 0.04), Corner(C - 0.092, top + 0.022), (C - 0.04, top + 0.058),
        Corner(C, top + 0.066), (C + 0.04, top + 0.058)], closed=True)
    b.sheet.panel(high, b.cloth, puff=1.3, cast=0.45)
    mouth = curve([(C - 0.064, top - 0.068), (C, top - 0.08), (C + 0.064, top - 0.068), (C + 0.03, top - 0.048),
        Corner(C, top - 0.038), (C - 0.03, top - 0.048)], closed=True)
    b.sheet.panel(mouth, plain, level=0.68, puff=-0.3, cast=0)
    b.zip(paths.line((C, top - 0.04), (C, top + 0.07)), lab=zip_lab, pull=0.12)


def puffer_vest(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "top": 0.18, "neck": 0.08, "shoulder": 0.175, "chest": 0.22, "waist": 0.228, "hem": 0.22,
        "armpit": 0.44, "bottom": 0.82, "sleeve": 0, "strap": 0.024})
    b.sheet.panel(np.vstack([paths.line((C - 0.16, cut.top + 0.05), (C + 0.16, cut.top + 0.05)),
        paths.line((C + 0.16, 0.4), (C - 0.16, 0.4))]), b.lining(), level=0.7, cast=0)
    _down(b, cut)
    bind(b, cut.armhole, width=0.011)


def cardigan(b: Bench) -> None:
    """A V-neck knit with buttons."""
    cut = Cut(**{**_SHORT, "top": 0.15, "neck": 0.082, "bottom": 0.76, "hem": 0.228, "chest": 0.23, "waist": 0.234})
    cloth = b.cloth.woven(b.pick("stockinette", "chunky",
        "cable") if b.material == "knit" and b.pattern == "solid" else b.cloth.feel.weave, depth=0.11)
    vee = 0.27
    lay_lining(b, cut, depth=vee)
    lay_sleeves(b, cut, cloth=cloth, puff=0.9)
    lay_fronts(b, cut, vee=vee, overlap=0.0, cloth=cloth, puff=0.9)
    body_folds(b, cut, depth=0.09)
    sleeve_folds(b, cut, 4)
    rib_cuffs(b, cut, length=0.055)
    rib_hem(b, cut, height=0.055)
    trim = b.colours[1] if len(b.colours) > 1 and b.pattern == "solid" else None
    for side in (-1, 1):
        edge = np.vstack([curve([Corner(C + cut.neck + 0.004, cut.top - 0.002),
            (C + cut.neck * 0.62, cut.top + vee * 0.45), Corner(C - 0.004, cut.top + vee)]),
            paths.line((C - 0.004, cut.bottom + 0.058))])
        strip = paths.band(edge, -0.026)
        b.ribbed(paths.mirrored(strip) if side < 0 else strip, angle=90, lab=trim)
    back = np.vstack([curve([Corner(C - cut.neck - 0.006, cut.top), (C, cut.top - 0.012),
        Corner(C + cut.neck + 0.006, cut.top)]), curve([Corner(C + cut.neck - 0.016, cut.top + 0.014),
        (C, cut.top + 0.012), Corner(C - cut.neck + 0.016, cut.top + 0.014)])])
    b.ribbed(back, lab=trim)
    b.buttons(paths.line((C + 0.008, cut.top + vee + 0.012), (C + 0.008, cut.bottom + 0.045)), 5,
        lab=HORN if b.lab[0] > 35 else (70, 4, 12), r=0.011, first=0.03, last=0.97)


def waistcoat(b: Bench) -> None:
    cut = Cut(top=0.13, neck=0.085, shoulder=0.165, drop=0.036, chest=0.205, waist=0.185, waist_at=0.5, hem=0.2,
        armpit=0.40, bottom=0.78, hem_curve=0.0, sleeve=0, strap=0.03)
    vee = 0.30
    lay_lining(b, cut, depth=vee, lab=shifted(b.lab, -6 if b.lab[0] > 40 else 14, 0.6))
    half = np.vstack([curve([Corner(*cut.n), (C + 0.05, cut.top + 0.14), Corner(C - 0.015, cut.top + vee)]),
        paths.line((C - 0.015, 0.80), (C + 0.055, 0.885)), np.array([(C + cut.hem, cut.bottom)]), cut.side[::-1][1:],
        cut.armhole[::-1]])
    for flip in (True, False):
        b.sheet.panel(paths.mirrored(half) if flip else half, b.cloth, puff=0.7, cast=0.4)
        edge = half[:10]
    body_folds(b, cut, depth=0.06)
    for y in (0.56, 0.70):
        for side in (1, -1):
            b.sheet.panel(np.array([(C + side * 0.065, y), (C + side * 0.155, y - 0.012),
                (C + side * 0.155, y + 0.006), (C + side * 0.065, y + 0.018)]), b.cloth, puff=0.3, cast=0.4)
    b.buttons(paths.line((C, cut.top + vee + 0.015), (C, 0.80)), 5, lab=HORN if b.lab[0] > 35 else (26, 0, 0),
        r=0.0105, first=0.0, last=0.95)
    b.hem(edge, away=-0.009)


def fleece_jacket(b: Bench) -> None:
    cut = Cut(**{**_SHORT, "top": 0.18, "armpit": 0.42, "bottom": 0.79, "chest": 0.24})
    lay_sleeves(b, cut, puff=1.1)
    lay_fronts(b, cut, overlap=0.0, puff=1.1)
    sleeve_folds(b, cut, 3)
    high = curve([Corner(C + 0.092, 0.208), (C + 0.088, 0.14), Corner(C + 0.072, 0.096), (C, 0.086),
        Corner(C - 0.072, 0.096), (C - 0.088, 0.14), Corner(C - 0.092, 0.208), (C - 0.04, 0.24), Corner(C, 0.248),
        (C + 0.04, 0.24)], closed=True)
    b.sheet.panel(high, b.cloth, puff=1.2, cast=0.45)
    b.sheet.panel(np.vstack([curve([Corner(C - 0.066, 0.104), (C, 0.095), Corner(C + 0.066, 0.104)]),
        curve([Corner(C + 0.05, 0.124), (C, 0.14), Corner(C - 0.05, 0.124)])]), b.lining(), level=0.7, cast=0)
    trim = b.material_of("synthetic", b.colours[1] if len(b.colours) > 1 else shifted(b.lab,
        -25 if b.lab[0] > 50 else 22))
    b.sheet.panel(paths.rectangle(C + 0.06, 0.40, C + 0.165, 0.515, rounded=0.006), trim, puff=0.5, cast=0.4)
    b.zip(paths.line((C + 0.065, 0.425), (C + 0.16, 0.425)), lab=trim.lab, pull=None, width=0.01)
    b.zip(paths.line((C, 0.135), (C, cut.bottom + 0.01)), lab=trim.lab, tape=trim.lab, pull=0.08, width=0.018)
    welt_pocket(b, C + 0.125, 0.6, lean=12, zip_lab=trim.lab)
    for line in (cut.cuff_line, paths.mirrored(cut.cuff_line)):
        b.sheet.panel(paths.band(line, -0.012), trim, puff=0.4, cast=0.2)
    b.sheet.panel(paths.band(cut.whole_hem, 0.014), trim, puff=0.4, cast=0.2)


def leather_jacket(b: Bench) -> None:
    """A plain zipped jacket with a shirt collar, in leather or suede."""
    cut = Cut(**_SHORT)
    lay_lining(b, cut, depth=0.05)
    lay_sleeves(b, cut)
    lay_fronts(b, cut, overlap=0.0)
    body_folds(b, cut, depth=0.15)
    sleeve_folds(b, cut, 6)
    b.zip(paths.line((C, cut.top + 0.06), (C, cut.bottom + 0.004)), lab=BRASS if b.material == "suede" else STEEL)
    for side in (1, -1):
        chest_pocket(b, C + side * 0.12, 0.415, w=0.09, h=0.01, flap=True)
    welt_pocket(b, C + 0.115, 0.57, lean=18)
    b.hem(cut.whole_hem, away=0.03)
    collar(b, cut, point=0.12, spread=1.1)
