"""Contact sheets of pairs, a piece on a person each, and the CPU seconds of an outfit."""

import csv
import io
import resource
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from catalog.taxonomy import ATTRIBUTE_KINDS
from imaging.decode import BadImage, decode
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.tryon.figure import of_measures
from recommender.stylist.tryon.layers import order
from recommender.stylist.tryon.pose_figure import legs_cross
from recommender.stylist.tryon.ways import way_of
from recommender.vision import pipeline
from recommender.vision.models import Models
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from recommender.vision.tryon.landmarks import NoShape, garment_of
from recommender.vision.tryon.paint import SIZE, Backdrop, Worn, mannequin, paint
from recommender.vision.tryon.person import NotDressable, Seen, backdrop_of
from training.vision.tryon_metrics import BODIES, SEED, Eyes, pasted_on_box, street_people

_LABELS = (
    "T-Shirt", "Longsleeve", "Pants", "Shirt", "Dress", "Shorts", "Outwear", "Skirt", "Polo", "Blazer", "Hoodie", "Top",
    "Blouse", "Shoes", "Hat",
)  # fmt: skip
_FAMILIES = (
    "Dresses", "Shirt", "Sweater", "Trousers", "Bags", "Footwear", "Skirts", "Jeans", "Hats, scarves and gloves",
    "Jackets", "Coats", "Cardigans", "Blazers", "Trenchcoats",
)  # fmt: skip


def closet_cutouts(
    data: Path, eyes: Eyes, *, each: int, odd: bool, seed: int = SEED
) -> Iterator[tuple[str, str, str, Image.Image]]:
    """(label, kind, sleeve, cutout) of closet photos of senders of odd or even number, as the product sees them."""
    rows = [row for row in csv.DictReader((data / "closet_photos.csv").open()) if row["kids"] == "False"]
    np.random.default_rng(seed).shuffle(rows)
    count = dict.fromkeys(_LABELS, 0)
    with tarfile.open(data / "closet_photos.tar") as tar:
        members = {Path(name).name: name for name in tar.getnames()}
        for row in rows:
            label = row["label"]
            if count.get(label, each) >= each or int(row["sender_id"]) % 2 != odd:
                continue
            stream = tar.extractfile(members[row["file"]])
            found = _largest(stream.read() if stream else b"", eyes)
            if found is not None:
                count[label] += 1
                yield (label, *found)


def studio_cutouts(
    data: Path, eyes: Eyes, *, each: int, seed: int = SEED
) -> Iterator[tuple[str, str, str, Image.Image]]:
    """(family, kind, sleeve, cutout) of studio products, as the product sees them."""
    rows = list(csv.DictReader((data / "stylist_products.csv").open()))
    np.random.default_rng(seed).shuffle(rows)
    count = dict.fromkeys(_FAMILIES, 0)
    with tarfile.open(data / "stylist_photos.tar") as tar:
        members = {Path(name).name: name for name in tar.getnames()}
        for row in rows:
            family = row["family"]
            if count.get(family, each) >= each or row["file"] not in members:
                continue
            stream = tar.extractfile(members[row["file"]])
            found = _largest(stream.read() if stream else b"", eyes)
            if found is not None:
                count[family] += 1
                yield (family, *found)


def _largest(content: bytes, eyes: Eyes) -> tuple[str, str, Image.Image] | None:
    """Kind, sleeve and cutout of the surest garment that nobody wears."""
    try:
        facts = pipeline.analyse(decode(content), engine=eyes.engine)
    except BadImage:
        return None
    garment = max(facts.garments, key=lambda one: one.score, default=None)
    if garment is None or garment.kind is None or str(facts.scene) != "garment":
        return None
    sleeve = garment.best("sleeve")[0] if garment.kind in ATTRIBUTE_KINDS["sleeve"] else None
    return garment.kind, sleeve or "", garment.picture


