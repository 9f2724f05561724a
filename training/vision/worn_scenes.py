"""Scenes for the worn-clothes head: those of `scenes`, and photos with weak labels: boxes, tags, or one word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision.models import Models
from recommender.vision.segmentation.parser import Parser
from training.vision.box_labels import (
    BoxedPart,
    box_parts,
    boxes_of,
    presence_of,
    read_photos,
    shirt_parts,
    teaching_rows,
)
from training.vision.loop import Ledger
from training.vision.packs import Pack
from training.vision.parts import BODY, NUMBER, PARTS, SCENES, part_of_closet
from training.vision.pasting import placement, relight, warp
from training.vision.pose_features import split_of
from training.vision.pseudo import street_parts
from training.vision.pseudo_labels import closet_parts
from training.vision.scenes import Scene, SceneMaker

LABEL_SIDE: Final = 256  # of the label maps that boxes give
CLOSET_SIDE: Final = 256
_SEEN, _GONE = 0.6, 0.05  # of a box, from which its garment is in the picture, and below which it is not


@dataclass
class WeakPhoto:
    """A photo with its label map (h, w) and, by class, 1 there, 0 not there, -1 unknown. boxes: where it has any."""

    image: NDArray[np.uint8]
    parts: NDArray[np.uint8]
    presence: NDArray[np.float32]
    boxes: list[BoxedPart] = field(default_factory=list)


def _fitted(planes: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in planes])


def box_labels(data: Path, network: Parser) -> dict[int, NDArray[np.uint8]]:
    """Label maps of the photos with boxes that may teach, by their place in `teaching_rows`."""
    rows = teaching_rows(data)
    place = {row["file"]: number for number, row in enumerate(rows)}
    found = {}
    for file, image in read_photos(data / "street_box_photos.tar", list(place)):
        wide = round(LABEL_SIDE * image.shape[1] / image.shape[0])
        small = cv2.resize(image, (wide, LABEL_SIDE), interpolation=cv2.INTER_AREA)
        p = _fitted(network(Image.fromarray(image)).classes, (wide, LABEL_SIDE))
        parts = box_parts(np.asarray(small, np.uint8), p, boxes_of(rows[place[file]]))
        found[place[file]] = np.asarray(
            cv2.resize(parts, image.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.uint8
        )
    return found


def boxed_photos(data: Path, labels: dict[int, NDArray[np.uint8]]) -> list[WeakPhoto]:
    """Every photo with boxes that has a label map."""
    rows = teaching_rows(data)
    place = {row["file"]: number for number, row in enumerate(rows)}
    made = []
    for file, image in read_photos(data / "street_box_photos.tar", list(place)):
        boxes = boxes_of(rows[place[file]])
        made.append(WeakPhoto(image, labels[place[file]], presence_of(boxes), boxes))
    return made


def shirt_files(data: Path) -> list[str]:
    """The shop photos of shirts in the train split."""
    files = [line.split(",")[0] for line in (data / "shirts.csv").read_text(encoding="utf-8").splitlines()[1:]]
    return [file for file in files if split_of("shirt_photos", file) == "train"]


def shirt_labels(data: Path, network: Parser) -> dict[int, NDArray[np.uint8]]:
    """Label maps of those that somebody wears, by their place in `shirt_files`."""
    files, found = shirt_files(data), {}
    for file, image in read_photos(data / "shirt_photos.tar", files):
        parsing = network(Image.fromarray(image))
        if next(iter(parsing.whole["scene"])) == "worn":
            found[files.index(file)] = shirt_parts(_fitted(parsing.classes, (image.shape[1], image.shape[0])))
    return found


def shirt_photos(data: Path, labels: dict[int, NDArray[np.uint8]]) -> list[WeakPhoto]:
    """Every worn shirt that has a label map: a top, and no dress."""
    files = shirt_files(data)
    presence = np.full(len(PARTS), -1, np.float32)
    presence[[NUMBER["background"], NUMBER["top"]]] = 1
    presence[NUMBER["dress"]] = 0
    pictures = read_photos(data / "shirt_photos.tar", [files[number] for number in labels])
    return [WeakPhoto(image, labels[files.index(file)], presence) for file, image in pictures]


def tagged_labels(pack: Pack, network: Parser) -> dict[int, NDArray[np.uint8]]:
    """Label maps by row of every other street photo that carries tags only."""
    found = {}
    for index, row in enumerate(pack.rows):
        if "mask_offset" not in row and index % 2:
            image = pack.image(index)
            parsing = network(Image.fromarray(np.ascontiguousarray(image)))
            logits = np.log(np.maximum(parsing.classes, 1e-9))
            parts = street_parts(_fitted(logits, (image.shape[1], image.shape[0])), row["tags"].split())
            found[index] = np.asarray(parts, np.uint8)
    return found


def closet_labels(pack: Pack, network: Parser) -> dict[int, NDArray[np.uint8]]:
    """Label maps by row of every third closet photo, by the flat-lay head."""
    found = {}
    for index, row in list(enumerate(pack.rows))[::3]:
        part = part_of_closet(row["label"])
        if part is None:
            continue
        image = np.ascontiguousarray(pack.image(index))
        flat = network(Image.fromarray(image), scale=CLOSET_SIDE / max(network.card.input.size)).flat_lay
        if flat is not None and 0.06 < (flat > 0.5).mean() < 0.92:
            alpha = cv2.resize((flat * 255).astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
            found[index] = closet_parts(np.asarray(alpha, np.uint8), part)
    return found


@dataclass
class WornScenes:
    """Draws scenes by name."""

    maker: SceneMaker
    boxed: list[WeakPhoto]
    shirts: list[WeakPhoto]

    def __post_init__(self) -> None:
        rare = {NUMBER["hat"]: 3.0, NUMBER["dress"]: 2.0, NUMBER["bag"]: 1.3, NUMBER["outer"]: 1.3}
        chances = [max(rare.get(box.part, 1.0) for box in photo.boxes) if photo.boxes else 1.0 for photo in self.boxed]
        self.chances = np.array(chances) / sum(chances)

    def draw(self, name: str, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        """One scene. name: a share of `train_worn.PHASES`."""
        match name:
            case "boxed":
                return self._weak(self.boxed[int(rng.choice(len(self.boxed), p=self.chances))], size, rng)
            case "shirt":
                return self._weak(self.shirts[int(rng.integers(len(self.shirts)))], size, rng)
            case "street":
                return self.maker.street(size, rng)
            case "tagged":
                return self.maker.street(size, rng, tagged=True)
            case "flat":
                return self.maker.flat(size, rng)
            case "closet":
                return self.maker.closet_photo(size, rng)
            case "shop":
                return self.maker.shop(size, rng)
            case _:
                return self.maker.empty(size, rng)

    @staticmethod
    def _weak(photo: WeakPhoto, size: tuple[int, int], rng: np.random.Generator) -> Scene:
        close = bool(photo.boxes) and rng.random() < 0.25
        zoom = rng.uniform(1.4, 2.6) if close else rng.uniform(0.8, 1.2)
        matrix = placement(photo.image.shape[:2], size, zoom, rng, 8, close)
        drawn, parts = warp(photo.image, photo.parts, matrix, size, rng)
        presence = photo.presence.copy()
        seen = np.zeros(len(PARTS))
        for one in photo.boxes:
            seen[one.part] = max(seen[one.part], _share_seen(one.box, photo.image.shape, matrix, size))
        if photo.boxes:
            for number in {one.part for one in photo.boxes}:
                presence[number] = 1 if seen[number] > _SEEN else 0 if seen[number] < _GONE else -1
        if close:
            counts = np.bincount(parts.ravel(), minlength=256)
            for name in ("hair", "skin"):
                presence[NUMBER[name]] = 1 if counts[NUMBER[name]] > 0.0008 * parts.size else -1
        nothing = np.full(len(BODY), -1, np.float32)
        return Scene(relight(drawn, rng), parts, presence, SCENES.index("worn"), nothing, -1.0)


def _share_seen(
    box: tuple[float, ...], shape: tuple[int, ...], matrix: NDArray[np.float64], size: tuple[int, int]
) -> float:
    """How much of a box, in shares of the photo, lies in the warped picture."""
    across, down = np.meshgrid(np.linspace(box[0], box[2], 7), np.linspace(box[1], box[3], 7))
    points = np.stack([across.ravel() * shape[1], down.ravel() * shape[0], np.ones(across.size)])
    x, y = matrix @ points
    return float(((x >= 0) & (x < size[1]) & (y >= 0) & (y < size[0])).mean())


def write_labels(data: Path, cache: Path, weights: Path, ledger: Ledger, threads: int) -> None:
    """All weak label maps into the cache, where they are not there yet: `worn_boxes.npz` and others."""
    network = Parser(Models(threads=threads), weights)
    makers: dict[str, Callable[[], dict[int, NDArray[np.uint8]]]] = {
        "worn_boxes": lambda: box_labels(data, network),
        "worn_tags": lambda: tagged_labels(Pack.open(cache, "street_photos"), network),
        "worn_shirts": lambda: shirt_labels(data, network),
        "worn_closet": lambda: closet_labels(Pack.open(cache, "closet_photos"), network),
    }
    for name, make in makers.items():
        if not (path := cache / f"{name}.npz").exists():
            found = make()
            np.savez(path, **{str(index): parts for index, parts in found.items()})
            ledger.write(event=name, done=len(found))
