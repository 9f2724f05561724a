"""What a closet's numbers say: what is worn, what hangs, what it cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


@dataclass(frozen=True)
class _Row:
    """What is counted of a garment; thousands of whole garments would take half a second to load."""

    pk: int
    slot: str
    wears: int
    last_worn_on: date | None
    created_at: datetime
    price: Decimal | None
    currency: str
    colours: list[dict[str, Any]]
    colour_names: list[str]
    seasons: list[str]
    brand_name: str
    bought_on: date | None
    quantity: int


_FIELDS = ("pk", "kind__slot", "wears", "last_worn_on", "created_at", "price", "currency", "colours", "colour_names",
           "seasons", "brand_name", "bought_on", "quantity")  # fmt: skip


def closet_stats(*, owner: User) -> dict[str, Any]:
    """Counts, favourites, sleepers, colours and value of the owner's closet, archive left out. Three queries."""
    mine = Garment.objects.owned_by(owner).active()
    rows = [_Row(*values) for values in mine.values_list(*_FIELDS)]
    today = timezone.localdate()
    worn = [row for row in rows if row.wears]
    value: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.price is not None:
            value[row.currency] += row.price * row.quantity
    costs = {row.pk: row.price / row.wears for row in worn if row.price is not None}
    priced = [row for row in worn if row.pk in costs]
    resting = [row for row in worn if row.last_worn_on and (today - row.last_worn_on).days > RESTING_DAYS]
    shown = {
        "most_worn": sorted(worn, key=lambda row: -row.wears)[:TOP],
        "never_worn": sorted((row for row in rows if not row.wears), key=lambda row: row.created_at)[:TOP],
        "resting": sorted(resting, key=lambda row: row.last_worn_on or today)[:TOP],
        "best_value": sorted(priced, key=lambda row: costs[row.pk])[:TOP],
        "worst_value": sorted(priced, key=lambda row: -costs[row.pk])[:TOP],
    }
    garments = mine.for_cards().in_bulk({row.pk for some in shown.values() for row in some})
    for pk, cost in costs.items():
        if pk in garments:
            garments[pk].cost_per_wear = cost  # type: ignore[attr-defined]
    months = Wear.objects.by(owner).filter(worn_on__gt=today - timedelta(days=365))
    by_month = Counter(day.strftime("%Y-%m") for day in months.values_list("worn_on", flat=True))
    currency = max(value, key=lambda code: sum(row.currency == code for row in rows), default="")
    return {
        "count": len(rows),
        "wheel": _wheel(rows),
        "seasons": _seasons(rows),
        "brands": _brands(rows),
        "growth": _course(rows, today, lambda g: g.quantity, lambda n: f"{n:.0f}"),
        "worth": _course(
            [g for g in rows if g.currency == currency and g.price is not None],
            today,
            lambda g: round((g.price or 0) * g.quantity),
            lambda amount: money(Decimal(round(amount)), currency),
        ),
        "worn_share": len(worn) / len(rows) if rows else 0,
        **{name: [garments[row.pk] for row in some if row.pk in garments] for name, some in shown.items()},
        "never_worn_count": len(rows) - len(worn),
        "value": sorted(value.items()),
        "unpriced": sum(row.price is None for row in rows),
        "colours": _colours(rows),
        "slots": _slots(rows),
        "months": _months(by_month, today),
    }


def _colours(rows: list[_Row]) -> list[dict[str, Any]]:
    """Each garment's palette counts as one garment, so that a loud scarf is not three."""
    shares: Counter[str] = Counter()
    for row in rows:
        total = sum(float(c.get("share", 0)) for c in row.colours)
        for colour in row.colours:
            if total and colour.get("name"):
                shares[colour["name"]] += float(colour["share"]) / total  # type: ignore[assignment]
        if not total and row.colour_names:
            shares[row.colour_names[0]] += 1
    everything = sum(shares.values())
    return [
        {"slug": slug, "name": colour_name(slug), "hex": COLOUR_HEX.get(slug, ""), "share": share / everything}
        for slug, share in shares.most_common(12)
    ]


def _wheel(rows: list[_Row]) -> ColourWheel:
    mains = [colours[0] for g in rows if (colours := g.colours)]
    return ColourWheel((main["lab"], main["hex"]) for main in mains if main.get("lab") and main.get("hex"))


def _seasons(rows: list[_Row]) -> list[dict[str, Any]]:
    """What can be worn in each season, and its share of the fullest."""
    counts = Counter(season for g in rows for season in g.seasons)
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


def _brands(rows: list[_Row]) -> list[dict[str, Any]]:
    """The brands that hang most, with how often what hangs was worn."""
    counts, wears = Counter[str](), Counter[str]()
    for g in rows:
        if g.brand_name:
            counts[g.brand_name] += 1
            wears[g.brand_name] += g.wears
    most = max(counts.values(), default=1)
    return [
        {"name": name, "count": count, "wears": wears[name], "share": count / most}
        for name, count in counts.most_common(TOP)
    ]


def _course(
    rows: list[_Row], today: date, amount: Callable[[_Row], int], say: Callable[[float], str]
) -> LineChart | None:
    """The running total over the last twelve months, by the day things were bought or, not known, came in."""
    came = sorted((g.bought_on or timezone.localdate(g.created_at), amount(g)) for g in rows)
    days = [today]
    for _step in range(12):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    points = [(day, sum(n for on, n in came if on <= day)) for day in reversed(days)]
    first = next((i for i, (_day, total) in enumerate(points) if total), len(points))
    points = points[max(first - 1, 0) :]
    return LineChart(points, say) if len(points) > 1 and points[-1][1] else None


def _slots(rows: list[_Row]) -> list[dict[str, Any]]:
    counts = Counter(row.slot for row in rows)
    wears = Counter[str]()
    for row in rows:
        wears[row.slot] += row.wears
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
    days = list(garment.wear_log.filter(worn_by=None).values_list("worn_on", flat=True)[:60])
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
