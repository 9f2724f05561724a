"""The eighty looks: recipes filled with products that suit the style, the season and each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.colour import LAB
from catalog.demo.products import DemoProduct, products
from catalog.demo.recipes import RECIPES, Recipe
from catalog.taxonomy import COLOURS, KIND_BY_SLUG, OCCASIONS, SEASONS, STYLES

_SEASON = {term.slug[:2]: term.slug for term in SEASONS}
_NAMES = {term.slug: (term.en, term.ko) for term in (*STYLES, *SEASONS, *OCCASIONS, *COLOURS)}


@dataclass(frozen=True)
class DemoLook:
    """A look as data; heights in mm and weights in g are its wearer's."""

    key: str
    en: str
    ko: str
    style: str
    styles: dict[str, float]
    gender: str
    seasons: tuple[str, ...]
    occasion: str
    ground: str
    pieces: tuple[DemoProduct, ...]
    tags: tuple[str, ...]
    height_mm: int
    weight_g: int
    seed: int

    @property
    def palette(self) -> list[dict[str, object]]:
        """The pieces' main colours; clothes weigh more than small things."""
        weights: dict[str, float] = {}
        first: dict[str, dict[str, object]] = {}
        for piece in self.pieces:
            top = piece.palette[0]
            name = str(top["name"])
            weights[name] = weights.get(name, 0) + (3 if piece.slot in ("top", "outer", "dress", "bottom") else 1)
            first.setdefault(name, top)
        total = sum(weights.values())
        ranked = sorted(weights, key=lambda name: -weights[name])[:5]
        return [{**first[name], "share": round(weights[name] / total, 3)} for name in ranked]


@lru_cache(maxsize=1)
def looks() -> tuple[DemoLook, ...]:
    """All looks, the same ones every time. Raises LookupError where no product fills a place."""
    worn: Counter[str] = Counter()
    made = []
    for style, recipes in RECIPES.items():
        for number, recipe in enumerate(recipes):
            made.append(_look(style, number, recipe, worn))
    return tuple(made)


def _look(style: str, number: int, recipe: Recipe, worn: Counter[str]) -> DemoLook:
    rng = np.random.default_rng([number, *style.encode()])
    seasons = tuple(_SEASON[initials] for initials in recipe.seasons.split())
    chosen: list[DemoProduct] = []
    for place in recipe.pieces.split():
        chosen.append(_best(place.split("/"), style, recipe.gender, seasons, chosen, worn))
        worn[chosen[-1].sku] += 1
    woman = recipe.gender == "women" or (recipe.gender == "unisex" and bool(rng.random() < 0.5))
    height = int(rng.normal(1635, 48) if woman else rng.normal(1758, 52))
    weight = int((rng.normal(20.6, 1.7) if woman else rng.normal(22.8, 1.9)) * (height / 1000) ** 2 * 10) * 100
    others = {
        "casual": "street",
        "amekaji": "casual",
        "girlish": "casual",
        "dandy": "formal",
        "sporty": "casual",
        "chic": "formal",
        "street": "casual",
        "formal": "dandy",
    }
    return DemoLook(
        key=f"demo-{style}-{number + 1:02d}", en=recipe.en, ko=recipe.ko, style=style,
            styles={style: 0.85, others[style]: 0.15},
        gender=recipe.gender, seasons=seasons, occasion=recipe.occasion, ground=recipe.ground, pieces=tuple(chosen),
        tags=_tags(style, recipe, seasons, chosen), height_mm=int(np.clip(height, 1500, 1900)),
            weight_g=int(np.clip(weight, 40_000, 98_000)),
        seed=int(rng.integers(1, 2**31)),
    )  # fmt: skip


def _best(
    silhouettes: list[str],
    style: str,
    gender: str,
    seasons: tuple[str, ...],
    chosen: list[DemoProduct],
    worn: Counter[str],
) -> DemoProduct:
    """The product that clashes least with what is there, suits the style and season, and was not worn often."""
    options = [p for p in products() if p.spec.silhouette in silhouettes and _wearable(p, gender)]
    if not options:
        raise LookupError(f"no product for {silhouettes} worn by {gender}")

    def cost(p: DemoProduct) -> float:
        fits = 0.0 if p.gender in (gender, "unisex") else 0.8
        season = fits if set(p.seasons) & set(seasons) else fits + 1.5
        return (
            _clash(p, chosen)
            + season
            + 0.55 * worn[p.sku]
            - 1.1 * p.styles.get(style, 0.0)
            + 0.02 * silhouettes.index(p.spec.silhouette)
        )

    return min(options, key=lambda p: (cost(p), p.sku))


def _wearable(p: DemoProduct, gender: str) -> bool:
    return gender == "unisex" or p.gender in (gender, "unisex")


def _clash(p: DemoProduct, chosen: list[DemoProduct]) -> float:
    """Few colours, at most one pattern, and some light against dark."""
    total = 0.0
    ground, loud = LAB[p.colours[0]], p.spec.pattern != "solid"
    chroma = float(np.hypot(ground[1], ground[2]))
    for other in chosen:
        there = LAB[other.colours[0]]
        other_chroma = float(np.hypot(there[1], there[2]))
        if chroma > 24 and other_chroma > 24:
            turn = abs(np.degrees(np.arctan2(ground[2], ground[1]) - np.arctan2(there[2], there[1])))
            turn = min(turn, 360 - turn)
            total += 0.25 if turn < 35 else 1.1
        if loud and other.spec.pattern != "solid":
            total += 1.2
        if (
            p.slot in ("top", "bottom", "outer")
            and other.slot in ("top", "bottom", "outer")
            and abs(ground[0] - there[0]) < 12
        ):
            total += 0.55
    return total


def _tags(style: str, recipe: Recipe, seasons: tuple[str, ...], pieces: list[DemoProduct]) -> tuple[str, ...]:
    words: list[str] = []
    for slug in (style, *seasons, recipe.occasion):
        en, ko = _NAMES[slug]
        words += [ko, en.lower()]
    words.append(f"{_NAMES[style][1]}룩")
    for piece in pieces:
        kind = KIND_BY_SLUG[piece.kind]
        words += [kind.ko, kind.en.lower(), piece.tags[0]]
    for slug in dict.fromkeys(piece.colours[0] for piece in pieces):
        words.append(_NAMES[slug][1])
    return tuple(dict.fromkeys(word[:60] for word in words))
