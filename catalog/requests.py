"""Requests of pages as views see them behind the middleware: for annotations alone."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """Anybody's; django-htmx's middleware gives it `htmx`."""

    htmx: HtmxDetails
