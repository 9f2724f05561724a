"""What is answered before anything else looks at it."""

import logging
from collections.abc import Callable
from typing import ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _

from config import health, views

log = logging.getLogger(__name__)


class ProbeMiddleware:
    """Answers supervisors before hosts and TLS are looked at: they come over plain HTTP and by a machine's number."""

    PROBES: ClassVar = {"/healthz": health.healthz, "/metrics": health.metrics}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.PROBES.get(request.path, self.get_response)(request)


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


class StorableAddressMiddleware:
    """400 for an address with a NUL character in it: no name holds one, and Postgres breaks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" not in request.path and "%00" not in request.META.get("QUERY_STRING", ""):
            return self.get_response(request)
        text = _("The address holds a character that cannot be.")
        if request.path.startswith("/api/"):
            return JsonResponse({"message": text, "extra": {"code": "bad_address"}}, status=400)
        return HttpResponseBadRequest(text)
