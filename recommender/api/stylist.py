"""outfits/today/ with swap/, outfits/complete/, looks/buildable/, looks/{id}/build/, brands/matching/, stylist/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.asked import wholes
from catalog.filters import leave_out_blocked
from catalog.models import Look
from catalog.rest.answers import changed, refuse_stale
from catalog.rest.filters import form_errors
from closet.models import Garment
from closet.requests import MemberRequest
from recommender.api.asked import MAX_ID, PAGE_SIZE, PhotoUnfit, limit_of, looked_at, with_garments
from recommender.api.serializers.brands import BrandsLikeMeSerializer, RadarSerializer, StyleReportSerializer
from recommender.api.serializers.looks import BuildablesSerializer, CompletedSerializer
from recommender.api.serializers.outfits import OutfitCompletionSerializer, SwapSerializer, TodaySerializer
from recommender.api.serializers.scores import WeightsSerializer
from recommender.forms import TodayForm
from recommender.services import brands, outfits, photo_query
from recommender.services.build_look import look_completed, looks_to_build
from recommender.services.complete_look import outfit_completed
from recommender.services.pieces import my_garments, row_of
from recommender.services.preferences import weights_save
from recommender.services.sizes import pieces_among
from recommender.services.style_report import style_report_of
from recommender.services.weather import typed_weather
from recommender.stylist.outfits.suggest import SHOWN
from recommender.stylist.rules.context import Context
from recommender.stylist.score.parts import read_weights

TODAY = [
    OpenApiParameter("day", OpenApiTypes.DATE, description="A day to come, by its forecast or usual weather."),
    OpenApiParameter("occasion", str),
    OpenApiParameter("mood", str, description="A style slug."),
    OpenApiParameter("dress_code", str, enum=["casual", "smart-casual", "business", "formal"]),
    OpenApiParameter("time", str, enum=["morning", "day", "evening"]),
    OpenApiParameter("temperature", float, description="°C; without it, your city's weather."),
    OpenApiParameter("low", float, description="°C of the coldest hour one is out; with `high` a range."),
    OpenApiParameter("high", float, description="°C of the warmest hour one is out."),
    OpenApiParameter("rain", bool),
    OpenApiParameter("wind", float, description="km/h"),
    OpenApiParameter("locked", int, many=True, description="Garments every outfit must hold."),
    OpenApiParameter("without", int, many=True, description="Garments no outfit may hold."),
    OpenApiParameter("seed", int, description="Another seed, other outfits of much the same quality."),
]
PAGE = OpenApiParameter("page", int, description="From 1; the next one brings other outfits.")


def today_of(request: MemberRequest) -> tuple[dict[str, Any], Context]:
    """What was asked, and the day it makes. Raises ValidationError."""
    named = [*wholes(request.query_params.getlist("locked")), *wholes(request.query_params.getlist("without"))]
    mine = Garment.objects.in_hands_of(request.user).present().filter(pk__in=named).values_list("pk", flat=True)
    form = TodayForm(request.query_params, garments=mine)
    if not form.is_valid():
        raise form_errors(form)
    asked = form.cleaned_or_default()
    context = outfits.context_for(
        user=request.user,
        weather=typed_weather(asked),
        **{name: asked[name] for name in ("occasion", "mood", "dress_code", "time", "day")},
    )
    return asked, context


class TodayView(APIView):
    @extend_schema(parameters=[*TODAY, *PAGE_SIZE, PAGE], responses=TodaySerializer)
    def get(self, request: MemberRequest) -> Response:
        """Three clearly different outfits for the day, best first; `page` brings more.

        `notes` say which rules were relaxed and what the closet lacks; without an outfit they say why.
        """
        asked, context = today_of(request)
        limit = limit_of(request, SHOWN, 20)
        morning = outfits.outfits_today(
            user=request.user,
            context=context,
            locked=asked["locked"],
            without=asked["without"],
            seed=asked["seed"],
            limit=limit,
            skip=limit * (asked["page"] - 1),
        )
        return Response(TodaySerializer(morning, context=with_names(request, morning.garments)).data)


def with_names(request: MemberRequest, garments: Mapping[int, Garment]) -> dict[str, Any]:
    """A serializer's context for answers about outfits of these garments."""
    names = {pk: garment.title for pk, garment in garments.items()}
    return {"request": request, "garments": garments, "names": names}


