"""Small brands that are like me: from my closet, or from one full-body photo that is not kept."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from recommender.services import brands, photo_query
from recommender.services.style_report import style_report_of
from recommender.views.charts import radar
from recommender.wording import part_name


@login_required
@require_safe
def brands_like_me(request: AuthenticatedHttpRequest) -> HttpResponse:
    surprise = request.GET.get("surprise") == "1"
    answer = brands.brands_like_me(user=request.user, surprise=surprise)
    report = style_report_of(user=request.user)
    names = {garment.pk: garment.title for finding in report for garment in finding.garments}
    context = {
        "answer": answer, "radar": radar(answer.radar), "surprise": surprise, "report": report, "names": names
    }  # fmt: skip
    return render(request, "recommender/brands_like_me.html", context)


@login_required
@require_POST
def brands_by_photo(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Takes one photo of the whole person; a worker looks at it."""
    upload = request.FILES.get("file")
    problem = _("Choose a photo first.")
    if upload is not None:
        try:
            query_id = photo_query.query_add(
                asker=photo_query.asker_of(request), address=photo_query.address_of(request), upload=upload
            )
            return HttpResponseRedirect(reverse("recommender:brands_of_photo", args=[query_id]))
        except PhotoProblem as refused:
            problem = refused.message
    return render(request, "recommender/brands_of_photo.html", {"problem": problem}, status=400)


def _number(text: str, otherwise: int) -> int:
    """The person asked for; 0, who is nobody, for what is no number."""
    return int(text) if text.isdecimal() else 0 if text else otherwise


@login_required
@require_safe
def brands_of_photo(request: AuthenticatedHttpRequest, query_id: str) -> HttpResponse:
    """Brands for what is worn on the photo, once it was checked to show a whole person."""
    found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
    if found is None:
        raise Http404
    context: dict[str, Any] = {"found": found, "missing": [part_name(part) for part in found.missing]}
    whole = found.whole_people
    if len(whole) > 1 and not request.GET.get("person"):
        context["whole_people"] = whole
    elif found.status == "done" and found.is_full_body and found.garments:
        you = found.of_person(_number(request.GET.get("person", ""), whole[0][0])) if whole else found
        if you is None:
            raise Http404
        answer = brands.brands_like_seen(user=request.user, found=you)
        context |= {"answer": answer, "radar": radar(answer.radar)}
    template = "_brands_of_photo.html" if request.htmx else "brands_of_photo.html"
    return render(request, f"recommender/{template}", context)
