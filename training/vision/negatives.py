"""Negatives: pictures without a garment, on which the classifier is trained towards a flat answer over the kinds.

Crops of streets, skin and hair out of street photos, floors, and shapes filled with any of them on plain ground, as a
shop shows a cup: round, angular, or with limbs and notches as an animal's outline or a logo has (outlier exposure:
Hendrycks et al., 2019).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from training.vision.packs import Pack
from training.vision.splits import is_validation_street

_BODY_TAGS = ("skin", "hair")
_TRIES = 12
_SMALLEST = 48  # pixels of a view's side
_SHAPED_SIDE = 224
# Pictures of scikit-image without clothes: animals, things, textures, text, slides, the sky.
_LIBRARY = (
    "brick", "cell", "chelsea", "clock", "coffee", "coins", "colorwheel", "grass", "gravel", "horse",
    "hubble_deep_field", "immunohistochemistry", "logo", "microaneurysms", "moon", "page", "retina", "rocket", "text",
)  # fmt: skip


@dataclass(frozen=True)
class Negatives:
    """Draws square pictures of no garment.

    streets: a pack with masks. photos: the numbers of those that may be used. body: mask values of skin and hair.
    floors: textures, (h, w, 3) uint8.
    """

    streets: Pack
    photos: list[int]
    body: tuple[int, ...]
    floors: list[np.ndarray]

    @classmethod
    def of(cls, streets: Pack, tags: list[str], floors: list[np.ndarray], *, validation: bool = False) -> "Negatives":
        """From the masked street photos of one side of the split. tags: the names of mask values."""
        photos = [
            number
            for number, row in enumerate(streets.rows)
            if row.get("mask_offset") is not None and is_validation_street(row) == validation
        ]
        return cls(streets, photos, tuple(tags.index(tag) for tag in _BODY_TAGS if tag in tags), floors)

    def draw(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """A (size, size, 3) uint8 RGB picture in which nothing is worn and nothing lies."""
        view = self._view(rng)
        if rng.random() < 0.5:
            view = view[:, ::-1]
        if rng.random() < 0.5:
            return cv2.resize(view, (size, size), interpolation=cv2.INTER_AREA)
        return _shaped(view, size, rng)

    def _view(self, rng: np.random.Generator) -> np.ndarray:
        """Part of a photo that shows no clothes: mostly street, now and then a face, at times a floor."""
        if self.floors and (not self.photos or rng.random() < 0.2):
            return self.floors[rng.integers(len(self.floors))]
        for _ in range(_TRIES):
            number = int(rng.choice(self.photos))
            image, tags = self.streets.image(number), self.streets.mask(number)
            if tags is None:
                continue
            bare = np.isin(tags, (0, *self.body))
            body = np.argwhere(np.isin(tags, self.body))
            height, width = tags.shape
            side = int(rng.integers(_SMALLEST, min(height, width) // 2))
            if len(body) and rng.random() < 0.5:
                y, x = body[rng.integers(len(body))] - side // 2
            else:
                y, x = rng.integers(0, height - side), rng.integers(0, width - side)
            y, x = int(np.clip(y, 0, height - side)), int(np.clip(x, 0, width - side))
            if bare[y : y + side, x : x + side].mean() > 0.97:
                return image[y : y + side, x : x + side]
        return np.full((_SMALLEST, _SMALLEST, 3), rng.integers(0, 256, 3), np.uint8)


def _shaped(view: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """`view` inside a shape or two on plain ground, with letters at times: (size, size, 3) uint8."""
    ground = np.full((size, size, 3), 255 if rng.random() < 0.6 else rng.integers(0, 256), np.uint8)
    fill = cv2.resize(view, (size, size), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:
        fill = np.full_like(fill, rng.integers(0, 256, 3))
    shape = np.zeros((size, size), np.uint8)
    for _ in range(1 if rng.random() < 0.7 else 2):
        cv2.fillPoly(shape, [_outline(size, rng)], 255)
    drawn = np.where(shape[..., None] > 0, fill, ground)
    if rng.random() < 0.4:
        word = "".join(rng.choice(list("ABCDEFGHKLMNOPRSTUVWXYZ0123456789"), rng.integers(1, 7)))
        ink = tuple(int(v) for v in rng.integers(0, 256, 3))
        at = tuple(int(v) for v in size * rng.uniform(0.1, 0.6, 2))
        cv2.putText(drawn, word, at, cv2.FONT_HERSHEY_DUPLEX, size / 192 * rng.uniform(0.8, 2.5), ink, 3, cv2.LINE_AA)
    return np.ascontiguousarray(drawn)


def _outline(size: int, rng: np.random.Generator) -> np.ndarray:
    """(n, 2) int32 corners of a closed line: an ellipse, a polygon, or one whose radius swings."""
    swings = rng.random() < 0.5
    corners = 120 if swings or rng.random() < 0.4 else int(rng.integers(3, 9))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if corners < 120 else np.linspace(0, 2 * np.pi, corners)
    radius = np.ones(corners)
    if swings:
        waves = np.arange(2, 9)
        heights = rng.normal(0, 0.5, len(waves)) / np.sqrt(waves)
        radius += (heights * np.cos(np.outer(angles, waves) + rng.uniform(0, 2 * np.pi, len(waves)))).sum(1)
    middle, axes = size * rng.uniform(0.4, 0.6, 2), size * rng.uniform(0.15, 0.5, 2)
    along = np.column_stack([np.cos(angles), np.sin(angles)]) * (axes * np.maximum(radius, 0.1)[:, None])
    turn = rng.uniform(0, np.pi)
    turned = along @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(turned + middle, np.int32)


def pictures_without_garments(photos: Iterable[tuple[str, np.ndarray, np.ndarray]]) -> Iterator[tuple[str, np.ndarray]]:
    """(unit, (h, w, 3) uint8) of street background, plain and in shapes on plain ground: three a photo.

    photos: unit, picture (h, w, 3) uint8 and mask (h, w) uint8, 0 where nothing is labelled.
    """
    for unit, image, mask in photos:
        rng = np.random.default_rng(int(hashlib.sha256(unit.encode()).hexdigest()[:8], 16))
        height, width = mask.shape
        for number in range(3):
            for _ in range(_TRIES):
                side = int(rng.integers(2 * _SMALLEST, min(height, width) // 2 + 1))
                y, x = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
                if (mask[y : y + side, x : x + side] == 0).mean() > 0.99:
                    view = np.ascontiguousarray(image[y : y + side, x : x + side])
                    yield unit, _shaped(view, _SHAPED_SIDE, rng) if number else view
                    break


def library_pictures() -> Iterator[tuple[str, np.ndarray]]:
    """(unit, (h, w, 3) uint8) of scikit-image's own pictures without clothes, which look more like a garment."""
    from skimage import data, util

    for name in _LIBRARY:
        picture = util.img_as_ubyte(getattr(data, name)())
        rgb = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture[..., :3]
        yield f"skimage {name}", np.ascontiguousarray(rgb)
