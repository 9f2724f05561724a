# Tables, a row a line.
# fmt: off
"""What the houses sell: 360 products, each with names, a price, sizes and its illustration."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.colour import LAB, Lab, jittered
from catalog.demo.houses import HOUSES, House
from catalog.demo.sizes import ONE_SIZE, Chart, chart_for
from catalog.flatlay import SILHOUETTES, GarmentSpec, Silhouette
from catalog.taxonomy import COLOURS, KIND_BY_SLUG, MATERIALS, PATTERNS, Slot
from imaging.colour import hex_of_lab

PICTURES = "2"  # Raise it when pictures are made differently, and a reload makes all of them again.

_EN = {term.slug: term.en for term in (*COLOURS, *PATTERNS, *MATERIALS)}
_KO = {term.slug: term.ko for term in (*COLOURS, *PATTERNS, *MATERIALS)}
_WOMEN = {"crop-tee", "blouse", "camisole", "bodysuit", "shirt-dress", "slip-dress", "flare-dress", "wrap-dress",
    "knit-dress", "pinafore", "jumpsuit", "pleated-skirt", "midi-skirt", "mini-skirt", "pencil-skirt", "leggings",
    "strap-sandals", "heels", "flats", "handbag", "shoulder-bag", "clutch", "silk-scarf", "necklace", "swimsuit",
    "rib-knit"}
_MEN = {"tie", "waistcoat", "briefs"}
# Thousands of won, at middle prices.
_PRICE = {"t-shirt": 29, "long-sleeve": 35, "shirt": 59, "blouse": 65, "polo": 49, "knit": 79, "sweatshirt": 55,
    "hoodie": 65, "sleeveless": 25, "bodysuit": 35, "jacket": 149, "blazer": 189, "coat": 269, "cardigan": 85,
    "padded": 229, "vest": 69, "dress": 99, "jumpsuit": 119, "jeans": 79, "trousers": 75, "shorts": 49, "skirt": 65,
    "leggings": 35, "sweatpants": 49, "sneakers": 99, "dress-shoes": 159, "boots": 179, "sandals": 69, "heels": 119,
    "flats": 79, "slippers": 29, "handbag": 149, "backpack": 99, "crossbody": 89, "clutch": 79, "tote": 39, "cap": 35,
    "hat": 45, "beanie": 29, "scarf": 45, "belt": 39, "tie": 39, "eyewear": 89, "watch": 169, "socks": 9,
    "jewellery": 49, "gloves": 39, "tunic": 69, "underwear": 15, "swimwear": 69}
_BAND = {1: 0.62, 2: 1.0, 3: 1.7, 4: 3.1}
_WARM = ("autumn", "winter")
_MILD = ("spring", "autumn")
_COOL = ("spring", "summer")
_ALL_YEAR = ("spring", "summer", "autumn", "winter")
_SEASONS: dict[str, tuple[str, ...]] = {"t-shirt": _COOL, "polo": _COOL, "sleeveless": ("summer",),
    "long-sleeve": _MILD, "shirt": ("spring", "summer", "autumn"), "blouse": ("spring", "summer", "autumn"),
    "knit": _WARM, "sweatshirt": ("spring", "autumn", "winter"), "hoodie": ("spring", "autumn", "winter"),
    "bodysuit": _COOL, "jacket": _MILD, "blazer": ("spring", "autumn", "winter"), "coat": _WARM, "cardigan": _MILD,
    "padded": ("winter",), "vest": _MILD, "dress": ("spring", "summer"), "jumpsuit": ("spring", "summer", "autumn"),
    "shorts": ("summer",), "skirt": ("spring", "summer", "autumn"), "boots": _WARM, "sandals": ("summer",),
    "beanie": _WARM, "scarf": _WARM, "gloves": ("winter",), "swimwear": ("summer",),
    "sweatpants": ("spring", "autumn", "winter")}
_OWN_SEASONS: dict[str, tuple[str, ...]] = {"turtleneck": _WARM, "knit-dress": _WARM, "pinafore": _WARM,
    "trench": _MILD, "windbreaker": ("spring", "summer", "autumn"), "fleece-jacket": _WARM, "silk-scarf": _MILD,
    "short-shirt": ("summer",), "bucket-hat": _COOL, "puffer-vest": _WARM, "rider": _MILD, "slippers": _WARM,
    "shirt-dress": ("spring", "summer", "autumn")}
_LEATHERY = ("black", "brown", "burgundy", "beige", "white", "navy", "mustard")
_SUIT_COLOURS: dict[str, tuple[str, ...]] = {
    "jeans": ("navy", "blue", "sky-blue", "black", "grey", "ivory"),
    "lace-boots": ("mustard", "brown", "black", "burgundy"),
    "loafers": ("black", "brown", "burgundy", "navy"),
    "derbies": ("black", "brown", "burgundy"),
    "chelsea-boots": ("black", "brown", "beige"),
    "belt": ("brown", "black", "beige"),
    "watch": ("brown", "black", "navy"),
    "sunglasses": ("black", "brown", "burgundy"),
    "glasses": ("brown", "black"),
    "necklace": ("gold", "silver"),
    "rider": ("black", "black", "brown"),
    "gloves": ("black", "brown", "burgundy"),
    "trench": ("beige", "khaki", "navy", "black"),
    "chinos": ("beige", "navy", "khaki", "olive", "ivory"),
    "waistcoat": ("grey", "navy", "brown", "black"),
    "slim-slacks": ("navy", "grey", "black", "beige"),
    "sneakers": ("white", "white", "black", "beige"),
    "briefs": ("white", "grey", "navy"),
    "trousers": ("black", "grey", "navy", "beige", "brown", "ivory", "olive", "khaki"),
    "blazer": ("navy", "grey", "black", "beige", "brown", "ivory"),
    "coat": ("beige", "navy", "black", "grey", "khaki", "ivory", "olive"),
    "sweatpants": ("grey", "black", "navy", "ivory"),
    "leggings": ("black", "grey", "navy", "purple"),
    "fleece-jacket": ("ivory", "navy", "beige", "olive", "mustard"),
}
# What may be printed on a shape besides a plain colour, where the house would do more.
_ONLY: dict[str, tuple[str, ...]] = {
    "cargo": ("camo",), "chinos": (), "denim-jacket": (), "jacket": (), "bomber": ("camo",), "coat": ("check",),
        "padded": ("camo",),
    "long-padded": (), "trench": (), "duffle": ("check",), "windbreaker": (), "fleece-jacket": (),
        "puffer-vest": ("camo",),
    "midi-skirt": ("floral", "dot", "animal", "print"), "tie": ("stripe", "dot", "check"), "socks": ("stripe", "dot"),
        "knit": ("stripe",),
    "beanie": ("stripe",), "cap": ("graphic", "check", "camo"), "shorts": ("check", "stripe", "print", "camo"),
}
_CAMO_GROUNDS = ("olive", "khaki", "grey", "beige")
_WORDS = (
    ("Everyday", "데일리"), ("Soft", "소프트"), ("Weekend", "위크엔드"), ("Signature", "시그니처"), ("Morning", "모닝"),
    ("Studio", "스튜디오"), ("Harbour", "하버"), ("Light", "라이트"), ("Classic", "클래식"), ("Garden", "가든"),
    ("Evening", "이브닝"), ("Essential", "에센셜"), ("Avenue", "애비뉴"), ("Calm", "차분한"),
    ("Riverside", "리버사이드"),
    ("Heritage", "헤리티지"), ("Slow", "느린"), ("Hill", "언덕"), ("Easy", "이지"), ("North", "노스"),
)


@dataclass(frozen=True)
class DemoProduct:
    """A product as data. seasons: taxonomy slugs; styles: {style: probability}; price in won."""

    house: House
    sku: str
    en: str
    ko: str
    kind: str
    gender: str
    seasons: tuple[str, ...]
    spec: GarmentSpec
    colours: tuple[str, ...]
    styles: dict[str, float]
    price: int
    chart: Chart | None
    sizes_in_stock: tuple[str, ...]
    description_en: str
    description_ko: str
    tags: tuple[str, ...]

    @property
    def slot(self) -> Slot:
        return KIND_BY_SLUG[self.kind].slot

    @property
    def palette(self) -> list[dict[str, object]]:
        """As `Product.colours` keeps it, largest share first."""
        shares = {1: (1.0,), 2: (0.72, 0.28)}.get(len(self.colours), (0.6, 0.25, 0.15))
        return [
            {"lab": [round(c, 1) for c in lab], "hex": hex_of_lab(lab), "name": name, "share": share}
            for lab, name, share in zip(self.spec.colours, self.colours, shares, strict=False)
        ]

    @property
    def fingerprint(self) -> str:
        """Changes when anything that is stored or illustrated does."""
        return hashlib.sha256(f"{PICTURES}|{self!r}".encode()).hexdigest()


@lru_cache(maxsize=1)
def products() -> tuple[DemoProduct, ...]:
    """All products, the same ones every time."""
    made: list[DemoProduct] = []
    for house in HOUSES:
        seen: set[tuple[str, str, str]] = set()
        used_names: set[str] = set()
        for slug, count in house.range.items():
            for k in range(count):
                made.append(_product(house, SILHOUETTES[slug], k, len(made), seen, used_names))
    return tuple(made)


def _product(house: House, shape: Silhouette, k: int, number: int, seen: set[tuple[str, str, str]],
    names: set[str]) -> DemoProduct:
    rng = np.random.default_rng([zlib.crc32(f"{house.slug}/{shape.slug}/{k}".encode())])
    colour, pattern = _colour_and_pattern(house, shape, k, rng, seen)
    material = shape.materials[0] if rng.random() < 0.7 else str(rng.choice(shape.materials))
    if house.slug == "mulgyeol-denim" and "denim" in shape.materials:
        material = "denim"
    if pattern != "solid" and material == "denim":
        material = "cotton"  # Nobody prints on denim.
    second = _second_colour(house, colour, pattern, shape, rng)
    slugs = (colour, second) if second else (colour,)
    labs: tuple[Lab, ...] = tuple(jittered(LAB[slug], rng, 1.4 if slug == colour else 0.6) for slug in slugs)
    gender = _gender(house, shape, rng)
    seasons = _OWN_SEASONS.get(shape.slug) or _SEASONS.get(shape.kind, _ALL_YEAR)
    if material in ("wool", "fleece") and "summer" in seasons:
        seasons = _WARM
    raw = _PRICE[shape.kind] * _BAND[house.band] * rng.uniform(0.85, 1.25)
    price = round(raw) * 1000 - (100 if house.band <= 2 else 0)
    chart = chart_for(shape.kind, gender, house.fit, house.sizing, long=shape.slug.startswith("long"))
    labels = tuple(label for label, _ in chart.rows) if chart else (ONE_SIZE,)
    stock = tuple(label for label in labels if rng.random() < 0.86) or labels[:1]
    en, ko = _names(shape, colour, pattern, material, rng, names)
    return DemoProduct(
        house=house, sku=f"{house.slug.split('-')[0][:3].upper()}-{number + 1001}", en=en, ko=ko, kind=shape.kind,
            gender=gender,
        seasons=seasons, spec=GarmentSpec(shape.slug, labs, pattern, material, int(rng.integers(1, 2**31))),
            colours=slugs,
        styles=dict(house.styles), price=price, chart=chart, sizes_in_stock=stock,
        description_en=_description_en(house, shape, material, pattern),
            description_ko=_description_ko(house, shape, material, pattern),
        tags=tuple(dict.fromkeys((shape.ko, shape.en.lower(), _KO[colour], _EN[colour].lower(), _KO[material],
            _KO[pattern] if pattern != "solid" else "기본"))),
    )


def _colour_and_pattern(house: House, shape: Silhouette, k: int, rng: np.random.Generator,
    seen: set[tuple[str, str, str]]) -> tuple[str, str]:
    """A colour of the house's that suits the thing; no two products alike where that can be."""
    slot = KIND_BY_SLUG[shape.kind].slot
    allowed = _SUIT_COLOURS.get(shape.slug) or _SUIT_COLOURS.get(shape.kind)
    if allowed is None and slot in (Slot.SHOES, Slot.BAG) and shape.materials[0] == "leather":
        allowed = _LEATHERY
    palette = [c for c in house.palette if allowed is None or c in allowed] or list(allowed or house.palette)
    weight = np.array([1 / (1.6 + i) for i in range(len(palette))])
    for _ in range(12):
        pattern = "solid"
        if shape.patterned and house.patterned and rng.random() < house.patterned:
            pattern = str(rng.choice(house.patterns))
            if pattern == "graphic" and not shape.print_at:
                pattern = "solid"
            if slot in (Slot.SHOES, Slot.BAG) or pattern not in _ONLY.get(shape.slug, (pattern,)):
                pattern = "solid"
        colour = str(rng.choice(palette, p=weight / weight.sum()))
        if pattern == "camo" and colour not in _CAMO_GROUNDS:
            colour = "olive"
        if (shape.slug, colour, pattern) not in seen:
            break
    seen.add((shape.slug, colour, pattern))
    return colour, pattern


