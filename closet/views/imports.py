"""The page where a member brings a closet along: the file, the preview, the yes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from closet.models import ClosetImport
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.services import imports
from closet.services.closet_import import is_empty

NAMES = {
    "photos": gettext_lazy("Photos"),
    "garments": gettext_lazy("Garments"),
    "outfits": gettext_lazy("Outfits"),
    "wear_log": gettext_lazy("Days worn"),
    "plans": gettext_lazy("Planned outfits"),
    "measurements": gettext_lazy("Measures"),
    "reactions": gettext_lazy("Likes and dislikes of combinations"),
    "likes": gettext_lazy("Saved from the shop"),
    "following": gettext_lazy("People you follow"),
    "posts": gettext_lazy("Looks you showed, which nobody sees here before you show them"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """POST sends a file; the page asks for itself while it is read."""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise ValidationError(_("No file was sent."))
            imports.import_ask(owner=request.user, upload=upload)
        except (ValidationError, PhotoProblem) as problem:
            text = problem.message if isinstance(problem, PhotoProblem) else " ".join(problem.messages)
            messages.error(request, text)
        return redirect("closet:import")
    found = imports.import_of(owner=request.user)
    counts = found.counts if found else {}
    context = {
        "import": found,
        "rows": [(name, counts[table]) for table, name in NAMES.items() if table in counts],
        "is_empty": is_empty(request.user),
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "closet/_import.html" if is_part else "closet/import.html", context)


@login_required
@require_POST
def import_confirm(request: AuthenticatedHttpRequest) -> HttpResponse:
    try:
        imports.import_confirm(owner=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("closet:import")


@login_required
@require_POST
def import_forget(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Nothing of it comes in; one that is done is no longer told of."""
    imports.imports_delete(imports=ClosetImport.objects.filter(owner=request.user))
    return redirect("closet:import")
