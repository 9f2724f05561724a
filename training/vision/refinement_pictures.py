"""What the refinement head is taught with: crops, coarse masks with the segmentation's own errors, and outlines.

Flat-lay garments have the teacher's outline (`outline_teacher`); of worn ones the pixel masks say which cloth is whose,
and the teacher where the person ends.
"""

import csv
import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.facts import Scene
from recommender.vision.pipeline import Engine
from training.vision.outline_metrics import believed
from training.vision.parts import NUMBER, tag_table
from training.vision.splits import is_report, is_validation_street, unit_of, validation_senders

Uint8 = NDArray[np.uint8]
_PERSON_AGREES: Final = 0.85
_GARMENT_AGREES: Final = 0.6  # of segmentation and pixel mask: they mean the same garment
_MIN_SIDE: Final = 40  # pixels of a garment's longer side
_STRAY: Final = 0.05  # of the garment's longer side: what the teacher sees farther away may be a hanger or a tag
_EDGE: Final = 3  # pixels about the outline where it may be soft
_SPECK: Final = 0.004  # of the garment: a smaller hole is doubtful
_EDGE_WEIGHT: Final = 4
_MARGIN: Final = 1.6  # of the box: how much of the photo a sample keeps


@dataclass(frozen=True)
class Sample:
    """One garment, with some of the photo about it.

    image: (h, w, 3). coarse: (h', w') of 255, over the same view. truth: (h, w) of 255. known: (h, w), 255 where truth
    holds. box: left, top, right, bottom of the garment in pixels of the image. split: train, tune or report.
    """

    source: str
    file: str
    unit: str
    split: str
    image: Uint8
    coarse: Uint8
    truth: Uint8
    known: Uint8
    box: tuple[int, int, int, int]


def write_coarse(data: Path, masks: Path, engine: Engine, path: Path) -> int:
    """What the segmentation makes of every photo that the teacher has seen, into one file; returns how many regions."""
    found: dict[str, Uint8] = {}
    if path.exists():
        with np.load(path) as archive:
            found = {name: archive[name] for name in archive.files}
    seen = {name.split("|")[1] for name in found}
    for source, scene in (("closet", Scene.GARMENT), ("street", Scene.WORN)):
        for row, content in _photos(data, f"{source}_photos"):
            if row["file"] in seen or not _mask(masks, source, row["file"]).exists():
                continue
            detections = engine.detector(Image.open(io.BytesIO(content)).convert("RGB"), [])
            regions = detections.regions if detections.scene is scene else []
            for number, region in enumerate(regions[:1] if source == "closet" else regions):
                name = f"{source}|{row['file']}|{number}|{region.slot}"
                found[name] = np.asarray((region.probability * 255).round(), np.uint8)
    np.savez_compressed(path, **found)
    return len(found)


def samples(data: Path, masks: Path, coarse: Path) -> list[Sample]:
    """Every sample whose outline is believed."""
    with np.load(coarse) as archive:
        fields = {name: archive[name] for name in archive.files}
    return [*_flat(data, masks, fields), *_worn(data, masks, fields)]


def _flat(data: Path, masks: Path, fields: Mapping[str, Uint8]) -> Iterator[Sample]:
    with (data / "closet_photos.csv").open(newline="", encoding="utf-8") as stream:
        held = validation_senders(list(csv.DictReader(stream)))
    by_file = {name.split("|")[1]: field for name, field in fields.items() if name.startswith("closet|")}
    for row, content in _photos(data, "closet_photos"):
        if row["file"] not in by_file:
            continue
        image = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        truth = cv2.resize(_read(_mask(masks, "closet", row["file"])), image.shape[1::-1], interpolation=cv2.INTER_AREA)
        field = by_file[row["file"]]
        large = cv2.resize(field, image.shape[1::-1])
        if not believed(truth, large):
            continue
        unit = unit_of("closet_photos", row)
        split = ("report" if is_report(unit) else "tune") if row["sender_id"] in held else "train"
        yield _sample("flat", row["file"], unit, split, image, field, truth, _near(truth, large))


