"""What was worn when: one tap and its undo, and what the numbers say."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.asked import day_named
from closet.models import Outfit, User
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Change, Step, garments_change
from closet.services.wear import outfit_wear, worn_on
from closet.stats import closet_stats, garment_wears
from closet.views.garments import garment_or_404, problem
from closet.views.undo import told, told_and_sent, undo_keep


def day_of(request: HttpRequest) -> date:
    """The day a form names; else that on which it waited for a network, or today. Raises ValidationError."""
    text = request.POST.get("day", "") or request.headers.get("X-Queued-Day", "")
    named = day_named(text) if text else timezone.localdate()
    if named is None:
        raise ValidationError(_("This is no day of the calendar."))
    return named


@login_required
@require_POST
def garment_worn(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Worn that day, or taken back (`remove`); says so, with the way back."""
    thing = garment_or_404(request.user, pk)
    action = "unworn" if "remove" in request.POST else "worn"
    try:
        change = _logged(request.user, action, [pk], day_of(request))
    except ValidationError as error:
        return problem(request, error)
    text = _("Noted as worn.") if action == "worn" else _("Taken out of the log.")
    undo = undo_keep(request, change.undo) if change.undo else ""
    if not request.htmx:
        return told_and_sent(request, reverse("closet:garment", args=[pk]), text, undo=undo)
    thing.refresh_from_db()
    return told(request, render(request, "closet/_garment_wear.html", garment_wears(thing)), text, undo=undo)


def _logged(user: User, action: str, ids: list[int], day: date) -> Change:
    return garments_change(owner=user, action=action, ids=ids, value=day.isoformat())


@login_required
def wear_panel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The garment's log, drawn anew after something of it was taken back."""
    thing = garment_or_404(request.user, pk)
    if not request.htmx:
        return redirect("closet:garment", pk=pk)
    return render(request, "closet/_garment_wear.html", garment_wears(thing))


@login_required
@require_POST
def outfit_worn(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    outfit = get_object_or_404(Outfit.objects.owned_by(request.user), pk=pk)
    ids = list(outfit.items.values_list("garment_id", flat=True))
    try:
        day = day_of(request)
        if "remove" in request.POST:
            change, text = _logged(request.user, "unworn", ids, day), _("Taken back.")
        else:
            before = worn_on(owner=request.user, day=day)
            worn = outfit_wear(owner=request.user, outfit=outfit, worn_on=day)
            new = [garment.pk for garment in worn if garment.pk not in before]
            change, text = Change(new, [Step("unworn", day.isoformat(), new)]), _("Noted as worn.")
    except ValidationError as error:
        return problem(request, error)
    undo = undo_keep(request, change.undo) if change.ids else ""
    if request.htmx:
        return told(request, HttpResponse(status=204), text, undo=undo)
    return told_and_sent(request, reverse("closet:outfit", args=[pk]), text, undo=undo)


@login_required
def stats(request: AuthenticatedHttpRequest) -> HttpResponse:
    return render(request, "closet/stats.html", closet_stats(owner=request.user))
