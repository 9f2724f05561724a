"""What a garment is by its cut alone: a second opinion that sees neither colour nor cloth.

Networks pretrained on ImageNet go by texture rather than by shape (Geirhos et al., 2019: "ImageNet-trained CNNs are
biased towards texture"), so the classifier may call a red beanie a dress. This one is shown a line-drawing-like
rendering: the silhouette, and inside it only how each pixel differs from its surroundings.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Scores
from recommender.vision.models import CardedNetwork
from recommender.vision.segmentation.parser import calibrated_scores, normalised

FILLED: Final = 0.94  # of the drawing's side, by the garment's longer one
_AROUND: Final = 12  # a spot is compared with its surroundings, a twelfth of the side wide
_TONE: Final = 150  # of cloth without a seam
_CONTRAST: Final = 40  # the standard deviation of what is drawn inside
_LEAST_SPREAD: Final = 6.0  # noise of a plain cloth is not blown up to a pattern
_PAPER: Final = 255
_MOST_ENLARGED: Final = 2  # a thumbnail drawn larger shows its pixels for seams


class SilhouetteClassifier(Protocol):
    """Judges garments, each cut out (RGBA), by their cut alone: head -> label -> probability of each.

    What cannot be drawn, being too small, is told nothing of.
    """

    @property
    def key(self) -> str: ...

    def __call__(self, cutouts: Sequence[Image.Image]) -> list[Mapping[str, Scores]]: ...


class OnnxSilhouetteClassifier(CardedNetwork):
    """`SilhouetteClassifier` by shape.onnx."""

    NAME = "silhouette"

    def __call__(self, cutouts: Sequence[Image.Image]) -> list[Mapping[str, Scores]]:
        side = max(self.card.input.size)
        told: list[Mapping[str, Scores]] = [{} for _ in cutouts]
        drawable = [at for at, cutout in enumerate(cutouts) if max(cutout.size) * _MOST_ENLARGED >= side]
        if drawable:
            judged = self._judged(np.stack([drawing(cutouts[at], side) for at in drawable]))
            for at, scores in zip(drawable, judged, strict=True):
                told[at] = scores
        return told

    def _judged(self, drawings: NDArray[np.uint8]) -> list[dict[str, Scores]]:
        """drawings: (n, side, side, 3) uint8."""
        card, count = self.card, len(drawings)
        # A garment is the same mirrored, and two glances err less than one: of the ten classes .915, not .910.
        both = np.concatenate([drawings, drawings[:, :, ::-1]])
        feed = {card.input.name: np.ascontiguousarray(normalised(both, card.input).transpose(0, 3, 1, 2))}
        names = list(card.outputs)
        logits = self.session.run(names, feed)
        means = [rows.reshape(2, count, -1).mean(0) for rows in logits]
        return [
            {head: calibrated_scores(rows[at], card.outputs[head]) for head, rows in zip(names, means, strict=True)}
            for at in range(count)
        ]


def drawing(cutout: Image.Image, side: int) -> NDArray[np.uint8]:
    """(side, side, 3) uint8: a cutout (RGBA) as a drawing, fitted on white, its proportions kept."""
    rgba = np.asarray(cutout)
    ratio = FILLED * side / max(rgba.shape[:2])
    rows, columns = (max(1, round(length * ratio)) for length in rgba.shape[:2])
    small = cv2.resize(rgba, (columns, rows), interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    canvas = np.zeros((side, side, 4), np.uint8)
    top, left = (side - rows) // 2, (side - columns) // 2
    canvas[top : top + rows, left : left + columns] = small
    return drawn(canvas[..., :3], canvas[..., 3])


def drawn(image: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) uint8: what lies under `alpha` in greys about one tone, white around it.

    image: (h, w, 3) uint8. alpha: (h, w) uint8.
    """
    inside = alpha.astype(np.float32) / 255
    light = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    reach = max(alpha.shape) / _AROUND
    # Only the garment's own surroundings count: what lies beside it would draw a line around it.
    share = cv2.GaussianBlur(inside, (0, 0), reach) + 1e-3
    relief = (light - cv2.GaussianBlur(light * inside, (0, 0), reach) / share) * inside
    spread = float(np.sqrt((relief * relief).sum() / max(1.0, float(inside.sum()))))
    tones = _TONE + np.clip(relief * (_CONTRAST / (spread + _LEAST_SPREAD)), -100, 90)
    grey = (tones * inside + _PAPER * (1 - inside)).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
