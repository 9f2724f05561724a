"""Which size: bodies, charts, labels, garments that fit, brands that run small, and bad figures of all kinds."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.stylist.fit.advice import chart_of_labels, recommend_like, recommend_size
from recommender.stylist.fit.body import ZONES, read_body
from recommender.stylist.fit.body_shape import body_shape
from recommender.stylist.fit.brand_offset import BrandOffset, Verdict, learn_brand_offset
from recommender.stylist.fit.charts import read_chart
from recommender.stylist.fit.cut import own_cut, product_bands
from recommender.stylist.fit.ease import ease_bands
from recommender.stylist.fit.figure import drawn_zones
from recommender.stylist.fit.garment_fit import fit_over_time, garment_fit
from recommender.stylist.fit.labels import read_label

TEE = [
    ("S", {"chest": 100, "shoulder": 43, "sleeve": 60, "back_length": 66}),
    ("M", {"chest": 106, "shoulder": 45, "sleeve": 61, "back_length": 69}),
    ("L", {"chest": 112, "shoulder": 47, "sleeve": 62, "back_length": 72}),
    ("XL", {"chest": 118, "shoulder": 49, "sleeve": 63, "back_length": 75}),
]
FLAT = [(label, {zone: value / 2 if zone == "chest" else value for zone, value in row.items()}) for label, row in TEE]
MAN = {"height": 1760, "weight": 74_000, "chest": 980, "waist": 830, "hips": 960, "shoulder": 445, "arm": 600}


def voices(verdict, count, name="member", steps=0):
    return [Verdict(f"{name} {number}", verdict, steps) for number in range(count)]


def codes(doubts):
    return {doubt.code for doubt in doubts}


class TestSizes:
    def test_the_middle_man_wears_m(self):
        # 95 is M in Korea.
        chart = read_chart([(label, {"chest": row["chest"]}) for label, row in TEE])
        advice = recommend_size(read_body(MAN | {"chest": 950}, "men"), chart, "long-sleeve", gender="men")
        assert advice.label == "M"
        assert advice.sure > 0.3
        assert advice.deciding is not None

    def test_a_larger_chest_takes_a_larger_size_and_the_chest_decides(self):
        large = recommend_size(read_body(MAN | {"chest": 1090, "shoulder": 470}, "men"), read_chart(TEE), "long-sleeve")
        assert large.label == "XL"
        assert {size.label: size for size in large.sizes}["S"].deciding.zone == "chest"
        assert {size.label: size for size in large.sizes}["S"].deciding.ease < 0

    def test_oversized_is_meant_to_be_large_where_labels_name_no_body(self):
        body = read_body(MAN, "men")
        chart = read_chart([(f"no {number}", row) for number, (_, row) in enumerate(TEE)])
        slim = recommend_size(body, chart, "t-shirt", intended="slim")
        wide = recommend_size(body, chart, "t-shirt", intended="oversized")
        order = [row.label for row in chart.rows]
        assert order.index(wide.label) > order.index(slim.label)

    @pytest.mark.parametrize("room", [2, 8, 14, 22])
    def test_a_roomy_cut_and_a_close_one_advise_the_size_that_is_labelled_for_him(self, room):
        """At 168 cm and 58 kg his chest is 93 cm, between S and M of Korean men's, whatever room a brand means."""
        rows = [(label, {"chest": girth + room}) for label, girth in (("S", 90), ("M", 95), ("L", 100), ("XL", 105))]
        body = read_body({"height": 1680, "weight": 58_000}, "men", region="korea", age=30)
        advice = recommend_size(body, read_chart(rows), "shirt", gender="men")
        assert advice.label in ("S", "M")

    def test_labels_that_contradict_each_other_are_not_believed(self):
        backwards = read_chart([("L", {"chest": 100}), ("S", {"chest": 112})])
        assert own_cut(backwards, "shirt", "men") == {}
        assert own_cut(read_chart([("M", {"chest": 110})]), "shirt", "men") == {}
        nonsense = read_chart([("S", {"chest": 150}), ("M", {"chest": 156})])  # 60 cm of room: labels of something else
        assert product_bands(nonsense, "shirt", "regular", "men") == ease_bands("shirt", "regular", "men")

    def test_beyond_the_chart_is_said(self):
        huge = recommend_size(read_body({"chest": 1350, "waist": 1300}, "men"), read_chart(TEE), "t-shirt")
        assert huge.label == "XL"
        assert "out_of_range_large" in huge.codes

    def test_estimates_are_said_and_make_it_less_sure(self):
        measured = recommend_size(read_body(MAN, "men"), read_chart(TEE), "t-shirt")
        guessed = recommend_size(read_body({"height": 1760, "weight": 74_000}, "men"), read_chart(TEE), "t-shirt")
        assert "estimated" in guessed.codes
        assert "chest" in guessed.estimated
        assert guessed.sure < measured.sure

    def test_body_chart_ranges(self):
        chart = read_chart(
            [("90", {"chest": (86, 92)}), ("95", {"chest": (92, 97)}), ("100", {"chest": (97, 102)})], basis="body"
        )
        assert recommend_size(read_body({"chest": 990}), chart, "shirt").label == "100"
        assert recommend_size(read_body({"chest": 930}), chart, "shirt").label == "95"

    def test_labels_alone_are_enough(self):
        advice = recommend_size(
            read_body(MAN | {"chest": 1000}, "men"), read_chart([("95", {}), ("100", {"chest": None})]), "knit"
        )
        assert advice.codes  # an empty chart is an answer, not an error
        chart = chart_of_labels(["95", "100", "105", "free"], "knit", "men")
        assert recommend_size(read_body(MAN | {"chest": 1000}, "men"), chart, "knit").label == "100"

    def test_no_measures_no_chart_no_shared_zone(self):
        assert recommend_size(read_body({}), read_chart(TEE), "t-shirt").codes[0] == "no_measures"
        assert recommend_size(read_body(MAN), read_chart([]), "t-shirt").codes[0] == "no_chart"
        assert recommend_size(read_body(MAN), read_chart(TEE), "handbag").label is None

    def test_shoes_by_foot(self):
        chart = read_chart([(str(s), {"foot": s}) for s in range(240, 285, 5)], unit="mm", basis="body")
        assert recommend_size(read_body({"foot": 262, "height": 1750}), chart, "sneakers").label in ("260", "265")

    def test_drawing_marks_the_deciding_zone_once(self):
        body = read_body(MAN, "men")
        drawn = drawn_zones(recommend_size(body, read_chart(TEE), "t-shirt"), body)
        assert sum(zone.deciding for zone in drawn) == 1
        assert [zone.height for zone in drawn] == sorted(zone.height for zone in drawn)


