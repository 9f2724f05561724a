"""`people/`: pages by handle, whom one follows and blocks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from catalog.rest.answers import made
from closet.api.posts import PersonBrief, PostOut, ReportIn
from closet.models import Block, Follow, Post, Profile
from closet.requests import MemberRequest
from closet.services.feed import posts_for_cards
from closet.services.moderation import report_add
from closet.services.people import (
    about_for,
    block_add,
    block_remove,
    blocks_of,
    follow_add,
    follow_remove,
    following_of,
)


class PersonOut(serializers.ModelSerializer[Profile]):
    """A page as its reader may see it. Nothing of body, closet or account is on it."""

    name = serializers.CharField(source="shown_name")
    about = serializers.SerializerMethodField(help_text="Empty to others until they are trusted.")
    followers = serializers.SerializerMethodField()
    follows = serializers.SerializerMethodField(help_text="Whether I follow them.")
    is_open = serializers.BooleanField(help_text="False on one's own page that nobody else can open.")
    page_url = serializers.SerializerMethodField()

    class Meta:
        model = Profile
        fields = ["handle", "name", "about", "followers", "follows", "is_open", "page_url"]

    def get_about(self, profile: Profile) -> str:
        return about_for(profile=profile, reader=self.context["request"].user)

    def get_followers(self, profile: Profile) -> int:
        return Follow.objects.filter(followed=profile.user_id).count()

    def get_follows(self, profile: Profile) -> bool:
        return Follow.objects.filter(follower=self.context["request"].user, followed=profile.user_id).exists()

    def get_page_url(self, profile: Profile) -> str:
        return str(reverse("closet:person", args=[profile.handle], request=self.context["request"]))


class BlockOut(serializers.ModelSerializer[Block]):
    handle = serializers.SerializerMethodField(help_text="Null for a member without a page.")

    class Meta:
        model = Block
        fields = ["id", "handle", "created_at"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_handle(self, block: Block) -> str | None:
        profile = block.blocked.profile
        return profile.handle if profile.is_open else None


def _person(request: MemberRequest, handle: str) -> Profile:
    """One whose page this reader may open; all others are as absent as one that never was."""
    shown = Profile.objects.visible_to(request.user).select_related("user")
    return get_object_or_404(shown, handle=handle.lower())


class PersonView(APIView):
    @extend_schema(responses=PersonOut)
    def get(self, request: MemberRequest, handle: str) -> Response:
        return Response(PersonOut(_person(request, handle), context={"request": request}).data)


class PersonPostsView(generics.ListAPIView[Post]):
    """What they show, newest first."""

    request: MemberRequest
    serializer_class = PostOut
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return Post.objects.none()
        owner = _person(self.request, self.kwargs["handle"]).user
        shown = posts_for_cards(Post.objects.owned_by(owner).published(), self.request.user)
        return shown.order_by("-published_at", "-pk")


class PersonFollowView(APIView):
    throttle_scope = "people"

    @extend_schema(request=None, responses={200: PersonOut, 201: PersonOut})
    def put(self, request: MemberRequest, handle: str) -> Response:
        """201, or 200 where I follow them already."""
        profile = _person(request, handle)
        is_new = follow_add(follower=request.user, followed=profile.user)
        return Response(PersonOut(profile, context={"request": request}).data, status=made(is_new))

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, handle: str) -> Response:
        follow_remove(follower=request.user, followed=_person(request, handle).user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PersonBlockView(APIView):
    throttle_scope = "people"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: MemberRequest, handle: str) -> Response:
        """Neither of us sees anything of the other from now on. `blocks/` ends it."""
        block_add(owner=request.user, blocked=_person(request, handle).user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PersonReportView(APIView):
    throttle_scope = "people"

    @extend_schema(request=ReportIn, responses={204: None})
    def post(self, request: MemberRequest, handle: str) -> Response:
        """Asks the staff to look at their page."""
        person = _person(request, handle).user
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        report_add(reporter=request.user, person=person, **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowingView(generics.ListAPIView[Profile]):
    """Whom I follow, newest first."""

    request: MemberRequest
    serializer_class = PersonBrief
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Profile]:
        if getattr(self, "swagger_fake_view", False):
            return Profile.objects.none()
        return following_of(follower=self.request.user)


class BlocksView(generics.ListAPIView[Block]):
    """Whom I blocked, newest first."""

    request: MemberRequest
    serializer_class = BlockOut
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Block]:
        if getattr(self, "swagger_fake_view", False):
            return Block.objects.none()
        return blocks_of(owner=self.request.user)


class BlockView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Ends it. What it ended does not come back."""
        block = get_object_or_404(Block, pk=pk, owner=request.user)
        block_remove(owner=request.user, blocked=block.blocked)
        return Response(status=status.HTTP_204_NO_CONTENT)
