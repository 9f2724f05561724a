"""outfits/today/ with swap/, outfits/complete/, looks/buildable/, looks/{id}/build/, brands/matching/, stylist/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers as drf
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Look
from closet.models import Garment
from recommender.api import serializers, shapes
from recommender.api.asked import LIMIT, MAX_ID, PhotoUnfit, limit_of, looked_at, with_garments
from recommender.forms import TodayForm
from recommender.services import brands, outfits, photo_query
from recommender.services.build_look import look_completed, looks_to_build
from recommender.services.complete_look import outfit_completed
from recommender.services.pieces import my_garments
from recommender.services.preferences import weights_save
from recommender.services.sizes import my_pieces
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.weather import manual_weather
from recommender.stylist.score.parts import read_weights

TODAY = [
    OpenApiParameter("occasion", str),
    OpenApiParameter("mood", str, description="A style slug."),
    OpenApiParameter("dress_code", str, enum=["casual", "smart-casual", "business", "formal"]),
    OpenApiParameter("time", str, enum=["morning", "day", "evening"]),
    OpenApiParameter("temperature", float, description="°C; without it, your city's weather."),
    OpenApiParameter("rain", bool),
    OpenApiParameter("wind", float, description="km/h"),
    OpenApiParameter("locked", int, many=True, description="Garments every outfit must hold."),
    OpenApiParameter("without", int, many=True, description="Garments no outfit may hold."),
    OpenApiParameter("seed", int, description="Another seed, other outfits of much the same quality."),
]


def today_of(request: Request) -> tuple[dict[str, Any], Context]:
    """What was asked, and the day it makes. Raises ValidationError."""
    mine = Garment.objects.owned_by(request.user).present().values_list("pk", flat=True)
    form = TodayForm(request.query_params, garments=mine)
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    asked = form.cleaned_or_default()
    weather = None
    if asked["temperature"] is not None:
        weather = manual_weather(
            temperature=asked["temperature"], wind=asked["wind"] or 0, precipitation=5.0 if asked["rain"] else 0.0
        )
    context = outfits.context_for(
        user=request.user, weather=weather, **{name: asked[name] for name in ("occasion", "mood", "dress_code", "time")}
    )
    return asked, context


class TodayView(APIView):
    @extend_schema(parameters=[*TODAY, LIMIT], responses=shapes.TodayShape)
    def get(self, request: Request) -> Response:
        """Diverse outfits for the day, best first, each with the parts of its score and reasons."""
        asked, context = today_of(request)
        morning = outfits.outfits_today(
            user=request.user,
            context=context,
            locked=asked["locked"],
            without=asked["without"],
            seed=asked["seed"],
            limit=limit_of(request, 10, 20),
        )
        names: dict[object, str] = {pk: garment.title for pk, garment in morning.garments.items()}
        felt = context.weather
        return Response(
            {
                "season": context.season,
                "weather": {"feels": round(felt.feels, 1), "wet": felt.wet, "source": felt.source} if felt else None,
                "notes": [serializers.reason_json(note, names) for note in morning.suggestions.notes],
                "results": [
                    serializers.outfit_json(outfit, morning.garments, request) for outfit in morning.suggestions.outfits
                ],
            }
        )


class PiecesIn(drf.Serializer[Any]):
    pieces = drf.ListField(
        child=drf.IntegerField(min_value=1, max_value=MAX_ID), min_length=1, max_length=20, help_text="The outfit's."
    )


class SwapIn(PiecesIn):
    out = drf.IntegerField(min_value=1, max_value=MAX_ID, help_text="The one of them to leave.")


class SwapView(APIView):
    @extend_schema(parameters=[*TODAY, LIMIT], request=SwapIn, responses=shapes.SwapShape)
    def post(self, request: Request) -> Response:
        """Other garments of mine in the place of one, best first. The day is told as for `outfits/today/`."""
        given = SwapIn(data=request.data)
        given.is_valid(raise_exception=True)
        pieces, out = given.validated_data["pieces"], given.validated_data["out"]
        garments = {garment.pk: garment for garment in my_garments(request.user)}
        if out not in pieces:
            raise ValidationError({"out": [_("This is not one of the outfit's pieces.")]})
        refuse_unknown(pieces, garments)
        _asked, context = today_of(request)
        swapped = outfits.outfit_swapped(
            user=request.user, outfit=pieces, out=out, context=context, limit=limit_of(request, 6, 20)
        )
        results = []
        for outfit in swapped:
            new = next(piece.id for piece in outfit.pieces if piece.id not in pieces)
            results.append(
                {
                    "garment": serializers.garment_json(garments[new], request),  # type: ignore[index]
                    "outfit": serializers.outfit_json(outfit, garments, request),
                }
            )
        return Response({"out": serializers.garment_json(garments[out], request), "results": results})


class CompleteView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("pieces", int, many=True, required=True, description="Garments of mine, worn together."),
            *TODAY[:7],
        ],
        responses=shapes.OutfitCompletionShape,
    )
    def get(self, request: Request) -> Response:
        """Products that fill what an outfit lacks, in my size and price band, best with the whole outfit first."""
        pieces = pieces_of(request)
        _asked, context = today_of(request)
        garments = {garment.pk: garment for garment in my_garments(request.user)}
        refuse_unknown(pieces, garments)
        worn = [garments[pk] for pk in pieces]
        done = outfit_completed(user=request.user, worn=my_pieces(request.user, worn), context=context)
        names: dict[object, str] = {garment.pk: garment.title for garment in worn}
        for offers in done.offers.values():
            names |= {f"product-{one.thing.pk}": str(one.thing) for one in offers}
        return Response(serializers.completion_json(done, names, request))


def pieces_of(request: Request) -> list[int]:
    """Raises ValidationError."""
    given = PiecesIn(data={"pieces": request.query_params.getlist("pieces")})
    given.is_valid(raise_exception=True)
    return list(dict.fromkeys(given.validated_data["pieces"]))


def refuse_unknown(pieces: Iterable[int], garments: Mapping[int, Garment]) -> None:
    """Raises ValidationError for what is not in the closet."""
    if unknown := [pk for pk in pieces if pk not in garments]:
        raise ValidationError({"pieces": [_("Not in your closet: %(ids)s.") % {"ids": ", ".join(map(str, unknown))}]})


class BuildableLooksView(APIView):
    @extend_schema(parameters=[LIMIT], responses=shapes.BuildablesShape)
    def get(self, request: Request) -> Response:
        """Looks by how much of them my closet can make."""
        found = looks_to_build(user=request.user, limit=limit_of(request, 24))
        return Response({"results": [serializers.buildable_json(built, request) for built in found]})


class BuildLookView(APIView):
    @extend_schema(responses=shapes.CompletedShape)
    def get(self, request: Request, pk: int) -> Response:
        """One look beside my closet: my piece for each of its pieces, or products for what is missing."""
        look = get_object_or_404(Look.objects.published(), pk=pk)
        found = looks_to_build(user=request.user, looks=[look])
        if not found:
            return Response({**serializers.look_json(look, request), "coverage": None, "items": []})
        return Response(serializers.completed_json(look_completed(user=request.user, built=found[0]), request))


class MatchingBrandsView(APIView):
    @extend_schema(
        parameters=[
            LIMIT,
            OpenApiParameter("surprise", bool, description="Small, emerging brands first."),
            OpenApiParameter("photo", str, description="The `id` that `search/photo/` gave for a full-body photo."),
        ],
        responses={
            200: shapes.BrandsLikeMeShape,
            400: OpenApiResponse(description="With `photo`: it failed, or does not show a whole person."),
            409: OpenApiResponse(description="With `photo`: it is still being looked at; ask again in a second."),
        },
    )
    def get(self, request: Request) -> Response:
        """Brands like me, from my closet with the garments that caused each, or from one full-body photo."""
        surprise = request.query_params.get("surprise", "").lower() in {"1", "true"}
        limit = limit_of(request, 10)
        if photo := request.query_params.get("photo"):
            found = whole_person(request, photo)
            answer = brands.brands_like_seen(user=request.user, found=found, limit=limit, surprise=surprise)
        else:
            answer = brands.brands_like_me(user=request.user, limit=limit, surprise=surprise)
        return Response(serializers.brand_answer_json(answer, request))


def whole_person(request: Request, query_id: str) -> photo_query.Query:
    """A photo that was looked at and shows one. Raises Http404, PhotoStillWaits, PhotoUnfit."""
    found = looked_at(request, query_id, dressed=False)
    if not found.is_full_body:
        raise PhotoUnfit(_("This photo does not show a whole person, from the head to both feet."), "not_full_body")
    return with_garments(found)


class StyleRadarView(APIView):
    @extend_schema(responses=shapes.RadarShape)
    def get(self, request: Request) -> Response:
        """How my closet spreads over the eight styles; empty while nothing is known of them."""
        radar = brands.closet_radar(user=request.user)
        return Response({"styles": {slug: round(share, 4) for slug, share in radar.items()}})


class WeightsView(APIView):
    """The sliders: how much each part of a score counts for me, on pages and here alike."""

    @extend_schema(responses=shapes.WeightsShape)
    def get(self, request: Request) -> Response:
        return Response(read_weights(request.user.profile.weights))

    @extend_schema(request=shapes.WeightsShape, responses=shapes.WeightsShape)
    def patch(self, request: Request) -> Response:
        """Moves the sliders that are sent. All at 0 would rank nothing and reads as the defaults."""
        given = shapes.WeightsShape(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(read_weights(weights_save(user=request.user, weights=given.validated_data)))
