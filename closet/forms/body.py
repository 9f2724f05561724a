"""One quick form for the whole body: eleven optional numbers, in the member's units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet import units
from closet.models import Measurement, Zone


def _day_field() -> forms.DateField:
    return forms.DateField(
        label=_("taken on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )


def _measure_field(zone: str, member_units: str, *, required: bool) -> forms.CharField:
    # Not type=number: it would refuse 172,5 and 5'8".
    return forms.CharField(
        label=Zone(zone).label,
        required=required,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal" if member_units != units.IMPERIAL else "text",
                "autocomplete": "off",
                "placeholder": units.example(zone, member_units),
                "data-zone": zone,
            }
        ),
    )


class _MeasureForm(forms.Form):
    def clean_measure(self, zone: str, text: str) -> int:
        value = units.parse(text, zone, self.member_units)
        return units.check(value, zone, self.member_units)

    member_units: str


class BodyForm(_MeasureForm):
    """cleaned_data["values"]: {zone: mm, grams for the weight} of what was filled in."""

    def __init__(self, *args: Any, member_units: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member_units = member_units
        for zone in Zone.values:
            self.fields[zone] = _measure_field(zone, member_units, required=False)
        self.fields["taken_on"] = _day_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        values: dict[str, int] = {}
        for zone in Zone.values:
            if not (text := (cleaned.get(zone) or "").strip()):
                continue
            try:
                values[zone] = self.clean_measure(zone, text)
            except ValidationError as error:
                self.add_error(zone, error)
        if not values and not self.errors:
            raise ValidationError(_("Fill in at least one measure."))
        return cleaned | {"values": values}

    @property
    def zones(self) -> list[forms.BoundField]:
        return [self[zone] for zone in Zone.values]


class MeasurementForm(_MeasureForm):
    """One entry, to correct it. cleaned_data["base"]: mm or grams."""

    def __init__(self, *args: Any, entry: Measurement, member_units: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"value": units.exact(entry.value, entry.zone, member_units), "taken_on": entry.taken_on}
        super().__init__(*args, **kwargs)
        self.entry, self.member_units = entry, member_units
        self.fields["value"] = _measure_field(entry.zone, member_units, required=True)
        self.fields["taken_on"] = _day_field()

    def clean_value(self) -> str:
        text = str(self.cleaned_data["value"])
        self.base = self.clean_measure(self.entry.zone, text)
        return text
