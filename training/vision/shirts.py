"""`python -m training shirts`: collar and pattern of shirts from frozen embeddings, into `describe/shirts.json`.

Shop photos of shirts, flat and worn, each through the whole pipeline; split into train, tune and report by a hash of
the file. Weights are fitted on train; the strength of the regularisation and the temperature
are chosen on tune; figures are read on report, beside the classifier alone.
"""

import csv
import datetime as dt
import hashlib
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from imaging import decode as images
from recommender.vision.describe.heads import Head, head_record
from recommender.vision.describe.shirts import CARD, upper_part
from recommender.vision.facts import Scores
from recommender.vision.pipeline import Options, analyse, engine
from training.vision.calibration import calibration_error
from training.vision.intervals import interval

COLLARS: Final = {"Regular": "pointed", "ButtonDown": "button-down", "Notched": "notched", "Band": "band"}
STRENGTHS: Final = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
# Of the classifier's own logarithmic probabilities. Without them tune reads .857 of these shirts for .827, but .71 for
# .86 of the 14 labelled shirts among the tune half of the products: the classifier knows shirts of another kind.
SHARES: Final = {"pattern": 0.5, "collar": 0.0}
TEMPERATURES: Final = (0.6, 0.8, 1.0, 1.25, 1.6, 2.0)
_UPPERS: Final = ("top", "outer", "dress")


@dataclass(frozen=True)
class Shirt:
    """embeddings: (2 d,) of the garment and its upper part. seen: head -> label -> probability by the classifier."""

    file: str
    collar: str
    pattern: str
    embeddings: np.ndarray
    seen: dict[str, Scores]

    @property
    def split(self) -> str:
        place = int(hashlib.sha256(f"shirt {self.file}".encode()).hexdigest()[:8], 16) % 10
        return "train" if place < 6 else "tune" if place < 8 else "report"


def collect(data: Path, threads: int) -> list[Shirt]:
    """Every shirt of `shirts.csv` as the pipeline cuts it out. Takes about fifteen minutes on a core."""
    seeing, shirts = replace(engine(Options(threads=threads)), shirts=None), []
    with (data / "shirts.csv").open(newline="", encoding="utf-8") as stream:
        labels = {row["file"]: row["label"] for row in csv.DictReader(stream)}
    with tarfile.open(data / "shirt_photos.tar") as archive:
        for member in archive.getmembers():
            file = Path(member.name).name
            content = archive.extractfile(member) if file in labels else None
            if content is None:
                continue
            decoded = images.decode(content.read())
            garments = analyse(decoded, engine=seeing).garments
            found = [garment for garment in garments if garment.slot in _UPPERS] or garments
            garment = max(found, key=lambda one: int((one.cutout.alpha > 127).sum()), default=None)
            if garment is None or garment.embedding is None:
                continue
            upper = seeing.classifier([upper_part(decoded.image, garment.cutout.box)])[0]
            collar, pattern = labels[file].split("_")
            both = np.concatenate([garment.embedding, upper.embedding])
            shirts.append(Shirt(file, COLLARS[collar], pattern, both, dict(garment.scores)))
    return shirts


def fit(shirts: Sequence[Shirt], classifier: str) -> dict[str, Any]:
    """The card of the heads fitted on `shirts`. classifier: the key of the one whose embeddings these are."""
    heads, metrics = {}, {}
    for name in ("collar", "pattern"):
        head = _fitted(shirts, name)
        heads[name] = head_record(head)
        for split in ("tune", "report"):
            metrics[f"{split}, {name}"] = _figures(shirts, name, split, head)
    now = dt.datetime.now(dt.UTC)
    return {
        "key": f"shirts-{now:%Y%m%d-%H%M}",
        "what": "collar and pattern of shirts from the embeddings of the garment and of its upper part",
        "date": now.date().isoformat(),
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": ["shop photos of shirts (no licence stated: Duksung-AI-Lab/clothes)"],
        "splits": "train, tune, report by a hash of the file (training.vision.shirts); nothing is chosen on report",
        "metrics": metrics,
        "rebuild": "python -m training shirts",
        "classifier": classifier,
        "heads": heads,
    }


def _fitted(shirts: Sequence[Shirt], name: str) -> Head:
    train = [shirt for shirt in shirts if shirt.split == "train"]
    tune = [shirt for shirt in shirts if shirt.split == "tune"]
    truth = [getattr(shirt, name) for shirt in train]
    best: tuple[float, Head] | None = None
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=500).fit(np.stack([s.embeddings for s in train]), truth)
        labels = tuple(str(label) for label in model.classes_)
        for heat in TEMPERATURES:
            weights = (model.coef_ / heat).astype(np.float32)
            head = Head(labels, weights, (model.intercept_ / heat).astype(np.float32), SHARES[name] / heat)
            loss = float(np.mean([-np.log(head(s.embeddings, s.seen.get(name, {}))[getattr(s, name)]) for s in tune]))
            if best is None or loss < best[0]:
                best = loss, head
    assert best
    return best[1]


def _figures(shirts: Sequence[Shirt], name: str, split: str, head: Head) -> dict[str, Any]:
    some = [shirt for shirt in shirts if shirt.split == split]
    said = [next(iter(head(shirt.embeddings, shirt.seen.get(name, {})).items())) for shirt in some]
    right = np.array([label == getattr(shirt, name) for shirt, (label, _) in zip(some, said, strict=True)], float)
    low, high = interval(right, [shirt.file for shirt in some])
    sure = np.array([probability for _, probability in said])
    alone = [next(iter(shirt.seen.get(name, {"": 0.0}))) == getattr(shirt, name) for shirt in some]
    return {
        "n": len(some),
        "right": round(float(right.mean()), 3),
        "interval": [round(low, 3), round(high, 3)],
        "calibration error": round(calibration_error(sure, right), 3),
        **({"the classifier alone": round(float(np.mean(alone)), 3)} if name == "pattern" else {}),
    }


def write_card(data: Path, threads: int, card: Path = CARD) -> Path:
    """Collect, fit and write `shirts.json`."""
    key = engine(Options(threads=threads)).classifier.key
    card.write_text(json.dumps(fit(collect(data, threads), key)) + "\n", encoding="utf-8")
    return card
