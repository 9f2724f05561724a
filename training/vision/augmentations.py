"""Garments in other colours and of other cloth than they have.

Networks taught on ImageNet go by texture (Geirhos et al., 2019); what a garment is shows in its cut.
"""

import cv2
import numpy as np


def repainted(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(h, w, 3) uint8 with every hue turned alike, paler or stronger, darker or lighter, now and then as a negative."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
    hsv[..., 0] += np.uint8(rng.integers(256))
    negative = rng.random() < 0.25
    # The hue of what is nearly black is noise: as a negative it would glare.
    hsv[..., 1] = cv2.convertScaleAbs(hsv[..., 1], alpha=rng.uniform(0.1, 0.6) if negative else rng.uniform(0.2, 1.6))
    curve = np.linspace(0, 1, 256) ** np.exp(rng.uniform(-0.7, 0.7))
    if negative:
        curve = curve[::-1]
    hsv[..., 2] = cv2.LUT(hsv[..., 2], (curve * 255).astype(np.uint8))
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)


def sewn_anew(image: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """`cloth` with the folds, seams and shadows of `image`, both (h, w, 3) uint8: its light, taken by contrast."""
    light = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # Against its neighbourhood, so that a dark garment's folds show on a light cloth as well.
    folds = (light + 24) / (cv2.GaussianBlur(light, (0, 0), image.shape[0] / 12) + 24)
    return np.clip(cloth * folds[..., None], 0, 255).astype(np.uint8)
