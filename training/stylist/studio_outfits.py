"""Outfits of a fashion house's stylists: its products as pieces, product-disjoint splits, and questions.

A product hangs in one outfit or in hundreds, so outfits drawn at random share their products. The splits are
therefore of products: an outfit whose rarest product falls into a bucket by its hash gives all its products to that
bucket, and they are taken out of every other outfit. Products worn more than `COMMON` times stay in training, as
whoever takes them out takes a fifth of all outfits apart.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.stylist.measure import Blank, Worn
from recommender.stylist.pieces import Piece
from recommender.stylist.seen import piece_seen

COMMON = 40  # outfits a product may be in and still be held back
MIN_PIECES = 3  # of an outfit that questions are asked about
_UNSEEN = {"report": (0.0, 0.14), "tune": (0.14, 0.26)}  # of outfits whose products are held back with them
_KNOWN = {"report": (0.0, 0.08), "tune": (0.08, 0.13)}  # of the others, held back though their products are known

# The house's types and families in the catalogue's kinds; what is not here is asked about by nobody's kind.
_KIND_OF_TYPE = {
    "Sandals": "sandals", "Shoes": "heels", "Ankle Boots": "boots", "Boots": "boots", "Trainers": "sneakers",
    "Slippers": "slippers", "Clogs": "slippers", "Handbag": "handbag", "Shoulder bag": "handbag",
    "Crossbody bag": "crossbody", "Totes bag": "tote", "Clutch and Pochettes": "clutch", "Backpack": "backpack",
    "Blouse": "blouse", "Shirt": "shirt", "Kerchief": "scarf", "Scarf": "scarf", "Foulard": "scarf",
    "Beanie": "beanie", "Gloves": "gloves", "Hat": "hat", "Cap": "cap", "Belt": "belt", "Tie": "tie",
    "Socks": "socks", "Joggers": "sweatpants", "Umbrella": "other", "Overshirt": "jacket",
}  # fmt: skip
_KIND_OF_FAMILY = {
    "T-shirt": "t-shirt", "Jewellery": "jewellery", "Skirts": "skirt", "Trousers": "trousers",
    "Trenchcoats": "coat", "Shorts": "shorts", "Dresses": "dress", "Jackets": "jacket", "Blazers": "blazer",
    "Vest": "vest", "Tops": "sleeveless", "Leggings and joggers": "leggings", "Jumpsuit": "jumpsuit",
    "Jeans": "jeans", "Sweater": "knit", "Swimwear": "swimwear", "Glasses": "eyewear", "Bodysuits": "bodysuit",
    "Intimate": "underwear", "Cardigans": "cardigan", "Coats": "coat", "Sweatshirts": "sweatshirt",
    "Puffer coats": "padded", "Leather jackets": "jacket", "Parkas": "padded", "Outer Vest": "vest",
    "Poloshirts": "polo", "Bags": "handbag", "Shirt": "shirt", "Wallets & cases": "clutch",
}  # fmt: skip


def kind_of(family: str, type_: str) -> str | None:
    """The catalogue's kind of a product, None where there is no such kind."""
    return _KIND_OF_TYPE.get(type_) or _KIND_OF_FAMILY.get(family)


@dataclass(frozen=True)
class Studio:
    """Products and outfits as rows.

    files: names of the products' photos. family: (n,) str. pieces: as the classifier saw them; labelled: the same with
    the kind that the house gives. outfits: rows of each outfit, duplicates kept once. ground: (n, 6) of the studio.
    """

    files: tuple[str, ...]
    family: np.ndarray
    pieces: list[Piece]
    labelled: list[Piece]
    outfits: list[tuple[int, ...]]
    ground: np.ndarray
    classifier: str


