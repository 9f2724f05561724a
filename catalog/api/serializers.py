"""Shapes of the catalogue's answers. `name` is in the caller's language; both languages stand beside it."""

from __future__ import annotations

from typing import Any

from django.db.models.fields.files import FieldFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog import taxonomy
from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage, SizeChart, SizeRow, choices
from catalog.rest.fields import Box, Numbers, Palette


def absolute(serializer: serializers.Field[Any, Any, Any, Any], file: FieldFile | None) -> str | None:
    """The full address of a stored picture."""
    if not file:
        return None
    request = serializer.context.get("request")
    return request.build_absolute_uri(file.url) if request else file.url


class KindSerializer(serializers.ModelSerializer[Kind]):
    parent: Any = serializers.CharField(source="parent.slug", read_only=True, allow_null=True)

    class Meta:
        model = Kind
        fields = ["slug", "name", "name_en", "name_ko", "slot", "parent", "warmth", "formality", "layer", "zones"]


class Picture(serializers.CharField):
    """Of a stored picture: its full address, null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **options)

    def to_representation(self, value: Any) -> Any:
        return absolute(self, value)


def seasons_field() -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(choices=choices(taxonomy.SEASONS)), read_only=True)


class BrandSerializer(serializers.ModelSerializer[Brand]):
    picture = Picture(source="cover")
    logo = Picture()

    class Meta:
        model = Brand
        fields = ["id", "slug", "name", "name_en", "name_ko", "story", "site", "picture", "logo", "price_band",
                  "made_for", "is_emerging"]  # fmt: skip


class BrandNameSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name"]


class ProductImageSerializer(serializers.ModelSerializer[ProductImage]):
    image = Picture()
    cutout = Picture()

    class Meta:
        model = ProductImage
        fields = ["image", "cutout"]


class Ranges(serializers.DictField):
    """Zone -> [lowest, highest] in millimetres; the same twice where the chart names one value."""

    child = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)

    def to_representation(self, value: Any) -> dict[str, Any]:
        ranges = {zone: mm if isinstance(mm, list | tuple) else [mm, mm] for zone, mm in value.items()}
        return super().to_representation(ranges)


@extend_schema_field({"type": "object", "additionalProperties": {}, "deprecated": True})
class Zones(serializers.JSONField):
    """As it is stored: whole millimetres, or [low, high]."""


class SizeRowSerializer(serializers.ModelSerializer[SizeRow]):
    ranges = Ranges(source="zones", read_only=True, help_text="Zone -> [lowest, highest], millimetres.")
    zones = Zones(read_only=True, help_text="The same with single numbers where low and high are one; read `ranges`.")

    class Meta:
        model = SizeRow
        fields = ["label", "ranges", "zones"]


class SizeChartSerializer(serializers.ModelSerializer[SizeChart]):
    """Of a brand: what fits whom."""

    rows = SizeRowSerializer(many=True, read_only=True)

    class Meta:
        model = SizeChart
        fields = ["name", "measures", "intended_fit", "made_for", "rows"]


class ProductSerializer(serializers.ModelSerializer[Product]):
    brand = BrandNameSerializer(read_only=True)
    kind: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    images = ProductImageSerializer(many=True, read_only=True)
    title: Any = serializers.CharField(source="name", read_only=True)
    seasons = seasons_field()
    colours = Palette(read_only=True, help_text="Largest first.")
    styles = Numbers(read_only=True, help_text="Style -> its share.")

    class Meta:
        model = Product
        fields = ["id", "sku", "title", "name", "name_en", "name_ko", "brand", "kind", "gender", "seasons", "colours",
                  "colour_names", "pattern", "material", "styles", "usage", "tags", "price", "currency", "is_in_stock",
                  "sizes_in_stock", "images"]  # fmt: skip


class ProductDetailSerializer(ProductSerializer):
    size_chart = SizeChartSerializer(read_only=True, allow_null=True)

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "description", "url", "size_chart"]


class LookItemSerializer(serializers.ModelSerializer[LookItem]):
    kind: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    box = Box(read_only=True, allow_null=True, help_text="Where on the photo.")
    product = serializers.SerializerMethodField()

    class Meta:
        model = LookItem
        fields = ["kind", "box", "product"]

    def get_product(self, item: LookItem) -> int | None:
        product = item.product
        return product.pk if product and product.is_published and product.brand.is_published else None


class LookSerializer(serializers.ModelSerializer[Look]):
    photo = Picture()
    seasons = seasons_field()
    styles = Numbers(read_only=True, help_text="Style -> its share.")
    items = LookItemSerializer(many=True, read_only=True)

    class Meta:
        model = Look
        fields = ["id", "key", "title", "title_en", "title_ko", "style", "styles", "gender", "seasons", "occasions",
                  "tags", "photo", "wearer_height_mm", "wearer_weight_g", "wearer_shape", "is_drawn",
                  "items"]  # fmt: skip
