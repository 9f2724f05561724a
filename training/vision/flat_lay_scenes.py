"""Training pictures of the flat-lay garment alone: garments laid where other garments lay, on the floors people have.

Most are real photos whose garment is taken away and another laid there, whose outline is known; often of nearly the
floor's own colour, because that is where outlines are lost. Real photos as they are teach where the network and the
colours (`matting.grabcut_refine`) say the same of them.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from training.vision.augmentations import repainted
from training.vision.packs import Pack
from training.vision.parts import PARTS, UNKNOWN, part_of_article
from training.vision.pasting import Cut, floor, lay, placement, relight, warp, white_alpha
from training.vision.scenes import SceneMaker
from training.vision.splits import is_validation_product, validation_senders

Box = tuple[float, float, float, float]

SHARES: Final = (("swapped", 0.45), ("closet_photo", 0.33), ("flat", 0.14), ("shop", 0.08))
_WEIGHTS: Final = dict.fromkeys(("top", "outer", "dress", "bottom"), 3.0) | dict.fromkeys(("shoes", "bag", "hat"), 1.0)
_WEIGHT_ELSE: Final = 0.25
# Of 255: where the network and the colours are both surer than this, a photo of its own is believed.
_BELIEVED: Final = (100, 150)
_POSSIBLY: Final = 70
_FROM_SHOPS: Final = 0.5
_REPAINTED, _DISGUISED = 0.12, 0.38
_TRIES: Final = 25


@dataclass(frozen=True)
class Outlines:
    """What network and colours say of closet photos, by row index: (h, w) uint8, of 255."""

    seen: dict[int, np.ndarray]
    refined: dict[int, np.ndarray]

    @classmethod
    def load(cls, path: Path) -> "Outlines":
        """Read what `flat_lay_labels` wrote. Raises FileNotFoundError."""
        found = cls({}, {})
        with np.load(path) as archive:
            for name in archive.files:
                what, index = name.split("-")
                getattr(found, what)[int(index)] = archive[name]
        for index, refined in found.refined.items():
            found.seen[index] = cv2.resize(found.seen[index], refined.shape[::-1])
        return found

    def agreement(self, index: int) -> float:
        """Their intersection over union."""
        seen, refined = self.seen[index] > 127, self.refined[index] > 127
        return float((seen & refined).sum() / max(1, (seen | refined).sum()))

    def truth(self, index: int) -> np.ndarray:
        """(h, w) uint8: 1 on the garment, 0 beside it, UNKNOWN where the two differ."""
        seen, refined = self.seen[index], self.refined[index]
        truth = np.full(seen.shape, UNKNOWN, np.uint8)
        truth[(seen > _BELIEVED[1]) & (refined > _BELIEVED[1])] = 1
        truth[(seen < _BELIEVED[0]) & (refined < _BELIEVED[0])] = 0
        return truth


@dataclass
class LyingScenes:
    """Draws pictures (h, w, 3) uint8 with their truths (h, w) uint8: 1 on the flat-lay garment, 0 beside it, UNKNOWN.

    validation: of photos and products that validate, alone.
    """

    scenes: SceneMaker
    outlines: Outlines
    validation: bool = False
    real: list[int] = field(init=False)
    clean: list[int] = field(init=False)
    grounds: list[int] = field(init=False)
    products: dict[int, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.closet, self.product = self.scenes.packs["closet"], self.scenes.packs["product"]
        held = validation_senders(self.closet.rows)
        self.real, self.clean, self.grounds = [], [], []
        for index, refined in self.outlines.refined.items():
            if (self.closet.rows[index]["sender_id"] in held) != self.validation:
                continue
            inside = refined > 127
            border = float(np.concatenate([inside[1], inside[-2], inside[:, 1], inside[:, -2]]).mean())
            area, agreement = float(inside.mean()), self.outlines.agreement(index)
            if agreement > 0.55 and 0.04 < area < 0.95:
                self.real.append(index)
            if agreement > 0.9 and 0.06 < area < 0.85 and border < 0.08:
                self.clean.append(index)
            if agreement > 0.8 and 0.05 < area < 0.6 and border < 0.15:
                self.grounds.append(index)
        self.products = _validating(self.product) if self.validation else self.scenes.products
        weights = np.array([_WEIGHTS.get(PARTS[part], _WEIGHT_ELSE) for part in self.products])
        self._chances = weights / weights.sum()

    def draw(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """One picture of any kind, by `SHARES`. size: (height, width)."""
        names = [name for name, _ in SHARES]
        picture, truth = getattr(self, rng.choice(names, p=[share for _, share in SHARES]))(size, rng)
        picture = relight(picture, rng)
        if rng.random() < 0.3:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))]
            picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
        return picture, truth

    def swapped(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A closet photo with another garment where its own was."""
        canvas, box = self._emptied(int(rng.choice(self.grounds)), rng)
        height, width = canvas.shape[:2]
        cut = _dressed(self._garment(rng), canvas, rng)
        tall, wide = cut.image.shape[:2]
        scale = max((box[2] - box[0]) * width / wide, (box[3] - box[1]) * height / tall) * rng.uniform(0.7, 1.15)
        fitting = min(height / tall, width / wide)
        where = ((box[0] + box[2]) / 2 + rng.uniform(-0.04, 0.04), (box[1] + box[3]) / 2 + rng.uniform(-0.04, 0.04))
        truth = np.zeros((height, width), np.uint8)
        lay(canvas, truth, cut, min(scale / fitting, 1.25), rng, where, 30)
        matrix = placement((height, width), size, rng.uniform(0.8, 1.25), rng, 12, False)
        return warp(canvas, (truth > 0).astype(np.uint8), matrix, size, rng)

    def flat(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A garment on a texture, now and then two."""
        canvas, truth = floor(self.scenes.textures, size, rng), np.zeros(size, np.uint8)
        count = 1 if rng.random() < 0.8 else 2
        for place in range(count):
            cut = _dressed(self._garment(rng), canvas, rng)
            share = rng.uniform(0.5, 1.05) if count == 1 else rng.uniform(0.35, 0.55)
            lay(canvas, truth, cut, share, rng, None if count == 1 else ((place + 0.5) / count, 0.5))
        return canvas, (truth > 0).astype(np.uint8)

    def closet_photo(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A closet photo as it is."""
        index = int(rng.choice(self.real))
        image = self.closet.image(index)
        truth = cv2.resize(self.outlines.truth(index), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        return warp(image, truth, placement(image.shape[:2], size, rng.uniform(0.8, 1.25), rng, 15, False), size, rng)

    def shop(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A product on white."""
        image = self.product.image(self._product(rng)[0])
        truth = (white_alpha(image) > 127).astype(np.uint8)
        matrix = placement(image.shape[:2], size, rng.uniform(0.7, 1.1), rng, 6, False)
        return warp(image, truth, matrix, size, rng, (255, 255, 255))

    def _product(self, rng: np.random.Generator) -> tuple[int, Cut]:
        for _ in range(1000):  # most can
            part = list(self.products)[int(rng.choice(len(self.products), p=self._chances))]
            index = int(rng.choice(self.products[part]))
            if (cut := self.scenes.cut(index)) is not None:
                return index, cut
        raise ValueError("None of the products can be cut out cleanly.")

    def _garment(self, rng: np.random.Generator) -> Cut:
        """A product, or what was cut cleanly out of a closet photo; a little within its edge, where no floor is."""
        if rng.random() < _FROM_SHOPS:
            cut = self._product(rng)[1]
            edge = cv2.GaussianBlur(cv2.erode(cut.alpha, np.ones((3, 3), np.uint8)), (0, 0), 0.7)
            return Cut(cut.image, edge, cut.part)
        index = int(rng.choice(self.clean))
        image = self.closet.image(index)
        alpha = cv2.resize(self.outlines.refined[index], image.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        alpha = cv2.erode((alpha > 140).astype(np.uint8), np.ones((3, 3), np.uint8)) * 255
        x, y, w, h = cv2.boundingRect(alpha)
        return Cut(image[y : y + h, x : x + w], alpha[y : y + h, x : x + w], 1)

    def _emptied(self, index: int, rng: np.random.Generator) -> tuple[np.ndarray, Box]:
        """A closet photo without its garment, (h, w, 3) uint8, and where that was: x0, y0, x1, y1 in 0..1."""
        image = self.closet.image(index)
        hole = np.maximum(self.outlines.seen[index], self.outlines.refined[index]) > _POSSIBLY
        hole = cv2.dilate(hole.astype(np.uint8), np.ones((9, 9), np.uint8))
        x, y, w, h = cv2.boundingRect(hole)
        box = (x / hole.shape[1], y / hole.shape[0], (x + w) / hole.shape[1], (y + h) / hole.shape[0])
        filling = _tiled(image, hole, box, rng) if rng.random() < 0.5 else None
        if filling is None:
            filling = _inpainted(image, hole, rng)
        whole = cv2.resize(hole, image.shape[1::-1], interpolation=cv2.INTER_NEAREST).astype(np.float32)
        weight = np.clip(cv2.GaussianBlur(whole, (0, 0), 2) * 1.6, 0, 1)[..., None]
        return (image * (1 - weight) + filling * weight).astype(np.uint8), box


def _validating(pack: Pack) -> dict[int, list[int]]:
    """Products that validate, by part, as `SceneMaker.products` are."""
    found: dict[int, list[int]] = {}
    for index, row in enumerate(pack.rows):
        part = part_of_article(row["articleType"])
        if part is not None and is_validation_product(row) and row["width"] > 100:
            found.setdefault(part, []).append(index)
    return found


def _dressed(cut: Cut, ground: np.ndarray, rng: np.random.Generator) -> Cut:
    """The garment in other light and often of other colours, nearly the ground's among them."""
    image, chance = cut.image, rng.random()
    if chance < _REPAINTED:
        image = repainted(image, rng)
    elif chance < _REPAINTED + _DISGUISED and (cut.alpha > 127).any():
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
        grounds = cv2.cvtColor(ground[::6, ::6], cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float32)
        wanted = np.median(grounds, axis=0) if rng.random() < 0.5 else rng.choice(grounds)
        own = np.median(lab[cut.alpha > 127], axis=0)
        lab += (wanted - own) * rng.uniform(0.4, 1.0) * np.array([rng.uniform(0.5, 1), 1, 1])
        lab[..., 0] += rng.uniform(-12, 12)
        image = cv2.cvtColor(lab.clip(0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    if rng.random() < 0.5:
        light = np.exp(rng.normal(0, 0.18, (3, 3))).astype(np.float32)
        light = cv2.resize(light, image.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        image = np.clip(image * light[..., None], 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9))
    return Cut(image, cut.alpha, cut.part)


def _tiled(image: np.ndarray, hole: np.ndarray, box: Box, rng: np.random.Generator) -> np.ndarray | None:
    """The picture with its hole covered by a piece of its own floor, mirrored and again; None where no piece is found.

    hole: (h', w') uint8 over the picture.
    """
    height, width = image.shape[:2]
    for _ in range(_TRIES):
        w, h = (max(4, int(side * rng.uniform(0.15, 0.5))) for side in hole.shape[::-1])
        x, y = int(rng.integers(hole.shape[1] - w + 1)), int(rng.integers(hole.shape[0] - h + 1))
        if hole[y : y + h, x : x + w].any():
            continue
        down, across = height / hole.shape[0], width / hole.shape[1]
        piece = image[int(y * down) : int((y + h) * down), int(x * across) : int((x + w) * across)]
        piece = np.concatenate([piece, piece[:, ::-1]], axis=1)
        piece = np.concatenate([piece, piece[::-1]], axis=0)
        left, top, right, bottom = (
            round(box[0] * width),
            round(box[1] * height),
            round(box[2] * width),
            round(box[3] * height),
        )
        tall, wide = bottom - top, right - left
        tiles = np.tile(piece, (-(-tall // piece.shape[0]), -(-wide // piece.shape[1]), 1))
        filled = image.copy()
        filled[top:bottom, left:right] = tiles[:tall, :wide]
        return filled
    return None


def _inpainted(image: np.ndarray, hole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with its hole filled from around, as grainy as the rest. hole: (h', w') uint8 over the picture."""
    size = image.shape[1::-1]
    small = cv2.resize(image, hole.shape[::-1], interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(cv2.inpaint(small, hole, 3, cv2.INPAINT_TELEA), size, interpolation=cv2.INTER_CUBIC)
    beside = cv2.resize(hole, size, interpolation=cv2.INTER_NEAREST) == 0
    fine = image.astype(np.float32) - cv2.GaussianBlur(image, (0, 0), 2)
    grain = cv2.GaussianBlur(rng.normal(0, 1, image.shape[:2]).astype(np.float32), (0, 0), rng.uniform(0.5, 1.2))
    grain *= 0.8 * float(fine[beside].std() if beside.any() else 3.0) / (grain.std() + 1e-6)
    return np.clip(smooth + grain[..., None], 0, 255).astype(np.uint8)


def batch_of(scenes: LyingScenes, size: tuple[int, int], count: int, rng: np.random.Generator) -> dict[str, Any]:
    """`count` pictures and truths of one size, stacked."""
    drawn = [scenes.draw(size, rng) for _ in range(count)]
    return {"image": np.stack([picture for picture, _ in drawn]), "truth": np.stack([truth for _, truth in drawn])}