def _second_colour(house: House, colour: str, pattern: str, shape: Silhouette,
    rng: np.random.Generator) -> str | None:
    """A trim or pattern colour that stands off from the main one; none where the pattern mixes its own."""
    trims = {"windbreaker", "runners", "sneakers", "fleece-jacket", "sweatpants", "knit-vest", "socks", "polo",
        "silk-scarf", "cap", "tote"}
    wanted = pattern in ("stripe", "graphic",
        "dot") or (pattern == "solid" and shape.slug in trims and rng.random() < 0.7)
    if shape.slug == "silk-scarf":
        wanted = True
    if not wanted:
        return None
    far = [c for c in (*house.palette, "white", "navy") if abs(LAB[c][0] - LAB[colour][0]) > 26]
    return str(rng.choice(far)) if far else None


def _gender(house: House, shape: Silhouette, rng: np.random.Generator) -> str:
    if shape.slug in _WOMEN:
        return "women"
    if shape.slug in _MEN:
        return "men"
    if KIND_BY_SLUG[shape.kind].slot in (Slot.HAT, Slot.BAG, Slot.ACCESSORY) and house.made_for != "women":
        return "unisex"
    if house.made_for != "unisex":
        return house.made_for
    return str(rng.choice(["unisex", "women", "men"], p=[0.5, 0.25, 0.25]))


