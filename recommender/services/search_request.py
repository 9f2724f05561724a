"""From a search page's or API call's parameters to a `Question`: what to search with, and what stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from catalog.filters import leave_out_blocked
from catalog.models import Look, Product
from closet.models import Garment
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Vector
from recommender.models import SavedSearch
from recommender.services import photo_query
from recommender.services.search import Question, to_vector
from recommender.services.search_filters import Filters, Thing


@dataclass(frozen=True)
class Source:
    """What a search is made with besides words and colours: a garment, product, look or photo."""

    kind: str
    thing: Any
    vector: Vector | None


def source_of(*, request: HttpRequest, asked: dict[str, Any]) -> Source | None:
    """None when the question names none. Raises Http404 for one that is not there, or not this reader's."""
    key, user = current_model_key(), request.user
    mine = {"owner": user if user.is_authenticated else None}
    if asked["saved"]:
        saved = get_object_or_404(SavedSearch, **mine, pk=asked["saved"])
        if saved.vector is not None:
            return Source("saved", saved, similarity.to_array(saved.vector))
    if asked["garment"]:
        if not user.is_authenticated:
            raise Http404
        garment = get_object_or_404(
            Garment.objects.owned_by(user).present().select_related("kind"), pk=asked["garment"]
        )
        return Source("garment", garment, similarity.garment_vector(garment_id=garment.pk, model_key=key))
    if asked["product"]:
        product = get_object_or_404(Product.objects.published().for_cards(), pk=asked["product"])
        return Source("product", product, similarity.product_vector(product_id=product.pk, model_key=key))
    if asked["look"]:
        look = get_object_or_404(leave_out_blocked(Look.objects.published(), user), pk=asked["look"])
        return Source("look", look, similarity.look_vector(look_id=look.pk, model_key=key))
    if asked["photo"]:
        found = photo_query.query_get(asker=photo_query.asker_of(request), query_id=asked["photo"])
        if found is None:
            raise Http404
        return Source("photo", found, _seen_vector(found, asked["thing"], asked["piece"]))
    return None


def _seen_vector(found: photo_query.Query, thing: str, piece: int | None) -> Vector | None:
    """Looks are compared with the whole photo, products with the chosen garment on it, or else the largest."""
    if found.status != "done":
        return None
    if thing == "looks" or not found.garments:
        values = found.vector
    else:
        values = next((one for one in found.garments if one["number"] == piece), found.garments[0])["vector"]
    return to_vector(values) if len(values) else None


WORLDS: tuple[Thing, ...] = ("garments", "products", "looks")


def questions_of(*, request: HttpRequest, asked: dict[str, Any]) -> tuple[list[Question], Source | None]:
    """The question for each world that `thing` names: one, or all three (without the closet for whom has none)."""
    if asked["thing"] != "all":
        question, source = question_of(request=request, asked=asked)
        return [question], source
    worlds = [world for world in WORLDS if world != "garments" or request.user.is_authenticated]
    made = [question_of(request=request, asked={**asked, "thing": world}) for world in worlds]
    return [question for question, _source in made], made[0][1]


def question_of(*, request: HttpRequest, asked: dict[str, Any]) -> tuple[Question, Source | None]:
    source = source_of(request=request, asked=asked)
    names = ("gender", "season", "style", "kind", "slot", "colour", "brand", "size", "price",
             "price_min", "price_max")  # fmt: skip
    question = Question(
        thing=asked["thing"],
        words=asked["q"],
        vector=source.vector if source else None,
        palette=tuple((*colour["lab"], colour["share"]) for colour in asked["palette"]),
        filters=Filters(**{name: asked[name] for name in names}),
        shares={way: asked[f"{way}_share"] for way in ("words", "photo", "palette")},
        reader=request.user if request.user.is_authenticated else None,
        without=source.thing.pk if source and source.kind == asked["thing"].removesuffix("s") else None,
    )
    return question, source
