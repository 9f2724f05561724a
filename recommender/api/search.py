"""search/: by words, palette and photo; search/photo/: of a photo that is not kept; search/saved/: kept questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from catalog.rest.answers import made
from catalog.rest.filters import form_errors
from catalog.rest.pages import LongPages
from closet.problems import PhotoProblem
from closet.requests import MemberRequest, member_of
from recommender.api.asked import COLOUR, PAGE_SIZE, asked_of, limit_of, whole_number
from recommender.api.serializers.search import (
    PhotoSearchResultSerializer,
    PhotoSearchSerializer,
    SavedSearchSerializer,
    SearchSerializer,
    SuggestionsSerializer,
)
from recommender.forms import SearchForm
from recommender.models import SavedSearch
from recommender.services import photo_query, photo_results, search_notes
from recommender.services.preferences import search_save
from recommender.services.search import SHELF, search
from recommender.services.search_request import question_of, questions_of
from recommender.services.suggestions import suggested


def _described(field: django_forms.Field) -> dict[str, Any]:
    if isinstance(field, django_forms.ChoiceField):
        return {"type": str, "enum": [value for value, _label in cast(list[tuple[str, Any]], field.choices) if value]}
    kinds: dict[type, type] = {django_forms.IntegerField: int, django_forms.FloatField: float}
    return {"type": kinds.get(type(field), str)}


PARAMETERS = [OpenApiParameter(name, **_described(field)) for name, field in SearchForm.base_fields.items()]


def asked_of_search(given: Any) -> dict[str, Any]:
    """Raises ValidationError: unlike the page, an API client should hear what it misspelt."""
    form = SearchForm(given)
    if not form.is_valid():
        raise form_errors(form)
    asked = form.cleaned_or_default()
    if given.get("palette") and len(asked["palette"]) != given["palette"].count(",") + 1:
        raise ValidationError({"palette": [_("Up to five colours like #1f2a44:60, separated by commas.")]})
    return asked


class SearchView(APIView):
    permission_classes = (AllowAny,)
    throttle_scope = "search"

    @extend_schema(parameters=PARAMETERS, responses=SearchSerializer)
    def get(self, request: Request) -> Response:
        """Products, looks or garments of mine by words, palette, a garment, another result or a photo, in any mix.

        Words are read first, in Korean and English: `understood` of them filters (kinds, colours, genders, seasons,
        brands) or is looked for in facts and texts; the rest is looked for in texts. Each way of asking ranks on its
        own and the ranks are fused; `*_share` (0 to 1) says how much each counts. Every result carries its
        place and distance in each way, and the words it has. `relaxed` names filters that had to go because
        nothing was left, `notes` says all of that in sentences, and without results `nearest` holds what comes
        nearest. With `has_more` there are more than `count`, and `facets` count the best `counted` of them; a price
        band is a value for `price`. `thing=all` answers the best of each world in `worlds`.
        """
        asked = asked_of_search(request.query_params)
        questions, source = questions_of(request=request, asked=asked)
        worlds = []
        if len(questions) > 1:
            answers = [(one.thing, search(question=one, limit=SHELF)) for one in questions]
            worlds = [
                {
                    "thing": thing,
                    "count": one.total,
                    "has_more": one.is_cut,
                    "results": one.results,
                    "nearest": one.nearest,
                }
                for thing, one in answers
            ]
            fullest = max((one for _thing, one in answers), key=lambda one: one.total)
            answer = replace(fullest, results=[], nearest=())
        else:
            size = asked["page_size"]
            answer = search(question=questions[0], limit=size, offset=(asked["page"] - 1) * size)
        has_next = not worlds and answer.has_page(asked["page"] + 1, asked["page_size"])
        told = {
            "answer": answer,
            "page": asked["page"],
            "next": self._page(request, asked["page"] + 1) if has_next else None,
            "previous": self._page(request, asked["page"] - 1) if asked["page"] > 1 else None,
            "source": {"kind": source.kind, "is_ready": source.vector is not None} if source else None,
            "understood": search_notes.chips(answer),
            "not_understood": answer.understood.unknown if answer.understood else (),
            "notes": search_notes.notes(answer),
            "worlds": worlds,
        }
        return Response(SearchSerializer(told, context={"request": request}).data)

    @staticmethod
    def _page(request: Request, number: int) -> str:
        given = request.query_params.copy()
        given["page"] = str(number)
        return request.build_absolute_uri(f"?{given.urlencode()}")


class SuggestView(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = ()  # asked at every few letters

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="What is typed so far; initial consonants (ㅎㄷㅌ) too.")],
        responses=SuggestionsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Completions of the last word: the vocabulary's in both languages, and brands."""
        told = {"results": suggested(request.query_params.get("q", ""))}
        return Response(SuggestionsSerializer(told).data)


class SavedIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    query = serializers.DictField(child=serializers.CharField(max_length=200), help_text="Parameters of search/.")


class SavedSearchesView(generics.ListAPIView[SavedSearch]):
    request: MemberRequest
    serializer_class = SavedSearchSerializer
    pagination_class = LongPages
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[SavedSearch]:
        if getattr(self, "swagger_fake_view", False):
            return SavedSearch.objects.none()
        return SavedSearch.objects.filter(owner=self.request.user)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """My kept searches, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=SavedIn, responses={201: SavedSearchSerializer, 200: SavedSearchSerializer})
    def post(self, request: MemberRequest) -> Response:
        """Keeps a search. Of a photo its vector is kept, not the photo. A name that is taken is replaced (200)."""
        given = SavedIn(data=request.data)
        given.is_valid(raise_exception=True)
        parameters = given.validated_data["query"]
        question, _source = question_of(request=request, asked=asked_of_search(parameters))
        names = {saved.name for saved in self.get_queryset()}
        saved = search_save(
            owner=request.user,
            name=given.validated_data.get("name", ""),
            parameters=SearchForm.kept(parameters),
            vector=question.vector,
        )
        told = SavedSearchSerializer(saved, context={"request": request}).data
        return Response(told, status=made(saved.name not in names))


class SavedSearchView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Forgets it."""
        get_object_or_404(SavedSearch, owner=request.user, pk=pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


BUSY_S = 60  # after which a crowded queue is asked again


class PhotoIn(serializers.Serializer[Any]):
    file = serializers.FileField()


class PhotoSearchView(APIView):
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)
    throttle_scope = "search"

    @extend_schema(request=PhotoIn, responses={202: PhotoSearchSerializer})
    def post(self, request: Request) -> Response:
        """Looks at a photo without keeping it. Answers 202 with an `id`; ask `search/photo/{id}/` for the result."""
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
        url = reverse("api-search-photo-result", args=[query_id], request=request)
        told = PhotoSearchSerializer({"id": query_id, "status": "waiting", "url": url}).data
        return Response(told, status=status.HTTP_202_ACCEPTED)


class PhotoSearchResultView(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = ()  # polled while a worker looks

    @extend_schema(
        parameters=[
            OpenApiParameter("garment", int, description="Which garment of the photo, from 0; the largest by default."),
            COLOUR,
            *PAGE_SIZE,
        ],
        responses=PhotoSearchResultSerializer,
    )
    def get(self, request: Request, query_id: str) -> Response:
        """`status` waiting, done or failed; when done, the garments seen, and what is like the chosen one."""
        found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=query_id)
        if found is None:
            raise Http404
        told: dict[str, Any] = {
            "found": found,
            "error": {"code": found.error_code, "message": found.error} if found.error_code else None,
        }
        context: dict[str, Any] = {"request": request}
        if found.status == "done" and found.garments:
            seen = photo_results.results_of(
                user=member_of(request),
                found=found,
                number=whole_number(request, "garment"),
                limit=limit_of(request),
                colour_share=asked_of(request)["colour_share"],
            )
            told["seen"], context["names"] = seen, seen.names
        return Response(PhotoSearchResultSerializer(told, context=context).data)
