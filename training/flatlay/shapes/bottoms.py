# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""Trousers, shorts and skirts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.colour import rgb, shifted
from training.flatlay import paths
from training.flatlay.bench import BRASS, HORN, Bench
from training.flatlay.paths import Corner, Points, curve
from training.flatlay.shapes.dresses import drape, gathers
from training.flatlay.shapes.tops import _cord

C = 0.5


@dataclass
class Legs:
    """Half widths from the axis and heights; `apart` is the gap between the hems."""

    top: float = 0.07
    waist: float = 0.128
    hip: float = 0.168
    hip_at: float = 0.26
    crotch: float = 0.375
    knee: float = 0.178
    knee_at: float = 0.63
    hem: float = 0.172
    inner_knee: float = 0.055
    inner_hem: float = 0.058
    bottom: float = 0.93
    rise: float = 0.012

    @property
    def outseam(self) -> Points:
        return curve([Corner(C + self.waist, self.top), (C + self.hip, self.hip_at), (C + self.knee, self.knee_at),
            Corner(C + self.hem, self.bottom)])

    @property
    def inseam(self) -> Points:
        return curve([Corner(C + self.inner_hem, self.bottom + 0.006), (C + self.inner_knee, self.knee_at),
            (C + 0.018, self.crotch + 0.05), Corner(C, self.crotch)])

    @property
    def leg(self) -> Points:
        waist = curve([Corner(C - 0.004, self.top + self.rise), Corner(C + self.waist, self.top)])
        return np.vstack([waist, self.outseam[1:], self.inseam, np.array([(C - 0.004, self.crotch - 0.02)])])

    @property
    def hemline(self) -> Points:
        return curve([Corner(C + self.hem, self.bottom), Corner(C + self.inner_hem, self.bottom + 0.006)])


def _lay_legs(b: Bench, legs: Legs, *, puff: float | None = None, level: float = 1.0) -> None:
    back = curve([Corner(C - legs.waist + 0.004, legs.top + 0.004), (C, legs.top + 0.0005),
        Corner(C + legs.waist - 0.004, legs.top + 0.004), (C, legs.top + 0.05)], closed=True)
    b.sheet.panel(back, b.lining(), level=0.72, cast=0, puff=0.2)
    b.label(C, legs.top + 0.001, w=0.036, h=0.010)
    for flip in (True, False):
        outline = paths.mirrored(legs.leg) if flip else legs.leg
        b.sheet.panel(outline, b.cloth, angle=2 if flip else -2, puff=puff, cast=0.3, reach=0.014, level=level)
    b.sheet.seam(paths.line((C, legs.top + 0.05), (C, legs.crotch)), depth=0.24)


def _leg_folds(b: Bench, legs: Legs, *, depth: float = 0.15, knee: bool = True) -> None:
    for side in (1, -1):
        def at(x: float, y: float, side: int = side) -> tuple[float, float]:
            return C + side * x, y

        k = legs.crotch
        b.folds([at(0.012, k - 0.008), at(0.06, k - 0.035), at(0.105, k - 0.04)],
            [at(0.014, k + 0.01), at(0.07, k + 0.012), at(legs.hip * 0.8, k - 0.012)],
            [at(0.02, k + 0.03), at(0.075, k + 0.06), at(legs.hip * 0.75, k + 0.055)], width=0.022, depth=depth)
        if knee:
            y = legs.knee_at
            span = legs.knee - legs.inner_knee
            b.folds([at(legs.inner_knee + 0.01, y), at(legs.inner_knee + span * 0.35, y + 0.02),
                at(legs.inner_knee + span * 0.62, y + 0.012)], [at(legs.knee - 0.008, y + 0.035),
                at(legs.knee - span * 0.35, y + 0.06), at(legs.inner_knee + span * 0.25, y + 0.055)], width=0.02,
                depth=depth * 0.8)
            y = legs.bottom
            b.folds([at(legs.inner_hem + 0.008, y - 0.07), at((legs.inner_hem + legs.hem) / 2, y - 0.05),
                at(legs.hem - 0.03, y - 0.06)], width=0.02, depth=depth * 0.6)


def _creases(b: Bench, legs: Legs, *, depth: float = 0.17) -> None:
    """Pressed creases down the middle of each leg."""
    for side in (1, -1):
        x0, x1 = legs.waist * 0.62, (legs.hem + legs.inner_hem) / 2
        line = curve([(C + side * x0, legs.top + 0.07), (C + side * (legs.hip * 0.6), legs.crotch),
            (C + side * x1, legs.bottom)])
        b.sheet.fold(line, width=0.015, depth=depth)


