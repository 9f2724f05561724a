# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Hats and accessories, and what is worn under or for swimming."""

from __future__ import annotations

import math

import numpy as np

from catalog.colour import LAB, Lab, rgb, shifted
from training.flatlay import paths
from training.flatlay.bench import BRASS, HORN, STEEL, Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, curve

C = 0.5


def _metal(b: Bench, lab: Lab) -> Cloth:
    return b.material_of("leather", lab).woven("jersey", depth=0.0, crease=0.0, gloss=0.8)


def cap(b: Bench) -> None:
    """A six-panel cap from the front, a little from above."""
    brim_cloth = b.trim()
    crown = curve([Corner(0.17, 0.60), (0.175, 0.42), (0.28, 0.25), (C, 0.19), (0.72, 0.25), (0.825, 0.42),
        Corner(0.83, 0.60), (C, 0.55)], closed=True)
    b.sheet.panel(crown, b.cloth, puff=1.3)
    for x in (0.0, -0.155, 0.155):
        seam = curve([(C + x * 1.3, 0.575 if x else 0.56), (C + x * 1.15, 0.38), (C + x * 0.1, 0.195)])
        b.sheet.seam(seam, depth=0.24)
        for side in (-1, 1):
            b.sheet.stitch(paths.offset(seam, side * 0.008), b.thread, width=0.0022)
    for x in (-0.11, 0.11, -0.25, 0.25):
        b.sheet.panel(paths.ellipse(C + x, 0.335 + abs(x) * 0.25, 0.009, 0.009), b.cloth.toned(-10), puff=-0.6,
            cast=0.0)
    b.sheet.panel(paths.ellipse(C, 0.192, 0.02, 0.012), brim_cloth, puff=1.3, cast=0.4)
    if b.motif or b.maybe(0.5):
        from training.flatlay import motifs

        motifs.print_on(b, C, 0.42, 0.07)
    brim = curve([Corner(0.168, 0.592), (0.32, 0.535), (C, 0.52), (0.68, 0.535), Corner(0.832, 0.592), (0.865, 0.68),
        (0.76, 0.785), (C, 0.82), (0.24, 0.785), (0.135, 0.68)], closed=True)
    b.sheet.panel(brim, brim_cloth, puff=1.2, cast=0.55, reach=0.024)
    for k in range(5):
        s = 1 - 0.09 * k
        arc = curve([(C - 0.325 * s, 0.66 - 0.01 * k), (C - 0.24 * s, 0.775 - 0.035 * k), (C, 0.805 - 0.038 * k),
            (C + 0.24 * s, 0.775 - 0.035 * k), (C + 0.325 * s, 0.66 - 0.01 * k)])
        b.sheet.stitch(arc, b.thread, dash=0.008, gap=0.0045, width=0.0022)


def bucket_hat(b: Bench) -> None:
    brim = curve([Corner(0.10, 0.70), (0.19, 0.56), (0.27, 0.48), (C, 0.45), (0.73, 0.48), (0.81, 0.56),
        Corner(0.90, 0.70), (0.78, 0.775), (C, 0.80), (0.22, 0.775)], closed=True)
    crown = curve([Corner(0.255, 0.565), (0.28, 0.36), (0.33, 0.245), (C, 0.215), (0.67, 0.245), (0.72, 0.36),
        Corner(0.745, 0.565), (C, 0.61)], closed=True)
    b.sheet.panel(brim, b.cloth, puff=1.2)
    b.sheet.shade(curve([(0.26, 0.56), (C, 0.60), (0.74, 0.56), (0.78, 0.60), (C, 0.645), (0.22, 0.60)], closed=True),
        depth=0.3, blur=0.02)
    for k in range(6):
        t = 0.16 + 0.14 * k
        line = curve([(0.255 - 0.145 * t, 0.565 + 0.135 * t), (0.38, 0.60 + 0.17 * t), (C, 0.61 + 0.18 * t),
            (0.62, 0.60 + 0.17 * t), (0.745 + 0.145 * t, 0.565 + 0.135 * t)])
        b.sheet.stitch(line, b.thread, dash=0.009, gap=0.004, width=0.0022)
    b.sheet.panel(crown, b.cloth, puff=1.4, cast=0.4)
    b.sheet.seam(curve([(0.318, 0.272), (C, 0.31), (0.682, 0.272)]), depth=0.26)
    b.hem(curve([(0.318, 0.272), (C, 0.31), (0.682, 0.272)]), away=0.008)
    for side in (1, -1):
        for y in (0.44, 0.475):
            b.snap(C + side * 0.16, y, 0.0075, lab=STEEL)
        b.folds([(C + side * 0.2, 0.33), (C + side * 0.17, 0.42), (C + side * 0.19, 0.54)], width=0.03, depth=0.14)


