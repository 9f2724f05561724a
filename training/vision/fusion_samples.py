"""Samples for fitting the fusion: what the pipeline knows of each region of the validation photos, and its label.

Every validation photo goes through the pipeline once, with a fusion that records what it is given and rejects nothing.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from catalog.taxonomy import KINDS
from imaging import decode as images
from recommender.vision.cutout.cutter import whole_alpha
from recommender.vision.facts import Box, GarmentFacts, PhotoFacts, Scores
from recommender.vision.fusion import Context, Fusion, Model
from recommender.vision.pipeline import Engine, Options, analyse, engine
from training.vision.evaluation import class_kinds
from training.vision.labels import SMALL_SET, closet_labels, product_labels, street_labels
from training.vision.measured import Photos
from training.vision.negatives import library_pictures, pictures_without_garments
from training.vision.parts import NUMBER, tag_table
from training.vision.splits import is_report, unit_of

SOURCES: Final = ("segmentation", "classifier", "person")
FEATURES: Final = ("log_detection", "log_confidence", "log_agreement", "log_slot", "log_area", "is_small")
FLOOR: Final = 1e-4
KIND_SLUGS: Final = tuple(kind.slug for kind in KINDS)


@dataclass
class Samples:
    """One row a region. k: kinds, s: `SOURCES`, f: `FEATURES`.

    logs: (n, s, k) float32, the floored log-probabilities, 0 where a source is silent. allowed: (n, k) label weights, 0
    where the kind is unknown. features: (n, f), nan where the region was not judged. garment: (n,) 1, 0, or -1 where
    unknown. label: the closet set's class, or "".
    """

    context: np.ndarray
    source: np.ndarray
    unit: np.ndarray
    report: np.ndarray
    logs: np.ndarray
    allowed: np.ndarray
    features: np.ndarray
    garment: np.ndarray
    label: np.ndarray

    def where(self, mask: np.ndarray) -> "Samples":
        return Samples(**{name: value[mask] for name, value in vars(self).items()})


@dataclass(frozen=True)
class RecordingFusion(Fusion):
    """Keeps what the pipeline asks, and rejects nothing."""

    asked: list[tuple[Context, Mapping[str, Scores], Mapping[str, float]]] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)

    def garment_probability(self, context: Context, features: Mapping[str, float]) -> float:
        self.features.update(features)
        return 1.0

    def kinds(self, context: Context, sources: Mapping[str, Scores]) -> Scores:
        self.asked.append((context, sources, dict(self.features)))
        self.features.clear()
        return super().kinds(context, sources)


def recording_engine(threads: int) -> Engine:
    """The engine that ships, with a fusion that records."""
    equal = Model(dict.fromkeys(SOURCES, 1.0), {}, 0.0, 0.0)
    return replace(
        engine(Options(threads=threads)), fusion=RecordingFusion("recording", FLOOR, dict.fromkeys(Context, equal))
    )


def collect(data: Path, threads: int) -> Samples:
    """Samples of all validation photos. data: a folder of the form of `../shared/data`."""
    recording = recording_engine(threads)
    rows = [
        row for rows in (_single(data, recording), _street(data, recording), _nothing(data, recording)) for row in rows
    ]
    columns = {name: np.array([row[name] for row in rows]) for name in Samples.__dataclass_fields__}
    return Samples(**columns)


def _analysed(content: bytes, recording: Engine) -> tuple[PhotoFacts, list[tuple[Any, ...]]]:
    fusion = recording.fusion
    assert isinstance(fusion, RecordingFusion)
    fusion.asked.clear()
    facts = analyse(content, engine=recording)
    return facts, list(fusion.asked)


def _row(asked: tuple[Any, ...], source: str, unit: str, **told: Any) -> dict[str, Any]:
    context, sources, features = asked
    return {
        "context": context.value,
        "source": source,
        "unit": unit,
        "report": is_report(unit),
        "logs": log_probabilities(sources),
        "allowed": _vector(told.get("allowed", {})),
        "features": np.array([features.get(name, np.nan) for name in FEATURES]),
        "garment": told.get("garment", -1),
        "label": told.get("label", ""),
    }


def log_probabilities(sources: Mapping[str, Scores]) -> np.ndarray:
    """(s, k) float32 of one region's sources: kind -> probability each."""
    logs = np.zeros((len(SOURCES), len(KIND_SLUGS)), np.float32)
    for number, name in enumerate(SOURCES):
        if scores := sources.get(name):
            logs[number] = np.log(np.maximum(_vector(scores), FLOOR))
    return logs


