"""`uploads/`: photos in pieces by tus 1.0 (core, creation, termination, expiration); https://tus.io.

docs/adr/0008-resumable-uploads.md tells why no library does it.
"""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, parsers, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from closet.api.photos import PhotoErrorOut, PhotoRefused
from closet.models import Upload, User
from closet.problems import PhotoProblem, sentence
from closet.requests import MemberRequest
from closet.services.uploads import Expired, WrongOffset, upload_append, upload_begin, upload_remove

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,expiration"
LONGEST_METADATA: Final = 2000

RESUMABLE = OpenApiParameter("Tus-Resumable", str, OpenApiParameter.HEADER, required=True, enum=[VERSION])
OFFSET = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, description="Bytes sent so far."
)
LENGTH = OpenApiParameter(
    "Upload-Length", int, OpenApiParameter.HEADER, required=True, description="Bytes of the photo."
)
METADATA = OpenApiParameter(
    "Upload-Metadata",
    str,
    OpenApiParameter.HEADER,
    description="`filename` and `keep_both`, each with its value in Base64, with commas between: "
    "`filename c2hpcnQuanBn,keep_both dHJ1ZQ==`.",
)


class WrongVersion(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "tus_version"

    def __init__(self) -> None:
        super().__init__(_("Send “Tus-Resumable: %s”.") % VERSION)


class OffsetConflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "wrong_offset"

    def __init__(self, offset: int) -> None:
        super().__init__(_("The next piece begins at byte %d.") % offset)


class UploadGone(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_code = "upload_expired"

    def __init__(self) -> None:
        super().__init__(_("This upload was not finished within a day; please begin anew."))


class PieceParser(parsers.BaseParser):
    media_type = "application/offset+octet-stream"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class UploadOut(serializers.ModelSerializer[Upload]):
    photo = serializers.UUIDField(source="photo_id", read_only=True, allow_null=True, help_text="Once all is here.")
    duplicate = serializers.BooleanField(
        source="is_duplicate", read_only=True, help_text="The photo was in your closet already."
    )
    error = serializers.SerializerMethodField(help_text="Why the photo was not taken.")

    class Meta:
        model = Upload
        fields = ["id", "file_name", "length", "offset", "expires_at", "photo", "duplicate", "error"]
        read_only_fields = fields

    @extend_schema_field(PhotoErrorOut(allow_null=True))
    def get_error(self, upload: Upload) -> dict[str, str] | None:
        code = upload.problem
        return {"code": code, "message": sentence(code)} if code else None


class TusView(APIView):
    """Every answer names the protocol's version, and every request but a plain GET has to."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.found = self.find(request, **kwargs)  # before the version: to others it is not there at all
        if request.method not in ("GET", "OPTIONS") and request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = VERSION
        if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
            answer["Tus-Version"] = VERSION
        return answer

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.PHOTO_MAX_BYTES),
        }
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)

    def find(self, request: Request, **kwargs: Any) -> Upload | None:
        """The upload that the address names."""
        return None

    @staticmethod
    def told(upload: Upload) -> dict[str, str]:
        headers = {
            "Upload-Offset": str(upload.offset),
            "Upload-Length": str(upload.length),
            "Upload-Expires": http_date(upload.expires_at.timestamp()),
        }
        if upload.photo_id:
            headers["Upload-Photo"] = str(upload.photo_id)
            headers["Upload-Duplicate"] = "true" if upload.is_duplicate else "false"
        return headers


class UploadsView(TusView):
    throttle_scope = "photos"

    def get_throttles(self) -> list[BaseThrottle]:
        everyone = super().get_throttles()
        return [one for one in everyone if self.request.method == "POST" or not isinstance(one, ScopedRateThrottle)]

    @extend_schema(request=None, responses={201: UploadOut}, parameters=[RESUMABLE, LENGTH, METADATA])
    def post(self, request: MemberRequest) -> Response:
        """Begins an upload (tus 1.0): `Location` names where its pieces go. Room in your quota is kept for a day."""
        length = _number(request, "Upload-Length")
        known = _metadata(request.headers.get("Upload-Metadata", ""))
        keep_both = serializers.BooleanField().run_validation(known.get("keep_both") or False)
        name = known.get("filename", known.get("name", ""))
        try:
            upload = upload_begin(owner=request.user, length=length, file_name=name, keep_both=keep_both)
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        address = reverse("api-upload", args=[upload.pk], request=request)
        headers = {**self.told(upload), "Location": address}
        return Response(UploadOut(upload).data, status=status.HTTP_201_CREATED, headers=headers)


class UploadView(TusView):
    parser_classes = [PieceParser]

    def find(self, request: Request, **kwargs: Any) -> Upload:
        return get_object_or_404(Upload.objects.owned_by(cast(User, request.user)), pk=kwargs["upload_id"])

    def _upload(self) -> Upload:
        upload = cast(Upload, self.found)
        if upload.is_expired:
            raise UploadGone
        return upload

    @extend_schema(responses=UploadOut)
    def get(self, request: MemberRequest, upload_id: UUID) -> Response:
        """How far it is; HEAD tells the same in the headers of tus. `photo` is there once all is."""
        upload = self._upload()
        return Response(UploadOut(upload).data, headers=self.told(upload))

    def head(self, request: MemberRequest, upload_id: UUID) -> Response:
        return Response(headers=self.told(self._upload()))

    @extend_schema(
        request={"application/offset+octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
        parameters=[RESUMABLE, OFFSET],
    )
    def patch(self, request: MemberRequest, upload_id: UUID) -> Response:
        """The next piece, of 64 kB at least but the last. What breaks off within a piece is sent again. With the last
        one `Upload-Photo` names the photo and `Upload-Duplicate` says whether it was there; a file that is no photo
        is refused as under `photos/`."""
        offset = _number(request, "Upload-Offset")
        self._upload()
        piece: Any = request.data if request.headers.get("Content-Length", "0") != "0" else io.BytesIO()
        try:
            upload = upload_append(owner=request.user, upload_id=upload_id, offset=offset, stream=piece)
        except WrongOffset as wrong:
            raise OffsetConflict(wrong.upload.offset) from None
        except Expired:
            raise UploadGone from None
        except PhotoProblem as problem:
            raise PhotoRefused(problem) from problem
        if upload.problem:
            raise PhotoRefused(PhotoProblem(upload.problem))
        return Response(status=status.HTTP_204_NO_CONTENT, headers=self.told(upload))

    @extend_schema(responses={204: None}, parameters=[RESUMABLE])
    def delete(self, request: MemberRequest, upload_id: UUID) -> Response:
        """Gives it up. A photo that came of it stays."""
        upload_remove(upload=cast(Upload, self.found))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise exceptions.ValidationError({header: [_("A whole number of bytes, please.")]})
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """`filename c2hpcnQuanBn,keep_both dHJ1ZQ==` as {"filename": "shirt.jpg", "keep_both": "true"}."""
    told: dict[str, str] = {}
    try:
        if len(header) > LONGEST_METADATA:
            raise ValueError
        for pair in filter(None, (one.strip() for one in header.split(","))):
            name, _space, value = pair.partition(" ")
            told[name] = base64.b64decode(value, validate=True).decode()
            if "\0" in told[name]:
                raise ValueError
    except (ValueError, binascii.Error):
        text = _("Pairs of a name and a value in Base64, with commas between, please.")
        raise exceptions.ValidationError({"Upload-Metadata": [text]}) from None
    return told
