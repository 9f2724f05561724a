"""outfits/today/ with swap/, and outfits/complete/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from catalog import taxonomy
from catalog.models import SLOT_CHOICES
from catalog.rest.fields import ListedSerializer
from recommender.api.serializers.fields import AboutSerializer, Rounded
from recommender.api.serializers.scores import ReasonSerializer, ScoreSerializer
from recommender.api.serializers.things import ClosetGarmentSerializer, SizedProductSerializer
from recommender.stylist.outfits.suggest import Outfit
from recommender.stylist.pieces import Piece


class GarmentsOfPieces(serializers.ListField):
    """Of the stylist's pieces: the garments they stand for, by `garments` of the context."""

    child = ClosetGarmentSerializer()

    def to_representation(self, data: Iterable[Piece]) -> list[Any]:
        garments = self.context["garments"]
        return super().to_representation([garments[piece.id] for piece in data])


class OutfitSuggestedSerializer(serializers.Serializer[Outfit]):
    # Context: garments, by their ids; names, of the same.
    garments = GarmentsOfPieces(source="pieces")
    missing = serializers.ListField(
        child=serializers.ChoiceField(choices=SLOT_CHOICES), help_text="Slots that stay empty."
    )
    percent = serializers.IntegerField(
        help_text="What pages show: where its score stands among what this closet could do that day, 50 the middle."
    )
    score = ScoreSerializer()


class FeltSerializer(serializers.Serializer[Any]):
    feels = Rounded(1, help_text="°C.")
    wet = serializers.BooleanField()
    source: Any = serializers.CharField()


class TodaySerializer(ListedSerializer):
    season = serializers.ChoiceField(source="context.season", choices=[term.slug for term in taxonomy.SEASONS])
    weather = FeltSerializer(source="context.weather", allow_null=True)
    notes = ReasonSerializer(source="suggestions.notes", many=True)
    results = OutfitSuggestedSerializer(source="suggestions.outfits", many=True)


class SwappedSerializer(serializers.Serializer[Any]):
    garment = ClosetGarmentSerializer(help_text="The one to come.")
    outfit = OutfitSuggestedSerializer(help_text="The outfit with it.")


class SwapSerializer(ListedSerializer):
    out = ClosetGarmentSerializer(help_text="The one to leave.")
    results = SwappedSerializer(many=True)


# --- Complete the look -----------------------------------------------------------------------------------------------
class OfferSerializer(AboutSerializer):
    """A product in my size, with the score of the whole outfit and it."""

    brief = SizedProductSerializer
    about = "thing"

    score = ScoreSerializer(source="pair_score")


class CompletedSlotSerializer(serializers.Serializer[Any]):
    price_range = serializers.ListField(
        child=Rounded(2), min_length=2, max_length=2, allow_null=True, help_text="What I usually pay for it."
    )
    offers = OfferSerializer(many=True, help_text="In my size, stock and price band; best with the whole outfit first.")


class OutfitCompletionSerializer(serializers.Serializer[Any]):
    # Context: sizes, product id -> the size to take; names, of the pieces that reasons speak of, by their ids.
    gaps = serializers.ListField(child=serializers.CharField(), help_text="Slots that are empty.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Of them, those that one would miss.")
    knows_body = serializers.BooleanField(help_text="Without measures no size is told, and none is left out.")
    price_band = serializers.IntegerField(
        source="purse.level", allow_null=True, help_text="As chosen in my profile; brands of it alone."
    )
    currency = serializers.CharField(source="purse.currency")
    slots = serializers.DictField(child=CompletedSlotSerializer())