def _vector(scores: Mapping[str, float]) -> np.ndarray:
    return np.array([scores.get(slug, 0.0) for slug in KIND_SLUGS])


def _single(data: Path, recording: Engine) -> Iterator[dict[str, Any]]:
    """Closet and product photos: the largest region is the garment that the label is of."""
    for source, labels in (("closet_photos", closet_labels), ("product_photos", product_labels)):
        for row, content, _ in Photos(data, "validation", None).of(source):
            facts, asked = _analysed(content, recording)
            if not asked:
                continue
            sizes = [Box(*garment.box).width * Box(*garment.box).height for garment in facts.garments]
            main = int(np.argmax(sizes))
            sold = next((n for n, one in enumerate(asked) if one[0] is Context.PACKSHOT_ON_MODEL), main)
            label = row["label"] if source == "closet_photos" and row["label"] in SMALL_SET else ""
            # Fitted to what is measured: of the ten classes, any kind of the class is right.
            allowed = dict.fromkeys(class_kinds(label), 1.0) if label else labels(row).get("kind", {})
            told = {"allowed": allowed, "garment": 1, "label": label}
            yield _row(asked[sold], source, unit_of(source, row), **told)


def _street(data: Path, recording: Engine) -> Iterator[dict[str, Any]]:
    """Street photos with masks: a region is a garment where it covers one by half (IoU)."""
    tags = (data / "street_labels.txt").read_text().split()
    table = tag_table(tags)
    for row, content, mask in Photos(data, "validation", None).of("street_photos", masked=True):
        truth = np.asarray(Image.open(io.BytesIO(mask or b"")))
        facts, asked = _analysed(content, recording)
        for garment, one in zip(facts.garments, asked, strict=True):
            alpha = _alpha(garment, facts, truth.shape)
            yield _row(
                one,
                "street_photos",
                unit_of("street_photos", row),
                garment=int(_best_overlap(alpha, table[truth]) > 0.5),
                allowed=_street_kind(alpha, truth, tags),
            )


def _alpha(garment: GarmentFacts, facts: PhotoFacts, shape: tuple[int, ...]) -> np.ndarray:
    scale = max(1.0, max(facts.width, facts.height) / images.WORKING_SIDE)
    alpha = np.asarray(whole_alpha(garment.cutout, (facts.width, facts.height), scale)) > 127
    return cv2.resize(alpha.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool)


def _best_overlap(alpha: np.ndarray, parts: np.ndarray) -> float:
    """The highest IoU with any garment part. alpha: (h, w) bool. parts: (h, w) class numbers."""
    garments = [number for name, number in NUMBER.items() if name not in ("background", "hair", "skin")]
    there = [parts == number for number in garments if (parts == number).any()]
    return max(((alpha & one).sum() / max(1, (alpha | one).sum()) for one in there), default=0.0)


def _street_kind(alpha: np.ndarray, truth: np.ndarray, tags: Sequence[str]) -> Mapping[str, float]:
    """The label of the tag that fills most of a region; none where no garment fills a third of it."""
    counts = np.bincount(truth[alpha], minlength=len(tags))
    for tag in np.argsort(-counts):
        if "kind" in (labels := street_labels(tags[tag])):
            return labels["kind"] if counts[tag] > 0.3 * alpha.sum() else {}
    return {}


def _nothing(data: Path, recording: Engine) -> Iterator[dict[str, Any]]:
    """Pictures without a garment, cropped from validation street photos: whatever is detected there is none."""
    photos = (
        (unit_of("street_photos", row), _pixels(content), np.asarray(Image.open(io.BytesIO(mask or b""))))
        for row, content, mask in Photos(data, "validation", None).of("street_photos", masked=True)
    )
    for unit, picture in chain(pictures_without_garments(photos), library_pictures()):
        for one in _analysed(_png(picture), recording)[1]:
            yield _row(one, "nothing", unit, garment=0)


def _pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def _png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def save(samples: Samples, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **vars(samples))


def load(path: Path) -> Samples:
    with np.load(path, allow_pickle=False) as file:
        return Samples(**{name: file[name] for name in Samples.__dataclass_fields__})
