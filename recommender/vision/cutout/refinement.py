"""The outline of a garment by the refinement network: edges, straps, and what is open between legs and under arms."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.cards import Input
from recommender.vision.cutout.matting import guided_filter
from recommender.vision.models import CardedNetwork
from recommender.vision.options import CutoutOptions, FromCard
from recommender.vision.segmentation.parser import normalised

FloatArray = NDArray[np.float32]
Alpha = NDArray[np.uint8]
_STRIDE: Final = 32


@dataclass(frozen=True)
class RefinementOptions(FromCard):
    """The block `refinement` of its card's decoding.

    side: of the picture it looks at, at most. max_upscale: of a small crop. margin: around the region's box.
    min_agreement: overlap with the coarse mask below which it means something else, and the guided filter draws the
    edge. reach: of the garment's longer side, how far from the coarse mask its outline may lie. sure: the coarse
    probability from which a hole is none. alpha_range: of its alpha, stretched to 0..1. min_piece: of the garment's
    area; a smaller piece, or hole, is dust. guided_from: how much larger than the picture it looked at a crop is, for
    the edge to be sought again at full size.
    """

    side: int
    max_upscale: float
    margin: float
    min_agreement: float
    reach: float
    sure: float
    alpha_range: tuple[float, float]
    min_piece: float
    guided_from: float


class Refinement(CardedNetwork):
    """Draws outlines with refinement.onnx."""

    NAME = "refinement"

    @property
    def options(self) -> RefinementOptions:
        return self._models.get(f"options {self.key}", lambda: RefinementOptions.read(self.card.decoding["refinement"]))

    def __call__(self, rgb: NDArray[np.uint8], probability: FloatArray) -> FloatArray:
        """The alpha, (h, w) float32 of 0..1 over the same view, its longer side at most `options.side`.

        rgb: (h', w', 3). probability: (h", w") float32, of the garment, over the same view.
        """
        feed, rows, columns = refinement_input(rgb, probability, self.card.input, self.options)
        alpha = self.session.run(["alpha"], {self.card.input.name: feed})[0][0, 0, :rows, :columns]
        low, high = self.options.alpha_range
        return np.asarray(((alpha - low) / (high - low)).clip(0, 1), np.float32)


def refinement_input(
    rgb: NDArray[np.uint8], probability: FloatArray, shape: Input, options: RefinementOptions
) -> tuple[FloatArray, int, int]:
    """(1, 4, h, w) float32: the crop, normalised, and the coarse mask; and how many rows and columns are the crop's.

    Right and below it is padded to multiples of 32 with zeros.
    """
    ratio = min(options.side / max(rgb.shape[:2]), options.max_upscale)
    rows, columns = (max(8, round(side * ratio)) for side in rgb.shape[:2])
    how = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(rgb, (columns, rows), interpolation=how), np.uint8)
    feed = np.zeros((1, 4, rows + -rows % _STRIDE, columns + -columns % _STRIDE), np.float32)
    feed[0, :3, :rows, :columns] = normalised(small, shape).transpose(2, 0, 1)
    feed[0, 3, :rows, :columns] = cv2.resize(probability, (columns, rows), interpolation=cv2.INTER_LINEAR).clip(0, 1)
    return feed, rows, columns


class RefiningCutter:
    """`Cutter` by the refinement network, and by the guided filter where the two mean different things."""

    def __init__(self, network: Refinement, options: CutoutOptions) -> None:
        self._network, self._options = network, options

    @property
    def key(self) -> str:
        return self._network.key

    @property
    def margin(self) -> float:
        return self._network.options.margin

    def __call__(self, image: Image.Image, probability: FloatArray, *, alone: bool) -> Alpha:
        options = self._network.options
        rgb = np.asarray(image)
        if float(probability.max(initial=0)) <= 0.5:
            return np.zeros(rgb.shape[:2], np.uint8)
        alpha = self._network(rgb, probability)
        coarse = np.asarray(cv2.resize(probability, alpha.shape[::-1]), np.float32)
        alpha = within_reach(alpha, coarse, options)
        before, after = coarse > 0.5, alpha > 0.5
        if (before & after).sum() < options.min_agreement * (before | after).sum():
            return guided_filter(rgb, probability, self._options)
        if alone:  # a second shoe, not the ornament of a rug
            alpha = np.where(main_pieces(alpha, self._options.min_piece), alpha, 0).astype(np.float32)
        return full_size(without_dust(alpha, options.min_piece), rgb, self._options, options.guided_from)


def within_reach(alpha: FloatArray, coarse: FloatArray, options: RefinementOptions) -> FloatArray:
    """The alpha as far as the coarse mask bears it out: no floor away from the garment, no hole in certain cloth.

    Both (h, w) float32 of 0..1, of one size.
    """
    before, result = (coarse > 0.5).astype(np.uint8), alpha.copy()
    *_, width, height = cv2.boundingRect(before)
    away = cv2.distanceTransform(1 - before, cv2.DIST_L2, 5)
    result[away > options.reach * max(width, height)] = 0
    _, labels = cv2.connectedComponents((result > 0.5).astype(np.uint8))
    met = np.isin(labels, np.unique(labels[before > 0])) & (labels > 0)
    result[cv2.dilate(met.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats((result <= 0.5).astype(np.uint8), connectivity=4)
    outer = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    certain = np.bincount(labels.ravel(), coarse.ravel(), count) / np.maximum(1, stats[:, cv2.CC_STAT_AREA])
    holes = np.setdiff1d(np.flatnonzero(certain > options.sure), [0, *outer])
    result[cv2.dilate(np.isin(labels, holes).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 1
    return result


def main_pieces(alpha: FloatArray, min_share: float) -> NDArray[np.bool_]:
    """Where the largest piece is, and those of at least `min_share` of it, with their soft rims. (h, w) of 0..1."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((alpha > 0.5).astype(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # the ground
    kept = np.isin(labels, np.flatnonzero(areas >= max(1, min_share * areas.max())))
    return np.asarray(cv2.dilate(kept.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def without_dust(alpha: FloatArray, min_piece: float) -> FloatArray:
    """The alpha without specks: islands and holes of less than `min_piece` of the garment's area. (h, w) float32."""
    solid = (alpha > 0.5).astype(np.uint8)
    least, result = min_piece * int(solid.sum()), alpha.copy()
    for inside, value in ((solid, 0.0), (1 - solid, 1.0)):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
        small = [index for index in range(1, count) if stats[index, cv2.CC_STAT_AREA] < least]
        if small:
            dust = np.isin(labels, small).astype(np.uint8)
            # With its soft rim.
            rim = cv2.dilate(dust, np.ones((3, 3), np.uint8)) > 0
            result[(rim & (inside == 0 if value else solid == 0)) | (dust > 0)] = value
    return result


def full_size(alpha: FloatArray, rgb: NDArray[np.uint8], options: CutoutOptions, guided_from: float) -> Alpha:
    """The alpha at the picture's size, (h, w) uint8; the edge of a much larger picture is drawn along what is seen."""
    size = (rgb.shape[1], rgb.shape[0])
    if max(size) > guided_from * max(alpha.shape):
        return guided_filter(rgb, alpha, options, fill=False)
    how = cv2.INTER_AREA if size[0] < alpha.shape[1] else cv2.INTER_CUBIC
    return np.asarray((cv2.resize(alpha, size, interpolation=how) * 255).round().clip(0, 255), np.uint8)
