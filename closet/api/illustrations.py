"""`garments/drawings/`: what a garment without a photo can be illustrated of; POST `garments/` hangs one up,
`garments/samples/` some to try."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import taxonomy
from catalog.flatlay import SILHOUETTES
from closet.colours import COLOUR_HEX
from closet.demo import samples_hang, samples_of
from closet.facts import term_name
from closet.requests import MemberRequest
from closet.services.garments import garments_change


class TermName(serializers.CharField):
    """Of a term of the taxonomy: its name in the language of the request."""

    def to_representation(self, value: Any) -> str:
        return term_name(value)


class KindSlot(serializers.CharField):
    """Of a kind's slug."""

    def to_representation(self, value: Any) -> str:
        return str(taxonomy.KIND_BY_SLUG[value].slot)


class ColourHex(serializers.CharField):
    """Of a colour's slug."""

    def to_representation(self, value: Any) -> str:
        return COLOUR_HEX[value]


class TermOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = TermName(source="*")


class ColourOut(TermOut):
    hex = ColourHex(source="slug")


class SilhouetteOut(TermOut):
    kind = serializers.CharField()
    slot = KindSlot(source="kind")
    materials = serializers.ListField(child=serializers.CharField())
    patterned = serializers.BooleanField(help_text="Whether a pattern shows on it.")


class DrawingsOut(serializers.Serializer[Any]):
    silhouettes = SilhouetteOut(many=True)
    colours = ColourOut(many=True)
    patterns = TermOut(many=True)
    materials = TermOut(many=True)


class SamplesOut(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField())


class DrawingsView(APIView):
    @extend_schema(responses=DrawingsOut)
    def get(self, request: MemberRequest) -> Response:
        """Silhouettes, colours, patterns and materials that can be drawn, named in the language of the request."""
        told = {
            "silhouettes": SILHOUETTES.values(),
            "colours": [colour for colour in taxonomy.COLOURS if colour.lab],  # many colours at once have no one shade
            "patterns": taxonomy.PATTERNS,
            "materials": taxonomy.MATERIALS,
        }
        return Response(DrawingsOut(told).data)


class SamplesView(APIView):
    @extend_schema(request=None, responses={201: SamplesOut})
    def post(self, request: MemberRequest) -> Response:
        """Hangs ten sample garments into my closet, to try it with; once, however often it is asked for."""
        hung = samples_hang(owner=request.user)
        return Response(SamplesOut({"ids": [garment.pk for garment in hung]}).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={200: SamplesOut})
    def delete(self, request: MemberRequest) -> Response:
        """Takes them out again, into the bin."""
        ids = list(samples_of(request.user).values_list("pk", flat=True))
        return Response(SamplesOut(garments_change(owner=request.user, action="delete", ids=ids)).data)
