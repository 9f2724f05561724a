"""Why an outfit: codes with pieces and numbers, each true when it is said.

Claims are proposed part by part; each code has a predicate in `HOLDS`, checked against the pieces when the sentence is
made. What is proposed and does not hold is not said. The lead is what sets an outfit apart from the others shown.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from ..fit.body_shape import body_note
from ..pieces import SEASON_SLUGS, STYLE_SLUGS, Piece
from ..rules.garments import MID_LAYERS, OVER_LAYERS, formality_of, main_chroma, may_be_busy
from ..rules.layers import BOTTOM, DRESS, OUTER, SHOES, TOP, missing_slots
from ..rules.occasions import DRESS_CODE_RULES, OCCASION_RULES, is_never, is_unfit, rule_of
from ..rules.styles import style_of
from ..rules.weather import needed_warmth, rain_value
from .appraise import Pool
from .colour import CLEARLY_APART, NEUTRAL_CHROMA
from .parts import AGAINST, Reason, Score, make_score

MAIN = (TOP, BOTTOM, DRESS, OUTER, SHOES)
ACCENT_CHROMA, SEEN_SHARE = 25.0, 0.1
ONE_HUE, NEAR_HUES, OPPOSITE = 25.0, 40.0, 150.0
CLASH_BETWEEN = (30.0, 62.0)  # degrees of hue that pull apart, where both are colours indeed
TONES_APART, EVEN_DRESS, DRESSIER = 15.0, 0.25, 0.35
CLEAR_STYLE = 0.3  # share of a style from which a piece is said to be of it: a T-shirt is of none
OFTEN, HURTS = 0.62, 0.03
PAIRED = ("hue", "contrast", "learned")
SPOILT, FINE_IN_RAIN = 0.3, 0.5
RESTED_DAYS, JUST_WORN_DAYS = 21, 2
WARM_ENOUGH, COLD_BY, WARM_BY = 0.22, 0.3, 0.3  # summed warmth from what is needed
TEXTURES = frozenset({"denim", "leather", "knit", "wool", "suede", "fleece", "silk", "padded"})
Params = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """An outfit beside its pool: what predicates look at. rows: of the pool."""

    pool: Pool
    rows: tuple[int, ...]
    needs_shoes: bool = True

    @property
    def pieces(self) -> list[Piece]:
        return [self.pool.pieces[row] for row in self.rows]

    @property
    def main(self) -> list[Piece]:
        """What is most seen: clothes and shoes."""
        return [piece for piece in self.pieces if piece.slot in MAIN]

    def piece(self, id: object) -> Piece:
        return self.pool.pieces[self.pool.row_of[id]]

    @property
    def warmth_gap(self) -> float:
        """Summed warmth beyond what the felt temperature needs."""
        felt = float(self.pool.context.feels or 0.0)
        return float(self.pool.traits.warmth[list(self.rows)].sum()) - needed_warmth(felt)


def lightness(piece: Piece) -> float:
    """Mean L of the two largest colours."""
    colours = piece.colours[:2]
    share = sum(colour[3] for colour in colours)
    return sum(colour[0] * colour[3] for colour in colours) / share if share else 50.0


def hues(piece: Piece) -> list[float]:
    """Degrees of its colours that are colours, not neutrals, and cover a tenth of it at least."""
    total = sum(colour[3] for colour in piece.colours) or 1.0
    return [
        float(np.degrees(np.arctan2(b, a)) % 360)
        for _lightness, a, b, share in piece.colours
        if share / total >= SEEN_SHARE and np.hypot(a, b) > NEUTRAL_CHROMA
    ]


def spread_of(found: Sequence[float]) -> float:
    """The widest gap between any two hues, 0..180 degrees."""
    return max((min(abs(a - b), 360 - abs(a - b)) for a, b in combinations(found, 2)), default=0.0)


def all_coloured(pieces: Sequence[Piece]) -> bool:
    """Whether the colours of all are known, of two at least."""
    return len(pieces) > 1 and all(piece.colours for piece in pieces)


def coloured(pieces: Sequence[Piece]) -> list[Piece]:
    """Those on which a colour is seen, not neutrals alone."""
    return [piece for piece in pieces if hues(piece)]


def all_hues(pieces: Sequence[Piece]) -> list[float]:
    """The hues of all of them."""
    return [one for piece in pieces for one in hues(piece)]


# --- What must be true for each code ------------------------------------------------------------------------------
def _is_tone_on_tone(f: Facts, p: Params) -> bool:
    depths = [lightness(piece) for piece in f.main]
    return (
        all_coloured(f.main)
        and len(coloured(f.main)) == len(f.main)
        and spread_of(all_hues(f.main)) <= ONE_HUE
        and max(depths) - min(depths) > TONES_APART
    )


def _is_one_accent(f: Facts, p: Params) -> bool:
    found = coloured(f.pieces)
    alone = len(found) == 1 and found[0].id == p["piece"]
    return all_coloured(f.pieces) and alone and main_chroma(found[0]) > ACCENT_CHROMA


def _are_near(f: Facts, p: Params) -> bool:
    found = coloured(f.main)
    return all_coloured(f.main) and len(found) > 1 and spread_of(all_hues(found)) <= NEAR_HUES


def _are_opposite(f: Facts, p: Params) -> bool:
    found = coloured(f.main)
    if not all_coloured(f.main) or len(found) != 2 or any(len(hues(piece)) != 1 for piece in found):
        return False
    return spread_of(all_hues(found)) >= OPPOSITE


def _clash(f: Facts, p: Params) -> bool:
    pair = [f.piece(p["first"]), f.piece(p["second"])]
    strong = all(main_chroma(piece) > ACCENT_CHROMA and len(hues(piece)) == 1 for piece in pair)
    return strong and CLASH_BETWEEN[0] <= spread_of(all_hues(pair)) <= CLASH_BETWEEN[1]


def _is_clear_contrast(f: Facts, p: Params) -> bool:
    pair = [f.piece(p["first"]), f.piece(p["second"])]
    return all_coloured(pair) and abs(lightness(pair[0]) - lightness(pair[1])) >= CLEARLY_APART


def _evenly_dressed(f: Facts, p: Params) -> bool:
    levels = [formality_of(piece) for piece in f.main]
    return len(levels) > 1 and max(levels) - min(levels) <= EVEN_DRESS


def _is_dressier(f: Facts, p: Params) -> bool:
    return formality_of(f.piece(p["first"])) - formality_of(f.piece(p["second"])) >= DRESSIER


def _all_for_season(f: Facts, p: Params) -> bool:
    return bool(f.main) and all(piece.seasons.get(p["season"], 0.0) >= 0.5 for piece in f.main)


def _is_only_pattern(f: Facts, p: Params) -> bool:
    patterned = [piece for piece in f.main if piece.pattern != "solid" or may_be_busy(piece)]
    return (
        len(f.main) > 1 and [piece.id for piece in patterned] == [p["piece"]] and patterned[0].pattern == p["pattern"]
    )


def _patterns_compete(f: Facts, p: Params) -> bool:
    return all(f.piece(p[name]).pattern not in (None, "solid") for name in ("first", "second"))


def _shares_style(f: Facts, p: Params) -> bool:
    at = STYLE_SLUGS.index(p["style"])
    rows = [style_of(piece) for piece in f.main]
    known = [row for row in rows if row is not None]
    if len(rows) < 2 or len(known) < len(rows):
        return False
    first = sum(int(row.argmax()) == at for row in known)
    return 2 * first > len(known) and all(row[at] >= CLEAR_STYLE for row in known)


def _in_mood(f: Facts, p: Params) -> bool:
    rows = [row for piece in f.main if (row := style_of(piece)) is not None]
    return bool(rows) and STYLE_SLUGS[int(np.mean(rows, axis=0).argmax())] == p["style"] == f.pool.context.mood


def _often_together(f: Facts, p: Params) -> bool:
    if f.pool.model is None:
        return False
    first, second = (f.pool.row_of[p[name]] for name in ("first", "second"))
    return bool(f.pool.pair["learned"][first, second] >= OFTEN)


def _suits_occasion(f: Facts, p: Params) -> bool:
    rule, context = rule_of(OCCASION_RULES, p["occasion"]), f.pool.context
    aim = context.wanted_formality
    if rule is None or aim is None or context.occasion != p["occasion"]:
        return False
    level = float(np.mean([formality_of(piece) for piece in f.main])) if f.main else 0.0
    return not any(is_never(rule, piece) or is_unfit(rule, piece) for piece in f.pieces) and abs(level - aim) <= 0.25


def _is_off_occasion(f: Facts, p: Params) -> bool:
    rule = rule_of(OCCASION_RULES, p["occasion"])
    return rule is not None and (is_never(rule, f.piece(p["piece"])) or is_unfit(rule, f.piece(p["piece"])))


def _suits_dress_code(f: Facts, p: Params) -> bool:
    rule = rule_of(DRESS_CODE_RULES, p["dress_code"])
    return rule is not None and not any(is_never(rule, piece) or is_unfit(rule, piece) for piece in f.pieces)


def _ready_for_rain(f: Facts, p: Params) -> bool:
    outside = [piece for piece in f.main if piece.slot in (OUTER, SHOES)]
    return any(piece.slot == SHOES for piece in outside) and all(rain_value(one) >= FINE_IN_RAIN for one in outside)


def _comes_off(f: Facts, p: Params) -> bool:
    kinds = {piece.kind for piece in f.pieces}
    under = {piece.kind for piece in f.pieces if piece.slot == TOP} - MID_LAYERS
    return bool(kinds & MID_LAYERS and kinds & OVER_LAYERS and under)


def _two_textures(f: Facts, p: Params) -> bool:
    first, second = f.piece(p["first"]), f.piece(p["second"])
    return first.material != second.material and {first.material, second.material} <= TEXTURES


def _rest(f: Facts, p: Params) -> int:
    days = f.piece(p["piece"]).last_worn_days
    return -1 if days is None or days != p["days"] else days


def _earns(f: Facts, p: Params) -> bool:
    piece = f.piece(p["piece"])
    return piece.price is not None and abs(piece.price / max(piece.wears, 1) - p["cost_per_wear"]) < 0.01


def _leaning(f: Facts) -> float:
    taste, rows = f.pool.taste, list(f.rows)
    if not taste.known:
        return 0.0
    pairs = f.pool.pair["taste"][np.ix_(rows, rows)]
    return float(f.pool.single["taste"][rows].sum() + pairs[np.triu_indices(len(rows), 1)].sum())


def pair_means(pool: Pool, outfits: np.ndarray) -> np.ndarray:
    """(m,) 0..1: how well pieces go together, the mean of the parts about pairs as the score weighs them."""
    values = pool.values(outfits, PAIRED)
    mass = max(sum(pool.shares[name] for name in values), 1e-9)
    return sum((values[name] * (pool.shares[name] / mass) for name in values), np.zeros(len(outfits)))


def weakest(pool: Pool, rows: Sequence[int]) -> tuple[int, float]:
    """(row whose leaving helps most, by how much), of an outfit of three pieces at least."""
    without = np.array([[-1 if other == row else other for other in rows] for row in rows])
    means = pair_means(pool, np.concatenate([np.array([list(rows)]), without]))
    at = int(np.argmax(means[1:]))
    return rows[at], float(means[1 + at] - means[0])


def _hurts(f: Facts, p: Params) -> bool:
    if len(f.rows) < 3:
        return False
    row, gain = weakest(f.pool, f.rows)
    return f.pool.pieces[row].id == p["first"] and gain >= HURTS


HOLDS: Mapping[str, Callable[[Facts, Params], bool]] = {
    "colour.neutrals": lambda f, p: all_coloured(f.pieces) and not coloured(f.pieces),
    "colour.tone_on_tone": _is_tone_on_tone,
    "colour.near_hues": _are_near,
    "colour.complement": _are_opposite,
    "colour.one_accent": _is_one_accent,
    "colour.clash": _clash,
    "colour.clear_contrast": _is_clear_contrast,
    "formality.even": _evenly_dressed,
    "formality.gap": _is_dressier,
    "season.shared": _all_for_season,
    "pattern.one": _is_only_pattern,
    "pattern.compete": _patterns_compete,
    "style.shared": _shares_style,
    "texture.two": _two_textures,
    "learned.often_together": _often_together,
    "improve.swap": _hurts,
    "layers.come_off": _comes_off,
    "weather.right": lambda f, p: abs(f.warmth_gap) <= WARM_ENOUGH,
    "weather.cold": lambda f, p: f.warmth_gap < -COLD_BY,
    "weather.warm": lambda f, p: f.warmth_gap > WARM_BY,
    "weather.rain_ready": _ready_for_rain,
    "weather.rain_risk": lambda f, p: rain_value(f.piece(p["piece"])) < SPOILT,
    "occasion.fits": _suits_occasion,
    "occasion.off": _is_off_occasion,
    "dress_code.fits": _suits_dress_code,
    "mood.fits": _in_mood,
    "fresh.rested": lambda f, p: _rest(f, p) >= RESTED_DAYS,
    "fresh.never_worn": lambda f, p: f.piece(p["piece"]).wears == 0 and f.piece(p["piece"]).last_worn_days is None,
    "fresh.just_worn": lambda f, p: 0 <= _rest(f, p) < JUST_WORN_DAYS,
    "value.earn": _earns,
    "taste.liked": lambda f, p: _leaning(f) > 0,
    "taste.disliked": lambda f, p: _leaning(f) < 0,
    "fit.fits": lambda f, p: all(piece.fits == "fits" for piece in f.pieces),
    "fit.off": lambda f, p: f.piece(p["piece"]).fits == p["fit"] != "fits",
    "body.note": lambda f, p: body_note(f.pool.context.shape, f.piece(p["piece"]).kind) == p["note"],
    "complete.missing": lambda f, p: p["slot"] in missing_slots(f.pieces, needs_shoes=f.needs_shoes),
}


# --- What is proposed ---------------------------------------------------------------------------------------------
Claim = tuple[str, str, float, dict[str, object]]  # part it hangs on, code, extra strength, parameters


def score_with_reasons(pool: Pool, rows: Sequence[int], *, needs_shoes: bool = True) -> Score:
    """One outfit's score and what is worth saying about it."""
    values = {name: float(column[0]) for name, column in pool.values(np.array([list(rows)])).items()}
    return make_score(values, pool.weights, outfit_reasons(pool, list(rows), values, needs_shoes=needs_shoes))


