"""Pictures of the catalogue, public and unchanging: a new picture gets a new name."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from typing import IO, TypeVar

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, storages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

YEAR_S = 365 * 24 * 3600
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")
_CHUNK = 64 * 1024
Answer = TypeVar("Answer", bound=HttpResponseBase)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """With ETag, byte ranges and a year's caching. Only pictures leave here, whatever else lies there."""
    kind, _encoding = mimetypes.guess_type(name)
    if not kind or not kind.startswith("image/") or kind == "image/svg+xml":
        raise Http404
    storage = storages["public"]
    if not isinstance(storage, FileSystemStorage):
        return HttpResponseRedirect(storage.url(name))  # the bucket serves its own, under a signed address
    etag = quote_etag(name.rsplit("/", 1)[-1])
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _lasting(HttpResponseNotModified(), etag)
    try:
        file = storage.open(name, "rb")
        size = file.size
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    found = _RANGE.match(request.headers.get("Range", ""))
    if found is None or found.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return _lasting(FileResponse(file, content_type=kind), etag)
    first, last = _ends(found, size)
    if first > last:
        file.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    part = StreamingHttpResponse(_part(file, first, last - first + 1), status=206, content_type=kind)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return _lasting(part, etag)


def _ends(found: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte asked for; first > last where there are none."""
    first, last = found.groups()
    if not first:  # the last so many bytes
        return max(size - int(last), 0), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(file: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _lasting(answer: Answer, etag: str) -> Answer:
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    answer["Accept-Ranges"] = "bytes"
    answer["X-Content-Type-Options"] = "nosniff"
    # Even if a browser took one of these files for a page, nothing in it may run.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
