"""What a network looked at: an occlusion map, warm where a blanked patch costs the answer most of its probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Scores

CELLS: Final = 5  # a side of the map; with PATCH, 16 patches and under a second on one core
PATCH: Final = 2  # cells a side of what is blanked at once, overlapping
SHOWN_SIDE: Final = 512
_FLOOR: Final = 1e-6
_WARM: Final = (232, 120, 20)
_STRONGEST: Final = 0.72  # opacity of the warmest place

# Pictures, RGB or RGBA -> label -> probability of each, the likeliest first.
Scoring = Callable[[Sequence[Image.Image]], list[Scores]]


@dataclass(frozen=True)
class Explanation:
    """label, runner_up: the likeliest two, each with its probability. heat: (CELLS, CELLS) float32, 0..1, of the
    picture; all zero where no patch matters."""

    label: str
    confidence: float
    runner_up: str
    runner_up_confidence: float
    heat: NDArray[np.float32]


def explained(picture: Image.Image, scoring: Scoring) -> Explanation | None:
    """Why `scoring` says what it says of a picture, RGB or RGBA; None where it says nothing."""
    (whole,) = scoring([picture])
    if not whole:
        return None
    (label, confidence), (second, behind), *_ = [*whole.items(), ("", 0.0)]
    places = [(row, column) for row in range(CELLS - PATCH + 1) for column in range(CELLS - PATCH + 1)]
    blanks = [np.zeros((CELLS, CELLS), bool) for _ in places]
    for blank, (row, column) in zip(blanks, places, strict=True):
        blank[row : row + PATCH, column : column + PATCH] = True
    heat, covered = np.zeros((CELLS, CELLS)), np.zeros((CELLS, CELLS))
    for blank, scores in zip(blanks, scoring([blanked(picture, cells) for cells in blanks]), strict=True):
        loss = np.log(max(confidence, _FLOOR)) - np.log(max(scores.get(label, 0.0), _FLOOR))
        heat += blank * max(0.0, float(loss))
        covered += blank
    heat /= covered
    return Explanation(label, confidence, second, behind, (heat / max(heat.max(), _FLOOR)).astype(np.float32))


def blanked(picture: Image.Image, cells: NDArray[np.bool_]) -> Image.Image:
    """The picture without what lies in `cells`, (CELLS, CELLS) bool: transparent, or white where it has no alpha."""
    hidden = cv2.resize(cells.astype(np.uint8), picture.size, interpolation=cv2.INTER_NEAREST).astype(bool)
    pixels = np.array(picture if picture.mode == "RGBA" else picture.convert("RGB"))
    pixels[hidden] = 0 if pixels.shape[2] == 4 else 255
    return Image.fromarray(pixels)


def overlaid(picture: Image.Image, heat: NDArray[np.float32]) -> Image.Image:
    """The picture in grey on white, at most SHOWN_SIDE a side, with what was looked at in a warm colour. RGB."""
    shown = picture.copy()
    shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    ground = Image.new("RGB", shown.size, "white")
    ground.paste(shown.convert("RGB"), mask=shown.getchannel("A") if shown.mode == "RGBA" else None)
    grey = np.asarray(ground.convert("L"), np.float32)[..., None]
    warm = cv2.resize(heat, shown.size, interpolation=cv2.INTER_CUBIC).clip(0, 1)[..., None] * _STRONGEST
    if shown.mode == "RGBA":
        warm = warm * (np.asarray(shown.getchannel("A"), np.float32)[..., None] / 255)
    mixed = grey * (1 - warm) + np.array(_WARM, np.float32) * warm
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8))
