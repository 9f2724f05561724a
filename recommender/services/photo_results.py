"""What a photo that is searched with leads to: my garments, products and brands like the chosen garment on it, and
what goes with it, mine or in shops."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext

from catalog.models import Product
from closet.models import Garment, User
from recommender.index.similarity import ProductFilter
from recommender.services import outfits, similar
from recommender.services.outfits import PartnerOf
from recommender.services.photo_query import Query
from recommender.services.similar import BrandNear, Match


@dataclass(frozen=True)
class PhotoResults:
    number: int
    garments: list[Match[Garment]] = field(default_factory=list)
    products: list[Match[Product]] = field(default_factory=list)
    brands: list[BrandNear] = field(default_factory=list)
    partners: dict[str, list[PartnerOf]] = field(default_factory=dict)
    offered: dict[str, list[PartnerOf]] = field(default_factory=dict)
    names: dict[object, str] = field(default_factory=dict)


def results_of(
    *, user: User | None, found: Query, number: int | None, limit: int = 12, colour_share: float = similar.COLOUR_SHARE
) -> PhotoResults:
    """Results for the garment of that number; the largest where there is no such number."""
    chosen, asked = found.chosen(number), found.piece(number)
    vector = asked.embedding
    if vector is None:
        return PhotoResults(chosen["number"])
    wanted = ProductFilter(slots=(chosen["slot"],), genders=similar.genders_for(user), reader=user)
    mine: list[Match[Garment]] = []
    partners: dict[str, list[PartnerOf]] = {}
    if user is not None:
        mine = similar.garments_near(
            owner=user, vector=vector, asked=asked, slots=(chosen["slot"],), limit=limit, colour_share=colour_share
        )
        partners = outfits.goes_with_mine(user=user, asked=asked, per_slot=4)
    offered = outfits.goes_with_catalogue(user=user, asked=asked, vector=vector)
    return PhotoResults(
        chosen["number"],
        mine,
        similar.products_near(vector=vector, asked=asked, wanted=wanted, limit=limit, colour_share=colour_share),
        similar.brands_near(vector=vector, reader=user),
        partners,
        offered,
        outfits.names_of(partners) | outfits.names_of(offered) | {asked.id: gettext("the garment on the photo")},
    )
