"""Turning part values into reasons: codes with the pieces and numbers they are about."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ..pieces import SEASON_SLUGS, STYLE_SLUGS
from ..rules.layers import missing_slots
from ..rules.weather import needed_warmth
from ..shape import body_note
from .appraise import Pool
from .colour import CLEARLY_APART, is_tone_on_tone, vivid_hues
from .parts import Reason, Score, make_score

CLASH = 0.42  # hue agreement of two pieces below what chance would give them


def score_with_reasons(pool: Pool, rows: Sequence[int]) -> Score:
    """One outfit's score and what is worth saying about it."""
    values = {name: float(column[0]) for name, column in pool.values(np.array([list(rows)])).items()}
    return make_score(values, pool.weights, outfit_reasons(pool, list(rows), values))


def outfit_reasons(pool: Pool, rows: list[int], values: Mapping[str, float]) -> list[Reason]:
    """What is worth saying about an outfit, strongest first once `make_score` sorts it.

    A reason's strength is its part's weight times how far the part is from "no opinion".
    """
    said: list[Reason] = []

    def say(part: str, code: str, extra: float = 0.0, **params: object) -> None:
        strength = pool.shares.get(part, 0.0) * (abs(values.get(part, 0.5) - 0.5) + extra)
        said.append(Reason(code, params, strength))

    pairs = list(combinations(rows, 2))
    _say_colour(pool, rows, pairs, values, say)
    if pairs:
        _say_agreement(pool, rows, pairs, values, say)
    _say_day(pool, rows, values, say)
    for slot in missing_slots(pool.pieces[row] for row in rows):
        said.append(Reason("complete.missing", {"slot": slot}, 1.0))
    return said


def _extreme(pool: Pool, part: str, pairs: list[tuple[int, int]], *, worst: bool) -> dict[str, object]:
    """Ids of the pair that scores lowest or highest in a part, weighted by how much it is seen."""
    table = pool.pair[part]

    def rank(pair: tuple[int, int]) -> float:
        seen = float(pool.visibility[pair[0]] * pool.visibility[pair[1]])
        return (1 - table[pair] if worst else table[pair]) * (0.3 + seen)

    first, second = max(pairs, key=rank)
    return {"first": pool.pieces[first].id, "second": pool.pieces[second].id}


def _say_colour(pool, rows, pairs, values, say) -> None:  # type: ignore[no-untyped-def]
    palettes = pool.palettes.take(rows)
    if palettes.known.sum() < 2:
        return
    vivid = vivid_hues(palettes)
    coloured = [row for row in rows if pool.palettes.known[row] and pool.palettes.neutral[row, 0] < 0.5]
    if vivid > 1 and values.get("accent", 1.0) < 0.5:
        say("accent", "colour.many_accents", count=vivid)
    if is_tone_on_tone(palettes):
        say("hue", "colour.tone_on_tone", 0.2)
    elif not coloured:
        say("hue", "colour.neutrals")
    elif len(coloured) == 1:
        say("hue", "colour.one_accent", 0.1, piece=pool.pieces[coloured[0]].id)
    elif pairs and min(float(pool.pair["hue"][pair]) for pair in pairs) < CLASH:
        say("hue", "colour.clash", 0.3, **_extreme(pool, "hue", pairs, worst=True))
    elif len(coloured) > 1:
        hue = np.sort(pool.palettes.hue[coloured, 0])
        gaps = np.diff(np.append(hue, hue[0] + 360))
        spread = 360 - gaps.max()
        if spread <= 40:
            say("hue", "colour.near_hues")
        elif len(coloured) == 2 and spread >= 150:
            say("hue", "colour.complement", 0.1)
    _say_contrast(pool, rows, say)


def _say_contrast(pool, rows, say) -> None:  # type: ignore[no-untyped-def]
    """Light beside dark between the two pieces most seen, or an outfit that is all of one depth."""
    known = [row for row in rows if pool.palettes.known[row]]
    main = sorted(known, key=lambda row: -pool.visibility[row])[:2]
    if len(main) < 2:
        return
    light = (pool.palettes.lightness * pool.palettes.share).sum(axis=1)
    first, second = (pool.pieces[row].id for row in main)
    if abs(light[main[0]] - light[main[1]]) >= CLEARLY_APART:
        say("contrast", "colour.clear_contrast", first=first, second=second)
    elif np.ptp(light[known]) < 8:
        say("contrast", "colour.almost_same", first=first, second=second)


