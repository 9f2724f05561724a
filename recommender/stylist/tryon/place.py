"""Where the parts of a garment go on a figure: for each, points of its picture and the points of the body they come to.

Lengths are the picture's own, in centimetres by `sizing`; widths too, but never narrower than the body under them. A
measured length (sleeve, back, inside leg) is believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import beside, lengths, part_way, resampled, smooth
from .figure import SIDES, SIGN, Figure
from .garment import LONG_SLEEVED, LOWER, SKIRT, UPPER, Garment
from .sizing import ROUND, Scale, scale_of

FloatArray = NDArray[np.float64]
_CLOTH: Final = 0.6  # cm between skin and the outside of a cloth
_ROWS: Final = 11
_DENSE: Final = 3  # points of a leg's edges in each of the eight spans that its width is reckoned in
# Where a hem may lie when no length was measured: zones of the body between which it is kept, by kind.
_HEMS: Final[Mapping[str, tuple[str, float, str, float]]] = MappingProxyType(
    {"top": ("waist", 0.0, "hips", 7.0), "outer": ("waist", 1.0, "hips", 9.0), "dress": ("hips", 8.0, "ankle", -3.0),
     "coat": ("hips", 4.0, "ankle", -12.0), "tunic": ("hips", 0.0, "knee", -8.0),
     "padded": ("waist", 4.0, "ankle", -18.0)}
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part: torso, sleeve_l, sleeve_r, legs, skirt or thing.

    source, target: (n, 2) points that belong together, pixels of the garment's picture and of the figure's. outline:
    (m, 2) what of the target the part may cover; None: all of it. region: (k, 2) what of the picture it takes; None:
    all of it, but for what lies in `apart`.
    """

    name: str
    source: FloatArray
    target: FloatArray
    outline: FloatArray | None = None
    region: FloatArray | None = None
    apart: tuple[FloatArray, ...] = ()

    def scaled(self, times: float) -> "Part":
        """The same part of a picture `times` as large."""
        region = None if self.region is None else self.region * times
        apart = tuple(one * times for one in self.apart)
        return Part(self.name, self.source * times, self.target, self.outline, region, apart)


@dataclass(frozen=True)
class Placed:
    """A garment on a figure: its parts, bottom first, and how large it was drawn."""

    parts: tuple[Part, ...]
    scale: Scale


def place(garment: Garment, figure: Figure) -> Placed:
    """A garment with landmarks (not a thing) on a figure."""
    scale = scale_of(garment, figure)
    placed = _PLACERS[garment.family](garment, figure, scale)
    return Placed(tuple(placed), scale)


# --- Upper body -------------------------------------------------------------------------------------------


