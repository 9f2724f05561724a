"""Floors, bedding and walls to lay garments on: patches of photos, and made ones where photos end."""

import cv2
import numpy as np

from training.vision.packs import Pack
from training.vision.splits import is_validation_street


def wood(size: int, rng: np.random.Generator) -> np.ndarray:
    """Boards with grain, (size, size, 3) uint8."""
    base = np.array(
        [(150, 110, 75), (190, 155, 115), (95, 65, 45), (205, 190, 165), (120, 115, 110)][rng.integers(5)], float
    )
    grain = cv2.resize(rng.normal(0, 1, (size // 2, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    fine = cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 0.6, sigmaY=8)
    picture = base + (grain[..., None] * 6 + fine[..., None] * 10)
    boards = rng.integers(3, 9)
    for x in np.linspace(0, size, boards + 1)[1:-1].astype(int):
        picture[:, x : x + max(1, size // 160)] *= 0.6
        picture[:, x:] *= rng.uniform(0.92, 1.08)
    picture = picture.transpose(1, 0, 2) if rng.random() < 0.5 else picture
    return np.clip(picture, 0, 255).astype(np.uint8)


def cloth(size: int, rng: np.random.Generator) -> np.ndarray:
    """Soft folds of one colour, sometimes striped or checked, (size, size, 3) uint8."""
    base = rng.uniform(40, 250, 3) if rng.random() < 0.5 else np.full(3, rng.uniform(60, 250))
    coarse = rng.normal(0, 1, (rng.integers(3, 9), rng.integers(3, 9))).astype(np.float32)
    folds = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    light = 1 + 0.09 * folds + rng.normal(0, 0.02, (size, size))
    picture = base[None, None] * light[..., None]
    if rng.random() < 0.35:
        period = rng.integers(8, 50)
        lines = (np.arange(size) % period < period * rng.uniform(0.2, 0.6)).astype(float)
        tint = rng.uniform(-60, 60, 3)
        picture += lines[None, :, None] * tint
        if rng.random() < 0.5:
            picture += lines[:, None, None] * tint
    return np.clip(picture, 0, 255).astype(np.uint8)


def carpet(size: int, rng: np.random.Generator) -> np.ndarray:
    """Speckle of one colour, (size, size, 3) uint8."""
    base = rng.uniform(50, 220, 3) * 0.4 + rng.uniform(50, 220) * 0.6
    noise = cv2.GaussianBlur(rng.normal(0, 1, (size, size, 3)).astype(np.float32), (0, 0), rng.uniform(0.5, 2.5))
    noise = noise / (noise.std() + 1e-6)
    return np.clip(base + noise * rng.uniform(3, 22), 0, 255).astype(np.uint8)


def made_textures(count: int, size: int, seed: int) -> list[np.ndarray]:
    """`count` made textures of (size, size, 3) uint8."""
    rng = np.random.default_rng(seed)
    makers = (wood, cloth, carpet)
    return [makers[i % 3](size, rng) for i in range(count)]


def street_grounds(pack: Pack, least: int = 96, limit: int = 300) -> list[np.ndarray]:
    """Parts of street photos beside the person, as (h, w, 3) uint8 copies at least `least` wide."""
    grounds = []
    for index, row in enumerate(pack.rows):
        mask = pack.mask(index)
        if mask is None or is_validation_street(row):
            continue
        columns = np.flatnonzero((mask > 0).any(axis=0))
        left, right = columns[0], mask.shape[1] - columns[-1]
        if max(left, right) >= least:
            image = pack.image(index)
            grounds.append(image[:, : left - 4].copy() if left >= right else image[:, -(right - 4) :].copy())
        if len(grounds) >= limit:
            break
    return grounds
