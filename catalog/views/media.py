"""The catalogue's pictures: public, named at random, never changed under one name."""

from __future__ import annotations

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

YEAR_S = 365 * 24 * 3600


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    storage = storages["public"]
    try:
        if not hasattr(storage, "location") or not hasattr(storage, "path"):
            return HttpResponseRedirect(storage.url(name))
        file = storage.open(name, "rb")
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation, NotImplementedError):
        raise Http404 from None
    answer = FileResponse(file, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    answer["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    # Even if a browser took one of these files for a page, nothing in it may run.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
