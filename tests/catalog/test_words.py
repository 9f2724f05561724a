"""Queries read: Korean and English, however spaced, inflected or misspelt; and completed while typed."""

from __future__ import annotations

import time
import unicodedata

import pytest

from catalog import taxonomy
from catalog.words.hangul import with_particles
from catalog.words.lexicon import lexicon
from catalog.words.reading import MOST_LETTERS, corrected, read
from catalog.words.suggest import suggest


def understood(text: str) -> dict[str, tuple[str, ...]]:
    reading = corrected(read(text), ())
    return {term.family: reading.slugs(term.family) for term in reading.terms}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("빨간 치마", {"colour": ("red",), "kind": ("skirt",)}),
        ("빨간치마", {"colour": ("red",), "kind": ("skirt",)}),
        ("빨간색 치마를", {"colour": ("red",), "kind": ("skirt",)}),
        ("red skirts", {"colour": ("red",), "kind": ("skirt",)}),
        ("검정 코트", {"colour": ("black",), "kind": ("coat",)}),
        ("흰색 스니커즈", {"colour": ("white",), "kind": ("sneakers",)}),
        ("회색 후드 티", {"colour": ("grey",), "kind": ("hoodie",)}),
        ("가죽 자켓", {"material": ("leather",), "kind": ("jacket", "blazer")}),
        ("아메카지룩", {"style": ("amekaji",)}),
        ("결혼식 하객룩", {"occasion": ("ceremony",)}),
        ("something warm", {"weather": ("warm",)}),
        ("old money", {"style": ("dandy",)}),
        ("캠핑 갈 때", {"occasion": ("travel",)}),
        ("여자 여름 줄무늬 원피스",
         {"gender": ("women",), "season": ("summer",), "pattern": ("stripe",), "kind": ("dress",)}),
        ("체크무늬셔츠", {"pattern": ("check",), "kind": ("shirt",)}),
        ("t shirt", {"kind": ("t-shirt", "long-sleeve")}),
        ("T-SHIRT", {"kind": ("t-shirt", "long-sleeve")}),
        ("knit dress", {"material": ("knit",), "kind": ("dress",)}),
        ("니트", {"kind": ("knit",)}),
        ("출근용 가방", {"occasion": ("work",), "slot": ("bag",)}),
        ("shoes for a red dress", {"slot": ("shoes",)}),
        ("jeans and a cardigan", {"kind": ("jeans", "cardigan")}),
        ("ｒｅｄ　ｓｋｉｒｔ", {"colour": ("red",), "kind": ("skirt",)}),  # full width
        (unicodedata.normalize("NFD", "빨간 치마"), {"colour": ("red",), "kind": ("skirt",)}),
    ],
)  # fmt: skip
def test_words_become_what_the_taxonomy_calls_them(text: str, terms: dict[str, tuple[str, ...]]) -> None:
    assert understood(text) == terms


@pytest.mark.parametrize(
    ("text", "family", "slug"),
    [
        ("slakcs", "kind", "trousers"), ("snekaers", "kind", "sneakers"), ("jaket", "kind", "jacket"),
        ("슬렉스", "kind", "trousers"), ("가디간", "kind", "cardigan"), ("스니커스", "kind", "sneakers"),
        ("cardigen", "kind", "cardigan"), ("strpied", "pattern", "stripe"), ("drss", "kind", "dress"),
        ("blck", "colour", "black"),
    ],
)  # fmt: skip
def test_one_slip_of_the_finger_is_mended(text: str, family: str, slug: str) -> None:
    assert slug in understood(text)[family]


@pytest.mark.parametrize("text", ["block", "think", "coal", "shift", "books", "write"])
def test_an_ordinary_word_is_no_slip_for_another(text: str) -> None:
    assert not any(term.corrected for term in corrected(read(text), ()).terms)


def test_a_slip_in_the_second_of_two_words_in_one_is_mended() -> None:
    assert understood("가죽자캣") == {"material": ("leather",), "kind": ("jacket", "blazer")}


