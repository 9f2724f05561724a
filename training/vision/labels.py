"""What the sources' own words mean in ours (`catalog.taxonomy`): the weak labels of every head.

A label is a mapping from our slug to a weight: `{"jeans": 1, "trousers": 1}` says "one of these", and the loss
is minus the logarithm of the weighted sum of their probabilities, so a coarse source never teaches a lie. A
weight below 1 is a possibility rather than a claim.
"""

import csv
import re
from functools import cache
from pathlib import Path

from catalog.taxonomy import COLOURS, KINDS, MATERIALS, PATTERNS, SEASONS

Label = dict[str, float]

SHOES = {"sneakers": 1.0, "dress-shoes": 1.0, "boots": 1.0, "sandals": 1.0, "heels": 1.0, "flats": 1.0}
BAGS = {"handbag": 1.0, "backpack": 1.0, "crossbody": 1.0, "clutch": 1.0, "tote": 1.0}

CLOSET_KINDS: dict[str, Label] = {
    "T-Shirt": {"t-shirt": 1},
    # Whoever named them called cardigans so too, and some zipped tops and hoodies.
    "Longsleeve": {"long-sleeve": 1, "sweatshirt": 1, "knit": 1, "cardigan": 0.7},
    "Pants": {"trousers": 1, "jeans": 1, "sweatpants": 1, "leggings": 0.8},
    "Shirt": {"shirt": 1},
    "Shoes": SHOES | {"slippers": 1.0},
    "Dress": {"dress": 1},
    "Shorts": {"shorts": 1},
    "Outwear": {"jacket": 1, "coat": 1, "padded": 1, "vest": 0.7},
    "Hat": {"cap": 1, "hat": 1, "beanie": 1},
    "Skirt": {"skirt": 1},
    "Polo": {"polo": 1},
    "Blazer": {"blazer": 1},
    "Undershirt": {"sleeveless": 1, "underwear": 0.7},
    "Hoodie": {"hoodie": 1},
    "Body": {"bodysuit": 1},
    "Top": {"sleeveless": 1, "blouse": 0.7},
    "Blouse": {"blouse": 1},
}

# The ten of them that the small closet set's official test asks for.
SMALL_SET = ("Dress", "Hat", "Longsleeve", "Outwear", "Pants", "Shirt", "Shoes", "Shorts", "Skirt", "T-Shirt")

