"""Me in the mirror: mannequins and photos of mine, one chosen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from closet.models import Figure, Photo
from closet.requests import AuthenticatedHttpRequest
from closet.services import figures as services
from closet.views.garments import next_page, problem
from closet.views.undo import told_and_sent


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Adds one: `photo` (an id of mine) or a mannequin (`sex`). Asked for by itself, it is the mirror's page."""
    if request.method != "POST":
        return redirect("recommender:mirror")
    photo = None
    if wanted := request.POST.get("photo"):
        try:
            photo = Photo.objects.owned_by(request.user).filter(pk=wanted).first()
        except ValidationError:  # no id at all
            photo = None
        if photo is None:
            return problem(request, ValidationError(_("Choose one of your photos.")))
    sex = request.POST.get("sex") or services.usual_sex(request.user)
    try:
        services.figure_add(owner=request.user, photo=photo, sex=sex, name=request.POST.get("name", ""))
    except ValidationError as error:
        return problem(request, error)
    return redirect(next_page(request, "/mirror/"))


@login_required
@require_POST
def choose(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.figure_choose(figure=_mine(request, pk))
    return redirect(next_page(request, "/mirror/"))


@login_required
@require_POST
def remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.figure_delete(figure=_mine(request, pk))
    return told_and_sent(request, "/mirror/", _("Removed, with the sketches of it."))


def _mine(request: AuthenticatedHttpRequest, pk: int) -> Figure:
    return get_object_or_404(Figure.objects.owned_by(request.user), pk=pk)
