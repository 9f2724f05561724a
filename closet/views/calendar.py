"""One calendar: what is planned, what was worn, and the photo of the day, by month or by week."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalog.asked import day_named, whole
from closet.models import Garment, Outfit, Photo, Plan, User, Wear
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Step, garments_change
from closet.services.outfits import plan_set
from closet.services.plans import EVERY, MOST_TIMES, PlanStep, plan_move, plan_repeat, plan_taken_off
from closet.services.wear import outfit_wear, worn_on
from closet.views.garments import changed, next_page, problem
from closet.views.outfits import placed
from closet.views.undo import told, told_and_sent, undo_keep
from closet.views.wear import day_of

OFFERED_OUTFITS = 100  # to choose from when a day is planned


@login_required
@require_safe
def calendar_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """`?day=` is the day whose plans and wears are told beside the month (or `?view=week`) that it is in."""
    today = timezone.localdate()
    day = day_named(request.GET.get("day", "")) or today
    view = "week" if request.GET.get("view") == "week" else "month"
    if view == "week":
        first = day - timedelta(days=day.weekday())
        days = [first + timedelta(days=n) for n in range(7)]
        before, after = day - timedelta(days=7), day + timedelta(days=7)
    else:
        days = list(Calendar(firstweekday=0).itermonthdates(day.year, day.month))
        before = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    cells = cells_of(owner=request.user, days=days)
    for cell in cells:
        cell |= {"here": view == "week" or cell["day"].month == day.month, "is_chosen": cell["day"] == day}
    context = {
        "view": view,
        "day": day,
        "today": today,
        "before": before,
        "after": after,
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "chosen": next(cell for cell in cells if cell["day"] == day),
        "offered": Outfit.objects.owned_by(request.user)[:OFFERED_OUTFITS],
        "every": [(1, _("every day")), (7, _("every week")), (14, _("every two weeks")), (28, _("every four weeks"))],
        "most_times": MOST_TIMES,
        "day_count": sum(1 for cell in cells if cell["worn"] and cell["here"]),
    }
    fragment = request.htmx and request.htmx.target == "calendar"
    return render(request, "closet/_calendar.html" if fragment else "closet/calendar.html", context)


def cells_of(*, owner: User, days: list[date]) -> list[dict[str, Any]]:
    """One dictionary a day: what was worn, what is planned, the photos of the day. Four queries."""
    span = (days[0], days[-1])
    worn: dict[date, list[Garment]] = defaultdict(list)
    log = (
        Wear.objects.by(owner)
        .filter(garment__deleted_at=None, worn_on__range=span)
        .select_related("garment__kind")
        .order_by("worn_on", "garment__kind__position")
    )
    for wear in log:
        worn[wear.worn_on].append(wear.garment)
    planned: dict[date, list[Plan]] = defaultdict(list)
    plans = Plan.objects.filter(owner=owner, day__range=span).select_related("outfit")
    for plan in plans.prefetch_related(Prefetch("outfit__items", queryset=placed().queryset)):
        planned[plan.day].append(plan)
    photos: dict[date, list[Photo]] = defaultdict(list)
    for photo in Photo.objects.owned_by(owner).filter(worn_on__range=span).exclude(display=""):
        photos[photo.worn_on].append(photo)  # type: ignore[index]  # in a range is not null
    today = timezone.localdate()
    return [
        {
            "day": day,
            "worn": worn[day],
            "planned": planned[day],
            "photos": photos[day],
            "is_today": day == today,
            "is_past": day < today,
        }
        for day in days
    ]


def _said(request: AuthenticatedHttpRequest, day: date, text: str, undo: list[Step] | list[PlanStep]) -> HttpResponse:
    """A toast with the way back, and the calendar drawn anew."""
    back = undo_keep(request, undo) if undo else ""
    if request.htmx:
        return changed(told(request, HttpResponse(status=204), text, undo=back))
    to = next_page(request, reverse("closet:calendar", query={"day": day.isoformat()}))
    return told_and_sent(request, to, text, undo=back)


def plan_or_404(user: User, pk: int) -> Plan:
    return get_object_or_404(Plan.objects.filter(owner=user).select_related("owner", "outfit"), pk=pk)


@login_required
@require_POST
def plan_add(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Plans an `outfit` for a `day`."""
    outfit = get_object_or_404(Outfit.objects.owned_by(request.user), pk=whole(request.POST.get("outfit", "")))
    try:
        plan = plan_set(owner=request.user, outfit=outfit, day=day_of(request), note=request.POST.get("note", "")[:120])
    except ValidationError as error:
        return problem(request, error)
    return _said(request, plan.day, _("Planned."), [PlanStep("unplan", plan.day.isoformat(), [outfit.pk])])


@login_required
@require_POST
def plan_moved(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """To another `day`: dragged there, or named."""
    plan = plan_or_404(request.user, pk)
    try:
        day = day_of(request)
        undo = plan_move(plan=plan, day=day)
    except ValidationError as error:
        return problem(request, error)
    return _said(request, day, _("Moved to %(day)s.") % {"day": date_format(day, "MONTH_DAY_FORMAT")}, undo)


@login_required
@require_POST
def plan_repeated(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    every, times = whole(request.POST.get("every", "")), whole(request.POST.get("times", ""))
    try:
        undo = plan_repeat(plan=plan, every=every or EVERY[0], times=times or 0)
    except ValidationError as error:
        return problem(request, error)
    text = ngettext("Planned %(n)d more time.", "Planned %(n)d more times.", len(undo)) % {"n": len(undo)}
    return _said(request, plan.day, text, undo)


@login_required
@require_POST
def plan_delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_or_404(request.user, pk)
    day = plan.day
    return _said(request, day, _("Taken off the calendar."), plan_taken_off(plan=plan))


@login_required
@require_POST
def plan_worn(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What was planned was worn that day."""
    plan = plan_or_404(request.user, pk)
    before = worn_on(owner=request.user, day=plan.day)
    try:
        worn = outfit_wear(owner=request.user, outfit=plan.outfit, worn_on=plan.day)
    except ValidationError as error:
        return problem(request, error)
    new = [garment.pk for garment in worn if garment.pk not in before]
    undo = [Step("unworn", plan.day.isoformat(), new)] if new else []
    return _said(request, plan.day, _("Noted as worn."), undo)


@login_required
@require_POST
def day_unworn(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Takes a `garment` out of a `day`'s log."""
    pk = whole(request.POST.get("garment", ""))
    try:
        day = day_of(request)
        change = garments_change(owner=request.user, action="unworn", ids=[pk] if pk else [], value=day.isoformat())
    except ValidationError as error:
        return problem(request, error)
    return _said(request, day, _("Taken out of the log."), change.undo)


@login_required
@require_safe
def wear_log(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Where the log of wears used to be."""
    return redirect("closet:calendar", permanent=True)
