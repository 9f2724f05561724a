"""What the pose head reads: the segmentation's own feature maps, of photos and of crops of them, kept on disk.

The encoder stays as it is, so its maps are computed once: of each whole photo, and of a few crops of it, half of them
mirrored, in which feet, head or a side are cut off, as on most photos that people take.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image

from recommender.vision.cards import load_card
from recommender.vision.models import Models
from recommender.vision.options import VisionOptions
from recommender.vision.pose import in_cells
from recommender.vision.segmentation.parser import BACKGROUND, fitted_input, softmax
from recommender.vision.segmentation.regions import components
from training.vision.pose_teacher import photos
from training.vision.splits import box_split, is_report, is_validation_street, unit_of

FloatArray = NDArray[np.float32]
FINE, COARSE = "fine", "coarse"
# Where the two maps are in the graph, how many channels they have, and the pixels of a cell.
TENSORS: Final = {
    FINE: ("/network/smooth.1/smooth.1.4/Relu_output_0", 96, 8),
    COARSE: ("/network/blocks.10/Add_output_0", 112, 16),
}
# The same on the segmentation's card.
SHOWN: Final[dict[str, dict[str, Any]]] = {name: {"labels": [], "activation": "none"} for name in TENSORS}
SIDE: Final = 384
_SHARES: Final = {"look_photos": "look", "shirt_photos": "shirt"}
CROPS: Final = ((384, 256, 0.55), (384, 288, 0.25), (384, 384, 0.15), (288, 384, 0.05))  # height, width, chance
# Left and right change places in a mirror.
MIRRORED: Final = (0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + (1 if i % 2 else -1) for i in range(11, 33)))


def exposed(model: bytes) -> bytes:
    """The segmentation network with the two maps among its outputs; unchanged where they are already."""
    graph = onnx.load_from_string(model)
    outputs = {output.name for output in graph.graph.output}
    for name, (tensor, channels, _) in TENSORS.items():
        if name not in outputs:
            graph.graph.node.append(helper.make_node("Identity", [tensor], [name], name))
            shape: list[str | int | None] = ["n", channels, f"{name}_rows", f"{name}_columns"]
            graph.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    onnx.checker.check_model(graph)
    return graph.SerializeToString()


@dataclass(frozen=True)
class Seen:
    """What the network sees of a picture: both maps, (c, h, w) float32, and which fine cells are person."""

    fine: FloatArray
    coarse: FloatArray
    people: list[NDArray[np.bool_]]


class Eye:
    """The encoder with its maps to be seen."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        self.card = load_card("parser", weights)
        self.options = VisionOptions.of(self.card).detection
        self.session = Models(threads=threads).session(exposed((weights / self.card.file).read_bytes()))

    def __call__(self, image: NDArray[np.uint8]) -> Seen:
        """image: (h, w, 3) RGB."""
        feed, rows, columns = fitted_input(Image.fromarray(image), self.card.input, SIDE, self.options)
        classes, fine, coarse = self.session.run(["classes", FINE, COARSE], {self.card.input.name: feed})
        labels = self.card.outputs["classes"].labels
        body = softmax(np.maximum(classes[0], -60), axis=0)[labels.index(BACKGROUND)] < 0.5
        body[round(rows / 4) :] = body[:, round(columns / 4) :] = False
        size = (fine.shape[2], fine.shape[3])
        return Seen(fine[0], coarse[0], [in_cells(part, size, size) for part in components(body, min_pixels=16)])


def crop_of(
    points: FloatArray, size: tuple[int, int], rng: np.random.Generator
) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """A crop about a person: the (2, 3) matrix from the photo's pixels to it, and its (height, width).

    points: (33, 2) in pixels. size: the photo's (height, width).
    """
    chances = np.array([chance for *_, chance in CROPS])
    height, width, _ = CROPS[int(rng.choice(len(CROPS), p=chances / chances.sum()))]
    neck, hips = points[11:13].mean(0), points[23:25].mean(0)
    torso = max(20.0, float(np.hypot(*(hips - neck))))
    head, feet = neck[1] - 0.75 * torso, points[27:33, 1].max() + 0.1 * torso
    top, bottom = head - torso * rng.uniform(0.0, 1.2), feet + torso * rng.uniform(0.0, 0.8)
    cut = rng.random()
    if cut < 0.5:  # legs are cut somewhere
        bottom = hips[1] + rng.uniform(-0.15 * torso, max(torso, points[27:29, 1].mean() + 0.05 * torso - hips[1]))
    if 0.4 < cut < 0.62:  # and the head
        top = neck[1] - torso * rng.uniform(0.05, 0.75)
    bottom = max(bottom, top + torso)
    across = (bottom - top) * width / height
    middle = float(points[[11, 12, 23, 24], 0].mean()) + across * rng.uniform(-0.2, 0.2)
    scale = height / (bottom - top)
    turn = np.deg2rad(rng.normal(0, 5))
    spin = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array([middle, (top + bottom) / 2])
    matrix = np.concatenate([spin, (np.array([width, height]) / 2 - spin @ centre)[:, None]], 1)
    if rng.random() < 0.5:
        matrix = np.array([[-1, 0, width], [0, 1, 0]]) @ np.concatenate([matrix, [[0, 0, 1]]])
    return matrix.astype(np.float32), (height, width)


def moved(points: FloatArray, matrix: FloatArray, size: tuple[int, int]) -> FloatArray:
    """(33, 3) points in pixels with visibility, in a crop: 0..1 of its width and height.

    Mirrored points change their names; what is outside is not visible.
    """
    result = points.copy()
    result[:, :2] = (points[:, :2] @ matrix[:, :2].T + matrix[:, 2]) / np.array([size[1], size[0]], np.float32)
    if np.linalg.det(matrix[:, :2]) < 0:
        result = result[list(MIRRORED)]
    outside = ((result[:, :2] < 0) | (result[:, :2] >= 1)).any(1)
    result[outside, 2] = 0
    return result