def _waistband(b: Bench, legs: Legs, *, height: float = 0.034, loops: bool = True, button: str = "snap") -> None:
    t, w = legs.top, legs.waist
    grow = (legs.hip - legs.waist) * 0.16
    upper = curve([Corner(C - w - 0.001, t), (C, t + legs.rise), Corner(C + w + 0.001, t)])
    lower = curve([Corner(C + w + grow, t + height), (C, t + legs.rise + height), Corner(C - w - grow, t + height)])
    b.sheet.panel(np.vstack([upper, lower]), b.cloth.rotated(90 if b.pattern == "solid" else 0), puff=0.4, cast=0.3,
        reach=0.008)
    b.sheet.seam(lower, depth=0.22)
    if loops:
        for x in (-0.095, -0.045, 0.06, 0.105) if w > 0.11 else (-0.08, 0.08):
            y = t + legs.rise * (1 - abs(x) / w) - 0.004
            b.sheet.panel(paths.rectangle(C + x - 0.006, y, C + x + 0.006, y + height + 0.010, rounded=0.002),
                b.cloth, puff=0.7, cast=0.45, reach=0.006)
    y = t + legs.rise + height / 2
    if button == "snap":
        b.snap(C + 0.004, y, 0.0105, lab=BRASS)
    elif button == "button":
        b.button(C + 0.004, y, 0.009, lab=shifted(b.lab, -20 if b.lab[0] > 40 else 24, 0.6))


def _fly(b: Bench, legs: Legs, ink: np.ndarray, *, stitched: bool = True) -> None:
    y0, y1 = legs.top + 0.055, legs.crotch - 0.10
    line = curve([(C + 0.034, y0), (C + 0.033, y1 - 0.035), (C + 0.018, y1 - 0.004), (C + 0.001, y1 + 0.008)])
    if stitched:
        b.sheet.stitch(line, ink)
        b.sheet.stitch(paths.offset(line, 0.006), ink)
    else:
        b.sheet.seam(line, depth=0.10)


def jeans(b: Bench) -> None:
    wide = b.rng.random()
    _jeans(b, Legs(hem=0.132 + 0.035 * wide, knee=0.15 + 0.02 * wide, inner_hem=0.05, inner_knee=0.05))


def wide_jeans(b: Bench) -> None:
    _jeans(b, Legs(hip=0.182, knee=0.225, hem=0.242, inner_knee=0.036, inner_hem=0.036))


def skinny_jeans(b: Bench) -> None:
    _jeans(b, Legs(hip=0.155, waist=0.12, knee=0.122, hem=0.104, inner_knee=0.038, inner_hem=0.04, knee_at=0.64))


def _jeans(b: Bench, legs: Legs) -> None:
    _lay_legs(b, legs)
    indigo = b.material == "denim" and 8 < b.lab[0] < 75
    ink = rgb((62, 22, 50) if indigo else shifted(b.lab, -20 if b.lab[0] > 40 else 18, 0.9))
    if indigo:
        pale = rgb(shifted(b.lab, 24, 0.62))
        strength = b.rng.uniform(0.35, 0.75)
        for side in (1, -1):
            thigh = paths.ellipse(C + side * (legs.hip * 0.52), 0.42, 0.036, 0.17, turn=-side * 3)
            b.sheet.tint(thigh, pale, strength=strength, blur=0.035)
            shin = paths.ellipse(C + side * (legs.knee + legs.inner_knee) / 2, 0.66, 0.024, 0.15)
            b.sheet.tint(shin, pale, strength=strength * 0.6, blur=0.03)
            for k in range(4):  # Whiskers where the hip bends.
                y = 0.285 + 0.022 * k
                mark = curve([(C + side * 0.035, y + 0.03), (C + side * 0.085, y + 0.008),
                    (C + side * legs.hip * 0.82, y - 0.014)])
                b.sheet.tint(paths.lens(mark, 0.012), pale, strength=strength * 0.55, blur=0.005)
    _leg_folds(b, legs)
    for side in (1, -1):
        pocket = curve([(C + side * 0.07, legs.top + 0.05), (C + side * 0.098, legs.top + 0.105),
            (C + side * (legs.hip * 0.93), legs.top + 0.118)])
        b.sheet.seam(pocket, depth=0.4)
        for away in (0.005, 0.011):
            b.sheet.stitch(paths.offset(pocket, away * side), ink)
        b.snap(C + side * 0.073, legs.top + 0.066, 0.0045)
        b.snap(C + side * (legs.hip * 0.90), legs.top + 0.108, 0.0045)
        outer = legs.outseam if side > 0 else paths.mirrored(legs.outseam)[::-1]
        b.sheet.seam(paths.offset(outer, side * 0.007), depth=0.14)
        hem = legs.hemline if side > 0 else paths.mirrored(legs.hemline)[::-1]
        b.sheet.stitch(paths.offset(hem, 0.016 * side), ink)
        b.sheet.seam(paths.offset(hem, 0.018 * side), depth=0.16)
        b.sheet.stitch(paths.part(paths.offset(legs.inseam if side > 0 else paths.mirrored(legs.inseam)[::-1],
            side * 0.005), 0.02, 0.95, 60), ink)
    coin = np.array([(C + 0.083, legs.top + 0.082), (C + 0.128, legs.top + 0.098)])
    b.sheet.stitch(coin, ink)
    _fly(b, legs, ink)
    _waistband(b, legs)
    t = legs.top
    b.sheet.stitch(curve([(C - legs.waist, t + 0.005), (C, t + legs.rise + 0.005), (C + legs.waist, t + 0.005)]), ink)
    b.sheet.stitch(curve([(C - legs.waist, t + 0.029), (C, t + legs.rise + 0.029), (C + legs.waist, t + 0.029)]), ink)