def fedora(b: Bench) -> None:
    """A felt hat with a ribbon."""
    brim = curve([(0.08, 0.655), (0.22, 0.59), (C, 0.565), (0.78, 0.59), (0.92, 0.655), (0.80, 0.735), (C, 0.765),
        (0.20, 0.735)], closed=True)
    b.sheet.panel(brim, b.cloth, puff=1.0)
    crown = curve([Corner(0.272, 0.645), (0.285, 0.46), (0.325, 0.30), (0.40, 0.245), (C, 0.285), (0.60, 0.245),
        (0.675, 0.30), (0.715, 0.46), Corner(0.728, 0.645), (C, 0.69)], closed=True)
    b.sheet.panel(crown, b.cloth, puff=1.6, cast=0.55)
    b.sheet.fold(curve([(C, 0.29), (C + 0.006, 0.36), (C, 0.44)]), width=0.05, depth=0.3)
    for side in (1, -1):
        b.sheet.fold(curve([(C + side * 0.125, 0.30), (C + side * 0.11, 0.40), (C + side * 0.14, 0.48)]), width=0.05,
            depth=0.22)
    ribbon = np.vstack([curve([Corner(0.281, 0.55), (C, 0.598), Corner(0.719, 0.55)]),
        curve([Corner(0.728, 0.64), (C, 0.688), Corner(0.272, 0.64)])])
    band = b.material_of("silk", b.colours[1] if len(b.colours) > 1 else shifted(b.lab, -22 if b.lab[0] > 38 else 20,
        0.8)).woven("fine-rib", depth=0.04, crease=0.0)
    b.sheet.panel(ribbon, band, puff=0.7, cast=0.35)
    bow = curve([Corner(0.30, 0.565), (0.345, 0.548), Corner(0.40, 0.585), Corner(0.40, 0.655), (0.345, 0.64),
        Corner(0.30, 0.645)], closed=True)
    b.sheet.panel(bow, band, puff=1.0, cast=0.45)
    b.sheet.panel(paths.rectangle(0.338, 0.56, 0.358, 0.655, rounded=0.006), band, puff=1.0, cast=0.45)


def beanie(b: Bench) -> None:
    rib = b.cloth.woven("rib", depth=0.14, scale=1.5) if b.pattern == "solid" else b.cloth
    body = curve([Corner(0.215, 0.62), (0.215, 0.42), (0.31, 0.245), (C, 0.19), (0.69, 0.245), (0.785, 0.42),
        Corner(0.785, 0.62)], closed=True)
    b.sheet.panel(body, rib, puff=1.6)
    for k in range(-3, 4):
        b.sheet.fold(curve([(C + k * 0.012, 0.20), (C + k * 0.05, 0.27), (C + k * 0.075, 0.38)]), width=0.02,
            depth=0.14)
    cuff = curve([Corner(0.195, 0.565), (C, 0.545), Corner(0.805, 0.565), (0.815, 0.68), Corner(0.80, 0.785),
        (C, 0.805), Corner(0.20, 0.785), (0.185, 0.68)], closed=True)
    b.sheet.panel(cuff, rib.plain(), puff=1.3, cast=0.5, reach=0.02)
    tag = b.material_of("leather", (48, 14, 28)) if b.lab[0] > 25 else b.material_of("cotton", LAB["ivory"])
    b.sheet.panel(paths.rectangle(0.455, 0.69, 0.545, 0.755, rounded=0.006), tag, puff=0.3, cast=0.35)
    if b.maybe(0.4):
        for a in np.linspace(0, 2 * math.pi, 20, endpoint=False):
            b.sheet.panel(paths.ellipse(C + 0.05 * math.cos(a), 0.15 + 0.05 * math.sin(a), 0.026, 0.026),
                b.cloth.woven("curls", depth=0.2), puff=0.6, cast=0.15)
        b.sheet.panel(paths.ellipse(C, 0.15, 0.058, 0.058), b.cloth.woven("curls", depth=0.2), puff=0.9, cast=0.15)


