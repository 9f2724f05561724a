"""Size charts with their rows; a zone is written in millimetres, or as a span `920-960`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.importers import values
from catalog.importers.mapping import ZONE_FIELDS
from catalog.importers.problems import BadRow
from catalog.models import SizeChart, SizeRow


class ZonesField(forms.CharField):
    """`chest 1040, shoulder 455, waist 820-860` for a person; {zone: mm or [mm, mm]} for the row."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return ", ".join(
            f"{zone} {mm[0]}-{mm[1]}" if isinstance(mm, list) else f"{zone} {mm}" for zone, mm in value.items()
        )

    def to_python(self, value: Any) -> dict[str, Any]:  # type: ignore[override]
        zones: dict[str, Any] = {}
        for part in (value or "").split(","):
            zone, _space, length = part.strip().partition(" ")
            if not zone:
                continue
            if zone not in ZONE_FIELDS:
                known = ", ".join(ZONE_FIELDS)
                raise forms.ValidationError(
                    _("“%(zone)s” is no zone; there are %(known)s.") % {"zone": zone, "known": known}
                )
            try:
                zones[zone] = values.millimetres(length, zone, unit="mm")
            except BadRow as problem:
                raise forms.ValidationError(problem.reason) from None
        return zones

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or {})
        except forms.ValidationError:
            return True


class SizeRowForm(forms.ModelForm[SizeRow]):
    zones = ZonesField(
        label=_("zones (mm)"), required=False, help_text=_("For example: chest 1040, shoulder 455, back_length 690")
    )

    class Meta:
        model = SizeRow
        fields = ["label", "zones", "position"]


class SizeRowInline(TabularInline):
    model = SizeRow
    form = SizeRowForm
    extra = 0
    ordering_field = "position"
    hide_ordering_field = True


@admin.register(SizeChart)
class SizeChartAdmin(ModelAdmin):
    list_display = ["name", "brand", "kind", "measures", "intended_fit", "sizes"]
    list_filter = [("measures", ChoicesDropdownFilter), ("kind", RelatedDropdownFilter)]
    list_select_related = ["brand", "kind"]
    search_fields = ["name", "brand__name_en", "brand__name_ko"]
    autocomplete_fields = ["brand", "kind"]
    inlines = [SizeRowInline]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("rows")

    @admin.display(description=_("sizes"))
    def sizes(self, chart: SizeChart) -> str:
        return " ".join(row.label for row in chart.rows.all())
