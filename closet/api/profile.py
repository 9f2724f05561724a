"""`profile/`: what a member tells about themselves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.answers import changed, refuse_stale
from closet.models import Profile
from closet.requests import MemberRequest
from closet.services import accounts, photos


class Quota(serializers.Serializer[Any]):
    used_bytes = serializers.IntegerField()
    allowed_bytes = serializers.IntegerField()


class ProfileSerializer(serializers.ModelSerializer[Profile]):
    email = serializers.EmailField(source="user.email", read_only=True)
    quota = serializers.SerializerMethodField()
    styles = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    handle = serializers.CharField(max_length=30, required=False)  # unique: said by the service, in one sentence
    city = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text=gettext_lazy("For the weather; looked up if known.")
    )

    class Meta:
        model = Profile
        fields = ["email", *sorted(accounts.PROFILE_FIELDS), "quota"]

    @extend_schema_field(Quota)
    def get_quota(self, profile: Profile) -> dict[str, Any]:
        used, allowed = photos.bytes_used(owner=profile.user), photos.bytes_allowed(owner=profile.user)
        return Quota({"used_bytes": used, "allowed_bytes": allowed}).data


class ProfileView(APIView):
    @extend_schema(responses=ProfileSerializer)
    def get(self, request: MemberRequest) -> Response:
        return Response(ProfileSerializer(request.user.profile).data)

    @extend_schema(request=ProfileSerializer, responses=ProfileSerializer)
    def patch(self, request: MemberRequest) -> Response:
        """Changes what is sent and nothing else. A new `city` sets the coordinates when it is known."""
        refuse_stale(request, ProfileSerializer(request.user.profile).data)
        given = ProfileSerializer(request.user.profile, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        profile = accounts.profile_update(profile=request.user.profile, **given.validated_data)
        return changed(request, ProfileSerializer(profile).data)