def scarf(b: Bench) -> None:
    """A scarf folded once, its ends side by side with fringes."""
    for x0, lean, low in ((0.52, 0.035, 0.80), (0.30, -0.02, 0.845)):
        strip = np.vstack([curve([Corner(x0 - 0.01, 0.20), (x0 + lean * 0.5, 0.5), Corner(x0 + lean, low)]),
            curve([Corner(x0 + lean + 0.185, low - 0.004), (x0 + 0.19 + lean * 0.5, 0.5), Corner(x0 + 0.185, 0.20)])])
        for k in range(19):
            x = x0 + lean + 0.006 + 0.0095 * k
            tuft = curve([(x, low - 0.01), (x + b.rng.uniform(-0.004, 0.004), low + 0.035),
                (x + b.rng.uniform(-0.008, 0.008), low + b.rng.uniform(0.062, 0.075))])
            b.sheet.panel(paths.band(tuft, 0.0062), b.cloth.plain(), puff=0.8, cast=0.25, soft=0.2)
        b.sheet.panel(strip, b.cloth, angle=-lean * 60, puff=0.9, cast=0.45, reach=0.018)
        for k in range(3):
            x = x0 + 0.04 + 0.05 * k
            b.folds([(x, 0.24), (x + lean * 0.5 + b.rng.uniform(-0.012, 0.012), 0.5), (x + lean, low - 0.03)],
                width=0.03, depth=0.14)
    loop = curve([Corner(0.275, 0.23), (0.29, 0.13), (0.40, 0.085), (C, 0.082), (0.61, 0.085), (0.715, 0.13),
        Corner(0.725, 0.23), (0.66, 0.265), (C, 0.225), (0.34, 0.265)], closed=True)
    b.sheet.panel(loop, b.cloth, angle=0, puff=1.4, cast=0.5, reach=0.02)
    for k in range(4):
        y = 0.12 + 0.03 * k
        b.folds([(0.31 + 0.01 * k, y + 0.03), (C, y - 0.012), (0.69 - 0.01 * k, y + 0.03)], width=0.022, depth=0.18)


def silk_scarf(b: Bench) -> None:
    """A square folded to a triangle, border in the second colour."""
    edge = b.material_of("silk", b.colours[1] if len(b.colours) > 1 else shifted(b.lab, -30 if b.lab[0] > 50 else 34))
    under = np.array([(0.12, 0.30), (0.90, 0.27), (0.54, 0.83)])
    b.sheet.panel(under, edge, puff=0.7)
    upper = np.array([(0.10, 0.25), (0.885, 0.24), (0.47, 0.79)])
    b.sheet.panel(upper, edge, puff=0.6, cast=0.45)
    inner = upper.mean(0) + (upper - upper.mean(0)) * 0.83
    light = b.sheet.light.copy()
    b.sheet.panel(inner, b.cloth, puff=0, cast=0, edge=0, crease=0, soft=0.4)
    b.sheet.light = light
    b.folds([(0.30, 0.26), (0.40, 0.42), (0.46, 0.70)], [(0.55, 0.25), (0.52, 0.45), (0.48, 0.68)],
        [(0.72, 0.25), (0.62, 0.40), (0.52, 0.62)], [(0.18, 0.27), (0.33, 0.40), (0.42, 0.60)], width=0.045,
        depth=0.18)


