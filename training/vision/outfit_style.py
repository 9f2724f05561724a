"""What clothes say of a style: `recommender/vision/style.json`, from the words of looks and from their photos.

A garment's part is counted over tags: 2,878 looks say in words what is worn in each of six styles; girlish and chic are
counted over the street photos that `look_style.weak_styles` calls so; what a usage says is set by hand. A look's part
is a plane over what the shipped networks find worn on the look photos: run this after both are exported.
"""

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from recommender.vision.describe.style import TABLE, outfit_facts
from recommender.vision.facts import GarmentFacts
from recommender.vision.pipeline import Engine, Options, analyse, engine
from training.vision.export_classifier import load_classifier
from training.vision.labels import street_labels
from training.vision.look_style import (
    FOLDS,
    LOOK_STYLES,
    STYLE_SLUGS,
    compiled_textures,
    out_of_fold,
    people_of,
    weak_styles,
)
from training.vision.packs import Pack
from training.vision.splits import look_folds

# A look counts for an attribute when its tags hold all words of one line. Shops cut "니트/스웨터" into two tags.
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kind": {
        "t-shirt": ("반소매 티셔츠",),
        "long-sleeve": ("긴소매 티셔츠",),
        "shirt": ("셔츠",),
        "polo": ("피케", "카라"),
        "knit": ("니트",),
        "sweatshirt": ("맨투맨", "스웨트셔츠"),
        "hoodie": ("후드",),
        "sleeveless": ("민소매",),
        "jacket": ("블루종", "스타디움", "라이더스", "트러커", "아노락", "코치", "나일론 재킷", "사파리"),
        "blazer": ("블레이저",),
        "coat": ("코트",),
        "cardigan": ("카디건",),
        "padded": ("숏패딩", "롱패딩", "패딩"),
        "vest": ("베스트",),
        "dress": ("원피스",),
        "jeans": ("데님 팬츠",),
        "trousers": ("슬랙스", "코튼 팬츠"),
        "shorts": ("숏 팬츠",),
        "skirt": ("미니스커트", "미디스커트", "롱스커트", "스커트"),
        "leggings": ("레깅스",),
        "sweatpants": ("트레이닝",),
        "sneakers": ("스니커즈", "패션스니커즈화", "캔버스 단화", "러닝화"),
        "dress-shoes": ("구두", "로퍼", "블로퍼"),
        "boots": ("부츠",),
        "sandals": ("샌들",),
        "slippers": ("슬리퍼",),
        "heels": ("힐", "펌프스"),
        "flats": ("플랫",),
        "handbag": ("숄더백",),
        "backpack": ("백팩",),
        "crossbody": ("메신저", "웨이스트"),
        "clutch": ("클러치", "브리프케이스"),
        "tote": ("토트백",),
        "cap": ("야구",),
        "hat": ("사파리햇", "페도라", "베레모"),
        "beanie": ("비니",),
        "scarf": ("머플러", "스카프"),
        "belt": ("벨트",),
        "tie": ("넥타이",),
        "eyewear": ("안경", "선글라스"),
        "watch": ("쿼츠", "디지털"),
        "jewellery": ("목걸이", "팔찌", "반지", "귀걸이"),
        "gloves": ("장갑",),
        "socks": ("양말",),
    },
    "pattern": {
        "stripe": ("스트라이프",),
        "check": ("체크",),
        "floral": ("플라워", "플로럴"),
        "graphic": ("그래픽", "레터링", "로고플레이"),
        "camo": ("카모",),
        "dot": ("도트",),
    },
    "material": {
        "denim": ("데님",),
        "leather": ("레더",),
        "knit": ("니트",),
        "padded": ("숏패딩", "패딩", "퀼팅"),
        "suede": ("스웨이드", "무스탕"),
        "fleece": ("플리스", "뽀글이"),
    },
}
# Nobody tags a usage: what one expects of it, as factors.
USAGE_LIFTS: Mapping[str, Mapping[str, float]] = {
    "sports": {"sporty": 6.0, "street": 1.2, "formal": 0.1, "dandy": 0.2, "chic": 0.3, "girlish": 0.4},
    "formal": {"formal": 5.0, "dandy": 2.5, "chic": 2.0, "sporty": 0.1, "street": 0.3, "amekaji": 0.6},
}
MOST_LIFT = 2.0  # of a log: single tags of one season's looks say no more
# Pseudo-counts of looks, so that what few looks show says little.
CAUTION = 8.0
STRENGTH = 0.02  # of the plane, chosen by folds


def attributes(tags: set[str]) -> set[tuple[str, str]]:
    """(head, label) pairs of ours that a look's Korean tags name."""
    return {
        (head, label)
        for head, labels in WORDS.items()
        for label, ways in labels.items()
        if any(set(way.split()) <= tags for way in ways)
    }


def _street_attributes(tags: Iterable[str]) -> set[tuple[str, str]]:
    named = (street_labels(tag) for tag in tags)
    return {
        (head, label)
        for labels in named
        for head, weights in labels.items()
        if head in ("kind", "pattern", "material")
        for label, weight in weights.items()
        if weight >= 0.5
    }