def _names(shape: Silhouette, colour: str, pattern: str, material: str, rng: np.random.Generator,
    used: set[str]) -> tuple[str, str]:
    plain = pattern == "solid"
    # A wool coat is not called a "wool wool coat".
    tells = _EN[material].lower() not in shape.en.lower() and material in ("denim", "leather", "suede", "silk",
        "wool", "fleece")
    cloth_en, cloth_ko = ("Satin", "새틴") if material == "silk" else (_EN[material], _KO[material])
    extra_en = f"{cloth_en} " if tells else ""
    extra_ko = f"{cloth_ko} " if tells and cloth_ko not in shape.ko else ""
    if not plain:
        extra_en, extra_ko = f"{_EN[pattern]} ", f"{_KO[pattern]} "
    name = ("", "")
    for i in rng.permutation(len(_WORDS)):
        word_en, word_ko = _WORDS[int(i)]
        name = (f"{word_en} {extra_en}{shape.en}, {_EN[colour].lower()}",
            f"{word_ko} {extra_ko}{shape.ko} {_KO[colour]}")
        if name[0] not in used:
            break
    used.add(name[0])
    return name


_FIT_WORDS = {"slim": ("close to the body", "몸에 맞게 떨어지는"),
    "regular": ("with an easy, regular fit", "편안한 레귤러 핏의"),
    "loose": ("with room to move", "여유 있는"), "oversized": ("cut generously wide", "넉넉한 오버핏의")}
