"""A look's page: the photo with its pieces boxed, tags, and the wearer's size where it is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog import taxonomy
from catalog.models import Look, LookItem
from catalog.sizing import length
from catalog.views.lists import words
from catalog.views.shown import looks_for, reads_imperial


def placed(item: LookItem) -> dict[str, Any]:
    """A piece with its box as percentages for CSS."""
    found: dict[str, Any] = {"item": item}
    if len(item.box) == 4:
        x0, y0, x1, y1 = item.box
        found |= {"left": f"{x0:.2%}", "top": f"{y0:.2%}", "width": f"{x1 - x0:.2%}", "height": f"{y1 - y0:.2%}"}
        found["is_low"] = y0 > 0.75  # its label goes above, or it would leave the photo
    return found


def wearer(look: Look, *, imperial: bool) -> str:
    """`172 cm, 61 kg`, as much as is told."""
    parts = []
    if look.wearer_height_mm:
        parts.append(f"{length(look.wearer_height_mm, imperial=imperial)} {'in' if imperial else 'cm'}")
    if look.wearer_weight_g:
        weight = look.wearer_weight_g / (453.592 if imperial else 1000)
        parts.append(f"{weight:.0f} {'lb' if imperial else 'kg'}")
    return ", ".join(parts)


@require_safe
def look(request: HttpRequest, pk: int) -> HttpResponse:
    look = get_object_or_404(looks_for(request), pk=pk)
    items = look.items.select_related("kind", "product__brand").prefetch_related("product__images")
    shown = [item for item in items if not item.product or _is_public(item)]
    styles, seasons = dict(words(taxonomy.STYLES)), dict(words(taxonomy.SEASONS))
    occasions = dict(words(taxonomy.OCCASIONS))
    context = {
        "look": look,
        "pieces": [placed(item) for item in shown],
        "style": styles.get(look.style, ""),
        "seasons": [(slug, seasons[slug]) for slug in look.seasons if slug in seasons],
        "occasions": [(slug, occasions[slug]) for slug in look.occasions if slug in occasions],
        "og_image": request.build_absolute_uri(look.photo.url) if look.photo else "",
        "wearer": wearer(look, imperial=reads_imperial(request)),
        "alike": looks_for(request).filter(style=look.style, gender=look.gender).exclude(pk=pk).exclude(photo="")[:6]
        if look.style
        else [],
    }
    return render(request, "catalog/look.html", context)


def _is_public(item: LookItem) -> bool:
    product = item.product
    return bool(product and product.is_published and product.brand.is_published)
