"""What categories alone tell of an outfit: slot grammar and how often kinds are composed together.

Outfits are lists of shop categories; each is read as one of our kinds or dropped when it is no
clothing. Negatives are outfits of as many kinds drawn from all outfits, of other kinds.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .measure import Blank, Worn, answer_blanks, auc_figure, score_outfits, share_figure
from .rules.layers import KindPairs, count_kind_pairs, slot_of

# The first pattern that a category matches names its kind; order matters ("Ankle Booties" before "boots").
_KINDS: tuple[tuple[str, str], ...] = (
    (r"decor|table|chair|light|lamp|kitchen|bath|bed|rug|drink|book|beauty|makeup|tech|home|office|hair|nail|body"
     r"|lip|eye(?!glass|wear)|face|fragrance|font|food|pillow|candle|outdoor|sofa|mirror|sports &|baby|kids", ""),
    (r"sunglasses|eyeglasses|eyewear", "eyewear"),
    (r"earring|necklace|bracelet|ring(s)?$|jewelry|brooch|charm|cuff link", "jewellery"),
    (r"watch", "watch"),
    (r"belt|suspender", "belt"),
    (r"scar(f|ves)|shawl", "scarf"),
    (r"glove", "gloves"),
    (r"sock|tights|hosiery", "socks"),
    (r"^bow tie|(^| )ties$", "tie"),
    (r"backpack", "backpack"),
    (r"clutch", "clutch"),
    (r"tote", "tote"),
    (r"messenger|shoulder bag", "crossbody"),
    (r"handbag|^bags$|briefcase|men's bags", "handbag"),
    (r"beanie", "beanie"),
    (r"hats", "hat"),
    (r"sneaker|athletic shoe", "sneakers"),
    (r"bootie|boots", "boots"),
    (r"sandal|flip flop", "sandals"),
    (r"pumps", "heels"),
    (r"loafer|flats|clog", "flats"),
    (r"oxford|dress shoe", "dress-shoes"),
    (r"slipper", "slippers"),
    (r"^shoes$|men's shoes", "flats"),
    (r"legging|activewear pants", "leggings"),
    (r"jeans", "jeans"),
    (r"shorts", "shorts"),
    (r"skirt", "skirt"),
    (r"pants", "trousers"),
    (r"gown|dresses", "dress"),
    (r"romper|jumpsuit", "jumpsuit"),
    (r"blazer|sportcoat|suits$", "blazer"),
    (r"coat", "coat"),
    (r"jacket|outerwear", "jacket"),
    (r"cardigan", "cardigan"),
    (r"vest", "vest"),
    (r"hoodie", "hoodie"),
    (r"sweatshirt", "sweatshirt"),
    (r"sweater", "knit"),
    (r"tank|camisole", "sleeveless"),
    (r"t-shirt", "t-shirt"),
    (r"polo", "polo"),
    (r"blouse", "blouse"),
    (r"tunic", "tunic"),
    (r"shirt", "shirt"),
    (r"tops", "sleeveless"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _KINDS)
LEAST_KINDS = 3
HELD_OUT = 5  # one outfit in five


def kind_of_category(category: str) -> str | None:
    """Our kind of a shop category, None for what is no clothing or too vague."""
    text = category.strip().lower()
    for pattern, kind in _PATTERNS:
        if pattern.search(text):
            return kind or None
    return None


def read_outfits(path: Path) -> list[tuple[str, list[str]]]:
    """(outfit id, kinds) of a file of outfit_id,categories; kinds in order, duplicates kept."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = [
            (row["outfit_id"], [kind for name in row["categories"].split("|") if (kind := kind_of_category(name))])
            for row in csv.DictReader(stream)
        ]
    return [(id, kinds) for id, kinds in rows if len(set(kinds)) >= LEAST_KINDS]


def grammar_score(kinds: Sequence[str]) -> float:
    """0 for a whole outfit by the slot grammar, one less for every thing missing or doubled."""
    slots = Counter(slot_of(kind) for kind in kinds)
    doubled = sum(max(slots[slot] - 1, 0) for slot in ("bottom", "dress", "shoes", "bag", "hat"))
    doubled += max(slots["top"] - 2, 0) + max(slots["outer"] - 2, 0) + max(slots["accessory"] - 4, 0)
    clash = float(bool(slots["dress"] and slots["bottom"]))
    body = 0.0 if slots["dress"] or (slots["top"] and slots["bottom"]) else 1.0
    return -(doubled + clash + body + (0.0 if slots["shoes"] else 0.5))


def measure_categories(path: Path, *, seed: int = 3) -> dict[str, Any]:
    """FITB and AUC of random, popularity, slot grammar, PMI, and grammar with PMI, held out by outfit."""
    outfits = read_outfits(path)
    held = [kinds for id, kinds in outfits if int(re.sub(r"\D", "", id) or 0) % HELD_OUT == 0]
    trained = [kinds for id, kinds in outfits if int(re.sub(r"\D", "", id) or 0) % HELD_OUT != 0]
    pairs = count_kind_pairs(trained)
    counts = Counter(kind for kinds in trained for kind in kinds)
    vocabulary = sorted(counts)
    share = np.array([counts[kind] for kind in vocabulary], dtype=np.float64)
    share /= share.sum()
    number = {kind: at for at, kind in enumerate(vocabulary)}
    random = np.random.default_rng(seed)
    blanks, worn = [], []
    for at, kinds in enumerate(held):
        rows = [number[kind] for kind in kinds if kind in number]
        if len(rows) < LEAST_KINDS:
            continue
        blank = int(random.integers(len(rows)))
        others = [row for row in range(len(vocabulary)) if row not in rows]
        wrong = random.choice(others, 3, replace=False, p=share[others] / share[others].sum())
        candidates = [rows[blank], *(int(row) for row in wrong)]
        order = random.permutation(4)
        rest = tuple(row for place, row in enumerate(rows) if place != blank)
        blanks.append(Blank(rest, tuple(candidates[place] for place in order), int(np.flatnonzero(order == 0)[0]), at))
        worn.append(Worn(tuple(rows), True, at))
        worn.append(Worn(tuple(int(row) for row in random.choice(len(vocabulary), len(rows), p=share)), False, at))
    judges = _judges(pairs, vocabulary, counts, random)
    figures: dict[str, Any] = {"outfits": len(outfits), "held_out": len(held), "fitb": {}, "auc": {}}
    for name, judge in judges.items():
        right = answer_blanks(blanks, judge)
        scores, truth = score_outfits(worn, judge)
        figures["fitb"][name] = share_figure(right, [blank.photo for blank in blanks]).as_dict()
        figures["auc"][name] = auc_figure(scores, truth, [one.photo for one in worn], rounds=100).as_dict()
    return figures


def _judges(
    pairs: KindPairs, vocabulary: Sequence[str], counts: Counter[str], random: np.random.Generator
) -> dict[str, Any]:
    def kinds(rows: Sequence[int]) -> list[str]:
        return [vocabulary[row] for row in rows]

    return {
        "random": lambda rows: float(random.random()),
        "popularity": lambda rows: float(np.mean([np.log(counts[kind]) for kind in kinds(rows)])),
        "grammar": lambda rows: grammar_score(kinds(rows)),
        "pmi": lambda rows: pairs.score(kinds(rows)),
        "grammar and pmi": lambda rows: pairs.score(kinds(rows)) + 0.5 * grammar_score(kinds(rows)),
    }
