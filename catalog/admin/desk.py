"""What the pages of the desk share: thumbnails, publishing, the state of embeddings, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import BooleanField, Exists, Field, Model, OuterRef, QuerySet, Value
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget


def thumbnail(file: FieldFile | None, alt: str = "") -> SafeString:
    """A small picture for a list; a quiet square where there is none."""
    if not file:
        return format_html('<span class="desk-thumb desk-thumb--none" aria-hidden="true"></span>')
    return format_html(
        '<img class="desk-thumb" src="{}" alt="{}" loading="lazy" width="48" height="60">', file.url, alt
    )


def with_embedding(things: QuerySet[Any]) -> QuerySet[Any]:
    """Annotates `is_embedded`. Which table holds embeddings is the upper layer's matter: it leads here by the name
    `embeddings`, or nothing does."""
    relation = next((r for r in things.model._meta.related_objects if r.get_accessor_name() == "embeddings"), None)
    if relation is None:
        return things.annotate(is_embedded=Value(False, output_field=BooleanField()))
    rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
    return things.annotate(is_embedded=Exists(rows))


class EmbeddedFilter(admin.SimpleListFilter):
    title = _("embedding")
    parameter_name = "embedded"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("ready")), ("no", _("missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_embedded=self.value() == "yes") if self.value() else queryset


class NamedForm(forms.ModelForm[Any]):
    """One of the two names is enough: a Korean shop has no English one for everything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name_en" in self.fields:
            self.fields["name_en"].required = False

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if {"name_en", "name_ko"} <= set(self.fields) and not (told.get("name_en") or told.get("name_ko")):
            self.add_error("name_en", _("A name is needed, in one of the two languages."))
        return told


class DeskAdmin(SimpleHistoryAdmin, ModelAdmin):
    """A model of the catalogue with a history. `publishes`: it has `is_published`, which publishers alone set."""

    form = NamedForm
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    publishes = True
    actions: Sequence[Any] = ["publish", "unpublish"]

    class Media:
        css = {"all": ["css/pages/desk.css"]}

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"catalog.publish_{self.opts.model_name}")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if not self.publishes or self.has_publish_permission(request) else (*fixed, "is_published")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if self.publishes and not change and not self.has_publish_permission(request):
            obj.is_published = False  # an editor's new thing waits for a publisher
        super().save_model(request, obj, form, change)

    def publish_all(self, things: QuerySet[Any], published: bool) -> int:
        raise NotImplementedError

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = self.publish_all(queryset, True)
        text = ngettext("%d thing is public now.", "%d things are public now.", count) % count
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Unpublish"), permissions=["publish"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = self.publish_all(queryset, False)
        text = ngettext("%d thing was taken down.", "%d things were taken down.", count) % count
        self.message_user(request, text, messages.SUCCESS)

    @display(description=_("page"))
    def page(self, obj: Any) -> SafeString:
        return format_html('<a class="desk-link" href="{}">{}</a>', obj.get_absolute_url(), _("open"))

    @display(description=_("embedding"), label={"ready": "success", "missing": "warning"})
    def embedding(self, obj: Any) -> tuple[str, Any]:
        return ("ready", _("ready")) if obj.is_embedded else ("missing", _("missing"))

    @display(description=_("state"), ordering="is_published", label={"public": "success", "hidden": "info"})
    def state(self, obj: Any) -> tuple[str, Any]:
        return ("public", _("published")) if obj.is_published else ("hidden", _("hidden"))

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Lists of closed words are ticked, not typed.
        base = getattr(db_field, "base_field", None)
        if base is not None and base.choices:
            return forms.MultipleChoiceField(
                choices=base.choices,
                required=False,
                label=capfirst(db_field.verbose_name),
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        return field
