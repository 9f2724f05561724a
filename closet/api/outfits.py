"""`outfits/` and `plans/`: what a member composes and when they mean to wear it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, mixins, serializers, status, viewsets
from rest_framework.response import Response

from catalog import taxonomy
from catalog.asked import MAX_ID
from catalog.models import OCCASION_CHOICES, choices
from catalog.rest.answers import changed, made, refuse_stale
from closet.api.garment_serializers import GarmentOut
from closet.api.sharing import Shareable
from closet.api.sync import Synced
from closet.api.wear import WearDayIn, today_or
from closet.models import ChangeLog, Loan, Outfit, OutfitItem, Plan
from closet.requests import MemberRequest
from closet.services.canvas import INKS, LONGEST_TEXT
from closet.services.outfits import outfit_delete, outfit_save, plan_remove, plan_set
from closet.services.plans import plan_change
from closet.services.wear import outfit_wear, wear_remove


class ItemOut(serializers.ModelSerializer[OutfitItem]):
    garment = GarmentOut()

    class Meta:
        model = OutfitItem
        fields = ["garment", "x", "y", "width", "angle", "z"]


class TextOut(serializers.Serializer[Any]):
    """Words on the canvas, over the garments. x, y: their centre; size: of a line, in shares of the canvas' width."""

    text = serializers.CharField(max_length=LONGEST_TEXT)
    x = serializers.FloatField(required=False, min_value=0, max_value=1)
    y = serializers.FloatField(required=False, min_value=0, max_value=1)
    size = serializers.FloatField(required=False, min_value=0.025, max_value=0.25)
    angle = serializers.FloatField(required=False, min_value=-180, max_value=180)
    colour = serializers.ChoiceField(choices=INKS, required=False)


class OutfitOut(serializers.ModelSerializer[Outfit]):
    items = ItemOut(many=True)
    texts = TextOut(many=True)

    class Meta:
        model = Outfit
        fields = [
            "id", "name", "occasion", "seasons", "notes", "is_favourite", "items", "background", "texts", "created_at",
            "updated_at",
        ]  # fmt: skip


class ItemIn(serializers.Serializer[Any]):
    """Places are shares of the canvas, 0..1; what is left out is chosen by slot, and an angle stays as it was."""

    garment = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    x = serializers.FloatField(required=False, min_value=0, max_value=1)
    y = serializers.FloatField(required=False, min_value=0, max_value=1)
    width = serializers.FloatField(required=False, min_value=0.05, max_value=1)
    angle = serializers.FloatField(required=False, min_value=-180, max_value=180, help_text="Degrees, clockwise.")
    z = serializers.IntegerField(required=False, min_value=-100, max_value=100)

    def validate(self, item: dict[str, Any]) -> dict[str, Any]:
        if "garment" not in item:  # PATCH lets fields out, of an item too
            raise serializers.ValidationError({"garment": self.fields["garment"].error_messages["required"]})
        return item


class OutfitIn(serializers.Serializer[Any]):
    items = ItemIn(many=True)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    occasion = serializers.ChoiceField(choices=OCCASION_CHOICES, required=False, allow_blank=True)
    seasons = serializers.ListField(child=serializers.ChoiceField(choices=choices(taxonomy.SEASONS)), required=False)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    is_favourite = serializers.BooleanField(required=False)
    background = serializers.ChoiceField(choices=Outfit.Background.choices, required=False, allow_blank=True)
    texts = TextOut(many=True, required=False)


class OutfitFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    garment = django_filters.NumberFilter(field_name="items__garment")
    favourite = django_filters.BooleanFilter(field_name="is_favourite")

    class Meta:
        model = Outfit
        fields = ["occasion"]


