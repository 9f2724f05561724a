"""`python -m training flat_lay`: pattern and material of garments lying flat, into `describe/flat_lay.json`.

`flat_lay_labels.csv` names both of 902 closet photos, by one look at each cutout ("floral|print": either is right; what
nobody could tell is left out). Each photo goes through the whole pipeline; senders are split into train, tune and
report by a hash. Weights are fitted on train, the strength of the regularisation and the share of the classifier's own
opinion are chosen on tune; figures are read on report, beside what the pipeline says without the heads.
"""

import csv
import datetime as dt
import hashlib
import json
import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.metrics import roc_auc_score

from catalog.taxonomy import MATERIALS, PATTERNS
from imaging import decode as images
from recommender.vision.describe.flat_lay import CARD, NOT_OF, cloth_embeddings
from recommender.vision.describe.heads import Head, head_record
from recommender.vision.describe.material import possible_materials
from recommender.vision.facts import Scores
from recommender.vision.pipeline import Options, analyse, engine
from training.vision.calibration import calibration_error
from training.vision.intervals import interval
from training.vision.linear_head import fitted_head

LABELS: Final = Path(__file__).with_name("flat_lay_labels.csv")
HEADS: Final = {"pattern": tuple(term.slug for term in PATTERNS), "material": tuple(term.slug for term in MATERIALS)}
STRENGTHS: Final = (1.0, 3.0, 10.0, 30.0, 100.0)
OWNS: Final = (0.0, 0.3, 0.5, 0.7, 1.0)  # how much the classifier's own logarithmic probabilities count
_PLAIN_SURE: Final = 0.6  # as `rules.garments.PLAIN_SURE`


def split_of(sender: str) -> str:
    """train, tune or report."""
    place = int(hashlib.sha256(f"pattern {sender}".encode()).hexdigest()[:8], 16) % 10
    return "train" if place < 6 else "tune" if place < 8 else "report"


@dataclass(frozen=True)
class Seen:
    """A photo as the pipeline describes it without the heads. truth: head -> labels of which any is right, where known.

    embeddings: (2 d,) of `cloth_embeddings`. scores: head -> what the classifier says.
    """

    file: str
    sender: str
    kind: str | None
    truth: Mapping[str, tuple[str, ...]]
    embeddings: np.ndarray
    scores: Mapping[str, Scores]

    @property
    def split(self) -> str:
        return split_of(self.sender)

    def knows(self, name: str) -> bool:
        return bool(self.truth.get(name)) and self.kind not in NOT_OF.get(name, ())


def labels() -> dict[str, dict[str, tuple[str, ...]]]:
    """file -> head -> labels of which any is right."""
    with LABELS.open(newline="", encoding="utf-8") as stream:
        return {
            row["file"]: {name: tuple(row[name].split("|")) for name in HEADS if row[name]}
            for row in csv.DictReader(stream)
        }


def collect(data: Path, threads: int) -> list[Seen]:
    """Every labelled photo, its likeliest garment. Takes about four minutes on a core."""
    seeing, found, known = replace(engine(Options(threads=threads)), flat_lay=None), [], labels()
    for file, sender, decoded in closet_photos(data, known):
        garment = max(analyse(decoded, engine=seeing).garments, key=lambda one: one.score, default=None)
        if garment is None or garment.embedding is None:
            continue
        near = cloth_embeddings(garment, garment.embedding, decoded.image, seeing.classifier)
        scores = {name: dict(garment.scores.get(name, {})) for name in HEADS}
        found.append(Seen(file, sender, garment.kind, known[file], near, scores))
    return found


def closet_photos(data: Path, files: Collection[str]) -> Iterator[tuple[str, str, images.Decoded]]:
    """File, sender and picture of those among `files`."""
    with (data / "closet_photos.csv").open(newline="", encoding="utf-8") as stream:
        senders = {row["file"]: row["sender_id"] for row in csv.DictReader(stream)}
    with tarfile.open(data / "closet_photos.tar") as archive:
        for member in archive:
            file = Path(member.name).name
            if file in files and (content := archive.extractfile(member)):
                yield file, senders[file], images.decode(content.read())


