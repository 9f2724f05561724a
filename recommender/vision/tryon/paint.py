"""An outfit painted on a backdrop: a mannequin, or a photo from which the old clothes are gone.

From the skin outwards, each piece is warped, rounded by light, and throws a soft shadow on what lies under it. Arms and
hands come before the torso, the head before what is worn about the neck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from PIL import Image

from recommender.stylist.tryon.figure import SIDES, Figure
from recommender.stylist.tryon.garment import LOWER, THING, UPPER, Garment
from recommender.stylist.tryon.place import Part
from recommender.stylist.tryon.sizing import Scale
from recommender.stylist.tryon.things import both_feet, thing
from recommender.stylist.tryon.transfer import put_on
from recommender.stylist.tryon.ways import CLOSED, INSIDE, OPEN
from recommender.vision.tryon.mannequin import Pixels, drawn, filled, rounded
from recommender.vision.tryon.opening import opened, parted
from recommender.vision.tryon.warp import prepared, warped

SIZE: Final = (600, 960)
# cm below the base of the neck that a neckline leaves bare, where the picture shows its back as well.
_NECKLINE: Final[Mapping[str, float]] = MappingProxyType(
    {"t-shirt": 3.2, "long-sleeve": 3.0, "sweatshirt": 2.4, "knit": 2.4, "sleeveless": 5.0, "dress": 4.5, "blouse": 2.5,
     "bodysuit": 5.0, "tunic": 3.0, "jumpsuit": 4.5, "hoodie": 1.5}
)  # fmt: skip
_OPEN_NECK: Final[Mapping[str, float]] = MappingProxyType(
    {"jacket": 4.0, "coat": 6.0, "blazer": 6.0, "cardigan": 6.0, "padded": 1.5, "vest": 6.0}
)
_SHADOW: Final = 0.34
_FORM: Final = 0.42


@dataclass(frozen=True)
class Backdrop:
    """What clothes are painted on.

    pixels: (h, w, 3) float32 RGB. body: (h, w) 0..1, where shadows fall. arms: (h, w) 0..1, arms and hands, before the
    torso. head: (h, w) 0..1, face and hair. hands: (h, w) 0..1, before everything. form: how much light rounds cloth.
    """

    pixels: Pixels
    figure: Figure
    body: Pixels
    arms: Pixels
    head: Pixels
    hands: Pixels
    form: float = _FORM
    is_photo: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class Worn:
    """A piece to paint. picture: RGBA cutout; garment: the same with its landmarks. way: of `stylist.tryon.ways`.

    guessed: how much of the picture something hid, 0..1; it was carried on from what was seen.
    """

    picture: Image.Image
    garment: Garment
    way: str = ""
    guessed: float = 0.0


@dataclass
class Painted:
    """The picture, and how large each garment was drawn, by its number. masks: number -> (h, w) 0..1, where it is.

    stays_open: numbers of what was to be closed and is open on its picture.
    """

    image: Image.Image
    scales: dict[int, Scale] = field(default_factory=dict)
    masks: dict[int, Pixels] = field(default_factory=dict)
    stays_open: list[int] = field(default_factory=list)


def mannequin(figure: Figure, size: tuple[int, int] = SIZE) -> Backdrop:
    """A mannequin to dress."""
    pixels, body, parts = drawn(figure, size)
    below = before_torso(figure, size)
    arms = np.maximum.reduce([parts[f"{name}_{side}"] for name in ("arm", "hand") for side in SIDES]) * below
    hands = np.maximum(parts["hand_l"], parts["hand_r"])
    return Backdrop(pixels.astype(np.float32), figure, body, arms, parts["head"], hands)


def before_torso(figure: Figure, size: tuple[int, int]) -> Pixels:
    """(h, w) 0..1 where an arm hangs before the torso's clothes: beside the torso, below the armpit."""
    cm = figure.scale
    rows = np.arange(size[1], dtype=np.float32)[:, None]
    columns = np.arange(size[0], dtype=np.float32)[None]
    below = np.clip((rows - figure.torso[0, 0] - 4 * cm) / (7 * cm), 0, 1)
    left, right = (np.interp(rows[:, 0], figure.torso[:, 0], figure.torso[:, at])[:, None] for at in (1, 2))
    beside = np.clip(np.maximum(left - columns, columns - right) / cm + 1, 0, 1)
    return np.asarray(below * beside, np.float32)


