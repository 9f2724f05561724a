"""Sizes that known bodies are advised of real products: against what the labels promise, and by fit line.

The advice sees garment measures and a body, never what a label means; labels, by Korean usage, name the size that
the brand cut for such a body. Products of the report split alone.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recommender.stylist.fit.advice import recommend_size
from recommender.stylist.fit.body import Body, read_body
from recommender.stylist.fit.ease import CARD, ease_bands
from recommender.stylist.measure import share_figure
from training.stylist.body import (
    SEXES,
    VARIABLES,
    compact,
    read_people,
    read_types,
    split_people,
    with_tape_shoulders,
)
from training.stylist.garments import FITS, Product, fit_bands, fit_cut_shares, read_products, sex_of

PEOPLE = 150  # of each sex; the interval comes from the products, which are few
TAPED = ("height", "weight", "chest", "waist", "hips", "thigh", "shoulder", "arm")
KNOWN: Mapping[str, tuple[str, ...]] = {"measured": TAPED, "height and weight alone": ("height", "weight")}


def known_bodies(data: Path, part: str = "report") -> dict[str, dict[str, np.ndarray]]:
    """Where from -> sex -> (n, v) measured bodies: ANSUR II's people of a part, Size Korea's standard bodies."""
    found: dict[str, dict[str, np.ndarray]] = {"ANSUR II": {}, "Size Korea's standard bodies": {}}
    for sex in SEXES:
        types, biacromial = read_types(data, sex)
        people = with_tape_shoulders(read_people(data, sex), types[::2], biacromial[::2])
        found["ANSUR II"][sex] = split_people(people)[part][:PEOPLE]
        found["Size Korea's standard bodies"][sex] = types
    return found


def measure_sizes(data: Path, part: str = "report", people: str = "report") -> dict[str, Any]:
    """Where bodies are from -> what is known of them -> figures over products of a part."""
    products = [product for product in read_products(data) if product.part == part and len(product.bodies) > 1]
    told: dict[str, Any] = {"products": len(products), "split": f"products {part}, people {people}"}
    for source, bodies in known_bodies(data, people).items():
        told[source] = {name: _figures(products, bodies, zones) for name, zones in KNOWN.items()}
    return told


def _figures(products: Sequence[Product], bodies: Mapping[str, np.ndarray], zones: Sequence[str]) -> dict[str, Any]:
    read = {sex: [_body(row, zones, sex) for row in rows] for sex, rows in bodies.items()}
    apart: list[int] = []
    middles: list[int] = []
    of_product: list[str] = []
    eases: dict[str, list[float]] = defaultdict(list)
    wanted: dict[str, list[bool]] = defaultdict(list)
    for product in products:
        labels = [row.label for row in product.chart.rows]
        for row, body in zip(bodies[sex_of(product)], read[sex_of(product)], strict=True):
            promised = _promised(product, float(row[VARIABLES.index(product.main_zone)]))
            if promised is None:
                continue
            advice = recommend_size(body, product.chart, product.kind, intended=product.fit, gender=product.gender)
            if advice.label is None:
                continue
            apart.append(abs(labels.index(advice.label) - labels.index(promised)))
            middles.append(abs(len(labels) // 2 - labels.index(promised)))
            of_product.append(product.name)
            size = next(row for row in product.chart.rows if row.label == advice.label)
            ease = float(size.middle(product.main_zone) or 0) - float(row[VARIABLES.index(product.main_zone)])
            band = ease_bands(product.kind, product.fit, product.gender)[product.main_zone]
            eases[f"{product.main_zone} {sex_of(product)} {product.fit}"].append(ease / 10)
            wanted[product.fit].append(abs(band.off(ease)) <= 20)
    steps = np.array(apart)
    return {
        "the label's size": share_figure((steps == 0).astype(float), of_product).as_dict(),
        "within one size": share_figure((steps <= 1).astype(float), of_product).as_dict(),
        "always the middle size, within one": round(float(np.mean(np.array(middles) <= 1)), 3),
        "ease within 2 cm of its band": {fit: round(float(np.mean(wanted[fit])), 3) for fit in FITS.values()},
        "ease of the advised size, cm [25, 50, 75 %]": {
            name: [round(float(value), 1) for value in np.percentile(found, [25, 50, 75])]
            for name, found in sorted(eases.items())
        },
    }


def _body(row: np.ndarray, zones: Sequence[str], sex: str) -> Body:
    given = {zone: float(row[VARIABLES.index(zone)]) for zone in zones}
    return read_body({zone: value for zone, value in given.items() if np.isfinite(value)}, sex, region="korea")


def _promised(product: Product, girth: float) -> str | None:
    """The size whose label's body is nearest to a girth; None beyond the chart's ends by more than half a step."""
    known = sorted((body, row.label) for row in product.chart.rows if (body := product.bodies.get(row.label)))
    steps = np.diff([body for body, _ in known])
    reach = float(np.median(steps[steps > 0])) / 2 if (steps > 0).any() else 0.0
    if not known[0][0] - reach <= girth <= known[-1][0] + reach:
        return None
    return min(known, key=lambda one: abs(one[0] - girth))[1]


def write_card(data: Path, card: Path = CARD) -> dict[str, Any]:
    """Fit the ease bands on the train products, measure on the report ones, write both. Returns the metrics."""
    products = read_products(data)
    train = [product for product in products if product.part == "train"]
    bands = fit_bands(train)
    cut = fit_cut_shares(train, bands)
    card.write_text(json.dumps({"bands": bands, "cut": cut}))
    told: dict[str, Any] = {
        "key": "ease-size-tables-2026",
        "licence": "MIT, of these numbers; see training_data for what they were fitted on",
        "training_data": ["Size tables of 277 products of nine brands sold in Korea, read in July 2026 (facts)"],
        "method": "Ease of a product: its sizes, doubled where they are widths, less the Korean body that its labels "
        "are for. Bands: robust ridge regression on fit line by sex and group of kinds, give or take the median "
        "absolute residual. mm, [low, high]. Cut: share of what products are off their band by that lies between "
        "products of a brand (one-way random effects); so far a product's own labels move its band.",
        "splits": {part: sum(product.part == part for product in products) for part in ("train", "report")},
        "limits": "Tops and long trousers for adults alone, few knits and sweatshirts. A label's body is a convention, "
        "not a person whom the size fitted.",
        "rebuild": "python -m training ease --data FOLDER",
        "bands": bands,
        "cut": cut,
    }
    told["metrics"] = measure_sizes(data)
    card.write_text(compact(told))
    return dict(told["metrics"])
