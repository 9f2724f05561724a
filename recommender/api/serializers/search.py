"""search/, search/saved/ and search/photo/."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from rest_framework import serializers
from rest_framework.reverse import reverse

from catalog import taxonomy
from catalog.models import GENDER_CHOICES, SLOT_CHOICES, Look, Product, choices
from catalog.rest.fields import Box, Numbers, Palette
from catalog.words.lexicon import FAMILIES
from closet.models import Garment
from recommender.api.serializers.fields import AboutSerializer, Address, EitherSerializer, Rounded
from recommender.api.serializers.matches import BrandNearSerializer, MatchSerializer, PartnerSerializer
from recommender.api.serializers.things import (
    ClosetGarmentSerializer,
    LookBriefSerializer,
    ShopProductSerializer,
)
from recommender.models import SavedSearch

PHOTO_SEARCH_STATUSES = ["waiting", "done", "failed"]  # the settings name them for the OpenAPI document


class FoundThingSerializer(EitherSerializer):
    either = {Product: ShopProductSerializer, Look: LookBriefSerializer, Garment: ClosetGarmentSerializer}


class PlaceSerializer(serializers.Serializer[Any]):
    place = serializers.IntegerField(help_text="From 1.")
    distance = Rounded(4, help_text="0 is the same; of `words` a score: more is nearer, 0 where no text has them.")


class FoundSerializer(AboutSerializer):
    """A product (with `name`, `brand`, `price`), a look (with `title`, `style`) or a garment of mine (with `state`),
    and why it was found."""

    brief = FoundThingSerializer
    about = "thing"

    score = Rounded(
        6,
        help_text="The ranks of all ways of asking, fused. The list is sorted by how much of `understood` is "
        "met, then by whether the colour asked for comes first, and only then by this; what a deeper ranking finds "
        "for later pages follows what earlier pages showed. 0 where only filters asked: the newest come first.",
    )
    reason = serializers.DictField(
        source="ways",
        child=PlaceSerializer(),
        help_text="Way of asking (words, meaning, photo, palette) -> where it placed it. Empty for what only passes "
        "the filters.",
    )
    words = serializers.ListField(child=serializers.CharField(), help_text="Those asked for that it has.")


class FacetValueSerializer(serializers.Serializer[tuple[str, int]]):
    slug = serializers.CharField()
    count = serializers.IntegerField()

    def to_representation(self, instance: tuple[str, int]) -> dict[str, Any]:
        slug, count = instance
        return {"slug": slug, "count": count}


SOURCE_KINDS = ("saved", "garment", "product", "look", "photo")


class SearchSourceSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=SOURCE_KINDS)
    is_ready = serializers.BooleanField(help_text="False while nothing is known of how it looks.")


class TermSerializer(serializers.Serializer[Any]):
    """Words that were understood."""

    text = serializers.CharField(help_text="As they were written.")
    family = serializers.ChoiceField(choices=[*FAMILIES, "brand"])
    slugs = serializers.ListField(child=serializers.CharField(), help_text="Any of these is meant.")
    name = serializers.CharField(help_text="In the language of the request.")
    corrected = serializers.BooleanField(help_text="Another spelling was taken to be meant.")
    without = serializers.CharField(
        help_text="`q` less these words: what to ask to take the term out.", allow_blank=True
    )


class WorldSerializer(serializers.Serializer[Any]):
    thing = serializers.ChoiceField(choices=["garments", "products", "looks"])
    count = serializers.IntegerField()
    has_more = serializers.BooleanField()
    results = FoundSerializer(many=True)
    nearest = FoundSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(source="answer.total")
    has_more = serializers.BooleanField(source="answer.is_cut", help_text="There are more than `count`.")
    counted = serializers.IntegerField(source="answer.counted", help_text="How many of the best `facets` count.")
    page = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    source: Any = SearchSourceSerializer(allow_null=True, help_text="What was searched with besides words and colours.")
    relaxed = serializers.ListField(
        source="answer.relaxed",
        child=serializers.CharField(),
        help_text="Filters that had to go because nothing was left.",
    )
    understood = TermSerializer(many=True, help_text="What the words were read as; each filters or ranks.")
    not_understood = serializers.ListField(
        child=serializers.CharField(), help_text="Words that neither the vocabulary nor any text has: left out."
    )
    notes = serializers.ListField(child=serializers.CharField(), help_text="Sentences for people: what was let go.")
    facets = serializers.DictField(source="answer.facets", child=FacetValueSerializer(many=True))
    results = FoundSerializer(source="answer.results", many=True)
    nearest = FoundSerializer(
        source="answer.nearest",
        many=True,
        help_text="Only where there are no results: the nearest without `nearest_without` of the filters.",
    )
    nearest_without = serializers.ListField(source="answer.nearest_without", child=serializers.CharField())
    worlds = WorldSerializer(many=True, help_text="With `thing=all`: the best of each world. Else empty.")


class SuggestionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="The whole of `q` with its last word completed.")
    family = serializers.ChoiceField(choices=[*FAMILIES, "brand"])


class SuggestionsSerializer(serializers.Serializer[Any]):
    results = SuggestionSerializer(many=True)


# --- Kept questions --------------------------------------------------------------------------------------------------
class SearchAddress(Address):
    """Of a kept search: where it is asked again."""

    def to_representation(self, value: Any) -> str:
        return super().to_representation(f"{reverse('api-search')}?{urlencode({**value.query, 'saved': value.pk})}")


class SavedSearchSerializer(serializers.ModelSerializer[SavedSearch]):
    query = serializers.DictField(child=serializers.CharField(), help_text="Parameters of search/.")
    has_photo = serializers.SerializerMethodField()
    url = SearchAddress(source="*", help_text="Asks it again.")

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "query", "has_photo", "created_at", "url"]

    def get_has_photo(self, saved: SavedSearch) -> bool:
        return saved.vector is not None


# --- A photo that is not kept ----------------------------------------------------------------------------------------
class PhotoSearchSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=PHOTO_SEARCH_STATUSES)
    url = serializers.URLField(help_text="Ask here for the result.")


class PhotoErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField(help_text="A sentence for people.")


class PhotoGarmentSeenSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="To choose it with.")
    kind = serializers.CharField()
    slot = serializers.ChoiceField(choices=SLOT_CHOICES)
    box = Box(help_text="Where on the picture, 0 to 1.")
    score = serializers.FloatField()
    colours = Palette()
    colour_names = serializers.ListField(child=serializers.CharField())
    pattern = serializers.CharField()
    material = serializers.CharField()
    seasons = serializers.ListField(child=serializers.ChoiceField(choices=choices(taxonomy.SEASONS)))
    gender = serializers.ChoiceField(choices=GENDER_CHOICES)
    styles = Numbers()
    picture = serializers.CharField(help_text="A small cutout, as a data: address.")


class PhotoSearchResultSerializer(serializers.Serializer[Any]):
    """Once it is done, and garments are on it: also what is like the chosen one and what goes with it."""

    # Context: names, of the pieces that reasons speak of, by their ids.
    id = serializers.CharField(source="found.id")
    status = serializers.ChoiceField(source="found.status", choices=PHOTO_SEARCH_STATUSES)
    place = serializers.IntegerField(
        source="found.place", allow_null=True, help_text="While it waits: how-manieth in line, from 1."
    )
    error = PhotoErrorSerializer(allow_null=True)
    scene = serializers.CharField(source="found.scene", allow_blank=True)
    is_full_body = serializers.BooleanField(source="found.is_full_body")
    garments = PhotoGarmentSeenSerializer(source="found.garments", many=True)
    ms = Numbers(source="found.ms", help_text="Stage -> milliseconds.")
    closet = MatchSerializer(source="seen.garments", many=True, required=False)
    catalogue = MatchSerializer(source="seen.products", many=True, required=False)
    brands = BrandNearSerializer(source="seen.brands", many=True, required=False)
    goes_with = serializers.DictField(source="seen.partners", child=PartnerSerializer(many=True), required=False)
    goes_with_in_shops = serializers.DictField(
        source="seen.offered", child=PartnerSerializer(many=True), required=False
    )