ARTICLE_KINDS: dict[str, Label] = {
    "Backpacks": {"backpack": 1},
    "Rucksacks": {"backpack": 1},
    "Clutches": {"clutch": 1},
    "Handbags": {"handbag": 1, "tote": 0.3, "crossbody": 0.2},
    "Messenger Bag": {"crossbody": 1},
    "Laptop Bag": {"crossbody": 1},
    "Belts": {"belt": 1},
    "Sunglasses": {"eyewear": 1},
    "Gloves": {"gloves": 1},
    "Caps": {"cap": 1, "beanie": 0.2},
    "Hat": {"hat": 1},
    "Mufflers": {"scarf": 1},
    "Scarves": {"scarf": 1},
    "Stoles": {"scarf": 1},
    "Dupatta": {"scarf": 1},
    "Bracelet": {"jewellery": 1},
    "Necklace and Chains": {"jewellery": 1},
    "Cufflinks": {"jewellery": 1},
    "Socks": {"socks": 1},
    "Booties": {"socks": 1},
    "Stockings": {"leggings": 1, "socks": 0.5},
    "Ties": {"tie": 1},
    "Watches": {"watch": 1},
    "Swimwear": {"swimwear": 1},
    "Capris": {"trousers": 1, "leggings": 0.5, "shorts": 0.3},
    "Churidar": {"leggings": 1, "trousers": 0.5},
    "Jeans": {"jeans": 1},
    "Jeggings": {"leggings": 1, "jeans": 0.6},
    "Leggings": {"leggings": 1},
    "Patiala": {"trousers": 1},
    "Salwar": {"trousers": 1},
    "Rain Trousers": {"trousers": 1, "sweatpants": 0.7},
    "Shorts": {"shorts": 1},
    "Skirts": {"skirt": 1},
    "Tights": {"leggings": 1},
    "Track Pants": {"sweatpants": 1},
    "Lounge Pants": {"sweatpants": 1, "trousers": 0.5},
    "Lounge Shorts": {"shorts": 1},
    "Trousers": {"trousers": 1},
    "Dresses": {"dress": 1},
    "Jumpsuit": {"jumpsuit": 1},
    "Rompers": {"jumpsuit": 1, "bodysuit": 0.5},
    "Boxers": {"underwear": 1},
    "Bra": {"underwear": 1},
    "Briefs": {"underwear": 1},
    "Trunk": {"underwear": 1},
    "Innerwear Vests": {"underwear": 1, "sleeveless": 0.7},
    "Sarees": {"dress": 1},
    "Blazers": {"blazer": 1},
    "Jackets": {"jacket": 1, "padded": 0.5, "coat": 0.3},
    "Rain Jacket": {"jacket": 1},
    "Nehru Jackets": {"vest": 1, "blazer": 0.5},
    "Kurtas": {"tunic": 1},
    "Kurtis": {"tunic": 1},
    "Tunics": {"tunic": 1},
    "Shirts": {"shirt": 1},
    "Shrug": {"cardigan": 1},
    "Sweaters": {"knit": 1, "cardigan": 0.3, "vest": 0.3},
    "Sweatshirts": {"sweatshirt": 1, "hoodie": 0.5},
    "Tops": {"blouse": 1, "sleeveless": 0.7, "t-shirt": 0.5, "long-sleeve": 0.3},
    "Tshirts": {"t-shirt": 1, "polo": 0.5, "long-sleeve": 0.2},
    "Waistcoat": {"vest": 1},
    "Flip Flops": {"slippers": 1},
    "Sandals": {"sandals": 1},
    "Sports Sandals": {"sandals": 1},
    "Casual Shoes": {"sneakers": 1, "dress-shoes": 0.4, "boots": 0.3},
    "Flats": {"flats": 1, "sandals": 0.2},
    "Formal Shoes": {"dress-shoes": 1},
    "Heels": {"heels": 1},
    "Sports Shoes": {"sneakers": 1},
}

# Words of a shop's product name that settle what its articleType leaves open: (articleTypes, words, label).
_NAME_KINDS: tuple[tuple[frozenset[str], str, Label], ...] = (
    (frozenset({"Tshirts"}), r"\bpolo\b(?! ralph| assn)(?!.*assn)", {"polo": 1, "t-shirt": 0.2}),
    (frozenset({"Tshirts"}), r"(full|long)[- ]sleeve", {"long-sleeve": 1}),
    (frozenset({"Tshirts", "Tops"}), r"\b(sleeveless|tank|camisole|racer)", {"sleeveless": 1}),
    (frozenset({"Tshirts", "Sweatshirts", "Jackets"}), r"\b(hood|hoodie|hooded)\b", {"hoodie": 1, "jacket": 0.5}),
    (frozenset({"Tops", "Sweaters"}), r"\bcardigan", {"cardigan": 1}),
    (frozenset({"Tops"}), r"\b(tee|t-shirt)\b", {"t-shirt": 1}),
    (frozenset({"Jackets"}), r"\b(padded|puffer|quilted|down)\b", {"padded": 1}),
    (frozenset({"Caps"}), r"\b(beanie|woollen|skull|knit)", {"beanie": 1}),
    (frozenset({"Handbags"}), r"\btote", {"tote": 1}),
    (frozenset({"Handbags"}), r"\b(sling|crossbody|cross body)", {"crossbody": 1}),
    (frozenset({"Casual Shoes", "Formal Shoes", "Heels"}), r"\bboots?\b", {"boots": 1}),
    (frozenset({"Flip Flops"}), r"\bsandal", {"sandals": 1, "slippers": 0.7}),
)

