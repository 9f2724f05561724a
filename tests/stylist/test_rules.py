"""What must never be suggested: a table of days, occasions and closets; what is said where a closet cannot do it."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.gaps import count_outfits, find_gap
from recommender.stylist.rules.garments import formality_of, warmth_of
from recommender.stylist.rules.rulebook import RELAXATIONS, TASTE, Rulebook
from recommender.stylist.rules.temperature import enough_until
from recommender.stylist.rules.weather import Weather, manual_weather, read_open_meteo
from tests.stylist.closets import piece

TABLE = list(csv.DictReader((Path(__file__).parent / "rules.csv").open(encoding="utf-8")))
COLOURS = [
    (12.0, 0.0, 0.0),
    (96.0, 0.0, 1.0),
    (17.0, 5.0, -22.0),
    (79.0, 4.0, 16.0),
    (58.0, 0.0, 0.0),
    (30.0, 20.0, 12.0),
]
EVERY_KIND = (
    "t-shirt long-sleeve shirt blouse polo knit sweatshirt hoodie sleeveless bodysuit jacket blazer coat cardigan "
    "padded vest dress jumpsuit jeans trousers shorts skirt leggings sweatpants sneakers dress-shoes boots sandals "
    "heels flats slippers handbag backpack crossbody clutch tote cap hat beanie scarf belt tie eyewear watch "
    "socks jewellery gloves tunic underwear swimwear"
)
CLOSETS = {
    "everything": f"{EVERY_KIND} {EVERY_KIND} graphic:t-shirt camo:trousers neon:dress suede:boots silk:scarf",
    "men": (
        "t-shirt t-shirt t-shirt long-sleeve long-sleeve shirt shirt shirt polo knit knit sweatshirt hoodie jacket "
        "jacket blazer coat padded cardigan jeans jeans trousers trousers shorts sweatpants sneakers sneakers "
        "dress-shoes boots sandals backpack tote cap beanie scarf belt tie watch gloves"
    ),
    "women": (
        "t-shirt t-shirt long-sleeve shirt blouse blouse knit knit sweatshirt sleeveless cardigan jacket blazer coat "
        "padded dress dress skirt skirt trousers trousers jeans jeans shorts leggings sweatpants sneakers heels flats "
        "boots sandals handbag crossbody clutch backpack hat beanie scarf belt jewellery gloves"
    ),
    "hats": "cap cap hat beanie",
    "summer": "t-shirt t-shirt sleeveless shorts shorts sandals sneakers cap eyewear",
}  # fmt: skip
MIDDLE = {"knit", "sweatshirt", "hoodie", "cardigan", "vest"}
OUTER = {"jacket", "blazer", "coat", "padded"}
LAYERS = ("padded", "coat", "jacket", "blazer", "cardigan", "vest", "hoodie", "sweatshirt", "knit")


def closet_of(name: str) -> list[Piece]:
    """One plain piece a word; "material:kind" and "pattern:kind" say more."""
    made = []
    for number, word in enumerate(CLOSETS[name].split()):
        more, _, kind = word.rpartition(":")
        facts = {"suede": {"material": "suede"}, "silk": {"material": "silk"}, "graphic": {"pattern": "graphic"}}
        lab = (88.0, -40.0, 80.0) if more == "neon" else COLOURS[number % len(COLOURS)]
        made.append(
            piece(f"{word} {number}", kind, lab, **facts.get(more, {"pattern": more} if more == "camo" else {}))
        )
    return made


def day_of(row: dict[str, str]) -> Context:
    weather = manual_weather(temperature=float(row["felt"]), precipitation=6.0 if row["sky"] == "rain" else 0.0)
    asked = {name: row[name] or None for name in ("occasion", "dress_code", "mood")}
    return Context(weather=weather, **asked)


def seen_in(pieces: Sequence[Piece]) -> set[str]:
    """Words of the table that hold for an outfit: kinds, materials, patterns, and what is worn outermost."""
    kinds = {one.kind for one in pieces}
    words = kinds | {one.material or "" for one in pieces} | {one.pattern or "" for one in pieces}
    over = next((kind for kind in LAYERS if kind in kinds), None)
    if over is None:
        words |= {f"{kind}-outermost" for kind in kinds & {"t-shirt", "sleeveless", "shirt", "blouse", "polo"}}
    if not kinds & (OUTER | {"cardigan", "vest"}):
        words.add("no-outer")
    if not kinds & {"coat", "padded"}:
        words.add("no-warm-coat")
    if kinds & {"shorts", "skirt", "dress"} and "leggings" not in kinds:
        words.add("bare-legs")
    if any(abs(one.colours[0][2]) > 70 for one in pieces):
        words.add("neon")
    return words


def faults_of(pieces: Sequence[Piece]) -> list[str]:
    """What nobody wears, whatever the day; written apart from the rules."""
    kinds = [one.kind for one in pieces]
    slots = [one.slot for one in pieces]
    has = set(kinds)
    checks = {
        "two middle layers": len([kind for kind in kinds if kind in MIDDLE]) > 1,
        "two outer layers": len([kind for kind in kinds if kind in OUTER]) > 1,
        "two of a slot": any(slots.count(slot) > 1 for slot in ("shoes", "bag", "hat", "dress", "bottom")),
        "two of a kind": len(kinds) != len(has),
        "dress with a top or bottom": "dress" in slots
        and ("top" in slots or bool(has & {"skirt", "trousers", "jeans", "shorts"})),
        "two base layers": len([1 for one in pieces if one.slot == "top" and one.kind not in MIDDLE]) > 1,
        "tie without shirt": "tie" in has and "shirt" not in has,
        "formal shoes with lounge": bool(has & {"dress-shoes", "heels"} and has & {"sweatpants", "leggings"}),
        "open shoes with a coat": bool(has & {"sandals", "slippers"} and has & {"coat", "padded", "scarf", "beanie"}),
        "blazer for the gym": "blazer" in has and bool(has & {"sweatpants", "leggings", "hoodie", "cap"}),
        "socks as a choice": "socks" in has,
    }  # fmt: skip
    return [name for name, broken in checks.items() if broken]


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 150


@pytest.mark.parametrize("closet", sorted({row["closet"] for row in TABLE}))
def test_what_must_never_appear_never_appears(closet: str) -> None:
    pieces = closet_of(closet)
    found, empty, violations = 0, [], []
    rows = [row for row in TABLE if row["closet"] == closet]
    for row in rows:
        outfits = suggest(pieces, day_of(row), n=6, model=None).outfits
        found += len(outfits)
        if not outfits:
            empty.append((row["felt"], row["occasion"]))
        for outfit in outfits:
            bad = seen_in(outfit.pieces) & set(row["never"].split())
            bad |= set(faults_of(outfit.pieces))
            if bad:
                violations.append(
                    (row["felt"], row["sky"], row["occasion"], sorted(bad), [one.kind for one in outfit.pieces])
                )
    assert violations == []
    if closet in ("everything", "men", "women"):  # such closets can dress for nearly all of it
        assert len(empty) <= len(rows) // 20, empty


def test_below_zero_it_needs_a_coat_and_the_closet_without_one_is_told_so() -> None:
    pieces = [piece(kind, kind) for kind in ("t-shirt", "shirt", "jeans", "sneakers")]
    answer = suggest(pieces, Context(weather=manual_weather(temperature=-8)), model=None)
    assert answer.outfits == ()
    notes = {note.code: note.params for note in answer.notes}
    assert notes["gap.weather"]["count"] > 0
    assert {"coat", "padded"} & set(notes["gap.weather"]["kinds"])


def test_nothing_for_sport_is_said_with_what_would_open_outfits() -> None:
    pieces = [piece(kind, kind) for kind in ("t-shirt", "long-sleeve", "shirt", "jeans", "skirt", "heels")]
    answer = suggest(pieces, Context(weather=manual_weather(temperature=20), occasion="sport"), model=None)
    assert answer.outfits == ()
    gap = next(note for note in answer.notes if note.code == "gap.occasion")
    assert "sneakers" in gap.params["kinds"] and set(gap.params["kinds"]) & {"leggings", "sweatpants"}
    opened = [*pieces, *(piece(f"new {kind}", kind) for kind in gap.params["kinds"])]
    book = Rulebook(Context(weather=manual_weather(temperature=20), occasion="sport"))
    assert count_outfits(opened, book) == gap.params["count"] > 0


def test_rules_are_relaxed_one_at_a_time_and_named() -> None:
    pieces = [
        piece("a", "shirt", pattern="check"), piece("b", "trousers", pattern="stripe"), piece("c", "dress-shoes"),
    ]  # fmt: skip
    answer = suggest(pieces, Context(weather=manual_weather(temperature=20)), model=None)
    assert answer.outfits and answer.relaxed == ("pattern",)
    assert "relaxed.pattern" in {note.code for note in answer.notes}


def test_too_thin_and_unfit_at_once_is_not_offered_as_the_nearest() -> None:
    """At 9 degrees a thin jacket is a little cool, at a ceremony it is unfit: one may be borne, both are nonsense."""
    pieces = [piece("a", "shirt"), piece("b", "trousers"), piece("c", "dress-shoes"), piece("d", "jacket")]
    unfit = suggest(pieces, Context(weather=manual_weather(temperature=14), occasion="ceremony"), model=None)
    assert unfit.outfits and not {"unfit", "warmth"} <= set(unfit.relaxed)
    cold = suggest(pieces, Context(weather=manual_weather(temperature=3), occasion="ceremony"), model=None)
    assert cold.outfits == () and any(note.code.startswith("gap.") for note in cold.notes)
    for groups in RELAXATIONS:
        assert len(set(groups) - TASTE) <= 1


def test_denim_never_goes_to_a_ceremony_whatever_its_cut() -> None:
    pieces = [piece("a", "blazer", material="denim"), piece("b", "shirt"), piece("c", "trousers"),
              piece("d", "dress-shoes")]  # fmt: skip
    answer = suggest(pieces, Context(weather=manual_weather(temperature=20), occasion="ceremony"), n=6, model=None)
    assert answer.outfits and all("a" not in outfit.ids for outfit in answer.outfits)


def test_a_closet_that_can_do_it_has_no_gap() -> None:
    assert find_gap(closet_of("men"), Rulebook(Context(weather=manual_weather(temperature=15)))) is None


def test_clothes_of_a_child_never_meet_a_grown_ups() -> None:
    pieces = [
        piece("tee", "t-shirt", child=True), piece("jeans", "jeans", child=False),
        piece("trousers", "trousers", child=True), piece("shirt", "shirt", child=False), piece("shoes", "sneakers"),
    ]  # fmt: skip
    for outfit in suggest(pieces, Context(weather=manual_weather(temperature=21)), n=6, model=None).outfits:
        assert len({one.child for one in outfit.pieces} - {None}) == 1


def test_warmth_and_formality_follow_kind_and_cloth_before_the_network() -> None:
    from recommender.stylist.rules.garments import formality_of, warmth_of

    wrong = piece("coat", "coat", material="wool", warmth=0.05, formality=0.1)
    assert warmth_of(wrong) > warmth_of(piece("tee", "t-shirt", warmth=0.6))
    assert formality_of(wrong) > formality_of(piece("hoodie", "hoodie", formality=0.9))
    assert warmth_of(piece("w", "trousers", material="wool")) > warmth_of(piece("c", "trousers", material="cotton"))


def test_the_hours_one_is_out_count_and_not_the_night() -> None:
    hours = (*[-4.0] * 7, *[6.0] * 4, *[14.0] * 8, *[5.0] * 5)
    weather = Weather(temperature=14, hours=hours)
    assert weather.felt_between() == (5.0, 14.0)
    assert weather.felt_between("day") == (6.0, 14.0)
    assert weather.felt_between("evening") == (5.0, 14.0)
    assert (
        Weather(temperature=18, low=20, high=4).felt_between() == Weather(temperature=18, low=4, high=20).felt_between()
    )


def test_the_forecast_is_read_by_the_hour() -> None:
    answer = {
        "current": {"temperature_2m": 3},
        "hourly": {"apparent_temperature": [float(hour) for hour in range(24)]},
        "daily": {"temperature_2m_max": [9], "temperature_2m_min": [-2]},
    }
    assert read_open_meteo(answer).felt_between() == (8.0, 21.0)
    answer["hourly"]["apparent_temperature"][3] = None
    assert read_open_meteo(answer).hours == ()


@pytest.mark.parametrize(
    "pieces",
    [
        [], [piece("one", "t-shirt")], [piece(f"h{n}", "cap") for n in range(5)],
        [piece(kind, kind).with_(colours=()) for kind in ("t-shirt", "jeans", "sneakers")],
        [piece("x", "no-such-kind"), piece("y", "shirt").with_(colours=((float("nan"), 0.0, 0.0, 1.0),))],
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "context",
    [
        Context(occasion="moon landing", mood="none", dress_code="pirate", time="noon"),
        Context(weather=Weather(temperature=30, low=25, high=-10, precipitation=900, wind=250, humidity=9.0)),
        Context(weather=manual_weather(temperature=-60), occasion="sport"),
        Context(weather=Weather(temperature=float("nan"))),
    ],
)
def test_odd_closets_and_odd_days_get_an_answer_and_a_sentence(pieces: list[Piece], context: Context) -> None:
    answer = suggest(pieces, context)
    assert answer.outfits or answer.notes
    assert all(np.isfinite(outfit.score.total) and 0 <= outfit.percent <= 100 for outfit in answer.outfits)


# --- Sleeves, and what is worn under, to and at -----------------------------------------------------------------
def test_sleeves_move_what_a_shirt_or_dress_is_enough_for():
    bare, short, long = (piece("x", "dress", sleeve=sleeve) for sleeve in ("none", "short", "long"))
    assert warmth_of(bare) < warmth_of(short) == warmth_of(piece("x", "dress")) < warmth_of(long)
    assert enough_until(bare) > enough_until(short) > enough_until(long)
    named = piece("x", "t-shirt", sleeve="long")  # its name tells; what was seen does not
    assert warmth_of(named) == warmth_of(piece("x", "t-shirt"))
    assert formality_of(piece("x", "shirt", sleeve="short")) < formality_of(piece("x", "shirt", sleeve="long"))


@pytest.mark.parametrize(("occasion", "worn"), [(None, False), ("travel", False), ("work", True), ("ceremony", True)])
def test_in_the_heat_long_sleeves_are_worn_by_custom_alone(occasion, worn):
    book = Rulebook(Context(weather=manual_weather(temperature=32), occasion=occasion))
    assert book.allows(piece("long", "shirt", sleeve="long")) is worn
    assert book.allows(piece("unknown", "shirt"))
    assert book.allows(piece("short", "shirt", sleeve="short"))


def test_leggings_go_under_a_dress_when_it_is_cool():
    pieces = [piece("dress", "dress"), piece("leggings", "leggings")]
    for temperature, banned in ((26, True), (12, False)):
        assert Rulebook(Context(weather=manual_weather(temperature=temperature))).banned(pieces)[0, 1] == banned


def test_two_that_may_be_prints_do_not_meet():
    unsure, also, plain = (
        piece("a", "shirt", pattern_sure=0.5),
        piece("b", "skirt", pattern_sure=0.55),
        piece("c", "jeans"),
    )
    print_ = piece("d", "trousers", pattern="floral")
    banned = Rulebook(Context()).banned([unsure, also, plain, print_])
    assert banned[0, 1] and banned[0, 3] and not banned[0, 2] and not banned[2, 3]
    assert not Rulebook(Context(), ["pattern"]).banned([unsure, also])[0, 1]


def test_gym_shorts_are_for_no_date():
    day = manual_weather(temperature=28)
    book = Rulebook(Context(weather=day, occasion="date"))
    assert book.broken_by(piece("gym", "shorts", material="synthetic")) == "occasion"
    assert book.allows(piece("chino", "shorts", material="cotton"))
    assert Rulebook(Context(weather=day, occasion="sport")).allows(piece("gym", "shorts", material="synthetic"))


def test_a_mood_that_cannot_be_served_still_decides_what_comes_first():
    closet = [
        piece("tee", "t-shirt"), piece("sweatpants", "sweatpants"), piece("sneakers", "sneakers"),
        piece("shirt", "shirt"), piece("jeans", "jeans", material="denim"),
    ]  # fmt: skip
    found = suggest(closet, Context(weather=manual_weather(temperature=20), mood="formal"), model=None)
    assert found.relaxed == ("mood",)
    assert {one.kind for one in found.outfits[0].pieces} == {"shirt", "jeans", "sneakers"}
