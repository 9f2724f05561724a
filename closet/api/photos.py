"""`photos/`: send one, ask how far it is, retry, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers, status
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from catalog.models import SLOT_CHOICES
from catalog.rest.fields import Box, Numbers
from closet.api.garment_serializers import KindSlug
from closet.api.sync import Synced
from closet.models import ChangeLog, Garment, Photo
from closet.problems import PhotoProblem
from closet.requests import MemberRequest
from closet.services.masks import garment_paint
from closet.services.photos import photo_add, photo_add_again, photo_delete, photo_keep, photo_retry
from closet.services.review import photo_choose_person
from closet.uploads import stream_photos

_STATUS_OF = {
    "too_heavy": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "too_many_pixels": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "not_an_image": status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    "svg": status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    "unsupported": status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    "polyglot": status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    "over_quota": status.HTTP_507_INSUFFICIENT_STORAGE,
    "too_many_uploads": status.HTTP_429_TOO_MANY_REQUESTS,
    "disk_full": status.HTTP_507_INSUFFICIENT_STORAGE,
    "store_away": status.HTTP_503_SERVICE_UNAVAILABLE,
}


class PhotoRefused(exceptions.APIException):
    """`extra.code` is a key of closet/problems.py."""

    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(problem.message, problem.code)
        self.status_code = _STATUS_OF.get(problem.code, status.HTTP_400_BAD_REQUEST)


class PictureAddress(serializers.CharField):
    """Of a stored picture of a member's: its full address, which answers its owner alone (cookie or token)."""

    def to_representation(self, value: Any) -> str:
        return reverse("closet:media", args=[value.name], request=self.context.get("request")) if value else ""


class PhotoGarment(serializers.ModelSerializer[Garment]):
    """A garment as its photo shows it; `garments/{id}/` tells the rest."""

    box = Box(read_only=True)
    kind = serializers.CharField(source="kind.slug", read_only=True)
    title = serializers.CharField(read_only=True, help_text="Its name, or its colour and kind.")
    name = serializers.CharField(source="title", read_only=True, help_text="The same as `title`.")
    slot = serializers.ChoiceField(source="kind.slot", choices=SLOT_CHOICES, read_only=True)
    cutout = PictureAddress(read_only=True, help_text="Its cutout; empty until there is one.")

    class Meta:
        model = Garment
        fields = ["id", "position", "box", "title", "name", "kind", "slot", "colour_names", "cutout"]


class StageOut(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Photo.Stage.choices)
    name = serializers.CharField(help_text="In the language of the request.")
    ms = serializers.FloatField()


class PhotoErrorOut(serializers.Serializer[Photo]):
    code = serializers.CharField(source="error_code")
    message = serializers.CharField(source="problem", help_text="A sentence for people.")


class PhotoPersonOut(serializers.Serializer[Any]):
    """In pixels of the upright photo."""

    number = serializers.IntegerField(help_text="For `photos/{id}/person/`.")
    left = serializers.IntegerField()
    top = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PersonIn(serializers.Serializer[Any]):
    person = serializers.IntegerField(help_text="The `number` of one of `people`; 0: all of it is mine.")


class PhotoOut(serializers.ModelSerializer[Photo]):
    stages = StageOut(many=True, read_only=True, help_text="In the order of the work, those that were timed.")
    total_ms = serializers.IntegerField(read_only=True)
    progress = serializers.IntegerField(read_only=True, help_text="0..100")
    garments = PhotoGarment(many=True, read_only=True)
    people = PhotoPersonOut(many=True, read_only=True, help_text="Whoever is on it from head to feet.")
    asks_who = serializers.BooleanField(read_only=True, help_text="Several are: say which one is you.")
    error = serializers.SerializerMethodField()
    looks_like = serializers.UUIDField(
        source="twin_id", read_only=True, allow_null=True, help_text="A near-identical photo, until you `keep/` both."
    )
    original = PictureAddress(
        read_only=True,
        help_text="As it was sent, with all that the camera wrote, often the place too. With `?strip` without that; "
        "pixels and which way up they go stay.",
    )
    display = PictureAddress(read_only=True, help_text="Upright, without metadata, up to 1,600 pixels; empty before.")
    ms = Numbers(read_only=True, help_text="Stage -> milliseconds.")
    style = Numbers(read_only=True, help_text="Style -> its share.")  # type: ignore[assignment]  # no attribute
    models_used = serializers.DictField(child=serializers.CharField(), read_only=True, help_text="Job -> model.")
    scene = serializers.ChoiceField(
        choices=["garment", "worn", "none"], allow_blank=True, read_only=True, help_text="Empty before."
    )

    class Meta:
        model = Photo
        fields = [
            "id", "file_name", "content_type", "size", "width", "height", "status", "stage", "progress", "stages", "ms",
            "total_ms", "attempts", "error", "scene", "is_full_body", "person_height", "people", "asks_who", "faces",
            "style", "models_used", "looks_like", "original", "display", "garments", "created_at", "finished_at",
        ]  # fmt: skip

    @extend_schema_field(PhotoErrorOut(allow_null=True))
    def get_error(self, photo: Photo) -> dict[str, Any] | None:
        return PhotoErrorOut(photo).data if photo.error_code else None


