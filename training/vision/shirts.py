"""`python -m training shirts`: collar and pattern of shirts from frozen embeddings, into `describe/shirts.json`.

Shop photos of shirts, flat and worn, each through the whole pipeline; split into train, tune and report by a hash of
the file. Weights are fitted on train beside the classifier's own opinion; the strength of the regularisation is
chosen on tune; figures are read on report, beside the classifier alone.
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

from imaging import decode as images
from recommender.vision.describe.heads import Head, head_record
from recommender.vision.describe.shirts import CARD, near_embeddings
from recommender.vision.facts import Scores
from recommender.vision.pipeline import Options, analyse, engine
from training.vision.calibration import calibration_error
from training.vision.intervals import interval
from training.vision.linear_head import fitted_head

COLLARS: Final = {"Regular": "pointed", "ButtonDown": "button-down", "Notched": "notched", "Band": "band"}
STRENGTHS: Final = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
# Of the classifier's own logarithmic probabilities. Before patches were looked at, without them tune read .857 of these
# shirts for .827, but .71 for .86 of the 14 labelled shirts among the tune half of the products: the classifier knows
# shirts of another kind.
SHARES: Final = {"pattern": 0.5, "collar": 0.0}
_UPPERS: Final = ("top", "outer", "dress")


@dataclass(frozen=True)
class Shirt:
    """embeddings: (3 d,) of `near_embeddings`. seen: head -> label -> probability by the classifier."""

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
            near = near_embeddings(garment, garment.embedding, decoded.image, seeing.classifier)
            collar, pattern = labels[file].split("_")
            shirts.append(Shirt(file, COLLARS[collar], pattern, near, dict(garment.scores)))
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
        "what": "collar and pattern of shirts from embeddings of the garment, its upper part and its cloth",
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
    rows, truth = np.stack([shirt.embeddings for shirt in train]), [(getattr(shirt, name),) for shirt in train]
    seen = [shirt.seen.get(name, {}) for shirt in train]
    labels = sorted({label for one in truth for label in one})
    heads = [fitted_head(rows, truth, seen, labels, strength=strength, own=SHARES[name]) for strength in STRENGTHS]

    def loss(head: Head) -> float:
        said = [head(shirt.embeddings, shirt.seen.get(name, {}))[getattr(shirt, name)] for shirt in tune]
        return float(-np.log(said).mean())

    return min(heads, key=loss)


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
