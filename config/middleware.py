"""What is answered before anything else looks at it."""

from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _

from config import health


class ProbeMiddleware:
    """Answers supervisors before hosts and TLS are looked at: they come over plain HTTP and by a machine's number."""

    PROBES: ClassVar = {"/healthz": health.healthz, "/metrics": health.metrics}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.PROBES.get(request.path, self.get_response)(request)


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
