"""inspiration/: a photo of anybody's outfit, and the nearest to it from my closet. The photo is not kept."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from closet.problems import PhotoProblem
from closet.requests import MemberRequest
from recommender.api.asked import whole_number
from recommender.api.search import BUSY_S, PhotoIn
from recommender.api.serializers.inspiration import InspirationSerializer
from recommender.api.serializers.search import PhotoSearchSerializer
from recommender.services import photo_query
from recommender.services.inspiration import inspired


class InspirationView(APIView):
    parser_classes = (MultiPartParser,)
    throttle_scope = "search"

    @extend_schema(request=PhotoIn, responses={202: PhotoSearchSerializer})
    def post(self, request: MemberRequest) -> Response:
        """Looks at a photo without keeping it. Answers 202 with an `id`; ask `inspiration/{id}/` for the result.

        An `id` of `search/photo/` may be asked for there as well.
        """
        given = PhotoIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            query_id = photo_query.query_add(
                asker=photo_query.asker_of(request),
                address=photo_query.address_of(request),
                upload=given.validated_data["file"],
            )
        except PhotoProblem as problem:
            if problem.code == "search_busy":
                raise Throttled(wait=BUSY_S, detail=problem.message) from problem
            raise ValidationError({"file": [problem.message]}) from problem
        url = reverse("api-inspiration-result", args=[query_id], request=request)
        told = PhotoSearchSerializer({"id": query_id, "status": "waiting", "url": url}).data
        return Response(told, status=status.HTTP_202_ACCEPTED)


class InspirationResultView(APIView):
    throttle_classes = ()  # polled while a worker looks

    @extend_schema(
        parameters=[
            OpenApiParameter("person", int, description="Of several who wear something: whose outfit, from 1."),
            OpenApiParameter("turn", int, description="Another combination of my garments; 0 is the nearest."),
        ],
        responses=InspirationSerializer,
    )
    def get(self, request: MemberRequest, query_id: str) -> Response:
        """`status` waiting, done or failed; when done, each garment of the photo with mine for it or with products.

        `outfits/` keeps what it names.
        """
        found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
        if found is None:
            raise Http404
        told: dict[str, Any] = {
            "found": found,
            "error": {"code": found.error_code, "message": found.error} if found.error_code else None,
        }
        context: dict[str, Any] = {"request": request}
        if found.status == "done" and found.garments:
            answer = inspired(
                user=request.user,
                found=found,
                person=whole_number(request, "person"),
                turn=whole_number(request, "turn") or 0,
            )
            told["answer"] = answer
            context |= {"sizes": answer.sizes, "names": answer.names}
        return Response(InspirationSerializer(told, context=context).data)

    @extend_schema(responses={204: OpenApiResponse(description="Forgotten.")})
    def delete(self, request: MemberRequest, query_id: str) -> Response:
        """Forgets the photo, or what was seen on it, at once; otherwise that goes within the hour."""
        try:
            if not photo_query.query_forget(asker=photo_query.asker_of(request), query_id=query_id):
                raise Http404
        except PhotoProblem as problem:
            raise ValidationError({"id": [problem.message]}) from problem
        return Response(status=status.HTTP_204_NO_CONTENT)
