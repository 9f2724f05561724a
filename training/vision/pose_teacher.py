"""What BlazePose says of photos of people: 33 landmarks a person, for our own pose head to learn from.

The teacher is pose_landmark_heavy.tflite with its detector, both in the npm package `@mediapipe/pose` (Apache-2.0). The
graph around them is MediaPipe's, written anew: anchors, a turned square about each person, landmarks refined by their
heatmaps, a second look at the square that the first found.
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
PACKAGE: Final = "@mediapipe/pose@0.5.1675469404"
_DETECTOR, _LANDMARKS = "package/pose_solution_packed_assets.data", "package/pose_landmark_heavy.tflite"
_DETECTOR_SIDE, _SIDE = 224, 256
_STRIDES: Final = ((8, 2), (16, 2), (32, 6))  # with the anchors of each cell
_POINTS: Final = 39  # 33 landmarks and six that say where the person is
_HEAT_SIDE, _HEAT_REACH = 64, 3
_MIN_SCORE, _MAX_OVERLAP, _MAX_PEOPLE, _MARGIN = 0.5, 0.3, 4, 1.25


class BlazePose:
    """The teacher. package: the file that `npm pack` of PACKAGE makes."""

    def __init__(self, package: Path, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter  # of training/requirements.txt

        with tarfile.open(package) as archive:
            networks = [archive.extractfile(name) for name in (_DETECTOR, _LANDMARKS)]
            self.detector, self.landmarks = (
                Interpreter(model_content=stream.read(), num_threads=threads) for stream in networks if stream
            )
        for network in (self.detector, self.landmarks):
            network.allocate_tensors()
        self.anchors = np.concatenate([_anchors(stride, count) for stride, count in _STRIDES])

    def __call__(self, image: NDArray[np.uint8]) -> FloatArray:
        """(people, 33, 4) of an RGB photo, the largest person first: x and y of its width and height, visibility,
        presence. Points outside the photo are outside 0..1."""
        found: list[tuple[float, FloatArray]] = []
        for centre, top in self._people(image):
            points, score = self._look(image, centre, top)
            again, second = self._look(image, points[33, :2], points[34, :2])
            points, score = (again, second) if second >= score else (points, score)
            if score >= _MIN_SCORE:
                found.append((float(np.hypot(*(points[34, :2] - points[33, :2]))), points[:33]))
        kept: list[FloatArray] = []
        for _, points in sorted(found, key=lambda one: -one[0]):
            # Two detections of one person end at the same points.
            apart = [np.abs(points[:, :2] - other[:, :2]).mean() for other in kept]
            if not apart or min(apart) > 0.1 * np.ptp(points[:, 1]):
                kept.append(points)
        size = np.array([image.shape[1], image.shape[0], 1, 1], np.float32)
        return np.stack(kept) / size if kept else np.zeros((0, 33, 4), np.float32)

    def _people(self, image: NDArray[np.uint8]) -> list[tuple[FloatArray, FloatArray]]:
        """Of each person the middle of the hips, and a point as far away as a circle about the whole body."""
        height, width = image.shape[:2]
        scale = _DETECTOR_SIDE / max(height, width)
        shift = (_DETECTOR_SIDE - scale * np.array([width, height])) / 2
        matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
        square = cv2.warpAffine(image, matrix, (_DETECTOR_SIDE, _DETECTOR_SIDE), flags=cv2.INTER_AREA)
        raw, logits = _run(self.detector, square.astype(np.float32) / np.float32(127.5) - 1)[:2]
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0], -60, 60)))
        found = np.flatnonzero(scores >= _MIN_SCORE)
        places = raw[0, found].reshape(-1, 6, 2) / _DETECTOR_SIDE
        places[:, [0, 2, 3, 4, 5]] += self.anchors[found, None]
        boxes = np.concatenate([places[:, 0] - places[:, 1] / 2, places[:, 1]], 1) * _DETECTOR_SIDE
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores[found].tolist(), _MIN_SCORE, _MAX_OVERLAP)
        points = (places[:, 2:4] * _DETECTOR_SIDE - shift) / scale
        return [(points[i, 0], points[i, 1]) for i in list(kept)[:_MAX_PEOPLE]]

    def _look(self, image: NDArray[np.uint8], centre: FloatArray, top: FloatArray) -> tuple[FloatArray, float]:
        """(39, 4) in pixels of the image, and how surely there is a person, in the upright square so described."""
        across, down = top - centre
        side = 2 * _MARGIN * max(1.0, float(np.hypot(across, down)))
        angle = np.pi / 2 - np.arctan2(-down, across)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * side / _SIDE
        back = np.concatenate([turn, (centre - turn @ np.full(2, _SIDE / 2))[:, None]], 1).astype(np.float32)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        square = cv2.warpAffine(image, back, (_SIDE, _SIDE), flags=how)
        raw, score, _, heat, _ = _run(self.landmarks, square.astype(np.float32) / 255)
        values = raw.reshape(_POINTS, 5)
        places = _refined(values[:, :2], heat[0])
        sure = 1 / (1 + np.exp(-values[:, 3:5]))
        return np.concatenate([places @ back[:, :2].T + back[:, 2], sure], 1).astype(np.float32), float(score.flat[0])


def _run(network: Any, picture: FloatArray) -> list[NDArray[np.float32]]:
    network.set_tensor(network.get_input_details()[0]["index"], picture[None])
    network.invoke()
    return [network.get_tensor(output["index"]) for output in network.get_output_details()]


def _anchors(stride: int, count: int) -> FloatArray:
    cells = _DETECTOR_SIDE // stride
    middles = (np.arange(cells) + 0.5) / cells
    grid = np.stack(np.meshgrid(middles, middles), -1).reshape(-1, 2)
    return np.repeat(grid, count, 0).astype(np.float32)


def _refined(points: FloatArray, heat: FloatArray) -> FloatArray:
    """Points in pixels of the square, moved to where their heat nearby has its centre. heat: (64, 64, 39) logits."""
    result = points.copy()
    for number, (x, y) in enumerate(points * _HEAT_SIDE / _SIDE):
        column, row = int(x), int(y)
        if not (0 <= column < _HEAT_SIDE and 0 <= row < _HEAT_SIDE):
            continue
        top, left = max(0, row - _HEAT_REACH), max(0, column - _HEAT_REACH)
        window = heat[top : row + _HEAT_REACH + 1, left : column + _HEAT_REACH + 1, number]
        sure = 1 / (1 + np.exp(-window))
        if sure.max() >= _MIN_SCORE:
            rows, columns = np.indices(sure.shape)
            weighed = np.array([(columns + left) * sure, (rows + top) * sure]).sum((1, 2)) / sure.sum()
            result[number] = weighed * _SIDE / _HEAT_SIDE
    return result


def photos(data: Path) -> Iterator[tuple[str, str, bytes]]:
    """Source, file and content of every photo on which there may be people."""
    for source in SOURCES:
        with tarfile.open(data / f"{source}.tar") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.name.endswith(".webp") else None
                if stream:
                    yield source, Path(member.name).name, stream.read()


SOURCES: Final = ("street_photos", "street_box_photos", "look_photos", "shirt_photos")


def write_poses(data: Path, package: Path, into: Path, threads: int = 1) -> int:
    """What the teacher says of every photo, into the file `into`; returns how many people it found.

    people: (n, 33, 4) as `BlazePose` returns them. photo: (n,) the number of the photo in `sources` and `files`.
    """
    teacher = BlazePose(package, threads)
    sources: list[str] = []
    files: list[str] = []
    numbers: list[int] = []
    people: list[FloatArray] = []
    for source, file, content in photos(data):
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
        found = teacher(np.asarray(image, np.uint8))
        numbers += [len(files)] * len(found)
        people += list(found)
        sources.append(source)
        files.append(file)
    into.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(into, sources=sources, files=files, photo=np.array(numbers), people=np.array(people))
    return len(people)
