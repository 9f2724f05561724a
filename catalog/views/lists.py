"""The lists: brands, products, looks. Each page of one is a fragment that the next is appended to."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalog import taxonomy
from catalog.asked import whole
from catalog.filters import filter_brands, filter_looks, filter_products, leave_out_hidden
from catalog.models import Brand, Kind, Look, Product, ProductImage
from catalog.requests import HtmxHttpRequest

PAGE = 24
LAST_PAGE = 400  # nobody scrolls further; a crawler would, and every further page costs the database more


def words(terms: Any) -> list[tuple[str, str]]:
    """(slug, the reader's name) of a closed vocabulary."""
    is_korean = get_language() == "ko"
    return [(term.slug, term.ko if is_korean else term.en) for term in terms]


def slots() -> list[tuple[str, str]]:
    is_korean = get_language() == "ko"
    return [(slot.value, names[is_korean]) for slot, names in taxonomy.SLOT_NAMES.items()]


def one_page(request: HtmxHttpRequest, things: QuerySet[Any]) -> dict[str, Any]:
    """{"things", "next_page"}: without counting them all, which is what makes long lists slow."""
    number = min(max(whole(request.GET.get("page", "")) or 1, 1), LAST_PAGE)
    start = (number - 1) * PAGE
    found = list(things[start : start + PAGE + 1])
    more = number + 1 if len(found) > PAGE and number < LAST_PAGE else None
    return {"things": found[:PAGE], "next_page": more, "page_number": number}


def answer(request: HtmxHttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or to htmx the tiles alone."""
    is_narrowed = any(value for name, value in request.GET.items() if name != "page")
    context |= {"asked": request.GET, "is_narrowed": is_narrowed}
    template = f"catalog/_{name}_tiles.html" if request.htmx and "page" in request.GET else f"catalog/{name}.html"
    return render(request, template, context)


@require_safe
def brands(request: HtmxHttpRequest) -> HttpResponse:
    found = filter_brands(leave_out_hidden(Brand.objects.published(), request.user), request.GET.dict())
    context = one_page(request, found.order_by("-is_emerging", "name_en"))
    _add_products(context["things"])
    context |= {"genders": words(taxonomy.GENDERS), "bands": Brand.PriceBand.choices}
    return answer(request, "brands", context)


def _add_products(brands: list[Brand]) -> None:
    """How many products each has, and three pictured ones to show, in a few queries however many brands."""
    published = Product.objects.published().filter(brand__in=brands).order_by()
    counts = dict(published.values("brand").annotate(count=Count("pk")).values_list("brand", "count"))
    newest: dict[int, list[Product]] = {brand.pk: [] for brand in brands}
    ids = _newest_products(list(newest))
    images = Prefetch("images", ProductImage.objects.order_by("position", "pk"))
    for product in Product.objects.filter(pk__in=ids).prefetch_related(images):
        newest[product.brand_id].append(product)
    for brand in brands:
        brand.shown, brand.product_count = newest[brand.pk], counts.get(brand.pk, 0)  # type: ignore[attr-defined]


def _newest_products(brand_ids: list[int], each: int = 3, among: int = 60) -> list[int]:
    """`each` pictured products of every brand, of its newest `among`: a feed without photos is not walked through."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id FROM unnest(%s::bigint[]) AS b(id) CROSS JOIN LATERAL ("
            "SELECT id FROM (SELECT id FROM catalog_product WHERE brand_id = b.id AND is_published "
            "ORDER BY created_at DESC, id DESC LIMIT %s) p "
            "WHERE EXISTS (SELECT 1 FROM catalog_productimage i WHERE i.product_id = p.id) LIMIT %s) p",
            [brand_ids, among, each],
        )
        return [row[0] for row in cursor.fetchall()]


@require_safe
def products(request: HtmxHttpRequest) -> HttpResponse:
    found = filter_products(leave_out_hidden(Product.objects.published().for_cards(), request.user), request.GET.dict())
    context = one_page(request, found)
    context |= {
        "slots": slots(),
        "kinds": Kind.objects.all(),
        "genders": words(taxonomy.GENDERS),
        "seasons": words(taxonomy.SEASONS),
        "colours": words(taxonomy.COLOURS),
    }
    return answer(request, "products", context)


@require_safe
def looks(request: HtmxHttpRequest) -> HttpResponse:
    pictured = leave_out_hidden(Look.objects.published().exclude(photo=""), request.user)
    context = one_page(request, filter_looks(pictured, request.GET.dict()))
    context |= {
        "styles": words(taxonomy.STYLES),
        "genders": words(taxonomy.GENDERS),
        "seasons": words(taxonomy.SEASONS),
        "occasions": words(taxonomy.OCCASIONS),
    }
    return answer(request, "looks", context)