def _upper(garment: Garment, figure: Figure, scale: Scale) -> list[Part]:
    points, unit = garment.points, scale.centimetres * figure.scale  # unit: target pixels in a pixel of the picture
    across = unit * scale.across
    corners = _shoulders(garment, figure, scale)
    sides, rows = _torso_edges(garment, figure, corners, unit, across)
    neckline = garment.between(points["neck_l"], points["neck_r"], 9)
    neck_middle = (points["neck_l"] + points["neck_r"]) / 2
    to_middle = (corners["neck_l"] + corners["neck_r"]) / 2
    to_half = (corners["neck_r"][0] - corners["neck_l"][0]) / 2
    half = max(float(points["neck_r"][0] - points["neck_l"][0]) / 2, 1.0)
    stretch = np.array([to_half / half, min(unit, to_half / half * 1.15)])
    to_neckline = to_middle + (neckline - neck_middle) * stretch
    hem = garment.between(points["hem_l"], points["hem_r"], 7)
    to_hem = _hem(hem, sides["l"][-1], sides["r"][-1], unit)
    shoulder = {side: garment.between(points[f"neck_{side}"], points[f"shoulder_{side}"], 4)[1:] for side in SIDES}
    to_shoulder = {
        side: resampled(np.stack([corners[f"neck_{side}"], corners[f"shoulder_{side}"]]), 4)[1:] for side in SIDES
    }
    armhole = {side: np.stack([points[f"shoulder_{side}"], points[f"armpit_{side}"]]).mean(0)[None] for side in SIDES}
    to_armhole = {
        side: (np.stack([corners[f"shoulder_{side}"], corners[f"armpit_{side}"]]).mean(0)
               - [SIGN[side] * figure.scale * 0.4, 0])[None]
        for side in SIDES
    }  # fmt: skip
    source = np.concatenate(
        [neckline, *(shoulder[s] for s in SIDES), *(armhole[s] for s in SIDES), *(rows[s] for s in SIDES), hem[1:-1]]
    )
    target = np.concatenate(
        [
            to_neckline,
            *(to_shoulder[s] for s in SIDES),
            *(to_armhole[s] for s in SIDES),
            *(sides[s] for s in SIDES),
            to_hem[1:-1],
        ]
    )
    lift = np.array([0, -figure.scale * 1.0])
    crown = to_neckline[:, 1].min() - figure.scale
    top = np.array([[corners["neck_l"][0] - figure.scale, crown], [corners["neck_r"][0] + figure.scale, crown]])
    out = np.array([figure.scale * 0.8, 0])
    # Torso and sleeve overlap at the armhole, so that nothing shows between them.
    over = out * 3 if "cuff_out_l" in points or "cuff_out_r" in points else out
    outline = np.concatenate(
        [
            top[:1], to_shoulder["l"] + lift, to_armhole["l"] - over, sides["l"] - out,
            to_hem + np.array([0, figure.scale * 1.2]), (sides["r"] + out)[::-1], to_armhole["r"] + over,
            (to_shoulder["r"] + lift)[::-1], top[1:],
        ]
    )  # fmt: skip
    seen = [side for side in SIDES if f"cuff_out_{side}" in points and f"cuff_in_{side}" in points]
    # A sleeve that lies hidden in the picture is drawn as the other one.
    sleeves = [
        _sleeve(garment, figure, scale, corners, side, side if side in seen else seen[0]) for side in SIDES if seen
    ]
    return [*sleeves, Part("torso", source, target, outline)]


def _shoulders(garment: Garment, figure: Figure, scale: Scale) -> dict[str, FloatArray]:
    """Where neck, shoulders and armpits of a garment come to lie."""
    points, cm = garment.points, figure.scale
    corners: dict[str, FloatArray] = {}
    wide = float(points["shoulder_r"][0] - points["shoulder_l"][0]) * scale.centimetres
    body = float(figure.points["shoulder_r"][0] - figure.points["shoulder_l"][0]) / cm
    if garment.measures.get("shoulder"):
        more = garment.measures["shoulder"] / 10 - body
    elif not {f"cuff_out_{side}" for side in SIDES} & points.keys():
        more = min((wide - body) * 0.9, 1.0)  # straps, and sleeves that cannot be told from the torso
    else:
        more = scale.ease * 0.09
    more = float(np.clip(more / 2, -9.0, 7.0))
    lower = float(np.clip(scale.ease, 0, 45)) * 0.1
    neck = float(points["neck_r"][0] - points["neck_l"][0]) / 2 * scale.centimetres * 0.85 * cm
    level = float(np.mean([figure.points[f"neck_{side}"][1] for side in SIDES]))
    middle = figure.middle(level)
    for side in SIDES:
        sign = SIGN[side]
        base, tip = figure.points[f"neck_{side}"], figure.points[f"shoulder_{side}"]
        slope = (tip - base) / max(abs(tip[0] - base[0]), 1.0)
        beyond = np.array([sign * 0.82, 0.5]) if more > 0 else slope
        corners[f"shoulder_{side}"] = tip + beyond * more * cm + [sign * 0.7 * cm, -_CLOTH * cm]
        reach = min(max(neck, abs(base[0] - middle) * 1.02), abs(corners[f"shoulder_{side}"][0] - middle) * 0.85)
        corners[f"neck_{side}"] = np.array(
            [middle + sign * reach, base[1] + slope[1] * (reach - abs(base[0] - middle)) - _CLOTH * cm]
        )
        y = figure.torso[0, 0] + lower * cm
        corners[f"armpit_{side}"] = np.array([figure.edges(y)[0 if side == "l" else 1], y])
    return corners


