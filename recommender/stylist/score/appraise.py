"""Part values of outfits drawn from one pool of pieces: what `score` sums and `outfits` searches.

Pairs are judged once, as (n, n) tables; an outfit's value of a pairwise part is the mean over its
pairs, of a single-piece part the mean over its pieces, both weighted by how much of the wearer a
piece covers. So one outfit scored alone and the same outfit found by the search score the same.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from ..fit.body_shape import UNCLASSIFIED, body_value
from ..pieces import Piece
from ..rules.context import Context
from ..rules.layers import ACCESSORY, BAG, BOTTOM, DRESS, HAT, OUTER, SHOES, SLOT_INDEX, TOP, WORN_SLOTS
from ..rules.weather import needed_warmth, rain_value, warmth_value
from . import agreement, colour
from .agreement import Traits, traits_of
from .colour import Palettes, palettes_of
from .compatibility import Compatibility, Encoded
from .parts import part_weights
from .reactions import Taste

# How much of what others see a slot is; order of WORN_SLOTS.
VISIBILITY: Mapping[str, float] = {
    TOP: 0.9,
    BOTTOM: 0.9,
    DRESS: 1.3,
    OUTER: 1.0,
    SHOES: 0.5,
    BAG: 0.4,
    HAT: 0.3,
    ACCESSORY: 0.2,
}
# What makes an outfit whole; a dress counts as top and bottom.
COMPLETENESS = np.array([0.3, 0.3, 0.6, 0.05, 0.2, 0.1, 0.03, 0.02], dtype=np.float32)
REST_DAYS = {BOTTOM: 3.0, OUTER: 2.0, SHOES: 2.0, BAG: 1.0, HAT: 1.5, ACCESSORY: 1.5}
_FIT_VALUE = {"fits": 1.0, "loose": 0.55, "tight": 0.0}
PAIR_PARTS = ("hue", "contrast", "formality", "season", "pattern", "style", "learned", "taste")
NO_ONE = -1


class Pool:
    """Pieces judged together for one request.

    pieces: at most a few hundred (the tables are n x n); a larger closet is thinned first.
    model: the learned compatibility model, None to do without.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        context: Context,
        weights: Mapping[str, object] | None = None,
        *,
        taste: Taste | None = None,
        model: Compatibility | None = None,
        typical_cost: float | None = None,
    ) -> None:
        self.pieces = list(pieces)
        self.context = context
        self.weights = weights
        self.taste = taste or Taste()
        self.model = model
        self.row_of = {piece.id: row for row, piece in enumerate(self.pieces)}
        self.slot = np.array([SLOT_INDEX.get(piece.slot, ACCESSORY_ROW) for piece in self.pieces], dtype=np.intp)
        self.visibility = np.array([VISIBILITY.get(piece.slot, 0.2) for piece in self.pieces], dtype=np.float32)
        self.palettes: Palettes = palettes_of(self.pieces)
        self.traits: Traits = traits_of(self.pieces)
        self.typical_cost = typical_cost if typical_cost is not None else typical_cost_per_wear(self.pieces)
        self.shares = part_weights(weights, self.known_parts)

    @cached_property
    def known_parts(self) -> list[str]:
        """Parts this request can say something about, in the order of `score.PARTS`."""
        context = self.context
        known = {
            "hue": self.palettes.known.any(),
            "contrast": self.palettes.known.any(),
            "accent": self.palettes.known.any(),
            "formality": True,
            "season": True,
            "pattern": True,
            "style": True,
            "learned": self.model is not None,
            "warmth": context.feels is not None,
            "rain": context.weather is not None and context.weather.wet,
            "occasion": context.wanted_formality is not None,
            "mood": context.wanted_mood is not None,
            "fresh": any(piece.owned for piece in self.pieces),
            "value": any(piece.price is not None for piece in self.pieces),
            "taste": self.taste.known,
            "fit": any(piece.fits != "unknown" for piece in self.pieces),
            "body": context.body_notes and context.shape != UNCLASSIFIED,
            "complete": True,
        }
        return [name for name, is_known in known.items() if is_known]

    def drop_part(self, name: str) -> None:
        """Leave a part out of every score of this pool; its weight goes to the others."""
        self.known_parts = [known for known in self.known_parts if known != name]
        self.shares = part_weights(self.weights, self.known_parts)

    @cached_property
    def single(self) -> dict[str, np.ndarray]:
        """Part -> (n,) float32 values of pieces on their own."""
        context, pieces = self.context, self.pieces
        table: dict[str, np.ndarray] = {
            "fresh": np.array([freshness(piece) for piece in pieces], dtype=np.float32),
            "value": np.array([worth(piece, self.typical_cost) for piece in pieces], dtype=np.float32),
            "fit": np.array([_FIT_VALUE.get(piece.fits, 0.6) for piece in pieces], dtype=np.float32),
            "rain": np.array([rain_value(piece) for piece in pieces], dtype=np.float32),
            "body": np.array([body_value(context.shape, piece.kind) for piece in pieces], dtype=np.float32),
        }
        if context.wanted_formality is not None:
            gap = (self.traits.formality - context.wanted_formality) / 0.3
            table["occasion"] = np.exp(-gap * gap)
            if context.wanted_style is not None:
                close = agreement.closeness_to_style(self.traits, context.wanted_style)
                table["occasion"] = 0.7 * table["occasion"] + 0.3 * close
        if context.wanted_mood is not None:
            table["mood"] = agreement.closeness_to_style(self.traits, context.wanted_mood)
        if context.wanted_season is not None:
            table["season"] = np.array(
                [_season_value(piece, context.wanted_season) for piece in pieces], dtype=np.float32
            )
        if self.taste.known:
            table["taste"] = self.taste.piece_leanings(pieces)
        return table

    @cached_property
    def pair(self) -> dict[str, np.ndarray]:
        """Part -> (n, n) float32 values of pairs; `taste` holds leanings, not yet 0..1."""
        return self.pair_with(np.arange(len(self.pieces)))

    def pair_with(self, rows: Sequence[int] | np.ndarray) -> dict[str, np.ndarray]:
        """Part -> (n, len(rows)) values of every piece with some of the pieces."""
        rows = np.asarray(rows, dtype=np.intp)
        palettes, traits = self.palettes.take(rows), self.traits.take(rows)
        table = colour.pair_harmony(self.palettes, palettes)
        table["formality"] = agreement.formality_agreement(self.traits, traits)
        table["season"] = agreement.season_agreement(self.traits, traits)
        table["pattern"] = agreement.pattern_agreement(self.traits, traits)
        table["style"] = agreement.style_agreement(self.traits, traits)
        if self.model is not None:
            table["learned"] = self.model.pair_agreement(self.encoded, self.encoded.take(rows))
        if self.taste.known:
            table["taste"] = self.taste.pair_leanings(self.pieces, rows)
        return table

    def totals_of_pairs(self, row: int, judged: Mapping[str, np.ndarray]) -> np.ndarray:
        """(n,) totals of outfits of two, a piece with each other one: as `totals`, without a table of all pairs.

        judged: `pair_with([row])`.
        """
        others = np.arange(len(self.pieces))
        outfits = np.stack([np.full(len(others), row), others], axis=1)
        values = self.values(outfits, [name for name in self.known_parts if name not in PAIR_PARTS])
        table = {name: column[:, 0] for name, column in judged.items()}
        for name in self.known_parts:
            if name == "taste":
                alone = self.single["taste"][row] + self.single["taste"]
                values[name] = 0.5 + 0.5 * np.tanh(0.5 * table["taste"] + alone)
            elif name == "season" and "season" in self.single:
                seen = self.visibility * self.single["season"]
                values[name] = 0.5 * table["season"] + 0.5 * (seen[row] + seen) / (
                    self.visibility[row] + self.visibility
                )
            elif name in PAIR_PARTS:
                values[name] = table[name]
        return self._weighed(values, len(others))

    def part(self, rows: Sequence[int]) -> "Pool":
        """A pool of some of the pieces alone, in that order, which judges them as this one does."""
        pieces = [self.pieces[row] for row in rows]
        small = Pool(
            pieces, self.context, self.weights, taste=self.taste, model=self.model, typical_cost=self.typical_cost
        )
        small.known_parts, small.shares = self.known_parts, self.shares
        if self.model is not None:
            small.encoded = self.encoded.take(rows)
        return small

    @cached_property
    def encoded(self) -> Encoded:
        """The pool's pieces as the learned model sees them; asked for only where there is one."""
        if self.model is None:
            raise ValueError("this pool was made without a learned model")
        return self.model.encode(self.pieces)

    @cached_property
    def gated(self) -> np.ndarray:
        """(n, n) float32: the learned model's term of pairs."""
        if self.model is None:
            raise ValueError("this pool was made without a learned model")
        return self.model.gated(self.encoded)

    @cached_property
    def banned(self) -> np.ndarray:
        """(n, n) bool: pairs that may never meet."""
        table = np.zeros((len(self.pieces), len(self.pieces)), dtype=bool)
        for pair in self.taste.banned:
            rows = [self.row_of[id] for id in pair if id in self.row_of]
            if len(rows) == 2:
                table[rows[0], rows[1]] = table[rows[1], rows[0]] = True
        return table

    def values(self, outfits: np.ndarray, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """Part -> (m,) float64 values of outfits given as (m, k) rows, -1 where there is no piece.

        names: which of the known parts, all by default.
        """
        outfits = np.atleast_2d(np.asarray(outfits, dtype=np.intp))
        worn = outfits != NO_ONE
        safe = np.where(worn, outfits, 0)
        seen = np.where(worn, self.visibility[safe], 0.0)
        pair_seen = seen[:, :, None] * seen[:, None, :]
        k = outfits.shape[1]
        pair_seen[:, np.arange(k), np.arange(k)] = 0.0
        pair_mass = pair_seen.sum(axis=(1, 2))
        mass = np.maximum(seen.sum(axis=1), 1e-9)

        def of_pairs(table: np.ndarray, empty: float = 0.5) -> np.ndarray:
            total = (table[safe[:, :, None], safe[:, None, :]] * pair_seen).sum(axis=(1, 2))
            return np.where(pair_mass > 0, total / np.maximum(pair_mass, 1e-9), empty)

        def of_pieces(column: np.ndarray) -> np.ndarray:
            return (column[safe] * seen).sum(axis=1) / mass

        values: dict[str, np.ndarray] = {}
        for name in self.known_parts if names is None else [one for one in self.known_parts if one in names]:
            if name == "taste":
                # Leanings add up: one disliked pair must not be thinned by five innocent ones.
                pairs = np.where(pair_seen > 0, self.pair["taste"][safe[:, :, None], safe[:, None, :]], 0.0)
                pieces = np.where(worn, self.single["taste"][safe], 0.0)
                values[name] = 0.5 + 0.5 * np.tanh(0.5 * pairs.sum(axis=(1, 2)) / 2 + pieces.sum(axis=1))
            elif name == "season" and "season" in self.single:
                values[name] = 0.5 * of_pairs(self.pair["season"]) + 0.5 * of_pieces(self.single["season"])
            elif name == "learned" and self.model is not None:
                # The outfit as a whole, not the mean of its pairs: three good pairs can be one too many.
                values[name] = self.model.agreement(self.encoded, outfits, self.gated).astype(np.float64)
            elif name in PAIR_PARTS:
                values[name] = of_pairs(self.pair[name])
            elif name == "accent":
                values[name] = self._accents(outfits)
            elif name == "warmth":
                total = np.where(worn, self.traits.warmth[safe], 0.0).sum(axis=1)
                values[name] = warmth_value(total, needed_warmth(float(self.context.feels or 0.0)))
            elif name == "complete":
                values[name] = completeness(self.slot, outfits)
            else:
                values[name] = of_pieces(self.single[name])
        return values

    def _accents(self, outfits: np.ndarray) -> np.ndarray:
        """(m,) float64 of `colour.accent_value`; outfits that share their vivid pieces share the answer."""
        vivid: np.ndarray = np.any(colour.is_vivid(self.palettes), axis=1)
        loud = np.sort(np.where((outfits != NO_ONE) & vivid[outfits], outfits, NO_ONE), axis=1)
        sets, which = np.unique(loud, axis=0, return_inverse=True)
        found = np.array([colour.accent_value(self.palettes.take(row[row != NO_ONE])) for row in sets])
        return found[which.ravel()]

    def totals(self, outfits: np.ndarray) -> np.ndarray:
        """(m,) total scores of outfits given as in `values`."""
        return self._weighed(self.values(outfits), len(np.atleast_2d(outfits)))

    def _weighed(self, values: Mapping[str, np.ndarray], count: int) -> np.ndarray:
        return sum((np.clip(values[name], 0, 1) * share for name, share in self.shares.items()), np.zeros(count))


ACCESSORY_ROW = SLOT_INDEX[ACCESSORY]


def completeness(slot: np.ndarray, outfits: np.ndarray) -> np.ndarray:
    """(m,) 0..1: how whole outfits are; slot: (n,) index of each piece in WORN_SLOTS."""
    worn = outfits != NO_ONE
    have = np.zeros((len(outfits), len(WORN_SLOTS)), dtype=bool)
    rows = np.broadcast_to(np.arange(len(outfits))[:, None], outfits.shape)
    have[rows[worn], slot[outfits[worn]]] = True
    have[:, SLOT_INDEX[TOP]] &= ~have[:, SLOT_INDEX[DRESS]]  # a knit over a dress completes nothing
    return have @ COMPLETENESS


def freshness(piece: Piece) -> float:
    """0..1: 0 just worn, rising with days of rest; things like jeans and shoes rest quickly."""
    if piece.last_worn_days is None:
        return 0.85 if piece.wears == 0 else 0.7
    rest = REST_DAYS.get(piece.slot, 7.0)
    return float(1 - np.exp(-max(piece.last_worn_days, 0) / rest))


def cost_per_wear(piece: Piece) -> float | None:
    """Price over wears so far (an unworn piece has cost its price), None without a price."""
    if piece.price is None or piece.price < 0:
        return None
    return float(piece.price) / max(piece.wears, 1)


def typical_cost_per_wear(pieces: Sequence[Piece]) -> float | None:
    """Median cost per wear of the priced pieces, None when none is priced."""
    costs = [cost for piece in pieces if (cost := cost_per_wear(piece)) is not None]
    return float(np.median(costs)) if costs else None


def worth(piece: Piece, typical: float | None) -> float:
    """0..1: how much wearing it would improve its cost per wear; 0.5 when unknown or typical."""
    cost = cost_per_wear(piece)
    if cost is None or typical is None or cost + typical <= 0:
        return 0.5
    return cost / (cost + typical)


def _season_value(piece: Piece, season: str) -> float:
    """How far a piece is for a season; spring and autumn stand in for each other."""
    if not piece.seasons:
        return 0.5
    value = piece.seasons.get(season, 0.0)
    if season in ("spring", "autumn"):
        value = max(value, piece.seasons.get("autumn" if season == "spring" else "spring", 0.0))
    return float(min(max(value, 0.0), 1.0))
