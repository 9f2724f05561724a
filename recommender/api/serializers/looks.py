"""looks/buildable/ and looks/{id}/build/."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.rest.fields import Box, ListedSerializer
from recommender.api.serializers.fields import AboutSerializer, Count, Rounded
from recommender.api.serializers.things import ClosetGarmentSerializer, LookBriefSerializer, SizedProductSerializer


class BuildableSerializer(AboutSerializer):
    """A look beside my closet."""

    brief = LookBriefSerializer
    about = "look"

    coverage = Rounded(
        4,
        source="match.coverage",
        allow_null=True,
        help_text="Share of its pieces that I own; null for a look of none.",
    )
    parts = serializers.DictField(
        source="ranked.parts", child=Rounded(4), help_text="What its place in the list is the sum of."
    )
    missing = Count(source="match.missing")
    suits_today = serializers.BooleanField(
        source="ranked.suits", help_text="For this season and weather; others come last."
    )
    built_like_me = serializers.BooleanField(
        source="ranked.alike", help_text="Its wearer's height, weight and shape are near mine; only if I allow."
    )


class BuildablesSerializer(ListedSerializer):
    results = BuildableSerializer(many=True)


class CompletedPieceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(source="item.kind.slug")
    box = Box(source="item.box", allow_null=True, help_text="Where on the picture, 0 to 1.")
    mine = ClosetGarmentSerializer(allow_null=True)
    likeness = Rounded(4)
    products = SizedProductSerializer(many=True, help_text="What could fill it, in my size and price band.")


class CompletedSerializer(AboutSerializer):
    """A look with my garment for each of its pieces, or products. Of a look without pieces the look alone is told."""

    # Of a CompletedLook, or of {"built": {"look": look}, "rows": []}. Context: sizes, product id -> the size to take.
    brief = LookBriefSerializer
    about = "built.look"

    coverage = Rounded(4, source="built.match.coverage", allow_null=True)
    parts = serializers.DictField(source="built.ranked.parts", child=Rounded(4), required=False)
    missing = Count(source="built.match.missing", required=False)
    suits_today = serializers.BooleanField(source="built.ranked.suits", required=False)
    built_like_me = serializers.BooleanField(source="built.ranked.alike", required=False)
    items = CompletedPieceSerializer(source="rows", many=True)
