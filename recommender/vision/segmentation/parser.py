"""The parsing network: every pixel's class, and what it thinks of the picture as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from recommender.vision.cards import Input, Output
from recommender.vision.models import CardedNetwork

FloatArray = NDArray[np.float32]
BACKGROUND: Final = "background"
_CLASSES, _LYING = "classes", "lying"
_STRIDE: Final = 32
_FINER: Final = 2
_CLOSER: Final = 1.15  # times the side it was taught at
_DENIED: Final = -60.0
_MOST_ENLARGED: Final = 3.6  # a thumbnail blown up further is a blur that looks like nothing


@dataclass(frozen=True)
class Parsing:
    """A picture, parsed.

    classes: (c, h, w) float32 probabilities over `labels`, covering the whole picture at twice the network's
    own resolution. whole: head -> label -> probability, for heads that judge the picture as one. flat_lay: (h, w)
    float32 probability to be a garment, of a picture where nobody wears one; None where the network has no word on it.
    """

    classes: FloatArray
    labels: tuple[str, ...]
    whole: Mapping[str, Mapping[str, float]]
    flat_lay: FloatArray | None = None

    def probability(self, *labels: str) -> FloatArray:
        """(h, w) probability of being any of `labels`; labels the network does not know count nothing."""
        wanted = [index for index, label in enumerate(self.labels) if label in labels]
        found: FloatArray = self.classes[wanted].sum(0)
        return found


class Parser(CardedNetwork):
    """Tells the parts of a picture by parser.onnx."""

    NAME = "parser"

    def __call__(self, image: Image.Image, *, share: float = 1.0) -> Parsing:
        """image: RGB of any size and shape. share: of the usual size, 0..1, at which it is looked at."""
        card = self.card
        planes, whole = self._look(image, round(share * max(card.input.size)))
        lying = _sigmoid(_finer(planes[_LYING])[0]) if _LYING in planes else None
        return Parsing(softmax(_finer(planes[_CLASSES]), axis=0), card.outputs[_CLASSES].labels, whole, lying)

    def closely(self, image: Image.Image, first: Parsing, *, share: float = 1.0) -> Parsing:
        """A second look, larger and at the mirror image, heard together with the first one.

        What lies differs little by it; of people, measured on held-back outfits, box AP50 rises from .620 to .634 and
        mask IoU from .750 to .758. first: what the first look said; its word on the picture as a whole stays. share: as
        of the first look.
        """
        longer = _STRIDE * max(1, round(_CLOSER * share * max(self.card.input.size) / _STRIDE))
        planes, _ = self._look(ImageOps.mirror(image), longer)
        second = _finer(planes[_CLASSES][:, :, ::-1])
        size = (second.shape[2], second.shape[1])
        # A probability's logarithm is its logit but for a constant a pixel, which softmax does not see.
        before = np.log(np.maximum(first.classes, np.exp(_DENIED)))
        both = (second + np.stack([cv2.resize(plane, size) for plane in before])) / 2
        return replace(first, classes=softmax(both, axis=0))

    def _look(self, image: Image.Image, longer: int) -> tuple[dict[str, FloatArray], dict[str, dict[str, float]]]:
        """Each output of pixels as (c, h, w) logits of the picture's own part, and what is said of it as a whole."""
        card = self.card
        feed, rows, columns = fitted_input(image, card.input, longer)
        names = list(card.outputs)
        found = dict(zip(names, self.session.run(names, {card.input.name: feed}), strict=True))
        planes = {}
        for name in {_CLASSES, _LYING} & found.keys():
            logits = found.pop(name)[0]
            # The photo's own part: what lies under the padding says nothing.
            down, across = logits.shape[1] / feed.shape[2], logits.shape[2] / feed.shape[3]
            own = logits[:, : max(1, round(rows * down)), : max(1, round(columns * across))]
            # A class that the picture as a whole denies has minus infinity everywhere, and that has no middle.
            planes[name] = np.maximum(own, _DENIED)
        whole = {name: calibrated_scores(values[0], card.outputs[name]) for name, values in found.items()}
        return planes, whole


def _finer(logits: FloatArray) -> FloatArray:
    """(c, h, w) at twice the resolution: between cells the logits pass smoothly, so that a hat of ten cells gets the
    outline it has."""
    size = (logits.shape[2] * _FINER, logits.shape[1] * _FINER)
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in logits])


def fitted_input(image: Image.Image, shape: Input, longer: int) -> tuple[FloatArray, int, int]:
    """(1, 3, h, w) float32 with the photo's long side `longer` pixels, and how many rows and columns are photo.

    A thumbnail stays smaller. The photo's own shape is kept; right and below it is padded to multiples of 32 with
    the mean, which is zero here.
    """
    enlarged = _STRIDE * round(_MOST_ENLARGED * max(image.size) / _STRIDE)
    longer = max(_STRIDE, min(longer, enlarged))
    ratio = longer / max(image.size)
    columns, rows = max(1, round(image.width * ratio)), max(1, round(image.height * ratio))
    how = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(np.asarray(image), (columns, rows), interpolation=how), np.uint8)
    normal = normalised(small, shape)
    padded = np.zeros((1, 3, rows + -rows % _STRIDE, columns + -columns % _STRIDE), np.float32)
    padded[0, :, :rows, :columns] = normal.transpose(2, 0, 1)
    return padded, rows, columns


def normalised(pixels: NDArray[np.uint8], shape: Input) -> FloatArray:
    """(..., 3) uint8 RGB to float32 as the card wants it: over 255, minus mean, over std."""
    result: FloatArray = pixels.astype(np.float32) / np.float32(255)
    result -= np.array(shape.mean, np.float32)
    result /= np.array(shape.std, np.float32)
    return result


def _sigmoid(logits: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)


def softmax(logits: FloatArray, axis: int = -1) -> FloatArray:
    raised = np.exp(logits - logits.max(axis, keepdims=True))
    result: FloatArray = raised / raised.sum(axis, keepdims=True)
    return result


def calibrated_scores(logits: FloatArray, output: Output) -> dict[str, float]:
    """One output's logits, (c,), to label -> calibrated probability, the likeliest first."""
    cooled = np.atleast_1d(logits).astype(np.float32) / output.temperature
    probabilities = softmax(cooled) if output.activation == "softmax" else _sigmoid(cooled)
    return {output.labels[index]: float(probabilities[index]) for index in np.argsort(-probabilities, kind="stable")}
