"""Fits `catalog/colour_names.json`: which name people give a measured colour.

It begins with a chart of dyes that somebody named by eye (`colour_chart.csv`) and moves each by learning vector
quantisation (LVQ2.1) towards the products that bear its name, never further than `LIMIT`: a label is a word of a
catalogue, often of a pattern or a finish, and must not talk a swatch into a name that no eye would give it.

Photos of products on a plain ground need no network to be cut out, so that labels of two sources teach. Three splits:
`train` moves the prototypes; on `tune` the settings and the weight of the classifier as a prior are chosen; `report` is
only reported. Tune and report are halves of the products that no network learnt from, by a hash of their number.
"""

import csv
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.colour_names import CARD, Rule, rule_of
from imaging.colour import ciede2000, lab_of_hex, lab_of_srgb
from recommender.vision.describe.palette import clusters_of
from training.vision.colour_labels import PRODUCT_COLOURS, STYLIST_COLOURS
from training.vision.splits import is_validation_product

FloatArray = NDArray[np.float64]
CHART: Final = Path(__file__).with_name("colour_chart.csv")
# One product in so many is measured: more move no prototype by a visible step.
PART: Final = {"product_photos": 3, "stylist_photos": 2}
PIXELS: Final = 300
LARGEST: Final = 4
LEAST_SHARE: Final = 0.12  # of the pixels: a smaller colour is not what a product is called by
EPOCHS: Final = 12
RATE: Final = 0.3
LIMIT: Final = 3.0  # CIEDE2000 that a prototype may move from the chart
# The prior's labels gain the more the further it may reach (.62 of tune at 3, .71 at 9), but from 5 on it called
# #414042 brown: what an eye sees as another name is not for tune to buy.
TOLERANCES: Final = (0.0, 1.5, 3.0)
STEPS: Final = (2.0, 4.0, 8.0, 16.0)
DOUBT: Final = 0.003
_GROUND: Final = 14  # levels from the ground's colour that are ground still; half of it on pure white
_PLAIN_EDGE: Final = 0.5
_AREA: Final = (0.02, 0.97)
_FAR: Final = 20.0  # CIEDE2000: a label none of whose prototypes is nearer speaks of something else
_WINDOW: Final = 0.35  # LVQ2.1: only what lies between two prototypes moves them
_FEW: Final = 3


@dataclass(frozen=True)
class Colours:
    """The leading colours of n products, one row a colour. product: (m,) number of its product, in order.
    lab: (m, 3). share: (m,). And a product: allowed (n, names) bool, split, source, photo."""

    product: NDArray[np.int64]
    lab: FloatArray
    share: FloatArray
    allowed: NDArray[np.bool_]
    split: NDArray[np.str_]
    source: NDArray[np.str_]
    photo: NDArray[np.str_]

    def of(self, split: str, source: str) -> NDArray[np.int64]:
        """The products of a split and source."""
        return np.flatnonzero((self.split == split) & (self.source == source))


def chart() -> dict[str, list[list[float]]]:
    """name -> CIELAB of its dyes, as somebody named them."""
    found: dict[str, list[list[float]]] = {}
    with CHART.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["name"], []).append(list(lab_of_hex(row["hex"]) or ()))
    return found


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def split_of(source: str, row: Mapping[str, str]) -> str:
    """train, tune or report, by the product's number."""
    if source == "stylist_photos":
        place = _hash(row["file"].split(".")[0]) % 10
        return {0: "tune", 1: "report"}.get(place, "train")
    if is_validation_product(dict(row)):
        return "report" if _hash(row["id"]) % 2 else "tune"
    return "train"


def plain_mask(image: Image.Image) -> NDArray[np.bool_] | None:
    """(h, w) bool, True well inside what lies on a plain ground; None where there is no such thing. image: RGB."""
    pixels = np.ascontiguousarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(np.int16)
    ground = np.median(edge, axis=0)
    if (np.abs(edge - ground).max(axis=1) < 20).mean() < _PLAIN_EDGE:
        return None
    reach = _GROUND // 2 if ground.min() >= 245 else _GROUND
    low, high = (np.clip(ground + by, 0, 255).astype(np.uint8) for by in (-reach, reach))
    near = np.pad(cv2.inRange(pixels, low, high) // 255, 1, constant_values=1)
    cv2.floodFill(near, None, (0, 0), 2)  # type: ignore[call-overload]
    count, labels, stats, _ = cv2.connectedComponentsWithStats((near[1:-1, 1:-1] != 2).astype(np.uint8))
    if count < 2:
        return None
    areas = stats[:, cv2.CC_STAT_AREA]
    mask = np.isin(labels, [number for number in range(1, count) if areas[number] >= 0.3 * areas[1:].max()])
    if not _AREA[0] < mask.mean() < _AREA[1]:
        return None
    inside = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0).astype(bool)
    return inside if inside.sum() >= mask.sum() / 2 else mask


