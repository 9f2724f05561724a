"""The roll-call of a feed: what it told of before and does not any more is marked, and no longer in stock.

Nothing is deleted: a member may own it, an outfit may show it. What comes back is in stock again. Where a line cannot
be read nobody knows whose it was, and where most is missing the file is likelier cut short: then nothing is marked,
and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.utils import timezone

from catalog.importers.changes import remember, sign, write_history
from catalog.importers.product_writer import Brands, find_existing
from catalog.models import ImportJob, Product, ProductImage

AT_ONCE = 5000
DOUBTFUL = 0.5  # of a feed's products; more that are missing at once were hardly all sold
FEW = 10  # of which so many may be missing whatever their share
T = TypeVar("T")


class Roll:
    """keys: (brand, SKU) of the lines read. unread: lines that could not be."""

    def __init__(self, job: ImportJob, brands: Brands) -> None:
        self.job, self.brands = job, brands
        self.keys: list[tuple[str, str]] = []
        self.unread = 0

    def call(self, *, tells_stock: bool) -> None:
        """Inside a transaction, after the last line. tells_stock: the feed has a column for it."""
        there = {pk for pks in self._found() for pk in pks}
        mine = Product.objects.filter(feed=self.job.feed_id)
        for pks in _parts(sorted(there)):
            known = Product.objects.filter(pk__in=pks)
            known.exclude(feed=self.job.feed_id).update(feed=self.job.feed_id)
            back = known.exclude(gone_at=None)
            back.update(gone_at=None, **({} if tells_stock else {"is_in_stock": True}))
        missing = [pk for pk in mine.filter(gone_at=None).values_list("pk", flat=True) if pk not in there]
        if not missing:
            return
        is_doubtful = self.unread > 0 or (len(missing) > FEW and len(missing) > DOUBTFUL * mine.count())
        self.job.report["gone_doubtful" if is_doubtful else "gone"] = len(missing)
        if is_doubtful:
            return
        for pks in _parts(missing):
            remember(self.job, Product, list(pks), children=("_images", ProductImage, "product_id"))
            Product.objects.filter(pk__in=pks).update(gone_at=timezone.now(), is_in_stock=False)
            sign(self.job, Product)
            write_history(self.job, Product, list(pks), "~")

    def _found(self) -> Iterator[list[int]]:
        """The ids of what the lines tell of."""
        for keys in _parts(self.keys):
            pairs = [(pk, sku) for brand, sku in keys if (pk := self.brands.find(brand)) is not None]
            yield [existing.pk for existing in find_existing(pairs).values()]


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
