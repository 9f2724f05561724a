"""Figures of the pose head as it ships: photos and crops through faces, segmentation and head, beside the teacher.

Everything is read on the tune and the report split; the teacher's word stands where it is sure (visibility above .5).
"""

import csv
import io
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommender.vision import pose as poses
from recommender.vision.facts import Scene
from recommender.vision.pipeline import Engine
from recommender.vision.pose import BodyPart, Joint, Pose
from training.vision.intervals import interval
from training.vision.pose_features import pictures_of, split_of
from training.vision.pose_teacher import photos

FloatArray = NDArray[np.float32]
SURE: Final = 0.5
NEAR: Final = 0.1  # of the torso
_SOURCES: Final = {"street_photos": "street", "street_box_photos": "boxes", "look_photos": "looks",
                   "shirt_photos": "shirts"}  # fmt: skip
_GROUPS: Final = {
    "head": tuple(range(11)), "shoulders": (11, 12), "elbows": (13, 14), "hands": tuple(range(15, 23)),
    "hips": (23, 24), "knees": (25, 26), "ankles": (27, 28), "feet": (29, 30, 31, 32),
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One picture: what teacher and head say of its largest person.

    taught, found: (33, 3) x, y in 0..1, visibility; found is None where nobody was. on_person: (33,) whether each found
    point lies on the segmented person. on_label: the same by the labelled pixels, of the found and of the
    taught points; None where there are none. whole_before: what the check says that knows no points. crop: 0 for the
    whole photo. people: that the teacher sees.
    """

    source: str
    file: str
    split: str
    crop: int
    people: int
    size: tuple[int, int]
    taught: FloatArray
    found: FloatArray | None
    on_person: NDArray[np.bool_]
    on_label: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None
    whole_before: bool

    @property
    def unit(self) -> str:
        return f"{self.source} {self.file}"

    @property
    def apart(self) -> FloatArray:
        """(33,) distance of each point to the teacher's, in torsos."""
        if self.found is None:
            return np.full(len(self.taught), np.inf, np.float32)
        taught, found = (points[:, :2] * np.array(self.size) for points in (self.taught, self.found))
        torso = np.hypot(*(taught[11:13].mean(0) - taught[23:25].mean(0)))
        return np.asarray(np.hypot(*(taught - found).T) / max(1.0, torso), np.float32)

    @property
    def taught_whole(self) -> bool:
        return not poses.full_body(Pose(self.taught))

    @property
    def found_whole(self) -> bool:
        return self.found is not None and not poses.full_body(Pose(self.found))


def judge(data: Path, taught: Path, engine: Engine, seed: int, splits: Sequence[str]) -> Iterator[Judged]:
    """Every photo of `splits` and one crop of it; ten minutes on a core. taught: of `pose_teacher.write_poses`."""
    saved = np.load(taught)
    of_photo: dict[tuple[str, str], list[FloatArray]] = {}
    for number, person in zip(saved["photo"], saved["people"], strict=True):
        key = (str(saved["sources"][number]), str(saved["files"][number]))
        of_photo.setdefault(key, []).append(person[:, :3])
    labelled = _labelled(data)
    for source, file, content in photos(data):
        split, people = split_of(source, file), of_photo.get((source, file))
        if split not in splits or not people:
            continue
        image = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)
        for crop, (picture, points) in enumerate(pictures_of(image, people[0], file, [seed])):
            seen = Image.fromarray(picture)
            detections = engine.detector(seen, engine.faces(seen))
            first = detections.people[0].pose if detections.people else None
            found = first.points if first and detections.scene is Scene.WORN else None
            body = None if detections.body is None else detections.body > 0.5
            label = labelled.get(file) if source == "street_photos" and not crop else None
            yield Judged(
                source, file, split, crop, len(people), seen.size, points, found, _inside(found, body),
                None if label is None else (_inside(found, label), _inside(points, label)), detections.whole_by_regions,
            )  # fmt: skip


def pairs(data: Path, engine: Engine, split: str) -> dict[str, Any]:
    """Two street photos side by side: how often two whole people are told, and nobody else."""
    told, units, before = [], [], None
    for source, file, content in photos(data):
        if source != "street_photos" or split_of(source, file) != split:
            continue
        image = Image.open(io.BytesIO(content)).convert("RGB")
        if before is None:
            before = image
            continue
        beside = image.resize((round(image.width * before.height / image.height), before.height))
        both = Image.new("RGB", (before.width + beside.width, before.height))
        both.paste(before, (0, 0))
        both.paste(beside, (before.width, 0))
        people, before = engine.detector(both, engine.faces(both)).people, None
        told.append(sum(person.pose is not None and not person.missing for person in people) == 2)
        units.append(file)
    low, high = interval(np.array(told, float), units)
    return {"share": round(float(np.mean(told)), 4), "interval": [round(low, 4), round(high, 4)], "n": len(told)}


