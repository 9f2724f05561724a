"""A fair share of being seen for emerging brands: the rule, and its measure.

The rule: over many answers, an emerging brand's share of attention should be at least `FLOOR` of its
share of merit. Attention is counted by place (1 / log2(1 + place)); merit is what its scores earned
it, as shares of a softmax. A brand behind its floor is lifted in the next answers, at most
`MAX_LIFT` of score, until it has caught up; nobody is lifted above clearly better matches.
It holds for emerging brands together; one whose readers want hardly anything else cannot get the half of their
attention that it merits from a page of ten. `exposure_trials.py` measures both.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log2

from .profiles import BrandMatch

FLOOR = 0.8
MAX_LIFT = 0.08
MERIT_TEMPERATURE = 0.05


def attention(place: int) -> float:
    """What a place (from 1) is worth of a reader's attention."""
    return 1 / log2(1 + place)


def merit_shares(matches: Sequence[BrandMatch]) -> dict[Hashable, float]:
    """Brand -> share of merit in one answer, a softmax of the scores."""
    if not matches:
        return {}
    top = max(match.score for match in matches)
    raw = {match.brand: exp((match.score - top) / MERIT_TEMPERATURE) for match in matches}
    total = sum(raw.values())
    return {brand: value / total for brand, value in raw.items()}


@dataclass
class ExposureLedger:
    """Running sums of merit and attention by brand; what the caller stores between answers."""

    merit: dict[Hashable, float] = field(default_factory=dict)
    seen: dict[Hashable, float] = field(default_factory=dict)

    def record(self, matches: Sequence[BrandMatch], shown: Sequence[BrandMatch]) -> None:
        """Count one answer: all that were scored, and what was shown in which order."""
        for brand, share in merit_shares(matches).items():
            self.merit[brand] = self.merit.get(brand, 0.0) + share
        for place, match in enumerate(shown, start=1):
            self.seen[match.brand] = self.seen.get(match.brand, 0.0) + attention(place)

    def ratio(self, brand: Hashable) -> float | None:
        """A brand's attention share over its merit share; None before it had any merit."""
        merit, total = self.merit.get(brand, 0.0), sum(self.merit.values())
        seen = sum(self.seen.values())
        if merit <= 0 or total <= 0 or seen <= 0:
            return None
        return (self.seen.get(brand, 0.0) / seen) / (merit / total)

    def report(self, emerging: Mapping[Hashable, bool]) -> dict[str, float]:
        """Attention share over merit share of the emerging brands together, and of the others."""
        result = {}
        for name, wanted in (("emerging", True), ("established", False)):
            merit = sum(v for brand, v in self.merit.items() if emerging.get(brand, False) is wanted)
            seen = sum(v for brand, v in self.seen.items() if emerging.get(brand, False) is wanted)
            total_merit, total_seen = sum(self.merit.values()), sum(self.seen.values())
            if merit > 0 and total_seen > 0:
                result[name] = (seen / total_seen) / (merit / total_merit)
        return result


def fair_order(
    matches: Sequence[BrandMatch],
    ledger: ExposureLedger | None = None,
    *,
    limit: int = 10,
    surprise: bool = False,
) -> list[BrandMatch]:
    """What to show, in order: by score, emerging brands that are behind their floor lifted.

    surprise: small, emerging brands first, the best of them before the others.
    Lifted matches say so.
    """
    ledger = ledger or ExposureLedger()

    def lift(match: BrandMatch) -> float:
        if not match.emerging:
            return 0.0
        ratio = ledger.ratio(match.brand)
        return 0.0 if ratio is None else MAX_LIFT * min(max((FLOOR - ratio) / FLOOR, 0.0), 1.0)

    plain = sorted(matches, key=lambda match: -match.score)
    place = {match.brand: at for at, match in enumerate(plain)}
    order = sorted(matches, key=lambda match: -(match.score + lift(match)))
    if surprise:
        order.sort(key=lambda match: not match.emerging)  # stable: each half stays as it was
    return [replace(match, lifted=at < place[match.brand]) for at, match in enumerate(order[:limit])]