def outfit_reasons(
    pool: Pool, rows: Sequence[int], values: Mapping[str, float], *, needs_shoes: bool = True
) -> list[Reason]:
    """What is true and worth saying, one reason a code; `make_score` sorts by strength.

    A reason's strength is its part's weight times how far the part is from "no opinion".
    """
    facts = Facts(pool, tuple(rows), needs_shoes)
    said: dict[str, Reason] = {}
    for part, code, extra, params in _claims(facts):
        if code not in said and HOLDS[code](facts, params):
            strength = pool.shares.get(part, 0.0) * (abs(values.get(part, 0.5) - 0.5) + extra)
            said[code] = Reason(code, params, 1.0 if part == "complete" else strength)
    if "weather.cold" in said or "weather.warm" in said:
        said.pop("weather.right", None)
    return list(said.values())


def _claims(f: Facts) -> Iterator[Claim]:
    yield from _colour_claims(f)
    yield from _together_claims(f)
    yield from _day_claims(f)
    yield from _closet_claims(f)
    for slot in missing_slots(f.pieces, needs_shoes=f.needs_shoes):
        yield "complete", "complete.missing", 0.0, {"slot": slot}


def _colour_claims(f: Facts) -> Iterator[Claim]:
    yield "hue", "colour.tone_on_tone", 0.35, {}
    for piece in coloured(f.pieces)[:1]:
        yield "hue", "colour.one_accent", 0.25, {"piece": piece.id}
    yield "hue", "colour.complement", 0.3, {}
    yield "hue", "colour.near_hues", 0.2, {}
    yield "hue", "colour.neutrals", 0.15, {}
    for one, other in combinations(f.main, 2):
        yield "hue", "colour.clash", 0.0, {"first": one.id, "second": other.id}
    clothes = sorted(f.main, key=lambda piece: piece.slot == SHOES)
    for one, other in list(combinations(clothes, 2))[:3]:
        yield "contrast", "colour.clear_contrast", 0.2, {"first": one.id, "second": other.id}


