"""The member's own categories: made, renamed and taken away on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Kind
from closet.forms.garments import grouped_kinds
from closet.models import OwnKind
from closet.requests import AuthenticatedHttpRequest
from closet.services.own_kinds import own_kind_delete, own_kind_save
from closet.views.undo import told_and_sent


@login_required
@require_http_methods(["GET", "POST"])
def own_kinds(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All of them, and a form for another."""
    if request.method == "POST":
        return _saved(request, None)
    return _page(request)


@login_required
@require_POST
def own_kind_change(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _saved(request, get_object_or_404(OwnKind.objects.owned_by(request.user), pk=pk))


@login_required
@require_POST
def own_kind_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(OwnKind.objects.owned_by(request.user), pk=pk)
    count = row.garments.count()
    own_kind_delete(own_kind=row)
    text = ngettext(
        "The category is gone; its %(n)d garment stays.", "The category is gone; its %(n)d garments stay.", count
    )
    return told_and_sent(request, reverse("closet:own_kinds"), text % {"n": count})


def _saved(request: AuthenticatedHttpRequest, row: OwnKind | None) -> HttpResponse:
    asked = {name: request.POST.get(name, "") for name in ("parent", "name_en", "name_ko")}
    try:
        parent = Kind.objects.filter(slug=asked["parent"]).first() or (row.parent if row else None)
        if parent is None:
            raise ValidationError(_("Say what kind of garment it is."))
        own_kind_save(
            owner=request.user, parent=parent, name_en=asked["name_en"], name_ko=asked["name_ko"], own_kind=row
        )
    except ValidationError as error:
        return _page(request, problem=" ".join(error.messages), asked=asked if row is None else {}, status=422)
    return told_and_sent(request, reverse("closet:own_kinds"), _("Saved."))


def _page(
    request: AuthenticatedHttpRequest, *, problem: str = "", asked: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    mine = OwnKind.objects.owned_by(request.user).select_related("parent")
    context = {
        "own_kinds": mine.annotate(count=Count("garments", filter=Q(garments__deleted_at=None))),
        "kinds": grouped_kinds(Kind.objects.all()),
        "problem": problem,
        "asked": asked or {},
    }
    return render(request, "closet/own_kinds.html", context, status=status)