@pytest.mark.parametrize(
    ("text", "family", "slug"),
    [
        ("눈 오는 날", "weather", "snow"), ("snow day", "weather", "snow"), ("운동하기", "occasion", "sport"),
        ("요가복", "occasion", "sport"), ("바닷가에서", "occasion", "travel"),
        ("면접 볼 때 입을 옷", "occasion", "work"), ("bottle green jacket", "colour", "green"),
        ("brunch with friends", "occasion", "everyday"),
    ],
)  # fmt: skip
def test_weather_occasions_and_colours_as_people_say_them(text: str, family: str, slug: str) -> None:
    assert slug in understood(text)[family] and not corrected(read(text), ()).rest


def test_a_word_that_documents_have_is_no_slip() -> None:
    assert not corrected(read("jaket"), {"jaket"}).terms


def test_what_is_not_understood_is_named_and_fillers_are_not() -> None:
    reading = read("zzqqxx 빨간 치마 추천해줘")
    assert [word.text for word in reading.rest] == ["zzqqxx"] and len(reading.terms) == 2


def test_taking_a_term_out_leaves_the_rest_of_the_text() -> None:
    for text in ("빨간 린넨 치마", "빨간린넨치마"):
        reading = read(text)
        (red,) = reading.of("colour")
        assert reading.without(*red.spans).replace(" ", "") == "린넨치마"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🦦👗",
        "ㅎ",
        "\u1112\u116e",
        "'; DROP TABLE--",
        "%_\\",
        ".*(a+)+$",
        "\x00",
        "\ud800",
        "a" * 10_000,
        "가" * 10_000,
    ],
)
def test_no_text_breaks_the_reading(text: str) -> None:
    began = time.perf_counter()
    reading = corrected(read(text), ())
    assert time.perf_counter() - began < 0.5
    assert len(reading.text) <= MOST_LETTERS and reading.is_long is (len(text) > MOST_LETTERS)


def test_every_word_of_the_taxonomy_is_understood_in_both_languages() -> None:
    terms = {
        "kind": taxonomy.KINDS, "colour": taxonomy.COLOURS, "pattern": taxonomy.PATTERNS, "season": taxonomy.SEASONS,
        "material": taxonomy.MATERIALS, "style": taxonomy.STYLES, "occasion": taxonomy.OCCASIONS,
        "gender": taxonomy.GENDERS,
    }  # fmt: skip
    missed = [
        (family, term.slug, name)
        for family, every in terms.items()
        for term in every
        for name in (term.en, term.ko)
        if not any(term.slug in one.meaning.slugs for one in read(name).terms)
        and not any(term.slug in meaning.slugs for meaning in _meanings(name))
    ]
    assert missed == []


def _meanings(name: str) -> list:
    from catalog.words.lexicon import key_of

    entry = lexicon().get(key_of(name))
    return list(entry.meanings) if entry else []


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("ㅎㄷㅌ", "후드티"),
        ("후ㄷ", "후드티"),
        ("후드ㅌ", "후드티"),
        ("빨간 ㅊㅁ", "빨간 치마"),
        ("black sne", "black sneaker"),
        ("슬래", "슬랙스"),
    ],
)
def test_suggestions_complete_what_is_typed(typed: str, completed: str) -> None:
    assert completed in [one.text for one in suggest(typed)]


def test_names_given_are_suggested_too_and_nothing_for_nothing() -> None:
    assert suggest("her", ["Heron"])[-1] == ("Heron", "brand")
    assert suggest("") == suggest("🦦") == suggest("%") == []


@pytest.mark.parametrize(
    ("written", "said"),
    [("슬랙스을(를) 가장", "슬랙스를 가장"), ("장갑이(가) 없어요", "장갑이 없어요"), ("Denim은(는)", "Denim은(는)")],
)
def test_a_particle_takes_the_form_that_its_noun_asks_for(written: str, said: str) -> None:
    assert with_particles(written) == said