def write_features(data: Path, weights: Path, poses: Path, folder: Path, crops: Sequence[int], threads: int = 1) -> int:
    """Keep the maps of every photo with people to train on; returns how many pictures. crops: seeds, one a crop.

    `index.json`: a row a picture, of source, file, crop (0: the whole photo), shape of the fine map in cells, place in
    `maps.bin`, points (33 of x, y, visibility), people found by the teacher. `maps.bin`: fine and coarse as int8 with a
    scale a channel (float32) before them, and the mask of the person. `encoder`: the key of the network they are of.
    """
    eye, taught = Eye(weights, threads), np.load(poses)
    of_photo: dict[tuple[str, str], list[FloatArray]] = {}
    for number, person in zip(taught["photo"], taught["people"], strict=True):
        key = (str(taught["sources"][number]), str(taught["files"][number]))
        of_photo.setdefault(key, []).append(person[:, :3])
    rows: list[dict[str, Any]] = []
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "maps.bin.part").open("wb") as stream:
        for source, file, content in photos(data):
            if split_of(source, file) != "train" or not (people := of_photo.get((source, file))):
                continue
            image = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)
            for number, (picture, points) in enumerate(pictures_of(image, people[0], file, crops)):
                seen = eye(picture)
                mask = _mask_of(points, picture.shape[:2], seen)
                if mask is None:
                    continue
                # From shares of the photo to shares of the padded map.
                fine = np.array([seen.fine.shape[2], seen.fine.shape[1]], np.float32)
                scale = SIDE / max(picture.shape[:2]) / 8
                points[:, :2] *= np.array([picture.shape[1], picture.shape[0]], np.float32) * scale / fine
                rows.append({
                    "source": source, "file": file, "crop": number, "people": len(people), "at": stream.tell(),
                    "shape": seen.fine.shape[1:], "points": np.round(points, 5).tolist(),
                })  # fmt: skip
                for plane in (seen.fine, seen.coarse):
                    step = np.maximum(np.abs(plane).max((1, 2)), 1e-6) / 127
                    stream.write(step.astype(np.float32).tobytes())
                    stream.write(np.round(plane / step[:, None, None]).astype(np.int8).tobytes())
                stream.write(mask.tobytes())
    (folder / "maps.bin.part").replace(folder / "maps.bin")
    (folder / "encoder").write_text(eye.card.key, encoding="utf-8")
    (folder / "index.json").write_text(json.dumps(rows), encoding="utf-8")
    return len(rows)


def pictures_of(
    image: NDArray[np.uint8], person: FloatArray, file: str, crops: Sequence[int]
) -> Iterator[tuple[NDArray[np.uint8], FloatArray]]:
    """The photo and crops of it, each with the person's points in 0..1 of it."""
    size = (image.shape[0], image.shape[1])
    pixels = person * np.array([size[1], size[0], 1], np.float32)
    yield image, moved(pixels, np.eye(2, 3, dtype=np.float32), size)
    for seed in crops:
        rng = np.random.default_rng([seed, *file.encode()])
        matrix, shape = crop_of(pixels[:, :2], size, rng)
        crop = cv2.warpAffine(image, matrix, shape[::-1], flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(crop, np.uint8), moved(pixels, matrix, shape)


def _mask_of(points: FloatArray, size: tuple[int, int], seen: Seen) -> NDArray[np.bool_] | None:
    """The cells of the person whose points these are; None where the network sees no such person."""
    rows, columns = seen.fine.shape[1:]
    scale = SIDE / max(size) / 8
    places = (points[points[:, 2] > 0.5, :2] * np.array([size[1], size[0]]) * scale).astype(int)
    if len(places) < 6:
        return None
    x, y = places[:, 0].clip(0, columns - 1), places[:, 1].clip(0, rows - 1)
    best = max(seen.people, key=lambda mask: int(mask[y, x].sum()), default=None)
    return best if best is not None and best[y, x].mean() > 0.7 else None


def split_of(source: str, file: str) -> str:
    """train, tune or report: as the other networks split these photos."""
    if source == "street_photos":
        if not is_validation_street({"file": file}):
            return "train"
        return "report" if is_report(unit_of(source, {"file": file})) else "tune"
    if source == "street_box_photos":
        return box_split(file)
    place = int(hashlib.sha256(f"{_SHARES[source]} {file}".encode()).hexdigest()[:8], 16) % 10
    return "train" if place < 6 else "tune" if place < 8 else "report"


class Features:
    """The maps on disk."""

    def __init__(self, folder: Path) -> None:
        self.rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.bytes = np.memmap(folder / "maps.bin", np.uint8, "r")

    def __getitem__(self, number: int) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """Fine and coarse map, (c, h, w) float32, and the person's cells."""
        row = self.rows[number]
        at, (high, wide) = row["at"], row["shape"]
        planes = []
        for _, channels, cell in TENSORS.values():
            shape = (channels, high * 8 // cell, wide * 8 // cell)
            step = np.array(self.bytes[at : at + 4 * channels]).view(np.float32)
            at += 4 * channels
            count = int(np.prod(shape))
            values = self.bytes[at : at + count].view(np.int8).reshape(shape)
            planes.append(values.astype(np.float32) * step[:, None, None])
            at += count
        return planes[0], planes[1], np.array(self.bytes[at : at + high * wide]).view(bool).reshape(high, wide)