class OutfitViewSet(
    Synced, Shareable, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Outfit]
):
    request: MemberRequest
    serializer_class = OutfitOut
    filterset_class = OutfitFilter
    sync_thing = ChangeLog.Thing.OUTFIT

    def get_queryset(self) -> QuerySet[Outfit]:
        if getattr(self, "swagger_fake_view", False):
            return Outfit.objects.none()
        lent = Loan.objects.running().filter(garment=OuterRef("garment"), borrower=OuterRef("outfit__owner"))
        there = Q(garment__owner=F("outfit__owner")) | Exists(lent)
        items = OutfitItem.objects.filter(there, garment__deleted_at=None).select_related(
            "garment__kind", "garment__brand", "garment__photo"
        )
        return Outfit.objects.owned_by(self.request.user).prefetch_related(Prefetch("items", queryset=items))

    def filter_queryset(self, queryset: QuerySet[Outfit, Any]) -> QuerySet[Outfit, Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def _told(self, outfit: Outfit) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=outfit.pk)).data

    def _answer(self, outfit: Outfit, code: int = 200) -> Response:
        return Response(self._told(outfit), status=code)

    @extend_schema(request=OutfitIn, responses={201: OutfitOut})
    def create(self, request: MemberRequest) -> Response:
        given = OutfitIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(outfit_save(owner=request.user, **given.validated_data), status.HTTP_201_CREATED)

    @extend_schema(request=OutfitIn, responses=OutfitOut)
    def partial_update(self, request: MemberRequest, *args: Any, **kwargs: Any) -> Response:
        """What is sent changes; `items`, where sent, are all of them."""
        outfit = self.get_object()
        refuse_stale(request, self.get_serializer(outfit).data)
        given = OutfitIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        now = {
            "items": [
                {"garment": i.garment_id, "x": i.x, "y": i.y, "width": i.width, "z": i.z} for i in outfit.items.all()
            ],
            **{field: getattr(outfit, field) for field in ("name", "occasion", "seasons", "notes", "is_favourite")},
        }
        outfit = outfit_save(owner=request.user, outfit=outfit, **{**now, **given.validated_data})
        return changed(request, self._told(outfit))

    @extend_schema(responses={204: None})
    def destroy(self, request: MemberRequest, *args: Any, **kwargs: Any) -> Response:
        outfit_delete(outfit=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(methods=["POST"], request=WearDayIn, responses={201: OutfitOut})
    @extend_schema(
        methods=["DELETE"],
        parameters=[OpenApiParameter("worn_on", OpenApiTypes.DATE, description="Today when left out.")],
        responses={200: OutfitOut},
    )
    def wear(self, request: MemberRequest, pk: int) -> Response:
        """All its pieces were worn that day; DELETE takes the day back."""
        outfit = self.get_object()
        given = WearDayIn(data=request.query_params if request.method == "DELETE" else request.data)
        given.is_valid(raise_exception=True)
        if request.method == "DELETE":
            ids = outfit.items.values_list("garment_id", flat=True)
            wear_remove(owner=request.user, garment_ids=ids, worn_on=today_or(given.validated_data.get("worn_on")))
            return self._answer(outfit)
        outfit_wear(owner=request.user, outfit=outfit, worn_on=today_or(given.validated_data.get("worn_on")))
        return self._answer(outfit, status.HTTP_201_CREATED)


class PlanOut(serializers.ModelSerializer[Plan]):
    class Meta:
        model = Plan
        fields = ["id", "outfit", "day", "note"]


class PlanIn(serializers.Serializer[Any]):
    outfit = serializers.IntegerField()
    day = serializers.DateField()
    note = serializers.CharField(max_length=120, default="", allow_blank=True)


class PlanChangeIn(serializers.Serializer[Any]):
    """What is left out stays."""

    day = serializers.DateField(required=False)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class PlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    day_from = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = django_filters.DateFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = Plan
        fields = ["day", "outfit"]


class PlansView(generics.ListAPIView[Plan]):
    request: MemberRequest
    serializer_class = PlanOut
    filterset_class = PlanFilter

    def get_queryset(self) -> QuerySet[Plan]:
        if getattr(self, "swagger_fake_view", False):
            return Plan.objects.none()
        return Plan.objects.filter(owner=self.request.user)

    @extend_schema(request=PlanIn, responses={201: PlanOut, 200: PlanOut})
    def post(self, request: MemberRequest) -> Response:
        """Plans an outfit for a day; the same again changes the note (200)."""
        given = PlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        outfit = generics.get_object_or_404(Outfit.objects.owned_by(request.user), pk=wanted["outfit"])
        is_new = not self.get_queryset().filter(outfit=outfit, day=wanted["day"]).exists()
        plan = plan_set(owner=request.user, outfit=outfit, day=wanted["day"], note=wanted["note"])
        return Response(PlanOut(plan).data, status=made(is_new))


class PlanView(generics.RetrieveAPIView[Plan]):
    request: MemberRequest
    serializer_class = PlanOut

    def get_queryset(self) -> QuerySet[Plan]:
        if getattr(self, "swagger_fake_view", False):
            return Plan.objects.none()
        return Plan.objects.filter(owner=self.request.user)

    @extend_schema(request=PlanChangeIn, responses=PlanOut)
    def patch(self, request: MemberRequest, pk: int) -> Response:
        """To another day, with another note, or both; 400 where the outfit is planned that day already."""
        plan = self.get_object()
        refuse_stale(request, PlanOut(plan).data)
        given = PlanChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        return changed(request, PlanOut(plan_change(plan=plan, **given.validated_data)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        if not plan_remove(owner=request.user, plan_id=pk):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