STREET_KINDS: dict[str, Label] = {
    "bag": BAGS,
    "belt": {"belt": 1},
    "blazer": {"blazer": 1},
    "blouse": {"blouse": 1},
    "bodysuit": {"bodysuit": 1},
    "boots": {"boots": 1},
    "bra": {"underwear": 1},
    "bracelet": {"jewellery": 1},
    "cape": {"coat": 1, "cardigan": 0.5},
    "cardigan": {"cardigan": 1},
    "clogs": {"slippers": 1, "sandals": 0.7, "heels": 0.5},
    "coat": {"coat": 1},
    "dress": {"dress": 1},
    "earrings": {"jewellery": 1},
    "flats": {"flats": 1},
    "glasses": {"eyewear": 1},
    "gloves": {"gloves": 1},
    "hat": {"hat": 1, "cap": 0.7, "beanie": 0.7},
    "heels": {"heels": 1},
    "hoodie": {"hoodie": 1},
    "intimate": {"underwear": 1},
    "jacket": {"jacket": 1, "padded": 0.3},
    "jeans": {"jeans": 1},
    "jumper": {"knit": 1, "sweatshirt": 0.5},
    "leggings": {"leggings": 1},
    "loafers": {"dress-shoes": 1, "flats": 1},
    "necklace": {"jewellery": 1},
    "panties": {"underwear": 1},
    "pants": {"trousers": 1, "sweatpants": 0.5, "jeans": 0.3},
    "pumps": {"heels": 1},
    "purse": {"handbag": 1, "clutch": 0.7, "crossbody": 0.5},
    "romper": {"jumpsuit": 1},
    "sandals": {"sandals": 1, "heels": 0.4},
    "scarf": {"scarf": 1},
    "shirt": {"shirt": 1, "t-shirt": 0.3, "blouse": 0.5},
    "shoes": SHOES,
    "shorts": {"shorts": 1},
    "skirt": {"skirt": 1},
    "sneakers": {"sneakers": 1},
    "socks": {"socks": 1},
    "stockings": {"leggings": 0.7, "socks": 1},
    "suit": {"jumpsuit": 0.5, "blazer": 1},
    "sunglasses": {"eyewear": 1},
    "sweater": {"knit": 1},
    "sweatshirt": {"sweatshirt": 1},
    "swimwear": {"swimwear": 1},
    "t-shirt": {"t-shirt": 1},
    "tie": {"tie": 1},
    "tights": {"leggings": 1},
    "top": {"sleeveless": 1, "blouse": 1, "t-shirt": 0.7, "long-sleeve": 0.7},
    "vest": {"vest": 1, "sleeveless": 0.3},
    "wallet": {"clutch": 1},
    "watch": {"watch": 1},
    "wedges": {"heels": 1, "sandals": 0.5},
}

COLOUR_NAMES: dict[str, Label] = {
    "Black": {"black": 1},
    "Blue": {"blue": 1, "sky-blue": 0.4, "navy": 0.2},
    "White": {"white": 1},
    "Brown": {"brown": 1},
    "Grey": {"grey": 1},
    "Red": {"red": 1},
    "Green": {"green": 1, "olive": 0.2, "mint": 0.2},
    "Navy Blue": {"navy": 1},
    "Purple": {"purple": 1},
    "Pink": {"pink": 1},
    "Yellow": {"yellow": 1},
    "Beige": {"beige": 1},
    "Maroon": {"burgundy": 1},
    "Orange": {"orange": 1},
    "Olive": {"olive": 1},
    "Multi": {"multi": 1},
    "Cream": {"ivory": 1},
    "Gold": {"gold": 1},
    "Silver": {"silver": 1},
    "Off White": {"ivory": 1, "white": 0.4},
    "Charcoal": {"grey": 1, "black": 0.4},
    "Khaki": {"khaki": 1},
    "Peach": {"pink": 1, "orange": 0.6},
    "Steel": {"silver": 1, "grey": 0.5},
    "Tan": {"brown": 1, "beige": 0.5},
    "Magenta": {"pink": 1, "purple": 0.4},
    "Lavender": {"purple": 1},
    "Teal": {"green": 0.7, "blue": 0.7, "mint": 0.4},
    "Mustard": {"mustard": 1},
    "Bronze": {"brown": 1, "gold": 0.6},
    "Grey Melange": {"grey": 1},
    "Rust": {"orange": 0.7, "brown": 1, "burgundy": 0.4},
    "Turquoise Blue": {"sky-blue": 1, "mint": 0.6, "blue": 0.5},
    "Copper": {"brown": 1, "gold": 0.5},
    "Metallic": {"silver": 1, "gold": 0.4},
    "Burgundy": {"burgundy": 1},
    "Coffee Brown": {"brown": 1},
    "Sea Green": {"green": 1, "mint": 0.7},
    "Mauve": {"purple": 1, "pink": 0.5},
    "Taupe": {"beige": 1, "khaki": 0.5, "brown": 0.4},
    "Mushroom Brown": {"brown": 1, "beige": 0.7},
    "Nude": {"beige": 1},
    "Skin": {"beige": 1},
    "Fluorescent Green": {"green": 1, "yellow": 0.5},
    "Lime Green": {"green": 1, "yellow": 0.3},
}

