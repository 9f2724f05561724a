"""Fit the body model on measured adults and publish how good it is: `python -m training body`.

ANSUR II gives people, so means and covariances a sex. Size Korea gives tables: of each zone a regression on height,
weight and age with its rmse, and mean and spread. The tables determine a Gaussian but for the correlations of what
the regressions leave over, which ANSUR lends; zones without a table keep ANSUR's slopes, moved to Korean bodies.

Splits by person (train, tune, report: 60, 20, 20 %) and, of Size Korea's standard bodies, every second one for
training. Only `tune` was looked at while choosing.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from recommender.stylist.fit.population import AGE, CARD, Population, population

VARIABLES = (
    "height", "weight", AGE, "neck", "chest", "waist", "hips", "thigh", "shoulder", "arm", "back_length", "inside_leg",
    "foot", "head",
)  # fmt: skip
FRAME = VARIABLES[:3]  # what Size Korea's regressions are on
ZONES = VARIABLES[3:]
SEXES = ("men", "women")
_TABLE = {
    "neck": "neck", "chest": "chestFull", "waist": "waist", "hips": "hip", "thigh": "thigh", "shoulder": "shoulder",
    "arm": "arm", "back_length": "backLength",
}  # fmt: skip
# A man's chest is taped at its fullest, under the arms (가슴둘레), a woman's over the bust (젖가슴둘레): KS and ANSUR.
_MENS = {"chest": ("chestUpper", "(208)")}
_TYPE_COLUMN = {
    "height": "(102)", "weight": "(132)", "neck": "(206)", "chest": "(209)", "waist": "(211)", "hips": "(213)",
    "thigh": "(214)", "shoulder": "(228)", "arm": "(236)", "back_length": "(223)", "inside_leg": "(110)",
    "foot": "(419)", "head": "(405)", "biacromial": "(317)",
}  # fmt: skip
UNIT = {"weight": 1000.0, AGE: 1.0}  # kilograms and years of the tables in ours; anything else is cm in mm
GIVEN: Mapping[str, tuple[str, ...]] = {
    "height": ("height",),
    "height, weight": ("height", "weight"),
    "height, weight, age": ("height", "weight", AGE),
    "height, weight, waist": ("height", "weight", "waist"),
    "chest, waist, hips": ("chest", "waist", "hips"),
    "height, weight, chest, waist, hips": ("height", "weight", "chest", "waist", "hips"),
}
RANGE_SIGMA = 3.5


def read_people(data: Path, sex: str) -> np.ndarray:
    """(n, v) float64 of ANSUR II's people of a sex, in VARIABLES' order; shoulders as ANSUR has them, biacromial."""
    with (data / "bodies_ansur.csv").open(encoding="utf-8-sig", newline="") as file:
        return np.array([[float(row[name]) for name in VARIABLES] for row in csv.DictReader(file) if row["sex"] == sex])


def split_people(people: np.ndarray, seed: int = 7) -> dict[str, np.ndarray]:
    """Part -> its rows."""
    order = np.random.default_rng(seed).permutation(len(people))
    first, second = int(0.6 * len(people)), int(0.8 * len(people))
    parts = {"train": order[:first], "tune": order[first:second], "report": order[second:]}
    return {name: people[rows] for name, rows in parts.items()}


def read_types(data: Path, sex: str) -> tuple[np.ndarray, np.ndarray]:
    """Size Korea's standard bodies of a sex: (n, v) as `read_people` with tape shoulders; (n,) biacromial breadth.

    NaN where a zone was not measured. The age is the middle of its decade.
    """
    korean = {"men": "남성", "women": "여성"}[sex]
    with (data / "bodies_korea_types.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["성별"] == korean]
    columns = _TYPE_COLUMN | ({zone: code for zone, (_, code) in _MENS.items()} if sex == "men" else {})
    names = {zone: next(name for name in rows[0] if name.startswith(code)) for zone, code in columns.items()}

    def value(row: Mapping[str, str], zone: str) -> float:
        if zone == AGE:
            return float(row["연령"].removesuffix("대")) + 5
        return float(row[names[zone]] or "nan") * (1000 if zone == "weight" else 1)

    bodies = np.array([[value(row, zone) for zone in VARIABLES] for row in rows])
    return bodies, np.array([value(row, "biacromial") for row in rows])


def read_tables(data: Path, sex: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Size Korea's (regressions, distributions) of a sex, by their names; a man's chest as `chest` of the rest."""
    korea = json.loads((data / "bodies_korea.json").read_text())
    name = {"men": "male", "women": "female"}[sex]
    tables, spread = dict(korea["regressions"][name]), dict(korea["distribution"][name])
    if sex == "men":
        for zone, (own, _) in _MENS.items():
            tables[_TABLE[zone]], spread[_TABLE[zone]] = tables.pop(own), spread.pop(own)
    return tables, spread


