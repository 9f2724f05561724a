"""Describe the stylists' products once: each cut out of its studio ground, then by the classifier that ships.

The ground is left out because it tells on what day a product was photographed, and so what hung beside it: ground
colour alone answers 41 % of four about products never seen. A model taught with it would learn the studio.
"""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.palette import palette
from recommender.vision.options import shipped_options
from recommender.vision.product_photo import cut_from_ground

_BATCH = 16


def describe_studio(data: Path, classifier: Classifier, path: Path, *, say: Callable[[str], None] = print) -> None:
    """Write what `studio_outfits.read_studio` reads. data: folder of stylist_photos.tar. Minutes to half an hour."""
    facts: list[dict[str, Any]] = []
    vectors: list[np.ndarray] = []
    waiting: list[tuple[str, Image.Image, list[float]]] = []

    def flush() -> None:
        for (file, picture, ground), seen in zip(waiting, classifier([one[1] for one in waiting]), strict=True):
            alpha = np.asarray(picture.getchannel("A")) if picture.mode == "RGBA" else None
            colours = palette(picture.convert("RGB"), alpha)
            facts.append(
                {
                    "file": file,
                    "ground": ground,
                    "colours": [[*(round(value, 3) for value in colour.lab), colour.share] for colour in colours],
                    "scores": {
                        head: {label: round(chance, 4) for label, chance in found.items()}
                        for head, found in seen.scores.items()
                    },
                }
            )
            vectors.append(seen.embedding)
        waiting.clear()

    with tarfile.open(data / "stylist_photos.tar") as archive:
        for number, member in enumerate(sorted(archive.getmembers(), key=lambda one: one.name)):
            stream = archive.extractfile(member)
            if stream is None:
                continue
            with Image.open(io.BytesIO(stream.read())) as opened:
                picture = opened.convert("RGB")
            cutout = cut_from_ground(picture, shipped_options().cutout)
            waiting.append((Path(member.name).name, picture if cutout is None else cutout.image, ground_of(picture)))
            if len(waiting) == _BATCH:
                flush()
            if number % 500 == 0:
                say(f"{number} products")
    flush()
    np.savez_compressed(
        path,
        embedding=np.array(vectors, dtype=np.float16),
        facts=np.array(json.dumps(facts)),
        classifier=np.array(classifier.key),
    )


def ground_of(picture: Image.Image) -> list[float]:
    """Mean colour of the topmost and of the lowest rows, six numbers: a control, for no model to read."""
    rgb = np.asarray(picture)
    return [float(value) for rows in (rgb[:8], rgb[-8:]) for value in rows.mean(axis=(0, 1))]
