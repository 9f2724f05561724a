"""What the recommender's addresses may be asked with. A client that misspells hears of it: nothing is passed over."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from catalog.rest.filters import form_errors
from closet.models import Garment
from closet.requests import MemberRequest
from recommender.forms import MatchForm
from recommender.services import photo_query

MAX_ID = 2**63 - 1
SCOPE = OpenApiParameter("scope", str, enum=["closet", "catalogue"], description="Where to look; closet by default.")
COLOUR = OpenApiParameter("colour", int, description="How much colour matters against shape, 0 to 100; 35 by default.")
PAGE_SIZE = [
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": 50}, description="How many; 12 unless said otherwise."
    ),
    OpenApiParameter("limit", int, description="The same, as version 1.0 called it.", deprecated=True),
]
FILTERS = [
    OpenApiParameter("gender", str, enum=["women", "men", "unisex"]),
    OpenApiParameter("season", str, enum=["spring", "summer", "autumn", "winter"]),
    OpenApiParameter("same_kind", bool),
]


def asked_of(request: Request) -> dict[str, Any]:
    """The query parameters. Raises ValidationError."""
    form = MatchForm(request.query_params)
    if not form.is_valid():
        raise form_errors(form)
    return form.cleaned_or_default()


def whole_number(request: Request, name: str) -> int | None:
    """None where it was not sent. Raises ValidationError."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        raise ValidationError({name: [_("A whole number, please.")]}) from None
    if abs(number) > MAX_ID:
        raise ValidationError({name: [_("This number is too large.")]})
    return number


def limit_of(request: Request, default: int = 12, most: int = 50) -> int:
    """Out of range is brought into it."""
    limit = whole_number(request, "page_size")
    if limit is None:
        limit = whole_number(request, "limit")
    return default if limit is None else min(max(limit, 1), most)


def my_garment(request: MemberRequest, pk: int) -> Garment:
    rows = Garment.objects.owned_by(request.user).present().select_related("kind__parent", "owner__profile", "brand")
    return get_object_or_404(rows, pk=pk)


# --- A photo that is not kept ----------------------------------------------------------------------------------------
class PhotoUnfit(APIException):
    """The photo cannot answer what was asked of it; `extra.code` says why."""

    status_code = status.HTTP_400_BAD_REQUEST


class PhotoStillWaits(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "waiting"


def looked_at(request: Request, query_id: str, *, dressed: bool = True) -> photo_query.Query:
    """A photo of this asker's that was looked at; dressed: with a garment on it. Raises Http404, PhotoStillWaits,
    PhotoUnfit."""
    found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
    if found is None:
        raise Http404
    if found.status == "waiting":
        raise PhotoStillWaits(_("Your photo is still being looked at; ask again in a second."))
    if found.error_code:
        raise PhotoUnfit(found.error, found.error_code)
    return with_garments(found) if dressed else found


def with_garments(found: photo_query.Query) -> photo_query.Query:
    """Raises PhotoUnfit for a photo without any."""
    if not found.garments:
        raise PhotoUnfit(_("No garment was found on this photo."), "no_garments")
    return found
