# Outlines are rows of points: one a line would hide the shape.
# fmt: off
"""The cut of everything with shoulders: its points, panels, necks, collars, plackets and pockets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from catalog.colour import LAB, Lab
from training.flatlay import paths
from training.flatlay.bench import Bench
from training.flatlay.cloth import Cloth
from training.flatlay.paths import Corner, Points, curve

C = 0.5  # The axis.


@dataclass
class Cut:
    """Half widths from the axis, heights from the top of the drawing; sleeve angles from the vertical, in degrees."""

    top: float = 0.155
    neck: float = 0.097
    neck_depth: float = 0.085
    vee: bool = False
    shoulder: float = 0.232
    drop: float = 0.048
    armpit: float = 0.375
    chest: float = 0.236
    waist: float = 0.23
    waist_at: float = 0.6
    hem: float = 0.236
    bottom: float = 0.83
    hem_curve: float = 0.012
    sleeve: float = 0.2  # length; 0 for none
    angle: float = 42.0
    cuff: float = 0.115
    bend: float = 0.0
    strap: float = 0.0  # sleeveless: how far the armhole bites in

    def __post_init__(self) -> None:
        self.n = (C + self.neck, self.top)
        self.s = (C + self.shoulder, self.top + self.drop)
        self.a = (C + self.chest, self.armpit)
        t = math.radians(self.angle)
        self.along = (math.sin(t), math.cos(t))
        self.inward = (-math.cos(t), math.sin(t))
        self.cuff_out = self._from(self.s, self.sleeve, 0)
        self.cuff_in = self._from(self.cuff_out, 0, self.cuff)

    def _from(self, point: tuple[float, float], along: float, inward: float) -> tuple[float, float]:
        return (
            point[0] + along * self.along[0] + inward * self.inward[0],
            point[1] + along * self.along[1] + inward * self.inward[1],
        )

    # Curves of the right half; mirror them for the left.

    @property
    def neckline(self) -> Points:
        """Right neck point to the axis."""
        low = self.top + self.neck_depth
        if self.vee:
            return curve([self.n, (C + self.neck * 0.55, self.top + self.neck_depth * 0.55), Corner(C, low)])
        return curve([self.n, (C + self.neck * 0.86, self.top + self.neck_depth * 0.58),
            (C + self.neck * 0.46, low - self.neck_depth * 0.09), (C, low)])

    @property
    def whole_neckline(self) -> Points:
        right = self.neckline
        return np.vstack([right, paths.mirrored(right)[1:]])

    @property
    def back_neck(self) -> Points:
        """Right neck point over the back to the left one."""
        return curve([self.n, (C, self.top + 0.017), (2 * C - self.n[0], self.n[1])])

    @property
    def armhole(self) -> Points:
        (sx, sy), (ax, ay) = self.s, self.a
        bite = self.strap or 0.016
        return curve([Corner(sx, sy), (min(sx, ax) - bite, sy + (ay - sy) * 0.55), Corner(ax, ay)])

    @property
    def side(self) -> Points:
        mid = self.armpit + (self.bottom - self.armpit) * self.waist_at
        return curve([Corner(*self.a), (C + self.waist, mid), Corner(C + self.hem, self.bottom)])

    @property
    def hemline(self) -> Points:
        """Right hem point to the axis."""
        return curve([Corner(C + self.hem, self.bottom), (C + self.hem * 0.5, self.bottom + self.hem_curve * 0.8),
            (C, self.bottom + self.hem_curve)])

    @property
    def whole_hem(self) -> Points:
        right = self.hemline
        return np.vstack([right, paths.mirrored(right)[1:]])

    @property
    def half(self) -> Points:
        return np.vstack([self.neckline[::-1], self.armhole, self.side[1:], self.hemline[1:]])

    @property
    def body(self) -> Points:
        return paths.both_sides(self.half)

    @property
    def sleeve_outline(self) -> Points:
        mid = 0.52
        ox, oy = self._from(self.s, self.sleeve * mid, -0.012 - self.bend)
        a, ci = np.array(self.a), np.array(self.cuff_in)
        ix, iy = a + (ci - a) * 0.45 + np.array(self.inward) * -(0.004 + self.bend)
        inside = (self.a[0] - 0.06, self.a[1] - 0.05)
        return np.vstack(
            [
                curve([Corner(self.s[0] - 0.05, self.s[1] + 0.012), Corner(*self.s), (ox, oy),
                    Corner(*self.cuff_out)]),
                curve([Corner(*self.cuff_in), (ix, iy), Corner(*self.a), Corner(*inside)]),
            ]
        )

    @property
    def cuff_line(self) -> Points:
        """From the outer to the inner end of the right sleeve."""
        return curve([Corner(*self.cuff_out), (self.cuff_out[0] * 0.5 + self.cuff_in[0] * 0.5 + 0.004 * self.along[0],
            self.cuff_out[1] * 0.5 + self.cuff_in[1] * 0.5 + 0.004 * self.along[1]), Corner(*self.cuff_in)])

    def sleeve_at(self, share: float) -> Points:
        """A line across the right sleeve, outer to inner, at a share of its length."""
        outer = self._from(self.s, self.sleeve * share, -0.012 * math.sin(math.pi * share))
        a, ci = np.array(self.a), np.array(self.cuff_in)
        reach = float(np.hypot(*(ci - a)))
        back = (1 - share) * self.sleeve / max(reach, 1e-6)
        inner = ci + (a - ci) * min(back, 1.0)
        return paths.line(outer, (float(inner[0]), float(inner[1])))


def lay_inside(b: Bench, cut: Cut, *, label: bool = True) -> None:
    """The back seen through the neck."""
    inside = np.vstack([curve([(C + cut.neck * 0.9, cut.top + 0.004), (C, cut.top + 0.01),
        (C - cut.neck * 0.9, cut.top + 0.004)]), paths.line((C - cut.neck * 0.9, cut.top + cut.neck_depth + 0.02),
        (C + cut.neck * 0.9, cut.top + cut.neck_depth + 0.02))])
    b.sheet.panel(inside, b.lining(), puff=0.3, level=0.80, cast=0.0)
    b.sheet.shade(paths.band(cut.whole_neckline, -0.03), depth=0.25, blur=0.012)
    if label:
        b.label(C, cut.top + 0.03)


def lay_sleeves(b: Bench, cut: Cut, *, cloth: Cloth | None = None, puff: float | None = None,
    crease: float = 1.0) -> None:
    if not cut.sleeve:
        return
    for flip in (False, True):
        outline = paths.mirrored(cut.sleeve_outline) if flip else cut.sleeve_outline
        b.sheet.panel(outline, cloth or b.cloth, angle=cut.angle if flip else -cut.angle, puff=puff, cast=0.3,
            crease=crease)


def lay_body(b: Bench, cut: Cut, *, cloth: Cloth | None = None, puff: float | None = None,
    crease: float = 1.0) -> None:
    b.sheet.panel(cut.body, cloth or b.cloth, puff=puff, cast=0.3, reach=0.014, crease=crease)
    if cut.sleeve:
        for line in (cut.armhole, paths.mirrored(cut.armhole)):
            b.sheet.seam(line, depth=0.2)


def sleeve_folds(b: Bench, cut: Cut, count: int = 4) -> None:
    """Folds run from the armpit across the sleeve and gather above the cuff."""
    if not cut.sleeve:
        return
    for flip in (1, -1):
        for k in range(count):
            share = 0.22 + 0.62 * k / max(count - 1, 1) + b.rng.uniform(-0.05, 0.05)
            across = cut.sleeve_at(share)
            p, q = across[1], across[0]
            end = p + (q - p) * b.rng.uniform(0.45, 0.85) + np.array(cut.along) * b.rng.uniform(-0.05, 0.03)
            mid = (p + end) / 2 + np.array(cut.along) * b.rng.uniform(-0.006, 0.016)
            nodes = [(C + flip * (float(x) - C), float(y)) for x, y in (p, mid, end)]
            b.folds(nodes, width=0.020, depth=0.14)


def body_folds(b: Bench, cut: Cut, *, depth: float = 0.12) -> None:
    """Pull from the armpits, drape towards the hem."""
    for flip in (1, -1):
        def at(x: float, y: float, side: int = flip) -> tuple[float, float]:
            return C + side * x, y

        a, w = cut.armpit, cut.chest
        b.folds([at(w - 0.01, a + 0.02), at(w * 0.72, a + 0.06), at(w * 0.42, a + 0.075)], width=0.024, depth=depth)
        b.folds([at(w - 0.008, a + 0.06), at(w * 0.74, a + 0.14), at(w * 0.55, a + 0.24)], width=0.026,
            depth=depth * 0.9)
        x = b.rng.uniform(0.35, 0.8) * cut.hem
        b.folds([at(x, cut.bottom - 0.02), at(x * 0.97, cut.bottom - 0.12), at(x * 0.86, cut.bottom - 0.24)],
            width=0.03, depth=depth * 0.8)
        x = b.rng.uniform(0.75, 0.95) * cut.hem
        b.folds([at(x, cut.bottom - 0.16), at(x * 0.8, cut.bottom - 0.20), at(x * 0.55, cut.bottom - 0.19)],
            width=0.024, depth=depth * 0.55)
    b.folds([(C - 0.06, cut.armpit + 0.10), (C, cut.armpit + 0.13), (C + 0.07, cut.armpit + 0.115)], width=0.022,
        depth=depth * 0.4)


def rib_neck(b: Bench, cut: Cut, *, width: float = 0.022, lab: Lab | None = None) -> None:
    """The front half of a neck rib: from the neckline's seam inwards."""
    right = cut.neckline
    low = cut.top + cut.neck_depth - width * (1.35 if cut.vee else 1.0)
    tip = _rib_tip(cut, width)
    if cut.vee:
        inner = curve([tip, (C + (tip[0] - C) * 0.55, cut.top + (low - cut.top) * 0.53), Corner(C, low)])
    else:
        inner = curve([tip, (C + (tip[0] - C) * 0.86, cut.top + (low - cut.top) * 0.55),
            (C + (tip[0] - C) * 0.46, low - cut.neck_depth * 0.08), (C, low)])
    whole = np.vstack([inner, paths.mirrored(inner)[1:]])
    b.ribbed(np.vstack([cut.whole_neckline, whole[::-1]]), lab=lab, scale=1.0)
    b.sheet.seam(np.vstack([right, paths.mirrored(right)[1:]]), depth=0.22)


