"""Members' requests, as views see them behind `login_required` and `IsAuthenticated`: for annotations alone."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from catalog.requests import HtmxHttpRequest
from closet.models import User


class AuthenticatedHttpRequest(HtmxHttpRequest):
    """Of a page."""

    user: User


class MemberRequest(Request):
    """Of the API."""

    user: User


def member_of(request: HttpRequest | Request) -> User | None:
    """None for somebody who is not signed in."""
    return request.user if request.user.is_authenticated else None
