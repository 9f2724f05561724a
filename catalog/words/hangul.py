"""Hangul taken apart: letters (jamo), initial consonants, and what follows a noun."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_FIRST: Final = 0xAC00
_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
# What stands behind a noun: particles, and endings that only say "for" or "like". The longest first.
_ENDINGS: Final = tuple(
    sorted(
        "은 는 이 가 을 를 의 에 로 와 과 랑 도 만 나 용 룩 핏 한 인 된 색 옷 이랑 에서 에는 에도 으로 하고 이나 까지 부터 처럼 같은 "
        "입은 느낌 느낌의 스타일 풍 풍의 재질 소재 소재의 색상 컬러 계열 무늬 패턴 용으로 룩으로 갈때 할때 때 날 들 할 갈".split(),
        key=len,
        reverse=True,
    )
)
_INITIALS_ONLY: Final = re.compile(f"[{_INITIALS}]+")


def normal(text: str) -> str:
    """Composed, lower case, full-width letters narrow; single consonants stay the ones that keyboards type."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        letter if "\u3131" <= letter <= "\u318e" else unicodedata.normalize("NFKC", letter) for letter in composed
    ).casefold()


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