def back_rib(b: Bench, cut: Cut, *, width: float = 0.022, lab: Lab | None = None) -> None:
    """Its back half, under the front; the two meet on the shoulder."""
    (nx, ny), (tx, ty) = cut.n, _rib_tip(cut, width)
    upper = curve([Corner(tx, ty), (C, ny - width * 0.25), Corner(2 * C - tx, ty)])
    lower = curve([Corner(2 * C - nx, ny + 0.003), (C, ny + width * 0.85), Corner(nx, ny + 0.003)])
    b.ribbed(np.vstack([upper, lower]), lab=lab, scale=1.0)
    b.sheet.seam(lower, depth=0.2)


def _rib_tip(cut: Cut, width: float) -> tuple[float, float]:
    return cut.n[0] - width * 0.62, cut.n[1] - width * 0.55


def bind(b: Bench, line: Points, *, width: float = 0.013, lab: Lab | None = None) -> None:
    """A narrow rib binding inside a right armhole (or leg) line, and its mirror."""
    strip = paths.band(line, -width)
    b.ribbed(strip, lab=lab, scale=1.0)
    b.ribbed(paths.mirrored(strip), lab=lab, scale=1.0)
    b.sheet.seam(line, depth=0.18)
    b.sheet.seam(paths.mirrored(line), depth=0.18)


