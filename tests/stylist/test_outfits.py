"""What to wear: outfits from any closet, locked pieces, reactions, shuffles and their scores."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.stylist.outfits.suggest import score_outfit, suggest, swap_piece
from recommender.stylist.pieces import STYLE_SLUGS
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.layers import ACCESSORY, SLOT_INDEX, faults
from recommender.stylist.rules.rulebook import OutfitRules, Rulebook
from recommender.stylist.rules.styles import style_of
from recommender.stylist.rules.weather import Weather, manual_weather
from recommender.stylist.score.appraise import Pool
from recommender.stylist.score.parts import REASON_CODES
from recommender.stylist.score.reactions import DISLIKE, LIKE, NEVER, Reaction
from tests.stylist.closets import closet, piece, small_closet

COLD = Context(weather=manual_weather(temperature=2))
HOT = Context(weather=manual_weather(temperature=31))


def codes(reasons):
    return {reason.code for reason in reasons}


def test_empty_closet_says_so():
    answer = suggest([], COLD, model=None)
    assert answer.outfits == ()
    assert "closet.empty" in codes(answer.notes)


def test_five_garments_are_enough():
    answer = suggest(small_closet(), COLD, model=None)
    assert answer.outfits
    best = answer.outfits[0]
    assert not best.missing
    assert "coat" in best.ids  # it is cold
    assert "closet.small" in codes(answer.notes)


def test_hats_only_give_hats_and_what_is_missing():
    answer = suggest([piece(f"hat{n}", "cap") for n in range(3)], COLD, model=None)
    assert answer.outfits
    assert answer.outfits[0].missing == ("top", "bottom", "shoes")
    assert "closet.only" in codes(answer.notes)


def test_heat_leaves_the_coat_at_home():
    assert all("coat" not in outfit.ids for outfit in suggest(small_closet(), HOT, model=None).outfits[:1])


def test_laundry_lent_and_tight_pieces_stay_out():
    pieces = [
        *small_closet(),
        piece("dirty", "shirt", state="laundry"),
        piece("lent", "trousers", state="lent"),
        piece("tight", "polo", fits="tight"),
    ]
    worn = {id for outfit in suggest(pieces, COLD, model=None).outfits for id in outfit.ids}
    assert not worn & {"dirty", "lent", "tight"}


def test_never_together_is_kept_apart():
    never = [Reaction(NEVER, ("knit", "jeans"))]
    for outfit in suggest(small_closet(), COLD, None, never, model=None).outfits:
        assert not {"knit", "jeans"} <= outfit.ids
    for outfit in suggest(small_closet(), COLD, banned_pairs=[("tee", "shoes")], model=None).outfits:
        assert not {"tee", "shoes"} <= outfit.ids


def test_disliked_outfit_does_not_come_back_and_its_pieces_cool():
    pieces = closet(120, seed=3)
    before = suggest(pieces, COLD, model=None).outfits
    worst = before[0].ids
    after = suggest(pieces, COLD, None, [Reaction(DISLIKE, tuple(worst))], model=None).outfits
    assert worst not in [outfit.ids for outfit in after]
    shared = lambda outfits: np.mean([len(outfit.ids & worst) for outfit in outfits])  # noqa: E731
    assert shared(after) < shared(before)


def test_a_disliked_outfit_does_not_come_back_under_a_coat():
    mild = Context(weather=manual_weather(temperature=12))
    before = suggest(small_closet(), mild, n=6, model=None).outfits
    least = min((outfit.ids for outfit in before), key=len)
    assert any(least < outfit.ids for outfit in before)
    after = suggest(small_closet(), mild, None, [Reaction(DISLIKE, tuple(least))], n=6, model=None).outfits
    assert after and not any(least <= outfit.ids for outfit in after)


def test_liked_pair_comes_up_more():
    pieces = closet(120, seed=4)
    pair = tuple(sorted(suggest(pieces, COLD, model=None).outfits[-1].ids))[:2]
    likes = [Reaction(LIKE, pair)] * 3
    count = lambda outfits: sum(set(pair) <= outfit.ids for outfit in outfits)  # noqa: E731
    assert count(suggest(pieces, COLD, None, likes, model=None).outfits) >= count(
        suggest(pieces, COLD, model=None).outfits
    )
    liked = score_outfit([p for p in pieces if p.id in pair], COLD, None, likes, model=None)
    assert liked.value("taste") > 0.8


def test_ten_differ():
    outfits = suggest(closet(300, seed=5), COLD, n=10, model=None).outfits
    assert len(outfits) == 10
    assert len({outfit.ids for outfit in outfits}) == 10
    cores = [frozenset(p.id for p in outfit.pieces if p.slot in ("top", "bottom", "dress")) for outfit in outfits]
    assert len(set(cores)) >= 9


def test_shuffle_brings_others_of_like_quality():
    pieces = closet(300, seed=6)
    plain = suggest(pieces, COLD, model=None).outfits
    mixed = suggest(pieces, COLD, seed=1, model=None).outfits
    assert {outfit.ids for outfit in plain} != {outfit.ids for outfit in mixed}
    assert mixed[0].score.total > 0.85 * plain[0].score.total


def test_a_small_closet_can_be_shuffled_too():
    pieces = closet(25, seed=3)
    mild = Context(weather=manual_weather(temperature=16))
    found = {outfit.ids for seed in range(4) for outfit in suggest(pieces, mild, n=6, seed=seed, model=None).outfits}
    assert len(found) > 10


def test_swap_changes_one_piece_and_keeps_the_rest():
    pieces = closet(200, seed=7)
    outfit = suggest(pieces, COLD, model=None).outfits[0]
    out = next(p for p in outfit.pieces if p.slot == "shoes")
    swapped = swap_piece(pieces, outfit.ids, out.id, COLD, model=None)
    assert swapped
    for other in swapped:
        assert other.ids & outfit.ids == outfit.ids - {out.id}
        assert out.id not in other.ids


def test_swap_of_an_unknown_piece_is_no_answer():
    assert swap_piece(small_closet(), ["tee", "jeans"], "gone", COLD, model=None) == ()


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(0, 60),
    seed=st.integers(0, 50),
    locks=st.lists(st.integers(0, 70), max_size=3),
    temperature=st.floats(-30, 45),
    accessories=st.integers(-1, 4),
)
def test_locked_pieces_stay_and_grammar_holds(size, seed, locks, temperature, accessories):
    pieces = closet(size, seed)
    context = Context(weather=manual_weather(temperature=temperature), max_accessories=accessories)
    answer = suggest(pieces, context, locked=locks, model=None)
    known = {lock for lock in locks if lock < size}
    for outfit in answer.outfits:
        assert known <= outfit.ids
        if not known:
            assert faults(outfit.pieces, max_accessories=max(accessories, 0)) == []
    assert all(reason.code in REASON_CODES for reason in answer.notes)


@settings(max_examples=15, deadline=None)
@given(size=st.integers(1, 50), seed=st.integers(0, 50), weights=st.dictionaries(st.text(max_size=8), st.floats()))
def test_every_score_is_the_sum_of_its_parts(size, seed, weights):
    for outfit in suggest(closet(size, seed), COLD, {"colour": 3.0, **weights}, model=None, n=4).outfits:
        score = outfit.score
        assert score.total == pytest.approx(sum(part.contribution for part in score.parts))
        assert sum(part.weight for part in score.parts) == pytest.approx(1)
        assert sum(got for got, _ in score.groups().values()) == pytest.approx(score.total)
        assert all(0 <= part.value <= 1 for part in score.parts)
        for reason in score.reasons:
            assert set(REASON_CODES[reason.code]) == set(reason.params)


def test_found_and_composed_outfits_score_alike():
    pieces = closet(80, seed=8)
    for outfit in suggest(pieces, COLD, model=None, n=3).outfits:
        alone = {part.name: part.value for part in score_outfit(outfit.pieces, COLD, model=None).parts}
        for part in outfit.score.parts:
            if part.name != "value":  # the cost that is typical of the closet, not of the outfit
                assert alone[part.name] == pytest.approx(part.value, abs=1e-5)


def test_weights_move_the_answer():
    pieces = closet(200, seed=9)
    only = lambda name: {group: float(group == name) for group in ("colour", "fresh", "weather", "formality")}  # noqa: E731
    rested = suggest(pieces, COLD, {**{g: 0.0 for g in ALL_GROUPS}, **only("fresh")}, model=None).outfits[0]
    assert all((p.last_worn_days or 99) > 2 for p in rested.pieces)


def test_the_beam_finds_what_trying_everything_finds():
    for seed in (21, 22):
        pieces = [p for p in closet(48, seed) if p.slot in ("top", "bottom", "shoes", "outer", "bag")]
        pool = Pool(pieces, COLD, None)
        rows_of = {slot: [row for row, p in enumerate(pieces) if p.slot == slot] for slot in SLOT_INDEX}
        every = np.array(
            list(
                product(
                    rows_of["top"], rows_of["bottom"], rows_of["shoes"], [-1, *rows_of["outer"]], [-1, *rows_of["bag"]]
                )
            )
        )
        book = Rulebook(COLD)
        banned = book.banned(pieces)
        worn = every >= 0
        meet = banned[every[:, :, None], every[:, None, :]] & worn[:, :, None] & worn[:, None, :]
        allowed = np.array([book.allows(one) for one in pieces])
        fine = (allowed[every] | ~worn).all(axis=1) & ~meet.any(axis=(1, 2)) & OutfitRules(book, pieces).hold(every)
        every = every[fine]
        if not len(every):
            continue
        best = max(pool.totals(every[at : at + 5000]).max() for at in range(0, len(every), 5000))
        assert suggest(pieces, COLD, model=None).outfits[0].score.total >= best - 0.02


ALL_GROUPS = ("colour", "formality", "season", "pattern", "style", "learned", "weather", "occasion", "fresh", "value",
              "taste", "fit", "body", "complete")  # fmt: skip


def test_rain_prefers_boots_to_sandals():
    pieces = [
        piece("tee", "t-shirt"),
        piece("jeans", "jeans"),
        piece("boots", "boots"),
        piece("sandals", "sandals"),
    ]
    wet = Context(weather=manual_weather(temperature=20, precipitation=8))
    assert "boots" in suggest(pieces, wet, model=None).outfits[0].ids


def test_accessories_are_limited_and_ties_need_a_collar():
    pieces = [*small_closet(), piece("tie", "tie"), *(piece(f"a{n}", "scarf") for n in range(4))]
    for outfit in suggest(pieces, Context(max_accessories=2), model=None).outfits:
        worn = [p for p in outfit.pieces if p.slot == ACCESSORY]
        assert len(worn) <= 2
        assert "tie" not in outfit.ids  # no shirt to wear it with


def test_work_is_more_formal_than_home():
    pieces = closet(300, seed=10)
    mean = lambda occasion: np.mean(  # noqa: E731
        [p.formality for o in suggest(pieces, Context(occasion=occasion), model=None).outfits for p in o.pieces]
    )
    assert mean("ceremony") > mean("work") > mean("home")


def test_mood_dress_code_and_evening_move_the_answer():
    pieces = closet(300, seed=21)

    def best(**asked):
        return suggest(pieces, Context(**asked), model=None).outfits

    def formality(outfits):
        return np.mean([piece.formality for outfit in outfits for piece in outfit.pieces])

    formal, business, casual = (formality(best(dress_code=code)) for code in ("formal", "business", "casual"))
    assert formal > business > casual
    sporty = STYLE_SLUGS.index("sporty")
    share = [
        np.mean([style_of(piece)[sporty] for outfit in outfits for piece in outfit.pieces])
        for outfits in (best(mood="sporty"), best(mood="formal"))
    ]
    assert share[0] > share[1]
    cold_evening = Weather(temperature=18, low=4)
    warmth = [
        np.mean([sum(piece.warmth for piece in outfit.pieces) for outfit in best(weather=cold_evening, time=time)])
        for time in ("evening", "day")
    ]
    assert warmth[0] > warmth[1]


def test_what_was_worn_yesterday_rests_and_what_earns_its_price_comes_up():
    tees = [piece(f"tee{n}", "t-shirt", (95.0, 0.0, 1.0), price=50.0, wears=n, last_worn_days=n) for n in (1, 40)]
    rest = [piece("jeans", "jeans"), piece("shoes", "sneakers")]
    best = suggest([*tees, *rest], weights={"fresh": 3, "value": 0}, model=None).outfits[0]
    assert "tee40" in best.ids
    thrifty = suggest([*tees, *rest], weights={"fresh": 0, "value": 3}, model=None).outfits[0]
    assert "tee1" in thrifty.ids