def _together_claims(f: Facts) -> Iterator[Claim]:
    yield "formality", "formality.even", 0.1, {}
    if len(f.main) > 1:
        by_dress = sorted(f.main, key=formality_of)
        yield "formality", "formality.gap", 0.0, {"first": by_dress[-1].id, "second": by_dress[0].id}
    wanted = f.pool.context.wanted_season
    for season in [wanted] if wanted else SEASON_SLUGS:
        yield "season", "season.shared", 0.0, {"season": season}
    loud = [piece for piece in f.main if piece.pattern not in (None, "solid")]
    if loud:
        yield "pattern", "pattern.one", 0.2, {"piece": loud[0].id, "pattern": loud[0].pattern}
    if len(loud) > 1:
        yield "pattern", "pattern.compete", 0.0, {"first": loud[0].id, "second": loud[1].id}
    rows = [row for piece in f.main if (row := style_of(piece)) is not None]
    if rows:
        yield "style", "style.shared", 0.3, {"style": STYLE_SLUGS[int(np.mean(rows, axis=0).argmax())]}
    for one, other in combinations([piece for piece in f.main if piece.slot != SHOES], 2):
        yield "style", "texture.two", 0.15, {"first": one.id, "second": other.id}
    yield "warmth", "layers.come_off", 0.1, {}
    if f.pool.model is not None and len(f.rows) > 1:
        pairs = [pair for pair in combinations(f.rows, 2) if all(f.pool.pieces[row].slot in MAIN for row in pair)]
        if pairs:
            first, second = max(pairs, key=lambda pair: f.pool.pair["learned"][pair])
            ids: dict[str, object] = {"first": f.pool.pieces[first].id, "second": f.pool.pieces[second].id}
            yield "learned", "learned.often_together", -0.1, ids
    if len(f.rows) > 2:
        weak, gain = weakest(f.pool, f.rows)
        if gain < HURTS:
            return
        others = [other for other in f.rows if other != weak]
        worst = others[int(np.argmin(pair_means(f.pool, np.array([[weak, other] for other in others]))))]
        yield "learned", "improve.swap", 0.0, {"first": f.pool.pieces[weak].id, "second": f.pool.pieces[worst].id}