def rib_cuffs(b: Bench, cut: Cut, *, length: float = 0.045, lab: Lab | None = None, narrow: float = 0.012) -> None:
    d, w = np.array(cut.along), np.array(cut.inward)
    o, i = np.array(cut.cuff_out), np.array(cut.cuff_in)
    outline = np.array([o - d * 0.004 + w * 0.002, o + d * length + w * narrow, i + d * length - w * narrow,
        i - d * 0.004 - w * 0.002])
    for flip in (False, True):
        b.ribbed(paths.mirrored(outline) if flip else outline, angle=cut.angle if flip else -cut.angle, lab=lab)


def rib_hem(b: Bench, cut: Cut, *, height: float = 0.05, lab: Lab | None = None, narrow: float = 0.012) -> None:
    top, low = cut.bottom - 0.006, cut.bottom + height
    half = np.vstack(
        [
            curve([(C, top + cut.hem_curve), (C + cut.hem * 0.5, top + cut.hem_curve * 0.8),
                Corner(C + cut.hem + 0.001, top)]),
            curve([Corner(C + cut.hem - narrow, low), (C + cut.hem * 0.5, low + cut.hem_curve * 0.8),
                (C, low + cut.hem_curve)]),
        ]
    )
    b.ribbed(paths.both_sides(half), lab=lab)


