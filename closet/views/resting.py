"""The queue of what was not worn for a season: keep, sell, give."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from catalog.asked import wholes
from closet.models import Garment, User
from closet.requests import AuthenticatedHttpRequest
from closet.services.resting import KEEP, resting, resting_answer
from closet.stats import RESTING_DAYS
from closet.views.garments import problem
from closet.views.undo import told, told_and_sent, undo_keep

SHOWN = 24


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resting_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """POST: an `answer` for one garment (`sell:12`) or for those chosen (`id`)."""
    if request.method != "POST":
        return render(request, "closet/_resting.html" if request.htmx else "closet/resting.html", _queue(request.user))
    answer, _sep, one = request.POST.get("answer", "").partition(":")
    ids = wholes([one]) if one else wholes(request.POST.getlist("id"))
    try:
        if not ids:
            raise ValidationError(_("Choose a garment first."))
        change = resting_answer(owner=request.user, ids=ids, answer=answer)
    except ValidationError as error:
        return problem(request, error)
    count = len(change.ids)
    if answer == KEEP:
        text = ngettext("%(n)d garment stays.", "%(n)d garments stay.", count) % {"n": count}
    else:
        why = Garment.Parting(answer).label
        text = ngettext("%(n)d garment archived: %(why)s.", "%(n)d garments archived: %(why)s.", count)
        text = text % {"n": count, "why": why}
    undo = undo_keep(request, change.undo) if change.undo else ""
    if request.htmx:
        return told(request, render(request, "closet/_resting.html", _queue(request.user)), text, undo=undo)
    return told_and_sent(request, reverse("closet:resting"), text, undo=undo)


def _queue(user: User) -> dict[str, Any]:
    found = resting(owner=user).for_cards()
    today = timezone.localdate()
    shown = list(found[:SHOWN])
    for garment in shown:
        garment.unworn_days = (today - garment.unworn_since).days  # type: ignore[attr-defined]
        if garment.price is not None and garment.wears:
            garment.cost_per_wear = garment.price / garment.wears  # type: ignore[attr-defined]
    return {
        "garments": shown,
        "count": found.count(),
        "days": RESTING_DAYS,
        "partings": Garment.Parting.choices,
        "is_empty_closet": not Garment.objects.owned_by(user).active().exists(),
    }
