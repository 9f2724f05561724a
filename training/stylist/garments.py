"""Ease of real clothes: 277 products' flat measures against the bodies that their size labels are for.

Widths across (chest, waist, hips, thigh) are doubled. A label names a body by Korean usage: 95 is a man's chest,
W30 a waist. What is left between garment and body is the ease that a brand means for its fit line.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from recommender.stylist.fit.charts import SizeChart, read_chart
from recommender.stylist.fit.cut import usual_body
from recommender.stylist.fit.ease import group_of
from recommender.stylist.fit.labels import KOREAN_CHESTS, KOREAN_WAISTS

FITS = {"slim": "slim", "regular": "regular", "loose": "loose", "oversize": "oversized"}
GROUPS = {"chest": ("tee", "shirt", "knit", "sweat"), "waist": ("trousers", "jeans", "soft")}
ZONES = {"chest": ("chest", "shoulder", "sleeve"), "waist": ("waist", "hips", "thigh")}
RIDGE = 1.0  # a product's worth of doubt
GENDERS = {"male": "men", "female": "women", "unisex": "unisex"}
_COLUMNS = {
    "chest_cm": "chest", "shoulder_cm": "shoulder", "sleeve_cm": "sleeve", "waist_cm": "waist", "hip_cm": "hips",
    "thigh_cm": "thigh",
}  # fmt: skip
# A sleeve longer than an arm is measured from the middle of the back.
LONGEST_SLEEVE_CM = 69.0
_KINDS = (
    ("TOP", r"스웨트\s*셔츠|스웻\s*셔츠|맨투맨", "sweatshirt"),
    ("TOP", r"후드|후디", "hoodie"),
    ("TOP", r"스웨터|니트(?! ?T)(?!.*[셔티])", "knit"),
    ("TOP", r"폴로|피케", "polo"),
    ("TOP", r"(?<!티)셔츠|블라우스", "shirt"),
    ("TOP", r"", "t-shirt"),
    ("BOTTOM", r"데님|JEANS|진(?:\b|\()", "jeans"),
    ("BOTTOM", r"스웨트|조거|이지|밴딩", "sweatpants"),
    ("BOTTOM", r"", "trousers"),
)


@dataclass(frozen=True)
class Product:
    """A real product: chart in mm around, its labels' order as printed. bodies: label -> main girth it is for, mm."""

    name: str
    kind: str
    fit: str
    gender: str
    chart: SizeChart
    bodies: Mapping[str, float]

    @property
    def main_zone(self) -> str:
        return "chest" if any("chest" in row.zones for row in self.chart.rows) else "waist"

    @property
    def part(self) -> str:
        """train or report: two thirds to one, by name."""
        return "report" if sha256(self.name.encode()).digest()[0] % 3 == 0 else "train"


