"""Pictures of the catalogue, public and unchanging: a new picture gets a new name."""

from __future__ import annotations

import mimetypes
from typing import TypeVar

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, storages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from catalog.ranges import file_response
from catalog.services.picture_sizes import WIDTHS, picture_sized

YEAR_S = 365 * 24 * 3600
Answer = TypeVar("Answer", bound=HttpResponseBase)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """With ETag, byte ranges and a year's caching; `?size=small` as a tile shows it. Only pictures leave here, whatever
    else lies there."""
    kind, _encoding = mimetypes.guess_type(name)
    if not kind or not kind.startswith("image/") or kind == "image/svg+xml":
        raise Http404
    storage = storages["public"]
    width = WIDTHS.get(request.GET.get("size", ""))
    if width:
        try:
            name = picture_sized(storage, name, width)
        except (OSError, SuspiciousFileOperation, ValueError):
            raise Http404 from None
    if not isinstance(storage, FileSystemStorage):
        return HttpResponseRedirect(storage.url(name))  # the bucket serves its own, under a signed address
    etag = quote_etag(f"{name.rsplit('/', 1)[-1]}{width or ''}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _lasting(HttpResponseNotModified(), etag)
    try:
        file = storage.open(name, "rb")
        size = file.size
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    return _lasting(file_response(request, file, size=size, content_type=kind, etag=etag), etag)


def _lasting(answer: Answer, etag: str) -> Answer:
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    # Even if a browser took one of these files for a page, nothing in it may run.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
