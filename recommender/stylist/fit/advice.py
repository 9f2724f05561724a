"""Which size, and why: a chart against a body, or against a garment that fits.

Every size is judged zone by zone: how far its ease lies outside the band its kind and intended fit
want, tight counting more than loose. The size with the least to say against it wins; the zone with
most to say decides, with its centimetres. Estimated measures make the answer less sure, and say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from ..rules.layers import SHOES, slot_of
from .body import Body, Measure
from .brand_offset import BrandOffset
from .charts import SizeChart, SizeRow
from .cut import product_bands
from .ease import BODY_ZONE, IMPORTANCE, TIGHT_COSTS, TOLERANCE, ZoneEase, ease_bands
from .labels import read_label

BODY_ZONE_OF_CHART = {"sleeve": "arm"}
WELL = 0.55  # verdicts closer to the band than this share of the tolerance read as fitting


@dataclass(frozen=True)
class ZoneFit:
    """One zone of one size on one body, mm. off: outside its band, negative tight, positive loose."""

    zone: str
    ease: float
    off: float
    loss: float
    estimated: bool = False

    @property
    def verdict(self) -> str:
        """fits | tight | loose."""
        reach = WELL * TOLERANCE.get(self.zone, 40)
        return "tight" if self.off < -reach else "loose" if self.off > reach else "fits"


@dataclass(frozen=True)
class SizeFit:
    """How one size fits: its zones, the total loss (0 perfect), and the zone that decides."""

    label: str
    zones: tuple[ZoneFit, ...]
    loss: float

    @property
    def deciding(self) -> ZoneFit | None:
        """The zone with most against it; where none has any, the most important one."""
        if not self.zones:
            return None
        worst = max(self.zones, key=lambda zone: zone.loss)
        if worst.loss > 1e-6:
            return worst
        return max(self.zones, key=lambda zone: IMPORTANCE.get(zone.zone, 0.3))

    @property
    def verdict(self) -> str:
        """fits | tight | loose | unknown, by the deciding zone."""
        return self.deciding.verdict if self.deciding else "unknown"


@dataclass(frozen=True)
class SizeAdvice:
    """The size to take and everything needed to say why.

    label: None when nothing can be said (`codes` then tell why). sure: 0..1. between: the other size
    when two are as good. sizes: all of them, in the chart's order. estimated: body zones that decided
    without having been measured. codes: no_chart | no_measures | no_shared_zone | out_of_range_small |
    out_of_range_large | estimated | between_sizes | brand_offset | chart_doubts | body_doubts |
    outside_model | label_only.
    """

    label: str | None
    sure: float = 0.0
    between: str | None = None
    sizes: tuple[SizeFit, ...] = ()
    codes: tuple[str, ...] = ()
    estimated: tuple[str, ...] = ()
    offset_mm: float = 0.0

    @property
    def chosen(self) -> SizeFit | None:
        """The fit of the chosen size."""
        return next((size for size in self.sizes if size.label == self.label), None)

    @property
    def deciding(self) -> ZoneFit | None:
        """Zone and centimetres that decided: of the chosen size, or against the next ones."""
        return self.chosen.deciding if self.chosen else None


def recommend_size(
    body: Body,
    chart: SizeChart,
    kind: str,
    *,
    intended: str = "regular",
    offset: BrandOffset | None = None,
    gender: str | None = None,
) -> SizeAdvice:
    """The size of a chart for a body.

    A chart without figures falls back to what its labels say (`label_only`). Measures that are
    missing on both sides, or a chart nobody could read, give an advice without a label, never an error.
    """
    offset = offset or BrandOffset()
    codes = ["brand_offset"] if abs(offset.mm) >= 5 else []
    codes += ["chart_doubts"] if chart.doubts else []
    codes += ["body_doubts"] if body.doubts else []
    codes += ["outside_model"] if body.outside else []
    if not body.measures:
        return SizeAdvice(None, codes=("no_measures", *codes))
    if not chart.rows:
        return SizeAdvice(None, codes=("no_chart", *codes))
    rows = _with_label_rows(chart, kind, gender)
    if rows is not chart:
        codes.append("label_only")
    bands = product_bands(rows, kind, intended, gender)
    sizes = tuple(judge_size(body, row, kind, basis=rows.basis, bands=bands, offset=offset) for row in rows.rows)
    sizes = tuple(size for size in sizes if size.zones)
    if not sizes:
        return SizeAdvice(None, codes=("no_shared_zone", *codes))
    # A size with fewer zones has fewer ways to lose: compare on what the fullest ones can say.
    most = max(len(size.zones) for size in sizes)
    ranked = sorted(sizes, key=lambda size: (size.loss + 0.15 * (most - len(size.zones)), abs(_ease_excess(size))))
    best = ranked[0]
    guessed = tuple(zone.zone for zone in best.zones if zone.estimated)
    codes += ["estimated"] if guessed else []
    codes += _range_codes(best, sizes)
    between = None
    if len(ranked) > 1 and ranked[1].loss - best.loss < 0.12:
        between = ranked[1].label
        codes.append("between_sizes")
    sure = _sureness(best, ranked[1] if len(ranked) > 1 else None, body)
    return SizeAdvice(best.label, sure, between, sizes, tuple(codes), guessed, offset.mm)


def judge_size(
    body: Body,
    row: SizeRow,
    kind: str,
    *,
    basis: str = "garment",
    intended: str | None = "regular",
    bands: Mapping[str, ZoneEase] | None = None,
    offset: BrandOffset | None = None,
    gender: str | None = None,
) -> SizeFit:
    """One size of a chart on a body, zone by zone. basis: what the row's figures are, body or garment.

    bands: the ease its product is cut for (`cut.product_bands`); its kind's in the intended fit where none are given.
    """
    need = offset.mm if offset else 0.0
    zones = []
    bands = (bands or ease_bands(kind, intended, gender)) if basis == "garment" else {}
    for zone, ends in row.zones.items():
        measure = body.get(BODY_ZONE_OF_CHART.get(zone, zone) if basis == "body" else BODY_ZONE.get(zone, ""))
        if measure is None:
            continue
        shift = need if zone in ("chest", "waist", "hips") else 0.0
        if basis == "body":
            if zone not in TOLERANCE and zone != "height":
                continue
            found = _body_zone(zone, ends, measure, shift)
        elif zone in bands:
            found = _garment_zone(bands[zone], (ends[0] + ends[1]) / 2, measure, shift)
        else:
            continue
        zones.append(found)
    if not zones:
        return SizeFit(row.label, (), 0.0)
    weight = sum(IMPORTANCE.get(zone.zone, 0.3) for zone in zones)
    mean = sum(zone.loss for zone in zones) / weight
    # One impossible zone makes a size impossible, however well the others sit.
    return SizeFit(row.label, tuple(zones), 0.5 * mean + 0.5 * max(zone.loss for zone in zones))


def _loss(zone: str, off: float, measure: Measure) -> float:
    """Importance times the squared share of tolerance, tight counting more; estimates count half."""
    part = abs(off) / TOLERANCE.get(zone, 60) * (TIGHT_COSTS if off < 0 else 1.0)
    return IMPORTANCE.get(zone, 0.3) * part * part * (0.5 if measure.estimated else 1.0)


def _garment_zone(band: ZoneEase, garment: float, measure: Measure, shift: float) -> ZoneFit:
    ease = garment - measure.value - shift
    off = band.off(ease)
    middle = (band.low + band.high) / 2
    # A trace of preference for the middle of the band settles ties between sizes that both fit.
    loss = _loss(band.zone, off, measure) + 0.02 * ((ease - middle) / max(band.high - band.low, 1)) ** 2
    return ZoneFit(band.zone, ease, off, loss, measure.estimated)


def _body_zone(zone: str, ends: tuple[float, float], measure: Measure, shift: float) -> ZoneFit:
    """A chart that says which bodies a size is for: off by how far the body lies outside its range."""
    value = measure.value + shift
    half = 12.0 if ends[0] == ends[1] and zone != "foot" else 0.0  # one figure stands for a size's middle
    low, high = ends[0] - half, ends[1] + half
    off = min(high - value, 0.0) + max(low - value, 0.0)
    middle = (low + high) / 2
    loss = _loss(zone, off, measure) + 0.02 * ((value - middle) / max(high - low, 1)) ** 2
    return ZoneFit(zone, middle - value, off, loss, measure.estimated)


def _with_label_rows(chart: SizeChart, kind: str, gender: str | None) -> SizeChart:
    """The chart itself, or one made of its labels when its rows have no zones for this kind."""
    useful = ease_bands(kind) if chart.basis == "garment" else TOLERANCE
    if not ease_bands(kind) and slot_of(kind) != SHOES:
        return chart  # bags and hats have no size that a body's label could tell
    if any(zone in useful for row in chart.rows for zone in row.zones):
        return chart
    slot = slot_of(kind)
    rows = [
        SizeRow(row.label, read.zones)
        for row in chart.rows
        if (read := read_label(row.label, gender, slot)) is not None
    ]
    return SizeChart(tuple(rows), "body", chart.doubts) if rows else chart


def chart_of_labels(labels: Sequence[str], kind: str, gender: str | None = None) -> SizeChart:
    """A body chart made of size labels alone; labels nobody can read are left out."""
    slot = slot_of(kind)
    read = [(label, read_label(label, gender, slot)) for label in labels]
    return SizeChart(tuple(SizeRow(label, found.zones) for label, found in read if found), "body")


def _ease_excess(size: SizeFit) -> float:
    return sum(zone.off for zone in size.zones)


def _range_codes(best: SizeFit, sizes: Sequence[SizeFit]) -> list[str]:
    """Whether even the best size is out: the body is beyond the chart's ends."""
    if best.loss < 0.6 or best.deciding is None:
        return []
    return ["out_of_range_large" if best.deciding.off < 0 else "out_of_range_small"]


