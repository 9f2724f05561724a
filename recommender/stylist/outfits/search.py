"""The beam search behind `outfits.suggest`: thin the closet, grow outfits slot by slot, pick diverse ones.

The closet is thinned to the most promising pieces of each slot and pairs among those are judged
once. Partial outfits grow slot by slot within the day's rules; one whose best imaginable ending cannot reach what the
best already promise is dropped. What is left is scored exactly by the pool.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from ..pieces import Piece
from ..rules.context import Context
from ..rules.layers import ACCESSORY, BAG, BOTTOM, DRESS, HAT, OUTER, SHOES, SLOT_INDEX, TOP
from ..rules.rulebook import OutfitRules, Rulebook, outer_is_needed
from ..rules.together import NEEDS, UNDER
from ..rules.weather import needed_warmth, warmth_value
from ..score.appraise import COMPLETENESS, NO_ONE, Pool
from ..score.compatibility import Compatibility
from ..score.reactions import Taste, kin

# Pieces of a slot kept for the search: enough that the next best would not change a top ten.
POOL_SIZES: Mapping[str, int] = {
    TOP: 48, BOTTOM: 40, DRESS: 24, OUTER: 32, SHOES: 24, BAG: 12, HAT: 8, ACCESSORY: 12,
}  # fmt: skip
BEAM = 200
SAME_BASE_PIECE = 24  # partial outfits in the beam that share one top, bottom or dress
FINALISTS = 300
DIVERSITY = 0.22
SHUFFLE = 0.03  # of score: what a shuffle overlooks
DRAWN, SAMPLED = 3000, 400  # random outfits drawn, and those within the rules that say what a closet could do today


def thin(
    candidates: Sequence[Piece],
    kept: Sequence[Piece],
    context: Context,
    weights: Mapping[str, object] | None,
    taste: Taste,
    model: Compatibility | None,
    seed: int | None,
) -> list[Piece]:
    """The most promising pieces of each slot: on their own, beside what is locked, and spread by kind."""
    counts = Counter(piece.slot for piece in candidates)
    if all(counts[slot] <= size for slot, size in POOL_SIZES.items()):
        return [piece for piece in candidates if piece.slot in POOL_SIZES]
    whole = Pool([*kept, *candidates], context, weights, taste=taste, model=model)
    first = len(kept)
    promise = np.zeros(len(whole.pieces))
    for name, column in whole.single.items():
        if name in whole.shares:
            column = 0.5 + 0.5 * np.tanh(column) if name == "taste" else column
            promise += whole.shares[name] * column
    if kept:
        for name, table in whole.pair_with(range(first)).items():
            table = 0.5 + 0.5 * np.tanh(table) if name == "taste" else table
            promise += whole.shares.get(name, 0.0) * table.mean(axis=1)
    noise = np.random.default_rng(seed or 0)
    # Equal promise is common (nothing worn yet, no weather): a pinch of chance spreads the choice, and
    # a larger one is what "shuffle" means.
    promise += noise.normal(0, 0.08 if seed is not None else 0.01, len(promise))
    chosen: list[Piece] = []
    for slot, size in POOL_SIZES.items():
        rows = [row for row in range(first, len(whole.pieces)) if whole.pieces[row].slot == slot]
        rows.sort(key=lambda row: -promise[row])
        seen: Counter[str] = Counter()
        # Every further piece of a kind waits a little longer, so that ten shirts do not crowd out a knit.
        ranked = []
        for row in rows:
            kind = whole.pieces[row].kind
            ranked.append((promise[row] - 0.004 * seen[kind], row))
            seen[kind] += 1
        ranked.sort(reverse=True)
        chosen += [whole.pieces[row] for _, row in ranked[:size]]
    return chosen


class Search:
    """The beam over one pool; the first `locked` rows of the pool are in every outfit."""

    def __init__(self, pool: Pool, locked: int, seed: int | None, book: Rulebook) -> None:
        self.pool, self.locked, self.book = pool, locked, book
        self.rules = OutfitRules(book, pool.pieces)
        banned = book.banned(pool.pieces)
        banned[:locked, :locked] = False  # what a member locked together stays together
        self.banned = pool.banned | banned
        kinds = np.array([piece.kind for piece in pool.pieces])
        self.under = np.zeros(banned.shape, dtype=bool)  # (low, over)
        for over, low in UNDER.items():
            self.under |= np.isin(kinds, list(low))[:, None] & (kinds == over)[None, :]
        self.examined = 0
        self.random = np.random.default_rng(seed) if seed is not None else None
        self.rows_of = {
            slot: np.array(
                [row for row in range(locked, len(pool.pieces)) if pool.pieces[row].slot == slot], dtype=np.intp
            )
            for slot in POOL_SIZES
        }
        self.shares = pool.shares
        self._fold()
        feels = pool.context.feels
        self.needed = None if feels is None else needed_warmth(feels)
        self.warmth = pool.traits.warmth.astype(np.float64)

    def _fold(self) -> None:
        """Fold all pair parts and all single parts into one table and one column each."""
        pool = self.pool
        count = len(pool.pieces)
        self.pair = np.zeros((count, count), dtype=np.float64)
        self.single = np.zeros(count, dtype=np.float64)
        self.taste_pair = np.zeros((count, count))
        self.taste_single = np.zeros(count)
        for name, share in self.shares.items():
            if name == "taste":
                self.taste_pair, self.taste_single = pool.pair[name].astype(np.float64), pool.single[name]
            elif name == "season" and name in pool.single:
                self.pair += 0.5 * share * pool.pair[name]
                self.single += 0.5 * share * pool.single[name]
            elif name in pool.pair:
                self.pair += share * pool.pair[name]
            elif name in pool.single:
                self.single += share * pool.single[name]
        if self.random is not None:
            jitter = self.random.normal(0, 0.03, (count, count))
            self.pair += (jitter + jitter.T) / 2

    def run(self) -> np.ndarray:
        """(m, k) rows of finished outfits, -1 padded."""
        start = np.arange(self.locked, dtype=np.intp)[None, :]
        locked_slots = Counter(self.pool.pieces[row].slot for row in range(self.locked))
        beam = start if self.locked else np.zeros((1, 0), dtype=np.intp)
        beam = self._bases(beam, locked_slots)
        steps: list[tuple[str, bool]] = []  # slot, may stay empty
        if not locked_slots[BOTTOM]:
            steps.append(("legs", True))
        if locked_slots[TOP] < 2:
            steps.append(("middle", True))
        if not locked_slots[OUTER]:
            steps.append((OUTER, not outer_is_needed(self.book)))
        if not locked_slots[SHOES] and self.book.needs_shoes:
            steps.append((SHOES, False))
        steps += [(slot, True) for slot in (BAG, HAT) if not locked_slots[slot]]
        free = max(min(self.pool.context.max_accessories, 4) - locked_slots[ACCESSORY], 0)
        steps += [(ACCESSORY, True)] * free
        for at, (slot, optional) in enumerate(steps):
            beam = self._grow(beam, slot, optional, [name for name, _ in steps[at + 1 :]])
        return self._finish(beam[self.rules.hold(beam)] if beam.shape[1] else beam)

    def _bases(self, beam: np.ndarray, locked_slots: Counter[str]) -> np.ndarray:
        """Top and bottom, or a dress, around what is locked; whatever of them the closet has."""
        pieces = self.pool.pieces
        top_locked = any(pieces[row].slot == TOP for row in range(self.locked))
        if locked_slots[DRESS]:
            return beam
        tops, bottoms, dresses = (self.rows_of[slot] for slot in (TOP, BOTTOM, DRESS))
        grown: list[np.ndarray] = []
        if top_locked and locked_slots[BOTTOM]:
            return beam
        if not top_locked and not locked_slots[BOTTOM] and len(dresses):
            grown.append(self._grow(beam, DRESS, False, [SHOES, OUTER]))
        separate = beam
        if not top_locked and len(tops):
            separate = self._grow(separate, TOP, False, [BOTTOM, OUTER, SHOES], width=BEAM)
        if not locked_slots[BOTTOM] and len(bottoms):
            separate = self._grow(separate, BOTTOM, False, [OUTER, SHOES])
        whole = (top_locked or len(tops)) and (locked_slots[BOTTOM] or len(bottoms))
        # Half an outfit is only worth showing where no whole one can be made.
        if whole or not grown:
            grown.append(separate)
        return _stack(grown)

    def _grow(
        self, beam: np.ndarray, slot: str, optional: bool, later: Sequence[str], *, width: int = BEAM
    ) -> np.ndarray:
        """Every partial outfit with every candidate of a slot (and without, where optional), pruned."""
        candidates = self._candidates(slot)
        if not len(beam):
            return beam
        if not len(candidates):
            return beam[self.rules.hold(beam, finished=False)] if slot == OUTER and beam.shape[1] else beam
        parents, children = np.divmod(np.arange(len(beam) * len(candidates)), len(candidates))
        allowed = self._allowed(beam, candidates, slot).ravel()
        parents, children = parents[allowed], children[allowed]
        grown = np.concatenate([beam[parents], candidates[children][:, None]], axis=1)
        if optional or not len(grown):
            bare = np.concatenate([beam, np.full((len(beam), 1), NO_ONE)], axis=1)
            grown = np.concatenate([bare, grown])
        if slot == OUTER:  # all that warms is on: what cannot be warm enough goes no further
            grown = grown[self.rules.hold(grown, finished=False)]
        self.examined += len(grown)
        return self._prune(grown, later, width)

    def _candidates(self, slot: str) -> np.ndarray:
        pieces = self.pool.pieces
        tops = self.rows_of[TOP]
        if slot == "middle":
            return tops[[pieces[row].kind in UNDER for row in tops]] if len(tops) else tops
        if slot == "legs":  # leggings under a dress
            bottoms = self.rows_of[BOTTOM]
            return bottoms[[pieces[row].kind == "leggings" for row in bottoms]] if len(bottoms) else bottoms
        return self.rows_of[slot]

    def _allowed(self, beam: np.ndarray, candidates: np.ndarray, slot: str) -> np.ndarray:
        """(beam, candidates) bool: no banned pair, layers in order, no accessory twice."""
        pieces = self.pool.pieces
        worn = beam != NO_ONE
        safe = np.where(worn, beam, 0)
        banned = self.banned[safe[:, :, None], candidates[None, None, :]] & worn[:, :, None]
        allowed = ~banned.any(axis=1)
        allowed &= ~((safe[:, :, None] == candidates[None, None, :]) & worn[:, :, None]).any(axis=1)
        if slot in ("middle", "legs"):
            top = np.array([piece.slot == TOP for piece in pieces])
            dress = np.array([piece.slot == DRESS for piece in pieces])
            tops = (top[safe] & worn).sum(axis=1)
            if slot == "legs":
                bottom = np.array([piece.slot == BOTTOM for piece in pieces])
                allowed &= ((dress[safe] & worn).any(axis=1) & ~(bottom[safe] & worn).any(axis=1))[:, None]
            else:
                fine = (self.under[safe[:, :, None], candidates[None, None, :]] & worn[:, :, None]).any(axis=1)
                allowed &= fine & (tops == 1)[:, None]
        if slot == ACCESSORY:
            kinds = {kind: at for at, kind in enumerate(sorted({piece.kind for piece in pieces}))}
            kind = np.array([kinds[piece.kind] for piece in pieces])
            allowed &= ~((kind[safe][:, :, None] == kind[candidates][None, None, :]) & worn[:, :, None]).any(axis=1)
        for column, row in enumerate(candidates):
            needs = NEEDS.get(pieces[row].kind)
            if needs:
                has = np.array([piece.kind in needs for piece in pieces])
                allowed[:, column] &= (has[safe] & worn).any(axis=1)
        return allowed

    def _estimate(self, outfits: np.ndarray, later: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """((m,) likely score, (m,) bound no ending can exceed) of partial outfits.

        The bound lets every coming piece pair as well as the best pair of the pool, and warmth end
        at the best sum the coming slots can reach; the estimate keeps the pairs as they are.
        """
        pool = self.pool
        worn = outfits != NO_ONE
        safe = np.where(worn, outfits, 0)
        seen = np.where(worn, pool.visibility[safe], 0.0).astype(np.float64)
        pair_seen = seen[:, :, None] * seen[:, None, :]
        k = outfits.shape[1]
        pair_seen[:, np.arange(k), np.arange(k)] = 0.0
        pair_mass = pair_seen.sum(axis=(1, 2))
        pair_sum = (self.pair[safe[:, :, None], safe[:, None, :]] * pair_seen).sum(axis=(1, 2))
        mass = np.maximum(seen.sum(axis=1), 1e-9)
        single_sum = (self.single[safe] * seen).sum(axis=1)
        neutral = 0.5 * sum(share for name, share in self.shares.items() if name in pool.pair and name != "taste")
        pairs = np.where(pair_mass > 0, pair_sum / np.maximum(pair_mass, 1e-9), neutral)
        singles = single_sum / mass
        rest, most = self._outfit_parts(outfits, safe, worn, later)
        coming = sum(_VISIBLE_LATER.get(slot, 0.0) for slot in later)
        added_pairs = 2 * coming * mass + coming * coming
        best_pair = float(self.pair.max(initial=0.0))
        best_single = float(self.single.max(initial=0.0))
        bound = (
            np.maximum((pair_sum + best_pair * added_pairs) / np.maximum(pair_mass + added_pairs, 1e-9), pairs)
            + np.maximum((single_sum + best_single * coming) / (mass + coming), singles)
            + most
        )
        return pairs + singles + rest, bound

    def _outfit_parts(
        self, outfits: np.ndarray, safe: np.ndarray, worn: np.ndarray, later: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(estimate, bound) of the parts that belong to an outfit as a whole."""
        pool = self.pool
        estimate = np.zeros(len(outfits))
        bound = np.zeros(len(outfits))
        if self.needed is not None:
            share = self.shares.get("warmth", 0.0)
            total = np.where(worn, self.warmth[safe], 0.0).sum(axis=1)
            reach = total + sum(float(self.warmth[self._candidates(slot)].max(initial=0.0)) for slot in set(later))
            nearest = np.clip(self.needed, total, reach)
            value = warmth_value(nearest, self.needed)
            estimate += share * value
            bound += share * value
        if "taste" in self.shares:
            pairs = np.where(
                worn[:, :, None] & worn[:, None, :], self.taste_pair[safe[:, :, None], safe[:, None, :]], 0.0
            )
            k = outfits.shape[1]
            pairs[:, np.arange(k), np.arange(k)] = 0.0
            pieces = np.where(worn, self.taste_single[safe], 0.0).sum(axis=1)
            estimate += self.shares["taste"] * (0.5 + 0.5 * np.tanh(0.25 * pairs.sum(axis=(1, 2)) + pieces))
            bound += self.shares["taste"]
        share = self.shares.get("complete", 0.0)
        have = np.zeros(len(outfits))
        have += (COMPLETENESS[pool.slot[safe]] * worn).sum(axis=1)
        have = np.minimum(have, 1.0)
        estimate += share * have
        bound += share * np.minimum(have + sum(_COMPLETE_LATER.get(slot, 0.0) for slot in set(later)), 1.0)
        bound += self.shares.get("accent", 0.0)
        return estimate, bound

    def _prune(self, outfits: np.ndarray, later: Sequence[str], width: int) -> np.ndarray:
        """The most likely partial outfits, no base piece crowding out others, hopeless ones dropped."""
        if len(outfits) <= width and later:
            return outfits
        likely, bound = self._estimate(outfits, later)
        width = width if later else FINALISTS
        order = np.argsort(-likely, kind="stable")
        if len(order) > 12:
            floor = likely[order[min(11, len(order) - 1)]] - 0.35
            order = order[bound[order] >= floor]
        base = [[row for row in rows if row != NO_ONE] for rows in outfits[:, self.locked : self.locked + 2].tolist()]
        kept: list[int] = []
        used: Counter[int] = Counter()
        for at in order:
            members = base[at]
            if any(used[row] >= SAME_BASE_PIECE * (1 if later else 3) for row in members):
                continue
            used.update(members)
            kept.append(int(at))
            if len(kept) >= width:
                break
        if len(kept) < min(width, len(order)):
            have = set(kept)
            kept += [int(at) for at in order if int(at) not in have][: width - len(kept)]
        return outfits[kept]

    def _finish(self, beam: np.ndarray) -> np.ndarray:
        worn = beam[(beam != NO_ONE).any(axis=1)]
        if not len(worn):
            return worn
        _, first = np.unique(np.sort(worn, axis=1), axis=0, return_index=True)
        return worn[np.sort(first)]

    def sample(self, count: int = DRAWN) -> np.ndarray:
        """(m, 5) rows of outfits put together at random within the rules: what this closet could do today."""
        random = np.random.default_rng(7)
        tops, bottoms, dresses = (self.rows_of[slot] for slot in (TOP, BOTTOM, DRESS))
        rows = np.full((count, 5), NO_ONE, dtype=np.intp)
        whole = min(len(tops), len(bottoms))
        dressed = random.random(count) < len(dresses) / max(len(dresses) + whole, 1)
        if len(dresses):
            rows[:, 0] = random.choice(dresses, count)
        if whole:
            rows[~dressed, 0] = random.choice(tops, int((~dressed).sum()))
            rows[~dressed, 1] = random.choice(bottoms, int((~dressed).sum()))
        for column, slot in ((3, OUTER), (4, SHOES)):
            if len(self.rows_of[slot]) and (slot != SHOES or self.book.needs_shoes):
                bare = slot == OUTER and not outer_is_needed(self.book)
                chosen = random.choice(self.rows_of[slot], count)
                rows[:, column] = np.where(bare & (random.random(count) < 0.5), NO_ONE, chosen)
        middles = self._candidates("middle")
        if len(middles):
            mid = random.choice(middles, count)
            fits = (rows[:, 0] >= 0) & self.under[rows[:, 0], mid] & (random.random(count) < 0.5)
            rows[:, 2] = np.where(fits, mid, NO_ONE)
        rows = np.unique(rows[(rows >= 0).any(axis=1)], axis=0)
        worn = rows != NO_ONE
        safe = np.where(worn, rows, 0)
        meet = self.banned[safe[:, :, None], safe[:, None, :]] & worn[:, :, None] & worn[:, None, :]
        rows = rows[~meet.any(axis=(1, 2))]
        return random.permutation(rows[self.rules.hold(rows)])[:SAMPLED] if len(rows) else rows


