"""Inspiration to my closet: what somebody wears on a photo that is not kept, as one outfit of what the member owns.

The photo goes the way of a search by photo (`photo_query`). Its garments are matched to the closet as a whole
(`stylist.outfits.inspiration`); what nothing stands in for is offered as products in the member's size and price band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from catalog.models import Kind, Product
from closet.models import Garment, User
from recommender.index.model_key import current_model_key
from recommender.services.answers import slot_of
from recommender.services.build_look import products_for
from recommender.services.complete_look import purse_of
from recommender.services.outfits import my_lessons
from recommender.services.photo_query import Query
from recommender.services.pieces import my_garments, row_of, seen_piece
from recommender.services.similar import why_alike
from recommender.services.sizes import closet_of, pieces_among
from recommender.stylist.outfits.inspiration import compose
from recommender.stylist.outfits.looks import ItemMatch
from recommender.stylist.outfits.suggest import score_outfit
from recommender.stylist.pieces import READY, Piece
from recommender.stylist.score.colour import palette_distance
from recommender.stylist.score.parts import Reason, Score
from recommender.stylist.score.reactions import NEVER

PRODUCTS = 4  # offered for a missing piece
# Families of reasons that speak of garments together.
TOGETHER = frozenset({"colour", "formality", "season", "pattern", "style", "texture", "layers", "learned"})


class InspiredPiece(NamedTuple):
    """A garment on the photo (of `Query.garments`), mine for it and why, or products where nothing of mine is near.

    likeness: 0..1, as for published looks; 0 for what is missing.
    """

    seen: Mapping[str, Any]
    mine: Garment | None
    likeness: float
    reasons: tuple[Reason, ...]
    products: list[Product]


@dataclass(frozen=True)
class Inspiration:
    """One outfit of mine after a photo.

    coverage: how much of the photo's outfit it makes, 0..1. turn: which of the `turns` combinations, from 0. person:
    whose outfit, from 1, of `people`, where several wear something; None where all of the photo is meant. score: of my
    garments together; None for fewer than two. sizes: product id -> the size to take.
    """

    rows: list[InspiredPiece]
    coverage: float
    turn: int
    turns: int
    person: int | None
    people: list[int]
    is_closet_empty: bool
    score: Score | None = None
    sizes: dict[int, str | None] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        return round(100 * self.coverage)

    @property
    def mine(self) -> list[Garment]:
        return [row.mine for row in self.rows if row.mine is not None]

    @property
    def missing(self) -> list[InspiredPiece]:
        return [row for row in self.rows if row.mine is None]

    @property
    def names(self) -> dict[object, str]:
        """Of the garments that reasons speak of."""
        return {garment.pk: garment.title for garment in self.mine}

    @property
    def reasons(self) -> list[Reason]:
        """How my garments go together; nothing of the day, or of each by itself."""
        return [one for one in self.score.reasons if one.code.split(".")[0] in TOGETHER] if self.score else []

    @property
    def next_turn(self) -> int | None:
        """The combination after this one, the first after the last; None where there is no other."""
        return (self.turn + 1) % self.turns if self.turns > 1 else None


def wearers(found: Query) -> list[int]:
    """Numbers, from 1, of those on the photo who wear something that was seen, where there are several."""
    seen = {one["number"] for one in found.garments}
    worn = [number for number, person in enumerate(found.people, 1) if seen.intersection(person["garments"])]
    return worn if len(worn) > 1 else []


def inspired(*, user: User, found: Query, person: int | None = None, turn: int = 0) -> Inspiration:
    """The outfit of the member's garments that comes nearest to the photo's as a whole, or (`turn`) one of the next.

    found: a query that is done, with garments on it. person: of `wearers`; the largest where there is no such number.
    Raises TooBusy.
    """
    people = wearers(found)
    chosen = person if person in people else next(iter(people), None)
    worn = set(found.people[chosen - 1]["garments"]) if chosen else {one["number"] for one in found.garments}
    seen = [one for one in found.garments if one["number"] in worn]
    items = _items(seen, comparable=found.model_key == current_model_key())

    with slot_of(user):  # not kept: what was seen is forgotten with the photo
        closet = [piece.with_(state=READY) for piece in closet_of(user)]  # what is in the laundry is owned, and said
        never = [lesson.pieces for lesson in my_lessons(user) if lesson.kind == NEVER]
        compositions = compose(found.id, items, closet, never=never)
    at = turn % len(compositions)
    match = compositions[at].match
    garments = {row.pk: row for row in my_garments(user, among={row_of(one) for one in compositions[at].pieces})}
    pieces = {row_of(piece): piece for piece in pieces_among(user, garments)}
    rows, sizes = _rows(user, seen, match.items, garments, pieces)
    score = score_outfit(list(pieces.values()), weights=user.profile.weights) if len(pieces) > 1 else None
    return Inspiration(rows, match.coverage, at, len(compositions), chosen, people, not closet, score, sizes)


def _items(seen: Sequence[Mapping[str, Any]], *, comparable: bool) -> list[Piece]:
    """comparable: whether their vectors are of the classifier that the closet's are of."""
    return [
        seen_piece(one, np.asarray(one["vector"], np.float32) if one["vector"] and comparable else None).with_(
            id=f"seen-{one['number']}"
        )
        for one in seen
    ]


def _rows(
    user: User,
    seen: Sequence[Mapping[str, Any]],
    matches: Sequence[ItemMatch],
    garments: Mapping[int, Garment],
    pieces: Mapping[int, Piece],
) -> tuple[list[InspiredPiece], dict[int, str | None]]:
    """Each of the photo's garments with mine or with products; and the sizes to take."""
    kinds = Kind.objects.in_bulk([match.item.kind for match in matches], field_name="slug")
    purse = None
    sizes: dict[int, str | None] = {}
    rows = []
    for told, match in zip(seen, matches, strict=True):
        item, likeness = match.item, match.likeness if match.mine else 0.0
        mine = garments.get(row_of(match.mine)) if match.mine else None
        reasons: tuple[Reason, ...] = ()
        products: list[Product] = []
        if mine is not None:
            reasons = why_alike(
                item, pieces[mine.pk], _distance(item, pieces[mine.pk]), palette_distance(item, pieces[mine.pk])
            )
        elif item.kind in kinds:
            purse = purse or purse_of(user=user)
            products, takes = products_for(
                user=user, purse=purse, kind=kinds[item.kind], vector=item.embedding, limit=PRODUCTS
            )
            sizes |= takes
        rows.append(InspiredPiece(told, mine, likeness, reasons, products))
    return rows, sizes


def _distance(item: Piece, mine: Piece) -> float:
    """1 - cosine; 1 where either has no vector."""
    if item.embedding is None or mine.embedding is None:
        return 1.0
    return 1.0 - float(item.embedding @ mine.embedding)
