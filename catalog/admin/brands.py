"""Brands with their size charts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from catalog.admin.desk import DeskAdmin, NamedForm, thumbnail
from catalog.models import Brand, SizeChart
from catalog.services.brand_pictures import cover_of, logo_of
from catalog.services.brands import brand_listing_changed, brands_publish
from catalog.signals import brands_changed


class SizeChartInline(TabularInline):
    model = SizeChart
    extra = 0
    tab = True
    show_change_link = True
    fields = ["name", "kind", "measures", "intended_fit", "made_for"]
    autocomplete_fields = ["kind"]


class BrandForm(NamedForm):
    """What is uploaded is kept as a picture of ours, or refused with a sentence."""

    def clean_picture(self) -> Any:
        file = self.cleaned_data["picture"]
        return cover_of(file) if isinstance(file, UploadedFile) else file

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        return logo_of(file) if isinstance(file, UploadedFile) else file


@admin.register(Brand)
class BrandAdmin(DeskAdmin):
    list_display = ["thumb", "name_en", "name_ko", "price_band", "made_for", "is_emerging", "product_count", "state",
                    "page"]  # fmt: skip
    list_display_links = ["thumb", "name_en"]
    list_filter = [
        ("price_band", ChoicesDropdownFilter), ("made_for", ChoicesDropdownFilter), "is_emerging", "is_published",
    ]  # fmt: skip
    form = BrandForm
    search_fields = ["name_en", "name_ko", "slug"]
    prepopulated_fields = {"slug": ["name_en"]}
    inlines = [SizeChartInline]
    fieldsets = [
        (None, {"fields": [("name_en", "name_ko"), ("slug", "site"), ("picture", "logo")]}),
        (_("Story"), {"fields": ["story_en", "story_ko"]}),
        (_("Place in the market"), {"fields": [("price_band", "made_for"), ("is_emerging", "is_published")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return super().get_queryset(request).annotate(products_n=Count("products"))

    def publish_all(self, things: QuerySet[Any], published: bool) -> int:
        return brands_publish(brands=Brand.objects.filter(pk__in=things.values("pk")), published=published)

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_published" in form.changed_data:
            brand_listing_changed(brand_ids=[obj.pk])
        else:
            brands_changed.send(sender=Brand, brand_ids=[obj.pk])

    @display(description="")
    def thumb(self, brand: Brand) -> SafeString:
        return thumbnail(brand.logo or brand.cover, brand.name)

    @display(description=_("products"), ordering="products_n")
    def product_count(self, brand: Brand) -> SafeString:
        address = reverse("admin:catalog_product_changelist", query={"brand__id__exact": brand.pk})
        return format_html('<a class="desk-link" href="{}">{}</a>', address, brand.products_n)  # type: ignore[attr-defined]