def lifts(said: list[set[tuple[str, str]]], yes: list[bool]) -> dict[tuple[str, str], float]:
    """How many times oftener each attribute is seen where `yes` holds than where it does not."""
    counts = {True: Counter[tuple[str, str]](), False: Counter[tuple[str, str]]()}
    for pairs, is_one in zip(said, yes, strict=True):
        counts[is_one].update(pairs)
    ones = sum(yes)
    rest = len(yes) - ones
    overall = counts[True] + counts[False]
    return {
        pair: ((counts[True][pair] + CAUTION * overall[pair] / len(yes)) / (ones + CAUTION))
        / ((counts[False][pair] + CAUTION * overall[pair] / len(yes)) / (rest + CAUTION))
        for pair in overall
    }


def lift_table(data: Path) -> dict[str, dict[str, list[float]]]:
    """head -> label -> a log lift for each of `STYLE_SLUGS`; labels that nobody names are absent."""
    with (data / "looks_ko.csv").open(newline="", encoding="utf-8") as stream:
        looks = list(csv.DictReader(stream))
    with (data / "street_photos.csv").open(newline="", encoding="utf-8") as stream:
        street = [row["tags"].split() for row in csv.DictReader(stream)]
    table: dict[str, dict[str, list[float]]] = {}
    said = [attributes(set(row["tags"].split("|"))) for row in looks]
    seen = [_street_attributes(tags) for tags in street]
    by_style = {
        LOOK_STYLES[style]: lifts(said, [row["style"] == style for row in looks]) for style in sorted(LOOK_STYLES)
    }
    for style in ("girlish", "chic"):
        weak = [weak_styles(set(tags)).get(style, False) for tags in street]
        by_style[style] = lifts(seen, weak)
    for place, style in enumerate(STYLE_SLUGS):
        for (head, label), lift in by_style[style].items():
            row = table.setdefault(head, {}).setdefault(label, [0.0] * len(STYLE_SLUGS))
            row[place] = round(float(np.clip(np.log(lift), -MOST_LIFT, MOST_LIFT)), 3)
    table["usage"] = {
        usage: [round(float(np.log(factors.get(style, 1.0))), 3) for style in STYLE_SLUGS]
        for usage, factors in USAGE_LIFTS.items()
    }
    return table


@dataclass(frozen=True)
class Plane:
    """What the clothes add to a look's logits: weights (6, d) and bias (6,) over `outfit_facts`; figures by name."""

    styles: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    figures: dict[str, float]


def _fit(facts: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, std = facts.mean(0), facts.std(0) + 1e-6
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit((facts - mean) / std, y)
    weights = fitted.coef_ / std
    bias = fitted.intercept_ - weights @ mean
    # Only what tells the styles apart: a look's chances are not to rise or fall together.
    return weights - weights.mean(0), bias - bias.mean()


def fit_plane(looks: Pack, engine: Engine, figures: np.ndarray) -> Plane:
    """Fit the plane on the look photos, and measure by folds what it adds to the figure's own word.

    figures: (n, 6) out-of-fold logits of the classifier's style head, in the order of sorted style names.
    """
    slugs = [LOOK_STYLES[row["style"]] for row in looks.rows]
    names = tuple(sorted(set(slugs)))
    y = np.array([names.index(slug) for slug in slugs])
    facts = np.stack([outfit_facts(_worn(looks.image(i), engine)) for i in range(len(looks))])
    folds = np.array(look_folds(len(looks), FOLDS, slugs))
    both = figures.copy()
    for fold in range(FOLDS):
        weights, bias = _fit(facts[folds != fold], y[folds != fold])
        both[folds == fold] += facts[folds == fold] @ weights.T + bias
    weights, bias = _fit(facts, y)
    return Plane(
        names,
        weights,
        bias,
        {
            "look style macro f1": round(float(f1_score(y, both.argmax(1), average="macro")), 4),
            "look style accuracy": round(float((both.argmax(1) == y).mean()), 4),
            "figure alone macro f1": round(float(f1_score(y, figures.argmax(1), average="macro")), 4),
        },
    )


def _worn(image: np.ndarray, engine: Engine) -> list[GarmentFacts]:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return analyse(buffer.getvalue(), engine=engine).garments


def write_table(data: Path, cache: Path, checkpoints: Sequence[Path], path: Path = TABLE) -> None:
    """`style.json`: both parts, their figures, and where they come from. checkpoints: the shipped classifier's."""
    part = {"styles": list(STYLE_SLUGS), "log_lifts": lift_table(data)}
    # The networks are asked what is worn, and they read the table: it begins without a plane.
    path.write_text(json.dumps(part | {"look": {"styles": []}}), encoding="utf-8")
    looks = Pack.open(cache, "look_photos")
    network, seeing = compiled_textures(load_classifier(*checkpoints)), engine(Options(threads=1))
    people = people_of(looks, range(len(looks)), seeing)
    plane = fit_plane(looks, seeing, out_of_fold(network, looks, people))
    record = {
        "key": f"style-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M}",
        "licence": "MIT, of these numbers; see training_data for what they were counted on",
        "training_data": [
            "tags of 2,878 looks of the look-search project this product continues (facts)",
            "188 look photos of that project (training and tests only)",
            "tags of clothing-co-parsing's street photos (Apache-2.0 file), by weak rules, for girlish and chic",
        ],
        "metrics": plane.figures | {"validation": f"{FOLDS}-fold cross-validation over the look photos"},
        "rebuild": "python -m training style",
        **part,
        "look": {
            "styles": list(plane.styles),
            "weights": np.round(plane.weights, 4).tolist(),
            "bias": np.round(plane.bias, 4).tolist(),
        },
    }
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    print(plane.figures)