def read_products(data: Path) -> list[Product]:
    """All products of `garment_sizes.csv`, each cut and sex of a name for itself."""
    rows: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    with (data / "garment_sizes.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows[tuple(row[n] for n in ("brand", "product", "category", "fitLine", "gender", "subtype"))].append(row)
    return [_product(key, found) for key, found in rows.items()]


def _product(key: tuple[str, ...], rows: Sequence[Mapping[str, str]]) -> Product:
    brand, name, category, fit, gender, subtype = key
    kind = next(kind for part, words, kind in _KINDS if part == category and re.search(words, name))
    kind = "long-sleeve" if (kind, subtype) == ("t-shirt", "long_sleeve") else kind
    typed = []
    for row in sorted(rows, key=lambda row: float(row["sizeOrder"] or 0)):
        zones = {zone: float(row[column]) for column, zone in _COLUMNS.items() if row[column]}
        if subtype != "long_sleeve" or zones.get("sleeve", 0) > LONGEST_SLEEVE_CM:
            zones.pop("sleeve", None)
        typed.append((row["sizeLabel"], zones))
    sex = "women" if gender == "female" else "men"
    bodies = {row["sizeLabel"]: body for row in rows if (body := _label_body(row, category, sex)) is not None}
    return Product(f"{brand} {name}", kind, FITS[fit], GENDERS[gender], read_chart(typed, basis="flat"), bodies)


def _label_body(row: Mapping[str, str], category: str, sex: str) -> float | None:
    """mm of the chest (the waist of trousers) that a size is for, None where its label does not say."""
    label = row["sizeCanonical"].strip().upper()
    if label.isdigit():
        value = int(label)
        if category == "TOP":
            return value * 10.0 if 75 <= value <= 130 else None
        return value * 10.0 if value >= 55 else value * 25.4 if 22 <= value <= 50 else None
    return (KOREAN_CHESTS if category == "TOP" else KOREAN_WAISTS)[sex].get(label)


def label_eases(product: Product) -> dict[str, float]:
    """Zone -> mean ease of a product's sizes, each against the body its label is for.

    Zones beside the main one are held against what such a body usually has there.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for row in product.chart.rows:
        if row.label in product.bodies:
            body = usual_body(product.main_zone, product.bodies[row.label], sex_of(product))
            for zone, ends in row.zones.items():
                if zone in body:
                    found[zone].append(sum(ends) / 2 - body[zone])
    return {zone: float(np.mean(eases)) for zone, eases in found.items()}


def sex_of(product: Product) -> str:
    """Unisex clothes are sized as men's."""
    return "women" if product.gender == "women" else "men"


def fit_bands(products: Sequence[Product]) -> dict[str, dict[str, dict[str, dict[str, list[float]]]]]:
    """Group -> fit -> sex -> zone -> [low, high] mm: the middle half of what products of the like mean.

    A zone's ease is a sum of what sex and fit line make of it and of what the group adds (ridge regression; most
    cells hold a handful of products, some none), give or take the spread left over.
    """
    bands: dict[str, Any] = {}
    for main, groups in GROUPS.items():
        mine = [product for product in products if product.main_zone == main and group_of(product.kind) in groups]
        eases = [label_eases(product) for product in mine]
        for zone in ZONES[main]:
            rows = [(product, ease[zone]) for product, ease in zip(mine, eases, strict=True) if zone in ease]
            inputs = np.array([_inputs(group_of(p.kind), p.fit, sex_of(p), groups) for p, _ in rows])
            values = np.array([ease for _, ease in rows])
            mean = float(np.median(values))
            weights = _robust_ridge(inputs, values - mean)
            left = np.abs(values - mean - inputs @ weights)
            half = float(np.median(left))
            for group in groups:
                for fit in FITS.values():
                    for sex in ("men", "women"):
                        middle = mean + float(_inputs(group, fit, sex, groups) @ weights)
                        cell = bands.setdefault(group, {}).setdefault(fit, {}).setdefault(sex, {})
                        cell[zone] = [round(middle - half), round(middle + half)]
    return bands


def fit_cut_shares(
    products: Sequence[Product], bands: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]]
) -> dict[str, float]:
    """Zone -> share of what eases are off their band by that lies between products of a brand, not between brands.

    One-way random effects: what brands differ by is taken for their labels meaning other bodies.
    """
    shares = {}
    for main, groups in GROUPS.items():
        for zone in ZONES[main]:
            of_brand: dict[str, list[float]] = defaultdict(list)
            for product in products:
                ease = label_eases(product).get(zone) if group_of(product.kind) in groups else None
                if ease is not None and product.main_zone == main:
                    low, high = bands[group_of(product.kind)][product.fit][sex_of(product)][zone]
                    of_brand[product.name.split()[0]].append(ease - (low + high) / 2)
            several = [np.array(found) for found in of_brand.values() if len(found) > 1]
            counts = np.array([len(found) for found in several])
            within = sum(float(((found - found.mean()) ** 2).sum()) for found in several)
            within /= int(counts.sum()) - len(several)
            between = float(np.var([found.mean() for found in several], ddof=1)) - float((within / counts).mean())
            shares[zone] = round(within / (within + max(between, 0.0)), 2)
    return shares


def _robust_ridge(inputs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Weights with the least absolute errors (reweighted squares): a "regular" shirt 40 cm too wide is one voice."""
    trust = np.ones(len(values))
    weights = np.zeros(inputs.shape[1])
    for _ in range(20):
        weighted = inputs.T * trust
        weights = np.linalg.solve(weighted @ inputs + RIDGE * np.eye(inputs.shape[1]), weighted @ values)
        left = np.abs(values - inputs @ weights)
        trust = 1 / np.maximum(left / np.median(left), 1)
    return weights


def _inputs(group: str, fit: str, sex: str, groups: Sequence[str]) -> np.ndarray:
    cells = [(fit == one and sex == other) for one in FITS.values() for other in ("men", "women")]
    return np.array(
        [*cells, *(fit == one for one in FITS.values()), sex == "women", *(group == g for g in groups)], float
    )
