"""`garments/resting/`: what was not worn for a season, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response

from closet.api.garment_serializers import ChangeOut, GarmentOut
from closet.models import Garment
from closet.requests import MemberRequest
from closet.services.resting import KEEP, resting, resting_answer


class RestingOut(serializers.Serializer[Any]):
    garment = GarmentOut(source="*")
    unworn_since = serializers.DateField(help_text="The day it was last worn, or of one never worn the day it came.")


class RestingIn(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=500)
    answer = serializers.ChoiceField(
        choices=[KEEP, *Garment.Parting.values],
        help_text="keep: nobody asks again for a season. Anything else archives them for that reason.",
    )


class RestingView(generics.ListAPIView[Garment]):
    request: MemberRequest
    serializer_class = RestingOut

    def get_queryset(self) -> QuerySet[Garment]:
        if getattr(self, "swagger_fake_view", False):
            return Garment.objects.none()
        return resting(owner=self.request.user).for_cards()

    @extend_schema(request=RestingIn, responses=ChangeOut)
    def post(self, request: MemberRequest) -> Response:
        """Ids that are not yours are passed over; `undo` takes it back by `garments/undo/`."""
        given = RestingIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ChangeOut(resting_answer(owner=request.user, **given.validated_data)).data)
