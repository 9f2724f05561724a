"""brands/matching/, brands/{slug}/profile/, brands/{slug}/sizes/ and stylist/radar/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.rest.fields import ListedSerializer
from recommender.api.serializers.fields import AboutSerializer, Rounded
from recommender.api.serializers.scores import ReasonSerializer
from recommender.api.serializers.things import (
    ClosetGarmentSerializer,
    MatchingBrandSerializer,
    ShopProductSerializer,
)
from recommender.stylist.brands.exposure import FLOOR


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}, "example": {"casual": 0.62}})
class StyleRadar(serializers.DictField):
    """The eight styles, sharing 1; empty while nothing is known."""

    child = Rounded(4)

    def to_representation(self, value: Mapping[str, float] | Iterable[tuple[str, float]]) -> dict[str, Any]:
        return super().to_representation(dict(value))


class RadarSerializer(serializers.Serializer[Any]):
    styles = StyleRadar()


class SeenSerializer(serializers.Serializer[Any]):
    """A garment on a photo that is not kept."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    slot = serializers.CharField()
    picture = serializers.CharField(help_text="A small cutout, as a data: address.")


class BrandCauseSerializer(serializers.Serializer[Any]):
    garment = ClosetGarmentSerializer(allow_null=True, help_text="Of mine; null when asked with a photo.")
    seen = SeenSerializer(allow_null=True, help_text="On the photo; null when asked with my closet.")
    share = Rounded(4, help_text="How much of the likeness it caused.")


class BrandPartSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=["likeness", "style", "price", "wearer"])
    value = Rounded(4, help_text="0 to 1.")
    weight = Rounded(4)
    share = Rounded(4, help_text="Of the score: how much this reason brought.")


class BrandLikeMeSerializer(AboutSerializer):
    """A brand with the parts of its score and the garments that caused it."""

    brief = MatchingBrandSerializer
    about = "brand"

    score = Rounded(4, source="match.score")
    parts = BrandPartSerializer(many=True)
    causes = BrandCauseSerializer(many=True)
    lifted = serializers.BooleanField(
        source="match.lifted", help_text="Shown higher than its score, as its turn came (the fair-exposure rule)."
    )
    products = ShopProductSerializer(many=True)


class ExposureSerializer(serializers.Serializer[Any]):
    """The fair-exposure rule: over many answers, emerging brands' share of attention is at least `floor` of their
    share of merit (how like the askers they are); one that is behind is lifted a little until it has caught up."""

    floor = serializers.FloatField()
    emerging = Rounded(3, required=False, help_text="Measured so far: attention over merit. 1 is what they earned.")
    established = Rounded(3, required=False)

    def to_representation(self, instance: Mapping[str, float]) -> dict[str, Any]:
        return dict(super().to_representation({"floor": FLOOR, **instance}))


class BrandsLikeMeSerializer(ListedSerializer):
    styles = StyleRadar(source="radar")
    results = BrandLikeMeSerializer(source="brands", many=True)
    exposure = ExposureSerializer()


class TypicalProductSerializer(serializers.Serializer[Any]):
    product = ShopProductSerializer()
    share = Rounded(4, help_text="How much of the brand's products it stands for.")


class BrandProfileSerializer(serializers.Serializer[Any]):
    brand = MatchingBrandSerializer()
    styles = StyleRadar(source="facts.styles")
    products = serializers.IntegerField(source="facts.products")
    price_low = serializers.FloatField(source="facts.price_low", allow_null=True)
    price_high = serializers.FloatField(source="facts.price_high", allow_null=True)
    typical = TypicalProductSerializer(source="facts.medoids", many=True, help_text="Its medoids.")


class BrandSizeSerializer(serializers.Serializer[Any]):
    chart = serializers.CharField(source="chart.name")
    kind = serializers.CharField(source="chart.kind.slug")
    made_for = serializers.CharField(source="chart.made_for")
    size = serializers.CharField(source="label", allow_null=True)
    fits = serializers.BooleanField(allow_null=True, help_text="Null while too little is known of me.")


class BrandSizesSerializer(ListedSerializer):
    results = BrandSizeSerializer(many=True)


class FindingSerializer(serializers.Serializer[Any]):
    reason = ReasonSerializer()
    garments = ClosetGarmentSerializer(many=True, help_text="That show it.")


class StyleReportSerializer(ListedSerializer):
    results = FindingSerializer(many=True)
