"""What is answered before anything else looks at it."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.translation import gettext as _

from catalog.rest.errors import plain_error
from closet.problems import TooBusy
from config import health, views

log = logging.getLogger(__name__)


class ProbeMiddleware:
    """Answers supervisors before hosts and TLS are looked at: they come over plain HTTP and by a machine's number."""

    PROBES: ClassVar = {
        "/livez": health.livez,
        "/readyz": health.readyz,
        "/healthz": health.healthz,
        "/metrics": health.metrics,
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.PROBES.get(request.path, self.get_response)(request)


class CompressionMiddleware(GZipMiddleware):
    """Not for files: pictures and ZIPs gain nothing, a range of one would no longer be what was asked for, and what is
    compressed while it is sent holds a thread for as long as its reader likes."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return response if response.streaming else super().process_response(request, response)


class PolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy; the desk's own scripts stand in its pages and are evaluated (Alpine)."""

    def get_policy_parts(self, request: HttpRequest, response: Any, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/admin/") and parts.update is None:
            parts.update = {"script-src": ["'unsafe-inline'", "'unsafe-eval'"]}
        return parts


class PrivateMiddleware:
    """What somebody who is signed in was answered lies in no cache: the next person at a shared computer goes "back".

    Answers that say themselves how they are kept (pictures, files) know better.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if is_known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class GoneMiddleware:
    """404 where a row went while a request was working on it: another tab, another device was quicker."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ObjectDoesNotExist) or (type(error) is DatabaseError and "update_fields" in str(error)):
            log.warning("gone meanwhile, at %s: %s", request.path, error, exc_info=error)
            return views.not_found(request, error)
        return None


class BusyMiddleware:
    """429 where a member asks for more heavy answers at once than they may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return views.busy(request) if isinstance(error, TooBusy) else None


class StorableAddressMiddleware:
    """400 for an address with a NUL character in it: no name holds one, and Postgres breaks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" not in request.path and "%00" not in request.META.get("QUERY_STRING", ""):
            return self.get_response(request)
        text = _("The address holds a character that cannot be.")
        if request.path.startswith("/api/"):
            return JsonResponse(plain_error(text, "bad_address"), status=400)
        return HttpResponseBadRequest(text)