def read_studio(data: Path, cache: Path) -> Studio:
    """data: folder of stylist_products.csv and stylist_outfits.csv; cache: what `studio_photos` wrote."""
    with (data / "stylist_products.csv").open(newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    with np.load(cache, allow_pickle=False) as found:
        embedding = found["embedding"].astype(np.float32)
        facts = json.loads(str(found["facts"]))
        classifier = str(found["classifier"])
    files, family, pieces, labelled = [], [], [], []
    for vector, seen in zip(embedding, facts, strict=True):
        row = rows[seen["file"]]
        colours = [tuple(colour) for colour in seen["colours"]]
        piece = piece_seen(len(files), seen["scores"], colours, vector, owned=False)
        kind = kind_of(row["family"], row["type"])
        files.append(seen["file"])
        family.append(row["family"])
        pieces.append(piece)
        labelled.append(
            piece_seen(piece.id, seen["scores"], colours, vector, owned=False, kind=kind) if kind else piece
        )
    number = {file: at for at, file in enumerate(files)}
    outfits: dict[frozenset[int], tuple[int, ...]] = {}
    with (data / "stylist_outfits.csv").open(newline="") as stream:
        for line in csv.DictReader(stream):
            outfit = tuple(dict.fromkeys(number[file] for file in line["files"].split("|") if file in number))
            outfits.setdefault(frozenset(outfit), outfit)
    ground = np.array([seen["ground"] for seen in facts])
    return Studio(tuple(files), np.array(family), pieces, labelled, list(outfits.values()), ground, classifier)


def bucket(text: str, salt: str) -> float:
    """0..1, the same everywhere and for ever."""
    return int(hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()[:8], 16) / 2**32


@dataclass(frozen=True)
class Splits:
    """train: outfits of training products alone, of two pieces or more; train_and_tune: of all but report's, once
    everything is chosen. known, unseen: split -> outfits to ask about.

    products: split -> (n,) bool; unseen outfits of a split are wholly of its products (tune's may be parts of an
    outfit). Known outfits are of products that all stand in an outfit of `train`.
    """

    train: list[tuple[int, ...]]
    train_and_tune: list[tuple[int, ...]]
    known: Mapping[str, list[tuple[int, ...]]]
    unseen: Mapping[str, list[tuple[int, ...]]]
    products: Mapping[str, np.ndarray]


def split(studio: Studio) -> Splits:
    """Product-disjoint train, tune and report, the same on every machine."""
    degree = Counter(row for outfit in studio.outfits for row in outfit)
    held: dict[str, set[int]] = {}
    for name, (low, high) in _UNSEEN.items():  # report first: what is in both is report's
        held[name] = {
            row
            for outfit in studio.outfits
            if max(degree[row] for row in outfit) <= COMMON
            and low <= bucket(_rarest(studio, outfit, degree), "unseen") < high
            for row in outfit
        } - set().union(*held.values())
    everywhere = set().union(*held.values())
    unseen = {
        "report": [outfit for outfit in studio.outfits if len(outfit) >= MIN_PIECES and set(outfit) <= held["report"]],
        # Few outfits are wholly of tune's products, which give way to report's: their parts are asked about.
        "tune": [
            part
            for outfit in studio.outfits
            if len(part := tuple(row for row in outfit if row in held["tune"])) >= MIN_PIECES
        ],
    }
    train: list[tuple[int, ...]] = []
    train_and_tune: list[tuple[int, ...]] = []
    asked: dict[str, list[tuple[int, ...]]] = {name: [] for name in _KNOWN}
    for outfit in studio.outfits:
        rest = tuple(row for row in outfit if row not in everywhere)
        at = bucket("|".join(sorted(studio.files[row] for row in rest)), "known")
        name = next((name for name, (low, high) in _KNOWN.items() if low <= at < high), None)
        if name and len(rest) >= MIN_PIECES:
            asked[name].append(rest)
        elif not name and len(rest) >= 2:
            train.append(rest)
        more = tuple(row for row in outfit if row not in held["report"])
        if name != "report" and len(more) >= 2:
            train_and_tune.append(more)
    seen = {row for outfit in train for row in outfit}
    known = {
        name: [rest for outfit in outfits if len(rest := tuple(row for row in outfit if row in seen)) >= MIN_PIECES]
        for name, outfits in asked.items()
    }
    products = {name: np.isin(np.arange(len(studio.files)), list(rows)) for name, rows in held.items()}
    products["train"] = np.isin(np.arange(len(studio.files)), list(seen))
    return Splits(train, train_and_tune, known, unseen, products)


def _rarest(studio: Studio, outfit: Sequence[int], degree: Mapping[int, int]) -> str:
    return min((degree[row], studio.files[row]) for row in outfit)[1]


def ask(
    family: np.ndarray, outfits: Sequence[Sequence[int]], among: np.ndarray, *, seed: int = 7
) -> tuple[list[Blank], list[Worn]]:
    """A blank for every piece (it and three of its family) and two outfits for every outfit: itself, and one whose
    every piece is another of the same family. family: (n,); among: (n,) bool, from which wrong answers are drawn.
    """
    random = np.random.default_rng(seed)
    pool = {name: np.flatnonzero(among & (family == name)) for name in np.unique(family)}
    blanks: list[Blank] = []
    worn: list[Worn] = []
    for number, outfit in enumerate(outfits):
        made: list[int] = []
        for row in outfit:
            others = np.setdiff1d(pool[family[row]], outfit)
            swaps = np.setdiff1d(others, made)
            if len(swaps):
                made.append(int(random.choice(swaps)))
            if len(others) < 3:
                continue
            candidates = np.array([row, *random.choice(others, 3, replace=False)])
            order = random.permutation(4)
            rest = tuple(at for at in outfit if at != row)
            right = int(np.flatnonzero(order == 0)[0])
            blanks.append(Blank(rest, tuple(int(at) for at in candidates[order]), right, number))
        if len(made) == len(outfit):
            worn += [Worn(tuple(outfit), True, number), Worn(tuple(made), False, number)]
    return blanks, worn
