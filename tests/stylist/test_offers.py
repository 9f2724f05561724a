"""What goes with this, looks, brands, purchases: partners by slot, coverage, causes, twins, fair exposure."""

import numpy as np
import pytest

from recommender.stylist.brands.exposure import ExposureLedger, fair_order
from recommender.stylist.brands.profiles import (
    add_products,
    band_overlap,
    build_profile,
    choose_medoids,
    rank_brands,
    style_distance,
    style_radar,
)
from recommender.stylist.fit.before_buying import judge_purchase
from recommender.stylist.outfits.goes_with import complete_look, goes_with
from recommender.stylist.outfits.looks import (
    LookOffer,
    Wearer,
    body_likeness,
    match_look,
    measure_threshold,
    rank_looks,
)
from recommender.stylist.rules.weather import manual_weather
from tests.stylist.closets import closet, piece, small_closet


def unit(seed, centre=None, spread=0.3):
    random = np.random.default_rng(seed)
    vector = random.normal(size=256) / 16
    if centre is not None:
        vector = centre + spread * vector
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class TestGoesWith:
    def test_partners_come_by_slot_best_first(self):
        pieces = closet(150, seed=2)
        top = next(p for p in pieces if p.slot == "top")
        answer = goes_with(top, pieces, model=None)
        assert {"bottom", "shoes", "outer"} <= set(answer)
        for slot, partners in answer.items():
            assert all(partner.piece.slot == slot and partner.piece.id != top.id for partner in partners)
            totals = [partner.score.total for partner in partners]
            assert totals == sorted(totals, reverse=True)

    def test_a_dress_asks_for_no_trousers(self):
        assert "bottom" not in goes_with(piece("d", "dress"), small_closet(), model=None)
        assert goes_with(piece("d", "dress"), [piece("j", "jeans")], slots=["bottom"], model=None) == {}

    def test_nothing_to_offer(self):
        assert goes_with(piece("a", "t-shirt"), [], model=None) == {}

    def test_completing_a_look_fills_what_is_missing_within_the_price_band(self):
        offered = [
            piece("cheap", "jeans", price=30.0),
            piece("dear", "trousers", price=900.0),
            piece("shoes", "sneakers", price=50.0),
            piece("tee2", "t-shirt", price=10.0),
        ]
        answer = complete_look([piece("tee", "t-shirt")], offered, price_band=(10, 100), model=None)
        assert [partner.piece.id for partner in answer["bottom"]] == ["cheap"]
        assert "shoes" in answer and "top" not in answer


class TestLooks:
    def items(self):
        return [
            piece("i1", "t-shirt", (96, 0, 1), embedding=unit(1)),
            piece("i2", "jeans", (25, 2, -18), embedding=unit(2)),
            piece("i3", "sneakers", (95, 0, 0), embedding=unit(3)),
        ]

    def test_own_copies_cover_the_look_and_missing_ones_are_named(self):
        mine = [
            piece("m1", "t-shirt", (95, 0, 2), embedding=unit(11, unit(1))),
            piece("m2", "jeans", (26, 2, -18), embedding=unit(12, unit(2))),
        ]
        match = match_look("look", self.items(), mine)
        assert [m.mine.id if m.mine else None for m in match.items] == ["m1", "m2", None]
        assert [item.id for item in match.missing] == ["i3"]
        assert 0 < match.coverage < 1

    def test_one_garment_stands_in_once(self):
        items = [piece("a", "t-shirt", embedding=unit(1)), piece("b", "t-shirt", embedding=unit(1))]
        match = match_look("look", items, [piece("m", "t-shirt", embedding=unit(1))])
        assert sum(m.mine is not None for m in match.items) == 1

    def test_empty_look_and_empty_closet(self):
        assert match_look("look", [], small_closet()).coverage == 0
        assert match_look("look", self.items(), []).coverage == 0

    def test_threshold_is_measured(self):
        cut, hit, miss = measure_threshold([0.9, 0.8, 0.85], [0.2, 0.3, 0.5])
        assert 0.5 < cut <= 0.8 and hit == 1 and miss == 0
        with pytest.raises(ValueError, match="pairs"):
            measure_threshold([], [0.1])

    def test_rank_parts_sum_and_weather_counts(self):
        summer = LookOffer("s", (piece("a", "t-shirt"), piece("b", "shorts")), frozenset({"summer"}))
        winter = LookOffer("w", (piece("c", "knit"), piece("d", "jeans"), piece("e", "coat")), frozenset({"winter"}))
        ranked = rank_looks([summer, winter], [], weather=manual_weather(temperature=0), season="winter")
        assert ranked[0].match.look == "w"
        assert all(0 <= found.total <= 1 for found in ranked)

    def test_bodies_like_mine(self):
        me = Wearer(1650_0 / 10, 55_000)
        assert body_likeness(me, Wearer(1655, 56_000)) > body_likeness(me, Wearer(1850, 90_000))
        assert body_likeness(me, Wearer()) == 0.5


