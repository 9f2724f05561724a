"""search/photo/: search by a photo that is not kept."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from closet.problems import PhotoProblem
from recommender import photo_search, query
from recommender.api import serializers
from recommender.api.asked import COLOUR, LIMIT, asked_of, limit_of


class PhotoIn(drf.Serializer[Any]):
    file = drf.FileField()


class PhotoSearchView(APIView):
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)
    throttle_scope = "search"

    @extend_schema(request=PhotoIn, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Looks at a photo without keeping it. Answers 202 with an `id`; ask `search/photo/{id}/` for the result."""
        given = PhotoIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            query_id = query.query_add(asker=query.asker_of(request), upload=given.validated_data["file"])
        except PhotoProblem as problem:
            raise ValidationError({"file": [str(problem)]}) from problem
        url = reverse("api-search-photo-result", args=[query_id], request=request)
        return Response({"id": query_id, "status": "waiting", "url": url}, status=status.HTTP_202_ACCEPTED)


class PhotoSearchResultView(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = ()  # polled while a worker looks

    @extend_schema(
        parameters=[
            OpenApiParameter("garment", int, description="Which garment of the photo, from 0; the largest by default."),
            COLOUR,
            LIMIT,
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, query_id: str) -> Response:
        """`status` waiting, done or failed; when done, the garments seen, and what is like the chosen one."""
        found = query.query_get(asker=query.asker_of(request), query_id=query_id)
        if found is None:
            raise Http404
        answer: dict[str, Any] = {
            "id": found.id,
            "status": found.status,
            "error": {"code": found.error_code, "message": found.error} if found.error_code else None,
            "scene": found.scene,
            "is_full_body": found.is_full_body,
            "garments": [
                {name: value for name, value in garment.items() if name != "vector"} for garment in found.garments
            ],
            "ms": found.ms,
        }
        if found.status == "done" and found.garments:
            try:
                number = int(request.query_params.get("garment", 0))
            except ValueError:
                raise ValidationError({"garment": [_("A whole number, please.")]}) from None
            seen = photo_search.results_of(
                user=request.user if request.user.is_authenticated else None,
                found=found,
                number=number,
                limit=limit_of(request),
                colour_share=asked_of(request)["colour_share"],
            )
            answer |= {
                "closet": [serializers.match_json(match, request) for match in seen.garments],
                "catalogue": [serializers.match_json(match, request) for match in seen.products],
                "brands": [serializers.brand_near_json(near, request) for near in seen.brands],
                "goes_with": serializers.partners_json(seen.partners, seen.names, request),
            }
        return Response(answer)