class TestBrands:
    def test_too_small_verdicts_raise_the_size(self):
        body, chart = read_body({"chest": 985}, "men"), read_chart(TEE)
        offset = learn_brand_offset(voices("too_small", 8))
        assert offset.mm > 5
        order = [label for label, _ in TEE]
        plain, lifted = (recommend_size(body, chart, "shirt", offset=o) for o in (BrandOffset(), offset))
        assert order.index(lifted.label) >= order.index(plain.label)
        assert lifted.chosen.zones[0].ease < {s.label: s for s in plain.sizes}[lifted.label].zones[0].ease
        assert "brand_offset" in lifted.codes

    def test_fewer_than_five_members_move_nothing_however_much_they_say(self):
        assert learn_brand_offset([]) == BrandOffset()
        assert learn_brand_offset(voices("too_small", 4)).mm == 0
        assert learn_brand_offset([Verdict("alice", "too_small")] * 50) == BrandOffset(0.0, 1)
        assert learn_brand_offset(voices("who knows", 9)) == BrandOffset()

    def test_more_members_who_agree_move_it_further_and_never_beyond_what_they_say(self):
        offsets = [learn_brand_offset(voices("too_small", count)).mm for count in (5, 10, 100)]
        assert 0 < offsets[0] < offsets[1] < offsets[2] <= 20

    def test_one_member_cannot_move_it(self):
        content = voices("fits", 9)
        assert learn_brand_offset([*content, Verdict("charlie", "too_small", 9)]).mm == 0
        small = voices("too_small", 9)
        with_charlie = learn_brand_offset([*small, Verdict("charlie", "too_small", 9)]).mm
        assert with_charlie == pytest.approx(learn_brand_offset(small).mm, abs=1)

    def test_those_who_disagree_cancel_out(self):
        assert learn_brand_offset([*voices("too_small", 5), *voices("too_large", 5, "other")]).mm == 0

    def test_a_verdict_is_read_against_the_size_that_was_advised(self):
        assert learn_brand_offset(voices("too_small", 6, steps=-1)) == BrandOffset()  # of course it was
        assert learn_brand_offset(voices("too_large", 6, steps=2)) == BrandOffset()
        up = learn_brand_offset(voices("fits", 6, steps=1))
        assert up.mm > learn_brand_offset(voices("too_small", 6)).mm > 0
        assert learn_brand_offset(voices("fits", 6, steps=-1)).mm < 0


