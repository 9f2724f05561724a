"""The rules one by one: colour, agreement, slots, weather, scores, reactions and body shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.stylist.fit.body import read_body
from recommender.stylist.fit.body_shape import SHAPES, body_note, body_value
from recommender.stylist.pieces import piece_of_kind, wearable
from recommender.stylist.rules.layers import can_layer, count_kind_pairs, faults, missing_slots
from recommender.stylist.rules.styles import mean_style
from recommender.stylist.rules.weather import (
    FixedWeather,
    OpenMeteo,
    Place,
    WeatherUnavailable,
    felt_temperature,
    manual_weather,
    needed_warmth,
    rain_value,
    read_open_meteo,
    season_of,
    warmth_value,
)
from recommender.stylist.score.agreement import (
    formality_agreement,
    pattern_agreement,
    season_agreement,
    style_agreement,
    traits_of,
)
from recommender.stylist.score.colour import accent_value, is_tone_on_tone, pair_harmony, palette_distance, palettes_of
from recommender.stylist.score.parts import DEFAULT_WEIGHTS, PARTS, make_score, read_weights
from recommender.stylist.score.reactions import DISLIKE, LIKE, Reaction, learn_taste
from tests.stylist.closets import closet, piece

NAVY, RED, GREEN, BLACK, WHITE, SKY = (17, 5, -22), (45, 65, 42), (46, -45, 28), (12, 0, 0), (96, 0, 1), (75, -8, -20)


def harmony(first, second, part="hue"):
    a, b = palettes_of([piece("a", "t-shirt", first)]), palettes_of([piece("b", "jeans", second)])
    return float(pair_harmony(a, b)[part][0, 0])


class TestColour:
    def test_neutrals_go_with_anything(self):
        assert harmony(BLACK, RED) == harmony(WHITE, GREEN) == pytest.approx(0.55)

    def test_near_hues_beat_clashing_ones(self):
        assert harmony(NAVY, (30, 6, -35)) > harmony(NAVY, SKY) > harmony(RED, (60, -20, 55))

    def test_harmony_is_symmetric(self):
        assert harmony(RED, GREEN) == pytest.approx(harmony(GREEN, RED))

    def test_alike_in_lightness_is_worn_more_than_half_way(self):
        assert harmony(BLACK, (15, 0, 0), "contrast") > harmony(BLACK, (50, 0, 0), "contrast")

    def test_one_accent_is_best_and_three_are_too_many(self):
        calm = palettes_of([piece(n, "t-shirt", lab) for n, lab in zip("abc", (BLACK, WHITE, BLACK), strict=True)])
        one = palettes_of([piece(n, "t-shirt", lab) for n, lab in zip("abc", (BLACK, WHITE, RED), strict=True)])
        loud = palettes_of(
            [piece(n, "t-shirt", lab) for n, lab in zip("abc", (RED, GREEN, (40, 20, -60)), strict=True)]
        )
        assert accent_value(one) > accent_value(calm) > accent_value(loud)

    def test_tone_on_tone(self):
        assert is_tone_on_tone(palettes_of([piece("a", "knit", (75, -8, -25)), piece("b", "jeans", (30, -6, -22))]))
        assert not is_tone_on_tone(palettes_of([piece("a", "knit", RED), piece("b", "jeans", SKY)]))

    def test_no_colours_is_no_opinion(self):
        blank = palettes_of([piece_of_kind("x", "t-shirt")])
        assert float(pair_harmony(blank, blank)["hue"][0, 0]) == 0.5
        assert palette_distance(piece_of_kind("x", "hat"), piece("y", "hat")) == float("inf")

    @settings(max_examples=50, deadline=None)
    @given(
        st.lists(
            st.tuples(*[st.floats(allow_nan=True, allow_infinity=True, width=32)] * 4).map(tuple),
            max_size=4,
        )
    )
    def test_any_palette_gives_values_between_0_and_1(self, colours):
        packed = palettes_of([piece_of_kind("x", "t-shirt", colours=tuple(colours)), piece("y", "jeans", RED)])
        if all(np.isfinite(c).all() and np.abs(c).max() < 1e6 for c in colours):
            for table in pair_harmony(packed, packed).values():
                assert ((table >= -1e-5) & (table <= 1 + 1e-5)).all()


class TestAgreement:
    def test_unknown_is_half(self):
        traits = traits_of([piece_of_kind("x", "spacesuit"), piece_of_kind("y", "cape")])
        for judge in (season_agreement, style_agreement, pattern_agreement):
            assert float(judge(traits, traits)[0, 1]) == 0.5

    def test_alike_agree(self):
        alike = traits_of([piece_of_kind(n, "shirt", seasons={"winter": 1.0}, pattern="solid") for n in "ab"])
        assert float(formality_agreement(alike, alike)[0, 1]) == 1
        assert float(season_agreement(alike, alike)[0, 1]) == pytest.approx(1)

    def test_sneakers_and_dress_shoes_with_a_blazer(self):
        traits = traits_of([piece(n, n) for n in ("blazer", "sneakers", "dress-shoes")])
        table = formality_agreement(traits, traits)
        assert table[0, 2] > table[0, 1]

    def test_one_pattern_is_better_than_two(self):
        traits = traits_of([piece("a", "shirt", pattern=p) for p in ("solid", "check", "floral")])
        table = pattern_agreement(traits, traits)
        assert table[0, 1] > table[1, 2]

    def test_all_tables_stay_between_0_and_1(self):
        traits = traits_of(closet(60))
        for judge in (formality_agreement, season_agreement, style_agreement, pattern_agreement):
            table = judge(traits, traits)
            assert table.shape == (60, 60)
            assert ((table >= 0) & (table <= 1 + 1e-6)).all()


class TestSlots:
    def test_layers(self):
        shirt, knit, coat, vest = (piece(k, k) for k in ("shirt", "knit", "coat", "vest"))
        assert can_layer(shirt, knit) and can_layer(knit, coat) and can_layer(vest, coat)
        assert not can_layer(knit, shirt) and not can_layer(coat, vest)

    @pytest.mark.parametrize(
        ("kinds", "code"),
        [
            (("jeans", "skirt"), "two_in_slot"),
            (("dress", "jeans"), "dress_with_bottom"),
            (("dress", "t-shirt"), "dress_with_top"),
            (("t-shirt", "shirt", "jeans"), "layers_clash"),
            (("scarf", "belt", "watch"), "too_many_accessories"),
            (("t-shirt", "tie"), "needs_collar"),
        ],
    )
    def test_faults(self, kinds, code):
        assert code in {fault.code for fault in faults([piece(kind, kind) for kind in kinds])}

    def test_missing(self):
        assert missing_slots([piece("d", "dress")]) == ("shoes",)
        assert missing_slots([]) == ("top", "bottom", "shoes")

    def test_pmi_knows_what_is_worn_together(self):
        pairs = count_kind_pairs([["shirt", "tie"]] * 20 + [["hoodie", "sneakers"]] * 20)
        assert pairs.pair("tie", "shirt") > 0 > pairs.pair("tie", "hoodie")
        assert count_kind_pairs([]).score(["tie", "shirt"]) == 0


class TestWeather:
    def test_colder_needs_more(self):
        needs = [needed_warmth(t) for t in range(-20, 40, 5)]
        assert needs == sorted(needs, reverse=True)

    def test_everyday_sums_fit_their_weather(self):
        tee = sum(piece(k, k).warmth for k in ("t-shirt", "shorts", "sandals"))
        winter = sum(piece(k, k).warmth for k in ("knit", "jeans", "coat", "boots", "scarf"))
        assert warmth_value(tee, needed_warmth(31)) > 0.95 > 0.5 > warmth_value(tee, needed_warmth(5))
        assert warmth_value(winter, needed_warmth(3)) > 0.95 > warmth_value(winter, needed_warmth(25))

    def test_wind_chills(self):
        assert felt_temperature(0, 40) < felt_temperature(0, 10) < 0

    def test_manual_values_are_held_within_reason(self):
        assert manual_weather(temperature=500).temperature == 60

    def test_open_meteo_is_read(self):
        answer = {
            "current": {"temperature_2m": 3.2, "apparent_temperature": -1.5, "wind_speed_10m": 20},
            "daily": {"precipitation_sum": [4.1], "precipitation_probability_max": [80], "temperature_2m_max": [6]},
        }
        weather = read_open_meteo(answer)
        assert (weather.feels, weather.wet, weather.chance, weather.high) == (-1.5, True, 0.8, 6)

    @pytest.mark.parametrize("answer", [None, [], {}, {"current": None}, {"current": {"temperature_2m": "hot"}}])
    def test_a_senseless_answer_is_unavailable(self, answer):
        with pytest.raises(ValueError, match="temperature"):
            read_open_meteo(answer)

    def test_an_outage_is_one_exception(self):
        import httpx

        def broken(request):
            raise httpx.ConnectError("no network")

        source = OpenMeteo(httpx.Client(transport=httpx.MockTransport(broken)))
        for asked in (source, FixedWeather(None)):
            with pytest.raises(WeatherUnavailable):
                asked.today(Place(37.5, 127.0))
        page = OpenMeteo(httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))))
        with pytest.raises(WeatherUnavailable):
            page.today(Place(37.5, 127.0))

    def test_seasons_turn_round_in_the_south(self):
        from datetime import date

        assert season_of(date(2026, 1, 5)) == "winter"
        assert season_of(date(2026, 1, 5), latitude=-34) == "summer"

    def test_suede_and_sandals_dislike_rain(self):
        assert rain_value(piece("b", "boots")) > rain_value(piece("s", "boots", material="suede"))
        assert rain_value(piece("s", "sandals")) < 0.3


class TestScores:
    def test_safe_weights(self):
        read = read_weights({"colour": float("nan"), "nonsense": 3, "style": -1, "season": 99, "value": "x"})
        assert read["colour"] == DEFAULT_WEIGHTS["colour"] and read["style"] == 0 and read["season"] == 5
        assert read_weights({group: 0 for group in DEFAULT_WEIGHTS}) == DEFAULT_WEIGHTS

    def test_every_part_hangs_on_a_slider_and_shares_sum_to_one(self):
        for group in DEFAULT_WEIGHTS:
            assert sum(spec.share for spec in PARTS.values() if spec.group == group) == pytest.approx(1)
        assert {spec.group for spec in PARTS.values()} == set(DEFAULT_WEIGHTS)

    def test_absent_parts_take_no_weight(self):
        score = make_score({"hue": 1.0, "contrast": 1.0}, None)
        assert score.total == pytest.approx(1)
        assert score.value("warmth") is None
        assert make_score({}, None).total == 0


class TestReactions:
    def test_lessons_carry_over_to_kin_and_fade(self):
        pieces = [piece("a", "shirt", RED), piece("b", "jeans", NAVY), piece("c", "shirt", (46, 64, 42))]
        taste = learn_taste([Reaction(LIKE, ("a", "b"))], pieces)
        table = taste.pair_leanings(pieces)
        assert table[0, 1] > table[2, 1] > 0
        old = learn_taste([Reaction(LIKE, ("a", "b"), days_ago=180)], pieces).pair_leanings(pieces)
        assert 0 < old[0, 1] < table[0, 1]

    def test_gone_pieces_teach_nothing(self):
        assert not learn_taste([Reaction(DISLIKE, ("x", "y"))], []).known


def test_body_notes_only_ever_add():
    kinds = ("dress", "belt", "jeans", "blazer", "nothing")
    assert all(body_value(shape, kind) >= 0.5 for shape in (*SHAPES, "x") for kind in kinds)
    assert body_note("unclassified", "dress") is None


def test_pieces_of_unknown_kinds_are_never_worn():
    assert not wearable(piece_of_kind("x", "spacesuit"))
    assert mean_style([]).sum() == pytest.approx(1)
    assert read_body({"chest": None}).measures == {}
