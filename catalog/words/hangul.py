"""Hangul taken apart: letters (jamo), initial consonants, and what follows a noun."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from catalog.words.fillers import ENDINGS, PARTICLES

_FIRST: Final = 0xAC00
_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_ENDINGS: Final = tuple(sorted((*PARTICLES, *ENDINGS), key=len, reverse=True))  # the longest first
_EITHER: Final = re.compile(r"([가-힣])(을|이|은|과)\((를|가|는|와)\)")
_INITIALS_ONLY: Final = re.compile(f"[{_INITIALS}]+")


def normal(text: str) -> str:
    """Composed, lower case, full-width letters narrow; single consonants stay the ones that keyboards type."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        letter if "\u3131" <= letter <= "\u318e" else unicodedata.normalize("NFKC", letter) for letter in composed
    ).casefold()


def with_particles(text: str) -> str:
    """슬랙스를 of 슬랙스을(를): the form that the syllable before asks for. After other letters both stay."""
    return _EITHER.sub(lambda found: found[1] + found[2 if (ord(found[1]) - _FIRST) % len(_FINALS) else 3], text)


def is_syllable(letter: str) -> bool:
    return "가" <= letter <= "힣"


def has_hangul(text: str) -> bool:
    return any(is_syllable(letter) or "\u3131" <= letter <= "\u318e" for letter in text)


def jamo(text: str) -> str:
    """Syllables as their letters, everything else as it is: 옷장 -> ㅇㅗㅅㅈㅏㅇ."""
    letters = []
    for letter in text:
        if is_syllable(letter):
            initial, rest = divmod(ord(letter) - _FIRST, 588)
            vowel, final = divmod(rest, 28)
            letters.append(_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final])
        else:
            letters.append(letter)
    return "".join(letters)


def initials(text: str) -> str:
    """The initial consonant of each syllable, everything else as it is: 후드티 -> ㅎㄷㅌ."""
    return "".join(_INITIALS[(ord(letter) - _FIRST) // 588] if is_syllable(letter) else letter for letter in text)


def is_initials(text: str) -> bool:
    """Whether nothing but initial consonants was typed."""
    return _INITIALS_ONLY.fullmatch(text) is not None


def stems(word: str) -> Iterator[str]:
    """The word without what may follow a noun, the longest endings first; two endings at most."""
    if not word or not is_syllable(word[-1]):
        return
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            stem = word[: -len(ending)]
            yield stem
            for second in _ENDINGS:
                if stem.endswith(second) and len(stem) > len(second) + 1:
                    yield stem[: -len(second)]
