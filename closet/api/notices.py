"""`notices/`: what a member asked to be told, and that it was read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from closet.models import Notice
from closet.requests import MemberRequest
from closet.services.notices import notice_text, notice_url, notices_read


class NoticeOut(serializers.ModelSerializer[Notice]):
    text = serializers.SerializerMethodField(help_text="In the language of the request.")
    page_url = serializers.SerializerMethodField()
    is_read = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "kind", "day", "text", "page_url", "is_read", "created_at"]
        read_only_fields = fields

    def get_text(self, notice: Notice) -> str:
        return notice_text(notice)

    @extend_schema_field(OpenApiTypes.URI)
    def get_page_url(self, notice: Notice) -> str:
        return settings.SITE_URL + notice_url(notice)

    def get_is_read(self, notice: Notice) -> bool:
        return notice.read_at is not None


class NoticesView(generics.ListAPIView[Notice]):
    """Of the last thirty days, the newest first."""

    request: MemberRequest
    serializer_class = NoticeOut

    def get_queryset(self) -> QuerySet[Notice]:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        return Notice.objects.filter(owner=self.request.user)


class NoticesReadOut(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many were unread.")


class NoticesReadView(APIView):
    @extend_schema(request=None, responses=NoticesReadOut)
    def post(self, request: MemberRequest) -> Response:
        """All that is new was read."""
        return Response(NoticesReadOut({"count": notices_read(owner=request.user)}).data)