def _near(truth: Uint8, coarse: Uint8) -> Uint8:
    """255 where the teacher is believed: not on what it sees away from the garment, nor on what it half sees."""
    x0, y0, x1, y1 = _box(coarse > 127)
    reach = max(2, round(_STRAY * max(x1 - x0, y1 - y0)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate((coarse > 127).astype(np.uint8), kernel) > 0
    inside = (truth > 127).astype(np.uint8)
    edge = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)) > 0
    soft = (truth > 25) & (truth < 230) & ~edge
    # A light print is a hole to the teacher.
    _, labels, stats, _ = cv2.connectedComponentsWithStats(1 - inside, connectivity=4)
    specks = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < _SPECK * inside.sum())
    speck = cv2.dilate(np.isin(labels, specks).astype(np.uint8) & (1 - inside), np.ones((5, 5), np.uint8)) > 0
    return np.where((near | (truth < 25)) & ~soft & ~speck, 255, 0).astype(np.uint8)


def _worn(data: Path, masks: Path, fields: Mapping[str, Uint8]) -> Iterator[Sample]:
    table = tag_table((data / "street_labels.txt").read_text().split())
    by_file: dict[str, list[tuple[str, Uint8]]] = {}
    for name, field in fields.items():
        source, file, _, slot = name.split("|")
        if source == "street" and slot in NUMBER:
            by_file.setdefault(file, []).append((slot, field))
    with tarfile.open(data / "street_photos.tar") as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        for row, content in _photos(data, "street_photos"):
            if row["file"] not in by_file:
                continue
            image = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
            stream = archive.extractfile(members[row["mask"]])
            assert stream
            parts = table[np.asarray(Image.open(io.BytesIO(stream.read())))].astype(np.uint8)
            parts = cv2.resize(parts, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            teacher = _read(_mask(masks, "street", row["file"]))
            front = teacher > 127
            sure = (front & (parts > 0)).sum() / max(1, (front | (parts > 0)).sum()) >= _PERSON_AGREES
            unit = unit_of("street_photos", row)
            split = ("report" if is_report(unit) else "tune") if is_validation_street(row) else "train"
            nearest = _spread(parts) if sure else parts
            for slot, field in by_file[row["file"]]:
                mine, label = cv2.resize(field, image.shape[1::-1]) > 127, parts == NUMBER[slot]
                if (mine & label).sum() < _GARMENT_AGREES * (mine | label).sum():
                    continue
                inside = ((nearest == NUMBER[slot]) * 255).astype(np.uint8)
                truth = np.minimum(cv2.GaussianBlur(inside, (0, 0), 0.7), teacher) if sure else inside
                yield _sample("worn", row["file"], unit, split, image, field, truth, np.full_like(truth, 255))


def _spread(parts: Uint8) -> Uint8:
    """Each pixel's part, the background's that of the nearest pixel which is not background."""
    _, labels = cv2.distanceTransformWithLabels(
        (parts == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    value = np.zeros(int(labels.max()) + 1, np.uint8)
    value[labels[parts > 0]] = parts[parts > 0]
    return np.asarray(value[labels], np.uint8)


def _sample(
    source: str, file: str, unit: str, split: str, image: Uint8, field: Uint8, truth: Uint8, known: Uint8
) -> Sample:
    """The sample cut to what lies about the garment."""
    height, width = truth.shape
    x0, y0, x1, y1 = _box(cv2.resize(field, (width, height)) > 127)
    x, y, w, h = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) * _MARGIN / 2, (y1 - y0) * _MARGIN / 2
    rows, columns = field.shape
    # In whole cells of the coarse field, so that both show the same view.
    left, right = max(0, int((x - w) / width * columns)), min(columns, int(np.ceil((x + w) / width * columns)))
    top, bottom = max(0, int((y - h) / height * rows)), min(rows, int(np.ceil((y + h) / height * rows)))
    x_from, x_to = round(left * width / columns), round(right * width / columns)
    y_from, y_to = round(top * height / rows), round(bottom * height / rows)
    part = (slice(y_from, y_to), slice(x_from, x_to))
    return Sample(
        source, file, unit, split, image[part].copy(), field[top:bottom, left:right].copy(), truth[part].copy(),
        known[part].copy(), (x0 - x_from, y0 - y_from, x1 - x_from, y1 - y_from),
    )  # fmt: skip


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    return x, y, x + max(1, w), y + max(1, h)


def _photos(data: Path, source: str) -> Iterator[tuple[dict[str, str], bytes]]:
    with (data / f"{source}.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with tarfile.open(data / f"{source}.tar") as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        for row in rows:
            if stream := archive.extractfile(members[row["file"]]):
                yield row, stream.read()


def _mask(masks: Path, source: str, file: str) -> Path:
    return (masks / source / file).with_suffix(".png")


def _read(path: Path) -> Uint8:
    return np.asarray(Image.open(path).convert("L"))


@dataclass(frozen=True)
class Drawer:
    """Draws batches, all float32: pictures (n, 4, h, w), truths and the weights of their pixels, both (n, 1, h, w)."""

    samples: Sequence[Sample]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    worn_share: float = 0.35
    sizes: tuple[tuple[int, int], ...] = ((256, 192), (192, 256), (192, 160), (224, 224), (320, 224))

    def __call__(self, count: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], ...]:
        height, width = self.sizes[int(rng.integers(len(self.sizes)))]
        flat = [sample for sample in self.samples if sample.source == "flat"]
        worn = [sample for sample in self.samples if sample.source == "worn"]
        drawn = []
        for _ in range(count):
            pool = worn if worn and rng.random() < self.worn_share else flat
            drawn.append(self.one(pool[int(rng.integers(len(pool)))], (height, width), rng))
        return tuple(np.stack(part) for part in zip(*drawn, strict=True))

    def one(
        self, sample: Sample, size: tuple[int, int], rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """One picture of `size` (height, width), changed at random."""
        matrix = _placed(sample.box, size, rng)
        image = _warped(sample.image, matrix, size)
        truth, known = _warped(sample.truth, matrix, size), _warped(sample.known, matrix, size)
        inside = _warped(np.full(sample.truth.shape, 255, np.uint8), matrix, size) > 250
        down = sample.coarse.shape[0] / sample.image.shape[0]
        across = sample.coarse.shape[1] / sample.image.shape[1]
        cells = (size[0] // 4, size[1] // 4)
        small = np.diag([0.25, 0.25, 1.0]) @ np.vstack([matrix, [0, 0, 1]]) @ np.diag([1 / across, 1 / down, 1.0])
        coarse = _warped(sample.coarse, small[:2], cells).astype(np.float32) / 255
        if rng.random() < 0.5:
            coarse = _wrong(cv2.resize(truth, cells[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255, rng)
        if rng.random() < 0.6:
            coarse = _spoilt(coarse, rng)
        coarse = cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_LINEAR)
        image = _shown(image, truth, rng)
        pixels = (image.astype(np.float32) / 255 - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
        pixels[~inside], coarse[~inside] = 0, 0
        picture = np.concatenate([pixels.transpose(2, 0, 1), coarse[None]]).astype(np.float32)
        edge = cv2.morphologyEx((truth > 127).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8))
        weight = ((known > 127) & inside) * (1 + _EDGE_WEIGHT * edge)
        return picture, truth[None].astype(np.float32) / 255, weight[None].astype(np.float32)


def _placed(box: tuple[int, int, int, int], size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """The 2 x 3 matrix that lays the box into a picture, a little turned, moved, stretched and perhaps mirrored."""
    x0, y0, x1, y1 = box
    margin = rng.uniform(1.02, 1.5)
    scale = min(size[0] / ((y1 - y0) * margin), size[1] / ((x1 - x0) * margin))
    if rng.random() < 0.25:
        scale *= rng.uniform(1.2, 2.0)  # a part of it, larger
    scale = min(scale, 3.0)
    angle = np.deg2rad(rng.normal(0, 6))
    stretch = np.exp(rng.normal(0, 0.06))
    mirror = -1 if rng.random() < 0.5 else 1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    turn = turn @ np.diag([mirror * stretch, 1 / stretch])
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    spare = np.array([size[1], size[0]]) / 2
    goal = spare + rng.uniform(-0.08, 0.08, 2) * np.array([size[1], size[0]])
    return np.concatenate([turn, (goal - turn @ centre)[:, None]], 1)


def _warped(field: Uint8, matrix: NDArray[np.float64], size: tuple[int, int]) -> Uint8:
    return np.asarray(cv2.warpAffine(field, matrix, size[::-1], flags=cv2.INTER_LINEAR), np.uint8)


def _wrong(truth: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A coarse mask made of the truth as the segmentation would: grown or shrunk, its gaps closed, its straps lost."""
    mask = (truth > 0.5).astype(np.uint8)
    longer = max(mask.shape)
    for operation, chance, reach in (
        (cv2.MORPH_CLOSE, 0.45, 0.14), (cv2.MORPH_OPEN, 0.35, 0.06), (cv2.MORPH_DILATE, 0.3, 0.025),
        (cv2.MORPH_ERODE, 0.3, 0.025),
    ):  # fmt: skip
        if rng.random() < chance:
            side = max(1, round(rng.uniform(0.01, reach) * longer)) * 2 + 1
            mask = cv2.morphologyEx(mask, operation, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), rng.uniform(0.6, 2.0)), np.float32)


def _spoilt(coarse: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """With pieces too much and pieces missing along its edge, less sure of itself."""
    edge = np.argwhere(np.abs(cv2.Laplacian((coarse > 0.5).astype(np.float32), cv2.CV_32F)) > 0)
    result, longer = coarse.copy(), max(coarse.shape)
    for _ in range(int(rng.integers(1, 6)) if len(edge) else 0):
        row, column = edge[int(rng.integers(len(edge)))]
        axes = tuple(int(max(1, side * longer)) for side in rng.uniform(0.01, 0.09, 2))
        centre = (int(column + rng.normal(0, 2)), int(row + rng.normal(0, 2)))
        cv2.ellipse(result, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.choice([0.0, 1.0, 0.5])), -1)
    result = cv2.GaussianBlur(result, (0, 0), rng.uniform(0.4, 1.6))
    return np.asarray((result * rng.uniform(0.75, 1.0) + rng.uniform(0, 0.06)).clip(0, 1), np.float32)


def _shown(image: Uint8, truth: Uint8, rng: np.random.Generator) -> Uint8:
    """In other light; now and then the garment nearer to the colour of the floor, softer, or badly compressed."""
    pixels = image.astype(np.float32)
    if rng.random() < 0.35:
        alpha = truth[..., None].astype(np.float32) / 255
        inside, beside = truth > 200, truth < 20
        if inside.any() and beside.any():
            step = (np.median(pixels[beside], 0) - np.median(pixels[inside], 0)) * rng.uniform(-0.3, 0.75)
            pixels = (pixels + alpha * (step + rng.normal(0, 10, 3))).clip(0, 255)
    gain = np.exp(rng.normal(0, 0.12, 3) + rng.normal(0, 0.15))
    pixels = 255 * (pixels * gain / 255).clip(0, 1) ** np.exp(rng.normal(0, 0.2))
    chance = rng.random()
    if chance < 0.2:
        pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.3))
    elif chance < 0.45:
        pixels += rng.uniform(0.3, 1.2) * (pixels - cv2.GaussianBlur(pixels, (0, 0), 1.2))
    if rng.random() < 0.3:
        pixels += rng.normal(0, rng.uniform(1, 6), pixels.shape)
    result = np.asarray(pixels.clip(0, 255), np.uint8)
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))]
        result = np.asarray(cv2.imdecode(cv2.imencode(".jpg", result, quality)[1], cv2.IMREAD_COLOR), np.uint8)
    return result
