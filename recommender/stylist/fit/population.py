"""Adults as a mixture of Gaussians: what somebody's measures probably are, given those that are known.

One component a sex and survey: US soldiers (ANSUR II) and Koreans (Size Korea's 8th survey). A component holds
means and covariances of every zone with weight and age. Conditioning is the textbook formula, a component at a
time; how well a component explains what is known decides how much it counts. `weights/body.json` holds the numbers
with their card; `training/stylist/body.py` fits them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import pi
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

CARD = Path(__file__).parent / "weights" / "body.json"
AGE = "age"
# Before anything is known: how many of those who live in a region are like Size Korea's people. Chosen, not fitted;
# a body that one survey explains far better outweighs it.
KOREAN_SHARE: Mapping[str | None, float] = MappingProxyType({"korea": 0.9, None: 0.5, "us": 0.1})
TAPE_SIGMA_MM = 6.0  # what a second reading of the same tape differs by
SCALES_SIGMA_G = 700.0
INTERVAL_SIGMA = 1.645  # 90 % of a Gaussian
_STEPS = 18  # of bisection: to a hundredth of a millimetre, of a gram


@dataclass(frozen=True)
class Population:
    """A mixture of c Gaussians over v variables (mm, g for the weight, years for the age).

    shares: (c,) float64, sum 1. means: (c, v). covariances: (c, v, v). ranges: variable -> (least, most) met in
    the surveys for any of the sexes meant; what lies outside is not known to the model.
    """

    variables: tuple[str, ...]
    shares: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    ranges: Mapping[str, tuple[float, float]]

    def outside(self, known: Mapping[str, float]) -> tuple[str, ...]:
        """Of the given variables, those beyond what any surveyed person measured."""
        return tuple(
            name
            for name, value in known.items()
            if name in self.ranges and not self.ranges[name][0] <= value <= self.ranges[name][1]
        )

    def given(self, known: Mapping[str, float]) -> "Conditional":
        """What the other variables probably are. known: variable -> value, with a tape's error; may be empty."""
        rows = [at for at, name in enumerate(self.variables) if name in known]
        values = np.array([known[self.variables[at]] for at in rows])
        spreads = np.sqrt(np.einsum("cvv->cv", self.covariances))
        if not rows:
            return Conditional(self.variables, self.shares, self.means, spreads)
        noise = np.diag([_noise(self.variables[at]) ** 2 for at in rows])
        inner = self.covariances[:, rows][:, :, rows] + noise
        across = self.covariances[:, rows]  # (c, k, v)
        gaps = values - self.means[:, rows]  # (c, k)
        gains = np.linalg.solve(inner, across)
        means = self.means + np.einsum("ck,ckv->cv", gaps, gains)
        variances = spreads**2 - np.einsum("ckv,ckv->cv", across, gains)
        fit = np.einsum("ck,ck->c", gaps, np.linalg.solve(inner, gaps[..., None])[..., 0])
        log = np.log(self.shares) - 0.5 * (fit + np.linalg.slogdet(2 * pi * inner)[1])
        shares = np.exp(log - log.max())
        return Conditional(self.variables, shares / shares.sum(), means, np.sqrt(np.maximum(variances, 1.0)))


@dataclass(frozen=True)
class Conditional:
    """Every variable's own mixture of Gaussians. shares: (c,); means, spreads: (c, v)."""

    variables: tuple[str, ...]
    shares: np.ndarray
    means: np.ndarray
    spreads: np.ndarray

    def moments(self, variable: str) -> tuple[float, float]:
        """(mean, standard deviation) of a variable."""
        at = self.variables.index(variable)
        mean = self.shares @ self.means[:, at]
        variance = self.shares @ (self.spreads[:, at] ** 2 + self.means[:, at] ** 2) - mean**2
        return float(mean), float(np.sqrt(max(variance, 1.0)))

    def quantiles(self, shares: tuple[float, ...] = (0.05, 0.5, 0.95)) -> np.ndarray:
        """(q, v) float64: the values below which these shares of such people lie."""
        wanted = np.array(shares)[:, None]
        low = np.repeat((self.means - 5 * self.spreads).min(axis=0)[None], len(shares), axis=0)
        high = np.repeat((self.means + 5 * self.spreads).max(axis=0)[None], len(shares), axis=0)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            below = _normal_cdf((middle[:, None] - self.means) / self.spreads)  # (q, c, v)
            under = np.einsum("c,qcv->qv", self.shares, below) < wanted
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2


@cache
def population(gender: str | None, region: str | None = None, card: Path = CARD) -> Population:
    """Adults of a sex (men, women; both alike otherwise) in a region (korea, us; both alike otherwise)."""
    variables, components = _read(card)
    chosen = [one for one in components if one["sex"] == gender] or list(components)
    korean = KOREAN_SHARE.get(region, KOREAN_SHARE[None])
    shares = np.array([korean if one["survey"] == "korea" else 1 - korean for one in chosen])
    ranges = {
        name: (min(one["ranges"][name][0] for one in chosen), max(one["ranges"][name][1] for one in chosen))
        for name in variables
    }
    return Population(
        variables,
        shares / shares.sum(),
        np.array([one["mean"] for one in chosen]),
        np.array([_square(one["covariance"]) for one in chosen]),
        MappingProxyType(ranges),
    )


@cache
def _read(card: Path) -> tuple[tuple[str, ...], tuple[dict[str, Any], ...]]:
    told = json.loads(card.read_text())
    return tuple(told["variables"]), tuple(told["components"])


def _square(lower: list[list[float]]) -> np.ndarray:
    """A symmetric (v, v) matrix from the rows of its lower triangle."""
    square = np.zeros((len(lower), len(lower)))
    for at, row in enumerate(lower):
        square[at, : at + 1] = square[: at + 1, at] = row
    return square


def _normal_cdf(values: np.ndarray) -> np.ndarray:
    """Abramowitz and Stegun 26.2.17: right to 8e-8, and NumPy has none of its own."""
    size = np.abs(values)
    step = 1 / (1 + 0.2316419 * size)
    tail = step * (
        0.319381530 + step * (-0.356563782 + step * (1.781477937 + step * (-1.821255978 + step * 1.330274429)))
    )
    upper = np.exp(-size * size / 2) / (2 * pi) ** 0.5 * tail
    return np.where(values > 0, 1 - upper, upper)


def _noise(variable: str) -> float:
    return {"weight": SCALES_SIGMA_G, AGE: 1.0}.get(variable, TAPE_SIGMA_MM)
