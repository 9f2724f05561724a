"""What a closet's numbers say: what is worn, what hangs, what it cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalog import taxonomy
from catalog.money import money
from closet.charts import ColourWheel, LineChart
from closet.colours import COLOUR_HEX
from closet.facts import colour_name, term_name
from closet.models import Garment, User, Wear

TOP = 8
RESTING_DAYS = 90  # not worn for a season


def closet_stats(*, owner: User) -> dict[str, Any]:
    """Counts, favourites, sleepers, colours and value of the owner's closet, archive left out. Two queries."""
    garments = list(Garment.objects.owned_by(owner).active().prefetch_related("kind", "brand"))
    today = timezone.localdate()
    worn = [g for g in garments if g.wears]
    value: dict[str, Decimal] = defaultdict(Decimal)
    for g in garments:
        if g.price is not None:
            value[g.currency] += g.price * g.quantity
    priced = [g for g in garments if g.price is not None and g.wears]
    for g in priced:
        g.cost_per_wear = g.price / g.wears  # type: ignore[attr-defined,operator]
    months = Wear.objects.filter(garment__owner=owner, worn_on__gt=today - timedelta(days=365))
    by_month = Counter(day.strftime("%Y-%m") for day in months.values_list("worn_on", flat=True))
    currency = max(value, key=lambda code: sum(g.currency == code for g in garments), default="")
    return {
        "count": len(garments),
        "wheel": _wheel(garments),
        "seasons": _seasons(garments),
        "brands": _brands(garments),
        "growth": _course(garments, today, lambda g: g.quantity, lambda n: f"{n:.0f}"),
        "worth": _course(
            [g for g in garments if g.currency == currency and g.price is not None],
            today,
            lambda g: round(g.price * g.quantity),  # type: ignore[operator]
            lambda amount: money(Decimal(round(amount)), currency),
        ),
        "worn_share": len(worn) / len(garments) if garments else 0,
        "most_worn": sorted(worn, key=lambda g: -g.wears)[:TOP],
        "never_worn": sorted((g for g in garments if not g.wears), key=lambda g: g.created_at)[:TOP],
        "never_worn_count": len(garments) - len(worn),
        "resting": sorted(
            (g for g in worn if g.last_worn_on and (today - g.last_worn_on).days > RESTING_DAYS),
            key=lambda g: g.last_worn_on,  # type: ignore[arg-type,return-value]
        )[:TOP],
        "best_value": sorted(priced, key=lambda g: g.cost_per_wear)[:TOP],  # type: ignore[attr-defined]
        "worst_value": sorted(priced, key=lambda g: -g.cost_per_wear)[:TOP],  # type: ignore[attr-defined]
        "value": sorted(value.items()),
        "unpriced": sum(g.price is None for g in garments),
        "colours": _colours(garments),
        "slots": _slots(garments),
        "months": _months(by_month, today),
    }


def _colours(garments: list[Garment]) -> list[dict[str, Any]]:
    """Each garment's palette counts as one garment, so that a loud scarf is not three."""
    shares: Counter[str] = Counter()
    for g in garments:
        total = sum(float(c.get("share", 0)) for c in g.colours)
        for colour in g.colours:
            if total and colour.get("name"):
                shares[colour["name"]] += float(colour["share"]) / total  # type: ignore[assignment]
        if not total and g.colour_names:
            shares[g.colour_names[0]] += 1
    everything = sum(shares.values())
    return [
        {"slug": slug, "name": colour_name(slug), "hex": COLOUR_HEX.get(slug, ""), "share": share / everything}
        for slug, share in shares.most_common(12)
    ]


def _wheel(garments: list[Garment]) -> ColourWheel:
    mains = [colours[0] for g in garments if (colours := g.colours)]
    return ColourWheel((main["lab"], main["hex"]) for main in mains if main.get("lab") and main.get("hex"))


def _seasons(garments: list[Garment]) -> list[dict[str, Any]]:
    """What can be worn in each season, and its share of the fullest."""
    counts = Counter(season for g in garments for season in g.seasons)
    most = max(counts.values(), default=1)
    return [
        {
            "slug": season.slug,
            "name": term_name(season),
            "count": counts[season.slug],
            "share": counts[season.slug] / most,
        }
        for season in taxonomy.SEASONS
    ]


def _brands(garments: list[Garment]) -> list[dict[str, Any]]:
    """The brands that hang most, with how often what hangs was worn."""
    counts, wears = Counter[str](), Counter[str]()
    for g in garments:
        if g.brand_name:
            counts[g.brand_name] += 1
            wears[g.brand_name] += g.wears
    most = max(counts.values(), default=1)
    return [
        {"name": name, "count": count, "wears": wears[name], "share": count / most}
        for name, count in counts.most_common(TOP)
    ]


def _course(
    garments: list[Garment], today: date, amount: Callable[[Garment], int], say: Callable[[float], str]
) -> LineChart | None:
    """The running total over the last twelve months, by the day things were bought or, not known, came in."""
    came = sorted((g.bought_on or timezone.localdate(g.created_at), amount(g)) for g in garments)
    days = [today]
    for _step in range(12):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    points = [(day, sum(n for on, n in came if on <= day)) for day in reversed(days)]
    first = next((i for i, (_day, total) in enumerate(points) if total), len(points))
    points = points[max(first - 1, 0) :]
    return LineChart(points, say) if len(points) > 1 and points[-1][1] else None


def _slots(garments: list[Garment]) -> list[dict[str, Any]]:
    counts = Counter(g.kind.slot for g in garments)
    wears = Counter[str]()
    for g in garments:
        wears[g.kind.slot] += g.wears
    most = max(counts.values(), default=1)
    return [
        {"slot": slot.value, "count": counts[slot], "wears": wears[slot], "share": counts[slot] / most}
        for slot in taxonomy.Slot
        if counts[slot]
    ]


def _months(by_month: Counter[str], today: Any) -> list[dict[str, Any]]:
    """The last twelve months with how much was worn, and its share of the busiest."""
    most = max(by_month.values(), default=1)
    months = []
    day = today.replace(day=1)
    for _step in range(12):
        count = by_month[day.strftime("%Y-%m")]
        months.append({"month": day, "count": count, "share": count / most})
        day = (day - timedelta(days=1)).replace(day=1)
    return months[::-1]


def garment_wears(garment: Garment) -> dict[str, Any]:
    """What the wear panel of a garment shows."""
    days = list(garment.wear_log.values_list("worn_on", flat=True)[:60])
    today = timezone.localdate()
    return {
        "garment": garment,
        "today": today,
        "worn_today": today in days,
        "recent_days": days[:8],
        "weeks": _weeks(set(days), today),
        "cost_per_wear": garment.price / garment.wears if garment.price is not None and garment.wears else None,
    }


def _weeks(days: set[date], today: date, count: int = 12) -> list[list[tuple[date, bool]]]:
    """The last weeks, each Monday to Sunday, and whether it was worn on the day."""
    monday = today - timedelta(days=today.weekday() + 7 * (count - 1))
    return [
        [(day, day in days) for day in (monday + timedelta(days=7 * week + n) for n in range(7))]
        for week in range(count)
    ]