class TestGarmentsIOwn:
    def test_size_like_the_one_that_fits(self):
        advice = recommend_like({"chest": 1125, "shoulder": 468}, read_chart(FLAT, basis="flat"))
        assert advice.label == "L"

    def test_fits_then_no_longer(self):
        shirt = {"chest": 1080, "shoulder": 450}
        slim, broad = (read_body({"chest": chest, "height": 1750}, "men") for chest in (960, 1090))
        assert garment_fit(shirt, slim, "shirt").verdict == "fits"
        change = fit_over_time(shirt, [slim, slim, broad], "shirt")
        assert change.status == "no_longer"
        assert change.since == 2
        assert change.now.deciding.zone == "chest"

    def test_never_tight_on_a_guess(self):
        body = read_body({"height": 1900}, "men")
        assert garment_fit({"chest": 800}, body, "shirt").verdict == "unknown"

    def test_nothing_known(self):
        assert garment_fit({}, read_body(MAN), "shirt").verdict == "unknown"
        assert fit_over_time({"chest": 1000}, [], "shirt").status == "unknown"


class TestCharts:
    def test_inches_labelled_centimetres_are_caught(self):
        inches = [(label, {zone: value / 2.54 for zone, value in row.items()}) for label, row in TEE]
        chart = read_chart(inches, unit="cm")
        assert "unit_is_in" in codes(chart.doubts)
        assert chart.rows[0].zones["chest"][0] == pytest.approx(1000, abs=1)

    def test_widths_labelled_girths_are_caught(self):
        chart = read_chart(FLAT, basis="garment")
        chest = chart.rows[0].zones["chest"][0]
        assert chest == pytest.approx(1000) and "widths_not_girths" in codes(chart.doubts)

    def test_disorder_reversed_and_impossible_are_said(self):
        chart = read_chart(
            [("S", {"chest": (104, 100)}), ("M", {"chest": 98}), ("L", {"chest": 112}), ("XL", {"chest": 9999})]
        )
        assert {"reversed_range", "order", "implausible"} <= codes(chart.doubts)

    def test_a_right_chart_has_no_doubts(self):
        assert read_chart(TEE).doubts == ()
        assert read_chart(FLAT, basis="flat").doubts == ()
        jeans = [(str(n), {"waist": n, "hips": n + 9, "inside_leg": 31}) for n in range(28, 36)]
        assert read_chart(jeans, unit="in").doubts == ()


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "gender", "slot", "zone", "value"),
        [
            ("82-88-160", "women", "top", "hips", 880),
            ("95-82-175", "men", "top", "waist", 820),
            ("67-91-160", "women", "bottom", "waist", 670),
            ("100", "men", "top", "chest", 1000),
            ("105", "men", "outer", "chest", 1050),
            ("55", "women", "top", "chest", 850),
            ("66", "women", "dress", "chest", 880),
            ("W32/L34", "men", "bottom", "waist", 813),
            ("32", "men", "bottom", "waist", 813),
            ("M", "men", "top", "chest", 980),
            ("L(100)", "men", "top", "chest", 1000),
            ("265", None, "shoes", "foot", 265),
            ("EU 42", None, "shoes", "foot", 265),
            ("48", "men", "outer", "chest", 960),
        ],
    )
    def test_understood(self, label, gender, slot, zone, value):
        low, high = read_label(label, gender, slot).zones[zone]
        assert low <= value <= high or abs((low + high) / 2 - value) < 60
        assert low < high

    @pytest.mark.parametrize("label", ["", "free", "one size", "AB-1234", "0", "999", "-"])
    def test_not_understood_is_none(self, label):
        assert read_label(label) is None


