"""Garments as drawings (`recommender.vision.describe.silhouette`), for the network that judges by cut alone.

What a drawing still shows of the cloth is shuffled: it is sewn of another garment's, or light and dark are exchanged.
"""

from dataclasses import replace

import cv2
import numpy as np

from recommender.vision.describe.silhouette import FILLED, drawn
from training.vision.augmentations import sewn_anew
from training.vision.crops import STILL, Crop, CropReader, Distortion

# A drawing has no colours and no light to change.
PUSHED = Distortion(20, 0.04, (0.7, 1.02), 0.04, 0.1, 0.12, gain=0, brightness=0, blur=0.3, cutout=0, tilt=0.25)
FITTED = replace(STILL, zoom=(FILLED, FILLED))
# Chances: of another's cloth; of a negative; of an outline up to three pixels too wide or too narrow.
CLOTH, NEGATIVE, FRAYED = 0.25, 0.25, 0.3


class DrawingReader(CropReader):
    """Draws the garments of the same packs, whose outlines must be known."""

    def draw(
        self, crop: Crop, size: int, how: Distortion, rng: np.random.Generator, cut: float, tight: float = 0.0
    ) -> np.ndarray:
        """A (size, size, 3) uint8 drawing of the garment: fitted where `how` is STILL, else pushed about.

        cut, tight: as of other crops, without a say here. Raises ValueError where nobody outlined the garment.
        """
        photo, outline = self.region(crop, cut=True)
        still = how is STILL
        image, alpha, matrix = self.placed(crop, photo, outline, size, FITTED if still else PUSHED, rng)
        if alpha is None:
            raise ValueError(f"nobody has outlined photo {crop.index} of {crop.source}")
        image = cv2.warpPerspective(image, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
        alpha = cv2.warpPerspective(alpha, matrix, (size, size))
        return drawn(image, alpha) if still else drawn(*self._disguised(image, alpha, rng))

    def _disguised(
        self, image: np.ndarray, alpha: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        if rng.random() < CLOTH:
            image = sewn_anew(image, self.cloth(len(image), rng))
        if rng.random() < NEGATIVE:
            image = 255 - image
        if rng.random() < PUSHED.blur:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.4))
        if rng.random() < FRAYED:
            brush = np.ones((int(rng.integers(1, 4)),) * 2, np.uint8)
            alpha = cv2.erode(alpha, brush) if rng.random() < 0.5 else cv2.dilate(alpha, brush)
        return image, alpha
