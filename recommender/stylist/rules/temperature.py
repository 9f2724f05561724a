"""What the weather rules out, in degrees as felt: plain tables by kind.

`warmest` and `coldest` are of the hours one is out. What cannot be taken off is judged by both ends (shorts by the
warmest hour they need, boots by the warmest they bear); what goes over it by what it lets through.
"""

from collections.abc import Mapping

from catalog.taxonomy import USUAL_SLEEVE

from ..pieces import Piece
from .garments import sleeve_step

# kind -> (least, most) felt degrees of the warmest hour at which it is worn.
WORN_BETWEEN: Mapping[str, tuple[float, float]] = {
    "knit": (-60, 22), "sweatshirt": (-60, 22), "hoodie": (-60, 22), "long-sleeve": (-60, 25),
    "cardigan": (-60, 25), "vest": (-60, 24), "jacket": (-60, 23), "blazer": (-60, 24), "coat": (-60, 15),
    "padded": (-60, 9), "jeans": (-60, 34), "sweatpants": (-60, 26), "shorts": (19, 60), "sandals": (19, 60),
    "slippers": (19, 60), "flats": (6, 60), "boots": (-60, 23), "beanie": (-60, 10), "scarf": (-60, 14),
    "gloves": (-60, 7), "tie": (-60, 30), "sleeveless": (4, 60), "cap": (4, 60),
}  # fmt: skip
# material -> the warmest hour at which a garment of it is borne.
MATERIAL_UNTIL: Mapping[str, float] = {"padded": 12, "fleece": 17, "wool": 21, "leather": 23, "suede": 23, "knit": 26}
DENIM_TOP_UNTIL = 27.0
_SHOES_AND_BAGS = frozenset({"shoes", "bag", "accessory", "hat"})
# Where custom holds longer than comfort: a blazer in an office in summer.
CUSTOM_UNTIL: Mapping[tuple[str, str], float] = {
    ("work", "blazer"): 28, ("ceremony", "blazer"): 33, ("business", "blazer"): 30, ("formal", "blazer"): 33,
    ("ceremony", "tie"): 36, ("formal", "tie"): 36,
}  # fmt: skip
# kind worn outermost -> the coldest hour it is enough for, over something light.
ENOUGH_UNTIL: Mapping[str, float] = {
    "sleeveless": 17, "bodysuit": 17, "t-shirt": 15, "polo": 15, "blouse": 13, "shirt": 13, "long-sleeve": 13,
    "dress": 15, "jumpsuit": 13, "knit": 10, "sweatshirt": 10, "hoodie": 9, "vest": 11, "cardigan": 9, "blazer": 8,
    "jacket": 4, "coat": -4, "padded": -12,
}  # fmt: skip
# What sleeves move `ENOUGH_UNTIL` by, where a kind's name leaves them open.
SLEEVE_DEGREES: Mapping[str, float] = {"none": 2.0, "short": 0.0, "three-quarter": -1.0, "long": -2.0}
LONG_SLEEVES_UNTIL = 29.0  # of the warmest hour, where custom does not ask for them
_LONG_BY_CUSTOM = frozenset({"work", "ceremony", "smart-casual", "business", "formal"})
LEGGINGS_UNDER_UNTIL = 20.0  # a dress, by the warmest hour
MID_LAYER_GIVES = 5.0  # degrees that a knit under a jacket is worth
MOVING_GIVES = 8.0  # and that sport is worth
BARE_LEGS_UNTIL = 5.0  # skirts and dresses: below, only over leggings
WARMTH_SHORT, WARMTH_OVER = 0.38, 0.34  # summed warmth that may lack at the coldest, or be too much at the warmest hour
HEAT = 27.0
SNOW_UNTIL = 1.0  # felt degrees below which wet means snow and ice
WET_NEVER_MATERIALS = frozenset({"suede"})
WET_NEVER_KINDS = frozenset({"sandals", "slippers"})
ICE_NEVER_KINDS = frozenset({"heels", "flats"})
INDOORS = (22.0, 26.0)  # what a home is kept between
# season -> (coldest, warmest) felt, where no weather is known.
SEASON_RANGE: Mapping[str, tuple[float, float]] = {
    "spring": (9.0, 18.0), "summer": (22.0, 30.0), "autumn": (8.0, 18.0), "winter": (-3.0, 5.0),
}  # fmt: skip


def is_out_of_range(piece: Piece, warmest: float, *, occasion: str | None, dress_code: str | None) -> bool:
    """Whether a kind or material is worn at quite another temperature; sport moves the kinds' lower end down."""
    least, most = WORN_BETWEEN.get(piece.kind, (-60.0, 60.0))
    if occasion == "sport":
        least -= 11 if piece.kind == "shorts" else 0
    custom = [CUSTOM_UNTIL.get((asked or "", piece.kind)) for asked in (occasion, dress_code)]
    most = max([most, *(limit for limit in custom if limit is not None)])
    if not least <= warmest <= most:
        return True
    if warmest > LONG_SLEEVES_UNTIL and piece.sleeve == "long" and piece.kind in USUAL_SLEEVE:
        return not {occasion, dress_code} & _LONG_BY_CUSTOM
    if piece.slot in _SHOES_AND_BAGS or any(limit is not None for limit in custom):
        return False
    if piece.material == "denim" and piece.slot != "bottom":
        return warmest > DENIM_TOP_UNTIL
    return warmest > MATERIAL_UNTIL.get(piece.material or "", 60.0)


def enough_until(piece: Piece) -> float:
    """The coldest felt hour a piece is enough for as the outermost; 60 for what says nothing about it."""
    limit = ENOUGH_UNTIL.get(piece.kind)
    return 60.0 if limit is None else limit + sleeve_step(piece, SLEEVE_DEGREES)


def is_spoilt_by_rain(piece: Piece, coldest: float) -> bool:
    """Whether rain (or ice, near freezing) rules a piece out."""
    if piece.kind in WET_NEVER_KINDS or piece.material in WET_NEVER_MATERIALS:
        return True
    return coldest < SNOW_UNTIL and piece.kind in ICE_NEVER_KINDS
