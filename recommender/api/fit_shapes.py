"""What answers about fit look like, for the schema alone; the rest is in `shapes.py`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as drf

from recommender.api.shapes import ClosetGarmentShape, ScoreShape, Shape

ZONE_VERDICTS = ["fits", "tight", "loose"]


class ZoneFitShape(Shape):
    zone = drf.CharField()
    name = drf.CharField()
    ease_cm = drf.FloatField(help_text="Room between body and garment.")
    off_cm = drf.FloatField(help_text="Outside what this kind wants: negative tight, positive loose, 0 within.")
    verdict = drf.ChoiceField(choices=ZONE_VERDICTS)
    estimated = drf.BooleanField(help_text="The body's measure is a guess from the others.")


class SizeFitShape(Shape):
    label: Any = drf.CharField()
    verdict = drf.ChoiceField(choices=["fits", "tight", "loose", "unknown"])
    loss = drf.FloatField(help_text="0 is perfect.")
    deciding = ZoneFitShape(allow_null=True)
    zones = ZoneFitShape(many=True)


class CodeShape(Shape):
    code = drf.CharField()
    text = drf.CharField()


class NamedZoneShape(Shape):
    zone = drf.CharField()
    name = drf.CharField()


class EstimateShape(NamedZoneShape):
    cm = drf.FloatField(help_text="The likeliest value.")
    low_cm = drf.FloatField(help_text="Nine of ten such bodies lie between low and high.")
    high_cm = drf.FloatField()


class BodyMeasureShape(EstimateShape):
    estimated = drf.BooleanField(help_text="Reckoned from the others; else taped, and sure to a centimetre.")


class ShapeHintShape(Shape):
    code = drf.CharField()
    kinds = drf.ListField(child=drf.CharField())
    text = drf.CharField()


class BodyDoubtShape(NamedZoneShape):
    code = drf.ChoiceField(
        choices=["implausible", "looks_like_cm", "looks_like_inches", "looks_like_kg", "contradicts"]
    )


class BodyShape(Shape):
    shape = drf.CharField(help_text="An FFIT shape or unclassified; empty when switched off in the profile.")
    name = drf.CharField()
    missing = NamedZoneShape(many=True, help_text="What a shape would still need.")
    hints = ShapeHintShape(many=True)
    measures = BodyMeasureShape(many=True)
    doubts = BodyDoubtShape(many=True, help_text="Measures that were left out, and why.")


class DrawnZoneShape(Shape):
    zone = drf.CharField()
    name = drf.CharField()
    height = drf.FloatField(help_text="Where on a figure: 0 the crown, 1 the soles.")
    body_cm = drf.FloatField()
    ease_cm = drf.FloatField()
    verdict = drf.CharField()
    deciding = drf.BooleanField()


class LikeFitShape(Shape):
    garment = ClosetGarmentShape()
    size = drf.CharField(allow_null=True)
    between = drf.CharField(allow_null=True)
    sure = drf.FloatField()
    codes = CodeShape(many=True)


class ProductFitShape(Shape):
    size = drf.CharField(allow_null=True, help_text="Null when nothing can be said; `codes` tell why.")
    between = drf.CharField(allow_null=True, help_text="The other size, when two are as good.")
    sure = drf.FloatField(help_text="0 to 1.")
    deciding = ZoneFitShape(allow_null=True)
    sizes = SizeFitShape(many=True)
    estimated = EstimateShape(many=True, help_text="Zones of mine that decided without having been measured.")
    codes = CodeShape(many=True)
    offset_cm = drf.FloatField(help_text="How much larger one must buy at this brand than its charts say.")
    drawn = DrawnZoneShape(many=True)
    in_stock = drf.BooleanField()
    like = LikeFitShape(allow_null=True)
    comparable = ClosetGarmentShape(many=True, help_text="Measured garments of mine; ask with `like`.")


class TwinShape(Shape):
    garment = ClosetGarmentShape()
    likeness = drf.FloatField()


class UnlockedShape(Shape):
    garments = ClosetGarmentShape(many=True, help_text="What of mine the product would be worn with.")
    score = ScoreShape()


class BeforeBuyingShape(Shape):
    twins = TwinShape(many=True)
    unlocked_count = drf.IntegerField()
    unlocked = UnlockedShape(many=True, help_text="The best of them.")
    wears_a_year = drf.FloatField()
    wears_range = drf.ListField(child=drf.FloatField(), min_length=2, max_length=2)
    cost_per_wear = drf.FloatField(allow_null=True)
    currency = drf.CharField(allow_blank=True)
    guessed = drf.BooleanField(help_text="Usual figures: too few wears are logged.")
    codes = drf.ListField(child=drf.CharField())


class ClosetFitShape(Shape):
    garment = ClosetGarmentShape()
    status = drf.ChoiceField(choices=["fits", "tight", "loose", "no_longer", "unknown"])
    since = drf.DateField(allow_null=True, help_text="The measuring day from which it is so.")
    deciding = ZoneFitShape(allow_null=True)