def fit(photos: Sequence[Seen], classifier: str) -> dict[str, Any]:
    """The card of the heads fitted on `photos`. classifier: the key of the one whose embeddings these are."""
    heads, metrics = {}, {}
    for name in HEADS:
        head = _fitted(photos, name)
        heads[name] = head_record(head)
        for split in ("tune", "report"):
            metrics[f"{split}, {name}"] = _figures(photos, name, split, head)
    now = dt.datetime.now(dt.UTC)
    return {
        "key": f"flat-lay-{now:%Y%m%d-%H%M}",
        "what": "pattern and material of what lies flat, from embeddings of it and its cloth, and the classifier",
        "date": now.date().isoformat(),
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": ["closet photos (CC0: alexeygrigorev/clothing-dataset), labels by one look of ours"],
        "splits": "train, tune, report by a hash of the sender (flat_lay_heads.py); nothing is chosen on report",
        "metrics": metrics,
        "rebuild": "python -m training flat_lay",
        "classifier": classifier,
        "heads": heads,
    }


def _of(photos: Sequence[Seen], name: str, split: str) -> list[Seen]:
    return [photo for photo in photos if photo.split == split and photo.knows(name) and photo.scores[name]]


def _fitted(photos: Sequence[Seen], name: str) -> Head:
    train, tune = _of(photos, name, "train"), _of(photos, name, "tune")
    rows, truth = np.stack([photo.embeddings for photo in train]), [photo.truth[name] for photo in train]
    heads = [
        fitted_head(rows, truth, [photo.scores[name] for photo in train], HEADS[name], strength=strength, own=own)
        for strength in STRENGTHS
        for own in OWNS
    ]
    return min(heads, key=lambda head: _loss(head, name, tune))


def _loss(head: Head, name: str, photos: Sequence[Seen]) -> float:
    right = [sum(head(one.embeddings, one.scores[name])[label] for label in one.truth[name]) for one in photos]
    return float(-np.log(right).mean())


def _figures(photos: Sequence[Seen], name: str, split: str, head: Head) -> dict[str, Any]:
    some = _of(photos, name, split)
    senders = [photo.sender for photo in some]
    figures: dict[str, Any] = {"n": len(some), "senders": len(set(senders))}
    for way, said in (
        ("with the head", [head(photo.embeddings, photo.scores[name]) for photo in some]),
        ("without", [photo.scores[name] for photo in some]),
    ):
        if name == "material":
            said = [possible_materials(scores, photo.kind) or scores for scores, photo in zip(said, some, strict=True)]
        first = [max(one, key=lambda label: one[label]) for one in said]
        right = np.array([label in photo.truth[name] for label, photo in zip(first, some, strict=True)], float)
        low, high = interval(right, senders)
        figures[way] = {
            "right": round(float(right.mean()), 3),
            "interval": [round(low, 3), round(high, 3)],
            "calibration error": round(calibration_error(np.array([max(one.values()) for one in said]), right), 3),
        } | (_of_plain(some, said) if name == "pattern" else _of_each(some, first))
    return figures


def _of_plain(photos: Sequence[Seen], said: Sequence[Scores]) -> dict[str, float]:
    plain = np.array(["solid" in photo.truth["pattern"] for photo in photos])
    solid = np.array([one.get("solid", 0.0) for one in said])
    sure = solid >= _PLAIN_SURE
    return {
        "auc, plain or not": round(float(roc_auc_score(plain, solid)), 3),
        f"called plain with {_PLAIN_SURE}": round(float(sure.mean()), 3),
        "right of those": round(float(plain[sure].mean()), 3),
    }


def _of_each(photos: Sequence[Seen], first: Sequence[str]) -> dict[str, str]:
    """material -> how many of those called so are right: a word that is said falsely is worse than none."""
    counts: dict[str, list[bool]] = {}
    for label, photo in zip(first, photos, strict=True):
        counts.setdefault(label, []).append(label in photo.truth["material"])
    return {f"called {label}": f"{sum(right)} of {len(right)} right" for label, right in sorted(counts.items())}


def write_card(data: Path, threads: int, card: Path = CARD) -> Path:
    """Collect, fit and write `flat_lay.json`."""
    key = engine(Options(threads=threads)).classifier.key
    card.write_text(json.dumps(fit(collect(data, threads), key)) + "\n", encoding="utf-8")
    return card