_TOUCH = {"denim": ("Sturdy denim that softens with every wash", "빨수록 부드러워지는 탄탄한 데님"),
    "leather": ("Full-grain leather that darkens with wear", "쓸수록 깊어지는 통가죽"),
    "knit": ("A springy knit that keeps its shape", "형태를 지키는 탄력 있는 니트"),
    "padded": ("Light padding that packs small", "작게 접히는 가벼운 패딩"),
    "cotton": ("Combed cotton, washed before it is cut", "재단 전에 워싱한 코마 면"),
    "wool": ("A dry wool that shrugs off creases", "주름이 잘 가지 않는 산뜻한 울"),
    "suede": ("Brushed suede with a dry hand", "결이 고운 스웨이드"), "fleece": ("Deep fleece, warm before you notice",
    "금세 따뜻해지는 도톰한 플리스"), "silk": ("A fluid satin with a quiet sheen", "은은한 광택이 흐르는 새틴"),
    "synthetic": ("A quick-drying technical cloth", "빨리 마르는 기능성 원단")}


def _description_en(house: House, shape: Silhouette, material: str, pattern: str) -> str:
    worn = KIND_BY_SLUG[shape.kind].slot in (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM)
    fit = f", {_FIT_WORDS[house.fit][0]}" if worn else ""
    return f"{_TOUCH[material][0]}{fit}." + ("" if pattern == "solid" else f" In {_EN[pattern].lower()}.")


def _description_ko(house: House, shape: Silhouette, material: str, pattern: str) -> str:
    worn = KIND_BY_SLUG[shape.kind].slot in (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM)
    fit = f"{_FIT_WORDS[house.fit][1]} " if worn else ""
    shown = "" if pattern == "solid" else f" {_KO[pattern]} 무늬입니다."
    return f"{_TOUCH[material][1]}. {fit}{shape.ko}.{shown}"
