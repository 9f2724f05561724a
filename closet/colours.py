"""The colour words as people say and see them: a screen colour for each, and what else it is called."""

from __future__ import annotations

from catalog import taxonomy

Lab = tuple[float, float, float]


def hex_of(lab: Lab) -> str:
    """CIELAB (D65) as "#rrggbb", clipped to what a screen shows."""
    fy = (lab[0] + 16) / 116
    xyz = [
        white * (f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29))
        for white, f in zip((0.95047, 1.0, 1.08883), (fy + lab[1] / 500, fy, fy - lab[2] / 200), strict=True)
    ]
    rows = ((3.2404542, -1.5371385, -0.4985314), (-0.969266, 1.8760108, 0.041556), (0.0556434, -0.2040259, 1.0572252))
    linear = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, xyz, strict=True)))) for row in rows]
    screen = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear]
    return "#" + "".join(f"{round(255 * c):02x}" for c in screen)


# `multi` has no one colour, so it is not here.
COLOUR_HEX: dict[str, str] = {colour.slug: hex_of(colour.lab) for colour in taxonomy.COLOURS if colour.lab}
# What people call a colour when they do not talk like a shop. Beginnings of words: 빨간 and 빨간색 are both red.
SPOKEN_COLOURS: dict[str, tuple[str, ...]] = {
    "black": ("검정", "검은", "까만"),
    "white": ("흰", "하얀", "하양"),
    "grey": ("회색", "잿빛", "gray"),
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
