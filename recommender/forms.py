"""What people may ask with; anything malformed falls back to what is sensible, never to an error page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.asked import day_named, whole
from catalog.models import choices
from catalog.words.reading import MOST_LETTERS
from imaging.colour import lab_of_hex
from recommender.services.search import LAST_PAGE, PAGE
from recommender.services.search_filters import PRICE_BAND

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


class SeenForm(LenientForm):
    """garment: the number of one on a photo. price: what it would cost, in the member's currency."""

    garment = forms.IntegerField(min_value=0, max_value=1000, required=False)
    price = forms.FloatField(min_value=0, max_value=1e9, required=False, label=_("Price"))


class InspirationForm(LenientForm):
    """person: whose outfit on a photo, from 1. turn: which combination of mine, from 0."""

    person = forms.IntegerField(min_value=1, max_value=1000, required=False)
    turn = forms.IntegerField(min_value=0, max_value=1000, required=False)

    defaults = {"turn": 0}


class SearchForm(LenientForm):
    """The search page's parameters. palette: up to five "#rrggbb" or "#rrggbb:share", comma-separated."""

    thing = forms.ChoiceField(
        choices=[
            ("products", _("Products")),
            ("looks", _("Looks")),
            ("garments", _("My closet")),
            ("all", _("Everything")),
        ],
        required=False,
    )
    q = forms.CharField(max_length=MOST_LETTERS, required=False, strip=True, label=_("Words"))
    palette = forms.CharField(max_length=100, required=False)
    garment = forms.IntegerField(min_value=1, required=False)
    product = forms.IntegerField(min_value=1, required=False)
    look = forms.IntegerField(min_value=1, required=False)
    photo = forms.CharField(max_length=60, required=False)
    piece = forms.IntegerField(min_value=0, max_value=1000, required=False)  # which garment of the photo
    saved = forms.IntegerField(min_value=1, required=False)
    gender = forms.ChoiceField(choices=ANY + choices(taxonomy.GENDERS), required=False)
    season = forms.ChoiceField(choices=ANY + choices(taxonomy.SEASONS), required=False)
    style = forms.ChoiceField(choices=ANY + choices(taxonomy.STYLES), required=False)
    kind = forms.SlugField(required=False)
    slot = forms.ChoiceField(choices=[*ANY, *((slot.value, slot.value) for slot in taxonomy.Slot)], required=False)
    colour = forms.SlugField(required=False)
    brand = forms.SlugField(required=False, allow_unicode=True)
    size = forms.CharField(max_length=30, required=False)
    price = forms.RegexField(PRICE_BAND, required=False)
    price_min = forms.FloatField(min_value=0, required=False)
    price_max = forms.FloatField(min_value=0, required=False)
    words_share = forms.FloatField(min_value=0, max_value=1, required=False)
    photo_share = forms.FloatField(min_value=0, max_value=1, required=False)
    palette_share = forms.FloatField(min_value=0, max_value=1, required=False)
    page = forms.IntegerField(min_value=1, max_value=LAST_PAGE, required=False)
    page_size = forms.IntegerField(min_value=1, max_value=50, required=False)  # of the API alone

    defaults = {
        "thing": "products",
        "page": 1,
        "page_size": PAGE,
        "words_share": 1.0,
        "photo_share": 1.0,
        "palette_share": 1.0,
        **dict.fromkeys(("q", "gender", "season", "style", "kind", "slot", "colour", "brand", "size", "photo"), ""),
        "palette": "",
        "price": "",
    }

    def cleaned_or_default(self) -> dict[str, Any]:
        asked = super().cleaned_or_default()
        # A page reads the beginning of what is too long, and says so; the API refuses it.
        long = str(self.data.get("q", ""))
        words = long[: 2 * MOST_LETTERS].replace("\x00", " ") if len(long) > MOST_LETTERS else asked["q"]
        return {**asked, "q": words, "palette": picked_colours(asked["palette"])}

    @classmethod
    def kept(cls, parameters: Mapping[str, Any]) -> dict[str, str]:
        """Those of the parameters that belong into a saved search."""
        known = cls.base_fields.keys() - {"page", "page_size", "saved"}
        return {key: str(value)[:200] for key, value in parameters.items() if key in known and value not in ("", None)}

    def given(self) -> dict[str, str]:
        """What was asked, as it was written: the parameters of a page that asks the same."""
        return {name: value for name, value in self.data.items() if value and name in self.fields}


def picked_colours(text: str) -> list[dict[str, Any]]:
    """[{"hex", "lab", "share", "percent"}] of "#rrggbb[:share],...": five at most, what cannot be read left out."""
    colours = []
    for part in text.split(",")[:5]:
        code, _sep, share = part.partition(":")
        lab = lab_of_hex(code)
        if lab is not None:
            amount = read if (read := whole(share)) and read <= 100 else 50
            colours.append(
                {"hex": f"#{code.strip().lstrip('#').lower()}", "lab": lab, "share": amount / 100, "percent": amount}
            )
    return colours


class TodayForm(LenientForm):
    """What the day asks for; every field may stay empty."""

    day = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)  # to come; today has no name
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
    low = forms.FloatField(min_value=-60, max_value=60, required=False, label=_("Coldest hour °C"))
    high = forms.FloatField(min_value=-60, max_value=60, required=False, label=_("Warmest hour °C"))
    rain = forms.BooleanField(required=False, label=_("Rain"))
    wind = forms.FloatField(min_value=0, max_value=250, required=False, label=_("Wind km/h"))
    seed = forms.IntegerField(min_value=0, max_value=2**31, required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, max_value=50, required=False, widget=forms.HiddenInput)
    locked = forms.TypedMultipleChoiceField(coerce=int, required=False)
    without = forms.TypedMultipleChoiceField(coerce=int, required=False)

    defaults = {
        "occasion": None,
        "mood": None,
        "dress_code": None,
        "time": None,
        "locked": [],
        "without": [],
        "page": 1,
    }

    def cleaned_or_default(self) -> dict[str, Any]:
        asked = super().cleaned_or_default()
        day = day_named(asked["day"] or "")
        return {**asked, "day": day if day and day > timezone.localdate() else None}

    def said(self) -> list[str]:
        """What was asked for, each in a word: the day at a glance, while the form is folded."""
        asked = self.cleaned_or_default()
        words = [
            str(dict(self.fields[name].choices)[asked[name]])  # type: ignore[attr-defined]
            for name in ("occasion", "mood", "dress_code", "time")
            if asked[name]
        ]
        degrees = [f"{asked[name]:g}°" for name in ("low", "temperature", "high") if asked[name] is not None]
        if degrees:
            words.append(" – ".join(degrees))
        if asked["wind"]:
            words.append(f"{asked['wind']:g} km/h")
        if asked["rain"]:
            words.append(gettext("Rain"))
        return words

    def __init__(self, *arguments: Any, garments: Any = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        mine = [(pk, pk) for pk in garments]
        for name in ("locked", "without"):
            self.fields[name].choices = mine  # type: ignore[attr-defined]
