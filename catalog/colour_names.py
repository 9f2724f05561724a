"""The name of a colour that was measured or picked: one rule for closet, catalogue, search and vision.

`colour_names.json` holds prototypes, a few CIELAB values for each name of `catalog.taxonomy.COLOURS`, and a card that
says which data moved them and how often the names are right (rebuilt by `python -m training colour-names`). A colour
is called by the name of the prototype nearest to it by CIEDE2000. Where there is a prior (a network that saw
the whole garment), it chooses among the names whose prototypes are hardly further away, and no others: no name
contradicts its swatch. Gold and silver have no prototypes, because a swatch does not shine; people and shops say them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from imaging.colour import ciede2000, lab_of_srgb, srgb_of_lab

CARD: Final = Path(__file__).with_name("colour_names.json")
NEUTRALS: Final = frozenset({"black", "charcoal", "grey", "white"})
# CIELAB chroma that an eye sees as a colour, and more of it in the dark: what has more is no neutral, what has hardly
# any is nothing else, whoever says so. Of 8, 10, 12 and 14 the tune half of the products liked 10 best.
COLOURED: Final = 10.0
COLOURED_DARK: Final = (40.0, 0.2)  # below this L, so much more chroma a step of L
COLOURLESS: Final = 3.0
# Shops call most of what is sky-blue "blue", and so does a classifier they taught: half of what it gives either of them
# speaks for both.
SHADES: Final = (frozenset({"blue", "sky-blue"}),)
NAMED_SHARE: Final = 0.12  # a colour with less of the cloth is an accent, not what one would call it
MOST_NAMES: Final = 3


class Rule(NamedTuple):
    """names: of the n prototypes, in order of first appearance, each once. prototypes: (n, 3) CIELAB. owner: (n,)
    indices into `names`. tolerance: CIEDE2000 beyond the nearest prototype within which a prior may choose.
    step: CIEDE2000 that makes a name e times less likely. doubt: the probability of a name that a prior denies."""

    names: tuple[str, ...]
    prototypes: NDArray[np.float64]
    owner: NDArray[np.intp]
    tolerance: float
    step: float
    doubt: float

    def distances(self, lab: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, names) CIEDE2000 from each of (k, 3) CIELAB to the nearest prototype of each name.

        Infinite for names that the chroma rules out, so that no prior can choose them.
        """
        apart = ciede2000(lab[:, None], self.prototypes[None])
        nearest = np.stack([apart[:, self.owner == place].min(axis=1) for place in range(len(self.names))], axis=1)
        neutral = np.isin(self.names, list(NEUTRALS))
        chroma = np.hypot(lab[:, 1], lab[:, 2])
        nearest[np.ix_(is_coloured(lab), neutral)] = np.inf
        nearest[np.ix_(chroma < COLOURLESS, ~neutral)] = np.inf
        return nearest

    def choose(self, distances: NDArray[np.float64], prior: Mapping[str, float] | None = None) -> NDArray[np.intp]:
        """(k,) indices into `names`. prior: name -> probability; names it lacks count as denied."""
        if not prior:
            return distances.argmin(axis=1)
        log_prior = np.log(np.array([_likelihood(prior, name) for name in self.names]) + self.doubt)
        near = distances <= distances.min(axis=1, keepdims=True) + self.tolerance
        return np.where(near, log_prior - distances / self.step, -np.inf).argmax(axis=1)


def is_coloured(lab: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(k,) whether an eye sees (k, 3) CIELAB as a colour rather than as black, grey or white."""
    below, slope = COLOURED_DARK
    seen: NDArray[np.bool_] = np.hypot(lab[:, 1], lab[:, 2]) > COLOURED + slope * np.maximum(0, below - lab[:, 0])
    return seen


def _likelihood(prior: Mapping[str, float], name: str) -> float:
    own = prior.get(name, 0.0)
    for shades in SHADES:
        if name in shades:
            return (own + sum(prior.get(shade, 0.0) for shade in shades)) / 2
    return own


@lru_cache(maxsize=1)
def rule() -> Rule:
    """The one that ships."""
    return rule_of(json.loads(CARD.read_text(encoding="utf-8")))


def rule_of(card: Mapping[str, Any]) -> Rule:
    """The rule of a card."""
    names = tuple(card["prototypes"])
    values = [card["prototypes"][name] for name in names]
    owner = np.repeat(np.arange(len(names)), [len(rows) for rows in values])
    prototypes = np.array([row for rows in values for row in rows], dtype=np.float64)
    return Rule(names, prototypes, owner, float(card["tolerance"]), float(card["step"]), float(card["doubt"]))


def colour_names(lab: ArrayLike, prior: Mapping[str, float] | None = None) -> list[str]:
    """The names of (k, 3) CIELAB colours; [] of none. Colours that a screen shows alike are named alike.

    prior: name -> probability of the thing they are of; breaks ties between names about as near.
    """
    values = np.asarray(lab, dtype=np.float64).reshape(-1, 3)
    shown = (srgb_of_lab(values) * 255).round() / 255
    ruling = rule()
    return [ruling.names[place] for place in ruling.choose(ruling.distances(lab_of_srgb(shown)), prior)]


def colour_name(lab: Sequence[float]) -> str:
    """The name of one CIELAB colour; never "multi", "gold" or "silver"."""
    return colour_names([lab])[0]


def renamed(palette: Iterable[Mapping[str, Any]], prior: Mapping[str, float] | None = None) -> list[dict[str, Any]]:
    """A palette ([{"lab", "hex", "name", "share"}]) with names by this rule, those of one name merged into one.

    The largest of those merged lends its colour; the largest share comes first, and shares add up to 1.
    """
    ordered = sorted(palette, key=lambda colour: -float(colour["share"]))
    total = sum(float(colour["share"]) for colour in ordered)
    merged: dict[str, dict[str, Any]] = {}
    for colour, name in zip(ordered, colour_names([colour["lab"] for colour in ordered], prior), strict=True):
        known = merged.setdefault(name, {**colour, "name": name, "share": 0.0})
        known["share"] += float(colour["share"]) / (total or 1.0)
    return [
        {**colour, "share": round(colour["share"], 4)} for colour in sorted(merged.values(), key=lambda c: -c["share"])
    ]


def leading_names(palette: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names one would call a thing of this palette by, the largest share first, at most three."""
    shares: dict[str, float] = {}
    for colour in palette:
        shares[colour["name"]] = shares.get(colour["name"], 0.0) + float(colour["share"])
    ranked = sorted(shares, key=lambda name: -shares[name])
    return [name for number, name in enumerate(ranked) if number == 0 or shares[name] >= NAMED_SHARE][:MOST_NAMES]