def cuff_stitches(b: Bench, cut: Cut, *, away: float = 0.018, double: bool = True) -> None:
    line = cut.cuff_line
    b.hem(paths.offset(line, 0), away=away, double=double)
    b.hem(paths.mirrored(line), away=away, double=double)


def collar(b: Bench, cut: Cut, *, point: float = 0.092, spread: float = 0.9, stand: float = 0.03,
    cloth: Cloth | None = None, stitched: bool = True) -> None:
    """A shirt collar: the stand at the back, then two leaves meeting at the throat."""
    cloth = cloth or b.cloth
    top, n = cut.top, cut.neck
    throat = top + cut.neck_depth
    back = curve([Corner(C + n + 0.006, top + 0.012), (C + n * 0.72, top - stand), (C, top - stand * 1.28),
        (C - n * 0.72, top - stand), Corner(C - n - 0.006, top + 0.012), (C, throat + 0.006)], closed=True)
    b.sheet.panel(back, b.lining(), level=0.84, puff=0.25, cast=0.0)
    b.sheet.seam(curve([(C + n * 0.9, top + 0.012), (C, top + 0.012), (C - n * 0.9, top + 0.012)]), depth=0.2)
    b.label(C, top + 0.018, w=0.036, h=0.018)
    for flip in (False, True):
        leaf = np.vstack(
            [
                curve([Corner(C + n * 0.66, top - stand * 1.05), (C + n + 0.012, top - 0.006),
                    Corner(C + n + 0.022, top + 0.022)]),
                curve([Corner(C + n * spread, throat + point * 0.42), Corner(C + 0.002, throat - 0.006)]),
                curve([Corner(C + 0.002, throat - 0.006), (C + n * 0.5, throat - 0.035), (C + n * 0.78, top - 0.001),
                    Corner(C + n * 0.66, top - stand * 1.05)]),
            ]
        )
        edge = curve([Corner(C + n + 0.022, top + 0.022), Corner(C + n * spread, throat + point * 0.42),
            Corner(C + 0.002, throat - 0.006)])
        if flip:
            leaf, edge = paths.mirrored(leaf), paths.mirrored(edge)
        b.sheet.panel(leaf, cloth, angle=-24 if flip else 24, puff=0.35, cast=0.42, reach=0.012, soft=0.7)
        if stitched:
            b.sheet.stitch(paths.offset(edge, 0.007), b.thread, dash=0.006, gap=0.0035, width=0.002)


def placket(b: Bench, cut: Cut, *, start: float, end: float, width: float = 0.026, buttons: int = 6,
    lab: Lab = LAB["white"], cloth: Cloth | None = None) -> None:
    strip = paths.rectangle(C - width / 2, start, C + width / 2, end)
    b.sheet.panel(strip, cloth or b.cloth, puff=0.15, cast=0.22, reach=0.007, soft=0.3)
    for x in (C - width / 2 + 0.005, C + width / 2 - 0.005):
        b.sheet.stitch(paths.line((x, start), (x, end)), b.thread, dash=0.006, gap=0.0035, width=0.002)
    b.buttons(paths.line((C, start), (C, end)), buttons, lab=lab, first=0.05, last=0.90, r=0.0085)


def chest_pocket(b: Bench, x: float, y: float, w: float = 0.085, h: float = 0.095, *, pointed: bool = False,
    flap: bool = False, cloth: Cloth | None = None) -> None:
    low = y + h
    tip = 0.02 if pointed else 0.0
    outline = np.array([(x - w / 2, y), (x + w / 2, y), (x + w / 2 - 0.002, low - tip), (x, low),
        (x - w / 2 + 0.002, low - tip)])
    b.patch(outline, cloth=cloth, open_edge=paths.line((x - w / 2, y + 0.014), (x + w / 2, y + 0.014)))
    if flap:
        lid = np.array([(x - w / 2 - 0.003, y - 0.012), (x + w / 2 + 0.003, y - 0.012),
            (x + w / 2 + 0.003, y + 0.018), (x, y + 0.034), (x - w / 2 - 0.003, y + 0.018)])
        b.patch(lid, cloth=cloth)


def motif(b: Bench, x: float, y: float, size: float) -> None:
    """A printed picture on the chest, without words."""
    from training.flatlay import motifs

    motifs.print_on(b, x, y, size)
