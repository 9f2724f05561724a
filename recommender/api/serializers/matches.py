"""similar/, goes-with/ and brands/: things near a garment, product or photo, and things that go with it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.rest.fields import ListedSerializer
from recommender.api.serializers.fields import AboutSerializer, Rounded
from recommender.api.serializers.scores import ReasonSerializer, ScoreSerializer
from recommender.api.serializers.things import MatchingBrandSerializer, ShopProductSerializer, ThingSerializer


class MatchSerializer(AboutSerializer):
    """A garment of mine (with `state`) or a product (with `brand`, `price`), and how near it is."""

    brief = ThingSerializer
    about = "thing"

    distance = Rounded(4, help_text="Of shape, from 0, the same; the list is sorted by `likeness`.")
    colour_distance = Rounded(4, source="colour", allow_null=True, help_text="Of colour; null where it did not count.")
    likeness = Rounded(4, help_text="0 to 1; 1 is the same.")
    reasons = ReasonSerializer(many=True)


class MatchesSerializer(ListedSerializer):
    results = MatchSerializer(many=True)


class PartnerSerializer(AboutSerializer):
    """A garment of mine (with `state`) or a product (with `brand`, `price`), and how well it goes with it."""

    # Context: names, of the pieces that reasons speak of, by their ids.
    brief = ThingSerializer
    about = "thing"

    score = ScoreSerializer(source="pair_score")


class PartnersSerializer(serializers.Serializer[Any]):
    slots = serializers.DictField(
        child=PartnerSerializer(many=True), help_text="Slot -> what goes with it, best first."
    )


class BrandNearSerializer(AboutSerializer):
    """A brand with the product that brings it near."""

    brief = MatchingBrandSerializer
    about = "brand"

    distance = Rounded(4)
    product = ShopProductSerializer(allow_null=True)


class BrandsNearSerializer(ListedSerializer):
    results = BrandNearSerializer(many=True)
