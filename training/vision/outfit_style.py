"""What clothes say of a style: `recommender/vision/style.json`, from the words of looks and from their photos.

A garment's part is counted over tags: 2,878 looks say in words what is worn in each of six styles; girlish and chic are
counted over the street photos that `look_style.weak_styles` calls so; what a usage says is set by hand. A look's part
is a plane over the segmentation's features of the clothes on the look photos: run this after both are exported.
"""

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from recommender.vision.cards import WEIGHTS
from recommender.vision.describe.style import TABLE
from recommender.vision.person import person_on_white
from recommender.vision.pipeline import Engine, Options, engine
from training.vision.labels import street_labels
from training.vision.look_style import FOLDS, LOOK_STYLES, STYLE_SLUGS, boxed, compiled_textures, seen, weak_styles
from training.vision.packs import Pack
from training.vision.restore import classifiers

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
STRENGTHS = (1.0, 4.0, 16.0, 64.0)  # of the plane
HEAD_STRENGTH = 1.0  # about that of the classifier's own head
REPEATS = 4
TRIED = {
    "baseline": "Macro F1 by nested folds of a linear probe on plain ImageNet features of the whole photo, letterboxed "
    "on white (mean at the last layer): lite0 .586 at 224 px, .641 at 320; lite2 .633 and .586; means and spreads of "
    "strides 16 and 32: .643 to .687. Of the ground alone, without the person, such features read .53 (stride 8) to "
    ".685 (stride 32): the studio tells. Of the person alone: .493 to .615. What ships sees person and clothes.",
    "tried": "What the heads say of the garments (kinds, colours) as a plane, as shipped before: .549 with the head, "
    "which alone reads .592. Embeddings of garments by place: .553, joined to the head's texture .606.",
}


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
    """What the clothes' features add to a look's logits: weights (6, d) and bias (6,); figures by name."""

    styles: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    figures: dict[str, Any]


def _plane(x: np.ndarray, y: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    mean, scale = x.mean(0), (x.std(0) + 1e-4) * np.sqrt(x.shape[1])
    fitted = LogisticRegression(C=strength, max_iter=200).fit((x - mean) / scale, y)
    weights = fitted.coef_ / scale
    bias = fitted.intercept_ - weights @ mean
    # Only what tells the styles apart: a look's chances are not to rise or fall together.
    return weights - weights.mean(0), bias - bias.mean()


def _best_strength(x: np.ndarray, y: np.ndarray) -> float:
    """By folds of what is given."""
    scores = {}
    for strength in STRENGTHS:
        said = np.zeros(len(y), int)
        for train, test in StratifiedKFold(4, shuffle=True, random_state=9).split(x, y):
            weights, bias = _plane(x[train], y[train], strength)
            said[test] = (x[test] @ weights.T + bias).argmax(1)
        scores[strength] = f1_score(y, said, average="macro")
    return max(scores, key=lambda strength: scores[strength])


def fit_plane(looks: Pack, features: np.ndarray, textures: np.ndarray) -> Plane:
    """Fit the plane on the look photos; its figures are of nested folds, in which nothing was chosen on what is judged.

    features: (n, d) of `pooled.look_features`. textures: (n, d') of the person, from which the classifier's own head
    is fitted anew in each fold.
    """
    slugs = [LOOK_STYLES[row["style"]] for row in looks.rows]
    names = tuple(sorted(set(slugs)))
    y = np.array([names.index(slug) for slug in slugs])
    macro: dict[str, list[float]] = {"the head alone": [], "the plane alone": [], "both": []}
    for seed in range(REPEATS):
        said = {name: np.zeros(len(y), int) for name in macro}
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(features, y):
            strength = _best_strength(features[train], y[train])
            told = []
            for x, c in ((textures, HEAD_STRENGTH), (features, strength)):
                weights, bias = _plane(x[train], y[train], c)
                told.append(x[test] @ weights.T + bias)
            for name, logits in zip(macro, (*told, told[0] + told[1]), strict=True):
                said[name][test] = logits.argmax(1)
        for name, values in said.items():
            macro[name].append(float(f1_score(y, values, average="macro")))
    weights, bias = _plane(features, y, _best_strength(features, y))
    by_look = {
        name: {"mean": round(float(np.mean(v)), 4), "folds anew": np.round(v, 4).tolist()} for name, v in macro.items()
    }
    return Plane(names, weights, bias, {"look style macro f1": by_look["both"]["mean"], "nested folds": by_look})


def look_photo_features(looks: Pack, seeing: Engine) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) of the segmentation, and (n, d') textures of the person by the classifier that ships."""
    members = [member.eval() for _, member in classifiers(WEIGHTS / "classifier.onnx")]
    networks = [compiled_textures(member) for member in members]
    features, textures = [], []
    for index in range(len(looks)):
        image = Image.fromarray(looks.image(index))
        faces = seeing.faces(image)
        detections = seeing.detector(image, faces)
        if detections.look is None:
            raise ValueError(f"{looks.rows[index]['file']}: nobody is seen on it.")
        features.append(detections.look)
        person = boxed(np.asarray(person_on_white(image, detections, faces)))
        textures.append(np.concatenate([seen(network, [person])[0] for network in networks]))
    return np.stack(features), np.stack(textures)


def write_table(data: Path, cache: Path, threads: int, path: Path = TABLE) -> None:
    """`style.json`: both parts, their figures, and where they come from; by the networks that ship."""
    part = {"styles": list(STYLE_SLUGS), "log_lifts": lift_table(data)}
    looks = Pack.open(cache, "look_photos")
    plane = fit_plane(looks, *look_photo_features(looks, engine(Options(threads=threads))))
    record = {
        "key": f"style-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M}",
        "licence": "MIT, of these numbers; see training_data for what they were counted on",
        "training_data": [
            "tags of 2,878 looks of the look-search project this product continues (facts)",
            "188 look photos of that project (training and tests only)",
            "tags of clothing-co-parsing's street photos (Apache-2.0 file), by weak rules, for girlish and chic",
        ],
        "metrics": plane.figures
        | {
            "validation": f"nested {FOLDS}-fold cross-validation over the look photos, {REPEATS} times: the strength "
            "is chosen inside of each fold's other looks",
            "n": len(looks),
        },
        "notes": TRIED,
        "rebuild": "python -m training style",
        **part,
        "look": {
            "styles": list(plane.styles),
            "weights": np.round(plane.weights, 5).tolist(),
            "bias": np.round(plane.bias, 4).tolist(),
        },
    }
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(plane.figures, indent=1))
