"""`photos/{id}/events/`: how far a photo is, as server-sent events.

The web server has few threads, and a stream holds one. So streams are short and few: at most `WEB_STREAMS` of a
process (a quarter of its threads) and one of a member, half a minute each. Whoever finds no room is told the state of
now with `retry:`, and a browser's EventSource asks again by itself: nobody is refused, it is only less smooth.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from closet.models import Garment, Photo
from closet.requests import MemberRequest

LASTS_S: Final = 30.0
LOOKS_EVERY_S: Final = 0.5
SAYS_ALIVE_EVERY_S: Final = 10.0
RETRY_MS: Final = 2000
FINAL: Final = (Photo.Status.DONE, Photo.Status.FAILED)


class Streams:
    """Who holds a thread of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._members: set[int] = set()

    def take(self, member: int) -> bool:
        with self._lock:
            if member in self._members or len(self._members) >= settings.WEB_STREAMS:
                return False
            self._members.add(member)
            return True

    def give_back(self, member: int) -> None:
        with self._lock:
            self._members.discard(member)


streams: Final = Streams()


class JsonErrors(DefaultContentNegotiation):
    """A client that accepts events alone is told of errors in JSON all the same."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "event": {"type": "string", "enum": ["progress", "finished"]},
        "data": {"type": "string", "description": "JSON: status, stage, progress, garments, error."},
    },
}


class PhotoEventsView(APIView):
    content_negotiation_class = JsonErrors

    @extend_schema(
        responses={(200, "text/event-stream"): EVENT, 204: None},
        parameters=[OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Sent by browsers.")],
    )
    def get(self, request: MemberRequest, photo_id: UUID) -> HttpResponseBase:
        """Server-sent events: `progress` with `status`, `stage`, `progress` (0..100), `garments` (ids) and `error` at
        each change, `finished` at the end. Ends after half a minute at most; ask again with `Last-Event-ID`, as a
        browser's EventSource does. 204: it is finished and you know."""
        get_object_or_404(Photo.objects.owned_by(request.user), pk=photo_id)
        known = request.headers.get("Last-Event-ID", "")
        state = _state(photo_id)
        if state is not None and state["status"] in FINAL and known == _id(state):
            return HttpResponse(status=204)
        response = StreamingHttpResponse(_events(photo_id, request.user.pk, known), content_type="text/event-stream")
        response["Cache-Control"] = "private, no-store"
        response["X-Accel-Buffering"] = "no"  # nginx would keep the events together
        return response


def _events(photo_id: UUID, member: int, told: str) -> Iterator[str]:
    held = streams.take(member)  # here, not before: what is never read from is never closed either
    try:
        yield f"retry: {RETRY_MS}\n\n"
        began = said = time.monotonic()
        while True:
            state = _state(photo_id)
            if state is None:  # deleted meanwhile
                yield _event("finished", "gone", {"status": "gone"})
                return
            is_final = state["status"] in FINAL
            if _id(state) != told:
                told, said = _id(state), time.monotonic()
                yield _event("finished" if is_final else "progress", told, state)
            elif time.monotonic() - said > SAYS_ALIVE_EVERY_S:
                said = time.monotonic()
                yield ": still here\n\n"
            if is_final or not held or time.monotonic() - began > LASTS_S:
                return
            time.sleep(LOOKS_EVERY_S)
    finally:
        if held:
            streams.give_back(member)


def _state(photo_id: UUID) -> dict[str, Any] | None:
    photo = Photo.objects.filter(pk=photo_id).only("status", "stage", "error_code").first()
    if photo is None:
        return None
    garments = Garment.objects.filter(photo=photo_id).unbinned().order_by("position").values_list("pk", flat=True)
    return {
        "status": photo.status,
        "stage": photo.stage,
        "progress": photo.progress,
        "garments": list(garments),
        "error": photo.error_code or None,
    }


def _id(state: dict[str, Any]) -> str:
    return f"{state['status']}-{state['stage']}-{len(state['garments'])}"


def _event(name: str, event_id: str, data: dict[str, Any]) -> str:
    return f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