def _day_claims(f: Facts) -> Iterator[Claim]:
    context = f.pool.context
    if context.feels is not None:
        feels: dict[str, object] = {"feels": round(context.feels)}
        whole = not missing_slots(f.pieces, needs_shoes=False)
        if whole:
            yield "warmth", "weather.right", 0.0, feels
            yield "warmth", "weather.cold", 0.1, feels
            yield "warmth", "weather.warm", 0.1, feels
    if context.weather is not None and context.weather.wet:
        for piece in sorted(f.pieces, key=rain_value)[:1]:
            yield "rain", "weather.rain_risk", 0.3, {"piece": piece.id}
        yield "rain", "weather.rain_ready", 0.2, {}
    if context.occasion:
        yield "occasion", "occasion.fits", 0.0, {"occasion": context.occasion}
        for piece in f.pieces:
            yield "occasion", "occasion.off", 0.2, {"occasion": context.occasion, "piece": piece.id}
    if context.dress_code:
        yield "occasion", "dress_code.fits", 0.0, {"dress_code": context.dress_code}
    if context.mood:
        yield "mood", "mood.fits", 0.3, {"style": context.mood}


def _closet_claims(f: Facts) -> Iterator[Claim]:
    owned = [piece for piece in f.pieces if piece.owned]
    worn = sorted(
        (piece for piece in owned if piece.last_worn_days is not None), key=lambda one: one.last_worn_days or 0
    )
    for piece in worn[:1]:
        yield "fresh", "fresh.just_worn", 0.1, {"piece": piece.id, "days": piece.last_worn_days}
    for piece in reversed(worn[-1:]):
        yield "fresh", "fresh.rested", 0.0, {"piece": piece.id, "days": piece.last_worn_days}
    for piece in owned:
        yield "fresh", "fresh.never_worn", -0.1, {"piece": piece.id}
    priced = [piece for piece in owned if piece.price is not None]
    if priced and "value" in f.pool.known_parts:
        best = max(priced, key=lambda piece: f.pool.single["value"][f.pool.row_of[piece.id]])
        if f.pool.single["value"][f.pool.row_of[best.id]] > 0.65:
            cost = round(float(best.price or 0.0) / max(best.wears, 1), 2)
            yield "value", "value.earn", 0.0, {"piece": best.id, "cost_per_wear": cost}
    if f.pool.taste.known:
        yield "taste", "taste.liked", 0.1, {}
        yield "taste", "taste.disliked", 0.1, {}
    for piece in f.pieces:
        if piece.fits in ("tight", "loose"):
            yield "fit", "fit.off", 0.0, {"piece": piece.id, "fit": piece.fits}
    yield "fit", "fit.fits", 0.0, {}
    if "body" in f.pool.known_parts:
        for piece in f.pieces:
            if note := body_note(f.pool.context.shape, piece.kind):
                yield "body", "body.note", 0.0, {"note": note, "piece": piece.id}


def tell_apart(scores: Sequence[Score]) -> list[Score]:
    """The scores of outfits shown together, each led by what the others cannot say; what speaks against comes last.

    What is missing stays first. No two lead with the same code while there is another thing to say.
    """
    shared = Counter(reason.code for score in scores for reason in score.reasons)
    led: set[str] = set()

    def place(reason: Reason) -> tuple[int, float]:
        if reason.code == "complete.missing":
            return 0, 0.0
        if reason.code in AGAINST:
            return 3, -reason.strength
        own = shared[reason.code] < max(len(scores), 2)
        return 1 if own else 2, -reason.strength / shared[reason.code]

    told = []
    for score in scores:
        order = sorted(score.reasons, key=place)
        fresh = [reason for reason in order if reason.code not in led | AGAINST]
        if fresh:
            led.add(fresh[0].code)
            at = sum(reason.code == "complete.missing" for reason in order)
            order.remove(fresh[0])
            order.insert(at, fresh[0])
        told.append(replace(score, reasons=tuple(order)))
    return told
