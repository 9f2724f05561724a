"""Which of a brand's sizes a member takes, chart by chart."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Brand, Product, SizeChart
from closet.models import User
from recommender.services.similar import genders_for
from recommender.services.sizes import sizes_to_take


@dataclass(frozen=True)
class ChartSize:
    """label: the size to take; None where no size fits (`is_outside`), or nothing is known of the body."""

    chart: SizeChart
    label: str | None
    is_outside: bool

    @property
    def fits(self) -> bool | None:
        """None where nothing is known of the body."""
        return None if self.label is None and not self.is_outside else not self.is_outside


def brand_sizes(*, user: User, brand: Brand) -> list[ChartSize]:
    """Of the charts for what the member wears; a chart for no kind tells nothing."""
    charts = brand.size_charts.exclude(kind=None).select_related("kind__parent").prefetch_related("rows")
    if genders := genders_for(user):
        charts = charts.filter(made_for__in=genders)
    # A thing of each chart, whatever is for sale just now.
    things = [
        Product(pk=chart.pk, brand=brand, kind=chart.kind, gender=chart.made_for, size_chart=chart) for chart in charts
    ]
    sizes = sizes_to_take(user=user, products=things)
    return [ChartSize(chart, sizes.get(chart.pk), chart.pk not in sizes) for chart in charts]
