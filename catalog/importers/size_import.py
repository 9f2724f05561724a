"""Size charts, a row a size. The rows of a chart are judged together: one that lacks what the others tell has a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalog.importers import values, vocabulary
from catalog.importers.batches import Batch, Context
from catalog.importers.changes import remember
from catalog.importers.kinds import Kinds
from catalog.importers.mapping import ZONE_FIELDS, positions, unit_of
from catalog.importers.problems import BadRow
from catalog.importers.product_writer import Brands
from catalog.importers.readers import Line
from catalog.models import Product, SizeChart, SizeRow

_MEASURES = {"body": "body", "신체": "body", "몸": "body", "garment": "garment", "flat": "garment",
             "product": "garment", "실측": "garment", "제품": "garment", "옷": "garment"}  # fmt: skip
_FITS = {"slim": "slim", "슬림": "slim", "regular": "regular", "레귤러": "regular", "기본": "regular", "loose": "loose",
         "relaxed": "loose", "루즈": "loose", "루즈핏": "loose", "oversized": "oversized", "oversize": "oversized",
         "오버핏": "oversized", "오버사이즈": "oversized"}  # fmt: skip


@dataclass
class SizeLine:
    line: int
    chart: str
    brand: str
    label: str
    about: dict[str, Any] = field(default_factory=dict)
    zones: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.brand.casefold(), self.chart.casefold()


class SizeImport:
    """Takes the whole file as one batch, so that no chart is cut in two; a file of sizes is small."""

    batch_size = 20_000

    def __init__(self, context: Context) -> None:
        self.context = context
        self.at = positions(context.columns, context.job.mapping)
        self.column = {slug: context.columns[places[0]] for slug, places in self.at.items()}
        self.units = {slug: unit_of(name) for slug, name in self.column.items()}
        self.kinds = Kinds(may_add=False, is_dry_run=context.is_dry_run)
        self.brands = Brands(context.job, publish=context.options.publish)

    def prepare(self, lines: Callable[[], Iterator[Line]]) -> None:
        return

    def seen(self, line: Line) -> None:
        return

    def cell(self, line: Line, slug: str) -> str:
        return line.cells[self.at[slug][0]].strip() if slug in self.at else ""

    def read(self, line: Line) -> SizeLine:
        """Raises BadRow."""
        if line.broken:
            raise line.broken
        chart = values.line(self.cell(line, "chart"), self.column["chart"], most=120)
        label = values.line(self.cell(line, "label"), self.column["label"], most=30)
        if not chart or not label:
            missing = "label" if chart else "chart"
            raise BadRow(_("The name of the chart or the size is missing."), column=self.column[missing])
        brand = values.line(self.cell(line, "brand"), self.column.get("brand", ""), most=200)
        row = SizeLine(line.number, chart, brand or self.context.options.brand, label)
        if kind := self.cell(line, "kind"):
            row.about["kind_id"] = self.kinds.pk(kind, "", self.column["kind"])
        for slug, name, words in (("measures", "measures", _MEASURES), ("fit", "intended_fit", _FITS)):
            if cell := self.cell(line, slug).casefold():
                if cell not in words:
                    raise BadRow(_("“%s” is not known here.") % cell[:60], column=self.column[slug], value=cell)
                row.about[name] = words[cell]
        if gender := self.cell(line, "gender"):
            row.about["made_for"] = vocabulary.gender_slug(gender) or "unisex"
        unit = self.cell(line, "unit").lower()
        if unit and unit not in ("mm", "cm", "in"):
            raise BadRow(_("A unit is mm, cm or in."), column=self.column["unit"], value=unit)
        for zone in ZONE_FIELDS:
            slug = f"zone:{zone}"
            if cell := self.cell(line, slug):
                of = unit or self.units[slug] or self.context.options.unit
                row.zones[zone] = values.millimetres(cell, self.column[slug], unit=of)
        if not row.zones:
            raise BadRow(_("The row has no measure at all."), value=label)
        return row

    def batch(self, lines: Sequence[Line]) -> Batch:
        job, batch = self.context.job, Batch(len(lines))
        charts: dict[tuple[str, str], list[SizeLine]] = defaultdict(list)
        for line in lines:
            try:
                row = self.read(line)
                if twin := next((other for other in charts[row.key] if other.label == row.label), None):
                    raise BadRow(_("Line %d already has this size.") % twin.line, value=row.label)
                charts[row.key].append(row)
            except BadRow as problem:
                batch.refuse(job, line.number, problem)
        whole: dict[tuple[str, str], list[SizeLine]] = {}
        for key, rows in charts.items():
            told = set().union(*(row.zones for row in rows)) if rows else set()
            for row in rows:
                if gaps := sorted(told - set(row.zones)):
                    names = ", ".join(self.column[f"zone:{zone}"] for zone in gaps)
                    gap = BadRow(
                        _("The size %(label)s has no %(zones)s, which other sizes of its chart have.")
                        % {"label": row.label, "zones": names},
                        column=self.column[f"zone:{gaps[0]}"],
                    )
                    batch.refuse(job, row.line, gap)
                else:
                    whole.setdefault(key, []).append(row)
        existing = self._existing(whole)
        todo = []
        for key, rows in whole.items():
            chart = existing.get(key)
            known = {row.label: row.zones for row in chart.rows.all()} if chart else {}
            same = [row for row in rows if known.get(row.label) == row.zones]
            batch.unchanged += len(same)
            batch.updated += sum(row.label in known for row in rows) - len(same)
            batch.created += sum(row.label not in known for row in rows)
            if len(same) < len(rows):
                todo.append((chart, rows))
        if not self.context.is_dry_run:
            batch.write = lambda: self._write(todo)
        return batch

    def _existing(self, charts: dict[tuple[str, str], list[SizeLine]]) -> dict[tuple[str, str], SizeChart]:
        found = {}
        for chart in SizeChart.objects.filter(name__in=[rows[0].chart for rows in charts.values()]).prefetch_related(
            "rows"
        ):
            for key, rows in charts.items():
                brand = self.brands.find(rows[0].brand) if rows[0].brand else None
                if chart.name.casefold() == key[1] and chart.brand_id == brand:
                    found[key] = chart
        return found

    def _write(self, todo: list[tuple[SizeChart | None, list[SizeLine]]]) -> None:
        job = self.context.job
        self.brands.make([rows[0].brand for _chart, rows in todo if rows[0].brand])
        charts = [chart.pk for chart, _rows in todo if chart]
        remember(job, SizeChart, charts, children=("_rows", SizeRow, "chart_id"))
        for chart, rows in todo:
            brand = self.brands.find(rows[0].brand) if rows[0].brand else None
            about = {name: value for row in rows for name, value in row.about.items()}
            if chart is None:
                chart = SizeChart.objects.create(brand_id=brand, name=rows[0].chart, **about)
                remember(job, SizeChart, [chart.pk], is_made=True)
            elif about:
                SizeChart.objects.filter(pk=chart.pk).update(**about)
            for position, row in enumerate(rows):
                SizeRow.objects.update_or_create(
                    chart=chart, label=row.label, defaults={"zones": row.zones, "position": position}
                )
            chart.refresh_from_db()
            if chart.brand_id and chart.kind_id:
                Product.objects.filter(brand_id=chart.brand_id, kind_id=chart.kind_id, size_chart=None).update(
                    size_chart=chart
                )

    def finish(self) -> None:
        return
