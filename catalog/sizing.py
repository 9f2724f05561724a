"""A size chart as a table a person reads, in centimetres or inches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import SizeChart

ZONE_NAMES = {
    "chest": _("chest"),
    "shoulder": _("shoulder"),
    "sleeve": _("sleeve"),
    "back_length": _("length"),
    "waist": _("waist"),
    "hips": _("hips"),
    "thigh": _("thigh"),
    "inside_leg": _("inside leg"),
    "skirt_length": _("skirt length"),
    "foot": _("foot"),
    "height": _("height"),
    "neck": _("neck"),
    "arm": _("arm"),
}


@dataclass(frozen=True)
class SizeTable:
    """zones: column headings. rows: (label, a text a zone, whether in stock)."""

    zones: list[Any]
    rows: list[tuple[str, list[str], bool]]
    unit: str


def length(mm: float, *, imperial: bool) -> str:
    """`96.5` cm or `38` in, without its unit; half a centimetre and a quarter inch are as fine as tapes go."""
    number = round(mm / 25.4 * 4) / 4 if imperial else round(mm / 5) / 2
    return f"{number:g}"


def size_table(chart: SizeChart, *, imperial: bool, in_stock: list[str] | None = None) -> SizeTable:
    """in_stock: labels that can be bought; empty where the shop does not say."""
    rows = list(chart.rows.all())
    told = {zone for row in rows for zone in row.zones}
    zones = [zone for zone in ZONE_NAMES if zone in told]

    def cell(value: Any) -> str:
        if value is None:
            return ""
        ends = value if isinstance(value, list) else [value]
        return "–".join(length(mm, imperial=imperial) for mm in ends)

    return SizeTable(
        [ZONE_NAMES[zone] for zone in zones],
        [
            (row.label, [cell(row.zones.get(zone)) for zone in zones], not in_stock or row.label in in_stock)
            for row in rows
        ],
        "in" if imperial else "cm",
    )
