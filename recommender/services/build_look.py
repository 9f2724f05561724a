"""Looks I can build: catalogue and members' looks matched piece by piece to the closet, what is missing as products."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Abs

from catalog.filters import leave_out_hidden
from catalog.models import Kind, Look, LookItem, Product
from closet.models import Garment, Measurement, User, Zone
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Among, ProductFilter, Vector
from recommender.index.versions import looks_version
from recommender.services.answers import kept
from recommender.services.complete_look import Purse, purse_of
from recommender.services.outfits import season_now
from recommender.services.pieces import bare, garments_at_hand, look_item_piece, row_of
from recommender.services.similar import genders_for, kinds_like
from recommender.services.sizes import pieces_at_hand, shape_told, sizes_to_take
from recommender.services.weather import weather_for
from recommender.stylist.outfits.looks import LEAST_MINE, LookMatch, LookOffer, RankedLook, Wearer, rank_looks
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.weather import Weather

MAX_LOOKS = 400
MOST_KEPT = 60
NEAREST = 40  # products near a missing piece, of which those of my size and price band are offered


@dataclass(frozen=True)
class BuildableLook:
    look: Look
    ranked: RankedLook
    garments: dict[int, Garment]

    @property
    def match(self) -> LookMatch:
        return self.ranked.match

    @property
    def percent(self) -> int:
        return round(100 * self.match.coverage)


class CompletedPiece(NamedTuple):
    """A piece of a look: my garment for it with its likeness, or products for what is missing."""

    item: LookItem
    mine: Garment | None
    likeness: float
    products: list[Product]


@dataclass(frozen=True)
class CompletedLook:
    """A look beside my garments; for each missing piece, products that could fill it.

    sizes: product id -> the size to take, None where nothing tells it.
    """

    built: BuildableLook
    rows: list[CompletedPiece]
    sizes: dict[int, str | None]


def look_completed(*, user: User, built: BuildableLook, per_piece: int = 4) -> CompletedLook:
    """Adds products for what is missing: the look's own, then the nearest to it in my size and price band."""
    key = current_model_key()
    items = {f"item-{item.pk}": item for item in built.look.items.all()}
    vectors = similarity.look_item_vectors(items=[item.pk for item in items.values()], model_key=key)
    purse = purse_of(user=user)
    rows = []
    sizes: dict[int, str | None] = {}
    for match in built.match.items:
        item = items[str(match.item.id)]
        mine = built.garments.get(match.mine.id) if match.mine else None  # type: ignore[call-overload]
        products: list[Product] = []
        if mine is None:
            vector = vectors.get(item.pk)
            if vector is None and item.product_id:
                vector = similarity.product_vector(product_id=item.product_id, model_key=key)
            products, takes = products_for(
                user=user, purse=purse, kind=item.kind, vector=vector, own=item.product_id, limit=per_piece
            )
            sizes |= takes
        rows.append(CompletedPiece(item, mine, match.likeness, products))
    return CompletedLook(built, rows, sizes)


def products_for(
    *, user: User, purse: Purse, kind: Kind, vector: Vector | None, own: int | None = None, limit: int = 4
) -> tuple[list[Product], dict[int, str | None]]:
    """Products for a missing piece of a kind: its own (`own`), then the nearest to it in my size and price band; and
    the size to take of each, by its id."""
    pks = [own] if own else []
    if vector is not None:
        kinds = kinds_like(kind)
        affordable = Product.objects.published().in_stock().filter(purse.affords(kind.slot))
        wanted = ProductFilter(
            kinds=kinds, genders=genders_for(user), among=Among(affordable.filter(kind__in=kinds)), reader=user
        )
        near = similarity.nearest_products(vector=vector, model_key=current_model_key(), wanted=wanted, limit=NEAREST)
        pks += [hit.pk for hit in near if hit.pk != own]
    found = _with_charts(Product.objects.published()).in_bulk(pks)
    takes = sizes_to_take(user=user, products=list(found.values()))
    # The very piece of the look is shown whatever its size: it is what one sees.
    products = [found[pk] for pk in pks if pk in found and (pk in takes or pk == own)][:limit]
    return products, {product.pk: takes[product.pk] for product in products if product.pk in takes}


def _with_charts(products: QuerySet[Product]) -> QuerySet[Product]:
    rows = products.select_related("brand", "kind__parent", "size_chart")
    return rows.prefetch_related("images", "size_chart__rows")