def _sureness(best: SizeFit, second: SizeFit | None, body: Body) -> float:
    """0..1 from the margin to the next size, the share of zones measured, and how well the best fits."""
    margin = 1.0 if second is None else 1 - exp(-(second.loss - best.loss) / 0.25)
    weight = {zone.zone: IMPORTANCE.get(zone.zone, 0.3) for zone in best.zones}
    measured = sum(weight[zone.zone] for zone in best.zones if not zone.estimated) / sum(weight.values())
    return round((0.35 + 0.65 * max(margin, 0.0)) * (0.4 + 0.6 * measured) * exp(-best.loss / 2), 3)


def recommend_like(mine: Mapping[str, float], chart: SizeChart, *, allowance_mm: float = 0.0) -> SizeAdvice:
    """The size nearest to a garment of mine that fits, zone by zone; chart must be of garment figures.

    mine: zone -> mm around. allowance_mm: how much larger the new one should be (a coat over it).
    """
    if chart.basis != "garment" or not chart.rows:
        return SizeAdvice(None, codes=("no_chart",))
    sizes = []
    for row in chart.rows:
        zones = []
        for zone in row.zones:
            middle = row.middle(zone)
            if zone not in mine or middle is None or (zone not in TOLERANCE and zone != "back_length"):
                continue
            gap = middle - mine[zone] - (allowance_mm if zone in ("chest", "waist", "hips") else 0.0)
            known = Measure(mine[zone], mine[zone], mine[zone])
            zones.append(ZoneFit(zone, gap, gap, _loss(zone, gap, known)))
        if zones:
            weight = sum(IMPORTANCE.get(zone.zone, 0.3) for zone in zones)
            sizes.append(SizeFit(row.label, tuple(zones), sum(zone.loss for zone in zones) / weight))
    if not sizes:
        return SizeAdvice(None, codes=("no_shared_zone",))
    ranked = sorted(sizes, key=lambda size: size.loss)
    between = ranked[1].label if len(ranked) > 1 and ranked[1].loss - ranked[0].loss < 0.08 else None
    margin = 1.0 if len(ranked) == 1 else 1 - exp(-(ranked[1].loss - ranked[0].loss) / 0.25)
    codes = ("between_sizes",) if between else ()
    sure = round((0.35 + 0.65 * margin) * exp(-ranked[0].loss / 2), 3)
    return SizeAdvice(ranked[0].label, sure, between, tuple(sizes), codes)
