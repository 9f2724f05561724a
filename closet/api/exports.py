"""`accounts/me/export/` and `accounts/me/import/`: all that is yours as a ZIP, and back, by a worker."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from closet.api.photos import PhotoRefused
from closet.models import ClosetImport, Export
from closet.problems import PhotoProblem
from closet.requests import MemberRequest
from closet.services import export as exports
from closet.services import imports


class ExportOut(serializers.ModelSerializer[Export]):
    url = serializers.SerializerMethodField(
        help_text="Fetch it there within the hour, without a token; it answers ranges. null until it is done."
    )

    class Meta:
        model = Export
        fields = ["status", "created_at", "size", "strip_metadata", "url"]
        read_only_fields = fields
        extra_kwargs = {
            "size": {"help_text": "Bytes; 0 until it is done."},
            "strip_metadata": {"help_text": "Whether originals come without place, time and camera."},
        }

    def get_url(self, export: Export) -> str | None:
        if export.status != Export.Status.DONE:
            return None
        return str(reverse("closet:export_file", [exports.export_key(export=export)], request=self.context["request"]))


class ExportIn(serializers.Serializer[Any]):
    strip_metadata = serializers.BooleanField(
        default=False,
        help_text="Originals keep all that the camera wrote, often the place too; true leaves it out of this export. "
        "Pixels and which way up they go stay.",
    )


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

    @extend_schema(request=ExportIn, responses={202: ExportOut})
    def post(self, request: MemberRequest) -> Response:
        """Has everything that is yours packed: `closet.json` and the pictures. Ask again here until `url` is there."""
        given = ExportIn(data=request.data or {})
        given.is_valid(raise_exception=True)
        export = exports.export_ask(owner=request.user, **given.validated_data)
        return Response(ExportOut(export, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)


class ImportOut(serializers.ModelSerializer[ClosetImport]):
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Table -> rows: photos, garments …")
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Names of what this server's shop does not have."
    )
    problem = serializers.CharField(allow_blank=True, help_text="Why it failed; then nothing was brought in.")

    class Meta:
        model = ClosetImport
        fields = ["status", "is_confirmed", "counts", "left_out", "problem", "created_at"]
        read_only_fields = fields


class ImportIn(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="The ZIP of `accounts/me/export/`, of this server or another.")


class MyImportView(APIView):
    parser_classes = [MultiPartParser]
    throttle_scope = "photos"

    @extend_schema(responses=ImportOut)
    def get(self, request: MemberRequest) -> Response:
        """How far your import is: queued, running, preview (say yes at `confirm/`), done or failed. 404 without one."""
        found = imports.import_of(owner=request.user)
        if found is None:
            raise Http404
        return Response(ImportOut(found).data)

    @extend_schema(request={"multipart/form-data": ImportIn}, responses={202: ImportOut})
    def post(self, request: MemberRequest) -> Response:
        """Sends an exported closet to be looked at. Nothing comes in before you confirm; only into an empty one."""
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = imports.import_ask(owner=request.user, upload=given.validated_data["file"])
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        return Response(ImportOut(made).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest) -> Response:
        """Forgets it. What was brought in stays."""
        imports.imports_delete(imports=ClosetImport.objects.filter(owner=request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmImportView(APIView):
    @extend_schema(request=None, responses={202: ImportOut})
    def post(self, request: MemberRequest) -> Response:
        """Brings in what the preview told."""
        return Response(ImportOut(imports.import_confirm(owner=request.user)).data, status=status.HTTP_202_ACCEPTED)
