"""What every API answer shares: one error shape, one way of paging."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from closet.problems import TooBusy
from config.parsers import TooLarge


class Pages(PageNumberPagination):
    """`?page=2&page_size=50`; answers `{"count", "next", "previous", "results"}`."""

    page_size = 24
    page_size_query_param = "page_size"
    max_page_size = 100


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as `{"message": a sentence, "extra": {...}}`; `extra.fields` holds messages a field."""
    if isinstance(error, ModelError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        error = exceptions.ValidationError(fields)
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, TooBusy):
        text = _("Several of your pages are being reckoned already. Please try again in a few seconds.")
        error = exceptions.Throttled(wait=3, detail=text)
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):  # too many fields or files, for one
        error = exceptions.ParseError(_("This request cannot be read."))
    response = drf_handler(error, context)
    if response is None:
        return None
    extra: dict[str, Any] = {}
    if isinstance(error, exceptions.ValidationError):
        message = _("Some of it is not valid.")
        detail = response.data
        extra["fields"] = detail if isinstance(detail, dict) else {"non_field_errors": detail}
        if len(texts := sentences(detail)) == 1:
            message = texts[0]
    else:
        message = str(getattr(error, "detail", error))
        if isinstance(error, exceptions.APIException):
            extra["code"] = error.get_codes()
        if wait := getattr(error, "wait", None):  # of exceptions.Throttled, in seconds
            extra["retry_after_s"] = round(wait)
    response.data = {"message": message, "extra": extra}
    return response


def sentences(detail: Any) -> list[str]:
    """All that a validation error says, however deep its fields lie."""
    if isinstance(detail, dict):
        return [text for one in detail.values() for text in sentences(one)]
    if isinstance(detail, list):
        return [text for one in detail for text in sentences(one)]
    return [str(detail)]


ERROR_SHAPE = {
    "type": "object",
    "required": ["message", "extra"],
    "properties": {
        "message": {"type": "string", "description": "A sentence for people, in the language of the request."},
        "extra": {
            "type": "object",
            "properties": {
                "fields": {"type": "object", "additionalProperties": {}, "description": "Messages a field."},
                "code": {"description": "For programs."},
                "retry_after_s": {"type": "integer", "description": "With 429: ask again after so many seconds."},
            },
        },
    },
    "example": {
        "message": "This field is required.",
        "extra": {"fields": {"email": ["This field is required."]}},
    },
}


def errors_described(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A drf-spectacular hook: says in the schema, at every operation, how errors look."""
    result["components"]["schemas"]["Error"] = ERROR_SHAPE
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = {"description": "What went wrong.", "content": content}
    return result