class TestBodies:
    def test_contradiction_is_set_aside_and_named(self):
        body = read_body(MAN | {"waist": 1500}, "men")
        assert [doubt.zone for doubt in body.doubts] == ["waist"]
        assert body.doubts[0].code == "contradicts"
        assert body.get("waist").estimated

    @pytest.mark.parametrize(("value", "code"), [(98, "looks_like_cm"), (38, "looks_like_inches"), (7, "implausible")])
    def test_wrong_units_are_recognised(self, value, code):
        body = read_body({"chest": value, "height": 1760})
        assert body.doubts[0].code == code
        assert body.get("chest").estimated

    def test_estimates_tighten_with_what_is_known(self):
        little, more = (
            read_body({"height": 1760}, "men"),
            read_body({"height": 1760, "weight": 74_000, "chest": 980}, "men"),
        )
        width = lambda body: body.get("waist").high - body.get("waist").low  # noqa: E731
        assert width(more) < 0.7 * width(little)

    def test_sex_region_and_age_move_estimates_the_way_they_do_people(self):
        given = {"height": 1700, "weight": 65_000}
        waist = lambda **kind: read_body(given, **kind).get("waist").value  # noqa: E731
        assert read_body(given, "men").get("shoulder").value > read_body(given, "women").get("shoulder").value + 10
        assert waist(gender="men", age=60, region="korea") > waist(gender="men", age=25, region="korea") + 30
        legs = [read_body(given, "men", region=region).get("inside_leg").value for region in ("korea", None, "us")]
        assert legs == sorted(legs)

    def test_without_a_sex_the_interval_holds_both(self):
        given = {"height": 1690, "weight": 65_000}
        men, women, either = (read_body(given, sex).get("shoulder") for sex in ("men", "women", None))
        assert women.value < either.value < men.value
        assert either.low < women.value < men.value < either.high

    @pytest.mark.parametrize(
        ("given", "age", "outside"),
        [
            ({"height": 1100, "weight": 19_000, "chest": 560, "waist": 520, "hips": 600}, None, ("height", "weight")),
            ({"height": 1750, "weight": 250_000}, None, ("weight",)),
            ({"height": 1700, "weight": 65_000}, 8, ("age",)),
            ({"foot": 170}, None, ("foot",)),
        ],
    )
    def test_beyond_the_surveyed_nothing_is_estimated_and_it_is_said(self, given, age, outside):
        body = read_body(given, age=age)
        assert body.outside == outside
        assert body.doubts == ()
        assert set(body.measures) == set(given)
        assert "outside_model" in recommend_size(body, read_chart(TEE), "t-shirt").codes

    def test_older_than_the_surveyed_is_estimated_as_the_oldest_of_them(self):
        given = {"height": 1700, "weight": 65_000}
        waists = [read_body(given, "men", age=age).get("waist").value for age in (40, 69, 85)]
        assert waists[0] < waists[1] == waists[2]

    def test_nothing_known_is_nothing_estimated(self):
        assert read_body({}).measures == {}

    @settings(max_examples=60, deadline=None)
    @given(
        measures=st.dictionaries(
            st.sampled_from((*ZONES, "nonsense")),
            st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 200_000)),
        ),
        gender=st.sampled_from([None, "men", "women", "unisex", "x"]),
        kind=st.sampled_from(["t-shirt", "jeans", "coat", "sneakers", "handbag", "nothing"]),
        rows=st.lists(
            st.tuples(
                st.text(max_size=6),
                st.dictionaries(
                    st.sampled_from(["chest", "waist", "hips", "foot", "sleeve", "x"]),
                    st.one_of(st.none(), st.floats(), st.tuples(st.floats(0, 300), st.floats(0, 300))),
                ),
            ),
            max_size=5,
        ),
        unit=st.sampled_from(["cm", "mm", "in", "ells"]),
        basis=st.sampled_from(["body", "garment", "flat"]),
    )
    def test_whatever_is_typed_never_raises(self, measures, gender, kind, rows, unit, basis):
        body = read_body(measures, gender)
        chart = read_chart(rows, unit=unit, basis=basis)
        advice = recommend_size(body, chart, kind, gender=gender, offset=learn_brand_offset(voices("fits", 5)))
        drawn_zones(advice, body)
        assert 0 <= advice.sure <= 1
        assert advice.label is None or advice.label in [row[0] for row in rows]
        garment_fit({zone: value for zone, value in measures.items() if isinstance(value, int)}, body, kind)
        body_shape({zone: value for zone, value in measures.items() if isinstance(value, int)})


@pytest.mark.parametrize("gender", ["men", "women", "unisex", "kids", None])
def test_ease_bands_are_ordered_for_every_kind_and_fit(gender):
    for kind in ("t-shirt", "shirt", "jeans", "coat", "dress", "leggings", "sweatpants"):
        for intended in ("slim", "regular", "loose", "oversized", "unheard of"):
            assert all(band.low < band.high for band in ease_bands(kind, intended, gender).values())


@pytest.mark.parametrize("kind", ["t-shirt", "shirt", "knit", "sweatshirt", "coat"])
def test_each_fit_line_is_wider_than_the_one_before(kind):
    for gender in ("men", "women"):
        lows = [ease_bands(kind, fit, gender)["chest"].low for fit in ("slim", "regular", "loose", "oversized")]
        assert lows == sorted(lows) and lows[0] < lows[-1] - 100


def test_shapes_need_their_inputs():
    assert body_shape({"chest": 900}).slug == "unclassified"
    assert body_shape({"chest": 900}).missing == ("waist", "hips")
    assert body_shape({"chest": 920, "waist": 660, "hips": 940}).slug == "hourglass"
    assert body_shape({"chest": 860, "waist": 760, "hips": 900}).slug == "rectangle"
    assert body_shape({"chest": 1000, "waist": 850, "hips": 880}).slug == "inverted-triangle"


def test_the_figures_of_fit_are_told_without_the_data_they_were_taken_from(tmp_path):
    said = StringIO()
    call_command("evaluate_fit", wearers=3, stdout=said)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [next(iter(line)) for line in lines] == ["bodies", "garments", "simulated", "simulated"]
    assert lines[1]["garments"]["products"] > 100 and {line["simulated"]["gender"] for line in lines[2:]} == {
        "men", "women",
    }  # fmt: skip
    with pytest.raises(CommandError, match="There is no"):
        call_command("evaluate_fit", data=tmp_path, stdout=said)
