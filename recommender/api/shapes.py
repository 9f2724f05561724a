"""What the recommender's answers look like, for the schema alone: `serializers.py` writes them.

tests/api/test_schema.py holds real answers against these.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as drf

from catalog import taxonomy
from catalog.models import choices
from recommender.stylist.score.parts import DEFAULT_WEIGHTS, MAX_WEIGHT

Shape = drf.Serializer[Any]
# The settings name these for the schema: one name for a set of choices, whatever the field is called.
GENDERS = choices(taxonomy.GENDERS)
OCCASIONS = choices(taxonomy.OCCASIONS)


@extend_schema_field(OpenApiTypes.OBJECT)
class Anything(drf.JSONField):
    """An object whose keys follow what it describes."""


class Weight(drf.FloatField):
    """DRF's own reads "nan" and "inf" as numbers."""

    def to_internal_value(self, data: Any) -> float:
        value = float(super().to_internal_value(data))
        if not isfinite(value):
            self.fail("invalid")
        return value


class ReasonShape(Shape):
    code = drf.CharField(help_text="Stable; the sentence may change.")
    params = Anything(help_text="What the sentence speaks of: slugs, numbers, ids of garments.")
    text = drf.CharField(help_text="In the language of the request.")


class ScorePartShape(Shape):
    name = drf.CharField()
    group = drf.ChoiceField(choices=list(DEFAULT_WEIGHTS), help_text="The slider it hangs on.")
    value = drf.FloatField(help_text="0 to 1.")
    weight = drf.FloatField()
    contribution = drf.FloatField(help_text="weight x value.")


class ScoreShape(Shape):
    total = drf.FloatField(help_text="The sum of the contributions.")
    parts = ScorePartShape(many=True)
    reasons = ReasonShape(many=True)


class PaletteShape(Shape):
    hex = drf.CharField()
    name = drf.CharField()
    lab = drf.ListField(child=drf.FloatField(), min_length=3, max_length=3)
    share = drf.FloatField()


class ClosetGarmentShape(Shape):
    id = drf.IntegerField()
    name = drf.CharField()
    kind = drf.CharField()
    slot = drf.CharField()
    colours = PaletteShape(many=True)
    state = drf.CharField()
    picture = drf.CharField(allow_null=True)
    url = drf.CharField(help_text="The garment in the API.")


class BrandNamed(Shape):
    id = drf.IntegerField()
    slug = drf.CharField()
    name = drf.CharField()


class ShopProductShape(Shape):
    id = drf.IntegerField()
    name = drf.CharField()
    brand = BrandNamed()
    kind = drf.CharField()
    slot = drf.CharField()
    price = drf.CharField(allow_null=True)
    currency = drf.CharField(allow_blank=True)
    in_stock = drf.BooleanField()
    picture = drf.CharField(allow_null=True)
    url = drf.CharField(help_text="Its page.")


class SizedProductShape(ShopProductShape):
    size = drf.CharField(allow_null=True, help_text="The size to take; null where nothing tells it.")


class ThingShape(Shape):
    """A garment of mine (with `state`) or a product (with `brand`, `price`)."""

    id = drf.IntegerField()
    name = drf.CharField()
    kind = drf.CharField()
    slot = drf.CharField()
    picture = drf.CharField(allow_null=True)
    url = drf.CharField()
    colours = PaletteShape(many=True, required=False)
    state = drf.CharField(required=False)
    brand = BrandNamed(required=False)
    price = drf.CharField(required=False, allow_null=True)
    currency = drf.CharField(required=False, allow_blank=True)
    in_stock = drf.BooleanField(required=False)


class MatchShape(ThingShape):
    distance = drf.FloatField(help_text="0 is the same; what the list is sorted by.")
    colour_distance = drf.FloatField(allow_null=True)
    likeness = drf.IntegerField(help_text="Per cent.")
    reasons = ReasonShape(many=True)


class MatchesShape(Shape):
    results = MatchShape(many=True)


class PartnerShape(ThingShape):
    score = ScoreShape()


class PartnersShape(Shape):
    slots = drf.DictField(child=PartnerShape(many=True), help_text="Slot -> what goes with it, best first.")


class MatchingBrandShape(BrandNamed):
    price_band = drf.IntegerField(allow_null=True)
    is_emerging = drf.BooleanField()
    url = drf.CharField()


class BrandNearShape(MatchingBrandShape):
    distance = drf.FloatField()
    product = ShopProductShape(allow_null=True)


class BrandsNearShape(Shape):
    results = BrandNearShape(many=True)


class SeenShape(Shape):
    """A garment on a photo that is not kept."""

    number = drf.IntegerField()
    kind = drf.CharField()
    slot = drf.CharField()
    picture = drf.CharField(help_text="A small cutout, as a data: address.")


class BrandCauseShape(Shape):
    garment = ClosetGarmentShape(allow_null=True, help_text="Of mine; null when asked with a photo.")
    seen = SeenShape(allow_null=True, help_text="On the photo; null when asked with my closet.")
    share = drf.FloatField(help_text="How much of the likeness it caused.")


class BrandPartShape(Shape):
    name = drf.ChoiceField(choices=["likeness", "style", "price", "wearer"])
    value = drf.FloatField(help_text="0 to 1.")
    weight = drf.FloatField()
    share = drf.FloatField(help_text="Of the score: how much this reason brought.")


