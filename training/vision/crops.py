"""Garment crops for the classifier: plain photos and cutouts on white, through phone-like distortion.

Every sample is one warp out of a memory map (`packs.Pack`), so that making a crop costs well under a
millisecond. All randomness comes from the generator given.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import cv2
import numpy as np

from training.vision.augmentations import repainted, sewn_anew
from training.vision.labels import Label, closet_labels, product_labels, street_labels
from training.vision.packs import Pack
from training.vision.parts import NUMBER, STREET_PARTS
from training.vision.splits import is_set_aside, is_validation_product, is_validation_street, validation_senders

cv2.setNumThreads(1)

Source = Literal["product", "closet", "street", "nothing"]
WHITE_LEVEL = 245


@dataclass(frozen=True)
class Crop:
    """One garment somewhere in a pack.

    box: x0, y0, x1, y1 in pixels of its photo. tag: its value in the mask, part: in the label map (street photos).
    aside: kept from all but the phases that learn from everything (`splits.is_set_aside`).
    article, shade: the source's own class and colour words, for the embedding's proxies.
    """

    source: Source
    index: int
    box: tuple[int, int, int, int]
    labels: dict[str, Label]
    validation: bool
    article: str
    shade: str = ""
    tag: int = -1
    part: int = -1
    aside: bool = False


@dataclass(frozen=True)
class Distortion:
    """How far a crop may be pushed. Angles in degrees, shares of the side, gains as factors around 1.

    tilt: how much nearer one side may be than the opposite one, as of a photo taken aslant. hue: degrees that all
    colours may turn by. grey: chance of no colour at all. floor: chance that a closet garment is laid on another's
    floor: who took a photo, and where, must not tell what is on it. repaint, cloth: chances of wholly other colours,
    and that a garment whose outline is known is sewn of another's cloth (`augmentations`).
    """

    rotation: float = 12
    quarter_turns: float = 0.0
    zoom: tuple[float, float] = (0.85, 1.15)
    shift: float = 0.06
    stretch: float = 0.06
    shear: float = 0.05
    gain: float = 0.04
    brightness: float = 0.12
    blur: float = 0.1
    cutout: float = 0.15
    tilt: float = 0.0
    hue: float = 0.0
    grey: float = 0.0
    floor: float = 0.0
    repaint: float = 0.0
    cloth: float = 0.0


# Products carry colour labels: light and colour are left nearly alone there.
PRODUCT = Distortion()
CLOSET = Distortion(30, 0.06, (0.8, 1.25), 0.08, 0.1, 0.12, 0.1, 0.35, 0.15, 0.2)
# Kinds do not depend on colour, and closet photos carry no colour labels. They do depend on where a garment ends: it is
# shown whole nearly always, as the pipeline shows it, lest a dress look like a T-shirt.
STRONG = replace(
    CLOSET, rotation=20, quarter_turns=0.04, zoom=(0.68, 1.03), shift=0.04, tilt=0.25, hue=25, grey=0.08, floor=0.3
)
# As strongly, and the cut is nearly all there is to go by.
REPAINTED = replace(STRONG, hue=0, grey=0.05, repaint=0.6, cloth=0.3)
PUSHED = {"plain": CLOSET, "strong": STRONG, "repainted": REPAINTED}
STREET = Distortion(15, 0.0, (0.85, 1.2), 0.08, 0.1, 0.08, 0.1, 0.3, 0.15, 0.15)
STILL = Distortion(0, 0, (1, 1), 0, 0, 0, 0, 0, 0, 0)


def foreground_box(image: np.ndarray) -> tuple[int, int, int, int]:
    """The box of what is not white in (h, w, 3) uint8; the whole picture where all is white."""
    ink = image.min(axis=2) < WHITE_LEVEL
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) < 4 or len(columns) < 4:
        return 0, 0, image.shape[1], image.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def product_crops(pack: Pack) -> list[Crop]:
    """One crop a product that has any label we can use."""
    crops = []
    for index, row in enumerate(pack.rows):
        labels = product_labels(row)
        if "kind" in labels or row["masterCategory"] in ("Apparel", "Footwear", "Accessories"):
            box = foreground_box(pack.image(index))
            article, shade = row["articleType"], row["baseColour"]
            crops.append(Crop("product", index, box, labels, is_validation_product(row), article, shade))
    return crops


def closet_crops(pack: Pack) -> list[Crop]:
    """One crop a closet photo: the whole photo."""
    held = validation_senders(pack.rows)
    return [
        Crop(
            "closet",
            index,
            (0, 0, row["width"], row["height"]),
            closet_labels(row),
            row["sender_id"] in held,
            f"closet {row['label']}",
            aside=row["sender_id"] not in held and is_set_aside(row),
        )
        for index, row in enumerate(pack.rows)
    ]


def street_crops(pack: Pack, tags: list[str], smallest: int = 24) -> list[Crop]:
    """One crop for every garment of every masked street photo; `smallest`: least box side in pixels."""
    crops = []
    for index, row in enumerate(pack.rows):
        mask = pack.mask(index)
        if mask is None:
            continue
        for tag in np.unique(mask):
            labels = street_labels(tags[tag])
            box = _seen_box(mask == tag, smallest)
            if "kind" in labels and box:
                held = is_validation_street(row)
                crops.append(Crop("street", index, box, labels, held, f"street {tags[tag]}", tag=int(tag)))
    return crops


def tagged_crops(pack: Pack, worn: dict[int, np.ndarray], smallest: int = 24) -> list[Crop]:
    """Crops of the street photos that carry tags only: the garments whose slot is told of one tag alone.

    worn: their pseudo-labels by row index, (h, w) uint8 maps of `PARTS`. Photos that validate are left out.
    """
    crops = []
    for index, parts in worn.items():
        row = pack.rows[index]
        told = [tag for tag in row["tags"].split() if "kind" in street_labels(tag)]
        slots = Counter(STREET_PARTS[tag] for tag in told)
        for tag in told:
            part = NUMBER[STREET_PARTS[tag]]
            box = _seen_box(parts == part, smallest)
            if slots[STREET_PARTS[tag]] == 1 and box and not is_validation_street(row):
                crops.append(Crop("street", index, box, street_labels(tag), False, f"street {tag}", part=part))
    return crops


def _seen_box(mask: np.ndarray, smallest: int) -> tuple[int, int, int, int] | None:
    """The box around an (h, w) bool mask; None where next to nothing of the garment is seen."""
    ys, xs = np.nonzero(mask)
    if len(xs) < smallest * smallest / 4:
        return None
    box = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    return box if max(box[2] - box[0], box[3] - box[1]) >= smallest else None


@dataclass
class CropReader:
    """Draws crops of the three packs as square pictures.

    textures: backgrounds, (h, w, 3) uint8, that cut-out products are laid on.
    masks: foreground of closet photos by row index, (h, w) uint8 alpha, where a parser has made them.
    worn: likewise label maps of street photos without masks.
    """

    packs: dict[Source, Pack]
    textures: list[np.ndarray] = field(default_factory=list)
    masks: dict[int, np.ndarray] = field(default_factory=dict)
    worn: dict[int, np.ndarray] = field(default_factory=dict)

    def region(self, crop: Crop, cut: bool) -> tuple[np.ndarray, np.ndarray | None]:
        """The photo and, where the garment is to be cut out, its alpha (h, w) uint8."""
        image = self.packs[crop.source].image(crop.index)
        if not cut:
            return image, None
        if crop.part >= 0:
            return image, (self.worn[crop.index] == crop.part).astype(np.uint8) * 255
        if crop.source == "street":
            mask = self.packs["street"].mask(crop.index)
            return image, None if mask is None else (mask == crop.tag).astype(np.uint8) * 255
        if crop.source == "closet":
            return image, self.masks.get(crop.index)
        ink = (image.min(axis=2) < WHITE_LEVEL).astype(np.uint8) * 255
        return image, cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))

    def draw(
        self, crop: Crop, size: int, how: Distortion, rng: np.random.Generator, cut: float, tight: float = 0.0
    ) -> np.ndarray:
        """A (size, size, 3) uint8 RGB picture of the garment.

        cut: the chance that the garment is cut out (street, closet) or laid on a texture (product).
        tight: the chance that a plain picture ends at the garment's box, white beyond, as the pipeline feeds it.
        """
        elsewhere = crop.source == "closet" and rng.random() < how.floor
        image, alpha = self.region(crop, rng.random() < cut or elsewhere)
        ends = alpha is None and crop.source != "product" and rng.random() < tight
        image, alpha, matrix = self.placed(crop, image, alpha, size, how, rng, ends=ends)
        white = crop.source == "product" or alpha is not None or ends
        border = (255, 255, 255) if white or rng.random() < 0.5 else tuple(int(v) for v in rng.integers(0, 256, 3))
        mode = cv2.BORDER_CONSTANT if white or rng.random() < 0.7 else cv2.BORDER_REFLECT_101
        picture = cv2.warpPerspective(
            image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=mode, borderValue=border
        )
        if how.repaint and rng.random() < how.repaint:
            picture = repainted(picture, rng)
        if alpha is not None:
            weight = cv2.warpPerspective(alpha, matrix, (size, size))[..., None].astype(np.float32) / 255
            if how.cloth and rng.random() < how.cloth:
                picture = sewn_anew(picture, self.cloth(size, rng))
            if (elsewhere or crop.source == "product") and self.textures:
                ground = _texture_patch(self.textures, size, rng)
            else:
                ground = np.full((size, size, 3), 255, np.float32)
            picture = (picture * weight + ground * (1 - weight)).astype(np.uint8)
        return _relight(picture, how, rng)

    def placed(
        self,
        crop: Crop,
        image: np.ndarray,
        alpha: np.ndarray | None,
        size: int,
        how: Distortion,
        rng: np.random.Generator,
        *,
        ends: bool = False,
    ) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Photo and alpha around the garment, not much larger than it is to be, and the 3x3 matrix that places it.

        ends: nothing is left around the garment's box.
        """
        x0, y0, x1, y1 = self._box(crop)
        side = max(x1 - x0, y1 - y0)
        pad = round(side * rng.uniform(0, 0.06)) if ends else side // 3
        left, top = max(0, x0 - pad), max(0, y0 - pad)
        image = image[top : y1 + pad, left : x1 + pad]
        alpha = None if alpha is None else alpha[top : y1 + pad, left : x1 + pad]
        # Shrinking by area first keeps the warp free of aliasing.
        shrink = size / side
        centre = np.array([(x0 + x1) / 2 - left, (y0 + y1) / 2 - top])
        if shrink < 0.75:
            half = (max(1, round(image.shape[1] * shrink)), max(1, round(image.shape[0] * shrink)))
            centre *= np.array([half[0] / image.shape[1], half[1] / image.shape[0]])
            image = cv2.resize(image, half, interpolation=cv2.INTER_AREA)
            alpha = None if alpha is None else cv2.resize(alpha, half, interpolation=cv2.INTER_AREA)
            shrink = 1.0
        return image, alpha, _warp(how, rng, shrink, centre, size)

    def cloth(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """A (size, size, 3) uint8 patch out of the middle of some closet garment."""
        number = self.cloths[rng.integers(len(self.cloths))]
        alpha, image = self.masks[number], self.packs["closet"].image(number)
        x, y, w, h = cv2.boundingRect((alpha > 127).astype(np.uint8))
        across, down = max(8, w // 3), max(8, h // 3)
        patch = image[y + (h - down) // 2 :, x + (w - across) // 2 :][:down, :across]
        tiles = int(rng.integers(1, 3))
        small = cv2.resize(patch, (-(-size // tiles), -(-size // tiles)), interpolation=cv2.INTER_AREA)
        row = np.hstack([small, small[:, ::-1]][:tiles])
        return np.vstack([row, row[::-1]][:tiles])[:size, :size]

    @cached_property
    def cloths(self) -> list[int]:
        """The closet photos whose garments lend their cloth: those that train and whose outline is known."""
        rows = self.packs["closet"].rows
        held = validation_senders(rows)
        return [number for number in self.masks if rows[number]["sender_id"] not in held]

    def _box(self, crop: Crop) -> tuple[int, int, int, int]:
        """The garment's box; of a closet photo, around its mask where there is one."""
        alpha = self.masks.get(crop.index) if crop.source == "closet" else None
        if alpha is not None:
            x, y, w, h = cv2.boundingRect((alpha > 127).astype(np.uint8))
            if min(w, h) > 16:
                return x, y, x + w, y + h
        return crop.box


def _warp(how: Distortion, rng: np.random.Generator, scale: float, centre: np.ndarray, size: int) -> np.ndarray:
    """The 3x3 matrix from photo to crop."""
    angle = np.deg2rad(rng.uniform(-how.rotation, how.rotation))
    if how.quarter_turns and rng.random() < how.quarter_turns:
        angle += np.pi / 2 * rng.integers(1, 4)
    zoom = scale * rng.uniform(*how.zoom)
    stretch = np.exp(rng.uniform(-how.stretch, how.stretch))
    shear = rng.uniform(-how.shear, how.shear)
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, shear], [0, 1]])
    linear = linear @ np.diag([zoom * stretch, zoom / stretch])
    if how.rotation and rng.random() < 0.5:
        linear = linear @ np.diag([-1.0, 1.0])
    target = size / 2 + rng.uniform(-how.shift, how.shift, 2) * size
    matrix = np.vstack([np.column_stack([linear, target - linear @ centre]), (0, 0, 1)])
    if how.tilt:
        towards = np.eye(3)
        towards[2, :2] = rng.uniform(-how.tilt, how.tilt, 2) / size
        middle = np.array([[1, 0, size / 2], [0, 1, size / 2], [0, 0, 1]])
        matrix = middle @ towards @ np.linalg.inv(middle) @ matrix
    return matrix


def _texture_patch(textures: list[np.ndarray], size: int, rng: np.random.Generator) -> np.ndarray:
    texture = textures[rng.integers(len(textures))]
    height, width = texture.shape[:2]
    side = int(rng.integers(min(height, width) // 2, min(height, width) + 1))
    y, x = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    return cv2.resize(texture[y : y + side, x : x + side], (size, size)).astype(np.float32)


def _relight(image: np.ndarray, how: Distortion, rng: np.random.Generator) -> np.ndarray:
    if how.brightness:
        level = np.exp(rng.uniform(-how.brightness, how.brightness))
        gains = level * (1 + rng.uniform(-how.gain, how.gain, 3))
        curve = np.linspace(0, 1, 256, dtype=np.float32)[:, None] ** np.exp(rng.uniform(-0.5, 0.5) * how.brightness)
        table = np.clip(255 * curve * gains[None], 0, 255).astype(np.uint8)
        image = cv2.LUT(image, table[:, None, :].reshape(1, 256, 3))
    if how.grey and rng.random() < how.grey:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    elif how.hue:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
        hsv[..., 0] += np.uint8(int(rng.uniform(-how.hue, how.hue) / 360 * 256) % 256)
        image = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)
    if rng.random() < how.blur:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < how.cutout:
        size = image.shape[0]
        side = int(size * rng.uniform(0.1, 0.3))
        y, x = rng.integers(0, size - side, 2)
        image = image.copy()
        image[y : y + side, x : x + side] = rng.integers(0, 256, 3)
    return image


def corner_textures(pack: Pack, limit: int = 400) -> list[np.ndarray]:
    """Floors and bedding: the corners of closet photos, where the garment rarely reaches."""
    held = validation_senders(pack.rows)
    corners = []
    for index in range(0, len(pack), max(1, len(pack) // limit)):
        if pack.rows[index]["sender_id"] in held:
            continue
        image = pack.image(index)
        side = min(image.shape[:2]) // 4
        corner = image[:side, :side] if index % 2 else image[-side:, -side:]
        # Quiet corners only: an edge through it is usually a sleeve.
        if corner.std(axis=(0, 1)).mean() < 22:
            corners.append(np.ascontiguousarray(corner))
    return corners
