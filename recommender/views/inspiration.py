"""Inspiration: a photo of anybody's outfit, and the same from my closet. The photo is looked at and not kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.views.undo import told_and_sent
from recommender.forms import InspirationForm
from recommender.services import photo_query
from recommender.services.inspiration import inspired as outfit_after


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspiration(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The page that takes a photo; what is sent is handed to a worker."""
    if request.method != "POST":
        return render(request, "recommender/inspiration.html")
    upload = request.FILES.get("file")
    if upload is None:
        return _refused(request, _("Choose a photo first."))
    try:
        query_id = photo_query.query_add(
            asker=photo_query.asker_of(request), address=photo_query.address_of(request), upload=upload
        )
    except PhotoProblem as problem:
        return _refused(request, problem.message)
    return HttpResponseRedirect(reverse("recommender:inspired", args=[query_id]))


def _refused(request: AuthenticatedHttpRequest, message: str) -> HttpResponse:
    if request.htmx:
        return JsonResponse({"message": message, "extra": {}}, status=400)
    return render(request, "recommender/inspiration.html", {"problem": message}, status=400)


@login_required
@require_safe
def inspired(request: AuthenticatedHttpRequest, query_id: str) -> HttpResponse:
    """The photo's garments beside mine; polls while a worker looks. person, turn: whose, and which combination."""
    found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
    if found is None:
        # While Redis is away nobody knows; a page that polls goes on asking.
        gone = _("This photo was forgotten already, or cannot be looked up right now. Please choose it again.")
        return render(request, "recommender/inspiration.html", {"problem": gone}, status=404)
    context: dict[str, Any] = {"found": found}
    if found.status == "done" and found.garments:
        asked = InspirationForm(request.GET).cleaned_or_default()
        context["inspiration"] = outfit_after(
            user=request.user, found=found, person=asked["person"], turn=asked["turn"]
        )
        context["plan_day"] = timezone.localdate() + timedelta(days=1)
    return render(request, f"recommender/{'_inspired' if request.htmx else 'inspired'}.html", context)


@login_required
@require_POST
def forget(request: AuthenticatedHttpRequest, query_id: str) -> HttpResponse:
    """Deletes what was seen on the photo at once, instead of within the hour."""
    try:
        if not photo_query.query_forget(asker=photo_query.asker_of(request), query_id=query_id):
            raise Http404
    except PhotoProblem as problem:
        return _refused(request, problem.message)
    return told_and_sent(request, reverse("recommender:inspiration"), _("Forgotten."))
