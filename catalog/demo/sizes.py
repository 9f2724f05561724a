# Tables, a row a line.
# fmt: off
"""Size charts of the demo houses: the garment's own measures, millimetres around, one chart a kind, gender and fit."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.taxonomy import KIND_BY_SLUG, Slot

ONE_SIZE = "FREE"


@dataclass(frozen=True)
class Chart:
    """rows: (label, {zone: mm}) from the smallest size up."""

    name: str
    kind: str
    gender: str
    fit: str
    rows: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


# The middle size's zones for women; men's are these plus _MEN, both sexes' the mean.
_UPPER = {"chest": 980, "shoulder": 400, "sleeve": 580, "back_length": 610}
_OUTER = {"chest": 1060, "shoulder": 420, "sleeve": 595, "back_length": 640}
_BASE: dict[str, dict[str, int]] = {
    "t-shirt": {**_UPPER, "sleeve": 195},
    "polo": {**_UPPER, "sleeve": 200},
    "long-sleeve": _UPPER,
    "shirt": {**_UPPER, "chest": 1010, "back_length": 670, "sleeve": 590},
    "blouse": {**_UPPER, "chest": 1000, "back_length": 620},
    "knit": {**_UPPER, "chest": 1020, "back_length": 590},
    "sweatshirt": {**_UPPER, "chest": 1060, "shoulder": 440},
    "hoodie": {**_UPPER, "chest": 1080, "shoulder": 450, "back_length": 630},
    "sleeveless": {"chest": 900, "back_length": 590},
    "bodysuit": {"chest": 840, "back_length": 640},
    "jacket": _OUTER,
    "blazer": {**_OUTER, "chest": 1020, "back_length": 680},
    "coat": {**_OUTER, "chest": 1100, "back_length": 1050},
    "cardigan": {**_OUTER, "chest": 1030, "back_length": 600},
    "padded": {**_OUTER, "chest": 1160, "shoulder": 440, "back_length": 660},
    "vest": {"chest": 1000, "shoulder": 360, "back_length": 570},
    "dress": {"chest": 940, "waist": 780, "hips": 1040, "shoulder": 380, "back_length": 1080},
    "jumpsuit": {"chest": 980, "waist": 800, "hips": 1060, "shoulder": 390, "back_length": 620, "inside_leg": 700},
    "jeans": {"waist": 730, "hips": 960, "thigh": 580, "inside_leg": 730},
    "trousers": {"waist": 720, "hips": 980, "thigh": 620, "inside_leg": 720},
    "shorts": {"waist": 730, "hips": 1000, "thigh": 640},
    "skirt": {"waist": 700, "hips": 960, "skirt_length": 640},
    "leggings": {"waist": 640, "hips": 840, "inside_leg": 680},
    "sweatpants": {"waist": 700, "hips": 1040, "thigh": 660, "inside_leg": 700},
    "tunic": {**_UPPER, "back_length": 820},
    "underwear": {"chest": 840, "waist": 660, "hips": 860},
    "swimwear": {"chest": 780, "waist": 640, "hips": 840},
}
_MEN = {"chest": 110, "shoulder": 55, "sleeve": 40, "back_length": 80, "waist": 110, "hips": 60, "thigh": 30,
    "inside_leg": 40}
_STEP = {"chest": 50, "shoulder": 14, "sleeve": 9, "back_length": 17, "waist": 45, "hips": 42, "thigh": 22,
    "inside_leg": 7, "skirt_length": 12}
_FIT = {"slim": {"chest": -40, "thigh": -20, "hips": -20}, "loose": {"chest": 80, "shoulder": 25, "thigh": 40,
    "hips": 30}, "oversized": {"chest": 160, "shoulder": 60, "back_length": 25, "thigh": 60, "hips": 50}}
_LABELS = {
    ("alpha", "women"): ("XS", "S", "M", "L"),
    ("alpha", "men"): ("S", "M", "L", "XL"),
    ("alpha", "unisex"): ("S", "M", "L", "XL"),
    ("ks", "women"): ("85", "90", "95", "100"),
    ("ks", "men"): ("95", "100", "105", "110"),
    ("ks", "unisex"): ("90", "95", "100", "105"),
}
_WAIST_LABELS = {"women": ("25", "27", "29", "31"), "men": ("29", "31", "33", "35"),
    "unisex": ("27", "29", "31", "33")}
_FEET = {"women": range(225, 256, 5), "men": range(250, 291, 5), "unisex": range(230, 286, 5)}


def chart_for(kind: str, gender: str, fit: str, sizing: str, *, long: bool = False) -> Chart | None:
    """A kind's chart; None for what comes in one size. long: longer by half than the kind usually is."""
    slot = KIND_BY_SLUG[kind].slot
    name = f"{KIND_BY_SLUG[kind].en} · {gender} · {fit}" + (" · long" if long else "")
    if slot is Slot.SHOES:
        feet = tuple((str(mm), (("foot", mm),)) for mm in _FEET[gender])
        return Chart(name, kind, gender, "regular", feet)
    base = _BASE.get(kind)
    if base is None:
        return None
    share = {"women": 0.0, "men": 1.0, "unisex": 0.5}[gender]
    labels = _LABELS[sizing, gender]
    if kind in ("jeans", "trousers", "shorts") and sizing == "alpha":
        labels = _WAIST_LABELS[gender]
    rows = []
    for step, label in enumerate(labels):
        zones = []
        for zone, middle in base.items():
            mm = middle + share * _MEN.get(zone, 0) + _FIT.get(fit, {}).get(zone, 0) + (step - 1.5) * _STEP[zone]
            if long and zone == "back_length":
                mm += 320
            zones.append((zone, round(mm / 5) * 5))
        rows.append((label, tuple(zones)))
    return Chart(name, kind, gender, fit, tuple(rows))
