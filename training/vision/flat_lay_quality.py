"""The quality of garments that nobody wears: photos of single garments, and piles laid of their cutouts.

The photos are the validation photos of the closet set, halved by sender: coefficients are fitted on the tune half,
figures are read on the report half. Whoever sends piles is not known, so both answers weigh alike in the fit, and a
piece is kept where it is likelier right than not.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from recommender.vision.facts import GarmentFacts, PhotoFacts, Scene
from recommender.vision.pipeline import Options, analyse, engine
from recommender.vision.quality import Quality
from training.vision.evaluation import class_kinds
from training.vision.intervals import interval
from training.vision.labels import SMALL_SET, closet_labels, product_labels, seen_kinds
from training.vision.measured import Photos
from training.vision.pasting import Cut, floor, lay
from training.vision.splits import unit_of
from training.vision.textures import made_textures

KEPT_FROM: Final = 0.5
STRENGTH: Final = 0.1  # of the regularisation (C)
PILE: Final = (3, 8)  # garments in one
PILE_SIZES: Final = ((512, 384), (384, 512), (448, 448))
PILES_OF: Final = 0.5  # as many piles as so many of the closet photos
# source -> photos a split at the most
SOURCES: Final = {"closet_photos": None, "product_photos": 150}
PILES: Final = "piles"


@dataclass(frozen=True)
class FlatLay:
    """One piece: its features, whether it is right, its split, and the photo that is drawn whole in an interval.

    source: closet_photos, product_photos, or `PILES`.
    """

    features: Mapping[str, float]
    right: bool
    split: str
    unit: str
    source: str


class Recorder(Quality):
    """Keeps the features it is asked about."""

    asked: list[dict[str, float]]

    def __init__(self) -> None:
        super().__init__("recorder", {}, 0.0)
        object.__setattr__(self, "asked", [])

    def __call__(self, features: Mapping[str, float]) -> float:
        self.asked.append(dict(features))
        return float(len(self.asked) - 1)


def collect(data: Path, threads: int) -> list[FlatLay]:
    """A sample for each piece of closet and shop photos, and of piles of closet garments. Ten minutes on a core."""
    recorder = Recorder()
    seeing = replace(engine(Options(threads=threads)), flat_lay_quality=recorder)
    samples = []
    for split in ("tune", "report"):
        cuts: list[Cut] = []
        for source, limit in SOURCES.items():
            for row, content, _ in Photos(data, split, limit).of(source):
                garments, unit = _lying(analyse(content, engine=seeing)), unit_of(source, row)
                allowed = allowed_kinds(source, row)
                for garment in garments:
                    right = len(garments) == 1 and (not allowed or garment.kind in allowed)
                    features = recorder.asked[int(garment.quality or 0)]
                    samples.append(FlatLay(features, right, split, unit, source))
                if source == "closet_photos" and len(garments) == 1 and garments[0].cut:
                    cuts.append(_cut_of(garments[0]))
        rng = np.random.default_rng(("tune", "report").index(split))
        for number, picture in enumerate(piles(cuts, round(PILES_OF * len(cuts)), rng)):
            for garment in _lying(analyse(_png(picture), engine=seeing)):
                features = recorder.asked[int(garment.quality or 0)]
                samples.append(FlatLay(features, False, split, f"pile {number}", PILES))
    return samples


def allowed_kinds(source: str, row: dict[str, str]) -> set[str]:
    """The kinds any of which is right for a photo of one garment; none where its label says nothing."""
    if source == "product_photos":
        return set(product_labels(row).get("kind", {}))
    allowed = set(seen_kinds(row)) or set(closet_labels(row).get("kind", {}))
    return allowed | (set(class_kinds(row["label"])) if row["label"] in SMALL_SET else set())


def _lying(facts: PhotoFacts) -> list[GarmentFacts]:
    """What was judged by the regression for what nobody wears."""
    return facts.garments if facts.scene is Scene.GARMENT else []


def _cut_of(garment: GarmentFacts) -> Cut:
    rgba = np.asarray(garment.cutout.image)
    return Cut(np.ascontiguousarray(rgba[..., :3]), np.ascontiguousarray(rgba[..., 3]), 1)


def _png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def piles(cuts: Sequence[Cut], count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """`count` pictures of garments thrown on one another, on made floors."""
    textures = made_textures(30, 320, int(rng.integers(1000)))
    for _ in range(count):
        size = PILE_SIZES[int(rng.integers(len(PILE_SIZES)))]
        canvas, labels = floor(textures, size, rng), np.zeros(size, np.uint8)
        spread = rng.uniform(0.1, 0.28)
        for _ in range(int(rng.integers(*PILE))):
            where = (float(rng.normal(0.5, spread * 0.6)), float(rng.normal(0.5, spread * 0.8)))
            where = (min(0.8, max(0.2, where[0])), min(0.8, max(0.2, where[1])))
            lay(canvas, labels, cuts[int(rng.integers(len(cuts)))], rng.uniform(0.35, 0.6), rng, where, tilt=180)
        yield canvas


def fit(samples: Sequence[FlatLay]) -> dict[str, Any]:
    """The part of the card: coefficients, from which probability a piece is kept, and figures."""
    names = list(samples[0].features)
    tune = [sample for sample in samples if sample.split == "tune"]
    x = np.array([[sample.features[name] for name in names] for sample in tune])
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000)
    model.fit(scaler.transform(x), [sample.right for sample in tune])
    scale = np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    weights = model.coef_[0] / scale
    coefficients = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)}
    coefficients["intercept"] = round(float(model.intercept_[0] - (weights * scaler.mean_).sum()), 5)
    fitted = Quality("", coefficients, 0.0)
    return {
        "what": "probability that what nobody wears is one garment and rightly named",
        "training_data": [
            "clothing-dataset by Alexey Grigorev (CC0), validation photos, and piles laid of their cutouts",
            "Fashion Product Images (Kaggle, MIT as stated there), validation photos",
        ],
        "splits": "tune and report by sender (training.vision.splits); fitted on tune, nothing is chosen on report",
        "metrics": {split: figures(fitted, [s for s in samples if s.split == split]) for split in ("tune", "report")},
        "coefficients": coefficients,
        "min_kept": KEPT_FROM,
    }


def figures(quality: Quality, samples: Sequence[FlatLay]) -> dict[str, Any]:
    """n, AUC, and by source how much is kept and how much of that is right; how many piles wait."""
    chance, right = np.array([quality(s.features) for s in samples]), np.array([s.right for s in samples])
    source, kept = np.array([s.source for s in samples]), chance >= KEPT_FROM
    units = np.array([sample.unit for sample in samples])

    def share(values: np.ndarray, some: np.ndarray) -> dict[str, Any]:
        low, high = interval(values[some].astype(float), units[some])
        value = round(float(values[some].mean()), 3)
        return {"value": value, "interval": [round(low, 3), round(high, 3)], "n": int(some.sum())}

    told: dict[str, Any] = {"auc": round(float(roc_auc_score(right, chance)), 3)}
    for name in SOURCES:
        here = source == name
        told |= {
            f"kept of {name}": share(kept, here),
            f"right of all {name}": share(right, here),
            f"right of kept {name}": share(right, here & kept),
        }
    told["piles that wait"] = share(~kept, source == PILES)
    return told
