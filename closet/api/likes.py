"""API of what a member saves, likes and hides."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.answers import made
from catalog.rest.filters import one_of
from closet.models import Like
from closet.requests import MemberRequest
from closet.services.likes import THINGS, Thing, like_add, like_remove, likes_of

THING_NAMES = sorted(THINGS)


class LikeSerializer(serializers.ModelSerializer[Like]):
    """thing: product, look or brand; id: its own."""

    thing = serializers.SerializerMethodField()
    id = serializers.SerializerMethodField(help_text="The thing's own.")
    title = serializers.SerializerMethodField("get_name")
    name = serializers.SerializerMethodField(help_text="The same as `title`.")

    class Meta:
        model = Like
        fields = ["thing", "id", "title", "name", "verb", "created_at"]

    def _thing(self, like: Like) -> Thing:
        return like.product or like.look or like.brand  # type: ignore[return-value]

    @extend_schema_field(serializers.ChoiceField(choices=THING_NAMES))
    def get_thing(self, like: Like) -> str:
        return str(self._thing(like)._meta.model_name)

    def get_id(self, like: Like) -> int:
        return self._thing(like).pk

    def get_name(self, like: Like) -> str:
        return str(self._thing(like))


class LikeInput(serializers.Serializer[Any]):
    thing = serializers.ChoiceField(choices=THING_NAMES)
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    verb = serializers.ChoiceField(choices=Like.Verb.choices)


class LikesView(generics.ListAPIView[Like]):
    """GET: mine, newest first. POST: save, like or hide a thing: 201, or 200 where it was so already."""

    request: MemberRequest
    serializer_class = LikeSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Like]:
        if getattr(self, "swagger_fake_view", False):
            return Like.objects.none()
        asked = self.request.query_params
        verb, thing = asked.get("verb", ""), asked.get("thing", "")
        one_of(asked, verb=Like.Verb.values, thing=THING_NAMES)
        return likes_of(owner=self.request.user, verb=verb, thing=thing)

    @extend_schema(
        parameters=[
            OpenApiParameter("verb", enum=list(Like.Verb.values)), OpenApiParameter("thing", enum=THING_NAMES),
        ]
    )  # fmt: skip
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(request=LikeInput, responses={201: LikeSerializer, 200: LikeSerializer})
    def post(self, request: MemberRequest) -> Response:
        asked = LikeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        thing = cast(Thing, get_object_or_404(THINGS[told["thing"]].objects.published(), pk=told["id"]))
        known = likes_of(owner=request.user, verb=told["verb"], thing=told["thing"])
        is_new = not known.filter(**{told["thing"]: thing}).exists()
        like = like_add(owner=request.user, thing=thing, verb=told["verb"])
        return Response(LikeSerializer(like).data, status=made(is_new))


class LikeView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, thing: str, pk: int, verb: str) -> Response:
        """Takes the mark back; one that was not there is not an error."""
        if thing not in THINGS or verb not in Like.Verb.values:
            raise Http404
        found = cast(Thing, get_object_or_404(THINGS[thing], pk=pk))
        like_remove(owner=request.user, thing=found, verb=verb)
        return Response(status=status.HTTP_204_NO_CONTENT)
