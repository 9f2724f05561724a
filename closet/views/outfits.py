"""Outfits: the shelf of them with the week ahead, the canvas, and one outfit."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import taxonomy
from catalog.asked import day_named, wholes
from closet.facts import term_name
from closet.models import Garment, Loan, Outfit, OutfitItem, Plan, User, Wear
from closet.requests import AuthenticatedHttpRequest
from closet.services.canvas import BACKGROUNDS, INKS
from closet.services.outfits import PLACES, laid_out, outfit_delete, outfit_save, plan_set
from closet.services.posts import post_of
from closet.services.sharing import picture_of
from closet.views.garments import next_page, problem
from closet.views.undo import told, told_and_sent
from closet.views.wear import day_of

PER_PAGE = 24
SHELF = 400  # garments offered beside the canvas


def placed() -> Prefetch[Any]:
    """Items with what a small picture of the outfit needs; what is in the bin, or went home, is not drawn."""
    lent = Loan.objects.running().filter(garment=OuterRef("garment"), borrower=OuterRef("outfit__owner"))
    there = OutfitItem.objects.filter(Q(garment__owner=F("outfit__owner")) | Exists(lent), garment__deleted_at=None)
    return Prefetch("items", queryset=there.select_related("garment__kind"))


def outfit_or_404(user: User, pk: int) -> Outfit:
    return get_object_or_404(Outfit.objects.owned_by(user).prefetch_related(placed()), pk=pk)


@login_required
def outfits(request: AuthenticatedHttpRequest) -> HttpResponse:
    shelf = Outfit.objects.owned_by(request.user).prefetch_related(placed())
    page = Paginator(shelf, PER_PAGE).get_page(request.GET.get("page"))
    first = _first_day(request.GET.get("week", ""))
    context = {
        "page": page,
        "outfits": page.object_list,
        "week": week(request.user, first),
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "today": timezone.localdate(),
        "first": first,
    }
    if request.htmx and request.htmx.target == "week":
        return render(request, "closet/_week.html", context)
    return render(request, "closet/outfits.html", context)


def _first_day(text: str) -> date:
    """The day named, or today: what is to come is looked at more than what was."""
    return day_named(text) or timezone.localdate()


def week(user: User, first: date) -> list[dict[str, Any]]:
    """Seven days with their plans and whether something was worn."""
    days = [first + timedelta(days=n) for n in range(7)]
    plans: dict[date, list[Plan]] = defaultdict(list)
    rows = Plan.objects.filter(owner=user, day__range=(days[0], days[-1])).select_related("outfit")
    for plan in rows.prefetch_related(Prefetch("outfit__items", queryset=placed().queryset)):
        plans[plan.day].append(plan)
    worn = set(Wear.objects.by(user).filter(worn_on__range=(days[0], days[-1])).values_list("worn_on", flat=True))
    return [{"day": day, "plans": plans[day], "worn": day in worn} for day in days]


@login_required
def outfit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    thing = outfit_or_404(request.user, pk)
    today = timezone.localdate()
    context = {
        "outfit": thing,
        "items": thing.items.all(),
        "pks": [item.garment_id for item in thing.items.all()],
        "plans": thing.plans.filter(day__gte=today),
        "share": thing.shares.open().first(),
        "post": post_of(owner=request.user, outfit=thing),
        "show_url": reverse("closet:post_new", query={"outfit": pk}),
        "worn_days": thing.wear_log.order_by("-worn_on").values_list("worn_on", flat=True).distinct()[:10],
        "today": today,
        "worn_today": thing.wear_log.filter(worn_on=today).exists(),
        "days": [today + timedelta(days=n) for n in range(7)],
    }
    return render(request, "closet/outfit.html", context)


@login_required
def outfit_picture(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The canvas as a picture file to keep: JPEG, without metadata, faces blurred as in what is shared."""
    thing = outfit_or_404(request.user, pk)
    try:
        picture = picture_of(thing)
    except ValidationError as error:
        return problem(request, error)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)  # every messenger and gallery takes JPEG
    response = HttpResponse(file.getvalue(), content_type="image/jpeg")
    name = slugify(thing.name, allow_unicode=True) or f"outfit-{pk}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.jpg")
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def outfit_edit(request: AuthenticatedHttpRequest, pk: int | None = None) -> HttpResponse:
    """The canvas, for a new outfit or one that is there. `?garment=` lays garments on a fresh one."""
    thing = outfit_or_404(request.user, pk) if pk else None
    garments = list(Garment.objects.in_hands_of(request.user).active().for_cards()[:SHELF])
    error = ""
    if request.method == "POST":
        try:
            saved = outfit_save(owner=request.user, outfit=thing, **_asked(request))
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            to = reverse("closet:outfit", args=[saved.pk])
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse({"id": saved.pk, "url": to})
            return told_and_sent(request, to, _("Saved."))
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"message": error, "extra": {}}, status=400)
    wanted = set(wholes(request.GET.getlist("garment")))
    items = thing.items.all() if thing else ()
    start = [{"garment": i.garment_id, "x": i.x, "y": i.y, "width": i.width, "angle": i.angle, "z": i.z} for i in items]
    start = start or laid_out([garment for garment in garments if garment.pk in wanted])
    context = {
        "outfit": thing,
        "garments": garments,
        "slots": [slot for slot in taxonomy.Slot if any(g.kind.slot == slot for g in garments)],
        "start": start,
        "on_canvas": {item["garment"] for item in start},
        "places": {slot: place for slot, place in PLACES.items()},
        "texts": thing.texts if thing else [],
        "backgrounds": [(slug, name, BACKGROUNDS[Outfit.Background(slug)]) for slug, name in Outfit.Background.choices],
        "background": thing.background if thing else "",
        "inks": INKS,
        "occasions": [(term.slug, term_name(term)) for term in taxonomy.OCCASIONS],
        "error": error,
    }
    return render(request, "closet/outfit_edit.html", context, status=422 if error else 200)


def _asked(request: AuthenticatedHttpRequest) -> dict[str, Any]:
    """What the canvas sent: places as JSON, or only ticked garments where there is no script."""
    text = request.POST.get("items", "")
    try:
        items = json.loads(text) if text else [{"garment": pk} for pk in wholes(request.POST.getlist("garment"))]
        items = [{**item, "garment": int(item["garment"])} for item in items]
        texts = list(json.loads(request.POST["texts"])) if request.POST.get("texts") else None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise ValidationError(_("The canvas could not be read; please try again.")) from None
    return {
        "items": items,
        "name": request.POST.get("name", ""),
        "occasion": request.POST.get("occasion", ""),
        "notes": request.POST.get("notes", ""),
        "is_favourite": "is_favourite" in request.POST,
        "background": request.POST.get("background"),
        "texts": texts,
    }


@login_required
@require_POST
def outfit_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    outfit_delete(outfit=outfit_or_404(request.user, pk))
    text = _("The outfit is gone; its garments stay.")
    if request.htmx:
        return told(request, HttpResponse(status=204), text)
    return told_and_sent(request, reverse("closet:outfits"), text)


@login_required
@require_POST
def outfit_plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    thing = outfit_or_404(request.user, pk)
    try:
        day = day_of(request)
        plan_set(owner=request.user, outfit=thing, day=day, note=request.POST.get("note", "")[:120])
    except ValidationError as error:
        return problem(request, error)
    to = next_page(request, reverse("closet:outfit", args=[pk]))
    return told_and_sent(request, to, _("Planned."))
