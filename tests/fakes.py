"""Networks that need no weights: every answer follows from the picture alone, so tests can foresee it."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import KINDS, MATERIALS, PATTERNS, SEASONS, STYLES
from recommender.vision.cutout.matting import guided_filter
from recommender.vision.describe.classifier import Description, letterboxed
from recommender.vision.facts import Box, Scene
from recommender.vision.options import shipped_options
from recommender.vision.pipeline import Engine, Options
from recommender.vision.segmentation.detector import Detections
from recommender.vision.segmentation.regions import Region, components

DIM = 256
_GRID = 96


class FakeFaces:
    """A face is a patch of exactly one colour, (255, 0, 255), as tests paint it."""

    def __call__(self, image: Image.Image, *, closely: bool = False) -> list[Box]:
        rows, columns = np.nonzero((np.abs(np.asarray(image).astype(int) - (255, 0, 255)) < 12).all(-1))
        return [Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)] if len(rows) > 16 else []


class FakeDetector:
    """Whatever differs from the colour of the picture's corner is garment, one a piece; a face makes it worn."""

    key = "fake-detector"
    slots = ("top", "bottom", "outer", "dress", "other")

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        ratio = _GRID / max(image.size)
        grid = image.resize((max(1, round(image.width * ratio)), max(1, round(image.height * ratio))))
        pixels = np.asarray(grid).astype(int)
        away = np.abs(pixels - pixels[0, 0]).sum(-1) > 60
        face = (np.abs(pixels - (255, 0, 255)) < 40).all(-1)
        pieces = components(away & ~face, min_pixels=round(0.004 * away.size))
        if not pieces:
            return Detections(Scene.NONE, False, [])
        if not faces:
            return Detections(Scene.GARMENT, False, [self._region("top", pieces[0])])
        regions = [self._region(slot, piece) for slot, piece in zip(self.slots, pieces, strict=False)]
        return Detections(Scene.WORN, len(regions) >= 3, regions, Box(0, 0, *image.size))

    @staticmethod
    def _region(slot: str, piece: NDArray[np.bool_]) -> Region:
        return Region(slot, 0.9, piece.astype(np.float32), slot)


class FakeCutter:
    """The real edge refinement, without rembg."""

    key = "fake-cutter"
    margin = shipped_options().cutout.crop_margin

    def __call__(self, image: Image.Image, probability: NDArray[np.float32], *, alone: bool) -> NDArray[np.uint8]:
        return guided_filter(np.asarray(image.convert("RGB")), probability, shipped_options().cutout)


class FakeClassifier:
    """Attributes and a unit vector drawn from a seed that is the picture's content, seen coarsely.

    The same garment at another size is told the same; the vector leans on the mean colour, so that
    garments of near colours are near.
    """

    key = "fake-describer"

    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]:
        return [self._one(picture) for picture in pictures]

    def classify_outfit(self, picture: Image.Image) -> Description:
        return self._one(picture)

    def _one(self, picture: Image.Image) -> Description:
        small = letterboxed(picture, 8, 8).astype(np.float32)
        seed = hashlib.sha256((small // 64).astype(np.uint8).tobytes()).digest()
        rng = np.random.default_rng(int.from_bytes(seed[:8], "big"))
        vector = rng.normal(0, 0.3 / DIM**0.5, DIM)
        vector[:3] += small.mean((0, 1)) / 255
        heads = {
            "kind": [kind.slug for kind in KINDS if kind.slot in ("top", "outer", "bottom")],
            "pattern": [term.slug for term in PATTERNS],
            "material": [term.slug for term in MATERIALS],
            "season": [term.slug for term in SEASONS],
            "gender": ["women", "men", "unisex"],
            "usage": ["casual", "sports", "formal", "ethnic"],
            "style": [term.slug for term in STYLES],
        }
        scores = {head: _scores(labels, rng) for head, labels in heads.items()}
        # Views of one garment agree on its kind whatever is around it: they share its strongest colour.
        strongest = small.reshape(-1, 3)[np.ptp(small, axis=2).argmax()] // 64
        scores["kind"] = _scores(heads["kind"], np.random.default_rng(strongest.astype(int)))
        return Description(scores, (vector / np.linalg.norm(vector)).astype(np.float32))


def _scores(labels: Sequence[str], rng: np.random.Generator) -> dict[str, float]:
    probabilities = rng.dirichlet(np.full(len(labels), 0.3))
    probabilities = 0.2 * probabilities + 0.8 * (probabilities == probabilities.max())
    return {labels[index]: float(probabilities[index]) for index in np.argsort(-probabilities)}


def fake_engine(options: Options | None = None) -> Engine:
    """An `Engine` of fakes; as VISION_BACKEND it is `tests.fakes.fake_engine`."""
    return Engine(FakeFaces(), FakeDetector(), FakeCutter(), FakeClassifier())
