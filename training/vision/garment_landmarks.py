"""Landmarks of garments marked by hand, and how far the mirror's own lie from them.

100 closet photos, drawn by a seed over eight groups and both halves of the senders; `garment_landmarks.csv` beside this
file holds where a person saw neck, shoulders, armpits, cuffs, hem, waist and crotch (toe and heel of shoes), as shares
of the photo. Senders of even number are the tune half, on which the finder was chosen; figures are the report half's.
"""

import csv
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import ATTRIBUTE_KINDS
from imaging.decode import BadImage, decode
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.tryon.garment import THING
from recommender.vision import pipeline
from recommender.vision.models import Models
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from recommender.vision.tryon.landmarks import NoShape, garment_of
from recommender.vision.tryon.paint import shoes_in
from training.vision.intervals import interval

FloatArray = NDArray[np.float64]
MARKED: Final = Path(__file__).with_suffix(".csv")
GROUPS: Final = {
    "tops": ("T-Shirt", "Longsleeve", "Polo", "Hoodie", "Top", "Undershirt"),
    "shirts": ("Shirt", "Blouse"),
    "coats": ("Outwear", "Blazer"),
    "trousers": ("Pants",),
    "shorts": ("Shorts",),
    "skirts": ("Skirt",),
    "dresses": ("Dress",),
    "shoes": ("Shoes",),
}
SEED: Final = 2411
COUNT: Final = 100


@dataclass(frozen=True)
class Found:
    """A garment that the product cuts out. box: of the cutout, photo pixels; size: of the photo."""

    file: str
    group: str
    is_report: bool
    kind: str
    sleeve: str
    picture: Image.Image
    box: tuple[int, int, int, int]
    size: tuple[int, int]
    photo: Image.Image


