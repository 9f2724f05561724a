"""Browsers that are told: this one is added and taken off by script, any of them by a form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from closet.requests import AuthenticatedHttpRequest
from closet.services.push import browser_named, push_end, push_of, push_subscribe
from closet.views.garments import problem
from closet.views.undo import told_and_sent


@login_required
@require_POST
def push_add(request: AuthenticatedHttpRequest) -> HttpResponse:
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        push_subscribe(owner=request.user, device=browser_named(request.headers.get("User-Agent", "")), **given)
    except ValidationError as error:
        return problem(request, error)
    return JsonResponse({"message": _("This device is told from now on.")})


@login_required
@require_POST
def push_remove(request: AuthenticatedHttpRequest) -> HttpResponse:
    """By `endpoint`, or by the row's `id` from the list."""
    if endpoint := request.POST.get("endpoint"):
        push_end(owner=request.user, endpoint=endpoint)
        return JsonResponse({"message": _("This device is not told any more.")})
    row = get_object_or_404(push_of(owner=request.user), pk=request.POST.get("id") or None)
    row.delete()
    return told_and_sent(request, reverse("closet:profile") + "#told", _("That device is not told any more."))
