"""A product's own cut: how much room its sizes have over the bodies that their labels are for.

Clothes of one fit line differ by more than the band of their kind is wide: one brand's regular shirt has 8 cm over the
chest, another's 20. A label names the body that the maker had in mind, so a chart tells its own cut. Brands mean
slightly different bodies by a label. How far a chart is believed beside its kind's band is `cut` in
`weights/ease.json`: the share of the variance that lies between products of a brand, not between brands.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from statistics import fmean

from ..rules.layers import BOTTOM, slot_of
from .body import read_body
from .charts import SizeChart
from .ease import BODY_ZONE, ZoneEase, cut_shares, ease_bands
from .labels import label_girth

# mm from the band's middle, three standard deviations of chests: farther off, the labels mean something else.
FARTHEST = 210.0


def product_bands(
    chart: SizeChart, kind: str, intended: str | None = "regular", gender: str | None = None
) -> dict[str, ZoneEase]:
    """Zone -> ease band of a product, mm: its kind's, moved to its own cut as far as labels can be believed."""
    bands = ease_bands(kind, intended, gender)
    own = own_cut(chart, kind, gender)
    shares = cut_shares()
    moved = {}
    for zone, band in bands.items():
        off = own.get(zone, 0.0) - (band.low + band.high) / 2
        by = shares.get(zone, 0.0) * off if zone in own and abs(off) <= FARTHEST else 0.0
        moved[zone] = ZoneEase(zone, band.low + by, band.high + by)
    return moved


def own_cut(chart: SizeChart, kind: str, gender: str | None = None) -> dict[str, float]:
    """Zone -> mean ease of a chart of garment figures over the bodies its labels are for, mm; empty where fewer than
    two labels name a body, or larger labels name no larger ones.

    A label names one girth; what such a body usually has elsewhere is estimated.
    """
    if chart.basis != "garment":
        return {}
    slot = slot_of(kind)
    main, sex = ("waist" if slot == BOTTOM else "chest"), "women" if gender == "women" else "men"
    named = [(row, girth) for row in chart.rows if (girth := label_girth(row.label, gender, slot)) is not None]
    girths = [girth for _, girth in named]
    if len(set(girths)) < 2 or girths != sorted(girths):
        return {}
    eases: dict[str, list[float]] = defaultdict(list)
    for row, girth in named:
        body = usual_body(main, girth, sex)
        for zone, ends in row.zones.items():
            if zone in body:
                eases[zone].append((ends[0] + ends[1]) / 2 - body[zone])
    return {zone: fmean(found) for zone, found in eases.items()}


@lru_cache(maxsize=512)
def usual_body(zone: str, value: float, sex: str) -> Mapping[str, float]:
    """Chart zone -> mm of a Korean whose chest or waist this is."""
    body = read_body({zone: value}, sex, region="korea")
    return {chart: one.value for chart, zone in BODY_ZONE.items() if (one := body.get(zone)) is not None}
