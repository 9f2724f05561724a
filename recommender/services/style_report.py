"""The member's style in words, with the garments that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from closet.models import Garment, User
from recommender.services.answers import kept
from recommender.services.pieces import my_garments
from recommender.services.sizes import closet_of
from recommender.stylist.report import style_report
from recommender.stylist.score.parts import Reason

MOST_UNWORN = 6


@dataclass(frozen=True)
class Finding:
    """One sentence of the report (a code with its parameters) and the garments that are its evidence."""

    reason: Reason
    garments: list[Garment]


def style_report_of(*, user: User) -> list[Finding]:
    """What I wear, the palette that repeats, what is missing, what I never wear. Empty for a closet of a few pieces.
    Raises TooBusy."""
    told = kept(user=user, name="style_report", question=None, reckon=lambda: _reckoned(user))
    rows = {row.pk: row for row in my_garments(user, among={pk for _reason, pks in told for pk in pks})}
    return [Finding(reason, [rows[pk] for pk in pks if pk in rows]) for reason, pks in told]


def _reckoned(user: User) -> list[tuple[Reason, list[int]]]:
    """The sentences, each with the garments' rows."""
    return [(one.reason, [garment.pk for garment in one.garments]) for one in _findings(user)]


def _findings(user: User) -> list[Finding]:
    rows = {garment.pk: garment for garment in my_garments(user)}
    report = style_report(closet_of(user))
    if not report.tells:
        return []
    findings = [
        Finding(Reason("report.style", {"style": one.style, "percent": round(100 * one.share)}), _of(rows, one.pieces))
        for one in report.styles
    ]
    for kind in report.kinds:
        worn = {"kinds": (kind.name,), "count": kind.count, "wears": kind.wears}
        code = "report.worn_kind" if kind.wears else "report.owned_kind"
        findings.append(Finding(Reason(code, worn if kind.wears else _without(worn, "wears")), _of(rows, kind.pieces)))
    for colour in report.colours:
        evidence = _of(rows, colour.pieces)
        name = _name_of(evidence)
        if name:
            findings.append(Finding(Reason("report.colour", {"colour": name, "count": colour.count}), evidence))
    for lack in report.missing:
        kinds = {"kinds": lack.gap.kinds, "count": lack.gap.count}
        if lack.occasion:
            reason = Reason("report.missing_occasion", {"occasion": lack.occasion, **kinds})
        elif lack.rain:
            reason = Reason("report.missing_rain", kinds)
        else:
            reason = Reason("report.missing_weather", {"feels": round(lack.feels), **kinds})
        findings.append(Finding(reason, []))
    if report.unworn:
        evidence = _of(rows, report.unworn[:MOST_UNWORN])
        findings.append(Finding(Reason("report.never_worn", {"count": len(report.unworn)}), evidence))
    return findings


def _without(params: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in params.items() if key != name}


def _of(rows: Mapping[int, Garment], ids: Iterable[Hashable]) -> list[Garment]:
    return [rows[cast(int, id)] for id in ids]


def _name_of(garments: Iterable[Garment]) -> str:
    """The colour most of them are called by, "" where they have no names."""
    names = Counter(garment.colour_names[0] for garment in garments if garment.colour_names)
    return names.most_common(1)[0][0] if names else ""
