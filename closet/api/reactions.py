"""`reactions/`: what a member says of a combination; the stylist learns from it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from catalog.rest.answers import made
from closet.models import Reaction
from closet.requests import MemberRequest
from closet.services.outfits import reaction_remove, reaction_set

CONTEXT_BYTES = 4000


class ReactionOut(serializers.ModelSerializer[Reaction]):
    class Meta:
        model = Reaction
        fields = ["id", "garments", "verdict", "context", "created_at"]


class ReactionIn(serializers.Serializer[Any]):
    garments = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=20)
    verdict = serializers.ChoiceField(choices=Reaction.Verdict.choices)
    context = serializers.DictField(required=False, help_text="Occasion, mood …")  # type: ignore[assignment]

    def validate_context(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(str(value)) > CONTEXT_BYTES:
            raise serializers.ValidationError("Too much to remember.")
        return value


class ReactionsView(generics.ListAPIView[Reaction]):
    request: MemberRequest
    serializer_class = ReactionOut
    filterset_fields = ["verdict"]

    def get_queryset(self) -> QuerySet[Reaction]:
        if getattr(self, "swagger_fake_view", False):
            return Reaction.objects.none()
        return Reaction.objects.filter(owner=self.request.user)

    @extend_schema(request=ReactionIn, responses={201: ReactionOut, 200: ReactionOut})
    def post(self, request: MemberRequest) -> Response:
        """Like, dislike or "never together" (of two); a later word on the same garments replaces the earlier (200)."""
        given = ReactionIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        known = {reaction.pk for reaction in self.get_queryset()}
        reaction = reaction_set(
            owner=request.user,
            garment_ids=wanted["garments"],
            verdict=wanted["verdict"],
            context=wanted.get("context"),
        )
        return Response(ReactionOut(reaction).data, status=made(reaction.pk not in known))


class ReactionView(generics.GenericAPIView[Reaction]):
    serializer_class = ReactionOut

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        if not reaction_remove(owner=request.user, reaction_id=pk):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
