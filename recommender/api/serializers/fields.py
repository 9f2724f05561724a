"""Fields that the recommender's answers share, and how an answer tells of a thing with more beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar

from django.db.models.fields.files import FieldFile
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import SkipField, get_attribute

from closet.templatetags.closet import private_url
from recommender import wording


class Rounded(serializers.FloatField):
    """A number to so many digits: what a screen shows, without the noise of reckoning."""

    def __init__(self, digits: int, **options: Any) -> None:
        self.digits = digits
        super().__init__(**options)

    def to_representation(self, value: Any) -> Any:
        return round(float(value), self.digits)


class Centimetres(serializers.FloatField):
    """Of millimetres, to one digit."""

    def to_representation(self, value: Any) -> Any:
        return round(float(value) / 10, 1)


class Count(serializers.IntegerField):
    """Of a collection: how much is in it."""

    def to_representation(self, value: Any) -> int:
        return len(value)


class Weight(serializers.FloatField):
    """DRF's own reads "nan" and "inf" as numbers."""

    def to_internal_value(self, data: Any) -> float:
        value = float(super().to_internal_value(data))
        if not isfinite(value):
            self.fail("invalid")
        return value


class Term(serializers.CharField):
    """Of a slug: its word in the language of the request. family: of `wording.term`."""

    def __init__(self, family: str, **options: Any) -> None:
        self.family = family
        super().__init__(**options)

    def to_representation(self, value: Any) -> str:
        return wording.term(self.family, value)


class Address(serializers.CharField):
    """Of a path: its full address. view: the field is an id, and the path that of this view."""

    def __init__(self, view: str = "", **options: Any) -> None:
        self.view = view
        super().__init__(**options)

    def to_representation(self, value: Any) -> str:
        path = reverse(self.view, args=[value]) if self.view else str(value)
        return str(self.context["request"].build_absolute_uri(path))


class Picture(serializers.CharField):
    """Of a stored file: its full address, null where there is none. is_private: it answers its owner alone."""

    def __init__(self, *, is_private: bool = False, **options: Any) -> None:
        self.is_private = is_private
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        file: FieldFile = value
        if not file:
            return None
        return self.context["request"].build_absolute_uri(private_url(file) if self.is_private else file.url)


@extend_schema_field(OpenApiTypes.OBJECT)
class Anything(serializers.JSONField):
    """An object whose keys follow what it describes."""


Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class AboutSerializer(serializers.Serializer[Any]):
    """An answer about a thing: all that `brief` tells of the thing, and fields of its own.

    about: where the instance holds the thing, a dotted name.
    """

    brief: ClassVar[type[serializers.Serializer[Any]]]
    about: ClassVar[str]

    def get_fields(self) -> Fields:
        return {**self.brief().get_fields(), **super().get_fields()}

    @cached_property
    def _brief(self) -> serializers.Serializer[Any]:
        return self.brief(context=self.context)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told = dict(self._brief.to_representation(get_attribute(instance, self.about.split("."))))
        for name in self._declared_fields:
            field = self.fields[name]
            try:
                value = field.get_attribute(instance)
            except SkipField:
                continue
            told[name] = None if value is None else field.to_representation(value)
        return told


class EitherSerializer(serializers.Serializer[Any]):
    """A thing of one of two sorts, told as its own serializer tells it. What only one sort has is not required."""

    either: ClassVar[Mapping[type, type[serializers.Serializer[Any]]]]

    def get_fields(self) -> Fields:
        sorts = [serializer().get_fields() for serializer in self.either.values()]
        fields: Fields = {}
        for name, field in [pair for sort in sorts for pair in sort.items()]:
            field.required = all(name in sort for sort in sorts)
            if field.required:
                field.help_text = None  # which speaks of one sort
            fields.setdefault(name, field)
        return fields

    @cached_property
    def _serializers(self) -> dict[type, serializers.Serializer[Any]]:
        return {sort: serializer(context=self.context) for sort, serializer in self.either.items()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return dict(self._serializers[type(instance)].to_representation(instance))
