"""What a member says of a look they show, and why something is reported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import OCCASION_CHOICES, choices
from closet.models import Ground, Post


class PostForm(forms.ModelForm[Post]):
    seasons = forms.MultipleChoiceField(label=_("seasons"), required=False, widget=forms.CheckboxSelectMultiple)
    tags = forms.CharField(
        label=_("tags"),
        required=False,
        max_length=400,
        help_text=_("With commas between them: denim, office, rain."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    faces = forms.ChoiceField(
        label=_("faces"),
        required=False,
        choices=[("", _("blurred")), ("1", _("as they are"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Post
        fields = ["title", "style", "occasion", "seasons", "tags", "is_findable"]
        widgets = {"title": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, with_faces: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seasons"].choices = choices(taxonomy.SEASONS)  # type: ignore[attr-defined]
        for name, terms in (("style", choices(taxonomy.STYLES)), ("occasion", OCCASION_CHOICES)):
            self.fields[name].choices = [("", "–"), *terms]  # type: ignore[attr-defined]
        if not with_faces:
            del self.fields["faces"]
        if self.instance.pk:
            self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].replace("#", ",").split(",") if tag.strip()]

    def _post_clean(self) -> None:
        """Rules are the service's; it says them by field."""

    def told(self) -> dict[str, Any]:
        """As the service takes it."""
        names = ("title", "style", "occasion", "seasons", "tags", "is_findable")
        return {name: self.cleaned_data[name] for name in names}


class ReportForm(forms.Form):
    ground = forms.ChoiceField(label=_("why"), choices=Ground.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("in words, if you like"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclineForm(forms.Form):
    """A moderator's reason, which the member reads."""

    ground = forms.ChoiceField(label=_("why"), choices=Ground.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("in words, for the member"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )
