"""What a size label says about a body: KS K 0051 and EN 13402 triples, 95/100/105, 44/55/66, W32/L34, letters.

A label is read for a gender and a slot because the same figures mean different things: "95-82-175"
is a man's chest, waist and height, "82-88-160" a woman's bust, hips and height. Values are ranges of
body measures in millimetres.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..rules.layers import BOTTOM, SHOES

INCH = 25.4
Range = tuple[float, float]


@dataclass(frozen=True)
class LabelReading:
    """The system a label was read in, and the body ranges it names, zone -> (low, high) mm."""

    system: str  # ks-triple | en-triple | ks-chest | korean-doubles | inches | letter | foot
    zones: Mapping[str, Range]


# EN 13402-3 letter codes, chest or bust girth in cm.
_LETTERS_MEN: Mapping[str, Range] = {
    "XXS": (70, 78), "XS": (78, 86), "S": (86, 94), "M": (94, 102), "L": (102, 110), "XL": (110, 118),
    "XXL": (118, 129), "3XL": (129, 141),
}  # fmt: skip
_LETTERS_WOMEN: Mapping[str, Range] = {
    "XXS": (66, 74), "XS": (74, 82), "S": (82, 90), "M": (90, 98), "L": (98, 106), "XL": (106, 118),
    "XXL": (118, 130), "3XL": (130, 142),
}  # fmt: skip
# Bodies of the letters as Korean shops print them, mm: 90, 95, 100 of men, 44, 55, 66 of women; and waists.
KOREAN_CHESTS: Mapping[str, Mapping[str, float]] = {
    "men": {"XXS": 800, "XS": 850, "S": 900, "M": 950, "L": 1000, "XL": 1050, "XXL": 1100, "3XL": 1150, "4XL": 1200},
    "women": {"XXS": 790, "XS": 820, "S": 850, "M": 880, "L": 910, "XL": 950, "XXL": 1000, "3XL": 1050, "4XL": 1100},
}
KOREAN_WAISTS: Mapping[str, Mapping[str, float]] = {
    "men": {"XS": 690, "S": 740, "M": 790, "L": 840, "XL": 890, "XXL": 950, "3XL": 1010},
    "women": {"XXS": 590, "XS": 620, "S": 660, "M": 700, "L": 740, "XL": 790, "XXL": 850},
}
# The doubled digits are the last digits of height and bust of 1980's average woman (155, 85) and her
# neighbours, 5 cm of height and 3 cm of bust apart.
_DOUBLES = {44: (1500, 820), 55: (1550, 850), 66: (1600, 880), 77: (1650, 910), 88: (1700, 940), 99: (1750, 970)}
_TRIPLE = re.compile(r"^(\d{2,3})\s*[-/ ]\s*(\d{2,3})\s*[-/ ]\s*(\d{3})$")
_PAIR = re.compile(r"^(\d{2,3})\s*[-/]\s*(\d{2,3})$")
_INCHES = re.compile(r"^W?\s*(\d{2})(?:\s*(?:[-/X ]|\s)?\s*L?\s*(\d{2}))?$")
_LETTER = re.compile(r"^(?:\d?X{0,3}[SL]|M)$")


def read_label(label: str, gender: str | None = None, slot: str | None = None) -> LabelReading | None:
    """What a label says, None for one nobody can read ("free", "one size", a model number)."""
    text = label.strip().upper().replace("CM", "").replace("(", " ").replace(")", " ")
    text = re.sub(r"\s+", " ", text).strip()
    if triple := _TRIPLE.match(text):
        return _triple(*(int(group) for group in triple.groups()), gender=gender, slot=slot)
    if slot == SHOES:
        return _foot(text)
    if pair := _PAIR.match(text):
        return _pair(int(pair[1]), int(pair[2]), gender, slot)
    if text.isdecimal() and len(text) < 6:
        return _number(int(text), gender, slot)
    if inches := _INCHES.match(text):
        return _inches(int(inches[1]), int(inches[2]) if inches[2] else None)
    letter = re.sub(r"^2X([SL])$", r"XX\1", text).replace("XXXL", "3XL")
    if _LETTER.match(letter):
        return _letter(letter, gender)
    # "95 (M)", "L(100)": a figure says more than a letter.
    for word in sorted(text.split(), key=lambda word: not word.isdigit()):
        if word != text and (read := read_label(word, gender, slot)):
            return read
    return None


def label_girth(label: str, gender: str | None = None, slot: str | None = None) -> float | None:
    """mm of the chest, or of the waist for a bottom, that a label is for as Korean shops mean it; None where unsaid.

    Unisex clothes are sized as men's.
    """
    sex = "women" if gender == "women" else "men"
    zone = "waist" if slot == BOTTOM else "chest"
    read = read_label(label, sex, slot)
    if read is None:
        return None
    if read.system == "letter":
        words = re.split(r"[^0-9A-Z]+", label.upper())
        letters = (re.sub(r"^2X([SL])$", r"XX\1", word).replace("XXXL", "3XL") for word in words)
        table = (KOREAN_WAISTS if slot == BOTTOM else KOREAN_CHESTS)[sex]
        return next((table[letter] for letter in letters if letter in table), None)
    ends = read.zones.get(zone)
    return None if ends is None else (ends[0] + ends[1]) / 2


def _around(centimetres: float, half: float) -> Range:
    return (centimetres - half) * 10, (centimetres + half) * 10


def _triple(first: int, second: int, third: int, *, gender: str | None, slot: str | None) -> LabelReading | None:
    if not 120 <= third <= 210:
        return None
    women = gender == "women" or (gender is None and second > first)
    height = _around(third, 2.5)
    if slot == BOTTOM and second > first:
        return LabelReading("ks-triple", {"waist": _around(first, 1.5), "hips": _around(second, 1.5), "height": height})
    if women and second > first:
        zones = {"chest": _around(first, 1.5), "hips": _around(second, 1.5), "height": height}
        return LabelReading("ks-triple", zones)
    zones = {"chest": _around(first, 2.5), "waist": _around(second, 2.0), "height": height}
    return LabelReading("ks-triple" if gender == "men" else "en-triple", zones)


def _pair(first: int, second: int, gender: str | None, slot: str | None) -> LabelReading | None:
    if 22 <= first <= 50 and 22 <= second <= 40:
        return _inches(first, second)
    if 120 <= second <= 210 and 60 <= first <= 150:
        zone = "waist" if slot == BOTTOM else "chest"
        return LabelReading("en-triple", {zone: _around(first, 2.5), "height": _around(second, 2.5)})
    if slot == BOTTOM and 50 <= first < second <= 150:
        return LabelReading("ks-triple", {"waist": _around(first, 1.5), "hips": _around(second, 1.5)})
    return None


def _number(value: int, gender: str | None, slot: str | None) -> LabelReading | None:
    if value in _DOUBLES and gender != "men":
        height, bust = _DOUBLES[value]
        tall = (height - 25.0, height + 25.0)
        if slot == BOTTOM:
            # Trousers and skirts of these labels follow the bust by the usual 24 cm drop to the waist.
            return LabelReading("korean-doubles", {"waist": (bust - 255, bust - 225), "height": tall})
        return LabelReading("korean-doubles", {"chest": (bust - 15, bust + 15), "height": tall})
    if slot == BOTTOM:
        if 22 <= value <= 50:
            return _inches(value, None)
        return LabelReading("ks-chest", {"waist": _around(value, 2.0)}) if 55 <= value <= 140 else None
    if 75 <= value <= 140:
        return LabelReading("ks-chest", {"chest": _around(value, 2.5)})
    if 30 <= value <= 66 and value % 2 == 0:
        # Continental numbers: men's jackets are half the chest; women's are half the bust less six.
        bust = value * 2 if gender == "men" else (value + 6) * 2
        return LabelReading("en-triple", {"chest": _around(bust, 2.0)})
    return None


def _inches(waist: int, leg: int | None) -> LabelReading | None:
    if not 20 <= waist <= 60:
        return None
    zones: dict[str, Range] = {"waist": ((waist - 0.5) * INCH, (waist + 0.5) * INCH)}
    if leg is not None and 22 <= leg <= 40:
        zones["inside_leg"] = ((leg - 1) * INCH, (leg + 1) * INCH)
    return LabelReading("inches", zones)


def _letter(letter: str, gender: str | None) -> LabelReading | None:
    table = _LETTERS_MEN if gender == "men" else _LETTERS_WOMEN
    if letter not in table:
        return None
    low, high = table[letter]
    if gender not in ("men", "women"):  # unisex letters are cut for either: the union of both
        low, high = min(low, _LETTERS_MEN[letter][0]), max(high, _LETTERS_MEN[letter][1])
    return LabelReading("letter", {"chest": (low * 10.0, high * 10.0)})


def _foot(text: str) -> LabelReading | None:
    """Shoes: Korean labels are the foot in mm; Continental numbers are two thirds of a cm past it."""
    digits = re.match(r"^(?:EU ?|EUR ?|KR ?|MM ?)?(\d{2,3}(?:\.5)?)(?: ?MM)?$", text)
    if not digits:
        return None
    value = float(digits[1])
    if 200 <= value <= 340:
        return LabelReading("foot", {"foot": (value - 2.5, value + 2.5)})
    if 30 <= value <= 52:
        foot = value / 1.5 * 10 - 15
        return LabelReading("foot", {"foot": (foot - 3.4, foot + 3.4)})
    return None