def look_people(data: Path, *, seed: int) -> Iterator[Image.Image]:
    """Studio looks, twice as large as they are stored."""
    with tarfile.open(data / "look_photos.tar") as tar:
        names = sorted(name for name in tar.getnames() if name.endswith(".webp"))
        for at in np.random.default_rng(seed).permutation(len(names)):
            stream = tar.extractfile(names[at])
            photo = Image.open(io.BytesIO(stream.read() if stream else b"")).convert("RGB")
            yield photo.resize((photo.width * 2, photo.height * 2), Image.Resampling.LANCZOS)


def pairs(
    data: Path, eyes: Eyes, *, count: int, odd: bool = True, seed: int = SEED
) -> tuple[list[tuple[str, Image.Image, Image.Image]], dict[str, Any]]:
    """(title, sketch, the cutout pasted into the box instead) of `count` pieces, three of closets for two of a studio.

    They stand on mannequins of every build, street photos and studio looks in turn. Beside them what was refused.
    """
    refused: dict[str, int] = {}
    each = -(-count * 3 // (5 * len(_LABELS)))
    worn = _worn(closet_cutouts(data, eyes, each=each, odd=odd, seed=seed), refused)[: count * 3 // 5]
    each = -(-(count - len(worn)) // len(_FAMILIES))
    worn += _worn(studio_cutouts(data, eyes, each=each, seed=seed), refused)[: count - len(worn)]
    order_ = np.random.default_rng(seed).permutation(len(worn))
    strangers = list(street_people(data, odd=odd))
    mixed = np.random.default_rng(seed).permutation(len(strangers))
    people = [
        _dressables((strangers[at][1] for at in mixed), eyes, refused),
        _dressables(look_people(data, seed=seed), eyes, refused),
    ]
    found = []
    for number, at in enumerate(order_):
        title, one = worn[at]
        ground: Backdrop | None = None
        if number % 3:
            photo, seen = next(people[number % 3 - 1])
            if one.garment.slot in ("bottom", "shoes") and legs_cross(seen.points):
                refused["legs_cross"] = refused.get("legs_cross", 0) + 1
            else:
                ground = backdrop_of(photo, seen, {one.garment.slot}, {})
        if ground is None:
            sex, measures = BODIES[number // 3 % len(BODIES)]
            ground = mannequin(of_measures(measures, sex, size=SIZE))
        found.append((title, paint(ground, [one]).image, _pasted_on(ground, one)))
    return found, {"pairs": len(found), "refused": refused}


def _worn(cutouts: Iterator[tuple[str, str, str, Image.Image]], refused: dict[str, int]) -> list[tuple[str, Worn]]:
    network = LandmarkNetwork(Models(threads=1))
    found = []
    for label, kind, sleeve, picture in cutouts:
        slot = piece_of_kind(0, kind).slot
        try:
            garment = garment_of(picture, kind, slot, sleeve=sleeve, network=network)
        except NoShape as shape:
            refused[shape.code] = refused.get(shape.code, 0) + 1
            continue
        found.append((f"{label} as {kind}", Worn(picture.convert("RGBA"), garment)))
    return found


def _dressables(
    photos: Iterator[Image.Image], eyes: Eyes, refused: dict[str, int]
) -> Iterator[tuple[Image.Image, Seen]]:
    for photo in photos:
        try:
            yield photo, eyes.look(photo)
        except NotDressable as cannot:
            refused[cannot.code] = refused.get(cannot.code, 0) + 1


def _pasted_on(ground: Backdrop, one: Worn) -> Image.Image:
    rgba = np.asarray(one.picture)
    rows, columns = (np.flatnonzero((rgba[..., 3] > 60).any(axis)) for axis in (1, 0))
    crop = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    layer = pasted_on_box(crop, one.garment.slot, ground.figure, ground.size)
    alpha = layer[..., 3:] / 255
    return Image.fromarray((ground.pixels * (1 - alpha) + layer[..., :3]).clip(0, 255).astype(np.uint8))


def five_pieces(data: Path, eyes: Eyes, *, count: int = 12) -> dict[str, Any]:
    """What an outfit of top, bottom, outerwear, shoes and hat costs on an analysed street photo, and on a mannequin.

    CPU seconds from the cutouts to the picture, landmarks and all; MB of memory of this process, the 95th percentile
    while it analyses photos as a worker does, and while it draws.
    """
    slots: dict[str, list[tuple[str, Image.Image]]] = {}
    with Memory() as analysing:
        for _label, kind, _sleeve, picture in closet_cutouts(data, eyes, each=3, odd=True):
            slots.setdefault(piece_of_kind(0, kind).slot, []).append((kind, picture.convert("RGBA")))
        photo, seen = next(_dressable(data, eyes))
    network = LandmarkNetwork(Models(threads=1))
    took: dict[str, list[float]] = {"photo": [], "mannequin": []}
    with Memory() as drawing:
        for number in range(count):
            chosen = [
                slots[slot][number % len(slots[slot])]
                for slot in ("top", "bottom", "outer", "shoes", "hat")
                if slot in slots
            ]
            for name in took:
                started = time.process_time()
                pieces = _outfit(chosen, network)
                on_photo = name == "photo"
                ground = (
                    backdrop_of(photo, seen, {one.garment.slot for one in pieces}, {})
                    if on_photo
                    else mannequin(of_measures({}, "women", size=SIZE))
                )
                paint(ground, pieces)
                took[name].append(time.process_time() - started)
    return {
        f"{name}_{what}": round(float(value), 3)
        for name, seconds in took.items()
        for what, value in (("median_s", np.median(seconds)), ("most_s", max(seconds)))
    } | {"analysing_p95_mb": analysing.p95, "drawing_p95_mb": drawing.p95}


def _outfit(chosen: list[tuple[str, Image.Image]], network: LandmarkNetwork) -> list[Worn]:
    kinds = {kind: picture for kind, picture in chosen}
    pieces = [piece_of_kind(kind, kind) for kind in kinds]
    ways = {piece.kind: way_of(piece, pieces) for piece in pieces}
    found = []
    for piece in order(pieces, list(ways.values())):
        try:
            garment = garment_of(kinds[piece.kind], piece.kind, piece.slot, network=network)
        except NoShape:
            continue
        found.append(Worn(kinds[piece.kind], garment, ways[piece.kind]))
    return found


class Memory:
    """The 95th percentile of this process's resident memory, MB, looked at fifty times a second while it is entered."""

    def __enter__(self) -> "Memory":
        self._samples: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._samples.append(pages * resource.getpagesize() / 2**20)

    def __exit__(self, *_problem: object) -> None:
        self._done.set()
        self._thread.join()
        self.p95 = round(float(np.percentile(self._samples or [0.0], 95)))


def _dressable(data: Path, eyes: Eyes) -> Iterator[tuple[Image.Image, Seen]]:
    for _name, photo, _mask in street_people(data, odd=True):
        try:
            yield photo, eyes.look(photo)
        except NotDressable:
            continue


def sheet(found: list[tuple[str, Image.Image, Image.Image]], *, columns: int = 5) -> Image.Image:
    """Titled sketches, the pasted cutout beside each, 300 x 330 pixels a pair."""
    wide, high, share = 300, 330, 0.62
    page = Image.new("RGB", (columns * wide, -(-len(found) // columns) * high), "white")
    for number, (title, picture, other) in enumerate(found):
        x, y = number % columns * wide, number // columns * high
        for image, left, room in ((picture, x, wide * share), (other, x + round(wide * share), wide * (1 - share))):
            small = image.copy()
            small.thumbnail((round(room) - 4, high - 18))
            page.paste(small, (left, y))
        ImageDraw.Draw(page).text((x + 3, y + high - 15), title, fill="black")
    return page
