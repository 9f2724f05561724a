"""The tray for garments that hang twice."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.asked import wholes
from closet.requests import AuthenticatedHttpRequest
from closet.services.doubles import doubles_join, doubles_part
from closet.views.garments import problem
from closet.views.undo import told_and_sent, undo_keep
from recommender.services.doubles import doubles_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def doubles(request: AuthenticatedHttpRequest) -> HttpResponse:
    """POST: `keep` names the one that stays and the one that goes ("7 9"), `apart` two that are two."""
    if request.method != "POST":
        return render(request, "recommender/doubles.html", {"pairs": doubles_of(user=request.user)})
    verb = "keep" if "keep" in request.POST else "apart"
    named = wholes(request.POST.get(verb, "").split())
    try:
        if len(named) != 2:
            raise ValidationError(_("These are not two garments of your closet."))
        if verb == "apart":
            doubles_part(owner=request.user, one=named[0], other=named[1])
            return told_and_sent(request, reverse("recommender:doubles"), _("Noted: these are two."))
        change = doubles_join(owner=request.user, keep=named[0], drop=named[1])
    except ValidationError as error:
        return problem(request, error)
    undo = undo_keep(request, change.undo)
    return told_and_sent(request, reverse("recommender:doubles"), _("One of them lies in the bin."), undo=undo)