def _photos(data: Path, source: str) -> Iterator[tuple[dict[str, str], frozenset[str], Image.Image]]:
    """(row, the names any of which is right, RGB photo) of the labelled products of `source` that are measured."""
    of_products = source == "product_photos"
    table, label = (PRODUCT_COLOURS, "baseColour") if of_products else (STYLIST_COLOURS, "colour")
    rows_in = data / ("product_photos.csv" if of_products else "stylist_products.csv")
    with rows_in.open(newline="", encoding="utf-8") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    with tarfile.open(data / f"{source}.tar") as archive:
        for member in archive:
            row = rows.get(Path(member.name).name)
            names = table.get(row[label]) if row else None
            if row is None or names is None:
                continue
            held_back = of_products and is_validation_product(row)
            if not held_back and _hash("s" + row["file"].split(".")[0]) % PART[source]:
                continue
            if stream := archive.extractfile(member):
                image = Image.open(io.BytesIO(stream.read())).convert("RGB")
                yield row, names, image.reduce(round(image.width / 60)) if image.width > 150 else image


def measure(data: Path, cache: Path, names: tuple[str, ...]) -> Colours:
    """The leading colours of all labelled products, measured once and kept in `cache`."""
    path = cache / "colour_names.npz"
    if not path.exists():
        rng = np.random.default_rng(0)
        columns: dict[str, list[Any]] = {field.name: [] for field in fields(Colours)}
        for source in PART:
            for row, allowed, image in _photos(data, source):
                mask = plain_mask(image)
                if mask is None:
                    continue
                pixels = np.asarray(image)[mask]
                pixels = pixels[rng.integers(0, len(pixels), PIXELS)]
                centres, shares = clusters_of(np.asarray(lab_of_srgb(pixels.astype(np.float32) / 255), np.float32))
                for lab, share in list(zip(centres, shares, strict=True))[:LARGEST]:
                    if share >= LEAST_SHARE:
                        columns["product"].append(len(columns["photo"]))
                        columns["lab"].append(lab)
                        columns["share"].append(share)
                columns["allowed"].append([name in allowed for name in names])
                columns["split"].append(split_of(source, row))
                columns["source"].append(source)
                columns["photo"].append(row["file"])
        cache.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **{name: np.array(values) for name, values in columns.items()})
    with np.load(path) as kept:
        return Colours(*(kept[field.name] for field in fields(Colours)))


def classifier_priors(data: Path, cache: Path, threads: int) -> dict[str, dict[str, float]]:
    """file -> colour name -> probability by the classifier that ships, of the products it never learnt from."""
    path = cache / "colour_priors.json"
    if not path.exists():
        from recommender.vision import pipeline
        from recommender.vision.segmentation.packshot import packshot_box

        engine = pipeline.engine(pipeline.Options(threads=threads))
        found: dict[str, dict[str, float]] = {}
        with (data / "product_photos.csv").open(newline="", encoding="utf-8") as stream:
            held_back = {row["file"] for row in csv.DictReader(stream) if is_validation_product(row)}
        with tarfile.open(data / "product_photos.tar") as archive:
            for member in archive:
                file = Path(member.name).name
                content = archive.extractfile(member) if file in held_back else None
                if content:
                    image = Image.open(io.BytesIO(content.read())).convert("RGB")
                    window = packshot_box(image, engine.options.detection)
                    picture = image.crop(window.rounded()) if window else image
                    (described,) = pipeline.describe_pictures([picture], engine=engine)
                    found[file] = dict(described.scores.get("colour", {}))
        path.write_text(json.dumps(found))
    kept: dict[str, dict[str, float]] = json.loads(path.read_text())
    return kept


def moved(rule: Rule, colours: Colours, products: NDArray[np.int64]) -> FloatArray:
    """(n, 3) the prototypes after LVQ2.1 on `products`.

    Of a product's colours the one nearest to any of its names stands for it: the others are a print, a sole or skin.
    """
    start, prototypes, rate = rule.prototypes, rule.prototypes.copy(), RATE
    rows = np.flatnonzero(np.isin(colours.product, products))
    lab, product = colours.lab[rows], colours.product[rows]
    right = colours.allowed[product][:, rule.owner]
    for _ in range(EPOCHS):
        apart = ciede2000(lab[:, None], prototypes[None])
        of_right, of_wrong = np.where(right, apart, np.inf), np.where(right, np.inf, apart)
        order = np.lexsort((of_right.min(axis=1), product))
        chosen = order[np.r_[True, np.diff(product[order]) > 0]]
        pulled, pushed = of_right[chosen].argmin(axis=1), of_wrong[chosen].argmin(axis=1)
        near, far = of_right[chosen].min(axis=1), of_wrong[chosen].min(axis=1)
        between = (near < _FAR) & (np.abs(near - far) < _WINDOW * (near + far))
        for place in range(len(prototypes)):
            to, away = lab[chosen][between & (pulled == place)], lab[chosen][between & (pushed == place) & (far < near)]
            if len(to) + len(away) > _FEW:
                step = (to - prototypes[place]).sum(axis=0) - (away - prototypes[place]).sum(axis=0)
                prototypes[place] += rate * step / (len(to) + len(away) + 10)
        off = np.maximum(ciede2000(prototypes, start), 1e-6)
        prototypes = start + (prototypes - start) * np.minimum(1, LIMIT / off)[:, None]
        rate *= 0.93
    return prototypes


