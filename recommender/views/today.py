"""What do I wear today: outfits for the day's weather and occasion; lock, swap, shuffle, react, wear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from catalog.asked import day_named, whole, wholes
from closet.models import Garment
from closet.requests import AuthenticatedHttpRequest
from closet.services import wear
from closet.services.notices import notices_unread
from closet.services.outfits import outfit_keep, plan_set, reaction_set
from closet.views.garments import next_page, problem
from closet.views.undo import told, told_and_sent
from closet.views.wear import day_of
from recommender.forms import TodayForm
from recommender.services import outfits
from recommender.services.complete_look import gaps_of, outfit_completed
from recommender.services.pieces import my_garments, row_of
from recommender.services.preferences import weights_save
from recommender.services.sizes import pieces_among
from recommender.services.weather import typed_weather
from recommender.stylist.outfits.suggest import SHOWN, Outfit
from recommender.stylist.rules.context import Context
from recommender.stylist.score.parts import DEFAULT_WEIGHTS, MAX_WEIGHT, read_weights
from recommender.wording import GROUPS


def _context(request: AuthenticatedHttpRequest, asked: dict[str, Any]) -> Context:
    return outfits.context_for(
        user=request.user,
        weather=typed_weather(asked),
        occasion=asked["occasion"],
        mood=asked["mood"],
        dress_code=asked["dress_code"],
        time=asked["time"],
        day=asked["day"],
    )


def _asked(request: AuthenticatedHttpRequest, source: Any) -> tuple[TodayForm, dict[str, Any]]:
    named = [*wholes(source.getlist("locked")), *wholes(source.getlist("without"))]
    mine = Garment.objects.in_hands_of(request.user).present().filter(pk__in=named).values_list("pk", flat=True)
    form = TodayForm(source, garments=mine)
    return form, form.cleaned_or_default()


def _names(garments: dict[int, Garment]) -> dict[object, str]:
    return {pk: garment.title for pk, garment in garments.items()}


def _sliders(weights: dict[str, Any]) -> list[dict[str, Any]]:
    current = read_weights(weights)
    return [
        {"name": name, "label": GROUPS[name], "value": current[name], "max": MAX_WEIGHT, "start": start}
        for name, start in DEFAULT_WEIGHTS.items()
    ]


def _entry(outfit: Outfit, garments: dict[int, Garment], locked: list[int]) -> dict[str, Any]:
    """One suggestion. `keeping`: each garment with all that stays locked once it is kept, too."""
    pks = [row_of(piece) for piece in outfit.pieces]
    return {
        "outfit": outfit,
        "pks": pks,
        "garments": [garments[pk] for pk in pks],
        "keeping": [(garments[pk], sorted({*locked, pk})) for pk in pks],
        "gaps": gaps_of(outfit.pieces),
    }


@login_required
@require_safe
def today(request: AuthenticatedHttpRequest) -> HttpResponse:
    form, asked = _asked(request, request.GET)
    morning = outfits.outfits_today(
        user=request.user,
        context=_context(request, asked),
        locked=asked["locked"],
        without=asked["without"],
        seed=asked["seed"],
        skip=SHOWN * (asked["page"] - 1),
    )
    locked = [pk for pk in asked["locked"] if pk in morning.garments]
    context = {
        "form": form,
        "asked": asked,
        "morning": morning,
        "outfits": [_entry(outfit, morning.garments, locked) for outfit in morning.suggestions.outfits],
        "names": _names(morning.garments),
        "locked": [morning.garments[pk] for pk in locked],
        "conditions": form.said(),
        "day": asked["day"],
        "notices": notices_unread(owner=request.user),
        "plan_day": asked["day"] or timezone.localdate() + timedelta(days=1),
        "sliders": _sliders(request.user.profile.weights),
        "next_seed": (asked["seed"] or 0) + 1,
        "next_page": asked["page"] + 1,
        "has_more": len(morning.suggestions.outfits) == SHOWN,
    }
    return render(request, "recommender/_today.html" if request.htmx else "recommender/today.html", context)


@login_required
@require_safe
def swap(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Alternatives for one piece (`out`) of an outfit (`pieces`)."""
    _form, asked = _asked(request, request.GET)
    pieces, out = wholes(request.GET.getlist("pieces")), whole(request.GET.get("out", ""))
    if out is None or len(pieces) != len(request.GET.getlist("pieces")):
        return HttpResponseBadRequest(_("Name the outfit's pieces and the one to swap."))
    day = _context(request, asked)
    swapped = outfits.outfit_swapped(user=request.user, outfit=pieces, out=out, context=day, limit=6)
    shown = {row_of(piece) for outfit in swapped for piece in outfit.pieces} | {out, *pieces}
    garments = {garment.pk: garment for garment in my_garments(request.user, among=shown)}
    options = [
        {
            "outfit": outfit,
            "garment": next(garments[row_of(piece)] for piece in outfit.pieces if piece.id not in pieces),
            "pks": [row_of(piece) for piece in outfit.pieces],
        }
        for outfit in swapped
    ]
    context = {
        "options": options,
        "out": garments.get(out),
        "title_of": _("Swap this piece"),
        "fragment": "recommender/_swap.html",
    }
    return render(request, "recommender/_swap.html" if request.htmx else "recommender/section.html", context)


