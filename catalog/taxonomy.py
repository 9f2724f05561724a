"""The words everything else is said in: kinds, slots, styles, colours, patterns, materials.

Plain data without Django, so that the vision and stylist code may read it too. The database's
`Kind` tree is seeded from `KINDS`; staff may rename or add kinds there, but these slugs stay.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Slot(StrEnum):
    """Where on the body a garment goes; an outfit takes at most one of each but accessories."""

    TOP = "top"
    OUTER = "outer"
    DRESS = "dress"
    BOTTOM = "bottom"
    SHOES = "shoes"
    BAG = "bag"
    HAT = "hat"
    ACCESSORY = "accessory"
    OTHER = "other"


SLOT_NAMES = {
    Slot.TOP: ("Tops", "상의"),
    Slot.OUTER: ("Outerwear", "아우터"),
    Slot.DRESS: ("Dresses", "원피스"),
    Slot.BOTTOM: ("Bottoms", "하의"),
    Slot.SHOES: ("Shoes", "신발"),
    Slot.BAG: ("Bags", "가방"),
    Slot.HAT: ("Hats", "모자"),
    Slot.ACCESSORY: ("Accessories", "액세서리"),
    Slot.OTHER: ("Other", "기타"),
}

# Measured zones of a garment lying flat, schema.org WearableMeasurementTypeEnumeration in spirit.
_UPPER_ZONES = ("chest", "shoulder", "sleeve", "back_length")
_LOWER_ZONES = ("waist", "hips", "thigh", "inside_leg")
_DRESS_ZONES = ("chest", "waist", "hips", "shoulder", "back_length")


@dataclass(frozen=True)
class KindSpec:
    """One kind of garment.

    warmth: clo-like insulation, 0 (none) to 1 (padded parka), of the garment alone.
    formality: 0 (beach) to 1 (black tie).
    layer: 1 on the skin, 2 over a base, 3 outermost; orders tops and outerwear.
    """

    slug: str
    slot: Slot
    en: str
    ko: str
    warmth: float
    formality: float
    layer: int = 1
    zones: tuple[str, ...] = ()


KINDS: tuple[KindSpec, ...] = (
    KindSpec("t-shirt", Slot.TOP, "T-shirt", "티셔츠", 0.08, 0.2, 1, _UPPER_ZONES),
    KindSpec("long-sleeve", Slot.TOP, "Long-sleeve tee", "긴소매 티셔츠", 0.14, 0.25, 1, _UPPER_ZONES),
    KindSpec("shirt", Slot.TOP, "Shirt", "셔츠", 0.16, 0.6, 1, _UPPER_ZONES),
    KindSpec("blouse", Slot.TOP, "Blouse", "블라우스", 0.13, 0.6, 1, _UPPER_ZONES),
    KindSpec("polo", Slot.TOP, "Polo shirt", "폴로 셔츠", 0.1, 0.4, 1, _UPPER_ZONES),
    KindSpec("knit", Slot.TOP, "Knit", "니트", 0.3, 0.5, 2, _UPPER_ZONES),
    KindSpec("sweatshirt", Slot.TOP, "Sweatshirt", "맨투맨", 0.27, 0.2, 2, _UPPER_ZONES),
    KindSpec("hoodie", Slot.TOP, "Hoodie", "후드 티셔츠", 0.3, 0.15, 2, _UPPER_ZONES),
    KindSpec("sleeveless", Slot.TOP, "Sleeveless top", "민소매", 0.05, 0.2, 1, ("chest", "back_length")),
    KindSpec("bodysuit", Slot.TOP, "Bodysuit", "보디수트", 0.08, 0.3, 1, ("chest", "back_length")),
    KindSpec("jacket", Slot.OUTER, "Jacket", "재킷", 0.35, 0.35, 3, _UPPER_ZONES),
    KindSpec("blazer", Slot.OUTER, "Blazer", "블레이저", 0.3, 0.8, 3, _UPPER_ZONES),
    KindSpec("coat", Slot.OUTER, "Coat", "코트", 0.6, 0.7, 3, _UPPER_ZONES),
    KindSpec("cardigan", Slot.OUTER, "Cardigan", "카디건", 0.28, 0.5, 2, _UPPER_ZONES),
    KindSpec("padded", Slot.OUTER, "Padded jacket", "패딩", 0.9, 0.2, 3, _UPPER_ZONES),
    KindSpec("vest", Slot.OUTER, "Vest", "베스트", 0.2, 0.5, 2, ("chest", "shoulder", "back_length")),
    KindSpec("dress", Slot.DRESS, "Dress", "원피스", 0.2, 0.6, 1, _DRESS_ZONES),
    KindSpec("jumpsuit", Slot.DRESS, "Jumpsuit", "점프수트", 0.28, 0.4, 1, (*_DRESS_ZONES, "inside_leg")),
    KindSpec("jeans", Slot.BOTTOM, "Jeans", "청바지", 0.24, 0.3, 1, _LOWER_ZONES),
    KindSpec("trousers", Slot.BOTTOM, "Trousers", "슬랙스", 0.22, 0.6, 1, _LOWER_ZONES),
    KindSpec("shorts", Slot.BOTTOM, "Shorts", "반바지", 0.08, 0.15, 1, ("waist", "hips", "thigh")),
    KindSpec("skirt", Slot.BOTTOM, "Skirt", "스커트", 0.14, 0.5, 1, ("waist", "hips", "skirt_length")),
    KindSpec("leggings", Slot.BOTTOM, "Leggings", "레깅스", 0.16, 0.1, 1, ("waist", "hips", "inside_leg")),
    KindSpec("sweatpants", Slot.BOTTOM, "Sweatpants", "트레이닝 팬츠", 0.26, 0.1, 1, _LOWER_ZONES),
    KindSpec("sneakers", Slot.SHOES, "Sneakers", "스니커즈", 0.06, 0.2, 1, ("foot",)),
    KindSpec("dress-shoes", Slot.SHOES, "Dress shoes", "구두", 0.06, 0.85, 1, ("foot",)),
    KindSpec("boots", Slot.SHOES, "Boots", "부츠", 0.12, 0.45, 1, ("foot",)),
    KindSpec("sandals", Slot.SHOES, "Sandals", "샌들", 0.02, 0.15, 1, ("foot",)),
    KindSpec("heels", Slot.SHOES, "Heels", "힐", 0.03, 0.8, 1, ("foot",)),
    KindSpec("flats", Slot.SHOES, "Flats", "플랫 슈즈", 0.04, 0.5, 1, ("foot",)),
    KindSpec("slippers", Slot.SHOES, "Slippers", "슬리퍼", 0.02, 0.05, 1, ("foot",)),
    KindSpec("handbag", Slot.BAG, "Handbag", "핸드백", 0, 0.6),
    KindSpec("backpack", Slot.BAG, "Backpack", "백팩", 0, 0.2),
    KindSpec("crossbody", Slot.BAG, "Crossbody bag", "크로스백", 0, 0.35),
    KindSpec("clutch", Slot.BAG, "Clutch", "클러치", 0, 0.8),
    KindSpec("tote", Slot.BAG, "Tote bag", "토트백", 0, 0.4),
    KindSpec("cap", Slot.HAT, "Cap", "캡 모자", 0.02, 0.1),
    KindSpec("hat", Slot.HAT, "Hat", "모자", 0.03, 0.5),
    KindSpec("beanie", Slot.HAT, "Beanie", "비니", 0.06, 0.15),
    KindSpec("scarf", Slot.ACCESSORY, "Scarf", "스카프", 0.08, 0.5),
    KindSpec("belt", Slot.ACCESSORY, "Belt", "벨트", 0, 0.5, 1, ("waist",)),
    KindSpec("tie", Slot.ACCESSORY, "Tie", "넥타이", 0, 0.9),
    KindSpec("eyewear", Slot.ACCESSORY, "Eyewear", "안경·선글라스", 0, 0.4),
    KindSpec("watch", Slot.ACCESSORY, "Watch", "시계", 0, 0.6),
    KindSpec("socks", Slot.ACCESSORY, "Socks", "양말", 0.03, 0.3, 1, ("foot",)),
    KindSpec("jewellery", Slot.ACCESSORY, "Jewellery", "주얼리", 0, 0.6),
    KindSpec("gloves", Slot.ACCESSORY, "Gloves", "장갑", 0.05, 0.4),
    KindSpec("tunic", Slot.OTHER, "Tunic", "튜닉", 0.16, 0.5, 1, _UPPER_ZONES),
    KindSpec("underwear", Slot.OTHER, "Underwear", "속옷", 0.03, 0.1, 1, ("chest", "waist", "hips")),
    KindSpec("swimwear", Slot.OTHER, "Swimwear", "수영복", 0.02, 0.05, 1, ("chest", "waist", "hips")),
)
KIND_BY_SLUG = {kind.slug: kind for kind in KINDS}


class Term(NamedTuple):
    """A word of a closed vocabulary with its English and Korean names."""

    slug: str
    en: str
    ko: str


STYLES = (
    Term("casual", "Casual", "캐주얼"),
    Term("amekaji", "Amekaji", "아메카지"),
    Term("girlish", "Girlish", "걸리시"),
    Term("dandy", "Dandy", "댄디"),
    Term("sporty", "Sporty", "스포티"),
    Term("chic", "Chic", "시크"),
    Term("street", "Street", "스트릿"),
    Term("formal", "Formal", "포멀"),
)
SEASONS = (
    Term("spring", "Spring", "봄"),
    Term("summer", "Summer", "여름"),
    Term("autumn", "Autumn", "가을"),
    Term("winter", "Winter", "겨울"),
)
# Of the FFIT study (Simmons, Istook and Devarajan, 2004), in words that judge nobody.
BODY_SHAPES = (
    Term("hourglass", "Hourglass", "모래시계형"),
    Term("bottom-hourglass", "Hourglass, fuller below", "하체가 풍성한 모래시계형"),
    Term("top-hourglass", "Hourglass, fuller above", "상체가 풍성한 모래시계형"),
    Term("spoon", "Spoon", "스푼형"),
    Term("triangle", "Triangle", "삼각형"),
    Term("inverted-triangle", "Inverted triangle", "역삼각형"),
    Term("rectangle", "Rectangle", "직사각형"),
)
GENDERS = (Term("women", "Women", "여성"), Term("men", "Men", "남성"), Term("unisex", "Unisex", "남녀공용"))
SLEEVES = (
    Term("none", "Sleeveless", "민소매"),
    Term("short", "Short", "반소매"),
    Term("three-quarter", "Three-quarter", "7부"),
    Term("long", "Long", "긴소매"),
)
# Kinds whose name leaves their sleeves open, with what most of them have; a T-shirt's are short by its name.
USUAL_SLEEVE = {
    "shirt": "long", "blouse": "long", "polo": "short", "knit": "long", "bodysuit": "short", "dress": "short",
    "jumpsuit": "short",
}  # fmt: skip
LENGTHS = (
    Term("short", "Short", "짧은 기장"),
    Term("knee", "To the knee", "무릎 기장"),
    Term("long", "Long", "긴 기장"),
)
COLLARS = (
    Term("pointed", "Shirt collar", "셔츠 칼라"),
    Term("button-down", "Button-down collar", "버튼다운 칼라"),
    Term("notched", "Notched collar", "노치드 칼라"),
    Term("band", "Band collar", "밴드 칼라"),
)
CUTS = (Term("slim", "Slim", "슬림"), Term("regular", "Regular", "레귤러"), Term("loose", "Loose", "루즈"))
CLOSURES = (
    Term("buttons", "Buttons", "단추"),
    Term("zip", "Zip", "지퍼"),
    Term("pull-on", "Pulled on", "풀오버"),
    Term("open", "Open", "오픈"),
)
# Attributes that only some kinds have, beside their sleeves.
ATTRIBUTE_KINDS: dict[str, frozenset[str]] = {
    "sleeve": frozenset(USUAL_SLEEVE),
    "length": frozenset({"dress", "skirt"}),
    "collar": frozenset({"shirt", "blouse"}),
    "cut": frozenset(kind.slug for kind in KINDS if kind.slot in (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM)),
    "closure": frozenset(
        kind.slug
        for kind in KINDS
        if kind.slot in (Slot.OUTER, Slot.DRESS) or kind.slug in ("shirt", "blouse", "hoodie")
    ),
}
PATTERNS = (
    Term("solid", "Solid", "무지"),
    Term("stripe", "Stripe", "스트라이프"),
    Term("check", "Check", "체크"),
    Term("dot", "Dots", "도트"),
    Term("floral", "Floral", "플로럴"),
    Term("graphic", "Graphic", "그래픽"),
    Term("print", "Print", "프린트"),
    Term("camo", "Camouflage", "카모"),
    Term("animal", "Animal", "애니멀"),
)
MATERIALS = (
    Term("denim", "Denim", "데님"),
    Term("leather", "Leather", "가죽"),
    Term("knit", "Knit", "니트"),
    Term("padded", "Padded", "패딩"),
    Term("cotton", "Cotton", "면"),
    Term("wool", "Wool", "울"),
    Term("suede", "Suede", "스웨이드"),
    Term("fleece", "Fleece", "플리스"),
    Term("silk", "Silk or satin", "실크·새틴"),
    Term("synthetic", "Synthetic", "합성섬유"),
)
_KNITTED = frozenset({"knit", "wool", "cotton", "synthetic", "silk"})
_SHOES = frozenset({"leather", "suede", "synthetic", "cotton"})
_PLAIN = frozenset({"cotton", "synthetic", "silk", "wool", "knit"})
# What kinds are made of, where not anything is possible: boots are not of denim, whatever their blue.
MATERIALS_OF: dict[str, frozenset[str]] = {
    "t-shirt": _PLAIN, "long-sleeve": _PLAIN, "polo": _PLAIN, "sleeveless": _PLAIN, "bodysuit": _PLAIN,
    "shirt": _PLAIN | {"denim", "fleece"}, "blouse": _PLAIN | {"denim"},
    "knit": _KNITTED, "cardigan": _KNITTED | {"fleece"},
    "sweatshirt": _PLAIN | {"fleece"}, "hoodie": _PLAIN | {"fleece"},
    "padded": frozenset({"padded", "synthetic", "leather"}),
    "coat": frozenset({"wool", "leather", "suede", "padded", "cotton", "synthetic", "fleece", "denim", "knit"}),
    "jeans": frozenset({"denim"}),
    "trousers": _PLAIN | {"leather", "suede"},
    "leggings": frozenset({"cotton", "synthetic", "leather", "knit", "wool", "fleece"}),
    "sweatpants": frozenset({"cotton", "synthetic", "fleece", "knit"}),
    "sneakers": _SHOES | {"knit"}, "dress-shoes": _SHOES - {"cotton"}, "boots": _SHOES, "sandals": _SHOES,
    "heels": _SHOES | {"silk"}, "flats": _SHOES | {"silk", "knit"}, "slippers": _SHOES | {"wool", "fleece", "knit"},
    "belt": frozenset({"leather", "suede", "synthetic", "cotton"}),
    "tie": frozenset({"silk", "wool", "cotton", "synthetic", "knit"}),
    "socks": frozenset({"cotton", "wool", "knit", "synthetic"}),
    "scarf": _KNITTED | {"fleece"},
    "gloves": frozenset({"leather", "suede", "wool", "knit", "fleece", "synthetic"}),
    "beanie": frozenset({"knit", "wool", "fleece", "cotton", "synthetic"}),
    "swimwear": frozenset({"synthetic", "cotton"}), "underwear": frozenset({"cotton", "synthetic", "silk"}),
    # Frames, cases and stones are none of these cloths.
    "eyewear": frozenset(), "watch": frozenset({"leather", "synthetic"}), "jewellery": frozenset(),
}  # fmt: skip
USAGES = (
    Term("casual", "Casual", "캐주얼"),
    Term("sports", "Sports", "스포츠"),
    Term("formal", "Formal", "포멀"),
    Term("ethnic", "Ethnic", "전통"),
)
OCCASIONS = (
    Term("everyday", "Everyday", "일상"),
    Term("work", "Work", "출근"),
    Term("date", "Date", "데이트"),
    Term("ceremony", "Ceremony", "경조사"),
    Term("sport", "Sport", "운동"),
    Term("travel", "Travel", "여행"),
    Term("home", "At home", "집"),
)


class ColourName(NamedTuple):
    """A colour name with a representative CIELAB (D65) value; `multi` has none."""

    slug: str
    en: str
    ko: str
    lab: tuple[float, float, float] | None


COLOURS = (
    ColourName("black", "Black", "블랙", (12, 0, 0)),
    ColourName("white", "White", "화이트", (96, 0, 1)),
    ColourName("grey", "Grey", "그레이", (58, 0, 0)),
    ColourName("charcoal", "Charcoal", "차콜", (28, 0, 0)),
    ColourName("navy", "Navy", "네이비", (17, 5, -22)),
    ColourName("blue", "Blue", "블루", (40, 8, -45)),
    ColourName("sky-blue", "Sky blue", "스카이블루", (75, -8, -20)),
    ColourName("red", "Red", "레드", (45, 65, 42)),
    ColourName("burgundy", "Burgundy", "버건디", (25, 34, 12)),
    ColourName("pink", "Pink", "핑크", (76, 27, 2)),
    ColourName("orange", "Orange", "오렌지", (65, 42, 58)),
    ColourName("yellow", "Yellow", "옐로", (88, -4, 66)),
    ColourName("mustard", "Mustard", "머스터드", (65, 12, 55)),
    ColourName("green", "Green", "그린", (46, -38, 24)),
    ColourName("olive", "Olive", "올리브", (42, -5, 25)),
    ColourName("khaki", "Khaki", "카키", (58, 1, 22)),
    ColourName("mint", "Mint", "민트", (86, -22, 4)),
    ColourName("brown", "Brown", "브라운", (34, 14, 20)),
    ColourName("beige", "Beige", "베이지", (79, 4, 16)),
    ColourName("ivory", "Ivory", "아이보리", (93, 0, 9)),
    ColourName("purple", "Purple", "퍼플", (38, 34, -32)),
    ColourName("gold", "Gold", "골드", (70, 8, 45)),
    ColourName("silver", "Silver", "실버", (77, -1, -2)),
    ColourName("multi", "Multicolour", "멀티", None),
)
# Khaki in Korean shops is a dark green-brown; the English one is sandy. Both are found by either word.
