"""Fakes with answers that the tests of the rows can name, slow ones and broken ones.

`VISION_BACKEND=tests.recommender.engines.quick`
"""

import hashlib
import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from recommender.vision.describe.classifier import Description
from recommender.vision.facts import Box, Scene, Scores
from recommender.vision.fusion import Context, Fusion, Model
from recommender.vision.models import ModelMissing
from recommender.vision.pipeline import Engine, Options
from recommender.vision.segmentation.detector import Detections
from recommender.vision.segmentation.regions import Region
from tests.fakes import FakeClassifier, fake_engine


class Contrast:
    """Finds the piece that stands out; two when the picture is wider than high, one a half."""

    key = "contrast"

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        small = np.asarray(image.resize((64, 64)), dtype=np.float32)
        away = np.abs(small - small[32, 0]).sum(2) > 60
        halves = [slice(0, 32), slice(32, 64)] if image.width > image.height else [slice(0, 64)]
        regions = []
        for half in halves:
            probability = np.zeros((64, 64), np.float32)
            probability[:, half] = away[:, half]
            if probability.any():
                regions.append(Region("top", 0.9, probability))
        return Detections(Scene.GARMENT if regions else Scene.NONE, False, regions)


class Glimpse(Contrast):
    """The left piece is worn and plain to see, the right one hardly believed."""

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        plain, *hardly = super().__call__(image, faces).regions
        slivers = [replace(one, slot="bottom", score=0.3) for one in hardly]
        return Detections(Scene.WORN, False, [plain, *slivers])


class Seeded(FakeClassifier):
    """The same attributes for everything, so that a test can name them; the pixels seed the vector."""

    key = "seeded-1"

    def __init__(self, pause_s: float = 0) -> None:
        self.pause_s = pause_s

    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]:
        time.sleep(self.pause_s)
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Image.Image) -> Description:
        pixels = np.asarray(picture.convert("RGB").resize((8, 8)))
        seed = int.from_bytes(hashlib.sha256(pixels.tobytes()).digest()[:4], "big")
        vector = np.random.default_rng(seed).normal(size=256).astype(np.float32)
        scores = {
            "kind": {"shirt": 0.8, "knit": 0.2},
            "sleeve": {"short": 0.9, "long": 0.1},
            "pattern": {"solid": 0.9, "stripe": 0.1},
            "material": {"cotton": 0.7, "wool": 0.3},
            "season": {"summer": 0.8, "spring": 0.5, "winter": 0.1},
            "gender": {"unisex": 0.6, "women": 0.4},
            "style": {"casual": 0.7, "street": 0.2},
        }
        return Description(scores, vector / np.linalg.norm(vector))


class ClassifierAlone(Fusion):
    """The classifier's kinds as they are, and the detector's score as the probability to be a garment."""

    def kinds(self, context: Context, sources: Mapping[str, Scores]) -> Scores:
        return dict(sources["classifier"])

    def garment_probability(self, context: Context, features: Mapping[str, float]) -> float:
        return math.exp(features["log_detection"])


def _engine(detector: Contrast, classifier: Seeded) -> Engine:
    models = {context: Model({}, {}, 0.2, 0.5) for context in Context}
    return replace(
        fake_engine(),
        detector=detector,
        classifier=classifier,
        fusion=ClassifierAlone("classifier-alone", 1e-4, models),
    )


def quick(options: Options) -> Engine:
    return _engine(Contrast(), Seeded())


def glimpse(options: Options) -> Engine:
    return _engine(Glimpse(), Seeded())


def slow(options: Options) -> Engine:
    """A fifth of a second a garment, so that a worker can be killed in the middle."""
    return _engine(Contrast(), Seeded(pause_s=float(os.environ.get("FAKE_PAUSE_S", "0.2"))))


class Absent(Seeded):
    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]:
        raise ModelMissing("classifier.onnx is not here")


class Broken(Seeded):
    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]:
        raise RuntimeError("boom")


def absent(options: Options) -> Engine:
    return _engine(Contrast(), Absent())


def broken(options: Options) -> Engine:
    return _engine(Contrast(), Broken())