def _say_agreement(pool, rows, pairs, values, say) -> None:  # type: ignore[no-untyped-def]
    if values["formality"] > 0.85:
        say("formality", "formality.even")
    elif values["formality"] < 0.6:
        say("formality", "formality.gap", 0.2, **_extreme(pool, "formality", pairs, worst=True))
    season = pool.traits.season[rows].mean(axis=0)
    if season.any():
        if values["season"] > 0.8:
            wanted = pool.context.wanted_season
            say("season", "season.shared", season=wanted or SEASON_SLUGS[int(season.argmax())])
        elif values["season"] < 0.5:
            say("season", "season.apart", 0.2, **_extreme(pool, "season", pairs, worst=True))
    loud = [row for row in rows if (pool.pieces[row].pattern or "solid") != "solid"]
    if len(loud) == 1:
        piece = pool.pieces[loud[0]]
        say("pattern", "pattern.one", piece=piece.id, pattern=piece.pattern)
    elif len(loud) > 1:
        first, second = loud[:2]
        say(
            "pattern",
            "pattern.compete",
            0.1,
            first=pool.pieces[first].id,
            second=pool.pieces[second].id,
        )
    style = (pool.traits.style[rows] ** 2).sum(axis=0)
    if style.any():
        if values["style"] > 0.8:
            say("style", "style.shared", style=STYLE_SLUGS[int(style.argmax())])
        elif values["style"] < 0.55:
            say("style", "style.apart", 0.2, **_extreme(pool, "style", pairs, worst=True))
    if values.get("learned", 0.5) > 0.58:
        say("learned", "learned.often_together", **_extreme(pool, "learned", pairs, worst=False))
    elif values.get("learned", 0.5) < 0.42:
        say("learned", "learned.seldom_together", **_extreme(pool, "learned", pairs, worst=True))


def _say_day(pool, rows, values, say) -> None:  # type: ignore[no-untyped-def]
    context, pieces = pool.context, [pool.pieces[row] for row in rows]
    if "warmth" in values:
        feels = round(float(context.feels))
        gap = float(pool.traits.warmth[rows].sum()) - needed_warmth(float(context.feels))
        code = "weather.right" if values["warmth"] > 0.8 else "weather.cold" if gap < 0 else "weather.warm"
        say("warmth", code, feels=feels)
    if "rain" in values:
        worst = min(rows, key=lambda row: pool.single["rain"][row])
        if pool.single["rain"][worst] < 0.3:
            say("rain", "weather.rain_risk", 0.3, piece=pool.pieces[worst].id)
        else:
            say("rain", "weather.rain_ready")
    if "occasion" in values and context.occasion:
        if values["occasion"] > 0.7:
            say("occasion", "occasion.fits", occasion=context.occasion)
        elif values["occasion"] < 0.45:
            worst = min(rows, key=lambda row: pool.single["occasion"][row])
            say("occasion", "occasion.off", 0.2, occasion=context.occasion, piece=pool.pieces[worst].id)
    if values.get("mood", 0.0) > 0.6:
        say("mood", "mood.fits", style=context.mood)
    _say_closet(pool, rows, pieces, values, say)


def _say_closet(pool, rows, pieces, values, say) -> None:  # type: ignore[no-untyped-def]
    owned = [piece for piece in pieces if piece.owned]
    just_worn = [piece for piece in owned if piece.last_worn_days is not None and piece.last_worn_days < 2]
    rested = [piece for piece in owned if (piece.last_worn_days or 0) >= 21]
    new = [piece for piece in owned if piece.wears == 0 and piece.last_worn_days is None]
    if "fresh" in values:
        if just_worn:
            piece = min(just_worn, key=lambda piece: piece.last_worn_days)
            say("fresh", "fresh.just_worn", 0.1, piece=piece.id, days=piece.last_worn_days)
        elif rested:
            piece = max(rested, key=lambda piece: piece.last_worn_days)
            say("fresh", "fresh.rested", piece=piece.id, days=piece.last_worn_days)
        elif new:
            say("fresh", "fresh.never_worn", piece=new[0].id)
    if values.get("value", 0.5) > 0.65:
        row = max(rows, key=lambda row: pool.single["value"][row])
        piece = pool.pieces[row]
        if piece.price is not None:
            cost = round(piece.price / max(piece.wears, 1), 2)
            say("value", "value.earn", piece=piece.id, cost_per_wear=cost)
    if values.get("taste", 0.5) > 0.55:
        say("taste", "taste.liked")
    elif values.get("taste", 0.5) < 0.45:
        say("taste", "taste.disliked")
    if "fit" in values:
        off = [piece for piece in pieces if piece.fits in ("tight", "loose")]
        if off:
            say("fit", "fit.off", piece=off[0].id, fit=off[0].fits)
        elif all(piece.fits == "fits" for piece in pieces):
            say("fit", "fit.fits")
    if "body" in values:
        for piece in pieces:
            note = body_note(pool.context.shape, piece.kind)
            if note:
                say("body", "body.note", note=note, piece=piece.id)
                break
