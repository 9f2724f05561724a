"""outfits/today/, looks/buildable/, looks/{id}/build/, brands/matching/, stylist/weights/."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Look
from closet.models import Garment
from recommender import brands, styling
from recommender.api import serializers
from recommender.api.matches import LIMIT, limit_of
from recommender.forms import TodayForm
from recommender.services import weights_save
from recommender.stylist.score import read_weights
from recommender.stylist.weather import manual_weather

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


class TodayView(APIView):
    @extend_schema(parameters=[*TODAY, LIMIT], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Diverse outfits for the day, best first, each with the parts of its score and reasons."""
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
        context = styling.context_for(
            user=request.user,
            weather=weather,
            **{name: asked[name] for name in ("occasion", "mood", "dress_code", "time")},
        )
        morning = styling.outfits_today(
            user=request.user,
            context=context,
            locked=asked["locked"],
            without=asked["without"],
            seed=asked["seed"],
            limit=limit_of(request, 10, 20),
        )
        names = {pk: garment.title for pk, garment in morning.garments.items()}
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


class BuildableLooksView(APIView):
    @extend_schema(parameters=[LIMIT], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Looks by how much of them my closet can make."""
        found = styling.looks_to_build(user=request.user, limit=limit_of(request, 24))
        return Response({"results": [serializers.buildable_json(built, request) for built in found]})


class BuildLookView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """One look beside my closet: my piece for each of its pieces, or products for what is missing."""
        look = get_object_or_404(Look.objects.published(), pk=pk)
        found = styling.looks_to_build(user=request.user, looks=[look])
        if not found:
            return Response({**serializers.look_json(look, request), "coverage": None, "items": []})
        return Response(serializers.completed_json(styling.look_completed(user=request.user, built=found[0]), request))


class MatchingBrandsView(APIView):
    @extend_schema(parameters=[LIMIT, OpenApiParameter("surprise", bool)], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Brands like me, from my closet, with the garments that caused each."""
        surprise = request.query_params.get("surprise", "").lower() in {"1", "true"}
        answer = brands.brands_like_me(user=request.user, limit=limit_of(request, 10), surprise=surprise)
        return Response(serializers.brand_answer_json(answer, request))


class WeightsView(APIView):
    """The sliders: how much each part of a score counts for me."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(read_weights(request.user.profile.weights))

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request) -> Response:
        given: Any = request.data
        if not isinstance(given, dict):
            raise ValidationError({"non_field_errors": ["An object of numbers, please."]})
        return Response(read_weights(weights_save(user=request.user, weights=given)))
