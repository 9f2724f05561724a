"""Landmarks of garments that nobody marked, where two networks see them alike: further examples for a training.

The one that ships and one taught since, each the mean of what it sees of a cutout and of its mirror image.
"""

import csv
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.tryon.garment import LANDMARKS, family_of
from recommender.vision import pipeline
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from training.vision import garment_landmarks
from training.vision.train_landmarks import MARKED, Example, example_of

_APART: Final = 0.035  # of a cutout's width, as far as two networks may see a landmark apart
_LEAST: Final = 0.6  # of a garment's landmarks on which they agree, or it is no example
_NEWER: Final = 0.6  # how much of a place is the second network's
_SEED: Final = 77


def agreed(data: Path, networks: tuple[LandmarkNetwork, LandmarkNetwork], *, most: int = 250) -> list[Example]:
    """At most so many garments of the training's senders, none of those marked by hand or judged by."""
    engine = pipeline.engine(pipeline.Options(threads=1))
    taken = {row["file"] for path in (MARKED, garment_landmarks.MARKED) for row in csv.DictReader(path.open())}
    group_of = {label: group for group, labels in garment_landmarks.GROUPS.items() for label in labels}
    rows = [
        row
        for row in csv.DictReader((data / "closet_photos.csv").open())
        if row["kids"] == "False" and int(row["sender_id"]) % 2 == 0 and row["file"] not in taken
    ]
    np.random.default_rng(_SEED).shuffle(rows)
    made: list[Example] = []
    with tarfile.open(data / "closet_photos.tar") as tar:
        members = {Path(name).name: name for name in tar.getnames()}
        for row in rows:
            group = group_of.get(row["label"], "shoes")
            if group == "shoes" or len(made) >= most:
                continue
            stream = tar.extractfile(members[row["file"]])
            garment = garment_landmarks.seen(row["file"], group, False, stream.read() if stream else b"", engine)
            if garment is not None and (example := alike(garment, networks)) is not None:
                made.append(example)
    return made


def alike(garment: garment_landmarks.Found, networks: tuple[LandmarkNetwork, LandmarkNetwork]) -> Example | None:
    """A garment with the landmarks that both networks see; None where they dispute most, or whether it has sleeves."""
    picture = garment.picture.convert("RGBA")
    (one, sleeved), (other, also) = (network(picture) for network in networks)
    if (sleeved > 0.5) != (also > 0.5):
        return None
    family = family_of(garment.kind, piece_of_kind(0, garment.kind).slot)
    names = [name for name in LANDMARKS.get(family, ()) if sleeved > 0.5 or not name.startswith("cuff")]
    near = [name for name in names if np.linalg.norm(one[name] - other[name]) < _APART * picture.width]
    if not names or len(near) < _LEAST * len(names):
        return None
    x0, y0, x1, y1 = garment.box
    times = np.array([(x1 - x0) / picture.width, (y1 - y0) / picture.height])
    places = {name: one[name] + _NEWER * (other[name] - one[name]) for name in near}
    points = {name: (place * times + [x0, y0]) / garment.size for name, place in places.items()}
    has_sleeves = float(sleeved > 0.5) if "shoulder_l" in names else float("nan")
    return replace(example_of(garment, points), sleeved=has_sleeves)