def slacks(b: Bench) -> None:
    """Straight pressed trousers."""
    _slacks(b, Legs(hem=0.162, knee=0.165, inner_hem=0.036, inner_knee=0.034, hip=0.165))


def wide_slacks(b: Bench) -> None:
    _slacks(b, Legs(waist=0.118, hip=0.178, knee=0.215, hem=0.232, inner_knee=0.026, inner_hem=0.028, rise=0.008),
        pleats=2)


def slim_slacks(b: Bench) -> None:
    _slacks(b, Legs(waist=0.122, hip=0.155, knee=0.13, hem=0.108, inner_knee=0.036, inner_hem=0.036, bottom=0.91))


def _slacks(b: Bench, legs: Legs, *, pleats: int = 1) -> None:
    _lay_legs(b, legs)
    _creases(b, legs)
    _leg_folds(b, legs, depth=0.10, knee=False)
    for side in (1, -1):
        for k in range(pleats):
            x = legs.waist * (0.42 + 0.26 * k)
            b.folds([(C + side * x, legs.top + 0.045), (C + side * (x + 0.006), legs.top + 0.12),
                (C + side * (x + 0.012), legs.top + 0.19)], width=0.016, depth=0.26)
        slit = curve([(C + side * (legs.waist * 0.86), legs.top + 0.05),
            (C + side * (legs.hip * 0.96), legs.top + 0.17)])
        b.sheet.seam(slit, depth=0.34)
        b.folds([(C + side * legs.knee * 0.9, 0.5), (C + side * legs.knee * 0.93, 0.7),
            (C + side * legs.hem * 0.9, 0.9)], width=0.03, depth=0.10)
        hem = legs.hemline if side > 0 else paths.mirrored(legs.hemline)[::-1]
        b.sheet.seam(paths.offset(hem, 0.026 * side), depth=0.08)
    _fly(b, legs, b.thread, stitched=False)
    _waistband(b, legs, button="button")


def chinos(b: Bench) -> None:
    legs = Legs(hem=0.142, knee=0.156, inner_hem=0.042, inner_knee=0.040, hip=0.164)
    _lay_legs(b, legs)
    _leg_folds(b, legs)
    for side in (1, -1):
        slit = curve([(C + side * (legs.waist * 0.82), legs.top + 0.048),
            (C + side * (legs.hip * 0.95), legs.top + 0.15)])
        b.sheet.seam(slit, depth=0.36)
        b.sheet.stitch(paths.offset(slit, side * 0.007), b.thread)
        hem = legs.hemline if side > 0 else paths.mirrored(legs.hemline)[::-1]
        b.sheet.stitch(paths.offset(hem, 0.018 * side), b.thread)
    _fly(b, legs, b.thread)
    _waistband(b, legs, button="button")


