"""`accounts/me/export/`: all that is yours as a ZIP, made by a worker."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from closet.models import Export
from closet.requests import MemberRequest
from closet.services import export as exports


class ExportOut(serializers.ModelSerializer[Export]):
    url = serializers.SerializerMethodField(
        help_text="Fetch it there within the hour, without a token; it answers ranges. null until it is done."
    )

    class Meta:
        model = Export
        fields = ["status", "created_at", "size", "url"]
        read_only_fields = fields
        extra_kwargs = {"size": {"help_text": "Bytes; 0 until it is done."}}

    def get_url(self, export: Export) -> str | None:
        if export.status != Export.Status.DONE:
            return None
        return str(reverse("closet:export_file", [exports.export_key(export=export)], request=self.context["request"]))


class MyExportView(APIView):
    @property
    def throttle_scope(self) -> str:
        return "accounts" if self.request.method == "POST" else "photos"

    @extend_schema(responses=ExportOut)
    def get(self, request: MemberRequest) -> Response:
        """How far your export is; 404 where you asked for none."""
        export = exports.export_latest(owner=request.user)
        if export is None:
            raise Http404
        return Response(ExportOut(export, context={"request": request}).data)

    @extend_schema(request=None, responses={202: ExportOut})
    def post(self, request: MemberRequest) -> Response:
        """Has everything that is yours packed: `closet.json` and the pictures. Ask again here until `url` is there."""
        export = exports.export_ask(owner=request.user)
        return Response(ExportOut(export, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)
