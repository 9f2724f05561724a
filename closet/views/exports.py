"""The page where a member has an export made, and the address it is fetched from."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.ranges import file_response
from closet.models import Export
from closet.requests import AuthenticatedHttpRequest
from closet.services.export import export_ask, export_find, export_key, export_latest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """POST has one made; the page asks for itself until it is done."""
    if request.method == "POST":
        export_ask(owner=request.user, strip_metadata="strip" in request.POST)
        return redirect("closet:export")
    export = export_latest(owner=request.user)
    is_done = export is not None and export.status == Export.Status.DONE
    context = {"export": export, "key": export_key(export=export) if export and is_done else ""}
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "closet/_export.html" if is_part else "closet/export.html", context)


@never_cache
@require_safe
def export_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The ZIP, whole or in ranges. Whoever has the address may fetch it, for an hour."""
    try:
        export = export_find(key=key)
        file = export.file.open("rb")
    except (Export.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    name = f"otjang-{timezone.localdate(export.created_at):%Y-%m-%d}.zip"
    etag = f'"export-{export.pk}"'
    answer = file_response(request, file, size=export.size, content_type="application/zip", etag=etag, download_as=name)
    answer["ETag"] = etag
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
