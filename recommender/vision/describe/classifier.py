"""The attribute classifier: kind, pattern, material and other heads with calibrated probabilities, and an embedding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.describe.season import garment_seasons
from recommender.vision.describe.style import garment_style
from recommender.vision.facts import Scores
from recommender.vision.models import CardedNetwork
from recommender.vision.segmentation.parser import calibrated_scores, normalised

BATCH: Final = 16
_MIN_PROBABILITY: Final = 1e-6
_WHITE: Final = 255  # behind a cutout, as in training


@dataclass(frozen=True)
class Description:
    """scores: head -> label -> probability, the likeliest first. embedding: (d,) float32, L2-normalised."""

    scores: Mapping[str, Scores]
    embedding: NDArray[np.float32]


class Classifier(Protocol):
    """Classifies pictures of one garment each, cutouts (RGBA) or plain (RGB)."""

    @property
    def key(self) -> str: ...

    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]: ...

    def classify_outfit(self, picture: Image.Image) -> Description:
        """Classifies a whole outfit: a person's crop, RGB. Only the `style` head is meaningful."""
        ...


class OnnxClassifier(CardedNetwork):
    """`Classifier` by classifier.onnx."""

    NAME = "classifier"

    def __call__(self, pictures: Sequence[Image.Image]) -> list[Description]:
        side = self.card.input.size
        described: list[Description] = []
        for start in range(0, len(pictures), BATCH):
            described += self._run([letterboxed(picture, *side) for picture in pictures[start : start + BATCH]])
        return [replace(one, scores=with_derived_heads(one.scores)) for one in described]

    def classify_outfit(self, picture: Image.Image) -> Description:
        height, width = self.card.notes["look"]["size"]
        return self._run([letterboxed(picture, height, width)])[0]

    def _run(self, crops: Sequence[NDArray[np.uint8]]) -> list[Description]:
        """crops: (h, w, 3) uint8 of one size."""
        card = self.card
        normal = normalised(np.stack(crops), card.input)
        feed = {card.input.name: np.ascontiguousarray(normal.transpose(0, 3, 1, 2))}
        names = list(card.outputs)
        found = dict(zip(names, self.session.run(names, feed), strict=True))
        embeddings = found.pop("embedding")
        return [
            Description(
                {head: calibrated_scores(values[index], card.outputs[head]) for head, values in found.items()},
                (embedding / max(float(np.linalg.norm(embedding)), 1e-9)).astype(np.float32),
            )
            for index, embedding in enumerate(embeddings)
        ]


def with_derived_heads(scores: Mapping[str, Scores]) -> dict[str, Scores]:
    """The scores with `style` and `season` derived from the other heads.

    The network's own `style` head is of whole outfits, and its `season` that of sale.
    """
    followed = {"style": garment_style(scores), "season": garment_seasons(scores)}
    return {**scores, **{head: said for head, said in followed.items() if said}}


def fuse_views(views: Sequence[Description]) -> dict[str, Scores]:
    """The scores of several views of one garment: head -> label -> probability, the likeliest first.

    Single-label heads are fused by their mean log-probabilities: a mean of probabilities would be less confident than
    any of the views. Multi-label heads (seasons, styles) are averaged label by label.
    """
    scores: dict[str, Scores] = {}
    for head, first in views[0].scores.items():
        labels = list(first)
        probabilities = np.array([[view.scores[head][label] for label in labels] for view in views])
        together = probabilities.mean(0)
        if np.allclose(probabilities.sum(1), 1, atol=1e-3):
            together = np.exp(np.log(np.maximum(probabilities, _MIN_PROBABILITY)).mean(0))
            together /= together.sum()
        order = np.argsort(-together, kind="stable")
        scores[head] = {labels[index]: float(together[index]) for index in order}
    return scores


def letterboxed(picture: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """(height, width, 3) uint8: the picture fitted on white, its aspect ratio kept, as in training."""
    if picture.mode == "RGBA":
        rgba = np.asarray(picture)
        alpha = rgba[..., 3:].astype(np.uint16)
        rgb = ((rgba[..., :3] * alpha + _WHITE * (255 - alpha)) // 255).astype(np.uint8)
    else:
        rgb = np.asarray(picture.convert("RGB"))
    ratio = min(height / rgb.shape[0], width / rgb.shape[1])
    rows, columns = max(1, round(rgb.shape[0] * ratio)), max(1, round(rgb.shape[1] * ratio))
    small = cv2.resize(rgb, (columns, rows), interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    canvas = np.full((height, width, 3), _WHITE, np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    canvas[top : top + rows, left : left + columns] = small
    return canvas


def mean_embedding(views: Sequence[Description]) -> NDArray[np.float32]:
    """(d,) float32, L2-normalised: the mean direction of the views; zeros where they point apart altogether."""
    mean = np.sum([view.embedding for view in views], axis=0)
    result: NDArray[np.float32] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return result
