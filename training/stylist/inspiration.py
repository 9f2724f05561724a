"""How often an owned garment is found first when another photo of it is the inspiration.

Pairs are made, since no data here shows one garment on two photos: a closet photo's own cutout laid on another ground,
turned, seen from aside, under another light and badly focused; and a street photo mirrored, turned and relit, whose
garments the parser cuts out anew. Both photos of a pair go through the whole pipeline as an upload would. Photos are of
no network's training; splits are those of `evaluate_vision`, by sender and by photo.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import cv2
import numpy as np
from PIL import Image

from imaging import decode as images
from recommender.stylist.outfits.inspiration import compose
from recommender.stylist.outfits.looks import DEFAULT_THRESHOLD, stand_in_table
from recommender.stylist.pieces import Piece
from recommender.stylist.score.features import embeddings_of
from recommender.stylist.seen import piece_seen
from recommender.vision import pipeline
from recommender.vision.facts import GarmentFacts
from training.vision.measured import Photos, Row
from training.vision.splits import unit_of
from training.vision.textures import made_textures

GOAL, FLOOR = 0.9, 0.8
SIZE = 640  # long side, in pixels, of a photo that was made
SAME_BOX = 0.5  # IoU from which boxes on both photos of a pair show one garment
_NO_GARMENT = {"Not sure", "Skip", "Other"}

Judge = Callable[[Sequence[Piece], Sequence[Piece]], list[Piece | None]]


@dataclass(frozen=True)
class Asked:
    """One inspiration: its pieces, the owned garment that each shows, and the photo's unit for the interval.

    missed: garments that were asked for and of which the pipeline found nothing.
    """

    items: tuple[Piece, ...]
    answers: tuple[object, ...]
    unit: str
    missed: int = 0


@dataclass
class Trial:
    """A closet and the inspirations it is asked with."""

    closet: list[Piece] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def by_embedding(items: Sequence[Piece], closet: Sequence[Piece]) -> list[Piece | None]:
    """The baseline: each item's nearest embedding of all the closet."""
    (vectors, _), (others, _known) = embeddings_of(items), embeddings_of(closet)
    return [closet[at] for at in np.argmax(vectors @ others.T, axis=1)]


def by_stand_in(items: Sequence[Piece], closet: Sequence[Piece]) -> list[Piece | None]:
    """As published looks are matched, each item by itself."""
    table = stand_in_table(items, closet)
    best = table.argmax(axis=1)
    return [closet[at] if table[row, at] >= DEFAULT_THRESHOLD else None for row, at in enumerate(best)]


def by_composition(items: Sequence[Piece], closet: Sequence[Piece]) -> list[Piece | None]:
    """As the product answers: the best outfit as a whole."""
    return [one.mine for one in compose("photo", items, closet, limit=1)[0].match.items]


JUDGES: dict[str, Judge] = {
    "embedding alone": by_embedding,
    "each piece as for looks": by_stand_in,
    "as one outfit": by_composition,
}


def rows_of(trial: Trial, what: str) -> list[Row]:
    """A figure a judge: the share of owned garments that are found first."""
    rows = []
    for name, judge in JUDGES.items():
        right: list[float] = []
        units: list[str] = []
        for one in trial.asked:
            found = judge(one.items, trial.closet) if one.items else []
            hits = [piece is not None and piece.id == answer for piece, answer in zip(found, one.answers, strict=True)]
            right += [*map(float, hits), *[0.0] * one.missed]
            units += [one.unit] * (len(hits) + one.missed)
        note = f"in a closet of {len(trial.closet)}"
        wanted = {"target": GOAL, "floor": FLOOR} if judge is by_composition else {}
        rows.append(Row.of(f"{what}: owned one first, {name}", right, units, note=note, **wanted))
    return rows


def closet_trial(photos: Photos, engine: pipeline.Engine) -> Trial:
    """Single garments: each is owned as it was photographed, and asked for as `another_photo` of its cutout."""
    trial = Trial()
    for row, content, _mask in photos.of("closet_photos"):
        if row["label"] in _NO_GARMENT:
            continue
        owned = _main(pipeline.analyse(content, engine=engine).garments)
        if owned is None or not owned.cut:
            continue  # it hangs in no closet as a cutout, so that there is nothing to lay elsewhere
        rng = _random(row["file"])
        again = pipeline.analyse(_jpeg(another_photo(owned.cutout.image, rng), rng), engine=engine)
        seen = _main([one for one in again.garments if one.clear])
        trial.closet.append(_piece(row["file"], owned))
        unit = unit_of("closet_photos", row)
        if seen is None:
            trial.asked.append(Asked((), (), unit, missed=1))
        else:
            trial.asked.append(Asked((_piece(0, seen),), (row["file"],), unit))
    return trial


