"""What people may ask with; anything malformed falls back to what is sensible, never to an error page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import choices

ANY = [("", _("any"))]


class LenientForm(forms.Form):
    """A form over GET parameters where a bad value counts as not given."""

    defaults: dict[str, Any] = {}

    def cleaned_or_default(self) -> dict[str, Any]:
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return {name: self.defaults.get(name) if given.get(name) in (None, "") else given[name] for name in self.fields}


class MatchForm(LenientForm):
    """scope: closet or catalogue. colour: the shape–colour slider, 0 shape alone … 100 colour alone."""

    scope = forms.ChoiceField(choices=[("closet", _("My closet")), ("catalogue", _("Shops"))], required=False)
    colour = forms.IntegerField(min_value=0, max_value=100, required=False, label=_("Colour matters"))
    gender = forms.ChoiceField(choices=ANY + choices(taxonomy.GENDERS), required=False)
    season = forms.ChoiceField(choices=ANY + choices(taxonomy.SEASONS), required=False)
    same_kind = forms.BooleanField(required=False, label=_("Same kind only"))

    defaults = {"scope": "closet", "colour": 35, "same_kind": False, "gender": "", "season": ""}

    def cleaned_or_default(self) -> dict[str, Any]:
        asked = super().cleaned_or_default()
        return {**asked, "colour_share": asked["colour"] / 100}


class TodayForm(LenientForm):
    """What the day asks for; every field may stay empty."""

    occasion = forms.ChoiceField(choices=ANY + choices(taxonomy.OCCASIONS), required=False, label=_("Occasion"))
    mood = forms.ChoiceField(choices=ANY + choices(taxonomy.STYLES), required=False, label=_("Mood"))
    dress_code = forms.ChoiceField(
        choices=[
            *ANY,
            ("casual", _("casual")),
            ("smart-casual", _("smart casual")),
            ("business", _("business")),
            ("formal", _("formal")),
        ],
        required=False,
        label=_("Dress code"),
    )
    time = forms.ChoiceField(
        choices=[*ANY, ("morning", _("morning")), ("day", _("day")), ("evening", _("evening"))],
        required=False,
        label=_("Time"),
    )
    temperature = forms.FloatField(min_value=-60, max_value=60, required=False, label=_("Temperature °C"))
    rain = forms.BooleanField(required=False, label=_("Rain"))
    wind = forms.FloatField(min_value=0, max_value=250, required=False, label=_("Wind km/h"))
    seed = forms.IntegerField(min_value=0, max_value=2**31, required=False, widget=forms.HiddenInput)
    locked = forms.TypedMultipleChoiceField(coerce=int, required=False)
    without = forms.TypedMultipleChoiceField(coerce=int, required=False)

    defaults = {"occasion": None, "mood": None, "dress_code": None, "time": None, "locked": [], "without": []}

    def __init__(self, *arguments: Any, garments: Any = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        mine = [(pk, pk) for pk in garments]
        for name in ("locked", "without"):
            self.fields[name].choices = mine  # type: ignore[attr-defined]
