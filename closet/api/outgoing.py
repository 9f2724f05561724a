"""`accounts/me/outgoing/`: what left this server for a member's sake."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from closet.models import Outgoing
from closet.requests import MemberRequest
from closet.services.outgoing import FIELDS, outgoing_of


class OutgoingOut(serializers.ModelSerializer[Outgoing]):
    fields_told = serializers.ListField(
        source="fields", child=serializers.ChoiceField(choices=sorted(FIELDS)), help_text="What was told."
    )

    class Meta:
        model = Outgoing
        fields = ["id", "at", "purpose", "host", "fields_told"]


class OutgoingView(generics.ListAPIView[Outgoing]):
    request: MemberRequest
    serializer_class = OutgoingOut
    filterset_fields = ["purpose"]

    def get_queryset(self) -> QuerySet[Outgoing]:
        if getattr(self, "swagger_fake_view", False):
            return Outgoing.objects.none()
        return outgoing_of(owner=self.request.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """A line a request, newest first: when, why, who was asked, what was told. Kept for half a year."""
        return super().get(request, *args, **kwargs)
