"""What a member tells about themselves, in four groups."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import Brand, choices
from closet.models import Notice, Profile


class ProfileForm(forms.ModelForm[Profile]):
    styles = forms.MultipleChoiceField(label=_("favourite styles"), required=False, widget=forms.CheckboxSelectMultiple)
    notify_kinds = forms.MultipleChoiceField(
        label=_("tell me"), required=False, choices=Notice.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    price_band = forms.TypedChoiceField(
        label=_("price band"), required=False, coerce=int, empty_value=None,
        choices=[("", _("any")), *Brand.PriceBand.choices],
    )  # fmt: skip

    class Meta:
        model = Profile
        fields = [
            "name", "handle", "language", "units", "wears", "birth_year", "styles", "price_band", "currency",
            "city", "latitude", "longitude", "hang_sure",
            "notify_kinds", "notify_mail",
            "has_page", "about", "is_public", "share_height", "share_body_band", "match_body", "shape_hints",
        ]  # fmt: skip
        widgets = {
            "units": forms.RadioSelect,
            "wears": forms.RadioSelect,
            "birth_year": forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "bday-year"}),
            "latitude": forms.NumberInput(attrs={"step": "any", "min": -90, "max": 90, "inputmode": "decimal"}),
            "longitude": forms.NumberInput(attrs={"step": "any", "min": -180, "max": 180, "inputmode": "decimal"}),
            "handle": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
            "about": forms.Textarea(attrs={"rows": 2}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2", "list": "cities"}),
            "currency": forms.TextInput(attrs={"maxlength": 3, "autocapitalize": "characters", "autocomplete": "off"}),
        }
        labels = {"latitude": _("latitude"), "longitude": _("longitude")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["styles"].choices = choices(taxonomy.STYLES)  # type: ignore[attr-defined]
        for name, values in (("units", Profile.Units), ("wears", Profile.Wears)):
            self.fields[name].choices = values.choices  # type: ignore[attr-defined]  # without an empty one

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).strip().lower()

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()


class DeleteAccountForm(forms.Form):
    email = forms.CharField(
        label=_("Your e-mail, to show that you mean it"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: object, expected: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.expected = expected

    def clean_email(self) -> str:
        if self.cleaned_data["email"].strip().lower() != self.expected:
            raise forms.ValidationError(_("This is not your e-mail."))
        return self.expected


class DeviceForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the device"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