def cargo(b: Bench) -> None:
    legs = Legs(hip=0.18, knee=0.202, hem=0.178, inner_hem=0.046, inner_knee=0.04)
    _lay_legs(b, legs)
    _leg_folds(b, legs, depth=0.2)
    for side in (1, -1):
        slit = curve([(C + side * 0.108, legs.top + 0.048), (C + side * 0.166, legs.top + 0.14)])
        b.sheet.seam(slit, depth=0.36)
        x = C + side * 0.15
        b.patch(np.array([(x - 0.055, 0.50), (x + 0.052, 0.50), (x + 0.055, 0.635), (x - 0.052, 0.635)]))
        b.sheet.seam(paths.line((x, 0.52), (x, 0.632)), depth=0.22)
        b.patch(np.array([(x - 0.059, 0.488), (x + 0.056, 0.488), (x + 0.056, 0.522), (x, 0.537),
            (x - 0.059, 0.522)]))
        b.snap(x, 0.523, 0.006, lab=shifted(b.lab, -18 if b.lab[0] > 35 else 25, 0.5))
        for y in (0.665, 0.672):
            b.sheet.stitch(curve([(C + side * 0.046, y + 0.03), (C + side * 0.12, y), (C + side * 0.2, y + 0.02)]),
                b.thread)
        hem = legs.hemline if side > 0 else paths.mirrored(legs.hemline)[::-1]
        b.sheet.stitch(paths.offset(hem, 0.02 * side), b.thread)
    _fly(b, legs, b.thread)
    _waistband(b, legs, button="button")


def shorts(b: Bench) -> None:
    legs = Legs(top=0.2, waist=0.17, hip=0.215, hip_at=0.42, crotch=0.535, knee=0.238, knee_at=0.66, hem=0.25,
        inner_knee=0.03, inner_hem=0.038, bottom=0.79)
    _lay_legs(b, legs)
    _leg_folds(b, legs, knee=False)
    ink = rgb((62, 22, 50)) if b.material == "denim" else b.thread
    for side in (1, -1):
        slit = curve([(C + side * 0.125, legs.top + 0.05), (C + side * 0.205, legs.top + 0.155)])
        b.sheet.seam(slit, depth=0.36)
        b.sheet.stitch(paths.offset(slit, side * 0.007), ink)
        b.folds([(C + side * 0.1, 0.58), (C + side * 0.11, 0.68), (C + side * 0.12, 0.78)],
            [(C + side * 0.19, 0.56), (C + side * 0.2, 0.68), (C + side * 0.205, 0.77)], width=0.034, depth=0.12)
        hem = legs.hemline if side > 0 else paths.mirrored(legs.hemline)[::-1]
        for away in (0.018, 0.024):
            b.sheet.stitch(paths.offset(hem, away * side), ink)
    _fly(b, legs, ink)
    _waistband(b, legs, height=0.042)


def _elastic(b: Bench, legs: Legs, *, height: float = 0.04) -> None:
    t, w = legs.top, legs.waist
    upper = curve([Corner(C - w, t), (C, t + legs.rise), Corner(C + w, t)])
    lower = curve([Corner(C + w + 0.006, t + height), (C, t + legs.rise + height), Corner(C - w - 0.006, t + height)])
    b.sheet.panel(np.vstack([upper, lower]), b.cloth, puff=0.8, cast=0.3)
    for k in range(18):
        x = -w + 2 * w * (k + 0.5) / 18
        y = t + legs.rise * (1 - (x / w) ** 2)
        b.folds([(C + x, y + 0.004), (C + x * 1.01, y + height + 0.012)], width=0.010, depth=0.2)
    b.sheet.seam(lower, depth=0.2)


def sweatpants(b: Bench) -> None:
    legs = Legs(hip=0.182, knee=0.175, hem=0.118, inner_hem=0.046, inner_knee=0.042, bottom=0.875)
    _lay_legs(b, legs, puff=0.8)
    _leg_folds(b, legs, depth=0.2)
    for side in (1, -1):
        slit = curve([(C + side * 0.118, legs.top + 0.055), (C + side * 0.165, legs.top + 0.175)])
        b.sheet.seam(slit, depth=0.36)
        b.sheet.stitch(paths.offset(slit, side * 0.008), b.thread)
        if len(b.colours) > 1:
            outer = paths.part(legs.outseam if side > 0 else paths.mirrored(legs.outseam)[::-1], 0.06, 0.97, 60)
            for away in (0.016, 0.030):
                stripe = np.vstack([paths.offset(outer, side * away),
                    paths.offset(outer, side * (away + 0.008))[::-1]])
                b.sheet.panel(stripe, b.cloth.dyed(b.colours[1]), puff=0.1, cast=0, edge=0.2)
        for k in range(6):
            x = legs.inner_hem + (legs.hem - legs.inner_hem) * (k + 0.5) / 6
            b.folds([(C + side * x, legs.bottom), (C + side * (x + (x - 0.08) * 0.3), legs.bottom - 0.04)],
                width=0.013, depth=0.2)
        cuff = np.array([(C + side * (legs.inner_hem + 0.004), legs.bottom + 0.002),
            (C + side * (legs.hem - 0.002), legs.bottom - 0.004),
            (C + side * (legs.hem - 0.012), legs.bottom + 0.052),
            (C + side * (legs.inner_hem + 0.012), legs.bottom + 0.056)])
        b.ribbed(cuff, angle=-side * 2)
    _elastic(b, legs)
    for side in (1, -1):
        _cord(b, side, 0.014, legs.top + 0.034, b.rng.uniform(0.08, 0.11))


