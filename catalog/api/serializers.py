"""Shapes of the catalogue's answers. `name` is in the caller's language; both languages stand beside it."""

from __future__ import annotations

from typing import Any

from django.db.models.fields.files import FieldFile
from rest_framework import serializers

from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage, SizeChart, SizeRow


def absolute(serializer: serializers.BaseSerializer[Any], file: FieldFile | None) -> str | None:
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


class BrandSerializer(serializers.ModelSerializer[Brand]):
    picture = serializers.SerializerMethodField()

    class Meta:
        model = Brand
        fields = ["id", "slug", "name", "name_en", "name_ko", "story", "site", "picture", "price_band", "made_for",
                  "is_emerging"]  # fmt: skip

    def get_picture(self, brand: Brand) -> str | None:
        return absolute(self, brand.picture)


class BrandNameSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["id", "slug", "name"]


class ProductImageSerializer(serializers.ModelSerializer[ProductImage]):
    image = serializers.SerializerMethodField()
    cutout = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = ["image", "cutout"]

    def get_image(self, image: ProductImage) -> str | None:
        return absolute(self, image.image)

    def get_cutout(self, image: ProductImage) -> str | None:
        return absolute(self, image.cutout)


class SizeRowSerializer(serializers.ModelSerializer[SizeRow]):
    class Meta:
        model = SizeRow
        fields = ["label", "zones"]


class SizeChartSerializer(serializers.ModelSerializer[SizeChart]):
    """zones: whole millimetres, or [low, high]."""

    rows = SizeRowSerializer(many=True, read_only=True)

    class Meta:
        model = SizeChart
        fields = ["name", "measures", "intended_fit", "made_for", "rows"]


class ProductSerializer(serializers.ModelSerializer[Product]):
    brand = BrandNameSerializer(read_only=True)
    kind: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    images = ProductImageSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = ["id", "sku", "name", "name_en", "name_ko", "brand", "kind", "gender", "seasons", "colours",
                  "colour_names", "pattern", "material", "styles", "usage", "tags", "price", "currency", "is_in_stock",
                  "sizes_in_stock", "images"]  # fmt: skip


class ProductDetailSerializer(ProductSerializer):
    size_chart = SizeChartSerializer(read_only=True, allow_null=True)

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "description", "url", "size_chart"]


class LookItemSerializer(serializers.ModelSerializer[LookItem]):
    kind: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    product = serializers.SerializerMethodField()

    class Meta:
        model = LookItem
        fields = ["kind", "box", "product"]

    def get_product(self, item: LookItem) -> int | None:
        product = item.product
        return product.pk if product and product.is_published and product.brand.is_published else None


class LookSerializer(serializers.ModelSerializer[Look]):
    photo = serializers.SerializerMethodField()
    items = LookItemSerializer(many=True, read_only=True)

    class Meta:
        model = Look
        fields = ["id", "key", "title", "title_en", "title_ko", "style", "styles", "gender", "seasons", "occasions",
                  "tags", "photo", "wearer_height_mm", "wearer_weight_g", "wearer_shape",
                  "items"]  # fmt: skip

    def get_photo(self, look: Look) -> str | None:
        return absolute(self, look.photo)
