"""A score with its parts and reasons, and the sliders that weigh them. Reasons carry a code, parameters, a sentence."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recommender import wording
from recommender.api.serializers.fields import Anything, Rounded, Weight
from recommender.stylist.score.parts import DEFAULT_WEIGHTS, MAX_WEIGHT, Part, Reason, Score


class Sentence(serializers.CharField):
    """Of a reason: its words. `names` of the context tells the pieces' names by their ids."""

    def to_representation(self, value: Any) -> str:
        names = self.context.get("names", {})
        return wording.sentence(value, lambda pk: str(names.get(pk, pk)))


class ReasonSerializer(serializers.Serializer[Reason]):
    code = serializers.CharField(help_text="Stable; the sentence may change.")
    params = Anything(help_text="What the sentence speaks of: slugs, numbers, ids of garments.")
    text = Sentence(source="*", help_text="In the language of the request.")


class ScorePartSerializer(serializers.Serializer[Part]):
    name = serializers.CharField()
    group = serializers.ChoiceField(choices=list(DEFAULT_WEIGHTS), help_text="The slider it hangs on.")
    value = Rounded(4, help_text="0 to 1.")
    weight = Rounded(4)
    contribution = Rounded(4, help_text="weight x value.")


class ScoreSerializer(serializers.Serializer[Score]):
    total = Rounded(4, help_text="The sum of the contributions.")
    parts = ScorePartSerializer(many=True)
    reasons = ReasonSerializer(many=True)


class WeightsSerializer(serializers.Serializer[Any]):
    """The sliders. 0 leaves a group out."""

    def get_fields(self) -> dict[str, Any]:
        return {name: Weight(min_value=0, max_value=MAX_WEIGHT, required=False) for name in DEFAULT_WEIGHTS}
