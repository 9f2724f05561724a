"""kinds, brands, products and looks: lists with the same filters as the pages, and each thing by itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import taxonomy
from catalog.api.serializers import (
    BrandSerializer,
    KindSerializer,
    LookSerializer,
    ProductDetailSerializer,
    ProductSerializer,
)
from catalog.filters import (
    PRODUCT_ORDERS,
    filter_brands,
    filter_looks,
    filter_products,
    leave_out_blocked,
    leave_out_hidden,
)
from catalog.models import Brand, Kind, Look, Product
from catalog.rest.filters import amounts, one_of
from catalog.rest.pages import LongPages

GENDERS = [term.slug for term in taxonomy.GENDERS]
SEASONS = [term.slug for term in taxonomy.SEASONS]
BOOLEANS = ["true", "false", "True", "False", "1", "0"]
# Named as the closet's own list is sorted; `order` has the names of version 1.0.
PRODUCT_SORTS = {"newest": "new", "price-low": "cheap", "price-high": "dear"}
_BAND = {"type": "integer", "minimum": 1, "maximum": 4}
_GENDER = OpenApiParameter("gender", enum=GENDERS)
_SEASON = OpenApiParameter("season", enum=SEASONS)


class Public(generics.GenericAPIView[Any]):
    """Anybody may read; whoever is signed in is counted by their own rate."""

    permission_classes = [AllowAny]
    filter_backends: list[Any] = []

    def asked(self) -> dict[str, str]:
        return self.request.query_params.dict()


class KindsView(Public, generics.ListAPIView[Kind]):
    """All kinds at once, in the order of the tree."""

    serializer_class = KindSerializer
    queryset = Kind.objects.select_related("parent")
    pagination_class = LongPages


class BrandsView(Public, generics.ListAPIView[Brand]):
    serializer_class = BrandSerializer

    def get_queryset(self) -> QuerySet[Brand]:
        one_of(self.asked(), gender=GENDERS, band=["1", "2", "3", "4"], emerging=BOOLEANS)
        return filter_brands(leave_out_hidden(Brand.objects.published(), self.request.user), self.asked())

    @extend_schema(
        parameters=[
            _GENDER,
            OpenApiParameter("band", _BAND),
            OpenApiParameter("emerging", bool),
            OpenApiParameter("q"),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class BrandView(Public, generics.RetrieveAPIView[Brand]):
    serializer_class = BrandSerializer
    queryset = Brand.objects.published()
    lookup_field = "slug"


class ProductsView(Public, generics.ListAPIView[Product]):
    serializer_class = ProductSerializer

    def get_queryset(self) -> QuerySet[Product]:
        asked = self.asked()
        if sort := asked.pop("sort", ""):
            one_of({"sort": sort}, sort=PRODUCT_SORTS)
            asked["order"] = PRODUCT_SORTS[sort]
        if asked.get("kind") and not Kind.objects.filter(slug=asked["kind"]).exists():
            one_of(asked, kind=Kind.objects.values_list("slug", flat=True))
        one_of(
            asked,
            slot=[slot.value for slot in taxonomy.Slot],
            gender=GENDERS,
            season=SEASONS,
            colour=[colour.slug for colour in taxonomy.COLOURS],
            in_stock=BOOLEANS,
            order=PRODUCT_ORDERS,
        )
        amounts(asked, "price_min", "price_max")
        products = leave_out_hidden(Product.objects.published().for_cards(), self.request.user)
        return filter_products(products, asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", description="a kind's slug; its children count too"),
            OpenApiParameter("slot", enum=[slot.value for slot in taxonomy.Slot]),
            _GENDER,
            _SEASON,
            OpenApiParameter("colour", enum=[colour.slug for colour in taxonomy.COLOURS]),
            OpenApiParameter("brand", description="a brand's slug"),
            OpenApiParameter("price_min", float),
            OpenApiParameter("price_max", float),
            OpenApiParameter("in_stock", bool),
            OpenApiParameter("q", description="words of the name"),
            OpenApiParameter("sort", enum=list(PRODUCT_SORTS)),
            OpenApiParameter("order", enum=list(PRODUCT_ORDERS), deprecated=True, description="As `sort`."),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ProductView(Public, generics.RetrieveAPIView[Product]):
    serializer_class = ProductDetailSerializer
    queryset = Product.objects.published().for_cards().select_related("size_chart").prefetch_related("size_chart__rows")


class LooksView(Public, generics.ListAPIView[Look]):
    serializer_class = LookSerializer

    def get_queryset(self) -> QuerySet[Look]:
        styles, occasions = ([term.slug for term in terms] for terms in (taxonomy.STYLES, taxonomy.OCCASIONS))
        one_of(self.asked(), style=styles, gender=GENDERS, season=SEASONS, occasion=occasions)
        looks = filter_looks(leave_out_hidden(Look.objects.published(), self.request.user), self.asked())
        return looks.prefetch_related("items__kind", "items__product__brand")

    @extend_schema(
        parameters=[
            OpenApiParameter("style", enum=[term.slug for term in taxonomy.STYLES]),
            _GENDER,
            _SEASON,
            OpenApiParameter("occasion", enum=[term.slug for term in taxonomy.OCCASIONS]),
            OpenApiParameter("tag"),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class LookView(Public, generics.RetrieveAPIView[Look]):
    serializer_class = LookSerializer
    queryset = Look.objects.published().prefetch_related("items__kind", "items__product__brand")

    def get_queryset(self) -> QuerySet[Look]:
        looks: QuerySet[Look] = leave_out_blocked(super().get_queryset(), self.request.user)
        return looks
