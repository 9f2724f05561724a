"""What a member types about a garment. Forms check and translate; services write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import taxonomy
from catalog.models import SLOT_CHOICES, Kind
from catalog.money import CURRENCIES
from closet import units
from closet.facts import LABELS, TERMS, ZONES, attributes_of, term_name
from closet.models import Garment, OwnKind, Zone
from closet.services.garments import LONGEST_MM, SHORTEST_MM

MEASURE = "measure-"
FIELDS = (
    "name",
    "kind",
    "colour_names",
    "pattern",
    "material",
    *taxonomy.ATTRIBUTE_KINDS,
    "seasons",
    "styles",
    "gender",
    "warmth",
    "formality",
    "own_kind",
    "brand_name",
    "size_label",
    "quantity",
    "fits",
    "measures",
    "price",
    "bought_on",
    "place",
    "notes",
    "state",
)
STYLE_SHOWN = 0.35


def grouped_kinds(kinds: Iterable[Kind]) -> list[tuple[Any, list[Kind]]]:
    """(name of the slot, its kinds), in the order of the slots."""
    slots, names = list(taxonomy.Slot), dict(SLOT_CHOICES)
    ordered = sorted(kinds, key=lambda kind: slots.index(taxonomy.Slot(kind.slot)))
    return [(names[slot], list(members)) for slot, members in groupby(ordered, key=lambda kind: kind.slot)]


class KindIterator(forms.models.ModelChoiceIterator[Kind]):
    """Kinds under the name of their slot."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for name, members in grouped_kinds(self.queryset):
            yield name, [self.choice(kind) for kind in members]


class KindField(forms.ModelChoiceField[Kind]):
    iterator = KindIterator


class PaintForm(forms.Form):
    """What a garment is that its owner paints on a photo."""

    kind = KindField(
        queryset=Kind.objects.all(),
        to_field_name="slug",
        label=LABELS["kind"],
        empty_label=gettext_lazy("What is it?"),
        error_messages={"required": gettext_lazy("Say what it is.")},
        widget=forms.Select({"form": "mask-upload"}),  # sent by the script, and without one by the upload's form
    )


def _terms(field: str) -> list[tuple[str, str]]:
    return [(term.slug, term_name(term)) for term in TERMS[field]]


