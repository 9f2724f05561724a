"""The privacy ledger for its owner: what left this server, and what may."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closet.requests import AuthenticatedHttpRequest
from closet.services.outgoing import FIELDS, outgoing_of, switches

SHOWN = 50


@login_required
@require_safe
def outgoing_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    page = Paginator(outgoing_of(owner=request.user), SHOWN).get_page(request.GET.get("page"))
    lines = [(line, [FIELDS.get(name, name) for name in line.fields]) for line in page]
    return render(request, "closet/outgoing.html", {"page": page, "lines": lines, "switches": switches()})
