# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Shoes. Side views show the outer side, toe to the left; views from above show the right shoe, toe up.

The garment module lays the second shoe beside or behind the first.
"""

from __future__ import annotations

import numpy as np

from catalog.colour import LAB, Lab, rgb, shifted
from training.flatlay import paths
from training.flatlay.bench import BRASS, HORN, Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, Points, curve

RUBBER: Lab = (93, 0, 5)
GUM: Lab = (58, 17, 34)
_AX = 0.72  # The axis of the right shoe seen from above.


def _rubber(b: Bench, lab: Lab) -> Cloth:
    return b.material_of("synthetic", lab).woven("jersey", depth=0.012, crease=0.0, gloss=0.06)


def _laces(b: Bench, start: tuple[float, float], end: tuple[float, float], *, count: int, span: float, lab: Lab,
    lean: float = 0.02) -> None:
    """Bars across the throat, from the tongue's top down to the toe."""
    cloth = b.material_of("cotton", lab).woven("fine-rib", depth=0.05, crease=0.0)
    for k in range(count):
        t = k / (count - 1)
        x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
        bar = curve([(x - lean, y - span * 0.28), (x + 0.002, y - 0.004), (x + span * 0.5, y + span * 0.5)])
        b.sheet.panel(paths.band(bar, 0.0125), cloth, angle=40, puff=1.0, cast=0.5, reach=0.010, soft=0.5)


def _bow(b: Bench, x: float, y: float, lab: Lab, *, size: float = 1.0) -> None:
    cloth = b.material_of("cotton", lab).woven("fine-rib", depth=0.05, crease=0.0)
    s = size
    for loop in (
        [(x, y), (x - 0.05 * s, y - 0.035 * s), (x - 0.085 * s, y + 0.005 * s), (x - 0.045 * s, y + 0.022 * s),
            (x, y + 0.003)],
        [(x, y), (x + 0.045 * s, y - 0.025 * s), (x + 0.075 * s, y + 0.018 * s), (x + 0.036 * s, y + 0.03 * s),
            (x, y + 0.003)],
        [(x, y), (x - 0.02 * s, y + 0.03 * s), (x - 0.045 * s, y + 0.06 * s)],
        [(x, y), (x + 0.02 * s, y + 0.03 * s), (x + 0.03 * s, y + 0.066 * s)],
    ):
        b.sheet.panel(paths.band(curve(loop), 0.010 * s), cloth, angle=30, puff=1.0, cast=0.5, reach=0.010, soft=0.5)
    b.sheet.panel(paths.ellipse(x, y + 0.004, 0.010 * s, 0.009 * s), cloth, puff=1.2, cast=0.4)


def _edge_stitch(b: Bench, line: Points, away: float = 0.009) -> None:
    b.sheet.seam(line, depth=0.16)
    b.sheet.stitch(paths.offset(line, away), b.thread, dash=0.007, gap=0.004, width=0.0024)