USAGE_NAMES: dict[str, Label] = {
    "Casual": {"casual": 1},
    "Sports": {"sports": 1},
    "Formal": {"formal": 1},
    "Ethnic": {"ethnic": 1},
    "Smart Casual": {"casual": 1, "formal": 0.5},
    "Party": {"formal": 1, "casual": 0.5},
    "Travel": {"casual": 1},
}
SEASON_NAMES = {"Spring": "spring", "Summer": "summer", "Fall": "autumn", "Winter": "winter"}
GENDER_NAMES: dict[str, Label] = {
    "Men": {"men": 1},
    "Boys": {"men": 1},
    "Women": {"women": 1},
    "Girls": {"women": 1},
    "Unisex": {"unisex": 1},
}

# First match wins; the rest of a name is silent about pattern.
_PATTERN_WORDS: tuple[tuple[str, Label], ...] = (
    (r"\bcamo", {"camo": 1}),
    (r"\b(leopard|animal|zebra|snake|tiger) ?print", {"animal": 1}),
    (r"\b(floral|flower)s?\b", {"floral": 1}),
    (r"\b(polka|dots?|dotted)\b", {"dot": 1}),
    (r"\b(check|checks|checked|plaid|gingham|tartan|argyle)\b", {"check": 1}),
    (r"\b(stripe|stripes|striped|striper|pinstripe)\b", {"stripe": 1}),
    (r"\b(graphic|logo|slogan)\b", {"graphic": 1}),
    (r"\b(solid|plain)\b", {"solid": 1}),
)
_PRINTED = re.compile(r"\bprint(ed|s)?\b")
_GRAPHIC_ARTICLES = frozenset({"Tshirts", "Sweatshirts", "Caps"})
_PLAIN_ARTICLES = frozenset(
    {"Formal Shoes", "Jeans", "Trousers", "Leggings", "Track Pants", "Wallets", "Churidar", "Salwar"}
)

_MATERIAL_WORDS: tuple[tuple[str, Label], ...] = (
    (r"\bdenim\b", {"denim": 1}),
    (r"\bsuede\b", {"suede": 1}),
    (r"\b(leather|leatherette|hide)\b", {"leather": 1}),
    (r"\b(fleece|polar)\b", {"fleece": 1}),
    (r"\b(silk|satin)\b", {"silk": 1}),
    (r"\b(padded|puffer|quilted|down jacket)\b", {"padded": 1}),
    (r"\b(woollen|wool|woolen)\b", {"wool": 1, "knit": 0.5}),
    (r"\b(knit|knitted|sweater|cardigan)\b", {"knit": 1}),
    (r"\b(nylon|polyester|mesh|dri-?fit|dry ?fit)\b", {"synthetic": 1}),
    (r"\b(cotton|pique|jersey|linen|canvas)\b", {"cotton": 1}),
)
_ARTICLE_MATERIALS: dict[str, Label] = {
    "Jeans": {"denim": 1},
    "Jeggings": {"denim": 1, "cotton": 0.3},
    "Sweaters": {"knit": 1, "wool": 0.6},
    "Mufflers": {"knit": 1, "wool": 1},
    "Formal Shoes": {"leather": 1},
    "Belts": {"leather": 1},
    "Wallets": {"leather": 1},
    "Tshirts": {"cotton": 1, "synthetic": 0.3},
    "Shirts": {"cotton": 1, "denim": 0.15, "silk": 0.1},
    "Ties": {"silk": 1},
    "Sarees": {"silk": 1, "synthetic": 0.6, "cotton": 0.5},
    "Kurtas": {"cotton": 1, "silk": 0.2},
    "Briefs": {"cotton": 1},
    "Trunk": {"cotton": 1},
    "Leggings": {"cotton": 1, "synthetic": 0.6},
    "Track Pants": {"synthetic": 1, "cotton": 0.7, "fleece": 0.2},
    "Sweatshirts": {"cotton": 1, "fleece": 0.6},
    "Rain Jacket": {"synthetic": 1},
    "Backpacks": {"synthetic": 1, "leather": 0.2, "cotton": 0.2},
    "Sports Shoes": {"synthetic": 1, "leather": 0.3},
    "Swimwear": {"synthetic": 1},
}

