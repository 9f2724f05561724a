# Tables, a row a line.
# fmt: off
# ruff: noqa: E501
"""The twelve houses. All fictional; what they sell is said in silhouettes and in how many of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class House:
    """band: 1 everyday .. 4 luxury. made_for: women, men or unisex. fit: of its size charts.

    sizing: "alpha" (S, M, L), "ks" (Korean numbers). styles: {style: weight}, adding up to 1. palette: colour slugs,
    the first ones most used. range: {silhouette: how many}, thirty in all. patterns: how likely one that is not plain.
    """

    slug: str
    en: str
    ko: str
    story_en: str
    story_ko: str
    band: int
    made_for: str
    emerging: bool
    fit: str
    sizing: str
    ground: str
    styles: dict[str, float]
    palette: tuple[str, ...]
    range: dict[str, int]
    patterned: float = 0.25
    patterns: tuple[str, ...] = ("stripe", "check")


HOUSES: tuple[House, ...] = (
    House(
        "haneul-works", "Haneul Works", "하늘웍스",
        "Haneul Works began as a mother's rule: a good T-shirt must survive three brothers. The family still washes every new fabric fifty times before it may be cut. Plain clothes in sky colours, priced so that nobody has to think twice.",
        "하늘웍스는 ‘티셔츠는 삼형제를 견뎌야 한다’는 어머니의 원칙에서 시작했습니다. 지금도 새 원단은 쉰 번을 빨아 본 뒤에야 재단대에 오릅니다. 하늘빛을 닮은 기본 옷을 부담 없는 값에 만듭니다.",
        1, "unisex", False, "regular", "alpha", "paper",
        {"casual": 0.75, "sporty": 0.15, "street": 0.1},
        ("white", "navy", "sky-blue", "grey", "black", "beige", "ivory", "mint", "yellow"),
        {"t-shirt": 4, "long-sleeve": 3, "polo": 2, "sweatshirt": 3, "hoodie": 2, "chinos": 3, "shorts": 2, "jeans": 2, "sweatpants": 1, "socks": 2, "canvas-shoes": 1, "tote": 1, "cap": 1, "tank": 1, "briefs": 1, "v-neck-tee": 1},
        0.3, ("stripe", "graphic"),
    ),
    House(
        "moss-and-mortar", "Moss & Mortar", "모스앤모르타르",
        "Two former stonemasons from Gangneung wanted trousers that would outlive a wall. They copy nothing: they unpick old work clothes found at country markets and sew them again, heavier. Every piece is repaired free for ten years.",
        "강릉의 석공 두 사람이 담장보다 오래가는 바지를 찾다가 직접 만들기 시작했습니다. 시골 장터의 낡은 작업복을 뜯어 배우고 더 묵직하게 다시 짓습니다. 십 년 동안 무료로 고쳐 드립니다.",
        3, "men", False, "regular", "ks", "oak",
        {"amekaji": 0.8, "casual": 0.2},
        ("navy", "brown", "olive", "khaki", "beige", "mustard", "ivory", "burgundy", "grey"),
        {"denim-jacket": 3, "shirt": 5, "jeans": 3, "chinos": 2, "cargo": 2, "lace-boots": 2, "chelsea-boots": 1, "cable-knit": 2, "jacket": 2, "t-shirt": 2, "beanie": 2, "belt": 2, "duffle": 1, "backpack": 1},
        0.4, ("check", "stripe"),
    ),
    House(
        "dalbit-atelier", "Dalbit Atelier", "달빛아틀리에",
        "Dalbit means moonlight. Four friends cut dresses by night in a studio above a flower shop in Jeonju, and the prints are pressed from what the shop did not sell. Romantic clothes with deep pockets, always.",
        "전주 꽃집 위층 작업실에서 네 친구가 밤마다 원피스를 짓습니다. 무늬는 그날 팔리지 않은 꽃을 눌러 그린 것입니다. 사랑스럽지만 주머니만큼은 언제나 깊습니다.",
        2, "women", False, "regular", "ks", "blush",
        {"girlish": 0.8, "casual": 0.1, "chic": 0.1},
        ("pink", "ivory", "sky-blue", "white", "mint", "red", "purple", "beige", "yellow"),
        {"flare-dress": 4, "slip-dress": 1, "wrap-dress": 2, "blouse": 4, "cardigan": 3, "pleated-skirt": 2, "midi-skirt": 2, "mini-skirt": 1, "camisole": 1, "flats": 3, "strap-sandals": 1, "handbag": 2, "crop-tee": 1, "pinafore": 1, "bucket-hat": 1, "necklace": 1},
        0.5, ("floral", "dot", "floral", "check"),
    ),
    House(
        "gyeol-tailoring", "Gyeol Tailoring", "결 테일러링",
        "Gyeol is the grain of wood and of cloth. A tailor who spent thirty years altering other makers' suits now sells the one he always wanted to meet: soft shoulder, honest seam allowance, room to grow.",
        "결은 나무와 천의 결입니다. 삼십 년 동안 남의 양복만 고치던 재단사가 늘 만나고 싶던 한 벌을 내놓았습니다. 부드러운 어깨, 넉넉한 시접, 오래 입을 여유.",
        3, "men", False, "slim", "ks", "plaster",
        {"dandy": 0.65, "formal": 0.35},
        ("navy", "grey", "white", "brown", "black", "beige", "burgundy", "sky-blue", "olive"),
        {"blazer": 4, "double-blazer": 1, "slacks": 3, "slim-slacks": 3, "waistcoat": 2, "shirt": 4, "tie": 3, "coat": 2, "loafers": 2, "derbies": 2, "knit-vest": 1, "belt": 1, "turtleneck": 1, "watch": 1},
        0.35, ("check", "stripe"),
    ),
    House(
        "norang-athletics", "Norang Athletics", "노랑 애슬레틱스",
        "Norang, yellow, is the colour of the lane lines on the riverside track where the founder coached for nothing. Kit for people who run slowly and are proud of it, in fabrics spun from used tents.",
        "노랑은 창업자가 무료로 달리기를 가르치던 강변 트랙의 레인 색입니다. 느리게 달려도 자랑스러운 사람들을 위해 버려진 텐트에서 뽑은 실로 옷을 만듭니다.",
        2, "unisex", False, "regular", "alpha", "mist",
        {"sporty": 0.85, "casual": 0.15},
        ("black", "grey", "white", "navy", "yellow", "orange", "mint", "blue", "purple"),
        {"windbreaker": 4, "leggings": 3, "sweatpants": 4, "runners": 4, "tank": 2, "t-shirt": 2, "shorts": 3, "bodysuit": 1, "swimsuit": 1, "cap": 2, "backpack": 1, "socks": 1, "fleece-jacket": 1, "hoodie": 1},
        0.12, ("stripe", "camo"),
    ),
    House(
        "nachtgarten", "Nachtgarten", "나흐트가르텐",
        "A garden at night has shapes and no colours. Nachtgarten drapes in black, bone and one red, cuts on the bias, and makes exactly as many pieces as were ordered.",
        "밤의 정원에는 색이 없고 형태만 남습니다. 나흐트가르텐은 검정과 뼈빛, 그리고 단 하나의 붉은색으로 천을 흘려 재단하고 주문받은 만큼만 만듭니다.",
        4, "women", False, "regular", "alpha", "plaster",
        {"chic": 0.75, "formal": 0.25},
        ("black", "ivory", "grey", "black", "burgundy", "white", "red", "beige"),
        {"slip-dress": 2, "knit-dress": 2, "double-blazer": 2, "wide-slacks": 3, "rider": 2, "turtleneck": 2, "midi-skirt": 2, "pencil-skirt": 2, "heels": 3, "clutch": 2, "handbag": 2, "sunglasses": 2, "coat": 2, "camisole": 1, "necklace": 1},
        0.1, ("animal",),
    ),
    House(
        "alley-207", "Alley 207", "골목207",
        "Named for a skate spot behind a noodle shop. Alley 207 prints on the evening before it sells, out of one rented garage, and the cook still chooses the colours.",
        "국숫집 뒤 스케이트 스폿의 번지수에서 이름을 땄습니다. 빌린 차고에서 전날 저녁에 찍어 다음 날 팝니다. 색은 아직도 국숫집 주방장이 고릅니다.",
        2, "unisex", True, "oversized", "alpha", "mist",
        {"street": 0.8, "casual": 0.2},
        ("black", "grey", "white", "olive", "purple", "orange", "green", "red", "navy"),
        {"boxy-tee": 5, "hoodie": 4, "cargo": 3, "wide-jeans": 2, "bomber": 2, "padded": 2, "canvas-shoes": 2, "cap": 2, "beanie": 1, "crossbody": 2, "sweatshirt": 2, "short-shirt": 1, "sweatpants": 1, "bucket-hat": 1},
        0.55, ("graphic", "graphic", "camo", "print"),
    ),
    House(
        "baekja", "Baekja", "백자",
        "White porcelain is never quite white. Baekja dyes forty whites, greys and celadons in Icheon and cuts quiet office clothes from them: nothing to notice, everything to feel.",
        "백자의 흰색은 한 가지가 아닙니다. 이천에서 마흔 가지 흰빛과 잿빛, 비색을 물들여 조용한 출근복을 짓습니다. 눈에 띄지 않지만 손끝에 남습니다.",
        3, "women", False, "regular", "ks", "linen",
        {"formal": 0.55, "chic": 0.3, "dandy": 0.15},
        ("ivory", "white", "grey", "beige", "navy", "mint", "black", "sky-blue"),
        {"blazer": 3, "wide-slacks": 3, "slacks": 2, "shirt": 3, "blouse": 2, "shirt-dress": 2, "pencil-skirt": 2, "trench": 2, "coat": 1, "rib-knit": 2, "loafers": 2, "heels": 2, "tote": 1, "silk-scarf": 2, "watch": 1},
        0.2, ("stripe", "check"),
    ),
    House(
        "mulgyeol-denim", "Mulgyeol Denim", "물결데님",
        "Mulgyeol means ripple: what indigo does when it is left alone. A dyer in Busan lets each pair fade in sea water for a different number of days and writes the number inside the waistband.",
        "물결은 인디고가 저절로 그리는 무늬입니다. 부산의 염색가가 바지마다 다른 날수만큼 바닷물에 바래게 하고 허리 안쪽에 그 숫자를 적어 둡니다.",
        2, "unisex", True, "regular", "alpha", "sand",
        {"amekaji": 0.45, "casual": 0.4, "street": 0.15},
        ("navy", "blue", "sky-blue", "black", "ivory", "grey", "white"),
        {"jeans": 6, "wide-jeans": 5, "skinny-jeans": 3, "denim-jacket": 4, "mini-skirt": 2, "shorts": 2, "jumpsuit": 2, "shirt": 2, "shirt-dress": 1, "t-shirt": 2, "bucket-hat": 1},
        0.0,
    ),
    House(
        "heelstone", "Heelstone", "힐스톤",
        "Shoes and bags from a workshop of nine in Seongsu, where the oldest last is from 1968 and the youngest maker from 1999. Leather is bought whole, and the offcuts become belts.",
        "성수동의 아홉 사람이 구두와 가방을 만듭니다. 가장 오래된 라스트는 1968년생, 가장 젊은 장인은 1999년생. 가죽은 통째로 사고 자투리는 벨트가 됩니다.",
        3, "unisex", False, "regular", "alpha", "oak",
        {"dandy": 0.35, "formal": 0.3, "chic": 0.2, "amekaji": 0.15},
        ("black", "brown", "burgundy", "beige", "navy", "white", "mustard", "olive"),
        {"loafers": 4, "derbies": 2, "chelsea-boots": 3, "lace-boots": 2, "sneakers": 3, "sandals": 2, "heels": 2, "flats": 1, "handbag": 2, "shoulder-bag": 3, "crossbody": 2, "belt": 2, "gloves": 1, "clutch": 1},
        0.0,
    ),
    House(
        "pium-knit", "Pium Knit", "피움니트",
        "Pium is the moment a flower opens. Grandmothers in a mountain village finish each sweater by hand and sign the inside with one coloured stitch; you may write to yours.",
        "피움은 꽃이 열리는 순간입니다. 산골 할머니들이 스웨터를 손으로 마무리하고 안쪽에 색실 한 땀으로 서명합니다. 그 할머니께 편지를 쓸 수도 있습니다.",
        2, "unisex", True, "loose", "alpha", "sage",
        {"casual": 0.45, "girlish": 0.3, "dandy": 0.25},
        ("ivory", "beige", "brown", "mustard", "green", "burgundy", "grey", "pink", "navy", "sky-blue"),
        {"knit": 6, "cable-knit": 4, "rib-knit": 3, "cardigan": 5, "knit-vest": 3, "knit-dress": 2, "turtleneck": 2, "beanie": 1, "scarf": 3, "slippers": 1},
        0.3, ("stripe", "check"),
    ),
    House(
        "second-rain", "Second Rain", "두번째비",
        "The first rain of the year finds the holes; the second should not. Second Rain makes coats and shells for weather, tested by the owner's very honest dog.",
        "첫 비가 구멍을 찾아내면 두 번째 비는 막아야 합니다. 두번째비는 날씨를 위한 겉옷을 만들고, 아주 정직한 강아지가 산책길에서 시험합니다.",
        3, "unisex", True, "loose", "alpha", "mist",
        {"casual": 0.35, "street": 0.25, "sporty": 0.25, "chic": 0.15},
        ("khaki", "navy", "black", "beige", "olive", "grey", "orange", "ivory", "mustard"),
        {"trench": 3, "windbreaker": 3, "padded": 4, "long-padded": 3, "puffer-vest": 2, "fleece-jacket": 3, "duffle": 2, "bomber": 1, "cargo": 1, "runners": 1, "backpack": 2, "bucket-hat": 1, "gloves": 1, "scarf": 1, "sunglasses": 1, "glasses": 1},
        0.12, ("check", "camo"),
    ),
)