def _regress(people: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """((4, z) slopes on FRAME and intercept, (z,) rmse, (z, z) correlation of the residuals) of the zones."""
    inputs = np.column_stack([people[:, :3], np.ones(len(people))])
    slopes = np.linalg.lstsq(inputs, people[:, 3:], rcond=None)[0]
    left = people[:, 3:] - inputs @ slopes
    return slopes, left.std(axis=0), np.corrcoef(left.T)


def _table_slopes(table: Mapping[str, Any]) -> np.ndarray:
    """(4,) of a Size Korea regression, in mm a mm, a gram and a year."""
    return np.array(
        [table["a_height"], table["b_weight"] * 10 / 1000, table["c_age"] * 10, table["intercept"] * 10], float
    )


def korean_frame(tables: Mapping[str, Any], spread: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """((3,) means, (3, 3) covariance) of height, weight and age that make every table's mean and spread come out.

    The tables say neither the ages nor how height, weight and age go together; but a zone's spread follows from its
    regression, its rmse and those, and there are fifteen zones for four unknowns.
    """
    zones = list(tables)
    slopes = np.array([_table_slopes(tables[zone]) for zone in zones])
    height, weight = (np.array([spread[name]["mean"], spread[name]["sd"]]) for name in ("height", "weight"))
    height, weight = height * 10, weight * 1000
    means = np.array([spread[zone]["mean"] * 10 for zone in zones])
    spreads = np.array([spread[zone]["sd"] * 10 for zone in zones])
    rmse = np.array([tables[zone]["rmse_cm"] * 10 for zone in zones])
    left = means - slopes[:, 3] - slopes[:, 0] * height[0] - slopes[:, 1] * weight[0]
    age = float(slopes[:, 2] @ left / (slopes[:, 2] @ slopes[:, 2]))

    def covariance(unknown: np.ndarray) -> np.ndarray:
        hw, ha, wa, sd = unknown
        scale = np.array([height[1], weight[1], sd])
        return np.array([[1, hw, ha], [hw, 1, wa], [ha, wa, 1]]) * np.outer(scale, scale)

    def misfit(unknown: np.ndarray) -> np.ndarray:
        explained = np.einsum("zi,ij,zj->z", slopes[:, :3], covariance(unknown), slopes[:, :3])
        return (np.sqrt(explained + rmse**2) - spreads) / spreads

    found = least_squares(misfit, [0.4, -0.3, 0.0, 14], bounds=([-0.9, -0.9, -0.9, 8], [0.9, 0.9, 0.9, 18])).x
    return np.array([height[0], weight[0], age]), covariance(found)


def korean_zones(
    tables: Mapping[str, Any], people: np.ndarray, types: np.ndarray, without: str = ""
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """((4, z) slopes, (z,) rmse, (z, z) residual correlation) of Koreans.

    types: standard bodies that move ANSUR's regression where there is no table. without: a zone whose table is not
    to be used, to see what that costs.
    """
    slopes, rmse, correlation = _regress(people)
    inputs = np.column_stack([types[:, :3], np.ones(len(types))])
    for at, zone in enumerate(ZONES):
        table = tables.get(_TABLE.get(zone, ""))
        if zone == without:
            slopes[3, at] += (types[:, 3 + at] - inputs @ slopes[:, at]).mean()
        elif table is not None:
            slopes[:, at], rmse[at] = _table_slopes(table), table["rmse_cm"] * 10
        elif zone == "inside_leg":  # the crotch: the waist's height less the rise
            slopes[:, at] = _table_slopes(tables["legOuter"]) - _table_slopes(tables["bodyRise"])
        else:
            slopes[3, at] += np.nanmean(types[:, 3 + at] - inputs @ slopes[:, at])
    return slopes, rmse, correlation


def fit_components(data: Path) -> list[dict[str, Any]]:
    """The mixture's components, as the card keeps them."""
    components = []
    for sex in SEXES:
        types, biacromial = read_types(data, sex)
        people = with_tape_shoulders(read_people(data, sex), types[::2], biacromial[::2])
        train = split_people(people)["train"]
        ansur = (train.mean(axis=0), np.cov(train.T))
        tables, spread = read_tables(data, sex)
        mean, frame = korean_frame(tables, spread)
        slopes, rmse, correlation = korean_zones(tables, train, types[::2])
        across = frame @ slopes[:3]
        inner = slopes[:3].T @ across + correlation * np.outer(rmse, rmse)
        korean = (np.append(mean, mean @ slopes[:3] + slopes[3]), np.block([[frame, across], [across.T, inner]]))
        met = np.stack([train.min(axis=0), train.max(axis=0)], axis=1)
        for survey, (means, covariance) in (("ansur", ansur), ("korea", korean)):
            reach = RANGE_SIGMA * np.sqrt(np.diag(covariance))
            ranges = met if survey == "ansur" else np.stack([means - reach, means + reach], axis=1)
            ranges[VARIABLES.index(AGE)] = (17, 58) if survey == "ansur" else (20, 69)
            components.append(
                {
                    "sex": sex,
                    "survey": survey,
                    "mean": np.round(means, 2).tolist(),
                    "covariance": [np.round(row[: at + 1], 1).tolist() for at, row in enumerate(covariance)],
                    "ranges": dict(zip(VARIABLES, np.round(ranges).tolist(), strict=True)),
                }
            )
    return components


def with_tape_shoulders(people: np.ndarray, types: np.ndarray, biacromial: np.ndarray) -> np.ndarray:
    """ANSUR has shoulders by caliper, straight; members tape them across the back: moved by the types' difference."""
    moved = people.copy()
    at = VARIABLES.index("shoulder")
    moved[:, at] += (types[:, at] - biacromial).mean()
    return moved


def estimate_all(model: Population, people: np.ndarray, given: Sequence[str]) -> np.ndarray:
    """(3, n, v): 5, 50 and 95 % of every variable for each person, from the given ones alone."""
    columns = [VARIABLES.index(name) for name in given]
    return np.stack([model.given(dict(zip(given, row[columns], strict=True))).quantiles() for row in people], axis=1)


def figures(model: Population, people: np.ndarray, given: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Zone -> mean absolute error (cm; kg) and share within the 90 % interval, each with a 95 % interval."""
    low, middle, high = estimate_all(model, people, given)
    told = {}
    for at, zone in enumerate(VARIABLES):
        if zone in given or zone == AGE or np.isnan(people[:, at]).any():
            continue
        error = np.abs(middle[:, at] - people[:, at]) / (1000 if zone == "weight" else 10)
        inside = (low[:, at] <= people[:, at]) & (people[:, at] <= high[:, at])
        told[zone] = {"mae": _mean(error), "coverage": _mean(inside.astype(float)), "n": len(people)}
    return told


def _mean(values: np.ndarray) -> list[float]:
    """[mean, low, high] with the 95 % interval of a mean."""
    reach = 1.96 * values.std() / max(len(values), 1) ** 0.5
    return [round(float(value), 3) for value in (values.mean(), values.mean() - reach, values.mean() + reach)]


# --- Figures ---------------------------------------------------------------------------------------------------------
def measure_people(data: Path, part: str = "report", card: Path = CARD) -> dict[str, Any]:
    """Sex -> what is assumed and given -> zone -> figures, on ANSUR II's people of a part."""
    told: dict[str, Any] = {}
    for sex in SEXES:
        types, biacromial = read_types(data, sex)
        people = split_people(with_tape_shoulders(read_people(data, sex), types[::2], biacromial[::2]))[part]
        told[sex] = {f"region us; {name}": figures(population(sex, "us", card), people, GIVEN[name]) for name in GIVEN}
        for region in (None, "korea"):
            name = f"region {region or 'unknown'}; height, weight"
            told[sex][name] = figures(population(sex, region, card), people, GIVEN["height, weight"])
        told[sex]["region and sex unknown; height, weight"] = figures(
            population(None, None, card), people, GIVEN["height, weight"]
        )
        told[sex]["everybody the average of their sex"] = {
            zone: {"mae": _mean(np.abs(people[:, at] - mean) / (1000 if zone == "weight" else 10)), "n": len(people)}
            for at, (zone, mean) in enumerate(zip(VARIABLES, population(sex, "us", card).means[0], strict=True))
            if zone != AGE
        }
    return told


def measure_koreans(data: Path, card: Path = CARD) -> dict[str, Any]:
    """Sex -> zone -> what Size Korea's tables and the standard bodies kept apart say, cm.

    A standard body is the middle of a cluster of people, so it lies nearer to a regression than a person does: its
    error shows bias, not what a member must expect. That follows from the published rmse (0.80 of it is the mean
    absolute error of a Gaussian). Coverage among Korean people cannot be known from tables; their 5 and 95 %
    marks can be compared with the model's.
    """
    told: dict[str, Any] = {}
    for sex in SEXES:
        types, biacromial = read_types(data, sex)
        held = types[1::2]
        people = split_people(with_tape_shoulders(read_people(data, sex), types[::2], biacromial[::2]))["train"]
        tables, spread = read_tables(data, sex)
        model = population(sex, "korea", card)
        low, middle, high = estimate_all(model, held, FRAME)
        marks = _of_korea(model).given({}).quantiles()
        inputs = np.column_stack([held[:, :3], np.ones(len(held))])
        plain = inputs @ _regress(people)[0]
        told[sex] = {}
        for at, zone in enumerate(ZONES, start=3):
            seen = ~np.isnan(held[:, at])
            figure: dict[str, Any] = {"standard bodies": int(seen.sum())}
            if seen.any():
                gap = (middle[:, at] - held[:, at])[seen] / 10
                figure["mae"], figure["bias"] = _mean(np.abs(gap)), round(float(gap.mean()), 2)
                figure["within 90 %"] = round(float(((low <= held) & (held <= high))[seen, at].mean()), 3)
                figure["mae of ANSUR alone"] = _mean(np.abs(plain[seen, at - 3] - held[seen, at]) / 10)
            if (table := tables.get(_TABLE.get(zone, ""))) is not None:
                figure["mae of a person, by the published rmse"] = round(0.798 * table["rmse_cm"], 2)
                mark = spread[_TABLE[zone]]
                figure["5 and 95 % of the model"] = [round(float(marks[row, at]) / 10, 1) for row in (0, 2)]
                figure["5 and 95 % published"] = [mark["p5"], mark["p95"]]
                if seen.any():
                    derived = korean_zones(tables, people, types[::2][~np.isnan(types[::2, at])], without=zone)[0]
                    figure["mae if it had no table"] = _mean(
                        np.abs(inputs @ derived[:, at - 3] - held[:, at])[seen] / 10
                    )
            told[sex][zone] = figure
    return told


def _of_korea(model: Population) -> Population:
    """The model with its Korean component alone."""
    at = int(np.argmax(model.shares))
    return Population(
        model.variables, np.ones(1), model.means[at : at + 1], model.covariances[at : at + 1], model.ranges
    )


def write_card(data: Path, card: Path = CARD) -> dict[str, Any]:
    """Fit, measure, and write the model with its card. Returns the metrics."""
    told: dict[str, Any] = {"variables": VARIABLES, "components": fit_components(data)}
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(json.dumps(told))
    told["metrics"] = {
        "unit": "cm, kg for the weight; [mean, 95 % interval]; coverage of the 90 % interval",
        "ANSUR II, report": measure_people(data, card=card),
        "Size Korea, standard bodies kept apart and tables": measure_koreans(data, card=card),
    }
    people = {sex: {name: len(rows) for name, rows in split_people(read_people(data, sex)).items()} for sex in SEXES}
    told = {
        "key": "body-ansur2-sizekorea8",
        "licence": "MIT, of these numbers; see training_data for what they were fitted on",
        "training_data": [
            "ANSUR II (2012), 6,068 US soldiers: US public release",
            "Size Korea, Korean Agency for Technology and Standards: 8th survey (2020 to 2024), derived regressions, "
            "means, spreads and standard body types (국가기술표준원 사이즈코리아 제8차 인체치수조사)",
        ],
        "method": "A Gaussian a sex and survey over height, weight, age and eleven zones. ANSUR: means, covariances. "
        "Size Korea: the published regressions and rmse; ages and the correlations of height, weight and age from the "
        "published spreads; correlations of residuals from ANSUR; inside leg as outer leg less rise; foot and head by "
        "ANSUR's slopes, moved to half of the standard bodies.",
        "splits": {"people (ANSUR II)": people, "standard bodies (Size Korea)": "every second one for training"},
        "limits": "Adults of 17 to 69. Soldiers are fitter than other Americans. ANSUR's waist is at the navel, Size "
        "Korea's at the natural waist; ANSUR's shoulders are by caliper and moved to the tape by the mean difference "
        "between both in the standard bodies. A man's chest is the fullest girth under the arms, a woman's the bust. "
        "No Korean person was seen, only tables.",
        "rebuild": "python -m training body --data FOLDER",
    } | told
    card.write_text(compact(told))
    return dict(told["metrics"])


def compact(told: dict[str, Any]) -> str:
    """JSON with a line a component or figure, so that a change of the card can be read."""
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + re.sub(r"\s*\n\s*", " ", found[1]) + "]", text) + "\n"