class GarmentForm(forms.Form):
    """All of a garment's fields, or those of `only`. `changes()` is what `garment_edit` takes.

    measure_units: a `Profile.Units`; measures are typed in it and kept in millimetres.
    """

    name = forms.CharField(label=LABELS["name"], max_length=120, required=False)
    kind = KindField(queryset=Kind.objects.all(), label=LABELS["kind"], empty_label=None)
    colour_names = forms.MultipleChoiceField(
        label=LABELS["colour_names"], required=False, widget=forms.CheckboxSelectMultiple
    )
    pattern = forms.ChoiceField(label=LABELS["pattern"], required=False)
    material = forms.ChoiceField(label=LABELS["material"], required=False)
    sleeve = forms.ChoiceField(label=LABELS["sleeve"], required=False)
    length = forms.ChoiceField(label=LABELS["length"], required=False)
    collar = forms.ChoiceField(label=LABELS["collar"], required=False)
    cut = forms.ChoiceField(label=LABELS["cut"], required=False)
    closure = forms.ChoiceField(label=LABELS["closure"], required=False)
    seasons = forms.MultipleChoiceField(label=LABELS["seasons"], required=False, widget=forms.CheckboxSelectMultiple)
    styles = forms.MultipleChoiceField(label=LABELS["styles"], required=False, widget=forms.CheckboxSelectMultiple)
    gender = forms.ChoiceField(label=LABELS["gender"])
    warmth = forms.FloatField(
        label=LABELS["warmth"],
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"type": "range", "step": 0.05}),
    )
    formality = forms.FloatField(
        label=LABELS["formality"],
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"type": "range", "step": 0.05}),
    )
    brand_name = forms.CharField(
        label=LABELS["brand_name"], max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    size_label = forms.CharField(label=LABELS["size_label"], max_length=30, required=False)
    own_kind = forms.ModelChoiceField(
        queryset=OwnKind.objects.none(), label=LABELS["own_kind"], required=False, empty_label="—"
    )
    quantity = forms.IntegerField(label=LABELS["quantity"], min_value=1, max_value=99)
    fits = forms.ChoiceField(label=LABELS["fits"], required=False)
    price = forms.DecimalField(
        label=LABELS["price"],
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        widget=forms.Select(
            attrs={"aria-label": gettext_lazy("Currency")}
        ),  # it stands beside the price without a label
    )
    bought_on = forms.DateField(
        label=LABELS["bought_on"], required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=LABELS["place"], max_length=80, required=False)
    notes = forms.CharField(
        label=LABELS["notes"], max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    state = forms.ChoiceField(label=LABELS["state"], choices=Garment.State.choices)

    def __init__(
        self,
        data: Any = None,
        *,
        garment: Garment,
        measure_units: str,
        only: Sequence[str] = FIELDS,
    ) -> None:
        self.garment = garment
        self.measure_units = measure_units
        self.only = tuple(only)
        super().__init__(data, initial=self._initial(garment))
        self._name_choices()
        self.fields["own_kind"].queryset = OwnKind.objects.owned_by(garment.owner)  # type: ignore[attr-defined]
        self.zones = self._measure_fields() if "measures" in self.only else []
        if self.only == FIELDS:
            lacking = set(taxonomy.ATTRIBUTE_KINDS) - set(attributes_of(garment.kind))
            self.only = tuple(name for name in self.only if name not in lacking)
        kept = {*self.only, *self.zones} | ({"currency"} if "price" in self.only else set())
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]

    @staticmethod
    def _initial(garment: Garment) -> dict[str, Any]:
        values = {
            name: getattr(garment, name)
            for name in (*FIELDS, "currency")
            if name not in ("kind", "own_kind", "measures")
        }
        styles = sorted(garment.styles, key=lambda slug: -garment.styles[slug])
        values["styles"] = [slug for slug in styles if garment.styles[slug] >= STYLE_SHOWN] or styles[:1]
        return {**values, "kind": garment.kind_id, "own_kind": garment.own_kind_id}

    def _name_choices(self) -> None:
        unknown = [("", _("not known"))]
        for field in ("colour_names", "seasons", "styles"):
            self.fields[field].choices = _terms(field)  # type: ignore[attr-defined]
        self.fields["gender"].choices = _terms("gender")  # type: ignore[attr-defined]
        for field in ("pattern", "material", *taxonomy.ATTRIBUTE_KINDS):
            self.fields[field].choices = unknown + _terms(field)  # type: ignore[attr-defined]
        fits = list(Garment._meta.get_field("fits").choices or ())
        self.fields["fits"].choices = [("", _("not tried yet")), *fits]  # type: ignore[attr-defined]

    def _measure_fields(self) -> list[str]:
        """One text field a zone of the garment's kind, and of what it has been measured at."""
        zones = dict.fromkeys([*self.garment.kind.zones, *self.garment.measures])
        unit = units.unit_of(Zone.CHEST, self.measure_units)
        for zone in (zone for zone in zones if zone in ZONES):
            self.fields[MEASURE + zone] = forms.CharField(
                label=ZONES[zone],
                required=False,
                max_length=20,
                help_text=unit,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            if mm := self.garment.measures.get(zone):
                self.initial[MEASURE + zone] = units.exact(mm, Zone.CHEST, self.measure_units)
        return [name for name in self.fields if name.startswith(MEASURE)]

    def clean_bought_on(self) -> Any:
        day = self.cleaned_data["bought_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("That day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in self.zones:
            text = (values.get(name) or "").strip()
            if not text:
                values[name] = None
                continue
            try:
                mm = units.parse(text, Zone.CHEST, self.measure_units)
            except ValidationError as error:
                self.add_error(name, error)
                continue
            if SHORTEST_MM <= mm <= LONGEST_MM:
                values[name] = mm
            else:
                self.add_error(name, _("No garment measures that; is it the right unit?"))
        return values

    def changes(self) -> dict[str, Any]:
        """{field: value} of what the member sent that differs, or everything when one field alone was asked for."""
        values = {name: self.cleaned_data[name] for name in self.only if name in self.cleaned_data}
        if "price" in values:
            values["currency"] = self.cleaned_data["currency"]
        if "styles" in values:
            chosen = set(values["styles"])
            values["styles"] = {style.slug: 1.0 if style.slug in chosen else 0.0 for style in taxonomy.STYLES}
        if self.zones:
            others = {zone: mm for zone, mm in self.garment.measures.items() if MEASURE + zone not in self.zones}
            given = {name.removeprefix(MEASURE): self.cleaned_data[name] for name in self.zones}
            values["measures"] = {**others, **{zone: mm for zone, mm in given.items() if mm}}
        if len(self.only) == 1:
            return values
        return {name: value for name, value in values.items() if self._differs(name, value)}

    def _differs(self, name: str, value: Any) -> bool:
        if name in ("colour_names", "seasons"):
            return set(value) != set(getattr(self.garment, name))
        if name == "styles":
            return {slug for slug, share in value.items() if share} != set(self.initial["styles"])
        if name in ("warmth", "formality"):
            return bool(abs(value - getattr(self.garment, name)) > 0.026)  # half a step of the slider is no decision
        return bool(value != getattr(self.garment, name))
