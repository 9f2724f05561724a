"""Looks I can build: a look's items matched one by one to my closet.

An item is matched by the nearest garment of its kind's family (slippers stand in for no loafers) in embedding and
colour. How near is near enough is measured (`measure_threshold`), not guessed: on pairs known to show the same garment
and pairs known not to.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..pieces import Piece, wearable
from ..rules.layers import ACCESSORY, BAG, BOTTOM, DRESS, HAT, OUTER, SHOES, TOP
from ..rules.weather import Weather, needed_warmth, warmth_value
from ..score.colour import palette_distances
from ..score.features import embeddings_of

# How much of a look an item makes up.
ITEM_WEIGHT: Mapping[str, float] = {
    TOP: 1.0, BOTTOM: 1.0, DRESS: 2.0, OUTER: 1.0, SHOES: 0.7, BAG: 0.4, HAT: 0.3, ACCESSORY: 0.2,
}  # fmt: skip
COLOUR_SHARE = 0.35
COLOUR_REACH = 40.0
KIND_BONUS = 0.08
# Kinds that stand in for each other; a kind that is in none stands in for itself alone.
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"t-shirt", "polo"}), frozenset({"long-sleeve", "t-shirt"}), frozenset({"shirt", "blouse"}),
    frozenset({"sleeveless", "bodysuit"}), frozenset({"knit", "sweatshirt"}), frozenset({"sweatshirt", "hoodie"}),
    frozenset({"knit", "cardigan"}), frozenset({"jeans", "trousers"}), frozenset({"sweatpants", "leggings"}),
    frozenset({"dress-shoes", "flats"}), frozenset({"heels", "flats"}), frozenset({"sandals", "slippers"}),
    frozenset({"coat", "padded"}), frozenset({"jacket", "blazer"}), frozenset({"handbag", "tote", "crossbody"}),
    frozenset({"handbag", "clutch"}), frozenset({"cap", "hat"}), frozenset({"dress", "jumpsuit"}),
)  # fmt: skip
# Of the same kind a garment is a stand-in if its colours are near, however another photo shows its cut.
SAME_KIND_FORM = 0.75
LEAST_MINE = 0.4  # coverage below which a look is not one "I can build"
# Measured on street garments, each in two lights (`measure_threshold`): at 0.81 the same garment under another light is
# told from others of its slot (96 % of the same, 5 % of others). A stand-in need not be the same: 0.70 lets 29 % of the
# same kind and 12 % of other kinds of the slot pass.
SAME_GARMENT = 0.81
DEFAULT_THRESHOLD = 0.70
ALIKE = 0.65  # body likeness from which a wearer is built like me: about 5 cm and 7 kg apart
BEARABLE = 0.2  # `warmth_value` below which a look is for other weather


@dataclass(frozen=True)
class ItemMatch:
    """A look's item beside the garment that stands in for it, None when none is near enough."""

    item: Piece
    mine: Piece | None
    likeness: float


@dataclass(frozen=True)
class LookMatch:
    """A look against a closet: its items' matches, and how much of it can be built, 0..1."""

    look: Hashable
    items: tuple[ItemMatch, ...]
    coverage: float
    likeness: float

    @property
    def missing(self) -> tuple[Piece, ...]:
        """Items nothing in the closet stands in for; offer products for these."""
        return tuple(match.item for match in self.items if match.mine is None)


def likeness_table(items: Sequence[Piece], mine: Sequence[Piece]) -> np.ndarray:
    """(n, m) likeness 0..1 of items to garments: embedding cosine, colour, and the same kind.

    Pieces of different slots are 0. Without an embedding on either side colour and kind decide alone,
    and can never reach the default threshold by colour only.
    """
    table = np.zeros((len(items), len(mine)), dtype=np.float32)
    for slot, rows in _grouped(items, "slot").items():
        columns = [column for column, garment in enumerate(mine) if garment.slot == slot]
        table[np.ix_(rows, columns)] = _likeness([items[row] for row in rows], [mine[column] for column in columns])[0]
    return table


def _grouped(pieces: Sequence[Piece], name: str) -> dict[str, list[int]]:
    """Where the pieces with each value of an attribute stand."""
    places: dict[str, list[int]] = {}
    for place, piece in enumerate(pieces):
        places.setdefault(getattr(piece, name), []).append(place)
    return places


