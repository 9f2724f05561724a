"""Which size of a product, and whether to buy it at all."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from catalog.models import Product
from recommender import fitting
from recommender.models import SizeFeedback
from recommender.pieces import my_garments


def _product(pk: int) -> Product:
    rows = Product.objects.published().for_cards().select_related("kind__parent", "size_chart")
    return get_object_or_404(rows.prefetch_related("size_chart__rows"), pk=pk)


@login_required
@require_safe
def product_fit(request: HttpRequest, pk: int) -> HttpResponse:
    product = _product(pk)
    mine = fitting.garments_that_fit(user=request.user, product=product)
    chosen = next((garment for garment in mine if str(garment.pk) == request.GET.get("like")), None)
    advice = fitting.before_buying(user=request.user, product=product)
    garments = {garment.pk: garment for garment in my_garments(request.user)}
    context = {
        "product": product,
        "fit": fitting.product_fit(user=request.user, product=product, like=chosen),
        "mine": mine,
        "purchase": advice,
        "twins": [(garments[twin.piece.id], twin.likeness) for twin in advice.twins if twin.piece.id in garments],
        "unlocked": [
            [garments[piece.id] for piece in outfit.pieces if piece.id in garments] for outfit in advice.unlocked[:3]
        ],
        "title_of": product.name,
        "fragment": "recommender/_product_fit.html",
    }
    return render(request, "recommender/_product_fit.html" if request.htmx else "recommender/section.html", context)


@login_required
@require_POST
def size_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Too small", "fits" or "too large" of a size somebody bought; the brand's offset learns from it."""
    label, verdict = request.POST.get("size", "").strip()[:30], request.POST.get("verdict", "")
    if not label or verdict not in SizeFeedback.Verdict.values:
        return HttpResponseBadRequest(_("Name the size and how it fits."))
    fitting.size_feedback_set(user=request.user, product=_product(pk), size_label=label, verdict=verdict)
    return trigger_client_event(product_fit(request, pk), "toast", {"text": _("Thank you; the next advice knows it.")})