def belt(b: Bench) -> None:
    """A belt laid in a loose coil."""
    t = np.linspace(0.15 * math.pi, 2.72 * math.pi, 90)
    r = 0.33 - 0.046 * (t / math.pi)
    line = np.column_stack([C + r * np.cos(t) * 1.08, 0.52 + r * np.sin(t) * 0.82])[::-1]
    strip = np.vstack([paths.offset(line, -0.024), paths.offset(line, 0.024)[::-1]])
    shadowed = strip
    b.sheet.panel(shadowed, b.cloth, puff=1.1, cast=0.5)
    for side in (-1, 1):
        b.sheet.stitch(paths.offset(line, side * 0.017), b.thread, dash=0.008, gap=0.005, width=0.0022)
    for k in range(5):
        x, y = paths.along(line, 0.06 + 0.028 * k)
        b.sheet.ink([paths.line((x, y), (x + 0.001, y))], rgb((10, 0, 0)), width=0.009)
    x, y = paths.along(line, 0.985)
    metal = _metal(b, BRASS if b.maybe(0.5) else STEEL)
    frame = paths.turned(paths.rectangle(x - 0.055, y - 0.042, x + 0.042, y + 0.042, rounded=0.014), 62, about=(x, y))
    hole = paths.turned(paths.rectangle(x - 0.042, y - 0.029, x + 0.028, y + 0.029, rounded=0.008), 62, about=(x, y))
    b.sheet.panel(frame, metal, holes=[hole], puff=1.0, cast=0.55, soft=0.4)
    b.sheet.panel(paths.turned(paths.rectangle(x - 0.052, y - 0.005, x + 0.034, y + 0.005, rounded=0.004), 62,
        about=(x, y)), metal, cast=0.5, soft=0.2)
    x, y = paths.along(line, 0.925)
    keeper = paths.turned(paths.rectangle(x - 0.013, y - 0.033, x + 0.013, y + 0.033, rounded=0.006), 28,
        about=(x, y))
    b.sheet.panel(keeper, b.cloth, puff=0.9, cast=0.5)


def tie(b: Bench) -> None:
    blade = curve([Corner(0.472, 0.20), Corner(0.53, 0.20), (0.55, 0.5), Corner(0.592, 0.83), Corner(0.512, 0.935),
        Corner(0.428, 0.83), (0.455, 0.5)], closed=True)
    tail = curve([Corner(0.515, 0.20), Corner(0.545, 0.20), (0.58, 0.45), Corner(0.625, 0.70), Corner(0.596, 0.752),
        Corner(0.562, 0.71)], closed=True)
    cloth = b.cloth.rotated(42)
    b.sheet.panel(tail, cloth.toned(-6) if not cloth.layers else cloth, puff=0.7, angle=-8)
    b.sheet.panel(blade, cloth, puff=0.9, cast=0.5)
    loop = curve([Corner(0.44, 0.115), (0.40, 0.085), (0.395, 0.06), (C, 0.05), (0.605, 0.06), (0.60, 0.085),
        Corner(0.56, 0.115), (C, 0.10)], closed=True)
    b.sheet.panel(loop, cloth, puff=0.9, angle=90)
    knot = curve([Corner(0.432, 0.095), (C, 0.082), Corner(0.568, 0.095), (0.552, 0.16), Corner(0.532, 0.222),
        (C, 0.232), Corner(0.47, 0.222), (0.448, 0.16)], closed=True)
    b.sheet.panel(knot, cloth.rotated(-84), puff=1.1, cast=0.55)
    b.folds([(0.505, 0.235), (0.503, 0.30), (0.508, 0.40)], width=0.016, depth=0.26)
    b.folds([(0.46, 0.12), (0.49, 0.16), (0.485, 0.21)], width=0.014, depth=0.14)


