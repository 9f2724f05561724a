"""A brand's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.sizing import size_table
from catalog.views.lists import PAGE
from catalog.views.shown import brands_for, products_for, reads_imperial


@require_safe
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    brand = get_object_or_404(brands_for(request), slug=slug)
    products = list(products_for(request).of_brand(brand).for_cards()[: PAGE + 1])
    imperial = reads_imperial(request)
    charts = brand.size_charts.prefetch_related("rows").select_related("kind")[:8]
    context = {
        "brand": brand,
        "products": products[:PAGE],
        "has_more": len(products) > PAGE,
        "charts": [(chart, size_table(chart, imperial=imperial)) for chart in charts],
    }
    return render(request, "catalog/brand.html", context)
