"""why/ of a garment, of a photo and of a look: what the network looked at, and the picture of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from catalog.filters import leave_out_blocked
from catalog.models import Look
from closet.models import Garment, Photo
from closet.requests import MemberRequest
from recommender.services.explanations import Why, why_garment, why_look, why_photo


class WhySerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=["waiting", "done", "failed", "nothing"], help_text="Ask again while it is waiting."
    )
    head = serializers.ChoiceField(choices=["kind", "style"])
    label = serializers.CharField(  # type: ignore[assignment]  # of the answer, not of the field
        help_text="The likeliest; empty until it is done."
    )
    confidence = serializers.FloatField()
    runner_up = serializers.CharField()
    runner_up_confidence = serializers.FloatField()
    picture = serializers.URLField(allow_null=True, help_text="A PNG: grey, and warm where the answer hangs on it.")


def _told(request: MemberRequest, why: Why, picture: str, pk: Any) -> Response:
    address = reverse(picture, args=[pk], request=request) if why.status == "done" else None
    code = status.HTTP_202_ACCEPTED if why.status == "waiting" else status.HTTP_200_OK
    return Response(WhySerializer({**asdict(why), "picture": address}).data, status=code)


def _png(why: Why) -> HttpResponse:
    if why.status != "done":
        raise NotFound
    return HttpResponse(why.png, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})


def _garment(request: MemberRequest, pk: int) -> Garment:
    """One that waits in the review tray is asked about too."""
    return get_object_or_404(Garment.objects.owned_by(request.user).unbinned(), pk=pk)


def _photo(request: MemberRequest, photo_id: UUID) -> Photo:
    return get_object_or_404(Photo.objects.owned_by(request.user), pk=photo_id)


def _look(request: MemberRequest, pk: int) -> Look:
    look: Look = get_object_or_404(leave_out_blocked(Look.objects.published(), request.user), pk=pk)
    return look


class GarmentWhyView(APIView):
    @extend_schema(responses={200: WhySerializer, 202: WhySerializer})
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What its kind was read from; made by a worker on the first question."""
        return _told(request, why_garment(garment=_garment(request, pk)), "api-garment-why-picture", pk)


class GarmentWhyPictureView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: MemberRequest, pk: int) -> HttpResponse:
        """The picture of it; 404 until `why/` is done."""
        return _png(why_garment(garment=_garment(request, pk)))


class PhotoWhyView(APIView):
    @extend_schema(responses={200: WhySerializer, 202: WhySerializer})
    def get(self, request: MemberRequest, photo_id: UUID) -> Response:
        """What the style of the look on it was read from; made by a worker on the first question."""
        return _told(request, why_photo(photo=_photo(request, photo_id)), "api-photo-why-picture", photo_id)


class PhotoWhyPictureView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: MemberRequest, photo_id: UUID) -> HttpResponse:
        """The picture of it; 404 until `why/` is done."""
        return _png(why_photo(photo=_photo(request, photo_id)))


class LookWhyView(APIView):
    @extend_schema(responses={200: WhySerializer, 202: WhySerializer})
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What the style of a published look was read from; made by a worker on the first question."""
        return _told(request, why_look(look=_look(request, pk)), "api-look-why-picture", pk)


class LookWhyPictureView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: MemberRequest, pk: int) -> HttpResponse:
        """The picture of it; 404 until `why/` is done."""
        return _png(why_look(look=_look(request, pk)))