def sunglasses(b: Bench) -> None:
    round_ = b.maybe(0.4)
    frame = b.material_of("leather", b.lab).woven("jersey", depth=0.0, crease=0.0)
    glass_lab: Lab = (28, 2, 4) if b.maybe(0.6) else (38, 6, 16)
    for side in (1, -1):
        temple = curve([(C + side * 0.37, 0.42), (C + side * 0.345, 0.33), (C + side * 0.20, 0.292),
            (C + side * 0.06, 0.302)])
        b.sheet.panel(np.vstack([paths.offset(temple, -0.010), paths.offset(temple, 0.010)[::-1]]), frame.toned(-3),
            puff=1.0, cast=0.0)
    for flip in (False, True):
        if round_:
            outer, inner = paths.ellipse(C + 0.205, 0.51, 0.152, 0.146), paths.ellipse(C + 0.205, 0.51, 0.13, 0.124)
        else:
            outer = curve([(C + 0.055, 0.44), (C + 0.16, 0.395), (C + 0.34, 0.385), (C + 0.395, 0.42),
                (C + 0.36, 0.565), (C + 0.26, 0.635), (C + 0.13, 0.61), (C + 0.065, 0.53)], closed=True)
            inner = outer.mean(0) + (outer - outer.mean(0)) * 0.83
        if flip:
            outer, inner = paths.mirrored(outer), paths.mirrored(inner)
        lens_cloth = b.material_of("leather", glass_lab).woven("jersey", depth=0.0, crease=0.0, gloss=0.9)
        b.sheet.panel(inner, lens_cloth, puff=0.3, cast=0, soft=0.4)
        x = float(inner[:, 0].mean())
        b.sheet.tint(paths.ellipse(x, 0.60, 0.12, 0.06), rgb(shifted(glass_lab, 26, 1.3)), strength=0.55, blur=0.035)
        b.sheet.gleam(np.array([(x - 0.075, 0.45), (x - 0.03, 0.425), (x - 0.075, 0.56), (x - 0.105, 0.54)]),
            strength=0.7, blur=0.006)
        b.sheet.panel(outer, frame, holes=[inner], puff=1.2, cast=0.35, reach=0.01, soft=0.4)
    bridge = np.vstack([curve([(C - 0.075, 0.475), (C, 0.445), (C + 0.075, 0.475)]),
        curve([(C + 0.07, 0.505), (C, 0.472), (C - 0.07, 0.505)])])
    b.sheet.panel(bridge, frame, puff=1.1, cast=0.2)
    for side in (1, -1):
        b.snap(C + side * (0.352 if round_ else 0.372), 0.44 if not round_ else 0.505, 0.006, lab=STEEL)


def watch(b: Bench) -> None:
    metal = BRASS if b.maybe(0.5) else STEEL
    for y0, y1, s in ((0.30, 0.055, -1), (0.70, 0.945, 1)):
        strap = curve([Corner(0.425, y0), (0.437, (y0 + y1) / 2), Corner(0.447, y1 - s * 0.012), (C, y1 + s * 0.012),
            Corner(0.553, y1 - s * 0.012), (0.563, (y0 + y1) / 2), Corner(0.575, y0)], closed=True)
        b.sheet.panel(strap, b.cloth, puff=1.1)
        for side in (1, -1):
            b.sheet.stitch(curve([(C + side * 0.062, y0), (C + side * 0.052, (y0 + y1) / 2),
                (C + side * 0.042, y1 - s * 0.03)]), b.thread, width=0.0024)
    for k in range(5):
        b.sheet.panel(paths.ellipse(C, 0.80 + 0.026 * k, 0.006, 0.007), b.cloth.toned(-14), puff=-0.5, cast=0.0)
    buckle = paths.rectangle(0.428, 0.035, 0.572, 0.085, rounded=0.012)
    b.sheet.panel(buckle, _metal(b, metal), holes=[paths.rectangle(0.445, 0.05, 0.555, 0.07, rounded=0.006)],
        cast=0.4, soft=0.3)
    b.sheet.panel(paths.rectangle(0.422, 0.185, 0.578, 0.212, rounded=0.008), b.cloth, puff=0.9, cast=0.5)
    b.sheet.panel(paths.rectangle(0.685, 0.482, 0.722, 0.518, rounded=0.008), _metal(b, metal), cast=0.3)
    for side in (1, -1):
        for s in (1, -1):
            lug = paths.rectangle(C + side * 0.078 - 0.016, 0.5 + s * 0.145, C + side * 0.078 + 0.016,
                0.5 + s * 0.225, rounded=0.008)
            b.sheet.panel(lug, _metal(b, metal), cast=0.3, soft=0.4)
    b.sheet.panel(paths.ellipse(C, 0.5, 0.19, 0.19, count=72), _metal(b, metal), puff=1.6, cast=0.5, soft=0.3)
    dial_lab: Lab = (95, 0, 3) if b.maybe(0.6) else (20, 2, -10)
    dial = b.material_of("synthetic", dial_lab).woven("jersey", depth=0.0, crease=0.0, gloss=0.1)
    b.sheet.panel(paths.ellipse(C, 0.5, 0.16, 0.16, count=72), dial, puff=-0.25, cast=0.0, soft=0.3)
    b.sheet.shade(paths.band(np.vstack([ring := paths.ellipse(C, 0.5, 0.16, 0.16, count=72), ring[:1]]), 0.012),
        depth=0.25, blur=0.008)
    ink = rgb((15, 0, 0) if dial_lab[0] > 50 else (92, 0, 4))
    marks = []
    for k in range(12):
        a = k * math.pi / 6
        marks.append(paths.line((C + 0.128 * math.sin(a), 0.5 - 0.128 * math.cos(a)),
            (C + 0.146 * math.sin(a), 0.5 - 0.146 * math.cos(a))))
    b.sheet.ink(marks, ink, width=0.005)
    b.sheet.ink([paths.line((C, 0.5), (C - 0.066, 0.455))], ink, width=0.009, raised=0.2)
    b.sheet.ink([paths.line((C, 0.5), (C + 0.066, 0.405))], ink, width=0.006, raised=0.2)
    b.sheet.ink([paths.line((C - 0.01, 0.53), (C + 0.02, 0.385))], rgb((52, 60, 45)), width=0.003, raised=0.1)
    b.snap(C, 0.5, 0.009, lab=metal)
    b.sheet.gleam(np.array([(0.40, 0.43), (0.46, 0.375), (0.43, 0.50), (0.39, 0.52)]), strength=0.12, blur=0.02)


