"""Rows of the closet and the catalogue as the stylist's `Piece`s."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import starmap
from typing import Any, NamedTuple, cast

import numpy as np
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from catalog.models import Kind, LookItem, Product
from catalog.taxonomy import KIND_BY_SLUG
from closet.models import Garment, User
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.stylist.pieces import STYLE_SLUGS, Piece


def _colours(palette: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float, float, float], ...]:
    rows = []
    for colour in palette:
        lightness, a, b = (float(value) for value in colour["lab"])
        rows.append((lightness, a, b, float(colour["share"])))
    return tuple(rows)


def _styles(scores: Mapping[str, float]) -> np.ndarray | None:
    """(8,) float32 in the stylist's order; None while nothing is known."""
    return np.array([scores.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32) if scores else None


def _seasons(seasons: Sequence[str]) -> dict[str, float]:
    return dict.fromkeys(seasons, 1.0)


# "5Y", "24 months", "110세", "kids 6": what only children's labels say. Numbers alone mean grown-ups' sizes too.
_CHILD = re.compile(
    r"(?i)^\s*\d{1,3}\s*(y|yrs?|years?|t|m|mo|months?|세|개월|호)\.?\s*$|kids?|junior|아동|키즈|주니어|유아"
)
_GROWN = re.compile(r"(?i)^\s*(x{0,3}s|m|x{0,3}l|free|w?\d{2}\s*[/-]\s*l?\d{2})\s*$")


def is_childs(size_label: str) -> bool | None:
    """Whether a size label is a child's, None where it does not tell."""
    if _CHILD.search(size_label):
        return True
    return False if _GROWN.match(size_label) else None


class GarmentRow(NamedTuple):
    """What a piece takes of a garment: thousands are read in a fraction of the time that as many models take."""

    id: int
    owner_id: int
    kind_id: int
    colours: list[dict[str, Any]]
    pattern: str
    material: str
    seasons: list[str]
    styles: dict[str, float]
    formality: float
    warmth: float
    wears: int
    last_worn_on: date | None
    price: Decimal | None
    state: str
    fits: str
    brand_name: str
    gender: str
    size_label: str
    measures: dict[str, float]
    sleeve: str
    owner_fields: list[str]
    confidences: dict[str, float]


# zone -> (a child's below, a grown-up's from) mm, lying flat: what no grown-up, or hardly a child, can wear.
_CHILD_MEASURES = {"chest": (370, 430), "foot": (205, 230)}


def childs(garment: Garment | GarmentRow) -> bool | None:
    """Whether it is cut for a child: by its label, then by its measures; None where neither tells."""
    told = is_childs(garment.size_label)
    if told is not None:
        return told
    for zone, (child, grown) in _CHILD_MEASURES.items():
        length = garment.measures.get(zone)
        if length is not None and not child <= length < grown:
            return bool(length < child)
    return None


def garment_piece(garment: Garment, embedding: np.ndarray | None = None) -> Piece:
    """A garment with its kind loaded. A member's own kind passes for its parent."""
    return _piece(garment, garment.kind, embedding, timezone.localdate())


def _piece(garment: Garment | GarmentRow, of_kind: Kind, embedding: np.ndarray | None, day: date) -> Piece:
    kind = of_kind.parent or of_kind if of_kind.parent_id else of_kind
    last_worn = (day - garment.last_worn_on).days if garment.last_worn_on else None
    return Piece(
        id=garment.id,
        kind=kind.slug,
        slot=of_kind.slot,
        colours=_colours(garment.colours),
        pattern=garment.pattern or None,
        material=garment.material or None,
        seasons=_seasons(garment.seasons),
        styles=_styles(garment.styles),
        formality=garment.formality,
        warmth=garment.warmth,
        layer=of_kind.layer,
        embedding=embedding,
        wears=garment.wears,
        last_worn_days=last_worn,
        price=float(garment.price) if garment.price is not None else None,
        state=garment.state,
        fits=garment.fits or "unknown",
        brand=garment.brand_name or None,
        gender=garment.gender,
        child=childs(garment),
        sleeve=garment.sleeve or None,
        pattern_sure=1.0 if "pattern" in garment.owner_fields else garment.confidences.get("pattern", 1.0),
    )


def product_piece(product: Product, embedding: np.ndarray | None = None) -> Piece:
    """A product with its kind and brand loaded."""
    kind = product.kind.parent or product.kind if product.kind.parent_id else product.kind
    return Piece(
        id=f"product-{product.pk}",
        kind=kind.slug,
        slot=product.kind.slot,
        colours=_colours(product.colours),
        pattern=product.pattern or None,
        material=product.material or None,
        seasons=_seasons(product.seasons),
        styles=_styles(product.styles),
        formality=product.kind.formality,
        warmth=product.kind.warmth,
        layer=product.kind.layer,
        embedding=embedding,
        price=float(product.price) if product.price is not None else None,
        brand=product.brand.name,
        gender=product.gender,
        owned=False,
    )


def look_item_piece(item: LookItem, embedding: np.ndarray | None = None) -> Piece:
    """A look's item; what its photo does not tell is taken from its product, where it has one."""
    if item.product is not None:
        return product_piece(item.product, embedding).with_(id=f"item-{item.pk}")
    kind = item.kind
    return Piece(
        id=f"item-{item.pk}",
        kind=kind.slug,
        slot=kind.slot,
        colours=_colours(item.colours),
        formality=kind.formality,
        warmth=kind.warmth,
        layer=kind.layer,
        embedding=embedding,
        owned=False,
    )


def seen_piece(seen: Mapping[str, Any], embedding: np.ndarray | None = None) -> Piece:
    """A garment on a photo that is not kept (see `recommender.services.photo_query.Query.garments`)."""
    spec = KIND_BY_SLUG[seen["kind"]]
    return Piece(
        id="seen",
        kind=seen["kind"],
        slot=seen["slot"],
        colours=_colours(seen["colours"]),
        pattern=seen["pattern"] or None,
        material=seen["material"] or None,
        seasons=_seasons(seen["seasons"]),
        styles=_styles(seen["styles"]),
        formality=spec.formality,
        warmth=spec.warmth,
        layer=spec.layer,
        embedding=embedding,
        owned=False,
    )


def row_of(piece: Piece) -> int:
    """The garment's row of a piece that stands for one (a look's or product's piece has a text as its id)."""
    return cast(int, piece.id)


def bare(piece: Piece) -> Piece:
    """Without its vector, to keep: a tenth of the bytes."""
    return piece.with_(embedding=None, seasons=dict(piece.seasons))  # the default of seasons cannot be pickled


def my_garments(user: User, among: Collection[int] | None = None) -> list[Garment]:
    """All that hangs in the member's closet (or those of `among`, which is a fraction of the work), for cards."""
    return _chosen(Garment.objects.owned_by(user).active(), among)


def garments_at_hand(user: User, among: Collection[int] | None = None) -> list[Garment]:
    """For outfits: the member's own, and what is lent to them, which is ready for them alone."""
    garments = _chosen(Garment.objects.in_hands_of(user).active(), among)
    for garment in garments:
        if garment.owner_id != user.pk:
            garment.state = Garment.State.READY
    return garments


def _chosen(garments: QuerySet[Garment], among: Collection[int] | None) -> list[Garment]:
    rows = with_kinds(garments)
    return list(rows if among is None else rows.filter(pk__in=among))


def with_kinds(garments: QuerySet[Garment]) -> QuerySet[Garment]:
    kinds = Prefetch("kind", Kind.objects.select_related("parent"))  # one object a kind, not one a garment
    return garments.prefetch_related(kinds, "brand")


def garment_rows(garments: QuerySet[Garment]) -> list[tuple[GarmentRow, Kind]]:
    """What pieces take of garments, with their kinds."""
    rows = list(starmap(GarmentRow, garments.values_list(*GarmentRow._fields)))
    kinds = Kind.objects.select_related("parent").in_bulk({row.kind_id for row in rows})
    return [(row, kinds[row.kind_id]) for row in rows]


def closet_pieces(*, reader: User, rows: Sequence[tuple[GarmentRow, Kind]], fits: Mapping[int, str]) -> list[Piece]:
    """All with their embeddings, in one more query. reader: what is lent to them is ready for them. fits: what measures
    say by garment's id; the owner's own word goes before."""
    vectors = similarity.garment_vectors(garments=[row.id for row, _kind in rows], model_key=current_model_key())
    day = timezone.localdate()
    pieces = []
    for row, kind in rows:
        state = row.state if row.owner_id == reader.pk else Garment.State.READY.value
        known = row._replace(state=state, fits=row.fits or fits.get(row.id, ""))
        pieces.append(_piece(known, kind, vectors.get(row.id), day))
    return pieces


def product_pieces(products: Iterable[Product]) -> list[Piece]:
    rows = list(products)
    vectors = similarity.product_vectors(products=[row.pk for row in rows], model_key=current_model_key())
    return [product_piece(row, vectors.get(row.pk)) for row in rows]
