"""`wears/`: the log over all garments, and `closet/stats/`, what it adds up to."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.fields import ListedSerializer
from closet.api.sync import Synced
from closet.models import ChangeLog, Garment, Wear
from closet.requests import MemberRequest
from closet.services.wear import wear_add
from closet.stats import closet_stats


def today_or(day: date | None) -> date:
    return day or timezone.localdate()


class WearDayIn(serializers.Serializer[Any]):
    worn_on = serializers.DateField(required=False, help_text="Today when left out.")


class WearsIn(WearDayIn):
    garments = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=50)


class LogOut(serializers.ModelSerializer[Wear]):
    title = serializers.CharField(source="garment.title")

    class Meta:
        model = Wear
        fields = ["id", "garment", "title", "outfit", "worn_on"]


class LoggedOut(ListedSerializer):
    results = LogOut(many=True)


class LogFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    day_from = django_filters.DateFilter(field_name="worn_on", lookup_expr="gte")
    day_to = django_filters.DateFilter(field_name="worn_on", lookup_expr="lte")

    class Meta:
        model = Wear
        fields = ["garment", "worn_on"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Only the member's own garments are a choice: an id of somebody else's is as unknown as any.
        if self.request is not None:
            self.filters["garment"].queryset = Garment.objects.owned_by(self.request.user)


class WearsView(Synced, generics.ListAPIView[Wear]):
    request: MemberRequest
    serializer_class = LogOut
    filterset_class = LogFilter
    sync_thing = ChangeLog.Thing.WEAR

    def get_queryset(self) -> QuerySet[Wear]:
        if getattr(self, "swagger_fake_view", False):
            return Wear.objects.none()
        mine = Wear.objects.by(self.request.user).filter(garment__deleted_at=None)
        return mine.select_related("garment__kind")

    @extend_schema(request=WearsIn, responses={201: LoggedOut})
    def post(self, request: MemberRequest) -> Response:
        """These were worn that day; twice the same day counts once. Ids that are not yours are passed over."""
        given = WearsIn(data=request.data)
        given.is_valid(raise_exception=True)
        day = today_or(given.validated_data.get("worn_on"))
        worn = wear_add(owner=request.user, garment_ids=given.validated_data["garments"], worn_on=day)
        rows = self.get_queryset().filter(worn_on=day, garment__in=worn)
        return Response(LoggedOut({"results": rows}).data, status=status.HTTP_201_CREATED)


# --- What it adds up to ----------------------------------------------------------------------------------------------
class ColourShareOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    hex = serializers.CharField(allow_blank=True)
    share = serializers.FloatField(help_text="Of the closet.")


class SlotCountOut(serializers.Serializer[Any]):
    slot = serializers.CharField()
    count = serializers.IntegerField()
    wears = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of the fullest slot's count.")


class Month(serializers.CharField):
    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class MonthOut(serializers.Serializer[Any]):
    month = Month(help_text="Such as 2026-01.")
    count = serializers.IntegerField(help_text="How often something was worn.")


class Ids(serializers.ListField):
    """Of garments."""

    child = serializers.IntegerField()

    def to_representation(self, data: list[Garment]) -> list[int]:
        return [garment.pk for garment in data]


class Amounts(serializers.DictField):
    """Of pairs of a currency and an amount."""

    child = serializers.DecimalField(max_digits=14, decimal_places=2)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return super().to_representation(dict(value))


class ClosetStatsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    worn_share = serializers.FloatField()
    never_worn_count = serializers.IntegerField()
    unpriced = serializers.IntegerField()
    value = Amounts()
    colours = ColourShareOut(many=True)
    slots = SlotCountOut(many=True)
    months = MonthOut(many=True)
    most_worn = Ids()
    never_worn = Ids()
    resting = Ids()
    best_value = Ids()
    worst_value = Ids()


class StatsView(APIView):
    @extend_schema(responses=ClosetStatsSerializer)
    def get(self, request: MemberRequest) -> Response:
        """What the closet adds up to; garments by id."""
        return Response(ClosetStatsSerializer(closet_stats(owner=request.user)).data)
