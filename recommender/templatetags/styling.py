"""Scores, reasons and vocabulary words in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from recommender import wording
from recommender.stylist.score.parts import AGAINST, Reason, Score

register = template.Library()


@register.simple_tag
def say(reason: Reason, names: Mapping[object, str] | None = None) -> str:
    """A reason in words; `names` maps ids of pieces to names."""
    return wording.sentence(reason, lambda pk: str((names or {}).get(pk, pk)))


@register.filter
def sign(reason: Reason) -> str:
    """The icon beside a reason: for or against."""
    return "alert" if reason.code in AGAINST else "check"


@register.filter
def term(slug: str, family: str) -> str:
    """{{ "winter"|term:"season" }}"""
    return wording.term(family, slug)


@register.inclusion_tag("recommender/_bars.html")
def score_bars(score: Score) -> dict[str, Any]:
    """The groups of a score as small bars, the largest share first."""
    rows = [
        {"name": wording.GROUPS.get(group, group), "value": got / weight if weight else 0, "weight": weight}
        for group, (got, weight) in score.groups().items()
    ]
    return {"rows": sorted(rows, key=lambda row: -row["weight"]), "total": score.total}


@register.filter
def percent(value: float) -> int:
    return round(100 * value)


@register.filter
def css_number(value: float) -> str:
    """A number as CSS reads it, whatever the language."""
    return f"{value:.4f}"


@register.filter
def cm(millimetres: float) -> str:
    """One decimal at most, as people say it."""
    return f"{millimetres / 10:+.1f}".replace(".0", "")


@register.filter
def whole_cm_apart(millimetres: float) -> str:
    """The same without its sign, for sentences that say which way."""
    return cm(abs(millimetres)).removeprefix("+")


@register.filter
def scaled(share: float, length: float) -> str:
    """A share of a drawing's length, for SVG attributes."""
    return f"{share * float(length):.1f}"


@register.filter
def value_of(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name)


@register.filter
def css_percent(share: float) -> str:
    return f"{100 * float(share):.2f}%"


@register.filter
def box_width(box: list[float]) -> str:
    return css_percent(box[2] - box[0])


@register.filter
def box_height(box: list[float]) -> str:
    return css_percent(box[3] - box[1])


@register.filter
def whole_cm(millimetres: float) -> int:
    return round(millimetres / 10)


@register.filter
def whole_kg(grams: float) -> int:
    return round(grams / 1000)