SLEEVES = ("none", "short", "three-quarter", "long")
_SLEEVE_WORDS: tuple[tuple[str, Label], ...] = (
    (r"\b(sleeveless|tank|spaghetti|strapless|tube|halter|camisole)\b", {"none": 1}),
    (r"\b(3/4|three[- ]quarter|three[- ]fourth)", {"three-quarter": 1}),
    (r"\b(full|long)[- ]sleeve", {"long": 1}),
    (r"\b(half|short|cap)[- ]sleeve", {"short": 1}),
)
_KIND_SLEEVES: dict[str, Label] = {
    "Tshirts": {"short": 1, "long": 0.25, "none": 0.1},
    "Shirts": {"long": 1, "short": 0.6},
    "Sweatshirts": {"long": 1},
    "Sweaters": {"long": 1, "none": 0.3},
    "Jackets": {"long": 1, "none": 0.15},
    "Blazers": {"long": 1},
    "Innerwear Vests": {"none": 1},
    "Waistcoat": {"none": 1},
    "Nehru Jackets": {"none": 1},
    # of the closet photos
    "T-Shirt": {"short": 1},
    "Longsleeve": {"long": 1},
    "Shirt": {"long": 1, "short": 0.6},
    "Outwear": {"long": 1, "none": 0.15},
    "Polo": {"short": 1},
    "Blazer": {"long": 1},
    "Undershirt": {"none": 1},
    "Hoodie": {"long": 1},
    # of the street photos
    "t-shirt": {"short": 1, "none": 0.2},
    "blazer": {"long": 1},
    "coat": {"long": 1},
    "hoodie": {"long": 1},
    "sweatshirt": {"long": 1},
    "sweater": {"long": 1},
    "cardigan": {"long": 1},
    "jacket": {"long": 1},
    "vest": {"none": 1},
}

LENGTHS = ("short", "knee", "long")
_LENGTH_WORDS: tuple[tuple[str, Label], ...] = (
    (r"\b(maxi|full length|floor)\b", {"long": 1}),
    (r"\b(midi|capri|capris|knee)\b", {"knee": 1}),
    (r"\b(mini|hot pants)\b", {"short": 1}),
)
_KIND_LENGTHS: dict[str, Label] = {
    "Jeans": {"long": 1},
    "Trousers": {"long": 1},
    "Track Pants": {"long": 1},
    "Leggings": {"long": 1},
    "Churidar": {"long": 1},
    "Salwar": {"long": 1},
    "Patiala": {"long": 1},
    "Sarees": {"long": 1},
    "Capris": {"knee": 1},
    "Shorts": {"short": 1, "knee": 0.5},
    "Skirts": {"short": 1, "knee": 1, "long": 0.3},
    "Dresses": {"short": 1, "knee": 1, "long": 0.2},
    "Pants": {"long": 1},
    "Skirt": {"short": 1, "knee": 1, "long": 0.3},
    "jeans": {"long": 1},
    "pants": {"long": 1},
    "shorts": {"short": 1},
}

HEADS: dict[str, tuple[str, ...]] = {
    "kind": tuple(kind.slug for kind in KINDS),
    "pattern": tuple(term.slug for term in PATTERNS),
    "material": tuple(term.slug for term in MATERIALS),
    "season": tuple(term.slug for term in SEASONS),
    "gender": ("women", "men", "unisex"),
    "usage": ("casual", "sports", "formal", "ethnic"),
    "sleeve": SLEEVES,
    "length": LENGTHS,
    # The heads that ship were taught before charcoal was a name, and nothing asks them any more.
    "colour": tuple(colour.slug for colour in COLOURS if colour.slug != "charcoal"),
}
MULTI_LABEL = frozenset({"season"})


