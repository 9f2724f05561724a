"""Products: checks a batch of lines, sees what changed, reads the photos that are needed, writes in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from catalog.importers.batches import Batch, Context
from catalog.importers.brand_names import BrandNames
from catalog.importers.feed_roll import Roll
from catalog.importers.kinds import Kinds
from catalog.importers.photos import Picture
from catalog.importers.problems import BadPhoto, BadRow
from catalog.importers.product_rows import ProductRow, ProductRows, check_new
from catalog.importers.product_writer import Brands, Existing, ProductWriter, find_existing
from catalog.importers.readers import Line
from catalog.signals import brands_changed


class ProductImport:
    def __init__(self, context: Context) -> None:
        self.context = context
        job, options = context.job, context.options
        self.kinds = Kinds(may_add=options.new_kinds, is_dry_run=context.is_dry_run)
        self.brands = Brands(job, publish=options.publish)
        self.names = BrandNames()
        self.rows = ProductRows(context.columns, job.mapping, options, self.kinds, self.names)
        self.writer = ProductWriter(job, self.brands, publish=options.publish, tells_looks=self.rows.tells_looks)
        self.batch_size = 1000
        self._first_line: dict[int, int] = {}  # hash of (brand, sku) -> line
        self.roll = Roll(job, self.brands) if job.feed_id else None
        self._touched_brands: set[int] = set()

    def prepare(self, lines: Callable[[], Iterator[Line]]) -> None:
        places = [place for slug in ("image", "more_images") for place in self.rows.at.get(slug, ())]
        start = [line.cells for line in islice(lines(), 200) if not line.broken]
        if self.context.photos.has_source or any("://" in cells[place] for cells in start for place in places):
            # Photos make a row dear: small batches keep the bar moving and a repeated batch cheap.
            self.batch_size = 200 if self.context.photos.has_source else 64
        if "brand" in self.rows.at or self.context.options.brand:
            return
        self.names.learn(self.rows.name_of(line.cells) for line in lines() if not line.broken)

    def seen(self, line: Line) -> None:
        try:
            row = self.rows(line)
        except BadRow:
            if self.roll:
                self.roll.unread += 1
            return
        if self.roll:
            self.roll.keys.append((row.brand, row.sku))
        self._first_line.setdefault(hash(row.key), line.number)

    def batch(self, lines: Sequence[Line]) -> Batch:
        job = self.context.job
        batch = Batch(len(lines))
        rows: list[ProductRow] = []
        for line in lines:
            try:
                row = self._read(line)
                first = self._first_line.setdefault(hash(row.key), line.number)
                if first != line.number:
                    raise BadRow(_("Line %d already has this SKU.") % first, column=self.rows.column["sku"],
                                 value=row.sku)  # fmt: skip
                rows.append(row)
            except BadRow as problem:
                batch.refuse(job, line.number, problem)
        keys = [(pk, row.sku) for row in rows if (pk := self.brands.find(row.brand))]
        found = find_existing(keys)
        pairs = [(row, found.get((self.brands.find(row.brand) or 0, row.sku))) for row in rows]
        pairs = self._with_changes(pairs, batch)
        todo = self._with_photos(pairs, batch)
        batch.created = sum(existing is None for _row, existing in todo)
        batch.updated = len(todo) - batch.created
        if not self.context.is_dry_run:
            batch.write = lambda: self._write([row for row, _existing in todo], found)
        return batch

    def _read(self, line: Line) -> ProductRow:
        """Raises BadRow."""
        try:
            row = self.rows(line)
        except BadRow:
            if self.roll:
                self.roll.unread += 1
            raise
        if self.roll:
            self.roll.keys.append((row.brand, row.sku))
        return row

    def _with_changes(
        self, pairs: list[tuple[ProductRow, Existing | None]], batch: Batch
    ) -> list[tuple[ProductRow, Existing | None]]:
        """Without rows that say what is there already, and new ones that lack what they need."""
        kept = []
        for row, existing in pairs:
            row.images = self.context.photos.wanted(row.images or [])
            if existing is None:
                try:
                    check_new(row, self.rows.column)
                except BadRow as problem:
                    batch.refuse(self.context.job, row.line, problem)
                    continue
            elif self.writer.is_same(row, existing) and self._has_photos(row, existing):
                batch.unchanged += 1
                continue
            kept.append((row, existing))
        return kept

    def _has_photos(self, row: ProductRow, existing: Existing) -> bool:
        """Whether the photos are the ones there: by content beside the file, by count for addresses."""
        if not row.images:
            return True
        digests = self.context.photos.local_digests(row.images)
        return len(existing.photos) == len(row.images) if digests is None else existing.photos == digests

    def _with_photos(
        self, pairs: list[tuple[ProductRow, Existing | None]], batch: Batch
    ) -> list[tuple[ProductRow, Existing | None]]:
        """With pictures read. A row whose first photo cannot be used is refused; a further one is left out."""
        job = self.context.job
        wanted = [
            [] if existing and existing.photos and self._looks_known(row, existing) else row.images or []
            for row, existing in pairs
        ]
        kept = []
        for (row, existing), results in zip(pairs, self.context.photos.read_all(wanted), strict=True):
            try:
                for place, (reference, result) in enumerate(zip(row.images or [], results, strict=False)):
                    if isinstance(result, Picture):
                        row.photos.append(result)
                        batch.photos += 1
                    elif place == 0:
                        raise BadRow(str(result), column=self.rows.column.get("image", ""), value=reference)
                    elif isinstance(result, BadPhoto):
                        batch.note(job, row.line, str(result), reference)
                kept.append((row, existing))
            except BadRow as problem:
                batch.refuse(job, row.line, problem)
        return kept

    def _looks_known(self, row: ProductRow, existing: Existing) -> bool:
        """Whether only the price or the like changed, so that no photo need be read anew."""
        return self.writer.looks_same(row, existing) and self._has_photos(row, existing)

    def _write(self, rows: list[ProductRow], found: dict[tuple[int, str], Existing]) -> None:
        self.brands.make(list({row.brand.casefold(): row.brand for row in rows}.values()))
        self._touched_brands |= self.writer.write(rows, found).brand_ids

    def finish(self) -> None:
        if self.roll:
            self.roll.call(tells_stock="in_stock" in self.rows.at)
        if self._touched_brands:
            brands_changed.send(sender=type(self), brand_ids=sorted(self._touched_brands))
