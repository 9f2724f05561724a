"""Training scenes for the parser: street photos with masks, garments laid on floors, and empty rooms.

A scene is a picture with a label map (`parts`) and image-level facts. Products photographed on white are cut
out and laid on textures, alone or a few together, so that worn and lying garments are learnt by one network.
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from training.vision.crops import corner_textures, foreground_box
from training.vision.packs import Pack
from training.vision.parts import (
    BODY,
    FOREGROUND,
    NUMBER,
    PARTS,
    SCENES,
    STREET_PARTS,
    UNKNOWN,
    part_of_article,
    part_of_closet,
    tag_table,
)
from training.vision.pasting import Cut, floor, lay, open_rings, placement, relight, skin_share, warp, white_alpha
from training.vision.splits import is_validation_product, is_validation_street, validation_senders
from training.vision.textures import made_textures, street_grounds

cv2.setNumThreads(1)

# Boundaries, from the crown down, of the bands that say which part of a body is in the picture.
_BANDS = ((0.0, 0.13), (0.16, 0.48), (0.5, 0.85), (0.92, 1.0))
_RINGED = frozenset({"bag", "eyewear", "belt", "accessory"})
# How often a garment laid on a texture comes from a closet photo rather than a shop's: sleeves lie as people lay them.
CLOSET_CUT = 0.45
_FULL_FIGURE_ARTICLES = frozenset({"Sarees", "Dresses", "Kurtas", "Kurta Sets", "Kurtis", "Jumpsuit", "Tunics"})


@dataclass
class Scene:
    """One training picture.

    image: (h, w, 3) uint8. parts: (h, w) uint8, class numbers, FOREGROUND or UNKNOWN. presence: (classes,)
    float32, 1 there, 0 not there, -1 unknown. scene: a number of SCENES or -1. body: (4,) float32 of BODY, -1
    unknown. full_body: 1, 0 or -1.
    """

    image: np.ndarray
    parts: np.ndarray
    presence: np.ndarray
    scene: int
    body: np.ndarray
    full_body: float


@dataclass
class SceneMaker:
    """Draws scenes from the packs.

    closet_masks / street_masks: pseudo-labels by row index, (h, w) uint8 label maps, from an earlier network.
    """

    packs: dict[str, Pack]
    tags: list[str]
    closet_masks: dict[int, np.ndarray] = field(default_factory=dict)
    street_masks: dict[int, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        street, closet, product = (self.packs[name] for name in ("street", "closet", "product"))
        self.table = tag_table(self.tags)
        self.masked = [i for i, r in enumerate(street.rows) if "mask_offset" in r and not is_validation_street(r)]
        self.validation = [i for i, r in enumerate(street.rows) if "mask_offset" in r and is_validation_street(r)]
        self.tagged = [i for i, r in enumerate(street.rows) if "mask_offset" not in r and not is_validation_street(r)]
        self.masked_chances = self._rarity(self.masked)
        self.tagged_chances = self._rarity(self.tagged)
        held = validation_senders(closet.rows)
        self.closet = [i for i, r in enumerate(closet.rows) if r["sender_id"] not in held]
        self.closet_cuts = [i for i in self.closet if i in self.closet_masks]
        self.closet_validation = [i for i, r in enumerate(closet.rows) if r["sender_id"] in held]
        self.textures = corner_textures(closet, 1500) + made_textures(150, 320, 7) + street_grounds(street)
        self.products: dict[int, list[int]] = {}
        self.shown: list[int] = []
        for i, row in enumerate(product.rows):
            part = part_of_article(row["articleType"])
            if is_validation_product(row):
                continue
            # Small pictures serve as small things only.
            if part is not None and (row["width"] > 100 or part in (NUMBER["bag"], NUMBER["shoes"], NUMBER["hat"])):
                self.products.setdefault(part, []).append(i)
            if part is not None:
                self.shown.append(i)
        self._cuts: dict[int, Cut | None] = {}

    def _rarity(self, rows: list[int]) -> np.ndarray:
        """Photos with rare tags are drawn more often."""
        rare = {"hat": 4.0, "bag": 2.0, "dress": 2.5, "scarf": 3.0, "belt": 1.5, "outer": 1.5, "eyewear": 1.2}
        chances = [
            max(rare.get(STREET_PARTS[tag], 1.0) for tag in self.packs["street"].rows[i]["tags"].split() or ["null"])
            for i in rows
        ]
        return np.array(chances) / sum(chances)

    def cut(self, index: int) -> Cut | None:
        """Product `index` cut out, or None where a person wears it or the cut is not clean."""
        if index not in self._cuts:
            pack = self.packs["product"]
            row, image = pack.rows[index], pack.image(index)
            x0, y0, x1, y1 = foreground_box(image)
            image = image[y0:y1, x0:x1]
            alpha = white_alpha(image)
            part = part_of_article(row["articleType"])
            if part is not None and PARTS[part] in _RINGED:
                alpha = open_rings(image, alpha)
            share = (alpha > 0).mean()
            worn = row["masterCategory"] == "Apparel" and skin_share(image, alpha) > 0.004
            good = part is not None and 0.12 < share < 0.97 and not worn and min(image.shape[:2]) > 20
            self._cuts[index] = Cut(image, alpha, part) if good and part is not None else None
        return self._cuts[index]

    def closet_cut(self, rng: np.random.Generator) -> Cut | None:
        """A garment of a closet photo, cut out by its pseudo-label; None where nothing solid is left of it."""
        index = int(rng.choice(self.closet_cuts))
        part = part_of_closet(self.packs["closet"].rows[index]["label"])
        alpha = (self.closet_masks[index] == part).astype(np.uint8) * 255
        x, y, w, h = cv2.boundingRect(alpha)
        if part is None or min(w, h) < 40:
            return None
        return Cut(self.packs["closet"].image(index)[y : y + h, x : x + w], alpha[y : y + h, x : x + w], part)

    def street(self, size: tuple[int, int], rng: np.random.Generator, tagged: bool = False) -> Scene:
        """A street photo, warped and cropped; `tagged`: one without a mask (its tags, or pseudo-labels)."""
        rows, chances = (self.tagged, self.tagged_chances) if tagged else (self.masked, self.masked_chances)
        index = int(rng.choice(rows, p=chances))
        pack = self.packs["street"]
        image, tags = pack.image(index), pack.rows[index]["tags"].split()
        if tagged:
            parts = self.street_masks.get(index, np.full(image.shape[:2], UNKNOWN, np.uint8))
        else:
            mask = pack.mask(index)
            parts = self.table[mask]
        close = rng.random() < 0.3
        zoom = rng.uniform(1.4, 3.0) if close else rng.uniform(0.75, 1.25)
        matrix = placement(image.shape[:2], size, zoom, rng, 8, close)
        drawn, labels = warp(image, parts, matrix, size, rng)
        if rng.random() < 0.15:
            drawn, labels = self._add_things(drawn, labels, rng)
        presence = np.full(len(PARTS), -1, np.float32)
        body = np.full(len(BODY), -1, np.float32)
        known = not (labels == UNKNOWN).all()
        if not close:
            presence[:] = 0
            for tag in tags:
                presence[NUMBER[STREET_PARTS[tag]]] = 1
            # Lists of tags forget small things more often than they invent them.
            for name in ("hair", "skin", "background"):
                presence[NUMBER[name]] = 1
        if known:
            counts = np.bincount(labels.ravel(), minlength=256)[: len(PARTS)]
            seen = counts > 0.0008 * labels.size
            if close:
                presence = np.where(seen, 1, np.where(counts == 0, 0, -1)).astype(np.float32)
            else:
                presence = np.where(seen, 1, np.where((counts == 0) & (presence < 1), 0, -1)).astype(np.float32)
            body = _visible_bands(parts, matrix, size, NUMBER["shoes"])
        elif not close:
            body[:] = 1
        full = -1.0 if (body < 0).any() else float(body.min() > 0)
        return Scene(relight(drawn, rng), labels, presence, SCENES.index("worn"), body, full)

    def flat(self, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        """One garment (sometimes two or three), cut from a shop's white or from another floor, laid on a texture."""
        canvas = floor(self.textures, size, rng)
        labels = np.zeros(size, np.uint8)
        count = 1 if rng.random() < 0.75 else int(rng.integers(2, 4))
        kinds = list(self.products)
        weights = np.array([3.0 if PARTS[k] in ("top", "outer", "dress", "bottom") else 1.0 for k in kinds])
        for i in range(count):
            own = bool(self.closet_cuts) and rng.random() < CLOSET_CUT
            for _ in range(6):
                part = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
                cut = self.closet_cut(rng) if own else self.cut(int(rng.choice(self.products[part])))
                if cut is not None:
                    break
            else:
                continue
            part = cut.part
            share = rng.uniform(0.55, 0.98) if count == 1 else rng.uniform(0.3, 0.5)
            if count == 1 and part not in (3, 4, 5, 6) and rng.random() < 0.4:
                share = rng.uniform(0.25, 0.6)
            where = None if count == 1 else ((i + 0.5) / count, 0.5)
            lay(canvas, labels, cut, share, rng, where)
        return self._single(canvas, labels, rng)

    def closet_photo(self, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        """A closet photo: its one class is known; its pixels only where a pseudo-label exists."""
        index = int(rng.choice(self.closet))
        pack = self.packs["closet"]
        image, part = pack.image(index), part_of_closet(pack.rows[index]["label"])
        parts = self.closet_masks.get(index)
        if parts is None:
            parts = np.full(image.shape[:2], UNKNOWN, np.uint8)
        matrix = placement(image.shape[:2], size, rng.uniform(0.75, 1.2), rng, 30, False)
        drawn, labels = warp(image, parts, matrix, size, rng)
        scene = self._single(drawn, labels, rng)
        scene.presence[:] = 0
        scene.presence[0] = 1
        if part is None:
            scene.presence[:] = -1
        else:
            scene.presence[part] = 1
        return scene

    def shop(self, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        """A product as shops show it, often on a model: foreground known, its class present."""
        index = int(rng.choice(self.shown))
        pack = self.packs["product"]
        row, image = pack.rows[index], pack.image(index)
        alpha = white_alpha(image)
        part = part_of_article(row["articleType"])
        cut = self.cut(index)
        parts = np.where(alpha > 127, FOREGROUND if cut is None else part, 0).astype(np.uint8)
        edge = cv2.morphologyEx(alpha, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        parts[edge & (parts == 0)] = UNKNOWN
        matrix = placement(image.shape[:2], size, rng.uniform(0.7, 1.1), rng, 6, False)
        white = rng.random() < 0.5
        drawn, labels = warp(image, parts, matrix, size, rng, (255, 255, 255))
        if not white:
            weight = cv2.warpAffine(alpha, matrix, size[::-1])[..., None] / 255.0
            drawn = (drawn * weight + floor(self.textures, size, rng) * (1 - weight)).astype(np.uint8)
        presence = np.full(len(PARTS), -1, np.float32)
        presence[0] = 1
        if part is not None:
            presence[part] = 1
        full = -1.0 if row["articleType"] in _FULL_FIGURE_ARTICLES else 0.0
        scene = -1 if cut is None else SCENES.index("garment")
        body = np.full(len(BODY), -1.0 if cut is None else 0.0, np.float32)
        return Scene(relight(drawn, rng), labels, presence, scene, body, full)

    def empty(self, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        """No garment at all: textures, shapes and lines, or a street without the person."""
        canvas = floor(self.textures, size, rng)
        for _ in range(int(rng.integers(0, 6))):
            colour = tuple(int(v) for v in rng.integers(0, 256, 3))
            x, y = int(rng.integers(size[1])), int(rng.integers(size[0]))
            w, h = int(rng.integers(10, size[1])), int(rng.integers(10, size[0]))
            if rng.random() < 0.5:
                cv2.rectangle(canvas, (x, y), (x + w, y + h), colour, -1 if rng.random() < 0.7 else 3)
            else:
                cv2.ellipse(canvas, (x, y), (w // 2, h // 2), float(rng.uniform(0, 180)), 0, 360, colour, -1)
        if rng.random() < 0.2:
            canvas[:] = rng.integers(0, 256, 3) if rng.random() < 0.5 else (255 if rng.random() < 0.5 else 0)
            for line in range(int(rng.integers(0, 25))):
                y = 12 + line * 14
                word = "".join(chr(int(c)) for c in rng.integers(97, 123, rng.integers(5, 40)))
                cv2.putText(canvas, word, (8, y), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (128, 128, 128), 1)
        presence = np.zeros(len(PARTS), np.float32)
        presence[0] = 1
        labels = np.zeros(size, np.uint8)
        none = np.zeros(len(BODY), np.float32)
        return Scene(relight(canvas, rng), labels, presence, SCENES.index("none"), none, 0.0)

    def _single(self, image: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Scene:
        presence = np.zeros(len(PARTS), np.float32)
        for part in np.unique(labels):
            if part < len(PARTS):
                presence[part] = 1
        body = np.zeros(len(BODY), np.float32)
        return Scene(relight(image, rng), labels, presence, SCENES.index("garment"), body, 0.0)

    def _add_things(
        self, image: np.ndarray, labels: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Lay a bag from a shop photo over a street photo."""
        cut = self.cut(int(rng.choice(self.products[NUMBER["bag"]])))
        if cut is not None:
            image, labels = image.copy(), labels.copy()
            centre = (rng.uniform(0.2, 0.8), rng.uniform(0.35, 0.7))
            lay(image, labels, cut, rng.uniform(0.14, 0.3), rng, centre, 20)
        return image, labels


def _visible_bands(parts: np.ndarray, matrix: np.ndarray, size: tuple[int, int], shoes: int) -> np.ndarray:
    """Which of BODY is in the warped picture: at least 70 % of a band's pixels; feet need the shoes."""
    person = (parts > 0) & (parts < len(PARTS))
    ys, xs = np.nonzero(person)
    found = np.full(len(BODY), -1, np.float32)
    if len(ys) < 50:
        return found
    top, tall = ys.min(), ys.max() - ys.min() + 1
    points = np.stack([xs, ys, np.ones_like(xs)]).astype(float)
    moved = matrix @ points
    inside = (moved[0] >= 0) & (moved[0] < size[1]) & (moved[1] >= 0) & (moved[1] < size[0])
    along = (ys - top) / tall
    for i, (low, high) in enumerate(_BANDS):
        band = (along >= low) & (along < high)
        if i == 3 and (parts[ys, xs] == shoes).any():
            band = parts[ys, xs] == shoes
        if band.any():
            found[i] = float(inside[band].mean() >= 0.7)
    return found


def collate(scenes: list[Scene]) -> dict[str, Any]:
    """Stack scenes of one size: arrays named as the fields of `Scene`."""
    return {
        "image": np.stack([s.image for s in scenes]),
        "parts": np.stack([s.parts for s in scenes]),
        "presence": np.stack([s.presence for s in scenes]),
        "scene": np.array([s.scene for s in scenes], np.int64),
        "body": np.stack([s.body for s in scenes]),
        "full_body": np.array([s.full_body for s in scenes], np.float32),
    }