class PiecesIn(serializers.Serializer[Any]):
    pieces = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        min_length=1,
        max_length=20,
        help_text="The outfit's.",
    )


class SwapIn(PiecesIn):
    out = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="The one of them to leave.")


class SwapView(APIView):
    @extend_schema(parameters=[*TODAY, *PAGE_SIZE], request=SwapIn, responses=SwapSerializer)
    def post(self, request: MemberRequest) -> Response:
        """Other garments of mine in the place of one, best first. The day is told as for `outfits/today/`."""
        given = SwapIn(data=request.data)
        given.is_valid(raise_exception=True)
        pieces, out = given.validated_data["pieces"], given.validated_data["out"]
        garments = {garment.pk: garment for garment in my_garments(request.user, among=pieces)}
        if out not in pieces:
            raise ValidationError({"out": [_("This is not one of the outfit's pieces.")]})
        refuse_unknown(pieces, garments)
        _asked, context = today_of(request)
        swapped = outfits.outfit_swapped(
            user=request.user, outfit=pieces, out=out, context=context, limit=limit_of(request, 6, 20)
        )
        named = {row_of(piece) for outfit in swapped for piece in outfit.pieces} | {out, *pieces}
        garments = {garment.pk: garment for garment in my_garments(request.user, among=named)}
        results = []
        for outfit in swapped:
            new = next(piece for piece in outfit.pieces if piece.id not in pieces)
            results.append({"garment": garments[row_of(new)], "outfit": outfit})
        told = {"out": garments[out], "results": results}
        return Response(SwapSerializer(told, context=with_names(request, garments)).data)


class CompleteView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("pieces", int, many=True, required=True, description="Garments of mine, worn together."),
            *TODAY[:10],
        ],
        responses=OutfitCompletionSerializer,
    )
    def get(self, request: MemberRequest) -> Response:
        """Products that fill what an outfit lacks, in my size and price band, best with the whole outfit first."""
        pieces = pieces_of(request)
        _asked, day = today_of(request)
        garments = {garment.pk: garment for garment in my_garments(request.user, among=pieces)}
        refuse_unknown(pieces, garments)
        worn = [garments[pk] for pk in pieces]
        done = outfit_completed(user=request.user, worn=pieces_among(request.user, pieces), context=day)
        names: dict[object, str] = {garment.pk: garment.title for garment in worn}
        for offers in done.offers.values():
            names |= {f"product-{one.thing.pk}": str(one.thing) for one in offers}
        context = {"request": request, "names": names, "sizes": done.sizes}
        return Response(OutfitCompletionSerializer(done, context=context).data)


def pieces_of(request: MemberRequest) -> list[int]:
    """Raises ValidationError."""
    given = PiecesIn(data={"pieces": request.query_params.getlist("pieces")})
    given.is_valid(raise_exception=True)
    return list(dict.fromkeys(given.validated_data["pieces"]))


def refuse_unknown(pieces: Iterable[int], garments: Mapping[int, Garment]) -> None:
    """Raises ValidationError for what is not in the closet."""
    if unknown := [pk for pk in pieces if pk not in garments]:
        raise ValidationError({"pieces": [_("Not in your closet: %(ids)s.") % {"ids": ", ".join(map(str, unknown))}]})


class BuildableLooksView(APIView):
    @extend_schema(parameters=[*PAGE_SIZE], responses=BuildablesSerializer)
    def get(self, request: MemberRequest) -> Response:
        """Looks by how much of them my closet can make."""
        found = looks_to_build(user=request.user, limit=limit_of(request, 24))
        return Response(BuildablesSerializer({"results": found}, context={"request": request}).data)