def _torso_edges(
    garment: Garment, figure: Figure, corners: dict[str, FloatArray], unit: float, across: float
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Target and source of the torso's two edges, (rows, 2) from armpit to hem; moves the armpits in `corners`."""
    cm = figure.scale
    rows = {side: garment.edge(f"armpit_{side}", f"hem_{side}", _ROWS) for side in SIDES}
    rows["l"], rows["r"] = _untangled(rows["l"], rows["r"], 0.5, 1.6)
    start = float(corners["armpit_l"][1])
    span = float(np.mean([lengths(rows[side])[-1] for side in SIDES])) * unit
    if garment.measures.get("back_length"):
        neck = float(np.mean([corners[f"neck_{side}"][1] for side in SIDES]))
        end = neck + garment.measures["back_length"] / 10 * cm
    else:
        end = float(np.clip(start + span, *_hem_range(garment, figure)))
    y = np.linspace(start, max(end, start + 8 * cm), _ROWS)
    halves = np.array([(right[0] - left[0]) / 2 for left, right in zip(rows["l"], rows["r"], strict=True)]) * across
    least = np.array([_body_half(figure, row) for row in y]) + _CLOTH * cm
    halves = np.maximum(halves, least)
    halves = np.convolve(np.pad(halves, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    sides = {}
    for side in SIDES:
        middles = np.array([figure.middle(row) for row in y])
        sides[side] = np.stack([middles + SIGN[side] * halves, y], axis=1)
        corners[f"armpit_{side}"] = sides[side][0]
    return sides, rows


def _untangled(one: FloatArray, other: FloatArray, least: float, most: float) -> tuple[FloatArray, FloatArray]:
    """Two edges of a part, straight where the outline strays between their ends: where sleeves lie on the torso.

    least, most: of the breadth between their ends, as narrow and as broad as the part may be in between.
    """
    first, last = (float(np.linalg.norm(one[at] - other[at])) for at in (0, -1))
    usual = np.linspace(first, last, len(one))
    straight = resampled(one[[0, -1]], len(one)), resampled(other[[0, -1]], len(other))
    for pair in ((one, other), (straight[0], other), (one, straight[1])):
        share = np.linalg.norm(pair[0] - pair[1], axis=1) / np.maximum(usual, 1.0)
        if least < share.min() and share.max() < most:
            return pair
    return straight


def _broad(inner: FloatArray, outer: FloatArray, figure: Figure, unit: float) -> FloatArray:
    """The inner edge of a sleeve that hangs on the torso, laid beside the outer one: cloth enough for an arm.

    There the armpit lies below the shoulder, not across the sleeve from it. unit: target pixels in one of the picture.
    """
    ahead = (outer[-1] - outer[0]) / max(float(np.linalg.norm(outer[-1] - outer[0])), 1e-9)
    aside = np.array([-ahead[1], ahead[0]])
    aside = aside if float(((inner - outer) @ aside).sum()) > 0 else -aside
    along, across = (inner - outer)[:5] @ ahead, (inner - outer) @ aside
    if np.abs(along).mean() < 0.8 * across[:5].mean():
        return inner
    arm = np.array([figure.halves["upper_arm"], figure.halves["wrist"]]) * 2 / unit
    first, last = (float(max(across[at], arm[at])) for at in (0, -1))
    beside_outer: FloatArray = outer + aside * np.linspace(first, last, len(outer))[:, None]
    return beside_outer


def _hem_range(garment: Garment, figure: Figure) -> tuple[float, float]:
    zone, more, low_zone, low_more = _HEMS.get(garment.kind, _HEMS.get(garment.slot, _HEMS["top"]))
    return _level(figure, zone) + more * figure.scale, _level(figure, low_zone) + low_more * figure.scale


def _level(figure: Figure, zone: str) -> float:
    if f"{zone}_l" in figure.points and zone != "hip":
        return float(np.mean([figure.points[f"{zone}_{side}"][1] for side in SIDES]))
    return figure.line(zone)


def _body_half(figure: Figure, y: float) -> float:
    """Half of the torso's breadth at a height; nothing below the crotch, where cloth hangs free."""
    left, right = figure.edges(y)
    below = (y - figure.points["crotch"][1]) / (12 * figure.scale)
    return (right - left) / 2 * float(np.clip(1 - 0.25 * below, 0, 1) if below > 0 else 1)


def _hem(hem: FloatArray, left: FloatArray, right: FloatArray, unit: float) -> FloatArray:
    """A hem's curve between two corners: as it hangs below the straight line in the picture, so on the figure."""
    share = np.linspace(0, 1, len(hem))[:, None]
    sag = (hem[:, 1] - (hem[0, 1] + (hem[-1, 1] - hem[0, 1]) * share[:, 0])) * unit * 0.7
    line = left + (right - left) * share
    curve: FloatArray = line + np.stack([np.zeros(len(hem)), sag], axis=1)
    return curve


def _sleeve(
    garment: Garment, figure: Figure, scale: Scale, corners: Mapping[str, FloatArray], side: str, shown: str
) -> Part:
    """The sleeve of one side of the figure. shown: the side whose sleeve the picture shows."""
    unit = scale.centimetres * figure.scale
    count = 10
    outer = garment.edge(f"shoulder_{shown}", f"cuff_out_{shown}", count)
    inner = garment.edge(f"armpit_{shown}", f"cuff_in_{shown}", count)
    inner, outer = _untangled(inner, outer, 0.4, 2.0)
    inner = _broad(inner, outer, figure, unit * (1.0 if garment.worn else ROUND["sleeve"]))
    length = float(lengths(outer)[-1]) * unit
    shoulder, armpit = corners[f"shoulder_{side}"], corners[f"armpit_{side}"]
    arm = figure.arm(side)
    axis = np.concatenate([[shoulder * 0.62 + armpit * 0.38], smooth(arm[1:], 10)])
    wrist = float(lengths(np.concatenate([[shoulder], figure.arm(side)[1:3]]))[-1])
    if garment.measures.get("sleeve"):
        length = garment.measures["sleeve"] / 10 * figure.scale
    else:
        length = min(length, wrist + 1.5 * figure.scale)
        if (
            garment.kind in LONG_SLEEVED and length > 0.62 * wrist
        ):  # a sleeve bent or turned up in the picture is a long one
            length = max(length, 0.97 * wrist)
    spine = part_way(axis, length, count)
    spine[1:-1] = (spine[:-2] + 2 * spine[1:-1] + spine[2:]) / 4
    across = 1.0 if garment.worn else ROUND["sleeve"]
    halves = np.linalg.norm(outer - inner, axis=1) / 2 * unit * across
    share = np.linspace(0, 1, count)
    body = np.interp(
        share * length / max(wrist, 1), [0, 0.5, 1], [figure.halves[n] for n in ("upper_arm", "elbow", "wrist")]
    )
    halves = np.clip(halves, body + 0.45 * figure.scale, body * 1.75 + 1.6 * figure.scale)
    right, left = beside(spine, halves)
    to_outer, to_inner = (left, right) if side == "l" else (right, left)
    # The first third grows out of the armhole.
    blend = np.clip(share / 0.38, 0, 1)[:, None] ** 0.8
    along = spine - spine[0]
    to_outer = to_outer * blend + (shoulder + along) * (1 - blend)
    to_inner = to_inner * blend + (armpit + along * 0.55) * (1 - blend)
    middle_from, middle_to = (outer + inner) / 2, (to_outer + to_inner) / 2
    source, target = (np.concatenate(three) for three in ((outer, inner, middle_from), (to_outer, to_inner, middle_to)))
    inward = np.array([-SIGN[side] * figure.scale * 2.6, 0])
    end = spine[-1] - spine[-2]
    end = end / max(float(np.linalg.norm(end)), 1e-9) * figure.scale * 1.2
    grown = 1 + 0.9 * figure.scale / np.maximum(np.linalg.norm(to_outer - middle_to, axis=1, keepdims=True), 1.0)
    wide_outer, wide_inner = (middle_to + (edge - middle_to) * grown for edge in (to_outer, to_inner))
    outline = np.concatenate(
        [[to_outer[0] + inward], wide_outer, [wide_outer[-1] + end, wide_inner[-1] + end], wide_inner[::-1],
         [to_inner[0] + inward]]
    )  # fmt: skip
    return Part(f"sleeve_{side}", source, target, outline)


# --- Legs and skirts --------------------------------------------------------------------------------------


def _lower(garment: Garment, figure: Figure, scale: Scale) -> list[Part]:
    points, cm, unit = garment.points, figure.scale, scale.centimetres * figure.scale
    across = unit * scale.across
    crotch = figure.points["crotch"] + np.array([0, 2.2 * cm])
    top = (points["waist_l"][1] + points["waist_r"][1]) / 2
    rise = float(points["crotch"][1] - top) * unit
    waist = float(np.clip(crotch[1] - rise, figure.line("waist") - 1 * cm, figure.line("high_hip") + 2 * cm))
    hips_y = np.linspace(waist, crotch[1], 6)
    inner = {side: garment.edge("crotch", f"hem_in_{side}", 9) for side in SIDES}
    outer = {side: garment.edge(f"waist_{side}", f"hem_out_{side}", 24) for side in SIDES}
    upper_from, leg_from, ats = {}, {}, {}
    for side in SIDES:
        # The outer edge is cut at the crotch's height: above it lies on the hips, below on the leg.
        along = lengths(outer[side])
        at = int(np.argmin(np.abs(outer[side][:, 1] - (points["crotch"][1]))))
        at = int(np.clip(at, 3, len(along) - 4))
        ats[side] = at
        upper_from[side] = resampled(outer[side][: at + 1], 6)
        leg_from[side] = resampled(outer[side][at:], 9)
    half_from = np.array(
        [(right[0] - left[0]) / 2 for left, right in zip(upper_from["l"], upper_from["r"], strict=True)]
    )
    body = np.array([_body_half(figure, y) for y in hips_y])
    halves = np.maximum(half_from * across, body + 0.5 * cm)
    halves[0] = min(halves[0], body[0] + 3.5 * cm)  # a waistband holds
    length = float(np.mean([lengths(inner[side])[-1] for side in SIDES])) * unit
    length = _leg_length(garment, figure, length)
    source, target, edges = [], [], {}
    for side in SIDES:
        sign = SIGN[side]
        middles = np.array([figure.middle(y) for y in hips_y])
        to_upper = np.stack([middles + sign * halves, hips_y], axis=1)
        _hip, knee, ankle = figure.leg(side)
        start = np.array([(to_upper[-1, 0] + crotch[0]) / 2, crotch[1]])
        below = ankle + (ankle - knee) / np.linalg.norm(ankle - knee) * 6 * cm
        spine = part_way(np.stack([start, knee, ankle, below]), length, 9)
        spine[1:-1] = (spine[:-2] + 2 * spine[1:-1] + spine[2:]) / 4
        wide = np.linalg.norm(leg_from[side] - inner[side], axis=1) / 2 * across
        share = np.linspace(0, 1, 9) * length / max(float(lengths(np.stack([start, knee, ankle]))[-1]), 1)
        leg = np.interp(share, [0, 0.5, 0.62, 1], [figure.halves[n] for n in ("thigh", "knee", "calf", "ankle")])
        wide = np.clip(wide, leg + 0.45 * cm, leg * 2.2 + 4 * cm)
        wide[0] = abs(to_upper[-1, 0] - crotch[0]) / 2
        wide[1] = (wide[0] + wide[1] + wide[2]) / 3
        right, left = beside(spine, wide)
        to_outer, to_inner = (left, right) if side == "l" else (right, left)
        gap = 0.12 * cm
        to_inner[:, 0] = (
            np.minimum(to_inner[:, 0], crotch[0] - gap) if side == "l" else np.maximum(to_inner[:, 0], crotch[0] + gap)
        )
        to_inner[0], to_outer[0] = crotch, to_upper[-1]
        middle_from, middle_to = (inner[side] + leg_from[side]) / 2, (to_inner + to_outer) / 2
        # Both legs lie close by each other on the picture and far apart on the figure: few points would leave the
        # spline room to sway between them.
        inner_from = garment.edge("crotch", f"hem_in_{side}", 8 * _DENSE + 1)
        to_inner, to_outer = smooth(to_inner, _DENSE), smooth(to_outer, _DENSE)
        outer_from = resampled(outer[side][ats[side] :], 8 * _DENSE + 1)
        source += [upper_from[side], outer_from[1:], inner_from + np.array([sign * 0.4, 0]), middle_from[2:]]
        target += [to_upper, to_outer[1:], to_inner + np.array([sign * gap, 0]), middle_to[2:]]
        edges[side] = (to_upper, to_outer[1:], to_inner)
    band = garment.between(points["waist_l"], points["waist_r"], 7)
    to_band = _hem(band, edges["l"][0][0], edges["r"][0][0], unit * 0.6)
    source.append(band[1:-1])
    target.append(to_band[1:-1])
    outline = _trousers_outline(edges, to_band, cm)
    return [Part("legs", np.concatenate(source), np.concatenate(target), outline)]


def _leg_length(garment: Garment, figure: Figure, length: float) -> float:
    """From the crotch to the hem, pixels: measured, or the picture's own within what its kind is worn at."""
    if garment.measures.get("inside_leg"):  # what is too long lies on the floor
        floor = float(max(figure.points[f"toe_{side}"][1] for side in SIDES) - figure.points["crotch"][1])
        return min(garment.measures["inside_leg"] / 10 * figure.scale, floor - 3 * figure.scale)
    whole = float(figure.points["ankle_l"][1] - figure.points["crotch"][1])
    if garment.kind == "shorts":
        return float(np.clip(length, 0.06 * whole, 0.55 * whole))
    return (
        float(np.clip(length, 0.62 * whole, whole + 2.5 * figure.scale))
        if length < 0.8 * whole
        else float(np.clip(length, 0.93 * whole, whole + 2.5 * figure.scale))
    )


def _trousers_outline(
    edges: Mapping[str, tuple[FloatArray, FloatArray, FloatArray]], band: FloatArray, cm: float
) -> FloatArray:
    out, down = np.array([0.7 * cm, 0]), np.array([0, 0.9 * cm])
    (upper_l, outer_l, inner_l), (upper_r, outer_r, inner_r) = edges["l"], edges["r"]
    return np.concatenate(
        [
            upper_l - out, outer_l - out, [outer_l[-1] - out + down, inner_l[-1] + down],
            inner_l[::-1], inner_r[1:], [inner_r[-1] + down, outer_r[-1] + out + down],
            (outer_r + out)[::-1], (upper_r + out)[::-1], band[::-1] - down,
        ]
    )  # fmt: skip


def _skirt(garment: Garment, figure: Figure, scale: Scale) -> list[Part]:
    points, cm, unit = garment.points, figure.scale, scale.centimetres * figure.scale
    across = unit * scale.across
    rows = {side: garment.edge(f"waist_{side}", f"hem_{side}", _ROWS) for side in SIDES}
    waist = figure.line("waist") + 1.5 * cm
    length = float(np.mean([lengths(rows[side])[-1] for side in SIDES])) * unit
    if garment.measures.get("skirt_length"):
        length = garment.measures["skirt_length"] / 10 * cm
    end = float(np.clip(waist + length, figure.line("hips") + 10 * cm, _level(figure, "ankle") + 2 * cm))
    y = np.linspace(waist, end, _ROWS)
    halves = np.array([(right[0] - left[0]) / 2 for left, right in zip(rows["l"], rows["r"], strict=True)]) * across
    body = np.array([_body_half(figure, row) for row in y])
    halves = np.maximum(halves, body + 0.5 * cm)
    halves[0] = min(halves[0], body[0] + 2.5 * cm)
    halves = np.convolve(np.pad(halves, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    middles = np.array([figure.middle(row) for row in y])
    sides = {side: np.stack([middles + SIGN[side] * halves, y], axis=1) for side in SIDES}
    band, hem = (
        garment.between(points["waist_l"], points["waist_r"], 7),
        garment.between(points["hem_l"], points["hem_r"], 9),
    )
    to_band, to_hem = (
        _hem(band, sides["l"][0], sides["r"][0], unit * 0.6),
        _hem(hem, sides["l"][-1], sides["r"][-1], unit),
    )
    source = np.concatenate([rows["l"], rows["r"], band[1:-1], hem[1:-1]])
    target = np.concatenate([sides["l"], sides["r"], to_band[1:-1], to_hem[1:-1]])
    out = np.array([0.7 * cm, 0])
    outline = np.concatenate(
        [sides["l"] - out, to_hem + np.array([0, cm]), (sides["r"] + out)[::-1], to_band[::-1] - [0, 1.2 * cm]]
    )
    return [Part("skirt", source, target, outline)]


_PLACERS: Final[Mapping[str, Callable[[Garment, Figure, Scale], list[Part]]]] = MappingProxyType(
    {UPPER: _upper, LOWER: _lower, SKIRT: _skirt}
)