def wearer_of(user: User) -> Wearer:
    """The member's own build; the shape only where they let it be reckoned."""
    latest = {row.zone: row.value for row in Measurement.objects.owned_by(user).latest_each()}
    return Wearer(latest.get(Zone.HEIGHT), latest.get(Zone.WEIGHT), shape_told(user=user).slug or None)


def looks_to_build(*, user: User, looks: Iterable[Look] | None = None, limit: int = 24) -> list[BuildableLook]:
    """Published looks by how much of them the closet can make; those for the season and weather, and those of people
    built like the member (if allowed), before others. Less than `LEAST_MINE` is no look one can build; looks that were
    named are told whatever they hold. Raises TooBusy."""
    profile = user.profile
    weather = weather_for(profile=profile)
    season = season_now(profile, weather)
    me = wearer_of(user) if profile.match_body else None
    if looks is not None:
        ranked = _ranked(pieces_at_hand(user), _with_items([look.pk for look in looks]), weather, season, me)
    else:
        likely = leave_out_hidden(_likely(season, me, genders_for(user)), user).exclude(share__owner=user)
        likely = likely.exclude(post__owner=user)
        pks = list(likely.values_list("pk", flat=True)[:MAX_LOOKS])

        def reckon() -> list[RankedLook]:
            found = _ranked(pieces_at_hand(user), _with_items(pks), weather, season, me)
            return [_slim(one) for one in found if one.match.coverage >= LEAST_MINE][:MOST_KEPT]

        question = (weather, season, me, pks, looks_version(looks=pks))
        ranked = kept(user=user, name="looks", question=question, reckon=reckon)[:limit]
    used = {row_of(match.mine) for one in ranked[:limit] for match in one.match.items if match.mine is not None}
    garments = garments_at_hand(user, among=used)
    chosen = {look.pk: look for look in _with_items([cast(int, one.match.look) for one in ranked[:limit]])}
    by_pk = {garment.pk: garment for garment in garments}
    return [
        BuildableLook(chosen[pk], one, by_pk) for one in ranked[:limit] if (pk := cast(int, one.match.look)) in chosen
    ]


def _slim(ranked: RankedLook) -> RankedLook:
    """Without vectors, which nobody asks for again."""
    items = tuple(
        replace(match, item=bare(match.item), mine=bare(match.mine) if match.mine is not None else None)
        for match in ranked.match.items
    )
    return ranked._replace(match=replace(ranked.match, items=items))


def _ranked(
    pieces: Sequence[Piece],
    looks: Sequence[Look],
    weather: Weather | None,
    season: str,
    me: Wearer | None,
) -> list[RankedLook]:
    chosen = {look.pk: look for look in looks}
    items = [item for look in chosen.values() for item in look.items.all()]
    vectors = similarity.look_item_vectors(items=[item.pk for item in items], model_key=current_model_key())
    offers = [
        LookOffer(
            look.pk,
            tuple(look_item_piece(item, vectors.get(item.pk)) for item in look.items.all()),
            frozenset(look.seasons),
            Wearer(look.wearer_height_mm, look.wearer_weight_g, look.wearer_shape or None),
        )
        for look in chosen.values()
    ]
    return rank_looks(
        [offer for offer in offers if offer.items],
        pieces,
        weather=weather,
        season=season,
        me=me,
    )


def _likely(season: str, me: Wearer | None, genders: Collection[str]) -> QuerySet[Look]:
    """Published looks, those that will be ranked first at the front: all cannot be matched in one answer."""
    rows = Look.objects.published()
    if genders:
        rows = rows.filter(gender__in=genders)
    for_now = Q(seasons__len=0) | Q(seasons__contains=[season])
    order: list[Any] = [Case(When(for_now, then=0), default=1)]
    if me is not None and me.height_mm:
        order.append(Abs(F("wearer_height_mm") - int(me.height_mm)).asc(nulls_last=True))
    return rows.order_by(*order, "-created_at", "-pk")


def _with_items(pks: Collection[int]) -> list[Look]:
    rows = Look.objects.prefetch_related(
        "items__kind__parent", "items__product__kind__parent", "items__product__brand", "items__product__images"
    )
    return list(rows.filter(pk__in=pks))