def leggings(b: Bench) -> None:
    legs = Legs(waist=0.105, hip=0.135, knee=0.098, hem=0.072, inner_knee=0.026, inner_hem=0.026, knee_at=0.6,
        bottom=0.925)
    _lay_legs(b, legs, puff=1.0)
    _leg_folds(b, legs, depth=0.10)
    band = np.vstack([curve([Corner(C - 0.106, legs.top), (C, legs.top + 0.01), Corner(C + 0.106, legs.top)]),
        curve([Corner(C + 0.118, 0.15), (C, 0.172), Corner(C - 0.118, 0.15)])])
    b.sheet.panel(band, b.cloth.plain(), puff=0.7, cast=0.25)
    b.sheet.stitch(curve([(C - 0.118, 0.155), (C, 0.177), (C + 0.118, 0.155)]), b.thread)
    for side in (1, -1):
        b.sheet.seam(curve([(C + side * 0.11, 0.16), (C + side * 0.1, 0.34), (C + side * 0.065, 0.6),
            (C + side * 0.055, 0.92)]), depth=0.16)
        b.sheet.gleam(paths.ellipse(C + side * 0.07, 0.46, 0.014, 0.2, turn=side * 5), strength=0.13, blur=0.016)


def pleated_skirt(b: Bench) -> None:
    y0, y1, half, hem = 0.17, 0.83, 0.138, 0.305
    count = 15
    for k in [*range(count // 2), *range(count - 1, count // 2 - 1,
        -1)]:  # From the sides to the middle one, each over the next.
        t0, t1 = -1 + 2 * k / count, -1 + 2 * (k + 1) / count
        sag = [0.035 * (1 - t * t) for t in (t0, t1)]
        x0, x1 = C + t0 * half, C + t1 * half
        shape = np.vstack([curve([Corner(x1 + 0.004, y0), (C + t1 * (half + (hem - half) * 0.34) + 0.004, y0 + 0.25),
            Corner(C + t1 * hem + 0.004, y1 + sag[1])]), curve([Corner(C + t0 * hem - 0.002, y1 + sag[0] + 0.004),
            (C + t0 * (half + (hem - half) * 0.34), y0 + 0.25), Corner(x0, y0)])])
        lean = -float(np.degrees(np.arctan((t0 + t1) / 2 * (hem - half) / (y1 - y0))))
        # A print runs on across the pleats; only a plain weave turns with each.
        b.sheet.panel(shape, b.cloth, angle=0 if b.cloth.layers else lean, puff=0.55, cast=0.42, reach=0.014,
            soft=0.5, crease=0.4)
    band = np.vstack([curve([Corner(C - half - 0.003, y0 - 0.035), (C, y0 - 0.025),
        Corner(C + half + 0.003, y0 - 0.035)]), curve([Corner(C + half + 0.006, y0 + 0.008), (C, y0 + 0.018),
        Corner(C - half - 0.006, y0 + 0.008)])])
    b.sheet.panel(band, b.cloth.plain() if b.pattern == "solid" else b.cloth, puff=0.4, cast=0.4)


def _a_line(b: Bench, *, y0: float, y1: float, half: float, hem: float, flare: float = 0.42) -> Points:
    back = curve([Corner(C - half + 0.004, y0 + 0.004), (C, y0 - 0.004), Corner(C + half - 0.004, y0 + 0.004),
        (C, y0 + 0.04)], closed=True)
    b.sheet.panel(back, b.lining(), level=0.72, cast=0)
    side = curve([Corner(C + half, y0), (C + half + (hem - half) * flare, y0 + (y1 - y0) * 0.33),
        Corner(C + hem, y1)])
    low = curve([Corner(C + hem, y1), (C + hem * 0.55, y1 + 0.022), (C, y1 + 0.028)])
    b.sheet.panel(paths.both_sides(np.vstack([curve([Corner(C, y0 + 0.014), Corner(C + half, y0)]), side[1:],
        low[1:]])), b.cloth)
    return np.vstack([low, paths.mirrored(low)[1:]])