def street_trial(photos: Photos, engine: pipeline.Engine) -> Trial:
    """Outfits: all garments of a street photo are owned, and asked for together by the photo mirrored and relit.

    Asked is for what the parser cut out of both; what it sees on one alone is no pair.
    """
    trial = Trial()
    for row, content, _mask in photos.of("street_photos"):
        picture = images.decode(content).image
        rng = _random(row["file"])
        altered, matrix = mirrored(picture, rng)
        owned = [one for one in pipeline.analyse(content, engine=engine).garments if one.clear]
        seen = [one for one in pipeline.analyse(_jpeg(altered, rng), engine=engine).garments if one.clear]
        names = [f"{row['file']} {number}" for number in range(len(owned))]
        trial.closet += [_piece(name, one) for name, one in zip(names, owned, strict=True)]
        pairs = []
        for number, one in enumerate(seen):
            overlap = [_iou(_moved(mine.box, matrix), one.box) for mine in owned]
            if overlap and max(overlap) >= SAME_BOX:
                pairs.append((_piece(f"seen {number}", one), names[int(np.argmax(overlap))]))
        if pairs:
            items, answers = zip(*pairs, strict=True)
            trial.asked.append(Asked(items, answers, unit_of("street_photos", row)))
    return trial


def another_photo(cutout: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A garment photographed again: on another ground, turned up to 20°, from aside, in other light, less sharp.

    cutout: RGBA.
    """
    ground = made_textures(int(rng.integers(1, 4)), SIZE, int(rng.integers(1 << 31)))[-1]  # wood, cloth or carpet
    scale = rng.uniform(0.6, 0.85) * SIZE / max(cutout.size)
    pixels = np.asarray(cutout.convert("RGBA"), np.float32)
    height, width = pixels.shape[:2]
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-20, 20), scale), [0, 0, 1]])
    turn[:2, 2] += SIZE / 2 - np.array([width, height]) / 2 + rng.uniform(-0.05, 0.05, 2) * SIZE
    corners = np.array([[0, 0], [SIZE, 0], [SIZE, SIZE], [0, SIZE]], np.float32)
    aside = cv2.getPerspectiveTransform(corners, corners + rng.uniform(-0.08, 0.08, (4, 2)).astype(np.float32) * SIZE)
    pixels[..., :3] *= pixels[..., 3:] / 255  # premultiplied, so that no colour of the hidden ground comes in
    laid = cv2.warpPerspective(pixels, aside @ turn, (SIZE, SIZE), flags=cv2.INTER_AREA)
    picture = laid[..., :3] + (1 - laid[..., 3:] / 255) * ground[:SIZE, :SIZE, :3]
    return _relit(picture, rng)


def mirrored(picture: Image.Image, rng: np.random.Generator) -> tuple[Image.Image, np.ndarray]:
    """A photo of people as if taken again: mirrored, turned up to 6°, moved, in other light, and the (2, 3) matrix."""
    width, height = picture.size
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-6, 6), rng.uniform(0.8, 0.95))
    move = np.zeros((2, 3))
    move[:, 2] = rng.uniform(-0.03, 0.03, 2) * np.array([width, height])
    flip = np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]], np.float64)
    matrix: np.ndarray = (np.asarray(turn, np.float64) + move) @ flip
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    moved = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return _relit(moved, rng), matrix


def _relit(picture: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """Other exposure, contrast and colour of light, a gradient over the picture, a little blur and noise."""
    height, width = picture.shape[:2]
    gain = rng.uniform(0.75, 1.2) * np.array([rng.uniform(0.9, 1.1), 1.0, rng.uniform(0.9, 1.1)])
    across = np.linspace(rng.uniform(0.85, 1.0), rng.uniform(0.95, 1.1), width)[None, :, None]
    lit: np.ndarray = 255 * np.clip(picture * gain * across / 255, 0, 1) ** rng.uniform(0.85, 1.2)
    lit = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), rng.uniform(0.3, 1.4))
    lit = lit + rng.normal(0, rng.uniform(0, 5), (height, width, 1))
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def _jpeg(picture: Image.Image, rng: np.random.Generator) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=int(rng.integers(55, 90)))
    return stream.getvalue()


def _random(name: str) -> np.random.Generator:
    """The same for a photo in every run, whatever the limit."""
    return np.random.default_rng(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))


def _main(garments: Sequence[GarmentFacts]) -> GarmentFacts | None:
    return max(garments, key=lambda one: one.score, default=None)


def _piece(name: object, garment: GarmentFacts) -> Piece:
    lab = [(*colour.lab, colour.share) for colour in garment.colours]
    return piece_seen(name, garment.scores, lab, garment.embedding, slot=garment.slot)


def _moved(box: Sequence[float], matrix: np.ndarray) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ matrix.T
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return left, top, right, bottom


def _iou(one: Sequence[float], other: Sequence[float]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (area - shared) if area > shared else 0.0
