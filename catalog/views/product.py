"""A product's page, and the counted way out to the shop that sells it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import taxonomy
from catalog.services.products import product_clicked
from catalog.sizing import size_table
from catalog.views.lists import words
from catalog.views.shown import products_for, reads_imperial

# Machines that follow every link; their visits are nobody's interest in a thing.
_ROBOTS = ("bot", "crawler", "spider", "slurp", "preview", "curl/", "wget/", "python-")


@require_safe
def product(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(products_for(request).for_cards().select_related("size_chart", "kind__parent"), pk=pk)
    chart = product.size_chart
    sizes = chart and size_table(chart, imperial=reads_imperial(request), in_stock=product.sizes_in_stock)
    names = {
        "patterns": dict(words(taxonomy.PATTERNS)),
        "materials": dict(words(taxonomy.MATERIALS)),
        "seasons": dict(words(taxonomy.SEASONS)),
    }
    context = {
        "product": product,
        "images": list(product.images.all()),
        "chart": chart,
        "sizes": sizes,
        "pattern": names["patterns"].get(product.pattern, ""),
        "material": names["materials"].get(product.material, ""),
        "seasons": [names["seasons"][slug] for slug in product.seasons if slug in names["seasons"]],
        "in_looks": [item.look for item in product.look_items.select_related("look").filter(
            look__is_published=True).exclude(look__photo="")[:8]],
    }  # fmt: skip
    return render(request, "catalog/product.html", context)


@require_safe
@never_cache
def out(request: HttpRequest, pk: int) -> HttpResponse:
    """To the shop's own page. The address was checked when it was saved; it is not the visitor's to choose."""
    product = get_object_or_404(products_for(request), pk=pk)
    if not product.url.startswith(("https://", "http://")):
        raise Http404
    agent = request.headers.get("User-Agent", "").lower()
    if request.method == "GET" and agent and not any(word in agent for word in _ROBOTS):
        product_clicked(product=product)
    answer = HttpResponseRedirect(product.url)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