class TestBrands:
    def brand(self, name, centre, **more):
        products = [piece(f"{name}{n}", "t-shirt", embedding=unit(n, centre, 0.6), price=50.0 + n) for n in range(12)]
        return build_profile(name, products, **more)

    def test_the_brand_my_clothes_are_of_comes_first_with_its_causes(self):
        centres = [unit(100 + n) for n in range(6)]
        profiles = [self.brand(f"b{n}", centre) for n, centre in enumerate(centres)]
        mine = [piece(n, "t-shirt", embedding=unit(50 + n, centres[2], 0.6)) for n in range(5)]
        ranked = rank_brands(mine, profiles)
        assert ranked[0].brand == "b2"
        assert 1 <= len(ranked[0].causes) <= 3
        assert sum(cause.share for cause in ranked[0].causes) <= 1 + 1e-6
        assert ranked[0].score == pytest.approx(sum(part.contribution for part in ranked[0].parts))
        assert sum(part.weight for part in ranked[0].parts) == pytest.approx(1)

    def test_a_brand_with_one_product_and_one_with_none(self):
        one = build_profile("one", [piece("p", "coat", embedding=unit(1))])
        none = build_profile("none", [])
        assert len(one.medoids) == 1
        assert {match.brand for match in rank_brands(small_closet(), [one, none])} == {"one", "none"}
        assert rank_brands([], [one]) == [] and rank_brands(small_closet(), []) == []

    def test_growing_a_profile_is_like_building_it(self):
        products = [
            piece(n, "t-shirt", embedding=unit(n), styles=np.eye(8, dtype=np.float32)[n % 3]) for n in range(20)
        ]
        grown = add_products(build_profile("b", products[:10]), products[10:])
        whole = build_profile("b", products)
        assert grown.products == whole.products == 20
        assert np.allclose(grown.style, whole.style, atol=1e-5)
        assert grown.stale and not whole.stale
        assert grown.medoid_shares.sum() == pytest.approx(1)

    def test_medoids_are_real_and_few(self):
        vectors = np.stack([unit(n) for n in range(40)])
        rows, shares = choose_medoids(vectors)
        assert len(rows) <= 5 and shares.sum() == pytest.approx(1)
        assert choose_medoids(vectors[:0])[0].size == 0

    def test_styles_and_prices(self):
        even, one = np.full(8, 1 / 8), np.eye(8)[0]
        assert style_distance(even, even) == pytest.approx(0) and style_distance(np.eye(8)[1], one) == pytest.approx(1)
        assert band_overlap((10, 20), (12, 18)) > band_overlap((10, 20), (60, 90))
        assert band_overlap(None, (1, 2)) is None
        assert sum(style_radar(small_closet()).values()) == pytest.approx(1)

    def test_emerging_brands_catch_up_to_their_merit(self):
        centres = [unit(200 + n) for n in range(12)]
        profiles = [self.brand(f"b{n}", centre, emerging=n % 3 == 0) for n, centre in enumerate(centres)]
        emerging = {profile.brand: profile.emerging for profile in profiles}
        random = np.random.default_rng(0)
        ledgers = {"plain": ExposureLedger(), "fair": ExposureLedger()}
        for _ in range(150):
            about = centres[random.integers(12)]
            mine = [piece(n, "t-shirt", embedding=unit(int(random.integers(9999)), about, 1.5)) for n in range(4)]
            ranked = rank_brands(mine, profiles)
            # Readers of this page stop after three: exposure is what those three get.
            ledgers["plain"].record(ranked, ranked[:3])
            ledgers["fair"].record(ranked, fair_order(ranked, ledgers["fair"], limit=3))
        plain, fair = (ledger.report(emerging)["emerging"] for ledger in ledgers.values())
        assert fair >= min(plain, 0.8) - 0.02
        for brand, young in emerging.items():
            if young and ledgers["plain"].ratio(brand) < 0.7:
                assert ledgers["fair"].ratio(brand) > ledgers["plain"].ratio(brand)

    def test_a_brand_one_likes_moves_up(self):
        profiles = [self.brand(f"b{n}", unit(n)) for n in range(4)]
        mine = [piece("m", "t-shirt", embedding=unit(0))]
        last = rank_brands(mine, profiles)[-1].brand
        liked = rank_brands(mine, profiles, liked={last})
        assert [match.brand for match in liked].index(last) < 3

    def test_surprise_puts_emerging_brands_first(self):
        profiles = [self.brand(f"b{n}", unit(n), emerging=n > 5) for n in range(10)]
        shown = fair_order(rank_brands([piece("m", "t-shirt", embedding=unit(0))], profiles), surprise=True, limit=8)
        assert [match.emerging for match in shown] == [True] * 4 + [False] * 4


class TestPurchases:
    def test_a_twin_is_found_and_halves_the_wears(self):
        pieces = closet(80, seed=12)
        twin = next(p for p in pieces if p.slot == "top" and p.state == "ready")
        new = twin.with_(id="new", price=60_000.0, wears=0, last_worn_days=None)
        advice = judge_purchase(new, pieces, model=None)
        assert advice.twins[0].piece.id == twin.id
        assert "have_one" in advice.codes
        assert advice.cost_per_wear == pytest.approx(60_000 / max(advice.wears, 1))

    def test_the_missing_bottom_unlocks_outfits(self):
        pieces = [p for p in small_closet() if p.slot != "bottom"]
        advice = judge_purchase(piece("new", "jeans", price=50.0), pieces, model=None)
        assert advice.unlocked and not advice.twins
        assert all("new" in outfit.ids for outfit in advice.unlocked)
        assert advice.wears_range[0] <= advice.wears <= advice.wears_range[1]

    def test_an_empty_closet_gets_usual_figures(self):
        advice = judge_purchase(piece("new", "hat"), [], model=None)
        assert advice.guessed and advice.cost_per_wear is None
