"""inspiration/: a photo's garments beside mine."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recommender.api.serializers.fields import Rounded
from recommender.api.serializers.scores import ReasonSerializer
from recommender.api.serializers.search import PHOTO_SEARCH_STATUSES, PhotoErrorSerializer, PhotoGarmentSeenSerializer
from recommender.api.serializers.things import ClosetGarmentSerializer, SizedProductSerializer


class InspiredPieceSerializer(serializers.Serializer[Any]):
    # Context: sizes, product id -> the size to take; names, of the pieces that reasons speak of.
    seen = PhotoGarmentSeenSerializer(help_text="On the photo.")
    mine = ClosetGarmentSerializer(allow_null=True)
    likeness = Rounded(4, help_text="0 to 1; 0 for what is missing.")
    reasons = ReasonSerializer(many=True, help_text="Why it is mine.")
    products = SizedProductSerializer(many=True, help_text="What could fill it, in my size and price band.")


class InspirationSerializer(serializers.Serializer[Any]):
    """Once it is done, and garments are on it: also one outfit of mine that comes nearest to it as a whole."""

    id = serializers.CharField(source="found.id")
    status = serializers.ChoiceField(source="found.status", choices=PHOTO_SEARCH_STATUSES)
    place = serializers.IntegerField(
        source="found.place", allow_null=True, help_text="While it waits: how-manieth in line, from 1."
    )
    error = PhotoErrorSerializer(allow_null=True)
    coverage = Rounded(4, source="answer.coverage", required=False, help_text="How much of it I own, 0 to 1.")
    turn = serializers.IntegerField(
        source="answer.turn", required=False, help_text="Which combination this is, from 0."
    )
    turns = serializers.IntegerField(
        source="answer.turns", required=False, help_text="How many combinations there are."
    )
    person = serializers.IntegerField(
        source="answer.person",
        required=False,
        allow_null=True,
        help_text="Whose outfit, from 1, where several are on it.",
    )
    people = serializers.ListField(
        source="answer.people", child=serializers.IntegerField(), required=False, help_text="Who can be chosen."
    )
    reasons = ReasonSerializer(
        source="answer.reasons", many=True, required=False, help_text="How my garments go together."
    )
    items = InspiredPieceSerializer(source="answer.rows", many=True, required=False)
