"""`.../share/`: what others may see, the same for a garment and an outfit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.reverse import reverse

from closet.models import Photo
from closet.requests import MemberRequest
from closet.services.publishing import look_of, look_publish, look_withdraw
from closet.services.sharing import share_create, share_revoke


class ShareIn(serializers.Serializer[Any]):
    caption = serializers.CharField(max_length=200, default="", allow_blank=True)
    days = serializers.IntegerField(
        required=False, min_value=1, max_value=3650, help_text="How long it opens; at most as the server allows."
    )
    publish = serializers.BooleanField(
        default=False,
        help_text="Send it in as a look that others may build; a moderator may see it first. Outfits.",
    )


class ShareOut(serializers.Serializer[Any]):
    url = serializers.SerializerMethodField()
    caption = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Sharing it once more moves it on.")
    look = serializers.SerializerMethodField(help_text="Its look, where it is published: not while it is held.")

    def get_url(self, share: Any) -> str:
        return str(reverse("closet:shared", args=[share.slug], request=self.context.get("request")))

    def get_look(self, share: Any) -> int | None:
        look = look_of(share)
        return look.pk if look else None


class Shareable:
    """For a viewset of things that have `shares`."""

    @extend_schema(methods=["POST"], request=ShareIn, responses={201: ShareOut})
    @extend_schema(methods=["DELETE"], responses={204: None})
    def share(self: Any, request: MemberRequest, pk: Any) -> Response:
        """A picture under an unguessable address, faces blurred; DELETE takes it back."""
        thing = self.get_object()
        if request.method == "DELETE":
            for known in thing.shares.filter(revoked_at=None):
                look_withdraw(share=known)
                share_revoke(share=known)
            return Response(status=status.HTTP_204_NO_CONTENT)
        given = ShareIn(data=request.data)
        given.is_valid(raise_exception=True)
        of: dict[str, Any] = {thing._meta.model_name: thing}  # share_create names it so
        publish = given.validated_data.pop("publish")
        share = share_create(owner=request.user, **of, **given.validated_data)
        if publish:
            look_publish(share=share)
        return Response(ShareOut(share, context={"request": request}).data, status=status.HTTP_201_CREATED)


class PhotoShareView(Shareable, generics.GenericAPIView[Photo]):
    request: MemberRequest
    serializer_class = ShareOut
    filter_backends: list[Any] = []
    lookup_url_kwarg = "photo_id"

    def get_queryset(self) -> QuerySet[Photo]:
        if getattr(self, "swagger_fake_view", False):
            return Photo.objects.none()
        return Photo.objects.owned_by(self.request.user)

    @extend_schema(request=ShareIn, responses={201: ShareOut})
    def post(self, request: MemberRequest, photo_id: UUID) -> Response:
        """A picture under an unguessable address, faces blurred."""
        return self.share(request, photo_id)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, photo_id: UUID) -> Response:
        """Takes it back."""
        return self.share(request, photo_id)
