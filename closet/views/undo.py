"""Taking back: what a page just did is kept in the session for a while, and its toast carries the way back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from closet.services.garments import Step
from closet.services.plans import PlanStep

KEPT = 5  # the last few changes of a session can be taken back
SESSION_KEY = "undo"


def undo_keep(request: HttpRequest, steps: Sequence[Step | PlanStep]) -> str:
    """Remembers the steps; returns the address that takes them back."""
    key = secrets.token_urlsafe(6)
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    kept[key] = [step._asdict() for step in steps]
    request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT:])
    return reverse("closet:undo", args=[key])


def undo_take(request: HttpRequest, key: str) -> list[dict[str, Any]] | None:
    """The steps, once; None when they are gone."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    steps: list[dict[str, Any]] | None = kept.pop(key, None)
    request.session[SESSION_KEY] = kept
    return steps


def told(request: HttpRequest, response: HttpResponse, text: str, *, undo: str = "", target: str = "") -> HttpResponse:
    """The htmx answer with a toast on it."""
    toast: dict[str, Any] = {"text": text}
    if undo:
        toast["undo"] = {"label": _("Undo"), "url": undo, "target": target or "body", "swap": "none"}
    return trigger_client_event(response, "toast", toast)


def told_and_sent(request: HttpRequest, to: str, text: str, *, undo: str = "") -> HttpResponse:
    """A redirect with a message; the message holds a form, so that taking back needs no script."""
    if undo:
        text = format_html(
            '{}<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="next" value="{}"><button class="toast__undo">{}</button></form>',
            text,
            undo,
            get_token(request),
            to,
            _("Undo"),
        )
    messages.success(request, text)
    return redirect(to)
