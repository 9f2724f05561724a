"""search/, search/saved/ and search/photo/."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from rest_framework import serializers
from rest_framework.reverse import reverse

from catalog.models import Look, Product
from recommender.api.serializers.fields import AboutSerializer, Address, EitherSerializer, Rounded
from recommender.api.serializers.matches import BrandNearSerializer, MatchSerializer, PartnerSerializer
from recommender.api.serializers.things import LookBriefSerializer, Palette, ShopProductSerializer
from recommender.models import SavedSearch


class ProductOrLookSerializer(EitherSerializer):
    either = {Product: ShopProductSerializer, Look: LookBriefSerializer}


class PlaceSerializer(serializers.Serializer[Any]):
    place = serializers.IntegerField(help_text="From 1.")
    distance = Rounded(4, help_text="0 is the same; of `words` a score: more is nearer.")


class FoundSerializer(AboutSerializer):
    """A product (with `name`, `brand`, `price`) or a look (with `title`, `style`), and why it was found."""

    brief = ProductOrLookSerializer
    about = "thing"

    score = Rounded(6, help_text="The ranks of all ways of asking, fused; what the list is sorted by.")
    reason = serializers.DictField(
        source="ways", child=PlaceSerializer(), help_text="Way of asking (words, photo, palette) -> where it placed it."
    )
    words = serializers.ListField(child=serializers.CharField(), help_text="Those asked for that it has.")


class FacetValueSerializer(serializers.Serializer[tuple[str, int]]):
    slug = serializers.CharField()
    count = serializers.IntegerField()

    def to_representation(self, instance: tuple[str, int]) -> dict[str, Any]:
        slug, count = instance
        return {"slug": slug, "count": count}


class SearchSourceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="saved, garment, product, look or photo.")
    is_ready = serializers.BooleanField(help_text="False while nothing is known of how it looks.")


class SearchSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(source="answer.total")
    has_more = serializers.BooleanField(source="answer.is_cut", help_text="There are more than `count`.")
    counted = serializers.IntegerField(source="answer.counted", help_text="How many of the best `facets` count.")
    page = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    source: Any = SearchSourceSerializer(allow_null=True, help_text="What was searched with besides words and colours.")
    relaxed = serializers.ListField(
        source="answer.relaxed",
        child=serializers.CharField(),
        help_text="Filters that had to go because nothing was left.",
    )
    facets = serializers.DictField(source="answer.facets", child=FacetValueSerializer(many=True))
    results = FoundSerializer(source="answer.results", many=True)


# --- Kept questions --------------------------------------------------------------------------------------------------
class SearchAddress(Address):
    """Of a kept search: where it is asked again."""

    def to_representation(self, value: Any) -> str:
        return super().to_representation(f"{reverse('api-search')}?{urlencode({**value.query, 'saved': value.pk})}")


class SavedSearchSerializer(serializers.ModelSerializer[SavedSearch]):
    query = serializers.DictField(child=serializers.CharField(), help_text="Parameters of search/.")
    has_photo = serializers.SerializerMethodField()
    url = SearchAddress(source="*")

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "query", "has_photo", "created_at", "url"]

    def get_has_photo(self, saved: SavedSearch) -> bool:
        return saved.vector is not None


class SavedSearchesSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = SavedSearchSerializer(many=True)


# --- A photo that is not kept ----------------------------------------------------------------------------------------
class PhotoSearchSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.CharField()
    url = serializers.CharField(help_text="Ask here for the result.")


class PhotoErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField(help_text="A sentence for people.")


class PhotoGarmentSeenSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="To choose it with.")
    kind = serializers.CharField()
    slot = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), help_text="Where on the picture, 0 to 1.")
    score = serializers.FloatField()
    colours = Palette()
    colour_names = serializers.ListField(child=serializers.CharField())
    pattern = serializers.CharField()
    material = serializers.CharField()
    seasons = serializers.ListField(child=serializers.CharField())
    gender = serializers.CharField()
    styles = serializers.DictField(child=serializers.FloatField())
    picture = serializers.CharField(help_text="A small cutout, as a data: address.")


class PhotoSearchResultSerializer(serializers.Serializer[Any]):
    """Once it is done, and garments are on it: also what is like the chosen one and what goes with it."""

    # Context: names, of the pieces that reasons speak of, by their ids.
    id = serializers.CharField(source="found.id")
    status = serializers.ChoiceField(source="found.status", choices=["waiting", "done", "failed"])
    error = PhotoErrorSerializer(allow_null=True)
    scene = serializers.CharField(source="found.scene", allow_blank=True)
    is_full_body = serializers.BooleanField(source="found.is_full_body")
    garments = PhotoGarmentSeenSerializer(source="found.garments", many=True)
    ms = serializers.DictField(source="found.ms", child=serializers.FloatField(), help_text="Stage -> milliseconds.")
    closet = MatchSerializer(source="seen.garments", many=True, required=False)
    catalogue = MatchSerializer(source="seen.products", many=True, required=False)
    brands = BrandNearSerializer(source="seen.brands", many=True, required=False)
    goes_with = serializers.DictField(source="seen.partners", child=PartnerSerializer(many=True), required=False)
    goes_with_in_shops = serializers.DictField(
        source="seen.offered", child=PartnerSerializer(many=True), required=False
    )
