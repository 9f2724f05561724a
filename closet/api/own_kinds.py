"""`own-kinds/`: a member's own categories, each under a kind."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from catalog.rest.answers import changed, refuse_stale
from catalog.rest.pages import LongPages
from closet.api.garment_serializers import KindSlug
from closet.models import OwnKind
from closet.requests import MemberRequest
from closet.services.own_kinds import own_kind_delete, own_kind_save


class OwnKindOut(serializers.ModelSerializer[OwnKind]):
    parent = serializers.SlugField(source="parent.slug")  # type: ignore[assignment]  # DRF takes fields off the class

    class Meta:
        model = OwnKind
        fields = ["id", "parent", "name_en", "name_ko"]


class OwnKindIn(serializers.Serializer[Any]):
    """One of the two names may be left out."""

    parent = KindSlug()  # type: ignore[assignment]
    name_en = serializers.CharField(max_length=40, required=False, allow_blank=True)
    name_ko = serializers.CharField(max_length=40, required=False, allow_blank=True)


class _Mine(generics.GenericAPIView[OwnKind]):
    request: MemberRequest
    serializer_class = OwnKindOut
    pagination_class = LongPages

    def get_queryset(self) -> QuerySet[OwnKind]:
        if getattr(self, "swagger_fake_view", False):
            return OwnKind.objects.none()
        return OwnKind.objects.owned_by(self.request.user).select_related("parent")


class OwnKindsView(_Mine, generics.ListAPIView[OwnKind]):
    @extend_schema(request=OwnKindIn, responses={201: OwnKindOut})
    def post(self, request: MemberRequest) -> Response:
        given = OwnKindIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = own_kind_save(owner=request.user, **given.validated_data)
        return Response(OwnKindOut(row).data, status=status.HTTP_201_CREATED)


class OwnKindView(_Mine, generics.RetrieveAPIView[OwnKind]):
    @extend_schema(request=OwnKindIn, responses=OwnKindOut)
    def patch(self, request: MemberRequest, pk: int) -> Response:
        """Other names or another parent, which its garments take along."""
        row = self.get_object()
        refuse_stale(request, OwnKindOut(row).data)
        given = OwnKindIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        now = {"parent": row.parent, "name_en": row.name_en, "name_ko": row.name_ko}
        row = own_kind_save(owner=request.user, own_kind=row, **{**now, **given.validated_data})
        return changed(request, OwnKindOut(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Its garments stay, under its parent."""
        own_kind_delete(own_kind=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
