"""Looks, and the editor that puts boxes on their photos."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from catalog.admin.desk import DeskAdmin, EmbeddedFilter, thumbnail, with_embedding
from catalog.models import Kind, Look, LookItem, Product
from catalog.services.looks import (
    look_boxes_ask,
    look_boxes_proposal,
    look_set_pieces,
    looks_announce,
    looks_publish,
)

_FOUND = 12


def piece_facts(item: LookItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "kind": item.kind.slug,
        "box": item.box,
        "product": item.product_id,
        "product_name": str(item.product) if item.product else "",
    }


@admin.register(Look)
class LookAdmin(DeskAdmin):
    list_display = [
        "thumb",
        "title_or_key",
        "style",
        "gender",
        "piece_count",
        "embedding",
        "state",
        "pieces_link",
        "page",
    ]
    list_display_links = ["thumb", "title_or_key"]
    list_filter = [
        ("style", ChoicesDropdownFilter), ("gender", ChoicesDropdownFilter), "is_published", EmbeddedFilter,
    ]  # fmt: skip
    search_fields = ["title_en", "title_ko", "key", "tags"]
    actions = ["publish", "unpublish", "embed_again"]
    change_form_outer_before_template = "admin/catalog/look/pieces_link.html"
    fieldsets = [
        (None, {"fields": [("title_en", "title_ko"), "photo", ("style", "gender"), "key", "is_published"]}),
        (_("About"), {"classes": ["tab"], "fields": ["seasons", "occasions", "tags"]}),
        (
            _("Wearer"),
            {"classes": ["tab"], "fields": ["is_drawn", ("wearer_height_mm", "wearer_weight_g"), "wearer_shape"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Look]:
        return with_embedding(super().get_queryset(request).annotate(pieces_n=Count("items")))

    def publish_all(self, things: QuerySet[Any], published: bool) -> int:
        return looks_publish(looks=Look.objects.filter(pk__in=things.values("pk")), published=published)

    @admin.action(description=_("Make embeddings anew"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[Look]) -> None:
        looks_announce(look_ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, _("The worker will look at them again."), messages.SUCCESS)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or form.changed_data:
            looks_announce(look_ids=[form.instance.pk])

    # --- the editor -------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"catalog_look_{name}")

        return [
            at("pieces/", self.pieces_page, "pieces"),
            at("pieces/propose/", self.pieces_propose, "propose"),
            at("pieces/products/", self.pieces_products, "products"),
            *super().get_urls(),
        ]

    def _look(self, request: HttpRequest, pk: int) -> Look:
        look = get_object_or_404(Look, pk=pk)
        if not self.has_view_permission(request, look):
            raise PermissionDenied
        return look

    def pieces_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        look = self._look(request, pk)
        may_change = self.has_change_permission(request, look)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            try:
                pieces = json.loads(request.POST.get("pieces", ""))
                if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
                    raise ValidationError(_("The pieces did not arrive whole; please save again."))
                look_set_pieces(look=look, pieces=pieces)
                self.message_user(request, _("The pieces were saved."), messages.SUCCESS)
            except json.JSONDecodeError:
                self.message_user(request, _("The pieces did not arrive whole; please save again."), messages.ERROR)
            except ValidationError as problem:
                self.message_user(request, problem.messages[0], messages.ERROR)
            return redirect("admin:catalog_look_pieces", pk=pk)
        items = look.items.select_related("kind", "product__brand")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": look.title or look.key,
            "look": look,
            "may_change": may_change,
            "pieces": [piece_facts(item) for item in items],
            "kinds": [{"slug": kind.slug, "name": kind.name} for kind in Kind.objects.all()],
            "previous": Look.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", flat=True).first(),
            "next": Look.objects.filter(pk__lt=pk).order_by("-pk").values_list("pk", flat=True).first(),
        }
        return render(request, "admin/catalog/look/pieces.html", context)

    def pieces_propose(self, request: HttpRequest, pk: int) -> JsonResponse:
        """POST asks the detector, GET is its answer so far."""
        look = self._look(request, pk)
        if request.method == "POST":
            if not self.has_change_permission(request, look):
                raise PermissionDenied
            look_boxes_ask(look=look)
        return JsonResponse(look_boxes_proposal(look))

    def pieces_products(self, request: HttpRequest, pk: int) -> JsonResponse:
        self._look(request, pk)
        words = request.GET.get("q", "").split()[:4]
        found = Product.objects.select_related("brand")
        for word in words:
            found = found.filter(
                Q(name_en__icontains=word) | Q(name_ko__icontains=word) | Q(sku__iexact=word)
                | Q(brand__name_en__icontains=word)
            )  # fmt: skip
        results = [{"id": p.pk, "name": f"{p.brand.name} {p.name} ({p.sku})"} for p in found[:_FOUND]] if words else []
        return JsonResponse({"results": results})

    # --- columns ----------------------------------------------------------------------------------------
    @display(description="")
    def thumb(self, look: Look) -> SafeString:
        return thumbnail(look.photo, look.title)

    @display(description=_("look"), ordering="title_en", header=True)
    def title_or_key(self, look: Look) -> list[str]:
        return [look.title or str(look.key), str(look.key)]

    @display(description=_("pieces"), ordering="pieces_n")
    def piece_count(self, look: Look) -> int:
        return look.pieces_n  # type: ignore[attr-defined]

    @display(description=_("boxes"))
    def pieces_link(self, look: Look) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}">{}</a>', reverse("admin:catalog_look_pieces", args=[look.pk]), _("edit")
        )
