"""What an occasion or a dress code rules out: plain tables of kinds, materials and patterns.

Two strengths. `never` is what nobody would forgive (sweatpants at a wedding); `unfit` is what one would rather not wear
and may be relaxed where a closet holds nothing better (jeans at a wedding).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.taxonomy import KINDS, Slot

from ..pieces import Piece
from .garments import VIVID, are_gym_shorts, is_busy, is_neon, main_chroma

_ALL = frozenset(kind.slug for kind in KINDS)


def _of(*slots: Slot) -> frozenset[str]:
    return frozenset(kind.slug for kind in KINDS if kind.slot in slots)


@dataclass(frozen=True)
class OccasionRule:
    """Kinds ("gym-shorts": shorts of sports cloth), materials and patterns that an occasion rules out.

    never_of: materials nobody would forgive; materials, patterns: unfit.
    """

    never: frozenset[str] = frozenset()
    never_of: frozenset[str] = frozenset()
    unfit: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    neon: bool = True  # allowed
    calm: bool = False  # vivid colours and busy prints are unfit, dresses aside


_LOUNGE = frozenset({"sweatpants", "leggings", "slippers"})
_SPORTY = frozenset({
    "t-shirt", "long-sleeve", "sleeveless", "polo", "sweatshirt", "hoodie", "jacket", "padded", "vest",
    "shorts", "leggings", "sweatpants", "sneakers", "backpack", "cap", "beanie", "socks", "gloves",
})  # fmt: skip
_INDOORS = frozenset({
    "t-shirt", "long-sleeve", "sleeveless", "polo", "sweatshirt", "hoodie", "knit", "cardigan", "shirt", "blouse",
    "sweatpants", "leggings", "shorts", "jeans", "trousers", "skirt", "dress", "slippers", "socks",
})  # fmt: skip
_WORK = OccasionRule(
    never=_LOUNGE | {"shorts", "sandals", "cap", "swimwear", "hoodie"},
    unfit=frozenset({"beanie", "sleeveless", "sweatshirt", "bodysuit", "jumpsuit"}),
    patterns=frozenset({"graphic", "camo"}),
    neon=False,
)
_CEREMONY = OccasionRule(
    never=_LOUNGE | {"shorts", "sandals", "cap", "beanie", "hoodie", "sweatshirt", "backpack", "tote", "swimwear",
                     "sleeveless", "t-shirt", "sneakers", "bodysuit", "jeans", "polo", "long-sleeve"},
    unfit=frozenset({"padded", "jumpsuit", "hat", "vest", "jacket", "knit"}),
    never_of=frozenset({"denim", "fleece"}),
    materials=frozenset({"padded"}),
    patterns=frozenset({"graphic", "camo", "animal", "print", "check"}),
    neon=False,
    calm=True,
)  # fmt: skip
OCCASION_RULES: Mapping[str, OccasionRule] = {
    "everyday": OccasionRule(
        never=frozenset({"swimwear", "tie", "slippers", "clutch"}), unfit=frozenset({"dress-shoes", "heels"})
    ),
    "work": _WORK,
    "date": OccasionRule(
        never=_LOUNGE | {"swimwear", "gym-shorts"},
        unfit=frozenset({"hoodie", "sweatshirt", "backpack", "cap", "beanie"}),
        patterns=frozenset({"camo"}),
        neon=False,
    ),
    "ceremony": _CEREMONY,
    "sport": OccasionRule(
        never=_ALL - _SPORTY, unfit=frozenset({"polo", "vest"}),
        materials=frozenset({"denim", "leather", "knit", "wool", "suede", "silk"}),
    ),
    "travel": OccasionRule(
        never=frozenset({"heels", "clutch", "tie", "slippers", "swimwear"}),
        unfit=frozenset({"dress-shoes", "blazer"}), materials=frozenset({"silk"}),
    ),
    "home": OccasionRule(
        never=_ALL - _INDOORS, unfit=frozenset({"shirt", "blouse", "trousers", "skirt", "dress", "jeans"}),
        materials=frozenset({"leather", "suede", "padded", "silk"}),
    ),
}  # fmt: skip
DRESS_CODE_RULES: Mapping[str, OccasionRule] = {
    "casual": OccasionRule(never=frozenset({"tie", "clutch"}), unfit=frozenset({"dress-shoes", "heels"})),
    "smart-casual": OccasionRule(
        never=_LOUNGE | {"cap", "swimwear"}, unfit=frozenset({"hoodie", "shorts", "sandals", "beanie"}),
        patterns=frozenset({"graphic", "camo"}), neon=False,
    ),
    "business": OccasionRule(
        never=_WORK.never | {"hoodie", "sweatshirt"}, unfit=_WORK.unfit | {"jeans", "t-shirt", "sneakers", "polo"},
        materials=frozenset({"denim", "fleece"}), patterns=_WORK.patterns, neon=False,
    ),
    "formal": _CEREMONY,
}  # fmt: skip
# Where one is indoors and barefoot, nobody misses shoes.
NO_SHOES_NEEDED = frozenset({"home"})
# What would open an occasion for a closet that has nothing for it, slot by slot, the likeliest first.
OPENERS: Mapping[str, tuple[str, ...]] = {
    "sport": ("sneakers", "leggings", "sweatpants", "t-shirt", "jacket"),
    "ceremony": ("dress-shoes", "trousers", "shirt", "dress", "coat", "blazer"),
    "formal": ("dress-shoes", "trousers", "shirt", "dress", "coat", "blazer"),
    "work": ("flats", "dress-shoes", "trousers", "shirt", "knit", "blazer", "coat"),
    "business": ("dress-shoes", "trousers", "shirt", "blazer", "coat"),
    "home": ("sweatpants", "t-shirt", "sweatshirt"),
}
ANY_OPENERS = (
    "sneakers", "boots", "sandals", "trousers", "jeans", "shorts", "shirt", "t-shirt", "knit", "jacket", "coat",
    "padded",
)  # fmt: skip


def rule_of(table: Mapping[str, OccasionRule], slug: str | None) -> OccasionRule | None:
    """The rule of an occasion or dress code, None for one that is not asked or not known."""
    return table.get(slug) if slug else None


def is_never(rule: OccasionRule, piece: Piece) -> bool:
    """Whether nobody would forgive this piece."""
    if "gym-shorts" in rule.never and are_gym_shorts(piece):
        return True
    if piece.kind in rule.never or piece.material in rule.never_of:
        return True
    if piece.pattern in rule.patterns and piece.pattern in ("graphic", "camo"):
        return True
    return not rule.neon and is_neon(piece)


def is_unfit(rule: OccasionRule, piece: Piece) -> bool:
    """Whether one would rather wear something else."""
    if rule.calm and piece.slot != Slot.DRESS.value and (main_chroma(piece) > VIVID or is_busy(piece)):
        return True
    return piece.kind in rule.unfit or piece.material in rule.materials or piece.pattern in rule.patterns
