"""`python -m training pattern`: the pattern of garments lying flat, into `describe/pattern.json`.

`flat_lay_patterns.csv` names the pattern of 902 closet photos, by one look at each cutout ("floral|print": either is
right; what nobody could tell is left out). Each photo goes through the whole pipeline; senders are split into train,
tune and report by a hash. Weights are fitted on train, the strength of the regularisation and the share of the
classifier's own opinion are chosen on tune; figures are read on report, beside what the pipeline says without the head.
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
from sklearn.metrics import roc_auc_score

from catalog.taxonomy import PATTERNS
from imaging import decode as images
from recommender.vision.describe.heads import Head, head_record
from recommender.vision.describe.pattern import CARD, pattern_embeddings
from recommender.vision.describe.shirts import KINDS as SHIRTS
from recommender.vision.facts import Scores
from recommender.vision.pipeline import Options, analyse, engine
from training.vision.calibration import calibration_error
from training.vision.intervals import interval
from training.vision.linear_head import fitted_head

LABELS: Final = Path(__file__).with_name("flat_lay_patterns.csv")
STRENGTHS: Final = (1.0, 3.0, 10.0, 30.0, 100.0)
OWNS: Final = (0.3, 0.5, 0.7, 1.0)  # how much the classifier's own logarithmic probabilities count
_NAMES: Final = tuple(term.slug for term in PATTERNS)
_PLAIN_SURE: Final = 0.6  # as `rules.garments.PLAIN_SURE`


@dataclass(frozen=True)
class Seen:
    """A photo as the pipeline describes it without the head. truth: patterns of which any is right.

    embeddings: (2 d,) of `pattern_embeddings`.
    """

    file: str
    sender: str
    truth: tuple[str, ...]
    embeddings: np.ndarray
    pattern: Scores

    @property
    def split(self) -> str:
        place = int(hashlib.sha256(f"pattern {self.sender}".encode()).hexdigest()[:8], 16) % 10
        return "train" if place < 6 else "tune" if place < 8 else "report"


def collect(data: Path, threads: int) -> list[Seen]:
    """Every labelled photo, its likeliest garment, shirts aside. Takes about four minutes on a core."""
    seeing, found = replace(engine(Options(threads=threads)), pattern=None), []
    with LABELS.open(newline="", encoding="utf-8") as stream:
        labels = {row["file"]: tuple(row["pattern"].split("|")) for row in csv.DictReader(stream)}
    with (data / "closet_photos.csv").open(newline="", encoding="utf-8") as stream:
        senders = {row["file"]: row["sender_id"] for row in csv.DictReader(stream)}
    with tarfile.open(data / "closet_photos.tar") as archive:
        for member in archive:
            file = Path(member.name).name
            content = archive.extractfile(member) if file in labels else None
            if content is None:
                continue
            decoded = images.decode(content.read())
            garments = [one for one in analyse(decoded, engine=seeing).garments if one.kind not in SHIRTS]
            garment = max(garments, key=lambda one: one.score, default=None)
            if garment is None or garment.embedding is None or not garment.scores.get("pattern"):
                continue
            near = pattern_embeddings(garment, garment.embedding, decoded.image, seeing.classifier)
            found.append(Seen(file, senders[file], labels[file], near, dict(garment.scores["pattern"])))
    return found


def fit(photos: Sequence[Seen], classifier: str) -> dict[str, Any]:
    """The card of the head fitted on `photos`. classifier: the key of the one whose embeddings these are."""
    head = _fitted(photos)
    now = dt.datetime.now(dt.UTC)
    return {
        "key": f"pattern-{now:%Y%m%d-%H%M}",
        "what": "pattern of what lies flat, from embeddings of it and its cloth and the classifier's opinion",
        "date": now.date().isoformat(),
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": ["closet photos (CC0: alexeygrigorev/clothing-dataset), patterns by one look of ours"],
        "splits": "train, tune, report by a hash of the sender (training.vision.pattern); nothing is chosen on report",
        "metrics": {split: _figures(photos, split, head) for split in ("tune", "report")},
        "rebuild": "python -m training pattern",
        "classifier": classifier,
        "head": head_record(head),
    }


def _fitted(photos: Sequence[Seen]) -> Head:
    train = [photo for photo in photos if photo.split == "train"]
    tune = [photo for photo in photos if photo.split == "tune"]
    rows, truth = np.stack([photo.embeddings for photo in train]), [photo.truth[0] for photo in train]
    heads = [
        fitted_head(rows, truth, [photo.pattern for photo in train], _NAMES, strength=strength, own=own)
        for strength in STRENGTHS
        for own in OWNS
    ]
    return min(heads, key=lambda head: _loss(head, tune))


def _loss(head: Head, photos: Sequence[Seen]) -> float:
    right = [sum(head(one.embeddings, one.pattern)[name] for name in one.truth) for one in photos]
    return float(-np.log(right).mean())


def _figures(photos: Sequence[Seen], split: str, head: Head) -> dict[str, Any]:
    some = [photo for photo in photos if photo.split == split]
    senders = [photo.sender for photo in some]
    plain = np.array(["solid" in photo.truth for photo in some])
    figures: dict[str, Any] = {"n": len(some), "senders": len(set(senders))}
    for name, said in (
        ("with the head", [head(photo.embeddings, photo.pattern) for photo in some]),
        ("without", [photo.pattern for photo in some]),
    ):
        first = [max(one, key=lambda label: one[label]) for one in said]
        right = np.array([label in photo.truth for label, photo in zip(first, some, strict=True)], float)
        low, high = interval(right, senders)
        solid = np.array([one.get("solid", 0.0) for one in said])
        sure = solid >= _PLAIN_SURE
        figures[name] = {
            "right": round(float(right.mean()), 3),
            "interval": [round(low, 3), round(high, 3)],
            "calibration error": round(calibration_error(np.array([max(one.values()) for one in said]), right), 3),
            "auc, plain or not": round(float(roc_auc_score(plain, solid)), 3),
            f"called plain with {_PLAIN_SURE}": round(float(sure.mean()), 3),
            "right of those": round(float(plain[sure].mean()), 3),
        }
    return figures


def write_card(data: Path, threads: int, card: Path = CARD) -> Path:
    """Collect, fit and write `pattern.json`."""
    key = engine(Options(threads=threads)).classifier.key
    card.write_text(json.dumps(fit(collect(data, threads), key)) + "\n", encoding="utf-8")
    return card
