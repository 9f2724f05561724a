"""Garments, products, brands and looks in short; `url` has the rest."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog import taxonomy
from catalog.models import SLOT_CHOICES, Look, Product, choices
from catalog.rest.fields import Palette
from closet.models import Garment
from recommender.api.serializers.fields import Address, EitherSerializer, Picture


class ClosetGarmentSerializer(serializers.Serializer[Garment]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    name = serializers.CharField(source="title", help_text="The same as `title`.")
    kind = serializers.CharField(source="kind.slug")
    slot = serializers.ChoiceField(source="kind.slot", choices=SLOT_CHOICES)
    colours = Palette()
    state = serializers.ChoiceField(choices=Garment.State.choices)
    picture = Picture(is_private=True, source="cutout_medium")
    url = Address("api-garment", source="pk", help_text="The same as `api_url`.")
    api_url = Address("api-garment", source="pk", help_text="All of it, in the API.")
    page_url = Address("closet:garment", source="pk", help_text="Its page.")


class BrandNamedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()


class MatchingBrandSerializer(BrandNamedSerializer):
    price_band = serializers.IntegerField(allow_null=True)
    is_emerging = serializers.BooleanField()
    url = Address(source="get_absolute_url", help_text="The same as `page_url`.")
    api_url = Address("api-brand", source="slug", help_text="All of it, in the API.")
    page_url = Address(source="get_absolute_url", help_text="Its page.")


class ProductPicture(Picture):
    """The cutout of its first image, or the image itself."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value.cutout or value.image)


class ShopProductSerializer(serializers.Serializer[Product]):
    id = serializers.IntegerField()
    title = serializers.CharField(source="name")
    name = serializers.CharField(help_text="The same as `title`.")
    brand = BrandNamedSerializer()
    kind = serializers.CharField(source="kind.slug")
    slot = serializers.ChoiceField(source="kind.slot", choices=SLOT_CHOICES)
    price = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    in_stock = serializers.BooleanField(source="is_in_stock")
    picture = ProductPicture()
    url = Address(source="get_absolute_url", help_text="The same as `page_url`.")
    api_url = Address("api-product", source="pk", help_text="All of it, in the API.")
    page_url = Address(source="get_absolute_url", help_text="Its page.")


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
    seasons = serializers.ListField(child=serializers.ChoiceField(choices=choices(taxonomy.SEASONS)))
    picture = Picture(source="photo")
    url = Address(source="get_absolute_url", help_text="The same as `page_url`.")
    api_url = Address("api-look", source="pk", help_text="All of it, in the API.")
    page_url = Address(source="get_absolute_url", help_text="Its page.")


class ThingSerializer(EitherSerializer):
    """A garment of mine (with `state`) or a product (with `brand`, `price`)."""

    either = {Garment: ClosetGarmentSerializer, Product: ShopProductSerializer}