def paint(backdrop: Backdrop, pieces: Sequence[Worn]) -> Painted:
    """Dresses the backdrop. pieces: from the skin outwards, see `stylist.tryon.layers.order`."""
    figure, size = backdrop.figure, backdrop.size
    canvas = backdrop.pixels.copy()
    sleeves = np.zeros((*canvas.shape[:2], 4), np.float32)
    sleeves[..., :3], sleeves[..., 3] = canvas * backdrop.arms[..., None], backdrop.arms
    body = backdrop.body.copy()
    painted = Painted(Image.new("RGB", size))
    late: list[Pixels] = []
    for number, piece in enumerate(pieces):
        garment = piece.garment
        scale, parts = _parts(piece, figure)
        if scale:
            painted.scales[number] = scale
        source, ratio = _source(piece.picture, parts)
        mask = np.zeros(canvas.shape[:2], np.float32)
        before = canvas.copy() if garment.family == UPPER else canvas
        layers = [warped(source, part.scaled(ratio), size) for part in parts]
        if garment.family == UPPER and len(layers) > 1:
            layers[0] = _joined(layers, figure)
        if piece.way in (OPEN, CLOSED) and garment.family == UPPER:
            is_open = parted(layers[0], figure)
            if piece.way == CLOSED and is_open:
                painted.stays_open.append(number)
            elif piece.way == OPEN and not is_open:
                layers[0] = opened(layers[0], figure)
        if piece.way == INSIDE and garment.family == LOWER:
            layers = [layer * _above_boots(pieces[number + 1 :], figure, layer.shape[0]) for layer in layers]
        for part, layer in zip(parts, layers, strict=True):
            mask = np.maximum(mask, layer[..., 3] / 255)
            if part.name.startswith("sleeve"):
                layer = _lit(layer, figure.halves["upper_arm"] * 1.1, backdrop.form)
                sleeves = _over(sleeves, layer, figure.scale)
            elif garment.slot in ("hat", "bag") or garment.kind in ("eyewear", "watch", "gloves"):
                late.append(layer)
            else:
                if part.name == "torso":  # what sleeves were worn before are inside this one at the shoulders
                    sleeves = sleeves * (1 - layer[..., 3:] / 255 * _shoulders(figure, size))
                depth = figure.halves["thigh"] * (0.85 if garment.family == LOWER else 1.1)
                rounded_off = backdrop.form * (0.35 if garment.family == THING else 1.0)
                canvas = _laid(canvas, _lit(layer, depth, rounded_off), body, figure.scale)
        if garment.family == UPPER:
            canvas = _bare_neck(canvas, before, garment, figure)
        body = np.maximum(body, mask)
        painted.masks[number] = mask
    shade = cv2.GaussianBlur(sleeves[..., 3], (0, 0), figure.scale * 1.4) * (1 - sleeves[..., 3])
    canvas *= (1 - _SHADOW * 0.8 * shade * body)[..., None]
    canvas = canvas * (1 - sleeves[..., 3:]) + sleeves[..., :3]
    head = backdrop.head[..., None]
    canvas = canvas * (1 - head) + backdrop.pixels * head
    for layer in late:
        canvas = _laid(canvas, layer, body, figure.scale)
    if late:  # a hand holds its bag
        hands = backdrop.hands[..., None]
        canvas = canvas * (1 - hands) + backdrop.pixels * hands
    painted.image = Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))
    return painted


def _parts(piece: Worn, figure: Figure) -> tuple[Scale | None, Sequence[Part]]:
    garment = piece.garment
    if garment.family != THING:
        placed = put_on(garment, figure)
        # The torso first: sleeves lie on it.
        return placed.scale, sorted(placed.parts, key=lambda part: part.name.startswith("sleeve"))
    if garment.slot == "shoes":
        return None, both_feet(shoes_in(piece.picture, garment.kind), figure)
    return None, thing(garment.kind, garment.slot, garment.box, figure)


