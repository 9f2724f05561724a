"""Adding what was bought: an order letter is pasted, what it names is looked over, and hung up."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from catalog.asked import day_named, whole
from catalog.money import CURRENCIES
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Step
from closet.services.orders import MOST, Bought, order_hang, order_read
from closet.views.undo import told_and_sent, undo_keep

_TEXTS = ("name", "kind", "silhouette", "colour", "pattern", "material", "currency", "size_label", "brand_name")


@login_required
@require_http_methods(["GET", "POST"])
def order(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The box to paste into; then (`hang`) the garments that stay ticked."""
    context: dict[str, Any] = {
        "add_title": _("Add from an order"),
        "text": request.POST.get("text", ""),
        "currencies": CURRENCIES,
    }
    try:
        if "hang" in request.POST:
            return _hung(request)
        if request.method == "POST":
            context["things"] = order_read(context["text"])
    except ValidationError as error:
        context |= {"problem": " ".join(error.messages), "things": _things(request.POST)}
        return render(request, "closet/order.html", context, status=422)
    return render(request, "closet/order.html", context)


def _hung(request: AuthenticatedHttpRequest) -> HttpResponse:
    things = _things(request.POST, ticked=True)
    if not things:
        raise ValidationError(_("Tick at least one garment."))
    garments = order_hang(owner=request.user, things=things, bought_on=day_named(request.POST.get("bought_on", "")))
    undo = undo_keep(request, [Step("delete", "", [garment.pk for garment in garments])])
    text = ngettext("%(n)d garment hangs in your closet.", "%(n)d garments hang in your closet.", len(garments)) % {
        "n": len(garments)
    }
    return told_and_sent(request, reverse("closet:home"), text, undo=undo)


def _things(data: QueryDict, *, ticked: bool = False) -> list[Bought]:
    """The rows of the form as the member left them. Raises ValidationError for a price that is none."""
    rows = []
    for number in range(min(whole(data.get("rows", "")) or 0, MOST)):
        if ticked and f"take-{number}" not in data:
            continue
        texts = {name: data.get(f"{name}-{number}", "")[:120] for name in _TEXTS}
        price = data.get(f"price-{number}", "").strip()
        try:
            amount = Decimal(price) if price else None
        except InvalidOperation:
            amount = None
            if ticked:
                raise ValidationError(_("“%(price)s” is no price.") % {"price": price[:20]}) from None
        quantity = whole(data.get(f"quantity-{number}", "")) or 1
        rows.append(Bought(**texts, price=amount, quantity=quantity))
    return rows
