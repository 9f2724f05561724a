"""The review tray for clients: what waits, and the owner's word on it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.fields import ListedSerializer
from closet.api.garment_serializers import MAX_BULK, ChangeOut, GarmentOut
from closet.models import Garment
from closet.requests import MemberRequest
from closet.services.review import (
    piece_split,
    pieces_are_owned,
    pieces_drop,
    pieces_keep,
    pieces_merge,
    tray_of,
)


class PieceOut(GarmentOut):
    """A garment that waits for its owner's word; no part of the closet before."""

    twin = serializers.IntegerField(source="twin_id", allow_null=True, help_text="The garment it may be.")
    likeness = serializers.FloatField(allow_null=True, help_text="How alike the two look, up to 1.")

    class Meta(GarmentOut.Meta):
        fields = [*GarmentOut.Meta.fields, "twin", "likeness"]


class TrayOut(ListedSerializer):
    results = PieceOut(many=True)


class ReviewIn(serializers.Serializer[Any]):
    action = serializers.ChoiceField(
        choices=["keep", "drop", "owned", "merge"],
        help_text="owned: each is its twin, which is logged as worn. merge: pieces of one photo become one garment.",
    )
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=MAX_BULK)


class SplitIn(serializers.Serializer[Any]):
    at = serializers.FloatField(min_value=0.0, max_value=1.0, help_text="Of the piece's box, from above or the left.")
    lengthwise = serializers.BooleanField(default=False, help_text="Left and right instead of upper and lower.")


class ReviewView(APIView):
    @extend_schema(responses=TrayOut)
    def get(self, request: MemberRequest) -> Response:
        """What waits, newest photo first."""
        pieces = [piece for _photo, pieces in tray_of(owner=request.user) for piece in pieces]
        return Response(TrayOut({"results": pieces}, context={"request": request}).data)

    @extend_schema(request=ReviewIn, responses=ChangeOut)
    def post(self, request: MemberRequest) -> Response:
        """Your word on pieces; ids that are not yours or wait no longer are passed over."""
        given = ReviewIn(data=request.data)
        given.is_valid(raise_exception=True)
        ids = given.validated_data["ids"]
        match given.validated_data["action"]:
            case "keep":
                change = pieces_keep(owner=request.user, ids=ids)
            case "drop":
                change = pieces_drop(owner=request.user, ids=ids)
            case "owned":
                change = pieces_are_owned(owner=request.user, ids=ids)
            case _:
                change = pieces_merge(owner=request.user, ids=ids)
        return Response(ChangeOut(change).data)


class PieceSplitView(APIView):
    @extend_schema(request=SplitIn, responses={200: PieceOut(many=True)})
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Two pieces of one, by a straight line; both are cut out anew."""
        if not Garment.objects.owned_by(request.user).awaiting_review().filter(pk=pk).exists():
            raise exceptions.NotFound(_("There is no such piece in your tray."))
        given = SplitIn(data=request.data)
        given.is_valid(raise_exception=True)
        change = piece_split(owner=request.user, pk=pk, **given.validated_data)
        halves = Garment.objects.filter(pk__in=change.ids).for_cards().select_related("photo").order_by("position")
        return Response(PieceOut(halves, many=True, context={"request": request}).data)
