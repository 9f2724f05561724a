"""`python -m training sleeve`: sleeves of garments lying flat by their landmarks, into `describe/sleeve.json`.

`flat_lay_labels.csv` names the sleeve of closet photos, by one look at each cutout, where the kind leaves it open
("short|long": either is right, as with elbow length). That of T-shirts, long-sleeved tops, undershirts, blazers and
hoodies is what their senders called them: such shapes teach too, but figures are of the kinds of which a sleeve is
told. Senders are split as for the other heads of what lies flat; strength and share of the classifier's opinion are
chosen by five folds over the senders of train and tune, and the head is fitted on both; report is apart.
"""

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from recommender.vision.describe.heads import Head, head_record
from recommender.vision.describe.sleeve import CARD, KINDS, sleeve_measures
from recommender.vision.facts import Scores
from recommender.vision.models import Models
from recommender.vision.pipeline import Options, analyse, engine
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from training.vision.calibration import calibration_error
from training.vision.flat_lay_heads import LABELS, closet_photos, split_of
from training.vision.intervals import interval
from training.vision.linear_head import fitted_head

NAMES: Final = ("none", "short", "long")
SAID: Final = {"T-Shirt": "short", "Longsleeve": "long", "Undershirt": "none", "Blazer": "long", "Hoodie": "long"}
STRENGTHS: Final = (1.0, 10.0, 100.0)
OWNS: Final = (0.0, 0.3, 1.0)
_FOLDS: Final = 5


@dataclass(frozen=True)
class Sleeve:
    """truth: of NAMES, of which any is right. measures: (5,) of `sleeve_measures`. seen: what the classifier says.
    is_told: whether its kind leaves a sleeve open."""

    sender: str
    truth: tuple[str, ...]
    measures: np.ndarray
    seen: Scores
    is_told: bool

    @property
    def fold(self) -> int:
        return int(hashlib.sha256(f"fold {self.sender}".encode()).hexdigest()[:8], 16) % _FOLDS


def collect(data: Path, threads: int) -> list[Sleeve]:
    """Every photo of a sleeve that is known, its likeliest garment. Takes about three minutes on a core."""
    seeing = replace(engine(Options(threads=threads)), sleeve=None)
    network, found = LandmarkNetwork(Models(threads=threads)), []
    with LABELS.open(newline="", encoding="utf-8") as stream:
        known = {row["file"]: tuple(row["sleeve"].split("|")) for row in csv.DictReader(stream) if row["sleeve"]}
    for file, sender, decoded in closet_photos(data, known):
        if garment := max(analyse(decoded, engine=seeing).garments, key=lambda one: one.score, default=None):
            measures = sleeve_measures(garment.cutout.image, network)
            seen = dict(garment.scores.get("sleeve", {}))
            found.append(Sleeve(sender, known[file], measures, seen, garment.kind in KINDS))
    return found


def fit(sleeves: Sequence[Sleeve], landmarks: str) -> dict[str, Any]:
    """The card of the head fitted on `sleeves`. landmarks: the key of the network whose landmarks these are."""
    taught = [one for one in sleeves if split_of(one.sender) != "report"]
    strength, own = min(((s, o) for s in STRENGTHS for o in OWNS), key=lambda way: _loss(taught, *way))
    folded = [(_fitted(_but(taught, fold), strength, own), _in(taught, fold)) for fold in range(_FOLDS)]
    head = _fitted(taught, strength, own)
    report = [one for one in sleeves if split_of(one.sender) == "report" and one.is_told]
    now = dt.datetime.now(dt.UTC)
    return {
        "key": f"sleeve-{now:%Y%m%d-%H%M}",
        "what": "sleeve of what lies flat, from the lengths between its landmarks and the classifier's opinion",
        "date": now.date().isoformat(),
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": ["closet photos (CC0: alexeygrigorev/clothing-dataset), labels by one look of ours"],
        "splits": "train and tune by folds, report apart, all by a hash of the sender; nothing is chosen on report",
        "metrics": {"folds of train and tune": _figures(folded), "report": _figures([(head, report)])},
        "rebuild": "python -m training sleeve",
        "landmarks": landmarks,
        "head": head_record(head),
    }


def _but(sleeves: Sequence[Sleeve], fold: int) -> list[Sleeve]:
    return [one for one in sleeves if one.fold != fold]


def _in(sleeves: Sequence[Sleeve], fold: int) -> list[Sleeve]:
    return [one for one in sleeves if one.fold == fold and one.is_told]


def _loss(sleeves: Sequence[Sleeve], strength: float, own: float) -> float:
    right = []
    for fold in range(_FOLDS):
        head = _fitted(_but(sleeves, fold), strength, own)
        right += [sum(head(one.measures, one.seen)[label] for label in one.truth) for one in _in(sleeves, fold)]
    return float(-np.log(right).mean())


def _fitted(sleeves: Sequence[Sleeve], strength: float, own: float) -> Head:
    """The head, for measures as they are: it is fitted on standardised ones."""
    rows = np.stack([one.measures for one in sleeves]).astype(float)
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    truth, seen = [one.truth for one in sleeves], [one.seen for one in sleeves]
    head = fitted_head((rows - centre) / spread, truth, seen, NAMES, strength=strength, own=own)
    weights = (head.weights / spread).astype(np.float32)
    return Head(NAMES, weights, (head.bias - weights @ centre).astype(np.float32), own)


def _figures(judged: Sequence[tuple[Head, Sequence[Sleeve]]]) -> dict[str, Any]:
    pairs = [(head(one.measures, one.seen), one) for head, some in judged for one in some]
    senders = [one.sender for _said, one in pairs]
    figures: dict[str, Any] = {"n": len(pairs), "senders": len(set(senders))}
    for way, said in (
        ("by its landmarks", [said for said, _one in pairs]),
        ("the classifier alone", [one.seen for _said, one in pairs]),
    ):
        first = [max(one, key=lambda label: one[label], default="") for one in said]
        right = np.array([label in one.truth for label, (_said, one) in zip(first, pairs, strict=True)], float)
        low, high = interval(right, senders)
        sure = np.array([max(one.values(), default=0.0) for one in said])
        figures[way] = {
            "right": round(float(right.mean()), 3),
            "interval": [round(low, 3), round(high, 3)],
            "calibration error": round(calibration_error(sure, right), 3),
        }
    return figures


def write_card(data: Path, threads: int, card: Path = CARD) -> Path:
    """Collect, fit and write `sleeve.json`."""
    record = fit(collect(data, threads), LandmarkNetwork(Models(threads=threads)).key)
    card.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return card
