"""similar/, goes-with/ and brands/ of a garment, similar/ and goes-with/ of a product, profile/ of a brand."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Brand, Product
from closet.requests import MemberRequest, member_of
from recommender.api.asked import COLOUR, FILTERS, PAGE_SIZE, SCOPE, asked_of, limit_of, my_garment
from recommender.api.serializers.brands import BrandProfileSerializer
from recommender.api.serializers.matches import BrandsNearSerializer, MatchesSerializer, PartnersSerializer
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter
from recommender.services import outfits, similar
from recommender.services.brands import profile_of
from recommender.services.pieces import garment_piece, product_piece


class SimilarView(APIView):
    @extend_schema(parameters=[SCOPE, COLOUR, *PAGE_SIZE, *FILTERS], responses=MatchesSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What looks like this garment, mine or in shops, nearest first, with distances and reasons."""
        garment, asked, limit = my_garment(request, pk), asked_of(request), limit_of(request)
        matches: list[similar.Match[Any]]
        if asked["scope"] == "catalogue":
            wanted = ProductFilter(
                kinds=similar.kinds_like(garment.kind) if asked["same_kind"] else (),
                slots=(garment.kind.slot,),
                genders=(asked["gender"], "unisex") if asked["gender"] else similar.genders_for(request.user),
                seasons=(asked["season"],) if asked["season"] else (),
                reader=request.user,
            )
            matches = list(
                similar.products_similar_to_garment(
                    garment=garment, limit=limit, colour_share=asked["colour_share"], wanted=wanted
                )
            )
        else:
            matches = list(similar.garments_similar(garment=garment, limit=limit, colour_share=asked["colour_share"]))
        return Response(MatchesSerializer({"results": matches}, context={"request": request}).data)


class GoesWithView(APIView):
    @extend_schema(parameters=[SCOPE], responses=PartnersSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What goes with this garment, slot by slot, each with the parts of its score and reasons."""
        garment, asked = my_garment(request, pk), asked_of(request)
        vector = similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key())
        piece = garment_piece(garment, vector)
        if asked["scope"] == "catalogue":
            partners = outfits.goes_with_catalogue(user=request.user, asked=piece, vector=vector)
        else:
            partners = outfits.goes_with_mine(user=request.user, asked=piece)
        names = outfits.names_of(partners) | {garment.pk: garment.title}
        return Response(PartnersSerializer({"slots": partners}, context={"request": request, "names": names}).data)


class BrandsNearView(APIView):
    @extend_schema(parameters=[*PAGE_SIZE], responses=BrandsNearSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """Brands whose typical products lie nearest to this garment."""
        found = similar.brands_near_garment(garment=my_garment(request, pk), limit=limit_of(request, 6))
        return Response(BrandsNearSerializer({"results": found}, context={"request": request}).data)


class ProductSimilarView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(parameters=[COLOUR, *PAGE_SIZE], responses=MatchesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Products like this one."""
        product = get_object_or_404(Product.objects.published().for_cards().select_related("kind__parent"), pk=pk)
        matches = similar.products_similar(
            product=product,
            limit=limit_of(request),
            colour_share=asked_of(request)["colour_share"],
            reader=member_of(request),
        )
        return Response(MatchesSerializer({"results": matches}, context={"request": request}).data)


class ProductGoesWithView(APIView):
    @extend_schema(parameters=[SCOPE], responses=PartnersSerializer)
    def get(self, request: MemberRequest, pk: int) -> Response:
        """What in my closet, or in shops, goes with this product, slot by slot."""
        product = get_object_or_404(Product.objects.published().for_cards().select_related("kind__parent"), pk=pk)
        vector = similarity.product_vector(product_id=product.pk, model_key=current_model_key())
        piece = product_piece(product, vector)
        if asked_of(request)["scope"] == "catalogue":
            partners = outfits.goes_with_catalogue(user=request.user, asked=piece, vector=vector)
        else:
            partners = outfits.goes_with_mine(user=request.user, asked=piece)
        names = outfits.names_of(partners) | {piece.id: product.name}
        return Response(PartnersSerializer({"slots": partners}, context={"request": request, "names": names}).data)


class BrandProfileView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(responses=BrandProfileSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What a brand's products are like: styles, prices, and the products that stand for the rest."""
        brand = get_object_or_404(Brand.objects.published(), slug=slug)
        facts = profile_of(brand=brand)
        if facts is None:
            raise NotFound
        return Response(BrandProfileSerializer({"brand": brand, "facts": facts}, context={"request": request}).data)
