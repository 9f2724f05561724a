"""products/{id}/fit/, closet/fit/, stylist/body/ and before-buying/."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recommender.api.serializers.fields import Centimetres, Count, Rounded, Term
from recommender.api.serializers.scores import ScoreSerializer
from recommender.api.serializers.things import ClosetGarmentSerializer

ZONE_VERDICTS = ["fits", "tight", "loose"]  # the settings name them for the OpenAPI document


class NamedZoneSerializer(serializers.Serializer[Any]):
    zone = serializers.CharField()
    name = Term("zone", source="zone")


class ZoneFitSerializer(NamedZoneSerializer):
    ease_cm = Centimetres(source="ease", help_text="Room between body and garment.")
    off_cm = Centimetres(
        source="off", help_text="Outside what this kind wants: negative tight, positive loose, 0 within."
    )
    verdict = serializers.ChoiceField(choices=ZONE_VERDICTS)
    estimated = serializers.BooleanField(help_text="The body's measure is a guess from the others.")


class SizeFitSerializer(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["fits", "tight", "loose", "unknown"])
    loss = Rounded(4, help_text="0 is perfect.")
    deciding = ZoneFitSerializer(allow_null=True)
    zones = ZoneFitSerializer(many=True)


class CodeSerializer(serializers.Serializer[str]):
    code = serializers.CharField(source="*")
    text = Term("fit_code", source="*")


class EstimateSerializer(NamedZoneSerializer):
    cm = Centimetres(source="measure.value", help_text="The likeliest value.")
    low_cm = Centimetres(source="measure.low", help_text="Nine of ten such bodies lie between low and high.")
    high_cm = Centimetres(source="measure.high")


# --- A product -------------------------------------------------------------------------------------------------------
class DrawnZoneSerializer(NamedZoneSerializer):
    height = serializers.FloatField(help_text="Where on a figure: 0 the crown, 1 the soles.")
    body_cm = serializers.FloatField()
    ease_cm = serializers.FloatField()
    verdict = serializers.CharField()
    deciding = serializers.BooleanField()


class LikeFitSerializer(serializers.Serializer[Any]):
    garment = ClosetGarmentSerializer()
    size = serializers.CharField(source="advice.label", allow_null=True)
    between = serializers.CharField(source="advice.between", allow_null=True)
    sure = Rounded(3, source="advice.sure")
    codes = CodeSerializer(source="advice.codes", many=True)


class ProductFitSerializer(serializers.Serializer[Any]):
    size = serializers.CharField(
        source="fit.advice.label", allow_null=True, help_text="Null when nothing can be said; `codes` tell why."
    )
    between = serializers.CharField(
        source="fit.advice.between", allow_null=True, help_text="The other size, when two are as good."
    )
    sure = Rounded(3, source="fit.advice.sure", help_text="0 to 1.")
    deciding = ZoneFitSerializer(source="fit.advice.deciding", allow_null=True)
    sizes = SizeFitSerializer(source="fit.advice.sizes", many=True)
    estimated = EstimateSerializer(
        source="fit.estimates", many=True, help_text="Zones of mine that decided without having been measured."
    )
    codes = CodeSerializer(source="fit.advice.codes", many=True)
    offset_cm = Centimetres(
        source="fit.advice.offset_mm", help_text="How much larger one must buy at this brand than its charts say."
    )
    drawn = DrawnZoneSerializer(source="fit.drawn", many=True)
    in_stock = serializers.BooleanField(source="fit.in_stock")
    like = LikeFitSerializer(allow_null=True)
    comparable = ClosetGarmentSerializer(many=True, help_text="Measured garments of mine; ask with `like`.")


# --- Before buying ---------------------------------------------------------------------------------------------------
class TwinSerializer(serializers.Serializer[Any]):
    garment = ClosetGarmentSerializer()
    likeness = Rounded(4)


class UnlockedSerializer(serializers.Serializer[Any]):
    garments = ClosetGarmentSerializer(many=True, help_text="What of mine the product would be worn with.")
    score = ScoreSerializer()


class BeforeBuyingSerializer(serializers.Serializer[Any]):
    # Context: names, of the pieces that reasons speak of, by their ids.
    twins = TwinSerializer(source="purchase.twins", many=True)
    unlocked_count = Count(source="purchase.unlocked")
    unlocked = UnlockedSerializer(many=True, help_text="The best of them.")
    wears_a_year = Rounded(1, source="purchase.advice.wears")
    wears_range = serializers.ListField(
        source="purchase.advice.wears_range", child=Rounded(1), min_length=2, max_length=2
    )
    cost_per_wear = Rounded(2, source="purchase.advice.cost_per_wear", allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    guessed = serializers.BooleanField(
        source="purchase.advice.guessed", help_text="Usual figures: too few wears are logged."
    )
    codes = serializers.ListField(source="purchase.advice.codes", child=serializers.CharField())


# --- The member ------------------------------------------------------------------------------------------------------
class BodyMeasureSerializer(EstimateSerializer):
    estimated = serializers.BooleanField(
        source="measure.estimated", help_text="Reckoned from the others; else taped, and sure to a centimetre."
    )


class ShapeHintSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class BodyDoubtSerializer(NamedZoneSerializer):
    code = serializers.ChoiceField(
        choices=["implausible", "looks_like_cm", "looks_like_inches", "looks_like_kg", "contradicts"]
    )


class BodySerializer(serializers.Serializer[Any]):
    shape = serializers.CharField(
        source="shape.slug", help_text="An FFIT shape or unclassified; empty when switched off in the profile."
    )
    name = serializers.CharField(source="shape.name")
    missing = NamedZoneSerializer(many=True, help_text="What a shape would still need.")
    hints = ShapeHintSerializer(source="shape.hints", many=True)
    measures = BodyMeasureSerializer(many=True)
    doubts = BodyDoubtSerializer(source="body.doubts", many=True, help_text="Measures that were left out, and why.")


class ClosetFitSerializer(serializers.Serializer[Any]):
    garment = ClosetGarmentSerializer()
    status = serializers.ChoiceField(choices=["fits", "tight", "loose", "no_longer", "unknown"])
    since = serializers.DateField(allow_null=True, help_text="The measuring day from which it is so.")
    deciding = ZoneFitSerializer(allow_null=True)