@login_required
@require_safe
def complete(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Products for what an outfit (`pieces`) lacks, in the member's size and price band."""
    _form, asked = _asked(request, request.GET)
    wanted = set(wholes(request.GET.getlist("pieces")))
    worn = my_garments(request.user, among=wanted)
    if not worn:
        raise Http404
    done = outfit_completed(
        user=request.user, worn=pieces_among(request.user, wanted), context=_context(request, asked)
    )
    context = {
        "done": done,
        "worn": worn,
        "names": outfits.names_of(done.offers) | {garment.pk: garment.title for garment in worn},
        "title_of": _("Complete the look"),
        "fragment": "recommender/_complete.html",
    }
    return render(request, "recommender/_complete.html" if request.htmx else "recommender/section.html", context)


def _garments(request: AuthenticatedHttpRequest) -> list[int]:
    return wholes(request.POST.getlist("garments"))


def _said(request: AuthenticatedHttpRequest, text: str, *, undo: str = "") -> HttpResponse:
    """A toast, or without script the page again with the same sentence on it."""
    if request.htmx:
        return told(request, HttpResponse(), text, undo=undo)
    return told_and_sent(request, next_page(request, reverse("recommender:today")), text, undo=undo)


@login_required
@require_POST
def react(request: AuthenticatedHttpRequest) -> HttpResponse:
    """like, dislike or never: remembered, and the next answer changes. Says so."""
    try:
        reaction = reaction_set(
            owner=request.user, garment_ids=_garments(request), verdict=request.POST.get("verdict", "")
        )
    except ValidationError as error:
        return problem(request, error)
    said = {
        "like": _("Noted: more like this."),
        "dislike": _("Noted: less like this."),
        "never": _("Noted: never these two together."),
    }[reaction.verdict]
    return _said(request, said)


@login_required
@require_POST
def keep(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keeps the outfit, and plans it (`plan`) for a day (`day`), or goes on to share its picture (`share`)."""
    try:
        day = day_of(request) if "plan" in request.POST else None
        outfit, is_new = outfit_keep(owner=request.user, garment_ids=_garments(request))
        plan = plan_set(owner=request.user, outfit=outfit, day=day) if day else None
    except ValidationError as error:
        return problem(request, error)
    if "share" in request.POST:
        to = reverse("closet:outfit", args=[outfit.pk]) + "#share"
        return HttpResponseClientRedirect(to) if request.htmx else HttpResponseRedirect(to, status=303)
    if plan:
        said = _("Planned for %(day)s.") % {"day": date_format(plan.day, "MONTH_DAY_FORMAT")}
        return _said(request, said, undo=reverse("closet:plan_delete", args=[plan.pk]))
    if not is_new:
        return _said(request, _("You keep this outfit already."))
    return _said(request, _("Kept in your outfits."), undo=reverse("closet:outfit_delete", args=[outfit.pk]))


@login_required
@require_POST
def wear_today(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Logs the outfit as worn today; the undo takes back what was not in the log before."""
    try:
        day = day_of(request)
    except ValidationError as error:
        return problem(request, error)
    before = wear.worn_on(owner=request.user, day=day)
    worn = {garment.pk for garment in wear.wear_add(owner=request.user, garment_ids=_garments(request), worn_on=day)}
    undo = reverse("recommender:wear_undo", query={"garments": sorted(worn - before), "day": day.isoformat()})
    return _said(request, _("Logged as worn today."), undo=undo)


@login_required
@require_POST
def wear_undo(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Takes garments out of the log of a `day`, today's where none is named."""
    pks = wholes(request.GET.getlist("garments"))
    day = day_named(request.GET.get("day", "")) or timezone.localdate()
    wear.wear_remove(owner=request.user, garment_ids=pks, worn_on=day)
    return _said(request, _("As it was before."))


@login_required
@require_POST
def weights(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Saves the sliders; the API's answers use the same."""
    weights_save(user=request.user, weights=request.POST.dict())
    return HttpResponseRedirect(reverse("recommender:today"), status=303)
