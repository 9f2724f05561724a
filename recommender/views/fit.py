"""Which size of a product, whether to buy it at all, and what of the closet still fits."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from catalog.models import Brand, Product
from closet.models import Garment, Zone
from closet.requests import AuthenticatedHttpRequest
from recommender import wording
from recommender.forms import SeenForm
from recommender.models import SizeFeedback
from recommender.services import brand_sizes as brand_size
from recommender.services import photo_query, sizes
from recommender.services.pieces import my_garments
from recommender.stylist.fit.garment_fit import FitChange

_STATUSES = ("no_longer", "tight", "loose", "fits", "unknown")
PER_PAGE = 60


def _product(pk: int) -> Product:
    rows = Product.objects.published().for_cards().select_related("kind__parent", "size_chart")
    return get_object_or_404(rows.prefetch_related("size_chart__rows"), pk=pk)


@login_required
@require_safe
def product_fit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    product = _product(pk)
    mine = sizes.garments_that_fit(user=request.user, product=product)
    chosen = next((garment for garment in mine if str(garment.pk) == request.GET.get("like")), None)
    context = {
        "product": product,
        "fit": sizes.product_fit(user=request.user, product=product, like=chosen),
        "mine": mine,
        "purchase": sizes.product_before_buying(user=request.user, product=product),
        "title_of": product.name,
        "fragment": "recommender/_product_fit.html",
    }
    return render(request, "recommender/_product_fit.html" if request.htmx else "recommender/section.html", context)


@login_required
@require_safe
def brand_sizes(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    brand = get_object_or_404(Brand.objects.published(), slug=slug)
    sizes = brand_size.brand_sizes(user=request.user, brand=brand)
    context = {
        "sizes": sizes,
        "is_measured": any(size.label or size.is_outside for size in sizes),
        "title_of": brand.name,
        "fragment": "recommender/_brand_sizes.html",
    }
    return render(request, "recommender/_brand_sizes.html" if request.htmx else "recommender/section.html", context)


@login_required
@require_safe
def photo_before_buying(request: AuthenticatedHttpRequest, query_id: str) -> HttpResponse:
    """Whether to buy a garment on a photo that is not kept; `price`: what it would cost."""
    found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
    if found is None or not found.garments:
        raise Http404
    asked = SeenForm(request.GET).cleaned_or_default()
    piece = found.piece(asked["garment"], price=asked["price"])
    context = {
        "purchase": sizes.before_buying(user=request.user, piece=piece),
        "address": request.path,
        "number": piece.id,
        "asked": asked,
        "currency": request.user.profile.currency,
        "title_of": wording.term("kind", piece.kind),
        "fragment": "recommender/_photo_buying.html",
    }
    return render(request, "recommender/_photo_buying.html" if request.htmx else "recommender/section.html", context)


@login_required
@require_safe
def closet_fit(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Which measured garments fit now, are tight or no longer fit; the body's shape and what was estimated of it."""
    changes = sizes.closet_fit_kept(request.user)
    counts = Counter(change.status for change in changes.values())
    order = sorted(changes, key=lambda pk: _STATUSES.index(changes[pk].status))
    page = Paginator(order, PER_PAGE).get_page(request.GET.get("page"))
    days = [day for day, _body in sizes.bodies_over_time(request.user)]
    shown = list(page.object_list)
    garments = {garment.pk: garment for garment in my_garments(request.user, among=shown)}
    rows: dict[str, list[tuple[Garment, FitChange, date | None]]] = {status: [] for status in _STATUSES}
    for pk in shown:
        if pk in garments:
            since = changes[pk].since
            rows[changes[pk].status].append((garments[pk], changes[pk], days[since] if since is not None else None))
    body = sizes.body_of(request.user)
    context = {
        "groups": [(status, counts[status], found) for status, found in rows.items() if found],
        "page": page,
        "shape": sizes.shape_told(user=request.user),
        "body": body,
        "estimates": [
            (zone, measure) for zone, measure in body.measures.items() if measure.estimated and zone in Zone.values
        ],
        "has_garments": Garment.objects.owned_by(request.user).active().exists(),
    }
    return render(request, "recommender/closet_fit.html", context)


@login_required
@require_POST
def size_feedback(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """ "Too small", "fits" or "too large" of a size somebody bought; the brand's offset learns from it."""
    label, verdict = request.POST.get("size", "").strip()[:30], request.POST.get("verdict", "")
    if not label or verdict not in SizeFeedback.Verdict.values:
        return _refused(request, _("Name the size and how it fits."))
    try:
        sizes.size_feedback_set(user=request.user, product=_product(pk), size_label=label, verdict=verdict)
    except ValidationError as error:
        return _refused(request, " ".join(error.messages))
    thanks = _("Thank you. When five members have said how this brand's sizes fit, advice counts it in.")
    return trigger_client_event(product_fit(request, pk), "toast", {"text": thanks})


def _refused(request: AuthenticatedHttpRequest, sentence: str) -> HttpResponse:
    """htmx shows the sentence as a toast; without JavaScript it is the page."""
    if request.htmx:
        return JsonResponse({"message": sentence, "extra": {}}, status=400)
    return HttpResponseBadRequest(sentence)