_VISIBLE_LATER = {
    "middle": 0.9, "legs": 0.3, BOTTOM: 0.9, OUTER: 1.0, SHOES: 0.5, BAG: 0.4, HAT: 0.3, ACCESSORY: 0.2,
}  # fmt: skip
_COMPLETE_LATER = {slot: float(COMPLETENESS[SLOT_INDEX[slot]]) for slot in (BOTTOM, OUTER, SHOES, BAG, HAT, ACCESSORY)}


def _stack(beams: Sequence[np.ndarray]) -> np.ndarray:
    """Beams of different widths under each other, -1 padded on the right."""
    width = max(beam.shape[1] for beam in beams)
    return np.concatenate(
        [np.pad(beam, ((0, 0), (0, width - beam.shape[1])), constant_values=NO_ONE) for beam in beams]
    )


def pick_diverse(
    pool: Pool,
    outfits: np.ndarray,
    n: int,
    disliked: frozenset[frozenset[Hashable]],
    locked: int,
    seed: int | None = None,
) -> np.ndarray:
    """Up to n outfits: each the best of what is left after a price on sharing pieces with those chosen.

    Overlap is the visible share of pieces in common; locked pieces are in all and count in none. While there are any,
    the next one has another silhouette or colour story than all before (`story_of`) and another body. seed: a shuffle
    chooses among outfits of like quality; of a small closet the search finds the same ones every time.
    """
    if not len(outfits) or n <= 0:
        return outfits[:0]
    totals = pool.totals(outfits)
    order = np.argsort(-totals, kind="stable")[:FINALISTS]
    outfits, totals = outfits[order], totals[order]
    if seed is not None:
        totals = totals + np.random.default_rng(seed).normal(0, SHUFFLE, len(totals))
    if disliked:
        worn_together = [frozenset(pool.pieces[at].id for at in row if at != NO_ONE) for row in outfits]
        # Nor the same one with a coat over it or a shirt under it.
        fresh = np.array([not any(refused <= pieces for refused in disliked) for pieces in worn_together])
        if fresh.any():
            outfits, totals = outfits[fresh], totals[fresh]
    weight = pool.visibility.astype(np.float64).copy()
    weight[:locked] = 0.0
    worn = np.zeros((len(outfits), len(pool.pieces)))
    for at, row in enumerate(outfits):
        worn[at, row[row != NO_ONE]] = 1.0
    size = np.maximum(worn @ weight, 1e-9)
    told = [(piece.kind, kin(piece)[1]) if piece.slot in (TOP, BOTTOM, DRESS, OUTER) else None for piece in pool.pieces]
    stories = [_story([told[at] for at in row if at != NO_ONE]) for row in outfits.tolist()]
    body = np.array([piece.slot in (TOP, BOTTOM, DRESS) for piece in pool.pieces]) * (weight > 0)
    price = np.zeros(len(outfits))
    left = np.ones(len(outfits), dtype=bool)
    other = np.ones(len(outfits), dtype=bool)  # than all chosen: in story and body
    chosen: list[int] = []
    while left.any() and len(chosen) < n:
        pick_from = left & other if (left & other).any() else left
        best = int(np.argmax(np.where(pick_from, totals - DIVERSITY * price, -np.inf)))
        chosen.append(best)
        left[best] = False
        shared = (worn * worn[best]) @ weight / np.minimum(size, size[best])
        # The nearest chosen outfit costs most; being half like all of them costs too.
        price = np.maximum(price, shared) + 0.15 * shared
        same_body = (worn * body) @ (worn[best] * body) >= (worn * body).sum(axis=1)
        other &= ~same_body & np.array([story != stories[best] for story in stories])
    return outfits[chosen]


def story_of(pieces: Sequence[Piece]) -> tuple[frozenset[str], frozenset[str]]:
    """(kinds, colours) of what is most seen: two outfits that share both look alike.

    Colours are dark, mid or light for neutrals and one of eight hues for the rest.
    """
    return _story([(one.kind, kin(one)[1]) for one in pieces if one.slot in (TOP, BOTTOM, DRESS, OUTER)])


def _story(told: Sequence[tuple[str, str] | None]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(one[0] for one in told if one), frozenset(one[1] for one in told if one)
