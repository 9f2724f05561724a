"""Looks I can build from what I own, and what is missing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.filters import leave_out_blocked
from catalog.models import Look
from closet.requests import AuthenticatedHttpRequest
from recommender.services.build_look import look_completed, looks_to_build


@login_required
@require_safe
def build_looks(request: AuthenticatedHttpRequest) -> HttpResponse:
    found = looks_to_build(user=request.user)
    return render(request, "recommender/build_looks.html", {"looks": found})


@login_required
@require_safe
def build_look(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    look = get_object_or_404(leave_out_blocked(Look.objects.published(), request.user), pk=pk)
    found = looks_to_build(user=request.user, looks=[look])
    built = look_completed(user=request.user, built=found[0]) if found else None
    mine = list(dict.fromkeys(row.mine for row in built.rows if row.mine)) if built else []
    context = {
        "look": look,
        "built": built,
        "mine": mine,
        "title_of": look.title,
        "fragment": "recommender/_build_look.html",
    }
    return render(request, "recommender/_build_look.html" if request.htmx else "recommender/section.html", context)
