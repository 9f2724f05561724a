"""Adding a garment by the address of a shop's page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.models import Kind
from closet.forms.garments import grouped_kinds
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Step
from closet.services.web_garments import KindUnknown, garment_add_from_web
from closet.views.undo import told_and_sent, undo_keep


@login_required
@require_http_methods(["GET", "POST"])
def web_garment(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The box for an address; of a page that names no kind of garment, the kinds to pick from as well."""
    context: dict[str, Any] = {
        "add_title": _("Add by web address"),
        "address": request.POST.get("address") or request.GET.get("address", ""),
    }
    if request.method != "POST":
        return render(request, "closet/web_garment.html", context)
    try:
        garment = garment_add_from_web(
            owner=request.user, address=context["address"], kind=request.POST.get("kind", "")
        )
    except KindUnknown as error:
        context |= {"problem": " ".join(error.messages), "kinds": grouped_kinds(Kind.objects.all())}
    except ValidationError as error:
        context["problem"] = " ".join(error.messages)
    except PhotoProblem as error:
        context["problem"] = error.message
    else:
        undo = undo_keep(request, [Step("delete", "", [garment.pk])])
        address = reverse("closet:garment", args=[garment.pk])
        return told_and_sent(request, address, _("It hangs in your closet, as the shop describes it."), undo=undo)
    return render(request, "closet/web_garment.html", context, status=422)