def _agree(items: Sequence[Piece], mine: Sequence[Piece], name: str) -> np.ndarray:
    """(n, m) bool: whether an attribute is the same."""
    these, those = (np.array([getattr(piece, name) for piece in pieces], dtype=str) for pieces in (items, mine))
    return these[:, None] == those[None, :]


def _likeness(items: Sequence[Piece], mine: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(n, m) each, whatever the slots: likeness, likeness of colour (0.5 where none is known), and the same kind."""
    gaps = palette_distances(items, mine)
    shade = np.where(np.isfinite(gaps), np.exp(-((np.where(np.isfinite(gaps), gaps, 0.0) / COLOUR_REACH) ** 2)), 0.5)
    same = _agree(items, mine, "kind")
    (vectors, known), (others, others_known) = embeddings_of(items), embeddings_of(mine)
    by_kind = np.where(same, 0.6, 0.2)
    form = np.where(known[:, None] & others_known[None, :], np.clip(vectors @ others.T, 0.0, None), by_kind)
    value = ((1 - COLOUR_SHARE) * form + COLOUR_SHARE * shade + KIND_BONUS * same) / (1 + KIND_BONUS)
    return np.minimum(value, 1.0), shade, same


def same_family(one: str, other: str) -> bool:
    """Whether a kind may stand in for another."""
    return one == other or any({one, other} <= family for family in FAMILIES)


def stand_in_table(items: Sequence[Piece], mine: Sequence[Piece]) -> np.ndarray:
    """(n, m) as `likeness_table`, 0 outside an item's family of kinds; the same kind stands in by its colours."""
    table = np.zeros((len(items), len(mine)), dtype=np.float32)
    kinds = _grouped(mine, "kind")
    for kind, rows in _grouped(items, "kind").items():
        columns = [place for other, places in kinds.items() if same_family(kind, other) for place in places]
        if not columns:
            continue
        asked, offered = [items[row] for row in rows], [mine[column] for column in columns]
        value, shade, same = _likeness(asked, offered)
        form = (1 - COLOUR_SHARE) * SAME_KIND_FORM + COLOUR_SHARE * shade + KIND_BONUS
        value = np.where(same, np.maximum(value, np.minimum(form / (1 + KIND_BONUS), 1.0)), value)
        table[np.ix_(rows, columns)] = np.where(_agree(asked, offered, "slot"), value, 0.0)
    return table


def match_look(
    look: Hashable,
    items: Sequence[Piece],
    closet: Sequence[Piece],
    *,
    threshold: float = DEFAULT_THRESHOLD,
) -> LookMatch:
    """Match a look's items to a closet, each garment used once, the nearest pairs first."""
    ready = [piece for piece in closet if wearable(piece)]
    return _match(look, items, ready, stand_in_table(items, ready), threshold)


def _match(
    look: Hashable, items: Sequence[Piece], ready: Sequence[Piece], table: np.ndarray, threshold: float
) -> LookMatch:
    """table: the items' stand-ins, see `stand_in_table`."""
    matched: dict[int, int] = {}
    used: set[int] = set()
    near_enough = np.argwhere(table >= threshold)
    for row, column in near_enough[np.argsort(-table[tuple(near_enough.T)], kind="stable")].tolist():
        if row not in matched and column not in used:
            matched[row] = column
            used.add(column)
    return matched_so(look, items, ready, table, matched)


def matched_so(
    look: Hashable, items: Sequence[Piece], ready: Sequence[Piece], table: np.ndarray, matched: Mapping[int, int]
) -> LookMatch:
    """The match in which each item of `matched` is made by that garment of `ready`. table: (n, m) likenesses."""
    matches = tuple(
        ItemMatch(
            item,
            ready[matched[row]] if row in matched else None,
            float(table[row, matched[row]] if row in matched else table[row].max(initial=0.0)),
        )
        for row, item in enumerate(items)
    )
    weight = [ITEM_WEIGHT.get(item.slot, 0.2) for item in items]
    total = sum(weight)
    got = sum(share for share, match in zip(weight, matches, strict=True) if match.mine is not None)
    near = sum(share * match.likeness for share, match in zip(weight, matches, strict=True))
    return LookMatch(look, matches, got / total if total else 0.0, near / total if total else 0.0)


@dataclass(frozen=True)
class Wearer:
    """Whose body a look was worn on; any figure may be unknown."""

    height_mm: float | None = None
    weight_g: float | None = None
    shape: str | None = None


def body_likeness(me: Wearer, other: Wearer) -> float:
    """0..1: how alike two wearers are built; 0.5 where nothing can be compared.

    A difference of 8 cm, or of 12 kg, halves it.
    """
    terms = []
    if me.height_mm and other.height_mm:
        terms.append(0.5 ** (abs(me.height_mm - other.height_mm) / 80))
    if me.weight_g and other.weight_g:
        terms.append(0.5 ** (abs(me.weight_g - other.weight_g) / 12_000))
    if me.shape and other.shape and "unclassified" not in (me.shape, other.shape):
        terms.append(1.0 if me.shape == other.shape else 0.4)
    return sum(terms) / len(terms) if terms else 0.5


@dataclass(frozen=True)
class LookOffer:
    """A look to be matched: its items, what it is for, and who wore it."""

    look: Hashable
    items: tuple[Piece, ...]
    seasons: frozenset[str] = frozenset()
    wearer: Wearer = Wearer()


class RankedLook(NamedTuple):
    """A look with the named parts of its rank; whether it suits the day, and whether its wearer is built like me."""

    match: LookMatch
    parts: dict[str, float]
    suits: bool = True
    alike: bool = False

    @property
    def total(self) -> float:
        """The sum of its parts."""
        return sum(self.parts.values())


def rank_looks(
    looks: Sequence[LookOffer],
    closet: Sequence[Piece],
    *,
    weather: Weather | None = None,
    season: str | None = None,
    me: Wearer | None = None,
    threshold: float = DEFAULT_THRESHOLD,
) -> list[RankedLook]:
    """Looks by how well they can be built today, each with the named parts of its rank.

    Looks for another season or weather come last, however much of them I own. Of the others, those of
    which I own something and whose wearer is built like me come first, when `me` is given (only with
    the member's consent). Parts: coverage, likeness, weather (summed warmth of the items), season, and
    body. Weights 0.45, 0.2, 0.15, 0.1, 0.1; a part that is unknown for all looks leaves with its weight.
    """
    shares = {"coverage": 0.45, "likeness": 0.2, "weather": 0.15, "season": 0.1, "body": 0.1}
    known = {"coverage", "likeness"}
    known |= {"weather"} if weather is not None else set()
    known |= {"season"} if season is not None else set()
    known |= {"body"} if me is not None else set()
    mass = sum(shares[name] for name in known)
    answer: list[RankedLook] = []
    ready = [piece for piece in closet if wearable(piece)]
    table = stand_in_table([item for offer in looks for item in offer.items], ready)  # of all looks at once
    end = 0
    for offer in looks:
        start, end = end, end + len(offer.items)
        match = _match(offer.look, offer.items, ready, table[start:end], threshold)
        values = {"coverage": match.coverage, "likeness": match.likeness}
        if weather is not None:
            warm = sum(item.warmth for item in offer.items)
            values["weather"] = float(warmth_value(warm, needed_warmth(weather.feels)))
        if season is not None:
            values["season"] = 1.0 if season in offer.seasons else 0.5 if not offer.seasons else 0.1
        if me is not None:
            values["body"] = body_likeness(me, offer.wearer)
        parts = {name: values[name] * shares[name] / mass for name in shares if name in known}
        suits = (season is None or not offer.seasons or season in offer.seasons) and (
            values.get("weather", 1.0) >= BEARABLE
        )
        alike = match.coverage > 0 and values.get("body", 0.0) >= ALIKE
        answer.append(RankedLook(match, parts, suits, alike))
    answer.sort(key=lambda found: (not found.suits, not found.alike, -found.total))
    return answer


def measure_threshold(same: Sequence[float], different: Sequence[float]) -> tuple[float, float, float]:
    """The likeness that best tells same from different: (threshold, true and false positive rate).

    same, different: likenesses of pairs known to show the same garment, and other garments of the
    same slot. Youden's J is maximised. Raises ValueError when either is empty.
    """
    if not len(same) or not len(different):
        raise ValueError("both kinds of pairs are needed")
    yes, no = np.sort(np.asarray(same)), np.sort(np.asarray(different))
    cuts = np.unique(np.concatenate([yes, no]))
    hit = 1 - np.searchsorted(yes, cuts, side="left") / len(yes)
    miss = 1 - np.searchsorted(no, cuts, side="left") / len(no)
    best = int(np.argmax(hit - miss))
    return float(cuts[best]), float(hit[best]), float(miss[best])