def _skirt_band(b: Bench, y0: float, half: float, *, height: float = 0.036) -> None:
    band = np.vstack([curve([Corner(C - half, y0), (C, y0 + 0.014), Corner(C + half, y0)]),
        curve([Corner(C + half + 0.006, y0 + height), (C, y0 + height + 0.014),
        Corner(C - half - 0.006, y0 + height)])])
    b.sheet.panel(band, b.cloth.rotated(90) if b.pattern == "solid" else b.cloth, puff=0.4, cast=0.3)


def midi_skirt(b: Bench) -> None:
    """A satin or cotton skirt that falls in soft folds."""
    y0, y1 = 0.115, 0.885
    hem = _a_line(b, y0=y0, y1=y1, half=0.122, hem=0.255, flare=0.5)
    drape(b, y0 + 0.05, 0.13, y1, 0.25, count=9, sag=0.02, depth=0.17)
    if b.material != "silk":
        gathers(b, y0 + 0.045, 0.118)
    b.hem(hem, away=0.012)
    _skirt_band(b, y0, 0.122)


def mini_skirt(b: Bench) -> None:
    y0, y1 = 0.23, 0.75
    hem = _a_line(b, y0=y0, y1=y1, half=0.17, hem=0.262)
    for side in (1, -1):
        b.folds([(C + side * 0.2, 0.42), (C + side * 0.13, 0.45), (C + side * 0.05, 0.44)],
            [(C + side * 0.15, 0.55), (C + side * 0.17, 0.64), (C + side * 0.185, 0.74)], width=0.03, depth=0.13)
        pocket = curve([(C + side * 0.095, y0 + 0.045), (C + side * 0.125, y0 + 0.11), (C + side * 0.21, y0 + 0.125)])
        ink = rgb((62, 22, 50)) if b.material == "denim" else b.thread
        b.sheet.seam(pocket, depth=0.36)
        b.sheet.stitch(paths.offset(pocket, side * 0.007), ink)
    b.sheet.seam(paths.line((C, y0 + 0.05), (C, y1 + 0.02)), depth=0.2)
    b.hem(hem, away=0.018, double=True, ink=ink)
    if b.material == "denim":
        _fly(b, Legs(top=y0, crotch=0.55), ink)
    _skirt_band(b, y0, 0.17, height=0.045)
    b.snap(C + 0.004, y0 + 0.036, 0.0115)


def pencil_skirt(b: Bench) -> None:
    y0, y1 = 0.15, 0.85
    back = curve([Corner(C - 0.134, y0 + 0.004), (C, y0 - 0.004), Corner(C + 0.134, y0 + 0.004), (C, y0 + 0.04)],
        closed=True)
    b.sheet.panel(back, b.lining(), level=0.72, cast=0)
    side = curve([Corner(C + 0.138, y0), (C + 0.192, y0 + 0.22), (C + 0.185, 0.62), Corner(C + 0.165, y1)])
    b.sheet.panel(paths.both_sides(np.vstack([curve([Corner(C, y0 + 0.014), Corner(C + 0.138, y0)]), side[1:],
        curve([Corner(C + 0.165, y1), (C, y1 + 0.014)])[1:]])), b.cloth)
    for s in (1, -1):
        b.sheet.seam(curve([(C + s * 0.07, y0 + 0.04), (C + s * 0.075, y0 + 0.14)]), depth=0.14)
        b.folds([(C + s * 0.185, 0.36), (C + s * 0.11, 0.39), (C + s * 0.04, 0.385)],
            [(C + s * 0.18, 0.62), (C + s * 0.12, 0.6), (C + s * 0.05, 0.63)], width=0.026, depth=0.12)
    slit = curve([(C + 0.09, y1 + 0.008), (C + 0.088, y1 - 0.15)])
    b.sheet.seam(slit, depth=0.4, width=0.004)
    b.hem(curve([(C + 0.165, y1), (C, y1 + 0.014), (C - 0.165, y1)]), away=0.012)
    _skirt_band(b, y0, 0.138)
    b.button(C + 0.105, y0 + 0.026, 0.009, lab=HORN if b.lab[0] > 35 else (60, 0, 0))
