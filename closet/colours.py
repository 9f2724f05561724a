"""The colour words as people say and see them: a screen colour for each, and what else it is called."""

from __future__ import annotations

from catalog import taxonomy
from imaging.colour import hex_of_lab

# `multi` has no one colour, so it is not here.
COLOUR_HEX: dict[str, str] = {colour.slug: hex_of_lab(colour.lab) for colour in taxonomy.COLOURS if colour.lab}
# What people call a colour when they do not talk like a shop. Beginnings of words: 빨간 and 빨간색 are both red.
SPOKEN_COLOURS: dict[str, tuple[str, ...]] = {
    "black": ("검정", "검은", "까만"),
    "white": ("흰", "하얀", "하양"),
    "grey": ("회색", "잿빛", "gray"),
    "charcoal": ("먹색", "진회색", "anthracite"),
    "navy": ("남색", "곤색"),
    "blue": ("파란", "파랑", "청색"),
    "sky-blue": ("하늘색",),
    "red": ("빨간", "빨강"),
    "burgundy": ("자주", "와인", "wine", "maroon"),
    "pink": ("분홍",),
    "orange": ("주황",),
    "yellow": ("노란", "노랑"),
    "mustard": ("겨자",),
    "green": ("초록", "녹색"),
    "mint": ("민트", "연두"),
    "khaki": ("국방색",),
    "brown": ("갈색", "밤색"),
    "beige": ("살색",),
    "ivory": ("크림", "cream"),
    "purple": ("보라",),
    "gold": ("금색",),
    "silver": ("은색",),
}
