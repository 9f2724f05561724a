"""The mirror: choose what to put on, wait for the sketch, look, save, share, and set right what lies wrong."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.asked import wholes
from catalog.taxonomy import Slot
from closet.models import Figure, Garment, TryOn, User
from closet.requests import AuthenticatedHttpRequest
from closet.services.figures import figure_chosen, photos_for_figures
from closet.services.sharing import share_create
from closet.views.garments import problem
from closet.views.undo import told_and_sent
from recommender.services import tryon as services
from recommender.services.mirror_words import WAYS, said_of_mirror
from recommender.services.pieces import my_garments
from recommender.stylist.tryon.garment import LANDMARKS, family_of

_SHOWN = 60  # garments of each slot to choose from


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mirror(request: AuthenticatedHttpRequest) -> HttpResponse:
    """GET: what may be put on, `garments` chosen already. POST: orders a sketch of them and of `product` in `size`."""
    if request.method == "POST":
        return _ordered(request)
    chosen = set(wholes(request.GET.getlist("garments")))
    context = {
        "figures": Figure.objects.owned_by(request.user).select_related("photo"),
        "figure": figure_chosen(owner=request.user),
        "photos": photos_for_figures(owner=request.user),
        "sexes": Figure.Sex.choices,
        "shelves": _shelves(request.user, chosen),
        "chosen": chosen,
        "sketches": TryOn.objects.owned_by(request.user).filter(status=TryOn.Status.DONE)[:8],
    }
    return render(request, "recommender/mirror.html", context)


def _shelves(owner: User, chosen: set[int]) -> list[tuple[Slot, list[Garment]]]:
    """The newest garments of each slot, the chosen ones before them."""
    newest = Window(RowNumber(), partition_by="kind__slot", order_by=["-created_at", "-pk"])
    mine = Garment.objects.owned_by(owner).active().annotate(rank=newest)
    shown = mine.filter(Q(rank__lte=_SHOWN) | Q(pk__in=chosen)).values_list("pk", flat=True)
    garments = sorted(my_garments(owner, among=list(shown)), key=lambda one: one.pk not in chosen)
    shelves = [(slot, [one for one in garments if one.kind.slot == slot]) for slot in Slot]
    return [(slot, row) for slot, row in shelves if row]


def _ordered(request: AuthenticatedHttpRequest) -> HttpResponse:
    pieces: list[dict[str, Any]] = [{"garment": pk} for pk in wholes(request.POST.getlist("garments"))]
    pieces += [
        {"product": pk, "size": request.POST.get("size", "")[:30]} for pk in wholes(request.POST.getlist("product"))
    ]
    try:
        row = services.tryon_ask(owner=request.user, pieces=pieces)
    except ValidationError as error:
        if request.htmx or "next" in request.POST:
            return problem(request, error)
        messages.error(request, " ".join(error.messages))
        return redirect(reverse("recommender:mirror", query={"garments": request.POST.getlist("garments")}))
    if request.htmx:
        return render(request, "recommender/_sketch.html", _context(row) | {"is_part": True})
    return redirect("recommender:sketch", row.pk)


@login_required
@never_cache
@require_safe
def sketch(request: AuthenticatedHttpRequest, pk: str) -> HttpResponse:
    """One sketch; asks for itself until it is drawn."""
    row = _mine(request, pk)
    context = _context(row) | {"is_part": "part" in request.GET}
    answer = render(request, "recommender/_sketch.html" if request.htmx else "recommender/sketch.html", context)
    if request.htmx and not context["is_part"] and not row.is_unfinished:
        answer["HX-Refresh"] = "true"  # saving, sharing and setting right stand beside the picture
    return answer


def _context(row: TryOn) -> dict[str, Any]:
    asked = services.things_asked(owner=row.owner, pieces=row.pieces)
    movable = set(row.landmarks)
    return {
        "sketch": row,
        "notes": services.notes_told(row, asked=asked),
        "problem": said_of_mirror(row.error_code) if row.status == TryOn.Status.FAILED else "",
        "asked": asked,
        "choices": _choices(row, asked),
        "sizes": services.sizes_told(owner=row.owner, asked=asked),
        "movable": [one.garment for one in asked if one.garment and str(one.garment.pk) in movable],
        "estimated": row.told.get("estimated", []),
        "share": row.shares.filter(revoked_at=None).first(),
    }


def _choices(row: TryOn, asked: list[services.Asked]) -> list[dict[str, Any]]:
    """Pieces that may be worn in two ways: {"number", "title", "ways": [(slug, words, whether it is drawn so)]}."""
    drawn = row.told.get("ways", [])
    boots = any(one.piece.kind == "boots" for one in asked)
    return [
        {"number": at, "title": one.title, "ways": [(way, WAYS[way], way == now) for way in one.ways]}
        for at, (one, now) in enumerate(zip(asked, drawn, strict=False))
        if one.ways and (one.piece.slot == "outer" or boots)
    ]


@login_required
@require_POST
def again(request: AuthenticatedHttpRequest, pk: str) -> HttpResponse:
    """Draws it anew; `worn-NUMBER`: how a piece is to be worn."""
    row = _mine(request, pk)
    worn = {at: request.POST.get(f"worn-{at}", "") for at in range(len(row.pieces))}
    try:
        row = services.tryon_again(tryon=row, worn=worn)
    except ValidationError as error:
        return problem(request, error)
    return redirect("recommender:sketch", row.pk)


@login_required
@require_POST
def share(request: AuthenticatedHttpRequest, pk: str) -> HttpResponse:
    row = _mine(request, pk)
    try:
        share_create(owner=request.user, tryon=row, caption=request.POST.get("caption", ""))
    except ValidationError as error:
        return problem(request, error)
    said = _("Whoever has the address can see it.")
    return told_and_sent(request, f"{reverse('recommender:sketch', args=[row.pk])}#share", said)


@login_required
@require_POST
def remove(request: AuthenticatedHttpRequest, pk: str) -> HttpResponse:
    services.tryons_delete(tryons=[_mine(request, pk)])
    return told_and_sent(request, reverse("recommender:mirror"), _("The sketch is gone."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def landmarks(request: AuthenticatedHttpRequest, pk: str, garment_pk: int) -> HttpResponse:
    """Where neck, cuffs, hem … lie on a cutout. POST: `points` as JSON, or `x-NAME` and `y-NAME` in per cent."""
    row = _mine(request, pk)
    garment = get_object_or_404(
        Garment.objects.owned_by(request.user).present().select_related("kind__parent"), pk=garment_pk
    )
    if request.method == "POST":
        try:
            points = {} if "forget" in request.POST else _points(request.POST)
            services.landmarks_save(garment=garment, points=points)
            made = services.tryon_again(tryon=row)
        except ValidationError as error:
            return problem(request, error)
        return redirect("recommender:sketch", made.pk)
    found = {**row.landmarks.get(str(garment.pk), {}), **garment.landmarks}
    names = [name for name in LANDMARKS[family_of(services.kind_of(garment), garment.kind.slot)] if name in found]
    points_shown = [
        {"name": name, "x": round(100 * found[name][0], 1), "y": round(100 * found[name][1], 1)} for name in names
    ]
    context = {"sketch": row, "garment": garment, "points": points_shown}
    return render(request, "recommender/landmarks.html", context)


def _points(sent: Any) -> dict[str, list[float]]:
    """Raises ValidationError for what is no point."""
    try:
        if sent.get("points"):
            told = json.loads(sent["points"])
            pairs = {str(name): [float(point[0]), float(point[1])] for name, point in told.items()}
        else:
            names = [key[2:] for key in sent if key.startswith("x-")]
            pairs = {name: [float(sent[f"x-{name}"]) / 100, float(sent[f"y-{name}"]) / 100] for name in names}
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValidationError(_("These points could not be read.")) from None
    if not all(abs(value) < 10 for point in pairs.values() for value in point):
        raise ValidationError(_("These points could not be read."))
    return pairs


def _mine(request: AuthenticatedHttpRequest, pk: str) -> TryOn:
    return get_object_or_404(TryOn.objects.owned_by(request.user).select_related("owner__profile", "figure"), pk=pk)