class BuildLookView(APIView):
    @extend_schema(responses=CompletedSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """One look beside my closet: my piece for each of its pieces, or products for what is missing."""
        look = get_object_or_404(leave_out_blocked(Look.objects.published(), request.user), pk=pk)
        found = looks_to_build(user=request.user, looks=[look])
        if not found:
            bare = {"built": {"look": look}, "rows": []}
            return Response(CompletedSerializer(bare, context={"request": request}).data)
        done = look_completed(user=request.user, built=found[0])
        return Response(CompletedSerializer(done, context={"request": request, "sizes": done.sizes}).data)


class MatchingBrandsView(APIView):
    @extend_schema(
        parameters=[
            *PAGE_SIZE,
            OpenApiParameter("surprise", bool, description="Small, emerging brands first."),
            OpenApiParameter("photo", str, description="The `id` that `search/photo/` gave for a full-body photo."),
            OpenApiParameter("person", int, description="With `photo`: who of several whole people, from 1."),
        ],
        responses={
            200: BrandsLikeMeSerializer,
            400: OpenApiResponse(description="With `photo`: it failed, or does not show a whole person."),
            409: OpenApiResponse(description="With `photo`: it is still being looked at; ask again in a second."),
        },
    )
    def get(self, request: MemberRequest) -> Response:
        """Brands like me, from my closet with the garments that caused each, or from one full-body photo."""
        surprise = request.query_params.get("surprise", "").lower() in {"1", "true"}
        limit = limit_of(request, 10)
        if photo := request.query_params.get("photo"):
            found = whole_person(request, photo, request.query_params.get("person", ""))
            answer = brands.brands_like_seen(user=request.user, found=found, limit=limit, surprise=surprise)
        else:
            answer = brands.brands_like_me(user=request.user, limit=limit, surprise=surprise)
        return Response(BrandsLikeMeSerializer(answer, context={"request": request}).data)


def whole_person(request: MemberRequest, query_id: str, person: str = "") -> photo_query.Query:
    """A photo that was looked at and shows one. Raises Http404, PhotoStillWaits, PhotoUnfit.

    person: of several whole ones, which, from 1; the largest where it is empty.
    """
    found = looked_at(request, query_id, dressed=False)
    if not found.is_full_body:
        raise PhotoUnfit(_("This photo does not show a whole person, from the head to both feet."), "not_full_body")
    if whole := found.whole_people:
        chosen = found.of_person(int(person) if person.isdecimal() else 0 if person else whole[0][0])
        if chosen is None:
            raise Http404
        found = chosen
    return with_garments(found)


class StyleRadarView(APIView):
    @extend_schema(responses=RadarSerializer)
    def get(self, request: MemberRequest) -> Response:
        """How my closet spreads over the eight styles; empty while nothing is known of them."""
        return Response(RadarSerializer({"styles": brands.closet_radar(user=request.user)}).data)


class StyleReportView(APIView):
    @extend_schema(responses=StyleReportSerializer)
    def get(self, request: MemberRequest) -> Response:
        """My style in words: what I wear, the palette that repeats, what is missing, what I never wear.

        Each sentence comes with the garments that show it. Empty for a closet of fewer than five garments.
        """
        findings = style_report_of(user=request.user)
        garments = {row.pk: row for finding in findings for row in finding.garments}
        return Response(StyleReportSerializer({"results": findings}, context=with_names(request, garments)).data)


class WeightsView(APIView):
    """The sliders: how much each part of a score counts for me, on pages and here alike."""

    @extend_schema(responses=WeightsSerializer)
    def get(self, request: MemberRequest) -> Response:
        return Response(read_weights(request.user.profile.weights))

    @extend_schema(request=WeightsSerializer, responses=WeightsSerializer)
    def patch(self, request: MemberRequest) -> Response:
        """Moves the sliders that are sent. All at 0 would rank nothing and reads as the defaults."""
        refuse_stale(request, read_weights(request.user.profile.weights))
        given = WeightsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return changed(request, read_weights(weights_save(user=request.user, weights=given.validated_data)))
