"""The kind tree."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from catalog import taxonomy
from catalog.models import Kind

_SEEDED = frozenset(taxonomy.KIND_BY_SLUG)


@admin.register(Kind)
class KindAdmin(ModelAdmin):
    """The seeded kinds keep their slug and cannot go: the vision networks answer with them."""

    list_display = ["in_tree", "name_ko", "slot", "warmth", "formality", "layer", "product_count"]
    list_filter = [("slot", ChoicesDropdownFilter)]
    search_fields = ["name_en", "name_ko", "slug"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name_en"]}
    list_per_page = 100
    fieldsets = [
        (None, {"fields": [("name_en", "name_ko"), ("slug", "parent"), ("slot", "position")]}),
        (_("What the stylist should know"), {"fields": [("warmth", "formality", "layer"), "zones"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Kind]:
        return super().get_queryset(request).select_related("parent").annotate(products_n=Count("products"))

    def get_readonly_fields(self, request: HttpRequest, obj: Kind | None = None) -> tuple[str, ...]:
        return ("slug",) if obj and obj.slug in _SEEDED else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Kind | None = None) -> dict[str, list[str]]:
        return {} if obj else {"slug": ["name_en"]}

    def has_delete_permission(self, request: HttpRequest, obj: Kind | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.slug in _SEEDED)

    @display(description=_("kind"), ordering="name_en")
    def in_tree(self, kind: Kind) -> SafeString | str:
        return format_html("{} › {}", kind.parent.name_en, kind.name_en) if kind.parent else kind.name_en

    @display(description=_("products"), ordering="products_n")
    def product_count(self, kind: Kind) -> int:
        return kind.products_n  # type: ignore[attr-defined]
