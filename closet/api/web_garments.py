"""`garments/from-address/`: a garment as a shop's page describes it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Kind
from closet.api.garment_serializers import GarmentOut
from closet.models import Garment
from closet.problems import PhotoProblem
from closet.requests import MemberRequest
from closet.services.web_garments import LONGEST_ADDRESS, KindUnknown, garment_add_from_web


class WebGarmentIn(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=LONGEST_ADDRESS)
    kind = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Kind.objects.all(),
        required=False,
        help_text="Needed only where the answer's error for `kind` asks for it: no word of the page told.",
    )


class WebGarmentView(APIView):
    throttle_scope = "photos"

    @extend_schema(request=WebGarmentIn, responses={201: GarmentOut})
    def post(self, request: MemberRequest) -> Response:
        """Asks the shop for the page and its picture, and hangs up what it sells; the photo is then looked at as
        any other."""
        given = WebGarmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        kind = given.validated_data.get("kind")
        try:
            made = garment_add_from_web(
                owner=request.user, address=given.validated_data["address"], kind=kind.slug if kind else ""
            )
        except KindUnknown as error:
            raise exceptions.ValidationError({"kind": error.messages}) from error
        except ValidationError as error:
            raise exceptions.ValidationError({"address": error.messages}) from error
        except PhotoProblem as error:
            raise exceptions.ValidationError({"address": [error.message]}) from error
        garment = Garment.objects.for_cards().select_related("photo").get(pk=made.pk)
        return Response(GarmentOut(garment, context={"request": request}).data, status=status.HTTP_201_CREATED)