class BrandLikeMeShape(MatchingBrandShape):
    score = drf.FloatField()
    parts = BrandPartShape(many=True)
    causes = BrandCauseShape(many=True)
    lifted = drf.BooleanField(help_text="Shown higher than its score, as its turn came (the fair-exposure rule).")
    products = ShopProductShape(many=True)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}, "example": {"casual": 0.62}})
class StyleRadar(drf.DictField):
    """The eight styles, sharing 1; empty while nothing is known."""


class ExposureShape(Shape):
    """The fair-exposure rule: over many answers, emerging brands' share of attention is at least `floor` of their
    share of merit (how like the askers they are); one that is behind is lifted a little until it has caught up."""

    floor = drf.FloatField()
    emerging = drf.FloatField(required=False, help_text="Measured so far: attention over merit. 1 is what they earned.")
    established = drf.FloatField(required=False)


class BrandsLikeMeShape(Shape):
    styles = StyleRadar()
    results = BrandLikeMeShape(many=True)
    exposure = ExposureShape()


class RadarShape(Shape):
    styles = StyleRadar()


class BrandProfileShape(Shape):
    brand = MatchingBrandShape()
    styles = StyleRadar()
    products = drf.IntegerField()
    price_low = drf.FloatField(allow_null=True)
    price_high = drf.FloatField(allow_null=True)
    typical = drf.ListField(child=Anything(), help_text="Its medoids: [{product, share}].")


class BrandSizeShape(Shape):
    chart = drf.CharField()
    kind = drf.CharField()
    made_for = drf.CharField()
    size = drf.CharField(allow_null=True)
    fits = drf.BooleanField(allow_null=True, help_text="Null while too little is known of me.")


class BrandSizesShape(Shape):
    results = BrandSizeShape(many=True)


class OutfitSuggestedShape(Shape):
    garments = ClosetGarmentShape(many=True)
    missing = drf.ListField(child=drf.CharField(), help_text="Slots that stay empty.")
    score = ScoreShape()


class FeltShape(Shape):
    feels = drf.FloatField(help_text="°C.")
    wet = drf.BooleanField()
    source: Any = drf.CharField()


class TodayShape(Shape):
    season = drf.ChoiceField(choices=[term.slug for term in taxonomy.SEASONS])
    weather = FeltShape(allow_null=True)
    notes = ReasonShape(many=True)
    results = OutfitSuggestedShape(many=True)


class SwapShape(Shape):
    out = ClosetGarmentShape(help_text="The one to leave.")
    results = drf.ListField(child=Anything(), help_text="[{garment: the one to come, outfit: the outfit with it}].")


class LookBriefShape(Shape):
    id = drf.IntegerField()
    title = drf.CharField()
    style: Any = drf.CharField(allow_blank=True)
    seasons = drf.ListField(child=drf.CharField())
    picture = drf.CharField(allow_null=True)
    url = drf.CharField()


class BuildableShape(LookBriefShape):
    coverage = drf.FloatField(allow_null=True, help_text="Share of its pieces that I own; null for a look of none.")
    parts = drf.DictField(child=drf.FloatField(), help_text="What its place in the list is the sum of.")
    missing = drf.IntegerField()
    suits_today = drf.BooleanField(help_text="For this season and weather; others come last.")
    built_like_me = drf.BooleanField(help_text="Its wearer's height, weight and shape are near mine; only if I allow.")


class BuildablesShape(Shape):
    results = BuildableShape(many=True)


class CompletedPieceShape(Shape):
    kind = drf.CharField()
    box = drf.ListField(child=drf.FloatField(), allow_null=True, help_text="Where on the picture, 0 to 1.")
    mine = ClosetGarmentShape(allow_null=True)
    likeness = drf.FloatField()
    products = SizedProductShape(many=True, help_text="What could fill it, in my size and price band.")


class CompletedShape(LookBriefShape):
    coverage = drf.FloatField(allow_null=True)
    parts = drf.DictField(child=drf.FloatField(), required=False)
    missing = drf.IntegerField(required=False)
    suits_today = drf.BooleanField(required=False)
    built_like_me = drf.BooleanField(required=False)
    items = CompletedPieceShape(many=True)


WeightsShape = type(
    "WeightsShape",
    (drf.Serializer,),
    {
        "__doc__": "The sliders. 0 leaves a group out.",
        **{name: Weight(min_value=0, max_value=MAX_WEIGHT, required=False) for name in DEFAULT_WEIGHTS},
    },
)


class OfferShape(SizedProductShape):
    score = ScoreShape()


class CompletedSlotShape(Shape):
    price_range = drf.ListField(
        child=drf.FloatField(), min_length=2, max_length=2, allow_null=True, help_text="What I usually pay for it."
    )
    offers = OfferShape(many=True, help_text="In my size, stock and price band; best with the whole outfit first.")


class OutfitCompletionShape(Shape):
    gaps = drf.ListField(child=drf.CharField(), help_text="Slots that are empty.")
    missing = drf.ListField(child=drf.CharField(), help_text="Of them, those that one would miss.")
    knows_body = drf.BooleanField(help_text="Without measures no size is told, and none is left out.")
    price_band = drf.IntegerField(allow_null=True, help_text="As chosen in my profile; brands of it alone.")
    currency = drf.CharField()
    slots = drf.DictField(child=CompletedSlotShape())
