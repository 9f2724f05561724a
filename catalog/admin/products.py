"""Products with images and the sizes they come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeNumericFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from catalog import taxonomy
from catalog.admin.desk import DeskAdmin, EmbeddedFilter, thumbnail, with_embedding
from catalog.models import Product, ProductImage, choices
from catalog.money import money
from catalog.services.products import product_edited, products_announce, products_publish


class ImageInline(TabularInline):
    model = ProductImage
    extra = 1
    fields = ["preview", "image", "position"]
    readonly_fields = ["preview"]
    ordering_field = "position"
    hide_ordering_field = True
    hide_title = True

    @display(description="")
    def preview(self, image: ProductImage) -> SafeString:
        return thumbnail(image.cutout or image.image)


class ColourFilter(admin.SimpleListFilter):
    title = _("colour")
    parameter_name = "colour"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return choices(taxonomy.COLOURS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        return queryset.filter(colour_names__contains=[self.value()]) if self.value() else queryset


class PictureFilter(admin.SimpleListFilter):
    title = _("photos")
    parameter_name = "photos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("without a photo"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        return queryset.filter(images=None) if self.value() else queryset


@admin.register(Product)
class ProductAdmin(DeskAdmin):
    list_display = ["thumb", "name_and_sku", "brand", "kind", "price_text", "in_stock", "clicks", "embedding", "state",
                    "page"]  # fmt: skip
    list_display_links = ["thumb", "name_and_sku"]
    list_select_related = ["brand", "kind"]
    list_filter = [
        ("brand", AutocompleteSelectFilter),
        ("kind", RelatedDropdownFilter),
        ("gender", ChoicesDropdownFilter),
        ColourFilter,
        ("price", RangeNumericFilter),
        "is_published",
        "is_in_stock",
        ("gone_at", admin.EmptyFieldListFilter),
        PictureFilter,
        EmbeddedFilter,
    ]
    list_filter_submit = True
    search_fields = ["name_en", "name_ko", "sku", "brand__name_en", "brand__name_ko"]
    autocomplete_fields = ["brand", "kind", "size_chart"]
    readonly_fields = ["sizes_of_chart", "staff_fields", "clicks"]
    inlines = [ImageInline]
    actions = ["publish", "unpublish", "embed_again"]
    show_full_result_count = False  # a count over 300,000 rows on every page is seconds
    fieldsets = [
        (None, {"fields": [("name_en", "name_ko"), ("brand", "sku"), ("kind", "gender"), "is_published"]}),
        (_("Looks"), {"classes": ["tab"], "fields": [
            "colour_names", ("pattern", "material"), "usage", "seasons", "tags", "staff_fields"]}),
        (_("Sale"), {"classes": ["tab"], "fields": [("price", "currency"), "url", ("is_in_stock", "sizes_in_stock"),
                                                    "size_chart", "sizes_of_chart", "clicks"]}),
        (_("Description"), {"classes": ["tab"], "fields": ["description_en", "description_ko"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return with_embedding(super().get_queryset(request).prefetch_related("images"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "colour_names":
            return forms.MultipleChoiceField(
                choices=choices(taxonomy.COLOURS),
                required=False,
                label=_("Colours"),
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        return field

    def publish_all(self, things: QuerySet[Any], published: bool) -> int:
        return products_publish(products=Product.objects.filter(pk__in=things.values("pk")), published=published)

    @admin.action(description=_("Make embeddings anew"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        products_announce(product_ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, _("The worker will look at them again."), messages.SUCCESS)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        changed = list(form.changed_data) if change else []
        if not change or any(formset.has_changed() for formset in formsets):
            changed.append("brand")  # a new thing, or new pictures: all is to be looked at
        product_edited(product=form.instance, changed=changed)

    @display(description="")
    def thumb(self, product: Product) -> SafeString:
        picture = product.picture
        return thumbnail((picture.cutout or picture.image) if picture else None, product.name)

    @display(description=_("product"), ordering="name_en", header=True)
    def name_and_sku(self, product: Product) -> list[str]:
        return [product.name, product.sku]

    @display(description=_("price"), ordering="price")
    def price_text(self, product: Product) -> str:
        return money(product.price, product.currency) or "–"

    @display(description=_("stock"), ordering="is_in_stock", boolean=True)
    def in_stock(self, product: Product) -> bool:
        return product.is_in_stock

    @display(description=_("sizes"))
    def sizes_of_chart(self, product: Product) -> SafeString | str:
        chart = product.size_chart
        if chart is None:
            return "–"
        rows = [row for row in chart.rows.all()]
        zones = list(dict.fromkeys(zone for row in rows for zone in row.zones))
        head = format_html("<th>{}</th>" * (len(zones) + 1), _("size"), *(zone.replace("_", " ") for zone in zones))
        body = SafeString("")
        for row in rows:
            cells = ["–".join(map(str, mm)) if isinstance(mm := row.zones.get(z, ""), list) else mm for z in zones]
            body += format_html("<tr><th>{}</th>" + "<td>{}</td>" * len(cells) + "</tr>", row.label, *cells)
        return format_html('<table class="desk-sizes"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)
