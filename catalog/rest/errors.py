"""Every error of the API in one shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from catalog.rest.parsers import TooLarge

NO_FIELD = "non_field_errors"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as `{"message": a sentence, "code", "errors": {field: [{"code", "message"}]}, "extra"}`.

    `extra` says the same as clients of version 1.0 read it: `fields`, `code`, `retry_after_s`.
    """
    if isinstance(error, ModelError):
        error = exceptions.ValidationError(_details_of(error))
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):  # too many fields or files, for one
        error = exceptions.ParseError(_("This request cannot be read."))
    response = drf_handler(error, context)
    if response is None:
        return None
    extra: dict[str, Any] = {}
    errors: dict[str, list[dict[str, Any]]] = {}
    if isinstance(error, exceptions.ValidationError):
        message, code = _("Some of it is not valid."), "invalid"
        detail = response.data if isinstance(response.data, dict) else {NO_FIELD: response.data}
        extra["fields"] = detail
        for field, told in _told(detail):
            if told["code"] == "invalid_choice" and isinstance(error, WrongFilters):
                told["allowed"] = error.allowed.get(field, [])
            errors.setdefault(field, []).append(told)
        if len(texts := [told["message"] for one in errors.values() for told in one]) == 1:
            message = texts[0]
    else:
        message = str(getattr(error, "detail", error))
        code = str(error.get_codes()) if isinstance(error, exceptions.APIException) else "error"
        extra["code"] = code
        if wait := getattr(error, "wait", None):  # of exceptions.Throttled, in seconds
            extra["retry_after_s"] = round(wait)
    response.data = {"message": message, "code": code, "errors": errors, "extra": extra}
    return response


def _details_of(error: ModelError) -> dict[str, list[exceptions.ErrorDetail]]:
    """A model's or a service's ValidationError as DRF's, with its codes."""
    told = error.error_dict if hasattr(error, "error_dict") else {NO_FIELD: error.error_list}
    return {
        NO_FIELD if field == "__all__" else field: [
            exceptions.ErrorDetail(text, one.code or "invalid") for one in errors for text in one.messages
        ]
        for field, errors in told.items()
    }


def _told(detail: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(the field as it was sent, `items.0.garment`; its code and sentence), however deep it lies."""
    if isinstance(detail, dict):
        for name, one in detail.items():
            inner = at if name == NO_FIELD and at else f"{at}.{name}".strip(".")
            yield from _told(one, inner)
    elif isinstance(detail, list | tuple):
        for place, one in enumerate(detail):
            # A list of texts are the sentences of one field; a list of anything else, its elements.
            yield from _told(one, at if isinstance(one, str) else f"{at}.{place}".strip("."))
    else:
        told: dict[str, Any] = {"code": str(getattr(detail, "code", "invalid")), "message": str(detail)}
        yield at or NO_FIELD, told


class WrongFilters(exceptions.ValidationError):
    """Parameters that are none of their closed sets. allowed: field -> the set."""

    def __init__(self, problems: Mapping[str, Any], allowed: Mapping[str, list[str]]) -> None:
        super().__init__(dict(problems))
        self.allowed = allowed


def not_allowed(value: Any, allowed: Iterable[str]) -> exceptions.ErrorDetail:
    """The sentence for a value that is none of a closed set, with the set."""
    text = _("“%(value)s” is none of these: %(allowed)s.") % {"value": str(value)[:80], "allowed": ", ".join(allowed)}
    return exceptions.ErrorDetail(text, "invalid_choice")


def plain_error(message: str, code: str) -> dict[str, Any]:
    """An error that no view raised: of middleware, or of an address that is none."""
    return {"message": message, "code": code, "errors": {}, "extra": {"code": code}}
