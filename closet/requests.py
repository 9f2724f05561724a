"""Requests as views see them behind `login_required`, `IsAuthenticated` and the middleware: for annotations alone."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from closet.models import User


class HtmxHttpRequest(HttpRequest):
    """Anybody's request of a page; django-htmx's middleware gives it `htmx`."""

    htmx: HtmxDetails


class AuthenticatedHttpRequest(HtmxHttpRequest):
    """A member's request of a page."""

    user: User


class MemberRequest(Request):
    """A member's request of the API."""

    user: User


def member_of(request: HttpRequest | Request) -> User | None:
    """None for somebody who is not signed in."""
    return request.user if request.user.is_authenticated else None