def _labelled(data: Path) -> dict[str, NDArray[np.bool_]]:
    """file -> the labelled pixels of whoever is on it, of the street photos that have masks."""
    with (data / "street_photos.csv").open(newline="", encoding="utf-8") as table:
        of_mask = {row["mask"]: row["file"] for row in csv.DictReader(table) if row["mask"]}
    found = {}
    with tarfile.open(data / "street_photos.tar") as archive:
        for member in archive:
            file = of_mask.get(Path(member.name).name)
            if file and split_of("street_photos", file) != "train" and (stream := archive.extractfile(member)):
                found[file] = np.asarray(Image.open(io.BytesIO(stream.read()))) > 0
    return found


def _inside(points: FloatArray | None, mask: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """(33,) whether each point lies in a mask of the whole picture."""
    if points is None or mask is None:
        return np.zeros(len(Joint), bool)
    high, wide = mask.shape
    x, y = (points[:, :2] * (wide, high)).astype(int).T
    return np.asarray(mask[y.clip(0, high - 1), x.clip(0, wide - 1)], bool)


def figures(judged: Sequence[Judged], split: str) -> dict[str, Any]:
    """Agreement with the teacher, with 95 % intervals by photo; the full-body check beside the one without points."""
    some = [one for one in judged if one.split == split]
    result: dict[str, Any] = {"photos": len({one.unit for one in some}), "pictures": len(some)}
    for name, part in (("photos", [one for one in some if not one.crop]), ("crops", [one for one in some if one.crop])):
        result[f"PCK@{NEAR}, {name}"] = _share([(one.apart < NEAR, one.taught[:, 2] > SURE, one.unit) for one in part])
        result[f"joints on the person, {name}"] = _share(
            [(one.on_person, one.found[:, 2] > SURE, one.unit) for one in part if one.found is not None]
        )
    labelled = [(one, *one.on_label) for one in some if one.on_label]
    result["joints on the labelled person"] = _share(
        [(mine, one.found[:, 2] > SURE, one.unit) for one, mine, _ in labelled if one.found is not None]
    )
    result["the teacher's joints on the labelled person"] = _share(
        [(theirs, one.taught[:, 2] > SURE, one.unit) for one, _, theirs in labelled]
    )
    for source, short in _SOURCES.items():
        part = [one for one in some if one.source == source and not one.crop]
        result[f"PCK@{NEAR}, {short}"] = _share([(one.apart < NEAR, one.taught[:, 2] > SURE, one.unit) for one in part])
    for group, joints in _GROUPS.items():
        places = list(joints)
        result[f"PCK@{NEAR}, {group}"] = _share(
            [(one.apart[places] < NEAR, one.taught[places, 2] > SURE, one.unit) for one in some]
        )["share"]
    result["visible as the teacher says"] = _share(
        [((one.found[:, 2] > SURE) == (one.taught[:, 2] > SURE), np.ones(33, bool), one.unit)
         for one in some if one.found is not None]
    )  # fmt: skip
    result["nobody found"] = sum(one.found is None for one in some)
    truth = np.array([one.taught_whole for one in some])
    result["full body by points"] = _check(truth, np.array([one.found_whole for one in some]))
    result["full body by regions"] = _check(truth, np.array([one.whole_before for one in some]))
    result["missing parts"] = {
        part.value: round(float(np.mean([_lacks(one.taught, part) == _lacks(one.found, part) for one in some])), 3)
        for part in BodyPart
    }
    return result


def _lacks(points: FloatArray | None, part: BodyPart) -> bool:
    return points is None or part in poses.full_body(Pose(points))


def _share(parts: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_], str]]) -> dict[str, Any]:
    """The share of right ones among those that count, drawn by photo. parts: (right, counts, photo) of each picture."""
    right = np.concatenate([right[counts] for right, counts, _ in parts]) if parts else np.zeros(0, bool)
    units = [unit for _, counts, unit in parts for _ in range(int(counts.sum()))]
    if not len(right):
        return {"share": None, "n": 0}
    low, high = interval(right.astype(float), units)
    return {"share": round(float(right.mean()), 4), "interval": [round(low, 4), round(high, 4)], "n": len(right)}


def _check(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> dict[str, Any]:
    both = int((truth & said).sum())
    return {
        "precision": round(both / max(1, int(said.sum())), 4),
        "recall": round(both / max(1, int(truth.sum())), 4),
        "right": round(float((truth == said).mean()), 4),
        "whole": int(truth.sum()),
        "n": len(truth),
    }
