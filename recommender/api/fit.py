"""products/{id}/fit/, before-buying/ of products and photos, brands/{slug}/sizes/, closet/fit/, stylist/body/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Brand, Product
from catalog.rest.filters import form_errors
from closet.models import Garment, Zone
from closet.requests import MemberRequest
from recommender import wording
from recommender.api.asked import looked_at, my_garment, whole_number
from recommender.api.serializers.brands import BrandSizesSerializer
from recommender.api.serializers.fit import (
    BeforeBuyingSerializer,
    BodySerializer,
    ClosetFitSerializer,
    ProductFitSerializer,
)
from recommender.forms import SeenForm
from recommender.models import SizeFeedback
from recommender.services import sizes
from recommender.services.brand_sizes import brand_sizes

UNLOCKED_SHOWN = 6
LIKE = OpenApiParameter("like", int, description="A measured garment of mine that fits, to compare the chart with.")


def product_of(pk: int) -> Product:
    rows = Product.objects.published().for_cards().select_related("kind__parent", "size_chart")
    return get_object_or_404(rows.prefetch_related("size_chart__rows"), pk=pk)


class FeedbackIn(serializers.Serializer[Any]):
    size = serializers.CharField(max_length=30, help_text="As the product labels it.")
    verdict = serializers.ChoiceField(choices=SizeFeedback.Verdict.choices)


class ProductFitView(APIView):
    @extend_schema(parameters=[LIKE], responses=ProductFitSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """Which size of this product fits me, how surely, and which zone decides by how many centimetres."""
        return answer(request, product_of(pk))


class FitFeedbackView(APIView):
    @extend_schema(request=FeedbackIn, responses={201: ProductFitSerializer})
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Says how a size fitted; the same size again replaces it. Answers the advice as it now is."""
        product = product_of(pk)
        given = FeedbackIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        sizes.size_feedback_set(user=request.user, product=product, size_label=told["size"], verdict=told["verdict"])
        return answer(request, product, status.HTTP_201_CREATED)


def answer(request: MemberRequest, product: Product, code: int = status.HTTP_200_OK) -> Response:
    like = None
    if (pk := whole_number(request, "like")) is not None:
        like = my_garment(request, pk)
    fit = sizes.product_fit(user=request.user, product=product, like=like)
    comparable = sizes.garments_that_fit(user=request.user, product=product)
    told = {
        "fit": fit,
        "like": {"garment": fit.like_garment, "advice": fit.like} if fit.like else None,
        "comparable": comparable,
    }
    return Response(ProductFitSerializer(told, context={"request": request}).data, status=code)


class BeforeBuyingView(APIView):
    @extend_schema(responses=BeforeBuyingSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What I own that is nearly the same, outfits it unlocks, expected wears and the cost of one."""
        product = product_of(pk)
        purchase = sizes.product_before_buying(user=request.user, product=product)
        names = {f"product-{product.pk}": product.name}
        return purchase_answer(request, purchase, names=names, currency=product.currency)


class PhotoBeforeBuyingView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("garment", int, description="Which garment of the photo; the largest by default."),
            OpenApiParameter("price", float, description="What it would cost, in your currency."),
        ],
        responses={
            200: BeforeBuyingSerializer,
            409: OpenApiResponse(description="It is still being looked at; ask again in a second."),
        },
    )
    def get(self, request: MemberRequest, query_id: str) -> Response:
        """The same of a garment on a photo that `search/photo/` took."""
        found = looked_at(request, query_id)
        form = SeenForm(request.query_params)
        if not form.is_valid():
            raise form_errors(form)
        piece = found.piece(form.cleaned_data["garment"], price=form.cleaned_data["price"])
        purchase = sizes.before_buying(user=request.user, piece=piece)
        names = {piece.id: wording.term("kind", piece.kind)}
        return purchase_answer(request, purchase, names=names, currency=request.user.profile.currency)


def purchase_answer(request: Request, purchase: sizes.Purchase, *, names: Mapping[Any, str], currency: str) -> Response:
    """names: of what might be bought, by its piece's id, for the reasons that speak of it."""
    mine = {garment.pk: garment.title for outfit in purchase.unlocked for garment in outfit.garments}
    told = {"purchase": purchase, "unlocked": purchase.unlocked[:UNLOCKED_SHOWN], "currency": currency}
    return Response(BeforeBuyingSerializer(told, context={"request": request, "names": {**names, **mine}}).data)


class BodyView(APIView):
    @extend_schema(responses=BodySerializer)
    def get(self, request: MemberRequest) -> Response:
        """My measures with those reckoned from them, each with its interval; my shape with hints, if I let it be told.

        Unlike `measurements/`, which holds what was taped.
        """
        body, shape = sizes.body_of(request.user), sizes.shape_told(user=request.user)
        told = {
            "body": body,
            "shape": shape,
            "missing": [{"zone": zone} for zone in shape.missing],
            "outside": [{"zone": zone} for zone in body.outside],
            "measures": [
                sizes.Estimate(zone, measure)
                for zone, measure in body.measures.items()
                if zone in Zone.values and zone != Zone.WEIGHT
            ],
        }
        return Response(BodySerializer(told).data)


class BrandSizesView(APIView):
    @extend_schema(responses=BrandSizesSerializer)
    def get(self, request: MemberRequest, slug: str) -> Response:
        """The size I take of each of a brand's charts; null where none fits, or too little is known of me."""
        brand = get_object_or_404(Brand.objects.published(), slug=slug)
        return Response(BrandSizesSerializer({"results": brand_sizes(user=request.user, brand=brand)}).data)


class ClosetFitView(generics.GenericAPIView[Garment]):
    """Which of my measured garments fit me now, and since when."""

    request: MemberRequest
    serializer_class = ClosetFitSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Garment]:
        if getattr(self, "swagger_fake_view", False):
            return Garment.objects.none()
        measured = Garment.objects.owned_by(self.request.user).active().exclude(measures={})
        return measured.select_related("kind__parent", "brand").order_by("-pk")

    @extend_schema(operation_id="closet_fit_list", responses=ClosetFitSerializer(many=True))
    def get(self, request: MemberRequest) -> Response:
        """By my measuring history: fits, tight, loose, no longer (it did once), or unknown, with the deciding zone."""
        page = self.paginate_queryset(self.get_queryset()) or []
        changes = sizes.closet_fit(user=request.user, rows=[(one, one.kind) for one in page])
        days = [day for day, _body in sizes.bodies_over_time(request.user)]
        rows = [
            {
                "garment": garment,
                "status": change.status,
                "since": None if change.since is None else days[change.since],
                "deciding": change.now.deciding,
            }
            for garment in page
            if (change := changes.get(garment.pk))
        ]
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
