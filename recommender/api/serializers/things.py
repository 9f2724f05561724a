"""Garments, products, brands and looks in short; `url` has the rest."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Look, Product
from closet.models import Garment
from recommender.api.serializers.fields import Address, EitherSerializer, Picture


class PaletteSerializer(serializers.Serializer[Any]):
    hex = serializers.CharField()
    name = serializers.CharField()
    lab = serializers.ListField(child=serializers.FloatField(), min_length=3, max_length=3)
    share = serializers.FloatField()


@extend_schema_field(PaletteSerializer(many=True))
class Palette(serializers.JSONField):
    """As it is stored."""


class ClosetGarmentSerializer(serializers.Serializer[Garment]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="title")
    kind = serializers.CharField(source="kind.slug")
    slot = serializers.CharField(source="kind.slot")
    colours = Palette()
    state = serializers.CharField()
    picture = Picture(is_private=True, source="cutout_medium")
    url = Address("api-garment", source="pk", help_text="The garment in the API.")


class BrandNamedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()


class MatchingBrandSerializer(BrandNamedSerializer):
    price_band = serializers.IntegerField(allow_null=True)
    is_emerging = serializers.BooleanField()
    url = Address(source="get_absolute_url")


class ProductPicture(Picture):
    """The cutout of its first image, or the image itself."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value.cutout or value.image)


class ShopProductSerializer(serializers.Serializer[Product]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    brand = BrandNamedSerializer()
    kind = serializers.CharField(source="kind.slug")
    slot = serializers.CharField(source="kind.slot")
    price = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    in_stock = serializers.BooleanField(source="is_in_stock")
    picture = ProductPicture()
    url = Address(source="get_absolute_url", help_text="Its page.")


class SizeToTake(serializers.CharField):
    """Of a product's id: the size to take by `sizes` of the context."""

    def to_representation(self, value: Any) -> Any:
        return self.context["sizes"].get(value)


class SizedProductSerializer(ShopProductSerializer):
    # Context: sizes, product id -> the size to take.
    size = SizeToTake(source="pk", allow_null=True, help_text="The size to take; null where nothing tells it.")


class LookBriefSerializer(serializers.Serializer[Look]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    style: Any = serializers.CharField(allow_blank=True)
    seasons = serializers.ListField(child=serializers.CharField())
    picture = Picture(source="photo")
    url = Address(source="get_absolute_url")


class ThingSerializer(EitherSerializer):
    """A garment of mine (with `state`) or a product (with `brand`, `price`)."""

    either = {Garment: ClosetGarmentSerializer, Product: ShopProductSerializer}
