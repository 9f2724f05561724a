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
from recommender.stylist.report import StyleReport, style_report
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
    report = style_report(closet_of(user))
    if not report.tells:
        return []
    findings = [
        (Reason("report.style", {"style": one.style, "percent": round(100 * one.share)}), _rows(one.pieces))
        for one in report.styles
    ]
    for kind in report.kinds:
        worn = {"kinds": (kind.name,), "count": kind.count, "wears": kind.wears}
        code = "report.worn_kind" if kind.wears else "report.owned_kind"
        findings.append((Reason(code, worn if kind.wears else _without(worn, "wears")), _rows(kind.pieces)))
    names = _names_of(user, report)
    for colour in report.colours:
        evidence = _rows(colour.pieces)
        name = _most_common(names.get(pk) for pk in evidence)
        if name:
            findings.append((Reason("report.colour", {"colour": name, "count": colour.count}), evidence))
    for lack in report.missing:
        kinds = {"kinds": lack.gap.kinds, "count": lack.gap.count}
        if lack.occasion:
            reason = Reason("report.missing_occasion", {"occasion": lack.occasion, **kinds})
        elif lack.rain:
            reason = Reason("report.missing_rain", kinds)
        else:
            reason = Reason("report.missing_weather", {"feels": round(lack.feels), **kinds})
        findings.append((reason, []))
    if report.unworn:
        told = Reason("report.never_worn", {"count": len(report.unworn)})
        findings.append((told, _rows(report.unworn[:MOST_UNWORN])))
    return findings


def _without(params: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in params.items() if key != name}


def _rows(ids: Iterable[Hashable]) -> list[int]:
    return [cast(int, id) for id in ids]


def _names_of(user: User, report: StyleReport) -> dict[int, str]:
    """Garment id -> the name of its first colour, of those that are evidence for a colour."""
    asked = [pk for colour in report.colours for pk in _rows(colour.pieces)]
    rows = Garment.objects.owned_by(user).filter(pk__in=asked)
    return {pk: names[0] for pk, names in rows.values_list("pk", "colour_names") if names}


def _most_common(names: Iterable[str | None]) -> str:
    """The colour most of them are called by, "" where they have no names."""
    counted = Counter(name for name in names if name)
    return counted.most_common(1)[0][0] if counted else ""