def _above_boots(later: Sequence[Worn], figure: Figure, height: int) -> Pixels:
    """(h, 1, 1) 1 above the shafts of the boots that are drawn later, fading to 0 inside them."""
    boots = [part for one in later if one.garment.kind == "boots" for part in _parts(one, figure)[1]]
    if not boots:
        return np.ones((height, 1, 1), np.float32)
    shaft = max(float(part.target[:, 1].min()) for part in boots) + 2.5 * figure.scale
    rows = np.arange(height, dtype=np.float32)[:, None, None]
    return np.asarray(np.clip((shaft - rows) / figure.scale + 0.5, 0, 1), np.float32)


def shoes_in(picture: Image.Image, kind: str) -> list[tuple[tuple[float, float, float, float], bool | None]]:
    """The shoes of a cutout, one or two: box, and whether the toe points left (None: seen from above)."""
    mask = (np.asarray(picture.getchannel("A")) > 127).astype(np.uint8)
    count, _labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    order = sorted(range(1, count), key=lambda at: -stats[at, cv2.CC_STAT_AREA])
    boxes = [tuple(int(v) for v in stats[at, :4]) for at in order if stats[at, 4] > 0.35 * stats[order[0], 4]][:2]
    if len(boxes) == 1:
        x, y, width, height = boxes[0]
        columns = mask[y : y + height, x : x + width].sum(0)
        middle = columns[round(0.35 * width) : round(0.65 * width)]
        # Two that touch, side by side: a dip between them.
        if len(middle) and middle.min() < 0.3 * columns.max() and width > 0.6 * height and kind != "boots":
            cut = round(0.35 * width) + int(middle.argmin())
            boxes = [(x, y, cut, height), (x + cut, y, width - cut, height)]
    found: list[tuple[tuple[float, float, float, float], bool | None]] = []
    for x, y, width, height in boxes:
        from_above = height > 1.15 * width and kind != "boots"
        third = max(width // 3, 1)
        left, right = (mask[y : y + height, a : a + third].sum() for a in (x, x + width - third))
        found.append(((x, y, x + width, y + height), None if from_above else bool(left < right)))
    return found


def _source(picture: Image.Image, parts: Sequence[Part]) -> tuple[Pixels, float]:
    """The cutout no larger than twice what is painted of it, and by how much it was made smaller."""
    spans = [np.ptp(part.target, axis=0).max() / max(np.ptp(part.source, axis=0).max(), 1) for part in parts]
    ratio = float(min(1.0, 1.5 * max(spans)))
    ratio = ratio if ratio < 0.95 else 1.0
    return prepared(np.asarray(picture.convert("RGBA")), ratio), ratio


def _lit(layer: Pixels, depth: float, form: float) -> Pixels:
    """A layer (RGB times alpha, alpha of 0..255) rounded by light; alpha becomes 0..1."""
    alpha = np.asarray(layer[..., 3] / 255, np.float32)
    light = 1 + form * (rounded(alpha, depth) - 0.5) * 1.2
    return np.dstack([layer[..., :3] * light[..., None], alpha]).astype(np.float32)


def _laid(canvas: Pixels, layer: Pixels, body: Pixels, scale: float) -> Pixels:
    """The canvas with a layer on it and its shadow under it."""
    alpha = layer[..., 3] / 255 if layer[..., 3].max(initial=0) > 1.5 else layer[..., 3]
    moved = np.array([[1, 0, 0.25 * scale], [0, 1, 0.8 * scale]], np.float32)
    shadow = cv2.warpAffine(cv2.GaussianBlur(alpha, (0, 0), 1.3 * scale), moved, canvas.shape[1::-1])
    under = 1 - _SHADOW * shadow * (1 - alpha) * (0.12 + 0.88 * body)
    return np.asarray(canvas * under[..., None] * (1 - alpha[..., None]) + layer[..., :3], np.float32)


def _over(below: Pixels, above: Pixels, scale: float) -> Pixels:
    """One premultiplied layer over another, with a little shadow at its end."""
    alpha = above[..., 3:]
    shade = cv2.GaussianBlur(above[..., 3], (0, 0), 0.9 * scale)[..., None] * (1 - alpha)
    result = below * (1 - alpha)
    result[..., :3] *= 1 - _SHADOW * 0.8 * shade
    return np.asarray(result + above, np.float32)


def _shoulders(figure: Figure, size: tuple[int, int]) -> Pixels:
    """(h, 1, 1) 1 down to somewhat below the armpits, then fading to 0."""
    rows = np.arange(size[1], dtype=np.float32)[:, None, None]
    return np.asarray(
        np.clip(1 - (rows - figure.torso[0, 0] - 7 * figure.scale) / (8 * figure.scale), 0, 1), np.float32
    )


def _joined(layers: Sequence[Pixels], figure: Figure) -> Pixels:
    """The torso's layer with its colours carried on where a gap is left between it and a sleeve at the shoulder."""
    cm = figure.scale
    there = (np.maximum.reduce([layer[..., 3] for layer in layers]) > 127).astype(np.uint8)
    reach = round(3.5 * cm)
    closed = cv2.morphologyEx(
        there, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    )
    gap = (closed > 0) & (there == 0)
    rows, columns = np.arange(gap.shape[0])[:, None], np.arange(gap.shape[1])[None]
    near = np.zeros_like(gap)
    for side in SIDES:
        x, y = figure.points[f"shoulder_{side}"]
        near |= (np.abs(columns - x) < 9 * cm) & (rows > y - 2 * cm) & (rows < y + 16 * cm)
    gap &= near
    if not gap.any():
        return layers[0]
    room = round(6.4 * cm) + 2
    rows, columns = (np.flatnonzero(gap.any(axis)) for axis in (1, 0))
    box = slice(max(rows[0] - room, 0), rows[-1] + room), slice(max(columns[0] - room, 0), columns[-1] + room)
    layer, joined = layers[0][box], layers[0].copy()
    spread = cv2.GaussianBlur(layer, (0, 0), 1.6 * cm)
    filled_in = spread / np.maximum(spread[..., 3:], 1) * 255
    soft = cv2.GaussianBlur(gap[box].astype(np.float32), (0, 0), 0.7)[..., None]
    joined[box] += filled_in * soft * (1 - layer[..., 3:] / 255)
    return np.asarray(joined, np.float32)


def _rises(garment: Garment) -> bool:
    """Whether a collar stands up about the neck: the picture goes on above the sides of the neckline."""
    left, right = garment.points["neck_l"], garment.points["neck_r"]
    neckline = garment.between(left, right, 9)[2:-2]
    return bool(min(left[1], right[1]) - neckline[:, 1].min() > 0.25 * (right[0] - left[0]))


def _bare_neck(canvas: Pixels, before: Pixels, garment: Garment, figure: Figure) -> Pixels:
    """Neck, and what was worn under an open collar, before the inside of a garment's back."""
    if garment.slot == "top" and garment.kind != "hoodie" and _rises(garment):
        return canvas
    depth = (_OPEN_NECK if garment.slot == "outer" else _NECKLINE).get(garment.kind, 0.6) * figure.scale
    base = (figure.points["neck_l"] + figure.points["neck_r"]) / 2
    half = figure.halves["neck"] * 0.98
    turn = np.linspace(0, np.pi, 24)
    low = np.stack([base[0] + half * np.cos(turn), base[1] + depth * np.sin(turn)], axis=1)
    high = np.array(
        [[base[0] - half * 0.95, figure.points["chin"][1]], [base[0] + half * 0.95, figure.points["chin"][1]]]
    )
    size = (canvas.shape[1], canvas.shape[0])
    mask = cv2.GaussianBlur(filled(np.concatenate([low, high]), size), (0, 0), max(0.35 * figure.scale, 0.5))[..., None]
    return np.asarray(canvas * (1 - mask) + before * mask, np.float32)


__all__ = ["SIZE", "Backdrop", "Painted", "Worn", "mannequin", "paint", "shoes_in"]
