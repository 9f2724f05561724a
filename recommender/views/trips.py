"""Trips: where and when, an outfit a day, and the list of what to pack."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import taxonomy
from catalog.asked import day_named, whole, wholes
from catalog.models import OCCASION_CHOICES, SLOT_CHOICES
from closet.geography.cities import city_titles
from closet.models import Garment, Trip, User
from closet.requests import AuthenticatedHttpRequest
from closet.services.trips import (
    trip_add,
    trip_occasions_set,
    trip_pack,
    trip_piece_add,
    trip_piece_remove,
    trip_plan,
)
from closet.views.garments import problem
from closet.views.undo import told_and_sent, undo_keep
from recommender.services.trips import trip_days, trip_suggest

OFFERED = 300  # garments to add by hand


@login_required
@require_http_methods(["GET", "POST"])
def trips(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The member's trips, and the form for a new one; a new one is dressed at once."""
    language = get_language() or "en"
    context: dict[str, Any] = {"asked": request.POST or request.GET, "city_titles": city_titles(language)}
    if request.method == "POST":
        try:
            trip = trip_add(
                owner=request.user,
                city=request.POST.get("city", ""),
                first_day=day_named(request.POST.get("first_day", "")),
                last_day=day_named(request.POST.get("last_day", "")),
                language=language,
            )
            trip_suggest(trip=trip)
            return redirect("recommender:trip", pk=trip.pk)
        except ValidationError as error:
            context["problems"] = error.message_dict if hasattr(error, "error_dict") else {"whole": error.messages}
    rows = Trip.objects.filter(owner=request.user)
    context["trips"] = rows.annotate(listed=Count("pieces"), packed=Count("pieces", filter=Q(pieces__is_packed=True)))
    return render(request, "recommender/trips.html", context, status=422 if "problems" in context else 200)


def _trip_or_404(user: User, pk: int) -> Trip:
    return get_object_or_404(Trip.objects.filter(owner=user).select_related("owner__profile"), pk=pk)


@login_required
@require_safe
def trip(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = _trip_or_404(request.user, pk)
    pieces = list(found.pieces.filter(garment__deleted_at=None).select_related("garment__kind"))
    order = list(taxonomy.Slot)
    pieces.sort(key=lambda piece: (order.index(taxonomy.Slot(piece.garment.kind.slot)), piece.pk))
    names = dict(SLOT_CHOICES)
    listed = {piece.garment_id for piece in pieces}
    days = trip_days(trip=found)
    context = {
        "trip": found,
        "days": days,
        "occasions": OCCASION_CHOICES,
        "slots": [(names[slot], list(rows)) for slot, rows in groupby(pieces, key=lambda one: one.garment.kind.slot)],
        "listed": len(pieces),
        "packed": sum(piece.is_packed for piece in pieces),
        "undressed": sum(not day.garments for day in days),
        "more": Garment.objects.owned_by(request.user).present().exclude(pk__in=listed).for_cards()[:OFFERED],
    }
    return render(request, "recommender/_packing.html" if _asks_list(request) else "recommender/trip.html", context)


def _asks_list(request: AuthenticatedHttpRequest) -> bool:
    return bool(request.htmx) and request.htmx.target == "packing"


@login_required
@require_POST
def suggest(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Every day anew, for the occasions the form names; `packed`: of what is packed alone."""
    found = _trip_or_404(request.user, pk)
    named = {name.removeprefix("occasion-"): str(value) for name, value in request.POST.items()}
    try:
        trip_occasions_set(trip=found, occasions={day: named[text] for text in named if (day := day_named(text))})
    except ValidationError as error:
        return problem(request, error)
    lacking = trip_suggest(trip=found, from_packed="packed" in request.POST)
    text = _("Every day has its outfit.")
    if lacking:
        text = ngettext(
            "For %(n)d day nothing whole was found.", "For %(n)d days nothing whole was found.", len(lacking)
        ) % {"n": len(lacking)}
    return told_and_sent(request, reverse("recommender:trip", args=[pk]), text)


@login_required
@require_POST
def pack(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ticks (`pack`) or unticks (`unpack`) lines, puts a garment on the list (`add`), or takes one off (`remove`)."""
    found = _trip_or_404(request.user, pk)
    trip_pack(trip=found, garment_ids=wholes(request.POST.getlist("pack")), packed=True)
    trip_pack(trip=found, garment_ids=wholes(request.POST.getlist("unpack")), packed=False)
    added = whole(request.POST.get("add", ""))
    if added is not None:
        mine = Garment.objects.owned_by(request.user).present()
        trip_piece_add(trip=found, garment=get_object_or_404(mine, pk=added))
    removed = whole(request.POST.get("remove", ""))
    if removed is not None:
        trip_piece_remove(trip=found, garment_id=removed)
    if request.htmx:
        request.method = "GET"
        return trip(request, pk)
    return redirect(reverse("recommender:trip", args=[pk]) + "#packing")


@login_required
@require_POST
def plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Puts the outfits on the calendar."""
    found = _trip_or_404(request.user, pk)
    undo = trip_plan(trip=found)
    text = ngettext("%(n)d day is on your calendar.", "%(n)d days are on your calendar.", len(undo)) % {"n": len(undo)}
    to = reverse("closet:calendar", query={"day": found.first_day.isoformat()})
    return told_and_sent(request, to, text, undo=undo_keep(request, undo) if undo else "")


@login_required
@require_POST
def remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    _trip_or_404(request.user, pk).delete()
    return told_and_sent(request, reverse("recommender:trips"), _("The trip is removed. Plans on the calendar stay."))
