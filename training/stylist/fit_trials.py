"""How far size advice can be trusted: simulated wearers, typing errors and mislabelled charts.

Real bodies and garments are in `fit_figures`; here wearers are drawn from the population
model that also estimates missing measures: the figures show what missing measures, tape errors and
wrong units cost, not how people judge a fit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recommender.stylist.fit.advice import recommend_size
from recommender.stylist.fit.body import read_body
from recommender.stylist.fit.charts import SizeChart, read_chart
from recommender.stylist.fit.population import AGE, SCALES_SIGMA_G, TAPE_SIGMA_MM, population

TOP_CHART = [
    (label, {"chest": 96 + 5 * step, "shoulder": 42 + 1.5 * step, "sleeve": 58 + step})
    for step, label in enumerate(("S", "M", "L", "XL", "XXL"))
]
TROUSER_CHART = [
    (str(inches), {"waist": inches * 2.54 + 2, "hips": inches * 2.54 + 20, "thigh": 34 + inches * 0.8})
    for inches in range(26, 42, 2)
]
KNOWN: Mapping[str, tuple[str, ...]] = {
    "all measured": ("height", "weight", "chest", "waist", "hips", "shoulder", "arm", "thigh"),
    "girths only": ("chest", "waist", "hips"),
    "height and weight": ("height", "weight"),
    "height only": ("height",),
}
# One zone typed wrongly, and by how much: what `read_body` should notice.
SLIPS: Mapping[str, float] = {"in cm": 0.1, "in inches": 1 / 25.4, "a digit doubled": 1.5, "half": 0.5}


def draw_wearers(count: int, gender: str, seed: int = 0) -> list[dict[str, float]]:
    """Adults drawn from the population model, mm and g."""
    people, random = population(gender), np.random.default_rng(seed)
    of = random.choice(len(people.shares), count, p=people.shares)
    drawn = [random.multivariate_normal(people.means[at], people.covariances[at]) for at in of]
    return [
        {name: float(value) for name, value in zip(people.variables, row, strict=True) if name != AGE} for row in drawn
    ]


def measure_fit(*, count: int = 300, gender: str = "men", seed: int = 0) -> dict[str, Any]:
    """Share of wearers who get the size their true measures give, and one size off at most, by what is known;
    coverage of the 90 % intervals; how often slips and mislabelled charts are noticed, and false alarms.
    """
    random = np.random.default_rng(seed + 1)
    wearers = draw_wearers(count, gender, seed)
    charts = {"long-sleeve": read_chart(TOP_CHART), "trousers": read_chart(TROUSER_CHART)}
    sizes: dict[str, dict[str, float]] = {}
    inside: list[bool] = []
    truth = {
        kind: [recommend_size(read_body(wearer, gender), chart, kind).label for wearer in wearers]
        for kind, chart in charts.items()
    }
    for name, zones in KNOWN.items():
        exact = near = total = 0
        for at, wearer in enumerate(wearers):
            given = {
                zone: wearer[zone] + float(random.normal(0, TAPE_SIGMA_MM if zone != "weight" else SCALES_SIGMA_G))
                for zone in zones
            }
            body = read_body(given, gender)
            inside += [
                measure.low <= wearer[zone] <= measure.high
                for zone, measure in body.measures.items()
                if measure.estimated
            ]
            for kind, chart in charts.items():
                off = _sizes_apart(chart, truth[kind][at], recommend_size(body, chart, kind).label)
                exact, near, total = exact + (off == 0), near + (off <= 1), total + 1
        sizes[name] = {"exact": round(exact / total, 3), "within one": round(near / total, 3)}
    return {
        "wearers": count,
        "simulated": True,
        "sizes": sizes,
        "always the middle size": _middle_share(charts, truth),
        "interval coverage (0.9 wanted)": round(float(np.mean(inside)), 3),
        "slips noticed": _slips_noticed(wearers, gender, random),
        "charts": _charts_noticed(),
    }


def _sizes_apart(chart: SizeChart, one: str | None, other: str | None) -> int:
    labels = [row.label for row in chart.rows]
    if one not in labels or other not in labels:
        return len(labels)
    return abs(labels.index(str(one)) - labels.index(str(other)))


def _middle_share(charts: Mapping[str, SizeChart], truth: Mapping[str, Sequence[str | None]]) -> dict[str, float]:
    """What a shop that gives everybody the middle size would reach."""
    off = [
        _sizes_apart(chart, chart.rows[len(chart.rows) // 2].label, label)
        for kind, chart in charts.items()
        for label in truth[kind]
    ]
    return {
        "exact": round(float(np.mean(np.array(off) == 0)), 3),
        "within one": round(float(np.mean(np.array(off) <= 1)), 3),
    }


def _slips_noticed(
    wearers: Sequence[Mapping[str, float]], gender: str, random: np.random.Generator
) -> dict[str, float]:
    zones = KNOWN["all measured"]
    found: dict[str, list[bool]] = {name: [] for name in (*SLIPS, "false alarms")}
    for wearer in wearers:
        given = {zone: wearer[zone] for zone in zones}
        found["false alarms"].append(bool(read_body(given, gender).doubts))
        zone = str(random.choice([name for name in zones if name not in ("height", "weight")]))
        for name, factor in SLIPS.items():
            doubts = read_body(given | {zone: given[zone] * factor}, gender).doubts
            found[name].append(any(doubt.zone == zone for doubt in doubts))
    return {name: round(float(np.mean(values)), 3) for name, values in found.items()}


def _charts_noticed() -> dict[str, bool]:
    """Whether each wrong reading of a right chart is noticed, and the right one left alone."""
    inches = [(label, {zone: value / 2.54 for zone, value in row.items()}) for label, row in TOP_CHART]
    widths = [(label, {"chest": row["chest"] / 2, "shoulder": row["shoulder"]}) for label, row in TOP_CHART]
    return {
        "inches labelled cm": any(doubt.code == "unit_is_in" for doubt in read_chart(inches).doubts),
        "widths labelled girths": any(doubt.code == "widths_not_girths" for doubt in read_chart(widths).doubts),
        "right ones left alone": not read_chart(TOP_CHART).doubts and not read_chart(TROUSER_CHART).doubts,
    }
