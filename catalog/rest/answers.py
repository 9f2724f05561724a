"""What every answer of the API carries in its head: a tag, the quota that is left, when to come back, its version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.rest.throttles import quota_of
from catalog.rest.versions import VERSION, asked_version

RETRY_AFTER_S = 60  # where nothing knows better
_TAGS = re.compile(r'(?:W/)?("[^"]*")|(\*)')


class Stale(exceptions.APIException):
    """412: somebody else was quicker."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"
    default_detail = gettext_lazy("It changed since you read it.")


def tag_of(content: bytes | str) -> str:
    """The ETag of an answer's body."""
    data = content if isinstance(content, bytes) else content.encode()
    return str(quote_etag(hashlib.sha256(data).hexdigest()[:24]))


def is_named(tag: str, header: str | None) -> bool:
    """Whether If-Match or If-None-Match names the tag. Compared weakly: gzip makes every tag a weak one."""
    return any(found in (tag, "*") for found in ("".join(pair) for pair in _TAGS.findall(header or "")))


def told_tag(request: Request, told: Any) -> str:
    """The ETag that a GET answers these data with."""
    return tag_of(JSONRenderer().render(told, "application/json", {"request": request}))


def made(is_new: bool) -> int:
    """201 for what came to be, 200 for what was there and is as asked now: nothing is replaced unsaid."""
    return status.HTTP_201_CREATED if is_new else status.HTTP_200_OK


def refuse_stale(request: Request, told: Any) -> None:
    """told: what a GET of the thing answers now. Raises Stale where the request's If-Match was of something else."""
    match = request.headers.get("If-Match")
    if match and not is_named(told_tag(request, told), match):
        raise Stale


def changed(request: Request, told: Any) -> Response:
    """The answer to a PATCH that tells the thing as a GET would, with its new tag."""
    return Response(told, headers={"ETag": told_tag(request, told)})


class ApiAnswersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/v1/"):
            return response
        response["API-Version"] = asked_version(request) or VERSION
        if quota := quota_of(request):
            response["RateLimit-Limit"], response["RateLimit-Remaining"], response["RateLimit-Reset"] = map(str, quota)
        if response.status_code == 429 and not response.has_header("Retry-After"):
            response["Retry-After"] = str(RETRY_AFTER_S)
        if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.streaming:
            return self._tagged(request, response)
        return response

    @staticmethod
    def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not response.has_header("ETag"):
            response["ETag"] = tag_of(response.content)
        if not is_named(response["ETag"], request.headers.get("If-None-Match")):
            return response
        unchanged = HttpResponseNotModified()
        for name, value in response.headers.items():
            if name not in ("Content-Length", "Content-Type"):
                unchanged[name] = value
        unchanged.cookies = response.cookies
        return unchanged