def _first(words: tuple[tuple[str, Label], ...], name: str) -> Label | None:
    return next((label for pattern, label in words if re.search(pattern, name)), None)


def _keep(labels: dict[str, Label | None]) -> dict[str, Label]:
    return {head: label for head, label in labels.items() if label}


def product_labels(row: dict[str, str]) -> dict[str, Label]:
    """The labels of one row of `product_photos.csv`, by head; heads it says nothing about are absent."""
    article, name = row["articleType"], row["productDisplayName"].lower()
    kind = next(
        (label for articles, words, label in _NAME_KINDS if article in articles and re.search(words, name)),
        ARTICLE_KINDS.get(article),
    )
    # A named T-shirt whose name speaks of nothing else is a T-shirt.
    if article == "Tshirts" and name and kind is ARTICLE_KINDS["Tshirts"]:
        kind = {"t-shirt": 1, "polo": 0.15, "long-sleeve": 0.1}
    pattern = _first(_PATTERN_WORDS, name)
    if pattern is None and _PRINTED.search(name):
        pattern = {"graphic": 1} if article in _GRAPHIC_ARTICLES else {"print": 1, "floral": 0.5, "graphic": 0.2}
    if pattern is None and article in _PLAIN_ARTICLES:
        pattern = {"solid": 1}
    season = SEASON_NAMES.get(row["season"])
    return _keep(
        {
            "kind": kind,
            "pattern": pattern,
            "material": _first(_MATERIAL_WORDS, name) or _ARTICLE_MATERIALS.get(article),
            "season": {season: 1} if season else None,
            "gender": GENDER_NAMES.get(row["gender"]),
            "usage": USAGE_NAMES.get(row["usage"]),
            "sleeve": _first(_SLEEVE_WORDS, name) or _KIND_SLEEVES.get(article),
            "length": _first(_LENGTH_WORDS, name) or _KIND_LENGTHS.get(article),
            "colour": COLOUR_NAMES.get(row["baseColour"]),
        }
    )


LOOKED_AT = Path(__file__).with_name("closet_kinds.csv")
# What an eye's word weighs where it goes beyond the source's: is a zipped sweatshirt a jacket? Tests ask the source.
_SEEN = 0.6


@cache
def _looked_at() -> dict[str, tuple[str, ...]]:
    with LOOKED_AT.open(newline="", encoding="utf-8") as stream:
        return {row["file"]: tuple(row["kind"].split("|")) for row in csv.DictReader(stream)}


def seen_kinds(row: dict[str, str]) -> tuple[str, ...]:
    """The kinds, any of which is right, of a row of `closet_photos.csv`, as somebody saw.

    T-shirts, shirts, dresses, skirts and shorts were looked at shuffled, their classes not told. Empty for the few
    classes nobody looked at (polos, blazers, hoodies, bodysuits and blouses).
    """
    return _looked_at().get(row.get("file", ""), ())


def closet_kind(row: dict[str, str]) -> Label | None:
    """The kind label of one row of `closet_photos.csv`: what its class means, narrowed to what somebody saw."""
    said, seen = CLOSET_KINDS.get(row["label"]), seen_kinds(row)
    if not said:
        return dict.fromkeys(seen, 1.0) or None
    narrowed = {kind: 1.0 if said.get(kind) else _SEEN for kind in seen}
    return narrowed if 1.0 in narrowed.values() else narrowed | said


def closet_labels(row: dict[str, str]) -> dict[str, Label]:
    """The labels of one row of `closet_photos.csv`."""
    label = row["label"]
    return _keep({"kind": closet_kind(row), "sleeve": _KIND_SLEEVES.get(label), "length": _KIND_LENGTHS.get(label)})


def street_labels(tag: str) -> dict[str, Label]:
    """The labels of one garment of a street photo, from its tag."""
    material = {"jeans": {"denim": 1.0}, "sweater": {"knit": 1.0, "wool": 0.6}, "cardigan": {"knit": 1.0}}
    return _keep(
        {
            "kind": STREET_KINDS.get(tag),
            "material": material.get(tag),
            "sleeve": _KIND_SLEEVES.get(tag),
            "length": _KIND_LENGTHS.get(tag),
        }
    )