def sneakers(b: Bench) -> None:
    """A court shoe: cup sole, toe box with vent holes, heel tab."""
    second = b.trim(LAB["white"] if b.lab[0] < 80 else shifted(b.lab, -12))
    white = LAB["white"] if b.maybe(0.75) else GUM
    top = curve([Corner(0.585, 0.315), (0.66, 0.375), (0.75, 0.42), (0.825, 0.395), Corner(0.872, 0.345)])
    heel = curve([Corner(0.872, 0.345), (0.885, 0.42), (0.893, 0.52), Corner(0.900, 0.63)])
    vamp = curve([Corner(0.105, 0.63), (0.125, 0.555), (0.205, 0.515), (0.31, 0.485), (0.43, 0.405),
        Corner(0.545, 0.30)])
    tongue = curve([Corner(0.40, 0.43), (0.47, 0.34), (0.525, 0.265), Corner(0.575, 0.235), (0.635, 0.262),
        Corner(0.645, 0.39)])
    b.sheet.panel(tongue, b.cloth, angle=-40, puff=1.0)
    inside = curve([Corner(0.60, 0.33), (0.68, 0.352), (0.78, 0.362), Corner(0.868, 0.348), (0.82, 0.41),
        (0.74, 0.425), (0.66, 0.385)], closed=True)
    b.sheet.panel(inside, b.material_of("cotton", shifted(b.lab, -14 if b.lab[0] > 40 else 22, 0.4)), level=0.75,
        cast=0)
    b.sheet.panel(np.vstack([vamp, top, heel, paths.line((0.9, 0.645), (0.105, 0.645))]), b.cloth, puff=1.0)
    for k in range(9):
        x, y = 0.215 + 0.022 * (k % 5), 0.545 - 0.006 * (k % 5) + 0.022 * (k // 5)
        b.sheet.ink([paths.line((x, y), (x + 0.001, y))], rgb(shifted(b.lab, -35)), width=0.006, cover=0.7)
    stay = np.vstack([curve([Corner(0.335, 0.495), (0.44, 0.42), Corner(0.555, 0.30)]),
        curve([Corner(0.555, 0.30), (0.60, 0.325), Corner(0.615, 0.355)]),
        curve([Corner(0.615, 0.355), (0.52, 0.47), (0.44, 0.555), Corner(0.385, 0.575)])])
    b.sheet.panel(stay, b.cloth, angle=-42, puff=0.7, cast=0.32)
    _edge_stitch(b, curve([Corner(0.615, 0.355), (0.52, 0.47), (0.44, 0.555), Corner(0.385, 0.575)]), -0.008)
    counter = np.vstack([curve([Corner(0.775, 0.645), (0.765, 0.55), (0.80, 0.455), Corner(0.845, 0.392)]),
        curve([Corner(0.876, 0.37), (0.888, 0.5), Corner(0.902, 0.645)])])
    b.sheet.panel(counter, b.cloth, puff=0.8, cast=0.32)
    tab = curve([Corner(0.835, 0.398), (0.85, 0.345), Corner(0.872, 0.318), (0.888, 0.345), Corner(0.89, 0.44),
        (0.86, 0.43)], closed=True)
    b.sheet.panel(tab, second, puff=0.9, cast=0.35)
    flash = curve([Corner(0.50, 0.615), (0.56, 0.545), Corner(0.655, 0.428), Corner(0.715, 0.445), (0.64, 0.55),
        Corner(0.595, 0.618)], closed=True)
    b.sheet.panel(flash, second, angle=-40, puff=0.5, cast=0.3)
    _laces(b, (0.545, 0.318), (0.355, 0.468), count=6, span=0.07,
        lab=LAB["white"] if b.lab[0] > 25 or b.maybe(0.7) else b.lab)
    b.folds([(0.31, 0.50), (0.33, 0.55), (0.315, 0.60)], [(0.345, 0.53), (0.36, 0.57), (0.35, 0.61)], width=0.016,
        depth=0.14)
    sole = curve([Corner(0.088, 0.625), (0.10, 0.612), (0.30, 0.622), (0.60, 0.632), (0.86, 0.618),
        Corner(0.908, 0.612), (0.912, 0.66), Corner(0.898, 0.705), (0.5, 0.708), Corner(0.145, 0.705),
        (0.098, 0.675)], closed=True)
    b.sheet.panel(sole, _rubber(b, white), puff=0.8, cast=0.3)
    b.sheet.stitch(curve([(0.105, 0.637), (0.3, 0.645), (0.6, 0.653), (0.9, 0.637)]), rgb(shifted(white, -18)),
        width=0.0024)
    b.sheet.seam(curve([(0.11, 0.682), (0.5, 0.69), (0.9, 0.684)]), depth=0.18)


def canvas_shoes(b: Bench) -> None:
    """High canvas shoes with a rubber toe and a round patch."""
    b.cloth = b.cloth.woven("twill", depth=0.05) if b.material == "cotton" else b.cloth
    tongue = curve([Corner(0.47, 0.40), (0.51, 0.25), Corner(0.545, 0.115), (0.60, 0.10), Corner(0.65, 0.125),
        (0.64, 0.3)])
    b.sheet.panel(tongue, b.cloth, puff=1.0)
    vamp = curve([Corner(0.105, 0.64), (0.13, 0.575), (0.22, 0.54), (0.34, 0.51), (0.46, 0.42), (0.525, 0.29),
        Corner(0.55, 0.15)])
    top = curve([Corner(0.55, 0.15), (0.68, 0.165), Corner(0.815, 0.155)])
    heel = curve([Corner(0.815, 0.155), (0.825, 0.30), (0.86, 0.45), Corner(0.888, 0.64)])
    b.sheet.panel(np.vstack([vamp, top, heel]), b.cloth, puff=1.0)
    stay = np.vstack([curve([Corner(0.38, 0.485), (0.47, 0.415), (0.535, 0.29), Corner(0.553, 0.15)]),
        curve([Corner(0.615, 0.16), (0.595, 0.32), (0.54, 0.46), Corner(0.45, 0.55)])])
    b.sheet.panel(stay, b.cloth, angle=-25, puff=0.6, cast=0.25)
    _edge_stitch(b, curve([Corner(0.615, 0.16), (0.595, 0.32), (0.54, 0.46), Corner(0.45, 0.55)]), -0.008)
    strip = paths.band(curve([Corner(0.805, 0.16), (0.815, 0.30), (0.85, 0.45), Corner(0.877, 0.64)]), 0.022)
    b.sheet.panel(strip, b.cloth, puff=0.6, cast=0.25)
    for k in range(7):
        t = k / 6
        x, y = 0.578 - 0.10 * t**1.6, 0.185 + 0.28 * t
        b.snap(x + 0.012, y, 0.0075, lab=(80, 0, 0))
    _laces(b, (0.553, 0.195), (0.435, 0.455), count=7, span=0.066, lab=LAB["white"])
    _bow(b, 0.565, 0.165, LAB["white"], size=0.9)
    badge = b.trim(LAB["white"] if b.lab[0] < 80 else LAB["navy"])
    tag = np.array([(0.715, 0.215), (0.765, 0.265), (0.715, 0.315), (0.665, 0.265)])
    b.sheet.panel(tag, badge, puff=0.4, cast=0.3)
    b.sheet.stitch(np.vstack([inner := _scaled(tag, 0.76), inner[:1]]),
        rgb(shifted(badge.lab, -40 if badge.lab[0] > 50 else 40)), width=0.0024)
    b.folds([(0.60, 0.44), (0.70, 0.46), (0.80, 0.44)], [(0.56, 0.50), (0.64, 0.55), (0.72, 0.57)], width=0.024,
        depth=0.16)
    toe = curve([Corner(0.10, 0.64), (0.125, 0.575), (0.20, 0.548), Corner(0.262, 0.538), (0.30, 0.58),
        Corner(0.305, 0.64)], closed=True)
    b.sheet.panel(toe, _rubber(b, RUBBER), puff=1.1, cast=0.35)
    sole = curve([Corner(0.082, 0.635), (0.3, 0.632), (0.6, 0.636), Corner(0.905, 0.628), (0.908, 0.66),
        Corner(0.90, 0.70), Corner(0.12, 0.70), (0.088, 0.675)], closed=True)
    b.sheet.panel(sole, _rubber(b, RUBBER), puff=0.7, cast=0.3)
    b.sheet.ink([curve([(0.09, 0.652), (0.5, 0.655), (0.905, 0.647)])],
        rgb(badge.lab if badge.lab[0] < 70 else LAB["red"]), width=0.006)
    b.sheet.seam(paths.line((0.115, 0.69), (0.9, 0.69)), depth=0.2)


def runners(b: Bench) -> None:
    """Running shoes: mesh, overlays, a thick waved sole."""
    second = b.trim(shifted(b.lab, -30 if b.lab[0] > 50 else 30, 0.8))
    mesh = b.cloth.woven("fine-rib", depth=0.06, scale=0.7)
    tongue = curve([Corner(0.42, 0.42), (0.50, 0.31), Corner(0.565, 0.215), (0.62, 0.22), Corner(0.655, 0.36)])
    b.sheet.panel(tongue, second, puff=1.0)
    inside = curve([Corner(0.60, 0.31), (0.70, 0.33), (0.80, 0.335), Corner(0.872, 0.31), (0.82, 0.385), (0.74, 0.40),
        (0.66, 0.37)], closed=True)
    b.sheet.panel(inside, second.toned(-8), level=0.75, cast=0)
    vamp = curve([Corner(0.09, 0.60), (0.13, 0.525), (0.22, 0.488), (0.33, 0.455), (0.45, 0.375), Corner(0.56, 0.28)])
    top = curve([Corner(0.585, 0.295), (0.66, 0.355), (0.75, 0.395), (0.83, 0.37), Corner(0.885, 0.29)])
    heel = curve([Corner(0.885, 0.29), (0.893, 0.40), (0.895, 0.5), Corner(0.91, 0.60)])
    b.sheet.panel(np.vstack([vamp, top, heel]), mesh, puff=1.1)
    toe = np.vstack([curve([Corner(0.088, 0.61), (0.125, 0.53), (0.185, 0.50), Corner(0.215, 0.49)]),
        curve([Corner(0.215, 0.49), (0.26, 0.545), (0.36, 0.575), Corner(0.43, 0.60)])])
    b.sheet.panel(toe, second, puff=0.8, cast=0.3)
    stay = np.vstack([curve([Corner(0.36, 0.452), (0.46, 0.385), Corner(0.565, 0.285)]),
        curve([Corner(0.565, 0.285), (0.60, 0.305), Corner(0.625, 0.335)]),
        curve([Corner(0.625, 0.335), (0.57, 0.43), (0.56, 0.52), Corner(0.60, 0.61)]),
        curve([Corner(0.53, 0.61), (0.49, 0.54), Corner(0.40, 0.515)])])
    b.sheet.panel(stay, b.cloth.plain().toned(6 if b.lab[0] < 60 else -8), angle=-35, puff=0.7, cast=0.32)
    counter = np.vstack([curve([Corner(0.68, 0.61), (0.72, 0.50), (0.80, 0.43), Corner(0.85, 0.36)]),
        curve([Corner(0.887, 0.33), (0.896, 0.46), Corner(0.912, 0.61)])])
    b.sheet.panel(counter, second, puff=0.9, cast=0.35)
    line = curve([(0.73, 0.60), (0.77, 0.52), (0.85, 0.46)])
    b.sheet.panel(paths.band(line, 0.02), b.cloth.dyed(RUBBER if second.lab[0] < 75 else b.lab), puff=0.6, cast=0.3)
    _laces(b, (0.555, 0.30), (0.385, 0.425), count=6, span=0.068, lab=RUBBER if b.lab[0] < 70 else shifted(b.lab, -6))
    sole = curve([Corner(0.075, 0.59), (0.16, 0.585), (0.34, 0.602), (0.52, 0.60), (0.72, 0.578),
        Corner(0.925, 0.565), (0.95, 0.62), Corner(0.925, 0.705), (0.6, 0.71), (0.3, 0.71), Corner(0.16, 0.702),
        (0.075, 0.655)], closed=True)
    b.sheet.panel(sole, _rubber(b, RUBBER), puff=1.1, cast=0.3)
    for y, d in ((0.628, 0.26), (0.655, 0.18)):
        b.sheet.fold(curve([(0.11, y), (0.3, y + 0.012), (0.55, y + 0.016), (0.75, y - 0.004), (0.93, y - 0.018)]),
            width=0.012, depth=d)
    tread = curve([Corner(0.13, 0.692), (0.5, 0.702), Corner(0.925, 0.694), Corner(0.91, 0.722), (0.5, 0.725),
        Corner(0.17, 0.72)], closed=True)
    b.sheet.panel(tread, _rubber(b, second.lab if second.lab[0] < 60 else (32, 0, 0)), puff=0.4, cast=0.2)


def _boot_sole(b: Bench, *, heel: float = 0.05, lab: Lab = (22, 2, 3), lug: bool = False) -> None:
    low = 0.742
    sole = curve([Corner(0.105, 0.675), (0.3, 0.682), (0.55, 0.682), Corner(0.845, 0.672),
        Corner(0.85, low - heel + 0.03), (0.66, low - 0.028), Corner(0.62, low - 0.022 if not lug else low),
        (0.4, low - 0.006), Corner(0.16, low - 0.012), (0.105, 0.71)], closed=True)
    block = curve([Corner(0.66, 0.69), Corner(0.852, 0.685), Corner(0.845, low + heel * 0.3),
        Corner(0.672, low + heel * 0.3)], closed=True)
    rubber = _rubber(b, lab)
    b.sheet.panel(block, rubber, puff=0.6)
    b.sheet.panel(sole, rubber, puff=0.6)
    if lug:
        for x in np.arange(0.17, 0.84, 0.045):
            b.sheet.shade(paths.rectangle(float(x), 0.722, float(x) + 0.014, 0.76), depth=0.5, blur=0.004)


def chelsea_boots(b: Bench) -> None:
    inside = curve([(0.535, 0.18), (0.66, 0.168), (0.80, 0.18), (0.66, 0.205)], closed=True)
    for x in (0.585, 0.772):
        loop = curve([(x - 0.014, 0.23), (x - 0.012, 0.14), (x + 0.012, 0.14), (x + 0.014, 0.23)])
        b.sheet.panel(paths.band(loop, 0.012), b.cloth.toned(-8), puff=0.7)
    b.sheet.panel(inside, b.lining(), level=0.6, cast=0)
    shaft = np.vstack([curve([Corner(0.53, 0.185), (0.545, 0.32), (0.515, 0.44), (0.40, 0.525), (0.24, 0.56),
        (0.135, 0.605), Corner(0.108, 0.685)]), paths.line((0.85, 0.685)),
        curve([Corner(0.848, 0.675), (0.865, 0.57), (0.835, 0.45), (0.815, 0.32), Corner(0.806, 0.185)]),
        curve([Corner(0.806, 0.185), (0.67, 0.205), Corner(0.53, 0.185)])])
    b.sheet.panel(shaft, b.cloth, puff=1.1)
    gusset = curve([Corner(0.605, 0.20), (0.655, 0.204), Corner(0.735, 0.202), (0.735, 0.35), (0.70, 0.468),
        (0.66, 0.47), (0.625, 0.36)], closed=True)
    b.sheet.panel(gusset, b.cloth.dyed(shifted(b.lab, -8 if b.lab[0] > 25 else 6, 0.5)).woven("fine-rib", depth=0.14,
        gloss=0.0, scale=1.2), puff=0.3, cast=0.1)
    _edge_stitch(b, np.vstack([gusset, gusset[:1]]), 0.008)
    b.folds([(0.50, 0.46), (0.56, 0.50), (0.60, 0.505)], [(0.46, 0.50), (0.54, 0.55), (0.60, 0.56)],
        [(0.33, 0.55), (0.36, 0.60), (0.345, 0.65)], [(0.83, 0.46), (0.78, 0.50), (0.73, 0.50)], width=0.022,
        depth=0.2)
    b.sheet.gleam(paths.ellipse(0.22, 0.598, 0.06, 0.012, turn=-14),
        strength=0.4 if b.material == "leather" else 0.12, blur=0.010)
    b.sheet.gleam(paths.ellipse(0.575, 0.33, 0.008, 0.09), strength=0.25 if b.material == "leather" else 0.08,
        blur=0.010)
    _boot_sole(b, lab=shifted(b.lab, -14, 0.5) if b.lab[0] > 35 else (20, 0, 0))


def lace_boots(b: Bench) -> None:
    """Work boots: padded collar, hooks and eyelets, lug sole."""
    tongue = curve([Corner(0.50, 0.42), (0.525, 0.25), Corner(0.545, 0.125), (0.60, 0.11), Corner(0.65, 0.15),
        (0.64, 0.3)])
    b.sheet.panel(tongue, b.cloth.toned(-4), puff=1.0)
    shaft = np.vstack([curve([Corner(0.565, 0.17), (0.555, 0.30), (0.51, 0.42), (0.41, 0.505), (0.25, 0.545),
        (0.14, 0.60), Corner(0.108, 0.685)]), paths.line((0.85, 0.685)),
        curve([Corner(0.85, 0.675), (0.868, 0.57), (0.842, 0.45), (0.825, 0.30), Corner(0.822, 0.165)]),
        curve([Corner(0.822, 0.165), (0.70, 0.175), Corner(0.565, 0.17)])])
    b.sheet.panel(shaft, b.cloth, puff=1.1)
    vamp = np.vstack([curve([Corner(0.108, 0.685), (0.14, 0.60), (0.25, 0.545), Corner(0.395, 0.512)]),
        curve([Corner(0.395, 0.512), (0.44, 0.56), (0.44, 0.62), Corner(0.42, 0.69)])])
    b.sheet.panel(vamp, b.cloth, puff=0.9, cast=0.32)
    _edge_stitch(b, curve([Corner(0.395, 0.512), (0.44, 0.56), (0.44, 0.62), Corner(0.42, 0.69)]), -0.010)
    heel = np.vstack([curve([Corner(0.64, 0.69), (0.655, 0.57), (0.74, 0.47), Corner(0.84, 0.435)]),
        curve([Corner(0.842, 0.45), (0.868, 0.57), Corner(0.85, 0.69)])])
    b.sheet.panel(heel, b.cloth, puff=0.8, cast=0.32)
    _edge_stitch(b, curve([Corner(0.64, 0.69), (0.655, 0.57), (0.74, 0.47), Corner(0.84, 0.435)]), 0.010)
    cuff = np.vstack([curve([Corner(0.56, 0.165), (0.69, 0.17), Corner(0.826, 0.158)]),
        curve([Corner(0.826, 0.225), (0.70, 0.235), Corner(0.56, 0.228)])])
    b.sheet.panel(cuff, b.material_of("suede", shifted(b.lab, -12 if b.lab[0] > 35 else 16)), puff=1.4, cast=0.35)
    for k in range(7):
        t = k / 6
        b.snap(0.595 - 0.135 * t**1.7, 0.255 + 0.235 * t, 0.008, lab=BRASS)
    _laces(b, (0.562, 0.255), (0.44, 0.485), count=7, span=0.066, lab=(62, 10, 34) if b.lab[0] < 70 else HORN)
    _bow(b, 0.585, 0.21, (62, 10, 34) if b.lab[0] < 70 else HORN)
    b.folds([(0.60, 0.43), (0.68, 0.45), (0.76, 0.43)], [(0.32, 0.55), (0.345, 0.60), (0.33, 0.65)], width=0.022,
        depth=0.18)
    b.sheet.gleam(paths.ellipse(0.21, 0.60, 0.055, 0.014, turn=-18), strength=0.3 if b.material == "leather" else 0.1,
        blur=0.010)
    _boot_sole(b, lab=(24, 2, 3), lug=True)
    welt = curve([(0.108, 0.678), (0.4, 0.69), (0.845, 0.676)])
    b.sheet.panel(paths.band(welt, 0.012), _rubber(b, (62, 12, 32)), puff=0.4, cast=0.2)
    b.sheet.stitch(paths.offset(welt, 0.006), rgb((90, 2, 20)), dash=0.006, gap=0.005)


def heels(b: Bench) -> None:
    """Pointed pumps."""
    block = b.maybe(0.45)
    spike = curve([Corner(0.765, 0.42), (0.80, 0.52), Corner(0.845, 0.745), Corner(0.868, 0.745), (0.872, 0.55),
        Corner(0.88, 0.40)], closed=True)
    if block:
        spike = curve([Corner(0.735, 0.44), (0.765, 0.58), Corner(0.775, 0.745), Corner(0.88, 0.745), (0.885, 0.58),
            Corner(0.885, 0.42)], closed=True)
    b.sheet.panel(spike, b.cloth, puff=1.0)
    inside = curve([Corner(0.33, 0.625), (0.45, 0.585), (0.62, 0.47), (0.76, 0.352), Corner(0.878, 0.275),
        (0.80, 0.43), (0.62, 0.58), (0.45, 0.655)], closed=True)
    b.sheet.panel(inside, b.material_of("leather", (78, 6, 18)), level=0.86, cast=0)
    upper = np.vstack([curve([Corner(0.07, 0.722), (0.16, 0.668), (0.26, 0.628), Corner(0.335, 0.612)]),
        curve([Corner(0.335, 0.612), (0.41, 0.645), (0.53, 0.595), (0.67, 0.47), (0.78, 0.365),
        Corner(0.878, 0.265)]), curve([Corner(0.878, 0.265), (0.905, 0.34), Corner(0.888, 0.43)]),
        curve([Corner(0.888, 0.43), (0.78, 0.475), (0.64, 0.60), (0.50, 0.71), (0.40, 0.738), Corner(0.09, 0.738)])])
    b.sheet.panel(upper, b.cloth, puff=1.2)
    edge = curve([Corner(0.335, 0.612), (0.41, 0.645), (0.53, 0.595), (0.67, 0.47), (0.78, 0.365),
        Corner(0.878, 0.265)])
    b.sheet.seam(paths.offset(edge, 0.007), depth=0.2)
    sole = curve([Corner(0.075, 0.735), (0.40, 0.742), (0.51, 0.714), (0.65, 0.604), (0.78, 0.482),
        Corner(0.885, 0.435), (0.79, 0.50), (0.66, 0.62), (0.52, 0.728), Corner(0.41, 0.754), Corner(0.10, 0.750)],
        closed=True)
    b.sheet.panel(sole, _rubber(b, (62, 12, 26) if b.lab[0] > 30 else (30, 5, 6)), puff=0.3, cast=0.25, soft=0.4)
    b.sheet.gleam(paths.ellipse(0.25, 0.665, 0.07, 0.010, turn=-20), strength=0.45, blur=0.010)
    b.sheet.gleam(paths.ellipse(0.80, 0.39, 0.07, 0.010, turn=-44), strength=0.35, blur=0.010)


# -- from above --------------------------------------------------------------------------------------------------------


def _footprint(*, top: float = 0.115, low: float = 0.885, width: float = 0.135, toe: float = 0.5) -> Points:
    """The outline of a right shoe from above; toe < 0.5 is pointed."""
    a = _AX
    return curve(
        [(a - 0.012, top), (a + width * (0.38 + toe * 0.5), top + 0.045), (a + width * 0.98, top + 0.19),
            (a + width * 0.94, top + 0.33), (a + width * 0.74, 0.60), (a + width * 0.70, low - 0.11),
            (a + width * 0.42, low - 0.018), (a, low), (a - width * 0.42, low - 0.018),
            (a - width * 0.68, low - 0.11), (a - width * 0.62, 0.60), (a - width * 0.82, top + 0.33),
            (a - width * 0.9, top + 0.19), (a - width * (0.34 + toe * 0.56), top + 0.05)],
        closed=True,
    )


def _mouth(top: float, *, low: float = 0.865, width: float = 0.078) -> Points:
    a = _AX
    return curve([(a, top), (a + width * 0.86, top + 0.045), (a + width, top + 0.14), (a + width * 0.94, low - 0.12),
        (a + width * 0.6, low - 0.02), (a, low), (a - width * 0.6, low - 0.02), (a - width * 0.94, low - 0.12),
        (a - width, top + 0.14), (a - width * 0.86, top + 0.045)], closed=True)


def _scaled(points: Points, x: float, y: float | None = None) -> Points:
    centre = points.mean(0)
    return centre + (points - centre) * np.array([x, y or x])


def _insole(b: Bench, mouth: Points, lab: Lab) -> None:
    b.sheet.panel(mouth, b.material_of("leather", lab).woven("jersey", depth=0.02, gloss=0.0, crease=0.01),
        level=0.90, puff=-0.2,
        cast=0.0)
    b.sheet.shade(paths.band(np.vstack([mouth, mouth[:1]]), 0.02), depth=0.4, blur=0.012)
    y = mouth[:, 1].max() - 0.12
    b.sheet.panel(paths.rectangle(_AX - 0.03, y, _AX + 0.03, y + 0.03, rounded=0.004),
        b.material_of("leather", shifted(lab, -14)).woven("jersey", depth=0), puff=0.2, cast=0.15)


def _low_shoe(b: Bench, mouth_top: float, *, welt: Lab, toe: float = 0.5, width: float = 0.135,
    insole: Lab = (66, 10, 28)) -> None:
    print_ = _footprint(toe=toe, width=width)
    b.sheet.panel(_scaled(print_, 1.055, 1.014), _rubber(b, welt), puff=0.4)
    b.sheet.panel(print_, b.cloth, puff=1.5, cast=0.3)
    mouth = _mouth(mouth_top)
    b.sheet.panel(_scaled(mouth, 1.13, 1.025), b.cloth, puff=0.9, cast=0.25)
    _insole(b, mouth, insole)


def loafers(b: Bench) -> None:
    _low_shoe(b, 0.43, welt=(22, 2, 2), insole=(64, 11, 28))
    a = _AX
    apron = curve([(a - 0.088, 0.415), (a - 0.088, 0.30), (a - 0.06, 0.205), (a, 0.172), (a + 0.066, 0.205),
        (a + 0.096, 0.30), (a + 0.094, 0.415)])
    b.sheet.fold(apron, width=0.016, depth=0.34)
    b.sheet.stitch(paths.offset(apron, -0.004), b.thread, dash=0.010, gap=0.006, width=0.0035)
    tongue = curve([Corner(a - 0.09, 0.405), (a - 0.07, 0.46), (a, 0.50), (a + 0.075, 0.46), Corner(a + 0.095, 0.405),
        (a, 0.375)], closed=True)
    b.sheet.panel(tongue, b.cloth, puff=0.9, cast=0.4)
    strap = np.vstack([curve([Corner(a - 0.116, 0.372), (a, 0.338), Corner(a + 0.126, 0.372)]),
        curve([Corner(a + 0.122, 0.43), (a, 0.398), Corner(a - 0.112, 0.43)])])
    b.sheet.panel(strap, b.cloth, angle=90, puff=0.8, cast=0.45)
    slot = curve([(a - 0.034, 0.378), (a, 0.372), (a + 0.036, 0.378), (a + 0.018, 0.392), (a - 0.016, 0.392)],
        closed=True)
    if b.maybe(0.35):
        bit = b.material_of("leather", BRASS).woven("jersey", depth=0, crease=0)
        b.sheet.panel(paths.band(curve([(a - 0.06, 0.39), (a, 0.382), (a + 0.062, 0.39)]), -0.014), bit, puff=1.2,
            cast=0.5)
        for x in (a - 0.062, a + 0.064):
            b.sheet.panel(paths.ellipse(x, 0.386, 0.016, 0.022), bit, puff=1.2, cast=0.5,
                holes=[paths.ellipse(x, 0.386, 0.007, 0.013)])
    else:
        b.sheet.panel(slot, b.cloth.toned(-14), level=0.6, cast=0)
    b.sheet.gleam(paths.ellipse(a - 0.05, 0.19, 0.012, 0.045, turn=32),
        strength=0.35 if b.material == "leather" else 0.1, blur=0.012)


def derbies(b: Bench) -> None:
    """Lace-up dress shoes with a toe cap."""
    _low_shoe(b, 0.50, welt=(20, 2, 2), toe=0.30, width=0.125)
    a = _AX
    tongue = curve([Corner(a - 0.045, 0.36), (a - 0.055, 0.46), Corner(a - 0.05, 0.535), (a, 0.55),
        Corner(a + 0.052, 0.535), (a + 0.058, 0.46), Corner(a + 0.048, 0.36)], closed=True)
    b.sheet.panel(tongue, b.cloth, puff=0.8, cast=0.3)
    for side in (-1, 1):
        facing = curve([Corner(a + side * 0.012, 0.348), (a + side * 0.06, 0.345), (a + side * 0.112, 0.40),
            Corner(a + side * 0.105, 0.52), (a + side * 0.078, 0.545), Corner(a + side * 0.034, 0.525),
            (a + side * 0.018, 0.43)], closed=True)
        b.sheet.panel(facing, b.cloth, angle=side * 8, puff=0.7, cast=0.4)
        b.sheet.stitch(curve([(a + side * 0.018, 0.352), (a + side * 0.06, 0.354), (a + side * 0.104, 0.405),
            (a + side * 0.098, 0.515)]), b.thread, dash=0.006, gap=0.004, width=0.002)
    lace = b.material_of("cotton", shifted(b.lab, -8 if b.lab[0] > 25 else 8, 0.6)).woven("fine-rib", depth=0.05,
        crease=0.0)
    for k in range(4):
        y = 0.372 + 0.038 * k
        w = 0.032 + 0.004 * k
        b.sheet.panel(paths.band(curve([(a - w, y), (a, y + 0.006), (a + w, y)]), 0.011), lace, angle=90, puff=1.0,
            cast=0.5, soft=0.5)
    _bow(b, a, 0.505, lace.lab, size=0.85)
    cap = curve([(a - 0.106, 0.262), (a, 0.243), (a + 0.116, 0.262)])
    b.sheet.seam(cap, depth=0.34, width=0.0035)
    for away in (0.007, 0.013):
        b.sheet.stitch(paths.offset(cap, away), b.thread, dash=0.005, gap=0.003, width=0.002)
    b.sheet.gleam(paths.ellipse(a - 0.046, 0.188, 0.010, 0.04, turn=34),
        strength=0.45 if b.material == "leather" else 0.1, blur=0.012)
    b.sheet.gleam(paths.ellipse(a + 0.05, 0.20, 0.012, 0.03, turn=-30),
        strength=0.2 if b.material == "leather" else 0.0, blur=0.012)


def flats(b: Bench) -> None:
    """Ballet flats with a small bow."""
    print_ = _footprint(toe=0.46, width=0.122, top=0.13)
    b.sheet.panel(_scaled(print_, 1.025, 1.008), _rubber(b, (60, 10, 24)), puff=0.3)
    b.sheet.panel(print_, b.cloth, puff=1.4, cast=0.3)
    mouth = _mouth(0.305, width=0.082, low=0.862)
    b.sheet.panel(_scaled(mouth, 1.13, 1.024), b.cloth.toned(-5), puff=1.2, cast=0.2)
    _insole(b, mouth, (80, 6, 18))
    for k in range(9):
        x = _AX - 0.06 + 0.015 * k
        b.folds([(x, 0.298 + abs(x - _AX) * 0.35), (_AX + (x - _AX) * 1.25, 0.262 + abs(x - _AX) * 0.35)],
            width=0.009, depth=0.16)
    for side in (-1, 1):
        loop = curve([Corner(_AX, 0.285), (_AX + side * 0.03, 0.262), (_AX + side * 0.055, 0.275),
            (_AX + side * 0.05, 0.305), (_AX + side * 0.024, 0.30)], closed=True)
        b.sheet.panel(loop, b.cloth, puff=1.0, cast=0.5)
    b.sheet.panel(paths.ellipse(_AX, 0.286, 0.009, 0.011), b.cloth, puff=1.2, cast=0.4)
    b.sheet.gleam(paths.ellipse(_AX - 0.045, 0.20, 0.010, 0.03, turn=30), strength=0.3, blur=0.012)


def _bed(b: Bench, lab: Lab, *, cork: bool = True, toe: float = 0.56) -> None:
    print_ = _footprint(toe=toe, width=0.132)
    b.sheet.panel(_scaled(print_, 1.03, 1.012), _rubber(b, (34, 6, 10)), puff=0.3)
    bed = b.material_of("suede", lab)
    b.sheet.panel(print_, bed, puff=0.8, cast=0.2)
    b.sheet.shade(paths.ellipse(_AX + 0.004, 0.33, 0.07, 0.11), depth=0.12, blur=0.03)
    b.sheet.shade(paths.ellipse(_AX, 0.75, 0.05, 0.07), depth=0.12, blur=0.03)
    b.sheet.seam(np.vstack([ring := _scaled(print_, 0.88, 0.95), ring[:1]]), depth=0.12)


def sandals(b: Bench) -> None:
    """Two wide straps with buckles on a footbed."""
    _bed(b, (66, 9, 26))
    for y, lean in ((0.265, 0.02), (0.425, -0.012)):
        strap = np.vstack([curve([Corner(_AX - 0.136, y + lean), (_AX, y - 0.03), Corner(_AX + 0.142, y - lean)]),
            curve([Corner(_AX + 0.14, y + 0.088 - lean), (_AX, y + 0.07), Corner(_AX - 0.13, y + 0.088 + lean)])])
        b.sheet.panel(strap, b.cloth, angle=90, puff=0.9, cast=0.55, reach=0.02)
        b.hem(curve([(_AX - 0.13, y + 0.008 + lean), (_AX, y - 0.022), (_AX + 0.136, y + 0.008 - lean)]), away=0.002)
        metal = b.material_of("leather", BRASS).woven("jersey", depth=0, crease=0)
        x, v = _AX + 0.072, y + 0.028 - lean * 0.5
        b.sheet.panel(paths.rectangle(x - 0.026, v - 0.026, x + 0.026, v + 0.026, rounded=0.007), metal,
            holes=[paths.rectangle(x - 0.017, v - 0.017, x + 0.017, v + 0.017)], cast=0.5, soft=0.3)
        b.sheet.panel(paths.rectangle(x - 0.028, v - 0.003, x + 0.016, v + 0.003), metal, cast=0.4, soft=0.2)
        for k in range(3):
            b.sheet.ink([paths.line((x - 0.052 - 0.022 * k, v), (x - 0.051 - 0.022 * k, v))], rgb((18, 0, 0)),
                width=0.006)


def strap_sandals(b: Bench) -> None:
    """Fine straps and an ankle buckle."""
    _bed(b, (78, 6, 18), cork=False, toe=0.48)
    for nodes in ([(_AX - 0.118, 0.30), (_AX, 0.25), (_AX + 0.126, 0.29)],
        [(_AX - 0.106, 0.40), (_AX, 0.345), (_AX + 0.12, 0.385)]):
        b.sheet.panel(paths.band(curve(nodes), 0.026), b.cloth, angle=90, puff=1.0, cast=0.5, reach=0.018)
    ankle = curve([(_AX - 0.092, 0.70), (_AX - 0.105, 0.60), (_AX, 0.545), (_AX + 0.112, 0.60), (_AX + 0.098, 0.70)])
    b.sheet.panel(paths.band(ankle, 0.024), b.cloth, angle=90, puff=1.0, cast=0.5, reach=0.018)
    link = curve([(_AX, 0.36), (_AX + 0.004, 0.45), (_AX, 0.55)])
    b.sheet.panel(np.vstack([paths.offset(link, -0.011), paths.offset(link, 0.011)[::-1]]), b.cloth, puff=1.0,
        cast=0.5, reach=0.018)
    metal = b.material_of("leather", BRASS).woven("jersey", depth=0, crease=0)
    x, y = _AX + 0.092, 0.605
    b.sheet.panel(paths.rectangle(x - 0.017, y - 0.019, x + 0.017, y + 0.019, rounded=0.005), metal,
        holes=[paths.rectangle(x - 0.010, y - 0.012, x + 0.010, y + 0.012)], cast=0.5, soft=0.3)
    b.sheet.panel(curve([(_AX - 0.068, 0.80), (_AX - 0.05, 0.868), (_AX, 0.888), (_AX + 0.05, 0.868),
        (_AX + 0.07, 0.80), (_AX + 0.04, 0.845), (_AX, 0.858), (_AX - 0.04, 0.845)], closed=True), b.cloth, puff=1.0,
        cast=0.4)


def slippers(b: Bench) -> None:
    """Closed-toe house slippers, soft inside."""
    _bed(b, (88, 1, 8), toe=0.6)
    print_ = _footprint(toe=0.6, width=0.138)
    upper = print_[print_[:, 1] < 0.52]
    order = np.argsort(np.arctan2(upper[:, 1] - 0.62, upper[:, 0] - _AX))
    edge = upper[order]
    lip = curve([Corner(float(edge[-1, 0]), float(edge[-1, 1])), (_AX + 0.05, 0.475), (_AX, 0.462),
        (_AX - 0.05, 0.475), Corner(float(edge[0, 0]), float(edge[0, 1]))])
    b.sheet.panel(np.vstack([edge, lip]), b.cloth, puff=1.5, cast=0.6, reach=0.024)
    cuff = np.vstack([lip + np.array([0, -0.022]), lip[::-1] + np.array([0, 0.016])])
    b.sheet.panel(cuff, b.material_of("fleece", (92, 1, 8)), puff=1.4, cast=0.5)
    b.folds([(_AX - 0.07, 0.40), (_AX, 0.385), (_AX + 0.08, 0.40)],
        [(_AX - 0.05, 0.30), (_AX, 0.285), (_AX + 0.06, 0.3)], width=0.03, depth=0.08)
