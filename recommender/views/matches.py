"""Sections of garment, product and brand pages: similar, goes with, brands near. Each is also a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Brand, Product
from catalog.requests import HtmxHttpRequest
from closet.models import Garment
from closet.requests import AuthenticatedHttpRequest, member_of
from recommender.forms import MatchForm
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter
from recommender.services import outfits
from recommender.services.brands import profile_of
from recommender.services.pieces import garment_piece, product_piece
from recommender.services.similar import (
    Match,
    brands_near_garment,
    garments_similar,
    genders_for,
    kinds_like,
    products_similar,
    products_similar_to_garment,
)


def _my_garment(request: AuthenticatedHttpRequest, pk: int) -> Garment:
    """404 for a garment of somebody else's, as for one that never was."""
    rows = Garment.objects.owned_by(request.user).present().select_related("kind__parent", "owner__profile", "brand")
    return get_object_or_404(rows, pk=pk)


def _product(pk: int) -> Product:
    return get_object_or_404(Product.objects.published().for_cards().select_related("kind__parent"), pk=pk)


def _section(request: HtmxHttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """The fragment alone for htmx, the same fragment in a page for everyone else."""
    fragment = f"recommender/_{name}.html"
    if request.htmx:
        return render(request, fragment, context)
    return render(request, "recommender/section.html", {**context, "fragment": fragment})


@login_required
@require_safe
def similar(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    garment = _my_garment(request, pk)
    form = MatchForm(request.GET)
    asked = form.cleaned_or_default()
    matches: Sequence[Match[Any]]
    if asked["scope"] == "catalogue":
        wanted = ProductFilter(
            kinds=kinds_like(garment.kind) if asked["same_kind"] else (),
            slots=(garment.kind.slot,),
            genders=(asked["gender"], "unisex") if asked["gender"] else genders_for(request.user),
            seasons=(asked["season"],) if asked["season"] else (),
            reader=request.user,
        )
        matches = products_similar_to_garment(
            garment=garment, limit=12, colour_share=asked["colour_share"], wanted=wanted
        )
    else:
        matches = garments_similar(garment=garment, limit=12, colour_share=asked["colour_share"])
    return _section(
        request,
        "similar",
        {"garment": garment, "matches": matches, "form": form, "asked": asked, "title_of": garment.title},
    )


@login_required
@require_safe
def goes_with(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    garment = _my_garment(request, pk)
    asked = MatchForm(request.GET).cleaned_or_default()
    whole: list[Garment] = []
    if asked["scope"] == "catalogue":
        vector = similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key())
        partners = outfits.goes_with_catalogue(user=request.user, asked=garment_piece(garment, vector), vector=vector)
    else:
        partners = outfits.goes_with_garment(garment=garment)
        whole = outfits.outfit_with(garment=garment)
    names = outfits.names_of(partners) | {garment.pk: garment.title}
    return _section(
        request,
        "goes_with",
        {
            "address": request.path,
            "partners": partners,
            "whole": whole,
            "asked": asked,
            "names": names,
            "title_of": garment.title,
        },
    )


@login_required
@require_safe
def brands_near(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    garment = _my_garment(request, pk)
    found = brands_near_garment(garment=garment)
    return _section(request, "brands_near", {"garment": garment, "brands": found, "title_of": garment.title})


@require_safe
def product_similar(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    product = _product(pk)
    asked = MatchForm(request.GET).cleaned_or_default()
    matches = products_similar(product=product, limit=12, colour_share=asked["colour_share"], reader=member_of(request))
    return _section(request, "product_similar", {"product": product, "matches": matches, "title_of": product.name})


@login_required
@require_safe
def product_goes_with(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    product = _product(pk)
    vector = similarity.product_vector(product_id=product.pk, model_key=current_model_key())
    piece = product_piece(product, vector)
    asked = MatchForm(request.GET).cleaned_or_default()
    if asked["scope"] == "catalogue":
        partners = outfits.goes_with_catalogue(user=request.user, asked=piece, vector=vector)
    else:
        partners = outfits.goes_with_mine(user=request.user, asked=piece, per_slot=4)
    names = outfits.names_of(partners) | {piece.id: product.name}
    return _section(
        request,
        "goes_with",
        {"address": request.path, "partners": partners, "asked": asked, "names": names, "title_of": product.name},
    )


@require_safe
def brand_profile(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    brand = get_object_or_404(Brand.objects.published(), slug=slug)
    return _section(
        request, "brand_profile", {"brand": brand, "profile": profile_of(brand=brand), "title_of": brand.name}
    )