def socks(b: Bench) -> None:
    trim = b.trim(LAB["white"] if b.lab[0] < 70 else shifted(b.lab, -18))
    for dx, dy, turn in ((0.09, -0.02, 4), (-0.11, 0.03, -3)):
        def at(nodes: list[paths.Node], dx: float = dx, dy: float = dy, turn: float = turn) -> list[paths.Node]:
            out: list[paths.Node] = []
            for node in nodes:
                x, y = paths.turned(np.array([node[:2]]), turn, about=(0.5, 0.5))[0] + np.array([dx, dy])
                out.append(Corner(float(x), float(y)) if len(node) == 3 else (float(x), float(y)))
            return out

        leg = curve(at([Corner(0.45, 0.13), (0.53, 0.125), Corner(0.615, 0.13), (0.625, 0.35), (0.632, 0.56),
            (0.64, 0.68), (0.60, 0.77), (0.48, 0.81), (0.36, 0.862), (0.27, 0.875), (0.225, 0.83), (0.245, 0.755),
            (0.35, 0.69), (0.44, 0.61), (0.462, 0.5), (0.455, 0.3)]), closed=True)
        b.sheet.panel(leg, b.cloth.woven("fine-rib", depth=0.07, scale=1.2), angle=turn, puff=1.4, cast=0.45,
            reach=0.02)
        toe = curve(at([Corner(0.335, 0.70), (0.372, 0.77), Corner(0.368, 0.862), (0.27, 0.876), (0.224, 0.83),
            (0.245, 0.755)]), closed=True)
        b.sheet.panel(toe, trim, puff=1.2, cast=0.1)
        heel = curve(at([Corner(0.634, 0.60), (0.575, 0.66), Corner(0.565, 0.79), (0.615, 0.755), (0.642, 0.68)]),
            closed=True)
        b.sheet.panel(heel, trim, puff=1.0, cast=0.1)
        cuff = curve(at([Corner(0.446, 0.118), (0.53, 0.112), Corner(0.619, 0.118), Corner(0.624, 0.235),
            (0.54, 0.232), Corner(0.45, 0.235)]), closed=True)
        b.ribbed(cuff, angle=turn)
        for y in (0.265, 0.295):
            b.sheet.panel(paths.band(curve(at([(0.454, y), (0.54, y - 0.003), (0.625, y)])), 0.014), trim, puff=0.2,
                cast=0, edge=0.3)
        b.folds(at([(0.47, 0.60), (0.53, 0.625), (0.58, 0.615)]), at([(0.45, 0.64), (0.52, 0.67), (0.56, 0.665)]),
            width=0.02, depth=0.2)


