"""Cutting a garment out of its photo."""

from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.cutout.matting import decontaminate_edges, empty, guided_filter
from recommender.vision.facts import Box, Cutout
from recommender.vision.models import Models
from recommender.vision.options import CutoutOptions, DetectionOptions
from recommender.vision.segmentation.regions import Region

OWN: Final = "otjang"  # the setting that means our own networks


class Cutter(Protocol):
    """Finds the alpha of one garment.

    image: RGB, a crop of the photo. probability: (h, w) float32 of the same view at any resolution. alone: the garment
    is all there is, so that a general background remover may be trusted with it.
    Returns (h, w) uint8 of the crop's size, all zero where nothing was found.
    margin: around the region's box, of the crop it wants.
    """

    @property
    def key(self) -> str: ...

    @property
    def margin(self) -> float: ...

    def __call__(self, image: Image.Image, probability: NDArray[np.float32], *, alone: bool) -> NDArray[np.uint8]: ...


class RembgCutter:
    """`Cutter` by a rembg session that the operator chose: u2net, isnet, birefnet … Raises ModelMissing."""

    def __init__(self, name: str, models: Models, options: CutoutOptions) -> None:
        self.key, self._models, self._options = name, models, options
        self.margin = options.crop_margin

    def __call__(self, image: Image.Image, probability: NDArray[np.float32], *, alone: bool) -> NDArray[np.uint8]:
        from recommender.vision.cutout import rembg_sessions  # its import takes seconds

        session = self._models.get(f"rembg:{self.key}", lambda: rembg_sessions.open_session(self.key))
        foreground = rembg_sessions.mask_of(image, session)
        if alone:
            return foreground
        # It separates the person from the street, not the coat from the trousers.
        return np.minimum(foreground, guided_filter(np.asarray(image), probability, self._options))


def cut(
    image: Image.Image,
    region: Region,
    cutter: Cutter,
    options: CutoutOptions,
    *,
    alone: bool,
    shown: Image.Image | None = None,
) -> Cutout:
    """Cut `region` out of `image` (RGB). Where there is no foreground, the whole picture is kept and marked `whole`.

    shown: the picture whose pixels the cutout gets, `image` with its faces blurred; edges are sought on `image`.
    """
    width, height = image.size
    left, top, right, bottom = region.box(width, height).scaled(cutter.margin).clipped(width, height).rounded()
    crop = image.crop((left, top, right, bottom))
    alpha = cutter(
        crop, _view(region.probability, (left / width, top / height, right / width, bottom / height)), alone=alone
    )
    return from_alpha(shown or image, alpha, (left, top, right, bottom), options)


def from_alpha(
    image: Image.Image, alpha: NDArray[np.uint8], box: tuple[int, int, int, int], options: CutoutOptions
) -> Cutout:
    """The cutout of a known alpha, cropped to its foreground.

    alpha: (h, w) uint8 of `box`, which lies in `image` (RGB).
    """
    if empty(alpha, options):
        kept = np.full((image.height, image.width), 255, np.uint8)
        return Cutout(image.convert("RGBA"), (0, 0, image.width, image.height), kept, whole=True)
    rows, columns = np.flatnonzero((alpha > 8).any(1)), np.flatnonzero((alpha > 8).any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    alpha = np.ascontiguousarray(alpha[top:bottom, left:right])
    tight = (int(box[0] + left), int(box[1] + top), int(box[0] + right), int(box[1] + bottom))
    rgb = decontaminate_edges(np.asarray(image.crop(tight)), alpha)
    # Under a zero alpha the room would still be stored. One colour of the cloth compresses best, and does not
    # bleed a dark rim into the edge.
    rgb[alpha == 0] = np.array(cv2.mean(rgb, cv2.inRange(alpha, 128, 255))[:3], np.uint8)
    return Cutout(Image.fromarray(np.dstack([rgb, alpha]), "RGBA"), tight, alpha)


def _view(field: NDArray[np.float32], part: tuple[float, float, float, float]) -> NDArray[np.float32]:
    """The part of a field that lies under a crop, both over the whole picture; part: x0, y0, x1, y1 in 0..1."""
    rows, columns = field.shape
    x0, y0, x1, y1 = part
    # As many cells as the crop spans, sampled at exact positions: rounding to cells would shift the mask.
    across, down = max(8, round((x1 - x0) * columns * 2)), max(8, round((y1 - y0) * rows * 2))
    xs = (x0 + (np.arange(across) + 0.5) / across * (x1 - x0)) * columns - 0.5
    ys = (y0 + (np.arange(down) + 0.5) / down * (y1 - y0)) * rows - 0.5
    grid_x, grid_y = np.meshgrid(xs.astype(np.float32), ys.astype(np.float32))
    return np.asarray(cv2.remap(field, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def whole_alpha(cutout: Cutout, size: tuple[int, int], scale: float) -> Image.Image:
    """The alpha in the photo's own frame. size: (width, height) of the photo. scale: photo per working pixel."""
    frame = Image.new("L", (max(1, round(size[0] / scale)), max(1, round(size[1] / scale))), 0)
    frame.paste(Image.fromarray(cutout.alpha), cutout.box[:2])
    return frame if frame.size == size else frame.resize(size, Image.Resampling.BILINEAR)


def photo_box(cutout: Cutout, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box of what is solid of the cutout, in photo pixels: a soft edge is wider than the garment."""
    solid = cutout.alpha > 127
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    left, top = cutout.box[:2]
    tight = Box(left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
    return tight.times(scale).clipped(*size).rounded()


def legible(cutout: Cutout, image: Image.Image, options: DetectionOptions) -> bool:
    """Whether enough pixels are left to show; a thumbnail is judged at its own scale."""
    share = min(1.0, max(image.size) / options.legible_at)
    large = int((cutout.alpha > 127).sum()) >= share * share * options.min_legible_pixels
    return large and min(cutout.image.size) >= share * options.min_legible_side
