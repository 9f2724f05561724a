"""What the classifier that ships sees on product photos, kept once: the side of the text encoder that is not text.

`pictures.npz` under the work folder holds a row a photo: its file, its embedding and the likeliest pattern, material,
seasons, styles and gender, as the worker would have written them. Photos of another classifier are described anew.
"""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.describe.classifier import OnnxClassifier
from recommender.vision.models import Models
from recommender.vision.options import shipped_options
from recommender.vision.product_photo import cut_from_ground

LARGE = "224"  # product photos of that width are taken where they have a name, of the others every third
BATCH = 16
KEPT = 0.05  # probabilities below are left out


@dataclass(frozen=True)
class Pictures:
    """rows: the record of each photo in its source's CSV, with `source`. vectors: (n, 256) float32, L2-normalised.

    scores: head -> label -> probability. describer: the key of the classifier.
    """

    rows: list[dict[str, str]]
    vectors: NDArray[np.float32]
    scores: list[dict[str, dict[str, float]]]
    describer: str


def open_pictures(data: Path, work: Path) -> Pictures:
    """The pictures of `data`, described where that was not done yet (minutes of one processor)."""
    describer = OnnxClassifier(Models(threads=1))
    path = work / f"pictures-{describer.key}.npz"
    if not path.exists():
        work.mkdir(parents=True, exist_ok=True)
        _describe(data, describer, path)
    with np.load(path) as kept:
        facts = json.loads(str(kept["facts"]))
        vectors = kept["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = {("product_photos", row["file"]): row for row in _records(data / "product_photos.csv")}
    known |= {("stylist_photos", row["file"]): row for row in _records(data / "stylist_products.csv")}
    rows = [{"source": one["source"], **known[one["source"], one["file"]]} for one in facts]
    return Pictures(rows, vectors, [one["scores"] for one in facts], describer.key)


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _wanted(data: Path) -> dict[str, set[str]]:
    products = _records(data / "product_photos.csv")
    large = [row for row in products if row["width"] == LARGE]
    named = {row["file"] for row in large if row["productDisplayName"]}
    return {
        "product_photos": named | set([row["file"] for row in large if row["file"] not in named][::3]),
        "stylist_photos": {row["file"] for row in _records(data / "stylist_products.csv")[::4]},
    }


def _photos(data: Path) -> Iterator[tuple[str, str, Image.Image]]:
    for source, files in _wanted(data).items():
        with tarfile.open(data / f"{source}.tar") as archive:
            for member in archive:
                name = Path(member.name).name
                if name in files and (stream := archive.extractfile(member)) is not None:
                    with Image.open(io.BytesIO(stream.read())) as picture:
                        yield source, name, picture.convert("RGB")


def _describe(data: Path, describer: OnnxClassifier, path: Path) -> None:
    options = shipped_options().cutout
    facts: list[dict[str, Any]] = []
    vectors: list[NDArray[np.float32]] = []
    waiting: list[tuple[str, str, Image.Image]] = []

    def flush() -> None:
        for (source, file, _picture), seen in zip(waiting, describer([one[2] for one in waiting]), strict=True):
            facts.append(
                {
                    "source": source,
                    "file": file,
                    "scores": {
                        head: {label: round(chance, 3) for label, chance in found.items() if chance >= KEPT}
                        for head, found in seen.scores.items()
                    },
                }
            )
            vectors.append(seen.embedding)
        waiting.clear()

    for source, file, picture in _photos(data):
        # Products stand on white as the classifier wants it; a studio's ground would tell its day (see studio_photos).
        cutout = None if source == "product_photos" else cut_from_ground(picture, options)
        waiting.append((source, file, picture if cutout is None else cutout.image))
        if len(waiting) == BATCH:
            flush()
            if len(facts) % (BATCH * 100) == 0:
                print(f"{len(facts)} photos", flush=True)
    flush()
    np.savez_compressed(path, vectors=np.array(vectors, dtype=np.float16), facts=np.array(json.dumps(facts)))