def necklace(b: Bench) -> None:
    """A fine chain with a pendant and a pair of hoops."""
    metal = _metal(b, b.lab)
    line = curve([(0.27, 0.10), (0.235, 0.30), (0.33, 0.52), (C, 0.62), (0.67, 0.52), (0.765, 0.30), (0.73, 0.10),
        (C, 0.055), (0.272, 0.098)])
    for k, t in enumerate(np.linspace(0, 1, 104, endpoint=False)):
        x, y = paths.along(line, float(t))
        b.sheet.panel(paths.ellipse(x, y, 0.0085, 0.0058, turn=k * 90 + 20), metal, puff=1.0, cast=0.3, reach=0.006,
            soft=0.2)
    b.sheet.panel(paths.ellipse(C, 0.632, 0.012, 0.016), metal, holes=[paths.ellipse(C, 0.632, 0.006, 0.010)],
        cast=0.4, soft=0.2)
    b.sheet.panel(curve([Corner(C, 0.645), (C + 0.042, 0.705), (C, 0.755), (C - 0.042, 0.705)], closed=True), metal,
        puff=1.6, cast=0.4)
    stone = b.material_of("leather", b.colours[1] if len(b.colours) > 1 else LAB["green"]).woven("jersey", depth=0,
        crease=0, gloss=1.0)
    b.sheet.panel(curve([Corner(C, 0.665), (C + 0.027, 0.705), (C, 0.738), (C - 0.027, 0.705)], closed=True), stone,
        puff=1.2, cast=0)
    for x in (0.33, 0.67):
        b.sheet.panel(paths.ellipse(x, 0.855, 0.062, 0.066), metal, holes=[paths.ellipse(x, 0.857, 0.048, 0.053)],
            puff=1.5, cast=0.3, soft=0.3)


def gloves(b: Bench) -> None:
    for flip in (True, False):
        hand = curve([Corner(0.565, 0.83), (0.56, 0.66), (0.545, 0.52), (0.52, 0.37), (0.527, 0.325), (0.56, 0.33),
            (0.582, 0.46), (0.592, 0.46), (0.592, 0.25), (0.605, 0.205), (0.635, 0.21), (0.645, 0.255), (0.648, 0.45),
            (0.658, 0.45), (0.672, 0.235), (0.69, 0.195), (0.718, 0.205), (0.722, 0.25), (0.712, 0.46),
            (0.722, 0.462), (0.752, 0.30), (0.772, 0.268), (0.797, 0.283), (0.796, 0.33), (0.772, 0.51), (0.79, 0.56),
            (0.83, 0.51), (0.87, 0.475), (0.898, 0.50), (0.88, 0.56), (0.82, 0.665), (0.775, 0.73),
            Corner(0.765, 0.83)], closed=True)
        if flip:
            hand = paths.mirrored(hand)
        b.sheet.panel(hand, b.cloth, puff=1.5)
        side = -1 if flip else 1
        for x0, x1 in ((0.612, 0.607), (0.665, 0.662), (0.716, 0.708)):
            b.sheet.fold(curve([(C + side * (x0 - 0.5), 0.56), (C + side * (x1 - 0.5), 0.66)]), width=0.014,
                depth=0.26)
        cuff = np.array([(C + side * 0.062, 0.775), (C + side * 0.27, 0.775), (C + side * 0.275, 0.89),
            (C + side * 0.058, 0.89)])
        if b.material in ("leather", "suede"):
            b.sheet.panel(cuff, b.cloth, puff=0.9, cast=0.4)
            b.sheet.stitch(paths.line((C + side * 0.07, 0.79), (C + side * 0.262, 0.79)), b.thread)
        else:
            b.ribbed(cuff)
        b.folds([(C + side * 0.08, 0.70), (C + side * 0.15, 0.72), (C + side * 0.24, 0.70)], width=0.022, depth=0.14)