def drawn(data: Path, engine: pipeline.Engine, *, count: int = COUNT) -> Iterator[Found]:
    """Garments of `count` closet photos, alike many of each group and half; photos without one clear garment are left
    out before the count."""
    rows = [row for row in csv.DictReader((data / "closet_photos.csv").open()) if row["kids"] == "False"]
    np.random.default_rng(SEED).shuffle(rows)
    group_of = {label: group for group, labels in GROUPS.items() for label in labels}
    places = [(group, half) for half in (False, True) for group in GROUPS]
    room = {place: count // len(places) + (at < count % len(places)) for at, place in enumerate(places)}
    with tarfile.open(data / "closet_photos.tar") as tar:
        members = {Path(name).name: name for name in tar.getnames()}
        for row in rows:
            place = group_of.get(row["label"], ""), int(row["sender_id"]) % 2 == 1
            if not room.get(place):
                continue
            stream = tar.extractfile(members[row["file"]])
            if found := seen(row["file"], *place, stream.read() if stream else b"", engine):
                room[place] -= 1
                yield found


def seen(file: str, group: str, is_report: bool, content: bytes, engine: pipeline.Engine) -> Found | None:
    """The garment of a photo, as the product cuts it out; None where there is no clear one."""
    try:
        decoded = decode(content)
    except BadImage:
        return None
    facts = pipeline.analyse(decoded, engine=engine)
    garment = max(facts.garments, key=lambda one: one.score, default=None)
    if garment is None or garment.kind is None or str(facts.scene) != "garment":
        return None
    sleeve = garment.best("sleeve")[0] if garment.kind in ATTRIBUTE_KINDS["sleeve"] else None
    size = (facts.width, facts.height)
    photo = decoded.image.convert("RGB")
    return Found(file, group, is_report, garment.kind, sleeve or "", garment.picture, garment.box, size, photo)


# --- How far the mirror's landmarks lie from those ----------------------------------------------------------


def marked(path: Path = MARKED) -> dict[str, dict[str, FloatArray]]:
    """File -> landmark -> (x, y), shares of the photo."""
    points: dict[str, dict[str, FloatArray]] = {}
    for row in csv.DictReader(path.open()):
        points.setdefault(row["file"], {})[row["point"]] = np.array([float(row["x"]), float(row["y"])])
    return points


def measured(data: Path, engine: pipeline.Engine, *, is_report: bool) -> dict[str, Any]:
    """Mean distance of the mirror's landmarks to those marked, in % of the width of the garment's box.

    A landmark that was marked but not found is no distance: it is counted as missing. Intervals draw whole garments.
    Shoes are told apart from the rest: toe and heel are a rule of thumb, no landmark of the mirror's. Beside it what
    the outline alone tells.
    """
    truth, found = marked(), [one for one in drawn(data, engine) if one.is_report == is_report]
    network = LandmarkNetwork(Models(threads=1))
    clothes = [one for one in found if one.group != "shoes"]
    shoes = [one for one in found if one.group == "shoes"]
    return _told([row for one in clothes for row in compared(one, truth[one.file], network)]) | {
        "outline_alone": _told([row for one in clothes for row in compared(one, truth[one.file])])["all"],
        "shoes": _told([row for one in shoes for row in compared(one, truth[one.file])])["all"],
    }


def _told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    near = [row for row in rows if row["off"] is not None]
    return {
        "garments": len({row["file"] for row in rows}),
        "points": len(rows),
        "refused": len({row["file"] for row in rows if row["code"]}),
        "missing_share": round(1 - len(near) / max(len(rows), 1), 3),
        "all": _mean(near),
        **{f"by_{key}": _by(near, key) for key in ("group", "name")},
    }


def _by(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return {one: _mean([row for row in rows if row[key] == one]) for one in dict.fromkeys(row[key] for row in rows)}


def _mean(rows: list[dict[str, Any]]) -> dict[str, Any]:
    off = [row["off"] for row in rows]
    low, high = interval(off, [row["file"] for row in rows])
    return {
        "n": len(off),
        "percent": round(float(np.mean(off)), 2),
        "interval": [round(low, 2), round(high, 2)],
        "median": round(float(np.median(off)), 2),
    }


def compared(
    found: Found, truth: dict[str, FloatArray], network: LandmarkNetwork | None = None
) -> list[dict[str, Any]]:
    """One row a marked point: file, group, name without side, off (% of the width; None: not found), code."""
    code, points = "", {}
    try:
        points = mirror_points(found, network)
    except NoShape as shape:
        code = shape.code
    width = found.box[2] - found.box[0]
    if found.group == "shoes" and points:
        points = _paired(points, truth, found.size)
    rows = []
    for name, place in truth.items():
        off = 100 * float(np.linalg.norm(points[name] - place * found.size)) / width if name in points else None
        bare = name[:-2] if name[-2:] in ("_l", "_r", "_1", "_2") else name
        rows.append({"file": found.file, "group": found.group, "name": bare, "off": off, "code": code})
    return rows


def mirror_points(found: Found, network: LandmarkNetwork | None = None) -> dict[str, FloatArray]:
    """The landmarks as the mirror finds them, photo pixels. Raises NoShape."""
    picture = found.picture.convert("RGBA")
    slot = piece_of_kind(0, found.kind).slot
    garment = garment_of(picture, found.kind, slot, sleeve=found.sleeve, network=network)
    points = dict(garment.points) if garment.family != THING else _soles(picture, found.kind)
    x0, y0, x1, y1 = found.box
    times = np.array([(x1 - x0) / picture.width, (y1 - y0) / picture.height])
    return {name: point * times + [x0, y0] for name, point in points.items()}


def _soles(picture: Image.Image, kind: str) -> dict[str, FloatArray]:
    """Toe and heel of each shoe, where the mirror takes them to be."""
    points = {}
    alpha = np.asarray(picture.getchannel("A")) > 127
    for number, (box, toe_left) in enumerate(shoes_in(picture, kind), 1):
        x0, y0, x1, y1 = (round(edge) for edge in box)
        rows, columns = np.nonzero(alpha[y0:y1, x0:x1])
        if toe_left is None:
            ends = [rows.argmax(), rows.argmin()]
        else:
            ends = [columns.argmin(), columns.argmax()] if toe_left else [columns.argmax(), columns.argmin()]
        for name, end in zip(("toe", "heel"), ends, strict=True):
            points[f"{name}_{number}"] = np.array([x0 + columns[end], y0 + rows[end]], float)
    return points


def _paired(
    points: dict[str, FloatArray], truth: dict[str, FloatArray], size: tuple[int, int]
) -> dict[str, FloatArray]:
    """The shoes of a pair in the order in which they were marked."""

    def apart(swapped: dict[str, FloatArray]) -> float:
        return sum(float(np.linalg.norm(swapped[name] - truth[name] * size)) for name in truth if name in swapped)

    other = {name[:-1] + ("2" if name.endswith("1") else "1"): point for name, point in points.items()}
    return min((points, other), key=apart)