def right_names(
    rule: Rule, colours: Colours, products: NDArray[np.int64], seen: Mapping[str, Mapping[str, float]] | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(k,) bool each: whether a product's first name is right, and one of its first two."""
    first, two = [], []
    for product in products:
        rows = np.flatnonzero(colours.product == product)
        if not len(rows):
            continue
        prior = seen.get(str(colours.photo[product])) if seen is not None else None
        shares: dict[int, float] = {}
        for place, share in zip(
            rule.choose(rule.distances(colours.lab[rows]), prior), colours.share[rows], strict=True
        ):
            shares[int(place)] = shares.get(int(place), 0.0) + float(share)
        leading = sorted(shares, key=lambda place: -shares[place])[:2]
        said = colours.allowed[product][leading]
        first.append(bool(said[0]))
        two.append(bool(said.any()))
    return np.array(first), np.array(two)


def interval(right: NDArray[np.bool_]) -> list[float]:
    """The 95 % interval of a share (Wilson)."""
    n, share, z = len(right), float(right.mean()), 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return [round(middle - half, 3), round(middle + half, 3)]


def _figure(right: NDArray[np.bool_]) -> dict[str, Any]:
    return {"value": round(float(right.mean()), 3), "n": len(right), "interval": interval(right)}


def write_card(data: Path, cache: Path, threads: int, card: Path = CARD) -> Path:
    """Fit, choose, report, and write the card."""
    values = chart()
    record: dict[str, Any] = {"prototypes": values, "tolerance": 0.0, "step": 1.0, "doubt": DOUBT}
    rule = rule_of(record)
    colours = measure(data, cache, rule.names)
    seen = classifier_priors(data, cache, threads)
    asked = np.array([file in seen for file in colours.photo])
    train = np.concatenate([colours.of("train", source) for source in PART])
    prototypes = moved(rule, colours, train).round(1)
    tune, report = (
        of[asked[of]] for of in (colours.of("tune", "product_photos"), colours.of("report", "product_photos"))
    )
    tried = {}
    for tolerance in TOLERANCES:
        for step in STEPS:
            candidate = rule._replace(prototypes=prototypes, tolerance=tolerance, step=step)
            tried[tolerance, step] = float(right_names(candidate, colours, tune, seen)[0].mean())
            print(
                f"tolerance {tolerance} step {step}: first name right {tried[tolerance, step]:.4f} of tune", flush=True
            )
    tolerance, step = max(tried, key=lambda pair: (tried[pair], -pair[0]))
    fitted = rule._replace(prototypes=prototypes, tolerance=tolerance, step=step)
    figures: dict[str, Any] = {}
    for split, products in (("tune", tune), ("report", report)):
        for what, candidate, prior in (
            ("chart alone", rule, None),
            ("swatch alone", fitted, None),
            ("with the classifier as a prior", fitted, seen),
        ):
            first, two = right_names(candidate, colours, products, prior)
            figures[f"{split}, products, {what}"] = {"first": _figure(first), "first two": _figure(two)}
        first, two = right_names(fitted, colours, colours.of(split, "stylist_photos"))
        figures[f"{split}, stylists, swatch alone"] = {"first": _figure(first), "first two": _figure(two)}
    record = {
        "what": "prototypes in CIELAB (D65) for the names of catalog.taxonomy.COLOURS; see catalog/colour_names.py",
        "data": "a chart of dyes named by eye, moved by labels of Fashion Product Images (MIT on its Kaggle page) and "
        "of a fashion house's products (handed out for a student contest, no licence stated: "
        "vascoG/datathon-fme-2023-mango)",
        "method": f"LVQ2.1, {EPOCHS} epochs, at most {LIMIT} CIEDE2000 from the chart; {len(train)} products",
        "rebuild": "python -m training colour-names",
        "figures": figures,
        "tolerance": tolerance,
        "step": step,
        "doubt": DOUBT,
        "prototypes": {name: prototypes[rule.owner == place].tolist() for place, name in enumerate(rule.names)},
    }
    card.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card