class PhotoAccepted(PhotoOut):
    """duplicate: true when these bytes were there already; `again/` adds them a second time."""

    # Context: is_new.
    duplicate = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()

    class Meta(PhotoOut.Meta):
        fields = [*PhotoOut.Meta.fields, "duplicate", "message"]

    def get_duplicate(self, photo: Photo) -> bool:
        return not self.context["is_new"]

    def get_message(self, photo: Photo) -> str:
        return _("The photo is on its way.") if self.context["is_new"] else _("This photo is in your closet already.")


class PhotoUpload(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC, up to 30 MB and 50 megapixels.")
    keep_both = serializers.BooleanField(default=False, help_text="Add it even if the same bytes are there already.")


def mine(request: MemberRequest) -> QuerySet[Photo]:
    present = Garment.objects.unbinned().select_related("kind").order_by("position")
    return Photo.objects.owned_by(request.user).prefetch_related(Prefetch("garments", present))


class PhotosView(Synced, generics.ListAPIView[Photo]):
    request: MemberRequest
    queryset = Photo.objects.none()  # for the schema alone; see get_queryset
    serializer_class = PhotoOut
    parser_classes = [MultiPartParser, FormParser]
    filterset_fields = ["status"]
    sync_thing = ChangeLog.Thing.PHOTO
    throttle_scope = "photos"

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        if request.method == "POST":
            stream_photos(request)
        return super().initialize_request(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        # The scope is for sending; looking how far they are is not to be held up by it.
        everyone = super().get_throttles()
        return [one for one in everyone if self.request.method == "POST" or not isinstance(one, ScopedRateThrottle)]

    def get_queryset(self) -> QuerySet[Photo]:
        return mine(self.request)

    @extend_schema(
        request={"multipart/form-data": PhotoUpload},
        responses={202: PhotoAccepted, 200: PhotoAccepted},
        description="Takes a photo in. 202: it is on its way, ask `photos/{id}/`. 200: it was there already.",
    )
    def post(self, request: MemberRequest) -> Response:
        upload = request.FILES.get("file")
        if upload is None:
            raise PhotoRefused(PhotoProblem("no_file"))
        keep_both = serializers.BooleanField().run_validation(request.POST.get("keep_both", False))
        try:
            taken = photo_add(owner=request.user, upload=upload, keep_both=keep_both)
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        return accepted(request, taken.photo, is_new=taken.is_new)


def told(request: MemberRequest, photo_id: UUID, code: int = status.HTTP_200_OK) -> Response:
    return Response(PhotoOut(mine(request).get(pk=photo_id), context={"request": request}).data, status=code)


def accepted(request: MemberRequest, photo: Photo, *, is_new: bool) -> Response:
    answer = PhotoAccepted(mine(request).get(pk=photo.pk), context={"is_new": is_new, "request": request})
    address = reverse("api-photo", args=[photo.pk], request=request)
    return Response(answer.data, status=202 if is_new else 200, headers={"Location": address})


class PhotoView(APIView):
    @extend_schema(responses=PhotoOut, operation_id="photo")
    def get(self, request: MemberRequest, photo_id: UUID) -> Response:
        """`status`: queued, running, done or failed; `stage` while it runs; `garments` as they become ready."""
        return Response(PhotoOut(get_object_or_404(mine(request), pk=photo_id), context={"request": request}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Deletes the photo, the garments cut from it and all their files."""
        photo_delete(photo=get_object_or_404(mine(request), pk=photo_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PhotoRetryView(APIView):
    @extend_schema(request=None, responses={202: PhotoOut})
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Has it looked at afresh. What the owner set on its garments stays."""
        photo = get_object_or_404(mine(request), pk=photo_id)
        photo_retry(photo=photo)
        return told(request, photo_id, status.HTTP_202_ACCEPTED)


class PhotoAgainView(APIView):
    @extend_schema(request=None, responses={202: PhotoAccepted})
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Adds the same photo a second time."""
        try:
            photo = photo_add_again(photo=get_object_or_404(mine(request), pk=photo_id))
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        return accepted(request, photo, is_new=True)


class PhotoKeepView(APIView):
    @extend_schema(request=None, responses=PhotoOut)
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Keeps it beside the near-identical photo it was noticed for."""
        photo_keep(photo=get_object_or_404(mine(request), pk=photo_id))
        return told(request, photo_id)


class PhotoPersonView(APIView):
    @extend_schema(request=PersonIn, responses=PhotoOut)
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Says which of the people on it is you; what the others wear and still waits goes to the bin."""
        photo = get_object_or_404(mine(request), pk=photo_id)
        given = PersonIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            photo_choose_person(photo=photo, number=given.validated_data["person"])
        except ValidationError as problem:
            raise serializers.ValidationError({"person": problem.messages}) from problem
        return told(request, photo_id)


class PaintIn(serializers.Serializer[Any]):
    mask = serializers.FileField(help_text="PNG of the whole photo: 255 (or opaque) where the garment is.")
    kind = KindSlug(help_text="What it is.")


class PhotoGarmentsView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": PaintIn}, responses={202: PhotoOut})
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Adds a garment that was not found: painted on the photo by its owner, cut out and described by a worker."""
        photo = get_object_or_404(mine(request), pk=photo_id)
        given = PaintIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            garment_paint(photo=photo, kind=given.validated_data["kind"], file=given.validated_data["mask"].file)
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        return told(request, photo_id, status.HTTP_202_ACCEPTED)
