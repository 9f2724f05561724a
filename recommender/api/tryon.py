"""tryon/: sketches of you in your garments and in products; figures: whom they are drawn on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from closet.models import Figure, Garment, Photo, TryOn
from closet.requests import MemberRequest, member_of
from closet.services import figures
from recommender.services import tryon as services
from recommender.services.mirror_words import WAYS, said_of_mirror


class TryOnPieceIn(serializers.Serializer[Any]):
    garment = serializers.IntegerField(required=False, help_text="A garment of yours.")
    product = serializers.IntegerField(required=False, help_text="A product of the shop.")
    size = serializers.CharField(required=False, max_length=30, help_text="Of the product, as its chart says it.")
    worn = serializers.ChoiceField(
        sorted(WAYS),
        required=False,
        help_text="Outerwear open or closed, trousers over boots or in them; left out: as suits the outfit.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("garment" in attrs) == ("product" in attrs):
            raise ValidationError(_("Name either a garment or a product."))
        return attrs


class TryOnPieceOut(serializers.Serializer[Any]):
    garment = serializers.IntegerField(required=False)
    product = serializers.IntegerField(required=False)
    size = serializers.CharField(required=False, allow_blank=True)
    worn = serializers.CharField(required=False, help_text="As you asked for it.")


class TryOnIn(serializers.Serializer[Any]):
    pieces = serializers.ListField(child=TryOnPieceIn(), allow_empty=False, max_length=services.PICKED_MOST)
    figure = serializers.IntegerField(required=False, help_text="Of tryon/figures/; the chosen one if left out.")


class TryOnSizeOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    size = serializers.CharField(allow_blank=True)
    said = serializers.CharField(help_text='Such as "chest +11 cm, sleeve 2 cm long".')


class TryOnOut(serializers.ModelSerializer[TryOn]):
    pieces = TryOnPieceOut(many=True, read_only=True)
    url = serializers.SerializerMethodField(
        help_text="The picture, for you alone: WebP, with `?as=png` a PNG. Null until it is done."
    )
    notes = serializers.SerializerMethodField(help_text="What was left out, and why a mannequin stands in.")
    sizes = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField(help_text="Why it failed; empty otherwise.")
    is_mannequin = serializers.SerializerMethodField()
    estimated = serializers.SerializerMethodField(help_text="Zones of your body that nobody measured.")
    ways = serializers.SerializerMethodField(
        help_text="How each piece was drawn: open, closed, over, in; empty where there is no choice or not drawn yet."
    )

    class Meta:
        model = TryOn
        fields = [
            "id", "status", "progress", "figure", "pieces", "url", "notes", "sizes", "problem", "is_mannequin",
            "estimated", "ways", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, row: TryOn) -> str | None:
        if not row.picture:
            return None
        address = reverse("closet:media", args=[row.picture.name])
        return str(self.context["request"].build_absolute_uri(address))

    def get_notes(self, row: TryOn) -> list[str]:
        return services.notes_told(row, asked=self._asked(row)) if row.told.get("codes") else []

    @extend_schema_field(TryOnSizeOut(many=True))
    def get_sizes(self, row: TryOn) -> list[dict[str, Any]]:
        return services.sizes_told(owner=row.owner, asked=self._asked(row))

    def _asked(self, row: TryOn) -> list[services.Asked]:
        """The things of this sketch, read once."""
        if not hasattr(row, "asked"):
            row.asked = services.things_asked(owner=row.owner, pieces=row.pieces)  # type: ignore[attr-defined]
        asked: list[services.Asked] = row.asked  # type: ignore[attr-defined]
        return asked

    def get_problem(self, row: TryOn) -> str:
        return said_of_mirror(row.error_code) if row.error_code else ""

    def get_is_mannequin(self, row: TryOn) -> bool:
        return bool(row.told.get("is_mannequin", False))

    def get_estimated(self, row: TryOn) -> list[str]:
        return list(row.told.get("estimated", []))

    def get_ways(self, row: TryOn) -> list[str]:
        return list(row.told.get("ways", []))


class FigureOut(serializers.ModelSerializer[Figure]):
    problem = serializers.SerializerMethodField(help_text="Why a mannequin stands in for the photo; empty otherwise.")

    class Meta:
        model = Figure
        fields = ["id", "photo", "sex", "name", "is_chosen", "problem"]
        read_only_fields = fields

    def get_problem(self, row: Figure) -> str:
        return said_of_mirror(row.problem) if row.problem else ""


class FigureIn(serializers.Serializer[Any]):
    photo = serializers.UUIDField(required=False, help_text="A full-body photo of yours; without one a mannequin.")
    sex = serializers.ChoiceField(choices=Figure.Sex.values, required=False)
    name = serializers.CharField(required=False, max_length=60)


class TryOnsView(generics.ListAPIView[TryOn]):
    """Your sketches, the newest first."""

    serializer_class = TryOnOut
    throttle_scope = "photos"

    def get_queryset(self) -> QuerySet[TryOn]:
        return TryOn.objects.owned_by(member_of(self.request)).select_related("owner__profile")

    @extend_schema(request=TryOnIn, responses={202: TryOnOut})
    def post(self, request: MemberRequest) -> Response:
        """Has you drawn in these pieces; ask for the sketch at its `id` until `status` is done or failed."""
        given = TryOnIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        figure = None
        if "figure" in asked:
            figure = get_object_or_404(Figure.objects.owned_by(request.user), pk=asked["figure"])
        try:
            row = services.tryon_ask(owner=request.user, pieces=asked["pieces"], figure=figure)
        except Refused as refused:
            raise ValidationError({"pieces": refused.messages}) from refused
        return Response(TryOnOut(row, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)


class TryOnView(APIView):
    @extend_schema(responses=TryOnOut)
    def get(self, request: MemberRequest, pk: str) -> Response:
        """One sketch: how far it is, its picture, and what is to be said of it. It is a sketch, not a photograph."""
        return Response(TryOnOut(_sketch(request, pk), context={"request": request}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: str) -> Response:
        """Removes the sketch and what was shared of it."""
        services.tryons_delete(tryons=[_sketch(request, pk)])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _sketch(request: MemberRequest, pk: str) -> TryOn:
    return get_object_or_404(TryOn.objects.owned_by(request.user).select_related("owner__profile"), pk=pk)


class FiguresView(generics.ListAPIView[Figure]):
    """Whom clothes are drawn on: your photos and mannequins, one of them chosen."""

    serializer_class = FigureOut

    def get_queryset(self) -> QuerySet[Figure]:
        return Figure.objects.owned_by(member_of(self.request))

    @extend_schema(request=FigureIn, responses={201: FigureOut})
    def post(self, request: MemberRequest) -> Response:
        """Adds a photo of yours or a mannequin, and chooses it."""
        given = FigureIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        photo = None
        if "photo" in asked:
            photo = get_object_or_404(Photo.objects.owned_by(request.user), pk=asked["photo"])
        sex = asked.get("sex") or figures.usual_sex(request.user)
        try:
            row = figures.figure_add(owner=request.user, photo=photo, sex=sex, name=asked.get("name", ""))
        except Refused as refused:
            raise ValidationError(refused.messages) from refused
        return Response(FigureOut(row).data, status=status.HTTP_201_CREATED)


class FigureView(APIView):
    @extend_schema(request=None, responses=FigureOut, operation_id="tryon_figures_choose")
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Chooses it."""
        row = get_object_or_404(Figure.objects.owned_by(request.user), pk=pk)
        return Response(FigureOut(figures.figure_choose(figure=row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Removes it with the sketches of it; the photo stays."""
        figures.figure_delete(figure=get_object_or_404(Figure.objects.owned_by(request.user), pk=pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LandmarksIO(serializers.Serializer[Any]):
    points = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField(min_value=0, max_value=1), min_length=2, max_length=2),
        help_text="Name (neck_l, cuff_out_r, hem_l …) -> [x, y] in 0..1 of the cutout. None at all: found anew.",
    )


class LandmarksView(APIView):
    @extend_schema(responses=LandmarksIO)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """Where you said that parts of this garment lie; empty where the mirror finds them itself."""
        return Response({"points": _garment(request, pk).landmarks})

    @extend_schema(request=LandmarksIO, responses=LandmarksIO)
    def put(self, request: MemberRequest, pk: int) -> Response:
        """Says where parts of this garment lie; later sketches go by it."""
        garment = _garment(request, pk)
        given = LandmarksIO(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            services.landmarks_save(garment=garment, points=given.validated_data["points"])
        except Refused as refused:
            raise ValidationError({"points": refused.messages}) from refused
        return Response({"points": garment.landmarks})


def _garment(request: MemberRequest, pk: int) -> Garment:
    rows = Garment.objects.owned_by(request.user).present().select_related("kind__parent")
    return get_object_or_404(rows, pk=pk)