def briefs(b: Bench) -> None:
    body = curve([Corner(0.20, 0.34), (C, 0.355), Corner(0.80, 0.34), (0.82, 0.45), Corner(0.835, 0.565),
        (0.70, 0.60), Corner(0.572, 0.70), (C, 0.712), Corner(0.428, 0.70), (0.30, 0.60), Corner(0.165, 0.565),
        (0.18, 0.45)], closed=True)
    b.sheet.panel(body, b.cloth, puff=1.0)
    for side in (1, -1):
        leg = curve([Corner(C + side * 0.335, 0.565), (C + side * 0.20, 0.60), Corner(C + side * 0.072, 0.70)])
        b.ribbed(paths.band(leg, 0.018 if side > 0 else -0.018))
        b.sheet.seam(curve([(C + side * 0.105, 0.40), (C + side * 0.08, 0.55), (C + side * 0.045, 0.70)]), depth=0.18)
        b.folds([(C + side * 0.29, 0.43), (C + side * 0.2, 0.47), (C + side * 0.12, 0.46)], width=0.026, depth=0.12)
    band = np.vstack([curve([Corner(0.196, 0.285), (C, 0.30), Corner(0.804, 0.285)]),
        curve([Corner(0.806, 0.352), (C, 0.367), Corner(0.194, 0.352)])])
    b.ribbed(band, angle=0, lab=b.colours[1] if len(b.colours) > 1 else None)


def swimsuit(b: Bench) -> None:
    half = np.vstack([curve([Corner(C, 0.30), (C + 0.06, 0.27), Corner(C + 0.075, 0.12)]),
        paths.line((C + 0.105, 0.115)), curve([Corner(C + 0.105, 0.115), (C + 0.105, 0.25), Corner(C + 0.155, 0.33)]),
        curve([Corner(C + 0.155, 0.33), (C + 0.122, 0.5), Corner(C + 0.158, 0.665)]),
        curve([Corner(C + 0.158, 0.665), (C + 0.08, 0.75), Corner(C + 0.036, 0.87)]), paths.line((C, 0.876))])
    back = np.vstack([curve([Corner(C - 0.14, 0.36), (C, 0.33), Corner(C + 0.14, 0.36)]), paths.line((C, 0.5))])
    b.sheet.panel(back, b.lining(), level=0.72, cast=0)
    b.sheet.panel(paths.both_sides(half), b.cloth, puff=1.0)
    for side in (1, -1):
        leg = curve([Corner(C + side * 0.158, 0.665), (C + side * 0.08, 0.75), Corner(C + side * 0.036, 0.87)])
        b.sheet.seam(paths.offset(leg, side * 0.010), depth=0.2)
        b.folds([(C + side * 0.14, 0.42), (C + side * 0.08, 0.46), (C + side * 0.03, 0.45)],
            [(C + side * 0.13, 0.56), (C + side * 0.07, 0.6), (C + side * 0.02, 0.6)], width=0.026, depth=0.12)
    b.sheet.seam(curve([(C + 0.128, 0.5), (C, 0.508), (C - 0.128, 0.5)]), depth=0.14)


def horn_rims(b: Bench) -> None:
    """Optical glasses."""
    frame = b.material_of("leather", b.lab if b.lab[0] < 60 else HORN).woven("jersey", depth=0.0, crease=0.0)
    for side in (1, -1):
        temple = curve([(C + side * 0.37, 0.45), (C + side * 0.345, 0.35), (C + side * 0.20, 0.31),
            (C + side * 0.06, 0.32)])
        b.sheet.panel(np.vstack([paths.offset(temple, -0.009), paths.offset(temple, 0.009)[::-1]]), frame, puff=1.0,
            cast=0.0)
        outer = paths.rectangle(C + side * 0.215 - 0.148, 0.39, C + side * 0.215 + 0.148, 0.615, rounded=0.085)
        inner = paths.rectangle(C + side * 0.215 - 0.129, 0.412, C + side * 0.215 + 0.129, 0.597, rounded=0.07)
        b.sheet.panel(outer, frame, holes=[inner], puff=1.2, cast=0.35, soft=0.4)
        glass = b.material_of("leather", (94, -1, -2)).woven("jersey", depth=0, crease=0)
        alpha = b.sheet.alpha.copy()
        b.sheet.panel(inner, glass, puff=0.1, cast=0, edge=0, soft=0.3)
        b.sheet.alpha = np.maximum(alpha, b.sheet.alpha * 0.22 + alpha * 0.78)
        b.sheet.panel(outer, frame, holes=[inner], puff=1.2, cast=0, soft=0.4)
    bridge = np.vstack([curve([(C - 0.075, 0.475), (C, 0.445), (C + 0.075, 0.475)]),
        curve([(C + 0.07, 0.502), (C, 0.472), (C - 0.07, 0.502)])])
    b.sheet.panel(bridge, frame, puff=1.1, cast=0.2)
