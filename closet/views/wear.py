"""What was worn when: one tap, a calendar, and what the numbers say."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.asked import day_named
from closet.models import Garment, Outfit, Plan, Wear
from closet.requests import AuthenticatedHttpRequest
from closet.services.wear import outfit_wear, wear_add, wear_remove
from closet.stats import closet_stats, garment_wears
from closet.views.garments import garment_or_404, problem
from closet.views.undo import told, told_and_sent


def day_of(request: HttpRequest) -> date:
    """The day a form names, today when it names none. Raises ValidationError."""
    text = request.POST.get("day", "")
    named = day_named(text) if text else timezone.localdate()
    if named is None:
        raise ValidationError(_("This is no day of the calendar."))
    return named


@login_required
@require_POST
def garment_worn(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Worn that day, or taken back (`remove`)."""
    thing = garment_or_404(request.user, pk)
    try:
        day = day_of(request)
        if "remove" in request.POST:
            wear_remove(owner=request.user, garment_ids=[pk], worn_on=day)
        else:
            wear_add(owner=request.user, garment_ids=[pk], worn_on=day)
    except ValidationError as error:
        return problem(request, error)
    if not request.htmx:
        return redirect("closet:garment", pk=pk)
    thing.refresh_from_db()
    return render(request, "closet/_garment_wear.html", garment_wears(thing))


@login_required
@require_POST
def outfit_worn(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    outfit = get_object_or_404(Outfit.objects.owned_by(request.user), pk=pk)
    try:
        day = day_of(request)
        if "remove" in request.POST:
            ids = list(outfit.items.values_list("garment_id", flat=True))
            wear_remove(owner=request.user, garment_ids=ids, worn_on=day)
            text = _("Taken back.")
        else:
            outfit_wear(owner=request.user, outfit=outfit, worn_on=day)
            text = _("Noted as worn.")
    except ValidationError as error:
        return problem(request, error)
    if request.htmx:
        return told(request, HttpResponse(status=204), text)
    return told_and_sent(request, reverse("closet:outfit", args=[pk]), text)


@login_required
def wear_log(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A month of what was worn and what is planned."""
    today = timezone.localdate()
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    days = list(calendar.Calendar(firstweekday=0).itermonthdates(first.year, first.month))
    worn: dict[date, list[Garment]] = defaultdict(list)
    log = (
        Wear.objects.filter(garment__owner=request.user, garment__deleted_at=None)
        .filter(worn_on__range=(days[0], days[-1]))
        .select_related("garment__kind")
        .order_by("worn_on", "garment__kind__position")
    )
    for wear in log:
        worn[wear.worn_on].append(wear.garment)
    planned: dict[date, list[Plan]] = defaultdict(list)
    for plan in Plan.objects.filter(owner=request.user, day__range=(days[0], days[-1])).select_related("outfit"):
        planned[plan.day].append(plan)
    cells = [
        {
            "day": day,
            "here": day.month == first.month,
            "worn": worn[day],
            "planned": planned[day],
            "today": day == today,
        }
        for day in days
    ]
    context = {
        "first": first,
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=31)).replace(day=1),
        "today": today,
        "is_empty": not worn and not planned,
        "worn_count": sum(len(v) for day, v in worn.items() if day.month == first.month),
        "day_count": sum(1 for day, v in worn.items() if v and day.month == first.month),
    }
    return render(request, "closet/wear_log.html", context)


def _month(text: str) -> date | None:
    """Reads 2026-11 as its first day."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


@login_required
def stats(request: AuthenticatedHttpRequest) -> HttpResponse:
    return render(request, "closet/stats.html", closet_stats(owner=request.user))
