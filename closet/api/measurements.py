"""`measurements/`: the body's history. Millimetres and grams; `value` + `unit` are understood too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from django.core.exceptions import ValidationError as ModelError
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, serializers, status
from rest_framework.response import Response

from catalog.rest.answers import changed, made, refuse_stale
from closet import units
from closet.models import Measurement, Zone
from closet.requests import MemberRequest
from closet.services import body


class QuestionableMeasures(exceptions.APIException):
    """Possible but odd. The same request with `"confirm": true` saves it."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "questionable"


class MeasurementOut(serializers.ModelSerializer[Measurement]):
    zone_name = serializers.CharField(source="get_zone_display", read_only=True)
    value_mm = serializers.SerializerMethodField()
    value_g = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField("get_amount", help_text="In `unit`, the one of your profile.")
    unit = serializers.SerializerMethodField()

    class Meta:
        model = Measurement
        fields = ["id", "zone", "zone_name", "value_mm", "value_g", "value", "unit", "taken_on", "source", "created_at"]

    def get_value_mm(self, entry: Measurement) -> int | None:
        return None if entry.zone == Zone.WEIGHT else entry.value

    def get_value_g(self, entry: Measurement) -> int | None:
        return entry.value if entry.zone == Zone.WEIGHT else None

    def get_amount(self, entry: Measurement) -> float:
        return float(units.exact(entry.value, entry.zone, self.context["units"]))

    def get_unit(self, entry: Measurement) -> str:
        return units.unit_of(entry.zone, self.context["units"])


class ValueIn(serializers.Serializer[Any]):
    """One of `value_mm`, `value_g`, or `value` with `unit` (by default your profile's)."""

    value_mm = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000)
    value_g = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000)
    value = serializers.DecimalField(required=False, max_digits=10, decimal_places=4, min_value=Decimal(0))
    unit = serializers.ChoiceField(choices=sorted(units.PER_UNIT), required=False)
    taken_on = serializers.DateField(required=False)
    confirm = serializers.BooleanField(default=False, help_text="Save it although it looks odd.")

    def base_value(self, zone: str, member_units: str) -> int | None:
        """mm or grams; None when no value was sent. Raises ValidationError for two of them or the wrong unit."""
        given = self.validated_data
        sent = [name for name in ("value_mm", "value_g", "value") if name in given]
        if not sent:
            return None
        if len(sent) > 1:
            raise serializers.ValidationError({sent[1]: [_("Please send one value, not two.")]})
        is_weight = zone == Zone.WEIGHT
        unit = {"value_mm": "mm", "value_g": "g"}.get(sent[0]) or given.get("unit") or units.unit_of(zone, member_units)
        if (unit in units.LENGTHS) == is_weight:
            raise serializers.ValidationError(
                {sent[0]: [_("“%(unit)s” is no unit for this measure.") % {"unit": unit}]}
            )
        return units.to_base(Decimal(given[sent[0]]), unit)


class MeasurementIn(ValueIn):
    zone = serializers.ChoiceField(choices=Zone.choices)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field of that name, not the attribute
        choices=Measurement.Source.choices, default=Measurement.Source.MEASURED
    )


class MeasurementFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    zone = django_filters.MultipleChoiceFilter(choices=Zone.choices)
    taken_from = django_filters.DateFilter(field_name="taken_on", lookup_expr="gte")
    taken_to = django_filters.DateFilter(field_name="taken_on", lookup_expr="lte")
    latest = django_filters.BooleanFilter(method="newest", help_text="Only the newest of every zone.")

    class Meta:
        model = Measurement
        fields = ["zone"]

    def newest(self, rows: Any, _name: str, wanted: bool) -> QuerySet[Measurement]:
        found: QuerySet[Measurement] = rows.latest_each() if wanted else rows
        return found


class Owned(generics.GenericAPIView[Measurement]):
    request: MemberRequest
    serializer_class = MeasurementOut

    def get_queryset(self) -> QuerySet[Measurement]:
        if getattr(self, "swagger_fake_view", False):
            return Measurement.objects.none()
        return Measurement.objects.owned_by(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        fake = getattr(self, "swagger_fake_view", False)
        return {**context, "units": "" if fake else self.request.user.profile.units}


class MeasurementsView(Owned, generics.ListAPIView[Measurement]):
    filterset_class = MeasurementFilter

    @extend_schema(request=MeasurementIn, responses={201: MeasurementOut, 200: MeasurementOut})
    def post(self, request: MemberRequest) -> Response:
        """Adds a measure; a second one of a zone for the same day replaces the first (200).

        An impossible value is a 400 with the plausible range. One that does not go with the others is a 409 with a
        question; the same request with `"confirm": true` saves it.
        """
        given = MeasurementIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        value = given.base_value(wanted["zone"], request.user.profile.units)
        if value is None:
            raise exceptions.ValidationError(
                {"value_g" if wanted["zone"] == Zone.WEIGHT else "value_mm": [_("Please send a value.")]}
            )
        day = wanted.get("taken_on") or timezone.localdate()
        is_new = not self.get_queryset().filter(zone=wanted["zone"], taken_on=day).exists()
        try:
            entry = body.measurements_record(
                owner=request.user,
                values={wanted["zone"]: value},
                taken_on=wanted.get("taken_on"),
                source=wanted["source"],
                confirmed=wanted["confirm"],
            )[0]
        except body.Questionable as odd:
            raise QuestionableMeasures(" ".join(odd.questions)) from None
        return Response(self.get_serializer(entry).data, status=made(is_new))


class MeasurementView(Owned, generics.RetrieveDestroyAPIView[Measurement]):
    def get_object(self) -> Measurement:
        try:
            return self.get_queryset().get(pk=self.kwargs["pk"])
        except Measurement.DoesNotExist:
            raise Http404 from None

    @extend_schema(request=ValueIn, responses=MeasurementOut)
    def patch(self, request: MemberRequest, pk: int) -> Response:
        entry = self.get_object()
        refuse_stale(request, self.get_serializer(entry).data)
        given = ValueIn(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.base_value(entry.zone, request.user.profile.units)
        try:
            entry = body.measurement_update(
                measurement=entry,
                value=entry.value if value is None else value,
                taken_on=given.validated_data.get("taken_on", entry.taken_on),
                confirmed=given.validated_data["confirm"],
            )
        except body.Questionable as odd:
            raise QuestionableMeasures(" ".join(odd.questions)) from None
        except ModelError as error:
            raise exceptions.ValidationError(error.message_dict) from None
        return changed(request, self.get_serializer(entry).data)

    def perform_destroy(self, entry: Measurement) -> None:
        body.measurement_remove(measurement=entry)
