"""`posts/`: looks that members show to people, with what others say of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from catalog import taxonomy
from catalog.asked import MAX_ID
from catalog.models import OCCASION_CHOICES, choices
from catalog.rest.answers import changed, made, refuse_stale
from catalog.rest.filters import one_of
from closet.models import Ground, Outfit, Photo, Post, PostMark, Profile
from closet.requests import MemberRequest
from closet.services.feed import feed, posts_for_cards
from closet.services.moderation import report_add
from closet.services.people import block_add
from closet.services.posts import (
    MAX_TAGS,
    TAG_LETTERS,
    mark_set,
    post_appeal,
    post_change,
    post_send,
    post_submit,
    post_withdraw,
)

STYLES = choices(taxonomy.STYLES)
SEASONS = choices(taxonomy.SEASONS)
POST_STATES = [choice for choice in Post.State.choices if choice[0] != Post.State.WITHDRAWN]


class PersonBrief(serializers.ModelSerializer[Profile]):
    """Somebody with a page. `name` is their handle, or the name that they let stand beside what they share."""

    name = serializers.CharField(source="shown_name")

    class Meta:
        model = Profile
        fields = ["handle", "name"]


class PostOut(serializers.ModelSerializer[Post]):
    id = serializers.CharField(source="slug")
    state = serializers.ChoiceField(choices=POST_STATES, help_text="Others see published ones alone.")
    style = serializers.ChoiceField(choices=STYLES, allow_blank=True)  # type: ignore[assignment]  # DRF takes fields off the class
    occasion = serializers.ChoiceField(choices=OCCASION_CHOICES, allow_blank=True)
    seasons = serializers.ListField(child=serializers.ChoiceField(choices=SEASONS))
    person = serializers.SerializerMethodField(help_text="Whose it is; null for a member without a page.")
    is_mine = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField(help_text="WebP; `?size=small` for 384 px.")
    page_url = serializers.SerializerMethodField()
    likes = serializers.IntegerField()
    is_liked = serializers.BooleanField()
    is_saved = serializers.BooleanField()
    look = serializers.IntegerField(source="look_id", allow_null=True, help_text="Among the looks, to be built.")
    reason = serializers.SerializerMethodField(help_text="Why it was declined; of one's own alone.")
    can_appeal = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = [
            "id", "title", "style", "seasons", "occasion", "tags", "person", "is_mine", "state", "reason", "can_appeal",
            "picture", "width", "height", "page_url", "is_drawn", "is_findable", "shows_faces", "look", "likes",
            "is_liked", "is_saved", "published_at",
        ]  # fmt: skip

    @extend_schema_field(PersonBrief(allow_null=True))
    def get_person(self, post: Post) -> dict[str, Any] | None:
        profile = post.owner.profile
        return dict(PersonBrief(profile).data) if profile.is_open else None

    def get_is_mine(self, post: Post) -> bool:
        return bool(post.owner_id == self.context["request"].user.pk)

    def get_can_appeal(self, post: Post) -> bool:
        return self.get_is_mine(post) and post.can_appeal

    def get_picture(self, post: Post) -> str:
        return str(reverse("closet:post_picture", args=[post.slug], request=self.context["request"]))

    def get_page_url(self, post: Post) -> str:
        return str(reverse("closet:post", args=[post.slug], request=self.context["request"]))

    class ReasonOut(serializers.Serializer[Any]):
        ground = serializers.ChoiceField(choices=Ground.choices)
        text = serializers.CharField(allow_blank=True)

    @extend_schema_field(ReasonOut(allow_null=True))
    def get_reason(self, post: Post) -> dict[str, str] | None:
        if not self.get_is_mine(post) or not post.ground:
            return None
        return {"ground": post.ground, "text": post.ground_text}


class PostWords(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=120)
    style = serializers.ChoiceField(choices=STYLES, required=False, allow_blank=True)  # type: ignore[assignment]
    seasons = serializers.ListField(child=serializers.ChoiceField(choices=SEASONS), required=False)
    occasion = serializers.ChoiceField(choices=OCCASION_CHOICES, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=TAG_LETTERS), required=False, max_length=MAX_TAGS
    )
    is_findable = serializers.BooleanField(required=False, help_text="Among the looks too, to be built by others.")


class PostIn(PostWords):
    """One of `outfit` and `photo`."""

    outfit = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    photo = serializers.UUIDField(required=False)
    shows_faces = serializers.BooleanField(default=False, help_text="Of a photo: as they are. Otherwise blurred.")


class ReportIn(serializers.Serializer[Any]):
    ground = serializers.ChoiceField(choices=Ground.choices)
    note = serializers.CharField(max_length=500, default="", allow_blank=True)


class AppealIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=500)


class _Posts(generics.GenericAPIView[Post]):
    request: MemberRequest
    serializer_class = PostOut
    filter_backends: list[Any] = []

    @property
    def throttle_scope(self) -> str | None:
        return None if self.request.method == "GET" else "people"

    def _told(self, post: Post) -> Any:
        found = posts_for_cards(Post.objects.filter(pk=post.pk), self.request.user).get()
        return PostOut(found, context={"request": self.request}).data

    def post_or_404(self, slug: str) -> Post:
        return get_object_or_404(Post.objects.visible_to(self.request.user).select_related("owner__profile"), slug=slug)

    def own_or_404(self, slug: str) -> Post:
        mine = Post.objects.owned_by(self.request.user).standing().select_related("owner__profile")
        return get_object_or_404(mine, slug=slug)


class PostsView(_Posts, generics.ListAPIView[Post]):
    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return Post.objects.none()
        asked, reader = self.request.query_params, self.request.user
        on = ["1"]
        one_of(asked, style=[slug for slug, _name in STYLES], season=[slug for slug, _name in SEASONS],
               body=on, following=on, saved=on, mine=on)  # fmt: skip
        if asked.get("mine"):
            return posts_for_cards(Post.objects.owned_by(reader).standing(), reader).order_by("-submitted_at", "-pk")
        return feed(reader=reader, asked=asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("style", enum=[slug for slug, _name in STYLES]),
            OpenApiParameter("season", enum=[slug for slug, _name in SEASONS]),
            OpenApiParameter("body", enum=["1"], description="Of bodies like mine, among those who agreed."),
            OpenApiParameter("following", enum=["1"], description="Of those I follow."),
            OpenApiParameter("saved", enum=["1"], description="That I saved."),
            OpenApiParameter("mine", enum=["1"], description="All of my own, waiting and declined ones too."),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What people show, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=PostIn, responses={201: PostOut})
    def post(self, request: MemberRequest) -> Response:
        """Sends an outfit or a photo in, `held` until a moderator or the rule for trusted members lets it out."""
        given = PostIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        thing: dict[str, Any] = {}
        if "outfit" in told:
            mine = Outfit.objects.owned_by(request.user)
            thing["outfit"] = get_object_or_404(mine, pk=told.pop("outfit"))
        if "photo" in told:
            thing["photo"] = get_object_or_404(Photo.objects.owned_by(request.user), pk=told.pop("photo"))
        post = post_submit(owner=request.user, **thing, **told)
        return Response(self._told(post), status=status.HTTP_201_CREATED)


class PostView(_Posts):
    @extend_schema(responses=PostOut)
    def get(self, request: MemberRequest, slug: str) -> Response:
        return Response(self._told(self.post_or_404(slug)))

    @extend_schema(request=PostWords, responses=PostOut)
    def patch(self, request: MemberRequest, slug: str) -> Response:
        """New words of a published one are looked at like a new look."""
        post = self.own_or_404(slug)
        refuse_stale(request, self._told(post))
        given = PostWords(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return changed(request, self._told(post_change(post=post, **given.validated_data)))

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, slug: str) -> Response:
        """Withdraws it: nobody sees it any more."""
        post_withdraw(post=self.own_or_404(slug))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PostSendView(_Posts):
    @extend_schema(request=None, responses=PostOut)
    def post(self, request: MemberRequest, slug: str) -> Response:
        """Sends in a `draft`, which came with an exported closet and was not shown here yet."""
        post = self.own_or_404(slug)
        post_send(post=post)
        return Response(self._told(post))


class PostAppealView(_Posts):
    @extend_schema(request=AppealIn, responses=PostOut)
    def post(self, request: MemberRequest, slug: str) -> Response:
        """Asks the staff for a second look, once."""
        post = self.own_or_404(slug)
        given = AppealIn(data=request.data)
        given.is_valid(raise_exception=True)
        post_appeal(post=post, text=given.validated_data["text"])
        return Response(self._told(post))


class PostMarkView(_Posts):
    """Not counted among what is written: a thumb is quick."""

    throttle_scope: str | None = None

    def _marked(self, slug: str, verb: str, *, on: bool) -> bool:
        if verb not in PostMark.Verb.values:
            raise Http404
        return mark_set(owner=self.request.user, post=self.post_or_404(slug), verb=verb, on=on)

    @extend_schema(
        request=None,
        responses={200: PostOut, 201: PostOut},
        parameters=[OpenApiParameter("verb", OpenApiTypes.STR, OpenApiParameter.PATH, enum=PostMark.Verb.values)],
    )
    def put(self, request: MemberRequest, slug: str, verb: str) -> Response:
        """Likes or saves it: 201, or 200 where that was so already."""
        is_new = self._marked(slug, verb, on=True)
        return Response(self._told(self.post_or_404(slug)), status=made(is_new))

    @extend_schema(
        responses={204: None},
        parameters=[OpenApiParameter("verb", OpenApiTypes.STR, OpenApiParameter.PATH, enum=PostMark.Verb.values)],
    )
    def delete(self, request: MemberRequest, slug: str, verb: str) -> Response:
        """Takes it back; one that was not there is not an error."""
        self._marked(slug, verb, on=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PostReportView(_Posts):
    @extend_schema(request=ReportIn, responses={204: None})
    def post(self, request: MemberRequest, slug: str) -> Response:
        """Asks the staff to look at it."""
        post = self.post_or_404(slug)
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        report_add(reporter=request.user, post=post, **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PostBlockView(APIView):
    throttle_scope = "people"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: MemberRequest, slug: str) -> Response:
        """Blocks whoever shows this, who may be unnamed."""
        shown = get_object_or_404(Post.objects.visible_to(request.user).select_related("owner"), slug=slug)
        block_add(owner=request.user, blocked=shown.owner)
        return Response(status=status.HTTP_204_NO_CONTENT)
