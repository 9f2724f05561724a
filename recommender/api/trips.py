"""`trips/`: an outfit a day for a journey, and its packing list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import OCCASION_CHOICES
from catalog.rest.answers import changed, refuse_stale
from closet.models import Trip, TripPiece
from closet.requests import MemberRequest
from closet.services.trips import trip_add, trip_occasions_set
from recommender.services.trips import DressedDay, trip_days, trip_suggest


class TripWeatherOut(serializers.Serializer[Any]):
    low = serializers.FloatField(allow_null=True, help_text="°C")
    high = serializers.FloatField(allow_null=True, help_text="°C")
    wet = serializers.BooleanField()
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        help_text="`normals`: what is usual then, where there is no forecast."
    )


class TripDayOut(serializers.Serializer[Any]):
    day = serializers.DateField(source="row.day")
    occasion = serializers.ChoiceField(source="row.occasion", choices=OCCASION_CHOICES)
    weather = TripWeatherOut(allow_null=True)
    garments = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids; empty where the closet has nothing whole."
    )

    def to_representation(self, instance: DressedDay) -> Any:
        weather = TripWeatherOut(instance.weather).data if instance.weather else None
        return {
            "day": instance.row.day.isoformat(),
            "occasion": instance.row.occasion,
            "weather": weather,
            "garments": [garment.pk for garment in instance.garments],
        }


class TripPieceOut(serializers.ModelSerializer[TripPiece]):
    garment = serializers.IntegerField(source="garment_id", read_only=True)

    class Meta:
        model = TripPiece
        fields = ["garment", "is_packed", "by_hand"]
        read_only_fields = ["by_hand"]


class TripOut(serializers.ModelSerializer[Trip]):
    class Meta:
        model = Trip
        fields = ["id", "city", "first_day", "last_day"]


class WholeTripOut(TripOut):
    days = serializers.SerializerMethodField()
    pieces = TripPieceOut(many=True)

    class Meta(TripOut.Meta):
        fields = [*TripOut.Meta.fields, "days", "pieces"]

    @extend_schema_field(TripDayOut(many=True))
    def get_days(self, trip: Trip) -> Any:
        return TripDayOut(trip_days(trip=trip), many=True).data


class TripIn(serializers.Serializer[Any]):
    city = serializers.CharField(max_length=80)
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class TripSuggestIn(serializers.Serializer[Any]):
    occasions = serializers.DictField(
        child=serializers.ChoiceField(choices=OCCASION_CHOICES),
        required=False,
        help_text='What days are for, by day: {"2026-12-24": "ceremony"}.',
    )
    from_packed = serializers.BooleanField(default=False, help_text="Of what is packed alone.")

    def validate_occasions(self, given: dict[str, str]) -> dict[date, str]:
        try:
            return {date.fromisoformat(day): occasion for day, occasion in given.items()}
        except ValueError:
            raise serializers.ValidationError("Days are written as 2026-12-24.") from None


def _trip(request: MemberRequest, pk: int) -> Trip:
    found = Trip.objects.filter(owner=request.user, pk=pk).select_related("owner__profile").first()
    if found is None:
        raise Http404
    return found


class TripsView(generics.ListAPIView[Trip]):
    request: MemberRequest
    serializer_class = TripOut

    def get_queryset(self) -> QuerySet[Trip]:
        if getattr(self, "swagger_fake_view", False):
            return Trip.objects.none()
        return Trip.objects.filter(owner=self.request.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """My trips, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=TripIn, responses={201: WholeTripOut})
    def post(self, request: MemberRequest) -> Response:
        """A new trip, dressed at once: an outfit a day and the list of what to pack."""
        given = TripIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            trip = trip_add(owner=request.user, language=request.user.profile.language or "en", **given.validated_data)
        except ValidationError as error:
            told = error.message_dict if hasattr(error, "error_dict") else error.messages
            raise exceptions.ValidationError(told) from error
        trip_suggest(trip=trip)
        return Response(WholeTripOut(trip).data, status=status.HTTP_201_CREATED)


class TripView(APIView):
    @extend_schema(responses=WholeTripOut)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """A trip with its days and its list."""
        return Response(WholeTripOut(_trip(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Gone with its list; plans on the calendar stay."""
        _trip(request, pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class TripSuggestView(APIView):
    @extend_schema(request=TripSuggestIn, responses=WholeTripOut)
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Dresses every day anew; what is packed stays on the list."""
        trip = _trip(request, pk)
        given = TripSuggestIn(data=request.data)
        given.is_valid(raise_exception=True)
        trip_occasions_set(trip=trip, occasions=given.validated_data.get("occasions", {}))
        trip_suggest(trip=trip, from_packed=given.validated_data["from_packed"])
        return Response(WholeTripOut(trip).data)


def _piece(request: MemberRequest, pk: int, garment: int) -> TripPiece:
    piece = _trip(request, pk).pieces.filter(garment=garment).first()
    if piece is None:
        raise Http404
    return piece


class TripPieceView(APIView):
    @extend_schema(responses=TripPieceOut)
    def get(self, request: MemberRequest, pk: int, garment: int) -> Response:
        """A line of the list."""
        return Response(TripPieceOut(_piece(request, pk, garment)).data)

    @extend_schema(request=TripPieceOut, responses=TripPieceOut)
    def patch(self, request: MemberRequest, pk: int, garment: int) -> Response:
        """Ticks a garment of the list, or takes the tick off."""
        piece = _piece(request, pk, garment)
        refuse_stale(request, TripPieceOut(piece).data)
        given = TripPieceOut(piece, data=request.data)
        given.is_valid(raise_exception=True)
        given.save()
        return changed(request, given.data)
