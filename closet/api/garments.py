"""`garments/`: everything the closet page does, for programs."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, mixins, parsers, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.rest.answers import Stale, is_named
from catalog.rest.versions import asked_version
from closet.api.garment_serializers import (
    AgainIn,
    ChangeOut,
    CorrectIn,
    DrawingIn,
    GarmentIn,
    GarmentOut,
    LookalikesOut,
    MaskIn,
    StepIn,
    UndoIn,
    WearOut,
)
from closet.api.sharing import Shareable
from closet.api.sync import SINCE, Synced
from closet.api.wear import WearDayIn, today_or
from closet.filters import GarmentFilter
from closet.models import ChangeLog, Garment
from closet.requests import MemberRequest
from closet.services import masks
from closet.services.garments import (
    FACTS,
    Change,
    garment_confirm,
    garment_edit,
    garment_lookalikes,
    garments_change,
    garments_correct,
    garments_undo,
)
from closet.services.illustrations import garment_illustrate
from closet.services.wear import wear_add, wear_remove

# A mask may come as a form's file or as the very body of the request.
MASK_UPLOAD: dict[str, Any] = {"parser_classes": [parsers.MultiPartParser, parsers.FileUploadParser]}


class GarmentViewSet(
    Synced, Shareable, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Garment]
):
    """Your garments. What is in the bin is not listed; `undo` brings it back for 30 days."""

    request: MemberRequest
    serializer_class = GarmentOut
    filterset_class = GarmentFilter
    sync_thing = ChangeLog.Thing.GARMENT

    def get_queryset(self) -> QuerySet[Garment]:
        if getattr(self, "swagger_fake_view", False):
            return Garment.objects.none()
        return Garment.objects.owned_by(self.request.user).present().for_cards().select_related("photo")

    def filter_queryset(self, queryset: QuerySet[Garment, Any]) -> QuerySet[Garment, Any]:
        # One garment is found whatever its state; only the list leaves the archive out.
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def _answer(self, garment: Garment, code: int = 200) -> Response:
        garment = self.get_queryset().get(pk=garment.pk)
        tags = {"ETag": etag_of(self.request, garment)}
        return Response(self.get_serializer(garment).data, status=code, headers=tags)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of garments. With `If-None-Match` an unchanged closet costs one small query and no body."""
        if SINCE in request.query_params:
            return super().list(request, *args, **kwargs)
        newest = Garment.objects.owned_by(self.request.user).aggregate(at=Max("updated_at"), n=Count("pk"))
        etag = etag_of(request, f"{newest['at']}{newest['n']}{request.get_full_path()}{asked_version(request)}")
        if is_named(etag, request.headers.get("If-None-Match")):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        response = super().list(request, *args, **kwargs)
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        garment = self.get_object()
        etag = etag_of(request, garment)
        if is_named(etag, request.headers.get("If-None-Match")):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        response = Response(self.get_serializer(garment).data, headers={"ETag": etag})
        patch_cache_control(response, private=True, no_cache=True)
        return response

    @extend_schema(request=DrawingIn, responses={201: GarmentOut})
    def create(self, request: MemberRequest) -> Response:
        """Hangs a drawn garment into the closet. Garments on photos come by `photos/`."""
        given = DrawingIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(garment_illustrate(owner=request.user, **given.validated_data), status.HTTP_201_CREATED)

    @extend_schema(
        request=GarmentIn,
        responses=LookalikesOut,
    )
    def partial_update(self, request: MemberRequest, *args: Any, **kwargs: Any) -> Response:
        """Corrects the garment; answers it with those that likely share the corrected mistake."""
        garment = self.get_object()
        match = request.headers.get("If-Match", "")
        if match and not is_named(etag_of(request, garment), match):
            raise Stale
        given = GarmentIn(garment, data=request.data, partial=True, context={"request": request})
        given.is_valid(raise_exception=True)
        if not given.validated_data:
            raise exceptions.ValidationError(_("There is nothing to change."))
        changes = dict(given.validated_data)
        before = {field: getattr(garment, field) for field in changes}
        garment_edit(garment=garment, changes=changes)
        alike: dict[int, Garment] = {}
        for field in changes:
            if field in FACTS and before[field] != getattr(garment, field):
                found = garment_lookalikes(garment=garment, field=field, before=before[field])
                alike.update((g.pk, g) for g in found)
        garment = self.get_queryset().get(pk=garment.pk)
        told = LookalikesOut(
            {"garment": garment, "lookalikes": list(alike.values())}, context=self.get_serializer_context()
        )
        return Response(told.data, headers={"ETag": etag_of(request, garment)})

    @extend_schema(responses={200: ChangeOut})
    def destroy(self, request: MemberRequest, *args: Any, **kwargs: Any) -> Response:
        """Into the bin for 30 days. Answers what `garments/undo/` takes."""
        change = garments_change(owner=request.user, action="delete", ids=[self.get_object().pk])
        return Response(ChangeOut(change).data)

    @extend_schema(request=StepIn, responses=ChangeOut)
    def bulk(self, request: MemberRequest) -> Response:
        """One action on many: state, favourite, delete, restore. Ids that are not yours are passed over."""
        given = StepIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ChangeOut(garments_change(owner=request.user, **given.validated_data)).data)

    @extend_schema(request=UndoIn, responses={200: ChangeOut})
    def undo(self, request: MemberRequest) -> Response:
        """Takes a bulk change or a deletion back."""
        given = UndoIn(data=request.data)
        given.is_valid(raise_exception=True)
        ids = garments_undo(owner=request.user, steps=given.validated_data["undo"])
        return Response(ChangeOut(Change(ids, [])).data)

    @extend_schema(request=CorrectIn, responses=ChangeOut)
    def spread(self, request: MemberRequest, pk: int) -> Response:
        """Gives other garments this garment's value of a field: the same correction for its look-alikes."""
        garment = self.get_object()
        given = CorrectIn(data=request.data)
        given.is_valid(raise_exception=True)
        field = given.validated_data["field"]
        ids = garments_correct(
            owner=request.user, ids=given.validated_data["ids"], field=field, value=getattr(garment, field)
        )
        return Response(ChangeOut(Change(ids, [])).data)

    @extend_schema(
        request=None,
        responses=GarmentOut,
        parameters=[OpenApiParameter("fact", str, OpenApiParameter.PATH, enum=FACTS)],
    )
    def confirm(self, request: MemberRequest, pk: int, fact: str) -> Response:
        """What was guessed is right."""
        return self._answer(garment_confirm(garment=self.get_object(), field=fact))

    @extend_schema(
        methods=["PUT"],
        request={"multipart/form-data": MaskIn},
        responses={202: GarmentOut},
    )
    @extend_schema(methods=["DELETE"], responses={202: GarmentOut})
    def mask(self, request: MemberRequest, pk: int) -> Response:
        """Your own cutting out. The garment is cut out anew from it, and every later analysis keeps it. PUT takes a
        form with a file, or the PNG itself as the body."""
        garment = self.get_object()
        if request.method == "DELETE":
            return self._answer(masks.mask_remove(garment=garment), status.HTTP_202_ACCEPTED)
        file = request.FILES.get("mask") or request.FILES.get("file")
        if file is None:
            raise exceptions.ValidationError({"mask": [_("No mask was sent.")]})
        return self._answer(masks.mask_save(garment=garment, file=file), status.HTTP_202_ACCEPTED)

    @extend_schema(request=AgainIn, responses={202: GarmentOut})
    def again(self, request: MemberRequest, pk: int) -> Response:
        """Has its photo looked at again, or one stage alone done anew; what you set stays."""
        given = AgainIn(data=request.data)
        given.is_valid(raise_exception=True)
        garment = masks.garment_reanalyse(garment=self.get_object(), stage=given.validated_data["stage"])
        return self._answer(garment, status.HTTP_202_ACCEPTED)

    @extend_schema(methods=["GET"], responses=WearOut(many=True))
    @extend_schema(methods=["POST"], request=WearDayIn, responses={201: GarmentOut})
    def wears(self, request: MemberRequest, pk: int) -> Response:
        """The days it was worn, newest first; POST adds one."""
        garment = self.get_object()
        if request.method == "GET":
            page: Any = self.paginate_queryset(garment.wear_log.filter(worn_by=None))
            return self.get_paginated_response(WearOut(page, many=True).data)
        given = WearDayIn(data=request.data)
        given.is_valid(raise_exception=True)
        wear_add(owner=request.user, garment_ids=[garment.pk], worn_on=today_or(given.validated_data.get("worn_on")))
        return self._answer(garment, status.HTTP_201_CREATED)

    @extend_schema(responses=GarmentOut, parameters=[OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH)])
    def wear(self, request: MemberRequest, pk: int, day: str) -> Response:
        """Takes a day back."""
        garment = self.get_object()
        try:
            worn_on = serializers.DateField().run_validation(day)
        except serializers.ValidationError:
            raise exceptions.NotFound from None
        if not wear_remove(owner=request.user, garment_ids=[garment.pk], worn_on=worn_on):
            raise exceptions.NotFound
        return self._answer(garment)


def etag_of(request: Request, thing: Any) -> str:
    """Of a garment or a text; weak enough to hold the language too, since names follow it."""
    text = f"{thing.pk}{thing.updated_at.isoformat()}{thing.photo_id}" if isinstance(thing, Garment) else str(thing)
    language = getattr(request, "LANGUAGE_CODE", "")
    return quote_etag(hashlib.sha256(f"{text}{language}".encode()).hexdigest()[:24])
