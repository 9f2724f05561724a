"""Every spelling of the vocabulary and what it means; read from the tables once a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from catalog import taxonomy
from catalog.importers import vocabulary
from catalog.words import attributes, colours, hangul, kinds, occasions

FAMILIES: Final = (
    "kind", "slot", "colour", "pattern", "material", "fit", "weather", "season", "style", "occasion", "gender",
)  # fmt: skip


class Meaning(NamedTuple):
    """slugs: any of them is meant. narrow: words for what the taxonomy has no slug for (a trench among coats), which
    rank; for an occasion `kinds` says which kinds it asks for. name: English and Korean."""

    family: str
    slugs: tuple[str, ...]
    name: tuple[str, str]
    narrow: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A spelling as people write it, and all it may mean, the likeliest family first."""

    text: str
    meanings: tuple[Meaning, ...]


def key_of(text: str) -> str:
    """What spellings of a word share: lower case, without spaces and hyphens."""
    return "".join(letter for letter in hangul.normal(text) if letter.isalnum())


def split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _terms(family: str, terms: Iterable[taxonomy.Term], said: Mapping[str, str]) -> Iterator[tuple[str, Meaning]]:
    for term in terms:
        meaning = Meaning(family, (term.slug,), (term.en, term.ko))
        for word in (term.slug, *term.en.split(" or "), *term.ko.split("·"), *split(said.get(term.slug, ""))):
            yield word, meaning


def _kinds() -> Iterator[tuple[str, Meaning]]:
    for narrow_kind, said in kinds.NARROW:
        words = split(said)
        english = next((word for word in words if not hangul.has_hangul(word)), words[0])
        korean = next((word for word in words if hangul.has_hangul(word)), words[0])
        for word in words:
            yield word, Meaning("kind", (narrow_kind,), (english, korean), narrow=tuple(words))
    for slugs, said in kinds.WIDE:
        words = split(said)
        english = next((word for word in words if not hangul.has_hangul(word)), words[0])
        for word in words:
            yield word, Meaning("kind", slugs, (english, words[0]))
    for slot, said in kinds.SLOTS.items():
        name = taxonomy.SLOT_NAMES[taxonomy.Slot(slot)]
        for word in (*split(said), *name):
            yield word, Meaning("slot", (slot,), name)
    for one in taxonomy.KINDS:
        meaning = Meaning("kind", (one.slug,), (one.en, one.ko))
        for word in (one.slug, one.en, *one.ko.split("·"), *split(kinds.SAID.get(one.slug, ""))):
            yield word, meaning
        # Feeds' words come last: what people say of another kind, or of a material, stands before them.
        for word in split(vocabulary.KIND_WORDS.get(one.slug, "")):
            if word not in kinds.NOT_SPOKEN and "/" not in word and len(key_of(word)) > 1:
                yield word, meaning


def _colours() -> Iterator[tuple[str, Meaning]]:
    for colour in taxonomy.COLOURS:
        meaning = Meaning("colour", (colour.slug,), (colour.en, colour.ko))
        feed = [word for word in split(vocabulary.COLOUR_WORDS.get(colour.slug, "")) if word not in colours.NOT_SPOKEN]
        for word in (colour.slug, colour.en, colour.ko, *split(colours.SAID.get(colour.slug, "")), *feed):
            yield word, meaning


def _occasions() -> Iterator[tuple[str, Meaning]]:
    names = {term.slug: (term.en, term.ko) for term in taxonomy.OCCASIONS}
    for slug, asked, said in occasions.NARROW:
        words = split(said)
        for word in words:
            english = next((one for one in words if not hangul.has_hangul(one)), names[slug][0])
            yield word, Meaning("occasion", (slug,), (english, words[0]), narrow=tuple(words), kinds=asked)
    for term in taxonomy.OCCASIONS:
        meaning = Meaning("occasion", (term.slug,), (term.en, term.ko), kinds=occasions.KINDS[term.slug])
        for word in (term.slug, term.en, term.ko, *split(occasions.OCCASIONS[term.slug])):
            yield word, meaning


def _free(family: str, said: Mapping[str, str]) -> Iterator[tuple[str, Meaning]]:
    """Of families that stand in no column: their words are looked for in names and tags."""
    for slug, text in said.items():
        words = split(text)
        korean = next((word for word in words if hangul.has_hangul(word)), slug)
        english = next((word for word in words if not hangul.has_hangul(word)), slug)
        narrow = tuple(words) if family == "fit" else ()
        for word in words:
            yield word, Meaning(family, (slug,), (english, korean), narrow=narrow)


def _narrow_materials() -> Iterator[tuple[str, Meaning]]:
    for slug, said in attributes.NARROW_MATERIALS:
        words = split(said)
        for word in words:
            yield word, Meaning("material", (slug,), (words[0], words[1]), narrow=tuple(words))


def _all() -> Iterator[tuple[str, Meaning]]:
    yield from _kinds()
    yield from _colours()
    yield from _terms("pattern", taxonomy.PATTERNS, attributes.PATTERNS)
    yield from _narrow_materials()
    yield from _terms("material", taxonomy.MATERIALS, attributes.MATERIALS)
    yield from _free("fit", attributes.FITS)
    yield from _free("weather", attributes.WEATHER)
    yield from _terms("season", taxonomy.SEASONS, occasions.SEASONS)
    yield from _occasions()
    yield from _terms("style", taxonomy.STYLES, occasions.STYLES)
    yield from _terms("gender", taxonomy.GENDERS, attributes.GENDERS)


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Entry]:
    """key_of(spelling) -> what it may mean, one meaning a family; the first said of a family holds, seasons add up."""
    found: dict[str, tuple[str, dict[str, Meaning]]] = {}
    for word, meaning in _all():
        key = key_of(word)
        if not key:
            continue
        _text, families = found.setdefault(key, (word, {}))
        family = "kind" if meaning.family == "slot" else meaning.family  # a word is a slot's or a kind's
        known = families.get(family)
        if known is None:
            families[family] = meaning
        elif family == "season" and meaning.slugs[0] not in known.slugs:
            families[family] = known._replace(slugs=(*known.slugs, *meaning.slugs), name=(word, word))
    return {key: Entry(text, tuple(families.values())) for key, (text, families) in found.items()}


@lru_cache(maxsize=1024)
def spellings(family: str, slugs: tuple[str, ...]) -> tuple[str, ...]:
    """All that is said for a meaning that is not narrowed, and for what is narrower than it."""
    return tuple(
        entry.text
        for entry in lexicon().values()
        if any(one.family == family and one.slugs == slugs for one in entry.meanings)
    )


@lru_cache(maxsize=1)
def deletions() -> dict[str, tuple[str, ...]]:
    """The letters of each key, and these less one letter -> the keys: how one slip of the finger is found again."""
    found: dict[str, set[str]] = {}
    for key in lexicon():
        if not may_be_corrected(key):
            continue
        letters = hangul.jamo(key)
        for form in (letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))):
            found.setdefault(form, set()).add(key)
    return {form: tuple(sorted(keys)) for form, keys in found.items()}


def may_be_corrected(key: str) -> bool:
    """Whether a word is long enough that one other letter leaves no doubt."""
    return len(key) >= (2 if hangul.has_hangul(key) else 4) and len(hangul.jamo(key)) >= 5


def may_lack_a_letter(key: str) -> bool:
    """Whether it is one letter short of being so: "drss" may be a dress, and is no other word of four letters."""
    return len(key) == 4 and key.isascii() and key.isalpha()
