"""Fields that answers of several apps share: what is stored as JSON, typed."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Numbers(serializers.DictField):
    """Name -> number: styles and their shares, fields and how sure they are, stages and their milliseconds."""

    child = serializers.FloatField()


class Millimetres(serializers.DictField):
    """Zone -> whole millimetres."""

    child = serializers.IntegerField(min_value=0, max_value=100_000)


class Box(serializers.ListField):
    """[left, top, right, bottom], 0..1 of the picture; empty where nobody knows."""

    child = serializers.FloatField()

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=4, **options)


class PaletteColour(serializers.Serializer[Any]):
    hex = serializers.CharField(help_text="Such as #1f2a44.")
    name = serializers.CharField(help_text="A colour's slug.")
    lab = serializers.ListField(
        child=serializers.FloatField(), min_length=3, max_length=3, help_text="CIELAB: L, a, b."
    )
    share = serializers.FloatField(help_text="0..1 of the thing.")


@extend_schema_field(PaletteColour(many=True))
class Palette(serializers.JSONField):
    """As it is stored, largest first."""


class ListedSerializer(serializers.Serializer[Any]):
    """The shape of every list: `results` of the subclass, how many there are, and where the pages beside it are."""

    count = serializers.SerializerMethodField()
    next = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField()

    def _told_of(self, name: str) -> Any:
        return self.context.get(name)

    def get_count(self, told: Any) -> int:
        field: Any = self.fields["results"]
        return len(field.get_attribute(told))

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_next(self, told: Any) -> str | None:
        return cast("str | None", self._told_of("next"))

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_previous(self, told: Any) -> str | None:
        return cast("str | None", self._told_of("previous"))
