"""The parser's classes and what each source's words are among them."""

from typing import Final

import numpy as np

from catalog.taxonomy import KIND_BY_SLUG
from training.vision.labels import ARTICLE_KINDS, CLOSET_KINDS

PARTS: Final = (
    "background",
    "hair",
    "skin",
    "top",
    "outer",
    "dress",
    "bottom",
    "shoes",
    "bag",
    "hat",
    "scarf",
    "belt",
    "eyewear",
    "legwear",
    "accessory",
)
NUMBER = {name: i for i, name in enumerate(PARTS)}
# Label map values beyond the classes: some class that is not background; nothing known.
FOREGROUND: Final = 100
UNKNOWN: Final = 255
# The slots whose boxes are scored.
SLOTS: Final = ("outer", "top", "dress", "bottom", "shoes", "bag", "hat")
SCENES: Final = ("garment", "worn", "none")
BODY: Final = ("head", "upper", "lower", "feet")

STREET_PARTS: Final[dict[str, str]] = {
    **dict.fromkeys(("null",), "background"),
    **dict.fromkeys(("hair",), "hair"),
    **dict.fromkeys(("skin",), "skin"),
    **dict.fromkeys(
        [
            "blouse",
            "bodysuit",
            "bra",
            "hoodie",
            "intimate",
            "jumper",
            "shirt",
            "sweater",
            "sweatshirt",
            "t-shirt",
            "top",
        ],
        "top",
    ),
    **dict.fromkeys(["blazer", "cape", "cardigan", "coat", "jacket", "suit", "vest"], "outer"),
    **dict.fromkeys(["dress", "romper", "swimwear"], "dress"),
    **dict.fromkeys(["jeans", "leggings", "panties", "pants", "shorts", "skirt"], "bottom"),
    **dict.fromkeys(
        ["boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges"], "shoes"
    ),
    **dict.fromkeys(["bag", "purse", "wallet"], "bag"),
    "hat": "hat",
    "scarf": "scarf",
    "belt": "belt",
    **dict.fromkeys(["glasses", "sunglasses"], "eyewear"),
    **dict.fromkeys(["socks", "stockings", "tights"], "legwear"),
    **dict.fromkeys(["accessories", "bracelet", "earrings", "gloves", "necklace", "ring", "tie", "watch"], "accessory"),
}

# What the boxes of street photos are called, by slot.
BOX_SLOTS: Final[dict[str, str]] = {
    "shirt": "top", "jacket": "outer", "dress": "dress", "skirt": "bottom", "pants": "bottom", "shorts": "bottom",
    "shoe": "shoes", "bag": "bag", "hat": "hat",
}  # fmt: skip

# Kinds that are accessories to the wearer but classes of their own to the parser.
_OWN_CLASS = {"scarf": "scarf", "belt": "belt", "eyewear": "eyewear", "socks": "legwear", "tunic": "dress"}


def part_of_kind(slug: str) -> int | None:
    """The class number of a kind of garment, or None where the parser has none for it."""
    name = _OWN_CLASS.get(slug, str(KIND_BY_SLUG[slug].slot))
    return NUMBER.get(name)


def _part_of(kinds: dict[str, float] | None) -> int | None:
    return part_of_kind(max(kinds, key=lambda slug: kinds[slug])) if kinds else None


def part_of_article(article: str) -> int | None:
    """The class number of a product's articleType."""
    return _part_of(ARTICLE_KINDS.get(article))


def part_of_closet(label: str) -> int | None:
    """The class number of a closet photo's label."""
    return _part_of(CLOSET_KINDS.get(label))


def tag_table(tags: list[str]) -> np.ndarray:
    """(256,) uint8: class number of each mask value; UNKNOWN for values without a tag."""
    table = np.full(256, UNKNOWN, np.uint8)
    for value, tag in enumerate(tags):
        table[value] = NUMBER[STREET_PARTS[tag]]
    return table
